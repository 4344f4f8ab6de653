"""How does an answer give items, blockers and assumptions to programs?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from bot.domain.plan import Assumption, Blocker, Item, Plan
from bot.domain.readiness import Assessment, evidence


def iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def before_data(plan: Plan, a: Assessment) -> dict[str, Any]:
    """The answer to "what must happen before go-live?" for programs."""
    return {
        **verdict_data(plan, a),
        "critical": list(a.critical),
        "gates_in_order": [_gate_data(a, gate) for gate in a.open_gates],
        "do_next": [gate.key for gate in a.do_next],
        "unowned": list(a.unowned),
        "undated": list(a.undated),
        "done_unvalidated": list(a.done_unvalidated),
        "unlinked_gates": list(a.unlinked),
        "assumptions": list(a.assumptions),
        "contradictions": contradiction_data(a),
    }


def verdict_data(plan: Plan, a: Assessment) -> dict[str, Any]:
    """Ready or not, by when, and what the date rests on."""
    return {
        "ready": a.ready,
        **forecast_data(plan, a),
        "gates": {
            "total": a.counts.total,
            "open": a.counts.open,
            "blocked": a.counts.blocked,
            "done_unvalidated": a.counts.done_unvalidated,
        },
        "driving_chain": list(a.chain),
        "unknown_clear_dates": list(a.unknown_clear),
    }


def forecast_data(plan: Plan, a: Assessment) -> dict[str, Any]:
    return {
        "target": iso(plan.project.target_go_live),
        "forecast": iso(a.forecast),
        "forecast_kind": "no_earlier_than" if a.unknown_clear else "stated",
        "gap_working_days": a.gap,
    }


def contradiction_data(a: Assessment) -> list[dict[str, Any]]:
    return [{"kind": found.kind, "keys": list(found.keys)} for found in a.contradictions]


def items_data(a: Assessment, items: Iterable[Item]) -> list[dict[str, Any]]:
    return [item_data(a, item) for item in items]


def item_data(a: Assessment, item: Item) -> dict[str, Any]:
    """One item; a closed one has no times any more."""
    return {**_gate_data(a, item), "gate": item.gate}


def proof_data(a: Assessment, item: Item) -> dict[str, Any]:
    """The same, with what shows that it is done, and since when it is said to be."""
    return {**item_data(a, item), "evidence": evidence(item), "done_on": iso(item.done_on)}


def _gate_data(a: Assessment, item: Item) -> dict[str, Any]:
    timing = a.timing.get(item.key)
    return {
        "key": item.key,
        "title": item.title,
        "status": a.standing[item.key].value,
        "owner": item.owner,
        "validator": item.validator,
        "due": iso(item.due),
        "earliest_start": iso(timing.start) if timing else None,
        "earliest_finish": iso(timing.finish) if timing else None,
        "slack_working_days": timing.slack if timing else None,
        "due_impossible": a.due_impossible(item),
    }


def blocker_data(a: Assessment, blocker: Blocker, behind: Iterable[str]) -> dict[str, Any]:
    """One open blocker: what it holds up and for how long; `behind`: the items it merely follows."""
    timing = a.timing.get(blocker.item or "")
    return {
        "id": blocker.id,
        "item": blocker.item,
        "text": blocker.text,
        "waiting_on": blocker.waiting_on,
        "raised": iso(blocker.raised),
        "age_working_days": a.age(blocker.raised),
        "age_calendar_days": max(0, (a.today - blocker.raised).days),
        "expected_clear": iso(blocker.expected_clear),
        "slack_working_days": timing.slack if timing else None,
        "downstream_gates": a.downstream.get(blocker.item or "", 0),
        "owner": blocker.owner,
        "behind": list(behind),
    }


def belief_data(a: Assessment, belief: Assumption) -> dict[str, Any]:
    """One assumption, and what rests on it first of all."""
    item = a.plan.item.get(belief.item or "")
    return {
        "id": belief.id,
        "text": belief.text,
        "item": belief.item,
        "items": list(belief.items),
        "owner": belief.owner,
        "verify_by": iso(belief.verify_by),
        "overdue": belief_overdue(a, belief),
        "gate": any(a.plan.item[key].gate for key in belief.items if key in a.plan.item),
        "item_status": a.standing[item.key].value if item else None,
    }


def belief_overdue(a: Assessment, belief: Assumption) -> bool:
    """It should have been found out by now."""
    return belief.open and belief.verify_by is not None and belief.verify_by < a.today
