"""How is go or no-go asked, answered and decided in Slack, and what calls the decider back afterwards?"""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from bot.domain.errors import Invalid, NotFound, Refused
from bot.domain.gonogo import minutes
from bot.domain.gonogo.voting import Poll, Word
from bot.domain.plan import Plan, Status
from bot.domain.reminders.ledger import Mute
from bot.tracker import Actor, Ballot, Tracker, Where
from handlers.views import gonogo as views
from tests.journeys.world import ANA, BEN, CHANNEL, CHEN, DITA, ELI, HARBOR, World

# Ana leads, Dita (the sponsor) decides; the roles of Ana, Chen and Ben are asked.
SEATS = {ANA: 0, CHEN: 1, BEN: 2}
Message = dict[str, Any]


@pytest.fixture
async def quiet(world: World) -> World:
    """Nobody is told anything but of polls."""
    with world.store.transaction() as tx:
        plan = tx.plan(world.slack.state.team.id, "harbor")
        assert plan is not None
        for item in plan.items:
            mute = Mute(scope="item", key=f"harbor/item/{item.key}")
            tx.mute(world.slack.state.team.id, "harbor", mute, world.slack.clock.now())
    await world.command(ANA, "settings digest.off yes")
    return world


def plan(world: World) -> Plan:
    with world.store.reading() as tx:
        found = tx.plan(world.slack.state.team.id, "harbor")
    assert found is not None
    return found


def poll(world: World, number: int | None = None) -> Poll:
    with world.store.reading() as tx:
        found = tx.poll(plan(world).project.id or 0, number)
    assert found is not None
    return found


def record(world: World, number: int = 1) -> dict[str, Any]:
    with world.store.reading() as tx:
        found = tx.record(plan(world).project.id or 0, number)
    assert found is not None
    return found


async def test_somebody_internal_is_asked_once_where_nobody_from_outside_reads(quiet: World) -> None:
    await quiet.command(ANA, f"internal <@{BEN}>")
    await quiet.command(ANA, "poll by friday")
    assert not any("go or no-go" in message["text"] for message in await quiet.direct(BEN))
    assert sum(f"<@{BEN}>" in message["text"] for message in await thread(quiet)) == 1


async def thread(world: World) -> list[Message]:
    """What golive said of polls in the channel, oldest first, without what vanishes."""
    return [m for m in await world.from_bot() if not m.get("ephemeral_to") and m.get("thread_ts")]


async def asked(world: World, user: str, said: str = "go or no-go for") -> Message:
    """The newest message of the thread that calls somebody by name."""
    mine = [m for m in await thread(world) if m["text"].startswith(f"<@{user}>") and said in m["text"]]
    return mine[-1]


def buttons(message: Message) -> dict[str, tuple[str, dict[str, Any]]]:
    return {
        element["text"]["text"]: (block["block_id"], element)
        for block in message.get("blocks", ())
        if block["type"] == "actions"
        for element in block["elements"]
    }


async def press(
    world: World, user: str, label: str, message: Message, *, channel: str = CHANNEL, value: str | None = None
) -> None:
    block, element = buttons(message)[label]
    value = value or element["value"]
    await world.press(
        user, element["action_id"], channel=channel, ts=message["ts"], block_id=block, value=value
    )


async def whisper(world: World, user: str) -> str:
    """The last thing only they could read in the channel."""
    said = [m for m in await world.from_bot(user=user) if m.get("ephemeral_to") == user]
    return str(said[-1]["text"])


async def direct(world: World, user: str) -> list[Message]:
    """What golive wrote to somebody about polls, with where."""
    channels = (await world.http.get("/sandbox/channels", params={"user": user})).json()
    ids = [one["id"] for one in channels if one.get("is_im")]
    found = [{**m, "channel": id} for id in ids for m in await world.from_bot(channel=id, user=user)]
    return [m for m in found if "go/no-go" in m["text"].casefold() or "go or no-go" in m["text"]]


async def form(world: World, user: str) -> dict[str, Any]:
    return (await world.views(user))[-1]


async def answer_go(world: World, *users: str) -> None:
    for user in users:
        await press(world, user, "Go", await asked(world, user))


