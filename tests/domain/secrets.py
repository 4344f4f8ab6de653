"""Which plans have something in them that nobody outside must read, marked so that no leak is missed?"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.domain.beliefs import truth
from bot.domain.plan import (
    Assumption,
    Away,
    Blocker,
    Decision,
    Finding,
    Item,
    Person,
    Plan,
    Project,
    Status,
    Validation,
    Waiver,
)

MARK = "ZQX"  # in everything that is internal, and nowhere else
TODAY = date(2027, 3, 1)
LINK = "https://x.slack.com/archives/CZQXROOM/p1803891000000100"
_AREAS = ("network", "training", "data", None)
_ROLES = ("Network engineer", "Trainer", "Project lead", "Sponsor", "Analyst")


@dataclass
class Made:
    """A random plan, and the numbers behind its things."""

    plan: Plan
    questions: tuple[str, ...]


def made(seed: int) -> Made:
    """A plan with internal items, people, blockers, assumptions and decisions, however they hang together."""
    dice = random.Random(seed)
    people = tuple(_person(dice, n) for n in range(dice.randint(3, 8)))
    items = tuple(_items(dice, people, dice.randint(4, 14)))
    blockers = tuple(_blocker(dice, n, items, people) for n in range(1, dice.randint(1, 7)))
    beliefs = tuple(_belief(dice, n, items, people) for n in range(1, dice.randint(1, 6)))
    decisions = tuple(_decision(dice, n, items, people) for n in range(1, dice.randint(1, 4)))
    project = Project(
        key="wharf",
        name="The wharf",
        customer="Port of Tamsk",
        vendor="Quayside",
        lead=people[0].key,
        sponsor=people[1].key,
        go_live_item="open",
        target_go_live=TODAY + timedelta(days=dice.randint(5, 60)),
    )
    plan = Plan(
        project=project,
        people=people,
        items=(*items, Item(key="open", title="The wharf opens", owner=people[0].key)),
        blockers=blockers,
        assumptions=beliefs,
        decisions=decisions,
    )
    if truth.proof_ring(plan):
        plan = replace(plan, assumptions=tuple(replace(x, proven_by=None) for x in beliefs))
    return Made(plan, tuple(_questions(plan)))


def _mark(internal: bool, *words: str) -> str:
    return " ".join((MARK + words[0], *words[1:])) if internal else " ".join(words)


def _person(dice: random.Random, number: int) -> Person:
    internal = dice.random() < 0.4
    name = f"{MARK}anna{number} {MARK}berg{number}" if internal else f"Olga{number} Lund{number}"
    away = (Away(start=TODAY + timedelta(days=2), end=TODAY + timedelta(days=9)),)
    return Person(
        key=f"{'zqx' if internal else 'p'}{number}",
        name=name,
        role=dice.choice(_ROLES),
        org=dice.choice(("Quayside", "Port of Tamsk")),
        slack=f"U{'ZQX' if internal else 'OPEN'}{number}",
        away=away if dice.random() < 0.5 else (),
        internal=internal,
    )


def _items(dice: random.Random, people: tuple[Person, ...], count: int) -> list[Item]:
    found: list[Item] = []
    for number in range(count):
        internal = dice.random() < 0.4
        status = dice.choice([*Status, Status.TODO, Status.DOING])
        owner, validator = dice.choice([*people, None]), dice.choice([*people, None])
        some = dice.sample(found, k=min(len(found), dice.randint(0, 3)))
        item = Item(
            key=f"{'zqx-' if internal else ''}step-{number}",
            title=_mark(internal, f"Step{number}", "of the", dice.choice(("cranes", "belts", "gates"))),
            area=dice.choice(_AREAS),
            owner=owner.key if owner else None,
            validator=validator.key if validator else dice.choice((None, *(p.role for p in people))),
            status=status,
            due=TODAY + timedelta(days=dice.randint(-5, 40)) if dice.random() < 0.8 else None,
            remaining_days=dice.randint(1, 9),
            depends_on=tuple(each.key for each in some),
            gate=dice.random() < 0.7,
            evidence=_about(dice, internal, people, found),
            description=_about(dice, internal, people, found),
            permalink=LINK if dice.random() < 0.5 else None,
            internal=internal,
        )
        found.append(_closed(dice, item, people, internal=internal))
    return found


def _closed(dice: random.Random, item: Item, people: tuple[Person, ...], *, internal: bool) -> Item:
    by = dice.choice(people).key
    if item.status is Status.WAIVED:
        until = dice.choice((None, TODAY + timedelta(days=4), TODAY - timedelta(days=2)))
        why = _about(dice, internal, people, []) or "later"
        return replace(item, waived=Waiver(by=by, why=why, until=until), earlier_status=Status.TODO)
    if item.status is Status.VALIDATED:
        said = _about(dice, internal, people, [])
        return replace(item, validation=Validation(by=by, at=None, evidence=said, permalink=LINK))
    if item.status is Status.BLOCKED:
        return replace(item, earlier_status=Status.DOING)
    return item


def _about(dice: random.Random, internal: bool, people: tuple[Person, ...], items: list[Item]) -> str | None:
    """Words about something; of what is shown they may name internal people and things, and link to talk."""
    if dice.random() < 0.3:
        return None
    if internal:
        return f"{MARK}words of our own"
    said = [
        f"seen by {dice.choice(people).name}",
        f"ask {dice.choice(people).name.split()[0]}",
        f"see {LINK}",
    ]
    said += [f"with {each.key}" for each in items[-2:]] + [f"after “{each.title}”" for each in items[-2:]]
    said += [f"like {each.title.split()[0]}" for each in items[-2:]]
    return ", ".join(dice.sample(said, k=min(len(said), 3)))


def _blocker(
    dice: random.Random, number: int, items: tuple[Item, ...], people: tuple[Person, ...]
) -> Blocker:
    internal, item = dice.random() < 0.4, dice.choice([*items, None])
    hidden = internal or (item is not None and item.internal)
    text = f"{MARK}held up by us" if hidden else _about(dice, False, people, list(items)) or "no ladder"
    return Blocker(
        id=f"B{number}",
        text=text,
        item=item.key if item else None,
        waiting_on=f"{MARK}team" if hidden else dice.choice((*(p.name for p in people), "the port", None)),
        raised=TODAY - timedelta(days=dice.randint(0, 12)),
        expected_clear=dice.choice((None, TODAY + timedelta(days=dice.randint(-3, 15)))),
        owner=dice.choice([*(p.key for p in people), None]),
        raised_by=dice.choice([*(p.slack for p in people), None]),
        permalink=LINK if dice.random() < 0.5 else None,
        internal=internal,
    )


def _belief(
    dice: random.Random, number: int, items: tuple[Item, ...], people: tuple[Person, ...]
) -> Assumption:
    internal = dice.random() < 0.4
    under = tuple(each.key for each in dice.sample(items, k=dice.randint(0, 2)))
    hidden = internal or (bool(under) and all(i.internal for i in items if i.key in under))
    proof = dice.choice([*items, None])
    finding = Finding(
        true=False, by=dice.choice(people).key, at=None, evidence=_about(dice, hidden, people, [])
    )
    return Assumption(
        id=f"A{number}",
        text=f"{MARK}belief" if hidden else _about(dice, False, people, list(items)) or "it is dry",
        item=under[0] if under else None,
        also_under=under[1:],
        owner=dice.choice([*(p.key for p in people), None]),
        verify_by=dice.choice((None, TODAY + timedelta(days=dice.randint(-4, 9)))),
        made=TODAY - timedelta(days=3),
        relied_on_by=dice.choice([*(p.key for p in people), None]),
        proven_by=proof.key if proof else None,
        finding=finding if dice.random() < 0.3 else None,
        permalink=LINK if dice.random() < 0.5 else None,
        internal=internal,
    )


def _decision(
    dice: random.Random, number: int, items: tuple[Item, ...], people: tuple[Person, ...]
) -> Decision:
    internal, item = dice.random() < 0.4, dice.choice([*items, None])
    hidden = internal or (item is not None and item.internal)
    return Decision(
        id=f"D{number}",
        text=f"{MARK}decided" if hidden else _about(dice, False, people, list(items)) or "we go",
        item=item.key if item else None,
        by=dice.choice([*(p.key for p in people), None]),
        on=TODAY - timedelta(days=2),
        permalink=LINK if dice.random() < 0.5 else None,
        internal=internal,
    )


def _questions(plan: Plan) -> list[str]:
    """At least one for every intent; also about what is internal, by its name."""
    hidden = [item for item in plan.items if item.internal][:3]
    shown = [item for item in plan.items if not item.internal][:3]
    asked = [
        "what must happen before go-live?",
        "are we ready?",
        "can we still make the date?",
        "does anything in the plan contradict itself?",
        "what worries you?",
        "what is blocked?",
        "what is overdue?",
        "what is due in the next three weeks?",
        "who are we waiting on?",
        "which assumptions are open?",
        "what changed in the last two weeks?",
        "which dates moved since last month?",
        "what is the critical path?",
        "how much slack is there?",
        "where does it all hang on one person?",
        "who is away?",
        "what has no owner?",
        "what has no date?",
        "what has nobody to confirm it?",
        "what is done but not validated?",
        "what is validated without evidence?",
        "what was waived?",
        "what can be started today?",
        "what happens after go-live?",
        "help",
        "who won the match yesterday?",
    ]
    for item in (*hidden, *shown):
        asked += [f"who owns {item.key}?", f"status of {item.title}", f"what happened to {item.key}?"]
        asked += [f"what if {item.key} slips 4 days?", f"what must happen before {item.key}?"]
    for person in plan.people:
        asked += [f"what does {person.name} own?", f"what waits on {person.name}?"]
        asked.append(f"what if {person.name} is away next week?")
    return asked
