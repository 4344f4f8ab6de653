"""When is a project's digest due, who is asked for news before it, and what does it say once it is sent?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from bot.domain import tables
from bot.domain.digest import Digest, News, digest
from bot.domain.hours import WorkingHours, instant
from bot.domain.pictures import burnup
from bot.domain.plan import Change, Person, Plan, Status
from bot.domain.reminders import ledger, nudging
from bot.domain.reminders.ledger import NEWS
from bot.domain.reminders.situation import MUTED
from bot.domain.tables import Chart
from bot.domain.wording import Words
from bot.tracker.desk import cause
from bot.tracker.outlook import Outlook, View, entry_key
from storage import Due, Entry, Message, Transaction

DIGEST, REST = "digest", "digest_rest"
NOTHING_NEW = "nothing new"
LONG_AGO = timedelta(days=14)  # the first digest of a project tells no older moves
ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestPost:
    """A message of the digest: `lines` under `title`, plain text. `note` goes with its sending."""

    plan: Plan
    title: str
    lines: tuple[str, ...]
    thread: str | None = None  # the ts it answers to
    chart: Chart | None = None
    note: Callable[[Transaction], None] | None = None


class Digesting(Outlook):
    """Digests: planned by the clock, drawn up when they are sent."""

    def digest(self, message: Message) -> DigestPost | None:
        """What the digest says now; None when its day is over, or nothing is worth saying any more."""
        now, said = self.now(), message.payload
        with self.store.reading() as tx:
            view = self._view_of(tx, message.workspace, said["project"], now)
            if view is None or view.s.today.isoformat() != said["day"]:
                return None
            found = self._drawn_up(tx, view)
            chart = _chart(tx, view)
        if found is None:
            return None
        due, day = view.due, view.s.today

        def note(tx: Transaction) -> None:
            kept = {**found.facts.as_json(), "thread": list(found.thread)}
            tx.keep_digest(due, day, kept, now, message.key)
            if found.thread:
                payload = {"project": due.key, "day": day.isoformat(), "digest": message.key}
                rest = cause(REST, message.key)
                tx.emit(due.workspace, message.channel, rest, REST, payload, at=now)

        return DigestPost(plan=view.plan, title=found.title, lines=found.lines, note=note, chart=chart)

    def digest_rest(self, message: Message) -> DigestPost | None:
        """What did not fit: for the thread of the digest, if that was posted."""
        said = message.payload
        with self.store.reading() as tx:
            due, first = (
                tx.due(message.workspace, said["project"]),
                tx.message(message.workspace, said["digest"]),
            )
            plan = tx.plan(message.workspace, said["project"])
            kept = tx.digest_of(due.id, date.fromisoformat(said["day"])) if due else None
        if plan is None or kept is None or first is None or first.ts is None or not kept.get("thread"):
            return None
        return DigestPost(plan=plan, title="", lines=tuple(kept["thread"]), thread=first.ts)

    def _drawn_up(self, tx: Transaction, view: View) -> Digest | None:
        s, due = view.s, view.due
        veil = self._veil_for(tx, s.plan, s.plan.project.channel or "")
        plan, a = s.plan, s.assessment
        if veil is not None:
            plan = veil.shown
            a = self._assessment(plan, s.today)
        before = tx.digest_before(due.id, s.today)
        facts = before[1] if before else None
        if facts is None:
            events = tx.events(due.workspace, due.key, since=s.now - LONG_AGO, without=("load", "new"))
        else:
            events = tx.events(due.workspace, due.key, after_revision=facts.revision)
        people = s.plan.by_slack
        news = tx.news(due.id, before[0] if before else ALWAYS)
        gone = {p.key: s.unreachable[p.slack] for p in plan.people if p.slack in s.unreachable and p.slack}
        said = [
            News(person=people[each.person].key, text=each.text) for each in news if each.person in people
        ]
        if veil is not None:
            text, key = veil.scrubber.text, veil.person_key
            said = [News(person=key(each.person) or "", text=text(each.text)) for each in said]
        return digest(
            plan,
            a,
            facts,
            self._past(s.plan, plan, events).events,
            said,
            s.now,
            unreachable=gone,
            quiet_line=s.policies.digest.quiet_line,
        )

    # When

    def _digest_due(self, view: View) -> tuple[Entry | None, datetime | None]:
        """Today's, if it is time and was not looked at yet (held: not posted, and why); when the next is."""
        s, rules = view.s, view.s.policies.digest
        if rules.off or s.plan.project.channel is None:
            return None, None
        hours = WorkingHours(s.plan)
        at = _moment(hours, s.today, rules.at)
        tomorrow = hours.working_day(s.today + timedelta(days=1))
        later = at if at is not None and at > s.now else instant(tomorrow, rules.at, hours.zone)
        if at is None or at > s.now or _told(view, DIGEST, "", s.today):
            return None, later
        entry = _entry(view, DIGEST, "", s.today, "the digest")
        if s.muted(None) is not None:
            return replace(entry, state="held", why=MUTED), later
        with self.store.reading() as tx:
            since = tx.events(view.due.workspace, view.due.key, since=at, entity="project")
            if any(event.at > at and _begins(event.change) for event in since):
                return None, later  # there was no digest at that hour yet
            found = self._drawn_up(tx, view)
        if found is None:
            return replace(entry, state="held", why=NOTHING_NEW), later
        return replace(entry, words="\n".join((found.title, *found.lines))), later

    def _news_due(self, view: View, person: Person) -> tuple[Entry | None, datetime | None]:
        """The question for news to this person, if it is time and they were not asked; when it is next."""
        s, rules = view.s, view.s.policies.standup
        if rules.off or person.slack is None or person.slack in s.unreachable or not _at_work(view, person):
            return None, None
        hours = s.hours(person)
        today = hours.today(s.now)
        at = _moment(hours, today, rules.at or hours.hours.start)
        tomorrow = hours.working_day(today + timedelta(days=1))
        later = at if at and at > s.now else instant(tomorrow, rules.at or hours.hours.start, hours.zone)
        missed = at is None or not at <= s.now < at + nudging.MORNING
        if missed or s.muted(person.slack) or _told(view, NEWS, person.slack, today):
            return None, later
        return _entry(view, NEWS, person.slack, today, "asked for news"), later


