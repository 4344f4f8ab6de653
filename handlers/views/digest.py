"""What the day's summary looks like, in its channel and its thread, and what a lead reads when one failed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.plan import Plan
from bot.domain.tables import Chart
from handlers.views import blocks as b
from handlers.views.readiness import ASK

_HEADING = re.compile(r"^(Moved[^:*]{0,40}|Blocked|Due|Late|Nobody has|People say)(?=[:,])")
_LEADS_ON = (("before", "Before go-live"), ("blockers", "Blockers"), ("mine", "My items"))
# Slack's words for why it takes a message never, as people say them, and what to do about it.
_WHY = {
    "channel_not_found": "I am not in it, or it is gone. Invite me, or {instead}.",
    "not_in_channel": "I am not in it. Invite me: `/invite @golive`.",
    "is_archived": "it is archived. Open it again, or {instead}.",
    "restricted_action": "only some people may post there. Let me be one of them.",
    "msg_too_long": "it is longer than Slack takes. Tell whoever runs golive.",
    "invalid_blocks": "Slack does not take its form. Tell whoever runs golive.",
}


def posted(plan: Plan, title: str, lines: Sequence[str], chart: Chart | None = None) -> b.Message:
    """The digest: at most a dozen lines, a chart when gates closed, and what leads on for whoever presses."""
    blocks = [b.section("\n".join((f"*{b.cut_escaped(title, 200)}*", *map(_line, lines))))]
    if chart is not None:
        blocks.append(b.line_chart(chart.title, chart.days, chart.courses))
        lines = (*lines, chart.words)
    value = f"{plan.project.key} digest"
    blocks.append(b.actions(*(b.button(label, f"{ASK}{about}", value) for about, label in _LEADS_ON)))
    return b.message("\n".join((title, *lines)), blocks)


def rest(lines: Sequence[str]) -> b.Message:
    """What did not fit, for the thread."""
    return b.message("\n".join(lines), b.sections(None, lines))


def _line(line: str) -> str:
    return _HEADING.sub(r"*\1*", b.cut_escaped(line, 500))


def trouble(plan: Plan, channel: str, error: str, what: Sequence[str]) -> b.Message:
    """Something will never be said, for whoever leads the project."""
    to_person = channel.startswith(("U", "W"))
    person = plan.by_slack.get(channel)
    name = person.name if person else "somebody" if to_person else "the channel"
    where = f"<@{channel}>" if to_person else f"<#{channel}>"
    instead = "give the project another channel"
    if channel != plan.project.channel:
        instead = "have it said in another one: `/golive summary`"
    why = _WHY.get(error, f"Slack answers “{error}”.").replace("{instead}", instead)
    said = "; ".join(what)
    tail = f" This was not said: {b.cut_escaped(said, 1500)}" if said else ""
    head = f"{plan.project.name}: I could not write to"
    return {
        "text": f"{b.escaped(head)} {b.escaped(name)}: {why}{tail}",
        "blocks": [b.section(f"{b.escaped(head)} {where}: {why}{tail}")],
    }
