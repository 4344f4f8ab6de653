"""What people ask in their own words, wherever they are, and what they are told."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.domain.errors import Invalid
from bot.tracker import Tracker
from handlers.views import asking as views
from tests.journeys.test_commands import buttons, plan, press, private
from tests.journeys.world import ANA, BEN, CHANNEL, CHEN, ELI, World

FORGED = ["", "harbor", "harbor 3 what is overdue?", "harbor 1 ", "harbor 1 " + "x" * 1001]
PIER = """
project: {key: pier, name: Pier lights, customer: Lantern Works, channel: C0PIER, timezone: Europe/Lisbon,
  go_live_item: on, lead: eli}
people: [{id: eli, name: Eli Stone, slack: U0ELI}]
items:
- {key: lamps, title: Lamps hung, owner: eli, gate: true, due: '2027-03-02'}
- {key: 'on', title: Lights on, depends_on: [lamps]}
"""


async def another_project(world: World, text: str = PIER) -> None:
    """A second project, which only Eli is part of."""
    tracker = Tracker(world.store, world.slack.clock.now)
    workspace = world.slack.state.team.id
    await asyncio.to_thread(tracker.load, text, "pier.yaml", workspace=workspace, actor="cli:test")


async def said(world: World, user: str, text: str, *, thread: str | None = None) -> dict[str, Any]:
    """What golive answers to a mention in the project's channel: the newest that they see of it."""
    await world.say(user, f"<@{world.slack.state.app.bot_user}> {text}", thread=thread)
    return (await world.from_bot(user=user))[-1]


async def written(world: World, user: str, text: str, *, thread: str | None = None) -> dict[str, Any]:
    """What golive answers to a direct message."""
    await world.say(user, text, channel=world.slack.state.app.bot_user, thread=thread)
    return (await world.direct(user))[-1]


def lines(message: dict[str, Any]) -> list[str]:
    return [line for line in message["text"].split("\n") if line]


# ——— wherever it is asked


async def test_a_question_has_one_answer_wherever_it_is_asked(world: World) -> None:
    asked = await world.command(BEN, "ask what is overdue?")
    assert "overdue" in asked["text"]
    assert (await world.command(BEN, "what is overdue?"))["text"] == asked["text"]
    mention = await said(world, BEN, "what is overdue?")
    assert mention["text"] == asked["text"]
    assert mention["ephemeral_to"] == BEN
    assert (await written(world, BEN, "what is overdue?"))["text"] == asked["text"]
    assert [m for m in await world.from_bot() if not m.get("ephemeral_to")] == []
    assert await world.refused() == []


async def test_a_question_in_a_thread_is_answered_in_that_thread(world: World) -> None:
    ts = await world.say(ANA, "Vessel feed: the customer called again")
    answer = await said(world, BEN, "who has the feed?", thread=ts)
    assert answer["thread_ts"] == ts
    assert "Ben Okoro" in answer["text"]


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("whos waiting on who", "wait"),
        ("wat is blokced", "blocker"),
        ("overdue", "overdue"),
        ("status of feed", "Vessel feed connected (feed)"),
        ("who owns feed", "Ben Okoro"),
        ("ask quién tiene feed?", "Ben Okoro"),
        ("was ist überfällig?", "overdue"),
        ("qu'est-ce qui est en retard ?", "overdue"),
        ("que falta para salir en vivo?", "3 of 3 gates open"),
        ("due this week", "due"),
        ("done but not validated?", "not validated"),
        ("blocked on who?", "blocker"),
        ("show me the blockers", "blocker"),
        ("what if feed slips 3 days?", "feed"),
        ("assumptions about the pilots", "assumption"),
        ("what changed since friday?", "changes since"),
        ("what happened to feed?", "what happened"),
    ],
)
async def test_it_is_understood_as_people_say_it_and_changes_nothing(
    world: World, question: str, says: str
) -> None:
    before = await plan(world)
    answer = await world.command(BEN, question)
    assert says.casefold() in answer["text"].casefold()
    assert (await plan(world)).project.revision == before.project.revision
    assert await world.refused() == []


async def test_what_only_looks_like_a_question_is_still_a_command(world: World) -> None:
    await world.command(BEN, "due feed this friday")
    await world.command(BEN, "done feed does it run? yes, since 08:00")
    feed = (await plan(world)).item["feed"]
    assert feed.due is not None
    assert feed.due.isoformat() == "2027-03-05"
    assert feed.status.value == "done"


async def test_a_line_that_is_nearly_a_command_may_also_be_a_question(world: World) -> None:
    answer = await world.command(BEN, "owner of feed")
    assert "/golive own" in answer["text"]
    await press(world, BEN, "It is a question", await private(world, BEN))
    assert "Ben Okoro" in (await private(world, BEN))["text"]


async def test_what_golive_cannot_know_is_said_in_a_line_and_an_example(world: World) -> None:
    answer = await world.command(BEN, "what is the weather like in Tamsk?")
    assert "For example:" in answer["text"]
    assert len(lines(answer)) <= 3


async def test_help_gives_examples_of_this_very_project(world: World) -> None:
    answer = await said(world, BEN, "what can I ask you?")
    assert "feed" in answer["text"] or "training" in answer["text"]
    assert "vpn" not in answer["text"]
    assert len(lines(answer)) <= 12


# ——— what leads on


async def test_the_other_sense_is_a_button_and_leads_back(world: World) -> None:
    first = await world.command(BEN, "what can I start today?")
    offered = next(label for label in buttons(first) if label.startswith("Or: "))
    await press(world, BEN, offered, await private(world, BEN))
    other = await private(world, BEN)
    assert other["text"] != first["text"]
    back = next(label for label in buttons(other) if label.startswith("Or: "))
    await press(world, BEN, back, other)
    assert (await private(world, BEN))["text"] == first["text"]
    assert await world.refused() == []


