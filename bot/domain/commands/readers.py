"""What does a line say after the word of its command?"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.domain.commands.verbs import VERBS, Verb, usage
from bot.domain.errors import Invalid, Missing
from bot.domain.readers import Audience, flagged, named, taken_off

ME = "me"
NONE = "none"

MENTION = re.compile(r"<@([UW][A-Z0-9]{1,30})(?:\|[^<>]{0,200})?>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A `/golive …` line taken apart. Words are as Slack sent them (`<@U1>`, `&amp;`); nothing looked up."""

    verb: str
    key: str | None = None  # the word that should name an item (for `new`: the project)
    rest: str = ""  # what is left: evidence, reason, blocker, title, question, or a person's name
    user: str | None = None  # a Slack user id, ME or NONE
    until: str | None = None  # words of a date, or NONE to take the date away
    everything: bool = False  # `before all`
    gate: bool = False
    validator: str | None = None  # of the new item: as `user`, or `@name`
    after: tuple[str, ...] = ()  # keys the new item depends on
    blocker: str | None = None  # "B3"
    template: str | None = None  # what a new project starts from
    country: str | None = None  # whose public holidays it has
    audience: Audience | None = None  # for whom an answer is
    channel: str | None = None  # where to post; `#name` where Slack knows none of that name

    @property
    def words(self) -> str:
        """Key and rest together, for when only the items can tell where the key ends."""
        return f"{self.key} {self.rest}".strip() if self.key else self.rest

    @property
    def about_an_item(self) -> bool:
        """Its key is to be that of an item on the list."""
        return self.verb in _ABOUT_AN_ITEM


def _keyed(verb: Verb, words: str, key: str | None) -> tuple[str, str]:
    if key is not None:
        return key, words[len(key) :].strip()
    first, _, rest = words.partition(" ")
    key = first.strip("`'\"“”*_,:;")
    if not key:
        raise Missing(f"Say which item: {usage(verb)}", verb=verb.name)
    return key, re.sub(r"^[:–—-]+\s+", "", rest.strip())


def _trimmed(words: str) -> str:
    """Without commas and semicolons around it, but for the one that ends what Slack escapes: `&gt;`."""
    bare = words.strip(" ,;")
    return f"{bare};" if re.search(r"&(?:lt|gt|amp)$", bare) else bare


def _read_plain(verb: Verb, words: str, key: str | None = None) -> Command:
    return Command(verb=verb.name, rest=words)


def _read_before(verb: Verb, words: str, key: str | None = None) -> Command:
    words, audience = taken_off(words)
    everything = words.casefold().split(" ")[0] in ("all", "everything", "full", "whole")
    return Command(verb=verb.name, rest=words, everything=everything, audience=audience)


def _read_item(verb: Verb, words: str, key: str | None = None) -> Command:
    key, rest = _keyed(verb, words, key)
    return Command(verb=verb.name, key=key, rest=rest)


def read_own(verb: Verb, words: str, key: str | None = None) -> Command:
    """`own` and what is said like it: the item, and who is to have it."""
    user, words = _person(words)
    key, rest = _keyed(verb, words, key)
    last = rest.rsplit(" ", 1)[-1].casefold()
    if user is None and last in (ME, "myself", "i", NONE, "nobody", "-"):
        user, rest = NONE if last in (NONE, "nobody", "-") else ME, rest[: -len(last)].strip()
    if user is None and not rest:
        user = ME
    return Command(verb=verb.name, key=key, rest=rest, user=user)


def _read_validator(verb: Verb, words: str, key: str | None = None) -> Command:
    _keyed(verb, words, key)
    found = read_own(verb, words, key)
    if found.user == ME and not re.search(r"\s(?:me|myself|i)$", words, re.IGNORECASE):
        raise Invalid(f"Say who confirms it: {usage(verb)}")
    return found


def read_due(verb: Verb, words: str, key: str | None = None) -> Command:
    """The item, and the words of its date."""
    key, rest = _keyed(verb, words, key)
    if not rest:
        raise Invalid(f"Say the day: {usage(verb)}")
    gone = rest.casefold() in (NONE, "never", "clear", "remove", "no date", "-")
    return Command(verb=verb.name, key=key, rest=rest, until=NONE if gone else rest)