async def decide(world: World, label: str, user: str = DITA, **values: Any) -> dict[str, Any]:
    message = next(
        m for m in reversed(await thread(world)) if m["text"].startswith(f"<@{user}>") and label in buttons(m)
    )
    await press(world, user, label, message)
    return await world.submit(user, (await form(world, user))["id"], values)


async def opened(world: World, words: str = "poll by tomorrow 15:00") -> World:
    await world.command(ANA, words)
    return world


# ——— opening


async def test_the_lead_opens_a_poll_and_each_role_is_asked_by_name_in_its_thread(world: World) -> None:
    told = await world.command(ANA, "poll by tomorrow 15:00")
    assert "Answers until Tue 2 Mar, 15:00 (Europe/Lisbon)" in told["text"]
    head, *asks = await thread(world)
    assert head["text"].startswith("Go/no-go 1 of Harbor booking go-live\n3 of 3 gates open")
    assert "0 of 3 roles answered" in head["text"]
    assert all(m["thread_ts"] == head["ts"] for m in asks)
    assert [m["text"].split(">")[0] for m in asks] == [f"<@{user}" for user in (ANA, CHEN, BEN, DITA)]
    assert "Vessel feed connected (feed): under way, due Wed 3 Mar" in (await asked(world, BEN))["text"]
    assert "Pilots trained (training): not started, no due date, nobody has it" in asks[0]["text"]
    assert not any("<!" in m["text"] for m in await thread(world))
    assert await world.refused() == []


async def test_without_a_moment_it_ends_with_the_working_day(world: World) -> None:
    told = (await world.command(DITA, "go-nogo"))["text"]
    assert "Answers until Mon 1 Mar, 17:00 (Europe/Lisbon; 18:00 where you are)" in told


async def test_a_poll_is_opened_from_elsewhere_and_held_in_the_projects_channel(world: World) -> None:
    assert "In Harbor booking go-live" in (await world.command(ANA, "poll", channel="C0LOUNGE"))["text"]
    assert len(await thread(world)) == 5


async def test_who_is_in_no_project_learns_nothing_of_its_poll(world: World) -> None:
    await opened(world)
    told = (await world.command(ELI, "poll", channel="C0LOUNGE"))["text"]
    assert "know no project" in told or "No project lives" in told


async def test_the_button_under_the_answer_opens_a_form_with_who_is_asked(world: World) -> None:
    await world.command(ANA, "before")
    shown = [m for m in await world.from_bot(user=ANA) if m.get("ephemeral_to") == ANA][-1]
    await press(world, ANA, "Start go/no-go", shown)
    view = await form(world, ANA)
    assert "Chen Wei (Harbour master)" in str(view["blocks"])
    done = await world.submit(ANA, view["id"], {"day": "2027-03-01", "time": "08:00"})
    assert "passed already" in str(done["ack"])
    await world.submit(ANA, view["id"], {"day": "2027-03-03", "time": "11:30"})
    assert poll(world).closes_at.isoformat() == "2027-03-03T11:30:00+00:00"
    assert "Answers until Wed 3 Mar, 11:30" in (await direct(world, ANA))[-1]["text"]
    assert await world.refused() == []


@pytest.mark.parametrize(
    ("user", "words", "said"),
    [
        (BEN, "poll", "Only Ana Duarte (lead) or Dita Kova (decider)"),
        (ANA, "poll by yesterday", "in the past"),
        (ANA, "poll by 08:00", "has passed already"),
        (ANA, "poll whenever", "no date"),
        (ANA, "poll cancel too early", "No go/no-go is open"),
    ],
)
async def test_what_cannot_be_opened_is_refused_with_the_reason(
    world: World, user: str, words: str, said: str
) -> None:
    assert said in (await world.command(user, words))["text"]
    assert await thread(world) == []


async def test_a_second_poll_is_refused_and_says_where_the_open_one_is(world: World) -> None:
    await opened(world)
    head = (await thread(world))[0]
    said = (await world.command(DITA, "poll"))["text"]
    assert "Go/no-go 1 is open already" in said
    assert f"/archives/{CHANNEL}/p{head['ts'].replace('.', '')}" in said
    assert len([m for m in await thread(world) if m["ts"] == m["thread_ts"]]) == 1


