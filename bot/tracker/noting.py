"""Read the notes of a call, keep what they propose until somebody ticked it, and record that at once."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from bot.domain import blockers, callnotes, decisions, states
from bot.domain.beliefs import truth
from bot.domain.callnotes import CallNotes, Correction, Proposal
from bot.domain.errors import Invalid, NotFound, Refused
from bot.domain.permissions import About
from bot.domain.plan import Assumption, Blocker, Decision, Item, Person, Plan
from bot.domain.wording import count
from bot.tracker.desk import Desk, cause, free, refuse_cycle, slug
from bot.tracker.items import with_item_added
from bot.tracker.values import NOBODY, Actor, Colleague, Done, Where
from storage import Draft, Transaction
from storage.guard import clean

LONGEST_NOTES = 40_000
KEPT = timedelta(days=7)  # how long a sheet can be gone on with
NOTHING_FOUND = (
    "I found nothing to record in that. I know lines such as “Tom to send the certs by Friday”, "
    "“Decided: …”, “Waiting on legal for the contract”, “Assumption: …”, and lists under headings such as "
    "Actions."
)
GONE = "These notes are recorded already, or were read too long ago. Read them again with `/golive notes`."
NOT_POSTED = "I could not post in the project's channel, so what was recorded has no link."
HEAD, RECORDED, LEFT = "notes_head", "notes_recorded", "notes_left"
_PLURALS = {
    "item": "items",
    "owner": "owners",
    "due": "dates",
    "blocker": "blockers",
    "decision": "decisions",
    "assumption": "assumptions",
}
_ONE = {"due": "date"}
_ACTS = {
    "item": ("add",),
    "owner": ("own",),
    "due": ("due",),
    "blocker": ("block",),
    "decision": ("conclude",),
    "assumption": ("assume",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The message that notes were read from; nothing of it is known of what was typed into a form."""

    channel: str | None = None
    ts: str | None = None
    thread: str | None = None  # that of the message, or the one it begins
    link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What is proposed to somebody, to be ticked. `edits` grows with every correction."""

    id: str
    plan: Plan
    day: date
    dated: bool
    proposals: tuple[Proposal, ...]
    origin: Origin
    edits: int = 0


class Noting(Desk):
    """The verbs on the notes of a call."""

    def read_notes(self, who: Actor, where: Where, text: str, origin: Origin | None = None) -> Sheet:
        """What the notes propose, kept until it is recorded; of the notes themselves nothing is kept."""
        text = _fit(text)
        with self.together(who, where, "notes") as (tx, plan):
            person = plan.by_slack.get(who.user)
            notes = callnotes.read(text, plan, now=self.now(), asker=person.key if person else None)
            if not notes.proposals:
                raise Invalid(NOTHING_FOUND, field="text")
            sheet = Sheet(
                id=secrets.token_hex(8),
                plan=plan,
                day=notes.day,
                dated=notes.dated,
                proposals=notes.proposals,
                origin=origin or Origin(),
            )
            tx.drop_drafts_of(self.now() - KEPT)
            self._keep_sheet(tx, who, sheet)
            return sheet

    def notes(self, who: Actor, id: str) -> Sheet:
        """What was proposed to this person."""
        with self.store.reading() as tx:
            return self._sheet(tx, who, id)

    def correct_note(self, who: Actor, id: str, number: int, said: Correction) -> Sheet:
        """One line as the person has it."""
        with self.store.transaction() as tx:
            sheet = self._sheet(tx, who, id)
            was = _line(sheet, number)
            words = replace(
                said, text=clean(said.text), waiting_on=said.waiting_on and clean(said.waiting_on)
            )
            now = callnotes.corrected(was, words, sheet.plan, self._today(sheet.plan))
            lines = tuple(now if n == number else p for n, p in enumerate(sheet.proposals, 1))
            sheet = replace(sheet, proposals=lines, edits=sheet.edits + 1)
            self._keep_sheet(tx, who, sheet)
            return sheet

    def announce_notes(
        self, who: Actor, id: str, numbers: Sequence[int], colleagues: Mapping[str, Colleague] = NOBODY
    ) -> tuple[str, str] | None:
        """See that all that is ticked can be recorded; then have said in the project's channel that it is
        about to be, which gives it a link. The channel, and the key of what is said; None when it has a
        link already, or can have none."""
        with self.store.transaction() as tx:
            sheet = self._sheet(tx, who, id)
            ticked = _ticked(sheet, numbers)
            self._permit_lines(tx, who, sheet.plan, ticked)
            _, told = self._with_lines(who, sheet, ticked, colleagues, None)
            channel = sheet.plan.project.channel
            if sheet.origin.link is not None or channel is None or not told:
                return None
            key = self._head_key(who, sheet)
            said = {"project": sheet.plan.project.key, "user": who.user, "day": sheet.day.isoformat()}
            tx.emit(who.workspace, channel, key, HEAD, said, at=self.now())
            return channel, key

    def leave_notes(self, who: Actor, id: str) -> None:
        """The sheet was closed: if it was cut off while it was being recorded, what was said of it goes."""
        with self.store.transaction() as tx:
            draft = tx.draft(who.workspace, id)
            if draft is None or draft.user != who.user:
                return
            head = tx.message(who.workspace, cause(HEAD, who.workspace, draft.project, id))
            if head is None:
                return
            tx.drop_draft(who.workspace, id)
            key = cause(LEFT, who.workspace, draft.project, id)
            tx.emit(who.workspace, head.channel, key, LEFT, {"head": head.key}, at=self.now())

    def became_of(self, workspace: str, key: str) -> tuple[str, str | None]:
        """The state of a message of ours, and its ts once Slack has it."""
        with self.store.reading() as tx:
            message = tx.message(workspace, key)
        return (message.state, message.ts) if message is not None else ("dropped", None)

    def record_notes(
        self,
        who: Actor,
        id: str,
        numbers: Sequence[int],
        *,
        head: tuple[str, str, str | None] | None = None,
        unsaid: bool = False,
        colleagues: Mapping[str, Colleague] = NOBODY,
    ) -> Done:
        """Record all that is ticked, in one act. `head` is what was said of it: channel, ts and link;
        `unsaid` when the channel did not take it."""
        with self.store.transaction() as tx:
            sheet = self._sheet(tx, who, id)
            ticked = _ticked(sheet, numbers)
            self._permit_lines(tx, who, sheet.plan, ticked)
            link = head[2] if head else sheet.origin.link
            after, told = self._with_lines(who, sheet, ticked, colleagues, link)
            done = self._commit(tx, who, sheet.plan, after, "notes", permalink=link)
            tx.drop_draft(who.workspace, sheet.id)
            if unsaid:
                done = replace(done, lines=(*done.lines, NOT_POSTED))
            if done.undo is not None:
                self._tell_of_notes(tx, who, sheet, told, done, head, unsaid=unsaid)
            return done

    # On the command line

    def notes_of(self, workspace: str, key: str, text: str, at: datetime | None) -> tuple[Plan, CallNotes]:
        """What notes propose to a project, as of a moment; nothing is kept."""
        text = _fit(text)
        with self.store.reading() as tx:
            plan = tx.plan(workspace, key)
        if plan is None:
            raise NotFound(f"There is no project `{key}`. `golive projects` lists them.")
        return plan, callnotes.read(text, plan, now=at or self.now())

    def take_notes(self, who: Actor, plan: Plan, notes: CallNotes, numbers: Sequence[int]) -> Done:
        """Record the lines with these numbers, in one act."""
        sheet = Sheet(
            id="", plan=plan, day=notes.day, dated=notes.dated, proposals=notes.proposals, origin=Origin()
        )
        with self.store.transaction() as tx:
            after, _ = self._with_lines(who, sheet, _ticked(sheet, numbers), NOBODY, None)
            return self._commit(tx, who, plan, after, "notes")

    # What they share

    def _sheet(self, tx: Transaction, who: Actor, id: str) -> Sheet:
        draft = tx.draft(who.workspace, id)
        if draft is None or draft.user != who.user:
            raise NotFound(GONE)
        plan = self._plan(tx, who, Where(project=draft.project, direct=True), "notes")
        body = draft.body
        return Sheet(
            id=draft.id,
            plan=plan,
            day=date.fromisoformat(body["day"]),
            dated=body["dated"],
            proposals=tuple(callnotes.from_json(each) for each in body["proposals"]),
            origin=Origin(**body["origin"]),
            edits=body["edits"],
        )

    def _keep_sheet(self, tx: Transaction, who: Actor, sheet: Sheet) -> None:
        origin = sheet.origin
        body: dict[str, Any] = {
            "day": sheet.day.isoformat(),
            "dated": sheet.dated,
            "proposals": [callnotes.as_json(each) for each in sheet.proposals],
            "origin": {
                "channel": origin.channel,
                "ts": origin.ts,
                "thread": origin.thread,
                "link": origin.link,
            },
            "edits": sheet.edits,
        }
        tx.keep_draft(who.workspace, Draft(sheet.id, sheet.plan.project.key, who.user, body), self.now())

    def _head_key(self, who: Actor, sheet: Sheet) -> str:
        return cause(HEAD, who.workspace, sheet.plan.project.key, sheet.id)

    def _permit_lines(self, tx: Transaction, who: Actor, plan: Plan, ticked: Iterable[Proposal]) -> None:
        """Each line as much theirs to record as it would be to type."""
        for each in ticked:
            item = plan.item.get(each.item or "")
            for act in _ACTS[each.kind]:
                self._permit(tx, plan, who, act, About(item=item))

    def _with_lines(
        self,
        who: Actor,
        sheet: Sheet,
        ticked: Iterable[Proposal],
        colleagues: Mapping[str, Colleague],
        link: str | None,
    ) -> tuple[Plan, tuple[Proposal, ...]]:
        """The plan with all of it, and what of it was new; refused as a whole, naming the line, when one of
        them cannot be."""
        plan, told = sheet.plan, []
        for proposal in ticked:
            person = None
            if proposal.user is not None:
                plan, person = self._person(plan, proposal.user, colleagues.get(proposal.user))
            elif proposal.owner is not None:
                person = plan.person.get(proposal.owner)
            if proposal.item is not None and proposal.item not in plan.item:
                raise NotFound(
                    f"There is no item `{proposal.item}` any more: correct “{proposal.text[:60]}”."
                )
            after = Recorder(plan, self._today(plan), sheet.day, who.user, link).with_it(proposal, person)
            if after != plan:
                told.append(proposal)
            plan = after
        refuse_cycle(sheet.plan, plan)
        return plan, tuple(told)

    def _tell_of_notes(
        self,
        tx: Transaction,
        who: Actor,
        sheet: Sheet,
        ticked: Sequence[Proposal],
        done: Done,
        head: tuple[str, str, str | None] | None,
        *,
        unsaid: bool,
    ) -> None:
        """One quiet confirmation: what was said before is brought up to date, or the thread of the notes, or
        the project's channel, has it, or else whoever recorded them."""
        project, origin = done.plan.project, sheet.origin
        in_thread = (
            origin.ts is not None
            and origin.channel is not None
            and (origin.channel == project.channel or origin.channel.startswith("D"))
        )
        channel = head[0] if head else origin.channel if in_thread else project.channel
        key = cause(RECORDED, who.workspace, project.key, sheet.id)
        if channel is None or unsaid:
            theirs = {"user": who.user, "lines": done.lines, "project": project.key, "undo": done.undo}
            tx.emit(who.workspace, who.user, key, "direct_reply", theirs, at=self.now())
            return
        said = {
            "project": project.key,
            "user": who.user,
            "day": sheet.day.isoformat(),
            "counts": counted(ticked),
            "undo": done.undo,
            "channel": channel,
            "ts": head[1] if head else None,
            "thread": (origin.thread or origin.ts) if in_thread and not head else None,
            "link": origin.link,
        }
        tx.emit(who.workspace, channel, key, RECORDED, said, at=self.now())