async def test_what_if_is_asked_in_a_form_and_nothing_is_stored(world: World) -> None:
    before = await plan(world)
    await world.command(BEN, "are we ready?")
    await press(world, BEN, "What if …", await private(world, BEN))
    view = (await world.views(BEN))[-1]
    done = await world.submit(BEN, view["id"], {"what_if": "how is the weather"})
    assert done["errors"]["what_if"]
    done = await world.submit(BEN, view["id"], {"what_if": "feed slips 3 days"})
    assert done["response_action"] == "update"
    assert "feed" in str(done["view"]["blocks"])
    assert await plan(world) == before
    assert await world.refused() == []


async def test_an_answer_in_words_is_posted_once_with_what_was_asked(world: World) -> None:
    await world.command(BEN, "what is due this week?")
    answer = await private(world, BEN)
    for _ in range(2):
        await press(world, BEN, "Post to channel", answer)
    posted = [m for m in await world.from_bot() if not m.get("ephemeral_to")]
    assert len(posted) == 1
    assert "what is due this week?" in str(posted[0]["blocks"])
    assert f"<@{BEN}> asked" in str(posted[0]["blocks"])


async def test_what_somebody_has_to_do_themselves_is_not_for_the_channel(world: World) -> None:
    answer = await world.command(BEN, "what do I have to do this week?")
    assert "Post to channel" not in buttons(answer)


@pytest.mark.parametrize("value", FORGED)
@pytest.mark.parametrize("action", [views.POST, views.OTHER, views.ALL])
def test_a_press_that_holds_what_was_never_written_is_told_so(action: str, value: str) -> None:
    with pytest.raises(Invalid, match="button"):
        views.question({"action_id": action, "value": value})


# ——— which project


async def test_a_project_that_may_not_be_seen_is_answered_like_one_that_is_not_there(world: World) -> None:
    await another_project(world)
    for channel in (CHANNEL, "C0LOUNGE"):
        there = await world.command(BEN, "what is left for Pier?", channel=channel)
        nowhere = await world.command(BEN, "what is left for Quux?", channel=channel)
        assert there == {**nowhere, "blocks": there["blocks"]}
        shown = [str(answer["blocks"]).replace("Pier", "Quux") for answer in (there, nowhere)]
        assert shown[0] == shown[1]
        assert "lamps" not in str(there).casefold()


async def test_a_word_that_names_no_project_is_said_so_before_the_answer_of_this_one(world: World) -> None:
    await another_project(world)
    there = await world.command(BEN, "what is left for lantern?")
    nowhere = await world.command(BEN, "what is left for quux?")
    assert "No project here is called “quux”" in nowhere["text"]
    assert nowhere["text"].startswith("Harbor booking")
    assert there["text"] == nowhere["text"].replace("quux", "lantern")


async def test_the_project_named_is_the_one_answered_for_even_elsewhere(world: World) -> None:
    await another_project(world, PIER.replace("slack: U0ELI", "slack: U0BEN"))
    for words in ("pier", "the Pier lights", "Lantern", "peir"):
        answer = await world.command(BEN, f"ask what must happen before the {words} go-live?")
        assert answer["text"].startswith("Pier lights"), words
    here = await world.command(BEN, "what must happen before go-live?")
    assert here["text"].startswith("Harbor booking")


async def test_whoever_is_in_several_projects_is_asked_which_and_gets_the_same_question_answered(
    world: World,
) -> None:
    await another_project(world, PIER.replace("slack: U0ELI", "slack: U0BEN"))
    for question in ("what is due this week?", "due this week", "overdue"):
        answer = await world.command(BEN, question, channel="C0LOUNGE")
        assert list(buttons(answer)) == ["harbor", "pier"]
        message = [
            m for m in await world.messages(channel="C0LOUNGE", user=BEN) if m.get("ephemeral_to") == BEN
        ][-1]
        pier = buttons(message)["pier"]
        place = {"channel": "C0LOUNGE", "ts": message["ts"], "value": pier["value"]}
        await world.press(BEN, pier["action_id"], **place)
        seen = [m for m in await world.messages(channel="C0LOUNGE", user=BEN) if m.get("ephemeral_to") == BEN]
        assert "Pier lights" in seen[-1]["text"]


async def test_a_stranger_learns_nothing_but_how_to_ask(world: World) -> None:
    answer = await world.command(ELI, "what is overdue?", channel="C0LOUNGE")
    assert "harbor" not in answer["text"].casefold()
    answer = await written(world, ELI, "who has the feed?")
    assert "Ben" not in answer["text"]
    answer = await written(world, ELI, "what can I ask you?")
    assert "overdue" in answer["text"]


async def test_me_is_whoever_asks(world: World) -> None:
    assert "Vessel feed" in (await world.command(BEN, "what do I have to do?"))["text"]
    assert "Berth list" in (await world.command(CHEN, "what do I own?"))["text"]


# ——— news, or a question


async def test_who_was_asked_for_news_can_still_ask(world: World) -> None:
    await world.command(ANA, "settings standup.off no")
    await world.pass_time("1d")
    wish = [m for m in await world.direct(BEN) if "News of" in m["text"]][-1]
    for thread in (wish["ts"], None):
        answer = await written(world, BEN, "when is feed due?", thread=thread)
        assert "Vessel feed" in answer["text"]
    answer = await written(world, BEN, "done with the radar. Can we look at training?")
    assert "Vessel feed" not in answer["text"]
    told = await written(world, BEN, "the feed is up since eight", thread=wish["ts"])
    assert "digest" in told["text"].casefold()
