"""What in a plan is likely to cost its date, why, and which one act mends it?"""

from __future__ import annotations

from bot.domain.plan import Plan
from bot.domain.readiness import Assessment
from bot.domain.trouble import unheard, unmanned, untrue
from bot.domain.trouble.look import LARGE, Known, Look, Trouble

__all__ = ["LARGE", "Known", "Trouble", "troubles"]


def troubles(plan: Plan, a: Assessment, known: Known) -> tuple[Trouble, ...]:
    """All that can be seen, rule by rule; nothing once the project is live."""
    if a.live:
        return ()
    look = Look(plan, a, known)
    rules = (*unheard.RULES, *untrue.RULES, *unmanned.RULES)
    return tuple(found for rule in rules for found in rule(look))
