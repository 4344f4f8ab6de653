"""What has a project decided about hours, digests, the ladder and noise, and does what it says make sense?"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import time, timedelta
from difflib import get_close_matches
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from bot.domain import permissions
from bot.domain.errors import Invalid
from bot.domain.mapped import Problems, Reader, listed, shown
from bot.domain.permissions import ACTS, GIVEN, Role
from bot.domain.plan import WEEKDAYS, Hours, Project
from bot.domain.readers import OFFERED, Audience

RUNGS = 4  # the person named, the one it waits on, the lead, the sponsor
MOST_MESSAGES = 20
MOST_ROLES = 20
MOST_SUMMARIES = 10
LONGEST_WAIT = timedelta(days=60)
ASK, FREE = "ask", "free"
EXPLICIT, OFFERS, OFF = "explicit", "offers", "off"
TALK = (EXPLICIT, OFFERS, OFF)

_WAIT = re.compile(r"(\d{1,4}(?:\.\d)?) *(m|min|minutes?|h|hours?|d|days?)", re.ASCII | re.IGNORECASE)
CHANNEL = re.compile(r"[CG][A-Z0-9]{2,30}")
_EMOJI = re.compile(r":?([a-z0-9_+'-]{1,80}):?", re.IGNORECASE)


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
class Summary:
    """What is posted every week: for whom, where, and when in the project's zone."""

    audience: Audience
    channel: str
    day: str  # mon … sun
    at: time


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
    may: Mapping[str, tuple[Role, ...]] = field(default_factory=lambda: MappingProxyType({}))  # by act
    summaries: tuple[Summary, ...] = ()

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
            "may": {act: [role.value for role in roles] for act, roles in self.may.items()},
            "summaries": [summary_as_said(each) for each in self.summaries],
        }


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
    return all_changed(mapping, {setting: words})


def all_changed(mapping: Mapping[str, Any], wanted: Mapping[str, str]) -> Mapping[str, Any]:
    """The mapping with several settings said in words, judged together: hours may begin where they ended
    until now when their end moves too."""
    after = mapping
    for setting, words in wanted.items():
        after = _changed(after, setting, words)
    Policies.read({group: said for group, said in after.items() if said is not mapping.get(group)})
    return after


def _changed(mapping: Mapping[str, Any], setting: str, words: str) -> Mapping[str, Any]:
    name = setting.strip().casefold()
    name = f"{name}.talk" if name == "hear" else name
    if name.startswith("may."):
        return _allowed(mapping, name.removeprefix("may."), words)
    if name not in SETTINGS:
        near = get_close_matches(name, SETTINGS, 1, 0.5)
        guess = f" Did you mean `{near[0]}`?" if near else f" There are {', '.join(SETTINGS)}."
        raise Invalid(f"There is no setting `{setting.strip()[:60]}`.{guess}")
    group, *inner = name.split(".")
    before = mapping.get(group)
    if group in _IN_SHORT and isinstance(before, str | bool):
        before = {_IN_SHORT[group]: before}
    return MappingProxyType({**mapping, group: _put(before, inner, _said(name, words.strip()))})


def _allowed(mapping: Mapping[str, Any], act: str, words: str) -> Mapping[str, Any]:
    """The mapping with who may do something, in words: roles, or `default`."""
    there = mapping.get("may")
    may = dict(there) if isinstance(there, Mapping) else {}
    if words.strip().casefold() in ("default", "none", "-", ""):
        if act not in ACTS:
            Policies.read({"may": {act: [Role.LEAD.value]}})  # says what there is
        may.pop(act, None)
    else:
        said = [word for word in re.split(r"[\s,]+|\bor\b|\band\b", words.casefold()) if word]
        found = Policies.read({"may": {act: said}}).may
        may[act] = [role.value for role in found[act]]
    return MappingProxyType(
        {**mapping, "may": may} if may else {k: v for k, v in mapping.items() if k != "may"}
    )


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
        "outside": "the sponsor and other companies are asked once the lead says so (ask) or at once (free)",
        "holidays.country": "the country whose public holidays nobody works, like US",
        "holidays.subdivision": "the part of that country, like IL",
        "reminders.off": "nobody is reminded, and no blocker climbs",
        "gonogo.roles": "who is asked for go or no-go, with commas between; none: all roles with gates",
        "hear.talk": "whether what is implied is offered to who said it (offers), only clear reports are "
        "heard (explicit), or nothing is (off)",
        "hear.offers_a_day": "how much is offered to one person in a day",
        "hear.emoji.blocker": "the reaction that makes a message a blocker",
        "hear.emoji.done": "the owner's reaction to a tracked message: done",
        "hear.emoji.doing": "the reaction to a tracked message: I am on it",
    }
)