async def test_who_is_not_in_the_channel_is_asked_directly_too(quiet: World) -> None:
    with quiet.store.transaction() as tx:
        tx.remove_member(quiet.slack.state.team.id, CHANNEL, CHEN)
    await opened(quiet)
    [message] = await direct(quiet, CHEN)
    await press(quiet, CHEN, "Go", message, channel=message["channel"])
    assert poll(quiet).vote("Harbour master")
    assert "Go. You can change it" in (await direct(quiet, CHEN))[0]["text"]
    assert "Go. You can change it" in (await asked(quiet, CHEN))["text"]
    assert await quiet.refused() == []


# ——— answering


async def test_a_go_shows_in_the_head_and_in_the_message_that_asked(world: World) -> None:
    await opened(world)
    await press(world, BEN, "Go", await asked(world, BEN))
    assert "Your answer for Integration engineer is kept: Go" in await whisper(world, BEN)
    head = (await thread(world))[0]
    assert "1 of 3 roles answered" in head["text"]
    assert "✓ Integration engineer, Ben Okoro: Go." in head["text"]
    assert "You can change it until it is decided" in (await asked(world, BEN))["text"]
    assert await world.refused() == []


async def test_a_no_go_needs_its_reason(world: World) -> None:
    await opened(world)
    await press(world, CHEN, "No-go", await asked(world, CHEN))
    view = await form(world, CHEN)
    assert not (await world.submit(CHEN, view["id"], {}))["sent"]
    await world.submit(CHEN, view["id"], {"why": "   "})
    assert poll(world).votes == ()
    await world.submit(CHEN, view["id"], {"why": "The cranes <!channel> are\nnot <b>insured"})
    head = (await thread(world))[0]
    said = "✗ Harbour master, Chen Wei: No-go: “The cranes &lt;!channel&gt; are not &lt;b&gt;insured”"
    assert said in head["text"]
    assert all(b["text"]["verbatim"] for b in head["blocks"] if b["type"] == "section")


async def test_words_that_look_like_formatting_are_shown_as_they_were_typed(world: World) -> None:
    await opened(world)
    await press(world, CHEN, "No-go", await asked(world, CHEN))
    await world.submit(CHEN, (await form(world, CHEN))["id"], {"why": "x ``` *Decided: GO* <@U0BEN>"})
    head = (await thread(world))[0]
    texts = [block["text"] for block in head["blocks"] if block["type"] == "section"]
    [shown] = [text for text in texts if "Decided: GO" in text["text"]]
    assert shown["type"] == "plain_text"
    assert "“x ``` *Decided: GO* <@U0BEN>”" in shown["text"]
    assert await world.refused() == []


async def test_conditions_have_words_an_owner_and_a_date(world: World) -> None:
    await opened(world)
    await press(world, CHEN, "Go with conditions", await asked(world, CHEN))
    view = await form(world, CHEN)
    first = {"c1_text": "Tugs on call", "c1_owner": BEN, "c1_due": "2027-03-01"}
    await world.press(CHEN, "gonogo_more", view_id=view["id"], block_id="gonogo_more")
    view = await form(world, CHEN)
    late = {**first, "c1_due": "2027-02-26"}
    assert "c1_due" in (await world.submit(CHEN, view["id"], late))["errors"]
    stranger = {**first, "c1_owner": world.slack.state.app.bot_user}
    assert "c1_owner" in (await world.submit(CHEN, view["id"], stranger))["errors"]
    half = {**first, "c2_text": "A pilot on the quay"}
    refused = await world.submit(CHEN, view["id"], half)
    assert refused["errors"] == dict.fromkeys(
        ("c2_owner", "c2_due"), "A condition has its words, an owner and a date."
    )
    await world.submit(CHEN, view["id"], {**half, "c2_owner": ELI, "c2_due": "2027-03-09"})
    vote = poll(world).vote("Harbour master")
    assert vote
    assert [(c.text, c.owner, c.name) for c in vote.conditions] == [
        ("Tugs on call", BEN, "Ben Okoro"),
        ("A pilot on the quay", ELI, "Eli Stone"),
    ]
    ask = await asked(world, CHEN)
    assert (
        vote.conditions[0].permalink
        == f"{world.http.base_url}/archives/{CHANNEL}/p{ask['ts'].replace('.', '')}"
    )
    assert len(plan(world).items) == 4  # they become gates when it is decided, not before
    assert await world.refused() == []


