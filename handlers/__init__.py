"""Who talks about what with Slack, and what does somebody read when something went wrong?"""

from __future__ import annotations

import logging
import re
import secrets
import time
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_bolt.response import BoltResponse

from bot.domain.errors import BotError, NotFound, at_fields
from bot.domain.patientdata import PatientData
from bot.integrations.slack import NOT_TAKEN, Declined, Instead, Slack
from bot.tracker import Tracker
from handlers import (
    agenda,
    agent,
    arriving,
    asking,
    blockers,
    capturing,
    changes,
    channels,
    commands,
    digesttime,
    forms,
    gonogo,
    home,
    meeting,
    menu,
    notes,
    offers,
    pictures,
    readiness,
    reminders,
    rules,
    settings,
    watching,
    withholding,
)
from handlers.inbox import Inbox
from handlers.rendering import render
from handlers.views import given, told
from handlers.views.blocks import Message

__all__ = ["beside", "explained", "in_time", "register", "render", "tell"]

log = logging.getLogger("golive.handlers")

SUBJECTS = (
    meeting,  # before all others: who acts is known before anything is done
    commands,
    readiness,
    asking,
    changes,
    blockers,
    capturing,
    notes,
    offers,
    reminders,
    settings,
    rules,
    gonogo,
    forms,
    digesttime,
    menu,
    home,
    agent,
    channels,
    watching,
    agenda,
    pictures,
    withholding,
)
ACK_SECONDS = 2.8  # Slack waits three, and then tells the person itself that nothing came
ANYTHING = re.compile(".*", re.DOTALL)


def register(app: AsyncApp, tracker: Tracker, inbox: Inbox, slack: Slack) -> None:
    """Everything golive listens to. What nobody claims is answered all the same."""
    for subject in SUBJECTS:
        subject.register(app, tracker, inbox, slack)
    for kind in (app.command, app.action, app.view, app.view_closed, app.shortcut, app.options):
        kind(ANYTHING)(_unknown)

    @app.error
    async def in_words(
        error: Exception, body: dict[str, Any], context: AsyncBoltContext, response: BoltResponse | None
    ) -> BoltResponse | None:
        if body.get("type") == "event_callback":
            log.error("An event could not be kept, so Slack will send it again: %s", error)
            return None
        if isinstance(error, PatientData):
            await withholding.noted(tracker, slack, context)
        return await _told_to_who_acted(error, body, context, response)


async def _unknown(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
    """What nobody claims: from a message of an older version, or never ours. Whoever used it is told."""
    # A listener that is still busy after three seconds ends up here too: then it is not for us to say more.
    if not _on_time(context):
        return
    kind = "command" if "command" in body else str(body.get("type"))
    if kind == "block_suggestion":
        await ack(options=[])
    elif kind in ("command", "view_closed") or (kind == "block_actions" and body["actions"][0].get("url")):
        await ack()  # another app's command, or only a link: there is nothing to do about it
    else:
        log.warning("Nobody here knows the %s %.80r", kind, _named(body))
        raise NotFound(given.FORM if kind == "view_submission" else given.BUTTON)


def _named(body: dict[str, Any]) -> object:
    """By what a listener would have been found."""
    view, actions = body.get("view") or {}, body.get("actions") or [{}]
    return (
        body.get("command")
        or body.get("callback_id")
        or view.get("callback_id")
        or actions[0].get("action_id")
    )


def in_time(context: AsyncBoltContext) -> None:
    """Note when a request came in, to know later whether Slack still waits for its answer."""
    context["since"] = time.monotonic()
    context["ack"] = arriving.Acknowledgement(context)


def _on_time(context: AsyncBoltContext) -> bool:
    return time.monotonic() - float(context.get("since", 0.0)) < ACK_SECONDS


def explained(error: Exception) -> str:
    """What a person is told; the log gets the rest, under the same reference."""
    if isinstance(error, BotError):
        log.info("Told: %s", type(error).__name__)
        return str(error)
    reference = secrets.token_hex(4)
    log.error("[%s] %s", reference, type(error).__name__, exc_info=error)
    return (
        "Something went wrong on my side; nothing was half done. Please try again. If it stays like this, "
        f"give whoever runs golive this reference: {reference}"
    )


async def tell(slack: Slack, error: Exception, event: dict[str, Any]) -> None:
    """Tell the person behind an event, and nobody else."""
    user, channel = event.get("user"), event.get("channel")
    if isinstance(user, str):
        direct = event.get("channel_type") == "im" or not isinstance(channel, str)
        await _whisper(slack, user, None if direct else str(channel), told.sentence(explained(error)))


def beside(slack: Slack, context: AsyncBoltContext) -> Instead | None:
    """How to answer who acted where Slack left no way of its own; None when nobody did."""
    who = {"user": context.user_id, "channel": context.channel_id}
    user, channel = given.word(who, "user"), given.word(who, "channel")
    return None if user is None else partial(_whisper, slack, user, channel)


async def _whisper(slack: Slack, user: str, channel: str | None, message: Message) -> str | None:
    """Say something only this person sees, once at most: where they are, or else directly. The word it was
    refused with, if it was."""
    try:
        if channel is not None:
            try:
                await slack.call("chat.postEphemeral", channel=channel, user=user, **message)
                return None
            except Declined as refusal:
                if refusal.error in NOT_TAKEN:
                    return refusal.error
                log.info("%s cannot be told in %s, so directly", user, channel)
        await slack.call("chat.postMessage", channel=await slack.conversation(user), **message)
    except BotError as trouble:
        log.warning("%s could not be told: %s", user, trouble)
        return trouble.error if isinstance(trouble, Declined) else "not said"
    return None


async def _told_to_who_acted(
    error: Exception,
    body: dict[str, Any],
    context: AsyncBoltContext,
    response: BoltResponse | None,
) -> BoltResponse | None:
    sentence = explained(error)
    waiting = response is not None and _on_time(context)  # Slack has no answer yet, and still wants one
    kind = "command" if "command" in body else body.get("type")
    if waiting and kind == "command":
        return _answer({"response_type": "ephemeral", **told.sentence(sentence)})
    if waiting and kind == "view_submission":
        return _answer(told.in_the_modal(body.get("view") or {}, sentence, at_fields(error)))
    if waiting and kind == "block_suggestion":
        return _answer({"options": []})
    await _tell_beside(context, sentence)
    return _answer(None) if waiting else None


async def _tell_beside(context: AsyncBoltContext, sentence: str) -> None:
    """The request itself is answered, or too late to answer: say it where the person acted."""
    respond = context.respond
    if respond is None:
        return
    try:
        await respond(response_type="ephemeral", replace_original=False, **told.sentence(sentence))
    except BotError as trouble:
        log.warning("Somebody could not be told: %s", trouble)


def _answer(body: dict[str, Any] | None) -> BoltResponse:
    return BoltResponse(status=200, body=body if body is not None else "")