class _Reader(Reader):
    """One mapping on its way to policies."""

    def policies(self, mapping: Any) -> Policies:
        readers: dict[str, Callable[[Any, tuple[str, ...]], Any]] = {
            "hours": self._hours,
            "digest": self.group(Digest, at=self.time, quiet_line=self.flag, off=self.flag),
            "standup": self.group(Standup, at=self.time, off=self.flag),
            "ladder": self.group(Ladder, critical=self._waits, gate=self._waits),
            "budget": self._budget,
            "outside": self._outside,
            "holidays": self._holidays,
            "reminders": self.group(Reminders, off=self.flag),
            "gonogo": self.group(Gonogo, roles=self._roles),
            "hear": self._hear,
            "may": self._may,
            "summaries": self._summaries,
        }
        return Policies(**self.mapping(mapping, (), readers))

    def _hours(self, value: Any, where: tuple[str, ...]) -> Hours | None:
        if isinstance(value, str) and value.count("-") == 1:
            value = dict(zip(("start", "end"), (part.strip() for part in value.split("-")), strict=True))
        found = self.mapping(value, where, {"start": self.time, "end": self.time})
        hours = Hours(start=found.get("start", time(9)), end=found.get("end", time(17)))
        if hours.start == hours.end:
            self.say(where, f"begin and end at {_clock(hours.start)}; write from when to when people work")
            return None
        return hours

    def _waits(self, value: Any, where: tuple[str, ...]) -> tuple[Wait, ...] | None:
        if not isinstance(value, list | tuple):
            self.say(where, f"has to be a list of {RUNGS - 1} waits like [4h, 1d, 2d], not {shown(value)}")
            return None
        waits = tuple(_wait(each) for each in value)
        for each, wait in zip(value, waits, strict=True):
            if wait is None:
                said = "a wait is written like 4h or 2d, is more than nothing, and at most 60 days"
                self.say(where, f"has {shown(each)} in it; {said}")
        if len(waits) != RUNGS - 1:
            self.say(where, f"has {len(waits)} waits; it needs {RUNGS - 1}, one before each next person")
            return None
        return tuple(wait for wait in waits if wait is not None) if all(waits) else None

    def _hear(self, value: Any, where: tuple[str, ...]) -> Hear | None:
        if isinstance(value, str | bool):
            value = {"talk": value}
        groups = {"talk": self._talk, "offers_a_day": self._budget, "emoji": self._emoji}
        return Hear(**self.mapping(value, where, groups))

    def _may(self, value: Any, where: tuple[str, ...]) -> Mapping[str, tuple[Role, ...]]:
        changeable = {act: self._whoever for act, rule in ACTS.items() if rule.of_project}
        return MappingProxyType(self.mapping(value, where, changeable))

    def _whoever(self, value: Any, where: tuple[str, ...]) -> tuple[Role, ...] | None:
        words = [value] if isinstance(value, str) else value
        if not isinstance(words, list | tuple) or not all(word in tuple(GIVEN) for word in words):
            self.say(where, f"has to be one or more of {listed(GIVEN)}, not {shown(value)}")
            return None
        roles = tuple(dict.fromkeys(Role(word) for word in words))
        refused = permissions.wrong(where[-1], roles)
        if refused is not None:
            self.say(where, refused)
            return None
        return roles

    def _summaries(self, value: Any, where: tuple[str, ...]) -> tuple[Summary, ...] | None:
        if not isinstance(value, list | tuple) or len(value) > MOST_SUMMARIES:
            self.say(where, f"has to be a list of at most {MOST_SUMMARIES} summaries, not {shown(value)}")
            return None
        readers = {
            "audience": self._audience,
            "channel": self._channel,
            "day": self._weekday,
            "at": self.time,
        }
        found = []
        for number, each in enumerate(value, 1):
            said = self.mapping(each, (*where, str(number)), readers)
            if len(said) == len(readers):
                found.append(Summary(**said))
            elif isinstance(each, Mapping) and not set(readers) <= set(each):
                self.say((*where, str(number)), f"needs {listed(readers)}")
        return tuple(found)

    def _audience(self, value: Any, where: tuple[str, ...]) -> Audience | None:
        if value in tuple(OFFERED):
            return Audience(value)
        self.say(where, f"has to be {listed(OFFERED)}, not {shown(value)}")
        return None

    def _channel(self, value: Any, where: tuple[str, ...]) -> str | None:
        if isinstance(value, str) and CHANNEL.fullmatch(value):
            return value
        self.say(where, f"has to be a channel's id like C0123ABCD, not {shown(value)}")
        return None

    def _weekday(self, value: Any, where: tuple[str, ...]) -> str | None:
        word = value[:3].casefold() if isinstance(value, str) else None
        if word in WEEKDAYS:
            return str(word)
        self.say(where, f"has to be {listed(WEEKDAYS)}, not {shown(value)}")
        return None

    def _talk(self, value: Any, where: tuple[str, ...]) -> str | None:
        word = OFF if value is False else value.casefold() if isinstance(value, str) else value
        if word in TALK:  # a bare `off` is false to a reader of YAML
            return str(word)
        self.say(where, f"has to be {EXPLICIT}, {OFFERS} or {OFF}, not {shown(value)}")
        return None

    def _emoji(self, value: Any, where: tuple[str, ...]) -> Emoji | None:
        names = ("blocker", "done", "doing")
        found = Emoji(**self.mapping(value, where, dict.fromkeys(names, self._emoji_name)))
        if len({found.blocker, found.done, found.doing}) == len(names):
            return found
        self.say(where, "has the same reaction twice; each of them needs its own")
        return None

    def _emoji_name(self, value: Any, where: tuple[str, ...]) -> str | None:
        match = _EMOJI.fullmatch(value.strip()) if isinstance(value, str) else None
        if match is not None:
            return match[1].casefold()
        self.say(where, f"has to be the name of an emoji like :eyes:, not {shown(value)}")
        return None

    def _budget(self, value: Any, where: tuple[str, ...]) -> int | None:
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_MESSAGES:
            return value
        self.say(where, f"has to be a whole number from 0 to {MOST_MESSAGES}, not {shown(value)}")
        return None

    def _roles(self, value: Any, where: tuple[str, ...]) -> tuple[str, ...] | None:
        named = isinstance(value, list | tuple) and all(isinstance(r, str) and r.strip() for r in value)
        if named and 0 < len(value) <= MOST_ROLES:
            return tuple(dict.fromkeys(" ".join(role.split()) for role in value))
        self.say(where, f"has to be a list of 1 to {MOST_ROLES} roles, not {shown(value)}")
        return None

    def _outside(self, value: Any, where: tuple[str, ...]) -> str | None:
        if value in (ASK, FREE):
            return str(value)
        self.say(where, f"has to be {ASK} or {FREE}, not {shown(value)}")
        return None

    def _holidays(self, value: Any, where: tuple[str, ...]) -> Holidays | None:
        words = {"country": self.word, "subdivision": self.word}
        found = self.mapping({"country": value} if isinstance(value, str) else value, where, words)
        country, part = found.get("country"), found.get("subdivision")
        if country is None:
            if part is not None:
                self.say((*where, "subdivision"), f"is {shown(part)}, but of which country?")
            return None
        parts = _countries().get(country.upper())
        if parts is None:
            self.say((*where, "country"), f"{shown(country)} is no country code; write one like US or DE")
            return None
        known = {each.casefold(): each for each in parts}
        if part is not None and part.casefold() not in known:
            has = f"it has {listed(parts)}" if parts else "it has none"
            self.say((*where, "subdivision"), f"{shown(part)} is no part of {country.upper()}; {has}")
            return None
        return Holidays(country=country.upper(), subdivision=known[part.casefold()] if part else None)


def summary_as_said(summary: Summary) -> dict[str, str]:
    """As a project file says it."""
    return {
        "audience": summary.audience.value,
        "channel": summary.channel,
        "day": summary.day,
        "at": _clock(summary.at),
    }


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


_DEFAULT = Policies()
