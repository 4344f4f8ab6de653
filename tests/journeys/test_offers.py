"""What is merely implied is offered privately to who said it; what is clear is recorded, with a way back."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.errors import NotFound
from bot.domain.plan import Plan, Status
from bot.tracker import Actor, reply_key
from tests.journeys.test_commands import buttons, plan
from tests.journeys.world import ANA, BEN, CHANNEL, CHEN, DITA, ELI, World

DONE = "the feed is done on our side"  # by its owner, who did not say `/golive done`


async def offers(world: World, user: str) -> list[dict[str, Any]]:
    """What somebody is offered and has not answered, as only they see it."""
    mine = [m for m in await world.from_bot(user=user) if m.get("ephemeral_to") == user]
    return [m for m in mine if "Never here" in buttons(m)]


async def answer(world: World, user: str, label: str, message: dict[str, Any]) -> None:
    button = buttons(message)[label]
    await world.press(user, button["action_id"], channel=CHANNEL, ts=message["ts"], value=button.get("value"))


async def whispered(world: World, user: str) -> str:
    """The last thing only this person was told."""
    return str([m for m in await world.from_bot(user=user) if m.get("ephemeral_to") == user][-1]["text"])


async def in_thread(world: World, ts: str) -> list[dict[str, Any]]:
    said = await world.from_bot()
    return [m for m in said if m.get("thread_ts") == ts and not m.get("ephemeral_to")]


async def the_plan(world: World) -> Plan:
    return await plan(world)


async def test_what_is_implied_is_offered_to_who_said_it_and_to_nobody_else(world: World) -> None:
    await world.say(BEN, DONE)

    (offer,) = await offers(world, BEN)
    assert "Mark `feed` Vessel feed connected as done?" in offer["text"]
    assert list(buttons(offer)) == ["Yes", "No", "Never here"]
    assert await offers(world, ANA) == []
    assert (await the_plan(world)).item["feed"].status is Status.DOING
    assert await world.refused() == []


async def test_yes_records_it_confirms_it_in_the_thread_and_can_be_undone(world: World) -> None:
    ts = await world.say(BEN, DONE)
    (offer,) = await offers(world, BEN)
    await answer(world, BEN, "Yes", offer)

    assert (await the_plan(world)).item["feed"].status is Status.DONE
    (reply,) = await in_thread(world, ts)
    assert list(buttons(reply)) == ["Undo"]
    assert await offers(world, BEN) == []
    await answer(world, BEN, "Undo", reply)
    assert (await the_plan(world)).item["feed"].status is Status.DOING
    assert await world.refused() == []


async def test_no_is_remembered_for_that_kind_in_that_channel(world: World) -> None:
    await world.say(BEN, DONE)
    await answer(world, BEN, "No", (await offers(world, BEN))[0])
    await world.say(BEN, DONE)

    assert await offers(world, BEN) == []
    assert (await the_plan(world)).item["feed"].status is Status.DOING
    assert "do not offer you here: done" in (await world.command(BEN, "offers"))["text"]
    await world.command(BEN, "offers on")
    await world.say(BEN, DONE)
    assert len(await offers(world, BEN)) == 1


async def test_never_here_ends_all_offers_to_that_person_but_not_to_others(world: World) -> None:
    await world.say(BEN, DONE)
    await answer(world, BEN, "Never here", (await offers(world, BEN))[0])
    await world.say(BEN, "I'll take training")
    await world.say(CHEN, "I'll take over the feed")

    assert await offers(world, BEN) == []
    assert len(await offers(world, CHEN)) == 1


async def test_a_thread_gets_one_offer_and_a_person_three_a_day(world: World) -> None:
    root = await world.say(ANA, "how are we doing?")
    await world.say(BEN, DONE, thread=root)
    await world.say(BEN, DONE, thread=root)
    assert len(await offers(world, BEN)) == 1
    for _ in range(4):
        await world.say(BEN, DONE)
    assert len(await offers(world, BEN)) == 3
    await world.pass_time("24h")
    await world.say(BEN, DONE)
    assert len(await offers(world, BEN)) == 4


async def test_what_was_only_offered_is_not_followed_in_its_thread(world: World) -> None:
    ts = await world.say(BEN, DONE)
    await world.say(BEN, "done", thread=ts)
    assert len(await offers(world, BEN)) == 1


async def test_one_question_in_a_thread_waits_for_its_answer_but_not_that_it_is_over(world: World) -> None:
    ts = await world.say(BEN, "blocker: feed has no data")
    await world.say(BEN, "I'm on it", thread=ts)
    await world.say(BEN, "they say by Friday", thread=ts)
    assert ["Note that you are on" in m["text"] for m in await offers(world, BEN)] == [True]
    await world.say(BEN, "works now", thread=ts)
    assert "Clear B1" in (await offers(world, BEN))[-1]["text"]


async def test_a_look_at_what_was_only_offered_gives_it_to_nobody(world: World) -> None:
    ts = await world.say(BEN, "I'll take training")
    for user in (CHEN, BEN):
        await world._post("reactions", channel=CHANNEL, user=user, ts=ts, name="eyes")
        await world.settle()
    training = (await the_plan(world)).item["training"]
    assert (training.owner, training.status) == (None, Status.TODO)
    assert await in_thread(world, ts) == []


async def test_an_offer_that_cannot_be_shown_is_not_spoken_of(world: World) -> None:
    await world.fault("429", method="chat.postEphemeral", times=1, retry_after=120)
    await world.say(BEN, DONE)
    await world._post("channels/C0HARBOR/leave", user=BEN)
    await world.pass_time("10m")
    refused = [c["error"] for c in await world.calls("chat.postEphemeral") if not c["ok"]]
    assert refused == ["ratelimited", "user_not_in_channel"]
    assert await world.direct(BEN) == []


async def test_a_yes_after_a_no_says_that_it_was_a_no(world: World) -> None:
    await world.say(BEN, DONE)
    (offer,) = await offers(world, BEN)
    assert world.app is not None
    who = Actor(world.slack.state.team.id, BEN)
    world.app.tracker.refuse_offer(who, int(buttons(offer)["No"]["value"]))
    await answer(world, BEN, "Yes", offer)
    assert "said no to that" in await whispered(world, BEN)


async def test_an_offer_is_too_old_after_a_week_and_says_so(world: World) -> None:
    await world.say(BEN, DONE)
    (offer,) = await offers(world, BEN)
    world.hush()
    await world.pass_time("8d")
    await answer(world, BEN, "Yes", offer)
    assert "too long ago" in await whispered(world, BEN)
    assert (await the_plan(world)).item["feed"].status is Status.DOING


async def test_the_lead_chooses_how_much_is_heard(world: World) -> None:
    await world.command(ANA, "settings hear explicit")
    await world.say(BEN, DONE)
    assert await offers(world, BEN) == []
    await world.say(BEN, "blocker: feed is silent")
    assert len((await the_plan(world)).blockers) == 1

    await world.command(ANA, "settings hear off")
    await world.say(BEN, "blocker: no crane for the training")
    assert len((await the_plan(world)).blockers) == 1
    assert "B2" in (await world.command(BEN, "block training No crane"))["text"]
    refused = await world.command(BEN, "settings hear offers")
    assert "lead" in refused["text"]


async def test_whoever_is_not_in_the_project_is_offered_nothing(world: World) -> None:
    await world._post("channels/C0HARBOR/join", user=ELI)
    await world.settle()
    await world.say(ELI, "I'll take training")
    assert await offers(world, ELI) == []
    assert (await the_plan(world)).item["training"].owner is None


async def test_somebody_of_another_organisation_is_offered_nothing(world: World) -> None:
    await world._post("users/U0CHEN", team_id="T0PORT", is_stranger=True)
    await world.say(CHEN, "I'll take over the feed")
    assert await offers(world, CHEN) == []


async def test_only_who_it_was_offered_to_can_take_it_and_only_once(world: World) -> None:
    await world.say(BEN, DONE)
    (offer,) = await offers(world, BEN)
    workspace = world.slack.state.team.id
    assert world.app is not None
    tracker = world.app.tracker
    id = int(buttons(offer)["Yes"]["value"])
    with pytest.raises(NotFound):
        tracker.take_offer(Actor(workspace, ANA), id)
    tracker.take_offer(Actor(workspace, BEN), id)
    with pytest.raises(NotFound):
        tracker.take_offer(Actor(workspace, BEN), id)
    await answer(world, BEN, "Yes", offer)
    assert "recorded already" in await whispered(world, BEN)


async def test_an_offer_is_made_once_though_the_event_comes_twice_and_golive_is_killed(world: World) -> None:
    await world.fault("events_twice", times=2)
    await world.say(BEN, DONE)
    await world.stop()
    await world.start()
    posted = [c for c in await world.calls("chat.postEphemeral") if c["ok"]]
    assert len(posted) == 1


async def test_an_offer_whose_sending_is_in_doubt_is_not_made_again(world: World) -> None:
    await world.fault("lost_after", method="chat.postEphemeral")
    await world.say(BEN, DONE)
    await world.stop()
    await world.start()
    await world.pass_time("10m")
    assert len(await world.calls("chat.postEphemeral")) == 1


async def test_a_message_deleted_while_it_is_offered_takes_the_offer_with_it(world: World) -> None:
    ts = await world.say(BEN, DONE)
    (offer,) = await offers(world, BEN)
    await world.delete(BEN, ts)
    await answer(world, BEN, "Yes", offer)
    assert (await the_plan(world)).item["feed"].status is Status.DOING
    assert "nothing to record" in await whispered(world, BEN)


async def test_a_message_edited_into_small_talk_takes_the_offer_with_it(world: World) -> None:
    ts = await world.say(BEN, DONE)
    (offer,) = await offers(world, BEN)
    await world.edit(BEN, ts, "good morning")
    await answer(world, BEN, "Yes", offer)
    assert (await the_plan(world)).item["feed"].status is Status.DOING


async def test_a_message_edited_into_small_talk_and_then_into_a_report_is_heard(world: World) -> None:
    ts = await world.say(BEN, DONE)
    await world.edit(BEN, ts, "good morning")
    await world.edit(BEN, ts, "blocker: feed is silent")
    assert [b.text for b in (await the_plan(world)).blockers] == ["feed is silent"]


async def test_a_date_follows_the_message_that_moved_it(world: World) -> None:
    ts = await world.say(BEN, "I need until Friday for the feed")
    await world.edit(BEN, ts, "I need until Monday for the feed")
    assert str((await the_plan(world)).item["feed"].due) == "2027-03-08"
    assert "5 Mar 2027 → Mon 8 Mar 2027" in (await in_thread(world, ts))[-1]["text"]
    await answer(world, BEN, "Undo", (await in_thread(world, ts))[-1])
    await world.edit(BEN, ts, "I need until Monday for the feed, sorry")  # a word more moves nothing
    assert str((await the_plan(world)).item["feed"].due) == "2027-03-05"
    await world.edit(BEN, ts, "never mind")
    assert str((await the_plan(world)).item["feed"].due) == "2027-03-05"
    assert await world.refused() == []


async def test_an_item_somebody_else_has_is_offered_and_not_taken(world: World) -> None:
    await world.say(CHEN, "I'll take over the feed")
    (offer,) = await offers(world, CHEN)
    assert "Ben Okoro’s now" in offer["text"]
    assert (await the_plan(world)).item["feed"].owner == "ben"
    await answer(world, CHEN, "Yes", offer)
    assert (await the_plan(world)).item["feed"].owner == "chen"


async def test_edit_opens_a_form_with_what_was_understood(world: World) -> None:
    await world.say(CHEN, "I'll take over the feed")
    (offer,) = await offers(world, CHEN)
    await answer(world, CHEN, "Edit", offer)
    view = (await world.views(CHEN))[-1]
    assert view["title"]["text"] == "Take an item"
    done = await world.submit(CHEN, view["id"], {"item": "feed", "day": "2027-03-09"})
    assert done.get("errors") is None
    feed = (await the_plan(world)).item["feed"]
    assert (feed.owner, str(feed.due)) == ("chen", "2027-03-09")
    assert await world.refused() == []


async def test_who_is_asked_to_do_something_has_it_only_once_they_say_so(world: World) -> None:
    ts = await world.say(ANA, f"<@{DITA}> can you do training by Thursday?")
    for offer in await offers(world, ANA):
        await answer(world, ANA, "Yes", offer)
    (asked,) = [m for m in await world.direct(DITA) if "asks you to take" in m["text"]]
    assert (await the_plan(world)).item["training"].owner is None
    press = buttons(asked)["Yes"]
    dm = next(c for c in world.slack.state.channels_of(DITA) if c.is_direct)
    await world.press(DITA, press["action_id"], channel=dm.id, ts=asked["ts"], value=press["value"])
    training = (await the_plan(world)).item["training"]
    assert (training.owner, str(training.due)) == ("dita", "2027-03-04")
    assert len(await in_thread(world, ts)) == 1
    assert await world.refused() == []


async def test_nothing_is_offered_to_who_asked_for_quiet(world: World) -> None:
    await world.command(BEN, "quiet")
    await world.say(BEN, DONE)
    assert await offers(world, BEN) == []
    await world.command(BEN, "quiet off")
    await world.say(BEN, DONE)
    assert len(await offers(world, BEN)) == 1


async def test_who_asked_for_quiet_is_not_asked_to_take_something(world: World) -> None:
    await world.command(DITA, "quiet")
    await world.say(ANA, f"<@{DITA}> can you do training by Thursday?")
    for offer in await offers(world, ANA):
        await answer(world, ANA, "Yes", offer)
        assert "ask them yourself" in await whispered(world, ANA)
    assert [m for m in await world.direct(DITA) if "asks you to take" in m["text"]] == []


async def test_what_is_clear_is_recorded_with_an_undo_in_the_thread(world: World) -> None:
    ts = await world.say(BEN, "I need until Friday for the feed")
    assert str((await the_plan(world)).item["feed"].due) == "2027-03-05"
    (reply,) = await in_thread(world, ts)
    await answer(world, BEN, "Undo", reply)
    assert str((await the_plan(world)).item["feed"].due) == "2027-03-03"
    await world.say(CHEN, "I need until Friday for the feed")  # it is not his
    assert str((await the_plan(world)).item["feed"].due) == "2027-03-03"


async def test_the_end_of_a_blocker_is_heard_from_anybody(world: World) -> None:
    await world.command(BEN, "block feed no data from the radar")
    await world.say(CHEN, "feed is unblocked now")
    for offer in await offers(world, CHEN):
        await answer(world, CHEN, "Yes", offer)
    assert (await the_plan(world)).blockers[0].status == "cleared"
    assert (await the_plan(world)).item["feed"].status is Status.DOING


async def test_an_offer_that_comes_too_late_is_not_made(world: World) -> None:
    await world.fault("429", method="chat.postEphemeral", times=1, retry_after=3600)
    await world.say(BEN, DONE)
    await world.pass_time("2h")
    assert await offers(world, BEN) == []


async def test_work_may_be_handed_to_a_colleague_who_was_in_no_project(world: World) -> None:
    await world.say(ANA, f"<@{DITA}> can you do training by Thursday?")
    (offer,) = await offers(world, ANA)
    await answer(world, ANA, "Edit", offer)
    view = (await world.views(ANA))[-1]
    await world.submit(ANA, view["id"], {"item": "training", "person": ELI})
    (asked,) = [m for m in await world.direct(ELI) if "asks you to take" in m["text"]]
    no = buttons(asked)["No"]
    dm = next(c for c in world.slack.state.channels_of(ELI) if c.is_direct)
    await world.press(ELI, no["action_id"], channel=dm.id, ts=asked["ts"], value=no["value"])
    assert (await the_plan(world)).item["training"].owner is None
    assert "Eli Stone does not take" in (await world.direct(ANA))[-1]["text"]
    assert await world.refused() == []


async def test_a_yes_is_confirmed_in_the_thread_and_nowhere_else(world: World) -> None:
    ts = await world.say(BEN, DONE)
    (offer,) = await offers(world, BEN)
    await answer(world, BEN, "Yes", offer)
    assert [m for m in await world.from_bot(user=BEN) if m.get("ephemeral_to") == BEN] == []
    assert len(await in_thread(world, ts)) == 1


async def test_what_a_colleague_asks_is_not_one_of_ones_own_offers(world: World) -> None:
    await world.say(ANA, f"<@{BEN}> can you do training by Thursday?")
    for offer in await offers(world, ANA):
        await answer(world, ANA, "Yes", offer)
    assert len([m for m in await world.direct(BEN) if "asks you to take" in m["text"]]) == 1
    for _ in range(4):
        await world.say(BEN, DONE)
    assert len(await offers(world, BEN)) == 3


async def test_a_list_with_a_word_of_an_item_in_each_line_is_offered_to_nobody(world: World) -> None:
    lines = [f"- the feed is done for row {n}, still waiting on the port" for n in range(40)]
    await world.say(BEN, "\n".join(lines))
    assert await offers(world, BEN) == []
    assert await world.from_bot() == []


async def test_an_answer_to_a_message_that_is_gone_is_missed_by_nobody(world: World) -> None:
    ts = await world.say(BEN, "blocker: feed has no data")
    workspace, tracker = world.slack.state.team.id, world.app.tracker
    with world.store.transaction() as tx:
        reply = tx.message(workspace, reply_key(workspace, CHANNEL, ts))
        assert reply is not None
        tracker.refused(tx, reply, "thread_not_found", "Slack refused that (thread_not_found).")
    await world.settle()
    assert await world.direct(BEN) == []


async def test_a_decision_follows_its_message(world: World) -> None:
    ts = await world.say(ANA, "We decided to go with one tenant for both sites")
    assert [d.text for d in (await the_plan(world)).decisions] == [
        "We decided to go with one tenant for both sites"
    ]
    await world.edit(ANA, ts, "We decided to go with two tenants for both sites")
    assert [d.text for d in (await the_plan(world)).decisions] == [
        "We decided to go with two tenants for both sites"
    ]
    assert "two tenants" in (await in_thread(world, ts))[-1]["text"]
    assert len(await in_thread(world, ts)) == 1
    await world.edit(ANA, ts, "lunch?")
    assert (await the_plan(world)).decisions == ()
    await world.edit(ANA, ts, "We decided to go with three tenants for both sites")
    assert len((await the_plan(world)).decisions) == 1
    await world.delete(ANA, ts)
    assert (await the_plan(world)).decisions == ()
    assert await world.refused() == []


async def test_an_assumption_follows_its_message_until_somebody_knows(world: World) -> None:
    ts = await world.say(ANA, "I'm assuming the feed keeps its berth numbers until summer")
    before = (await the_plan(world)).assumptions
    for offer in await offers(world, ANA):
        await answer(world, ANA, "Yes", offer)
    (made,) = [a for a in (await the_plan(world)).assumptions if "berth numbers" in a.text]
    await world.delete(ANA, ts)
    assert (await the_plan(world)).assumptions == tuple(a for a in before if a.id != made.id)


async def test_a_decision_taken_back_by_hand_stays_so_whatever_the_message_says_then(world: World) -> None:
    ts = await world.say(ANA, "We decided to go with one tenant for both sites")
    await answer(world, ANA, "Undo", (await in_thread(world, ts))[0])
    await world.edit(ANA, ts, "We decided to go with one tenant for both sites, really")
    assert (await the_plan(world)).decisions == ()


async def test_a_line_about_a_date_stays_when_its_message_is_made_a_blocker(world: World) -> None:
    ts = await world.say(BEN, "I need until Friday for the feed")
    (moved,) = await in_thread(world, ts)
    await world._post("reactions", channel=CHANNEL, user=ANA, ts=ts, name="construction")
    await world.settle()
    (blocker,) = (await the_plan(world)).blockers
    await world.command(ANA, f"unblock {blocker.id}")
    first, second = await in_thread(world, ts)
    assert first["text"] == moved["text"]
    assert blocker.id in second["text"]
    assert "cleared" in second["text"].casefold()
