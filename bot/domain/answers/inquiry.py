"""What is a question narrowed to, and how is what was found put into a reply?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, TypeVar

from bot.domain.answers.days import narrowing
from bot.domain.answers.parties import Parties
from bot.domain.forecasting import Spread, spread
from bot.domain.plan import Assumption, Blocker, Event, Item, Person, Plan, Status
from bot.domain.questions import ASKER, Asked
from bot.domain.questions.meaning import Meaning, Unclear, Window
from bot.domain.readers import Audience
from bot.domain.readiness import Assessment
from bot.domain.signals import Dismissal, Known
from bot.domain.wording import Answer, Reply, Words, count, cut, listed, sections

T = TypeVar("T")
# Words that name nothing by themselves.
_WITHOUT = """
the our their of for to is are and in on by at as it with el la los las de del le les du des der die das den
"""
_LITTLE = frozenset(_WITHOUT.split())
WIDTH = 80
# A list that was asked for is given in full up to here; then the keys of the rest, up to there.
MOST_LINES, MOST_KEYS = 24, 40
# Asked about go-live itself, these are about everything before it.
_OF_GO_LIVE = frozenset(
    {"before_golive", "readiness", "blockers", "waiting_on", "critical_path", "unverified"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a plan alone does not tell; the caller has read it.

    `question` is what was asked, word for word. `events` are those of the item or the days asked about;
    `known` and `dismissed` are for the signals; `stood` tells how the plan stood at a moment, where
    the events are not all there were.
    """

    question: str = ""
    events: tuple[Event, ...] = ()
    known: Known | None = None
    dismissed: Mapping[str, Dismissal] = field(default_factory=dict)
    stood: Callable[[datetime], Plan | None] | None = None
    audience: Audience = Audience.TEAM


