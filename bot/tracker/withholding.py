"""What happens when something that was said is kept nowhere, because it says who a patient is?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time

from bot.domain.errors import BotError
from bot.domain.patientdata import Finding, Withheld
from bot.domain.plan import Plan
from bot.domain.states import lead
from bot.tracker.desk import Desk, cause
from bot.tracker.values import Actor, Where
from storage import Heard, Message, Transaction

KEPT_OUT, LEAD, LEAD_AGAIN = "withheld", "withheld_lead", "withheld_lead_again"
# In the books it is a message that was left alone: an edit that takes it out is read as a new one.
_LEFT_ALONE = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptOut:
    """A message of which nothing was kept but this."""

    workspace: str
    channel: str
    user: str
    ts: str
    finding: Finding
    thread_ts: str | None = None
    edited_ts: str | None = None
    permalink: str | None = None
    direct: bool = False
    to_us: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """All that was kept out of a project on one of its days, for its lead."""

    plan: Plan
    times: tuple[Withheld, ...]


class Withholding(Desk):
    """Its author is told at once, and its lead once a day: that it happened, who and where, never what."""

    def kept_out(self, message: KeptOut) -> None:
        """A message said it. Told once for each message, however often it comes or is edited."""
        with self.store.transaction() as tx:
            plan = self._concerned(tx, message)
            if plan is None and not (message.direct or message.to_us):
                return  # nobody asked us to hear anything there
            if not _is_newest(tx, message, plan):
                return
            if tx.emit(
                message.workspace,
                message.channel,
                cause(KEPT_OUT, message.workspace, message.channel, message.ts),
                KEPT_OUT,
                _payload(message),
                at=self.now(),
            ):
                self._note(tx, plan, message.user, message.channel, message.ts, message.permalink)

    def refused_to_keep(self, who: Actor, where: Where) -> None:
        """It was typed, or filled into a form, and its author is told already."""
        with self.store.transaction() as tx:
            self._note(tx, self._project_of(tx, who, where), who.user, where.channel, None, None)

    def kept_out_on(self, message: Message) -> Day | None:
        """What a message to the lead is about, as it stands now."""
        day = datetime.fromisoformat(message.payload["day"]).date()
        with self.store.reading() as tx:
            plan = tx.plan(message.workspace, message.payload["project"])
            if plan is None:
                return None
            midnight = datetime.combine(day, time(), plan.project.zone)
            found = tx.withheld(message.workspace, plan.project.key, midnight)
        zone = plan.project.zone
        times = (replace(one, at=one.at.astimezone(zone)) for one in found)
        return Day(plan, tuple(one for one in times if one.at.date() == day))

    def first_of(self, message: Message) -> str | None:
        """The ts of the day's message to the lead that is to be brought up to date."""
        with self.store.reading() as tx:
            first = tx.message(message.workspace, message.payload["first"])
        return first.ts if first is not None and first.state == "sent" else None

    def not_told(self, tx: Transaction, message: Message) -> None:
        """Where they said it they cannot be told: so directly."""
        user = str(message.payload["user"])
        if message.channel != user:
            key = cause(KEPT_OUT, message.workspace, message.key)
            payload = {**message.payload, "thread": None}
            tx.emit(message.workspace, user, key, KEPT_OUT, payload, at=self.now())

    def _concerned(self, tx: Transaction, message: KeptOut) -> Plan | None:
        who = Actor(message.workspace, message.user)
        return self._project_of(tx, who, Where(channel=message.channel, direct=message.direct))

    def _project_of(self, tx: Transaction, who: Actor, where: Where) -> Plan | None:
        """The project it was said in; said elsewhere, the only one they are part of."""
        if where.channel is not None and not where.direct:
            return tx.plan_in(who.workspace, where.channel)
        try:
            return self._plan(tx, who, where)
        except BotError:
            return None

    def _note(
        self,
        tx: Transaction,
        plan: Plan | None,
        user: str,
        channel: str | None,
        ts: str | None,
        permalink: str | None,
    ) -> None:
        if plan is None:
            return
        now = self.now()
        tx.note_withheld(plan, Withheld(user=user, channel=channel, ts=ts, at=now, permalink=permalink))
        head = plan.person.get(lead(plan) or "")
        if head is None or head.slack is None or head.slack == user:
            return
        workspace, project, day = plan.project.workspace, plan.project.key, self._today(plan).isoformat()
        first = cause(LEAD, workspace, project, day)
        payload = {"project": project, "day": day, "first": first}
        if not tx.emit(workspace, head.slack, first, LEAD, payload, at=now):
            again = cause(LEAD_AGAIN, first, user, channel or "", ts or now.isoformat())
            subject = f"{project}:{day}:withheld"
            tx.emit(workspace, head.slack, again, LEAD_AGAIN, payload, subject=subject, at=now)


def _payload(message: KeptOut) -> dict[str, object]:
    """Nothing but what is needed to tell its author."""
    thread = message.thread_ts if message.thread_ts != message.ts else None
    found = message.finding
    return {"user": message.user, "thread": thread, "found": found.kind, "line": found.where}


def _is_newest(tx: Transaction, message: KeptOut, plan: Plan | None) -> bool:
    """Whether nothing newer is known of this message; and note that it was left alone."""
    if message.direct:
        return True
    known = tx.heard(message.workspace, message.channel, message.ts)
    if known is None:
        return tx.note_heard(
            Heard(
                workspace=message.workspace,
                channel=message.channel,
                ts=message.ts,
                project=plan.project.key if plan else "",
                kind=_LEFT_ALONE,
                author=message.user,
                edited_ts=message.edited_ts,
            )
        )
    newer = known.edited_ts is not None and (message.edited_ts or "") < known.edited_ts
    if known.deleted or newer:
        return False
    # What the text was is not even kept as a hash: there are few enough numbers to try them all.
    tx.change_heard(replace(known, edited_ts=message.edited_ts, text_hash=None))
    return True
