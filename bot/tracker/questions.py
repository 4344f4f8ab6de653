"""What a project answers: where it stands, what must happen before go-live, what one person has to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

from bot.domain import answers, decisions, naming, readiness, tables
from bot.domain.answers import Answer
from bot.domain.beliefs import believed
from bot.domain.errors import Refused
from bot.domain.permissions import LED_TO
from bot.domain.plan import Item, Plan
from bot.domain.readers import Audience
from bot.domain.tables import Table
from bot.tracker.desk import LOOK, cause, named
from bot.tracker.kept import Kept
from bot.tracker.projects import Projects
from bot.tracker.values import Actor, Where
from storage import Message, Store, Transaction

# A computation is the same for everybody who asks of one revision on one day.
KEPT_ASSESSMENTS = 32
# What only the person reads whom the message names, wherever it is said.
ALONE = frozenset({"private_reply", "direct_reply", "talk_offer", "withheld", "handoff_asked"})
REFUSED_FOR = timedelta(days=30)  # Slack gives new kinds of blocks to one workspace after the other


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked: `standing`, `before`, `all`, `item`, `blockers`, `assumptions`, `decisions`, `mine`,
    `gates` or `waiting`."""

    about: str
    key: str | None = None
    audience: Audience | None = None  # for whom, where that is said

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
    read_as: Audience = Audience.TEAM
    alongside: bool = False  # it is so because people from outside read there too
    table: Table | None = None  # the same as a table, where that is clearer
    may: frozenset[str] = LED_TO  # of the acts it leads to, those that whoever asked may


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A plan as somebody reads it somewhere, and what of it an answer leads them to."""

    plan: Plan
    read_as: Audience
    alongside: bool  # it is so because people from outside read there too
    may: frozenset[str]


class Questions(Projects):
    """The verbs that only read."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        super().__init__(store, clock)
        self._assessed = Kept[tuple[str, str, bool], readiness.Assessment](KEPT_ASSESSMENTS)

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
            self._permit(tx, seen.plan, who, LOOK)
            reading = self._reading(tx, who, where, seen.plan, question)
        found = self.answered(
            reading.plan, who.user, question, elsewhere=seen.elsewhere, read_as=reading.read_as
        )
        return replace(found, alongside=reading.alongside, may=reading.may)

    def reading(self, who: Actor, where: Where, plan: Plan, question: Question) -> Reading:
        """A plan as somebody who asks that reads it there."""
        with self.store.reading() as tx:
            self._permit(tx, plan, who, LOOK)
            return self._reading(tx, who, where, plan, question)

    def _reading(self, tx: Transaction, who: Actor, where: Where, plan: Plan, question: Question) -> Reading:
        read_as, alongside = self._read_as(tx, who, where, question.audience)
        shown = self._as_read(plan, read_as, where)
        item = naming.find(question.key or "", shown.items).exact if question.about == "item" else None
        may = self._led_to(tx, plan, who, plan.item[item.key] if item is not None else None)
        return Reading(plan=shown, read_as=read_as, alongside=alongside, may=may)

    def _read_as(
        self, tx: Transaction, who: Actor, where: Where, wanted: Audience | None
    ) -> tuple[Audience, bool]:
        read_as = self._for(tx, who, where, wanted)
        alongside = wanted is None and read_as is Audience.CUSTOMER and not self._enter(tx, who)
        return read_as, alongside

    def answered(
        self,
        plan: Plan,
        user: str,
        question: Question,
        *,
        elsewhere: bool = False,
        read_as: Audience = Audience.TEAM,
    ) -> Answered:
        """The answer a plan gives to this question now."""
        as_of = self.now().astimezone(plan.project.zone)
        found = self._found(plan, user, question, as_of, read_as)
        table = tables.gates(self._assessment(plan, as_of.date())) if question.about == "gates" else None
        return Answered(
            question=question, answer=found, plan=plan, elsewhere=elsewhere, read_as=read_as, table=table
        )

    def takes(self, workspace: str, kind: str) -> bool:
        """Whether blocks of this kind may be shown there: not where they were refused, for a while."""
        with self.store.reading() as tx:
            return kind not in tx.unshown(workspace, self.now() - REFUSED_FOR)

    def refuses(self, workspace: str, kinds: Iterable[str]) -> None:
        """That workspace does not take these blocks."""
        with self.store.transaction() as tx:
            tx.note_unshown(workspace, kinds, self.now())

    def post(self, who: Actor, where: Where, question: Question, pressed: str) -> bool:
        """Put an answer into the project's channel; False when this very press did so already."""
        # What else was typed is no part of the answer, and not for everybody's eyes.
        key = question.key if question.about == "item" else None
        asked = {"about": question.about, "key": key, "audience": question.audience}
        parts = (question.about, key or "", *([question.audience] if question.audience else []))
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
        with self.together(who, where, "post") as (tx, plan):
            project = plan.project
            if project.channel is None:
                raise Refused(f"{project.name} has no channel yet, so I cannot post there.")
            if asked.get("about") == "item":  # refused here, where somebody can be told
                self._refuse_unfit(tx, plan, self._item(plan, asked["key"] or ""))
            payload = {"project": project.key, **asked, "by": who.user}
            cause_of = ("post", who.workspace, project.key, *parts, pressed)
            key = first_untried(tx, who.workspace, *cause_of)
            return tx.emit(who.workspace, project.channel, key, kind, payload, at=self.now())

    def _refuse_unfit(self, tx: Transaction, plan: Plan, item: Item) -> None:
        if item.key not in self._fit(tx, plan, plan.project.channel or "").item:
            raise Refused(
                f"`{item.key}` is internal, and people from outside read in the project's channel. "
                "So I do not post it there."
            )

    def stored_plan(self, workspace: str, key: str) -> Plan | None:
        """A project as it stands; nobody's view."""
        with self.store.reading() as tx:
            return tx.plan(workspace, key)

    def spoken_of(self, message: Message) -> Plan | None:
        """The project a message is about, as whoever is in that conversation may read of it."""
        said = message.payload
        alone = said.get("user") if message.channel.startswith("D") or message.kind in ALONE else None
        with self.store.reading() as tx:
            plan = tx.plan(message.workspace, said["project"])
            return plan and self._fit(tx, plan, message.channel, alone if isinstance(alone, str) else None)

    def fit_to_say(self, message: Message) -> Callable[[str], str] | None:
        """What makes of the words of a message such as people from outside may read; None where only the team
        reads them."""
        project = message.payload.get("project")
        if not isinstance(project, str):
            return None
        said = message.payload.get("user")
        alone = said if message.channel.startswith("D") or message.kind in ALONE else None
        with self.store.reading() as tx:
            plan = tx.plan(message.workspace, project)
            veil = plan and self._veil_for(tx, plan, message.channel, alone)
            asked = self._asked_from_outside(tx, message)
        return partial(veil.scrubber.echoed, said=asked) if veil else None

    def _asked_from_outside(self, tx: Transaction, message: Message) -> str:
        """The question that is answered, where somebody from outside put it: their own words tell nothing."""
        words, user = message.payload.get("words"), message.payload.get("user")
        theirs = isinstance(user, str) and self._reads_outside(tx, Actor(message.workspace, user))
        return words if theirs and isinstance(words, str) else ""

    def _found(self, plan: Plan, user: str, question: Question, as_of: datetime, read_as: Audience) -> Answer:
        assessed = self._assessment(plan, as_of.date())
        about = question.about
        if about == "mine":
            return self._mine(plan, assessed, question.key or user, user, as_of)
        if about == "item":
            return self._one_item(plan, assessed, question.key or "", as_of)
        if about in ("before", "all"):
            return answers.before(plan, assessed, as_of, whole=about == "all", audience=read_as)
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
            if plan.whole is not plan:
                stored = tx.plan(project.workspace, project.key)
                events = list(self._past(stored, plan, events).events) if stored else []
        return answers.item(plan, assessed, item.key, events, as_of)

    def _assessment(self, plan: Plan, today: date) -> readiness.Assessment:
        project = plan.project
        read = plan.whole is not plan  # by people from outside
        key = (project.workspace, project.key, read)
        assess = partial(readiness.assess, plan, today)
        return self._assessed.get(key, lambda found: _is_of(found, plan, today), assess)


def _is_of(found: readiness.Assessment, plan: Plan, today: date) -> bool:
    if plan.whole is not plan and found.plan is not plan:
        return False
    return found.today == today and found.plan.project.revision == plan.project.revision


def first_untried(tx: Transaction, workspace: str, *parts: str) -> str:
    """The key for what was caused so; another one when Slack would not take the message of the one before."""
    return next(key for key in _attempts(*parts) if not _failed(tx, workspace, key))


def _attempts(*parts: str) -> Iterator[str]:
    """The keys of one press: the first, and those for when Slack would not take the one before."""
    for number in count():
        yield cause(*parts, *((str(number),) if number else ()))


def _failed(tx: Transaction, workspace: str, key: str) -> bool:
    message = tx.message(workspace, key)
    return message is not None and message.state == "failed"
