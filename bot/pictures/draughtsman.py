"""How is a picture had without anybody else waiting for it?"""

from __future__ import annotations

import asyncio
import logging
import os
import pickle
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from bot.domain.errors import BotError, Unavailable
from bot.domain.pictures.values import Picture
from bot.pictures import album
from bot.pictures.album import Album
from bot.pictures.worker import HEAD

CODE = Path(__file__).parents[2]
LONGEST = 30.0  # seconds for one picture, the loading of the library included
RESTS_AFTER = 600.0  # seconds without an order; then the memory is given back

log = logging.getLogger("golive.pictures")


class NoPicture(BotError):
    """The facts are there, but they could not be drawn."""


class Draughtsman:
    """Draws one picture at a time, in a process that is started for the first one and ends some time after
    the last; a picture that was drawn before is only read."""

    def __init__(self, folder: Callable[[], Path]) -> None:
        """`folder` is where golive keeps its data; it is not asked for before there is a picture."""
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self._rest: asyncio.TimerHandle | None = None

    async def drawn(self, picture: Picture, theme: str = "light", ending: str = "png") -> bytes:
        """The file. Raises NoPicture, or Unavailable when another try may do."""
        name = await asyncio.to_thread(album.mark, picture, theme, ending)
        kept = Album(await asyncio.to_thread(self._folder) / album.FOLDER)
        found = await asyncio.to_thread(kept.find, name, ending)
        if found is not None:
            return found
        async with self._turn:
            found = await asyncio.to_thread(kept.find, name, ending)
            if found is None:
                found = await self._ordered(pickle.dumps((picture, theme, ending)))
                await asyncio.to_thread(kept.keep, name, ending, found)
        return found

    async def _ordered(self, order: bytes) -> bytes:
        self._stay()
        try:
            async with asyncio.timeout(LONGEST):
                good, content = await self._answer(order)
        except (TimeoutError, OSError, asyncio.IncompleteReadError) as cause:
            await self.stop()
            raise Unavailable("The picture could not be drawn just now; I will try again.") from cause
        except BaseException:  # cut off in the middle: what that process says next answers another order
            await self.stop()
            raise
        finally:
            self._leave_later()
        if not good:
            raise NoPicture(f"The picture could not be drawn ({content.decode(errors='replace')[:200]}).")
        return content

    async def _answer(self, order: bytes) -> tuple[int, bytes]:
        process = await self._at_work()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(HEAD.pack(1, len(order)) + order)
        await process.stdin.drain()
        good, length = HEAD.unpack(await process.stdout.readexactly(HEAD.size))
        return good, await process.stdout.readexactly(length)

    async def _at_work(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            fonts = self._folder() / "matplotlib"  # which fonts there are is looked up once
            path = os.pathsep.join(filter(None, [str(CODE), os.environ.get("PYTHONPATH")]))
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot.pictures.worker"),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": path, "MPLCONFIGDIR": str(fonts), "MPLBACKEND": "agg"},
                start_new_session=True,  # Ctrl-C is for the bot; this one ends when its orders do
            )
        return self._process

    def _stay(self) -> None:
        if self._rest is not None:
            self._rest.cancel()
            self._rest = None

    def _leave_later(self) -> None:
        def leave() -> None:
            if self._process is not None and self._process.stdin is not None and not self._turn.locked():
                self._process.stdin.close()

        self._rest = asyncio.get_running_loop().call_later(RESTS_AFTER, leave)

    async def stop(self) -> None:
        """End the process, if there is one."""
        self._stay()
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
