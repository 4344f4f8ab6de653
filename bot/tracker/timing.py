"""What has to be said by now, to whom, and when is there something to say again?

What is planned here is drawn up only when it is sent, by the verbs of `bot.tracker.telling` and
`bot.tracker.digesting`; `handlers.rendering` makes a call of it, by the kind of the outbox message:

- `nudge` → `Tracker.nudge(message)`: all there is to say to one person now. `Nudge.says` and `Nudge.note` go
  into the `Call`, so that the ledger knows what was really said.
- `digest` → `Tracker.digest(message)` (`note` goes into the `Call`), `digest_rest` → `Tracker.digest_rest`.
- `handover` → payload `{project, subject, about: asked | accepted | declined, by?}`.
- `trouble` → `Tracker.trouble(message)`: what Slack refused for good, told to the project's lead.

What people answer: `bot.tracker.acting`. What is to come and what was: `bot.tracker.foreseeing`.
"""

from __future__ import annotations

import logging
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from bot.domain.errors import Unavailable
from bot.domain.reminders import ladder, ledger, nudging
from bot.domain.reminders.ladder import Climb, Rung
from bot.domain.reminders.ledger import DAILY, Said, State
from bot.domain.reminders.nudging import Daily, Line
from bot.domain.reminders.situation import BUDGET
from bot.tracker.desk import cause
from bot.tracker.digesting import DIGEST, Digesting, digest_key
from bot.tracker.outlook import A_DAY_OR_TWO, View, entry_key
from bot.tracker.polltime import PollDue, PollTime
from bot.tracker.pressing import AGAIN
from storage import Due, Entry, Transaction

log = logging.getLogger("golive.plan")

