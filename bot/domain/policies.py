"""What has a project decided about hours, digests, the ladder and noise, and does what it says make sense?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import time, timedelta
from difflib import get_close_matches
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from bot.domain.errors import Invalid
from bot.domain.plan import Hours, Project

RUNGS = 4  # the person named, the one it waits on, the lead, the sponsor
MOST_MESSAGES = 20
MOST_ROLES = 20
LONGEST_WAIT = timedelta(days=60)
ASK, FREE = "ask", "free"
EXPLICIT, OFFERS, OFF = "explicit", "offers", "off"
TALK = (EXPLICIT, OFFERS, OFF)

_TIME = re.compile(r"(\d\d?):(\d\d)", re.ASCII)
_WAIT = re.compile(r"(\d{1,4}(?:\.\d)?) *(m|min|minutes?|h|hours?|d|days?)", re.ASCII | re.IGNORECASE)
_EMOJI = re.compile(r":?([a-z0-9_+'-]{1,80}):?", re.IGNORECASE)
_WORDS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


@dataclass(frozen=True, slots=True)
class Wait:
    """How long somebody has before the next one is asked: working hours, or whole working days of theirs."""

    hours: timedelta = timedelta()
    days: float = 0

    def of(self, day: timedelta) -> timedelta:
        """In working time of somebody whose working day is so long."""
        return self.hours + day * self.days

    def __str__(self) -> str:
        if self.days:
            return f"{self.days:g}d"
        minutes = self.hours // timedelta(minutes=1)
        return f"{minutes // 60}h" if minutes % 60 == 0 else f"{minutes}m"


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The daily summary: when, in the project's zone, and whether a quiet day gets a line."""

    at: time = time(9)
    quiet_line: bool = False
    off: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Standup:
    """Whether people are asked for news, and when in their own zone; None: when their day begins."""

    at: time | None = None
    off: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """How long each of the people a blocker climbs over has, but the last."""

    critical: tuple[Wait, ...] = (Wait(hours=timedelta(hours=4)), Wait(days=1), Wait(days=2))
    gate: tuple[Wait, ...] = (Wait(days=1), Wait(days=2), Wait(days=4))


@dataclass(frozen=True, slots=True, kw_only=True)
class Holidays:
    """The country, and the part of it, whose public holidays are free."""

    country: str | None = None
    subdivision: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminders:
    """Whether people are written to at all."""

    off: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Gonogo:
    """Which roles are asked for go or no-go; None: the lead, the sponsor and all who own or confirm gates."""

    roles: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Emoji:
    """Which reactions of people mean something, by Slack's names for them."""

    blocker: str = "construction"
    done: str = "white_check_mark"
    doing: str = "eyes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hear:
    """What is made of ordinary talk: nothing, only clear reports, or also offers of what is implied."""

    talk: str = OFFERS
    offers_a_day: int = 3  # to one person, of all projects together
    emoji: Emoji = field(default_factory=Emoji)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """All of a project's settings; what it does not say is as it is here."""

    hours: Hours = field(default_factory=lambda: Hours(start=time(9), end=time(17)))
    digest: Digest = field(default_factory=Digest)
    standup: Standup = field(default_factory=Standup)
    ladder: Ladder = field(default_factory=Ladder)
    budget: int = 1  # messages a person gets in a day, escalations of the critical path not counted
    outside: str = ASK  # whether people outside the vendor, and the sponsor, are asked only through the lead
    holidays: Holidays = field(default_factory=Holidays)
    reminders: Reminders = field(default_factory=Reminders)
    gonogo: Gonogo = field(default_factory=Gonogo)
    hear: Hear = field(default_factory=Hear)

    @staticmethod
    def read(mapping: Mapping[str, Any], path: str = "policies") -> Policies:
        """What the mapping says; Invalid names everything that is wrong with it."""
        reader = _Reader()
        found = reader.policies(mapping)
        if reader.wrong:
            raise Invalid(
                ". ".join(f"{'.'.join((path, *where))} {said}" for where, said in reader.wrong) + "."
            )
        return found

    def as_mapping(self) -> dict[str, Any]:
        """Everything, as a project file says it."""
        hours, digest, standup, off = self.hours, self.digest, self.standup, self.holidays
        return {
            "hours": {"start": _clock(hours.start), "end": _clock(hours.end)},
            "digest": {"at": _clock(digest.at), "quiet_line": digest.quiet_line, "off": digest.off},
            "standup": {"at": _clock(standup.at) if standup.at else None, "off": standup.off},
            "ladder": {
                "critical": [str(wait) for wait in self.ladder.critical],
                "gate": [str(wait) for wait in self.ladder.gate],
            },
            "budget": self.budget,
            "outside": self.outside,
            "holidays": {"country": off.country, "subdivision": off.subdivision},
            "reminders": {"off": self.reminders.off},
            "gonogo": {"roles": None if self.gonogo.roles is None else list(self.gonogo.roles)},
            "hear": {
                "talk": self.hear.talk,
                "offers_a_day": self.hear.offers_a_day,
                "emoji": asdict(self.hear.emoji),
            },
        }


