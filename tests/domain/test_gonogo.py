"""Who is asked for go or no-go, until when, and what does a decision do to the plan?"""

from __future__ import annotations

import copy
import html
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType

import pytest
from markdown_it import MarkdownIt

from bot.domain.changes import from_json
from bot.domain.errors import Invalid, Refused
from bot.domain.gonogo import minutes, pollwords, seats, voting
from bot.domain.gonogo.voting import Condition, Decision, Poll, Seat, Vote, Word
from bot.domain.permissions import Asking
from bot.domain.plan import (
    Assumption,
    Away,
    Blocker,
    Change,
    Event,
    Hours,
    Item,
    Person,
    Plan,
    Project,
    Status,
    Waiver,
)
from bot.domain.readiness import Assessment, assess

# A Wednesday, noon in Madrid.
NOW = datetime(2027, 5, 5, 10, 0, tzinfo=UTC)
TODAY = NOW.date()
MADRID, TOKYO = "Europe/Madrid", "Asia/Tokyo"

NORA = Person(key="nora", name="Nora Paz", role="Project lead", tz=MADRID, slack="U1")
OTTO = Person(key="otto", name="Otto Lind", role="Network engineer", tz=MADRID, slack="U2")
PIA = Person(key="pia", name="Pia Roth", role="Network engineer", tz=MADRID, slack="U3")
QUIN = Person(key="quin", name="Quin Abe", role="Lab manager", tz=TOKYO, slack="U4")
RITA = Person(key="rita", name="Rita Sol", role="Chief of staff and sponsor", tz=MADRID, slack="U5")
PEOPLE = (NORA, OTTO, PIA, QUIN, RITA)

LINE = Item(key="line", title="Line tested", owner="otto", validator="quin", gate=True, due=date(2027, 5, 7))
PRINT = Item(key="print", title="Labels print", owner="pia", gate=True, status=Status.VALIDATED)
RACK = Item(key="rack", title="Rack mounted", owner="pia", validator="Lab manager", gate=True)
LIVE = Item(key="live", title="Go live", owner="nora")


def plan(
    *,
    people: tuple[Person, ...] = PEOPLE,
    items: tuple[Item, ...] = (LINE, PRINT, RACK, LIVE),
    policies: dict[str, object] | None = None,
    **head: object,
) -> Plan:
    project = Project(
        key="lab",
        name="Lab move",
        channel="C1",
        timezone=MADRID,
        go_live_item="live",
        lead="nora",
        policies=MappingProxyType(policies or {}),
        id=1,
    )
    return Plan(project=replace(project, **head), people=people, items=items)  # type: ignore[arg-type]


def asked(of: Plan, unreachable: dict[str, str] | None = None) -> tuple[tuple[Seat, ...], tuple[str, ...]]:
    return seats.asked(of, assess(of, TODAY), unreachable or {}, NOW)


def poll(*votes: Vote, of: Plan | None = None, closes: datetime = NOW + timedelta(hours=5)) -> Poll:
    found, not_asked = asked(of or plan())
    return Poll(
        number=1,
        opened_by="U1",
        opened_at=NOW,
        closes_at=closes,
        seats=found,
        not_asked=not_asked,
        votes=votes,
    )


def vote(role: str, word: Word, *conditions: Condition, why: str | None = None) -> Vote:
    return Vote(role=role, person=None, user="U2", word=word, at=NOW, why=why, conditions=conditions)


def condition(text: str = "A second line", owner: str = "U4", due: date = date(2027, 5, 10)) -> Condition:
    return Condition(text=text, owner=owner, name="Quin Abe", due=due)


def decision(word: Word, **more: object) -> Decision:
    return Decision(word=word, by=RITA, decider=RITA, at=NOW, **more)  # type: ignore[arg-type]


# ——— who is asked


