"""What does a question suppose, in the terms of a plan?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property

from bot.domain.errors import Invalid
from bot.domain.plan import Plan, Status
from bot.domain.questions.asked import Asked, Slots
from bot.domain.questions.meaning import Meaning, resolve
from bot.domain.readiness import Assessment, assess
from bot.domain.whatif import clauses
from bot.domain.whatif.clauses import Clause
from bot.domain.whatif.days import MOST_DAYS, folded
from bot.domain.whatif.scenario import Kind, Scenario, Supposition
from bot.domain.whatif.verbs import Verb
from bot.domain.whatif.vocabulary import BLOCKER, DAYS, GOLIVE, ITEM, PERSON, whole
from bot.domain.wording import listed

DAY = timedelta(days=1)
MOST_SUPPOSED = 6
_GONE_BY = re.compile(r"\b(?:was|were|had|been|already|fue|estaba|etait|war|ya|deja|schon)\b")


def read(words: str, meaning: Meaning, plan: Plan, as_of: datetime) -> Scenario:
    """What a question supposes; Invalid, with what to write, when that is nothing or cannot be."""
    reader = _Reader(words, meaning, plan, as_of)
    found = clauses.read(words, plan, as_of)
    if len(found) > MOST_SUPPOSED:
        raise Invalid(f"That supposes {len(found)} things at once. Ask about {MOST_SUPPOSED} at most.")
    supposed = [reader.supposed(clause, alone=len(found) == 1) for clause in found]
    said = " and ".join(" ".join(clause.text.split()) for clause in found)
    return Scenario(said or words.strip(), tuple(supposed))


@dataclass(frozen=True)
class _Subject:
    """Of whom and what a clause speaks, in the plan; `spoken` are the asker's words that were looked up."""

    items: tuple[str, ...] = ()
    blockers: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Reader:
    words: str
    meaning: Meaning
    plan: Plan
    as_of: datetime

    @cached_property
    def today(self) -> date:
        return self.as_of.astimezone(self.plan.project.zone).date()

    @cached_property
    def a(self) -> Assessment:
        return assess(self.plan, self.today)

    # One clause

    def supposed(self, clause: Clause, *, alone: bool) -> Supposition:
        kind = self._kind(clause)
        subject = self._subject(clause, kind, alone=alone)
        made = _MAKERS[kind](self, clause, subject)
        remarks = [*subject.remarks, made.remark]
        if clause.amounts and clause.amounts[0].half and made.days is not None:
            remarks.append("Part of a day counts as a whole one.")
        return replace(made, words=" ".join(clause.text.split()), remark=" ".join(filter(None, remarks)))

    def _kind(self, clause: Clause) -> Kind:
        """Which kind of thing is supposed; where the words leave that open, of whom they speak decides."""
        said, who = clause.verbs, bool(clause.people) and not clause.items
        when, long = bool(clause.days), bool(clause.amounts)
        if whole("more days").search(folded(clause.text)) and not who:
            return Kind.WORKED
        if self._moves_golive(clause):
            return Kind.TARGET
        if Verb.LOSE in said and (who or (not clause.items and not long)):
            return Kind.AWAY if self._comes_back(clause) else Kind.LEAVES
        if Verb.DROP in said and not long:
            return Kind.LEAVES if who else Kind.DROPPED
        if Verb.WITHOUT in said and not long:
            return (Kind.AWAY if when else Kind.LEAVES) if who else Kind.DROPPED
        if Verb.TAKE_OVER in said and clause.people:
            return Kind.TAKEN_OVER
        if self._free(clause):
            return Kind.HOLIDAY
        if {Verb.FREE, Verb.AWAY} & said and not clause.items and (when or long) and self._org(clause):
            return Kind.AWAY
        if who and (Verb.AWAY in said or Verb.FREE in said or (when and not said)):
            return Kind.AWAY if when or long or Verb.LOSE not in said else Kind.LEAVES
        if Verb.AWAY in said and not clause.items and not clause.blockers and (when or long):
            return Kind.AWAY
        return self._kind_of_work(clause)

    def _kind_of_work(self, clause: Clause) -> Kind:
        said = clause.verbs
        until = any(d.closes for d in clause.days) or "before" in clause.masked
        if clause.amounts:
            takes = Verb.TAKE in said and not ({Verb.LATE, Verb.SOON} & said or clause.amounts[0].more)
            return Kind.TAKES if takes else Kind.SLIPS
        if Verb.TAKE in said and _times(clause):
            return Kind.TAKES
        if clause.negated and {Verb.CLEAR, Verb.FINISH, Verb.VALIDATE, Verb.START} & said and not until:
            raise Invalid(f"Say when instead. {self._ways()}")
        if clause.days and Verb.HOLD in said:
            return Kind.HELD
        if clause.days and Verb.START in said:
            return Kind.STARTS
        if {Verb.CLEAR, Verb.FINISH, Verb.VALIDATE} & said:
            return self._kind_of_end(clause)
        if clause.days:
            return Kind.CLEARS if clause.blockers else Kind.FINISHES
        return self._too_little(clause)

    def _kind_of_end(self, clause: Clause) -> Kind:
        """Its blocker clears, or the work itself is done?"""
        said, later = clause.verbs, bool(clause.days) and clause.days[0].last > self.today
        if clause.blockers or re.search(r"\bblockers?\b", clause.masked):
            return Kind.CLEARS
        if said & {Verb.FINISH, Verb.VALIDATE}:
            before = bool(clause.days) and clause.days[0].last < self.today
            to_come = later or (before and not _GONE_BY.search(clause.masked))
            return Kind.FINISHES if to_come else Kind.CLOSED
        return Kind.CLEARS  # an item without a blocker is taken as finished then: see _clears

    def _too_little(self, clause: Clause) -> Kind:
        said = clause.verbs
        if said & {Verb.LATE, Verb.SOON, Verb.MOVE}:
            raise Invalid(f"Say by how many days. {self._ways()}")
        if said & {Verb.START, Verb.HOLD}:
            raise Invalid(f"Say which day. {self._ways()}")
        if clause.people and not clause.items:
            raise Invalid(f"Say what happens to {self._name(clause.people[0])}. {self._ways()}")
        raise Invalid(f"I do not see what you suppose. {self._ways()}")

    def _moves_golive(self, clause: Clause) -> bool:
        """Go-live itself is moved, and not something before it or left out of it."""
        if not clause.golive or not (clause.days or clause.amounts) or clause.items or clause.blockers:
            return False
        if clause.verbs & {Verb.DROP, Verb.WITHOUT, Verb.AWAY} or clause.people:
            return False
        before = clause.masked[: clause.masked.index(GOLIVE)]
        return re.search(r"\b(?:before|from|for|until|after|of|vor|avant|antes de)\s*$", before) is None

    def _free(self, clause: Clause) -> bool:
        """Nobody works, for whatever reason."""
        if clause.people or clause.items or clause.blockers or not clause.days:
            return False
        if Verb.FREE in clause.verbs:
            return not self._org(clause)
        nobody_named = clause.everybody or not clause.fragments(PERSON)
        return nobody_named and Verb.AWAY in clause.verbs

    def _comes_back(self, clause: Clause) -> bool:
        run = any(not d.single or d.closes for d in clause.days)
        return bool(clause.amounts) or run

    # Of whom and what

    def _subject(self, clause: Clause, kind: Kind, *, alone: bool) -> _Subject:
        if kind in (Kind.HOLIDAY, Kind.WORKED, Kind.TARGET):
            return _Subject()
        people = self._people(clause)
        if kind in (Kind.AWAY, Kind.LEAVES):
            return self._who(clause, people, alone=alone)
        found = _Subject(clause.items, clause.blockers, people)
        for fragment in clause.fragments(ITEM + BLOCKER):
            found = _joined(found, self._lookup(clause.written(fragment), kind))
        if not (found.items or found.blockers) and people:
            found = replace(found, blockers=self._waiting_on(map(self._name, people)))
        if not (found.items or found.blockers) and alone:
            found = replace(found, items=self.meaning.items)
        if not (found.items or found.blockers):
            self._refuse_unknown(found)
        return found

    def _lookup(self, fragment: str, kind: Kind) -> _Subject:
        """What words that are no key mean: items of an area, an item, or a party that is waited for."""
        area = tuple(i.key for i in self.plan.items if i.area and folded(i.area) == folded(fragment))
        if area:
            return self._meant(fragment, area, kind)
        if kind in (Kind.SLIPS, Kind.TAKES, Kind.CLEARS, Kind.HELD) and (held := self._held_by(fragment)):
            return _Subject(blockers=held)
        meant = resolve(Asked("whatif", Slots(item=fragment)), self.plan, self.as_of)
        if meant.items:
            return self._meant(fragment, meant.items, kind)
        near = tuple(key for unclear in meant.unclear for key in unclear.near)
        return _Subject(unknown=(fragment,), near=near)

    def _held_by(self, fragment: str) -> tuple[str, ...]:
        """Open blockers that wait for the party of this name, or for one of its people."""
        who = resolve(Asked("whatif", Slots(owner=fragment)), self.plan, self.as_of)
        names = [fragment, *([who.party] if who.party else []), *map(self._name, who.people)]
        return self._waiting_on(names)

    def _meant(self, fragment: str, keys: Sequence[str], kind: Kind) -> _Subject:
        """Of several items of one name: all, or where the work on them begins or ends."""
        open_ = [key for key in keys if key in self.a.timing] or list(keys)
        taken = open_
        if kind in (Kind.SLIPS, Kind.TAKES, Kind.STARTS, Kind.HELD):
            taken = [key for key in open_ if not self._behind(key) & {*open_}] or open_
        elif kind is Kind.FINISHES:
            taken = [key for key in open_ if not any(key in self._behind(k) for k in open_)] or open_
        elif kind is Kind.CLEARS:
            taken = [key for key in open_ if self.plan.open_blockers.get(key)] or open_
        if len(open_) == 1:
            same = folded(fragment) in (folded(open_[0]), folded(self.plan.item[open_[0]].title))
            return _Subject(
                items=tuple(open_), remarks=() if same else (f"“{fragment}” is taken as {open_[0]}.",)
            )
        said = f"“{fragment}” is taken as {listed(taken, 6, str)}"
        rest = [key for key in open_ if key not in taken]
        also = f", of {listed(open_, 6, str)}; name another key to ask about that" if rest else ""
        return _Subject(items=tuple(taken), remarks=(f"{said}{also}.",))

    def _behind(self, key: str) -> set[str]:
        """What an item waits for, directly or not."""
        found, stack = set[str](), [key]
        while stack:
            for need in self.plan.item[stack.pop()].depends_on:
                if need in self.plan.item and need not in found:
                    found.add(need)
                    stack.append(need)
        return found

    def _people(self, clause: Clause) -> tuple[str, ...]:
        for named in clause.people:
            if "|" in named:
                names = " or ".join(self._name(key) for key in named.split("|"))
                raise Invalid(f"Say which one you mean: {names}. Nothing was changed.")
        return clause.people

    def _who(self, clause: Clause, people: tuple[str, ...], *, alone: bool) -> _Subject:
        unknown, remarks = list[str](), list[str]()
        for fragment in map(clause.written, clause.fragments(PERSON)):
            meant = resolve(Asked("whatif", Slots(owner=fragment)), self.plan, self.as_of)
            org = self._of_org(fragment) or (self._of_org(meant.party) if meant.party else ())
            people = (*people, *(org or meant.people))
            if org:
                remarks.append(f"“{fragment}” is taken as everybody of it: {listed(org, 6, self._name)}.")
            elif not meant.people:
                unknown.append(fragment)
        if not people and alone:
            people = self.meaning.people
        if not people:
            known = listed([p.name for p in self.plan.people], 8, str)
            who = f"I know nobody called “{unknown[0]}” here" if unknown else "Say who"
            raise Invalid(f"{who}. The people of this project: {known or 'nobody yet'}. {self._ways()}")
        return _Subject(people=tuple(dict.fromkeys(people)), remarks=tuple(remarks))

    def _org(self, clause: Clause) -> tuple[str, ...]:
        return tuple(key for fragment in clause.fragments(PERSON) for key in self._of_org(fragment))

    def _of_org(self, name: str) -> tuple[str, ...]:
        project, asked = self.plan.project, folded(name)
        role = {folded(project.vendor or ""): "vendor", folded(project.customer or ""): "customer"}.get(asked)
        named = {asked, *([role] if role else [])} - {""}
        return tuple(p.key for p in self.plan.people if p.org and folded(p.org) in named)

    def _waiting_on(self, names: Iterable[str]) -> tuple[str, ...]:
        """Open blockers that wait for somebody of this name."""
        wanted = [folded(name).split() for name in names if name.strip()]
        return tuple(
            b.id
            for b in self.plan.blockers
            if b.open and b.waiting_on and any(_has_words(folded(b.waiting_on), words) for words in wanted)
        )

    def _refuse_unknown(self, found: _Subject) -> None:
        if not found.unknown:
            theirs = [i.key for i in self.plan.items if i.key in self.a.timing and i.owner in found.people]
            whose = f" Theirs are {listed(theirs, 5, str)}." if theirs else ""
            raise Invalid(f"Say of which item.{whose} {self._ways()}")
        near = f" Did you mean {listed(found.near, 3, str)}?" if found.near else ""
        raise Invalid(f"I know no item “{found.unknown[0]}” in this project.{near} {self._ways()}")

    def _name(self, key: str) -> str:
        person = self.plan.person.get(key)
        return person.name if person else key

    def _ways(self) -> str:
        """What can be written, with names of this very project."""
        key = self.a.chain[0] if self.a.chain else next(iter(self.a.timing), "KEY")
        person = self.plan.people[0].name.split()[0] if self.plan.people else "NAME"
        first, last = self.a.calendar.add(self.today, 5), self.a.calendar.add(self.today, 9)
        run = f"{first.day} {first:%b} to {last.day} {last:%b}"
        return (
            f"Write for instance “what if {key} slips 3 days”, “what if {key} is finished on "
            f"{last.day} {last:%b}”, “what if we drop {key}” or “what if {person} is away {run}”. "
            "Nothing was changed."
        )

    # The kinds

    def open(self, subject: _Subject, verb: str) -> tuple[str, ...]:
        """The open ones of the items; refused when none is, or go-live itself."""
        keys = tuple(key for key in dict.fromkeys(subject.items) if key in self.a.timing)
        if subject.items and not keys and not subject.blockers:
            key = subject.items[0]
            raise Invalid(
                f"{key} is {self.a.standing[key].value} already, so it cannot {verb}. Nothing was changed."
            )
        return keys

    def blockers(self, subject: _Subject) -> tuple[str, ...]:
        found = [self.plan.blocker[id] for id in subject.blockers]
        if found and not any(b.open for b in found):
            raise Invalid(f"{found[0].id} is {found[0].status} already. Nothing was changed.")
        return tuple(b.id for b in found if b.open)

    def to_come(self, day: date) -> date:
        if day < self.today:
            raise Invalid(
                f"{day} is in the past; today is {self.today}. Suppose a day from today on, with its year "
                "if need be. Nothing was changed."
            )
        return day

    def day(self, clause: Clause) -> date:
        """The day a clause names; of several, "from 25 to 30 Nov", the last."""
        return self.to_come(clause.days[0].last)


