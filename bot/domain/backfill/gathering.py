"""What is left of all that was said, once what came later is taken into account?"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from bot.domain import blockers
from bot.domain.backfill.values import (
    ASSUMPTION,
    BLOCKER,
    DECISION,
    DUE,
    ITEM,
    KINDS,
    MOST_LINKS,
    OVER,
    OWNER,
    UNBLOCK,
    Finding,
    Found,
    Told,
    moment,
)
from bot.domain.callnotes import Proposal
from bot.domain.plan import Blocker, Plan, Status

MOST_FINDINGS = 3_000  # of these, whoever ticks them sees the latest
MOST_COMPARED = 200
SAME = 0.75  # of the telling words
_CLOSED = (Status.DONE, Status.VALIDATED, Status.WAIVED)
_LITTLE_WORDS = """
the a an and or for of to in on at by with from is are was be been we i it this that still not yet our your
they waiting wait blocked blocker need needs due will would can has have had up out as so but now again
"""
_LITTLE = frozenset(_LITTLE_WORDS.split())

Changed = Callable[[str, str], datetime | None]  # when a field of an item was last changed by hand
Known = Callable[[str], bool]  # whether something stored came of a message


@dataclass(slots=True, eq=False)
class _Open:
    """Something said, so far as nothing said later undoes it."""

    told: Told
    words: frozenset[str]
    again: list[tuple[str, str | None]] = field(default_factory=list)
    more: int = 0
    perhaps_over: str | None = None
    gone: bool = False

    def repeat(self, told: Told) -> None:
        if len(self.again) + 1 < MOST_LINKS:
            self.again.append((told.ts, told.thread))
        else:
            self.more += 1


class Gathering:
    """Takes in what was told, oldest first, and keeps what still holds. What is kept does not grow with what
    was read, only with what there is to record, and that no further than can be looked through."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._open: dict[str, dict[str | None, list[_Open]]] = {BLOCKER: {}}  # by kind, and item of a blocker
        self._recent: deque[_Open] = deque(maxlen=MOST_COMPARED)  # blockers, whatever their item
        self._in_thread: dict[str, list[_Open]] = {}
        self._latest: dict[tuple[str, str], _Open] = {}  # owner and date of an item: the last word counts
        self._stored_over: dict[str, Told] = {}
        self._kept = self._over = self._replaced = self._dropped = 0

    def take(self, told: Told) -> None:
        """What was said next."""
        if told.item is not None and told.item not in self._plan.item:
            told = replace(told, item=None)
        if told.kind == OVER:
            self._end(told)
        elif told.kind not in (OWNER, DUE):
            self._begin(told)
        elif told.item is not None:
            self._change(told, told.item)
        if self._kept > MOST_FINDINGS * 2:
            self._forget_the_oldest()

    def _begin(self, told: Told) -> None:
        words = telling(f"{told.text} {told.waiting_on or ''}" if told.kind == BLOCKER else told.text)
        same = self._same(told, words)
        if same is None and not told.over:
            self._add(_Open(told, words))
        elif same is None:
            self._over += 1
        else:
            same.repeat(told)
            same.perhaps_over = None  # it is said again, so it is not over
            self._in_thread.setdefault(told.thread or told.ts, []).append(same)
            if told.item is not None and same.told.item is None:
                self._bucket(same).remove(same)
                same.told = replace(same.told, item=told.item, guessed=told.guessed)
                self._bucket(same).append(same)
            if told.over:
                self._drop(same)

    def _same(self, told: Told, words: frozenset[str]) -> _Open | None:
        """What was said before, if this says no more than that."""
        said = self._open.setdefault(told.kind, {}).get(told.item if told.kind == BLOCKER else None, [])
        found = next((each for each in reversed(said[-MOST_COMPARED:]) if _is_same(each, told, words)), None)
        if found is None and told.kind == BLOCKER:
            loose = (each for each in self._recent if None in (each.told.item, told.item))
            found = next((each for each in loose if not each.gone and _is_same(each, told, words)), None)
        return found

    def _bucket(self, one: _Open) -> list[_Open]:
        item = one.told.item if one.told.kind == BLOCKER else None
        return self._open.setdefault(one.told.kind, {}).setdefault(item, [])

    def _add(self, one: _Open) -> None:
        self._bucket(one).append(one)
        self._kept += 1
        if one.told.kind == BLOCKER:
            self._recent.append(one)
            self._in_thread.setdefault(one.told.thread or one.told.ts, []).append(one)

    def _drop(self, one: _Open) -> None:
        """It was over later."""
        self._take_out(one)
        self._over += 1

    def _take_out(self, one: _Open) -> None:
        self._bucket(one).remove(one)
        self._kept -= 1
        one.gone = True
        for ts, thread in ((one.told.ts, one.told.thread), *one.again):
            self._in_thread.pop(thread or ts, None)

    def _end(self, told: Told) -> None:
        """Something is over: what its thread is about, or else its item; or what its words may mean."""
        said = self._in_thread.get(told.thread or "") or ()
        ended = [each for each in said if not each.gone]
        if not ended and told.item is not None:
            ended = list(self._open[BLOCKER].get(told.item, ()))
        for each in dict.fromkeys(ended):
            self._drop(each)
        for stored in self._stored_ended(told):
            self._stored_over[stored.id] = replace(told, item=stored.item)
        if not ended and told.item is None and told.thread is None:
            words = telling(told.text)
            for each in self._recent:
                if each.told.item is None and words & each.words:
                    each.perhaps_over = told.text

    def _stored_ended(self, told: Told) -> Iterable[Blocker]:
        on = moment(told.ts).astimezone(self._plan.project.zone).date()
        earlier = [b for b in self._plan.blockers if b.open and b.raised <= on]
        under = [b for b in earlier if b.ts is not None and b.ts == told.thread]
        of_item = [b for b in earlier if told.item is not None and b.item == told.item]
        return under or (of_item if len(of_item) == 1 else ())

    def _change(self, told: Told, item: str) -> None:
        """Whose an item is, and by when: said later, it counts more."""
        if told.kind == OWNER:
            self._put(replace(told, day=None), item)
        if told.day is not None:
            said = self._in_thread.get(told.thread or "") or ()
            held = [each for each in said if not each.gone and each.told.item == item]
            for each in held:  # "by Friday", below what holds it up, is when that ends
                each.told = replace(each.told, day=told.day)
            if not held:
                self._put(replace(told, kind=DUE, person=None, key=None), item)

    def _put(self, told: Told, item: str) -> None:
        was = self._latest.get((told.kind, item))
        if was is not None and _says_the_same(was.told, told):
            was.repeat(told)
            return
        self._replaced += was is not None
        self._latest[told.kind, item] = _Open(told, frozenset())

    def _forget_the_oldest(self) -> None:
        """There is more than anybody will look through: the older part goes."""
        everything = sorted(self._all_open(), key=lambda each: float(each.told.ts))
        for each in everything[: max(0, len(everything) - MOST_FINDINGS)]:
            self._take_out(each)
            self._dropped += 1

    def _all_open(self) -> Iterator[_Open]:
        return (each for kind in self._open.values() for said in kind.values() for each in said)

    # What is left

    def found(self, changed: Changed, known: Known, today: date) -> Found:
        """What there is to record, the latest first in each kind; what is stored already is left out."""
        sifting = _Sifting(self._plan, changed, known, today)
        left = [*self._all_open(), *self._latest.values()]
        findings = [found for each in left if (found := sifting.finding(each)) is not None]
        findings += [sifting.cleared(self._plan.blocker[id], told) for id, told in self._stored_over.items()]
        findings.sort(key=lambda each: float(each.messages[0][0]), reverse=True)
        dropped = self._dropped + max(0, len(findings) - MOST_FINDINGS)
        findings = findings[:MOST_FINDINGS]
        findings.sort(key=lambda each: KINDS.index(each.proposal.kind))
        numbered = (replace(f, proposal=replace(f.proposal, line=n)) for n, f in enumerate(findings, 1))
        return Found(
            findings=tuple(numbered),
            over=self._over,
            replaced=self._replaced,
            stored=sifting.stored,
            moot=sifting.moot,
            dropped=dropped,
        )


