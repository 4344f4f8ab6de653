"""Of which items, blockers and people of a plan does a statement speak?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.domain.errors import Invalid
from bot.domain.questions.asked import Asked, Slots
from bot.domain.questions.meaning import Meaning, resolve
from bot.domain.whatif.clauses import Clause
from bot.domain.whatif.days import folded
from bot.domain.whatif.scenario import Kind
from bot.domain.whatif.setting import Setting, Subject
from bot.domain.whatif.vocabulary import BLOCKER, ITEM, PERSON
from bot.domain.wording import listed

# Between two nouns an article begins the second.
_ARTICLE = re.compile(r"(?<=\w)\s+(?:the|die|den|das|le|la|les|el|los|las)\s+(?=\w)", re.I)


@dataclass(frozen=True)
class Subjects:
    """Finds them; `meaning` is what the question as a whole was taken to mean."""

    setting: Setting
    meaning: Meaning

    def of(self, clause: Clause, kind: Kind, *, alone: bool) -> Subject:
        if kind in (Kind.HOLIDAY, Kind.WORKED, Kind.TARGET):
            return Subject()
        people = self._people(clause)
        if kind in (Kind.AWAY, Kind.LEAVES):
            return self._who(clause, people, alone=alone)
        found = Subject(clause.items, clause.blockers, people)
        for fragment in clause.fragments(ITEM + BLOCKER):
            found = _joined(found, self._lookup(clause.written(fragment), kind))
        if not (found.items or found.blockers) and people:
            found = replace(found, blockers=self._waiting_on(map(self.setting.name, people)))
        if not (found.items or found.blockers) and alone:
            found = replace(found, items=self.meaning.items)
        if not (found.items or found.blockers):
            self._refuse_unknown(found)
        return found

    def _lookup(self, fragment: str, kind: Kind) -> Subject:
        """What words that are no key mean: items of an area, an item, or a party that is waited for."""
        area = tuple(i.key for i in self.setting.plan.items if i.area and folded(i.area) == folded(fragment))
        if area:
            return self._meant(fragment, area, kind)
        if kind in (Kind.SLIPS, Kind.TAKES, Kind.CLEARS, Kind.HELD) and (held := self._held_by(fragment)):
            return Subject(blockers=held)
        meant = resolve(Asked("whatif", Slots(item=fragment)), self.setting.plan, self.setting.as_of)
        if meant.items:
            return self._meant(fragment, meant.items, kind)
        if said := _ARTICLE.split(fragment, maxsplit=1)[1:]:  # "der Zoll die Schlüssel": who, and then what
            return self._lookup(said[0], kind)
        near = tuple(key for unclear in meant.unclear for key in unclear.near)
        return Subject(unknown=(fragment,), near=near)

    def _held_by(self, fragment: str) -> tuple[str, ...]:
        """Open blockers that wait for the party of this name, or for one of its people."""
        who = resolve(Asked("whatif", Slots(owner=fragment)), self.setting.plan, self.setting.as_of)
        names = [fragment, *([who.party] if who.party else []), *map(self.setting.name, who.people)]
        return self._waiting_on(names)

    def _meant(self, fragment: str, keys: Sequence[str], kind: Kind) -> Subject:
        """Of several items of one name: all, or where the work on them begins or ends."""
        open_ = [key for key in keys if key in self.setting.a.timing] or list(keys)
        taken = open_
        if kind in (Kind.SLIPS, Kind.TAKES, Kind.STARTS, Kind.HELD):
            taken = [key for key in open_ if not self._behind(key) & {*open_}] or open_
        elif kind is Kind.FINISHES:
            taken = [key for key in open_ if not any(key in self._behind(k) for k in open_)] or open_
        elif kind is Kind.CLEARS:
            taken = [key for key in open_ if self.setting.plan.open_blockers.get(key)] or open_
        if len(open_) == 1:
            same = folded(fragment) in (folded(open_[0]), folded(self.setting.plan.item[open_[0]].title))
            return Subject(
                items=tuple(open_), remarks=() if same else (f"“{fragment}” is taken as {open_[0]}.",)
            )
        said = f"“{fragment}” is taken as {listed(taken, 6, str)}"
        rest = [key for key in open_ if key not in taken]
        also = f", of {listed(open_, 6, str)}; name another key to ask about that" if rest else ""
        return Subject(items=tuple(taken), remarks=(f"{said}{also}.",))

    def _behind(self, key: str) -> set[str]:
        """What an item waits for, directly or not."""
        found, stack = set[str](), [key]
        while stack:
            for need in self.setting.plan.item[stack.pop()].depends_on:
                if need in self.setting.plan.item and need not in found:
                    found.add(need)
                    stack.append(need)
        return found

    def _people(self, clause: Clause) -> tuple[str, ...]:
        for named in clause.people:
            if "|" in named:
                names = " or ".join(self.setting.name(key) for key in named.split("|"))
                raise Invalid(f"Say which one you mean: {names}. Nothing was changed.")
        return clause.people

    def _who(self, clause: Clause, people: tuple[str, ...], *, alone: bool) -> Subject:
        unknown, remarks = list[str](), list[str]()
        for fragment in map(clause.written, clause.fragments(PERSON)):
            meant = resolve(Asked("whatif", Slots(owner=fragment)), self.setting.plan, self.setting.as_of)
            org = self._of_org(fragment) or (self._of_org(meant.party) if meant.party else ())
            people = (*people, *(org or meant.people))
            if org:
                remarks.append(
                    f"“{fragment}” is taken as everybody of it: {listed(org, 6, self.setting.name)}."
                )
            elif not meant.people:
                unknown.append(fragment)
        if not people and alone:
            people = self.meaning.people
        if not people:
            known = listed([p.name for p in self.setting.plan.people], 8, str)
            who = f"I know nobody called “{unknown[0]}” here" if unknown else "Say who"
            raise Invalid(
                f"{who}. The people of this project: {known or 'nobody yet'}. {self.setting.ways()}"
            )
        return Subject(people=tuple(dict.fromkeys(people)), remarks=tuple(remarks))

    def org(self, clause: Clause) -> tuple[str, ...]:
        return tuple(key for fragment in clause.fragments(PERSON) for key in self._of_org(fragment))

    def _of_org(self, name: str) -> tuple[str, ...]:
        project, asked = self.setting.plan.project, folded(name)
        role = {folded(project.vendor or ""): "vendor", folded(project.customer or ""): "customer"}.get(asked)
        named = {asked, *([role] if role else [])} - {""}
        return tuple(p.key for p in self.setting.plan.people if p.org and folded(p.org) in named)

    def _waiting_on(self, names: Iterable[str]) -> tuple[str, ...]:
        """Open blockers that wait for somebody of this name."""
        wanted = [folded(name).split() for name in names if name.strip()]
        return tuple(
            b.id
            for b in self.setting.plan.blockers
            if b.open and b.waiting_on and any(_has_words(folded(b.waiting_on), words) for words in wanted)
        )

    def _refuse_unknown(self, found: Subject) -> None:
        if not found.unknown:
            theirs = [
                i.key
                for i in self.setting.plan.items
                if i.key in self.setting.a.timing and i.owner in found.people
            ]
            whose = f" Theirs are {listed(theirs, 5, str)}." if theirs else ""
            raise Invalid(f"Say of which item.{whose} {self.setting.ways()}")
        near = f" Did you mean {listed(found.near, 3, str)}?" if found.near else ""
        raise Invalid(f"I know no item “{found.unknown[0]}” in this project.{near} {self.setting.ways()}")


def _has_words(text: str, words: list[str]) -> bool:
    wanted = [word for word in words if len(word) > 2]
    return bool(wanted) and all(re.search(rf"(?<!\w){re.escape(word)}", text) for word in wanted)


def _joined(one: Subject, other: Subject) -> Subject:
    return Subject(
        (*one.items, *other.items),
        (*one.blockers, *other.blockers),
        (*one.people, *other.people),
        (*one.remarks, *other.remarks),
        (*one.unknown, *other.unknown),
        (*one.near, *other.near),
    )
