"""What does a poll say: at its head, to each who is asked, when it is time to decide, and afterwards?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.domain.answers.firstscreen import verdict
from bot.domain.errors import Refused
from bot.domain.gonogo import seats, voting
from bot.domain.gonogo.voting import WORDS, Condition, Fallen, Poll, Seat, Vote, Word
from bot.domain.hours import zone_of
from bot.domain.plan import Event, Person, Plan, Status
from bot.domain.readiness import Assessment
from bot.domain.wording import Section, Words, count, cut, listed, sections

VOTE, DECIDE, RECORD = "vote", "decide", "record"
MOST_GATES, MOST_OTHERS = 6, 3
LONGEST_WORDS = 300
_DID = {
    "reopen": "reopened",
    "refute": "rests on an assumption found false",
    "load": "changed by a file",
    "undo": "taken back",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One message of a poll, plain text. `to` is the one Slack user it calls by name, if any."""

    title: str
    sections: tuple[Section, ...]
    to: str | None = None
    offers: str = ""  # what can be pressed: vote, decide, record
    seat: int = 0  # whose vote

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(line for section in self.sections for line in section.lines)


@dataclass(frozen=True)
class Board:
    """A poll on its project as it is now."""

    plan: Plan
    a: Assessment
    poll: Poll
    now: datetime
    stood: str = ""  # what is looked at, where its reader is not shown all of it

    @property
    def seen(self) -> str:
        """Another one as soon as an answer or an open gate changes, also one that is not shown."""
        return self.stood or voting.seen(self.poll, self.a)

    @property
    def w(self) -> Words:
        return Words(self.a)

    @property
    def name(self) -> str:
        return f"Go/no-go {self.poll.number}"

    @property
    def is_open(self) -> bool:
        return self.poll.state == "open"

    @property
    def over(self) -> bool:
        """Silence counts by now."""
        return self.now >= self.poll.closes_at


def head(b: Board, record: Mapping[str, Any] | None = None) -> Notice:
    """Where the poll stands, for everybody."""
    poll, w = b.poll, b.w
    stood = record["state"]["verdict"] if record else verdict(w)
    gates = [] if record or not b.a.open_gates else [listed(b.a.open_gates, MOST_GATES, w.named)]
    answered = len(poll.seats) - len(poll.missing)
    asked = f"{answered} of {count(len(poll.seats), 'role')} answered" if poll.seats else "Nobody is asked"
    decides = [] if not b.is_open else [_decides(b)]
    return Notice(
        title=f"{b.name} of {b.plan.project.name}{_outcome(poll)}",
        sections=sections(
            (None, [stood]),
            ("Open gates", gates),
            (asked, (f"{_mark(poll.vote(s.role))} {seat_line(b, s)}" for s in poll.seats)),
            ("Not asked", poll.not_asked),
            ("Decides", decides),
            (None, outcome(b, record)),
        ),
        offers=RECORD if poll.state == "decided" else "",
    )


def ask(b: Board, number: int, *, again: bool = False, to: str = "") -> Notice:
    """One role is asked, with what of its own is open; `to`: who reads it, where they read it alone."""
    poll, seat = b.poll, b.poll.seats[number]
    deputy = voting.deputy_of(b.plan, poll, seat)
    if deputy is None or deputy.slack != to:
        deputy = None
    until = when(b.plan, poll.closes_at, deputy or b.plan.person.get(seat.person))
    away = b.plan.person.get((seat.person if deputy else seat.instead_of) or "")
    role = f"{seat.role}, for {away.name} who is away" if away else seat.role
    asks = f"({role}): go or no-go for {b.plan.project.name}? Answer until {until}; silence counts as no-go."
    if again:
        name = f"{b.name} of {b.plan.project.name}"
        nobody = "nobody has" if deputy else "you have not"
        asks = f"({role}): {name} closes {until}, and {nobody} answered. Silence counts as no-go."
    vote = poll.vote(seat.role)
    if vote is not None or not b.is_open:
        asks = f"({role}): go or no-go for {b.plan.project.name}?"
    said = [f"{_mark(vote)} {_answer(b, vote)}"] if vote is not None else []
    if vote is not None and b.is_open:
        said[0] += " You can change it until it is decided."
    found = at_stake(b, seat) if b.is_open else ()
    return Notice(
        title=asks,
        sections=(*found, *sections((None, said), (None, _over(b)))),
        to=to if deputy else seat.user,
        offers=VOTE if b.is_open else "",
        seat=number,
    )


