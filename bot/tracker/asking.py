"""What does a question in somebody's own words ask, of which project, and what is the answer?"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from typing import Any

from bot.domain import answers, choosing, questions
from bot.domain.answers import Answer, Facts, Reply, Section, explaining, guide
from bot.domain.errors import Invalid, Refused
from bot.domain.permissions import LED_TO
from bot.domain.plan import Event, Plan, Project
from bot.domain.questions import ASKER, Asked, Known
from bot.domain.questions.meaning import Meaning, Unclear, Window, resolve
from bot.domain.readers import Audience
from bot.domain.story import recounting
from bot.domain.wording import sections
from bot.tracker.desk import LOOK, in_words
from bot.tracker.kept import Kept
from bot.tracker.values import Actor, Where, WhichProject
from bot.tracker.watching import Watching
from storage import Store, Transaction

LONGEST = 1000  # characters; what is longer is a story, not a question
KEPT_NAMES = 32
# A story reaches back as far as it is asked for, but no farther than so many changes.
MOST_EVENTS, MOST_ACTS = 20_000, 200
BY_FILE = ("load", "new")
THANKS = "thanks"  # the topic of who only says thank you
_OF_NO_PROJECT = frozenset({"help", "out_of_scope"})
TOO_LONG = f"That is too long for a question: say it in at most {LONGEST:,} characters."
NOT_TOLD = "What looks like trouble is for members of the team."
NOT_SEEN = "No project that you can see is called so."


@dataclass(frozen=True, slots=True, kw_only=True)
class InWords:
    """A question as somebody put it. `second`: in the other sense it has; `whole`: lists in full."""

    text: str
    second: bool = False
    whole: bool = False
    audience: Audience | None = None  # for whom, where that is said


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What was asked, and the answer. Without a plan no project could be chosen, or none was needed:
    then `which` are those it may be."""

    question: InWords
    asked: Asked
    reply: Reply
    as_of: datetime
    plan: Plan | None = None
    meaning: Meaning | None = None
    which: tuple[str, ...] = ()
    elsewhere: bool = False
    read_as: Audience = Audience.TEAM
    alongside: bool = False  # it is so because people from outside read there too
    lost: bool = False  # there is no project at all to ask about
    may: frozenset[str] = LED_TO  # of the acts it leads to, those that whoever asked may
    fit: Callable[[Any], Any] | None = None  # makes of any words such as people from outside may read

    @property
    def answer(self) -> Answer:
        return self.reply.answer

    @property
    def personal(self) -> bool:
        """It is about whoever asks, and so nobody else's business."""
        return (self.asked.slots.owner or "").casefold() in ASKER

    def as_json(self) -> dict[str, Any]:
        """What `golive ask --json` prints."""
        if self.plan is not None and self.meaning is not None:
            found = answers.as_asked(
                self.question.text, self.asked, self.meaning, self.reply, self.plan, self.as_of
            )
            return self.fit(found) if self.fit is not None else found
        other = self.asked.other
        return {
            "question": self.question.text,
            "intent": self.asked.intent,
            "topic": self.asked.topic,
            "project": None,
            "as_of": self.as_of.isoformat(),
            "slots": self.asked.slots.as_json(),
            "resolved": None,
            "text": self.answer.text,
            "data": {},
            "other": {"intent": other.intent, "topic": other.topic} if other else None,
        }

    def explained(self) -> tuple[str, ...]:
        """What was understood, in words."""
        return explaining.lines(self.asked, self.meaning, self.plan)


