"""What can people answer to a reminder, what does the message show then, and who else hears of it?"""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.plan import Plan, Status
from tests.journeys.world import ANA, BEN, CHEN, DITA, ELI, World

Element = dict[str, Any]


async def plan(world: World) -> Plan:
    with world.store.reading() as tx:
        found = tx.plan(world.slack.state.team.id, "harbor")
    assert found is not None
    return found


async def dms(world: World, user: str) -> list[dict[str, Any]]:
    """What golive wrote to somebody, oldest first, without what vanishes."""
    return [m for m in await _written_to(world, user) if not m.get("ephemeral_to")]


async def _written_to(world: World, user: str) -> list[dict[str, Any]]:
    channels = (await world.http.get("/sandbox/channels", params={"user": user})).json()
    ids = [one["id"] for one in channels if one.get("is_im")]
    return [{**m, "channel": id} for id in ids for m in await world.from_bot(channel=id, user=user)]


async def whispers(world: World, user: str) -> list[str]:
    return [m["text"] for m in await _written_to(world, user) if m.get("ephemeral_to")]


def elements(message: dict[str, Any]) -> list[tuple[str, Element]]:
    """What can be pressed, with the block it stands in."""
    return [
        (block["block_id"], element)
        for block in message.get("blocks", ())
        if block["type"] == "actions"
        for element in block["elements"]
    ]


def labels(message: dict[str, Any]) -> list[str]:
    return [(e.get("text") or e["placeholder"])["text"] for _, e in elements(message)]


async def press(
    world: World, user: str, label: str, message: dict[str, Any], option: str | None = None
) -> dict[str, Any]:
    block, element = next(
        (block, e) for block, e in elements(message) if (e.get("text") or e["placeholder"])["text"] == label
    )
    value = option or element.get("value")
    return await world.press(
        user,
        element["action_id"],
        channel=message["channel"],
        ts=message["ts"],
        block_id=block,
        value=value,
    )


@pytest.fixture
async def reminded(world: World) -> World:
    """Ben was told on Wednesday morning that his feed is due."""
    await world.pass_time("2d")
    return world


async def test_a_reminder_has_a_button_for_every_answer(reminded: World) -> None:
    message = (await dms(reminded, BEN))[0]
    assert "Vessel feed connected (feed)" in message["text"]
    assert labels(message) == ["On it until …", "Done", "Snooze", "Not mine", "It's blocked"]
    assert await reminded.refused() == []


async def test_a_promise_shows_in_the_message_and_ends_the_reminders(reminded: World) -> None:
    message = (await dms(reminded, BEN))[0]
    await press(reminded, BEN, "On it until …", message, "2027-03-05")
    changed = (await dms(reminded, BEN))[0]
    assert "You are on it until Fri 5 Mar, 17:00" in changed["text"]
    assert changed["ts"] == message["ts"]
    await reminded.pass_time("2d")
    assert len(await dms(reminded, BEN)) == 1  # it would have been overdue
    assert await reminded.refused() == []


async def test_done_is_done_and_the_message_says_so(reminded: World) -> None:
    await press(reminded, BEN, "Done", (await dms(reminded, BEN))[0])
    assert (await plan(reminded)).item["feed"].status is Status.DONE
    changed = (await dms(reminded, BEN))[0]
    assert "Done. It counts once it is confirmed" in changed["text"]
    assert elements(changed) == []
    assert any("`feed`" in said for said in await whispers(reminded, BEN))


async def test_a_snoozed_reminder_comes_back_the_next_working_morning(reminded: World) -> None:
    await press(reminded, BEN, "Snooze", (await dms(reminded, BEN))[0])
    assert "Snoozed until Thu 4 Mar, 09:00" in (await dms(reminded, BEN))[0]["text"]
    await reminded.pass_time("1d")
    again = await dms(reminded, BEN)
    assert len(again) == 2
    assert "overdue since Wed 3 Mar" in again[1]["text"]


async def test_not_mine_asks_somebody_else_and_they_may_accept(reminded: World) -> None:
    await press(reminded, BEN, "Not mine", (await dms(reminded, BEN))[0])
    view = (await reminded.views(BEN))[-1]
    assert view["callback_id"] == "nudge_form_not_mine"
    await reminded.submit(BEN, view["id"], {"user": DITA})
    assert (
        "Dita Kova was asked to take it; until then it stays yours" in (await dms(reminded, BEN))[0]["text"]
    )
    assert "Not mine" not in labels((await dms(reminded, BEN))[0])
    asked = (await dms(reminded, DITA))[-1]
    assert "Ben Okoro asks you to take Vessel feed connected (feed)" in asked["text"]
    assert (await plan(reminded)).item["feed"].owner == "ben"
    await press(reminded, DITA, "Accept", asked)
    assert (await plan(reminded)).item["feed"].owner == "dita"
    assert "It is yours now" in (await dms(reminded, DITA))[-1]["text"]
    assert "Dita Kova took Vessel feed connected" in (await dms(reminded, BEN))[-1]["text"]
    assert await reminded.refused() == []


