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
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain import ladder, reminders
from bot.domain.errors import Unavailable
from bot.domain.ladder import Climb, Rung
from bot.domain.ledger import DAILY, Said, State
from bot.domain.reminders import Daily, Line
from bot.domain.situation import BUDGET
from bot.tracker.desk import cause
from bot.tracker.digesting import DIGEST, Digesting, digest_key
from bot.tracker.outlook import A_DAY_OR_TWO, View, entry_key
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
    payload: Mapping[str, str]
    entries: tuple[Entry, ...] = ()


@dataclass
class Findings:
    """What a look at some projects found: lines for the ledger, messages, and when to look again."""

    entries: list[Entry] = field(default_factory=list)  # that are not said now: held and skipped
    messages: list[Message] = field(default_factory=list)
    again: dict[int, datetime] = field(default_factory=dict)  # by project id


@dataclass(frozen=True, slots=True)
class Looked:
    """A project that could be looked at."""

    view: View
    climb: Climb
    people: frozenset[str]


class Timing(Digesting):
    """The verb the clock calls."""

    def plan(self, workspace: str) -> datetime | None:
        """Note and emit all that is due by now; answers when something is due again."""
        now = self.now()
        for _ in range(TRIES):
            with self.store.reading() as tx:
                due = tx.due_projects(workspace, now, AT_A_TIME)
                again = tx.next_look(workspace)
            if not due:
                return again
            self._keep(workspace, due, self.findings(workspace, due, now), now)
        return now + timedelta(seconds=1)

    def findings(
        self, workspace: str, due: Sequence[Due], now: datetime, imagined: Sequence[Entry] = ()
    ) -> Findings:
        """What is to be said of these projects now; nothing is stored."""
        with self.store.reading() as tx:
            looked = {each.key: seen for each in due if (seen := self._look(tx, each, now, imagined))}
            found = Findings(again={each.id: now + AFTER_TROUBLE for each in due if each.key not in looked})
            people = self._people(looked.values())
            others = self._others(tx, workspace, people, looked, now)
            recent = tx.entries_of(workspace, people, now - A_DAY_OR_TWO)
            said = _by_person([*recent, *imagined])
        for user, keys in people.items():
            views = [looked[key].view for key in keys if key in looked]
            views += [others[key] for key in keys if key in others]
            rungs = [r for key in keys if key in looked for r in looked[key].climb.due if r.user == user]
            found_here = self._for_person(workspace, user, views, said.get(user, ()), rungs, now)
            found.messages += found_here.messages
            found.entries += found_here.entries
        for each in looked.values():
            self._of_project(each, found, now)
        return found

    # One project

    def _look(
        self, tx: Transaction, due: Due, now: datetime, imagined: Sequence[Entry] = ()
    ) -> Looked | None:
        """None when it cannot be looked at: then the others go on without it."""
        try:
            view = self._view(tx, due, now, imagined)
            if view is None:
                return None
            return Looked(view, ladder.climb(view.s, view.said), reminders.people(view.s))
        except Unavailable:
            raise
        except Exception:
            log.exception("The project %s cannot be planned now; the others go on", due.key)
            return None

    def _of_project(self, looked: Looked, found: Findings, now: datetime) -> None:
        """Its digest, what of its ladders is not said now, and when to look again."""
        view, climb = looked.view, looked.climb
        found.entries += [_of_rung(view, rung) for rung in (*climb.held, *climb.skipped)]
        moments = [now + AT_THE_LATEST]
        if (morning := reminders.next_moment(view.s, climb)) is not None:
            moments.append(morning)
        digest, next_digest = self._digest_due(view)
        if digest is not None and digest.state == State.PLANNED:
            found.messages.append(_digest(view, digest))
        elif digest is not None:
            found.entries.append(digest)
        moments += [next_digest] if next_digest else []
        moments += [at for person in view.plan.people if (at := self._news_due(view, person)[1])]
        found.again[view.due.id] = max(now + timedelta(seconds=1), min(moments))

    # One person

    def _people(self, looked: Iterable[Looked]) -> dict[str, list[str]]:
        """By Slack user, the projects that have to do with them now."""
        found: dict[str, list[str]] = {}
        for each in looked:
            for user in each.people | {rung.user for rung in each.climb.due if rung.user}:
                found.setdefault(user, []).append(each.view.due.key)
        return found

    def _others(
        self,
        tx: Transaction,
        workspace: str,
        people: dict[str, list[str]],
        looked: Mapping[str, Looked],
        now: datetime,
    ) -> dict[str, View]:
        """The other projects of these people, as their day is one, wherever they work; noted in `people`."""
        found: dict[str, View] = {}
        for user, keys in people.items():
            mine = tx.projects_of(workspace, user)
            if len(mine) > MANY_PROJECTS:
                continue
            for key in mine:
                due = None if key in keys or key in found or key in looked else tx.due(workspace, key)
                other = self._look(tx, due, now) if due else None
                if other is not None:
                    found[key] = other.view
            keys += [key for key in mine if key not in keys]
        return found

    def _for_person(
        self,
        workspace: str,
        user: str,
        views: Sequence[View],
        recent: Sequence[Said],
        rungs: Sequence[Rung],
        now: datetime,
    ) -> Findings:
        """Their message of the day, if it is time for it; else what cannot wait for it."""
        found = Findings()
        by_key = {view.due.key: view for view in views}
        situations = [view.s for view in views]
        said = [*recent, *(row for view in views for row in view.said_to(user))]
        daily = reminders.agenda(user, situations, said, now, rungs)
        if daily is None:
            return found
        news = [entry for view in views if (entry := self._question(view, user)) is not None]
        lines = [_of_line(by_key[line.project], user, line, State.HELD, now) for line in daily.held]
        if daily.why == BUDGET:
            held = (replace(line, why=BUDGET) for line in daily.lines)
            lines += [_of_line(by_key[line.project], user, line, State.HELD, now) for line in held]
        found.entries += lines
        if daily.why is None and daily.lines:
            found.messages.append(_day_message(workspace, daily, by_key, news))
            return found
        alone: list[Entry] = []
        for rung in rungs:
            why = reminders.fits_budget(rung, situations, said, now)
            entry = _of_rung(by_key[rung.project], rung)
            if why is None:
                alone.append(entry)
            else:
                found.entries.append(replace(entry, state=State.HELD.value, why=why))
        if alone or news:
            found.messages.append(_nudge(workspace, user, [*alone, *news]))
        return found

    def _question(self, view: View, user: str) -> Entry | None:
        person = view.plan.by_slack.get(user)
        return self._news_due(view, person)[0] if person is not None else None

    # Keeping it

    def _keep(self, workspace: str, due: Sequence[Due], found: Findings, now: datetime) -> None:
        """Store it in one transaction, but for projects that changed meanwhile: they are looked at again."""
        with self.store.transaction() as tx:
            as_seen = {each.id for each in due if tx.looked(each, found.again.get(each.id, now))}
            tx.enter(workspace, [entry for entry in found.entries if entry.project in as_seen])
            for message in found.messages:
                entries = [entry for entry in message.entries if entry.project in as_seen]
                if entries:
                    self._emit(tx, workspace, replace(message, entries=tuple(entries)), now)

    def _emit(self, tx: Transaction, workspace: str, message: Message, now: datetime) -> None:
        """The message with its lines. One that was drawn up already carries them along; one that came to
        nothing leaves its place to another."""
        key, number = message.key, 1
        while not tx.emit(workspace, message.channel, key, message.kind, message.payload, at=now):
            before = tx.message(workspace, key)
            if before is None or before.state in ("waiting", "sending"):
                break
            if before.state == "sent" and message.kind != NUDGE:
                return
            number += 1
            key = cause(message.key, str(number))
        tx.enter(workspace, [replace(entry, message=key) for entry in message.entries])


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
    user, now = daily.user, daily.at
    entries = [_of_line(views[line.project], user, line, State.PLANNED, now) for line in daily.lines]
    entries += [_of_rung(views[rung.project], rung) for rung in daily.rungs]
    entries = [replace(entry, day=daily.day, at=now) for entry in (*entries, *news)]
    key = cause("daily", workspace, user, daily.day.isoformat())
    return Message(user, key, NUDGE, {"user": user}, tuple(entries))


def _nudge(workspace: str, user: str, entries: Sequence[Entry]) -> Message:
    key = cause(NUDGE, workspace, user, *sorted(entry.key for entry in entries))
    return Message(user, key, NUDGE, {"user": user}, tuple(entries))


def _of_line(view: View, user: str, line: Line, state: State, now: datetime) -> Entry:
    return Entry(
        key=entry_key(view.due.workspace, user, DAILY, line.subject, line.fingerprint),
        person=user,
        kind=DAILY,
        subject=line.subject,
        fingerprint=line.fingerprint,
        words=line.text,
        at=now,
        state=state.value,
        critical=line.critical,
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
