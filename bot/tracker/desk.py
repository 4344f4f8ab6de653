"""What do all verbs need? The plan somebody may see, and a change kept together with its echo in Slack."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain import changes, naming, permissions, readiness, reading
from bot.domain.beliefs import truth
from bot.domain.belonging import Belongs
from bot.domain.errors import Invalid, NotFound, Refused
from bot.domain.naming import Found
from bot.domain.plan import Blocker, Item, Person, Plan
from bot.domain.readers import Audience
from bot.tracker import wording
from bot.tracker.gate import Gate
from bot.tracker.values import Actor, Colleague, DidYouMean, Done, Where, WhichProject, WhoIsThat
from storage import Store, Transaction
from storage.guard import clean

LOOK = "look"
NO_PROJECT = (
    "No project lives in this channel, as far as you can see. Start one here with `/golive new KEY NAME`, "
    "or ask in the channel of your project."
)
NONE_AT_ALL = (
    "I know no project that you are part of. Ask in the channel of your project, "
    "or start one there with `/golive new KEY NAME`."
)
NONE_FOR_YOU = "I know no project that you are part of here. Ask in the channel of your project."


@dataclass(frozen=True, slots=True)
class Seen:
    """A plan, and why it is this one: `elsewhere` when the channel asked in has no project of its own."""

    plan: Plan
    elsewhere: bool = False


class Desk(Gate):
    """The store and the clock, and the few questions all verbs begin and end with."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        super().__init__(store, clock)
        self._under_way = threading.local()

    @contextmanager
    def together(self, who: Actor, where: Where, act: str = LOOK) -> Iterator[tuple[Transaction, Plan]]:
        """One transaction on the project meant, for who may do this. Verbs called within join it instead of
        opening their own."""
        joined: tuple[Transaction, Plan] | None = getattr(self._under_way, "work", None)
        if joined is not None:
            self._admit(*joined, who, act)
            yield joined
            return
        with self.store.transaction() as tx:
            plan = self._plan(tx, who, where, act)
            outside = self._enter(tx, who)
            self._under_way.work = tx, plan
            self._under_way.known = self._shown_to(tx, who, plan)
            try:
                with self._veiling(plan, outside=outside):
                    yield self._under_way.work
            finally:
                self._under_way.work = self._under_way.known = None

    def _plan(self, tx: Transaction, who: Actor, where: Where, act: str = LOOK) -> Plan:
        """The project meant, for somebody who may do this there: also what they do not read of it. Where who
        may depends on the thing it is about, `_permit` asks again."""
        plan = self._seen(tx, who, where).plan
        self._admit(tx, plan, who, act)
        return plan

    def _admit(self, tx: Transaction, plan: Plan, who: Actor, act: str) -> None:
        outside = self._enter(tx, who)
        self._admitted(who, plan, outside=outside)
        if not permissions.depends(plan.project, act) or not permissions.ever(act, outside=outside):
            self._permit(tx, plan, who, act)

    @contextmanager
    def _as_known_to(self, tx: Transaction, who: Actor, plan: Plan) -> Iterator[None]:
        """What is named within is looked for in what of the plan they know."""
        before = getattr(self._under_way, "known", None)
        self._under_way.known = self._shown_to(tx, who, plan)
        try:
            yield
        finally:
            self._under_way.known = before

    def known_of(self, plan: Plan) -> Plan:
        """The plan that is worked on, or what of it whoever acts knows: what may be offered by name."""
        return self._known(plan)

    def _known(self, plan: Plan) -> Plan:
        """The plan, or what of it whoever acts now knows."""
        return getattr(self._under_way, "known", None) or plan

    def _read_there(
        self, tx: Transaction, who: Actor, where: Where, act: str = LOOK, wanted: Audience | None = None
    ) -> Plan:
        """The project meant, as somebody reads it there."""
        plan = self._plan(tx, who, where, act)
        return self._as_read(plan, self._for(tx, who, where, wanted), where)

    def _seen(self, tx: Transaction, who: Actor, where: Where) -> Seen:
        """The project meant; whatever this person may not see is answered as if it did not exist."""
        if where.project is not None:
            return Seen(self._named(tx, who, where))
        here = None if where.channel is None else tx.plan_in(who.workspace, where.channel)
        if here is not None and (where.proven or self._may_see(tx, who, here, None)):
            return Seen(here)
        visible = self._visible(tx, who)
        if not visible:
            raise self._no_project(tx, who, where)
        if len(visible) > 1:
            names = tuple(plan.project.key for plan in visible)
            listed = ", ".join(f"`{key}`" for key in names)
            raise WhichProject(f"Which project do you mean: {listed}? Add it: `in {names[0]}`.", names)
        return Seen(visible[0], elsewhere=not where.direct)

    def _named(self, tx: Transaction, who: Actor, where: Where) -> Plan:
        plan = tx.plan(who.workspace, where.project or "")
        if plan is None or not self._may_see(tx, who, plan, where.channel if where.proven else None):
            raise self._no_project(tx, who, where)
        return plan

    def _no_project(self, tx: Transaction, who: Actor, where: Where) -> NotFound:
        """There is none for them; only who may start one is told how."""
        if self._reads_outside(tx, who):
            return NotFound(NONE_FOR_YOU)
        return NotFound(NONE_AT_ALL if where.direct else NO_PROJECT)

    def _visible(self, tx: Transaction, who: Actor) -> list[Plan]:
        plans = (tx.plan(who.workspace, key) for key in tx.seen_by(who.workspace, who.user))
        return [plan for plan in plans if plan is not None]

    def _visible_as_read(self, tx: Transaction, who: Actor) -> list[Plan]:
        """The same as this person reads them where nobody else does."""
        outside = self._enter(tx, who)  # asked once, however many projects there are
        may = [plan for plan in self._visible(tx, who) if self._may_look(plan, who, outside=outside)]
        return [self._veil(plan).shown for plan in may] if outside else may

    @staticmethod
    def _may_look(plan: Plan, who: Actor, *, outside: bool) -> bool:
        by = permissions.Asking(person=plan.by_slack.get(who.user), user=who.user, outside=outside)
        return who.at_the_console or permissions.may(plan, LOOK, by, permissions.PROJECT)

    def _may_see(self, tx: Transaction, who: Actor, plan: Plan, channel: str | None) -> bool:
        home = plan.project.channel
        if home is not None and (home == channel or who.user in tx.members(who.workspace, home)):
            return True
        return who.user in plan.by_slack

    def _today(self, plan: Plan) -> date:
        return self.now().astimezone(plan.project.zone).date()

    def _zone(self, plan: Plan, user: str) -> ZoneInfo:
        person = plan.by_slack.get(user)
        return zone_of(person.tz if person else None, plan)

    def _item(self, plan: Plan, word: str) -> Item:
        """The item called exactly so; what is called nearly so is offered."""
        word, shown = reading.unescape(word), self._known(plan)
        known = shown.item.get(word)
        if known is not None:
            return plan.item[word]
        found = naming.find(word, shown.items)
        if found.exact is not None:
            return plan.item[found.exact.key]
        near = tuple(item.key for item in found.near)
        if near:
            listed = one_of(found)
            raise DidYouMean(f"There is no item `{_shown(word)}`. Did you mean {listed}?", word, near)
        if re.fullmatch(r"[Bb]\d{1,6}", word.strip()):
            raise NotFound(
                f"There is no blocker `{_shown(word)}` here. `/golive blockers` lists the open ones."
            )
        if re.fullmatch(r"[Aa]\d{1,6}", word.strip()):
            belief = truth.find(shown, word)
            raise NotFound(f"{belief.id} is an assumption, not an item. `/golive assumptions` shows it.")
        raise NotFound(f"There is no item `{_shown(word)}` here. `/golive before all` lists them all.")

    def _by_name(self, plan: Plan, name: str) -> Person:
        """Somebody of the project by the name that whoever acts knows; nobody by a role."""
        known = named(self._known(plan), name)
        return plan.person[known.key] if known.key in plan.person else plan.by_slack[slack_of(known)]

    def _person(self, plan: Plan, user: str, colleague: Colleague | None) -> tuple[Plan, Person]:
        """The person this Slack user is in the project; a colleague joins it when first named."""
        known = plan.by_slack.get(user)
        if known is not None:
            return plan, known
        if colleague is None or colleague.id != user:
            raise WhoIsThat(user)
        if colleague.refused is not None:
            raise Invalid(colleague.refused)
        person = Person(key=_free_key(colleague.name, plan), name=colleague.name, tz=colleague.tz, slack=user)
        return _with_person(plan, person), person

    def _commit(
        self,
        tx: Transaction,
        who: Actor,
        before: Plan,
        after: Plan,
        act: str,
        *,
        permalink: str | None = None,
        instead: str = "Nothing to change: it is so already.",
        besides: tuple[str, ...] = (),
    ) -> Done:
        """Keep the change, with its confirmation and what it means for threads that speak of it."""
        if after is before:
            return Done(lines=(instead, *besides), plan=before)
        refuse_cycle(before, after)
        self._refuse_who_left(tx, before, after)
        kept = tx.save(before, after, actor=who.user, act=act, at=self.now(), permalink=permalink)
        if kept.project.revision == before.project.revision:
            return Done(lines=(instead, *besides), plan=before)
        self._follow(tx, before, kept)
        outside = self._reads_outside(tx, who)
        shown = [self._veil(each).shown for each in (before, kept)] if outside else (before, kept)
        lines = (*wording.changed(*shown), *self._told(kept, besides, outside=outside))
        return Done(lines=lines, plan=kept, undo=kept.project.revision)

    def _refuse_who_left(self, tx: Transaction, before: Plan, after: Plan) -> None:
        """Nobody is given work who is deactivated; what they have already may be changed."""
        for key in sorted(_has(after) - _has(before)):
            person = after.person.get(key[1])
            if person is not None and self._has_left(tx, after, person):
                raise Refused(has_left(person))

    def _has_left(self, tx: Transaction, plan: Plan, person: Person) -> bool:
        """Whether they are deactivated in Slack."""
        user = person.slack
        return user is not None and self._belongs(tx, plan.project.workspace, user) is Belongs.GONE

    def _follow(self, tx: Transaction, before: Plan, after: Plan) -> None:
        """The reply in a blocker's thread follows whatever becomes of the blocker."""
        if before.blockers is after.blockers:
            return
        for blocker in after.blockers:
            was = before.blocker.get(blocker.id)
            if was is not None and was != blocker and blocker.ts and blocker.channel:
                self._emit_changed(tx, after, blocker)
        for blocker in before.blockers:
            if blocker.id not in after.blocker and blocker.ts and blocker.channel:
                self._emit_changed(tx, after, blocker)

    def _emit_changed(self, tx: Transaction, plan: Plan, blocker: Blocker) -> None:
        project = plan.project
        tx.emit(
            project.workspace,
            blocker.channel or "",
            cause("changed", project.workspace, project.key, blocker.id, str(project.revision)),
            "blocker_changed",
            {"project": project.key, "blocker": blocker.id, "channel": blocker.channel, "ts": blocker.ts},
            subject=f"{project.key}:{blocker.id}:changed",
            at=self.now(),
        )


