"""What is in a Slack export, a folder or a zip file, and what was said in one of its channels, day by day?"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from bot.domain.backfill import is_id
from bot.domain.errors import Invalid

MOST_BYTES = 200_000_000  # of one file; a busy day has a few million
MOST_ENTRIES = 2_000_000
MOST_RATIO = 400  # unpacked to packed; JSON has about 20
SMALL = 1_000_000  # however packed, a file of that size does no harm
LISTS = ("channels.json", "groups.json", "mpims.json", "dms.json")
PEOPLE = ("users.json", "org_users.json")
MOST_LISTED = 20
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\.json")
NO_EXPORT = (
    "{0} is no Slack export: no folder in it has days such as 2026-11-20.json, as the folders of channels do."
)


@dataclass(frozen=True, slots=True)
class Channel:
    """A conversation in the export: its folder, and its id where a list tells it."""

    name: str
    id: str | None


@dataclass(frozen=True, slots=True)
class Day:
    """One file: its name, the entries in it, and what is wrong with it."""

    name: str
    entries: list[Any]
    wrong: str | None = None


class _Files(Protocol):
    def names(self) -> list[str]:
        """Every file, with the folders it is in, apart by slashes."""
        ...

    def read(self, name: str) -> bytes: ...


class SlackExport:
    """One export. It is read a file at a time, so its size does not matter."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._files: _Files = _Folder(place) if place.is_dir() else _Zip(place)
        self.warnings: list[str] = []
        names = self._files.names()
        self._root = _root(names)
        inside = [name[len(self._root) :] for name in names if name.startswith(self._root)]
        self._top = {name for name in inside if "/" not in name}
        self._days: dict[str, list[str]] = {}
        for name in sorted(inside):
            folder, slash, day = name.partition("/")
            if slash and _DAY.fullmatch(day):
                self._days.setdefault(folder, []).append(day)
        if not self._days:
            raise Invalid(_not_here(place, names))

    def channel(self, wanted: str | None, home: str | None) -> Channel:
        """The conversation called so; else the project's own, or the only one there is."""
        ids = self._ids()
        if wanted is not None:
            name = wanted.removeprefix("#")
            found = [one for one in self._days if one == name or ids.get(one) == name]
            if not found:
                raise Invalid(f"There is no channel “{name[:80]}” in {self._place}. {self._listed()}")
            return Channel(found[0], ids.get(found[0]))
        own = [one for one in self._days if home is not None and ids.get(one) == home]
        if own or len(self._days) == 1:
            one = (own or list(self._days))[0]
            return Channel(one, ids.get(one))
        raise Invalid(f"Say which channel with --channel. {self._listed()}")

    def people(self) -> Iterator[tuple[str, str, str | None, bool]]:
        """Id, name and zone of everybody, and whether it is an app."""
        file = next((name for name in PEOPLE if name in self._top), None)
        if file is None:
            self.warnings.append(
                "users.json is missing, so people whom the project does not know go by their Slack ids."
            )
            return
        day = self._entries(file)
        if day.wrong:
            self.warnings.append(f"{day.wrong} Some people go by their Slack ids.")
        for one in day.entries:
            if isinstance(one, Mapping) and is_id(one.get("id")):
                yield str(one["id"]), _name(one), _text(one.get("tz")), bool(one.get("is_bot"))

    def days(self, channel: Channel) -> list[str]:
        """The files of a channel, the oldest first."""
        return self._days[channel.name]

    def day(self, channel: Channel, name: str) -> Day:
        return self._entries(f"{channel.name}/{name}")

    def _ids(self) -> dict[str, str]:
        """Ids by the folder's name. Direct messages are in folders called like their ids."""
        found: dict[str, str] = {}
        for name in LISTS:
            if name not in self._top:
                continue
            day = self._entries(name)
            if day.wrong:
                self.warnings.append(day.wrong)
            for one in day.entries:
                if isinstance(one, Mapping) and is_id(one.get("id")):
                    found[_text(one.get("name")) or str(one["id"])] = str(one["id"])
        if "channels.json" not in self._top:
            self.warnings.append("channels.json is missing, so links lead to no channel.")
        return found

    def _entries(self, name: str) -> Day:
        try:
            text = self._files.read(self._root + name).decode("utf-8-sig", "replace")
        except OSError as cause:
            return Day(name, [], f"{name} cannot be read: {cause.strerror or cause}.")
        try:
            entries = json.loads(text)
        except ValueError as wrong:
            line = getattr(wrong, "lineno", None)
            whole = _whole(text)
            return Day(name, whole, f"{name} is broken{f' in line {line}' if line else ''}: {_so(whole)}.")
        except RecursionError:
            return Day(name, [], f"{name} is broken: {_so([])}.")
        if not isinstance(entries, list):
            return Day(name, [], f"{name} is no list of entries: {_so([])}.")
        return Day(name, entries)

    def _listed(self) -> str:
        names = [f"#{name[:80]}" for name in list(self._days)[:MOST_LISTED]]
        more = len(self._days) - len(names)
        return f"There are: {', '.join(names)}{f', and {more:,} more' if more else ''}."


