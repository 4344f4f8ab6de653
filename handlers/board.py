"""`/golive view`: the channel's own view made, made anew, or taken away."""

from __future__ import annotations

from bot.domain.commands import Command
from bot.domain.errors import Invalid
from bot.tracker import Actor, Done, Tracker, Where

ON = frozenset({"on", "new", "again", "pin"})
OFF = frozenset({"off", "none", "remove", "away"})


def typed(tracker: Tracker, who: Actor, where: Where, command: Command) -> Done:
    """What was ordered; without a word, how it is."""
    word = command.rest.strip().casefold()
    if word in ON:
        return tracker.board_on(who, where)
    if word in OFF:
        return tracker.board_off(who, where)
    if word:
        raise Invalid("Say `/golive view on`, `/golive view off`, or `/golive view` for how it is.")
    return tracker.board_shown(who, where)
