"""What did one change do, in words a person would use?"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Any

from bot.domain.changes import from_json
from bot.domain.plan import Assumption, Blocker, Decision, Event, Item, Plan, Status
from bot.domain.schedule import CLOSED
from bot.domain.wording import Words, cut

IT = "\x00"  # stands for the thing's name; no text that is kept holds one
FORM_WORDS = {
    Status.TODO: "not started",
    Status.DOING: "under way",
    Status.BLOCKED: "blocked",
    Status.DONE: "done, not confirmed",
    Status.VALIDATED: "validated",
    Status.WAIVED: "waived",
}
_CLAIMED = frozenset({*CLOSED, Status.DONE})
# Kept for the arithmetic, or told by the status beside it.
_SILENT = frozenset(
    {
        *("earlier_status", "done_on", "permalink", "validation", "evidence", "started_on", "actual_days"),
        *("planned_days", "cleared_on", "channel", "ts", "raised_by", "finding", "slack"),
    }
)
_PEOPLE = frozenset({"owner", "validator", "lead", "sponsor", "decider", "deputy", "backup", "relied_on_by"})


class Rank(IntEnum):
    """What is told first."""

    TARGET = 0
    CLOSED = 1
    REOPENED = 2
    BELIEF = 3
    RAISED = 4
    CLEARED = 5
    LOADED = 6
    DONE = 7
    DATES = 8
    OWNERS = 9
    CAME = 10
    REST = 11


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One field of one thing from its first value to its last; `event` is the last of the `number` acts."""

    event: Event
    before: Any
    after: Any
    number: int = 1
    passed: frozenset[str] = frozenset()  # the verbs on the way

    @property
    def field(self) -> str:
        return self.event.change.field

    @property
    def idle(self) -> bool:
        """It ended where it began, and nothing on the way was worth telling."""
        return self.before == self.after and not (self.field == "status" and "reopen" in self.passed)


def verb(event: Event) -> str:
    return event.act.partition(": ")[0]


def why(event: Event) -> str:
    said = event.act.partition(": ")[2]
    return f": {cut(said, 160)}" if said else ""


Steps = Mapping[str, Step]


@dataclass(frozen=True, slots=True)
class Phrase:
    """What somebody did, after their name; `IT` stands for the thing, `step` is what it is about."""

    rank: Rank
    words: str
    step: Step


