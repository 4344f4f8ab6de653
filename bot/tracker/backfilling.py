"""What would a channel's history have recorded, and how is what the lead ticked of it recorded now?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain import blockers, naming
from bot.domain.backfill import Found, Gathering, Line, Told, place_of
from bot.domain.backfill.values import BLOCKER, DUE, ITEM, OWNER, UNBLOCK
from bot.domain.callnotes import LONGEST
from bot.domain.errors import BotError, Invalid, NotFound
from bot.domain.plan import Person, Plan
from bot.domain.wording import count
from bot.tracker.desk import Desk
from bot.tracker.hearing import NOTHING, TALK
from bot.tracker.noting import Recorder
from bot.tracker.offering import ACCEPTED, OFFERED
from bot.tracker.values import Actor, Colleague, Where
from storage import Heard, Transaction
from storage.guard import clean

ACT = "backfill"
MONTH = timedelta(days=30)
_BY_FILE = frozenset({"load", "new", "add"})  # they say how things stand, not since when
_NO_RECORD = frozenset({NOTHING, OFFERED, TALK})
_PLURALS = {
    "blocker": ("blocker", "blockers"),
    "unblock": ("blocker that is over", "blockers that are over"),
    "item": ("new item", "new items"),
    "owner": ("owner", "owners"),
    "due": ("date", "dates"),
    "decision": ("decision", "decisions"),
    "assumption": ("assumption", "assumptions"),
}
Place = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What became of the ticked lines."""

    plan: Plan
    recorded: tuple[Line, ...]
    so_already: int


class Backfilling(Desk):
    """The verbs on a channel's history."""

    def how_to_fill(self, who: Actor, where: Where) -> tuple[str, ...]:
        """What the lead does to have the past recorded; to be done where golive runs."""
        with self.store.reading() as tx:
            plan = self._plan(tx, who, where, "backfill")
        project = plan.project
        since = self._today(plan) - MONTH
        return (
            "I can read what was said here before I came, and propose what I would have recorded. "
            "Nothing is recorded that is not ticked.",
            f"1. Where I run: `golive backfill {project.channel or '#CHANNEL'} --project {project.key} "
            f"--since {since.isoformat()} -o proposals.txt`",
            "2. In proposals.txt, put an x between the brackets of what is to be recorded.",
            f"3. `golive backfill apply proposals.txt --project {project.key}`",
            "Without `--since` I read from the first message on; a Slack export (folder or zip) can stand in "
            "the place of the channel.",
        )

    def project_to_fill(self, workspace: str, key: str) -> Plan:
        with self.store.reading() as tx:
            return _plan(tx, workspace, key)

    def backfilled(self, plan: Plan, told: Iterable[Told], channel: str | None) -> Found:
        """What there is to record of all that was told, the oldest first, in this channel."""
        gathering = Gathering(plan)
        for each in told:
            gathering.take(each)
        workspace = plan.project.workspace
        with self.store.reading() as tx:
            plan = _plan(tx, workspace, plan.project.key)
            history = _History.of(tx, plan)

            def known(ts: str) -> bool:
                if channel is None:
                    return False
                heard = tx.heard(workspace, channel, ts)
                recorded = heard is not None and heard.kind not in _NO_RECORD
                return recorded or (channel, ts) in history.places

            return gathering.found(history.changed, known, self._today(plan))

    def apply_backfill(
        self, who: Actor, key: str, lines: Sequence[Line], *, dry_run: bool = False
    ) -> Applied:
        """Record these lines, all or none of them; what is recorded or so already stays as it is."""
        if dry_run:
            with self.store.reading() as tx:
                return self._applied(tx, who, _plan(tx, who.workspace, key), lines, dry_run=True)
        with self.store.transaction() as tx:
            return self._applied(tx, who, _plan(tx, who.workspace, key), lines, dry_run=False)

    def _applied(
        self, tx: Transaction, who: Actor, plan: Plan, lines: Sequence[Line], *, dry_run: bool
    ) -> Applied:
        history = _History.of(tx, plan)
        recorded: list[Line] = []
        wrong: list[str] = []
        for line in lines:
            try:
                after = plan if history.has(line) else self._after(plan, line, who)
                if after is plan or after == plan:
                    continue
                if not dry_run:
                    after = self._kept(tx, who, plan, after, line)
            except BotError as why:
                wrong.append(f"line {line.number}: {why}")
                continue
            plan = after
            recorded.append(line)
        if wrong:
            raise Invalid("\n".join(("Nothing is recorded:", *wrong)))
        return Applied(plan=plan, recorded=tuple(recorded), so_already=len(lines) - len(recorded))

    def _kept(self, tx: Transaction, who: Actor, before: Plan, after: Plan, line: Line) -> Plan:
        """One act for each line, so that each has its own link."""
        kept = self._commit(tx, who, before, after, ACT, permalink=line.link).plan
        new = kept.blockers[-1] if len(kept.blockers) > len(before.blockers) else None
        if new is not None and new.channel is not None and new.ts is not None:
            self._note_source(tx, kept, new.id, line)
        return kept

    def _note_source(self, tx: Transaction, plan: Plan, id: str, line: Line) -> None:
        """Its message speaks of it from now on, as if it had been heard when it was posted."""
        blocker, workspace = plan.blocker[id], plan.project.workspace
        heard = Heard(
            workspace=workspace,
            channel=blocker.channel or "",
            ts=blocker.ts or "",
            project=plan.project.key,
            kind=ACCEPTED,
            author=line.by or "",
            blocker=id,
            item=blocker.item,
        )
        if not tx.note_heard(heard):
            tx.change_heard(heard)

    def _after(self, plan: Plan, line: Line, who: Actor) -> Plan:
        """The plan with one line in it."""
        said, today = line.proposal, self._today(plan)
        text = clean(said.text).strip()
        if line.on > today:
            raise Invalid(f"it was said on {line.on.isoformat()}, which is still to come.")
        if len(text) > LONGEST.get(said.kind, LONGEST[ITEM]):
            raise Invalid(f"it has more than {LONGEST.get(said.kind, LONGEST[ITEM]):,} characters.")
        if line.blocker is not None:
            over = blockers.find(plan, line.blocker)
            return blockers.cleared(plan, over.id, max(line.on, over.raised))
        if said.item is not None and said.item not in plan.item:
            raise NotFound(f"there is no item `{said.item[:80]}`.")
        before = plan
        plan, person = self._who(plan, line)
        recorder = Recorder(plan, today, line.on, line.by or who.user, line.link)
        waits = said.waiting_on and clean(said.waiting_on)
        after = recorder.with_it(replace(said, text=text, waiting_on=waits), person)
        if after is plan:
            return before  # nobody joins for what is so already
        if said.kind == BLOCKER and line.place is not None and line.place[0] == plan.project.channel:
            new = replace(after.blockers[-1], channel=line.place[0], ts=line.place[1])
            after = replace(after, blockers=(*after.blockers[:-1], new))
        return after

    def _who(self, plan: Plan, line: Line) -> tuple[Plan, Person | None]:
        """Whom a line names; who is not in the project yet joins it."""
        if line.person is not None:
            name = clean(line.name or line.person).strip()[:200]
            return self._person(plan, line.person, Colleague(line.person, name))
        if line.name is None:
            return plan, None
        asked = naming.find_person(line.name, plan.people)
        found = asked.exact
        if found is None and asked.near:
            names = " or ".join(person.name for person in asked.near)
            raise NotFound(f"“{line.name[:60]}” may be {names}: write the whole name.")
        if found is None:
            raise NotFound(
                f"nobody in the project is called “{line.name[:60]}”; a Slack id in brackets, (U0123ABCD), "
                "brings somebody in."
            )
        return plan, found


