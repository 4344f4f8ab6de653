"""Which signals did somebody dismiss, and when was each thing of a project last spoken of?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import case, delete, func, select

from bot.domain.signals import Dismissal
from storage import models
from storage.guard import clean
from storage.work import Work

BY_FILE = ("load", "new")


class Dismissals(Work):
    """The part of a Transaction that knows what people do not want to be told again."""

    def dismissed(self, project_id: int) -> dict[str, Dismissal]:
        """By the fingerprint of the signal."""
        table = models.dismissals
        found = self.run(select(table).where(table.c.project_id == project_id))
        return {row.signal: Dismissal(by=row.by, why=row.why, at=row.at) for row in found}

    def dismiss(self, project_id: int, workspace: str, signal: str, said: Dismissal) -> None:
        """The last word counts, who said it and why."""
        table = models.dismissals
        new = self.insert_or(table)
        kept = {name: new.excluded[name] for name in ("by", "why", "at")}
        put = new.on_conflict_do_update(index_elements=[table.c.project_id, table.c.signal], set_=kept)
        of = {"project_id": project_id, "workspace": workspace, "signal": signal}
        self.run(put, [{**of, "by": clean(said.by), "why": clean(said.why), "at": said.at}])

    def bring_back(self, project_id: int, signal: str) -> bool:
        """False when it was not dismissed."""
        table = models.dismissals
        gone = delete(table).where(table.c.project_id == project_id, table.c.signal == signal)
        return self.run(gone.returning(table.c.signal)).first() is not None

    def last_words(
        self, project_id: int, by_file: Sequence[str] = BY_FILE
    ) -> dict[tuple[str, str], tuple[datetime | None, datetime]]:
        """By entity and key: when a person last changed a thing, and when anything did, a file too."""
        table = models.events
        said = func.max(case((table.c.act.not_in(by_file), table.c.at)))
        wanted = (
            select(table.c.entity, table.c.key, said.label("said"), func.max(table.c.at).label("touched"))
            .where(table.c.project_id == project_id)
            .group_by(table.c.entity, table.c.key)
        )
        return {(row.entity, row.key): (row.said, row.touched) for row in self.run(wanted)}
