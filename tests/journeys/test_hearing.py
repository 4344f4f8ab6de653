"""What golive hears in a project's channel, and how it follows a message."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.domain.plan import Blocker, Status
from tests.journeys.test_commands import buttons, plan, private
from tests.journeys.world import ANA, BEN, CHANNEL, CHEN, DITA, ELI, World


async def thread(world: World, ts: str) -> list[dict[str, Any]]:
    """golive's replies under a message."""
    return [m for m in await world.from_bot() if m.get("thread_ts") == ts and not m.get("ephemeral_to")]


async def the_blocker(world: World) -> Blocker:
    (found,) = (await plan(world)).blockers
    return found


async def press(world: World, user: str, label: str, message: dict[str, Any]) -> dict[str, Any]:
    button = buttons(message)[label]
    return await world.press(
        user, button["action_id"], channel=CHANNEL, ts=message["ts"], value=button.get("value")
    )


async def opened(world: World, user: str, message: dict[str, Any]) -> dict[str, Any]:
    await press(world, user, "Edit", message)
    return (await world.views(user))[-1]


async def test_a_blocker_is_recorded_marked_and_answered_once(world: World) -> None:
    ts = await world.say(BEN, f"blocker: feed has no data, waiting on <@{CHEN}> by Friday")
    blocker = await the_blocker(world)
    assert (blocker.item, blocker.waiting_on, blocker.raised_by) == ("feed", "Chen Wei", BEN)
    assert str(blocker.expected_clear) == "2027-03-05"
    assert (blocker.channel, blocker.ts) == (CHANNEL, ts)
    assert blocker.permalink
    assert (await plan(world)).item["feed"].status is Status.BLOCKED
    (reply,) = await thread(world, ts)
    assert "B1" in reply["text"]
    assert list(buttons(reply)) == ["Edit", "Not a blocker"]
    said = next(m for m in await world.messages() if m["ts"] == ts)
    assert [r["name"] for r in said["reactions"]] == ["construction"]
    assert await world.refused() == []


@pytest.mark.parametrize(
    "text",
    [
        "blocked on the radar vendor",
        "🚧 no power at berth 4",
        ":construction: no power at berth 4",
        "Blocker: crane two is out",
    ],
)
async def test_every_outright_way_to_say_it_is_heard(world: World, text: str) -> None:
    ts = await world.say(BEN, text)
    assert len(await thread(world, ts)) == 1
    assert (await the_blocker(world)).open


@pytest.mark.parametrize(
    "text",
    [
        "we may be blocked one day",
        "> blocker: somebody else's words",
        "`blocker: code`",
        "is that a blocker?",
        "good morning",
    ],
)
async def test_what_is_not_said_outright_is_left_alone(world: World, text: str) -> None:
    await world.say(BEN, text)
    assert (await plan(world)).blockers == ()
    assert await world.from_bot() == []


async def test_the_same_event_twice_is_one_blocker_and_one_reply(world: World) -> None:
    await world.fault("events_twice", times=3)
    ts = await world.say(BEN, "blocker: feed is silent")
    assert len((await plan(world)).blockers) == 1
    assert len(await thread(world, ts)) == 1


async def test_a_channel_without_a_project_is_left_alone(world: World) -> None:
    await world.say(BEN, "blocker: the coffee machine", channel="C0LOUNGE")
    assert await world.from_bot(channel="C0LOUNGE") == []
    assert (await plan(world)).blockers == ()


async def test_an_edited_message_is_followed(world: World) -> None:
    ts = await world.say(BEN, "blocker: training room is closed")
    await world.edit(BEN, ts, "blocker: feed has no data by 10 March")
    blocker = await the_blocker(world)
    assert (blocker.item, str(blocker.expected_clear)) == ("feed", "2027-03-10")
    assert (await plan(world)).item["training"].status is Status.TODO
    (reply,) = await thread(world, ts)
    assert "no data" in reply["text"]


async def test_a_message_edited_into_small_talk_reports_nothing_any_more(world: World) -> None:
    ts = await world.say(BEN, "blocker: feed is silent")
    await world.edit(BEN, ts, "never mind, the feed is fine")
    assert (await the_blocker(world)).status == "retracted"
    assert (await plan(world)).item["feed"].status is Status.DOING
    (reply,) = await thread(world, ts)
    assert "taken back" in reply["text"]
    assert buttons(reply) == {}
    await world.edit(BEN, ts, "blocker: feed is silent again")
    assert (await the_blocker(world)).open
    (reply,) = await thread(world, ts)
    assert list(buttons(reply)) == ["Edit", "Not a blocker"]


async def test_small_talk_edited_into_a_report_is_heard(world: World) -> None:
    ts = await world.say(BEN, "the feed is slow")
    await world.edit(BEN, ts, "blocker: feed is silent")
    assert (await the_blocker(world)).open
    assert len(await thread(world, ts)) == 1


async def test_a_deleted_message_frees_its_item(world: World) -> None:
    ts = await world.say(BEN, "blocker: feed is silent")
    await world.delete(BEN, ts)
    assert (await the_blocker(world)).status == "retracted"
    assert (await plan(world)).item["feed"].status is Status.DOING
    (reply,) = await thread(world, ts)
    assert "taken back" in reply["text"]