def _has_words(text: str, words: list[str]) -> bool:
    wanted = [word for word in words if len(word) > 2]
    return bool(wanted) and all(re.search(rf"(?<!\w){re.escape(word)}", text) for word in wanted)


def _joined(one: _Subject, other: _Subject) -> _Subject:
    return _Subject(
        (*one.items, *other.items),
        (*one.blockers, *other.blockers),
        (*one.people, *other.people),
        (*one.remarks, *other.remarks),
        (*one.unknown, *other.unknown),
        (*one.near, *other.near),
    )


def _times(clause: Clause) -> float | None:
    """How many times as long something takes."""
    if re.search(r"\bhalf the time|\bhalves", clause.masked):
        return 0.5
    return 2 if re.search(r"\bdoubl|\btwice", clause.masked) else None


def _is_sooner(clause: Clause) -> bool:
    said = clause.verbs
    return clause.amounts[0].sooner or (Verb.SOON in said and Verb.LATE not in said)


def _slips(r: _Reader, clause: Clause, subject: _Subject) -> Supposition:
    amount = clause.amounts[0]
    if amount.days > MOST_DAYS:
        raise Invalid(
            f"{amount.days:,} days are more than a what-if can say anything about. Suppose a year at most."
        )
    sooner = _is_sooner(clause)
    if r.plan.project.go_live_item in subject.items and not subject.blockers:
        return _target(r, clause, subject)
    return Supposition(
        kind=Kind.SLIPS,
        words="",
        items=r.open(subject, "slip"),
        blockers=r.blockers(subject),
        days=-amount.days if sooner else amount.days,
        calendar_days=amount.calendar,
    )