async def test_an_answer_may_be_changed_until_the_decision(world: World) -> None:
    await opened(world)
    await answer_go(world, BEN)
    await press(world, BEN, "No-go", await asked(world, BEN))
    await world.submit(BEN, (await form(world, BEN))["id"], {"why": "feed drops"})
    assert "✗ Integration engineer, Ben Okoro: No-go: “feed drops”" in (await thread(world))[0]["text"]
    await press(world, BEN, "No-go", await asked(world, BEN))
    reason = next(b for b in (await form(world, BEN))["blocks"] if b.get("block_id") == "why")
    assert reason["element"]["initial_value"] == "feed drops"


async def test_nobody_answers_for_somebody_else(world: World) -> None:
    await opened(world)
    await press(world, DITA, "Go", await asked(world, BEN))
    assert "Ben Okoro is asked for Integration engineer" in await whisper(world, DITA)
    assert poll(world).votes == ()


FORGED = ("harbor x 0", "harbor", "harbor 1 -1", "harbor 99999999999 0", "", "harbor 1 0 \ud800")


@pytest.mark.parametrize("value", FORGED)
def test_a_button_we_never_made_is_not_taken_for_one(value: str) -> None:
    with pytest.raises(Invalid, match="I do not know that button"):
        views.pressed({"action_id": "gonogo_vote_go", "value": value})
    with pytest.raises(Invalid, match="I do not know that button"):
        views.pressed({"action_id": "gonogo_vote_maybe", "value": "harbor 1 0"})


@pytest.mark.parametrize("carried", ["", "[]", "{}", '{"project": "harbor", "number": "x"}', '{"number": 1}'])
def test_a_form_we_never_made_is_not_taken_for_one(carried: str) -> None:
    view = {"callback_id": "gonogo_vote_form_no_go", "private_metadata": carried, "state": {"values": {}}}
    for read in (views.read_vote_form, views.read_decide_form, views.read_open_form, views.with_one_more):
        with pytest.raises(Invalid, match="I do not know that form"):
            read(view)


@pytest.mark.parametrize(("number", "seat"), [(1, 9), (7, 0)])
async def test_a_poll_or_a_seat_that_is_not_there_is_not_answered(
    world: World, number: int, seat: int
) -> None:
    await opened(world)
    tracker, who = Tracker(world.store, world.slack.clock.now), Actor(world.slack.state.team.id, BEN)
    with pytest.raises(NotFound, match="no poll I know"):
        tracker.vote(who, Ballot(project="harbor", number=number, seat=seat), Word.GO)
    with pytest.raises(NotFound):
        tracker.vote(who, Ballot(project="other", number=1, seat=2), Word.GO)
    assert poll(world).votes == ()


# ——— the clock


async def test_who_has_not_answered_is_reminded_once_in_their_hours(quiet: World) -> None:
    await opened(quiet)
    await answer_go(quiet, BEN)
    await quiet.pass_time("2d")
    assert await direct(quiet, BEN) == []
    [to_chen] = await direct(quiet, CHEN)  # Singapore: their Tuesday, 15:00, when it is seven in Lisbon
    assert "you have not answered. Silence counts as no-go" in to_chen["text"]
    assert 7 <= (float(to_chen["ts"]) % 86400) / 3600 < 7.1
    [to_ana] = await direct(quiet, ANA)
    assert 13 <= (float(to_ana["ts"]) % 86400) / 3600 < 13.1
    assert await quiet.refused() == []


async def test_who_wants_quiet_is_not_reminded(quiet: World) -> None:
    await opened(quiet)
    await quiet.command(CHEN, "quiet until 5 Mar")
    await quiet.pass_time("2d")
    assert await direct(quiet, CHEN) == []


async def test_a_reminder_can_be_answered_where_it_is(quiet: World) -> None:
    await opened(quiet)
    await quiet.pass_time("23h")
    [message] = await direct(quiet, CHEN)
    await press(quiet, CHEN, "Go", message, channel=message["channel"])
    assert poll(quiet).vote("Harbour master")
    assert "You can change it" in (await direct(quiet, CHEN))[0]["text"]


