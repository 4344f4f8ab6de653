"""Which kind of thing does a statement suppose, where the words alone leave it open?"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.domain.errors import Invalid
from bot.domain.whatif.clauses import Clause
from bot.domain.whatif.days import folded
from bot.domain.whatif.scenario import Kind
from bot.domain.whatif.setting import Setting
from bot.domain.whatif.subjects import Subjects
from bot.domain.whatif.verbs import Verb
from bot.domain.whatif.vocabulary import GOLIVE, PERSON, whole

_GONE_BY = re.compile(r"\b(?:was|were|had|been|already|fue|estaba|etait|war|ya|deja|schon)\b")


@dataclass(frozen=True)
class Kinds:
    """Tells them apart."""

    setting: Setting
    subjects: Subjects

    def of(self, clause: Clause) -> Kind:
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
        if (
            {Verb.FREE, Verb.AWAY} & said
            and not clause.items
            and (when or long)
            and self.subjects.org(clause)
        ):
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
        if Verb.TAKE in said and times(clause):
            return Kind.TAKES
        if clause.negated and {Verb.CLEAR, Verb.FINISH, Verb.VALIDATE, Verb.START} & said and not until:
            raise Invalid(f"Say when instead. {self.setting.ways()}")
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
        said, later = clause.verbs, bool(clause.days) and clause.days[0].last > self.setting.today
        if clause.blockers or re.search(r"\bblockers?\b", clause.masked):
            return Kind.CLEARS
        if said & {Verb.FINISH, Verb.VALIDATE}:
            before = bool(clause.days) and clause.days[0].last < self.setting.today
            to_come = later or (before and not _GONE_BY.search(clause.masked))
            return Kind.FINISHES if to_come else Kind.CLOSED
        return Kind.CLEARS  # an item without a blocker is taken as finished then: see _clears

    def _too_little(self, clause: Clause) -> Kind:
        said = clause.verbs
        if said & {Verb.LATE, Verb.SOON, Verb.MOVE}:
            raise Invalid(f"Say by how many days. {self.setting.ways()}")
        if said & {Verb.START, Verb.HOLD}:
            raise Invalid(f"Say which day. {self.setting.ways()}")
        if clause.people and not clause.items:
            raise Invalid(f"Say what happens to {self.setting.name(clause.people[0])}. {self.setting.ways()}")
        raise Invalid(f"I do not see what you suppose. {self.setting.ways()}")

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
            return not self.subjects.org(clause)
        nobody_named = clause.everybody or not clause.fragments(PERSON)
        return nobody_named and Verb.AWAY in clause.verbs

    def _comes_back(self, clause: Clause) -> bool:
        run = any(not d.single or d.closes for d in clause.days)
        return bool(clause.amounts) or run


def times(clause: Clause) -> float | None:
    """How many times as long something takes."""
    if re.search(r"\bhalf the time|\bhalves", clause.masked):
        return 0.5
    return 2 if re.search(r"\bdoubl|\btwice", clause.masked) else None