def _read_waive(verb: Verb, words: str, key: str | None = None) -> Command:
    key, rest = _keyed(verb, words, key)
    # The last "until" is the date's; an earlier one belongs to the reason.
    ends = list(re.finditer(r"(?:^|[\s,;(])(?:until|till|up to)\s+", rest, re.IGNORECASE))
    if not ends:
        return Command(verb=verb.name, key=key, rest=rest)
    why, until = rest[: ends[-1].start()], rest[ends[-1].end() :]
    return Command(verb=verb.name, key=key, rest=_trimmed(why), until=until.strip(" .)") or None)


def _read_block(verb: Verb, words: str, key: str | None = None) -> Command:
    if not words:
        raise Missing(f"Say what is in the way: {usage(verb)}", verb=verb.name)
    key, rest = _keyed(verb, words, key)
    return Command(verb=verb.name, key=key, rest=rest)


def _read_unblock(verb: Verb, words: str, key: str | None = None) -> Command:
    if not words:
        raise Invalid(f"Say which blocker, or which item: {usage(verb)}")
    key, rest = _keyed(verb, words, key)
    number = re.fullmatch(r"#?b-?(\d{1,6})", key, re.IGNORECASE)
    return Command(verb=verb.name, key=key, rest=rest, blocker=f"B{int(number[1])}" if number else None)


_UNTIL = re.compile(r"(?:^|[\s,;(])(?:until|till|for|up to)\s+", re.IGNORECASE)


def _read_quiet(verb: Verb, words: str, key: str | None = None) -> Command:
    if words.casefold() in ("off", "over", "end", "stop", "no more"):
        return Command(verb=verb.name, until=NONE)
    return Command(verb=verb.name, until=_how_long(_UNTIL.sub("", words, count=1), words))


def _read_mute(verb: Verb, words: str, key: str | None = None) -> Command:
    until = None
    if match := _UNTIL.search(words):
        until = _how_long(words[match.end() :], words[match.start() :])
        words = words[: match.start()].strip()
    if words.casefold() in ("", "all", "everything", "project", "the project"):
        return Command(verb=verb.name, until=until)
    key, rest = _keyed(verb, words, key)
    number = re.fullmatch(r"#?b-?(\d{1,6})", key, re.IGNORECASE)
    blocker = f"B{int(number[1])}" if number else None
    return Command(verb=verb.name, key=key, rest=rest, until=until, blocker=blocker)


def _how_long(words: str, said: str) -> str | None:
    """A date in words; "for 3 days" is a span, and so counted from today."""
    words = words.strip(" .)")
    span = re.search(r"(?:^|[\s,;(])for\s", said, re.IGNORECASE)
    return (f"in {words}" if span and re.match(r"(?:\d|an?\s)", words) else words) or None


def _read_settings(verb: Verb, words: str, key: str | None = None) -> Command:
    name, _, value = words.partition(" ")
    return Command(verb=verb.name, key=name.strip("`:=") or None, rest=value.strip().lstrip("=: ").strip("`"))


def _read_standup(verb: Verb, words: str, key: str | None = None) -> Command:
    if not words:
        raise Invalid(f"Say what is new, or what holds you up: {usage(verb)}")
    return Command(verb=verb.name, rest=words)


def _read_mine(verb: Verb, words: str, key: str | None = None) -> Command:
    user, rest = _person(words)
    return Command(verb=verb.name, rest="" if user is None and rest.casefold() == ME else rest, user=user)


def _read_new(verb: Verb, words: str, key: str | None = None) -> Command:
    if not words:
        raise Missing(f"A project needs a short key and a name: {usage(verb)}", verb=verb.name)
    words, told = _started(words)
    first, _, name = words.partition(" ")
    key = first.strip("`'\"“”*_,:;").casefold()
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,39}", key):
        raise Invalid(f"A project needs a short key of letters, digits and hyphens: {usage(verb)}")
    return replace(told, key=key, rest=name.strip(' "“”') or first)


