"""What a project answers: where it stands, what must happen before go-live, what one person has to do."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from typing import Any

from bot.domain import answers, decisions, readiness
from bot.domain.answers import Answer
from bot.domain.beliefs import believed
from bot.domain.errors import Refused
from bot.domain.plan import Plan
from bot.tracker.desk import cause, named
from bot.tracker.projects import Projects
from bot.tracker.values import Actor, Where
from storage import Store, Transaction

# A computation is the same for everybody who asks of one revision on one day.
KEPT_ASSESSMENTS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked: `standing`, `before`, `all`, `item`, `blockers`, `assumptions`, `decisions`, `mine`,
    `gates` or `waiting`."""

    about: str
    key: str | None = None

    @property
    def personal(self) -> bool:
        return self.about == "mine" and self.key is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An answer, and of which project. `elsewhere`: the channel asked in has none of its own."""

    question: Question
    answer: Answer
    plan: Plan
    elsewhere: bool = False


class Questions(Projects):
    """The verbs that only read."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        super().__init__(store, clock)
        self._assessed: OrderedDict[tuple[str, str, int, date], readiness.Assessment] = OrderedDict()

    def plans_in(self, channels: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], Plan | None]:
        """The plans of these channels as stored now, all in one reading."""
        with self.store.reading() as tx:
            return {place: tx.plan_in(*place) for place in channels}

    def version(self) -> int | None:
        """What changes whenever anything is stored; None where only reading tells."""
        return self.store.version()

    def answer(self, who: Actor, where: Where, question: Question) -> Answered:
        with self.store.reading() as tx:
            seen = self._seen(tx, who, where)
        return self.answered(seen.plan, who.user, question, elsewhere=seen.elsewhere)

    def answered(self, plan: Plan, user: str, question: Question, *, elsewhere: bool = False) -> Answered:
        """The answer a plan gives to this question now."""
        as_of = self.now().astimezone(plan.project.zone)
        found = self._found(plan, user, question, as_of)
        return Answered(question=question, answer=found, plan=plan, elsewhere=elsewhere)

    def post(self, who: Actor, where: Where, question: Question, pressed: str) -> bool:
        """Put an answer into the project's channel; False when this very press did so already."""
        asked = {"about": question.about, "key": question.key}
        parts = (question.about, question.key or "")
        return self._post(who, where, "posted_answer", asked, parts, pressed)

    def _post(
        self,
        who: Actor,
        where: Where,
        kind: str,
        asked: dict[str, Any],
        parts: tuple[str, ...],
        pressed: str,
    ) -> bool:
        with self.together(who, where) as (tx, plan):
            project = plan.project
            if project.channel is None:
                raise Refused(f"{project.name} has no channel yet, so I cannot post there.")
            if asked.get("about") == "item":
                self._item(plan, asked["key"] or "")  # refused here, where somebody can be told
            payload = {"project": project.key, **asked, "by": who.user}
            cause_of = ("post", who.workspace, project.key, *parts, pressed)
            key = next(key for key in _attempts(*cause_of) if not _failed(tx, who.workspace, key))
            return tx.emit(who.workspace, project.channel, key, kind, payload, at=self.now())

    def mine_everywhere(self, who: Actor) -> tuple[tuple[Plan, Answer, Answer | None], ...]:
        """For every project somebody can see: how it stands, and what they have to do there."""
        with self.store.reading() as tx:
            plans = self._visible(tx, who)
        found = []
        for plan in plans:
            standing = self.answered(plan, who.user, Question(about="standing")).answer
            named = who.user in plan.by_slack
            mine = self.answered(plan, who.user, Question(about="mine")).answer if named else None
            found.append((plan, standing, mine))
        return tuple(found)

    def stored_plan(self, workspace: str, key: str) -> Plan | None:
        """A project as it stands, for messages that speak of it; nobody's view."""
        with self.store.reading() as tx:
            return tx.plan(workspace, key)

    def _found(self, plan: Plan, user: str, question: Question, as_of: datetime) -> Answer:
        assessed = self._assessment(plan, as_of.date())
        about = question.about
        if about == "mine":
            return self._mine(plan, assessed, question.key or user, user, as_of)
        if about == "item":
            return self._one_item(plan, assessed, question.key or "", as_of)
        if about in ("before", "all"):
            return answers.before(plan, assessed, as_of, whole=about == "all")
        simple = {
            "assumptions": believed.listing,
            "decisions": decisions.listing,
            "standing": answers.standing,
            "blockers": answers.blockers,
            "gates": answers.gates_in_order,
            "waiting": answers.waiting_on,
        }
        return simple[about](plan, assessed, as_of)

    def _mine(
        self, plan: Plan, assessed: readiness.Assessment, user: str, asking: str, as_of: datetime
    ) -> Answer:
        person = plan.by_slack.get(user)
        if person is None and user != asking:
            person = named(plan, user)
        if person is None:
            raise Refused(
                f"You are not named in {plan.project.name} yet. "
                "Once you own something there, it shows here: `/golive own KEY me`."
            )
        return answers.mine(plan, assessed, person.key, as_of)

    def _one_item(self, plan: Plan, assessed: readiness.Assessment, word: str, as_of: datetime) -> Answer:
        item = self._item(plan, word)
        project = plan.project
        with self.store.reading() as tx:
            events = tx.events(
                project.workspace,
                project.key,
                entity="item",
                entity_key=item.key,
                newest_first=True,
                limit=10,
            )
        return answers.item(plan, assessed, item.key, events, as_of)

    def _assessment(self, plan: Plan, today: date) -> readiness.Assessment:
        project = plan.project
        key = (project.workspace, project.key, project.revision, today)
        found = self._assessed.get(key)
        if found is None:
            found = self._assessed[key] = readiness.assess(plan, today)
            while len(self._assessed) > KEPT_ASSESSMENTS:
                self._assessed.popitem(last=False)
        return found


def _attempts(*parts: str) -> Iterator[str]:
    """The keys of one press: the first, and those for when Slack would not take the one before."""
    for number in count():
        yield cause(*parts, *((str(number),) if number else ()))


def _failed(tx: Transaction, workspace: str, key: str) -> bool:
    message = tx.message(workspace, key)
    return message is not None and message.state == "failed"