async def test_at_the_end_silence_counts_and_the_decider_is_asked_to_decide(quiet: World) -> None:
    await opened(quiet)
    await answer_go(quiet, BEN)
    await quiet.pass_time("31h")
    ask = await asked(quiet, DITA, "please decide")
    assert "the time for answers is over: please decide" in ask["text"]
    assert "1 go, 2 without an answer, which is no-go" in ask["text"]
    assert "Harbour master, Chen Wei: did not answer, which counts as no-go" in ask["text"]
    await quiet.pass_time("3d")
    assert len([m for m in await thread(quiet) if "please decide" in m["text"]]) == 1


async def test_once_all_have_answered_the_decider_is_asked_at_once_and_not_again(quiet: World) -> None:
    await opened(quiet)
    await answer_go(quiet, ANA, BEN, CHEN)
    assert "all have answered: please decide" in (await asked(quiet, DITA, "please decide"))["text"]
    await quiet.pass_time("3d")
    assert len([m for m in await thread(quiet) if "please decide" in m["text"]]) == 1


async def test_a_late_answer_still_counts_until_it_is_decided(quiet: World) -> None:
    await opened(quiet)
    await quiet.pass_time("31h")
    await answer_go(quiet, BEN)
    assert "Ben Okoro: Go, after the time for answers." in (await thread(quiet))[0]["text"]


async def test_a_restart_in_the_middle_loses_and_doubles_nothing(quiet: World) -> None:
    await opened(quiet)
    await answer_go(quiet, BEN)
    await quiet.stop()
    await quiet.pass_time("31h")
    await quiet.start()
    assert "1 of 3 roles answered" in (await thread(quiet))[0]["text"]
    assert len([m for m in await thread(quiet) if "please decide" in m["text"]]) == 1
    assert await direct(quiet, ANA) == []  # the time to remind is over
    await quiet.stop()
    await quiet.start()
    assert len(await thread(quiet)) == 6  # head, three roles, the decider, and the call to decide
    await answer_go(quiet, ANA)
    assert "2 of 3 roles answered" in (await thread(quiet))[0]["text"]


async def test_a_lost_answer_of_slack_asks_nobody_twice(world: World) -> None:
    await world.fault("lost_after", method="chat.postMessage", times=3)
    await opened(world)
    await world.pass_time("5m")
    said = [m["text"].split("\n")[0] for m in await thread(world)]
    assert len(said) == len(set(said)) == 5


async def test_the_command_line_foresees_the_end_of_a_poll(quiet: World) -> None:
    await opened(quiet)
    tracker = Tracker(quiet.store, quiet.slack.clock.now)
    at = poll(quiet).closes_at
    found = [e.words for e in tracker.would_say(quiet.slack.state.team.id, at) if e.kind == "poll"]
    assert found == ["Go/no-go 1: the decider is asked to decide"]


# ——— deciding


async def test_only_the_decider_decides(world: World) -> None:
    await opened(world)
    await press(world, ANA, "Decide: Go", await asked(world, DITA, "you decide"))
    assert "Dita Kova decides, so these buttons are for Dita Kova alone" in await whisper(world, ANA)
    assert await world.views(ANA) == []


async def test_a_go_lets_open_gates_through_until_a_day_and_keeps_the_record(quiet: World) -> None:
    await opened(quiet)
    await answer_go(quiet, ANA, BEN, CHEN)
    done = await decide(quiet, "Decide: Go", why="The season starts", until="2027-03-20")
    assert done["ack"] in (None, "", {})
    assert poll(quiet).decision is Word.GO
    assert {i.key: i.status for i in plan(quiet).items if i.gate} == dict.fromkeys(
        ("berths", "feed", "training"), Status.WAIVED
    )
    kept = record(quiet)
    assert minutes.is_intact(kept)
    assert {each["key"]: each["until"] for each in kept["waivers"]} == dict.fromkeys(
        ("berths", "feed", "training"), "2027-03-20"
    )
    assert kept["state"]["answer"]["gates"]["open"] == 3  # as it was when it was decided
    assert [each["vote"] for each in kept["votes"]] == ["go", "go", "go"]
    said = (await thread(quiet))[-1]["text"]
    assert said.startswith("Go/no-go 1 of Harbor booking go-live is decided: GO")
    assert "Go, decided by Dita Kova on Mon 1 Mar, 09:" in said
    assert "“The season starts”" in said
    assert buttons(await asked(quiet, BEN)) == {}
    assert list(buttons((await thread(quiet))[0])) == ["Record"]
    assert await quiet.refused() == []


