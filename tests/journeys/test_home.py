"""Is App Home worth opening: my day to act on, my projects, fresh while I look at it?"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.belonging import Belongs
from bot.domain.plan import Item, Plan
from tests.journeys.world import ANA, BEN, CHANNEL, CHEN, DITA, ELI, World

Json = dict[str, Any]
PUBLISH = "views.publish"


async def opened(world: World, user: str) -> Json:
    await world._post("home", user=user)
    await world.settle()
    return shown(world, user)


def shown(world: World, user: str) -> Json:
    """What Slack shows them now."""
    view: Json = world.slack.state.homes[user]
    assert len(view["blocks"]) <= 100
    assert len(json.dumps(view["blocks"])) <= 250_000
    return view


def words(view: Json) -> str:
    return "\n".join(_texts(view["blocks"]))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("text"), str):
            yield value["text"]
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def actions(view: Json) -> list[Json]:
    found = [element for block in view["blocks"] for element in block.get("elements", ())]
    found += [block["accessory"] for block in view["blocks"] if "accessory" in block]
    return [element for element in found if "action_id" in element]


async def press(world: World, user: str, action_id: str, holds: str = "", choice: str | None = None) -> None:
    """Press the first button of that name whose value, or whose block, holds this."""
    view = shown(world, user)
    for block in view["blocks"]:
        for element in (*block.get("elements", ()), block.get("accessory") or {}):
            about = f"{element.get('value', '')} {block['block_id']}"
            if element.get("action_id") == action_id and holds in about:
                where = {"view_id": view["id"], "block_id": block["block_id"]}
                await world.press(user, action_id, value=choice, **where)
                return
    raise AssertionError(f"no {action_id} about {holds!r} in {words(view)}")


async def form_of(world: World, user: str) -> Json:
    [form] = [view for view in await world.views(user) if view["type"] == "modal"]
    return form


async def published(world: World, user: str) -> int:
    return len([call for call in await world.calls(PUBLISH) if call["args"]["user_id"] == user])


def change(world: World, what: Any) -> None:
    """Change the plan as somebody else does, elsewhere."""
    with world.store.transaction() as tx:
        plan = tx.plan(world.slack.state.team.id, "harbor")
        assert plan is not None
        tx.save(plan, what(plan), actor=BEN, act="edit", at=world.slack.clock.now())


def retitled(title: str) -> Any:
    return lambda plan: _with(plan, replace(plan.item["feed"], title=title))


def _with(plan: Plan, item: Item) -> Plan:
    return replace(plan, items=tuple(item if each.key == item.key else each for each in plan.items))


# ——— what stands there


async def test_it_shows_my_day_my_projects_and_when_i_am_left_alone(world: World) -> None:
    said = words(await opened(world, BEN))
    assert "My day, Monday 1 March" in said
    assert "*Do next*" in said
    assert "Harbor booking go-live" in said
    assert "NOT ready" in said
    assert "Quiet hours and deputy" in said
    assert await world.refused() == []


async def test_what_waits_for_my_confirmation_stands_there(world: World) -> None:
    said = words(await opened(world, DITA))
    assert "*Validate next*" in said


async def test_who_is_in_no_project_is_told_how_to_begin(world: World) -> None:
    said = words(await opened(world, ELI))
    assert "/golive new" in said
    assert "Harbor" not in said


async def test_a_guest_in_no_project_is_not_told_to_start_one(world: World) -> None:
    await world._post(f"users/{ELI}", is_restricted=True)
    said = words(await opened(world, ELI))
    assert "invite you to the project's channel" in said
    assert "/golive new" not in said
    asked = await world.command(ELI, "before", channel="C0LOUNGE")
    assert asked["text"] == "I know no project that you are part of here. Ask in the channel of your project."


async def test_another_tab_of_the_app_shows_nothing(world: World) -> None:
    await world._post("home", user=BEN, tab="about")
    await world.settle()
    assert await published(world, BEN) == 0


# ——— acting in place


async def test_done_is_done_where_it_stands_and_can_be_taken_back_there(world: World) -> None:
    await opened(world, BEN)
    await press(world, BEN, "home_do_done")
    said = words(shown(world, BEN))
    assert "→ done, not confirmed" in said
    await press(world, BEN, "home_undo")
    assert "done, not confirmed →" in words(shown(world, BEN))
    assert await world.refused() == []


async def test_on_it_moves_it_to_what_was_promised(world: World) -> None:
    await opened(world, BEN)
    await press(world, BEN, "home_do_on_it", choice="2027-03-03")
    said = words(shown(world, BEN))
    assert "*You are on it*" in said
    assert "You are on it until Wed 3 Mar" in said


async def test_validating_asks_for_what_was_seen_and_keeps_it(world: World) -> None:
    await opened(world, DITA)
    await press(world, DITA, "home_do_confirm")
    form = await form_of(world, DITA)
    done = await world.submit(DITA, form["id"], {"evidence": "walked the quay, all berths marked"})
    assert done.get("response_action") is None
    said = words(shown(world, DITA))
    assert "validated" in said
    assert "*Validate next*" not in said


async def test_what_cannot_be_is_said_in_home_itself(world: World) -> None:
    view = await opened(world, BEN)
    change(
        world,
        lambda plan: replace(
            plan, items=tuple(replace(i, owner="chen") if i.owner == "ben" else i for i in plan.items)
        ),
    )
    before = len(await world.direct(BEN))
    button = next(one for one in actions(view) if one["action_id"] == "home_do_done")
    block = next(b for b in view["blocks"] if button in b.get("elements", ()))
    await world.press(BEN, "home_do_done", view_id=view["id"], block_id=block["block_id"])
    assert "Only" in words(shown(world, BEN)) or "owner" in words(shown(world, BEN))
    assert len(await world.direct(BEN)) == before


@pytest.mark.parametrize(
    "value", ["", "harbor", "harbor item", "harbor castle feed", "nowhere item feed", "x" * 1999]
)
async def test_a_button_that_was_never_there_does_no_harm(world: World, value: str) -> None:
    await opened(world, BEN)
    view = shown(world, BEN)
    body = {"type": "block_actions", "user": {"id": BEN}, "view": view, "trigger_id": "1.2.3"}
    action = {"type": "button", "action_id": "home_do_done", "block_id": "b", "value": value}
    payload = world.slack.interactions.common("block_actions", world.slack.state.users[BEN])
    acked = await world.slack.interactions.hand_over("interactive", payload | body | {"actions": [action]})
    await world.settle()
    assert acked.error is None
    with world.store.reading() as tx:
        plan = tx.plan(world.slack.state.team.id, "harbor")
    assert plan is not None
    assert plan.project.revision == 1


# ——— fresh


async def test_a_change_by_somebody_else_is_seen_within_seconds(world: World) -> None:
    world.hush()
    await opened(world, BEN)
    change(world, retitled("Radar feed, both channels"))
    await world.settle()
    assert "Radar feed, both channels" in words(shown(world, BEN))


async def test_after_half_an_hour_it_is_left_alone_until_it_is_opened_again(world: World) -> None:
    world.hush()
    await opened(world, BEN)
    await world.pass_time("31m")
    before = await published(world, BEN)
    change(world, retitled("Radar feed, both channels"))
    await world.settle()
    assert await published(world, BEN) == before
    assert "Radar feed, both channels" in words(await opened(world, BEN))


async def test_what_changes_none_of_its_words_publishes_nothing(world: World) -> None:
    world.hush()
    await opened(world, BEN)
    before = await published(world, BEN)
    change(world, lambda plan: _with(plan, replace(plan.item["feed"], description="what done means")))
    await world.settle()
    await world.pass_time("10m")
    assert await published(world, BEN) == before
    await opened(world, BEN)
    assert await published(world, BEN) == before, "also when it is opened again"


async def test_many_changes_in_a_row_are_few_publications(world: World) -> None:
    world.hush()
    await opened(world, BEN)
    before = await published(world, BEN)
    for number in range(20):
        change(world, retitled(f"Radar feed {number}"))
    await world.settle()
    assert "Radar feed 19" in words(shown(world, BEN))
    assert await published(world, BEN) <= before + 3


async def test_each_sees_their_own_and_nobody_who_did_not_open_it_gets_one(world: World) -> None:
    world.hush()
    await opened(world, BEN)
    await opened(world, CHEN)
    change(world, retitled("Radar feed, both channels"))
    await world.settle()
    assert words(shown(world, BEN)) != words(shown(world, CHEN))
    assert {call["args"]["user_id"] for call in await world.calls(PUBLISH)} == {BEN, CHEN}


async def test_what_was_stored_before_a_crash_is_published_after_it(empty_world: World) -> None:
    world = empty_world
    await world.start()
    world.hush()
    await opened(world, BEN)
    await world.stop()
    change(world, retitled("Radar feed, both channels"))
    with (
        world.store.transaction() as tx
    ):  # the event of its opening was handled, and then the lights went out
        tx.home_opened(world.slack.state.team.id, CHEN, world.slack.clock.now(), None)
    await world.start()
    await world.settle()
    assert "Radar feed, both channels" in words(shown(world, BEN))
    assert "Harbor" in words(shown(world, CHEN))


async def test_another_publication_in_between_is_noticed_and_replaced(world: World) -> None:
    world.hush()
    await opened(world, BEN)
    world.slack.views.publish(BEN, {"type": "home", "blocks": []})
    change(world, retitled("Radar feed, both channels"))
    await world.settle()
    assert "Radar feed, both channels" in words(shown(world, BEN))
    assert [c["error"] for c in await world.calls(PUBLISH) if c["error"]] == ["hash_conflict"]


@pytest.mark.parametrize("fault", ["500", "500_after", "lost_before", "lost_after"])
async def test_an_answer_that_is_lost_is_no_home_that_is_lost(world: World, fault: str) -> None:
    world.hush()
    await opened(world, BEN)
    await world.fault(fault, method=PUBLISH, times=2)
    change(world, retitled("Radar feed, both channels"))
    await world.settle()
    await world.pass_time("1m")
    assert "Radar feed, both channels" in words(shown(world, BEN))


async def test_a_pause_that_slack_asks_for_is_kept(world: World) -> None:
    world.hush()
    await opened(world, BEN)
    await opened(world, CHEN)
    await world.fault("429", method=PUBLISH, times=1, retry_after=30)
    change(world, retitled("Radar feed, both channels"))
    await world.settle()
    called = len(await world.calls(PUBLISH))
    await world.pass_time("20s")
    assert len(await world.calls(PUBLISH)) == called
    await world.pass_time("15s")
    assert "Radar feed, both channels" in words(shown(world, BEN))
    assert len([c for c in await world.calls(PUBLISH) if c["error"] == "ratelimited"]) == 1


async def test_a_hundred_who_look_are_served_within_slacks_limits(world: World) -> None:
    world.hush()
    users = [f"U9{number:03}" for number in range(130)]
    for user in users:
        await world._post("users", id=user, name=user.lower(), real_name=f"Person {user}")
    with world.store.transaction() as tx:  # known for long, as people are who have been there for long
        workspace, now = world.slack.state.team.id, world.slack.clock.now()
        tx.keep_belonging(workspace, dict.fromkeys(users, Belongs.HERE.value), now)
        for user in users:
            tx.add_member(workspace, CHANNEL, user)
    await asyncio.gather(*(world._post("home", user=user) for user in users))
    await world.settle()
    await world.pass_time("2m")
    assert all("Harbor" in words(shown(world, user)) for user in users)
    assert [c for c in await world.calls(PUBLISH) if not c["ok"]] == []


# ——— much of it


async def test_five_hundred_items_are_all_reachable_and_no_limit_is_broken(world: World) -> None:
    world.hush()
    many = [
        Item(
            key=f"task-{n:03}",
            title=f"Task number {n:03}, with a title as long as titles are",
            owner="ben",
            gate=True,
        )
        for n in range(500)
    ]
    change(world, lambda plan: replace(plan, items=(*plan.items, *many)))
    await opened(world, BEN)
    await press(world, BEN, "home_page_items")
    seen = set[str]()
    while True:
        view = shown(world, BEN)
        seen |= {item.key for item in many if f"({item.key})" in words(view)}
        if not any(one["action_id"] == "home_page_later" for one in actions(view)):
            break
        await press(world, BEN, "home_page_later")
    assert seen == {item.key for item in many}
    await press(world, BEN, "home_page_day")
    assert "My day" in words(shown(world, BEN))
    assert await world.refused() == []


async def test_opened_again_it_begins_with_my_day(world: World) -> None:
    many = [Item(key=f"task-{n}", title=f"Task {n}", owner="ben") for n in range(30)]
    change(world, lambda plan: replace(plan, items=(*plan.items, *many)))
    await opened(world, BEN)
    await press(world, BEN, "home_page_items")
    assert "My day" not in words(shown(world, BEN))
    assert "My day" in words(await opened(world, BEN))


# ——— when I am left alone


async def test_my_working_hours_are_changed_there(world: World) -> None:
    await opened(world, BEN)
    await press(world, BEN, "home_set_hours")
    form = await form_of(world, BEN)
    await world.submit(BEN, form["id"], {"start": "07:30", "end": "15:00"})
    said = words(shown(world, BEN))
    assert "You work 07:30 to 15:00" in said
    assert "Ben Okoro: working hours as the project → 07:30 to 15:00." in said
    assert "from those of the project to 07:30 to 15:00" in (await world.command(BEN, "changes"))["text"]
    await press(world, BEN, "home_set_hours")
    form = await form_of(world, BEN)
    refused = await world.submit(BEN, form["id"], {"start": "07:30", "end": "07:30"})
    assert refused["response_action"] == "errors"


async def test_quiet_is_asked_for_and_ended_there(world: World) -> None:
    await opened(world, BEN)
    await press(world, BEN, "home_set_quiet")
    form = await form_of(world, BEN)
    await world.submit(BEN, form["id"], {"until": "2027-03-05"})
    assert "I tell you nothing by myself until Fri 5 Mar" in words(shown(world, BEN))
    await press(world, BEN, "home_set_loud")
    said = words(shown(world, BEN))
    assert "I tell you things again." in said
    assert "nothing by myself" not in said


async def test_a_deputy_is_named_there_with_the_days_away(world: World) -> None:
    await opened(world, BEN)
    await press(world, BEN, "home_set_deputy")
    form = await form_of(world, BEN)
    values = {"user": CHEN, "project": "*", "from": "2027-03-08", "until": "2027-03-12"}
    await world.submit(BEN, form["id"], values)
    said = words(shown(world, BEN))
    assert "acts for you while you are away" in said
    assert "away Mon 8 Mar to Fri 12 Mar" in said
    assert "Ben Okoro: days away none → Mon 8 Mar 2027 to Fri 12 Mar 2027." in said
    assert "Ben Okoro: deputy nobody → Chen Wei." in said
    with world.store.reading() as tx:
        plan = tx.plan(world.slack.state.team.id, "harbor")
    assert plan is not None
    assert plan.by_slack[BEN].deputy == plan.by_slack[CHEN].key
    await press(world, BEN, "home_set_deputy")
    form = await form_of(world, BEN)
    await world.submit(BEN, form["id"], {"project": "*", "from": "2027-03-22", "until": "2027-03-23"})
    said = words(shown(world, BEN))
    assert "Chen Wei acts for you while you are away" in said, "further days change nothing of that"
    assert "away Mon 22 Mar to Tue 23 Mar" in said
    await press(world, BEN, "home_set_deputy")
    form = await form_of(world, BEN)
    await world.submit(BEN, form["id"], {"project": "harbor", "nobody": ["nobody"]})
    assert "Nobody acts for you while you are away" in words(shown(world, BEN))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"user": BEN, "project": "*"}, None),
        ({"user": CHEN, "nobody": ["nobody"], "project": "*"}, "nobody"),
        ({"user": CHEN, "project": "*", "from": "2027-03-08"}, "until"),
        ({"user": CHEN, "project": "*", "from": "2027-03-12", "until": "2027-03-08"}, "until"),
        ({"user": CHEN, "project": "*", "from": "2026-03-12", "until": "2026-03-18"}, "until"),
    ],
)
async def test_days_and_deputies_that_cannot_be_are_said_in_the_form(
    world: World, values: Json, field: str | None
) -> None:
    await opened(world, BEN)
    await press(world, BEN, "home_set_deputy")
    form = await form_of(world, BEN)
    answer = await world.submit(BEN, form["id"], values)
    assert answer["response_action"] == "errors"
    assert field is None or list(answer["errors"]) == [field]


# ——— people from outside


async def test_a_guest_sees_nothing_that_is_internal(world: World) -> None:
    world.hush()
    secret = Item(key="price", title="Price of the second phase", owner="chen", internal=True, gate=True)
    change(world, lambda plan: replace(plan, items=(*plan.items, secret)))
    assert "Price of the second phase" in words(await opened(world, CHEN))
    await world._post(f"users/{CHEN}", is_restricted=True)
    await world.settle()
    said = words(shown(world, CHEN))
    assert "Price of the second phase" not in said, "also while they look at it"
    assert "Harbor booking go-live" in said


async def test_who_is_deactivated_is_shown_nothing_of_any_project(world: World) -> None:
    world.hush()
    await opened(world, CHEN)
    await world._post(f"users/{CHEN}", deleted=True)
    await world.settle()
    assert "Harbor" not in words(shown(world, CHEN))


# ——— for leads


async def test_a_lead_of_several_sees_how_all_of_them_stand(world: World) -> None:
    await world.command(ANA, "new island Island ferry", channel="C0LOUNGE")
    with world.store.transaction() as tx:
        plan = tx.plan(world.slack.state.team.id, "island")
        assert plan is not None
    said = words(await opened(world, ANA))
    assert "Portfolio, the worst first" in said
    assert "Island ferry" in said
