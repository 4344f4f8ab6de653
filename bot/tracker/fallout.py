"""Whose work did somebody else undo, and what are they told about it, once?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain import contacts, states
from bot.domain.beliefs import truth
from bot.domain.plan import Assumption, Item, Person, Plan, Status
from bot.domain.readiness import Assessment
from bot.domain.reminders import ledger
from bot.domain.reminders.ledger import TOLD
from bot.domain.schedule import CLOSED
from bot.domain.wording import count, cut, listed
from bot.tracker.desk import cause
from bot.tracker.values import Actor
from bot.tracker.wording import day
from storage import Entry, Transaction

MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Fallout:
    """One act of one person: the plan before and after it, and what it did to others' work."""

    before: Plan
    after: Plan
    who: Actor
    why: str
    at: datetime

    @property
    def shaken(self) -> tuple[Item, ...]:
        return truth.shaken(self.before, self.after)


def tell_of_reopened(tx: Transaction, act: Fallout, key: str) -> None:
    """Whoever owns or confirmed what has to be done or confirmed again."""
    item = act.after.item[key]
    headline = f"{cut(item.title, 120)} ({key}) was opened again"
    people = _of_items(act, act.shaken)
    said = {person: (headline, _by(act), *_again(act, person)) for person in people}
    _note(tx, act, ("item", key), said)


def tell_of_false(
    tx: Transaction, act: Fallout, belief: Assumption, then: Assessment, now: Assessment
) -> None:
    """Whoever owns what rests on it, or confirmed what fell with it, whoever relies on it, and the lead."""
    resting = [act.after.item[key] for key in belief.items if key in act.after.item]
    still = [item for item in resting if now.standing[item.key] not in CLOSED]
    keys = [item.owner for item in still] + [belief.relied_on_by, belief.owner, states.lead(act.after)]
    people = dict.fromkeys((*_named(act.after, keys), *_of_items(act, act.shaken)))
    headline = f"{belief.id} is false: {cut(belief.text, 200)}"
    under = f"{listed([i.key for i in still], MOST_NAMED, str)} {_rest(still)} on it." if still else ""
    moved = forecast_moved(then, now)
    said = {p: (headline, *filter(None, (_by(act), under, *_again(act, p), moved))) for p in people}
    _note(tx, act, ("assumption", belief.id), said)


def forecast_moved(then: Assessment, now: Assessment) -> str:
    """What an act did to the forecast."""
    kind = "no earlier than " if now.unknown_clear else ""
    if now.forecast == then.forecast:
        return f"The forecast stays {kind}{day(now.forecast)}."
    first, last = sorted((then.forecast, now.forecast))
    far = count(now.calendar.count(first, last), "working day")
    way = "later" if now.forecast > then.forecast else "earlier"
    target = now.plan.project.target_go_live
    promised = f" The target is {day(target)}." if target else ""
    return f"Forecast: {day(then.forecast)} → {kind}{day(now.forecast)}, {far} {way}.{promised}"


def _of_items(act: Fallout, items: Iterable[Item]) -> tuple[Person, ...]:
    keys = [key for item in items for key in (item.owner, *_confirmed(item))]
    return _named(act.after, keys)


def _confirmed(item: Item) -> Iterator[str | None]:
    """Who is named to confirm it, and who did."""
    yield item.validator
    yield item.validation.by if item.validation else None


def _named(plan: Plan, keys: Iterable[str | None]) -> tuple[Person, ...]:
    return tuple(plan.person[key] for key in dict.fromkeys(keys) if key and key in plan.person)


def _by(act: Fallout) -> str:
    person = act.after.by_slack.get(act.who.user)
    return f"{person.name if person else 'Somebody'}: {cut(act.why, 400)}"


def _again(act: Fallout, person: Person) -> Iterator[str]:
    """What is theirs of it: to be done again, to be confirmed again by others, or by them."""
    mine = [item for item in act.shaken if item.owner == person.key]
    todo = [i for i in mine if act.after.item[i.key].status is not Status.DONE]
    done = [i for i in mine if i not in todo]
    confirmed = [i for i in act.shaken if i not in mine and person.key in _confirmed(i)]
    for words, items in (
        ("Yours, and open again", todo),
        ("Yours, and to be confirmed again", done),
        ("No longer validated, and yours to confirm again", confirmed),
    ):
        if items:
            yield f"{words}: {listed([item.key for item in items], MOST_NAMED, str)}."


def _rest(items: Sequence[Item]) -> str:
    return "rests" if len(items) == 1 else "rest"


def _note(tx: Transaction, act: Fallout, of: tuple[str, str], said: dict[Person, tuple[str, ...]]) -> None:
    """For each of them but who did it, or for who stands in for them: said when they work, however late."""
    project = act.after.project
    due = tx.due(project.workspace, project.key)
    if due is None:
        return
    subject = ledger.subject(project.key, *of)
    fingerprint = ledger.fingerprint({TOLD: str(project.revision)})
    days = {p.key: act.at.astimezone(project.zone).date() for p in act.after.people}
    unreachable = tx.unreachable(project.workspace, act.at)
    words: dict[str, tuple[str, ...]] = {}
    for person, lines in said.items():
        reader = contacts.stand_in(act.after, person, unreachable, days).person or person
        if reader.slack and act.who.user not in (reader.slack, person.slack):
            words.setdefault(reader.slack, lines)
    tx.enter(
        project.workspace,
        [
            Entry(
                key=cause("say", project.workspace, user, TOLD, subject, fingerprint)[:16],
                person=user,
                kind=TOLD,
                subject=subject,
                fingerprint=fingerprint,
                words="\n".join(lines),
                at=act.at,
                project=due.id,
            )
            for user, lines in words.items()
        ],
    )
