"""What gives reason to worry?"""

from __future__ import annotations

from bot.domain import signals
from bot.domain.answers.inquiry import Inquiry
from bot.domain.answers.values import verdict_data
from bot.domain.wording import Reply


def worries(q: Inquiry) -> Reply:
    """The signals, the costliest first; of the items or the people asked about, if any were."""
    facts = q.facts
    found = [
        each
        for each in signals.signals(q.plan, q.a, facts.known, facts.dismissed)
        if (not q.items or any(map(q.about, each.keys)))
        and (not q.of_somebody or not q.people.isdisjoint(each.people))
    ]
    said = signals.reply(q.plan, q.a, found, q.as_of, dismissed=facts.dismissed, whole=q.whole)
    return Reply(said.answer, verdict_data(q.plan, q.a) | said.data)