def _takes(r: _Reader, clause: Clause, subject: _Subject) -> Supposition:
    items = r.open(subject, "take longer")
    if (times := _times(clause)) is not None and not clause.amounts:
        days = max(1, round(times * max(1, r.plan.item[items[0]].remaining_days)))
    else:
        days = clause.amounts[0].days
    if not items:
        return _slips(r, clause, subject)
    done = [key for key in items if r.a.standing[key] is Status.DONE]
    if done:
        raise Invalid(
            f"{done[0]} is done and waits to be confirmed. Ask what if it slips. Nothing was changed."
        )
    return Supposition(kind=Kind.TAKES, words="", items=items, days=min(days, MOST_DAYS))


def _clears(r: _Reader, clause: Clause, subject: _Subject) -> Supposition:
    """An item without a blocker is finished on that day instead."""
    items, blockers = r.open(subject, "be cleared"), r.blockers(subject)
    held = tuple(key for key in items if r.plan.open_blockers.get(key))
    if not held and not blockers:
        later = clause.days and clause.days[0].last > r.today
        made = _finishes(r, clause, subject) if later else _closed(r, clause, subject)
        remark = f"{', '.join(items)} has no open blocker, so it is taken as finished then."
        return replace(made, remark=remark)
    left = [key for key in items if key not in held]
    remark = f"{', '.join(left)}: no blocker is open on it, so nothing clears there." if left else ""
    day = r.day(clause) if clause.days else None
    return Supposition(kind=Kind.CLEARS, words="", items=held, blockers=blockers, start=day, remark=remark)