def test_the_lead_and_every_role_with_a_gate_is_asked_once() -> None:
    found, not_asked = asked(plan())
    assert [(seat.role, seat.person) for seat in found] == [
        ("Project lead", "nora"),
        ("Network engineer", "otto"),
        ("Lab manager", "quin"),
    ]
    assert not_asked == ()


def test_the_decider_is_not_asked_as_the_decision_is_their_answer() -> None:
    of = plan(items=(replace(LINE, validator="rita"), LIVE))
    assert "rita" not in {seat.person for seat in asked(of)[0]}


def test_a_sponsor_who_does_not_decide_is_asked() -> None:
    of = plan(decider="quin")
    assert [seat.person for seat in asked(of)[0]] == ["nora", "rita", "otto"]


def test_people_of_one_role_are_one_seat_with_the_gates_of_all() -> None:
    of = plan()
    network = next(seat for seat in asked(of)[0] if seat.role == "Network engineer")
    assert network.people == ("otto", "pia")
    stake = seats.stake(of, assess(of, TODAY), network.people)
    assert [gate.key for gate in stake.gates] == ["line", "rack"]


def test_a_deputy_is_asked_for_who_is_away() -> None:
    away = replace(QUIN, away=(Away(start=TODAY, end=TODAY + timedelta(days=3)),), deputy="pia")
    seat = next(s for s in asked(plan(people=(NORA, OTTO, PIA, away, RITA)))[0] if s.role == "Lab manager")
    assert (seat.person, seat.instead_of) == ("pia", "quin")


def test_both_the_deputy_and_who_is_away_may_answer() -> None:
    away = replace(QUIN, away=(Away(start=TODAY, end=TODAY),), deputy="pia")
    of = plan(people=(NORA, OTTO, PIA, away, RITA))
    asks = poll(of=of)
    number = next(n for n, seat in enumerate(asks.seats) if seat.role == "Lab manager")
    assert voting.seat_of(asks, of, number, "U3")
    assert voting.seat_of(asks, of, number, "U4")
    assert voting.seat_of(asks, of, number, "U2") is None
    assert voting.seat_of(asks, of, 99, "U3") is None


def test_a_role_nobody_can_reach_is_named_with_the_reason() -> None:
    of = plan(people=(NORA, OTTO, PIA, replace(QUIN, slack=None), RITA))
    found, not_asked = asked(of)
    assert "Lab manager" not in {seat.role for seat in found}
    assert not_asked == ("Lab manager is not asked: Quin Abe is not in Slack, as far as I know.",)


def test_somebody_else_of_the_role_is_asked_when_the_first_cannot_be_reached() -> None:
    found, _ = asked(plan(), {"U2": "is deactivated"})
    assert next(seat for seat in found if seat.role == "Network engineer").person == "pia"


def test_at_most_twelve_roles_are_asked_and_the_others_are_named() -> None:
    crowd = tuple(Person(key=f"p{n}", name=f"P {n}", role=f"Role {n}", slack=f"U9{n}") for n in range(20))
    gates = tuple(Item(key=f"g{n}", title=f"G {n}", owner=f"p{n}", gate=True) for n in range(20))
    found, not_asked = asked(plan(people=(*PEOPLE, *crowd), items=(*gates, LIVE)))
    assert len(found) == seats.MOST
    assert "Role 19" in not_asked[0]


def test_a_policy_narrows_who_is_asked() -> None:
    of = plan(policies={"gonogo": {"roles": ["lab manager", "lead", "Night porter"]}})
    found, not_asked = asked(of)
    assert [seat.person for seat in found] == ["quin", "nora"]
    assert not_asked == ("Night porter is not asked: nobody has that role.",)


