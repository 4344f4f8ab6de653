"""What is somebody about to record, that is not recorded yet?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from storage import models
from storage.guard import clean, clean_json
from storage.work import Work


@dataclass(frozen=True, slots=True)
class Draft:
    """Something being written, whose it is, and for which project."""

    id: str
    project: str
    user: str
    body: Mapping[str, Any]


class Drafts(Work):
    """The part of a Transaction that knows what is written and not yet recorded."""

    def draft(self, workspace: str, id: str) -> Draft | None:
        table = models.drafts
        row = self.run(select(table).where(table.c.workspace == workspace, table.c.id == id)).first()
        return Draft(row.id, row.project, row.user, row.body) if row is not None else None

    def keep_draft(self, workspace: str, draft: Draft, at: datetime) -> None:
        """Keep it under its id, in the place of what stood there."""
        table = models.drafts
        said = {"body": clean_json(draft.body), "at": at}
        ours = (table.c.workspace == workspace, table.c.id == draft.id)
        changed = update(table).where(*ours).values(said).returning(table.c.id)
        if self.run(changed).first() is None:
            of = {"workspace": workspace, "id": clean(draft.id), "project": draft.project, "user": draft.user}
            self.run(insert(table), [{**of, **said}])

    def drop_draft(self, workspace: str, id: str) -> None:
        table = models.drafts
        self.run(delete(table).where(table.c.workspace == workspace, table.c.id == id))

    def drop_drafts_of(self, before: datetime) -> None:
        """What nobody went on with is forgotten."""
        table = models.drafts
        self.run(delete(table).where(table.c.at < before))
