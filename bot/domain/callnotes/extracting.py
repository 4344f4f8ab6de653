"""What does each line of the notes of a call ask to have recorded?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from bot.domain import reading
from bot.domain.callnotes import phrases, shapes, speaking, structure, when
from bot.domain.callnotes.comparing import Stored
from bot.domain.callnotes.structure import ACTION, ASSUMPTION, BLOCKER, DECISION, OPEN, RISK
from bot.domain.callnotes.values import LONGEST, CallNotes, Line, Proposal
from bot.domain.callnotes.which import Items, is_verb
from bot.domain.callnotes.whose import People, Somebody
from bot.domain.hearing import hear
from bot.domain.plan import Plan, Status
from bot.domain.wording import cut

MOST_PROPOSALS = 200
_DONE = (Status.DONE, Status.VALIDATED, Status.WAIVED)
_SILENT = frozenset({structure.PEOPLE, structure.PASSED_OVER})
_WORK = frozenset({ACTION, OPEN, RISK, BLOCKER, ASSUMPTION, DECISION})


def read(text: str, plan: Plan, *, now: datetime, asker: str | None = None) -> CallNotes:
    """Everything in the notes that could be recorded, in their order. `asker` is the person key of "I"; days
    count from the day of the call that the notes name, else from now."""
    zone = plan.project.zone
    names = {user: person.name for user, person in plan.by_slack.items()}
    said, today = when.of_call(reading.unescape(text), now, zone), now.astimezone(zone).date()
    reader = _Reader(plan, said or today, today, zone, asker)
    found: list[Proposal] = []
    for line in structure.lines(text, names, reader.is_person):
        for proposal in (each for part in _sentences(line) for each in reader.proposals(part)):
            if not any(_is_same(proposal, each) for each in found):
                found.append(proposal)
    return CallNotes(day=reader.on, dated=said is not None, proposals=tuple(found[:MOST_PROPOSALS]))


def _is_same(one: Proposal, other: Proposal) -> bool:
    """Said twice in the same notes."""
    if one.item is not None and one.item == other.item and {one.kind, other.kind} <= {"owner", "due"}:
        return one.owner in (None, other.owner) and one.day in (None, other.day)
    return (
        one.kind == other.kind
        and one.item == other.item
        and structure.folded(one.text) == structure.folded(other.text)
    )


def _sentences(line: Line) -> Iterator[Line]:
    """A line of talk says several things; one in a list says one."""
    if line.cells or line.section in _WORK or line.label or line.box is not None:
        yield line
        return
    for part in phrases.SENTENCE.split(line.text):
        if part.strip():
            yield replace(line, text=part.strip())


@dataclass(slots=True)
class _Said:
    """A line on its way to a proposal."""

    line: Line
    text: str
    who: Somebody | None = None
    day: date | None = None


class _Reader:
    """Reads the lines of one set of notes against one plan."""

    def __init__(self, plan: Plan, on: date, today: date, zone: ZoneInfo, asker: str | None) -> None:
        self.on = on
        self._plan, self._today, self._zone, self._asker = plan, today, zone, asker
        self._people, self._items, self._stored = People(plan, asker), Items(plan), Stored(plan)

    def is_person(self, words: str) -> bool:
        """Somebody for certain, so that what stands below the name is theirs."""
        found = self._people.named(words) if len(words) <= 60 else None
        return found is not None and found.known and not found.doubt

    def proposals(self, line: Line) -> Iterator[Proposal]:
        silent = line.section in _SILENT and line.label not in (ACTION, DECISION, BLOCKER, ASSUMPTION)
        if line.box or line.struck or silent or line.label in _SILENT:
            return
        if phrases.NOTHING.fullmatch(line.text) or len(line.text) < 4:
            return
        found = self._tabled(line) if line.cells else self._talked(line)
        if found is not None:
            yield self._stored.told(found)

    # Which kind

    def _talked(self, line: Line) -> Proposal | None:
        """What somebody says aloud is offered, and never taken for certain."""
        if line.section in _WORK or line.label or line.box is not None:
            return self._proposal(line)
        text, asked = speaking.bare(line.text)
        text = phrases.ASIDE.sub("", text, count=1)
        speaker = line.speaker or self._before_a_colon(text)
        if speaker is not None:
            text = text.removeprefix(f"{speaker}:").strip()
            promised = speaking.promised(text)
            if promised is None and speaking.is_of_oneself(text):
                return None
            text = f"{speaker} will {promised}" if promised else text
        found = self._proposal(replace(line, text=text))
        if speaker is None and not asked:
            return found
        return _doubted(found, "whether that was only said")

    def _before_a_colon(self, text: str) -> str | None:
        """ "Ana: I'll send them": who says it, in a chat."""
        who, colon, said = text.partition(": ")
        return who if colon and speaking.is_of_oneself(said) and self.is_person(who) else None

    def _proposal(self, line: Line) -> Proposal | None:
        kind = line.label or line.section
        if line.text.rstrip(" )").endswith("?") and line.label != ACTION:
            return None
        if kind == DECISION:
            return self._decision(line)
        if kind == ASSUMPTION:
            return self._assumption(line)
        if kind == BLOCKER:
            return None if phrases.OVER.search(line.text) else self._blocker(line)
        if kind == ACTION or line.box is False:
            return None if phrases.FINISHED.search(line.text) else self._of_a_list(line)
        return self._by_its_words(line, kind)

    def _of_a_list(self, line: Line) -> Proposal | None:
        """Among the actions all is work, but for what plainly says that it is something else."""
        if shapes.doing(line.text, self._people) is not None:
            return self._action(line)
        if line.bullet and phrases.WAITS_FIRST.match(line.text):
            return self._blocker(line)
        if not line.bullet and not line.label:
            if phrases.DECIDED.search(line.text):
                return self._decision(line)
            if phrases.ASSUMED.match(line.text):
                return self._assumption(line)
            if phrases.WAITS.search(line.text) and not phrases.OVER.search(line.text):
                return self._blocker(line)
        return self._action(line)

    def _by_its_words(self, line: Line, kind: str) -> Proposal | None:
        """A line in no section that says what it is: it has to say so itself."""
        if phrases.DECIDED.search(line.text):
            return self._decision(line)
        if phrases.ASSUMED.match(line.text):
            return self._assumption(line)
        if phrases.WAITS.search(line.text) and not phrases.OVER.search(line.text):
            return self._blocker(line)
        work = shapes.doing(line.text, self._people)
        if work is not None:
            return self._worked(line, work, loosely=kind == OPEN)
        if kind in (OPEN, RISK):
            return self._open_point(line)
        return self._perhaps_work(line) or self._asked_for(line) or self._perhaps(line)

    def _asked_for(self, line: Line) -> Proposal | None:
        """ "Please send me the plan by Friday": work, though not whose."""
        found = phrases.PLEASE.match(line.text)
        if found is None or phrases.POLITE.match(found["what"]) or not is_verb(found["what"].split()[0]):
            return None
        work = shapes.Work(found["what"], None, said=True)
        return _doubted(self._worked(line, work, loosely=False), "who does it")

    def _perhaps_work(self, line: Line) -> Proposal | None:
        """In a list, a name before a day, or what "we need to": it may be work, and may be none."""
        if not line.bullet:
            return None
        bare = when.named(line.text, self.on, self._zone, loosely=True)
        placed = shapes.placed(bare.rest, self._people) if bare.day else None
        if placed is not None and placed.who is not None and placed.who.known:
            found = self._worked(line, placed, loosely=True, day=bare.day)
            return _doubted(found, "whether it is to be done")
        needed = shapes.needed(line.text)
        if needed is None:
            return None
        return _doubted(
            self._worked(line, shapes.Work(needed, None, said=True), loosely=False), "who does it"
        )

    def _perhaps(self, line: Line) -> Proposal | None:
        """What is plainly said in other words than those that notes are full of."""
        if line.text.endswith(":"):
            return None
        if len(line.text.split()) < 4 or phrases.BARE_ASSENT.match(line.text):
            return None
        now = datetime.combine(self.on, time(9), self._zone)
        heard = hear(line.text, now=now, zone=self._zone)
        known = {BLOCKER: self._blocker, DECISION: self._decision, ASSUMPTION: self._assumption}
        if not heard.explicit or heard.intent not in known:
            return None
        return _doubted(known[heard.intent](line), f"whether it is a {heard.intent}")

    def _open_point(self, line: Line) -> Proposal | None:
        """An open point is work once somebody has it and there is a day for it."""
        work = shapes.placed(when.named(line.text, self.on, self._zone, loosely=True).rest, self._people)
        day = when.named(line.text, self.on, self._zone, loosely=True).day
        if work is None or work.who is None or not work.who.known or day is None:
            return None
        return self._worked(line, shapes.Work(line.text, work.who, said=False), loosely=True)

    # Work

    def _action(self, line: Line) -> Proposal | None:
        bare = when.named(line.text, self.on, self._zone, loosely=True)
        work = shapes.doing(line.text, self._people) or shapes.placed(bare.rest, self._people)
        work = work or shapes.named_first(bare.rest, self._people)
        if work is None and (holder := self._holder(line)) is not None:
            work = shapes.Work(line.text, holder, said=False)
        if work is None:
            work = shapes.Work(shapes.needed(line.text) or line.text, None, said=False)
            if not line.bullet and not line.label and not bare.day and not is_verb(line.text.split()[0]):
                return _doubted(self._worked(line, work, loosely=True), "whether it is to be done")
        return self._worked(line, work, loosely=True, day=bare.day)

    def _holder(self, line: Line) -> Somebody | None:
        found = self._people.named(line.holder) if line.holder else None
        return found if found is not None and (found.known or found.words) else None

    def _worked(
        self, line: Line, work: shapes.Work, *, loosely: bool, day: date | None = None
    ) -> Proposal | None:
        bare = when.named(work.what, self.on, self._zone, loosely=loosely)
        what = _tidied(bare.rest)
        if not what:
            return None
        if phrases.POINTS_BACK.search(what) and not self._items.tells(phrases.POINTS_BACK.sub(" ", what)):
            said = _Said(line, what, work.who, bare.day or day)
            return _doubted(self._of_work(said), "what is meant")
        return self._of_work(_Said(line, what, work.who, bare.day or day))

    def _of_work(self, said: _Said) -> Proposal | None:
        """A new item; or of one that is there, who has it and by when."""
        match = self._items.same_work(said.text)
        if match is None:
            return self._made("item", said)
        item, who = match.item, said.who
        doubts = () if match.sure else (f"whether it is {item.key}, {cut(item.title, 40)}",)
        if item.status in _DONE:
            doubts = (*doubts, f"{item.key} is {item.status.value} already")
        owned = who is not None and not (who.known and who.key == item.owner)
        dated = said.day is not None and said.day != item.due
        if not owned and not dated:
            if not match.sure:
                return _doubted(self._made("item", said), *doubts)
            if who is None and said.day is None:
                return None
            told = replace(self._made("owner" if who else "due", said), item=item.key, text=item.title)
            return replace(told, already=item.key)
        found = self._made("owner" if owned else "due", said)
        return replace(found, item=item.key, text=item.title, doubts=(*doubts, *found.doubts))

    def _tabled(self, line: Line) -> Proposal | None:
        """A row of a table says itself which of its cells is what."""
        cells = dict(reversed(line.cells))
        kind = structure.announced(cells.get("kind", "")) or line.section
        # A decision that is "closed" was taken; so nothing but that is over.
        if kind != DECISION and phrases.FINISHED.search(cells.get("state", "")):
            return None
        if kind in (RISK, OPEN) and phrases.WAITS.search(line.text):
            kind = BLOCKER
        if kind == BLOCKER and "what" in cells:
            return self._tabled_blocker(line, cells)
        if kind in (DECISION, ASSUMPTION, RISK, OPEN) and "what" in cells:
            rest = ", ".join(cells[c] for c in ("who", "when") if cells.get(c))
            section = kind if kind in (DECISION, ASSUMPTION) else ""
            plain = replace(
                line, cells=(), section=section, text=f"{cells['what']} ({rest})" if rest else cells["what"]
            )
            return self._proposal(plain) if section else None
        who = self._people.named(cells["who"]) if cells.get("who") else None
        at = when.named(cells.get("when", ""), self.on, self._zone, loosely=True)
        inner = shapes.doing(line.text, self._people) if who is None else None
        work = inner or shapes.Work(line.text, who, said=False)
        return self._worked(line, work, loosely=True, day=at.day)

    def _tabled_blocker(self, line: Line, cells: Mapping[str, str]) -> Proposal | None:
        plain = replace(line, cells=(), text=cells["what"])
        found = None if phrases.OVER.search(plain.text) else self._blocker(plain)
        if found is None:
            return None
        who = self._people.named(cells["who"]) if cells.get("who") else None
        at = when.named(cells.get("when", ""), self.on, self._zone, loosely=True).day
        told = self._made(BLOCKER, _Said(plain, found.text, who, at))
        return replace(told, item=found.item, waiting_on=found.waiting_on, day=told.day or found.day)

    # What is said of things

    def _blocker(self, line: Line) -> Proposal:
        chased = phrases.CHASER.search(line.text)
        who = self._people.named(chased["who"]) if chased else None
        words = line.text[: chased.start()] if chased and who and who.known else line.text
        if words is line.text:
            who = None
        now = datetime.combine(self.on, time(9), self._zone)
        report = reading.details(words, now=now, zone=self._zone, author="", names={})
        waits = report.waiting_on or hear(words, now=now, zone=self._zone).waiting_on
        if line.label == BLOCKER or line.section == BLOCKER:
            waits = waits or _on_whom(words)
        # Whom it waits on, not for what: "the broker for the papers".
        waits = phrases.FOR_WHAT.split(waits, maxsplit=1)[0] if waits else None
        found = self._made("blocker", _Said(line, _large(words.strip()), who, report.due))
        return replace(found, item=self._item(words), waiting_on=waits and cut(waits, 200))

    def _decision(self, line: Line) -> Proposal:
        found = self._made("decision", _Said(line, _large(line.text.strip())))
        return replace(found, item=self._item(line.text))

    def _assumption(self, line: Line) -> Proposal:
        words = phrases.ASSUMED.sub("", line.text, count=1).strip()
        checked = phrases.VERIFIER.search(words)
        who = self._people.named(checked["who"]) if checked else None
        day = None
        if checked is not None and who is not None:
            day = when.named(checked["rest"], self.on, self._zone, loosely=True).day
            words = words[: checked.start()].rstrip(" ,;(–—-")
        else:
            placed = re.search(r"\s*[(\[](?P<in>[^()\[\]]{2,60})[)\]]\s*$", words)
            inner = when.named(placed["in"], self.on, self._zone, loosely=True) if placed else None
            who = self._people.named(inner.rest) if inner else None
            who = who if who is not None and who.known else None
            if placed is not None and inner is not None and (who is not None or inner.day):
                day, words = inner.day, words[: placed.start()]
        found = self._made("assumption", _Said(line, _large(words.strip()), who, day))
        return replace(found, item=self._item(words))

    def _item(self, words: str) -> str | None:
        item = self._items.spoken_of(words)
        if item is not None:
            return item.key
        match = self._items.same_work(words) if len(words.split()) <= 6 else None
        return match.item.key if match is not None and match.sure else None

    # What they share

    def _made(self, kind: str, said: _Said) -> Proposal:
        who, day = said.who, said.day
        doubts = [who.doubt] if who is not None and who.doubt else []
        if day is not None and day < self._today:
            doubts.append(f"by when: {day:%a} {day.day} {day:%b} has passed")
            day = None
        text = (
            said.text if len(said.text) <= LONGEST.get(kind, 300) else cut(said.text, LONGEST.get(kind, 300))
        )
        return Proposal(
            kind=kind,
            text=text,
            line=said.line.number,
            said=cut(said.line.text, 300),
            owner=who.key if who else None,
            user=who.user if who else None,
            who=who.words if who else None,
            day=day,
            doubts=tuple(doubts),
        )


def _doubted(found: Proposal | None, *doubts: str) -> Proposal | None:
    return replace(found, doubts=(*found.doubts, *doubts)) if found is not None else None


def _on_whom(words: str) -> str | None:
    """ "Legal: BAA not signed" under the blockers names first on whom it waits."""
    found = re.match(r"(?P<who>[A-Z][\w ]{1,40}?)\s*(?::|\s[-–—]\s)", words)
    return found["who"].strip() if found else None


def _tidied(words: str) -> str:
    """Work as a title: without what only led to the name or the day."""
    words = re.sub(r"\s*[(\[]\s*[)\]]\s*|\s*[-=]>\s*$", " ", words)
    words = phrases.OF_NOBODY.sub("", words)
    words = re.sub(
        r"\s+(?:by|until|due|on|before|bis|eta|says|said|promised)\s*:?\s*$",
        "",
        words.strip(" .,:;|–—-→"),
        flags=re.IGNORECASE,
    )
    return _large(re.sub(r"^(?:to|will|please)\s+", "", words.strip(" .,:;|–—-→")))


def _large(words: str) -> str:
    words = re.sub(r"^[^\w\s“\"'‘(<@#~+$€£-]+\s+", "", words)  # a picture in front
    return words[:1].upper() + words[1:]