async def test_who_is_not_at_work_is_asked_to_take_something_in_their_morning(reminded: World) -> None:
    await press(reminded, BEN, "Not mine", (await dms(reminded, BEN))[0])
    before = len(await dms(reminded, CHEN))
    await reminded.submit(BEN, (await reminded.views(BEN))[-1]["id"], {"user": CHEN})
    assert len(await dms(reminded, CHEN)) == before  # it is evening in Singapore
    await reminded.pass_time("16h")
    asked = (await dms(reminded, CHEN))[-1]
    assert "Ben Okoro asks you to take it" in asked["text"]
    assert labels(asked) == ["Accept", "Decline"]
    await press(reminded, CHEN, "Accept", asked)
    assert (await plan(reminded)).item["feed"].owner == "chen"
    assert "It is yours now" in (await dms(reminded, CHEN))[-1]["text"]


async def test_who_declines_leaves_it_where_it_is_and_both_know(reminded: World) -> None:
    await press(reminded, BEN, "Not mine", (await dms(reminded, BEN))[0])
    await reminded.submit(BEN, (await reminded.views(BEN))[-1]["id"], {"user": DITA})
    asked = (await dms(reminded, DITA))[-1]
    await press(reminded, DITA, "Decline", asked)
    assert (await plan(reminded)).item["feed"].owner == "ben"
    assert "Dita Kova did not take Vessel feed connected" in (await dms(reminded, BEN))[-1]["text"]
    changed = (await dms(reminded, DITA))[-1]
    assert "Ben Okoro has it" in changed["text"]
    assert labels(changed) == []


async def test_an_item_can_be_handed_to_somebody_new_to_the_project(reminded: World) -> None:
    await press(reminded, BEN, "Not mine", (await dms(reminded, BEN))[0])
    await reminded.submit(BEN, (await reminded.views(BEN))[-1]["id"], {"user": ELI})
    await press(reminded, ELI, "Accept", (await dms(reminded, ELI))[-1])
    found = await plan(reminded)
    assert found.item["feed"].owner == found.by_slack[ELI].key


async def test_its_blocked_makes_a_blocker_of_what_is_said(reminded: World) -> None:
    await press(reminded, BEN, "It's blocked", (await dms(reminded, BEN))[0])
    form = (await reminded.views(BEN))[-1]
    filled = {"what": "Radar licence is missing", "user": DITA, "day": "2027-03-08"}
    await reminded.submit(BEN, form["id"], filled)
    found = await plan(reminded)
    blocker = found.blockers[0]
    assert found.item["feed"].status is Status.BLOCKED
    assert (blocker.item, blocker.waiting_on) == ("feed", "Dita Kova")
    assert f"{blocker.expected_clear}" == "2027-03-08"
    assert "B1 holds it up: Radar licence is missing" in (await dms(reminded, BEN))[0]["text"]


async def test_another_day_is_chosen_in_a_form_and_a_past_one_is_refused_there(reminded: World) -> None:
    await press(reminded, BEN, "On it until …", (await dms(reminded, BEN))[0], "other")
    form = (await reminded.views(BEN))[-1]
    refused = await reminded.submit(BEN, form["id"], {"day": "2027-02-01"})
    assert "passed" in str(refused)
    await reminded.submit(BEN, form["id"], {"day": "2027-03-19"})
    assert "You are on it until Fri 19 Mar, 17:00" in (await dms(reminded, BEN))[0]["text"]


async def test_a_press_on_what_changed_meanwhile_is_told_so_and_changes_nothing(reminded: World) -> None:
    message = (await dms(reminded, BEN))[0]
    await reminded.fault("429", method="chat.update", retry_after=30)  # it cannot be brought up to date yet
    await reminded.command(ANA, f"own feed <@{CHEN}>")
    revision = (await plan(reminded)).project.revision
    await press(reminded, BEN, "Done", message)
    assert (await whispers(reminded, BEN))[-1] == "Vessel feed connected (feed): Chen Wei has it."
    assert (await plan(reminded)).project.revision == revision
    await reminded.pass_time("1m")
    changed = (await dms(reminded, BEN))[0]
    assert "Chen Wei has it" in changed["text"]
    assert labels(changed) == []


async def test_nobody_answers_for_somebody_else(reminded: World) -> None:
    message = (await dms(reminded, BEN))[0]
    block, done = next((b, e) for b, e in elements(message) if e["action_id"] == "nudge_done")
    shown = await reminded.http.post(
        "/sandbox/actions",
        json={
            "user": CHEN,
            "channel": message["channel"],
            "ts": message["ts"],
            "action_id": done["action_id"],
            "block_id": block,
        },
    )
    assert not shown.is_success
    assert (await plan(reminded)).item["feed"].status is Status.DOING


