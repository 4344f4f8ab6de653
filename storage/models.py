"""Which tables there are, and what they promise by themselves."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKeyConstraint, Index, MetaData, Table, text
from sqlalchemy import UniqueConstraint as Unique
from sqlmodel import Field, SQLModel

# Named constraints: Alembic's batch mode on SQLite can only change what has a name.
_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
# Spelled out in queries too: SQLite uses a partial index only for the very words it was made with.
WAITING = text("state = 'waiting'")
UNSENT = text("state in ('waiting', 'sending')")
PLANNED = text("state = 'planned'")
NOT_SAID = text(
    "ledger.state not in ('sent', 'acknowledged')"
)  # within an insert, which has no IN of its own

_STATUSES = "('todo', 'doing', 'blocked', 'done', 'validated', 'waived')"


def _json(*, nullable: bool = False) -> Column[Any]:
    return Column(JSON(none_as_null=True), nullable=nullable)


class Row(SQLModel):
    """What all tables share. Rows never leave this package; times are UTC by SQLModel's own type."""

    metadata = MetaData(naming_convention=_NAMES)


class Workspaces(Row, table=True):
    id: str = Field(primary_key=True)  # Slack's team id; "local" until Slack is known


class Projects(Row, table=True):
    __table_args__ = (Unique("workspace", "key"), Unique("workspace", "channel"))

    id: int | None = Field(default=None, primary_key=True)
    workspace: str = Field(foreign_key="workspaces.id")
    key: str
    name: str
    channel: str | None
    customer: str | None
    vendor: str | None
    timezone: str
    working_days: Any = Field(sa_column=_json())
    holidays: Any = Field(sa_column=_json())
    target_go_live: date | None
    go_live_item: str | None
    lead: str | None
    sponsor: str | None
    decider: str | None
    policies: Any = Field(sa_column=_json())
    revision: int
    next_due: datetime | None = Field(
        index=True
    )  # when its reminders, digest and blockers are looked at next
    stirred: int  # grows with everything that may change what is due; who plans compares it


class _OfProject(Row):
    project_id: int = Field(primary_key=True, foreign_key="projects.id", ondelete="CASCADE")
    workspace: str


class People(_OfProject, table=True):
    __table_args__ = (Index(None, "workspace", "slack"),)

    key: str = Field(primary_key=True)
    position: int
    name: str
    role: str | None
    org: str | None
    tz: str | None
    slack: str | None
    away: Any = Field(sa_column=_json())
    hours: Any = Field(sa_column=_json(nullable=True))
    deputy: str | None
    backup: str | None


class Items(_OfProject, table=True):
    __table_args__ = (
        CheckConstraint(f"status in {_STATUSES}", name="status"),
        CheckConstraint(f"earlier_status in {_STATUSES}", name="earlier_status"),
    )

    key: str = Field(primary_key=True)
    position: int
    title: str
    area: str | None
    owner: str | None
    validator: str | None
    status: str  # the word itself: an enum column would store Python's name for it
    due: date | None
    remaining_days: int
    gate: bool
    evidence: str | None
    done_on: date | None
    internal: bool
    description: str | None
    earlier_status: str | None
    permalink: str | None
    owner_role: str | None
    planned_days: int | None
    started_on: date | None
    actual_days: int | None


def _of_item(column: str, ondelete: str | None = "CASCADE") -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["project_id", column], ["items.project_id", "items.key"], ondelete=ondelete)


class Dependencies(_OfProject, table=True):
    # An item goes only when no arrow points at it any more; the index is for looking whether one does.
    __table_args__ = (
        _of_item("item"),
        _of_item("depends_on", ondelete=None),
        Index(None, "project_id", "depends_on"),
    )

    item: str = Field(primary_key=True)
    depends_on: str = Field(primary_key=True)
    position: int


class Validations(_OfProject, table=True):
    __table_args__ = (_of_item("item"),)

    item: str = Field(primary_key=True)
    by: str | None
    at: datetime | None
    evidence: str | None
    permalink: str | None


class Waivers(_OfProject, table=True):
    __table_args__ = (_of_item("item"),)

    item: str = Field(primary_key=True)
    by: str | None
    why: str
    until: date | None


class Blockers(_OfProject, table=True):
    __table_args__ = (
        Unique("project_id", "channel", "ts"),  # one blocker for one message
        CheckConstraint("status in ('open', 'cleared', 'retracted')", name="status"),
    )

    id: str = Field(primary_key=True)
    position: int
    text: str
    item: str | None
    waiting_on: str | None
    raised: date
    expected_clear: date | None
    owner: str | None
    status: str
    cleared_on: date | None
    raised_by: str | None
    channel: str | None
    ts: str | None
    permalink: str | None


