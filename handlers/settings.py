"""How a project's settings are, and a form that changes one of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.domain import policies
from bot.domain.errors import BotError, Invalid, Unavailable
from bot.domain.patientdata import PatientData
from bot.integrations.slack import Slack
from bot.tracker import Actor, Tracker, Where
from handlers import opening
from handlers.arriving import Acknowledgement
from handlers.forms import answered
from handlers.inbox import Inbox
from handlers.readiness import pressed_by
from handlers.views import blocks, given
from handlers.views import settings as views


class Screen(Protocol):
    """A form that changes one line of what a project says of itself."""

    CHANGE: str
    FORM: str
    AT: str  # the field at which a value that cannot be is refused

    def read_form(self, view: Mapping[str, Any]) -> tuple[str, str, str]:
        """The project, the setting, and its new value as it is typed."""
        ...


def register(app: AsyncApp, tracker: Tracker, inbox: Inbox, slack: Slack) -> None:
    def drawn(who: Actor, where: Where) -> blocks.Block:
        plan = tracker.plan_to_set(who, where)
        return views.form(plan, policies.of(plan.project))

    changeable(app, tracker, slack, views, drawn, "settings")


def changeable(
    app: AsyncApp,
    tracker: Tracker,
    slack: Slack,
    screen: Screen,
    drawn: Callable[[Actor, Where], blocks.Block],
    typed: str,
) -> None:
    """Open such a form, and do what it says: once, and told in the same transaction."""

    @app.action(screen.CHANGE)
    async def open_form(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        who, where = pressed_by(slack, body, given.pressed(action))
        await opening.opened(slack, given.trigger(body), asyncio.to_thread(drawn, who, where), typed)

    @app.view(screen.FORM)
    async def save(ack: Acknowledgement, body: dict[str, Any], view: dict[str, Any]) -> None:
        who = Actor(slack.workspace, given.person(body))
        await answered(slack, ack, view, _outcome(tracker, who, screen, view))


async def _outcome(tracker: Tracker, who: Actor, screen: Screen, view: Mapping[str, Any]) -> dict[str, Any]:
    project, name, value = screen.read_form(view)
    where, form = Where(project=project, direct=True), given.word(view, "id")
    if form is None:
        raise Invalid(given.FORM)
    try:
        await asyncio.to_thread(
            tracker.once, who, where, form, lambda: tracker.set_policy(who, where, name, value)
        )
    except (Unavailable, PatientData):
        raise
    except BotError as mistake:
        raise Invalid(str(mistake), field=screen.AT) from mistake
    return {}


async def shown(tracker: Tracker, who: Actor, where: Where) -> blocks.Message:
    """All settings of a project, for the team."""
    plan = await asyncio.to_thread(tracker.rules_of, who, where)
    return views.settings(plan, policies.of(plan.project))
