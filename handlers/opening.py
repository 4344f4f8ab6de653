"""How does a form open within the three seconds Slack gives, however long it takes to fill it?"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Mapping
from typing import Any

from bot.domain.errors import BotError, Refused, Unavailable
from bot.integrations.slack import Declined, Slack
from handlers.views import blocks, given, told
from handlers.views.forms import LOADING

log = logging.getLogger("golive.forms")

AT_ONCE = 0.4  # seconds to wait for a form before something is shown in its place
NO_TIME = frozenset({"expired_trigger_id", "trigger_expired", "exchanged_trigger_id", "trigger_exchanged"})
CHANGED = "hash_conflict"
CLOSED = frozenset({"not_found", "view_not_found"})
STALE = "That form has changed since you pressed. Nothing was done; press again in what it shows now."

Drawing = Coroutine[Any, Any, blocks.Block]


async def opened(
    slack: Slack, trigger: str, drawing: Drawing, instead: str | None = None, *, by: str = "views.open"
) -> None:
    """Show the form that is being drawn. What takes longer shows that it is coming; what can be typed
    `instead` is told to whom Slack does not show it."""
    work = asyncio.ensure_future(drawing)
    await asyncio.wait((work,), timeout=AT_ONCE)
    try:
        if work.done():
            await slack.call(by, trigger_id=trigger, view=work.result())
            return
        shown = await slack.call(by, trigger_id=trigger, view=LOADING)
    except (Declined, Unavailable) as refusal:
        work.cancel()
        raise _in_words(refusal, instead) from refusal
    await _filled(slack, shown.get("view") or {}, work)


async def turned(slack: Slack, view: Mapping[str, Any], form: blocks.Block) -> None:
    """Show another form in the place of the one that something was pressed in."""
    ident, mark = given.word(view, "id"), given.word(view, "hash")
    if ident is None:
        raise Refused(given.FORM)
    try:
        await slack.call("views.update", view_id=ident, hash=mark, view=form)
    except Declined as refusal:
        if refusal.error in CLOSED:
            log.info("A form was closed before it could change")
            return
        raise (Refused(STALE) if refusal.error == CHANGED else refusal) from refusal


async def _filled(slack: Slack, shown: Mapping[str, Any], work: asyncio.Future[blocks.Block]) -> None:
    """What was promised takes its place; what went wrong is said there."""
    view = told.in_the_modal({}, "Something went wrong on my side. Close this and try again.")["view"]
    try:
        view = await work
    except BotError as refusal:
        log.info("Told in a form: %s", type(refusal).__name__)
        view = told.in_the_modal({}, str(refusal))["view"]
    finally:
        await turned(slack, shown, view)


def _in_words(refusal: Declined | Unavailable, instead: str | None) -> BotError:
    typed = f" Or type it: `/golive {instead}`." if instead else ""
    if isinstance(refusal, Declined) and refusal.error in NO_TIME:
        return Refused(f"Slack gave me no time to open the form. Please try again.{typed}")
    if isinstance(refusal, Declined):
        return Refused(f"{refusal}{typed}")
    return Unavailable(f"Slack could not open the form just now. Please try again.{typed}")
