"""An answer as Slack takes it: drawn once for everybody who asks the same while nothing changes."""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.domain import naming
from bot.domain.plan import Plan
from bot.domain.readers import Audience
from bot.tracker import Actor, Answered, Question, Tracker, Where
from handlers.freshness import Newest
from handlers.views import blocks, forms, readiness

KEPT = 512
LONGEST_KEPT = 200  # characters of what is asked about: nobody types more again
_Place = tuple[str, str, str, Audience | None, str]


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question, by everybody it has the same answer for."""

    workspace: str
    channel: str
    question: Question
    user: str
    read_as: Audience
    alongside: bool
    may: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Drawn:
    """An answer as it was drawn, in which minute (it says as of when), and the state of the project and of
    the database it was drawn from."""

    body: str
    minute: datetime
    project: tuple[str, int]
    version: int | None


@dataclass(frozen=True, slots=True)
class _Reading:
    """Whose reading of a channel's project somebody gets, and the state of the database that says so."""

    read_as: Audience
    alongside: bool
    may: frozenset[str]
    version: int | None


class Answers:
    """Private answers. Drawing one costs more than all the rest, so it is kept until something changes."""

    def __init__(self, tracker: Tracker) -> None:
        self._tracker = tracker
        self._newest = Newest(tracker.plans_in)
        self._drawn: OrderedDict[_Asked, _Drawn] = OrderedDict()
        self._readings: OrderedDict[_Place, _Reading] = OrderedDict()

    def at_once(self, who: Actor, where: Where, question: Question) -> str | None:
        """The answer drawn before, if nothing at all was stored since; costs next to nothing to find out."""
        reading = self._readings.get(_place(who, where, question))
        if reading is None or reading.version is None or reading.version != self._tracker.version():
            return None
        drawn = self._drawn.get(self._asked(who, where, question, reading))
        if drawn is None or drawn.minute != self._minute() or drawn.version != reading.version:
            return None
        return drawn.body

    async def body(self, who: Actor, where: Where, question: Question) -> str:
        """The answer as the JSON of a private message."""
        short = len(question.key or "") <= LONGEST_KEPT
        if short and where.project is None and where.channel is not None and not where.direct:
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
        reading = self._readings.get(_place(who, where, question))
        if reading is None or version is None or reading.version != version:
            reading = await asyncio.to_thread(self._read, who, where, question, plan, version)
        asked = self._asked(who, where, question, reading)
        project, minute = (plan.project.key, plan.project.revision), self._minute()
        drawn = self._drawn.pop(asked, None)  # to the end: what is asked for stays
        if drawn is not None and drawn.project == project and drawn.minute == minute:
            body = drawn.body
        else:
            body = await asyncio.to_thread(self._draw, who, where, question, plan)
        self._drawn[asked] = _Drawn(body, minute, project, version)
        while len(self._drawn) > KEPT:
            self._drawn.popitem(last=False)
        return body

    def _asked(self, who: Actor, where: Where, question: Question, reading: _Reading) -> _Asked:
        user = who.user if question.personal else ""
        read_as, alongside, may = reading.read_as, reading.alongside, reading.may
        return _Asked(who.workspace, where.channel or "", question, user, read_as, alongside, may)

    def _minute(self) -> datetime:
        return self._tracker.now().replace(second=0, microsecond=0)

    def _read(
        self, who: Actor, where: Where, question: Question, plan: Plan, version: int | None
    ) -> _Reading:
        read = self._tracker.reading(who, where, plan, question)
        found = _Reading(read.read_as, read.alongside, read.may, version)
        self._readings[_place(who, where, question)] = found
        while len(self._readings) > KEPT:
            self._readings.popitem(last=False)
        return found

    def _draw(self, who: Actor, where: Where, question: Question, plan: Plan) -> str:
        read = self._tracker.reading(who, where, plan, question)
        found = self._tracker.answered(read.plan, who.user, question, read_as=read.read_as)
        return json.dumps(dressed(replace(found, alongside=read.alongside, may=read.may)))


def _place(who: Actor, where: Where, question: Question) -> _Place:
    item = question.key or "" if question.about == "item" else ""  # what can be done about it differs
    return who.workspace, who.user, where.channel or "", question.audience, item


def dressed(answered: Answered, *, tabled: bool = False) -> blocks.Message:
    """`tabled` only where Slack can say that it does not take a table."""
    asked = answered.question
    message: dict[str, Any] = readiness.answered(
        answered.answer,
        answered.plan.project,
        asked.about,
        asked.key,
        elsewhere=answered.elsewhere,
        alongside=answered.alongside,
        audience=asked.audience,
        table=answered.table if tabled else None,
        may=answered.may,
    )
    return {"response_type": "ephemeral", **acted_on(message, asked, answered.plan, answered.may)}


def acted_on(message: blocks.Message, asked: Question, plan: Plan, may: frozenset[str]) -> blocks.Message:
    """An answer about an item, with what can be done about it."""
    item = naming.find(asked.key or "", plan.items).exact if asked.about == "item" else None
    if item is None:
        return message
    *above, below = message["blocks"]
    return {**message, "blocks": [*above, *forms.buttons(plan.project.key, item, may), below]}