@dataclass(frozen=True, eq=False, kw_only=True)
class Inquiry:
    """One question to one plan on one day."""

    asked: Asked
    meaning: Meaning
    plan: Plan
    a: Assessment
    as_of: datetime
    facts: Facts = field(default_factory=Facts)
    whole: bool = False

    @property
    def today(self) -> date:
        return self.a.today

    @cached_property
    def w(self) -> Words:
        return Words(self.a, WIDTH)

    @cached_property
    def parties(self) -> Parties:
        return Parties(self.plan)

    @cached_property
    def spread(self) -> Spread | None:
        """The range that the project's own slips promise, if it has enough of them."""
        return spread(self.plan, self.a)

    # What it is narrowed to

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Those that are meant, the best first; none when go-live itself is, which is the whole project."""
        found = tuple(self.plan.item[key] for key in self.meaning.items if key in self.plan.item)
        whole = self.a.go_live is not None and found == (self.a.go_live,) and self.asked.intent in _OF_GO_LIVE
        return () if whole or self.quoted else found

    @cached_property
    def quoted(self) -> tuple[Assumption, ...]:
        """Assumptions meant by their own words: “the USB ports” of “every desk has a free USB port”."""
        words = self.asked.slots.item or ""
        named = (self.plan.item[key] for key in self.meaning.items if key in self.plan.item)
        if self.asked.intent != "assumptions" or any(_is_named(words, i.key, i.title) for i in named):
            return ()
        return self.quoting(words)

    def quoting(self, words: str) -> tuple[Assumption, ...]:
        """The assumptions in which all of these words stand."""
        wanted = [word for word in _parts(words) if len(word) > 2]
        return tuple(x for x in self.plan.assumptions if wanted and _has_all(x.text, wanted))

    @cached_property
    def people(self) -> frozenset[str]:
        """The keys of those that are meant, by themselves or as people of a party."""
        party = self.meaning.party
        return frozenset(self.meaning.people) | (self.parties.people_of(party) if party else frozenset())

    @cached_property
    def holders(self) -> Mapping[str, Sequence[str]]:
        """Who has each role."""
        found: dict[str, list[str]] = {}
        for person in self.plan.people:
            if role := (person.role or "").strip().casefold():
                found.setdefault(role, []).append(person.key)
        return found

    @cached_property
    def window(self) -> Window | None:
        """The days that narrow this answer."""
        return narrowing(self.asked, self.meaning.window, self.today, self.facts.question)

    @property
    def of_somebody(self) -> bool:
        return bool(self.meaning.people or self.meaning.party)

    @cached_property
    def below(self) -> frozenset[str]:
        """The items that are meant, and all open ones that they wait for, directly or not."""
        found = {item.key for item in self.items}
        stack = list(self.items)
        if self.a.go_live in self.items:  # every gate holds it, drawn or not
            stack += self.a.open_gates
            found |= {gate.key for gate in self.a.open_gates}
        while stack:
            for key in stack.pop().depends_on:
                if key in self.a.timing and key not in found:
                    found.add(key)
                    stack.append(self.plan.item[key])
        return frozenset(found)

    def about(self, key: str | None) -> bool:
        """Nothing else was asked about, or this item was."""
        return not self.items or key in self._keys

    @cached_property
    def _keys(self) -> frozenset[str]:
        return frozenset(item.key for item in self.items)

    def with_them(self, item: Item) -> bool:
        """Nobody was asked about, or an item is theirs: to do, or once it is done to confirm."""
        if not self.of_somebody:
            return True
        done = self.a.standing[item.key] is Status.DONE
        return item.owner in self.people or (done and self.confirms(item))

    def confirms(self, item: Item) -> bool:
        """One of those who were asked about is named to confirm it, or has the role that is."""
        if item.validator in self.plan.person:
            return item.validator in self.people
        holders = self.holders.get((item.validator or "").strip().casefold(), ())
        return not self.people.isdisjoint(holders)

    def within(self, day: date | None) -> bool:
        """No days were asked about, or this is one of them."""
        if self.window is None:
            return True
        first, last = self.window.start or date.min, self.window.end or date.max
        return day is not None and first <= day <= last

    @cached_property
    def open_items(self) -> tuple[Item, ...]:
        """All that are open, in the plan's order."""
        return tuple(item for item in self.plan.items if item.key in self.a.timing)

    def narrowed(self, items: Iterable[Item]) -> list[Item]:
        """Those of the items asked about that are with the people asked about."""
        return [item for item in items if self.about(item.key) and self.with_them(item)]

    def waits_on_them(self, blocker: Blocker) -> bool:
        if self.meaning.party:
            return self.parties.waits_on_party(blocker, self.meaning.party)
        people = (self.plan.person[key] for key in self.meaning.people if key in self.plan.person)
        return any(self.parties.waits_on_person(blocker, person) for person in people)

    def theirs(self, belief: Assumption) -> bool:
        return not self.of_somebody or belief.owner in self.people or belief.relied_on_by in self.people

    # In words

    def scope(self, *, days: bool = True) -> str:
        """What it is narrowed to, as the end of a title."""
        said = [f"about “{cut(self.asked.slots.item or '', 40)}”"] if self.quoted else []
        if self.items:
            said.append(f"for {listed(self.items, 2, self.w.key)}")
        if self.of_somebody:
            said.append(f"with {self.who()}")
        if days and self.window is not None:
            said.append(f"({self.days(self.window)})")
        return "".join(f" {words}" for words in said)

    def who(self) -> str:
        """The people or the party asked about, by name."""
        if self.meaning.party:
            return cut(self.meaning.party, WIDTH)
        return listed(self.meaning.people, 3, self.w.person)

    def days(self, window: Window) -> str:
        start, end = window.start, window.end
        if start is not None and end is not None:
            return self.w.span(start, end)
        if start is not None:
            return f"since {self.w.day(start)}" if start <= self.today else f"from {self.w.day(start)}"
        return f"by {self.w.day(end)}" if end is not None else cut(window.words, 40)

    def title(self, what: str) -> str:
        return f"{self.w.project()}: {what}, as of {self.w.moment(self.as_of)}"

    def reply(self, what: str, data: Mapping[str, Any], *found: tuple[str | None, Iterable[str]]) -> Reply:
        return Reply(Answer(self.title(what), sections(*found)), dict(data))

    def lines(
        self,
        things: Sequence[T],
        line: Callable[[T], str],
        name: Callable[[T], str],
        most: int = MOST_LINES,
    ) -> Iterator[str]:
        """A line for each, and of a very long list the names of the rest."""
        most = len(things) if self.whole or len(things) <= most + 1 else most
        yield from map(line, things[:most])
        rest = things[most:]
        if rest:
            names = ", ".join(map(name, rest[:MOST_KEYS])) + (", …" if len(rest) > MOST_KEYS else "")
            yield f"and {len(rest):,} more: {names}"

    def item_lines(
        self, items: Sequence[Item], line: Callable[[Item], str], most: int = MOST_LINES
    ) -> Iterator[str]:
        return self.lines(items, line, self.w.key, most)

    def short_line(self, item: Item) -> str:
        """One item: whose, where it stands, when it is due, and whether it is a gate."""
        said = [self.w.owner(item), self.state(item), self.w.due(item), "gate" if item.gate else ""]
        return f"{self.w.named(item)}: {', '.join(filter(None, said))}"

    def state(self, item: Item) -> str:
        """Where an item stands; a closed one, how it was closed."""
        return self.w.state(item) if item.key in self.a.timing else self.w.closing(item)

    def working_days(self, number: int) -> str:
        return count(number, "working day")