AT_A_TIME = 2_000  # projects looked at in one go
# Somebody in more projects than this is told of each by itself: to look at all of them for each change in
# one would cost more than it brings.
MANY_PROJECTS = 30
AFTER_TROUBLE = timedelta(minutes=5)
AT_THE_LATEST = timedelta(days=1)
TRIES = 5  # somebody may change the same project again and again
NUDGE = "nudge"


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one lane, and the lines of the ledger that stand in it."""

    channel: str
    key: str
    kind: str
    payload: Mapping[str, Any]
    entries: tuple[Entry, ...] = ()


@dataclass
class Findings:
    """What a look at some projects found: lines for the ledger, messages, and when to look again."""

    entries: list[Entry] = field(default_factory=list)  # that are not said now: held and skipped
    messages: list[Message] = field(default_factory=list)
    again: dict[int, datetime] = field(default_factory=dict)  # by project id
    whole: bool = False
    stale: list[Message] = field(default_factory=list)  # messages of today that show what is no longer so
    besides: list[Due] = field(default_factory=list)  # other projects of the same people, as they were seen


@dataclass(frozen=True, slots=True)
class Looked:
    """A project that could be looked at."""

    view: View
    climb: Climb
    people: frozenset[str]
    next: datetime | None


class Timing(Digesting, PollTime):
    """The verb the clock calls."""

    def plan(self, workspace: str) -> datetime | None:
        """Note and emit all that is due by now; answers when something is due again."""
        now = self.now()
        for _ in range(TRIES):
            with self.store.reading() as tx:
                due = tx.due_projects(workspace, now, AT_A_TIME)
            if due:
                self._keep(workspace, due, self.findings(workspace, due, now), now)
            with self.store.reading() as tx:
                again = tx.next_look(workspace)
            if again is None or again > now:
                return again
        return now + timedelta(seconds=1)

    def findings(
        self,
        workspace: str,
        due: Sequence[Due],
        now: datetime,
        imagined: Sequence[Entry] = (),
        *,
        whole: bool = False,
    ) -> Findings:
        """What is to be said of these projects now; nothing is stored. `whole`: also what waits for
        somebody's hours or for their next message, which needs no entry in the ledger."""
        with self.store.reading() as tx:
            views = self._views(tx, due, now, imagined)
            looked = {key: seen for key, view in views.items() if (seen := _looked(view)) is not None}
            people = _people(looked.values())
            others = self._others(tx, workspace, people, looked, now)
            recent = tx.entries_of(workspace, people, now - A_DAY_OR_TWO)
            polls = self._polls_due(tx, looked.values())
        found = Findings(whole=whole)
        found.again |= {each.id: now + AFTER_TROUBLE for each in due if each.key not in looked}
        said = _by_person([*recent, *imagined])
        found.besides = [view.due for view in others.values()]
        for each in looked.values():
            self._of_project(each, found, now, polls[each.view.due.key])
        for user, keys in people.items():
            self._go_on()
            mine = [looked[key].view if key in looked else others[key] for key in keys]
            rungs = [r for key in keys if key in looked for r in looked[key].climb.due if r.user == user]
            try:
                self._for_person(workspace, user, mine, said.get(user, ()), rungs, found)
            except Exception:
                log.exception("What to say to %s cannot be planned now; the others go on", user)
                found.again |= {looked[key].view.due.id: now + AFTER_TROUBLE for key in keys if key in looked}
        return found

    # One project

    def _polls_due(self, tx: Transaction, looked: Iterable[Looked]) -> dict[str, PollDue]:
        """By project, what is due of its poll; one that cannot be thought through is left for later."""
        views = [each.view for each in looked]
        watched, found = tx.watched(view.due.id for view in views), dict[str, PollDue]()
        for view in views:
            try:
                found[view.due.key] = self._poll_due(tx, view, watched.get(view.due.id))
            except Unavailable:
                raise
            except Exception:
                log.exception("The poll of %s cannot be planned now; the others go on", view.due.key)
                found[view.due.key] = PollDue(moments=[view.s.now + AFTER_TROUBLE])
        return found

    def _of_project(self, looked: Looked, found: Findings, now: datetime, poll: PollDue) -> None:
        """Its digest, its poll, what of its ladders is not said now, and when to look again."""
        view, climb = looked.view, looked.climb
        found.entries += [_of_rung(view, rung) for rung in (*climb.held, *climb.skipped)]
        found.stale += _stale(view)
        found.entries += poll.held
        found.messages += [Message(m.channel, m.key, m.kind, m.payload, m.entries) for m in poll.messages]
        moments = [now + AT_THE_LATEST, looked.next, *poll.moments]
        try:
            digest, next_digest = self._digest_due(view)
            moments += [next_digest, *(self._news_due(view, person)[1] for person in view.plan.people)]
        except Unavailable:
            raise
        except Exception:
            log.exception("The digest of %s cannot be planned now", view.due.key)
            digest, moments = None, [now + AFTER_TROUBLE, *poll.moments]
        if digest is not None and digest.state == State.PLANNED:
            found.messages.append(_digest(view, digest))
        elif digest is not None:
            found.entries.append(digest)
        soonest = min(moment for moment in moments if moment is not None)
        found.again[view.due.id] = max(now + timedelta(seconds=1), soonest)

    # One person

    def _others(
        self,
        tx: Transaction,
        workspace: str,
        people: dict[str, list[str]],
        looked: Mapping[str, Looked],
        now: datetime,
    ) -> dict[str, View]:
        """The other projects of these people, as their day is one, wherever they work; noted in `people`."""
        wanted: dict[str, Due] = {}
        mine = tx.projects_of(workspace, people)
        few = {user: theirs for user, theirs in mine.items() if len(theirs) <= MANY_PROJECTS}
        for theirs in few.values():
            wanted |= {due.key: due for due in theirs if due.key not in looked}
        found = self._views(tx, list(wanted.values()), now) if wanted else {}
        for user, theirs in few.items():
            keys = people[user]
            keys += [due.key for due in theirs if due.key in found and due.key not in keys]
        return found

    def _for_person(
        self,
        workspace: str,
        user: str,
        views: Sequence[View],
        recent: Sequence[Said],
        rungs: Sequence[Rung],
        found: Findings,
    ) -> None:
        """Their message of the day, if it is time for it; else what cannot wait for it."""
        by_key = {view.due.key: view for view in views}
        situations, now = [view.s for view in views], views[0].s.now
        said = [*recent, *(row for view in views for row in view.said_to(user))]
        daily = nudging.agenda(user, situations, said, now, rungs)
        if daily is None:
            return
        found.entries += [_of_line(by_key[line.project], user, line, State.HELD) for line in daily.held]
        news = [entry for view in views if (entry := self._question(view, user)) is not None]
        news += [entry for view in views for entry in _told_now(view, user)]
        if daily.why is None and daily.lines:
            found.messages.append(_day_message(workspace, daily, by_key, news))
            return
        held = [replace(line, why=BUDGET) for line in daily.lines] if daily.why == BUDGET else []
        if daily.why is not None and found.whole:
            held = list(nudging.put_off(user, situations, said, now, daily.why))
        found.entries += [_of_line(by_key[line.project], user, line, State.HELD) for line in held]
        alone: list[Entry] = []
        for rung in rungs:
            why = nudging.fits_budget(rung, situations, said, now)
            entry = _of_rung(by_key[rung.project], rung)
            if why is None:
                alone.append(entry)
            else:
                found.entries.append(replace(entry, state=State.HELD.value, why=why))
        if alone or news:
            found.messages.append(_nudge(workspace, user, [*alone, *news]))

    def _question(self, view: View, user: str) -> Entry | None:
        person = view.plan.by_slack.get(user)
        return self._news_due(view, person)[0] if person is not None else None

    # Keeping it

    def _keep(self, workspace: str, due: Sequence[Due], found: Findings, now: datetime) -> None:
        """Store it in one transaction, but for projects that changed meanwhile: they are looked at again."""
        with self.store.transaction() as tx:
            as_seen = {each.id for each in due if tx.looked(each, found.again.get(each.id, now))}
            as_seen |= tx.as_seen(found.besides)
            entries = [entry for entry in found.entries if entry.project in as_seen]
            kept = [_of_those(message, as_seen) for message in found.messages]
            wanted = [message for message in kept if message.entries]
            new = tx.emit_many(workspace, [(m.channel, m.key, m.kind, m.payload) for m in wanted], now)
            for message in wanted:
                key = message.key if message.key in new else self._another(tx, workspace, message, now)
                if key is not None:
                    entries += [_carried(entry, key) for entry in message.entries]
            tx.enter(workspace, entries)
            for message in found.stale:
                tx.emit(
                    workspace,
                    message.channel,
                    message.key,
                    message.kind,
                    message.payload,
                    subject=f"{AGAIN}:{message.payload['message']}",
                    at=now,
                )

    def _another(self, tx: Transaction, workspace: str, message: Message, now: datetime) -> str | None:
        """The key of the message that carries what this one would: there is one of its cause already.
        One that is still to be sent does; one that came to nothing leaves its place to another."""
        key, number = message.key, 1
        while True:
            before = tx.message(workspace, key)
            if before is None or before.state in ("waiting", "sending"):
                return key
            if before.state == "sent" and message.kind != NUDGE:
                return None
            number += 1
            key = cause(message.key, str(number))
            if tx.emit(workspace, message.channel, key, message.kind, message.payload, at=now):
                return key