def _held(r: _Reader, clause: Clause, subject: _Subject) -> Supposition:
    items = r.open(subject, "be blocked")
    if subject.blockers or any(r.plan.open_blockers.get(key) for key in items):
        return _clears(r, clause, subject)
    return Supposition(kind=Kind.HELD, words="", items=items, end=r.day(clause))


def _starts(r: _Reader, clause: Clause, subject: _Subject) -> Supposition:
    if r.plan.project.go_live_item in subject.items:
        return _target(r, clause, subject)
    return Supposition(kind=Kind.STARTS, words="", items=r.open(subject, "start"), start=r.day(clause))


def _finishes(r: _Reader, clause: Clause, subject: _Subject) -> Supposition:
    if r.plan.project.go_live_item in subject.items:
        return _target(r, clause, subject)
    return Supposition(
        kind=Kind.FINISHES, words="", items=r.open(subject, "be finished"), start=r.day(clause)
    )


def _closed(r: _Reader, clause: Clause, subject: _Subject) -> Supposition:
    status = Status.VALIDATED if Verb.VALIDATE in clause.verbs else Status.DONE
    items = r.open(subject, "be done")
    if status is Status.DONE and all(r.a.standing[key] is Status.DONE for key in items):
        raise Invalid(
            f"{items[0]} is done already and waits to be confirmed. "
            f"Ask “what if {items[0]} is validated today”. Nothing was changed."
        )
    return Supposition(kind=Kind.CLOSED, words="", items=items, status=status)


