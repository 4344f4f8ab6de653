"""What was decided, by whom and about what, and how is that written down and shown?"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from bot.domain import naming
from bot.domain.errors import Invalid
from bot.domain.plan import Decision, Plan
from bot.domain.readiness import Assessment
from bot.domain.wording import Answer, Words, count, cut, sections

LONGEST = 1_000
MOST_SHOWN = 20
_ABOUT = re.compile(r"^(?P<text>.*\S)\s+(?:on|about|for|under)\s+(?P<key>[\w.-]{1,80})[\s.;]*$", re.DOTALL)


def next_id(plan: Plan) -> str:
    """The first number that is higher than all."""
    numbers = [int(d.id[1:]) for d in plan.decisions if d.id[:1] == "D" and d.id[1:].isdecimal()]
    return f"D{max(numbers, default=0) + 1}"


def decision_id(plan: Plan, word: str) -> str | None:
    """The id that is meant; None when no decision is called so."""
    said = word.strip().strip("#:,.").casefold()
    return next((each.id for each in plan.decisions if each.id.casefold() == said), None)


def same(plan: Plan, text: str, item: str | None) -> Decision | None:
    """The decision that says the same about the same."""
    said = _folded(text)
    return next((d for d in plan.decisions if d.item == item and _folded(d.text) == said), None)


def with_decision(plan: Plan, decision: Decision) -> Plan:
    return replace(plan, decisions=(*plan.decisions, decision))


def parted(words: str, plan: Plan) -> tuple[str, str | None]:
    """What was decided, and the item it is about: named at the end, or spoken of without a doubt."""
    text = " ".join(words.split())
    match = _ABOUT.match(text)
    if match is not None:
        found = naming.find(match["key"], plan.items).exact
        if found is not None:
            return match["text"], found.key
    spoken_of = naming.mentioned(text, plan.items)
    return text, spoken_of.key if spoken_of else None


def refuse_unfit(text: str) -> None:
    if not text:
        raise Invalid("Say what was decided: `/golive decide We cut over on Saturday night on vpn`.")
    if len(text) > LONGEST:
        raise Invalid(f"That has {len(text):,} characters. Say it in at most {LONGEST:,}.")


def line(w: Words, decision: Decision) -> str:
    """One decision: about what, its words, who decided and when, and where it was said."""
    on = f" on {w.key(decision.item)}" if decision.item else ""
    by = f" by {w.person(decision.by)}" if decision.by else ""
    link = f" {decision.permalink}" if decision.permalink else ""
    return f"{decision.id}{on}: {cut(decision.text, 200)}; decided{by} on {w.day(decision.on)}{link}"


def listing(plan: Plan, a: Assessment, as_of: datetime) -> Answer:
    """All of them, the latest first."""
    w = Words(a)
    found = sorted(plan.decisions, key=lambda d: (d.on, len(d.id), d.id), reverse=True)
    lines = [line(w, decision) for decision in found[:MOST_SHOWN]]
    if len(found) > MOST_SHOWN:
        lines.append(f"And {len(found) - MOST_SHOWN:,} earlier ones.")
    nothing = "Nothing is recorded. `/golive decide TEXT on KEY` does."
    title = f"{w.project()}: {count(len(found), 'decision')}, as of {w.moment(as_of)}"
    return Answer(title, sections((None, lines or [nothing])))


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
