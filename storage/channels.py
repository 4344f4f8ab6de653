"""Who is in a channel, and what was heard there?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import and_, delete, exists, insert, select, update

from storage import models
from storage.guard import clean_json
from storage.models import UNSENT
from storage.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What became of one message: one for each (workspace, channel, ts), however often that arrives."""

    workspace: str
    channel: str
    ts: str
    project: str
    kind: str
    author: str
    blocker: str | None = None
    item: str | None = None
    edited_ts: str | None = None
    deleted: bool = False
    text_hash: str | None = None  # to see whether an edit changed anything


class Channels(Work):
    """The part of a Transaction that knows channels."""

    def members(self, workspace: str, channel: str) -> frozenset[str]:
        table = models.members
        wanted = select(table.c.user).where(table.c.workspace == workspace, table.c.channel == channel)
        return frozenset(self.run(wanted).scalars())

    def rooms_of(self, places: Mapping[str, str], channel: str) -> list[str]:
        """In which of these workspaces, each given with somebody there, they are in a channel of this id. One
        question however many there are: this is asked before Slack is answered."""
        table = models.members
        wanted = select(table.c.workspace, table.c.user)
        wanted = wanted.where(table.c.workspace.in_(list(places)), table.c.channel == channel)
        there = {(row.workspace, row.user) for row in self.run(wanted)}
        return [workspace for workspace, user in places.items() if (workspace, user) in there]

    def unseen_channels(self, workspace: str) -> list[str]:
        """The channels of projects in which nobody is known to be."""
        projects, members = models.projects, models.members
        there = and_(members.c.workspace == workspace, members.c.channel == projects.c.channel)
        theirs = (projects.c.workspace == workspace, projects.c.channel.is_not(None))
        return list(self.run(select(projects.c.channel).where(*theirs, ~exists().where(there))).scalars())

    def set_members(self, workspace: str, channel: str, users: Iterable[str]) -> None:
        table = models.members
        self.run(delete(table).where(table.c.workspace == workspace, table.c.channel == channel))
        present = [{"workspace": workspace, "channel": channel, "user": user} for user in set(users)]
        if present:
            self.run(insert(table), present)
        self.stirred = True  # who can see a project is part of what they are shown

    def add_member(self, workspace: str, channel: str, user: str) -> None:
        one = {"workspace": workspace, "channel": channel, "user": user}
        self.run(self.insert_new(models.members), [one])
        self.stirred = True

    def remove_member(self, workspace: str, channel: str, user: str) -> None:
        table = models.members
        same = (table.c.workspace == workspace, table.c.channel == channel, table.c.user == user)
        self.run(delete(table).where(*same))
        self.stirred = True

    def channel_moved(self, workspace: str, old: str, new: str) -> None:
        """A channel has another id: who is in it, what was heard and said there, and what waits to be."""
        for table, name in ((models.heard, "ts"), (models.members, "user")):
            there = (table.c.workspace == workspace, table.c.channel == old)
            known = select(table.c[name]).where(table.c.workspace == workspace, table.c.channel == new)
            self.run(delete(table).where(*there, table.c[name].in_(known.scalar_subquery())))
            self.run(update(table).where(*there).values(channel=new))
        box = models.outbox
        said = update(box).where(box.c.workspace == workspace, box.c.conversation == old)
        self.run(said.values(conversation=new))
        lane = (UNSENT, box.c.workspace == workspace, box.c.channel == old)
        for row in self.run(select(box.c.id, box.c.payload).where(*lane)).all():
            payload = {name: new if value == old else value for name, value in row.payload.items()}
            self.run(update(box).where(box.c.id == row.id).values(channel=new, payload=payload))

    def heard(self, workspace: str, channel: str, ts: str) -> Heard | None:
        row = self.run(select(models.heard).where(*_same(workspace, channel, ts))).first()
        return _heard(row) if row else None

    def note_heard(self, heard: Heard) -> bool:
        """Note what a message was taken for; False, and nothing is changed, when that is already noted."""
        table = models.heard
        new = self.insert_new(table).values(clean_json(asdict(heard))).returning(table.c.ts)
        return self.run(new).first() is not None

    def change_heard(self, heard: Heard) -> None:
        """What a message was taken for is now this: it was edited or deleted."""
        where = _same(heard.workspace, heard.channel, heard.ts)
        self.run(update(models.heard).where(*where).values(clean_json(asdict(heard))))


def _same(workspace: str, channel: str, ts: str) -> tuple[Any, ...]:
    table = models.heard
    return table.c.workspace == workspace, table.c.channel == channel, table.c.ts == ts


def _heard(row: Any) -> Heard:
    return Heard(
        workspace=row.workspace,
        channel=row.channel,
        ts=row.ts,
        project=row.project,
        kind=row.kind,
        author=row.author,
        blocker=row.blocker,
        item=row.item,
        edited_ts=row.edited_ts,
        deleted=row.deleted,
        text_hash=row.text_hash,
    )
