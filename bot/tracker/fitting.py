"""Which item does a typed command mean, now that the items are known?"""

from __future__ import annotations

from dataclasses import replace

from bot.domain import commands
from bot.domain.commands import Command
from bot.domain.plan import Plan
from bot.tracker.values import DidYouMean


def fitted(command: Command, plan: Plan, *, as_typed: bool) -> Command:
    """The command with its item; what a blocker is only perhaps about is offered, unless `as_typed`."""
    if command.blocker is not None and command.blocker in plan.blocker:
        return command
    if _is_plain(command, plan):
        return command
    found_command, found = commands.fit(command, plan.items)
    if found.exact is not None:
        return replace(found_command, key=found.exact.key)
    if command.verb == "block" and found.near and not as_typed:
        near = tuple(item.key for item in found.near)
        listed = " or ".join(f"`{key}`" for key in near)
        sentence = f"Is that about {listed}? Otherwise I record it for the project as a whole."
        raise DidYouMean(sentence, command.key or "", near, or_none=True)
    return found_command


def _is_plain(command: Command, plan: Plan) -> bool:
    """The first word is a key, and with the next words it is no longer one: nothing to find out."""
    key = command.key
    if key is None or key not in plan.item:
        return False
    word, typed = key.casefold(), _letters(command.words)
    longer = (
        name
        for item in plan.items
        for name in (item.key, item.title)
        if name != key and name.casefold().startswith(word)
    )
    return not any(typed.startswith(_letters(name)) for name in longer)


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