def _dropped(r: _Reader, clause: Clause, subject: _Subject) -> Supposition:
    items = r.open(subject, "be dropped")
    live = r.plan.project.go_live_item
    if items == (live,):
        raise Invalid(
            f"{live} is go-live itself; there is nothing to forecast without it. Nothing was changed."
        )
    if not items:
        raise Invalid(f"Say which item is dropped. {r._ways()}")
    return Supposition(kind=Kind.DROPPED, words="", items=tuple(key for key in items if key != live))


def _away(r: _Reader, clause: Clause, subject: _Subject) -> Supposition:
    first, last = _run(r, clause)
    r.to_come(last)
    apart = clause.days[0].listed if clause.days and not clause.amounts and not clause.days[0].closes else ()
    if len(apart) == (last - first).days + 1:
        apart = ()
    return Supposition(kind=Kind.AWAY, words="", people=subject.people, start=first, end=last, dates=apart)


def _run(r: _Reader, clause: Clause) -> tuple[date, date]:
    """From when until when: a run of days, so many days from one, or until one."""
    calendar = r.a.calendar
    if clause.amounts:
        amount = clause.amounts[0]
        first = clause.days[0].first if clause.days else r.today
        if amount.calendar:
            return first, first + (amount.days - 1) * DAY
        return first, calendar.add(first, max(0, amount.days - 1))
    if not clause.days:
        raise Invalid(f"Say from when until when. {r._ways()}")
    named = clause.days[0]
    if named.closes:
        return r.today, named.last if not _back_on(clause) else named.last - DAY
    if named.opens:
        raise Invalid(f"Say until when as well, or that they leave. {r._ways()}")
    return named.first, named.last