class _Folder:
    """An export that was unpacked."""

    def __init__(self, place: Path) -> None:
        self._place = place

    def names(self) -> list[str]:
        found = []
        for depth in ("*.json", "*/*.json", "*/*/*.json"):
            for file in self._place.glob(depth):
                found.append(file.relative_to(self._place).as_posix())
                if len(found) > MOST_ENTRIES:
                    raise Invalid(f"{self._place} has more files than any export: is it the right folder?")
        return found

    def read(self, name: str) -> bytes:
        file = self._place / name
        if file.stat().st_size > MOST_BYTES:
            raise Invalid(f"{name} is larger than {MOST_BYTES // 1_000_000} MB: that is no day of a channel.")
        return file.read_bytes()


class _Zip:
    """An export as Slack hands it out. Nothing of it is ever written to the disk."""

    def __init__(self, place: Path) -> None:
        self._place = place
        try:
            self._zip = zipfile.ZipFile(place)
        except FileNotFoundError:
            raise Invalid(f"There is no {place}.") from None
        except (zipfile.BadZipFile, OSError, ValueError) as cause:
            raise Invalid(f"{place} is no zip file that can be read ({cause}).") from cause
        self._info = {one.filename: one for one in self._zip.infolist() if not one.is_dir()}
        unpacked = sum(one.file_size for one in self._info.values())
        packed = sum(one.compress_size for one in self._info.values())
        if len(self._info) > MOST_ENTRIES or (unpacked > MOST_BYTES and unpacked > packed * MOST_RATIO):
            raise Invalid(
                f"{place} would unpack to {len(self._info):,} files of {unpacked:,} bytes: that is no export."
            )

    def names(self) -> list[str]:
        return [name for name in self._info if ".." not in PurePosixPath(name).parts]

    def read(self, name: str) -> bytes:
        info = self._info[name]
        packed = max(1, info.compress_size)
        if info.file_size > MOST_BYTES or (info.file_size > SMALL and info.file_size / packed > MOST_RATIO):
            raise Invalid(
                f"{name} in {self._place} unpacks to {info.file_size:,} bytes: that is no day of a channel."
            )
        try:
            with self._zip.open(info) as packed_file:
                data = packed_file.read(MOST_BYTES + 1)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, ValueError) as cause:
            raise OSError(0, str(cause) or "it is damaged") from cause
        if len(data) > MOST_BYTES:
            raise Invalid(f"{name} in {self._place} is larger than it says: that is no Slack export.")
        return data


def _root(names: list[str]) -> str:
    """The folder the export is in, for those that were packed together with it."""
    lists = [name for name in names if name.rpartition("/")[2] in ("channels.json", *PEOPLE)]
    lists += [name.rpartition("/")[0] for name in names if _DAY.fullmatch(name.rpartition("/")[2])]
    nearest = min(lists, key=lambda name: name.count("/"), default="")
    return nearest[: nearest.rfind("/") + 1]


def _not_here(place: Path, names: list[str]) -> str:
    if any(_DAY.fullmatch(name) for name in names):
        return f"{place} is one channel of an export: name the folder it is in, with --channel {place.name}."
    return NO_EXPORT.format(place)


def _whole(text: str) -> list[Any]:
    """The entries before the one that is broken."""
    found: list[Any] = []
    decoder, at = json.JSONDecoder(), text.find("[") + 1
    while at > 0:
        while at < len(text) and text[at] in " \t\r\n,":
            at += 1
        try:
            entry, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return found
        found.append(entry)
    return found


def _so(entries: list[Any]) -> str:
    if not entries:
        return "it is left out"
    first = "entry is" if len(entries) == 1 else f"{len(entries):,} entries are"
    return f"only its first {first} read"


def _name(user: Mapping[str, Any]) -> str:
    profile = user.get("profile")
    profile = profile if isinstance(profile, Mapping) else {}
    words = (user.get("real_name"), profile.get("real_name"), profile.get("display_name"), user.get("name"))
    return next((word for each in words if (word := _text(each))), str(user["id"]))


def _text(value: object) -> str | None:
    return value.strip()[:200] or None if isinstance(value, str) else None