def test_each_is_asked_with_gates_blockers_beliefs_and_waivers_of_their_own() -> None:
    waived = Item(
        key="badge",
        title="Badges",
        owner="otto",
        gate=True,
        status=Status.WAIVED,
        waived=Waiver(by="nora", why="paper will do", until=date(2027, 6, 1)),
    )
    of = replace(
        plan(items=(LINE, PRINT, RACK, waived, LIVE)),
        blockers=(Blocker(id="B1", text="No permit", item="line", raised=TODAY, owner="nora"),),
        assumptions=(Assumption(id="A1", text="Power is there", item="print", owner="quin"),),
    )
    stake = seats.stake(of, assess(of, TODAY), ("otto", "pia"))
    assert [g.key for g in stake.gates] == ["line", "rack"]
    assert [x.id for x in stake.blockers] == ["B1"]
    assert [x.id for x in stake.beliefs] == ["A1"]
    assert [x.key for x in stake.waived] == ["badge"]


def test_what_nobody_has_is_the_leads() -> None:
    of = plan(items=(replace(RACK, owner=None), LIVE))
    assert [g.key for g in seats.stake(of, assess(of, TODAY), ("nora",)).gates] == ["rack"]


# ——— who may, and until when


@pytest.mark.parametrize("by", [NORA, RITA])
def test_the_lead_and_the_decider_may_open(by: Person) -> None:
    of = plan()
    voting.refuse_opening(of, assess(of, TODAY), Asking(person=by), NOW)


@pytest.mark.parametrize(
    ("of", "by", "said"),
    [
        (plan(), OTTO, r"Only Nora Paz \(lead\) or Rita Sol \(decider\)"),
        (plan(), None, "Only Nora Paz"),
        (plan(people=(NORA, OTTO)), NORA, "Nobody is named who decides"),
        (plan(people=(OTTO,), lead=None), OTTO, "names neither"),
        (plan(items=(LIVE,)), NORA, "No item is a gate yet"),
        (plan(items=(LINE, replace(LIVE, status=Status.VALIDATED))), NORA, "is live already"),
        (plan(channel=None), NORA, "has no channel yet"),
        (plan(people=(NORA, OTTO, PIA, QUIN, replace(RITA, slack=None))), NORA, "is not in Slack"),
    ],
)
def test_a_poll_that_makes_no_sense_is_refused_with_the_reason(
    of: Plan, by: Person | None, said: str
) -> None:
    with pytest.raises(Refused, match=said):
        voting.refuse_opening(of, assess(of, TODAY), Asking(person=by), NOW)


def test_with_everything_closed_it_can_still_be_asked() -> None:
    of = plan(items=(PRINT, LIVE))
    voting.refuse_opening(of, assess(of, TODAY), Asking(person=NORA), NOW)


@pytest.mark.parametrize(
    ("words", "local"),
    [
        ("by Friday 15:00", "2027-05-07T15:00"),
        ("by 15:30 tomorrow", "2027-05-06T15:30"),
        ("until 4pm", "2027-05-05T16:00"),
        ("by tomorrow at noon", "2027-05-06T12:00"),
        ("2027-05-10T09:15", "2027-05-10T09:15"),
        ("10 May 12:30 am", "2027-05-10T00:30"),
        ("by 10 May", "2027-05-10T17:00"),
        ("18:05", "2027-05-05T18:05"),
    ],
)
def test_the_end_is_said_on_the_leads_clock(words: str, local: str) -> None:
    there = plan().project.zone
    assert voting.closing(plan(), words, NOW).astimezone(there).isoformat().startswith(local)


def test_the_leads_clock_is_not_the_projects() -> None:
    of = plan(people=(replace(NORA, tz=TOKYO), RITA))
    assert voting.closing(of, "by tomorrow 09:00", NOW) == datetime(2027, 5, 6, 0, 0, tzinfo=UTC)


NO_TIMES = """
tomorrow at 25:00, tomorrow 15:60, Friday 15.00, Friday 1500, Friday at 3, tomorrow 13pm, tomorrow 15h,
Friday 15 Uhr, in 2 hours, in 90 minutes, tomorrow evening, 2027-05-06 24:00
"""


@pytest.mark.parametrize("words", [" ".join(each.split()) for each in NO_TIMES.split(",")])
def test_a_time_that_is_not_understood_is_not_passed_over(words: str) -> None:
    with pytest.raises(Invalid, match="cannot read the time"):
        voting.closing(plan(), f"by {words}", NOW)