async def test_a_go_against_open_gates_without_reason_or_day_is_refused_in_the_form(world: World) -> None:
    await opened(world)
    await press(world, DITA, "Decide: Go", await asked(world, DITA, "you decide"))
    view = await form(world, DITA)
    assert "3 gates are open" in str(view["blocks"])
    assert not (await world.submit(DITA, view["id"], {"until": "2027-03-20"}))["sent"]
    past = await world.submit(DITA, view["id"], {"why": "so", "until": "2027-02-01"})
    assert "until" in past["errors"]
    assert poll(world).state == "open"


async def test_conditions_become_gates_once_it_is_decided(quiet: World) -> None:
    await quiet.command(ANA, "own training @Ben")
    for key in ("berths", "training"):
        await quiet.command(ANA, f"due {key} 10 Mar")
    await opened(quiet)
    await answer_go(quiet, ANA, BEN)
    await press(quiet, CHEN, "Go with conditions", await asked(quiet, CHEN))
    wanted = {"c1_text": "Tugs on call", "c1_owner": ELI, "c1_due": "2027-03-09"}
    await quiet.submit(CHEN, (await form(quiet, CHEN))["id"], wanted)
    own = {"c1_text": "Tugs on call", "c1_owner": CHEN, "c1_due": "2027-03-11"}
    await decide(quiet, "Decide: Go with conditions", why="Two things left", **own)
    tugs, second = plan(quiet).item["tugs-on-call"], plan(quiet).item["tugs-on-call-2"]
    assert (tugs.gate, tugs.owner, tugs.validator, tugs.due) == (True, "eli_stone", "chen", tugs.due)
    assert tugs.permalink
    assert "/archives/" in tugs.permalink
    assert (second.owner, second.validator) == ("chen", "dita")
    kept = record(quiet)
    assert [each["key"] for each in kept["conditions"]] == ["tugs-on-call", "tugs-on-call-2"]
    assert {each["key"] for each in kept["open_gates"]} == {"berths", "feed", "training"}
    assert plan(quiet).item["feed"].status is Status.DOING
    assert "tugs-on-call: Tugs on call: Eli Stone, due Tue 9 Mar" in (await thread(quiet))[-1]["text"]
    assert await quiet.refused() == []


async def test_open_gates_without_owner_or_date_are_no_conditions(world: World) -> None:
    await opened(world)
    done = await decide(world, "Decide: Go with conditions", why="so")
    assert "`training` (no owner, no date)" in done["errors"]["why"]
    assert poll(world).state == "open"


async def test_a_no_go_changes_nothing_in_the_plan(quiet: World) -> None:
    await opened(quiet)
    await press(quiet, CHEN, "Go with conditions", await asked(quiet, CHEN))
    wanted = {"c1_text": "Tugs on call", "c1_owner": BEN, "c1_due": "2027-03-09"}
    await quiet.submit(CHEN, (await form(quiet, CHEN))["id"], wanted)
    before = plan(quiet)
    await decide(quiet, "Decide: No-go", why="Not insured")
    assert plan(quiet) == before
    kept = record(quiet)
    assert [each["key"] for each in kept["conditions"]] == [None]
    silent = [each["why"] for each in kept["votes"] if not each["answered"]]
    assert silent == ["did not answer", "did not answer"]


async def test_what_changed_since_the_form_was_opened_is_looked_at_first(world: World) -> None:
    await opened(world)
    await press(world, DITA, "Decide: No-go", await asked(world, DITA, "you decide"))
    view = await form(world, DITA)
    await answer_go(world, BEN)
    done = await world.submit(DITA, view["id"], {"why": "no"})
    assert "changed since this form was opened" in done["errors"]["why"]
    assert poll(world).state == "open"