def guessed(q: Inquiry) -> Iterator[str]:
    """What words were taken for that are no part of its name: said, so that a wrong guess is seen."""
    slots, items, people = q.asked.slots, q.meaning.items, q.meaning.people
    for words in dict.fromkeys(filter(None, (slots.item if not q.quoted else None, slots.owner))):
        an_item = words == slots.item or not (slots.item or people or q.meaning.party)
        named = [q.plan.item[key] for key in items if key in q.plan.item] if an_item else []
        if named and not any(_is_named(words, i.key, i.title, i.area or "") for i in named):
            yield f"“{cut(words, 60)}” is taken as {listed(named, 3, q.w.named)}."
            yield from _quoted_too(q, words)
        who = [q.plan.person[key] for key in people if key in q.plan.person] if words == slots.owner else []
        plain = words.casefold() not in ASKER and not words.startswith("<@") and not q.meaning.party
        if who and plain and not any(_is_named(words, p.key, p.name) for p in who):
            yield f"“{cut(words, 60)}” is taken as {listed(who, 3, _with_role)}."


def _quoted_too(q: Inquiry, words: str) -> Iterator[str]:
    """What is believed in these very words, which the guess has missed."""
    for belief in q.quoting(words)[:2]:
        yield f"In these words there is an assumption: {q.w.belief_in_full(belief)}."


def _is_named(words: str, *names: str) -> bool:
    """Is one of the words, or how it begins, part of a name?"""
    parts = [part for name in names for part in _parts(name)]
    return any(part.startswith(word[:4]) or word.startswith(part) for word in _parts(words) for part in parts)


def _has_all(text: str, words: Sequence[str]) -> bool:
    """Does a text have all of these words, or words that begin as they do?"""
    parts = _parts(text)
    return all(
        any(part[:4] == word[:4] and abs(len(part) - len(word)) < 3 for part in parts) for word in words
    )


def _parts(text: str) -> list[str]:
    found = re.findall(r"[^\W_]+", text.casefold())
    return [part for part in found if len(part) > 1 and part not in _LITTLE]


def _with_role(person: Person) -> str:
    about = ", ".join(filter(None, [person.role, person.org]))
    return f"{person.name} ({about})" if about else person.name


def not_found(q: Inquiry, unclear: Unclear) -> str:
    """That some words name nothing here, and what they may have meant."""
    words = cut(unclear.words, 60)
    near = [_offered(q, key) for key in unclear.near[:3]]
    meant = f" Did you mean {_either(near)}?" if near else ""
    if unclear.slot == "item":
        return f"No item here is called “{words}”.{meant or ' /golive before all lists what there is.'}"
    if unclear.slot == "owner" and unclear.words.casefold() in ASKER:
        return "I do not know who you are in this project; say a name. /golive own KEY makes you part of it."
    if unclear.slot == "owner":
        return f"Nobody here is called “{words}”.{meant or ' Say a name as the project file has it.'}"
    if unclear.slot == "window":
        return f"I cannot tell which days “{words}” are.{meant or ' Say a date, such as “since 4 Nov”.'}"
    return f"No project here is called “{words}”.{meant}"


def _offered(q: Inquiry, key: str) -> str:
    item = q.plan.item.get(key)
    if item is not None:
        return q.w.named(item)
    return q.w.person(key)


def _either(words: Sequence[str]) -> str:
    return " or ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else words[0]