def to_decide(b: Board, decides: Person, *, now: bool) -> Notice:
    """The decider is asked: early that it is theirs, later (`now`) that it is time."""
    poll, name = b.poll, b.plan.project.name
    if not b.is_open:
        return Notice(
            title=f"decides {b.name} of {name}.", sections=sections((None, _over(b))), to=decides.slack
        )
    until = when(b.plan, poll.closes_at, decides)
    if not now:
        early = f"once all have answered, or after {until}. You can decide earlier."
        title = f"you decide on go or no-go for {name}: {early}"
        own = at_stake(b, Seat(role="", person=decides.key, name="", user="", people=(decides.key,)))
        return Notice(title=title, sections=own, to=decides.slack, offers=DECIDE)
    why = "all have answered" if not poll.missing else "the time for answers is over"
    return Notice(
        title=f"{why}: please decide on go or no-go for {name}.",
        sections=sections((None, [tally(b)]), ("Not go", (seat_line(b, s) for s in poll.against))),
        to=decides.slack,
        offers=DECIDE,
    )


def decided(b: Board, record: Mapping[str, Any]) -> Notice:
    """What was decided, for the thread."""
    return Notice(
        title=f"{b.name} of {b.plan.project.name} is decided{_outcome(b.poll)}",
        sections=sections((None, outcome(b, record))),
        offers=RECORD,
    )


def called_back(b: Board, fallen: Sequence[Fallen], decides: Person) -> Notice:
    """A go rests on gates that are open again."""
    poll, w = b.poll, b.w
    day = w.day(poll.decided_at.astimezone(b.plan.project.zone).date()) if poll.decided_at else ""
    voters = seats.concerned(b.plan, poll.seats, (each.key for each in fallen))
    return Notice(
        title=f"the {_decision(poll)} of {day} ({b.name}) rests on what is open again:",
        sections=sections(
            (None, (f"• {_fell(b, each)}" for each in fallen)),
            ("Concerned", [", ".join(f"{seat.role} ({seat.name})" for seat in voters)] if voters else []),
            (None, ["The record stays as it is. To decide anew: `/golive poll`."]),
        ),
        to=decides.slack,
    )


def tally(b: Board) -> str:
    """How the answers are spread."""
    words = [vote.word for vote in b.poll.votes]
    said = [f"{words.count(word)} {WORDS[word].lower()}" for word in Word if word in words]
    if b.poll.missing:
        said.append(f"{len(b.poll.missing)} without an answer" + (", which is no-go" if b.over else ""))
    return f"Answers: {', '.join(said)}." if said else "Nobody was asked."


def seat_line(b: Board, seat: Seat) -> str:
    """A role, who answers for it, and what it said so far."""
    vote = b.poll.vote(seat.role)
    voter = _voter(b.plan, seat, vote)  # whom their reader knows by a role alone is called by it, and once
    who = ", ".join(cut(each, 60) for each in dict.fromkeys((seat.role, voter)))
    if vote is not None:
        return f"{who}: {_answer(b, vote)}"
    if b.poll.state == "decided" or (b.is_open and b.over):
        return f"{who}: did not answer, which counts as no-go"
    return f"{who}: {'no answer yet' if b.is_open else 'did not answer'}"