def has_left(person: Person) -> str:
    return f"{person.name} is no longer active in this workspace. Name somebody who is."


def _has(plan: Plan) -> set[tuple[str, str]]:
    """Who has or confirms what."""
    given = [(i.key, who) for i in plan.items for who in (i.owner, i.validator)]
    return {(key, who) for key, who in (*given, *((b.id, b.owner) for b in plan.blockers)) if who}


def one_of(found: Found) -> str:
    """The items that may have been meant, in words; and how many more there are."""
    listed = [f"`{item.key}`" for item in found.near]
    return " or ".join([*listed, f"one of {found.more:,} more that fit"] if found.more else listed)


def refuse_cycle(before: Plan, after: Plan) -> None:
    """An edit after which items wait for themselves is refused, item by item."""
    same = _same_arrows(before, after)
    if same and before.assumptions == after.assumptions:
        return
    cycle = None if same else readiness.find_cycle(readiness.arrows(after))
    if cycle:
        listed = " > ".join(f"`{key}`" for key in cycle)
        raise Invalid(f"That would make items wait for themselves: {listed}. Leave one of these arrows out.")
    ring = truth.proof_ring(after)
    if ring:
        raise Invalid(
            "That would make what rests on an assumption and what proves it wait for each other: "
            f"{truth.proof_ring_said(ring, after)}. Let something earlier prove it."
        )


