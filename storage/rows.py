"""How do the values of a plan become rows, and rows values again?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Any

from sqlalchemy import Row, Table

from bot.domain.changes import as_json
from bot.domain.plan import (
    Assumption,
    Away,
    Blocker,
    Change,
    Decision,
    Event,
    Finding,
    Hours,
    Item,
    Person,
    Project,
    Status,
    Validation,
    Waiver,
)
from storage import models

Columns = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """Where one kind of thing lives: its table, the column of its key, its place in a Plan."""

    table: Table
    key: str
    place: str
    columns: Callable[[Any], Columns]


def project_columns(project: Project) -> Columns:
    return {
        "workspace": project.workspace,
        "key": project.key,
        "name": project.name,
        "channel": project.channel,
        "customer": project.customer,
        "vendor": project.vendor,
        "timezone": project.timezone,
        "working_days": list(project.working_days),
        "holidays": [day.isoformat() for day in project.holidays],
        "target_go_live": project.target_go_live,
        "go_live_item": project.go_live_item,
        "lead": project.lead,
        "sponsor": project.sponsor,
        "decider": project.decider,
        "policies": as_json(project)["policies"],
        "revision": project.revision,
    }


def project(row: Row[Any]) -> Project:
    return Project(
        key=row.key,
        name=row.name,
        workspace=row.workspace,
        channel=row.channel,
        customer=row.customer,
        vendor=row.vendor,
        timezone=row.timezone,
        working_days=tuple(row.working_days),
        holidays=tuple(date.fromisoformat(day) for day in row.holidays),
        target_go_live=row.target_go_live,
        go_live_item=row.go_live_item,
        lead=row.lead,
        sponsor=row.sponsor,
        decider=row.decider,
        policies=MappingProxyType(row.policies),
        revision=row.revision,
        id=row.id,
    )


def _person_columns(person: Person) -> Columns:
    hours = person.hours
    return {
        "key": person.key,
        "name": person.name,
        "role": person.role,
        "org": person.org,
        "tz": person.tz,
        "slack": person.slack,
        "away": [[away.start.isoformat(), away.end.isoformat()] for away in person.away],
        "hours": [hours.start.isoformat(), hours.end.isoformat()] if hours else None,
        "deputy": person.deputy,
        "backup": person.backup,
    }


def person(row: Row[Any]) -> Person:
    away = (Away(start=date.fromisoformat(first), end=date.fromisoformat(last)) for first, last in row.away)
    return Person(
        key=row.key,
        name=row.name,
        role=row.role,
        org=row.org,
        tz=row.tz,
        slack=row.slack,
        away=tuple(away),
        hours=_hours(row.hours),
        deputy=row.deputy,
        backup=row.backup,
    )


def _hours(stored: Sequence[str] | None) -> Hours | None:
    if stored is None:
        return None
    return Hours(start=time.fromisoformat(stored[0]), end=time.fromisoformat(stored[1]))


def _item_columns(item: Item) -> Columns:
    return {
        "key": item.key,
        "title": item.title,
        "area": item.area,
        "owner": item.owner,
        "validator": item.validator,
        "status": item.status.value,
        "due": item.due,
        "remaining_days": item.remaining_days,
        "gate": item.gate,
        "evidence": item.evidence,
        "done_on": item.done_on,
        "internal": item.internal,
        "description": item.description,
        "earlier_status": item.earlier_status.value if item.earlier_status else None,
        "permalink": item.permalink,
        "owner_role": item.owner_role,
        "planned_days": item.planned_days,
        "started_on": item.started_on,
        "actual_days": item.actual_days,
    }


def item(row: Row[Any], depends_on: Sequence[str], waived: Waiver | None, valid: Validation | None) -> Item:
    return Item(
        key=row.key,
        title=row.title,
        area=row.area,
        owner=row.owner,
        validator=row.validator,
        status=Status(row.status),
        due=row.due,
        remaining_days=row.remaining_days,
        depends_on=tuple(depends_on),
        gate=row.gate,
        evidence=row.evidence,
        done_on=row.done_on,
        waived=waived,
        validation=valid,
        internal=row.internal,
        description=row.description,
        earlier_status=Status(row.earlier_status) if row.earlier_status else None,
        permalink=row.permalink,
        owner_role=row.owner_role,
        planned_days=row.planned_days,
        started_on=row.started_on,
        actual_days=row.actual_days,
    )


def dependencies_of(item: Item) -> list[Columns]:
    arrows = enumerate(dict.fromkeys(item.depends_on))
    return [{"item": item.key, "depends_on": key, "position": position} for position, key in arrows]


def validations_of(item: Item) -> list[Columns]:
    valid = item.validation
    if valid is None:
        return []
    said = {"by": valid.by, "at": valid.at, "evidence": valid.evidence, "permalink": valid.permalink}
    return [{"item": item.key, **said}]


def waivers_of(item: Item) -> list[Columns]:
    waived = item.waived
    if waived is None:
        return []
    return [{"item": item.key, "by": waived.by, "why": waived.why, "until": waived.until}]


def validation(row: Row[Any]) -> Validation:
    return Validation(by=row.by, at=row.at, evidence=row.evidence, permalink=row.permalink)


def waiver(row: Row[Any]) -> Waiver:
    return Waiver(by=row.by, why=row.why, until=row.until)


def _blocker_columns(blocker: Blocker) -> Columns:
    return {
        "id": blocker.id,
        "text": blocker.text,
        "item": blocker.item,
        "waiting_on": blocker.waiting_on,
        "raised": blocker.raised,
        "expected_clear": blocker.expected_clear,
        "owner": blocker.owner,
        "status": blocker.status,
        "cleared_on": blocker.cleared_on,
        "raised_by": blocker.raised_by,
        "channel": blocker.channel,
        "ts": blocker.ts,
        "permalink": blocker.permalink,
    }


def blocker(row: Row[Any]) -> Blocker:
    return Blocker(
        id=row.id,
        text=row.text,
        item=row.item,
        waiting_on=row.waiting_on,
        raised=row.raised,
        expected_clear=row.expected_clear,
        owner=row.owner,
        status=row.status,
        cleared_on=row.cleared_on,
        raised_by=row.raised_by,
        channel=row.channel,
        ts=row.ts,
        permalink=row.permalink,
    )


def _assumption_columns(assumption: Assumption) -> Columns:
    return {
        "id": assumption.id,
        "text": assumption.text,
        "item": assumption.item,
        "owner": assumption.owner,
        "verified": assumption.verified,
        "verify_by": assumption.verify_by,
        "made": assumption.made,
        "permalink": assumption.permalink,
        "also_under": list(assumption.also_under),
        "relied_on_by": assumption.relied_on_by,
        "proven_by": assumption.proven_by,
        "finding": as_json(assumption)["finding"],
    }


def assumption(row: Row[Any]) -> Assumption:
    return Assumption(
        id=row.id,
        text=row.text,
        item=row.item,
        owner=row.owner,
        verified=row.verified,
        verify_by=row.verify_by,
        made=row.made,
        permalink=row.permalink,
        also_under=tuple(row.also_under),
        relied_on_by=row.relied_on_by,
        proven_by=row.proven_by,
        finding=_finding(row.finding),
    )


def _decision_columns(decision: Decision) -> Columns:
    return {
        "id": decision.id,
        "text": decision.text,
        "item": decision.item,
        "by": decision.by,
        "on": decision.on,
        "permalink": decision.permalink,
        "channel": decision.channel,
        "ts": decision.ts,
    }


def decision(row: Row[Any]) -> Decision:
    return Decision(
        id=row.id,
        text=row.text,
        item=row.item,
        by=row.by,
        on=row.on,
        permalink=row.permalink,
        channel=row.channel,
        ts=row.ts,
    )


def _finding(stored: Mapping[str, Any] | None) -> Finding | None:
    if stored is None:
        return None
    at = stored["at"]
    return Finding(**{**stored, "at": datetime.fromisoformat(at) if at else None})


def event(row: Row[Any]) -> Event:
    change = Change(entity=row.entity, key=row.key, field=row.field, before=row.before, after=row.after)
    return Event(
        revision=row.revision,
        at=row.at,
        actor=row.actor,
        act=row.act,
        change=change,
        permalink=row.permalink,
    )


KINDS: Mapping[str, Kind] = {
    "person": Kind(models.people, "key", "people", _person_columns),
    "item": Kind(models.items, "key", "items", _item_columns),
    "blocker": Kind(models.blockers, "id", "blockers", _blocker_columns),
    "assumption": Kind(models.assumptions, "id", "assumptions", _assumption_columns),
    "decision": Kind(models.decisions, "id", "decisions", _decision_columns),
}

# What hangs on an item and is written anew when it changes.
HANGING: Mapping[str, tuple[Table, Callable[[Item], list[Columns]]]] = {
    "depends_on": (models.dependencies, dependencies_of),
    "validation": (models.validations, validations_of),
    "waived": (models.waivers, waivers_of),
}