Problems = list[tuple[tuple[str, ...], str]]


def problems(mapping: Any) -> Problems:
    """Where in the mapping something is wrong, and what."""
    reader = _Reader()
    reader.policies(mapping)
    return reader.wrong


def of(project: Project) -> Policies:
    """The project's policies. What makes no sense was kept before it meant anything: there the rule holds
    that holds for everybody."""
    if not project.policies:
        return _DEFAULT
    return _Reader().policies(project.policies)


def changed(mapping: Mapping[str, Any], setting: str, words: str) -> Mapping[str, Any]:
    """The mapping with one setting (`digest.at`) said in words; Invalid when there is no such, or not so."""
    name = setting.strip().casefold()
    name = f"{name}.talk" if name == "hear" else name
    if name not in SETTINGS:
        near = get_close_matches(name, SETTINGS, 1, 0.5)
        guess = f" Did you mean `{near[0]}`?" if near else f" There are {', '.join(SETTINGS)}."
        raise Invalid(f"There is no setting `{setting.strip()[:60]}`.{guess}")
    group, *inner = name.split(".")
    before = mapping.get(group)
    if group in _IN_SHORT and isinstance(before, str | bool):
        before = {_IN_SHORT[group]: before}
    after = {**mapping, group: _put(before, inner, _said(name, words.strip()))}
    Policies.read({group: after[group]})
    return MappingProxyType(after)


def _put(before: Any, path: Sequence[str], value: Any) -> Any:
    """The value in its place within groups; what else they say stays."""
    if not path:
        return value
    there = dict(before) if isinstance(before, Mapping) else {}
    return {**there, path[0]: _put(there.get(path[0]), path[1:], value)}


def _said(name: str, words: str) -> Any:
    if name.startswith("ladder."):
        return re.split(r"[\s,]+", words)
    if name == "gonogo.roles" and words.casefold() not in ("none", "-", ""):
        return [role.strip() for role in words.split(",")]
    if words.casefold() in ("none", "-", ""):
        return None
    return int(words) if name in _NUMBERS and words.isascii() and words.isdigit() else words


_NUMBERS = frozenset({"budget", "hear.offers_a_day"})
_IN_SHORT = {"holidays": "country", "hear": "talk"}  # what a word alone says of a group


