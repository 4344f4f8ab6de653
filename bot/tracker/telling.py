"""What does a planned message to a person say, now that it is sent, and what if Slack will not take it?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.hours import WorkingHours
from bot.domain.plan import Plan
from bot.domain.reminders import ladder, ledger, nudging, parts
from bot.domain.reminders.ladder import Rung
from bot.domain.reminders.ledger import DAILY, ESCALATE, NEWS, POLL, RUNG, SAID, SUMMARY, TOLD, Said, State
from bot.domain.reminders.nudging import Line
from bot.domain.reminders.parts import Part
from bot.domain.states import lead
from bot.tracker.acting import HANDED
from bot.tracker.boarding import OF_BOARDS, Boarding
from bot.tracker.desk import cause
from bot.tracker.digesting import DIGEST, REST
from bot.tracker.hearing import Hearing
from bot.tracker.outlook import View, entry_key
from bot.tracker.pressing import Pressing, in_several, shown
from bot.tracker.timing import NUDGE
from bot.tracker.withholding import KEPT_OUT, Withholding
from storage import Entry, Message, Transaction

TROUBLE = "trouble"
NOBODY_LISTENS = "thread_not_found"  # the message that was to be answered is deleted
OF_TIME = frozenset({NUDGE, DIGEST, REST, HANDED, SUMMARY})  # what nobody in particular asked for
# Slack's words for "nobody reads this", and how people say it.
GONE = {
    "user_not_found": "is not in this workspace",
    "user_disabled": "is deactivated",
    "account_inactive": "is deactivated",
    "user_not_visible": "cannot be seen by me",
    "cannot_dm_bot": "is an app",
    "messages_tab_disabled": "cannot be written to by apps",
    "channel_not_found": "cannot be written to",
    "not_allowed": "cannot be written to",
    "restricted_action": "cannot be written to",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Somebody is asked for news of a project."""

    project: str
    name: str
    day: str  # to be given back with the answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Nudge:
    """All there is to say to one person now."""

    user: str
    name: str
    lines: tuple[Line, ...]
    rungs: tuple[Rung, ...]
    questions: tuple[Question, ...]
    parts: tuple[Part, ...]  # all of it as it is shown, with what can be pressed
    plans: Mapping[str, Plan]  # by project key
    says: tuple[str, ...]
    note: Callable[[Transaction], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something could not be said, for whoever leads the project."""

    plan: Plan
    channel: str
    error: str
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Still:
    """What is still true of what was planned for a person."""

    lines: tuple[Line, ...]
    rungs: tuple[Rung, ...]
    questions: tuple[Question, ...]
    entries: tuple[Entry, ...]
    gone: tuple[str, ...]  # keys


class Telling(Pressing, Hearing, Withholding, Boarding):
    """Messages to people are drawn up when they are sent: what is no longer true is left out."""

    def nudge(self, message: Message) -> Nudge | None:
        """Everything planned for this person, in one message; None when nothing of it is true any more."""
        user, workspace, now = str(message.payload["user"]), message.workspace, self.now()
        with self.store.reading() as tx:
            # What a poll says goes in messages of its own.
            planned = [entry for entry in tx.planned_for(workspace, user) if entry.kind != POLL]
            keys = {ledger.parts(entry.subject)[0] for entry in planned}
            outside = user in self._outside(tx, workspace, [user])
            seen = {key: self._view_of(tx, workspace, key, now) for key in keys}
            found = {key: view and self._read_by(view, outside=outside) for key, view in seen.items()}
            several = in_several(tx, workspace, user)
        views = {key: view for key, view in found.items() if view is not None}
        still = _still(workspace, user, planned, views, now)
        entries = [replace(entry, at=now, message=message.key) for entry in still.entries]

        def note(tx: Transaction) -> None:
            tx.give_up(workspace, still.gone, "no longer true when it could be said")
            tx.enter(workspace, entries)

        if not entries:
            return None
        return Nudge(
            user=user,
            name=next((v.plan.by_slack[user].name for v in views.values() if user in v.plan.by_slack), ""),
            lines=still.lines,
            rungs=still.rungs,
            questions=still.questions,
            parts=shown(user, views, entries, several=several, fit=self._fitting(seen, outside=outside)),
            plans={key: view.plan for key, view in views.items()},
            says=tuple(entry.key for entry in entries),
            note=note,
        )

    # What Slack refuses

    def refused(self, tx: Transaction, message: Message, error: str, sentence: str | None) -> None:
        """A message failed for good: whoever caused it is told; what the clock had to say, the lead."""
        if message.kind == KEPT_OUT:
            self.not_told(tx, message)
            return
        if message.kind in OF_BOARDS:
            self.board_refused(tx, message, error)
            return
        if message.kind not in OF_TIME:
            if message.kind != TROUBLE and sentence is not None and error != NOBODY_LISTENS:
                self.undelivered(tx, message, sentence)
            return
        to_person = message.channel.startswith(("U", "W"))
        if to_person and error in GONE:
            # The reminders say themselves to the lead what nobody has now.
            tx.cannot_reach(message.workspace, message.channel, GONE[error], self.now())
            return
        for key in self._projects_of(tx, message):
            plan = tx.plan(message.workspace, key)
            head = plan.person.get(lead(plan) or "") if plan else None
            if plan is None or head is None or head.slack is None or head.slack == message.channel:
                continue
            day = self._today(plan).isoformat()
            payload = {"project": key, "channel": message.channel, "error": error, "message": message.key}
            of = cause(TROUBLE, message.workspace, key, message.channel, error, day)
            tx.emit(message.workspace, head.slack, of, TROUBLE, payload, at=self.now())

    def trouble(self, message: Message) -> Trouble | None:
        said = message.payload
        with self.store.reading() as tx:
            plan = tx.plan(message.workspace, said["project"])
            entries = tx.said_with(message.workspace, said["message"])
        if plan is None:
            return None
        what = tuple(entry.words for entry in entries)
        return Trouble(plan=plan, channel=said["channel"], error=said["error"], what=what)

    def _projects_of(self, tx: Transaction, message: Message) -> Sequence[str]:
        project = message.payload.get("project")
        if isinstance(project, str):
            return (project,)
        entries = tx.said_with(message.workspace, message.key)
        keys = dict.fromkeys(ledger.parts(entry.subject)[0] for entry in entries)
        here = None if keys else tx.plan_in(message.workspace, message.channel)
        return (*keys, *([here.project.key] if here else []))


def _still(
    workspace: str, user: str, planned: Sequence[Entry], views: Mapping[str, View], now: datetime
) -> _Still:
    lines: list[Line] = []
    rungs: list[Rung] = []
    questions: list[Question] = []
    entries: list[Entry] = []
    sayable = {key: nudging.sayable(user, view.s) for key, view in views.items()}
    for entry in planned:
        project = ledger.parts(entry.subject)[0]
        view = views.get(project)
        if view is None or not _is_its_day(view, user, entry):
            continue
        if entry.kind == DAILY and (line := sayable[project].get(entry.subject)) is not None:
            if _is_news(view, user, line):
                lines.append(line)
                key = entry_key(workspace, user, DAILY, line.subject, line.fingerprint)
                entries.append(replace(entry, key=key, fingerprint=line.fingerprint, words=line.text))
        elif entry.kind in (RUNG, ESCALATE) and (rung := ladder.again(view.s, view.said, entry.said)):
            rungs.append(rung)
            entries.append(entry)
        elif entry.kind == NEWS:
            day = ledger.parts(entry.subject)[2]
            questions.append(Question(project=project, name=view.plan.project.name, day=day))
            entries.append(entry)
        elif entry.kind == TOLD and parts.still_so(view.s, entry.said):
            entries.append(entry)
    kept = {entry.key for entry in entries}
    gone = tuple(entry.key for entry in planned if entry.key not in kept)
    return _Still(tuple(lines), tuple(rungs), tuple(questions), tuple(entries), gone)


def _is_its_day(view: View, user: str, entry: Entry) -> bool:
    """What was meant for another day is thought over on this one."""
    person = view.plan.by_slack.get(user)
    if person is None or user in view.s.unreachable:
        return False
    hours = view.s.hours(person)
    if not hours.works(view.s.now):
        return False
    return entry.day is None or entry.day == _day_of(hours, view.s.now)


def _day_of(hours: WorkingHours, now: datetime) -> object:
    shift = hours.shift(now)
    return shift.day if shift else None


def _is_news(view: View, user: str, line: Line) -> bool:
    """It was not said in these or stronger words meanwhile."""
    said: Iterable[Said] = view.said_to(user)
    before = [
        row.fingerprint
        for row in said
        if row.subject == line.subject
        and row.kind == DAILY
        and row.state in SAID
        and row.state is not State.PLANNED
    ]
    return bool(ledger.news(ledger.facts(line.fingerprint), before))
