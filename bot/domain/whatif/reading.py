"""What does a question suppose, in the terms of a plan?"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.errors import Invalid
from bot.domain.plan import Plan
from bot.domain.questions.meaning import Meaning
from bot.domain.whatif import clauses
from bot.domain.whatif.clauses import Clause
from bot.domain.whatif.kinds import Kinds
from bot.domain.whatif.making import made
from bot.domain.whatif.scenario import Scenario, Supposition
from bot.domain.whatif.setting import Setting
from bot.domain.whatif.subjects import Subjects

MOST_SUPPOSED = 6


def read(words: str, meaning: Meaning, plan: Plan, as_of: datetime) -> Scenario:
    """What a question supposes; Invalid, with what to write, when that is nothing or cannot be."""
    setting = Setting(plan, as_of)
    subjects = Subjects(setting, meaning)
    found = clauses.read(words, plan, as_of)
    if len(found) > MOST_SUPPOSED:
        raise Invalid(f"That supposes {len(found)} things at once. Ask about {MOST_SUPPOSED} at most.")
    supposed = [_supposed(clause, subjects, alone=len(found) == 1) for clause in found]
    said = " and ".join(" ".join(clause.text.split()) for clause in found)
    return Scenario(said or words.strip(), tuple(supposed))


def _supposed(clause: Clause, subjects: Subjects, *, alone: bool) -> Supposition:
    """One statement; where it is the only one, the question as a whole says of what."""
    kind = Kinds(subjects.setting, subjects).of(clause)
    subject = subjects.of(clause, kind, alone=alone)
    found = made(kind, subjects.setting, clause, subject)
    remarks = [*subject.remarks, found.remark]
    if clause.amounts and clause.amounts[0].half and found.days is not None:
        remarks.append("Part of a day counts as a whole one.")
    return replace(found, words=" ".join(clause.text.split()), remark=" ".join(filter(None, remarks)))