class Asking(Watching):
    """The verbs that answer a question in words."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        super().__init__(store, clock)
        self._names_of_plans = Kept[tuple[str, str, bool], tuple[int, Known]](KEPT_NAMES)

    def say(self, who: Actor, where: Where, question: InWords) -> Understood:
        """The answer for somebody in Slack, from a project they may see."""
        with self.store.reading() as tx:
            heads, here = self._in_sight(tx, who, where)
            default = here or (tx.plan(who.workspace, heads[0].key) if len(heads) == 1 else None)
            default = default and self._as_asked_by(tx, who, where, default, question)
            read = self._as_typed(question, heads, default)
            if where.project is not None and default is not None:
                return self._for_reader(tx, read, default, who, where)
            named = self._project_meant(tx, read, heads, default, NOT_SEEN)
            if named is None and read.asked.intent in _OF_NO_PROJECT:
                return _of_no_project(read)
            if named is None:
                raise _which(heads) if heads else self._no_project(tx, who, where)
            if named is not default:
                named = self._as_asked_by(tx, who, where, named, question)
                read = self._as_typed(question, heads, named)
            elsewhere = here is None and named is default and not where.direct
            return self._for_reader(tx, read, named, who, where, elsewhere=elsewhere)

    def _as_asked_by(self, tx: Transaction, who: Actor, where: Where, plan: Plan, question: InWords) -> Plan:
        """The plan as somebody reads it there, if they may look."""
        self._permit(tx, plan, who, LOOK)
        return self._as_read(plan, self._for(tx, who, where, question.audience), where)

    def _for_reader(
        self, tx: Transaction, read: _Read, plan: Plan, who: Actor, where: Where, *, elsewhere: bool = False
    ) -> Understood:
        read_as, alongside = self._read_as(tx, who, where, read.question.audience)
        alone = self._enter(tx, who)  # with words that are theirs
        found = self._understand(
            tx, read, plan, user=who.user, elsewhere=elsewhere, read_as=read_as, echoes=alone
        )
        may = self._led_to(tx, self._entire(tx, plan), who)
        return replace(found, alongside=alongside, may=may)

    def is_question(self, who: Actor, where: Where, text: str) -> bool:
        """Do these words ask something that a plan can answer?"""
        if not text.strip() or len(text) > LONGEST:
            return False
        with self.store.reading() as tx:
            heads, here = self._in_sight(tx, who, where)
            default = here or (tx.plan(who.workspace, heads[0].key) if len(heads) == 1 else None)
            default = default and self._shown_to(tx, who, default)
            return self._as_typed(InWords(text=text), heads, default).asked.intent not in _OF_NO_PROJECT

    def said(self, plan: Plan, user: str, question: InWords) -> Understood:
        """The same of a project that is chosen already, as it is now and as it is read there."""
        read_as = Audience.CUSTOMER if plan.whole is not plan else question.audience or Audience.TEAM
        with self.store.reading() as tx:
            read = self._as_typed(question, [plan.project], plan)
            theirs = self._reads_outside(tx, Actor(plan.project.workspace, user))
            return self._understand(tx, read, plan, user=user, read_as=read_as, echoes=theirs)

    def post_said(self, who: Actor, where: Where, question: InWords, pressed: str) -> bool:
        """Put the answer into the project's channel; False when this very press did so already."""
        found = self.say(who, where, question)
        if found.plan is None or found.personal:
            raise Refused("That is only for you, so I do not post it.")
        words = found.question.text
        asked = {"words": words, "second": question.second}
        parts = (words, "2" if question.second else "1")
        return self._post(who, where, "posted_words", asked, parts, pressed)

    def supposable(self, who: Actor, where: Where) -> tuple[Plan, str]:
        """The plan to suppose something in, and an example of what can be."""
        with self.store.reading() as tx:
            plan = self._read_there(tx, who, where)
        return plan, guide.supposable(self._assessment(plan, self._today(plan)))

    def suppose(self, who: Actor, where: Where, words: str) -> Understood:
        """What would change if that were so. Raises Invalid with what to say instead."""
        said = re.sub(r"^\s*(?:and )?(?:what (?:happens )?if|suppose|assuming|if)\b", "", words, flags=re.I)
        found = self.say(who, where, InWords(text=f"what if {said.strip(' .…,:')}"))
        if not found.reply.data.get("suppositions"):
            raise Invalid(found.reply.data.get("note") or "I cannot tell what is to be supposed.")
        return found

    def ask(
        self,
        question: str,
        *,
        workspace: str,
        project: str | None = None,
        at: datetime | None = None,
        audience: Audience | None = None,
    ) -> Understood:
        """The answer for the command line, where every project can be seen. Which one is meant is asked, not
        refused, so that what was understood is told all the same."""
        asking, now = InWords(text=question, audience=audience), at or self.now()
        with self.store.reading() as tx:
            if project is not None:
                plan = self._read_at_console(self._stored(tx, workspace, project), asking)
                read = self._as_asked(asking, [plan.project], plan, now)
                return self._understand(tx, read, plan, read_as=asking.audience or Audience.TEAM)
            heads = tx.projects(workspace)
            default = tx.plan(workspace, heads[0].key) if len(heads) == 1 else None
            default = default and self._read_at_console(default, asking)
            read = self._as_asked(asking, heads, default, now)
            try:
                named = self._project_meant(tx, read, heads, default, "No project here is called so.")
            except WhichProject as several:
                return _asking_which(read, str(several), several.projects)
            if named is None and (read.asked.intent in _OF_NO_PROJECT or not heads):
                return _of_no_project(read)
            if named is None:
                return _asking_which(read, str(_which(heads)), tuple(head.key for head in heads))
            if named is not default:
                named = self._read_at_console(named, asking)
                read = self._as_asked(asking, heads, named, now)
            return self._understand(tx, read, named, read_as=asking.audience or Audience.TEAM)

    def _read_at_console(self, plan: Plan, asking: InWords) -> Plan:
        return self._as_read(plan, asking.audience or Audience.TEAM, Where(direct=True))

    # Which project

    def _in_sight(self, tx: Transaction, who: Actor, where: Where) -> tuple[list[Project], Plan | None]:
        """The projects that may be meant, without what is in them; and the one that is, unless another is
        named: that of the button or the line, or else the channel's."""
        if where.project is not None:
            plan = self._named(tx, who, where)
            return [plan.project], plan
        self._enter(tx, who)
        here = None if where.channel is None else tx.plan_in(who.workspace, where.channel)
        if here is not None and not (where.proven or self._may_see(tx, who, here, None)):
            here = None
        keys = set(tx.seen_by(who.workspace, who.user))
        heads = [head for head in tx.projects(who.workspace) if head.key in keys] if keys else []
        if here is not None and here.project.key not in keys:
            heads.append(here.project)
        return heads, here

    def _project_meant(
        self, tx: Transaction, read: _Read, heads: Sequence[Project], default: Plan | None, unseen: str
    ) -> Plan | None:
        """The project that the words name, else the one that is meant without a name."""
        words = read.asked.slots.project
        found = choosing.meant(words, heads) if words else None
        if words is None or found is None:
            return default
        keys = [head.key for head in found]
        # Only what is written like a name is surely one; of any other word the answer says that it is none.
        if default is not None and (default.project.key in keys or not (keys or words[0].isupper())):
            return default
        if default is not None and not keys and choosing.speaks_of(words, default):
            return default
        if len(found) == 1:
            return tx.plan(found[0].workspace, found[0].key)
        if found:
            raise _which(found)
        # One that is there, but not for whoever asks, is told in the very same words.
        if not heads:
            return None
        raise WhichProject(f"{unseen} {_offered(heads)}", tuple(head.key for head in heads))

    # What it asks

    def _as_typed(self, question: InWords, heads: Sequence[Project], plan: Plan | None) -> _Read:
        """The same of words as Slack writes them."""
        if len(question.text) > 2 * LONGEST:  # before anything is done with it
            raise Invalid(TOO_LONG)
        return self._as_asked(
            replace(question, text=in_words(question.text, plan) or ""), heads, plan, self.now()
        )

    def _as_asked(
        self, question: InWords, heads: Sequence[Project], plan: Plan | None, at: datetime
    ) -> _Read:
        """What the words ask."""
        text = question.text.strip()
        if not text:
            raise Invalid("Ask something, for example: what is overdue?")
        if len(text) > LONGEST:
            raise Invalid(TOO_LONG)
        asked = questions.read(text, self._names_around(heads, plan))
        if question.second and asked.other is not None:
            asked = replace(asked.other, other=replace(asked, other=None))
        return _Read(question, asked, at)

    def _names_around(self, heads: Sequence[Project], plan: Plan | None) -> Known:
        names = tuple(name for head in heads for name in (head.key, head.name, head.customer) if name)
        return replace(self._names_within(plan), projects=names) if plan else Known(projects=names)

    def _names_within(self, plan: Plan) -> Known:
        """Who and what a plan speaks of; the same for all questions until it changes."""
        project = plan.project
        key = (project.workspace, project.key, plan.whole is not plan)
        _, names = self._names_of_plans.get(
            key, lambda kept: kept[0] == project.revision, lambda: (project.revision, _names_in(plan))
        )
        return names

    # What the answer is

    def _understand(
        self,
        tx: Transaction,
        read: _Read,
        plan: Plan,
        *,
        user: str | None = None,
        elsewhere: bool = False,
        read_as: Audience = Audience.TEAM,
        echoes: bool = False,
    ) -> Understood:
        as_of = read.at.astimezone(plan.project.zone)
        person = plan.by_slack.get(user) if user else None
        meaning = resolve(read.asked, plan, as_of, asker=person.key if person else None)
        words = read.asked.slots.project
        if words and choosing.meant(words, [plan.project]) == () and not choosing.speaks_of(words, plan):
            meaning = replace(meaning, unclear=(Unclear("project", words), *meaning.unclear))
        reply = self._reply_to(tx, read, meaning, plan, as_of, read_as)
        scrubber = None
        if plan.whole is not plan:  # what was asked about may be named again in what is told
            scrubber = self._veil(self._entire(tx, plan)).scrubber
            reply = scrubber.reply(reply, (in_words(read.question.text, plan) or "") if echoes else "")
        return Understood(
            fit=scrubber.any if scrubber is not None else None,
            question=read.question,
            asked=read.asked,
            reply=reply,
            as_of=as_of,
            plan=plan,
            meaning=meaning,
            elsewhere=elsewhere,
            read_as=read_as,
        )

    def _reply_to(
        self,
        tx: Transaction,
        read: _Read,
        meaning: Meaning,
        plan: Plan,
        as_of: datetime,
        read_as: Audience,
    ) -> Reply:
        a, asked = self._assessment(plan, as_of.date()), read.asked
        if asked.topic == THANKS:
            kind, more = guide.welcome()
            return Reply(Answer(kind, sections((None, (more,)))), {})
        if asked.topic == "signals" and plan.whole is not plan:
            return Reply(Answer(NOT_TOLD, ()), {"note": NOT_TOLD})
        facts = Facts(question=read.question.text, audience=read_as)
        if asked.intent == "changes":
            return self._what_changed(tx, read, meaning, plan, as_of)
        elif asked.intent == "history_of":
            events = self._what_happened_to(tx, plan, meaning.items)
            facts = replace(facts, events=self._past(self._entire(tx, plan), plan, events).events)
        elif asked.topic == "signals":
            facts = replace(
                facts, known=self.known_besides(tx, plan), dismissed=tx.dismissed(plan.project.id or 0)
            )
        return answers.reply(asked, meaning, plan, a, as_of, facts, whole=read.question.whole)

    def _what_changed(
        self, tx: Transaction, read: _Read, meaning: Meaning, plan: Plan, as_of: datetime
    ) -> Reply:
        """What changed on the days asked about, told from the moment from which on all of it can be."""
        window, project = meaning.window, plan.project
        start = window.start if window else None
        begin = datetime.combine(start, time.min, project.zone) if start else as_of - recounting.LATELY
        since, most = begin.astimezone(UTC), MOST_EVENTS + 1
        found = (
            tx.events(project.workspace, project.key, since=since, newest_first=True, limit=most)
            if meaning.items
            else tx.events_lately(project.id or 0, since, most)
        )
        events = tuple(reversed(_whole_acts(found)))
        past = self._past(self._entire(tx, plan), plan, events)
        facts = Facts(question=read.question.text, events=past.events, stood=past.stood)
        a = self._assessment(plan, as_of.date())
        if len(events) == len(found):
            return answers.reply(read.asked, meaning, plan, a, as_of, facts, whole=read.question.whole)
        told_from = events[0].at if events else as_of
        later = Window(told_from, window.end if window else None, window.words if window else "")
        meaning = replace(meaning, window=later)
        reply = answers.reply(read.asked, meaning, plan, a, as_of, facts, whole=read.question.whole)
        last = f"{found[-1].at.astimezone(project.zone):%d %b, %H:%M}"
        told = f"More than {MOST_EVENTS:,} changes fell into that time; told are those after {last}."
        answer = replace(reply.answer, sections=(Section(None, (told,)), *reply.answer.sections))
        return replace(reply, answer=answer)

    def _entire(self, tx: Transaction, plan: Plan) -> Plan:
        """The plan with what its reader is not shown."""
        if plan.whole is plan:
            return plan
        return tx.plan(plan.project.workspace, plan.project.key) or plan

    def _what_happened_to(self, tx: Transaction, plan: Plan, keys: Sequence[str]) -> tuple[Event, ...]:
        """What was done to these things, and what else was done in the same acts."""
        if not keys:
            return ()
        project = plan.project
        around = {*keys, *(key.upper() for key in keys)}
        around |= {blocker.id for blocker in plan.blockers if blocker.item in keys}
        around |= {belief.id for belief in plan.assumptions if not around.isdisjoint(belief.items)}
        return tuple(tx.events_about(project.id or 0, around, acts=MOST_ACTS, without=BY_FILE))