@pytest.mark.parametrize(
    "words", ["by 6.5.", "by 06.05.", "7/5", "next Friday, 7 May 2027", "2027-05-06", "end of month"]
)
def test_a_day_is_no_time_that_is_not_understood(words: str) -> None:
    assert voting.closing(plan(), words, NOW).minute == 0


@pytest.mark.parametrize("words", ["by 11:00", "by today 09:00", "by yesterday", "by 3 April 2027"])
def test_an_end_in_the_past_is_refused(words: str) -> None:
    with pytest.raises(Invalid, match=r"passed|past"):
        voting.closing(plan(), words, NOW)


def test_an_end_that_nobody_understands_is_refused() -> None:
    with pytest.raises(Invalid):
        voting.closing(plan(), "by the time we meet", NOW)
    with pytest.raises(Invalid, match="30 days"):
        voting.closing(plan(), "by 10 Aug 2027", NOW)


def test_without_words_it_ends_with_the_projects_working_day() -> None:
    assert voting.closing(plan(), None, NOW) == datetime(2027, 5, 5, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "now", [datetime(2027, 5, 7, 14, 30, tzinfo=UTC), datetime(2027, 5, 8, 9, 0, tzinfo=UTC)]
)
def test_with_hardly_anything_left_of_the_day_it_ends_with_the_next_one(now: datetime) -> None:
    assert voting.closing(plan(), None, now) == datetime(2027, 5, 10, 15, 0, tzinfo=UTC)


def test_a_reminder_comes_two_of_their_hours_before_the_end() -> None:
    asks = poll()
    network = next(seat for seat in asks.seats if seat.role == "Network engineer")
    assert voting.reminded(plan(), asks, network, NOW) == (OTTO, NOW + timedelta(hours=3))


def test_a_reminder_never_comes_in_somebodys_night() -> None:
    # Tokyo works 00:00 to 08:00 UTC: nothing of this afternoon, all of tomorrow morning.
    asks = poll(closes=datetime(2027, 5, 6, 12, 0, tzinfo=UTC))
    lab = next(seat for seat in asks.seats if seat.role == "Lab manager")
    assert voting.reminded(plan(), asks, lab, NOW) == (QUIN, datetime(2027, 5, 6, 6, 0, tzinfo=UTC))


def test_who_does_not_work_until_the_end_is_not_reminded() -> None:
    asks = poll()
    lab = next(seat for seat in asks.seats if seat.role == "Lab manager")
    assert voting.reminded(plan(), asks, lab, NOW) is None


def test_a_deputy_is_reminded_for_who_is_away_until_it_closes_and_may_answer() -> None:
    away = replace(QUIN, away=(Away(start=TODAY, end=TODAY + timedelta(days=3)),), deputy="pia")
    of = plan(people=(NORA, OTTO, PIA, away, RITA))
    asks = poll(closes=datetime(2027, 5, 6, 12, 0, tzinfo=UTC))  # opened before that was known
    number = next(n for n, seat in enumerate(asks.seats) if seat.role == "Lab manager")
    due = voting.reminded(of, asks, asks.seats[number], NOW)
    assert due is not None
    assert due[0] == PIA
    assert voting.seat_of(asks, of, number, PIA.slack or "") == asks.seats[number]
    decides = replace(of, project=replace(of.project, decider="pia"))
    assert voting.reminded(decides, asks, asks.seats[number], NOW) is None


def test_nobody_is_reminded_at_the_very_end_of_their_day() -> None:
    short = replace(OTTO, hours=Hours(start=time(12), end=time(14)))
    of = plan(people=(NORA, short, PIA, QUIN, RITA))
    asks = poll(of=of, closes=datetime(2027, 5, 6, 12, 0, tzinfo=UTC))
    network = next(seat for seat in asks.seats if seat.role == "Network engineer")
    assert voting.reminded(of, asks, network, NOW) == (short, datetime(2027, 5, 6, 10, 0, tzinfo=UTC))