def _same_arrows(before: Plan, after: Plan) -> bool:
    if before.project.go_live_item != after.project.go_live_item:
        return False
    pairs = changes.replaced(before.items, after.items)
    return pairs is not None and all((a.gate, a.depends_on) == (b.gate, b.depends_on) for a, b in pairs)


def in_words(text: str | None, plan: Plan | None = None) -> str | None:
    """What somebody typed after a command, as they read it; Slack writes `&` and names its own way."""
    if not text:
        return None
    names = {user: person.name for user, person in plan.by_slack.items()} if plan else {}
    return clean(reading.plain(text, names)).strip() or None


def zone_of(tz: str | None, plan: Plan) -> ZoneInfo:
    """The zone a person's words are read in."""
    if tz:
        try:
            return ZoneInfo(tz)
        except (ZoneInfoNotFoundError, ValueError):
            pass
    return plan.project.zone


def cause(*parts: str) -> str:
    """The key of a message: the same cause always has the same one."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


def named(plan: Plan, name: str | None) -> Person:
    """Somebody of the project called so; who is called nearly so is offered."""
    words = (name or "").strip()
    found = naming.find_person(words, plan.people)
    if found.exact is not None:
        return found.exact
    sign = "@" if words.startswith("@") else ""
    near = tuple(f"{sign}{person.key}" for person in found.near)
    if near:
        listed = " or ".join(person.name for person in found.near)
        raise DidYouMean(f"I am not sure who “{_shown(words)}” is. Did you mean {listed}?", words, near)
    raise NotFound(
        f"Nobody in this project is called “{_shown(words)}”. Type “@” and choose from the list Slack offers."
    )


def slack_of(person: Person) -> str:
    if person.slack is None:
        raise Refused(
            f"The project does not say who {person.name} is in Slack. Type “@” and choose from the list."
        )
    return person.slack


def slug(text: str, limit: int = 28) -> str:
    """A short key made of the first words of a text."""
    words = "".join(c if c.isascii() and c.isalnum() else " " for c in text.casefold()).split()
    key = ""
    for word in words:
        longer = f"{key}-{word}" if key else word[:limit]
        if len(longer) > limit:
            break
        key = longer
    return key


def free(key: str, taken: Container[str], fallback: str) -> str:
    """The key itself, or with the first number that makes it new."""
    key = key or fallback
    if key not in taken:
        return key
    number = 2
    while f"{key}-{number}" in taken:
        number += 1
    return f"{key}-{number}"


def _free_key(name: str, plan: Plan) -> str:
    return free(slug(name).replace("-", "_"), plan.person, "person")


def _with_person(plan: Plan, person: Person) -> Plan:
    return replace(plan, people=(*plan.people, person))


def _shown(word: str) -> str:
    return word[:60].replace("`", "'")
