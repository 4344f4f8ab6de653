"""Where is golive installed, how does it stand there, and what is left of a workspace to be forgotten?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnClause,
    ColumnElement,
    Table,
    and_,
    delete,
    func,
    insert,
    literal_column,
    or_,
    select,
    text,
    update,
)

from storage import installs, models
from storage.guard import veiled
from storage.plans import LOCAL
from storage.work import Work

WORKING, HELD, REMOVED, LEAVING = "working", "held", "removed", "leaving"
_COUNTING = "what came before was forgotten"
A_SLICE = 5_000  # rows removed in one transaction, so that others get their turn to write


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How golive stands in one workspace.

    working · held: its token is not accepted, so nothing is sent, and nothing is lost · removed: golive was
    taken out of it; its data waits for a while, in case it comes back · leaving: it is being forgotten.
    """

    id: str
    name: str | None = None
    url: str | None = None
    enterprise: str | None = None
    state: str = WORKING
    why: str | None = None
    since: datetime | None = None


class Workspaces(Work):
    """The part of a Transaction that knows workspaces."""

    def standings(self) -> list[Standing]:
        table = models.workspaces
        found = self.run(select(table).where(table.c.id != LOCAL).order_by(table.c.id))
        return [_standing(row) for row in found]

    def standing(self, workspace: str) -> Standing | None:
        table = models.workspaces
        row = self.run(select(table).where(table.c.id == workspace)).first()
        return _standing(row) if row else None

    def arrives(
        self, workspace: str, *, name: str | None, url: str | None, enterprise: str | None, at: datetime
    ) -> bool:
        """golive works there from now on; what it knew of the workspace is still there, if it is. False while
        that is being removed: what came now would go with it."""
        new = self.insert_or(models.workspaces)
        said = {"name": name and veiled(name), "url": url, "enterprise": enterprise}
        now = {**said, "state": WORKING, "why": None, "since": at}
        put = new.values({"id": workspace, "last_project": 0, **now}).on_conflict_do_update(
            index_elements=["id"],
            set_={each: new.excluded[each] for each in now},
            where=models.workspaces.c.state != LEAVING,
        )
        if self.run(put.returning(models.workspaces.c.id)).first() is None:
            return False
        self.stirred = self.emitted = True  # what waited may go on
        return True

    def hold(self, workspace: str, why: str, at: datetime) -> bool:
        """Its token is not accepted; False when that is known, or it does not work there anyway."""
        return self._becomes(workspace, (WORKING,), HELD, why, at)

    def release(self, workspace: str, at: datetime) -> bool:
        """Its token is accepted again; False when that was not in doubt."""
        released = self._becomes(workspace, (HELD,), WORKING, None, at)
        if released:
            self.stirred = self.emitted = True
        return released

    def leaves(self, workspace: str, why: str, at: datetime) -> bool:
        """golive was taken out of it; False when that is known."""
        return self._becomes(workspace, (WORKING, HELD), REMOVED, why, at)

    def removed_before(self, moment: datetime) -> list[str]:
        """Those it was taken out of before then, and those somebody began to forget."""
        table = models.workspaces
        gone = and_(table.c.state == REMOVED, table.c.since < moment)
        return list(self.run(select(table.c.id).where(or_(gone, table.c.state == LEAVING))).scalars())

    # ——— forgetting

    def begin_to_forget(self, workspace: str, at: datetime) -> None:
        """From now on nobody writes there any more. Numbers of projects that go are never given again, so
        that nothing that was read of them before can be taken for what comes after."""
        self._becomes(workspace, (WORKING, HELD, REMOVED), LEAVING, "forgotten", at)
        table, projects = models.workspaces, models.projects
        highest = self.run(select(func.max(projects.c.id))).scalar() or 0
        new = self.insert_or(table).values(id=LOCAL, last_project=highest)
        higher = {"last_project": new.excluded.last_project}
        lower = table.c.last_project < new.excluded.last_project
        self.run(new.on_conflict_do_update(index_elements=["id"], set_=higher, where=lower))
        self._go_on_counting(at)

    def _go_on_counting(self, at: datetime) -> None:
        """Of what came in and what goes out too: whoever is at one of them, or reads on from the last one's
        number, would take what gets the number again for it."""
        of = {"workspace": "", "attempts": 0}
        came = {**of, "event_id": _COUNTING, "lane": "", "kept_at": at, "state": "handled"}
        goes = {**of, "channel": "", "key": _COUNTING, "kind": "", "payload": {}, "state": "dropped"}
        for table, name, mark in (
            (models.inbox, "event_id", came),
            (models.outbox, "key", {**goes, "created_at": at}),
        ):
            self.run(delete(table).where(table.c[name] == _COUNTING))
            self.run(insert(table), [mark])

    def belongings(self, workspace: str) -> dict[str, int]:
        """How many rows of each table are a workspace's."""
        counted = {}
        for table in _tables():
            mine = select(func.count()).select_from(table).where(self._mine(table, workspace))
            counted[table.name] = int(self.run(mine).scalar_one())
        return counted

    def erase(self, workspace: str, most: int = A_SLICE) -> bool:
        """Remove so many rows of what is a workspace's; tells whether there are more."""
        if not self._on_server:
            self.run(text("PRAGMA secure_delete = ON"))  # what is removed is overwritten too
        return any(self._erase_some(table, self._mine(table, workspace), most) for table in _tables())

    def _erase_some(self, table: Table, mine: ColumnElement[bool], most: int) -> bool:
        where: ColumnClause[Any] = literal_column("ctid" if self._on_server else "rowid")
        some = select(where).select_from(table).where(mine).limit(most)
        within = where == func.any(func.array(some.scalar_subquery())) if self._on_server else where.in_(some)
        gone: Any = delete(table).where(within).returning(literal_column("1"))
        return bool(self.run(gone).all())

    def _mine(self, table: Table, workspace: str) -> ColumnElement[bool]:
        """What is a workspace's in one table."""
        if table is models.workspaces:
            return table.c.id == workspace
        if table in (installs.bots, installs.installations):
            return or_(table.c.team_id == workspace, self._of_its_organisation(table, workspace))
        if "project_id" in table.c:
            projects = models.projects
            ours = select(projects.c.id).where(projects.c.workspace == workspace)
            return table.c.project_id.in_(ours)
        mine: ColumnElement[bool] = table.c.workspace == workspace
        return mine

    def _of_its_organisation(self, table: Table, workspace: str) -> ColumnElement[bool]:
        """The installation of a whole organisation goes with the last of its workspaces."""
        spaces = models.workspaces
        its = select(spaces.c.enterprise).where(spaces.c.id == workspace).scalar_subquery()
        others = select(spaces.c.id).where(spaces.c.enterprise == its, spaces.c.id != workspace).exists()
        return and_(table.c.team_id.is_(None), table.c.enterprise_id == its, ~others)

    def _becomes(
        self, workspace: str, was: tuple[str, ...], state: str, why: str | None, at: datetime
    ) -> bool:
        table = models.workspaces
        ours = update(table).where(table.c.id == workspace, table.c.state.in_(was))
        now = ours.values(state=state, why=why and veiled(why), since=at)
        return self.run(now.returning(table.c.id)).first() is not None


def _tables() -> list[Table]:
    """Every table that holds something of a workspace, so that what hangs on another one goes before it.
    Polls go first all the same: as long as a decided one is there, its votes cannot be taken away."""
    known = [
        table for table in reversed(models.Row.metadata.sorted_tables) if table is not installs.oauth_states
    ]
    return sorted(known, key=lambda table: (table is not models.polls, table is models.workspaces))


def _standing(row: Any) -> Standing:
    return Standing(
        id=row.id,
        name=row.name,
        url=row.url,
        enterprise=row.enterprise,
        state=row.state,
        why=row.why,
        since=row.since,
    )