async def test_after_the_decision_nothing_is_answered_and_old_buttons_say_so(quiet: World) -> None:
    await opened(quiet)
    old = await asked(quiet, BEN)
    await press(quiet, CHEN, "No-go", await asked(quiet, CHEN))
    left_open = await form(quiet, CHEN)
    await quiet.fault("500", method="chat.update", times=30)
    await decide(quiet, "Decide: No-go", why="Not insured")
    await press(quiet, BEN, "Go", old)
    assert "Go/no-go 1 is over, so nothing was changed. No-go, decided by Dita Kova" in await whisper(
        quiet, BEN
    )
    done = await quiet.submit(CHEN, left_open["id"], {"why": "late"})
    assert "is over" in done["errors"]["why"]
    assert poll(quiet).votes == ()


async def test_a_decision_is_not_undone(quiet: World) -> None:
    await opened(quiet)
    await decide(quiet, "Decide: Go", why="The season starts", until="2027-03-20")
    revision = plan(quiet).project.revision
    tracker = Tracker(quiet.store, quiet.slack.clock.now)
    who = Actor(quiet.slack.state.team.id, DITA)
    with pytest.raises(Refused, match="A decision is not taken back"):
        tracker.undo(who, Where(project="harbor", direct=True), revision)


async def test_a_poll_can_be_cancelled_with_the_reason(quiet: World) -> None:
    await opened(quiet)
    assert "Say why" in (await quiet.command(ANA, "poll cancel"))["text"]
    assert "Only Ana Duarte" in (await quiet.command(BEN, "poll cancel because"))["text"]
    await quiet.command(ANA, "poll cancel the board meets <!here> later")
    head = (await thread(quiet))[0]["text"]
    assert head.startswith("Go/no-go 1 of Harbor booking go-live: cancelled")
    assert "“the board meets" in head
    assert "<!here>" not in head
    await quiet.pass_time("3d")
    assert not [m for m in await thread(quiet) if "please decide" in m["text"]]
    assert "Go/no-go 2" in (await quiet.command(ANA, "poll"))["text"]


# ——— the record


async def test_the_record_is_shown_to_who_asks_and_says_how_to_have_all_of_it(quiet: World) -> None:
    await opened(quiet)
    await decide(quiet, "Decide: No-go", why="``` <@U0BEN> *now*")
    await press(quiet, BEN, "Record", (await thread(quiet))[-1])
    said = await whisper(quiet, BEN)
    assert "# Go/no-go 1: Harbor booking go-live" in said
    assert "golive decision harbor 1 -o decision-1.md" in said
    assert "<@U0BEN>" not in said
    assert said.count("```") == 0
    page = Tracker(quiet.store, quiet.slack.clock.now).decision(quiet.slack.state.team.id, "harbor")
    assert "**No-go**, decided by Dita Kova (Head of operations and sponsor)" in page
    assert await quiet.refused() == []


# ——— called back


@pytest.fixture
async def going(quiet: World) -> World:
    """A go on everything closed: berths confirmed, the rest let through."""
    await quiet.command(DITA, "validate berths saw the signed list")
    await quiet.command(DITA, "waive feed by radio at first until 4 Mar")
    await quiet.command(DITA, "waive training they know it")
    await opened(quiet)
    await answer_go(quiet, ANA, BEN, CHEN)
    await decide(quiet, "Decide: Go")
    assert poll(quiet).decision is Word.GO
    return quiet


async def back(world: World) -> list[str]:
    return [m["text"] for m in await thread(world) if "rests on what is open again" in m["text"]]


async def test_a_gate_reopened_after_a_go_calls_the_decider_back_once(going: World) -> None:
    await going.command(CHEN, "reopen berths two berths are missing")
    [said] = await back(going)
    assert said.startswith(f"<@{DITA}> the go of Mon 1 Mar (Go/no-go 1) rests on what is open again:")
    assert "Berth list agreed (berths)" in said
    assert "reopened by Chen Wei, “two berths are missing”" in said
    assert "Concerned: Harbour master (Chen Wei)" in said
    assert said.count("<@") == 1
    assert poll(going).state == "decided"
    await going.pass_time("1d")
    assert len(await back(going)) == 1
    await going.stop()
    await going.start()
    assert len(await back(going)) == 1


async def test_a_gate_that_falls_a_second_time_calls_back_a_second_time(going: World) -> None:
    await going.command(CHEN, "reopen berths two are missing")
    await going.command(CHEN, "done berths all there")
    await going.command(DITA, "validate berths counted")
    await going.command(CHEN, "reopen berths one more")
    assert len(await back(going)) == 2