def _looked(view: View) -> Looked | None:
    """None when it cannot be thought through: then the others go on without it."""
    try:
        climb = ladder.climb(view.s, view.said)
        told = {entry.person for entry in view.told}
        people = nudging.people(view.s) | told
        return Looked(view, climb, people, nudging.next_moment(view.s, climb, told))
    except Exception:
        log.exception("The project %s cannot be planned now; the others go on", view.due.key)
        return None


def _stale(view: View) -> list[Message]:
    """The messages of today in which something stands that changed since: they are to show it as it is."""
    changed: dict[tuple[str, str], datetime] = {}
    for entry in view.shown:
        _, *thing = ledger.parts(entry.subject)
        at = view.s.deeds.changed(*thing)
        person = view.plan.by_slack.get(entry.person)
        if at is None or person is None or entry.said_at is None or entry.message is None:
            continue
        hours = view.s.hours(person)
        if at > entry.said_at and hours.today(entry.said_at) == hours.today(view.s.now):
            place = entry.person, entry.message
            changed[place] = max(at, changed.get(place, at))
    return [
        Message(user, cause(AGAIN, message, at.isoformat()), AGAIN, {"message": message})
        for (user, message), at in changed.items()
    ]


def _told_now(view: View, user: str) -> list[Entry]:
    """What is to be told to somebody once, if they work now and want to hear of it."""
    mine = [entry for entry in view.told if entry.person == user]
    person = view.plan.by_slack.get(user) if mine else None
    if person is None or not view.s.hours(person).works(view.s.now):
        return []
    return [entry for entry in mine if view.s.muted(user, entry.subject) is None]