async def test_what_is_done_is_put_to_who_confirms_it_and_confirmed_with_evidence(reminded: World) -> None:
    await press(reminded, BEN, "Done", (await dms(reminded, BEN))[0])
    await reminded.pass_time("1d")
    message = (await dms(reminded, CHEN))[-1]
    assert "waits for your confirmation" in message["text"]
    assert labels(message) == ["Confirm", "Not done", "On it until …", "Snooze"]
    await press(reminded, CHEN, "Confirm", message)
    form = (await reminded.views(CHEN))[-1]
    await reminded.submit(CHEN, form["id"], {"evidence": "12 ships on the map"})
    assert (await plan(reminded)).item["feed"].status is Status.VALIDATED
    assert "Chen Wei confirmed it" in (await dms(reminded, CHEN))[-1]["text"]


async def test_what_is_not_done_is_opened_again_with_the_reason(reminded: World) -> None:
    await press(reminded, BEN, "Done", (await dms(reminded, BEN))[0])
    await reminded.pass_time("1d")
    await press(reminded, CHEN, "Not done", (await dms(reminded, CHEN))[-1])
    await reminded.submit(CHEN, (await reminded.views(CHEN))[-1]["id"], {"why": "no ships at night"})
    assert (await plan(reminded)).item["feed"].status is Status.DOING
    assert "opened again" in (await dms(reminded, CHEN))[-1]["text"]


# ——— blockers


@pytest.fixture
async def blocked(world: World) -> World:
    """Dita reported on Monday that Ben's feed is blocked; he was asked."""
    await world.command(DITA, "block feed radar vendor is silent")
    return world


async def asked(world: World, user: str) -> dict[str, Any]:
    found = [m for m in await dms(world, user) if "B1" in m["text"]]
    assert found, [m["text"] for m in await dms(world, user)]
    return found[-1]


async def test_who_is_asked_about_a_blocker_reads_what_is_wanted_of_them(blocked: World) -> None:
    message = await asked(blocked, BEN)
    assert "B1 on Vessel feed connected (feed): radar vendor is silent" in message["text"]
    assert "Say until when you are on it" in message["text"]
    assert labels(message) == ["On it until …", "Cleared", "Not mine"]


async def test_on_it_stops_the_climb_until_the_promised_moment(blocked: World) -> None:
    await press(blocked, BEN, "On it until …", await asked(blocked, BEN), "2027-03-02")
    assert "You are on it until Tue 2 Mar, 17:00" in (await asked(blocked, BEN))["text"]
    await blocked.pass_time("1d")
    assert [m for m in await dms(blocked, ANA) if "B1" in m["text"]] == []
    await blocked.pass_time("1d")
    await blocked.pass_time("1d")
    message = await asked(blocked, ANA)
    assert "Ben Okoro was asked Mon 1 Mar" in message["text"]


async def test_cleared_clears_it_and_the_message_says_so(blocked: World) -> None:
    await press(blocked, BEN, "Cleared", await asked(blocked, BEN))
    assert not (await plan(blocked)).blocker["B1"].open
    message = await asked(blocked, BEN)
    assert "It is cleared" in message["text"]
    assert labels(message) == []


async def test_a_blocker_that_is_not_mine_goes_to_who_is_named_who_is_asked_next(blocked: World) -> None:
    await press(blocked, BEN, "Not mine", await asked(blocked, BEN))
    await blocked.submit(BEN, (await blocked.views(BEN))[-1]["id"], {"user": ANA})
    assert (await plan(blocked)).blocker["B1"].owner == "ana"
    assert "Ana Duarte chases it now" in (await asked(blocked, BEN))["text"]
    assert labels(await asked(blocked, ANA)) == ["On it until …", "Cleared", "Not mine"]


@pytest.fixture
async def before_the_sponsor(blocked: World) -> World:
    """Nobody had it, so the lead was asked whether the sponsor is to be."""
    for _ in range(6):
        await blocked.pass_time("1d")
    return blocked


async def test_the_lead_decides_whether_the_sponsor_is_asked(before_the_sponsor: World) -> None:
    world = before_the_sponsor
    message = await asked(world, ANA)
    assert "press Escalate" in message["text"]
    assert labels(message) == ["Escalate", "Not now"]
    assert [m for m in await dms(world, DITA) if "B1" in m["text"]] == []
    await press(world, ANA, "Escalate", message)
    assert "You decided: Dita Kova is asked" in (await asked(world, ANA))["text"]
    await world.pass_time("1d")
    assert "Decide" in (await asked(world, DITA))["text"]


async def test_not_now_asks_nobody_and_the_lead_again_on_a_later_day(before_the_sponsor: World) -> None:
    world = before_the_sponsor
    await press(world, ANA, "Not now", await asked(world, ANA))
    message = await asked(world, ANA)
    assert "Not now: Dita Kova is not asked" in message["text"]
    count = len(await dms(world, ANA))
    await world.pass_time("1d")
    again = await dms(world, ANA)
    assert len(again) == count + 1
    assert labels(again[-1]) == ["Escalate", "Not now"]
    assert [m for m in await dms(world, DITA) if "B1" in m["text"]] == []


async def test_who_said_not_now_may_still_escalate(before_the_sponsor: World) -> None:
    world = before_the_sponsor
    await press(world, ANA, "Not now", await asked(world, ANA))
    await press(world, ANA, "Escalate", await asked(world, ANA))
    await world.pass_time("1d")
    assert "Decide" in (await asked(world, DITA))["text"]
