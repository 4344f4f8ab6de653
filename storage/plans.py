"""How is a plan kept, changed and read back, and what happened to it?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from threading import Lock
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Select, Table, and_, bindparam, func, insert, or_, select, update

from bot.domain.changes import as_json, diff, from_json, key_of
from bot.domain.errors import Conflict, Invalid, NotFound
from bot.domain.plan import Change, Event, Item, Plan, Project
from storage import models, rows, things
from storage.guard import clean, clean_json
from storage.work import AT_ONCE, Work

_THINGS = ("item", "blocker", "assumption", "decision", "person")  # as the index of events has them
MANY = 100  # of so many things that came with a project nobody is told one by one
_SOMETHING: Mapping[str, Any] = MappingProxyType({})  # what came, left unread
LOCAL = "local"  # the workspace of what was loaded before Slack was known


class PlanCache:
    """Plans as they stand at one revision. What a transaction finds joins the others once it is stored."""

    LIMIT = 100_000  # things in them altogether, about as many bytes a thousand times

    def __init__(self, behind: PlanCache | None = None) -> None:
        self._behind = behind
        self._plans: dict[int, Plan] = {}
        self._things = 0
        self._changing = Lock()

    def find(self, workspace: str, project_id: int, revision: int) -> Plan | None:
        plan = self._plans.get(project_id)
        if plan and plan.project.revision == revision and plan.project.workspace == workspace:
            return plan
        return self._behind.find(workspace, project_id, revision) if self._behind else None

    def keep(self, plan: Plan) -> None:
        assert plan.project.id is not None
        with self._changing:
            self._forget(plan.project.id)
            self._plans[plan.project.id] = plan
            self._things += _weight(plan)
            while self._things > self.LIMIT and len(self._plans) > 1:
                self._forget(next(iter(self._plans)))

    def _forget(self, project_id: int) -> None:
        plan = self._plans.pop(project_id, None)
        if plan is not None:
            self._things -= _weight(plan)

    def pour(self) -> None:
        """Give what was found here to the cache behind."""
        if self._behind:
            for plan in self._plans.values():
                self._behind.keep(plan)


def _weight(plan: Plan) -> int:
    things = (plan.people, plan.items, plan.blockers, plan.assumptions, plan.decisions)
    return 1 + sum(map(len, things))


class Plans(Work):
    """The part of a Transaction that knows projects."""

    def __init__(self, connection: Connection, plans: PlanCache, *, writes: bool) -> None:
        super().__init__(connection, writes=writes)
        self.plans_found = plans

    def workspaces(self) -> list[str]:
        table = models.workspaces
        return list(self.run(select(table.c.id).order_by(table.c.id)).scalars())

    def adopt(self, workspace: str) -> None:
        """What was loaded before Slack was known becomes this workspace's, but for projects whose
        key or channel it already has: those stay where they are."""
        self._meet(workspace)
        table = models.projects
        taken = [
            self.run(select(column).where(table.c.workspace == workspace)).scalars().all()
            for column in (table.c.key, table.c.channel)
        ]
        locals_ = self.run(select(table.c.id, table.c.key, table.c.channel).where(table.c.workspace == LOCAL))
        for row in locals_.all():
            if row.key not in taken[0] and (row.channel is None or row.channel not in taken[1]):
                self.run(update(table).where(table.c.id == row.id).values(workspace=workspace))
                for part in _PARTS:
                    self.run(update(part).where(part.c.project_id == row.id).values(workspace=workspace))

    def projects(self, workspace: str) -> list[Project]:
        table = models.projects
        found = self.run(select(table).where(table.c.workspace == workspace).order_by(table.c.key))
        return [rows.project(row) for row in found]

    def seen_by(self, workspace: str, user: str) -> list[str]:
        """The keys of the projects somebody is named in, or whose channel they are in."""
        table, people, members = models.projects, models.people, models.members
        named = select(people.c.project_id).where(people.c.workspace == workspace, people.c.slack == user)
        theirs = select(members.c.channel).where(members.c.workspace == workspace, members.c.user == user)
        either = or_(table.c.id.in_(named), table.c.channel.in_(theirs))
        wanted = select(table.c.key).where(table.c.workspace == workspace, either).order_by(table.c.key)
        return list(self.run(wanted).scalars())

    def plan(self, workspace: str, key: str) -> Plan | None:
        return self._plan_where(workspace, "key", key)

    def plan_at(self, project_id: int, workspace: str, key: str, revision: int) -> Plan | None:
        """A plan whose revision is known already: what is at hand needs no question."""
        return self.plans_found.find(workspace, project_id, revision) or self.plan(workspace, key)

    def plan_in(self, workspace: str, channel: str) -> Plan | None:
        return self._plan_where(workspace, "channel", channel)

    def save(
        self,
        before: Plan | None,
        after: Plan,
        *,
        actor: str,
        act: str,
        at: datetime,
        permalink: str | None = None,
    ) -> Plan:
        """The plan as it is now stored, with one event for each change. Nothing changed: `before`, and
        nothing is written. A new project keeps the revision it brings, so that a file exported elsewhere
        is not taken for an old one here."""
        changes = diff(before, after)
        cleaned = _cleaned(after, changes)
        if cleaned is not after:
            after, changes = cleaned, diff(before, cleaned)
        if before is not None and not changes:
            return before
        head = self._new_head(after) if before is None else self._next_head(before, after, changes)
        saved = replace(after, project=head)
        things.write(self, before, saved, changes)
        assert head.id is not None
        of = {"project_id": head.id, "workspace": head.workspace, "revision": head.revision, "at": at}
        of |= {"actor": clean(actor), "act": clean(act), "permalink": permalink and clean(permalink)}
        self.run(insert(models.events), [{**of, **_change_columns(change)} for change in changes])
        self.plans_found.keep(saved)
        self.stirred = True
        return saved

    def events(
        self,
        workspace: str,
        key: str,
        *,
        after_revision: int = 0,
        entity: str | None = None,
        entity_key: str | None = None,
        since: datetime | None = None,
        without: Sequence[str] = (),
        limit: int | None = None,
        newest_first: bool = False,
    ) -> list[Event]:
        """What happened to a project; `without` are acts to leave out."""
        table, heads = models.events, models.projects
        wanted = (
            select(table)
            .join(heads, heads.c.id == table.c.project_id)
            .where(heads.c.workspace == workspace, heads.c.key == key, table.c.revision > after_revision)
        )
        if since is not None:
            wanted = wanted.where(table.c.at >= since)
        if without:
            wanted = wanted.where(table.c.act.not_in(without))
        if entity is not None:
            wanted = wanted.where(table.c.entity == entity)
        if entity_key is not None:
            wanted = wanted.where(table.c.key == entity_key)
        wanted = wanted.order_by(table.c.id.desc() if newest_first else table.c.id).limit(limit)
        return [rows.event(row) for row in self.run(wanted)]

    def events_lately(self, project_id: int, since: datetime, most: int) -> list[Event]:
        """The newest events from a moment on, the newest first. When the project itself came in that time
        with many things, of each of those it is told that it came, and not what it was."""
        table = models.events
        wanted = select(table).where(table.c.project_id == project_id, table.c.at >= since)
        came = self.run(wanted.where(table.c.entity == "project", table.c.field == "").limit(1)).first()
        brief = self._came_with(rows.event(came), project_id, most) if came is not None else []
        if brief:
            wanted = wanted.where(table.c.revision != brief[0].revision)
        found = self.run(wanted.order_by(table.c.id.desc()).limit(most))
        return [*(rows.event(row) for row in found), *brief][:most]

    def _came_with(self, came: Event, project_id: int, most: int) -> list[Event]:
        """What a project came with, in brief; nothing where that is little enough to be read in full."""
        table = models.events
        wanted = select(table.c.entity, table.c.key, table.c.field).where(
            table.c.project_id == project_id, table.c.revision == came.revision
        )
        found = self.run(wanted.order_by(table.c.id.desc()).limit(most)).all()
        if len(found) < MANY:
            return []
        return [replace(came, change=_came(row)) for row in found]

    def events_about(
        self, project_id: int, keys: Collection[str], *, acts: int, without: Sequence[str] = ()
    ) -> list[Event]:
        """The newest acts that touched these things, each with all else it did; of acts in `without` only
        what they did to these things."""
        table = models.events
        theirs = and_(table.c.entity.in_(_THINGS), table.c.key.in_(sorted(keys)))
        of_project = table.c.project_id == project_id
        touched = select(table.c.revision).where(of_project, theirs).distinct()
        newest = touched.order_by(table.c.revision.desc()).limit(acts).subquery()
        wanted = (
            select(table)
            .where(of_project, table.c.revision.in_(select(newest.c.revision)))
            .where(or_(theirs, table.c.act.not_in(without)))
            .order_by(table.c.id)
        )
        return [rows.event(row) for row in self.run(wanted)]

    def revision_of_last_load(self, workspace: str, key: str) -> int | None:
        table, heads = models.events, models.projects
        latest: int | None = self.run(
            select(func.max(table.c.revision))
            .join(heads, heads.c.id == table.c.project_id)
            .where(heads.c.workspace == workspace, heads.c.key == key, table.c.act == "load")
        ).scalar()
        return latest

    def _meet(self, workspace: str) -> None:
        self.run(self.insert_new(models.workspaces), [{"id": workspace}])

    def _plan_where(self, workspace: str, column: str, value: str) -> Plan | None:
        found = self.run(_head_by(column), [{"of_workspace": workspace, "named": value}]).first()
        if found is None:
            return None
        plan = self.plans_found.find(workspace, found.id, found.revision)
        if plan is None:
            plan = self._loaded(found.id)
            self.plans_found.keep(plan)
        return plan

    def _loaded(self, project_id: int) -> Plan:
        heads = models.projects
        wanted = select(heads).where(heads.c.id == project_id)
        if self._writes:
            # A PostgreSQL writer sees what others commit between two of its statements; holding the head
            # makes the tables that are read next belong to this revision. (SQLite leaves the words out.)
            wanted = wanted.with_for_update()
        head = rows.project(self.run(wanted).one())
        return Plan(
            project=head,
            people=tuple(rows.person(row) for row in self._in_order(models.people, project_id)),
            items=self._items(project_id),
            blockers=tuple(rows.blocker(row) for row in self._in_order(models.blockers, project_id)),
            assumptions=tuple(rows.assumption(row) for row in self._in_order(models.assumptions, project_id)),
            decisions=tuple(rows.decision(row) for row in self._in_order(models.decisions, project_id)),
        )

    def _of(self, table: Table, project_id: int) -> Iterable[Any]:
        return self.run(select(table).where(table.c.project_id == project_id))

    def _in_order(self, table: Table, project_id: int) -> Iterable[Any]:
        return self.run(select(table).where(table.c.project_id == project_id).order_by(table.c.position))

    def _items(self, project_id: int) -> tuple[Item, ...]:
        depends: dict[str, list[str]] = {}
        for arrow in self._in_order(models.dependencies, project_id):
            depends.setdefault(arrow.item, []).append(arrow.depends_on)
        waivers = {row.item: rows.waiver(row) for row in self._of(models.waivers, project_id)}
        validations = {row.item: rows.validation(row) for row in self._of(models.validations, project_id)}
        return tuple(
            rows.item(row, depends.get(row.key, ()), waivers.get(row.key), validations.get(row.key))
            for row in self._in_order(models.items, project_id)
        )

    def _new_head(self, after: Plan) -> Project:
        head = replace(after.project, revision=max(1, after.project.revision), id=None)
        table = models.projects
        taken = select(table.c.id).where(table.c.workspace == head.workspace, table.c.key == head.key)
        if self.run(taken).first():
            raise Conflict(f"There is already a project “{head.key}” here.")
        self._refuse_taken_channel(head)
        self._meet(head.workspace)
        columns = rows.project_columns(head) | {"next_due": AT_ONCE, "stirred": 0}
        made = self.run(insert(table).values(columns).returning(table.c.id))
        return replace(head, id=made.scalar_one())

    def _next_head(self, before: Plan, after: Plan, changes: Sequence[Change]) -> Project:
        """The head at its next revision, now held against other writers; a Conflict if one was faster."""
        was = before.project
        if after.project.key != was.key:
            raise Invalid(f"A project keeps its key: “{was.key}” cannot become “{after.project.key}”.")
        head = replace(after.project, id=was.id, workspace=was.workspace, revision=was.revision + 1)
        if head.channel != was.channel:
            self._refuse_taken_channel(head)
        columns: dict[str, Any] = {"revision": head.revision}
        if any(change.entity == "project" for change in changes):
            columns = rows.project_columns(head)
        held = {**columns, "next_due": AT_ONCE, "of_project": was.id, "of_revision": was.revision}
        if self.run(_next_revision(tuple(columns)), [held]).first() is None:
            raise self._overtaken(before, changes)
        return head

    def _refuse_taken_channel(self, head: Project) -> None:
        if head.channel is None:
            return
        table = models.projects
        same = (table.c.workspace == head.workspace, table.c.channel == head.channel, table.c.key != head.key)
        name = self.run(select(table.c.name).where(*same)).scalar()
        if name is not None:
            raise Conflict(f"That channel already belongs to the project “{name}”; choose another one.")

    def _overtaken(self, before: Plan, changes: Sequence[Change]) -> Conflict | NotFound:
        """Who changed what and when, since the plan that was to be changed."""
        head = before.project
        since = self.events(head.workspace, head.key, after_revision=head.revision, newest_first=True)
        now = self.plan(head.workspace, head.key)
        if now is None or not since:
            return NotFound(f"I no longer have the project “{head.key}” as you saw it; look again.")
        ours = {(change.entity, change.key) for change in changes}
        event = next((event for event in since if (event.change.entity, event.change.key) in ours), since[0])
        return Conflict(f"{_said(event, now)} Nothing of yours was changed: look again, then repeat it.")


def _came(row: Any) -> Change:
    return Change(entity=row.entity, key=row.key, field=row.field, before=None, after=_SOMETHING)


# Built once: putting a statement together costs more than running it.
@cache
def _head_by(column: str) -> Select[Any]:
    table = models.projects
    same = (table.c.workspace == bindparam("of_workspace"), table.c[column] == bindparam("named"))
    return select(table.c.id, table.c.revision).where(*same)


@cache
def _next_revision(columns: tuple[str, ...]) -> Any:
    table = models.projects
    ours = (table.c.id == bindparam("of_project"), table.c.revision == bindparam("of_revision"))
    return (
        update(table)
        .where(*ours)
        .values({name: bindparam(name) for name in (*columns, "next_due")})
        .values(stirred=table.c.stirred + 1)
        .returning(table.c.id)
    )


_PARTS = [
    table
    for table in models.Row.metadata.sorted_tables
    if "project_id" in table.columns and "workspace" in table.columns
]


def _change_columns(change: Change) -> dict[str, Any]:
    return {
        "entity": change.entity,
        "key": change.key,
        "field": change.field,
        "before": change.before,
        "after": change.after,
    }


def _cleaned(plan: Plan, changes: Sequence[Change]) -> Plan:
    """The plan with what was changed in it as it may be stored; the same plan when it may be as it is.
    PatientData when it says who a patient is, also by its texts taken together."""
    for together in _said_together(plan, changes):
        clean(together)
    unclean = {
        (change.entity, change.key)
        for change in changes
        if clean_json(change.after) != change.after or clean(change.key) != change.key
    }
    if not unclean:
        return plan
    head = plan.project
    if ("project", head.key) in unclean:
        said: Project = from_json("project", clean_json(as_json(head)))
        head = replace(said, id=head.id, workspace=head.workspace, revision=head.revision)
    parts = {
        kind.place: tuple(
            from_json(entity, clean_json(as_json(thing))) if (entity, key_of(thing)) in unclean else thing
            for thing in getattr(plan, kind.place)
        )
        for entity, kind in rows.KINDS.items()
    }
    return Plan(project=head, **parts)


# The texts of a thing that are read together: a name in one of them and a birth date in the next.
_TOGETHER = {"item": ("title", "description", "evidence"), "blocker": ("text", "waiting_on")}


def _said_together(plan: Plan, changes: Sequence[Change]) -> Iterable[str]:
    for change in changes:
        names = _TOGETHER.get(change.entity, ())
        if change.after is None or not names or (change.field and change.field not in names):
            continue
        things: Mapping[str, Any] = plan.item if change.entity == "item" else plan.blocker
        thing = things[change.key]
        texts = [text for name in names if (text := getattr(thing, name))]
        if len(texts) > 1:
            yield ", ".join(texts)


def _said(event: Event, plan: Plan) -> str:
    """Who changed what and when, in the project's time."""
    change = event.change
    person = plan.by_slack.get(event.actor)
    item = plan.item.get(change.key) if change.entity == "item" else None
    what = f"“{item.title if item else change.key}”" + (f" ({change.field})" if change.field else "")
    when = event.at.astimezone(plan.project.zone)
    return f"{person.name if person else event.actor} changed {what} at {when:%H:%M} on {when.day} {when:%b}."