def at_stake(b: Board, seat: Seat) -> tuple[Section, ...]:
    """What is open of a role's own."""
    w, found = b.w, seats.stake(b.plan, b.a, seat.people)
    gates = [
        f"{w.named(gate)}: {w.state(gate)}, {w.due(gate)}{'' if gate.owner else ', nobody has it'}"
        for gate in found.gates
    ]
    whole = [f"All {len(b.a.all_gates)} gates are closed."] if b.a.ready else ["None of your gates is open."]
    if b.stood and not b.a.ready:
        whole = []  # one may be open that is not shown here
    return sections(
        ("Open gates you own or confirm", _some(gates, MOST_GATES)) if gates else (None, whole),
        ("Open blockers of yours", _some([w.blocker_line(x) for x in found.blockers], MOST_OTHERS)),
        ("Not proven yet", _some([w.belief_in_full(x) for x in found.beliefs], MOST_OTHERS)),
        ("Let through", _some([w.closed(x) for x in found.waived], MOST_OTHERS)),
    )


def outcome(b: Board, record: Mapping[str, Any] | None) -> list[str]:
    """What became of the poll, in lines; none while it is open."""
    poll = b.poll
    if poll.state == "cancelled":
        return [
            f"Cancelled by {_person(b.plan, poll.decided_by)}{_at(b, poll.decided_at)}: {_quoted(poll.why)}"
        ]
    if poll.decision is None:
        return []
    why = f": {_quoted(poll.why)}" if poll.why else "."
    lines = [
        f"{WORDS[poll.decision]}, decided by {_person(b.plan, poll.decided_by)}{_at(b, poll.decided_at)}{why}"
    ]
    if record is None:
        return lines
    for made in record["conditions"]:
        became = f"{made['key']}: " if made["key"] else "Not taken up: "
        lines.append(f"• {became}{condition_line(b, voting.condition_of(made))}")
    if poll.decision is Word.CONDITIONS and record["open_gates"]:
        keys = listed(record["open_gates"], 8, lambda gate: str(gate["key"]))
        lines.append(f"• These gates are still open, and are conditions: {keys}")
    through = [each for each in record["waivers"] if each["key"] in {g["key"] for g in record["open_gates"]}]
    if through:
        keys = listed(through, 8, lambda each: str(each["key"]))
        until = b.w.day(date.fromisoformat(through[0]["until"]))
        lines.append(f"• Let through until {until} by this decision: {keys}")
    return lines


def opened(b: Board, decides: Person) -> tuple[str, ...]:
    """What who opened it is told."""
    poll, plan = b.poll, b.plan
    until = when(plan, poll.closes_at, plan.by_slack.get(poll.opened_by), name_it=True)
    lines = [
        f"{b.name} is asked in the project's channel, in one thread. Answers until {until}; silence counts "
        f"as no-go. {decides.name} decides."
    ]
    asked = [f"{seat.name} ({seat.role})" for seat in poll.seats]
    lines.append(f"Asked: {', '.join(asked)}." if asked else "Nobody besides is asked.")
    lines += poll.not_asked
    deputies = [(seat, voting.deputy_of(plan, poll, seat)) for seat in poll.seats]
    if stand_in := [f"{deputy.name} for {seat.name}" for seat, deputy in deputies if deputy]:
        lines.append(f"Away when it closes, so who stands in may answer too: {', '.join(stand_in)}.")
    late = [seat.name for seat in poll.seats if voting.reminded(plan, poll, seat, b.now) is None]
    if late:
        lines.append(f"Hardly any working time until then, so not reminded: {', '.join(late)}.")
    return tuple(lines)


def when(plan: Plan, moment: datetime, person: Person | None, *, name_it: bool = False) -> str:
    """A moment on the project's clock, and on that of who reads it where that is another one."""
    here, there = moment.astimezone(plan.project.zone), moment.astimezone(zone_of(person, plan))
    besides = [plan.project.timezone] if name_it else []
    if (here.date(), here.time()) != (there.date(), there.time()):
        day = "" if here.date() == there.date() else f"{there:%a} {there.day} {there:%b}, "
        besides.append(f"{day}{there:%H:%M} where you are")
    said = f"{here:%a} {here.day} {here:%b}, {here:%H:%M}"
    return f"{said} ({'; '.join(besides)})" if besides else said


