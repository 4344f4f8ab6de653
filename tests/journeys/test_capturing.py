"""Any message can be tracked: by shortcut, reaction, mention or forwarding; and its thread follows it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.domain.plan import Status
from tests.journeys.test_commands import buttons, plan
from tests.journeys.test_offers import answer, in_thread, offers, whispered
from tests.journeys.world import ANA, BEN, CHANNEL, CHEN, DITA, ELI, World

TRACK = "track_message"


async def shortcut(world: World, user: str, ts: str, *, channel: str = CHANNEL) -> dict[str, Any]:
    """The form that opens."""
    await world._post("shortcuts", callback_id=TRACK, user=user, channel=channel, ts=ts)
    await world.settle()
    return (await world.views(user))[-1]


async def react(world: World, user: str, ts: str, name: str, *, remove: bool = False) -> None:
    await world._post("reactions", channel=CHANNEL, user=user, ts=ts, name=name, remove=remove)
    await world.settle()


def initial(view: dict[str, Any], block_id: str) -> Any:
    """What a field of a form is filled with."""
    (element,) = [b["element"] for b in view["blocks"] if b.get("block_id") == block_id]
    chosen = element.get("initial_option")
    return chosen["value"] if chosen else element.get("initial_value") or element.get("initial_user")


# The shortcut


async def test_the_shortcut_opens_a_form_with_what_the_message_says(world: World) -> None:
    ts = await world.say(BEN, "blocker idea: the feed has no data, waiting on the radar vendor")
    view = await shortcut(world, ANA, ts)
    assert view["title"]["text"] == "Track in golive"
    assert initial(view, "item") == "feed"
    assert "the feed has no data" in initial(view, "text")
    assert await world.refused() == []


@pytest.mark.parametrize(
    ("kind", "where", "key"),
    [("blocker", "blockers", "B1"), ("assumption", "assumptions", "A1"), ("decision", "decisions", "D1")],
)
async def test_a_message_is_tracked_with_its_link_and_one_confirmation(
    world: World, kind: str, where: str, key: str
) -> None:
    ts = await world.say(BEN, "the night window it is")
    view = await shortcut(world, ANA, ts)
    values = {"kind": kind, "text": "We take the night window", "item": "feed"}
    done = await world.submit(ANA, view["id"], values)
    assert done.get("errors") is None

    (thing,) = getattr(await plan(world), where)
    assert (thing.id, thing.text, thing.item) == (key, "We take the night window", "feed")
    assert thing.permalink
    (reply,) = await in_thread(world, ts)
    assert key in reply["text"]

    again = await shortcut(world, CHEN, ts)
    await world.submit(CHEN, again["id"], values)
    assert len(getattr(await plan(world), where)) == 1
    assert len(await in_thread(world, ts)) == 1
    assert await world.refused() == []


async def test_a_decision_is_its_authors_unless_the_form_says_otherwise(world: World) -> None:
    ts = await world.say(BEN, "the night window it is")
    view = await shortcut(world, ANA, ts)
    await world.submit(ANA, view["id"], {"kind": "decision", "text": "Night window", "person": None})
    (made,) = (await plan(world)).decisions
    assert (made.by, made.ts, made.channel) == ("ben", ts, CHANNEL)


async def test_a_message_becomes_an_item_or_is_followed_by_one_that_is_there(world: World) -> None:
    ts = await world.say(BEN, "somebody has to book the ferry")
    view = await shortcut(world, ANA, ts)
    values = {"kind": "item", "text": "Book the ferry", "person": ELI, "day": "2027-03-09"}
    await world.submit(ANA, view["id"], values)
    made = (await plan(world)).item["book-the-ferry"]
    assert (made.title, str(made.due), made.permalink is not None) == ("Book the ferry", "2027-03-09", True)
    owner = (await plan(world)).person[made.owner or ""]
    assert owner.slack == ELI  # a colleague who is named joins the project

    other = await world.say(ANA, "the radar thing")
    view = await shortcut(world, ANA, other)
    await world.submit(ANA, view["id"], {"kind": "item", "text": "x", "item": "feed"})
    assert len((await plan(world)).items) == 5
    await world.say(BEN, "done", thread=other)
    assert "Mark `feed`" in (await offers(world, BEN))[0]["text"]


async def test_what_is_said_in_private_is_not_copied_by_the_shortcut(world: World) -> None:
    said = await world._post("messages", user=BEN, channel=ANA, text="secret: the vendor is broke")
    view = await shortcut(world, ANA, said["ts"], channel=said["channel"])
    assert "secret" not in json.dumps(view)
    await world.submit(ANA, view["id"], {"kind": "blocker", "text": "Vendor is in doubt", "item": "feed"})
    (blocker,) = (await plan(world)).blockers
    assert (blocker.text, blocker.channel, blocker.ts) == ("Vendor is in doubt", None, None)
    assert await world.from_bot() == []
    assert "B1" in (await world.direct(ANA))[-1]["text"]


async def test_a_form_with_forged_values_records_nothing(world: World) -> None:
    ts = await world.say(BEN, "the night window it is")
    view = await shortcut(world, ANA, ts)
    assert world.app is not None
    from handlers.views import capturing as views

    for forged in (
        {"kind": "everything"},
        {"channel": "<!channel>"},
        {"ts": "now"},
        {"project": 7},
        {"author": "@ana"},
    ):
        private = {**json.loads(view["private_metadata"]), **forged}
        with pytest.raises(Exception, match="do not know that form"):
            views.read_form(
                {"private_metadata": json.dumps(private), "state": {"values": {}}}, world.slack.state.team.id
            )


# Reactions


async def test_the_construction_sign_makes_a_message_a_blocker(world: World) -> None:
    ts = await world.say(BEN, "crane two makes odd noises at the feed mast")
    await react(world, ANA, ts, "construction")
    (blocker,) = (await plan(world)).blockers
    assert (blocker.raised_by, blocker.ts) == (BEN, ts)
    assert blocker.permalink
    assert len(await in_thread(world, ts)) == 1
    await react(world, CHEN, ts, "construction")
    await react(world, ANA, ts, "construction", remove=True)
    assert len((await plan(world)).blockers) == 1
    assert len(await in_thread(world, ts)) == 1
    assert await world.refused() == []


async def test_a_reaction_of_somebody_outside_the_project_means_nothing(world: World) -> None:
    await world._post("channels/C0HARBOR/join", user=ELI)
    ts = await world.say(BEN, "crane two makes odd noises")
    await react(world, ELI, ts, "construction")
    await react(world, ANA, ts, "thumbsup")
    assert (await plan(world)).blockers == ()


async def test_a_check_mark_of_the_owner_on_a_tracked_message_says_done(world: World) -> None:
    ts = await world.say(ANA, "the radar thing")
    view = await shortcut(world, ANA, ts)
    await world.submit(ANA, view["id"], {"kind": "item", "text": "x", "item": "feed"})
    await react(world, ANA, ts, "white_check_mark")  # not hers
    assert (await plan(world)).item["feed"].status is Status.DOING
    await react(world, BEN, ts, "white_check_mark")
    assert (await plan(world)).item["feed"].status is Status.DONE
    assert any("Undo" in buttons(m) for m in await in_thread(world, ts))
    untracked = await world.say(BEN, "hello")
    await react(world, BEN, untracked, "white_check_mark")
    assert await in_thread(world, untracked) == []


async def test_eyes_take_what_nobody_has(world: World) -> None:
    ts = await world.say(ANA, "blocker: no room for the training")
    await react(world, BEN, ts, "eyes")
    assert (await plan(world)).blockers[0].owner == "ben"
    await react(world, CHEN, ts, "eyes")
    assert (await plan(world)).blockers[0].owner == "ben"
    await react(world, BEN, ts, "white_check_mark")
    assert (await plan(world)).blockers[0].status == "cleared"
    (card,) = await in_thread(world, ts)  # said once, and brought up to date
    assert "cleared" in card["text"]


async def test_a_project_may_choose_other_reactions(world: World) -> None:
    await world.command(ANA, "settings hear.emoji.blocker octagonal_sign")
    ts = await world.say(BEN, "crane two makes odd noises")
    await react(world, ANA, ts, "construction")
    assert (await plan(world)).blockers == ()
    await react(world, ANA, ts, "octagonal_sign")
    assert len((await plan(world)).blockers) == 1


# A mention, and forwarding


async def test_a_mention_in_a_thread_tracks_the_message_above(world: World) -> None:
    me = world.slack.state.app.bot_user
    ts = await world.say(BEN, "the night window it is")
    await world.say(CHEN, f"<@{me}> track this as a decision", thread=ts)
    (made,) = (await plan(world)).decisions
    assert (made.text, made.by, made.ts) == ("the night window it is", "ben", ts)
    assert len(await in_thread(world, ts)) == 1
    assert [m for m in await world.from_bot(user=CHEN) if m.get("ephemeral_to")] == []
    await world.say(CHEN, f"<@{me}> track this as a decision", thread=ts)
    assert len((await plan(world)).decisions) == 1
    assert "tracked already: D1" in await whispered(world, CHEN)


async def test_a_mention_that_does_not_say_as_what_is_asked(world: World) -> None:
    me = world.slack.state.app.bot_user
    ts = await world.say(BEN, "crane two")
    await world.say(CHEN, f"<@{me}> track this", thread=ts)
    asked = [m for m in await world.from_bot(user=CHEN) if "Track it …" in buttons(m)]
    await answer(world, CHEN, "Track it …", asked[0])
    view = (await world.views(CHEN))[-1]
    await world.submit(CHEN, view["id"], {"kind": "blocker", "text": "crane two is out"})
    assert (await plan(world)).blockers[0].ts == ts
    assert len(await in_thread(world, ts)) == 1
    await world.say(CHEN, f"<@{me}> track this")
    assert "in the thread" in await whispered(world, CHEN)
    assert await world.refused() == []


@pytest.mark.parametrize(
    "words",
    [
        "hey {me} can you track this as a decision?",
        "{me} please track this as a decision please",
        "track this as a decision, please {me}",
    ],
)
async def test_a_mention_asks_wherever_it_stands(world: World, words: str) -> None:
    ts = await world.say(BEN, "the night window it is")
    await world.say(CHEN, words.format(me=f"<@{world.slack.state.app.bot_user}>"), thread=ts)
    (made,) = (await plan(world)).decisions
    assert made.text == "the night window it is"


async def test_whoever_is_in_several_projects_chooses_one_for_a_message_from_elsewhere(world: World) -> None:
    await world.command(ANA, "new pier Pier repairs", channel="C0LOUNGE")
    place = (await world._post("channels", name="corridor", members=[ANA, BEN]))["id"]
    said = await world._post("messages", channel=place, user=ANA, text="we have to paint the bollards")
    await world._post("shortcuts", callback_id=TRACK, user=ANA, channel=place, ts=said["ts"])
    await world.settle()
    asked = (await world.messages(channel=place, user=ANA))[-1]
    assert list(buttons(asked)) == ["harbor", "pier"]
    press = buttons(asked)["harbor"]
    where = {"channel": place, "ts": asked["ts"], "value": press["value"]}
    await world.press(ANA, press["action_id"], **where)
    view = (await world.views(ANA))[-1]
    assert initial(view, "text") == "we have to paint the bollards"
    await world.submit(ANA, view["id"], {"kind": "item", "text": "Paint the bollards"})
    assert "paint-the-bollards" in (await plan(world)).item

    me = world.slack.state.app.bot_user
    share = {"channel": place, "ts": said["ts"]}
    await world._post("messages", user=ANA, channel=me, text="", share=share)
    await world.settle()
    assert list(buttons((await world.direct(ANA))[-1])) == ["harbor", "pier"]
    assert await world.refused() == []


async def test_a_message_forwarded_to_golive_is_tracked_with_a_link_back(world: World) -> None:
    me = world.slack.state.app.bot_user
    ts = await world.say(BEN, "the night window it is")
    share = {"channel": CHANNEL, "ts": ts}
    await world._post("messages", user=ANA, channel=me, text="decision", share=share)
    await world.settle()
    (made,) = (await plan(world)).decisions
    assert (made.text, made.by, made.ts, made.permalink is not None) == (
        "the night window it is",
        "ben",
        ts,
        True,
    )
    assert len(await in_thread(world, ts)) == 1
    assert "D1" in (await world.direct(ANA))[-1]["text"]
    assert await world.refused() == []


async def test_what_is_forwarded_from_a_private_talk_is_tracked_only_in_new_words(
    world: World,
) -> None:
    me = world.slack.state.app.bot_user
    said = await world._post("messages", user=BEN, channel=ANA, text="secret: the vendor is broke")
    share = {"channel": said["channel"], "ts": said["ts"]}
    await world._post("messages", user=ANA, channel=me, text="blocker", share=share)
    await world.settle()
    assert (await plan(world)).blockers == ()
    assert await world.from_bot() == []
    assert "secret" not in json.dumps(await world.direct(ANA))


# The thread of a tracked message


async def test_the_thread_of_a_blocker_follows_it(world: World) -> None:
    ts = await world.say(BEN, "blocker: feed has no data, waiting on the radar vendor")
    await world.say(BEN, "they say by Friday", thread=ts)
    moved = [m for m in await offers(world, BEN) if "Move" in m["text"]]
    if moved:  # else it was clear enough to be recorded at once
        await answer(world, BEN, "Yes", moved[0])
    assert str((await plan(world)).blockers[0].expected_clear) == "2027-03-05"
    await world.say(BEN, "works now", thread=ts)
    over = [m for m in await offers(world, BEN) if "Clear B1" in m["text"]]
    if over:
        await answer(world, BEN, "Yes", over[0])
    assert (await plan(world)).blockers[0].status == "cleared"
    assert await world.refused() == []


async def test_the_thread_of_a_tracked_item_follows_it_for_its_owner_alone(world: World) -> None:
    ts = await world.say(ANA, "the radar thing")
    view = await shortcut(world, ANA, ts)
    await world.submit(ANA, view["id"], {"kind": "item", "text": "x", "item": "feed"})
    await world.say(DITA, "done", thread=ts)
    assert await offers(world, DITA) == []
    await world.say(BEN, "10 March then", thread=ts)
    (offer,) = await offers(world, BEN)
    assert "Move `feed`" in offer["text"]
    await answer(world, BEN, "Yes", offer)
    assert str((await plan(world)).item["feed"].due) == "2027-03-10"
    await world.say(BEN, "done", thread=ts)
    (offer,) = await offers(world, BEN)
    await answer(world, BEN, "Yes", offer)
    assert (await plan(world)).item["feed"].status is Status.DONE


async def test_what_is_said_in_another_private_channel_is_not_copied(world: World) -> None:
    room = {"name": "board-room", "members": [ANA, BEN], "is_private": True}
    place = (await world._post("channels", **room))["id"]
    ts = await world.say(BEN, "secret: the vendor is broke", channel=place)
    view = await shortcut(world, ANA, ts, channel=place)
    assert "secret" not in json.dumps(view)


async def test_a_message_that_is_gone_cannot_be_tracked(world: World) -> None:
    me = world.slack.state.app.bot_user
    ts = await world.say(BEN, "the night window it is")
    await world.say(CHEN, "fine", thread=ts)
    await world.delete(BEN, ts)
    await world.say(CHEN, f"<@{me}> track this as a decision", thread=ts)
    assert (await plan(world)).decisions == ()
    assert "cannot see the message" in await whispered(world, CHEN)


async def test_names_and_texts_of_people_never_act_in_what_is_said_of_them(world: World) -> None:
    ts = await world.say(BEN, "the window")
    view = await shortcut(world, ANA, ts)
    text = "<!channel> *bold* <https://evil.example|click> @here & <script>"
    await world.submit(ANA, view["id"], {"kind": "decision", "text": text})
    (reply,) = await in_thread(world, ts)
    assert "<!channel>" not in json.dumps(reply)
    assert "<https://evil" not in json.dumps(reply)
    assert all(b["text"]["verbatim"] for b in reply["blocks"] if b["type"] == "section")


async def test_a_tracked_message_survives_a_new_channel_id(world: World) -> None:
    ts = await world.say(ANA, "the radar thing")
    view = await shortcut(world, ANA, ts)
    await world.submit(ANA, view["id"], {"kind": "item", "text": "x", "item": "feed"})
    await world._post(f"channels/{CHANNEL}/change_id", id="C0MOVED")
    await world.settle()
    workspace = world.slack.state.team.id
    with world.store.reading() as tx:
        assert [track.key for track in tx.tracked(workspace, "C0MOVED", ts)] == ["feed"]


async def test_a_shortcut_where_no_project_is_says_so(world: World) -> None:
    ts = await world.say(ELI, "hello there", channel="C0LOUNGE")
    await world._post("shortcuts", callback_id=TRACK, user=ELI, channel="C0LOUNGE", ts=ts)
    await world.settle()
    assert await world.views(ELI) == []
    said = [m for m in await world.from_bot(channel="C0LOUNGE", user=ELI) if m.get("ephemeral_to")]
    assert "project" in said[-1]["text"]


async def test_decisions_are_kept_listed_shown_with_their_item_and_taken_back(world: World) -> None:
    done = await world.command(ANA, "decide We take the night window on feed")
    assert "D1 recorded on `feed`" in done["text"]
    assert (
        "That is D1 already" in (await world.command(BEN, "decide we take the night window on feed"))["text"]
    )
    assert "We take the night window" in (await world.command(BEN, "decisions"))["text"]
    assert "Decided" in json.dumps((await world.command(BEN, "item feed"))["blocks"])
    assert "recorded the decision D1" in (await world.command(BEN, "changes"))["text"]
    assert "D1" in (await world.command(BEN, "history D1"))["text"]
    last = [m for m in await world.from_bot(user=ANA) if "Undo" in buttons(m)][-1]
    await answer(world, ANA, "Undo", last)
    assert (await plan(world)).decisions == ()
