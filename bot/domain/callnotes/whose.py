"""Whom do the words of a note name: somebody of the project, somebody else, or nobody?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bot.domain.callnotes.structure import folded
from bot.domain.contacts import waited_on
from bot.domain.naming import find_person
from bot.domain.plan import Blocker, Person, Plan
from bot.domain.questions.whom import Whom, whom
from bot.domain.states import lead

_SLACK = re.compile(r"@?([UW][A-Z0-9]{4,30})")
_WORD = re.compile(r"[^\W\d_][\w.'’-]*")
_JOINED = re.compile(r"\s*(?:/|&|\+|,|\band\b|\bund\b|\bet\b|\by\b)\s*")
# Written large at the beginning of a sentence, and nobody's name all the same.
_NO_NAMES_WORDS = """
a action add agree all also an any approve as ask assume at be block book both build call can chase
check clarify clean close complete confirm contact continue copy create decide define deliver deploy
discuss do document done draft each email end escalate everybody everyone file fill final find finish
first fix follow for from gate get give go have he hold how i if in install invite is issue it item keep
last let look make map meet meeting migrate monitor move need new next no nobody none not note now of on
open order our pending plan please point prepare provide publish push put question raise ready rehearse
remind remove reply report request resolve review risk run schedule see send set setup share she ship
should sign some somebody someone start status stop switch sync talk task tbc tbd team test testing that
the their then there these they this to today todo tomorrow topic track train training triage try update
upload us use validate verify vendor wait we what when where who will with work write yes you el la los
las un una se nos le les il elle on nous wir der die das es er sie ein eine alle bitte monday tuesday
wednesday thursday friday saturday sunday january february march april june july august september
october november december
"""
_NO_NAMES = frozenset(_NO_NAMES_WORDS.split())
_SELF = frozenset({"i", "me", "myself", "ich", "je", "yo"})
_NOBODY = frozenset(
    {"tbd", "tbc", "tba", "nobody", "none", "n/a", "na", "?", "??", "-", "—", "open", "unassigned"}
)


_TITLE = re.compile(
    r"^(?:herr|frau|señora?|sra?|don|doña|monsieur|madame|mme|mr|mrs|ms)\.?\s+(?=\w)", re.IGNORECASE
)


def _flat(words: str) -> str:
    return " ".join(
        part for part in folded(words.replace("_", " ").replace("'", "").replace("’", "")).split()
    )


def _shortened(name: str) -> set[str]:
    """The ways to write a name short, each folded."""
    parts = _flat(name).split()
    if len(parts) < 2:
        return set()
    first, last = parts[0], parts[-1]
    return {
        f"{first} {last[0]}",
        f"{first[0]} {last}",
        f"{first[0]}{last}",
        f"{first} {last}",
        f"{last} {first}",
        f"{' '.join(parts[1:])} {first}",
    }


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person of the project (`key`), or a Slack user or words that are none yet; `doubt` says why."""

    key: str | None = None
    user: str | None = None
    words: str | None = None
    doubt: str | None = None
    party: bool = False  # a team or a company, of which it is not known who

    @property
    def known(self) -> bool:
        return self.key is not None