async def test_an_edit_or_deletion_that_overtakes_its_message_has_the_last_word(world: World) -> None:
    await world.fault("out_of_order", times=1)
    await world._post("messages", user=BEN, channel=CHANNEL, text="blocker: feed is silent")
    (said,) = [m for m in await world.messages() if m.get("user") == BEN]
    await world.delete(BEN, said["ts"])
    assert [b for b in (await plan(world)).blockers if b.open] == []


async def test_what_was_set_in_the_form_stays_when_the_message_is_edited(world: World) -> None:
    ts = await world.say(BEN, "blocker: feed is silent, waiting on the vendor by Friday")
    (reply,) = await thread(world, ts)
    view = await opened(world, BEN, reply)
    values = {
        "text": "feed is silent",
        "item": "feed",
        "waiting_on": "Radar Ltd",
        "expected_clear": "2027-03-09",
    }
    await submit(world, BEN, view, values)
    await world.edit(BEN, ts, "blocker: feed is quite silent, waiting on the vendor by Thursday")
    blocker = await the_blocker(world)
    assert (blocker.waiting_on, str(blocker.expected_clear)) == ("Radar Ltd", "2027-03-09")


async def submit(world: World, user: str, view: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    """Fill a form's fields by their block id."""
    values: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] == "input" and block["block_id"] in said:
            values[block["block_id"]] = {block["element"]["action_id"]: said[block["block_id"]]}
    return await world.submit(user, view["id"], values)


async def test_the_form_corrects_a_blocker_and_the_reply_follows(world: World) -> None:
    ts = await world.say(BEN, "blocker: somebody has to sign")
    (reply,) = await thread(world, ts)
    assert "not clear to me" in reply["text"]
    view = await opened(world, BEN, reply)
    said = {"text": "Pilots refuse", "item": "training", "owner": ELI, "waiting_on": "Union"}
    await submit(world, BEN, view, {**said, "expected_clear": "2027-03-12"})
    blocker = await the_blocker(world)
    assert (blocker.text, blocker.item, blocker.waiting_on) == ("Pilots refuse", "training", "Union")
    assert blocker.owner == (await plan(world)).by_slack[ELI].key
    assert (await plan(world)).item["training"].status is Status.BLOCKED
    (reply,) = await thread(world, ts)
    assert "Pilots refuse" in reply["text"]
    assert "Eli Stone chases it" in reply["text"]
    assert await world.refused() == []


async def test_the_form_takes_no_day_gone_by_but_leaves_one_that_stands_there(world: World) -> None:
    ts = await world.say(BEN, "blocker: feed is silent until 2 March")
    (reply,) = await thread(world, ts)
    view = await opened(world, BEN, reply)
    answer = await submit(world, BEN, view, {"expected_clear": "2026-01-01"})
    past = "Thu 1 Jan 2026 is in the past; today is Mon 1 Mar 2027."
    assert answer["ack"]["errors"] == {"expected_clear": f"{past} Choose a later day."}
    assert past in (await world.command(BEN, "due B1 2026-01-01"))["text"]
    await world.pass_time("5d")
    (reply,) = await thread(world, ts)
    await submit(world, BEN, await opened(world, BEN, reply), {"text": "Feed is mute"})
    blocker = await the_blocker(world)
    assert (blocker.text, str(blocker.expected_clear)) == ("Feed is mute", "2027-03-02")


async def test_a_day_of_another_year_shows_its_year(world: World) -> None:
    ts = await world.say(BEN, "blocker: feed is silent, expected 2028-01-07")
    assert "Expected to clear Fri 7 Jan 2028." in (await thread(world, ts))[0]["text"]


async def test_words_that_nearly_name_an_item_are_kept_and_the_item_is_asked_for(world: World) -> None:
    ts = await world.say(BEN, "blocker for trainin: no simulator, by 30 March")
    blocker = await the_blocker(world)
    assert (blocker.item, blocker.text) == (None, "for trainin: no simulator, by 30 March")
    (reply,) = await thread(world, ts)
    assert "Did you mean `training`? Press Edit" in reply["text"]
    view = await opened(world, BEN, reply)
    await submit(world, BEN, view, {"item": "training"})
    assert "Did you mean" not in (await thread(world, ts))[0]["text"]


async def test_words_that_name_an_item_are_not_said_twice(world: World) -> None:
    await world.say(BEN, "blocker for training: no simulator")
    blocker = await the_blocker(world)
    assert (blocker.item, blocker.text) == ("training", "no simulator")


async def test_two_people_in_one_form_the_second_is_told(world: World) -> None:
    ts = await world.say(BEN, "blocker: feed is silent")
    (reply,) = await thread(world, ts)
    first, second = await opened(world, BEN, reply), await opened(world, ANA, reply)
    await submit(world, BEN, first, {"text": "Feed is mute"})
    answer = await submit(world, ANA, second, {"text": "Feed is broken"})
    assert "changed while you were writing, by Ben Okoro" in json.dumps(answer)
    assert (await the_blocker(world)).text == "Feed is mute"


