"""Was this very picture drawn before?"""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from bot.domain.pictures.values import Picture
from bot.pictures.drawing import VERSION

FOLDER = "pictures"  # in the data folder
MOST_FILES = 200
MOST_BYTES = 50_000_000

log = logging.getLogger("golive.pictures")


def mark(picture: Picture, theme: str, ending: str) -> str:
    """What is drawn, and how, as one short name: the same facts always have the same."""
    drawn = (VERSION, theme, ending, picture.name, picture.alt, picture.figure)
    return hashlib.sha256(repr(drawn).encode()).hexdigest()[:40]


class Album:
    """Pictures on disk by what is on them, for nobody but golive; those not looked at longest go first.

    It is never the only place of anything: what cannot be read or written is drawn anew.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, name: str, ending: str) -> bytes | None:
        file = self._folder / f"{name}.{ending}"
        try:
            content = file.read_bytes()
        except OSError:
            return None
        with suppress(OSError):
            os.utime(file)
        return content or None

    def keep(self, name: str, ending: str, content: bytes) -> None:
        """A file is there whole or not at all, whenever the process ends."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._folder, suffix=".part", delete=False) as part:
                part.write(content)
            os.replace(part.name, self._folder / f"{name}.{ending}")
            self._tidy()
        except OSError as trouble:
            log.warning("A picture cannot be kept in %s: %s", self._folder, trouble.strerror)

    def clear(self) -> int:
        """Forget every picture; tells how many there were. Whose they were is not known here."""
        gone = 0
        with suppress(OSError):
            for file in self._folder.iterdir():
                file.unlink(missing_ok=True)
                gone += 1
        return gone

    def _tidy(self) -> None:
        found = sorted((file.stat().st_mtime, file.stat().st_size, file) for file in self._folder.iterdir())
        size = sum(each[1] for each in found)
        for _, taken, file in found[:-1]:
            if len(found) <= MOST_FILES and size <= MOST_BYTES:
                break
            file.unlink(missing_ok=True)
            size -= taken
            found = found[1:]
