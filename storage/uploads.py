"""Which pictures does Slack have already, and which kinds of blocks does a workspace not take?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from storage import models
from storage.work import Work


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of Slack's that holds a picture, or is to hold it: `whole` once Slack said that it does."""

    picture: str  # what is drawn, as a hash
    file: str
    whole: bool


class Uploads(Work):
    """The part of a Transaction that knows what Slack can show."""

    def upload(self, workspace: str, picture: str) -> Upload | None:
        table = models.uploads
        ours = (table.c.workspace == workspace, table.c.picture == picture)
        row = self.run(select(table).where(*ours)).first()
        return Upload(row.picture, row.file, row.whole) if row is not None else None

    def keep_upload(self, workspace: str, upload: Upload, at: datetime) -> None:
        """In the place of what was known of the picture."""
        said = {"file": upload.file, "whole": upload.whole, "at": at}
        new = self.insert_or(models.uploads)
        put = new.on_conflict_do_update(index_elements=["workspace", "picture"], set_=said)
        self.run(put, [{"workspace": workspace, "picture": upload.picture, **said}])

    def drop_upload(self, workspace: str, picture: str) -> None:
        """The picture is uploaded anew the next time somebody wants it."""
        table = models.uploads
        self.run(delete(table).where(table.c.workspace == workspace, table.c.picture == picture))

    def drop_uploads_of(self, before: datetime) -> None:
        """Messages keep showing the files; nobody will ask for just these pictures again."""
        table = models.uploads
        self.run(delete(table).where(table.c.at < before))

    def unshown(self, workspace: str, since: datetime) -> frozenset[str]:
        """The kinds of blocks this workspace refused, not longer ago than that."""
        table = models.unshown
        wanted = select(table.c.kind).where(table.c.workspace == workspace, table.c.at >= since)
        return frozenset(self.run(wanted).scalars())

    def note_unshown(self, workspace: str, kinds: Iterable[str], at: datetime) -> None:
        new = self.insert_or(models.unshown)
        put = new.on_conflict_do_update(index_elements=["workspace", "kind"], set_={"at": at})
        for kind in sorted(kinds):
            self.run(put, [{"workspace": workspace, "kind": kind, "at": at}])