# ——— deciding


def test_silence_is_no_go() -> None:
    asks = poll(vote("Project lead", Word.GO), vote("Lab manager", Word.NO_GO, why="mould"))
    assert [seat.role for seat in asks.missing] == ["Network engineer"]
    assert {seat.role for seat in asks.against} == {"Network engineer", "Lab manager"}


ALL_GO = tuple(vote(role, Word.GO) for role in ("Project lead", "Network engineer", "Lab manager"))
DONE = plan(items=(PRINT, LIVE))


def refuse(of: Plan, said: Decision, *votes: Vote) -> None:
    a = assess(of, TODAY)
    voting.refuse_decision(of, a, poll(*votes), said)


def test_a_go_with_all_closed_and_all_for_it_needs_no_reason() -> None:
    refuse(DONE, decision(Word.GO), *ALL_GO)


@pytest.mark.parametrize(
    ("of", "said", "votes", "field", "words"),
    [
        (DONE, decision(Word.NO_GO), ALL_GO, "why", "Say why not"),
        (DONE, decision(Word.GO), ALL_GO[:2], "why", "1 role did not say go"),
        (plan(), decision(Word.GO, until=date(2027, 6, 1)), ALL_GO, "why", "2 gates are open"),
        (plan(), decision(Word.GO, why="must"), ALL_GO, "until", "until when"),
        (plan(), decision(Word.GO, why="must", until=date(2027, 5, 4)), ALL_GO, "until", "in the past"),
        (DONE, decision(Word.CONDITIONS, why="so"), ALL_GO, "c1_text", "There is no condition"),
        (plan(), decision(Word.CONDITIONS, why="so"), ALL_GO, "why", "`rack` .no date"),
    ],
)
def test_a_decision_against_what_is_known_needs_its_reason_and_what_becomes_of_each_gate(
    of: Plan, said: Decision, votes: tuple[Vote, ...], field: str, words: str
) -> None:
    with pytest.raises(Invalid, match=words) as refusal:
        refuse(of, said, *votes)
    assert refusal.value.field == field


def test_open_gates_with_owner_and_date_are_conditions_as_they_are() -> None:
    of = plan(items=(LINE, PRINT, LIVE))
    refuse(of, decision(Word.CONDITIONS, why="so"), *ALL_GO)


def test_a_go_lets_open_gates_through_until_its_day_and_no_longer() -> None:
    of = plan()
    said = decision(Word.GO, why="the old lab closes", until=date(2027, 5, 12))
    after, keys = voting.let_through(of, assess(of, TODAY), 1, said)
    assert set(keys) == {"line", "rack"}
    assert assess(after, date(2027, 5, 12)).ready
    assert not assess(after, date(2027, 5, 13)).ready
    waiver = after.item["line"].waived
    assert waiver
    assert (waiver.by, waiver.why) == ("rita", "Go/no-go 1: the old lab closes")


def test_a_go_with_conditions_and_a_no_go_leave_open_gates_open() -> None:
    of = plan()
    for word in (Word.CONDITIONS, Word.NO_GO):
        assert voting.let_through(of, assess(of, TODAY), 1, decision(word, why="so")) == (of, ())


def test_a_condition_becomes_a_gate_confirmed_by_who_asked_for_it() -> None:
    item = voting.as_gate(plan(), "second", 1, condition(), QUIN, OTTO)
    assert (item.gate, item.owner, item.validator, item.due) == (True, "quin", "otto", date(2027, 5, 10))


def test_nobody_confirms_their_own_condition() -> None:
    item = voting.as_gate(plan(), "second", 1, condition(), OTTO, OTTO)
    assert item.validator == "nora"


