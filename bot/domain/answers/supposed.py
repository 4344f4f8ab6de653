"""What would a supposition change?"""

from __future__ import annotations

from bot.domain import whatif
from bot.domain.answers.inquiry import Inquiry
from bot.domain.answers.values import forecast_data
from bot.domain.errors import Invalid
from bot.domain.wording import Answer, Reply


def what_if(q: Inquiry) -> Reply:
    """The plan as it would be; or what cannot be supposed, and what to write instead."""
    try:
        scenario = whatif.read(q.facts.question, q.meaning, q.plan, q.as_of)
        return whatif.compare(q.plan, q.a, scenario, q.as_of)
    except Invalid as nothing:
        data = {"suppositions": [], **forecast_data(q.plan, q.a), "note": str(nothing)}
        return Reply(Answer(str(nothing), ()), data)
