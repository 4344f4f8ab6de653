"""The menu behind the shortcut “golive”, and a new project from a template."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.domain import templates
from bot.domain.errors import BotError, Invalid, Refused, Unavailable
from bot.integrations.slack import Declined, Slack
from bot.tracker import Actor, Tracker, Where
from handlers import channels, opening
from handlers.arriving import Acknowledgement
from handlers.forms import answered
from handlers.inbox import Inbox
from handlers.people import People
from handlers.readiness import pressed_by
from handlers.views import blocks, given
from handlers.views import menu as views

TYPED = "new north North Clinic go-live from ehr target 14 Dec"
NOT_IN_IT = "You are not in that channel, so you cannot start a project there. Join it first."


class Beginnings:
    """The form of a new project."""

    def __init__(self, tracker: Tracker, slack: Slack, people: People) -> None:
        self._tracker = tracker
        self._slack = slack
        self._people = people

    async def open(self, who: Actor, channel: str | None, trigger: str) -> None:
        """The form; without a channel it asks for one."""
        await opening.opened(self._slack, trigger, asyncio.to_thread(self.drawn, who, channel), TYPED)

    def drawn(self, who: Actor, channel: str | None) -> blocks.Block:
        return views.new_form(self._tracker.startable(who, Where(channel=channel)), channel)

    async def meaning(self, who: Actor, view: Mapping[str, Any]) -> blocks.Block:
        """The form with what its target date means, once there is one."""
        channel, lines = views.channel_of(view), tuple[str, ...]()
        template, target, country = views.chosen_so_far(view)
        if target is not None:
            colleague = await self._people.colleague(who.user)
            try:
                lines = await asyncio.to_thread(
                    self._tracker.would_be, who, template, target, country, colleague
                )
            except Unavailable:
                raise
            except BotError as mistake:
                lines = (str(mistake),)
        shipped = tuple(templates.shipped().values())
        begun = {"template": template, "target": target, "country": country}
        begun["name"] = given.choice(given.fields(view).get("name"), "value")
        return views.new_form(shipped, channel, begun, lines)

    async def outcome(self, who: Actor, view: Mapping[str, Any]) -> dict[str, Any]:
        """Start the project a form describes, and tell who did."""
        said = views.read_new(view, tuple(templates.shipped().values()))
        await self._check(who, said["channel"])
        colleague = await self._people.colleague(who.user)
        done = await asyncio.to_thread(
            self._tracker.new,
            who,
            Where(channel=said["channel"]),
            "",
            given.as_typed(said["name"]),
            said["target"].isoformat() if said["target"] else None,
            colleague,
            template=said["template"],
            country=said["country"],
        )
        form = given.word(view, "id") or ""
        await asyncio.to_thread(self._tracker.confirm_directly, who, done, form)
        return {}

    async def _check(self, who: Actor, channel: str) -> None:
        """A form may name any channel, and only who is in it can start a project there."""
        try:
            members = await channels.learn(channel, self._tracker, self._slack)
        except Declined as refusal:
            raise Invalid(str(refusal), field="channel") from refusal
        if who.user not in members:
            raise Refused(NOT_IN_IT)
        await channels.meet_there(channel, self._tracker, self._slack)


def register(app: AsyncApp, tracker: Tracker, inbox: Inbox, slack: Slack) -> None:
    beginnings = Beginnings(tracker, slack, People(slack, tracker.now))
    _menu(app, tracker, slack, beginnings)
    _new(app, slack, beginnings)


def _menu(app: AsyncApp, tracker: Tracker, slack: Slack, beginnings: Beginnings) -> None:
    def drawn(who: Actor, key: str | None) -> blocks.Block:
        projects = tracker.projects_seen(who)
        only = projects[0] if len(projects) == 1 else None
        return views.menu(projects, next((one for one in projects if one.key == key), only))

    @app.global_shortcut("golive_menu")
    async def opened(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        who = Actor(slack.workspace, given.person(body))
        await opening.opened(slack, given.trigger(body), asyncio.to_thread(drawn, who, None), "help")

    @app.action(views.PROJECT)
    async def chosen(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        who = Actor(slack.workspace, given.person(body))
        form = await asyncio.to_thread(drawn, who, given.chosen(action))
        await opening.turned(slack, body.get("view") or {}, form)


def _new(app: AsyncApp, slack: Slack, beginnings: Beginnings) -> None:
    @app.action(views.NEW)
    async def pressed(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        who, where = pressed_by(slack, body, None)
        if isinstance(body.get("view"), Mapping):
            form = await asyncio.to_thread(beginnings.drawn, who, None)
            await opening.turned(slack, body["view"], form)
            return
        await beginnings.open(who, None if where.direct else where.channel, given.trigger(body))

    @app.action(re.compile(f"^(?:{views.TEMPLATE}|{views.TARGET})$"))
    async def chosen(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        who, view = Actor(slack.workspace, given.person(body)), body.get("view") or {}
        await opening.turned(slack, view, await beginnings.meaning(who, view))

    @app.view(views.NEW_FORM)
    async def sent(ack: Acknowledgement, body: dict[str, Any], view: dict[str, Any]) -> None:
        who = Actor(slack.workspace, given.person(body))
        await answered(slack, ack, view, beginnings.outcome(who, view))