@dataclass(frozen=True, slots=True)
class _History:
    """What happened to a project so far, as far as a second recording of it has to know."""

    plan: Plan
    places: frozenset[Place]
    made: frozenset[tuple[Place, str, str]]  # the message, the kind, and what it made or changed
    last: dict[tuple[str, str], datetime]  # when a field of an item was last changed by somebody

    @classmethod
    def of(cls, tx: Transaction, plan: Plan) -> _History:
        places, made = set(), set()
        last: dict[tuple[str, str], datetime] = {}
        for event in tx.events(plan.project.workspace, plan.project.key):
            change = event.change
            place = place_of(event.permalink) if event.permalink else None
            if place is not None:
                places.add(place)
                if event.act == ACT:
                    after = change.after if isinstance(change.after, dict) else {}
                    about = (
                        str(after.get("title", "")) if change.field == "" else f"{change.key}.{change.field}"
                    )
                    made.add((place, change.entity, about))
            if change.entity == "item" and change.field in (OWNER, DUE) and event.act not in _BY_FILE:
                last[change.key, change.field] = event.at
        places |= {(b.channel, b.ts) for b in plan.blockers if b.channel and b.ts}
        links = [b.permalink for b in plan.blockers] + [a.permalink for a in plan.assumptions]
        links += [d.permalink for d in plan.decisions] + [i.permalink for i in plan.items]
        places |= {place for link in links if link and (place := place_of(link))}
        return cls(plan, frozenset(places), frozenset(made), last)

    def changed(self, item: str, field: str) -> datetime | None:
        return self.last.get((item, field))

    def has(self, line: Line) -> bool:
        """Whether this line was recorded before, whatever became of that since."""
        kind, place = line.proposal.kind, line.place
        if kind == UNBLOCK:
            return False
        if place is None:
            return kind == BLOCKER and any(
                (b.text, b.item, b.raised) == (line.proposal.text, line.proposal.item, line.on)
                for b in self.plan.blockers
            )
        if kind in (OWNER, DUE):
            return (place, "item", f"{line.proposal.item}.{kind}") in self.made
        if kind == ITEM:
            return (place, "item", clean(line.proposal.text)) in self.made
        if kind == BLOCKER and any((b.channel, b.ts) == place for b in self.plan.blockers):
            return True
        return any(each == place and entity == kind for each, entity, _ in self.made)


def counted(kinds: Iterable[str]) -> str:
    """ "2 owners, 1 blocker"."""
    found = Counter(kinds)
    return ", ".join(count(found[kind], *names) for kind, names in _PLURALS.items() if found[kind])


def _plan(tx: Transaction, workspace: str, key: str) -> Plan:
    plan = tx.plan(workspace, key)
    if plan is None:
        raise NotFound(f"There is no project `{key[:80]}`. `golive projects` lists them.")
    return plan