SETTINGS: Mapping[str, str] = MappingProxyType(
    {
        "hours.start": "when people's working hours begin, where a person says no other",
        "hours.end": "when they end",
        "digest.at": "when the daily digest is posted, in the project's zone",
        "digest.quiet_line": "whether a day without news gets a line",
        "digest.off": "no digest",
        "standup.at": "when people are asked for news, in their own zone; none: when their day begins",
        "standup.off": "nobody is asked",
        "ladder.critical": "the waits before a blocker on an item without slack goes to the next person",
        "ladder.gate": "the same on another gate",
        "budget": "how many messages a person gets in a day, escalations of the critical path not counted",
        "outside": "ask: the sponsor and other companies are asked once the lead says so; free: at once",
        "holidays.country": "the country whose public holidays nobody works, like US",
        "holidays.subdivision": "the part of that country, like IL",
        "reminders.off": "nobody is reminded, and no blocker climbs",
        "gonogo.roles": "who is asked for go or no-go, with commas between; none: all roles with gates",
        "hear.talk": "offers: what is implied is offered to who said it; explicit: only clear reports are "
        "heard; off: nothing is",
        "hear.offers_a_day": "how much is offered to one person in a day",
        "hear.emoji.blocker": "the reaction that makes a message a blocker",
        "hear.emoji.done": "the owner's reaction to a tracked message: done",
        "hear.emoji.doing": "the reaction to a tracked message: I am on it",
    }
)


