"""What has no owner, no date or no validator, and what is done but not proven?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from bot.domain.answers.inquiry import Inquiry
from bot.domain.answers.values import items_data, proof_data
from bot.domain.plan import Assumption, Item, Status
from bot.domain.readiness import evidence
from bot.domain.wording import Reply, count, cut, listed


def unowned(q: Inquiry) -> Reply:
    """Everything open that nobody has."""
    lacking = _lacking(q, lambda item: not item.owner and q.within(item.due))
    beliefs = [q.plan.assumptions[n] for n in _open_beliefs(q) if not q.plan.assumptions[n].owner]
    first = next(iter(lacking), None)
    return q.reply(
        f"{count(len(lacking), 'open item')} nobody owns{_gates(lacking)}{q.scope()}",
        _data(q, lacking),
        (None, _listed(q, lacking, lambda i: _unowned(q, i), "Every open item has an owner.")),
        ("Assumptions nobody looks into", _beliefs(q, beliefs)),
        ("To mend it", [f"/golive own {first.key} @somebody"] if first else []),
    )


def undated(q: Inquiry) -> Reply:
    """Everything open without a due date."""
    lacking = _lacking(q, lambda item: item.due is None)
    beliefs = [q.plan.assumptions[n] for n in _open_beliefs(q) if not q.plan.assumptions[n].verify_by]
    first = next(iter(lacking), None)
    return q.reply(
        f"{count(len(lacking), 'open item')} without a due date{_gates(lacking)}{q.scope()}",
        _data(q, lacking),
        (None, _listed(q, lacking, lambda i: _undated(q, i), "Every open item has a due date.")),
        ("Assumptions without a day to verify them by", _beliefs(q, beliefs)),
        (
            "To mend it",
            [f"ask the owner for a day: /golive due {first.key} {_a_day(q, first)}"] if first else [],
        ),
    )


def no_validator(q: Inquiry) -> Reply:
    """Everything open that nobody is named to confirm."""
    lacking = _lacking(q, lambda item: not item.validator and q.within(item.due))
    first = next(iter(lacking), None)
    return q.reply(
        f"{count(len(lacking), 'open item')} nobody is to confirm{_gates(lacking)}{q.scope()}",
        _data(q, lacking),
        (None, _listed(q, lacking, q.short_line, "Every open item has somebody to confirm it.")),
        ("To mend it", [f"/golive validator {first.key} @somebody, never its owner"] if first else []),
    )


def _gates(lacking: Sequence[Item]) -> str:
    """How many of them are gates, where only some are."""
    gates = sum(item.gate for item in lacking)
    return f", {gates:,} of them {'a gate' if gates == 1 else 'gates'}" if gates < len(lacking) else ""


def _lacking(q: Inquiry, lacks: Callable[[Item], bool]) -> list[Item]:
    """In the plan's order, as people know the list."""
    return [item for item in q.narrowed(q.open_items) if lacks(item)]


def _open_beliefs(q: Inquiry) -> list[int]:
    return [
        number
        for number, belief in enumerate(q.plan.assumptions)
        if belief.open and (not q.items or any(q.about(key) for key in belief.items)) and q.theirs(belief)
    ]


def _data(q: Inquiry, shown: Iterable[Item]) -> dict[str, Any]:
    """Keys in work order; `items` are those of what was asked, in the plan's order."""
    items = q.a.in_order(q.narrowed(q.open_items))
    beliefs = [q.plan.assumptions[number] for number in _open_beliefs(q)]
    return {
        "unowned": [i.key for i in items if not i.owner],
        "unowned_gates": [i.key for i in items if not i.owner and i.gate],
        "undated": [i.key for i in items if i.due is None],
        "without_validator": [i.key for i in items if not i.validator],
        "unowned_assumptions": [x.id for x in beliefs if not x.owner],
        "undated_assumptions": [x.id for x in beliefs if not x.verify_by],
        "items": items_data(q.a, shown),
    }


def _listed(q: Inquiry, items: Sequence[Item], line: Callable[[Item], str], nothing: str) -> Iterable[str]:
    return q.item_lines(items, line) if items else [nothing]


def _unowned(q: Inquiry, item: Item) -> str:
    role = f"to be had by {cut(item.owner_role, 40)}" if item.owner_role else ""
    start = f"can start {q.w.day(q.a.timing[item.key].start)}"
    gate = "gate" if item.gate else ""
    said = ["nobody", role, q.w.state(item), q.w.due(item), start, gate]
    return f"{q.w.named(item)}: {', '.join(filter(None, said))}"


def _undated(q: Inquiry, item: Item) -> str:
    return f"{q.short_line(item)}, earliest {q.w.day(q.a.timing[item.key].finish)}"