class _Sifting:
    """Turns what is left into proposals, less what is stored already or concerns what is closed."""

    def __init__(self, plan: Plan, changed: Changed, known: Known, today: date) -> None:
        self._plan, self._changed, self._known, self._today = plan, changed, known, today
        self.stored = self.moot = 0
        self._words = {
            DECISION: [telling(each.text) for each in plan.decisions],
            ASSUMPTION: [telling(each.text) for each in plan.assumptions],
            ITEM: [telling(each.title) for each in plan.items],
        }

    def finding(self, one: _Open) -> Finding | None:
        if self._is_stored(one):
            self.stored += 1
            return None
        item = self._plan.item.get(one.told.item or "")
        if item is not None and item.status in _CLOSED and one.told.kind in (BLOCKER, OWNER, DUE):
            self.moot += 1
            return None
        return self._as_finding(one, one.told.kind)

    def cleared(self, blocker: Blocker, told: Told) -> Finding:
        found = self._as_finding(_Open(told, frozenset()), UNBLOCK)
        return replace(found, blocker=blocker.id, past=False)

    def _is_stored(self, one: _Open) -> bool:
        told = one.told
        if any(self._known(ts) for ts, _ in (_place(told), *one.again)):
            return True
        if told.kind == BLOCKER:
            return self._blocker_is_stored(one)
        if told.kind in (OWNER, DUE):
            return self._stands(told)
        return any(
            _overlap(one.words, words) >= SAME and _numbers(one.words) == _numbers(words)
            for words in self._words[told.kind]
        )

    def _stands(self, told: Told) -> bool:
        """It is so, or was said otherwise since."""
        item = self._plan.item[told.item or ""]
        is_so = item.due == told.day if told.kind == DUE else item.owner == self._person(told)
        last = self._changed(item.key, told.kind)
        return (is_so and (told.kind == DUE or item.owner is not None)) or (
            last is not None and last >= moment(told.ts)
        )

    def _blocker_is_stored(self, one: _Open) -> bool:
        on = self._day(one.told.ts)
        for blocker in self._plan.blockers:
            if one.told.item not in (None, blocker.item) or (not blocker.open and blocker.raised < on):
                continue
            stored = telling(f"{blocker.text} {blocker.waiting_on or ''}")
            if _overlap(stored, one.words) >= SAME:
                return True
        return blockers.same(self._plan, one.told.text, one.told.item, one.told.by) is not None

    def _as_finding(self, one: _Open, kind: str) -> Finding:
        told = one.told
        person = self._person(told)
        proposal = Proposal(
            kind=kind,
            text=told.text,
            line=0,
            said=told.text,
            item=told.item,
            owner=person,
            user=told.person if person is None and told.kind != DECISION else None,
            day=told.day,
            waiting_on=told.waiting_on,
            doubts=tuple(self._doubts(one)),
        )
        return Finding(
            proposal=proposal,
            on=self._day(told.ts),
            by=told.by,
            messages=(_place(told), *one.again),
            past=told.day is not None and told.day < self._today,
        )

    def _doubts(self, one: _Open) -> Iterator[str]:
        if one.told.guessed:
            yield "which item is meant is a guess"
        if one.told.kind == BLOCKER and (stored := self._nearly_stored(one)) is not None:
            yield f"may be {stored.id}: “{stored.text[:80]}”"
        if one.perhaps_over is not None:
            yield f"may be over: “{one.perhaps_over[:80]}”"
        if one.more:
            yield f"said {one.more:,} more times"

    def _nearly_stored(self, one: _Open) -> Blocker | None:
        """An open one on the same item with half of the words: whoever ticks sees whether it is that."""
        for blocker in self._plan.blockers:
            if blocker.open and blocker.item == one.told.item:
                words = telling(f"{blocker.text} {blocker.waiting_on or ''}")
                if len(words & one.words) >= max(2, len(words | one.words) // 2 - 1):
                    return blocker
        return None

    def _person(self, told: Told) -> str | None:
        if told.kind == DECISION:
            told = replace(told, person=told.by)
        if told.key is not None and told.key in self._plan.person:
            return told.key
        known = self._plan.by_slack.get(told.person or "")
        return known.key if known else None

    def _day(self, ts: str) -> date:
        return moment(ts).astimezone(self._plan.project.zone).date()


def telling(text: str) -> frozenset[str]:
    """The words of a text that say what it is about."""
    found = re.findall(r"[^\W_]+", text.casefold())
    return frozenset(w[:-1] if len(w) > 3 and w.endswith("s") else w for w in found if w not in _LITTLE)


def _is_same(one: _Open, told: Told, words: frozenset[str]) -> bool:
    """The same, said again."""
    if told.kind != BLOCKER and _numbers(words) != _numbers(one.words):
        return False  # pier 3 is not pier 4
    if not words or not one.words:
        return one.told.text.casefold() == told.text.casefold()
    if told.kind == BLOCKER and told.item is not None and one.told.item == told.item:
        waits, waited = telling(told.waiting_on or ""), telling(one.told.waiting_on or "")
        if waits and (waits <= waited or waited <= waits) and waited:
            return True
    return _overlap(one.words, words) >= SAME


def _numbers(words: frozenset[str]) -> frozenset[str]:
    return frozenset(word for word in words if word[:1].isdigit())


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(len(one), len(other)) if one and other else 0.0


def _says_the_same(one: Told, other: Told) -> bool:
    same_person = (one.person, one.key) == (other.person, other.key)
    return one.day == other.day if one.kind == DUE else same_person and other.day in (None, one.day)


def _place(told: Told) -> tuple[str, str | None]:
    return told.ts, told.thread