class People:
    """Everybody a project knows, as notes call them. Each way of calling them is looked up once."""

    def __init__(self, plan: Plan, asker: str | None) -> None:
        self._plan, self._asker = plan, asker
        self._found: dict[str, Somebody | None] = {}
        self._initials: dict[str, list[Person]] = {}
        self._short: dict[str, list[Person]] = {}  # "Ana R.", "A. Ruiz", "Ruiz, Ana", and a mail address
        for person in plan.people:
            for short in _shortened(person.name):
                self._short.setdefault(short, []).append(person)
            letters = "".join(part[0] for part in re.findall(r"[^\W\d_]+", person.name)).upper()
            self._initials.setdefault(letters, []).append(person)

    def named(self, words: str) -> Somebody | None:
        """Whom words mean that stand where a name would; None when they cannot be one."""
        said = words.strip(" *_:;,.()[]<>–—-")
        if not said or len(said) > 80:
            return None
        if said not in self._found:
            self._found[said] = self._of(said)
        return self._found[said]

    def is_known(self, words: str) -> bool:
        found = self.named(words)
        return found is not None and found.known

    def _of(self, said: str) -> Somebody | None:
        first, *others = [part for part in _JOINED.split(said) if part.strip()] or [said]
        whole = self._one(said)
        if (whole is not None and whole.known) or not others:
            return whole
        found = self._one(first)
        if found is None or any(self._one(other) is None for other in others):
            return whole
        # An item has one owner: the first that is named, and a doubt that says so.
        return Somebody(found.key, found.user, found.words, found.doubt or f"one owner of “{said}”")

    def _one(self, said: str) -> Somebody | None:
        bare = _TITLE.sub("", said.lstrip("@").strip())
        low = bare.casefold()
        if low in _NOBODY:
            return None
        if low in _SELF:
            return Somebody(self._asker, None, bare, f"“{bare}” is taken for you") if self._asker else None
        exact = find_person(bare, self._plan.people)
        if exact.exact is not None:
            return Somebody(exact.exact.key)
        short = self._short.get(_flat(bare.partition("@")[0] if "@" in bare else bare), [])
        if len(short) == 1:
            return Somebody(short[0].key)
        user = _SLACK.fullmatch(bare)
        if user and said.startswith("@"):
            return Somebody(user=user[1], doubt="new to the project")
        held = self._initials.get(bare, []) if 2 <= len(bare) <= 3 and bare.isupper() else []
        if len(held) == 1:
            return Somebody(held[0].key)
        return self._by_place(bare) or self._unknown(said, exact.near)

    def _by_place(self, bare: str) -> Somebody | None:
        """By role, as a team, or as a company: then whoever speaks for it, which is a guess."""
        roles = [p for p in self._plan.people if p.role and p.role.casefold() == bare.casefold()]
        if len(roles) == 1:
            return Somebody(roles[0].key)
        if bare.casefold() in _NO_NAMES or not _WORD.search(bare):
            return None
        meant = whom(bare, self._plan, None)
        heads = waited_on(self._plan, Blocker(id="", text="", waiting_on=bare, raised=date.min))
        if heads and (meant or all(word[:1].isupper() for word in bare.split())):
            return Somebody(heads[0].key, None, bare, f"{heads[0].name} for “{bare}”")
        if len(meant.people) == 1:
            person = self._plan.person[meant.people[0]]
            return Somebody(person.key, None, bare, f"{person.name} for “{bare}”")
        if meant.people or meant.party:
            return self._of_party(bare, meant)
        return None

    def _of_party(self, bare: str, meant: Whom) -> Somebody:
        """Our own side is spoken for by who leads the project."""
        head = self._plan.person.get(lead(self._plan) or "")
        if head is not None and (head.key in meant.people or meant.party == self._plan.project.vendor):
            return Somebody(head.key, None, bare, f"{head.name} for “{bare}”", party=True)
        return Somebody(words=bare, doubt=f"who of “{bare}”", party=True)

    def _unknown(self, said: str, near: Iterable[Person]) -> Somebody | None:
        """Words that are written like a name of somebody the project does not know."""
        parts = said.lstrip("@").split()
        if not 1 <= len(parts) <= 3:
            return None
        like = all(part[:1].isupper() and part.casefold().strip(".") not in _NO_NAMES for part in parts)
        if not (said.startswith("@") or like) or any(re.search(r"\d", part) for part in parts):
            return None
        offered = [person.name for person in near][:2]
        meant = f", perhaps {' or '.join(offered)}" if offered else ""
        return Somebody(words=said.lstrip("@"), doubt=f"who “{said.lstrip('@')}” is{meant}")