def _people(looked: Iterable[Looked]) -> dict[str, list[str]]:
    """By Slack user, the projects that have to do with them now."""
    found: dict[str, list[str]] = {}
    for each in looked:
        for user in each.people | {rung.user for rung in each.climb.due if rung.user}:
            found.setdefault(user, []).append(each.view.due.key)
    return found


def _carried(entry: Entry, message: str) -> Entry:
    return entry if entry.message == message else replace(entry, message=message)


def _of_those(message: Message, projects: Container[int | None]) -> Message:
    if all(entry.project in projects for entry in message.entries):
        return message
    return replace(message, entries=tuple(e for e in message.entries if e.project in projects))


def _by_person(entries: Iterable[Entry]) -> dict[str, list[Said]]:
    found: dict[str, list[Said]] = {}
    for entry in entries:
        found.setdefault(entry.person, []).append(entry.said)
    return found


def _digest(view: View, entry: Entry) -> Message:
    day = view.s.today
    payload = {"project": view.due.key, "day": day.isoformat()}
    return Message(view.plan.project.channel or "", digest_key(view.due, day), DIGEST, payload, (entry,))


def _day_message(workspace: str, daily: Daily, views: Mapping[str, View], news: Sequence[Entry]) -> Message:
    """One for each person and day, whatever it says."""
    user, day = daily.user, daily.day
    key = cause("daily", workspace, user, day.isoformat())
    entries = [
        _of_line(views[line.project], user, line, State.PLANNED, day=day, message=key) for line in daily.lines
    ]
    entries += [replace(_of_rung(views[rung.project], rung), day=day) for rung in daily.rungs]
    entries += [replace(entry, day=day) for entry in news]
    return Message(user, key, NUDGE, {"user": user}, tuple(entries))


def _nudge(workspace: str, user: str, entries: Sequence[Entry]) -> Message:
    key = cause(NUDGE, workspace, user, *sorted(entry.key for entry in entries))
    return Message(user, key, NUDGE, {"user": user}, tuple(entries))


def _of_line(
    view: View, user: str, line: Line, state: State, *, day: date | None = None, message: str | None = None
) -> Entry:
    return Entry(
        key=entry_key(view.due.workspace, user, DAILY, line.subject, line.fingerprint),
        person=user,
        kind=DAILY,
        subject=line.subject,
        fingerprint=line.fingerprint,
        words=line.text,
        at=view.s.now,
        state=state.value,
        critical=line.critical,
        day=day,
        message=message,
        why=line.why,
        project=view.due.id,
    )


def _of_rung(view: View, rung: Rung) -> Entry:
    person = rung.user or rung.person or ""
    return Entry(
        key=entry_key(view.due.workspace, person, rung.kind, rung.subject, rung.fingerprint),
        person=person,
        kind=rung.kind,
        subject=rung.subject,
        fingerprint=rung.fingerprint,
        words=rung.headline or rung.why or "",
        at=view.s.now,
        state=rung.state.value,
        rung=rung.number,
        critical=rung.critical,
        why=rung.why,
        project=view.due.id,
    )
