"""What does a form start from, and what becomes of what was filled in: checked anew, merged, done once?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from bot.domain import blockers, dates, editing, permissions, policies, states
from bot.domain.editing import Clash
from bot.domain.errors import Conflict, EveryMistake, Invalid, Refused
from bot.domain.permissions import About
from bot.domain.plan import Blocker, Event, Item, Person, Plan, Project, Status
from bot.domain.reminders import ledger
from bot.domain.suggesting import PERSON, ROLE
from bot.tracker.acting import Acting
from bot.tracker.blocking import Blocking, mind_the_state
from bot.tracker.desk import cause, free, has_left, refuse_cycle, slug
from bot.tracker.items import LONGEST_TITLE, Items, with_item_added
from bot.tracker.values import NOBODY, Actor, Colleague, Done, Where
from storage import Transaction
from storage.guard import clean

SENT = "That form was sent already, and what it says was done then. Nothing was done a second time."
_OTHERS = {"owner": "own", "validator": "validator", "due": "due"}  # the rest is for who may add
_DRY = "as it would be"
FURTHEST_YEARS = 50


class Overtaken(Conflict):
    """Somebody was faster: what they did, field by field, and the revision in which it is done."""

    def __init__(self, sentence: str, plan: Plan, clashes: tuple[Clash, ...], now: datetime) -> None:
        super().__init__(sentence)
        self.plan = plan
        self.clashes = clashes
        self.now = now


@dataclass(frozen=True, slots=True, kw_only=True)
class Blank:
    """What a form starts from: the project as whoever opens it knows it, and the item it is about."""

    plan: Plan
    item: Item | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """What holds an item up, as a form says it."""

    text: str
    waiting_on: str | None = None
    expected_clear: date | None = None
    owner: str | None = None


class Forming(Acting, Items, Blocking):
    """The verbs that only forms have. Whatever a form carries along is looked at as if it were not true."""

    # ——— before it is filled in

    def blank(self, who: Actor, where: Where, acts: Sequence[str], key: str | None = None) -> Blank:
        """What a form starts from, for who may do one of these; refused where it could lead to nothing."""
        with self.store.reading() as tx:
            plan = self._plan(tx, who, where)
            shown = self._shown_to(tx, who, plan)
            item = self._item(shown, key) if key is not None else None
            whole = plan.item[item.key] if item is not None else None
            act, about = acts[0], About(item=whole)
            if whole is not None and act in states.MOVES and act != "block":
                self._refuse_move(tx, plan, who, whole, act)
                return Blank(plan=shown, item=item)
            known = whole is not None or not permissions.depends(plan.project, act)
            if known and not any(self._may(tx, plan, who, other, about) for other in acts[1:]):
                self._permit(tx, plan, who, act, about)
            return Blank(plan=shown, item=item)

    def _refuse_move(self, tx: Transaction, plan: Plan, who: Actor, item: Item, act: str) -> None:
        """Tried on the plan in hand: who may not, and what is so already, is told before anybody types."""
        by = self._asking(tx, plan, who)
        said = states.Said(at=self.now(), today=self._today(plan), evidence=_DRY, why=_DRY)
        with self._veiling(plan, outside=by.outside):
            if states.act(plan, item.key, act, by.person, said, outside=by.outside) is plan:
                since = self._by(tx, who, plan, item, "status")
                raise Conflict(f"`{item.key}` is {states.WORDS[item.status]} already{since}.")

    def choosable(self, who: Actor, where: Where) -> Plan:
        """The project whose items somebody chooses from, as they know it."""
        with self.store.reading() as tx:
            return self._shown_to(tx, who, self._plan(tx, who, where))

    def candidates(self, who: Actor, where: Where) -> tuple[Plan, frozenset[str]]:
        """The project as they know it, and who of its channel is not part of it yet."""
        with self.store.reading() as tx:
            plan = self._plan(tx, who, where)
            shown = self._shown_to(tx, who, plan)
            if shown is not plan or plan.project.channel is None:
                return shown, frozenset()
            return plan, tx.members(who.workspace, plan.project.channel) - plan.by_slack.keys()

    # ——— once it is

    def once(
        self, who: Actor, where: Where, form: str, do: Callable[[], Done], *, asks: bool = False
    ) -> Done:
        """Do what a form says, and confirm it, in one transaction: sent a second time it does nothing.
        With `asks` it changes nothing by itself."""
        key = cause("form", who.workspace, who.user, form)
        with self.together(who, where) as (tx, _):
            if tx.message(who.workspace, key) is not None:
                raise Conflict(SENT)
            done = do()
            if done.undo is None and not asks:
                raise Conflict(" ".join(done.lines))
            if not self._confirm(tx, who, where, done, key):
                raise Conflict(SENT)
            return done

    def _confirm(self, tx: Transaction, who: Actor, where: Where, done: Done, key: str) -> bool:
        """Where they were, if that is the project's channel; else directly."""
        home = done.plan.project.channel
        there = home is not None and home == where.channel and who.user in tx.members(who.workspace, home)
        payload = {"user": who.user, "lines": list(done.lines), "project": done.project, "undo": done.undo}
        lane, kind = (home, "private_reply") if there and home else (who.user, "direct_reply")
        return tx.emit(who.workspace, lane, key, kind, payload, at=self.now())

    def add_item(
        self,
        who: Actor,
        where: Where,
        wanted: Mapping[str, Any],
        colleagues: Mapping[str, Colleague] = NOBODY,
    ) -> Done:
        """Put an item on the list as a form describes it."""
        with self.together(who, where, "add") as (tx, plan):
            every = EveryMistake()
            with_people, asked = self._as_filled(plan, wanted, colleagues, every)
            title = asked.get("title") or "?"
            same = next((i for i in plan.items if i.title.casefold() == title.casefold()), None)
            with every.part():
                if same is not None and same.key in self._known(plan).item:
                    raise Invalid(f"`{same.key}` {same.title} is on the list already.", field="title")
            key = free(slug(title), {k.casefold() for k in plan.item}, "item")
            blank = Item(key=key, title=title)
            item = editing.merged(blank, blank, asked).item
            self._check(tx, plan, blank, item, every)
            about = About(item=blank)
            for name in ("owner", "validator", "due"):
                if getattr(item, name) is not None:
                    self._permit(tx, plan, who, _OTHERS[name], about)
            return self._commit(tx, who, plan, with_item_added(with_people, item), "add")

    def edit_item(
        self,
        who: Actor,
        where: Where,
        key: str,
        wanted: Mapping[str, Any],
        *,
        seen: int,
        colleagues: Mapping[str, Colleague] = NOBODY,
    ) -> Done:
        """Change what an item says. `seen` is the revision the form was filled from: what others changed
        since stays, unless it is the same that was changed here."""
        with self.together(who, where) as (tx, plan):
            item = self._item(plan, key)
            since = self._since(tx, plan, item, seen)
            every = EveryMistake()
            with_people, asked = self._as_filled(plan, wanted, colleagues, every)
            if "depends_on" in asked:
                hidden = tuple(k for k in item.depends_on if k not in self._known(plan).item)
                asked["depends_on"] = (*asked["depends_on"], *hidden)
            merge = editing.merged(editing.as_of(item, since), item, asked, since)
            changed = [name for name in editing.FIELDS if getattr(merge.item, name) != getattr(item, name)]
            for act in dict.fromkeys(_OTHERS.get(name, "add") for name in changed):
                self._permit(tx, plan, who, act, About(item=item))
            self._refuse_overtaken(plan, who, since, merge.clashes)
            self._check(tx, plan, item, merge.item, every)
            after = states.with_item(with_people, merge.item)
            return self._commit(tx, who, plan, after if changed else plan, "edit")

    def give_item(
        self,
        who: Actor,
        where: Where,
        key: str,
        to: str,
        *,
        seen: int,
        asks: bool,
        colleague: Colleague | None = None,
    ) -> Done:
        """Hand an item to somebody: theirs from now on, or once they say so (`asks`)."""
        with self.together(who, where) as (tx, plan):
            item = self._item(plan, key)
            self._refuse_overtaken(plan, who, self._since(tx, plan, item, seen), (), of=("owner",))
            user, owner = self._slack_user(plan, to), plan.person.get(item.owner or "")
            if owner is not None and owner.slack == user:
                raise Invalid(f"{owner.name} has it already. Choose somebody else.", field="to")
            with_people, taker = self._joining(plan, user, colleague, "to")
            self._refuse_gone(tx, with_people, taker.key, "to")
            if not asks or item.owner is None:
                return self.own(who, where, item.key, user, colleague)
            return self.hand_over(who, ledger.subject(plan.project.key, "item", item.key), user, colleague)

    def block_item(
        self,
        who: Actor,
        where: Where,
        key: str | None,
        said: Obstacle,
        *,
        seen: int,
        colleagues: Mapping[str, Colleague] = NOBODY,
    ) -> Done:
        """Record what holds an item, or the project, up, as a form says it."""
        text, every = clean(said.text).strip(), EveryMistake()
        with every.part():
            if not text:
                raise Invalid("Say what holds it up.", field="text")
        with self.together(who, where, "block") as (tx, plan):
            item = self._item(plan, key) if key else None
            self._permit(tx, plan, who, "block", About(item=item))
            if item is not None:
                self._refuse_overtaken(plan, who, self._since(tx, plan, item, seen), ())
            today = self._today(plan)
            with every.part():
                self._refuse_odd(plan, said.expected_clear, "expected_clear")
            with every.part():
                with_people, owner = self._chosen(plan, said.owner, colleagues, "owner")
                self._refuse_gone(tx, with_people, owner, "owner")
            every.told()
            known = blockers.same(plan, text, item.key if item else None, who.user)
            if known is not None:
                raise Conflict(f"That is {known.id} already, and still open.")
            blocker = Blocker(
                id=blockers.next_id(plan),
                raised=today,
                raised_by=who.user,
                text=text,
                item=item.key if item else None,
                waiting_on=self._waited_on(plan, said.waiting_on),
                expected_clear=said.expected_clear,
                owner=owner,
            )
            after = blockers.opened(with_people, blocker, today)
            return self._commit(tx, who, plan, after, "block", besides=mind_the_state(item))

    def waive_item(self, who: Actor, where: Where, key: str, why: str, until: date | None) -> Done:
        """Let an item through until a day that was chosen, or for good."""
        with self.together(who, where) as (_, plan):
            self._refuse_odd(plan, until, "until")
            return self.waive(who, where, key, why, until.isoformat() if until else None)

    def set_policies(self, who: Actor, where: Where, wanted: Mapping[str, str], *, seen: int) -> Done:
        """Change settings, each said as it is typed. What others set since the form was opened stays, unless
        it is the same that was changed here."""
        with self.together(who, where, "settings") as (tx, plan):
            project = plan.project
            since = tx.events(project.workspace, project.key, after_revision=seen, entity="project")
            since = [event for event in since if event.change.field == "policies"]
            seen_then = since[0].change.before or {} if since else project.policies
            asked, taken, clashes = policies.all_changed(project.policies, wanted), {}, []
            for name, said in wanted.items():
                mine, now = _setting(project, asked, name), _setting(project, project.policies, name)
                was = _setting(project, seen_then, name)
                if mine in (was, now):
                    continue
                if was != now:
                    clashes.append(Clash(field=name, now=now, wanted=mine, event=since[-1]))
                taken[name] = said
            self._refuse_overtaken(plan, who, [], tuple(clashes))
            mapping = policies.all_changed(project.policies, taken)
            head = replace(project, policies=MappingProxyType(dict(mapping)))
            after = replace(plan, project=head) if taken else plan
            return self._commit(tx, who, plan, after, "settings")

    # ——— what they share

    def _since(self, tx: Transaction, plan: Plan, item: Item, seen: int) -> list[Event]:
        project = plan.project
        return tx.events(
            project.workspace, project.key, after_revision=seen, entity="item", entity_key=item.key
        )

    def _refuse_overtaken(
        self,
        plan: Plan,
        who: Actor,
        since: list[Event],
        clashes: tuple[Clash, ...],
        *,
        of: tuple[str, ...] = (),
    ) -> None:
        """What others did to it since the form was opened is told before anything is written over it."""
        theirs = [event for event in since if event.actor != who.user]
        clashes = tuple(clash for clash in clashes if clash.event is None or clash.event.actor != who.user)
        closed = editing.closed_by(since, who.user)
        moved = next((event for event in reversed(theirs) if event.change.field in of), None)
        if not clashes and closed is None and moved is None:
            return
        now, said = self.now(), []
        if closed is not None:
            said.append(editing.closing_said(plan, closed, now))
        if moved is not None and moved is not closed:
            said.append(f"{editing.doer(plan, moved)} changed this {editing.ago(moved.at, now)}.")
        raise Overtaken(" ".join(said) or "This was changed meanwhile.", self._known(plan), clashes, now)

    def _as_filled(
        self,
        plan: Plan,
        wanted: Mapping[str, Any],
        colleagues: Mapping[str, Colleague],
        every: EveryMistake,
    ) -> tuple[Plan, dict[str, Any]]:
        """What a form says, as an item holds it, without what cannot be; a colleague named there joins."""
        asked = {name: value for name, value in wanted.items() if name in editing.FIELDS}
        for name in ("title", "description"):
            if asked.get(name) is not None:
                asked[name] = clean(asked[name]).strip() or None
        if "title" in asked:
            title = " ".join((asked.pop("title") or "").split())
            with every.part():
                if not 0 < len(title) <= LONGEST_TITLE:
                    said = f"Say what has to happen, in at most {LONGEST_TITLE} characters."
                    raise Invalid(said, field="title")
                asked["title"] = title
        for name in ("owner", "validator"):
            if name in asked:
                chosen = asked.pop(name)
                with every.part():
                    plan, asked[name] = self._chosen(plan, chosen, colleagues, name)
        known = self._known(plan).item
        missing = next((key for key in asked.get("depends_on", ()) if key not in known), None)
        with every.part():
            if missing is not None:
                del asked["depends_on"]
                said = f"There is no item `{missing[:60]}` here any more. Choose others."
                raise Invalid(said, field="depends_on")
        return plan, asked

    def _chosen(
        self, plan: Plan, said: str | None, colleagues: Mapping[str, Colleague], field: str
    ) -> tuple[Plan, str | None]:
        """The key of whoever was chosen, and the plan they are part of."""
        if not said:
            return plan, None
        if said.startswith(ROLE):
            role = said.removeprefix(ROLE)
            if all(item.validator != role for item in plan.items):
                raise Invalid("That role is not there any more. Choose a person.", field=field)
            return plan, role
        if said.startswith(PERSON):
            if said.removeprefix(PERSON) not in plan.person:
                gone = "That person is not part of the project any more. Choose somebody else."
                raise Invalid(gone, field=field)
            return plan, said.removeprefix(PERSON)
        after, person = self._joining(plan, said, colleagues.get(said), field)
        return after, person.key

    def _joining(self, plan: Plan, user: str, colleague: Colleague | None, field: str) -> tuple[Plan, Person]:
        """Whoever was chosen, who joins the project by it; refused where they were chosen."""
        try:
            return self._person(plan, user, colleague)
        except Invalid as refusal:
            raise Invalid(str(refusal), field=field) from refusal

    def _slack_user(self, plan: Plan, said: str) -> str:
        person = plan.person.get(said.removeprefix(PERSON)) if said.startswith(PERSON) else None
        if said.startswith((PERSON, ROLE)) and (person is None or person.slack is None):
            raise Refused("The project does not say who that is in Slack. Choose somebody else.")
        return person.slack if person is not None and person.slack else said

    def _refuse_odd(self, plan: Plan, day: date | None, field: str) -> None:
        """A day that has passed, or that nobody can mean."""
        if day is not None:
            dates.refuse_past(day, self._today(plan), field=field)
            if day.year - self._today(plan).year > FURTHEST_YEARS:
                raise Invalid(f"{day} is more than {FURTHEST_YEARS} years from now.", field=field)

    def _refuse_gone(self, tx: Transaction, plan: Plan, key: str | None, field: str) -> None:
        person = plan.person.get(key or "")
        if person is not None and self._has_left(tx, plan, person):
            raise Invalid(has_left(person), field=field)

    def _check(self, tx: Transaction, plan: Plan, before: Item, after: Item, every: EveryMistake) -> None:
        """What a form says that cannot be, with what was found in it already."""
        if after.due != before.due:
            with every.part():
                self._refuse_odd(plan, after.due, "due")
        theirs = (after.owner, after.validator)
        new = theirs != (before.owner, before.validator)
        with every.part():
            if new and after.owner is not None and after.owner == after.validator:
                raise Invalid("Somebody else has to confirm it: an owner cannot.", field="validator")
        for name in ("owner", "validator"):
            if getattr(after, name) != getattr(before, name):
                with every.part():
                    self._refuse_gone(tx, plan, getattr(after, name), name)
        with every.part():
            if after.key in after.depends_on:
                raise Invalid("It cannot need itself.", field="depends_on")
        if after.depends_on != before.depends_on and before.key in plan.item:
            with every.part():
                _refuse_cycle(plan, states.with_item(plan, after))
        with every.part():
            if after.remaining_days != before.remaining_days and after.status in _CLOSED:
                raise Invalid("It is closed, so there is no work left on it.", field="remaining_days")
        every.told()


def _refuse_cycle(plan: Plan, after: Plan) -> None:
    try:
        refuse_cycle(plan, after)
    except Invalid as ring:
        raise Invalid(str(ring), field="depends_on") from ring


def _setting(project: Project, said: Mapping[str, Any], name: str) -> Any:
    """How a setting is, in a project that says this."""
    found: Any = policies.of(replace(project, policies=said)).as_mapping()
    for part in name.split("."):
        found = found[part]
    return found


_CLOSED = (Status.DONE, Status.VALIDATED, Status.WAIVED)
