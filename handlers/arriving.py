"""What is answered to whatever Slack, or something that looks like it, hands us? The same at every door."""

from __future__ import annotations

import logging
from collections.abc import Callable

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.response import BoltResponse

from handlers.shape import Payload, payload_of

log = logging.getLogger("golive.arriving")

NO_SENSE = (ValueError, TypeError, AttributeError, LookupError, RecursionError)


async def answered(bolt: AsyncApp, read: Callable[[], AsyncBoltRequest]) -> BoltResponse:
    """Bolt's answer. Bolt itself would fail on what is no payload, or keep Slack waiting for what nobody here
    listens to; and would write either into the log."""
    try:
        request = read()
        kind = payload_of(request.body)
    except NO_SENSE as cause:
        log.warning("What came in made no sense (%s)", type(cause).__name__)
        return BoltResponse(status=400, body="not understood")
    if kind is Payload.TORN:
        log.warning("A payload was not whole, so I left it alone")
        return BoltResponse(status=400, body="not understood")
    if kind is Payload.NOT_OURS:
        return BoltResponse(status=200, body="")
    answer = await bolt.async_dispatch(request)
    if answer.status >= 500 and request.body.get("type") != "event_callback":
        # A listener failed so late that nobody waits for it any more. Only an event is worth sending again.
        return BoltResponse(status=408, body="too late")
    return answer
