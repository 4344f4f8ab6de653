"""What of a poll falls due by the clock, and what does each of its messages say now that it is sent?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time

from bot.domain.errors import Refused
from bot.domain.gonogo import pollwords, veiled, voting
from bot.domain.gonogo.pollwords import Board, Notice
from bot.domain.gonogo.voting import Seat, Word
from bot.domain.hours import WorkingHours, instant
from bot.domain.plan import Person, Plan
from bot.domain.reminders.ledger import POLL, State
from bot.domain.reminders.situation import MUTED
from bot.tracker import polling
from bot.tracker.desk import cause
from bot.tracker.outlook import View, entry_key
from bot.tracker.polling import Polling, decide_entry, lanes, message_key, poll_entry
from storage import Entry, Message, Transaction, Watched


@dataclass(frozen=True, slots=True)
class PollMessage:
    """One message of a poll to one lane, and the lines of the ledger that stand in it."""

    channel: str
    key: str
    kind: str
    payload: Mapping[str, object]
    entries: tuple[Entry, ...]


@dataclass
class PollDue:
    """What is due of a poll, what waits, and when to look again."""

    messages: list[PollMessage] = field(default_factory=list)
    held: list[Entry] = field(default_factory=list)
    moments: list[datetime] = field(default_factory=list)


class PollTime(Polling):
    """Polls as the clock sees them, and their messages drawn up."""

    # ——— by the clock

    def _poll_due(self, tx: Transaction, view: View, watched: Watched | None) -> PollDue:
        """State is the schedule: reminders and the end of an open poll, and what a go no longer rests on."""
        found = PollDue()
        if watched is None or view.plan.project.channel is None:
            return found
        b = Board(view.plan, view.s.assessment, watched.poll, view.s.now)
        if b.is_open:
            self._closing(tx, view, b, found)
            for number, seat in enumerate(b.poll.seats):
                if b.poll.vote(seat.role) is None:
                    _reminder(view, b, number, seat, found)
        elif b.poll.decision in (Word.GO, Word.CONDITIONS) and not b.a.live:
            self._falls(tx, view, b, watched, found)
        return found

    def _closing(self, tx: Transaction, view: View, b: Board, found: PollDue) -> None:
        if not b.over:
            found.moments.append(b.poll.closes_at)
            return
        entry = decide_entry(b)
        if _told(view, entry):
            return
        try:
            decides = voting.decider_now(b.plan, b.now)[1]
        except Refused:
            return
        _add(tx, b, polling.DECIDE, decides.slack, (entry,), found)

    def _falls(self, tx: Transaction, view: View, b: Board, watched: Watched, found: PollDue) -> None:
        project = b.plan.project
        events = tx.events(project.workspace, project.key, after_revision=watched.revision, entity="item")
        if (day := voting.next_end(b.plan, b.a)) is not None:
            found.moments.append(instant(day, time(0), project.zone))
        hours = WorkingHours(b.plan)
        new: dict[str, Entry] = {}
        for each in voting.fallen(b.plan, b.a, watched.gates, events):
            words = f"{b.name}: {each.key} is open again"
            entry = poll_entry(b.plan, b.poll, "", each.key, each.at, words, b.now, polling.BACK)
            if _told(view, entry):
                continue
            if each.event is None and not hours.works(b.now):  # nobody did that just now: it can wait
                found.moments.append(hours.next(b.now))
                continue
            new[each.fingerprint] = entry
        if not new:
            return
        try:
            decides = voting.decider_now(b.plan, b.now)[1].slack
        except Refused:
            return
        what, more = cause(*sorted(new)), {"fell": sorted(new)}
        _add(tx, b, polling.BACK, decides, tuple(new.values()), found, what=what, more=more)

    # ——— drawn up

    def read_along(self, workspace: str, channel: str) -> None:
        """Somebody joined a channel: where people from outside read now, its open poll is put for them."""
        with self.store.transaction() as tx:
            plan = tx.plan_in(workspace, channel)
            if plan is not None:
                self._poll_as_read(tx, plan)

    def _poll_as_read(self, tx: Transaction, plan: Plan) -> None:
        project = plan.project
        poll = tx.poll(project.id or 0)
        if poll is None or poll.state != "open" or project.channel is None:
            return
        if not tx.is_for_the_team(project.workspace, project.channel):
            self._draw_all_again(tx, plan, poll)

    def poll_notice(self, message: Message) -> tuple[Notice, str | None] | None:
        """What a message of a poll says, and the thread it belongs to; None when it is not true any more."""
        with self.store.reading() as tx:
            found = self._notice(tx, message, first=True)
            if found is None or message.kind == polling.HEAD or message.payload.get("direct"):
                return None if found is None else (found, None)
            said = message.payload
            plan = tx.plan(message.workspace, said["project"])
            head = (
                tx.message(message.workspace, message_key(plan, said["number"], polling.HEAD))
                if plan
                else None
            )
        return (found, head.ts) if head is not None and head.ts else None

    def poll_notice_again(self, message: Message) -> tuple[str, int, Notice] | None:
        """The ts of what is to be brought up to date, its poll's number, and what it says now."""
        with self.store.reading() as tx:
            first = tx.message(message.workspace, message.payload["message"])
            if first is None or first.ts is None:
                return None
            found = self._notice(tx, first, first=False)
        return (first.ts, first.payload["number"], found) if found is not None else None

    def _notice(self, tx: Transaction, message: Message, *, first: bool) -> Notice | None:
        said = message.payload
        plan = tx.plan(message.workspace, said["project"])
        poll = tx.poll(plan.project.id, said["number"]) if plan and plan.project.id else None
        if plan is None or poll is None or plan.project.id is None:
            return None
        kind = message.kind
        record = tx.record(plan.project.id, poll.number) if poll.state == "decided" else None
        veil = self._veil_for(tx, plan, message.channel)
        b = self._board(plan, poll)
        if veil is not None:
            poll, record = veiled.poll(veil, poll), veil.scrubber.any(record)
            plan = veil.shown
            b = Board(plan, self._assessment(plan, b.a.today), poll, b.now, b.seen)
        if kind == polling.HEAD:
            return pollwords.head(b, record)
        if kind == polling.DECIDED:
            return pollwords.decided(b, record) if record is not None else None
        if kind in (polling.ASK, polling.REMIND):
            return _asked(b, message, first=first)
        try:
            decides = voting.decider_now(plan, b.now)[1]
        except Refused:
            return None
        if kind == polling.BACK:
            return _back(tx, b, message, decides)
        if first and not b.is_open:
            return None
        return pollwords.to_decide(b, decides, now=kind == polling.DECIDE)