class Teller:
    """The words for what was done to the things of one plan."""

    def __init__(self, words: Words, known: Collection[str] = ()) -> None:
        self.w = words
        self.known = known  # keys of what is spoken of anyway: their title need not be said again
        self.plan: Plan = words.plan

    # Names

    def who(self, actor: str) -> str:
        """Who did it: a person of the project, whoever was at the command line, or golive itself."""
        kind, _, name = actor.partition(":")
        if kind in ("cli", "file"):
            return cut(name or kind, 40)
        return self.w.user(actor) or ("golive" if actor == "golive" else "somebody")

    def name(self, entity: str, key: str, said: Mapping[str, Any] | None = None) -> str:
        """What a thing is called, also one that is gone, from what was kept of it."""
        said = said or {}
        if entity == "item":
            item = self.plan.item.get(key)
            title = item.title if item else str(said.get("title") or "")
            known = key in self.known or not title
            return self.w.key(key) if known else f"{cut(title, self.w.width)} ({self.w.key(key)})"
        if entity == "blocker":
            blocker = self.plan.blocker.get(key)
            on = blocker.item if blocker else said.get("item")
            return f"{key} on {self.w.key(on)}" if on else key
        if entity == "person":
            person = self.plan.person.get(key)
            return cut(person.name if person else str(said.get("name") or key), 60)
        return self.w.project() if entity == "project" else key

    # What was done

    def phrases(self, entity: str, key: str, steps: Steps) -> Iterator[Phrase]:
        told: dict[str, Callable[[str, Steps], Iterator[Phrase]]] = {
            "item": self._item,
            "blocker": self._blocker,
            "assumption": self._belief,
            "decision": self._decision,
            "person": self._person,
            "project": self._project,
        }
        whole = steps.get("")
        if whole is not None and whole.after is None:
            yield Phrase(Rank.CAME, f"took {IT} off the list", whole)
            return
        yield from told[entity](key, steps)

    def _item(self, key: str, steps: Steps) -> Iterator[Phrase]:
        whole, status = steps.get(""), steps.get("status")
        if whole is not None:
            yield self._added(from_json("item", _as_told(steps)), whole)
        if status is not None and not status.idle:
            yield self._status(key, steps, status)
        elif (waived := steps.get("waived")) is not None and waived.after:
            yield Phrase(Rank.CLOSED, f"waived {IT}{self._waiver(waived.after)}", waived)
        if whole is None:
            for step in steps.values():
                yield from self._item_field(step, lone="status" not in steps)

    def _added(self, item: Item, step: Step) -> Phrase:
        act = verb(step.event)
        how = "brought {} in with the project file" if act == "load" else "added {}"
        said = [how.format(IT)]
        if act == "load":
            said.append(self._brought(item))
        else:
            said += ["a gate"] if item.gate else []
            said += [f"{self.w.person(item.owner)} has it"] if item.owner else []
        said += [f"due {self.w.day(item.due)}"] if item.due else []
        return Phrase(Rank.CAME, ", ".join(said), step)

    def _brought(self, item: Item) -> str:
        """Where it stood in the file, with what the file says of it."""
        if item.status is Status.WAIVED and item.waived:
            by = f" by {self.w.person(item.waived.by)}" if item.waived.by else ""
            until = item.waived.until.isoformat() if item.waived.until else None
            return f"waived{by}{self._waiver({'why': item.waived.why, 'until': until})}"
        proof = (item.validation.evidence if item.validation else None) or item.evidence
        shown = f" ({cut(proof, 120)})" if proof and item.status in _CLAIMED else ""
        return f"{FORM_WORDS[item.status]}{shown}"

    def _status(self, key: str, steps: Steps, step: Step) -> Phrase:
        status, act, event = Status(step.after), verb(step.event), step.event
        if act == "undo":
            return Phrase(Rank.REST, f"took {IT} back to {FORM_WORDS[status]}", step)
        if status is Status.VALIDATED:
            again = " again" if "reopen" in step.passed else ""
            return Phrase(Rank.CLOSED, f"validated {IT}{again}{self._proof(steps)}", step)
        if status is Status.WAIVED:
            return Phrase(Rank.CLOSED, f"waived {IT}{self._waiver(self._waived(key, steps))}", step)
        if act == "reopen" or (step.before in _CLAIMED and status not in _CLAIMED):
            return Phrase(Rank.REOPENED, f"reopened {IT}{why(event)}", step)
        if status is Status.DONE:
            if step.before in CLOSED:
                return Phrase(Rank.REOPENED, f"sent {IT} back to be confirmed again{why(event)}", step)
            return Phrase(Rank.DONE, f"said that {IT} is done{self._proof(steps)}", step)
        told = {Status.DOING: f"started {IT}", Status.BLOCKED: f"marked {IT} as blocked"}
        return Phrase(Rank.REST, told.get(status, f"put {IT} back to not started"), step)

    def _proof(self, steps: Steps) -> str:
        """What shows it, as said with the act, else as it stands now."""
        validation, said = steps.get("validation"), steps.get("evidence")
        proof = validation.after.get("evidence") if validation and validation.after else None
        proof = proof or (said.after if said else None)
        return f": {cut(str(proof), 160)}" if proof else ""

    def _waived(self, key: str, steps: Steps) -> Mapping[str, Any]:
        step, item = steps.get("waived"), self.plan.item.get(key)
        if step is not None and step.after:
            found: Mapping[str, Any] = step.after
            return found
        until = item.waived.until.isoformat() if item and item.waived and item.waived.until else None
        return {"why": item.waived.why if item and item.waived else "", "until": until}

    def _waiver(self, said: Mapping[str, Any]) -> str:
        until = f" until {self._day(said['until'])}" if said.get("until") else ""
        return f"{until}: {cut(said['why'], 160)}" if said.get("why") else until

    def _item_field(self, step: Step, *, lone: bool) -> Iterator[Phrase]:
        if step.before == step.after:
            return
        if step.field == "due":
            yield Phrase(Rank.DATES, self._moved("the date", step), step)
        elif step.field == "owner":
            yield Phrase(Rank.OWNERS, self._given(step), step)
        elif step.field == "validator":
            was = f", before {self.w.person(step.before)}" if step.before else ""
            yield Phrase(Rank.OWNERS, f"named {self.w.person(step.after)} to confirm {IT}{was}", step)
        elif step.field == "depends_on":
            yield Phrase(Rank.REST, self._arrows(step), step)
        elif step.field == "gate":
            words = f"made {IT} a gate" if step.after else f"made {IT} no gate any more"
            yield Phrase(Rank.REST, words, step)
        elif step.field == "remaining_days":
            words = f"put the work left on {IT} at {step.after} d, was {step.before} d"
            yield Phrase(Rank.DATES, words, step)
        elif step.field == "evidence" and lone:
            words = f"gave evidence for {IT}: {self._value('evidence', step.after)}"
            yield Phrase(Rank.REST, words, step)
        elif step.field not in _SILENT and step.field not in ("", "status", "waived"):
            yield self._plainly(step)

    def _given(self, step: Step) -> str:
        before = f", before {self.w.person(step.before)}" if step.before else ""
        if step.after is None:
            return f"left {IT} without an owner{before}"
        taker = self.plan.person.get(step.after)
        if taker is not None and taker.slack and taker.slack == step.event.actor:
            return f"took {IT} over" + (f" from {self.w.person(step.before)}" if step.before else "")
        return f"gave {IT} to {self.w.person(step.after)}{before}"

    def _arrows(self, step: Step) -> str:
        before, after = step.before or [], step.after or []
        new = [self.w.key(key) for key in after if key not in before]
        gone = [self.w.key(key) for key in before if key not in after]
        said = [f"wait for {_some(new)}"] if new else []
        said += [f"no longer wait for {_some(gone)}"] if gone else []
        return f"made {IT} {', '.join(said) or 'wait for the same in another order'}"

    def _blocker(self, key: str, steps: Steps) -> Iterator[Phrase]:
        whole, status = steps.get(""), steps.get("status")
        blocker = self.plan.blocker.get(key)
        if whole is not None:
            blocker = from_json("blocker", _as_told(steps))
        if status is not None and status.after == "cleared" and blocker is not None:
            yield Phrase(Rank.CLEARED, self._cleared(blocker, status, came=whole is not None), status)
        elif whole is not None and blocker is not None:
            yield Phrase(Rank.RAISED, self._raised(blocker, verb(whole.event)), whole)
        elif status is not None and status.after == "retracted":
            yield Phrase(Rank.CLEARED, f"took {IT} back: it is no blocker", status)
        elif status is not None:
            yield Phrase(Rank.RAISED, f"opened {IT} again{why(status.event)}", status)
        if whole is None:
            for step in steps.values():
                yield from self._blocker_field(step)

    def _raised(self, blocker: Blocker, act: str) -> str:
        if blocker.status == "cleared":
            return f"brought {IT} in with the project file, cleared: “{cut(blocker.text, 100)}”"
        how = f"brought {IT} in with the project file" if act == "load" else f"raised {IT}"
        waits = f", waiting on {cut(blocker.waiting_on, self.w.width)}" if blocker.waiting_on else ""
        clear = f", expected to clear {self.w.day(blocker.expected_clear)}" if blocker.expected_clear else ""
        return f"{how}: “{cut(blocker.text, 100)}”{waits}{clear}"

    def _cleared(self, blocker: Blocker, step: Step, *, came: bool) -> str:
        last = blocker.cleared_on or step.event.at.astimezone(self.plan.project.zone).date()
        days = max(0, self.w.a.calendar.count(blocker.raised, last))
        after = f"after {days:,} working day{'' if days == 1 else 's'}" if days else "on the same day"
        said = why(step.event) or (f": “{cut(blocker.text, 100)}”" if came else "")
        return f"cleared {IT} {after}{said}"

    def _blocker_field(self, step: Step) -> Iterator[Phrase]:
        if step.before == step.after or step.field in ("", "status"):
            return
        if step.field == "expected_clear":
            now = (
                f"expects {IT} to clear {self._day(step.after)}"
                if step.after
                else f"took the date of {IT} away"
            )
            yield Phrase(Rank.DATES, f"{now}, was {self._day(step.before)}", step)
        elif step.field == "owner":
            now = (
                f"put {self.w.person(step.after)} on to chase {IT}"
                if step.after
                else f"left nobody to chase {IT}"
            )
            was = f", before {self.w.person(step.before)}" if step.before else ""
            yield Phrase(Rank.OWNERS, now + was, step)
        elif step.field not in _SILENT:
            yield self._plainly(step)

    def _belief(self, key: str, steps: Steps) -> Iterator[Phrase]:
        whole = steps.get("")
        if whole is not None:
            belief: Assumption = from_json("assumption", _as_told(steps))
            on = f", under {_some([self.w.key(each) for each in belief.items])}" if belief.items else ""
            yield Phrase(Rank.RAISED, f"recorded the assumption {IT}: “{cut(belief.text, 100)}”{on}", whole)
        finding, verified = steps.get("finding"), steps.get("verified")
        said = finding.after if finding is not None else None
        if finding is not None and said:
            proof = f": {cut(said['evidence'], 160)}" if said.get("evidence") else ""
            words = f"found {IT} {'true' if said.get('true') else 'FALSE'}{proof}"
            yield Phrase(Rank.BELIEF, words, finding)
        elif verified is not None and verified.before != verified.after:
            words = f"called {IT} {'verified' if verified.after else 'open again'}"
            yield Phrase(Rank.BELIEF, words, verified)
        if whole is None:
            for step in steps.values():
                yield from self._belief_field(step)

    def _belief_field(self, step: Step) -> Iterator[Phrase]:
        if step.before == step.after or step.field in ("", "verified"):
            return
        if step.field == "verify_by":
            yield Phrase(Rank.DATES, self._moved("the day to verify", step), step)
        elif step.field == "owner":
            was = f", before {self.w.person(step.before)}" if step.before else ""
            yield Phrase(Rank.OWNERS, f"asked {self.w.person(step.after)} to verify {IT}{was}", step)
        elif step.field not in _SILENT:
            yield self._plainly(step)

    def _decision(self, key: str, steps: Steps) -> Iterator[Phrase]:
        whole = steps.get("")
        if whole is not None:
            made: Decision = from_json("decision", _as_told(steps))
            on = f", on {self.w.key(made.item)}" if made.item else ""
            by = f", decided by {self.w.person(made.by)}" if self._by_another(made, whole) else ""
            yield Phrase(Rank.BELIEF, f"recorded the decision {IT}: “{cut(made.text, 100)}”{on}{by}", whole)
            return
        for step in steps.values():
            if step.before != step.after and step.field not in _SILENT:
                yield self._plainly(step)

    def _by_another(self, decision: Decision, step: Step) -> bool:
        """Somebody else than who recorded it decided."""
        person = self.plan.person.get(decision.by or "")
        return decision.by is not None and (person is None or person.slack != step.event.actor)

    def _person(self, key: str, steps: Steps) -> Iterator[Phrase]:
        if (whole := steps.get("")) is not None:
            yield Phrase(Rank.REST, f"brought {IT} into the project", whole)
            return
        for step in steps.values():
            if step.before != step.after and step.field == "away":
                spans = [self._span(each["start"], each["end"]) for each in step.after or ()]
                gone = f"is away {_some(spans)}" if spans else "is not away any more"
                yield Phrase(Rank.DATES, f"noted that {IT} {gone}", step)
            elif step.before != step.after and step.field not in _SILENT:
                yield self._plainly(step)

    def _project(self, key: str, steps: Steps) -> Iterator[Phrase]:
        if (whole := steps.get("")) is not None:
            yield Phrase(Rank.LOADED, f"started {IT}", whole)
            return
        for step in steps.values():
            if step.before == step.after:
                continue
            if step.field == "target_go_live":
                yield Phrase(Rank.TARGET, self._moved("the target", step), step)
            elif step.field == "policies":
                yield Phrase(Rank.REST, f"changed the settings of {IT}", step)
            elif step.field in _PEOPLE:
                words = f"named {self.w.person(step.after)} as {step.field} of {IT}"
                yield Phrase(Rank.OWNERS, words, step)
            elif step.field not in _SILENT:
                yield self._plainly(step)

    # Values

    def _moved(self, what: str, step: Step) -> str:
        steps = f" in {step.number:,} steps" if step.number > 1 else ""
        if not step.before:
            return f"set {what} of {IT} to {self._day(step.after)}{steps}"
        if not step.after:
            return f"took {what} of {IT} away, was {self._day(step.before)}{steps}"
        return f"moved {what} of {IT} from {self._day(step.before)} to {self._day(step.after)}{steps}"

    def _plainly(self, step: Step) -> Phrase:
        was, now = (self._value(step.field, value) for value in (step.before, step.after))
        field = step.field.replace("_", " ")
        return Phrase(Rank.REST, f"changed the {field} of {IT} from {was} to {now}", step)

    def _value(self, field: str, value: Any) -> str:
        if field == "hours":
            return f"{value['start']} to {value['end']}" if value else "those of the project"
        if value is None or value in ("", []):
            return "none"
        if field in _PEOPLE:
            return self.w.person(str(value))
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, list):
            return _some([str(each) for each in value])
        return f"“{cut(str(value), 80)}”" if isinstance(value, str) else str(value)

    def _span(self, start: str, end: str) -> str:
        return self._day(start) if start == end else f"{self._day(start)} to {self._day(end)}"

    def _day(self, value: str | None) -> str:
        return self.w.day(date.fromisoformat(value)) if value else "no date"


def _as_told(steps: Steps) -> dict[str, Any]:
    """A thing as it came, with what was changed of it in the time that is told of."""
    return {**steps[""].after, **{name: step.after for name, step in steps.items() if name}}


def _some(words: Sequence[str], most: int = 4) -> str:
    shown = list(words[:most]) if len(words) > most + 1 else list(words)
    more = f" and {len(words) - len(shown):,} more" if len(words) > len(shown) else ""
    return ", ".join(cut(word, 60) for word in shown) + more
