"""On whom does a blocker wait: somebody, an organisation, or items of our own?"""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property

from bot.domain.contacts import waited_on
from bot.domain.plan import Blocker, Person, Plan

OWN_ITEMS = "our own items"
_WORD = re.compile(r"[^\W_]+")
_JOINTS = re.compile(r"\s*[,;/+&]\s*|\s+(?:and|or|und|et|y)\s+", re.IGNORECASE)
# Said around the names of items: "the vpn and firewall items to be done".
_AROUND_WORDS = "a an be both done finished first gate gates item items our step steps task the to"
_AROUND = frozenset(_AROUND_WORDS.split())
_VENDOR = "vendor"
_CUSTOMER = frozenset({"customer", "client"})


def plain(text: str | None) -> str:
    """Its words, whatever their casing and punctuation."""
    return " ".join(word.casefold() for word in _WORD.findall(text or ""))


class Parties:
    """Whom the blockers of one plan wait on. Each way of saying it is looked up once."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._asked: dict[str, tuple[Person, ...]] = {}
        self._followed: dict[str, tuple[str, ...]] = {}
        self._organisations: dict[str, str] = {}

    @cached_property
    def _items(self) -> dict[str, str]:
        """Keys by what an item may be called; a title that two items have calls neither."""
        titles = Counter(plain(item.title) for item in self._plan.items)
        named = {plain(i.title): i.key for i in self._plan.items if titles[plain(i.title)] == 1}
        return {**named, **{plain(item.key): item.key for item in self._plan.items}}

    @cached_property
    def _orgs(self) -> dict[str, str]:
        """Organisations by their plain words, as they are spelt."""
        project = self._plan.project
        names = (*map(self.org, self._plan.people), project.customer, project.vendor)
        return {plain(name): name for name in names if name and plain(name)}

    @cached_property
    def _sizes(self) -> Counter[str]:
        return Counter(plain(self.org(person)) for person in self._plan.people)

    def org(self, person: Person) -> str | None:
        """The organisation somebody works for, by its name where "vendor" or "customer" stands for it."""
        project, said = self._plan.project, plain(person.org)
        if said == _VENDOR:
            return project.vendor or person.org
        return project.customer or person.org if said in _CUSTOMER else person.org

    def people_of(self, party: str) -> frozenset[str]:
        """The keys of everybody who works for an organisation."""
        said = plain(party)
        project = self._plan.project
        wanted = {said}
        if said in _CUSTOMER:
            wanted.add(plain(project.customer))
        if said == _VENDOR:
            wanted.add(plain(project.vendor))
        orgs = {plain(self.org(person)) for person in self._plan.people} - {""}
        if said and not wanted & orgs:  # "Lakeside" says "Lakeside Health" when no other name has it
            longer = {org for org in orgs if f" {said} " in f" {org} "}
            wanted = longer if len(longer) == 1 else set()
        return frozenset(p.key for p in self._plan.people if plain(self.org(p)) in wanted & orgs)

    def asked(self, blocker: Blocker) -> Person | None:
        """Who is to be asked about a blocker: who is named, else who speaks for the team."""
        words = blocker.waiting_on or ""
        if words not in self._asked:
            self._asked[words] = waited_on(self._plan, blocker)
        return self._asked[words][0] if self._asked[words] else None

    def names(self, blocker: Blocker, person: Person) -> bool:
        """The blocker says this very person."""
        said = set(plain(blocker.waiting_on).split())
        mentioned = bool(person.slack) and f"<@{person.slack}" in (blocker.waiting_on or "")
        return mentioned or bool(said & (set(plain(person.name).split()) - {"dr", "prof", "mr", "ms", "mrs"}))

    def followed(self, blocker: Blocker) -> tuple[str, ...]:
        """The items a blocker merely follows, when it waits on nothing else."""
        words = blocker.waiting_on or ""
        if words not in self._followed:
            self._followed[words] = self._keys_in(words)
        return self._followed[words]

    def _keys_in(self, words: str) -> tuple[str, ...]:
        parts = (plain(part) for part in _JOINTS.split(words))
        bare = [part if part in self._items else _bare(part) for part in parts]
        named = [part for part in bare if part]
        if not named or not all(part in self._items for part in named):
            return ()
        return tuple(dict.fromkeys(self._items[part] for part in named))

    def organisation(self, blocker: Blocker) -> str | None:
        """The organisation a blocker waits on; the very words where they name none; None without words."""
        words = blocker.waiting_on or ""
        if words not in self._organisations:
            self._organisations[words] = self._organisation(blocker)
        return self._organisations[words] or None

    def _organisation(self, blocker: Blocker) -> str:
        if self.followed(blocker):
            return OWN_ITEMS
        person = self.asked(blocker)
        if person is not None and self.org(person):
            return self.org(person) or ""
        said = f" {plain(blocker.waiting_on)} "
        found = [name for words, name in self._orgs.items() if f" {words} " in said]
        return max(found, key=len) if found else " ".join((blocker.waiting_on or "").split())

    def waits_on_party(self, blocker: Blocker, party: str) -> bool:
        """A blocker waits on an organisation, or on a team in the words of its blockers."""
        asked = self.asked(blocker)
        if asked is not None and asked.key in self.people_of(party):
            return True
        said, wanted = f" {plain(blocker.waiting_on)} ", f" {plain(party)} "
        if not said.strip() or not wanted.strip():
            return False
        return wanted in said or plain(self.organisation(blocker)) == wanted.strip()

    def waits_on_person(self, blocker: Blocker, person: Person) -> bool:
        """Named, or spoken of as a team that this person speaks for.

        An unnamed team of their organisation counts as theirs on what they own or confirm themselves.
        """
        if not (blocker.waiting_on or "").strip() or self.followed(blocker):
            return False
        asked = self.asked(blocker)
        if asked is not None and asked.key == person.key:
            return True
        if asked is not None and self.names(blocker, asked):
            return False
        org = plain(self.org(person))
        if not org or plain(self.organisation(blocker)) != org:
            return False
        item = self._plan.item.get(blocker.item or "")
        theirs = item is not None and person.key in (item.owner, item.validator)
        return theirs or self._sizes[org] == 1


def _bare(part: str) -> str:
    return " ".join(word for word in part.split() if word not in _AROUND)