def _asked(b: Board, message: Message, *, first: bool) -> Notice | None:
    kind, seat = message.kind, message.payload["seat"]
    unanswered = b.poll.vote(b.poll.seats[seat].role) is None
    if first and not b.is_open:
        return None
    if first and kind == polling.REMIND and (b.over or not unanswered):
        return None
    return pollwords.ask(b, seat, again=kind == polling.REMIND and unanswered, to=message.channel)


def _back(tx: Transaction, b: Board, message: Message, decides: Person) -> Notice | None:
    """What of it is still open by now; a poll that was opened since is answer enough."""
    project = b.plan.project
    watched = tx.watched([project.id]).get(project.id) if project.id is not None else None
    if watched is None or watched.poll.number != b.poll.number:
        return None
    events = tx.events(project.workspace, project.key, after_revision=watched.revision, entity="item")
    told = frozenset(message.payload["fell"])
    now = [f for f in voting.fallen(b.plan, b.a, watched.gates, events) if f.fingerprint in told]
    return pollwords.called_back(b, now, decides) if now else None


def _reminder(view: View, b: Board, number: int, seat: Seat, found: PollDue) -> None:
    """Once, in their own hours, before silence counts."""
    due = None if b.over else voting.reminded(b.plan, b.poll, seat, b.now)
    if due is None:
        return
    person, moment = due
    if moment > b.now:
        found.moments.append(moment)
        return
    user = person.slack or ""
    key = message_key(b.plan, b.poll.number, polling.REMIND, number, direct=True)
    words = f"{b.name}: {seat.name} has not answered"
    entry = poll_entry(b.plan, b.poll, user, f"remind:{number}", "", words, b.now, polling.REMIND)
    entry = replace(entry, message=key)
    if (
        not user
        or user in view.s.unreachable
        or any(_told(view, replace(entry, person=one)) for one in (user, seat.user))
    ):
        return
    if view.s.policies.reminders.off or view.s.muted(user) is not None:
        found.held.append(replace(entry, state=State.HELD.value, why=MUTED, message=None))
        return
    payload = {"project": b.plan.project.key, "number": b.poll.number, "seat": number, "direct": True}
    payload["by"] = b.poll.opened_by
    found.messages.append(PollMessage(user, key, polling.REMIND, payload, (entry,)))


def _add(
    tx: Transaction,
    b: Board,
    kind: str,
    to: str | None,
    entries: Sequence[Entry],
    found: PollDue,
    *,
    what: str = "",
    more: Mapping[str, object] | None = None,
) -> None:
    """One message for the thread, and one for who would not see it there."""
    for channel, key, payload in lanes(tx, b.plan, b.poll, kind, to=to, what=what):
        person = to or "" if payload.get("direct") else ""
        workspace = b.plan.project.workspace
        said = tuple(
            replace(
                e,
                person=person,
                message=key,
                key=entry_key(workspace, person, POLL, e.subject, e.fingerprint),
            )
            for e in entries
        )
        found.messages.append(PollMessage(channel, key, kind, {**payload, **(more or {})}, said))


def _told(view: View, entry: Entry) -> bool:
    """Also what was dropped: it was not true any more when its time came, and does not come back."""
    waits = (State.HELD, State.SKIPPED)
    return any(
        row.kind == POLL
        and (row.subject, row.fingerprint) == (entry.subject, entry.fingerprint)
        and row.state not in waits
        for row in view.said_to(entry.person)
    )