def _chart(tx: Transaction, view: View) -> Chart | None:
    """The closed gates of the last days, when one closed or opened again since the last digest."""
    before = tx.digest_before(view.due.id, view.s.today)
    known = before[1].revision if before is not None else 0
    events = tx.events_of_items(view.due.id, burnup.TELLING)
    if not tables.closed_lately(events, known):
        return None
    return tables.burnup(Words(view.s.assessment), burnup.history(view.s.assessment, events))


def _begins(change: Change) -> bool:
    """Whether the project, its channel or the hour of its digest is what is new."""
    if change.field == "policies":
        return (change.before or {}).get("digest") != (change.after or {}).get("digest")
    return change.field in ("", "channel")


def _moment(hours: WorkingHours, day: date, at: time) -> datetime | None:
    """That hour of the day; None when the day is not worked."""
    return instant(day, at, hours.zone) if hours.works_on(day) else None


def _at_work(view: View, person: Person) -> bool:
    """Whether they have something of the project in their hands."""
    standing = view.s.assessment.standing
    return any(standing[item.key] is not Status.DONE for item in view.s.owned(person.key))


def _subject(view: View, kind: str, day: date) -> str:
    return ledger.subject(view.due.key, kind, day.isoformat())


def _told(view: View, kind: str, person: str, day: date) -> bool:
    of = _subject(view, kind, day)
    rows = (row for row in view.said_to(person) if row.kind == kind and row.subject == of)
    return any(row.state is not ledger.State.DROPPED for row in rows)


def _entry(view: View, kind: str, person: str, day: date, words: str) -> Entry:
    of = _subject(view, kind, day)
    return Entry(
        key=entry_key(view.due.workspace, person, kind, of, day.isoformat()),
        person=person,
        kind=kind,
        subject=of,
        fingerprint=day.isoformat(),
        words=words,
        at=view.s.now,
        critical=True,  # asked by the project itself: not a reminder, so not of anybody's budget
        project=view.due.id,
    )


def digest_key(due: Due, day: date) -> str:
    """One for each project and day."""
    return cause(DIGEST, due.workspace, due.key, day.isoformat())