def _back_on(clause: Clause) -> bool:
    return re.search(r"\bback(?: on)?\s*$", clause.masked[: clause.masked.index(DAYS)]) is not None


def _leaves(r: _Reader, clause: Clause, subject: _Subject) -> Supposition:
    day = r.to_come(clause.days[0].first) if clause.days else None
    return Supposition(kind=Kind.LEAVES, words="", people=subject.people, start=day)


def _taken_over(r: _Reader, clause: Clause, subject: _Subject) -> Supposition:
    items = r.open(subject, "be taken over")
    new = subject.people[-1:] if re.search(r"\bto\b|\ban\b|\ba\b", clause.masked) else subject.people[:1]
    return Supposition(kind=Kind.TAKEN_OVER, words="", items=items, people=new)


def _holiday(r: _Reader, clause: Clause, subject: _Subject) -> Supposition:
    days = tuple(dict.fromkeys(day for named in clause.days for day in named.listed))
    r.to_come(max(days))
    to_come = tuple(day for day in days if day >= r.today)
    if not any(r.a.calendar.works(day) for day in to_come):
        raise Invalid("Nobody works on these days as it is, so nothing would change. Name working days.")
    return Supposition(kind=Kind.HOLIDAY, words="", start=min(to_come), end=max(to_come), dates=to_come)


def _worked(r: _Reader, clause: Clause, subject: _Subject) -> Supposition:
    said = folded(clause.text)
    both = re.search(r"weekend|week-end|wochenend|fines? de semana", said) is not None
    days = {"sat": r"saturday|sabado|samedi|samstag", "sun": r"sunday|domingo|dimanche|sonntag"}
    added = tuple(day for day, words in days.items() if both or re.search(words, said))
    if set(added) <= set(r.plan.project.working_days):
        raise Invalid("These days are worked as it is, so nothing would change.")
    return Supposition(kind=Kind.WORKED, words="", weekdays=added)


def _target(r: _Reader, clause: Clause, subject: _Subject) -> Supposition:
    if clause.days:
        return Supposition(kind=Kind.TARGET, words="", start=r.day(clause))
    amount = clause.amounts[0]
    if r.plan.project.target_go_live is None:
        raise Invalid(
            "This project has no target date that could move. Write “what if we go live on” and the day."
        )
    sooner = _is_sooner(clause)
    days = -amount.days if sooner else amount.days
    return Supposition(kind=Kind.TARGET, words="", days=days, calendar_days=amount.calendar)


_MAKERS: dict[Kind, Callable[[_Reader, Clause, _Subject], Supposition]] = {
    Kind.SLIPS: _slips,
    Kind.TAKES: _takes,
    Kind.CLEARS: _clears,
    Kind.HELD: _held,
    Kind.STARTS: _starts,
    Kind.FINISHES: _finishes,
    Kind.CLOSED: _closed,
    Kind.DROPPED: _dropped,
    Kind.AWAY: _away,
    Kind.LEAVES: _leaves,
    Kind.TAKEN_OVER: _taken_over,
    Kind.HOLIDAY: _holiday,
    Kind.WORKED: _worked,
    Kind.TARGET: _target,
}