async def test_only_those_concerned_change_a_blocker(world: World) -> None:
    ts = await world.say(BEN, "blocker: feed is silent")
    (reply,) = await thread(world, ts)
    await press(world, DITA, "Not a blocker", reply)
    assert (await the_blocker(world)).open
    assert "can be changed by" in (await private(world, DITA))["text"]
    await press(world, ANA, "Not a blocker", reply)
    assert (await the_blocker(world)).status == "retracted"
    (reply,) = await thread(world, ts)
    assert buttons(reply) == {}


async def test_an_owner_is_heard_and_confirmed_in_the_thread(world: World) -> None:
    ts = await world.say(ANA, f"owner: <@{DITA}> training")
    assert (await plan(world)).item["training"].owner == "dita"
    (reply,) = await thread(world, ts)
    assert "Dita Kova now owns `training`" in reply["text"]
    await world.edit(ANA, ts, f"owner: <@{CHEN}> training")
    assert (await plan(world)).item["training"].owner == "chen"
    (reply,) = await thread(world, ts)
    assert "Chen Wei now owns `training`" in reply["text"]


async def test_in_a_blockers_thread_the_owner_is_the_blockers(world: World) -> None:
    ts = await world.say(BEN, "blocker: feed is silent")
    await world.say(BEN, f"owner: <@{CHEN}>", thread=ts)
    assert (await the_blocker(world)).owner == "chen"
    assert "Chen Wei now chases B1" in (await thread(world, ts))[-1]["text"]


async def test_an_owner_of_who_knows_what_is_asked_for_once_and_chosen_from_a_list(world: World) -> None:
    ts = await world.say(ANA, f"owner: <@{ELI}>")
    (question,) = await thread(world, ts)
    assert "Which item" in question["text"]
    (select,) = next(b for b in question["blocks"] if b["type"] == "actions")["elements"]
    await world.press(ANA, select["action_id"], channel=CHANNEL, ts=question["ts"], value="training")
    assert (await plan(world)).item["training"].owner == (await plan(world)).by_slack[ELI].key
    (answer,) = await thread(world, ts)
    assert "Eli Stone now owns `training`" in answer["text"]
    assert await world.refused() == []


async def test_a_mention_is_answered_to_the_one_who_asked_and_once(world: World) -> None:
    me = world.slack.state.app.bot_user
    await world.say(BEN, f"<@{me}> what must happen before go-live?")
    seen = await world.from_bot(user=BEN)
    assert len(seen) == 1
    assert seen[0]["ephemeral_to"] == BEN
    assert "3 of 3 gates open" in seen[0]["text"]


async def test_a_mention_can_order_what_the_command_can(world: World) -> None:
    me = world.slack.state.app.bot_user
    await world.say(ANA, f"<@{me}> own training <@{DITA}>")
    assert (await plan(world)).item["training"].owner == "dita"
    (answer,) = await world.from_bot(user=ANA)
    await press(world, ANA, "Undo", answer)
    assert (await plan(world)).item["training"].owner is None


async def test_a_report_that_mentions_golive_is_still_a_report(world: World) -> None:
    me = world.slack.state.app.bot_user
    ts = await world.say(BEN, f"<@{me}> blocker: feed is silent")
    assert (await the_blocker(world)).item == "feed"
    assert len(await thread(world, ts)) == 1


async def direct_channel(world: World, user: str) -> str:
    """Where this person and golive talk."""
    assert world.app is not None
    return await world.app.slack.conversation(user)


async def test_a_direct_message_is_answered_like_any_conversation(world: World) -> None:
    dm = await direct_channel(world, BEN)
    await world.say(BEN, "before", channel=dm)
    (answer,) = await world.direct(BEN)
    assert "3 of 3 gates open" in answer["text"]
    await world.say(BEN, "due feed this friday", channel=dm)
    assert "Undo" in buttons((await world.direct(BEN))[-1])


async def test_other_bots_are_never_heard(world: World) -> None:
    world.slack.seed(users=[{"id": "U0ROBOT", "real_name": "Robot", "is_bot": True}])
    await world._post(f"channels/{CHANNEL}/join", user="U0ROBOT")
    await world.say("U0ROBOT", "blocker: feed is silent")
    assert (await plan(world)).blockers == ()


async def test_a_message_of_forty_thousand_characters_is_heard_and_answered(world: World) -> None:
    ts = await world.say(BEN, "blocker: feed is silent " + "very " * 7_990)
    assert (await the_blocker(world)).item == "feed"
    (reply,) = await thread(world, ts)
    assert len(reply["text"]) < 1000
    assert await world.refused() == []


async def test_control_characters_and_shouting_are_tamed(world: World) -> None:
    ts = await world.say(BEN, "blocker: feed \x00\x07 &lt;!channel&gt; @channel <!here> is down")
    (reply,) = await thread(world, ts)
    assert "<!" not in json.dumps(reply["blocks"])
    assert all(b["text"]["verbatim"] for b in reply["blocks"] if b["type"] == "section")
    assert "\x00" not in (await the_blocker(world)).text