class _Reader:
    """One mapping on its way to policies; what is wrong is noted, and counts as not said."""

    def __init__(self) -> None:
        self.wrong: Problems = []

    def policies(self, mapping: Any) -> Policies:
        readers: dict[str, Callable[[Any, tuple[str, ...]], Any]] = {
            "hours": self._hours,
            "digest": self._group(Digest, at=self._time, quiet_line=self._flag, off=self._flag),
            "standup": self._group(Standup, at=self._time, off=self._flag),
            "ladder": self._group(Ladder, critical=self._waits, gate=self._waits),
            "budget": self._budget,
            "outside": self._outside,
            "holidays": self._holidays,
            "reminders": self._group(Reminders, off=self._flag),
            "gonogo": self._group(Gonogo, roles=self._roles),
            "hear": self._hear,
        }
        return Policies(**self._mapping(mapping, (), readers))

    def _say(self, where: tuple[str, ...], said: str) -> None:
        self.wrong.append((where, said))

    def _mapping(
        self, given: Any, where: tuple[str, ...], readers: Mapping[str, Callable[[Any, tuple[str, ...]], Any]]
    ) -> dict[str, Any]:
        if not isinstance(given, Mapping):
            self._say(where, f"has to be a mapping with {_listed(readers)}, not {_shown(given)}")
            return {}
        found = {}
        for key, value in given.items():
            reader = readers.get(key)
            if reader is None:
                near = get_close_matches(str(key), readers, 1, 0.5)
                guess = f"did you mean “{near[0]}”?" if near else f"there are {_listed(readers)}"
                self._say((*where, str(key)), f"is unknown; {guess}")
            elif value is not None and (read := reader(value, (*where, key))) is not None:
                found[key] = read
        return found

    def _group(self, kind: type[Any], **readers: Callable[[Any, tuple[str, ...]], Any]) -> Any:
        def read(value: Any, where: tuple[str, ...]) -> Any:
            return kind(**self._mapping(value, where, readers))

        return read

    def _hours(self, value: Any, where: tuple[str, ...]) -> Hours | None:
        if isinstance(value, str) and value.count("-") == 1:
            value = dict(zip(("start", "end"), (part.strip() for part in value.split("-")), strict=True))
        found = self._mapping(value, where, {"start": self._time, "end": self._time})
        hours = Hours(start=found.get("start", time(9)), end=found.get("end", time(17)))
        if hours.start == hours.end:
            self._say(where, f"begin and end at {_clock(hours.start)}; write from when to when people work")
            return None
        return hours

    def _time(self, value: Any, where: tuple[str, ...]) -> time | None:
        match = _TIME.fullmatch(value) if isinstance(value, str) else None
        try:
            if match:
                return time(int(match[1]), int(match[2]))
        except ValueError:
            pass
        self._say(where, f"has to be a time of day like 09:00, not {_shown(value)}")
        return None

    def _flag(self, value: Any, where: tuple[str, ...]) -> bool | None:
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value.casefold() in _WORDS:
            return _WORDS[value.casefold()]
        self._say(where, f"has to be true or false, not {_shown(value)}")
        return None

    def _waits(self, value: Any, where: tuple[str, ...]) -> tuple[Wait, ...] | None:
        if not isinstance(value, list | tuple):
            self._say(where, f"has to be a list of {RUNGS - 1} waits like [4h, 1d, 2d], not {_shown(value)}")
            return None
        waits = tuple(_wait(each) for each in value)
        for each, wait in zip(value, waits, strict=True):
            if wait is None:
                said = "a wait is written like 4h or 2d, is more than nothing, and at most 60 days"
                self._say(where, f"has {_shown(each)} in it; {said}")
        if len(waits) != RUNGS - 1:
            self._say(where, f"has {len(waits)} waits; it needs {RUNGS - 1}, one before each next person")
            return None
        return tuple(wait for wait in waits if wait is not None) if all(waits) else None

    def _hear(self, value: Any, where: tuple[str, ...]) -> Hear | None:
        if isinstance(value, str | bool):
            value = {"talk": value}
        groups = {"talk": self._talk, "offers_a_day": self._budget, "emoji": self._emoji}
        return Hear(**self._mapping(value, where, groups))

    def _talk(self, value: Any, where: tuple[str, ...]) -> str | None:
        word = OFF if value is False else value.casefold() if isinstance(value, str) else value
        if word in TALK:  # a bare `off` is false to a reader of YAML
            return str(word)
        self._say(where, f"has to be {EXPLICIT}, {OFFERS} or {OFF}, not {_shown(value)}")
        return None

    def _emoji(self, value: Any, where: tuple[str, ...]) -> Emoji | None:
        names = ("blocker", "done", "doing")
        found = Emoji(**self._mapping(value, where, dict.fromkeys(names, self._emoji_name)))
        if len({found.blocker, found.done, found.doing}) == len(names):
            return found
        self._say(where, "has the same reaction twice; each of them needs its own")
        return None

    def _emoji_name(self, value: Any, where: tuple[str, ...]) -> str | None:
        match = _EMOJI.fullmatch(value.strip()) if isinstance(value, str) else None
        if match is not None:
            return match[1].casefold()
        self._say(where, f"has to be the name of an emoji like :eyes:, not {_shown(value)}")
        return None

    def _budget(self, value: Any, where: tuple[str, ...]) -> int | None:
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_MESSAGES:
            return value
        self._say(where, f"has to be a whole number from 0 to {MOST_MESSAGES}, not {_shown(value)}")
        return None

    def _roles(self, value: Any, where: tuple[str, ...]) -> tuple[str, ...] | None:
        named = isinstance(value, list | tuple) and all(isinstance(r, str) and r.strip() for r in value)
        if named and 0 < len(value) <= MOST_ROLES:
            return tuple(dict.fromkeys(" ".join(role.split()) for role in value))
        self._say(where, f"has to be a list of 1 to {MOST_ROLES} roles, not {_shown(value)}")
        return None

    def _outside(self, value: Any, where: tuple[str, ...]) -> str | None:
        if value in (ASK, FREE):
            return str(value)
        self._say(where, f"has to be {ASK} or {FREE}, not {_shown(value)}")
        return None

    def _holidays(self, value: Any, where: tuple[str, ...]) -> Holidays | None:
        words = {"country": self._word, "subdivision": self._word}
        found = self._mapping({"country": value} if isinstance(value, str) else value, where, words)
        country, part = found.get("country"), found.get("subdivision")
        if country is None:
            if part is not None:
                self._say((*where, "subdivision"), f"is {_shown(part)}, but of which country?")
            return None
        parts = _countries().get(country.upper())
        if parts is None:
            self._say((*where, "country"), f"{_shown(country)} is no country code; write one like US or DE")
            return None
        known = {each.casefold(): each for each in parts}
        if part is not None and part.casefold() not in known:
            has = f"it has {_listed(parts)}" if parts else "it has none"
            self._say((*where, "subdivision"), f"{_shown(part)} is no part of {country.upper()}; {has}")
            return None
        return Holidays(country=country.upper(), subdivision=known[part.casefold()] if part else None)

    def _word(self, value: Any, where: tuple[str, ...]) -> str | None:
        if isinstance(value, str) and value.strip():
            return value.strip()
        self._say(where, f"has to be a word, not {_shown(value)}")
        return None


