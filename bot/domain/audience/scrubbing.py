"""What is left of a text that people from outside may read?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property, partial
from typing import Any

from bot.domain.plan import Item, Person, Plan
from bot.domain.wording import Answer, Reply, Section

WORK = "internal work"
SOMEBODY = "somebody of the team"
THREAD = "(internal thread)"
SHORTEST = 3  # letters of a part of a name that gives it away
_LINK = re.compile(r"https?://[^\s<>|]*?/archives/([A-Z0-9]+)(?:/p?\d+)?(?:\?[^\s<>|)\],;]*)?", re.IGNORECASE)
_QUOTED = re.compile(r"`([^`\n]+)`|“([^”\n]+)”")
_TOKENS = re.compile(r"\w+")
_WORDS = re.compile(r"\w+(?:['’-]\w+)*")
# Names that are words too: alone, in small letters, they are the words.
_ORDINARY = frozenset(
    [
        "angel",
        "april",
        "art",
        "august",
        "autumn",
        "bank",
        "banks",
        "bell",
        "best",
        "bill",
        "black",
        "bond",
        "brook",
        "brown",
        "carter",
        "chance",
        "chase",
        "christian",
        "cook",
        "cross",
        "dale",
        "dawn",
        "day",
        "dean",
        "drew",
        "earl",
        "faith",
        "field",
        "fields",
        "ford",
        "forest",
        "frank",
        "gene",
        "glen",
        "grace",
        "grant",
        "gray",
        "green",
        "guy",
        "hall",
        "harper",
        "hill",
        "holly",
        "hope",
        "house",
        "hunter",
        "ivy",
        "jack",
        "jade",
        "jay",
        "jordan",
        "joy",
        "june",
        "kay",
        "king",
        "lake",
        "lane",
        "lee",
        "lily",
        "long",
        "love",
        "mark",
        "marks",
        "mason",
        "max",
        "may",
        "mercy",
        "mike",
        "miles",
        "mills",
        "moon",
        "pace",
        "page",
        "pat",
        "pearl",
        "penny",
        "price",
        "queen",
        "ray",
        "reed",
        "rich",
        "rob",
        "robin",
        "rock",
        "rose",
        "ruby",
        "sage",
        "sand",
        "santos",
        "sharp",
        "short",
        "small",
        "stone",
        "summer",
        "sue",
        "sunny",
        "taylor",
        "terry",
        "tony",
        "trace",
        "van",
        "wade",
        "ward",
        "west",
        "white",
        "will",
        "wills",
        "winter",
        "wise",
        "wolf",
        "wood",
        "woods",
        "young",
    ]
)


class Scrubber:
    """Takes out of texts what names an internal person or thing, and links into other channels."""

    def __init__(
        self, plan: Plan, hidden: Iterable[Item], texts: Iterable[str], channels: Iterable[str] = ()
    ):
        self._people = [person for person in plan.people if person.internal]
        self._known = [person for person in plan.people if not person.internal]
        self._hidden = tuple(hidden)
        keys = {item.key for item in self._hidden}
        shown = [item for item in plan.items if item.key not in keys]
        self._shown = [text for i in shown for text in (i.key, i.title, i.area or "")]
        self._shown += [text for p in self._known for text in (p.name, p.role or "", p.org or "")]
        self._shown += [plan.project.name, plan.project.customer or "", plan.project.vendor or ""]
        self._texts = tuple(texts)
        self._channels = frozenset(channel.upper() for channel in channels)

    def text(self, words: str) -> str:
        """The words, with other ones for what is internal."""
        said = _LINK.sub(self._linked, words)
        if self._secret is not None:
            said = self._secret.sub(self._replaced, said)
        for name, instead in self._capital.items():
            said = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", instead, said)
        return said

    def echoed(self, words: str, said: str) -> str:
        """The same for whoever said something that nothing they know is called: their own word, in quotes,
        stays, so that it reads alike whether there is such a thing or not."""
        typed, told, end = said.casefold(), [], 0
        for match in _QUOTED.finditer(words):
            if (match[1] or match[2]).casefold() in typed:
                told += [self.text(words[end : match.start()]), match[0]]
                end = match.end()
        return "".join((*told, self.text(words[end:])))

    def maybe(self, words: str | None) -> str | None:
        return None if words is None else self.text(words)

    def link(self, permalink: str | None) -> str | None:
        """A link stays where it leads to a channel that its reader is in."""
        match = _LINK.match(permalink or "")
        return permalink if match and match[1].upper() in self._channels else None

    def any(self, value: Any) -> Any:
        """The same of a JSON value, whatever is in it; keys of objects stay."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {key: self.any(inner) for key, inner in value.items()}
        return [self.any(inner) for inner in value] if isinstance(value, list | tuple) else value

    def reply(self, found: Reply, asked: str = "") -> Reply:
        """The same in words, and as data. `asked` is what its only reader asked, if they are from outside."""
        line = partial(self.echoed, said=asked)
        said = (Section(self.maybe(s.heading), tuple(map(line, s.lines))) for s in found.answer.sections)
        data = self.any(found.data)
        if isinstance(note := found.data.get("note"), str):
            data["note"] = line(note)
        return Reply(Answer(line(found.answer.title), tuple(said)), data)

    def _linked(self, match: re.Match[str]) -> str:
        return match[0] if match[1].upper() in self._channels else THREAD

    def _replaced(self, match: re.Match[str]) -> str:
        return self._instead.get(" ".join(match[0].casefold().split()), WORK)

    @cached_property
    def _instead(self) -> Mapping[str, str]:
        """By what is not to be read, in small letters, what is read instead."""
        found: dict[str, str] = {}
        for words in (*(item.title for item in self._hidden), *self._texts):
            found.setdefault(" ".join(words.casefold().split()), WORK)
        for word in (*(item.key for item in self._hidden), *self._code_names()):
            found.setdefault(word.casefold(), WORK)
        taken = {part.casefold() for each in self._known for part in (*_parts(each.name), each.key)}
        for person in self._people:
            label = role_of(person)
            ids = (f"<@{person.slack}>", person.slack) if person.slack else ()
            for name in (person.name, *ids):
                found[" ".join(name.casefold().split())] = label
            for part in (*_parts(person.name), person.key):
                if part.casefold() not in taken and part.casefold() not in _ORDINARY:
                    found.setdefault(part.casefold(), label)
        return {words: instead for words, instead in found.items() if words}

    def _code_names(self) -> set[str]:
        """Words by which hidden things are known, and nothing that is shown: proper names, and odd ones."""
        told = {word for text in self._shown for word in _TOKENS.findall(text.casefold())}
        texts = (*(item.title for item in self._hidden), *self._texts)
        found = (word for text in texts for word in _TOKENS.findall(text) if _is_a_name(word, text))
        return {word for word in found if word.casefold() not in told}

    @cached_property
    def _capital(self) -> Mapping[str, str]:
        """Parts of names that are ordinary words in small letters."""
        taken = {part for each in self._known for part in _parts(each.name)}
        return {
            part: role_of(person)
            for person in self._people
            for part in _parts(person.name)
            if part.casefold() in _ORDINARY and part not in taken and part[:1].isupper()
        }

    @cached_property
    def _secret(self) -> re.Pattern[str] | None:
        words = sorted(self._instead, key=len, reverse=True)  # the longest first: a title before its key
        if not words:
            return None
        spaced = (r"\s+".join(map(re.escape, each.split())) for each in words)
        return re.compile(rf"(?<!\w)(?:{'|'.join(spaced)})(?!\w)", re.IGNORECASE)


def _is_a_name(word: str, text: str) -> bool:
    """Written like no ordinary word: with digits, in capitals, or with a capital within the sentence."""
    if len(word) < SHORTEST:
        return False
    if any(c.isdigit() for c in word) or word[1:] != word[1:].casefold():
        return not word.isdigit()
    return word[0].isupper() and not text.lstrip(" “\"'(").startswith(word)


def role_of(person: Person) -> str:
    """What somebody who is not named is called."""
    role = " ".join((person.role or "").split())
    return role or (f"somebody of {person.org}" if person.org else SOMEBODY)


def _parts(name: str) -> list[str]:
    """What may be said for the whole of a name: each of its words, and of a double one each half."""
    words = _WORDS.findall(name)
    halves = [half for word in words for half in _TOKENS.findall(word)]
    return [part for part in dict.fromkeys((*words, *halves)) if len(part) >= SHORTEST]