def test_what_was_looked_at_changes_with_an_answer_and_with_a_gate() -> None:
    of = plan()
    before = voting.seen(poll(), assess(of, TODAY))
    assert before == voting.seen(poll(), assess(of, TODAY))
    assert before != voting.seen(poll(ALL_GO[0]), assess(of, TODAY))
    assert before != voting.seen(poll(), assess(plan(items=(LINE, PRINT, LIVE)), TODAY))


# ——— what falls back


def event(key: str, before: str, after: str, revision: int = 9, act: str = "reopen: broken") -> Event:
    change = Change(entity="item", key=key, field="status", before=before, after=after)
    return Event(revision=revision, at=NOW, actor="U2", act=act, change=change)


def falls(of: Plan, closed: set[str], *events: Event, today: date = TODAY) -> list[str]:
    return [each.key for each in voting.fallen(of, assess(of, today), closed, events)]


def test_a_gate_that_was_closed_and_is_open_again_calls_back() -> None:
    of = plan(items=(replace(PRINT, status=Status.DOING), LINE, LIVE))
    assert falls(of, {"print"}, event("print", "validated", "doing")) == ["print"]


def test_a_gate_that_was_open_all_along_does_not() -> None:
    assert falls(plan(), {"print"}) == []


def test_a_condition_that_was_met_and_fell_back_does_call_back() -> None:
    assert falls(plan(), {"print"}, event("line", "done", "validated"), event("line", "validated", "done"))


def test_a_gate_that_is_closed_again_by_now_does_not() -> None:
    assert falls(plan(), {"print"}, event("print", "validated", "doing")) == []


def test_a_waiver_that_ran_out_calls_back_if_it_held_then() -> None:
    waived = replace(
        RACK,
        status=Status.WAIVED,
        waived=Waiver(by="rita", why="later", until=TODAY),
        earlier_status=Status.TODO,
    )
    of = plan(items=(waived, PRINT, LIVE))
    tomorrow = TODAY + timedelta(days=1)
    assert falls(of, {"rack"}, today=TODAY) == []
    assert falls(of, {"rack"}, today=tomorrow) == ["rack"]
    assert falls(of, set(), today=tomorrow) == []  # it had run out before the decision
    assert voting.next_end(of, assess(of, TODAY)) == tomorrow


def test_once_it_is_live_nobody_is_called_back() -> None:
    live = replace(LIVE, status=Status.VALIDATED)
    of = plan(items=(replace(PRINT, status=Status.DOING), live))
    assert falls(of, {"print"}, event("print", "validated", "doing")) == []


def test_two_falls_of_one_gate_are_told_apart() -> None:
    of = plan(items=(replace(PRINT, status=Status.DOING), LIVE))
    a = assess(of, TODAY)
    [first] = voting.fallen(of, a, {"print"}, [event("print", "validated", "doing", 9)])
    [second] = voting.fallen(of, a, {"print"}, [event("print", "validated", "doing", 12)])
    assert first.fingerprint != second.fingerprint


# ——— the record


def kept(*votes: Vote, word: Word = Word.CONDITIONS, of: Plan | None = None) -> dict[str, object]:
    of = of or plan(items=(LINE, PRINT, LIVE))
    said = decision(word, why="one line is enough", conditions=(condition(),))
    made = [minutes.condition_made("second", condition(), "Rita Sol", None)]
    return minutes.sealed(minutes.record(of, assess(of, TODAY), poll(*votes), said, of, made))


def test_the_record_holds_the_answers_silence_and_the_whole_state() -> None:
    record: dict[str, object] = kept(ALL_GO[0], vote("Lab manager", Word.NO_GO, why="mould"))
    votes = record["votes"]
    assert isinstance(votes, list)
    said = {each["role"]: (each["vote"], each["answered"], each["why"]) for each in votes}
    assert said == {
        "Project lead": ("go", True, None),
        "Network engineer": ("no-go", False, "did not answer"),
        "Lab manager": ("no-go", True, "mould"),
    }
    state = record["state"]
    assert isinstance(state, dict)
    assert state["answer"]["gates"]["open"] == 1
    assert [from_json("item", each) for each in state["plan"]["items"]] == [LINE, PRINT, LIVE]


