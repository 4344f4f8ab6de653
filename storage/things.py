"""How do the things a change touched reach their tables, and nothing else?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Delete, Table, Update, bindparam, delete, func, insert, select, update

from bot.domain.changes import key_of, replaced
from bot.domain.plan import Change, Item, Plan
from storage import models, rows
from storage.work import Work


@dataclass
class _Touched:
    come: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    edited: set[str] = field(default_factory=set)


def write(work: Work, before: Plan | None, saved: Plan, changes: Sequence[Change]) -> None:
    """Make the rows of the saved project's things what the changes say."""
    touched = _touched(changes)
    for entity, keys in touched.items():
        if keys.gone and entity != "item":
            work.run(_delete(entity), [_at(saved, key) for key in keys.gone])
    for entity, kind in rows.KINDS.items():
        positions = _reordered(work, kind, before, saved)
        keys = touched[entity]
        if keys.come:
            new = [thing for thing in getattr(saved, kind.place) if key_of(thing) in keys.come]
            placed = [{**kind.columns(it), "position": positions[key_of(it)]} for it in new]
            work.run(insert(kind.table), _of_project(saved, placed))
        if keys.edited:
            old = [thing for thing in getattr(saved, kind.place) if key_of(thing) in keys.edited]
            work.run(_update(entity), [{**kind.columns(it), **_at(saved, key_of(it))} for it in old])
    touched_items = touched["item"].come | touched["item"].edited
    if touched_items:
        _write_hanging(work, before, saved, [item for item in saved.items if item.key in touched_items])
    if touched["item"].gone:
        _remove_items(work, [_at(saved, key) for key in touched["item"].gone])


def _touched(changes: Sequence[Change]) -> dict[str, _Touched]:
    touched = {entity: _Touched() for entity in rows.KINDS}
    for change in changes:
        keys = touched.get(change.entity)
        if keys is None:
            continue  # the project itself
        if change.field:
            keys.edited.add(change.key)
        elif change.before is None:
            keys.come.add(change.key)
        else:
            keys.gone.add(change.key)
    return touched


def _write_hanging(work: Work, before: Plan | None, saved: Plan, items: Sequence[Item]) -> None:
    """Arrows, validations and waivers of these items. All items stand by now: an arrow may point at any."""
    for name, (table, columns) in rows.HANGING.items():
        stale = [_at(saved, item.key) for item in items if _differs(name, before, item)]
        if stale:
            work.run(_delete_hanging(table), stale)
        written = [row for item in items if _differs(name, before, item, new=True) for row in columns(item)]
        if written:
            work.run(insert(table), _of_project(saved, written))


def _remove_items(work: Work, gone: Sequence[dict[str, Any]]) -> None:
    """Last of all, and their arrows before them: the tables refuse to lose an item something points at."""
    work.run(_delete_hanging(models.dependencies), gone)
    work.run(_delete("item"), gone)


def _differs(name: str, before: Plan | None, item: Item, *, new: bool = False) -> bool:
    was = before.item.get(item.key) if before else None
    return new if was is None else getattr(was, name) != getattr(item, name)


def _reordered(work: Work, kind: rows.Kind, before: Plan | None, saved: Plan) -> dict[str, int]:
    """Positions for what comes. What stays is moved only when something now stands before it that did not."""
    if before is not None and replaced(getattr(before, kind.place), getattr(saved, kind.place)) is not None:
        return {}
    now = [key_of(thing) for thing in getattr(saved, kind.place)]
    was = [key_of(thing) for thing in getattr(before, kind.place)] if before else []
    if now == was:
        return {}
    there = set(now)
    stay = [key for key in was if key in there]
    if now[: len(stay)] == stay:
        last = func.coalesce(func.max(kind.table.c.position), -1)
        found = work.run(select(last).where(kind.table.c.project_id == saved.project.id)).scalar_one()
        return {key: found + 1 + place for place, key in enumerate(now[len(stay) :])}
    positions = {key: place for place, key in enumerate(now)}
    work.run(_move(kind.table, kind.key), [{**_at(saved, key), "place": positions[key]} for key in stay])
    return positions


def _of_project(saved: Plan, written: Sequence[rows.Columns]) -> list[rows.Columns]:
    head = saved.project
    return [{"project_id": head.id, "workspace": head.workspace, **row} for row in written]


def _at(saved: Plan, key: str) -> dict[str, Any]:
    return {"of_project": saved.project.id, "of_key": key}


# Built once: with thousands of rows in one call and hundreds of calls a second, building them shows.
@cache
def _delete(entity: str) -> Delete:
    kind = rows.KINDS[entity]
    return _one(delete(kind.table), kind.table, kind.key)


@cache
def _delete_hanging(table: Table) -> Delete:
    return _one(delete(table), table, "item")


@cache
def _update(entity: str) -> Update:
    kind = rows.KINDS[entity]
    return _one(update(kind.table), kind.table, kind.key)  # sets the columns its rows come with


@cache
def _move(table: Table, key: str) -> Update:
    return _one(update(table), table, key).values(position=bindparam("place"))


_Statement = TypeVar("_Statement", Delete, Update)


def _one(statement: _Statement, table: Table, key: str) -> _Statement:
    return statement.where(table.c.project_id == bindparam("of_project"), table.c[key] == bindparam("of_key"))