@dataclass(frozen=True, slots=True)
class _Read:
    """A question with what it asks, at the moment it is asked."""

    question: InWords
    asked: Asked
    at: datetime


def _names_in(plan: Plan) -> Known:
    return Known(
        people=tuple(name for person in plan.people for name in (person.name, person.key)),
        items=tuple(name for item in plan.items for name in (item.key, item.title)),
    )


def _whole_acts(newest_first: Sequence[Event]) -> Sequence[Event]:
    """Without the oldest act, where the limit cut it in two."""
    if len(newest_first) <= MOST_EVENTS:
        return newest_first
    cut = newest_first[-1].revision
    return [event for event in newest_first if event.revision > cut]


def _of_no_project(read: _Read) -> Understood:
    lost = read.asked.intent not in _OF_NO_PROJECT
    lines = guide.help_lines() if read.asked.intent == "help" else guide.beyond()
    if read.asked.topic == THANKS:
        lines = guide.welcome()
    if lost:
        lines = ("There is no project to ask about yet: `golive load FILE.yaml`.",)
    reply = Reply(Answer(lines[0], sections((None, lines[1:]))), {})
    return Understood(question=read.question, asked=read.asked, reply=reply, as_of=read.at, lost=lost)


def _asking_which(read: _Read, sentence: str, projects: tuple[str, ...]) -> Understood:
    said = Answer(sentence, ())
    return Understood(
        question=read.question, asked=read.asked, reply=Reply(said, {}), as_of=read.at, which=projects
    )


def _which(heads: Sequence[Project]) -> WhichProject:
    keys = tuple(head.key for head in heads)
    return WhichProject(f"Which project do you mean? {_offered(heads)}", keys)


def _offered(heads: Sequence[Project]) -> str:
    listed = ", ".join(f"`{head.key}`" for head in heads[:12])
    more = f" and {len(heads) - 12:,} more" if len(heads) > 12 else ""
    return f"You can see {listed}{more}."