class Assumptions(_OfProject, table=True):
    id: str = Field(primary_key=True)
    position: int
    text: str
    item: str | None
    owner: str | None
    verified: bool
    verify_by: date | None
    made: date | None
    permalink: str | None
    also_under: Any = Field(sa_column=_json())
    relied_on_by: str | None
    proven_by: str | None
    finding: Any = Field(sa_column=_json(nullable=True))


class Decisions(_OfProject, table=True):
    id: str = Field(primary_key=True)
    position: int
    text: str
    item: str | None
    by: str | None
    on: date
    permalink: str | None
    channel: str | None
    ts: str | None


class Events(Row, table=True):
    """Only ever added to: no verb changes or removes one."""

    __table_args__ = (
        Index(None, "project_id", "revision"),
        Index(None, "project_id", "at"),
        Index(None, "project_id", "entity", "key"),
    )

    id: int | None = Field(default=None, primary_key=True)
    project_id: int = Field(foreign_key="projects.id", ondelete="CASCADE")
    workspace: str
    revision: int
    at: datetime
    actor: str
    act: str
    entity: str
    key: str
    field: str
    before: Any = Field(sa_column=_json(nullable=True))
    after: Any = Field(sa_column=_json(nullable=True))
    permalink: str | None


class Members(Row, table=True):
    workspace: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    user: str = Field(primary_key=True)


class Inbox(Row, table=True):
    __table_args__ = (
        Unique("event_id"),
        CheckConstraint("state in ('waiting', 'handled', 'aside')", name="state"),
        Index("ix_inbox_waiting", "id", sqlite_where=WAITING, postgresql_where=WAITING),
    )

    id: int | None = Field(default=None, primary_key=True)
    workspace: str
    event_id: str
    lane: str
    body: Any = Field(sa_column=_json(nullable=True))  # gone once it is handled
    kept_at: datetime
    state: str
    attempts: int
    error: str | None


class Heard(Row, table=True):
    workspace: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    ts: str = Field(primary_key=True)
    project: str
    kind: str
    author: str
    blocker: str | None
    item: str | None
    edited_ts: str | None
    deleted: bool
    text_hash: str | None


class Tracked(Row, table=True):
    """Which message speaks of which thing: somebody had it tracked, or said yes to that."""

    workspace: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    ts: str = Field(primary_key=True)
    entity: str = Field(primary_key=True)
    key: str
    project: str
    by: str
    at: datetime


class Offers(Row, table=True):
    """What somebody was offered privately; once for a thread, and once for each thing that follows one."""

    __table_args__ = (
        Unique("workspace", "channel", "thread", "slot"),
        CheckConstraint("state in ('open', 'taken', 'refused', 'void')", name="state"),
        Index(None, "workspace", "user", "at"),
        Index(None, "workspace", "channel", "ts"),
    )

    id: int | None = Field(default=None, primary_key=True)
    workspace: str
    project: str
    channel: str
    thread: str
    slot: str
    ts: str
    user: str
    kind: str
    state: str
    said: Any = Field(sa_column=_json(nullable=True))  # gone once it is answered
    at: datetime


class Refusals(Row, table=True):
    """What somebody does not want to be offered in a channel; `*` for everything."""

    workspace: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    user: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    at: datetime


class Outbox(Row, table=True):
    __table_args__ = (
        Unique("workspace", "key"),  # the same cause never makes two messages
        CheckConstraint("state in ('waiting', 'sending', 'sent', 'dropped', 'failed')", name="state"),
        Index("ix_outbox_unsent", "workspace", "channel", "id", sqlite_where=UNSENT, postgresql_where=UNSENT),
    )

    id: int | None = Field(default=None, primary_key=True)
    workspace: str
    channel: str
    key: str
    kind: str
    payload: Any = Field(sa_column=_json())
    subject: str | None
    state: str
    attempts: int
    not_before: datetime | None
    ts: str | None
    conversation: str | None
    error: str | None
    created_at: datetime


