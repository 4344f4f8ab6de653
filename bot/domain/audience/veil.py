"""What of a plan may people from outside read, while its dates stay what they are?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from bot.domain.audience.scrubbing import WORK, Scrubber, role_of
from bot.domain.plan import (
    Assumption,
    Blocker,
    Decision,
    Finding,
    Item,
    Person,
    Plan,
    Validation,
    Waiver,
)
from bot.domain.schedule import by_role, days_away, hypercare

GOAL_TITLE = "Go-live"


class Aside(str):
    """The key of something its reader is not shown: all read alike, and no two are the same."""

    number: int

    def __new__(cls, words: str, number: int) -> Aside:
        made = super().__new__(cls, words)
        made.number = number
        return made

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Aside) and other.number == self.number

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(("aside", self.number))

    def __getnewargs__(self) -> tuple[str, int]:  # type: ignore[override]
        """Pictures are drawn in another process, which is handed what they show."""
        return str(self), self.number


@dataclass(frozen=True, kw_only=True)
class Shown(Plan):
    """A plan as people from outside read it. What they are not shown stands aside, with nothing left of it
    but what the dates need; `order` is that of all items."""

    aside_items: tuple[Item, ...] = ()
    aside_blockers: tuple[Blocker, ...] = ()
    aside_people: tuple[Person, ...] = ()
    order: tuple[str, ...] = ()

    @cached_property
    def _whole(self) -> Plan:
        there = {item.key: item for item in (*self.items, *self.aside_items)}
        first = [there.pop(key) for key in self.order if key in there]
        return Plan(
            project=self.project,
            people=(*self.people, *self.aside_people),
            items=(*first, *there.values()),
            blockers=(*self.blockers, *self.aside_blockers),
            assumptions=self.assumptions,
            decisions=self.decisions,
        )

    @property
    def whole(self) -> Plan:
        return self._whole

    @cached_property
    def item(self) -> Mapping[str, Item]:
        return self._whole.item

    @cached_property
    def person(self) -> Mapping[str, Person]:
        return self._whole.person

    @cached_property
    def blocker(self) -> Mapping[str, Blocker]:
        return self._whole.blocker

    @cached_property
    def open_blockers(self) -> Mapping[str, tuple[Blocker, ...]]:
        return self._whole.open_blockers


class Veil:
    """Between a plan and people from outside. `channels` are those they read in: links there may stay."""

    def __init__(self, plan: Plan, channels: Iterable[str] = ()) -> None:
        self.plan = plan
        goal = plan.project.go_live_item
        hidden = [item for item in plan.items if item.internal and item.key != goal]
        self.hidden = {item.key: Aside(WORK, number) for number, item in enumerate(hidden, 1)}
        self._internal = hidden
        self._names = self._renamed()
        self.scrubber = Scrubber(plan, self._secret_items(), self._secret_texts(), channels)

    # ——— what is hidden

    def hides(self, entity: str, key: str) -> bool:
        """Whether nothing of this thing of the plan may be read."""
        if entity == "item":
            return key in self.hidden
        if entity == "blocker":
            blocker = self.plan.blocker.get(key)
            return blocker is not None and self._hides_blocker(blocker)
        if entity == "assumption":
            return any(each.id == key and self._hides_belief(each) for each in self.plan.assumptions)
        if entity == "decision":
            return any(each.id == key and self._hides_decision(each) for each in self.plan.decisions)
        return False

    def _hides_blocker(self, blocker: Blocker) -> bool:
        return blocker.internal or blocker.item in self.hidden

    def _hides_belief(self, belief: Assumption) -> bool:
        return belief.internal or (bool(belief.items) and all(key in self.hidden for key in belief.items))

    def _hides_decision(self, decision: Decision) -> bool:
        return decision.internal or decision.item in self.hidden

    def _secret_items(self) -> list[Item]:
        goal = self.plan.item.get(self.plan.project.go_live_item or "")
        return [*self._internal, *([replace(goal, key="")] if goal and goal.internal else [])]

    def _secret_texts(self) -> list[str]:
        things = [b.text for b in self.plan.blockers if self._hides_blocker(b)]
        things += [x.text for x in self.plan.assumptions if self._hides_belief(x)]
        return things + [d.text for d in self.plan.decisions if self._hides_decision(d)]

    # ——— what is shown

    @cached_property
    def shown(self) -> Shown:
        """The plan as they read it."""
        plan = self.plan
        away: dict[str, Person] = {}
        aside = tuple(self._aside(item, away) for item in self._internal)
        held = [self._held(b, n) for n, b in enumerate(plan.blockers, 1) if self._hides_blocker(b)]
        return Shown(
            project=replace(
                plan.project,
                policies={k: v for k, v in plan.project.policies.items() if k in _CALENDAR},
                lead=self.person_key(plan.project.lead),
                sponsor=self.person_key(plan.project.sponsor),
                decider=self.person_key(plan.project.decider),
            ),
            people=tuple(self._person(person) for person in plan.people),
            items=tuple(self._item(item) for item in plan.items if item.key not in self.hidden),
            blockers=tuple(self._blocker(b) for b in plan.blockers if not self._hides_blocker(b)),
            assumptions=tuple(self._belief(x) for x in plan.assumptions if not self._hides_belief(x)),
            decisions=tuple(self._decision(d) for d in plan.decisions if not self._hides_decision(d)),
            aside_items=aside,
            aside_blockers=tuple(held),
            aside_people=tuple(away.values()),
            order=tuple(self.item_key(item.key) for item in plan.items),
        )

    def item_key(self, key: str) -> str:
        return self.hidden.get(key, key)

    def person_key(self, key: str | None) -> str | None:
        return self._names.get(key, key) if key else key

    def _renamed(self) -> dict[str, str]:
        """By the key of somebody who is not named, one that their role gives them."""
        taken = {person.key for person in self.plan.people if not person.internal}
        found: dict[str, str] = {}
        for person in self.plan.people:
            if person.internal:
                stem = "-".join(
                    "".join(c if c.isalnum() else " " for c in role_of(person).casefold()).split()
                )
                number, key = 1, stem
                while key in taken:
                    number, key = number + 1, f"{stem}-{number + 1}"
                taken.add(key)
                found[person.key] = key
        return found

    def _person(self, person: Person) -> Person:
        deputy, backup = self.person_key(person.deputy), self.person_key(person.backup)
        if not person.internal:
            return replace(person, deputy=deputy, backup=backup)
        key = self._names[person.key]
        return replace(person, key=key, name=role_of(person), slack=None, deputy=deputy, backup=backup)

    def _item(self, item: Item) -> Item:
        text = self.scrubber.maybe
        waived = item.waived and replace(
            item.waived, by=self.person_key(item.waived.by), why=self.scrubber.text(item.waived.why)
        )
        proof = item.validation
        return replace(
            item,
            title=GOAL_TITLE if item.internal else self.scrubber.text(item.title),
            area=text(item.area),
            owner=self.person_key(item.owner),
            validator=self.person_key(item.validator),
            depends_on=tuple(self.item_key(key) for key in item.depends_on),
            evidence=None if item.internal else text(item.evidence),
            waived=waived,
            validation=proof and self._proof(proof, internal=item.internal),
            description=None if item.internal else text(item.description),
            permalink=self.scrubber.link(item.permalink),
            owner_role=text(item.owner_role),
        )

    def _proof(self, proof: Validation, *, internal: bool) -> Validation:
        evidence = None if internal else self.scrubber.maybe(proof.evidence)
        link = self.scrubber.link(proof.permalink)
        return replace(proof, by=self.person_key(proof.by), evidence=evidence, permalink=link)

    def _blocker(self, blocker: Blocker) -> Blocker:
        user = self.plan.by_slack.get(blocker.raised_by or "")
        unnamed = user is not None and user.internal
        link = self.scrubber.link(blocker.permalink)
        return replace(
            blocker,
            text=self.scrubber.text(blocker.text),
            waiting_on=self.scrubber.maybe(blocker.waiting_on),
            owner=self.person_key(blocker.owner),
            raised_by=None if unnamed else blocker.raised_by,
            channel=blocker.channel if link else None,
            ts=blocker.ts if link else None,
            permalink=link,
        )

    def _belief(self, belief: Assumption) -> Assumption:
        keys = tuple(key for key in belief.items if key not in self.hidden)
        return replace(
            belief,
            text=self.scrubber.text(belief.text),
            item=keys[0] if keys else None,
            also_under=keys[1:],
            owner=self.person_key(belief.owner),
            relied_on_by=self.person_key(belief.relied_on_by),
            proven_by=None if belief.proven_by in self.hidden else belief.proven_by,
            permalink=self.scrubber.link(belief.permalink),
            finding=belief.finding and self._finding(belief.finding),
        )

    def _finding(self, finding: Finding) -> Finding:
        return replace(
            finding,
            by=self.person_key(finding.by),
            evidence=self.scrubber.maybe(finding.evidence),
            permalink=self.scrubber.link(finding.permalink),
        )

    def _decision(self, decision: Decision) -> Decision:
        link = self.scrubber.link(decision.permalink)
        return replace(
            decision,
            text=self.scrubber.text(decision.text),
            by=self.person_key(decision.by),
            channel=decision.channel if link else None,
            ts=decision.ts if link else None,
            permalink=link,
        )

    # ——— what stands aside

    def _aside(self, item: Item, away: dict[str, Person]) -> Item:
        """What of an item the dates need: how it stands, how long it takes, whom it waits for."""
        return Item(
            key=self.hidden[item.key],
            title=WORK.capitalize(),
            area="Hypercare" if hypercare(item) else None,
            owner=self._nameless(item.owner, away),
            validator=self._nameless(item.validator, away),
            status=item.status,
            remaining_days=item.remaining_days,
            depends_on=tuple(self.item_key(key) for key in item.depends_on),
            gate=item.gate,
            waived=item.waived and Waiver(by=None, why="", until=item.waived.until),
            earlier_status=item.earlier_status,
            planned_days=item.planned_days,
            started_on=item.started_on,
            actual_days=item.actual_days,
            internal=True,
        )

    def _nameless(self, who: str | None, away: dict[str, Person]) -> str | None:
        """Somebody who is away on the same days, of whom nothing else is known."""
        if who is None:
            return None
        if who not in away:
            days = days_away(who, self.plan.person, self._roles)
            away[who] = Person(key=Aside("the team", len(away) + 1), name="the team", away=days)
        return away[who].key

    @cached_property
    def _roles(self) -> Mapping[str, list[Person]]:
        return by_role(self.plan.people)

    def _held(self, blocker: Blocker, number: int) -> Blocker:
        return Blocker(
            id=Aside(WORK, -number),
            text=WORK.capitalize(),
            item=self.item_key(blocker.item) if blocker.item else None,
            waiting_on=WORK,
            raised=blocker.raised,
            expected_clear=blocker.expected_clear,
            status=blocker.status,
            cleared_on=blocker.cleared_on,
            internal=True,
        )


# Of a project's settings only what its calendar needs: the others are the team's business.
_CALENDAR = frozenset({"hours", "holidays"})