_TARGET = re.compile(r"[\s,;]target[:=]?\s+([^<>\"“”]{2,40})$", re.IGNORECASE)
_FROM = re.compile(
    r"[\s,;](?:from|template)[:=]?\s+(?:[\"“'`]([\w.-]{1,60})[\"”'`]|([\w.-]{1,60}))$", re.IGNORECASE
)
_COUNTRY = re.compile(r"[\s,;]country[:=]?\s+([A-Za-z]{2}(?:[-/][\w-]{1,6})?)$", re.IGNORECASE)
# A date was to follow, and does not: to be missed, not to become part of the name.
_NO_DATE = re.compile(r"([\s,;](?:from|template)\s+\S+)[\s,;]+target[:=]?$", re.IGNORECASE)


def _started(words: str) -> tuple[str, Command]:
    """Take the options of `new` off the end, in whatever order they stand."""
    told = Command(verb="new")
    while True:
        words = _NO_DATE.sub(r"\1", _trimmed(words))
        if told.template is None and (match := _FROM.search(words)):
            told = replace(told, template=match[1] or match[2])
        elif told.country is None and (match := _COUNTRY.search(words)):
            told = replace(told, country=match[1])
        elif told.until is None and (match := _TARGET.search(words)):
            told = replace(told, until=match[1].strip())
        else:
            return words, told
        words = words[: match.start()]


def _read_role(verb: Verb, words: str, key: str | None = None) -> Command:
    user, rest = _person(words)
    rest = rest.strip(" :=,")
    if user is None and (match := re.search(r"[\s:=,](?:me|myself|i)$", rest, re.IGNORECASE)):
        user, rest = ME, rest[: match.start()].strip(" :=,")
    return Command(verb=verb.name, rest=rest, user=user)


def _read_poll(verb: Verb, words: str, key: str | None = None) -> Command:
    first, _, rest = words.partition(" ")
    if first.strip(":,").casefold() == "cancel":
        return Command(verb=verb.name, key="cancel", rest=rest.strip())
    return Command(verb=verb.name, until=words or None)


def _read_ask(verb: Verb, words: str, key: str | None = None) -> Command:
    words, audience = flagged(words)
    if not words:
        raise Invalid(f"Ask something: {usage(verb)}")
    return Command(verb=verb.name, rest=words, audience=audience)


def _read_permissions(verb: Verb, words: str, key: str | None = None) -> Command:
    act, _, roles = words.partition(" ")
    act = act.strip("`:=,").casefold().removeprefix("may.").replace("-", "_")
    return Command(verb=verb.name, key=act or None, rest=roles.strip(" :="))


def _read_internal(verb: Verb, words: str, key: str | None = None) -> Command:
    user, rest = _person(words)
    rest, _, last = f" {rest}".rpartition(" ")
    off = last.casefold() in ("off", "no", "not", "none", "public")
    name = rest.strip() if off else f"{rest} {last}".strip()
    return Command(verb=verb.name, key=name or None, user=user, until=NONE if off else None)


# A channel; or a `#name` of which Slack made none.
_PLACE = re.compile(r"<#([CG][A-Z0-9]{2,30})(?:\|[^<>]{0,200})?>|(?<!\S)(#[\w.-]*[^\W\d][\w.-]*)")


def _read_summary(verb: Verb, words: str, key: str | None = None) -> Command:
    """`customer #channel friday 15:00`, in whatever order; `off 2`; nothing: the list."""
    place = _PLACE.search(words)
    rest = " ".join((words[: place.start()] + " " + words[place.end() :]).split()) if place else words
    first, _, more = rest.partition(" ")
    if first.casefold() in ("off", "stop", "remove", "delete"):
        return Command(verb=verb.name, key="off", rest=more.strip(" #."))
    if not words or first.casefold() in ("list", "all"):
        return Command(verb=verb.name, key="list")
    return Command(
        verb=verb.name,
        key="add",
        audience=named(first),
        channel=place[1] or place[2] if place else None,
        rest=more.strip(),
    )


def _read_add(verb: Verb, words: str, key: str | None = None) -> Command:
    if named := re.match(r"(\w[\w.-]{0,39}):\s+", words):
        key, words = named[1], words[named.end() :]
    quoted = re.match(r'["“”]([^"“”]+)["“”]', words)
    rest, told = _options(words[quoted.end() :] if quoted else words)
    title = quoted[1] if quoted else rest
    if not _trimmed(title):
        raise Missing(f"Say what has to be done: {usage(verb)}", verb=verb.name)
    return replace(told, key=key, rest=_trimmed(title))