def test_a_record_that_was_altered_does_not_fit_its_hash() -> None:
    record = kept()
    assert minutes.is_intact(record)
    forged = copy.deepcopy(record)
    forged["decision"]["why"] = "all agreed"  # type: ignore[index]
    assert not minutes.is_intact(forged)
    assert "was altered" in minutes.page(forged)


def test_the_page_says_who_decided_what_and_why() -> None:
    page = minutes.page(kept(ALL_GO[0]))
    assert page.startswith("# Go/no-go 1: Lab move\n\n**Go with conditions**, decided by Rita Sol ")
    assert "> one line is enough" in page
    assert "| Network engineer | Otto Lind | No-go | did not answer |  |" in page
    assert "| second | A second line | Quin Abe | 2027-05-10 | Rita Sol |" in page
    assert "| Line tested (line) | not started | Otto Lind | 2027-05-07 |" in page
    assert "SHA-256 of the record: `" in page


def test_an_answer_that_came_after_its_time_is_marked_in_the_record() -> None:
    on_time, late = ALL_GO[0], replace(ALL_GO[1], at=poll().closes_at + timedelta(minutes=1))
    page = minutes.page(kept(on_time, late))
    assert page.count("| Go, after the time for answers |") == 1


NASTY = "| a\n# b <script> `x` [y](http://z) *w* _v_ ~u~ ![i](j) &amp; \\ end"


def test_nobodys_words_mean_anything_in_the_page() -> None:
    evil = plan(people=(NORA, replace(OTTO, name=NASTY), PIA, QUIN, RITA), name=NASTY)
    page = minutes.page(kept(vote("Lab manager", Word.NO_GO, why=NASTY), of=evil))
    drawn = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(page)
    for tag in ("<script", "<em>", "<a ", "<s>", "<img"):
        assert tag not in drawn
    assert drawn.count(html.escape("<script> `x` [y](http://z) *w* _v_ ~u~ ![i](j) &amp; \\ end")) >= 3
    rows = [line for line in page.split("\n") if line.startswith("| Lab manager")]
    assert len(rows) == 1
    assert rows[0].replace("\\|", "").count("|") == 6
    assert sum(line.startswith("# ") for line in page.split("\n")) == 1


# ——— the words


def board(*votes: Vote, now: datetime = NOW, of: Plan | None = None) -> pollwords.Board:
    of = of or plan()
    return pollwords.Board(of, Assessment(of, now.date()), poll(*votes, of=of), now)


def test_the_head_says_the_verdict_who_is_asked_and_how_many_answered() -> None:
    text = "\n".join(pollwords.head(board(ALL_GO[0])).lines)
    assert "2 of 3 gates open" in text
    assert "✓ Project lead, Otto Lind: Go." in text  # who answered for the role, not who was asked
    assert "… Lab manager, Quin Abe: no answer yet" in text
    assert "Rita Sol; answers until Wed 5 May, 17:00" in text


def test_after_the_end_silence_is_called_no_go() -> None:
    late = board(now=NOW + timedelta(hours=6))
    assert "did not answer, which counts as no-go" in "\n".join(pollwords.head(late).lines)
    assert "3 without an answer, which is no-go" in pollwords.tally(late)


def test_a_moment_is_also_said_on_the_readers_clock() -> None:
    notice = pollwords.ask(board(), 2)
    assert notice.to == "U4"
    assert "Wed 5 May, 17:00 (Thu 6 May, 00:00 where you are)" in notice.title


def test_what_a_decision_does_is_said_before_it_is_made() -> None:
    asks = board(vote("Lab manager", Word.CONDITIONS, condition()))
    go = " ".join(pollwords.effect(asks, Word.GO))
    assert "lets every one of them through" in go
    assert "A second line: Quin Abe" in go
    assert "become gates" not in " ".join(pollwords.effect(asks, Word.NO_GO))
