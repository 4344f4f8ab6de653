"""What in a plan is likely to cost its date, why, and which one act mends it?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from bot.domain import contacts, states
from bot.domain.plan import Assumption, Blocker, Item, Plan, Status
from bot.domain.readiness import FRESH_DAYS, Assessment, Contradiction, hypercare
from bot.domain.templates import Lack
from bot.domain.wording import Words, count, cut, listed

LARGE = 12  # items; a smaller plan is not asked for stand-ins, for areas, or how the load is spread
SILENT_DAYS = 5  # working days without an event on a critical item that is in somebody's hands
AT_ONCE = 4  # gates one person would have to do side by side, a critical one among them
ALONE = 2  # critical items of one person whom nobody could stand in for
TO_CONFIRM, SHARE = 6, 4  # open gates one person is to confirm, and at least one in so many of all
LINKED = 4  # unlinked gates stand out while they are less than one in so many
NEAR = 2  # working days of slack that are nearly none
_DATES = 0.25  # of what hangs on an item, how much hangs on its date being in the right order
_IN_HAND = frozenset({Status.DOING, Status.BLOCKED, Status.DONE})

Place = tuple[str, str]  # entity and key


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the log and the templates say besides the plan: when somebody last spoke of a thing, when it was
    last touched by anything (a file, too), and which areas it lacks."""

    said: Mapping[Place, date] = field(default_factory=lambda: MappingProxyType({}))
    touched: Mapping[Place, date] = field(default_factory=lambda: MappingProxyType({}))
    lacks: tuple[Lack, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One thing that may go wrong. `facts` is what would have to change for it to be another trouble."""

    kind: str
    keys: tuple[str, ...]
    reason: str
    act: str
    stake: float
    facts: tuple[str, ...]
    people: tuple[str, ...] = ()  # person keys it is about


def troubles(plan: Plan, a: Assessment, known: Known) -> tuple[Trouble, ...]:
    """All that can be seen, rule by rule; nothing once the project is live."""
    if a.live:
        return ()
    look = _Look(plan, a, known)
    return tuple(found for rule in _RULES for found in rule(look))


class _Look:
    """A plan on one day, as the rules look at it."""

    def __init__(self, plan: Plan, a: Assessment, known: Known) -> None:
        self.plan, self.a, self.known = plan, a, known
        self.w = Words(a, 40)
        self.large = len(plan.items) >= LARGE
        self.critical = frozenset(a.critical)

    def stake(self, key: str | None) -> float:
        """How much hangs on an item, from 0 to 30: its slack, and the gates that wait for it."""
        timing = self.a.timing.get(key or "")
        if timing is None or not self.a.before_or_go_live(key):
            return 0
        if timing.slack is None:
            return 30
        return max(0, 10 - timing.slack) * 2 + min(20, self.a.downstream.get(key or "", 0)) / 2

    def most(self, keys: Iterable[str]) -> float:
        return max(map(self.stake, keys), default=0)

    def last_word(self, item: Item) -> date | None:
        """When somebody last spoke of an item or of what holds it up."""
        said = self.known.said
        blockers = self.plan.open_blockers.get(item.key, ())
        days = [max(b.raised, said.get(("blocker", b.id), b.raised)) for b in blockers]
        days += [item.done_on] if item.done_on and self.a.standing[item.key] is Status.DONE else []
        days += [day for day in (said.get(("item", item.key)), item.started_on) if day]
        return max(days, default=None)

    def last_touch(self, item: Item) -> date | None:
        """The same, and when a file last brought it."""
        touched = self.known.touched
        places = [("item", item.key), *(("blocker", b.id) for b in self.plan.open_blockers.get(item.key, ()))]
        days = [touched[place] for place in places if place in touched]
        return max((*days, *filter(None, [self.last_word(item)])), default=None) if days else None

    def in_hand(self, item: Item) -> bool:
        """Somebody can be expected to do something about it now."""
        status = self.a.standing[item.key]
        held = any(key in self.a.timing for key in item.depends_on)
        return self.a.startable(item) or (status in _IN_HAND and not (held and status is Status.BLOCKED))

    def stale(self, item: Item) -> date | None:
        """The last word on an item of the driving chain, if it is too old to build on."""
        last = self.last_word(item)
        in_hand = self.a.standing[item.key] in _IN_HAND or item.key in self.plan.open_blockers
        return last if last is not None and in_hand and self.a.old(last) else None

    def ago(self, day: date) -> str:
        return f"{self.w.day(day)}, {count(self.a.age(day), 'working day')} ago"

    def keys(self, keys: Sequence[str], most: int = 3) -> str:
        return listed(list(keys), most, self.w.key)


# What is known too little of


def _stale(look: _Look) -> Iterator[Trouble]:
    """A fact the forecast is built on is older than three working days."""
    goal = look.plan.project.go_live_item or ""
    for key in (*look.a.chain, *([goal] if goal in look.a.timing else [])):
        item = look.plan.item[key]
        last = look.stale(item)
        if last is None:
            continue
        blocker = look.w.blocker(item)
        about = f", held up by {blocker.id}," if blocker is not None else ""
        yield Trouble(
            kind="stale",
            keys=(key,),
            reason=f"{look.w.named(item)}{about} sets the date; the last word on it is of {look.ago(last)}",
            act=_ask_for_news(look, item, blocker),
            stake=look.stake(key),
            facts=(key, last.isoformat()),
            people=_people(item.owner, blocker.owner if blocker else None),
        )


def _ask_for_news(look: _Look, item: Item, blocker: Blocker | None) -> str:
    if look.a.standing[item.key] is Status.DONE:
        who = states.who_confirms(look.plan, item) or "the lead who may confirm it"
        return f"Ask {who} to look: `/golive validate {item.key} what you saw`"
    if blocker is None:
        who = look.w.person(item.owner) if item.owner else "the lead who has it"
        return f"Ask {who} how it stands: `/golive done {item.key}` or `/golive block {item.key} what`"
    asked = [p.name for p in contacts.waited_on(look.plan, blocker)[:1]]
    asked = asked or [look.w.person(blocker.owner or item.owner)]
    who = asked[0] if asked != ["nobody"] else "the lead who chases it"
    if blocker.expected_clear is None or blocker.expected_clear < look.a.today:
        return f"Ask {who} for a day: `/golive due {blocker.id} DATE`"
    return f"Ask {who} whether {look.w.day(blocker.expected_clear)} holds: `/golive due {blocker.id} DATE`"


def _silent(look: _Look) -> Iterator[Trouble]:
    """Nothing at all happened to a critical item that somebody should be working on."""
    told = {key for key in look.a.chain if look.stale(look.plan.item[key]) is not None}
    for key in look.a.critical:
        item = look.plan.item[key]
        last = look.last_touch(item)
        if key in told or last is None or not look.in_hand(item) or look.a.age(last) <= SILENT_DAYS:
            continue
        yield Trouble(
            kind="silent",
            keys=(key,),
            reason=f"Nothing was heard of {look.w.named(item)} since {look.ago(last)}, and it has no slack",
            act=_ask_for_news(look, item, look.w.blocker(item)),
            stake=look.stake(key),
            facts=(key, last.isoformat()),
            people=_people(item.owner),
        )


def _no_contact(look: _Look) -> Iterator[Trouble]:
    """Work waits across two organisations, and on one side nobody is named whom one could ask."""
    for blocker in look.plan.blockers:
        item = look.plan.item.get(blocker.item or "")
        if not blocker.open or item is None or not look.a.before_or_go_live(item.key):
            continue
        if not blocker.waiting_on or not _is_pressing(look, blocker, item):
            continue
        if contacts.waited_on(look.plan, blocker) or _is_our_own(look.plan, blocker.waiting_on):
            continue
        party = cut(blocker.waiting_on, 60)
        yield Trouble(
            kind="no_contact",
            keys=(item.key,),
            reason=f"{look.w.named(item)} waits on {party} ({blocker.id}), and nobody there is named",
            act=f"Ask {_chaser(look, blocker, item)} who it is there, and add them to `people` in the file",
            stake=look.stake(item.key),
            facts=(blocker.id, item.key, blocker.waiting_on),
            people=_people(blocker.owner, item.owner),
        )
    if look.large:
        yield from _nobody_across(look)


def _is_pressing(look: _Look, blocker: Blocker, item: Item) -> bool:
    slack = look.a.timing[item.key].slack
    return slack is None or slack <= NEAR or look.a.age(blocker.raised) > FRESH_DAYS


def _is_our_own(plan: Plan, words: str) -> bool:
    """It waits for items of the plan, which have owners of their own."""
    said = {word.strip(".,;:()`'\"").casefold() for word in words.split()}
    return any(key.casefold() in said for key in plan.item)


def _chaser(look: _Look, blocker: Blocker, item: Item) -> str:
    who = blocker.owner or item.owner or states.lead(look.plan)
    return look.w.person(who) if who else "the lead"


def _nobody_across(look: _Look) -> Iterator[Trouble]:
    """An item nobody has, to be confirmed by one organisation, that another one's work waits for."""
    orgs = {p.key: (p.org or "").strip().casefold() for p in look.plan.people}
    for item in look.plan.items:
        if item.key not in look.a.timing or item.owner or not look.a.before_or_go_live(item.key):
            continue
        theirs = orgs.get(item.validator or "")
        waiting = [
            i
            for i in look.plan.items
            if item.key in i.depends_on and i.key in look.a.timing and orgs.get(i.owner or "")
        ]
        others = [i for i in waiting if theirs and orgs[i.owner or ""] != theirs]
        if not others:
            continue
        org = look.plan.person[item.validator or ""].org or ""
        yield Trouble(
            kind="no_contact",
            keys=(item.key, others[0].key),
            reason=f"{look.w.named(item)} is {cut(org, 40)}'s to give and {look.w.person(others[0].owner)} "
            f"waits for it ({look.w.key(others[0])}), but nobody there has it",
            act=f"Ask {look.w.person(item.validator)} who does it: `/golive own {item.key} @person`",
            stake=look.stake(item.key),
            facts=(item.key, *(i.key for i in others)),
            people=_people(item.validator, others[0].owner),
        )


# What cannot be as it is said


def _impossible(look: _Look) -> Iterator[Trouble]:
    """Due dates from today on that lie before the earliest day the item can be finished."""
    late = [i for i in look.a.in_order(_open_items(look)) if look.a.due_impossible(i)]
    late = [i for i in late if i is not look.a.go_live and look.a.before_or_go_live(i.key)]
    if not late:
        return
    first = min(late, key=lambda i: (look.a.timing[i.key].slack or 0, i.due or date.max))
    finish = look.a.timing[first.key].finish
    dates = f"{count(len(late), 'due date')} can no longer be met"
    more = ", then the others" if len(late) > 1 else ""
    yield Trouble(
        kind="due_impossible",
        keys=tuple(item.key for item in late),
        reason=f"{dates}, worst {look.w.named(first)}: {_due(look, first)}, earliest {look.w.day(finish)}",
        act=f"Say the day that can be: `/golive due {first.key} {look.w.short(finish)}`{more}",
        stake=look.most(item.key for item in late),
        facts=tuple(f"{item.key} {item.due}" for item in late),
        people=_people(*(item.owner for item in late)),
    )


def _due(look: _Look, item: Item) -> str:
    return f"due {look.w.day(item.due)}" if item.due else "no due date"


def _contradictory(look: _Look) -> Iterator[Trouble]:
    """Statements of the plan that cannot all be meant, where they still matter."""
    for found in look.a.contradictions:
        items = [look.plan.item[key] for key in found.keys]
        in_play = [item for item in items if item.key in look.a.timing]
        if found.kind == "due_before_dependency" and len(in_play) < len(items):
            continue
        if not in_play:
            continue
        reason, act = _contradiction(look, found, items)
        yield Trouble(
            kind=found.kind,
            keys=found.keys,
            reason=reason,
            act=act,
            stake=look.most(item.key for item in in_play) * (_DATES if "due" in found.kind else 1),
            facts=(*found.keys, *(f"{item.due}" for item in items if "due" in found.kind)),
            people=_people(*(item.owner for item in items)),
        )


def _contradiction(look: _Look, found: Contradiction, items: Sequence[Item]) -> tuple[str, str]:
    w, item, last = look.w, items[0], items[-1]
    if found.kind == "open_blocker_not_blocked":
        ids = ", ".join(b.id for b in look.plan.open_blockers.get(item.key, ()))
        who = w.person(item.owner) if item.owner else "the lead"
        return (
            f"{w.named(item)} is {w.state(item).split(',')[0]}, though {ids} is open on it",
            f"Ask {who}: over (`/golive unblock {item.key}`), or does it still hold it up?",
        )
    if found.kind == "done_before_dependency":
        done = look.a.standing[last.key] is Status.DONE
        who = (states.who_confirms(look.plan, last) if done else None) or w.person(last.owner)
        state = "not confirmed yet" if done else w.state(last)
        return (
            f"{w.named(item)} counts as done, but {w.named(last)}, which it needs, is {state}",
            f"Ask {who} to settle {w.key(last)} first, or take it up again: `/golive reopen {item.key} why`",
        )
    if found.kind == "due_before_dependency":
        day = max(last.due or look.a.today, look.a.timing[item.key].finish)
        return (
            f"{w.named(item)} is due {w.day(item.due or day)}, before {w.key(last)}, which it needs, "
            f"on {w.day(last.due or day)}",
            f"Put it behind: `/golive due {item.key} {w.short(day)}` or later",
        )
    return (
        f"{w.named(item)} would be confirmed by {w.person(item.owner)}, who owns it",
        f"Name somebody else: `/golive validator {item.key} @person`",
    )


def _unlinked(look: _Look) -> Iterator[Trouble]:
    """A few gates without a way to go-live, where nearly all have one; a plan without arrows is left be."""
    keys, gates = look.a.unlinked, look.a.open_gates
    if not keys or len(keys) * LINKED > len(gates) or look.a.go_live is None:
        return
    what = "it counts all the same" if len(keys) == 1 else "they count all the same"
    live = look.a.go_live
    yield Trouble(
        kind="unlinked",
        keys=keys,
        reason=f"No arrow leads from {look.keys(keys)} to go-live: {what}, but nothing planned waits for it",
        act=f'Say what needs it, or draw the arrow: `/golive add "{live.title}" after {keys[0]}`',
        stake=look.most(keys),
        facts=keys,
        people=_people(*(look.plan.item[key].owner for key in keys)),
    )


def _waivers(look: _Look) -> Iterator[Trouble]:
    """A gate let through until a day before the forecast counts again by then."""
    for key in look.a.waivers_ending:
        item = look.plan.item[key]
        assert item.waived is not None
        assert item.waived.until is not None
        until, who = item.waived.until, states.decider(look.plan) or states.lead(look.plan)
        yield Trouble(
            kind="waiver_ending",
            keys=(key,),
            reason=f"The waiver of {look.w.named(item)} ends {look.w.day(until)}, before go-live on "
            f"{look.w.day(look.a.forecast)}",
            act=f"Finish it, or ask {look.w.person(who) if who else 'the decider'} to decide again: "
            f"`/golive reopen {key} why`, then `/golive waive {key} why until DATE`",
            stake=20,
            facts=(key, until.isoformat()),
            people=_people(item.owner, who),
        )


def _beliefs(look: _Look) -> Iterator[Trouble]:
    """Nobody knows whether it is true, and a validated gate rests on it."""
    for belief in look.plan.assumptions:
        keys = [key for key in belief.items if _is_validated_gate(look, key)]
        if not belief.open or not keys:
            continue
        yield Trouble(
            kind="belief_under_validated",
            keys=(belief.id, *keys),
            reason=f"{belief.id} (“{cut(belief.text, 60)}”) is not verified, and {look.keys(keys)}, already "
            "validated, rests on it",
            act=_verify(look, belief),
            stake=max((look.most(_waiting(look, key)) for key in keys), default=0),
            facts=(belief.id, *keys, f"{_overdue(look, belief)}"),
            people=_people(belief.owner, *(look.plan.item[key].owner for key in keys)),
        )


def _is_validated_gate(look: _Look, key: str) -> bool:
    item = look.plan.item.get(key)
    validated = item is not None and look.a.standing[key] is Status.VALIDATED
    return item is not None and validated and item.gate and not hypercare(item)


def _overdue(look: _Look, belief: Assumption) -> bool:
    return belief.verify_by is not None and belief.verify_by < look.a.today


def _verify(look: _Look, belief: Assumption) -> str:
    who = look.w.person(belief.owner) if belief.owner else "somebody"
    by = f" (by {look.w.day(belief.verify_by)})" if belief.verify_by else ""
    return f"Ask {who} to find out{by}: `/golive verify {belief.id} what shows it`"


def _waiting(look: _Look, key: str) -> Iterator[str]:
    return (i.key for i in look.plan.items if key in i.depends_on and i.key in look.a.timing)


# What hangs on too few people


def _alone(look: _Look) -> Iterator[Trouble]:
    """Several critical items are one person's, and nobody is named who could take over."""
    theirs: dict[str, list[str]] = {}
    for key in look.a.critical if look.large else ():
        who = look.a.doer(look.plan.item[key])
        person = look.plan.person.get(who or "")
        if person is not None and not person.backup and not person.deputy:
            theirs.setdefault(person.key, []).append(key)
    for who, keys in theirs.items():
        if len(keys) < ALONE:
            continue
        name = look.w.person(who)
        yield Trouble(
            kind="no_backup",
            keys=tuple(keys),
            reason=f"{name} has {count(len(keys), 'item')} without slack ({look.keys(keys)}), and nobody is "
            "named who could take over",
            act=f"Ask {name} who could, and write `backup: ID` beside {who} in the project file",
            stake=len(keys) * 2,
            facts=(who, *keys),
            people=(who,),
        )


def _overloaded(look: _Look) -> Iterator[Trouble]:
    """More gates at once, or more to confirm, than one person is likely to manage."""
    if not look.large:
        return
    at_once = {who: n for who, n in look.a.overloaded if n >= AT_ONCE}
    confirms: dict[str, list[Item]] = {}
    for gate in look.a.open_gates:
        if gate.validator:
            confirms.setdefault(gate.validator, []).append(gate)
    many = {
        who: gates
        for who, gates in confirms.items()
        if len(gates) >= TO_CONFIRM and len(gates) * SHARE >= len(look.a.open_gates)
    }
    for who in sorted({*at_once, *many}):
        yield _load(look, who, at_once.get(who, 0), many.get(who, []))


def _load(look: _Look, who: str, at_once: int, confirms: Sequence[Item]) -> Trouble:
    name, said = look.w.person(who), []
    spare = [gate for gate in look.a.open_gates if look.a.doer(gate) == who and gate.key not in look.critical]
    act = f"`/golive own {spare[-1].key} @person`" if spare else "`/golive own KEY @person`"
    if at_once:
        said.append(
            f"would have to do {count(at_once, 'gate')} at once, which the forecast takes for granted"
        )
    if confirms:
        gates = len(look.a.open_gates)
        said.append(f"is to confirm {len(confirms):,} of {count(gates, 'open gate')}")
        act = f"`/golive validator {confirms[-1].key} @person`"
    return Trouble(
        kind="overloaded",
        keys=tuple(gate.key for gate in (confirms or spare)),
        reason=f"{name} {', and '.join(said)}",
        act=f"Give some of it to somebody else, after asking {name}: {act}",
        stake=min(16, at_once * 2 + len(confirms)),
        facts=(who, str(at_once), str(len(confirms))),
        people=(who,) if who in look.plan.person else (),
    )


def _vacant(look: _Look) -> Iterator[Trouble]:
    """A role that is to do or confirm something open, and that nobody of the project has."""
    held = {_folded(person.role) for person in look.plan.people if person.role}
    wanted: dict[str, list[Item]] = {}
    spelt: dict[str, str] = {}
    for item in _open_items(look):
        roles = [item.owner_role if not item.owner else None]
        roles.append(item.validator if item.validator not in look.plan.person else None)
        for role in filter(None, roles):
            if _folded(role) not in held:
                wanted.setdefault(_folded(role), []).append(item)
                spelt.setdefault(_folded(role), role)
    for folded, items in wanted.items():
        role, keys = cut(spelt[folded], 60), list(dict.fromkeys(item.key for item in items))
        yield Trouble(
            kind="vacant_role",
            keys=tuple(keys),
            reason=f"Nobody has the role “{role}”, on which {look.keys(keys)} "
            f"{'depends' if len(keys) == 1 else 'depend'}",
            act=f"Name somebody: `/golive role {role} @person`",
            stake=look.most(keys),
            facts=(folded, *keys),
            people=(),
        )


# What is not there at all


def _missing(look: _Look) -> Iterator[Trouble]:
    """Something hardly any go-live does without, that the nearest template has and the plan has not."""
    for lack in look.known.lacks if look.large else ():
        essential = lack.essential
        title = lack.step.title.replace('"', "'")
        yield Trouble(
            kind="missing",
            keys=(),
            reason=f"There is no {essential.name}: {essential.why}",
            act=f'Put it on the list: `/golive add "{cut(title, 80)}" gate`',
            stake=_SERIOUS.get(essential.key, 0),
            facts=(essential.key,),
        )


# Without these there is no way to decide, or no way back.
_SERIOUS = MappingProxyType({"rollback": 10, "decision": 10, "downtime": 8, "end-to-end": 8, "acceptance": 6})


def _open_items(look: _Look) -> Iterator[Item]:
    return (item for item in look.plan.items if item.key in look.a.timing)


def _people(*keys: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for key in keys if key))


def _folded(text: str | None) -> str:
    return " ".join((text or "").split()).casefold()


_RULES: tuple[Callable[[_Look], Iterator[Trouble]], ...] = (
    *(_stale, _silent, _no_contact, _waivers, _beliefs, _impossible, _contradictory),
    *(_vacant, _overloaded, _alone, _missing, _unlinked),
)
