"""An answer as Slack takes it: drawn once for everybody who asks the same of the same revision."""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from datetime import datetime
from typing import Any

from bot.domain.plan import Plan
from bot.tracker import Actor, Answered, Question, Tracker, Where
from handlers.freshness import Newest
from handlers.views import blocks, readiness

KEPT = 256

Key = tuple[str, str, int, datetime, Question, str]


class Answers:
    """Private answers. Drawing one costs more than all the rest, so it is kept until something changes:
    the revision, the minute (answers say as of when), or the question."""

    def __init__(self, tracker: Tracker) -> None:
        self._tracker = tracker
        self._newest = Newest(tracker.plans_in)
        self._drawn: OrderedDict[Key, str] = OrderedDict()

    async def body(self, who: Actor, where: Where, question: Question) -> str:
        """The answer as the JSON of a private message."""
        if where.project is None and where.channel is not None and not where.direct:
            plan = await self._newest.of(who.workspace, where.channel)
            if plan is not None:
                return await self._kept(who, plan, question)
        return json.dumps(await self.message(who, where, question))

    async def message(self, who: Actor, where: Where, question: Question) -> blocks.Message:
        return dressed(await asyncio.to_thread(self._tracker.answer, who, where, question))

    async def _kept(self, who: Actor, plan: Plan, question: Question) -> str:
        project = plan.project
        minute = self._tracker.now().replace(second=0, microsecond=0)
        user = who.user if question.personal else ""
        key = (project.workspace, project.key, project.revision, minute, question, user)
        found = self._drawn.get(key)
        if found is None:
            found = self._drawn[key] = await asyncio.to_thread(self._draw, plan, who.user, question)
            while len(self._drawn) > KEPT:
                self._drawn.popitem(last=False)
        return found

    def _draw(self, plan: Plan, user: str, question: Question) -> str:
        return json.dumps(dressed(self._tracker.answered(plan, user, question)))


def dressed(answered: Answered) -> blocks.Message:
    asked = answered.question
    message: dict[str, Any] = readiness.answered(
        answered.answer, answered.plan.project, asked.about, asked.key, elsewhere=answered.elsewhere
    )
    return {"response_type": "ephemeral", **message}
