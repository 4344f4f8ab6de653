"""What does a message to one person show of each thing it speaks of by now, and what can be pressed there?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain import states
from bot.domain.beliefs import truth
from bot.domain.causes import Case, cases
from bot.domain.plan import Blocker, Item, Person, Plan, Status
from bot.domain.reminders import asking, ledger
from bot.domain.reminders.asking import moment_words
from bot.domain.reminders.ledger import DAILY, ESCALATE, NEWS, TOLD, Promise, Said, State
from bot.domain.reminders.nudging import NOBODY, OFFERED, VALIDATE
from bot.domain.reminders.situation import Situation
from bot.domain.schedule import CLOSED
from bot.domain.wording import Words, cut

DAYS_OFFERED = 5


class Act(StrEnum):
    """What somebody can answer with a press."""

    ON_IT = "on_it"
    DONE = "done"
    SNOOZE = "snooze"
    NOT_MINE = "not_mine"
    BLOCKED = "blocked"
    CONFIRM = "confirm"
    NOT_DONE = "not_done"
    CLEARED = "cleared"
    ESCALATE = "escalate"
    NOT_NOW = "not_now"
    ACCEPT = "accept"
    DECLINE = "decline"
    ANSWER = "answer"
    IS_TRUE = "is_true"
    IS_FALSE = "is_false"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One thing in a message: what it is, what was said of it, what has become of it since, and the acts
    that make sense now. Plain text. `key` is the ledger's."""

    key: str
    subject: str
    title: str
    lines: tuple[str, ...]
    notes: tuple[str, ...] = ()
    acts: tuple[Act, ...] = ()
    days: tuple[date, ...] = ()  # until which one may be on it
    of_blocker: bool = False
    project: str = ""  # its name, for a reader who is in several


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What is told of a handover: to who is asked to take it, and to who asked."""

    plan: Plan
    item: Item | None
    subject: str
    about: str  # asked | accepted | declined
    by: str  # the name of who asks, or of who answered
    open: bool  # it can be answered
    note: str  # what became of it


def part(s: Situation, user: str, key: str, said: Said, words: str, rows: Iterable[Said], news: str) -> Part:
    """A row of the ledger as its reader sees it now. `rows` are those of the project, `news` is what the
    reader answered on the day they were asked."""
    if said.kind == NEWS:
        return _of_news(s, user, key, said, news)
    if said.kind == TOLD:
        title, *lines = words.split("\n")
        return Part(key=key, subject=said.subject, title=title, lines=tuple(lines))
    if said.kind == DAILY:
        return _of_line(s, user, key, said, words)
    return _of_rung(s, user, key, said, words, rows)


def still_so(s: Situation, said: Said) -> bool:
    """What somebody is to be told once was not undone or mended meanwhile."""
    _, entity, name = ledger.parts(said.subject)
    if entity == "assumption":
        return any(belief.id == name and belief.refuted for belief in s.plan.assumptions)
    return s.assessment.standing.get(name, Status.VALIDATED) not in (*CLOSED, Status.DONE)


# Items


def _of_line(s: Situation, user: str, key: str, said: Said, words: str) -> Part:
    _, entity, name = ledger.parts(said.subject)
    title, _, reason = words.partition(f" ({name}): ")
    facts = ledger.facts(said.fingerprint)
    if entity == "assumption":
        return _of_belief(s, user, key, said, reason)
    item = s.plan.item.get(name) if entity == "item" else None
    lines = tuple(filter(None, (reason,)))
    if item is None:
        gone = () if NOBODY in facts else ("It is not on the list any more.",)
        return Part(key=key, subject=said.subject, title=title, lines=lines, notes=gone)
    if OFFERED in facts:
        notes, acts = _of_offer(s, user, said.subject, item)
    elif VALIDATE in facts:
        notes, acts = _of_confirmation(s, user, item)
        lines = (*lines, *_to_confirm(s.plan, item)) if acts else lines
    else:
        notes, acts = _of_owner(s, user, item)
    return Part(
        key=key,
        subject=said.subject,
        title=f"{cut(item.title, 80)} ({item.key})",
        lines=lines,
        notes=tuple(notes),
        acts=tuple(acts),
        days=_days(s, user) if Act.ON_IT in acts else (),
    )


def _of_offer(s: Situation, user: str, subject: str, item: Item) -> tuple[list[str], list[Act]]:
    handover = s.handed_over(subject)
    if handover is not None and handover.to == user:
        return [], [Act.ACCEPT, Act.DECLINE]
    return [whose(s.plan, item, user)], []


def whose(plan: Plan, item: Item, user: str) -> str:
    """Who has an item, told to somebody who was asked about it."""
    owner = plan.person.get(item.owner or "")
    if owner is None:
        return "Nobody has it now."
    return "It is yours now." if owner.slack == user else f"{owner.name} has it."


def _of_confirmation(s: Situation, user: str, item: Item) -> tuple[list[str], list[Act]]:
    status = s.assessment.standing[item.key]
    if status in CLOSED:
        return [_closed(s.plan, item, status)], []
    if status is not Status.DONE:
        return ["It was opened again, so there is nothing to confirm."], []
    person = s.plan.by_slack.get(user)
    named = person is not None and any(each is item for each in s.to_validate(person.key))
    if states.why_nobody_confirms(s.plan, item) is not None:
        return [], [Act.SNOOZE]
    # Who stands in for somebody is told, and can say when they look; to confirm it is for who is named.
    acts = [Act.CONFIRM, Act.NOT_DONE] if named else []
    return _answers(s, user, s.of_item(item.key)), [*acts, Act.ON_IT, Act.SNOOZE]


def _to_confirm(plan: Plan, item: Item) -> Iterator[str]:
    """What its owner showed, and what to do where nobody can confirm it."""
    if item.evidence:
        yield f"Evidence: {cut(item.evidence, 300)}"
    if states.why_nobody_confirms(plan, item) is not None:
        yield f"Name somebody who can: /golive validator {item.key} @person"


def _of_owner(s: Situation, user: str, item: Item) -> tuple[list[str], list[Act]]:
    status = s.assessment.standing[item.key]
    if status in CLOSED:
        return [_closed(s.plan, item, status)], []
    owner = s.plan.person.get(item.owner or "")
    acting = owner is not None and _slack(s.stand_in(owner).person) == user
    if owner is None or (owner.slack != user and not acting):
        return [whose(s.plan, item, user)], []
    if status is Status.DONE:
        return ["Done. It counts once it is confirmed."], []
    subject = s.of_item(item.key)
    handover = s.handed_over(subject)
    notes = _answers(s, user, subject)
    notes += [f"{b.id} holds it up: {cut(b.text, 120)}" for b in _reported(s.plan, item, user)]
    if handover is not None:
        taker = s.plan.by_slack.get(handover.to)
        notes.append(
            f"{taker.name if taker else 'Somebody'} was asked to take it; until then it stays yours."
        )
    mine = owner.slack == user
    acts = [Act.ON_IT, *([Act.DONE] if mine else []), Act.SNOOZE]
    acts += [Act.NOT_MINE] if mine and handover is None else []
    return notes, [*acts, Act.BLOCKED]


def _reported(plan: Plan, item: Item, user: str) -> Iterator[Blocker]:
    return (b for b in plan.open_blockers.get(item.key, ()) if b.raised_by == user)


def _closed(plan: Plan, item: Item, status: Status) -> str:
    if status is Status.WAIVED:
        return "It is waived."
    by = plan.person.get(item.validation.by or "") if item.validation else None
    return f"{by.name} confirmed it." if by else "It is confirmed."


# Assumptions


def _of_belief(s: Situation, user: str, key: str, said: Said, reason: str) -> Part:
    id = ledger.parts(said.subject)[2]
    belief = next((each for each in s.plan.assumptions if each.id == id), None)
    if belief is None:
        return Part(key=key, subject=said.subject, title=id, lines=(reason,), notes=("It is gone.",))
    title = f"{cut(belief.text, 80)} ({id})"
    if not belief.open:
        found = Words(s.assessment).finding(belief)
        notes = (f"{found[:1].upper()}{found[1:]}",)
        return Part(key=key, subject=said.subject, title=title, lines=(reason,), notes=notes)
    may = truth.finds_out(s.plan, belief, s.plan.by_slack.get(user))
    acts = [*([Act.IS_TRUE, Act.IS_FALSE] if may else []), Act.ON_IT, Act.SNOOZE]
    return Part(
        key=key,
        subject=said.subject,
        title=title,
        lines=(reason,),
        notes=tuple(_answers(s, user, said.subject)),
        acts=tuple(acts),
        days=_days(s, user),
    )


# Blockers


def _of_rung(s: Situation, user: str, key: str, said: Said, words: str, rows: Iterable[Said]) -> Part:
    id = ledger.parts(said.subject)[2]
    blocker = s.plan.blocker.get(id)
    case = next((c for c in cases(s.plan, s.assessment) if c.blocker.id == id), None)
    title = asking.headline(s, blocker) if blocker is not None else words
    notes, acts = _of_blocker(s, user, said, blocker)
    lines = tuple(_asks(s, user, said, case, rows)) if case is not None and acts else ()
    return Part(
        key=key,
        subject=said.subject,
        title=title,
        lines=lines,
        notes=tuple(notes),
        acts=tuple(acts),
        days=_days(s, user) if Act.ON_IT in acts else (),
        of_blocker=True,
    )


def _asks(s: Situation, user: str, said: Said, case: Case, rows: Iterable[Said]) -> Iterator[str]:
    """What it costs, who was asked before, and what is wanted now."""
    person = s.plan.person.get(said.fingerprint.split(":")[1])
    reader = s.plan.by_slack.get(user)
    yield f"{asking.reason(s, case.blocker)}."
    if stake := asking.stake(s, case):
        yield f"{stake[:1].upper()}{stake[1:]}."
    before = [row for row in rows if row.subject == said.subject and row.rung < said.rung]
    zone = s.hours(reader).zone if reader else s.plan.project.zone
    asked = list(asking.asked(s, before, zone))
    if asked:
        yield f"Before you: {'; '.join(asked)}."
    if person is None:
        return
    if said.kind != ESCALATE and reader is not person:
        yield f"You are asked because {person.name} cannot be."
    yield asking.decision(s, case, said.rung, person, said.kind == ESCALATE)


def _of_blocker(s: Situation, user: str, said: Said, blocker: Blocker | None) -> tuple[list[str], list[Act]]:
    if blocker is None or blocker.status == "retracted":
        return ["It was taken back: it is no blocker."], []
    if not blocker.open:
        return ["It is cleared."], []
    if said.kind == ESCALATE:
        return _of_permission(s, said)
    chaser = s.plan.person.get(blocker.owner or "")
    notes = _answers(s, user, said.subject)
    named = said.fingerprint.split(":")[1]
    handed = s.deeds.last("blocker", blocker.id, user)
    if chaser is not None and chaser.slack != user and chaser.key != named and handed and handed > said.at:
        return [*notes, f"{chaser.name} chases it now, and is asked."], [Act.CLEARED]
    return notes, [Act.ON_IT, Act.CLEARED, Act.NOT_MINE]


def _of_permission(s: Situation, said: Said) -> tuple[list[str], list[Act]]:
    person = s.plan.person.get(said.fingerprint.split(":")[1])
    name = person.name if person else "the next one"
    if said.state is State.ACKNOWLEDGED:
        return [f"You decided: {name} is asked."], []
    if said.state in (State.DROPPED, State.HELD):
        return [f"Not now: {name} is not asked. You are asked again on a later day."], [Act.ESCALATE]
    return [], [Act.ESCALATE, Act.NOT_NOW]


# News


def _of_news(s: Situation, user: str, key: str, said: Said, news: str) -> Part:
    day = date.fromisoformat(ledger.parts(said.subject)[2])
    person = s.plan.by_slack.get(user)
    over = person is not None and s.hours(person).today(s.now) > day
    notes = [f"You said: {cut(news, 600)}"] if news else []
    if over and not news:
        notes.append("That day is over; nothing was said.")
    return Part(
        key=key,
        subject=said.subject,
        title=f"News of {s.plan.project.name}?",
        lines=(
            "What is new, what comes next, what holds you up? It goes into the next digest. "
            "Press Answer, or reply here in the thread.",
        ),
        notes=tuple(notes),
        acts=() if over else (Act.ANSWER,),
    )


# What the reader said before


def _answers(s: Situation, user: str, subject: str) -> list[str]:
    """Who is on it until when, and until when its reader wants to hear nothing of it."""
    person = s.plan.by_slack.get(user)
    zone = s.hours(person).zone if person else s.plan.project.zone
    lasting = [promise for promise in s.promised(subject) if promise.until > s.now]
    notes = [_on_it(s, user, promise, moment_words(promise.until, zone, s.now)) for promise in lasting]
    snooze = s.muted(user, subject)
    if snooze is not None and snooze.person == user and snooze.until is not None:
        notes.append(f"Snoozed until {moment_words(snooze.until, zone, s.now)}.")
    return notes


def _on_it(s: Situation, user: str, promise: Promise, until: str) -> str:
    if promise.by == user:
        return f"You are on it until {until}."
    by = s.plan.by_slack.get(promise.by)
    return f"{by.name if by else 'Somebody'} is on it until {until}."


def _days(s: Situation, user: str) -> tuple[date, ...]:
    """The next days the reader works, today while it lasts."""
    person = s.plan.by_slack.get(user)
    if person is None:
        return ()
    hours = s.hours(person)
    day = hours.today(s.now)
    found: list[date] = []
    if hours.works_on(day) and hours.of_day(day).end > s.now:
        found.append(day)
    while len(found) < DAYS_OFFERED:
        day = hours.working_day(day + timedelta(days=1))
        found.append(day)
    return tuple(found)


def next_morning(s: Situation, user: str) -> datetime | None:
    """When the next day begins that a reader works."""
    person = s.plan.by_slack.get(user)
    if person is None:
        return None
    hours = s.hours(person)
    return hours.of_day(hours.working_day(hours.today(s.now) + timedelta(days=1))).start


def _slack(person: Person | None) -> str | None:
    return person.slack if person is not None else None


def in_order(parts: Sequence[tuple[Said, Part]]) -> tuple[Part, ...]:
    """What is asked about blockers first, then what there is to do, then the questions for news."""
    rank = {DAILY: 2, NEWS: 3}
    ordered = sorted(parts, key=lambda each: (rank.get(each[0].kind, 1), not each[0].critical))
    return tuple(each for _, each in ordered)