def condition_line(b: Board, condition: Condition) -> str:
    return f"{cut(condition.text, 200)}: {condition.name}, due {b.w.day(condition.due)}"


def effect(b: Board, word: Word) -> list[str]:
    """What a decision does, before it is made."""
    gates, asked = b.a.open_gates, b.poll.conditions
    lines = [tally(b)]
    if gates:
        named = listed(gates, MOST_GATES * 2, b.w.named)
        lines.append(f"{count(len(gates), 'gate is open', 'gates are open')}: {named}.")
    if word is Word.GO and gates:
        lines.append("Go lets every one of them through until the day you say; after it they are open again.")
    if word is Word.CONDITIONS and gates:
        lines.append("They stay open and are conditions, each with its owner and date.")
    if asked and word is not Word.NO_GO:
        lines.append("These conditions become gates with this decision:")
        lines += [f"• {condition_line(b, condition)} ({vote.role})" for vote, condition in asked]
    return lines


def _decides(b: Board) -> str:
    try:
        principal, decides = voting.decider_now(b.plan, b.now)
    except Refused as nobody:
        return str(nobody)
    stands_in = f", for {principal.name} who is away" if principal is not decides else ""
    over = (
        "the time for answers is over" if b.over else f"answers until {when(b.plan, b.poll.closes_at, None)}"
    )
    return f"{decides.name}{stands_in}; {over}"


def _decision(poll: Poll) -> str:
    return WORDS[poll.decision or Word.GO].lower()


def _outcome(poll: Poll) -> str:
    if poll.state == "cancelled":
        return ": cancelled"
    return f": {WORDS[poll.decision].upper()}" if poll.decision else ""


def _over(b: Board) -> list[str]:
    return outcome(b, None)


def _mark(vote: Vote | None) -> str:
    if vote is None:
        return "…"
    return {Word.GO: "✓", Word.CONDITIONS: "±", Word.NO_GO: "✗"}[vote.word]


def _answer(b: Board, vote: Vote) -> str:
    late = ", after the time for answers" if vote.at > b.poll.closes_at else ""
    if vote.word is Word.CONDITIONS:
        wants = [condition_line(b, condition) for condition in vote.conditions]
        return f"{WORDS[vote.word]}{late}: {'; '.join(wants)}."
    why = f": {_quoted(vote.why)}" if vote.why else "."
    return f"{WORDS[vote.word]}{late}{why}"


def _voter(plan: Plan, seat: Seat, vote: Vote | None) -> str:
    person = plan.by_slack.get(vote.user) if vote else None
    principal = plan.person.get(seat.instead_of or "")
    name = person.name if person else seat.name
    return f"{name} for {principal.name}" if principal and principal.name != name else name


def _fell(b: Board, each: Fallen) -> str:
    item = b.plan.item[each.key]
    event = each.event
    if event is None:
        until = item.waived.until if item.status is Status.WAIVED and item.waived else None
        return f"{b.w.named(item)}: its waiver ran out" + (f" on {b.w.day(until)}" if until else "")
    return f"{b.w.named(item)}: {b.w.state(item)}; {_by_event(b.plan, event)}"


def _by_event(plan: Plan, event: Event) -> str:
    act, _, why = event.act.partition(": ")
    did = _DID.get(act, "fell back")
    return f"{did} by {_person(plan, event.actor)}" + (f", {_quoted(why)}" if why else "")


def _person(plan: Plan, user: str | None) -> str:
    person = plan.by_slack.get(user or "")
    return person.name if person else (user or "").partition(":")[2] or user or "somebody"


def _at(b: Board, at: datetime | None) -> str:
    return f" on {when(b.plan, at, None)}" if at else ""


def _quoted(words: str | None) -> str:
    return f"“{cut(words or '', LONGEST_WORDS)}”"


def _some(lines: Sequence[str], most: int) -> Iterator[str]:
    yield from lines[:most]
    if len(lines) > most:
        yield f"and {len(lines) - most:,} more"