_GATE = re.compile(r"(?:^|[\s,;])\(?gate\)?$", re.IGNORECASE)
_OWNER = re.compile(
    rf"(?:^|[\s,;])(?:owner|owned by)[:=]?\s+(?:{MENTION.pattern}|(me|@[\w.-]{{1,80}}))$", re.IGNORECASE
)
_VALIDATOR = re.compile(_OWNER.pattern.replace("owner|owned by", "validator|validated by"), re.IGNORECASE)
_DUE = re.compile(r"(?:^|[\s,;])due(?:\s+(?:by|on))?[:=]?\s+([^<>,;:\"]{2,30})$", re.IGNORECASE)
_AFTER = re.compile(
    r"(?:^|[\s,;])(?:after|depends on)[:=]?\s+([\w.-]{1,60}(?:(?:\s*,\s*|\s+and\s+)[\w.-]{1,60}){0,30})$",
    re.IGNORECASE,
)


def _options(words: str) -> tuple[str, Command]:
    """Take the options of `add` off the end, in whatever order they stand."""
    told = Command(verb="add")
    while True:
        words = _trimmed(words)
        tail = words[-400:]
        if not told.gate and (match := _GATE.search(tail)):
            told = replace(told, gate=True)
        elif told.user is None and (match := _OWNER.search(tail)):
            told = replace(told, user=match[1] or match[2])
        elif told.validator is None and (match := _VALIDATOR.search(tail)):
            told = replace(told, validator=match[1] or match[2])
        elif not told.after and (match := _AFTER.search(tail)):
            told = replace(told, after=tuple(re.split(r"\s*,\s*|\s+and\s+", match[1])))
        elif told.until is None and (match := _DUE.search(tail)):
            told = replace(told, until=match[1].strip())
        else:
            return words, told
        words = words[: len(words) - len(match.group())]


def _person(words: str) -> tuple[str | None, str]:
    """The first person mentioned, and the words without them."""
    match = MENTION.search(words)
    if match is None:
        return None, words
    return match[1], " ".join((words[: match.start()] + " " + words[match.end() :]).split())


def _read_assume(verb: Verb, words: str, key: str | None = None) -> Command:
    if not words:
        raise Invalid(f"Say what is taken for true: {usage(verb)}")
    return Command(verb=verb.name, rest=words)


def _read_decision(verb: Verb, words: str, key: str | None = None) -> Command:
    if not words:
        raise Invalid(f"Say what was decided: {usage(verb)}")
    return Command(verb=verb.name, rest=words)


def _read_finding(verb: Verb, words: str, key: str | None = None) -> Command:
    if not words:
        raise Invalid(f"Say which assumption, and what shows it: {usage(verb)}")
    key, rest = _keyed(verb, words, key)
    return Command(verb=verb.name, key=key.strip("#"), rest=rest)


_NEW = frozenset({"add", "new", "assume", "decide"})
_ABOUT_AN_ITEM = frozenset(verb.name for verb in VERBS.values() if "KEY" in verb.usage) - _NEW - {"internal"}
READERS: dict[str, Callable[..., Command]] = {
    **dict.fromkeys(VERBS, _read_plain),
    "assume": _read_assume,
    "decide": _read_decision,
    **dict.fromkeys(("verify", "refute"), _read_finding),
    **dict.fromkeys(("item", "edit", "handover", "start", "done", "validate", "reopen"), _read_item),
    "before": _read_before,
    "own": read_own,
    "validator": _read_validator,
    "due": read_due,
    "waive": _read_waive,
    "block": _read_block,
    "unblock": _read_unblock,
    "mine": _read_mine,
    "quiet": _read_quiet,
    "mute": _read_mute,
    "unmute": _read_mute,
    "settings": _read_settings,
    "standup": _read_standup,
    "new": _read_new,
    "role": _read_role,
    "ask": _read_ask,
    "permissions": _read_permissions,
    "internal": _read_internal,
    "summary": _read_summary,
    "poll": _read_poll,
    "add": _read_add,
}