def counted(ticked: Iterable[Proposal]) -> str:
    """ "2 items, 1 blocker"."""
    kinds = Counter(proposal.kind for proposal in ticked)
    return ", ".join(count(n, _ONE.get(kind, kind), _PLURALS[kind]) for kind, n in kinds.items())


@dataclass(frozen=True, slots=True)
class Recorder:
    """Puts one proposal into a plan, the way the verb for it does."""

    plan: Plan
    today: date
    on: date
    user: str
    link: str | None

    def with_it(self, proposal: Proposal, person: Person | None) -> Plan:
        put = {
            "item": self._item,
            "owner": self._owner_and_date,
            "due": self._owner_and_date,
            "blocker": self._blocker,
            "decision": self._decision,
            "assumption": self._assumption,
        }[proposal.kind]
        return put(proposal, person)

    def _item(self, said: Proposal, person: Person | None) -> Plan:
        same = (i for i in self.plan.items if i.title.casefold() == said.text.casefold())
        there = next(same, None)
        if there is not None:
            return self._owner_and_date(replace(said, item=there.key), person)
        taken = {key.casefold() for key in self.plan.item}
        item = Item(
            key=free(slug(said.text), taken, "item"),
            title=said.text,
            owner=person.key if person else None,
            due=said.day,
            permalink=self.link,
        )
        return with_item_added(self.plan, item)

    def _owner_and_date(self, said: Proposal, person: Person | None) -> Plan:
        item = self.plan.item[said.item or ""]
        owner = person.key if person else item.owner
        return states.with_item(self.plan, replace(item, owner=owner, due=said.day or item.due))

    def _blocker(self, said: Proposal, person: Person | None) -> Plan:
        if blockers.same(self.plan, said.text, said.item, self.user) is not None:
            return self.plan
        blocker = Blocker(
            id=blockers.next_id(self.plan),
            text=said.text,
            item=said.item,
            waiting_on=said.waiting_on,
            raised=self.on,
            expected_clear=said.day,
            owner=person.key if person else None,
            raised_by=self.user,
            permalink=self.link,
        )
        return blockers.opened(self.plan, blocker, self.today)

    def _decision(self, said: Proposal, person: Person | None) -> Plan:
        if decisions.same(self.plan, said.text, said.item) is not None:
            return self.plan
        decision = Decision(
            id=decisions.next_id(self.plan),
            text=said.text,
            item=said.item,
            by=person.key if person else None,
            on=self.on,
            permalink=self.link,
        )
        return decisions.with_decision(self.plan, decision)

    def _assumption(self, said: Proposal, person: Person | None) -> Plan:
        if truth.same(self.plan, said.text) is not None:
            return self.plan
        belief = Assumption(
            id=truth.next_id(self.plan),
            text=said.text,
            item=said.item,
            owner=person.key if person else None,
            verify_by=said.day,
            made=self.on,
            permalink=self.link,
        )
        return truth.with_belief(self.plan, belief)


def _fit(text: str) -> str:
    text = clean(text).strip()
    if not text:
        raise Invalid("Paste the notes of the call.", field="text")
    if len(text) > LONGEST_NOTES:
        raise Invalid(
            f"These notes are longer than {LONGEST_NOTES:,} characters: read them in parts.", field="text"
        )
    return text


def _line(sheet: Sheet, number: int) -> Proposal:
    if not 1 <= number <= len(sheet.proposals):
        raise NotFound(f"There is no line {number}; there are {len(sheet.proposals)}.")
    return sheet.proposals[number - 1]


def _ticked(sheet: Sheet, numbers: Sequence[int]) -> tuple[Proposal, ...]:
    """The proposals with these numbers, in their order; what is so already is nobody's to record."""
    wanted = [_line(sheet, number) for number in sorted(set(numbers))]
    if not wanted:
        raise Invalid("Tick at least one line: nothing else is recorded.")
    stored = [proposal for proposal in wanted if proposal.already]
    if stored:
        raise Refused(f"“{stored[0].text[:60]}” is stored already, as {stored[0].already}.")
    return tuple(wanted)