async def test_a_waiver_that_runs_out_calls_back_in_working_hours(going: World) -> None:
    await going.pass_time("3d")
    assert await back(going) == []  # Thursday 4 March, the last day it holds
    await going.pass_time("1d")
    [said] = await back(going)
    assert "Vessel feed connected (feed): its waiver ran out on Thu 4 Mar" in said
    message = next(m for m in await thread(going) if m["text"] == said)
    assert 9 <= (float(message["ts"]) % 86400) / 3600 < 9.1


async def test_a_new_poll_or_going_live_ends_the_calling_back(going: World) -> None:
    await opened(going, "poll by 5 Mar")
    await going.command(CHEN, "reopen berths two are missing")
    assert await back(going) == []
    await going.command(ANA, "poll cancel no need")
    assert len(await back(going)) == 1


async def test_a_poll_of_a_project_one_may_not_see_does_not_exist(world: World) -> None:
    await opened(world)
    await press(world, ANA, "Go", await asked(world, ANA))
    tracker = Tracker(world.store, world.slack.clock.now)
    stranger = Actor(world.slack.state.team.id, ELI)
    with pytest.raises(NotFound):
        tracker.vote(stranger, Ballot(project="harbor", number=1, seat=0), Word.GO)
    with pytest.raises(NotFound):
        tracker.ballot(stranger, Ballot(project="harbor", number=1, seat=0))


async def test_an_assumption_found_false_calls_back_for_the_gate_that_rested_on_it(quiet: World) -> None:
    await quiet.command(DITA, "validate berths saw the signed list")
    await quiet.command(ANA, "assume The dredging is over under berths owner @Chen by 12 Mar")
    await quiet.command(DITA, "waive feed by radio at first")
    await quiet.command(DITA, "waive training they know it")
    await opened(quiet)
    await answer_go(quiet, ANA, BEN, CHEN)
    await decide(quiet, "Decide: Go")
    await quiet.command(CHEN, "refute A1 the dredger is still there")
    [said] = await back(quiet)
    assert "Berth list agreed (berths)" in said
    assert "rests on an assumption found false by Chen Wei, “the dredger is still there”" in said


async def test_the_lead_sees_ahead_when_silence_will_count(quiet: World) -> None:
    await opened(quiet)
    shown = (await quiet.command(ANA, "reminders"))["text"]
    assert "Go/no-go 1: the decider is asked to decide" in shown
    assert "Go/no-go 1: Ben Okoro has not answered" in shown


async def test_who_opened_it_is_told_once_when_slack_will_not_take_the_thread(quiet: World) -> None:
    answer = await quiet.http.post(f"/sandbox/channels/{CHANNEL}/archive", json={"user": ANA})
    assert answer.is_success
    await quiet.command(ANA, "harbor poll by tomorrow 15:00", channel="C0LOUNGE")
    said = [m["text"] for m in await quiet.direct(ANA)]
    assert len([text for text in said if "could not be posted" in text]) == 1


async def test_while_somebody_is_away_until_it_closes_who_stands_in_is_reminded_and_may_answer(
    world: World,
) -> None:
    await opened(world)
    said = yaml.safe_load(HARBOR.read_text())
    said["people"][1] |= {"away": [{"from": "2027-03-01", "to": "2027-03-05"}], "deputy": "ana"}
    assert world.app is not None
    team = world.slack.state.team.id
    world.app.tracker.load(yaml.safe_dump(said), "harbor.yaml", workspace=team, actor="cli:test")
    await answer_go(world, ANA, CHEN)
    await world.pass_time("29h")
    assert await direct(world, BEN) == []
    reminder = (await direct(world, ANA))[-1]
    assert "(Integration engineer, for Ben Okoro who is away): Go/no-go 1 of" in reminder["text"]
    assert "nobody has answered" in reminder["text"]
    await press(world, ANA, "Go", reminder, channel=reminder["channel"])
    vote = poll(world).vote("Integration engineer")
    assert vote is not None
    assert (vote.word, vote.user) == (Word.GO, ANA)
    assert sum("for Ben Okoro" in message["text"] for message in await direct(world, ANA)) == 1