class Ledger(Row, table=True):
    """One row for each thing that is said to somebody, or would have been: what became of it, and why."""

    __table_args__ = (
        Unique("workspace", "key"),  # the same cause is one row, however often it is planned
        CheckConstraint(
            "state in ('planned', 'held', 'skipped', 'sent', 'acknowledged', 'dropped', 'failed')",
            name="state",
        ),
        Index(None, "project_id", "at"),
        Index(None, "workspace", "person", "at"),
        Index(None, "workspace", "message"),
        Index("ix_ledger_planned", "workspace", "person", sqlite_where=PLANNED, postgresql_where=PLANNED),
    )

    id: int | None = Field(default=None, primary_key=True)
    project_id: int = Field(foreign_key="projects.id", ondelete="CASCADE")
    workspace: str
    key: str
    person: str
    kind: str
    subject: str
    fingerprint: str
    rung: int
    critical: bool
    day: date | None
    words: str
    at: datetime
    state: str
    why: str | None
    message: str | None
    said_at: datetime | None


class Promises(_OfProject, table=True):
    subject: str = Field(primary_key=True)
    by: str = Field(primary_key=True)
    until: datetime
    at: datetime


class Mutes(Row, table=True):
    __table_args__ = (CheckConstraint("scope in ('project', 'item', 'person')", name="scope"),)

    workspace: str = Field(primary_key=True)
    scope: str = Field(primary_key=True)
    project: str = Field(primary_key=True)  # "" for a person's quiet, which holds everywhere
    key: str = Field(primary_key=True)
    person: str = Field(primary_key=True)  # whom it keeps from hearing of it; "" for everybody
    until: datetime | None
    at: datetime


class Handovers(_OfProject, table=True):
    subject: str = Field(primary_key=True)
    to: str
    by: str
    at: datetime


class News(_OfProject, table=True):
    """What somebody answered on a day when asked for news."""

    day: date = Field(primary_key=True)
    person: str = Field(primary_key=True)
    at: datetime
    text: str


class Digests(_OfProject, table=True):
    """What a project's digest of one day said, and the facts it stood on."""

    day: date = Field(primary_key=True)
    at: datetime
    facts: Any = Field(sa_column=_json())
    message: str | None


class Polls(_OfProject, table=True):
    """A question of go or no-go, and once it is decided the whole state at that moment."""

    __table_args__ = (CheckConstraint("state in ('open', 'decided', 'cancelled')", name="state"),)

    number: int = Field(primary_key=True)
    state: str
    opened_by: str
    opened_at: datetime
    closes_at: datetime
    asked: Any = Field(sa_column=_json())
    revision: int
    decision: str | None
    decided_by: str | None
    decided_at: datetime | None
    why: str | None
    record: Any = Field(sa_column=_json(nullable=True))


class Votes(_OfProject, table=True):
    __table_args__ = (
        ForeignKeyConstraint(
            ["project_id", "number"], ["polls.project_id", "polls.number"], ondelete="CASCADE"
        ),
        CheckConstraint("vote in ('go', 'conditions', 'no-go')", name="vote"),
    )

    number: int = Field(primary_key=True)
    role: str = Field(primary_key=True)
    person: str | None
    user: str
    vote: str
    why: str | None
    conditions: Any = Field(sa_column=_json())
    at: datetime


class Dismissals(_OfProject, table=True):
    """A signal that somebody does not want to see any more, and why."""

    signal: str = Field(primary_key=True)
    by: str
    why: str
    at: datetime


class Drafts(Row, table=True):
    """What somebody is about to record and has not ticked yet; gone once they have."""

    __table_args__ = (Index(None, "at"),)

    workspace: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    project: str
    user: str
    body: Any = Field(sa_column=_json())
    at: datetime


class Unreachable(Row, table=True):
    workspace: str = Field(primary_key=True)
    user: str = Field(primary_key=True)
    why: str
    at: datetime


_tables = Row.metadata.tables
workspaces: Table = _tables["workspaces"]
projects: Table = _tables["projects"]
people: Table = _tables["people"]
items: Table = _tables["items"]
dependencies: Table = _tables["dependencies"]
validations: Table = _tables["validations"]
waivers: Table = _tables["waivers"]
blockers: Table = _tables["blockers"]
assumptions: Table = _tables["assumptions"]
decisions: Table = _tables["decisions"]
events: Table = _tables["events"]
members: Table = _tables["members"]
inbox: Table = _tables["inbox"]
heard: Table = _tables["heard"]
tracked: Table = _tables["tracked"]
offers: Table = _tables["offers"]
refusals: Table = _tables["refusals"]
outbox: Table = _tables["outbox"]
ledger: Table = _tables["ledger"]
promises: Table = _tables["promises"]
mutes: Table = _tables["mutes"]
handovers: Table = _tables["handovers"]
news: Table = _tables["news"]
digests: Table = _tables["digests"]
polls: Table = _tables["polls"]
votes: Table = _tables["votes"]
dismissals: Table = _tables["dismissals"]
drafts: Table = _tables["drafts"]
unreachable: Table = _tables["unreachable"]
