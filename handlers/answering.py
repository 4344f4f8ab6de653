"""An answer as Slack takes it: drawn once for everybody who asks the same while nothing changes."""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.plan import Plan
from bot.tracker import Actor, Answered, Question, Tracker, Where
from handlers.freshness import Newest
from handlers.views import blocks, readiness

KEPT = 512


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question, by everybody it has the same answer for, in one minute: answers say as of when."""

    workspace: str
    channel: str
    question: Question
    user: str
    minute: datetime


@dataclass(frozen=True, slots=True)
class _Drawn:
    """An answer as it was drawn, and the state of the project and of the database it was drawn from."""

    body: str
    project: tuple[str, int]
    version: int | None


class Answers:
    """Private answers. Drawing one costs more than all the rest, so it is kept until something changes."""

    def __init__(self, tracker: Tracker) -> None:
        self._tracker = tracker
        self._newest = Newest(tracker.plans_in)
        self._drawn: OrderedDict[_Asked, _Drawn] = OrderedDict()

    def at_once(self, who: Actor, where: Where, question: Question) -> str | None:
        """The answer drawn before, if nothing at all was stored since; costs next to nothing to find out."""
        drawn = self._drawn.get(self._asked(who, where, question))
        if drawn is None or drawn.version is None or drawn.version != self._tracker.version():
            return None
        return drawn.body

    async def body(self, who: Actor, where: Where, question: Question) -> str:
        """The answer as the JSON of a private message."""
        if where.project is None and where.channel is not None and not where.direct:
            version = self._tracker.version()  # looked at first: what is stored from here on makes it old
            plan = await self._newest.of(who.workspace, where.channel)
            if plan is not None:
                return await self._kept(who, where, question, plan, version)
        return json.dumps(await self.message(who, where, question))

    async def message(self, who: Actor, where: Where, question: Question) -> blocks.Message:
        return dressed(await asyncio.to_thread(self._tracker.answer, who, where, question))

    async def _kept(
        self, who: Actor, where: Where, question: Question, plan: Plan, version: int | None
    ) -> str:
        asked, project = self._asked(who, where, question), (plan.project.key, plan.project.revision)
        drawn = self._drawn.get(asked)
        same = drawn is not None and drawn.project == project
        body = drawn.body if drawn and same else await asyncio.to_thread(self._draw, plan, who.user, question)
        self._drawn[asked] = _Drawn(body, project, version)
        while len(self._drawn) > KEPT:
            self._drawn.popitem(last=False)
        return body

    def _asked(self, who: Actor, where: Where, question: Question) -> _Asked:
        minute = self._tracker.now().replace(second=0, microsecond=0)
        user = who.user if question.personal else ""
        return _Asked(who.workspace, where.channel or "", question, user, minute)

    def _draw(self, plan: Plan, user: str, question: Question) -> str:
        return json.dumps(dressed(self._tracker.answered(plan, user, question)))


def dressed(answered: Answered, *, tabled: bool = False) -> blocks.Message:
    """`tabled` only where Slack can say that it does not take a table."""
    asked = answered.question
    message: dict[str, Any] = readiness.answered(
        answered.answer,
        answered.plan.project,
        asked.about,
        asked.key,
        elsewhere=answered.elsewhere,
        table=answered.table if tabled else None,
    )
    return {"response_type": "ephemeral", **message}
