"""How does a picture get from its facts into a message, whatever happens on the way?"""

from __future__ import annotations

import asyncio
import logging
from typing import Protocol

from bot.domain.pictures.values import Picture
from bot.integrations import slackfiles
from bot.integrations.clock import Clock
from bot.integrations.slack import Declined, Slack
from bot.integrations.slackfiles import Ask
from bot.pictures import album
from storage import Store, Upload

log = logging.getLogger("golive.pictures")

# In Slack a picture has its own ground, so one theme reads well on both.
THEME, ENDING = "light", "png"


class Draws(Protocol):
    """Whoever makes the file."""

    async def drawn(self, picture: Picture, theme: str, ending: str) -> bytes: ...


class Gallery:
    """Pictures as files of Slack's. Each step is noted before the next, so that after a crash the next try
    goes on where this one stopped; a file that is in no message yet is seen by nobody."""

    def __init__(self, store: Store, clock: Clock, draws: Draws) -> None:
        self._store = store
        self._clock = clock
        self._draws = draws

    async def hung(self, slack: Slack, workspace: str, picture: Picture, ask: Ask) -> str:
        """The file that shows this picture, drawn and uploaded if it is not there yet. Raises Stuck or
        Declined for what Slack says, NoPicture or Unavailable when it cannot be drawn."""
        mark = self.mark(picture)
        kept = await asyncio.to_thread(self._kept, workspace, mark)
        if kept is not None and not kept.whole:
            kept = await self._finished(slack, workspace, picture, kept, ask)
        if kept is None:
            kept = await self._uploaded(slack, workspace, picture, mark, ask)
        return kept.file

    def mark(self, picture: Picture) -> str:
        return album.mark(picture, THEME, ENDING)

    async def _finished(
        self, slack: Slack, workspace: str, picture: Picture, begun: Upload, ask: Ask
    ) -> Upload | None:
        """What was begun before, if all of its bytes had arrived."""
        try:
            await slackfiles.whole(slack, ask, begun.file, picture.title)
        except Declined as refusal:
            log.info("A picture is uploaded anew (%s)", refusal.error)
            return None
        return await self._noted(workspace, Upload(begun.picture, begun.file, True))

    async def _uploaded(self, slack: Slack, workspace: str, picture: Picture, mark: str, ask: Ask) -> Upload:
        content = await self._draws.drawn(picture, THEME, ENDING)
        slot = await slackfiles.slot(slack, ask, f"{picture.name}.{ENDING}", len(content), picture.alt)
        await self._noted(workspace, Upload(mark, slot.file, False))
        await slackfiles.give(slack, ask, slot, content)
        await slackfiles.whole(slack, ask, slot.file, picture.title)
        return await self._noted(workspace, Upload(mark, slot.file, True))

    def _kept(self, workspace: str, mark: str) -> Upload | None:
        with self._store.reading() as tx:
            return tx.upload(workspace, mark)

    async def _noted(self, workspace: str, upload: Upload) -> Upload:
        def note() -> None:
            with self._store.transaction() as tx:
                tx.keep_upload(workspace, upload, self._clock.now())

        await asyncio.to_thread(note)
        return upload