def _a_day(q: Inquiry, item: Item) -> str:
    return q.w.short(q.a.timing[item.key].finish)


def _beliefs(q: Inquiry, found: Sequence[Assumption]) -> Iterable[str]:
    return q.lines(found, q.w.belief_in_full, lambda x: x.id)


# Done, but not proven


def unverified(q: Inquiry) -> Reply:
    """What is done and waits to be confirmed, by whom."""
    done = _done(q)
    shown, besides = _for_them(q, done)
    return q.reply(
        f"{count(len(shown), 'item')} done, not validated{q.scope()}",
        _proofs(q, shown),
        (None, _listed(q, shown, lambda i: _proof(q, i), _all_confirmed(q))),
        ("Done by them, for others to confirm", q.item_lines(besides, lambda i: _proof(q, i))),
        ("Who is to confirm", _asked_of(q, shown)),
        ("To mend it", [_validate(shown)] if shown else []),
    )


def no_evidence(q: Inquiry) -> Reply:
    """What is called done, or even validated, with nothing to show for it."""
    done = _done(q)
    shown, besides = _for_them(q, done)
    bare = [i for i in (*shown, *besides) if not evidence(i)]
    validated = [i for i in q.plan.items if q.a.standing[i.key] is Status.VALIDATED and not evidence(i)]
    validated = [i for i in validated if q.about(i.key) and (not q.of_somebody or i.owner in q.people)]
    lacking = [i for i in q.narrowed(q.open_items) if not i.validator]
    unnamed = listed(lacking, 8, q.w.key) if lacking else "none"
    return q.reply(
        f"{count(len(bare), 'done item')} without evidence{q.scope()}",
        _proofs(q, shown) | {"items": [proof_data(q.a, i) for i in bare]},
        (None, _listed(q, bare, lambda i: _proof(q, i), "Everything that is done has evidence.")),
        ("Validated, without evidence", q.item_lines(validated, q.w.named)),
        ("No validator named", [unnamed]),
        ("To mend it", [_validate(bare)] if bare else []),
    )


def _done(q: Inquiry) -> list[Item]:
    """In the plan's order."""
    items = (i for i in q.open_items if q.about(i.key) and q.within(i.done_on))
    return [i for i in items if q.a.standing[i.key] is Status.DONE]


def _for_them(q: Inquiry, done: Sequence[Item]) -> tuple[list[Item], list[Item]]:
    """What those asked about are to confirm, and what they have done themselves."""
    if not q.of_somebody:
        return list(done), []
    besides = [i for i in done if i.owner in q.people and not q.confirms(i)]
    return [i for i in done if q.confirms(i)], besides


def _proofs(q: Inquiry, shown: Sequence[Item]) -> dict[str, Any]:
    ordered = q.a.in_order(shown)
    validators: dict[str, list[str]] = {}
    for item in shown:
        if item.validator:
            validators.setdefault(item.validator, []).append(item.key)
    validated = (i for i in q.plan.items if q.a.standing[i.key] is Status.VALIDATED and q.about(i.key))
    return {
        "done_unvalidated": [i.key for i in ordered],
        "without_evidence": [i.key for i in ordered if not evidence(i)],
        "validated_without_evidence": [i.key for i in validated if not evidence(i)],
        "without_validator": [i.key for i in q.a.in_order(q.narrowed(q.open_items)) if not i.validator],
        "validators": validators,
        "items": [proof_data(q.a, i) for i in shown],
    }


def _proof(q: Inquiry, item: Item) -> str:
    done = f"done {q.w.short(item.done_on)}, {q.w.age(item.done_on)} ago" if item.done_on else "done"
    proof = evidence(item)
    shows = f"evidence: {cut(proof, 80)}" if proof else "no evidence"
    who = f"{q.w.person(item.validator)} to confirm"
    by = f"by {q.w.person(item.owner)}"
    said = [who, f"{done} {by}", shows, "gate" if item.gate else ""]
    return f"{q.w.named(item)}: {', '.join(filter(None, said))}"


def _asked_of(q: Inquiry, shown: Sequence[Item]) -> list[str]:
    by: dict[str | None, int] = {}
    for item in shown:
        by[item.validator] = by.get(item.validator, 0) + 1
    most = sorted(by.items(), key=lambda load: -load[1])
    return [listed(most, 6, lambda load: f"{q.w.person(load[0])} {load[1]:,}")] if by else []


def _validate(shown: Sequence[Item]) -> str:
    return f"who is to confirm says what they saw: /golive validate {shown[0].key} WHAT OR LINK"


def _all_confirmed(q: Inquiry) -> str:
    narrowed = q.items or q.of_somebody or q.window
    return "Nothing there waits to be confirmed." if narrowed else "Everything that is done is validated."
