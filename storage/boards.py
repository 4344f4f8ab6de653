"""Which channels have a view of their own, and does it still show how things stand?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select, update

from storage import models
from storage.ledger import portions
from storage.users import OF_THE_TEAM
from storage.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The channel's own view of one project. `state`: on, off, or gone when people deleted it."""

    project_id: int
    workspace: str
    project: str  # its key
    number: int
    state: str
    by: str
    message: str  # the key it has in the outbox
    stamp: str | None
    shown: str | None
    at: datetime
    revision: int  # of the project, as all that follows
    stirred: int
    channel: str
    timezone: str


class Boards(Work):
    """The part of a Transaction that knows the channels' own views."""

    def board(self, workspace: str, project: str) -> Board | None:
        heads = models.projects
        wanted = _with_heads().where(heads.c.workspace == workspace, heads.c.key == project)
        row = self.run(wanted).first()
        return _board(row) if row is not None else None

    def boards_on(self, workspace: str) -> list[Board]:
        """Those that are kept up to date, of projects that have a channel."""
        heads, boards = models.projects, models.boards
        here = (heads.c.workspace == workspace, heads.c.channel.is_not(None), boards.c.state == "on")
        return [_board(row) for row in self.run(_with_heads().where(*here).order_by(boards.c.project_id))]

    def read_by_others(self, workspace: str, channels: Collection[str]) -> frozenset[str]:
        """Those of these channels in which somebody reads who is not of the team, or not known to be."""
        members, users = models.members, models.users
        there = and_(users.c.workspace == members.c.workspace, users.c.user == members.c.user)
        other = or_(users.c.user.is_(None), users.c.belongs.not_in((*OF_THE_TEAM, "gone")))
        joined = select(members.c.channel).select_from(members.outerjoin(users, there)).distinct()
        found: set[str] = set()
        for some in portions(sorted(channels)):
            here = (members.c.workspace == workspace, members.c.channel.in_(some))
            found |= set(self.run(joined.where(*here, other)).scalars())
        return frozenset(found)

    def put_board(
        self, project_id: int, workspace: str, *, number: int, by: str, message: str, at: datetime
    ) -> None:
        """It is there from now on, in the place of any before it."""
        table = models.boards
        kept = {"number": number, "state": "on", "by": by, "message": message, "at": at}
        new = self.insert_or(table)
        put = new.on_conflict_do_update(
            index_elements=[table.c.project_id], set_={**kept, "stamp": None, "shown": None}
        )
        self.run(
            put, [{"project_id": project_id, "workspace": workspace, **kept, "stamp": None, "shown": None}]
        )
        self.stirred = True

    def board_ends(self, project_id: int, number: int, state: str) -> bool:
        """It is kept up no more: taken away, or gone. False when it was not on, or is another by now."""
        table = models.boards
        ours = (table.c.project_id == project_id, table.c.number == number, table.c.state == "on")
        gone = update(table).where(*ours).values(state=state).returning(table.c.number)
        return self.run(gone).first() is not None

    def board_looked(self, board: Board, stamp: str, edited: datetime | None) -> None:
        """This state was looked at; `edited` when its words are others, and on their way."""
        new = {"stamp": stamp} | ({"at": edited} if edited is not None else {})
        self.run(update(models.boards).where(*_same(board)).values(**new))

    def board_shows(self, board: Board, shown: str, at: datetime) -> None:
        """These words are given to Slack."""
        self.run(update(models.boards).where(*_same(board)).values(shown=shown, at=at))


def _same(board: Board) -> tuple[Any, ...]:
    table = models.boards
    return table.c.project_id == board.project_id, table.c.number == board.number


def _with_heads() -> Any:
    table, heads = models.boards, models.projects
    head = (
        heads.c.key.label("project"),
        heads.c.revision,
        heads.c.stirred,
        heads.c.channel,
        heads.c.timezone,
    )
    return select(table, *head).join(heads, heads.c.id == table.c.project_id)


def _board(row: Any) -> Board:
    return Board(
        project_id=row.project_id,
        workspace=row.workspace,
        project=row.project,
        number=row.number,
        state=row.state,
        by=row.by,
        message=row.message,
        stamp=row.stamp,
        shown=row.shown,
        at=row.at,
        revision=row.revision,
        stirred=row.stirred,
        channel=row.channel or "",
        timezone=row.timezone,
    )