def _wait(value: Any) -> Wait | None:
    match = _WAIT.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        return None
    number, unit = float(match[1]), match[2][0].lower()
    wait = {
        "m": Wait(hours=timedelta(minutes=number)),
        "h": Wait(hours=timedelta(hours=number)),
        "d": Wait(days=number),
    }[unit]
    return wait if timedelta() < wait.of(timedelta(days=1)) <= LONGEST_WAIT else None


@lru_cache(maxsize=1)
def _countries() -> Mapping[str, list[str]]:
    import holidays  # 0.2 s: for projects that name a country

    return holidays.list_supported_countries()


def _clock(at: time) -> str:
    return f"{at:%H:%M}"


def _listed(words: Iterable[str]) -> str:
    *most, last = list(words)
    return f"{', '.join(most)} and {last}" if most else last


def _shown(value: Any) -> str:
    text = " ".join(str(value).split())
    return f"“{text[:40]}…”" if len(text) > 40 else f"“{text}”"


_CLOCK: dict[str, Any] = {"type": ["string", "null"], "pattern": r"^\d{1,2}:\d{2}$"}
_FLAG: dict[str, Any] = {"type": ["boolean", "null"]}
_SOME_WORD: dict[str, Any] = {"type": ["string", "null"]}
_WAITS: dict[str, Any] = {
    "type": ["array", "null"],
    "items": {"type": "string"},
    "minItems": RUNGS - 1,
    "maxItems": RUNGS - 1,
}
_SHAPES: Mapping[str, dict[str, Any]] = {
    "start": _CLOCK,
    "end": _CLOCK,
    "at": _CLOCK,
    "quiet_line": _FLAG,
    "off": _FLAG,
    "critical": _WAITS,
    "gate": _WAITS,
    "budget": {"type": ["integer", "null"], "minimum": 0, "maximum": MOST_MESSAGES},
    "outside": {"enum": [ASK, FREE, None]},
    "talk": {"enum": [*TALK, False, None]},
    "offers_a_day": {"type": ["integer", "null"], "minimum": 0, "maximum": MOST_MESSAGES},
    "blocker": _SOME_WORD,
    "done": _SOME_WORD,
    "doing": _SOME_WORD,
    "roles": {
        "type": ["array", "null"],
        "items": {"type": "string", "pattern": r"\S"},
        "minItems": 1,
        "maxItems": MOST_ROLES,
    },
    "country": _SOME_WORD,
    "subdivision": _SOME_WORD,
}
_SHORT: Mapping[str, dict[str, Any]] = {  # hours: 08:00-16:00, holidays: US, hear: off
    "hours": {"type": "string", "pattern": r"^\d{1,2}:\d{2} *- *\d{1,2}:\d{2}$"},
    "holidays": {"type": "string", "pattern": r"\S"},
    "hear": {"enum": [*TALK, False]},
}


def schema() -> dict[str, Any]:
    """How JSON Schema describes them."""
    properties: dict[str, Any] = {}
    for name, means in SETTINGS.items():
        *groups, key = name.split(".")
        within = properties
        for group in groups:
            empty = {"type": ["object", "null"], "properties": {}, "additionalProperties": False}
            within = within.setdefault(group, empty)["properties"]
        within[key] = {"description": means, **_SHAPES[key]}
    for group, short in _SHORT.items():
        properties[group] = {"anyOf": [properties[group], short]}
    return {"type": "object", "properties": properties, "additionalProperties": False}


_DEFAULT = Policies()
