"""What does somebody read whose message was not kept, and what does the lead of the project?"""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.patientdata import INSTEAD, Finding, Withheld
from bot.domain.plan import Plan
from handlers.views import blocks as b

MOST_LISTED = 20


def told(finding: Finding) -> b.Message:
    """For its author, and nobody else. Nothing of the message is repeated."""
    lines = (
        f"I kept nothing of your message: it looks as if it says who a patient is ({finding}).",
        f"{INSTEAD} When you edit it, I read it again; please take it out of here in any case.",
    )
    return b.message("\n".join(lines), b.sections(None, lines))


def day(plan: Plan, times: Sequence[Withheld]) -> b.Message:
    """For the lead: that it happened, who and where, not what."""
    many = "Once" if len(times) == 1 else f"{len(times)} times"
    head = f"{plan.project.name}: {many} today I kept nothing of what was said: it looked like patient data."
    tail = "Its author was told how to say it instead. I do not have what was said."
    listed = times[-MOST_LISTED:]
    spoken = [f"{_name(plan, one)}, {_place(one)}, {one.at:%H:%M}" for one in listed]
    shown = [f"• <@{one.user}> {_linked(one)} at {one.at:%H:%M}" for one in listed]
    if len(times) > len(listed):
        spoken.append(f"and {len(times) - len(listed)} earlier ones")
        shown.append(spoken[-1])
    blocks = [b.section(b.escaped(head)), b.section("\n".join(shown)), b.section(tail)]
    return b.message("\n".join((head, *spoken, tail)), blocks)


def _name(plan: Plan, one: Withheld) -> str:
    person = plan.by_slack.get(one.user)
    return person.name if person else "somebody"


def _place(one: Withheld) -> str:
    if one.ts is None:
        return "in a command or a form"
    return "in a direct message to me" if _is_direct(one) else "in a message"


def _linked(one: Withheld) -> str:
    where = "" if one.channel is None or _is_direct(one) else f" in <#{one.channel}>"
    if one.ts is not None and one.permalink and not set(one.permalink) & set("<>|"):
        return f"in <{one.permalink}|a message>{where}"
    return f"{_place(one)}{where}"


def _is_direct(one: Withheld) -> bool:
    return one.channel is not None and one.channel.startswith("D")
