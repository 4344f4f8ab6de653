"""Own, date, add, start, finish, confirm, waive and reopen items: one verb, one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain import blockers, dates, states
from bot.domain.beliefs import truth
from bot.domain.errors import Invalid, Refused
from bot.domain.permissions import About
from bot.domain.plan import Event, Item, Person, Plan, Status
from bot.domain.schedule import arrows
from bot.domain.wording import cut
from bot.tracker.believing import Believing
from bot.tracker.desk import free, in_words, named, slack_of, slug
from bot.tracker.fallout import Fallout, tell_of_reopened
from bot.tracker.values import NOBODY, Actor, Colleague, Done, Where
from bot.tracker.wording import day, titled
from storage import Transaction

LONGEST_TITLE = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItem:
    """What is said of an item to be added: people as Slack user or `@name`, dates and keys in words."""

    title: str
    key: str | None = None
    gate: bool = False
    owner: str | None = None
    validator: str | None = None
    due: str | None = None
    after: tuple[str, ...] = ()


class Items(Believing):
    """The verbs on items."""

    def own(
        self, who: Actor, where: Where, key: str, user: str | None, colleague: Colleague | None = None
    ) -> Done:
        """Give an item, a blocker or an assumption to somebody; `user` None: to nobody."""
        with self.together(who, where, "own") as (tx, plan):
            self._permit(tx, plan, who, "own", self._about_thing(plan, key))
            after, person = self._person(plan, user, colleague) if user else (plan, None)
            owner = person.key if person else None
            if (id := blocker_id(plan, key)) is not None:
                after = blockers.edited(after, id, {"owner": owner}, self._today(plan))
                return self._commit(tx, who, plan, _kept(plan, after), "own")
            if (id := belief_id(plan, key)) is not None:
                after = truth.with_belief(after, replace(truth.find(plan, id), owner=owner))
                return self._commit(tx, who, plan, _kept(plan, after), "own")
            item = self._item(plan, key)
            if item.owner == owner:
                name = f"belongs to {person.name}" if person else "belongs to nobody"
                said = self._by(tx, who, plan, item, "owner")
                return Done(lines=(f"{titled(plan, item.key)} {name} already{said}.",), plan=plan)
            after = states.with_item(after, replace(item, owner=owner))
            return self._commit(tx, who, plan, after, "own", besides=_own_validator(after, item.key))

    def own_by_name(self, who: Actor, where: Where, key: str, name: str) -> Done:
        """Give an item to somebody of the project who is called so, without being mentioned."""
        with self.together(who, where, "own") as (_, plan):
            self._about_thing(plan, key)
            return self.own(who, where, key, slack_of(named(self._known(plan), name)))

    def validator(
        self, who: Actor, where: Where, key: str, user: str | None, colleague: Colleague | None = None
    ) -> Done:
        """Name who confirms an item; `user` None: nobody."""
        with self.together(who, where, "validator") as (tx, plan):
            item = self._item(plan, key)
            self._permit(tx, plan, who, "validator", About(item=item))
            after, person = self._person(plan, user, colleague) if user else (plan, None)
            return self._confirmed_by(tx, who, after, person, item, before=plan)

    def validator_by_name(self, who: Actor, where: Where, key: str, name: str) -> Done:
        """The same for somebody of the project who is called so, without being mentioned."""
        with self.together(who, where, "validator") as (tx, plan):
            item = self._item(plan, key)
            self._permit(tx, plan, who, "validator", About(item=item))
            return self._confirmed_by(tx, who, plan, self._by_name(plan, name), item, before=plan)

    def _confirmed_by(
        self, tx: Transaction, who: Actor, plan: Plan, person: Person | None, item: Item, *, before: Plan
    ) -> Done:
        _refuse_own_validator(item, person)
        key = person.key if person else None
        if item.validator == key:
            name = person.name if person else "nobody by name"
            said = self._by(tx, who, before, item, "validator")
            return Done(
                lines=(f"{titled(before, item.key)} is to be confirmed by {name} already{said}.",),
                plan=before,
            )
        after = states.with_item(plan, replace(item, validator=key))
        besides = _next_act(after, after.item[item.key])
        return self._commit(tx, who, before, after, "validator", besides=besides)

    def due(self, who: Actor, where: Where, key: str, words: str | None) -> Done:
        """By when an item is to be done, a blocker to clear, an assumption to be known; None: by no date."""
        with self.together(who, where, "due") as (tx, plan):
            self._permit(tx, plan, who, "due", self._about_thing(plan, key))
            day_meant = self._future(plan, words, self._zone(plan, who.user))
            if (id := blocker_id(plan, key)) is not None:
                after = blockers.edited(plan, id, {"expected_clear": day_meant}, self._today(plan))
                return self._commit(tx, who, plan, _kept(plan, after), "due")
            if (id := belief_id(plan, key)) is not None:
                after = truth.with_belief(plan, replace(truth.find(plan, id), verify_by=day_meant))
                return self._commit(tx, who, plan, _kept(plan, after), "due")
            item = self._item(plan, key)
            if item.due == day_meant:
                said = self._by(tx, who, plan, item, "due")
                stands = f"is due {day(item.due)}" if item.due else "has no due date"
                return Done(lines=(f"{titled(plan, item.key)} {stands} already{said}.",), plan=plan)
            after = states.with_item(plan, replace(item, due=day_meant))
            if item.key == plan.project.go_live_item and plan.project.target_go_live is None:
                after = replace(after, project=replace(after.project, target_go_live=day_meant))
            return self._commit(tx, who, plan, after, "due", besides=_too_early(after, item.key))

    def add(
        self, who: Actor, where: Where, wanted: NewItem, colleagues: Mapping[str, Colleague] = NOBODY
    ) -> Done:
        """Put an item on the list. Said again, it is still one, with what the second time says besides."""
        with self.together(who, where, "add") as (tx, plan):
            title = _title(wanted.title, plan)
            with_people, owner = self._meant(plan, wanted.owner, colleagues)
            with_people, validator = self._meant(with_people, wanted.validator, colleagues)
            due = self._future(plan, wanted.due, self._zone(plan, who.user))
            needs = tuple(dict.fromkeys(self._item(plan, word).key for word in wanted.after))
            there = _same_title(self._known(plan), title, wanted.key)
            there = plan.item[there.key] if there else None
            item = there or Item(key=_new_key(plan, wanted.key, title), title=title)
            item = replace(
                item,
                gate=item.gate or wanted.gate,
                owner=owner.key if owner else item.owner,
                validator=validator.key if validator else item.validator,
                due=due or item.due,
                depends_on=tuple(dict.fromkeys((*item.depends_on, *needs))),
            )
            _refuse_own_validator(item, validator)
            self._permit_details(tx, plan, who, there or replace(item, owner=None), wanted)
            after = states.with_item(with_people, item) if there else with_item_added(with_people, item)
            instead = f"{titled(after, item.key)} is on the list already."
            besides = _what_it_lacks(after, item)
            return self._commit(tx, who, plan, _kept(plan, after), "add", instead=instead, besides=besides)

    def _meant(
        self, plan: Plan, said: str | None, colleagues: Mapping[str, Colleague]
    ) -> tuple[Plan, Person | None]:
        """The person somebody named, as Slack user or `@name`, and the plan they are part of."""
        if not said:
            return plan, None
        user = slack_of(named(self._known(plan), said)) if said.startswith("@") else said
        return self._person(plan, user, colleagues.get(user))

    def _permit_details(self, tx: Transaction, plan: Plan, who: Actor, item: Item, wanted: NewItem) -> None:
        """What is said of an item as it is added is as much theirs to say as it would be later."""
        for act, said in (("own", wanted.owner), ("validator", wanted.validator), ("due", wanted.due)):
            if said:
                self._permit(tx, plan, who, act, About(item=item))

    def _about_thing(self, plan: Plan, key: str) -> About:
        """The item, blocker or assumption called so, as far as whoever acts knows it."""
        known = self._known(plan)
        if (id := blocker_id(known, key)) is not None:
            return About(blocker=plan.blocker[id], author=plan.blocker[id].raised_by)
        if (id := belief_id(known, key)) is not None:
            return About(belief=truth.find(plan, id))
        return About(item=self._item(plan, key))

    def start(self, who: Actor, where: Where, key: str) -> Done:
        return self._act(who, where, key, "start")

    def done(
        self, who: Actor, where: Where, key: str, evidence: str | None = None, *, permalink: str | None = None
    ) -> Done:
        return self._act(who, where, key, "done", evidence=evidence or None, permalink=permalink)

    def validate(
        self, who: Actor, where: Where, key: str, evidence: str | None = None, *, permalink: str | None = None
    ) -> Done:
        return self._act(who, where, key, "validate", evidence=evidence or None, permalink=permalink)

    def reopen(
        self, who: Actor, where: Where, key: str, why: str | None = None, *, permalink: str | None = None
    ) -> Done:
        """Take an item up again, or say of an assumption that nobody knows any more."""
        with self.together(who, where, "reopen") as (tx, plan):
            if (id := belief_id(self._known(plan), key)) is not None:
                return self._open_again(tx, who, plan, id, why, permalink)
            return self._act(who, where, key, "reopen", why=why or None, permalink=permalink)

    def waive(
        self, who: Actor, where: Where, key: str, why: str | None = None, until: str | None = None
    ) -> Done:
        return self._act(who, where, key, "waive", why=why or None, until=until or None)

    def _act(
        self,
        who: Actor,
        where: Where,
        key: str,
        name: str,
        *,
        evidence: str | None = None,
        why: str | None = None,
        until: str | None = None,
        permalink: str | None = None,
    ) -> Done:
        with self.together(who, where, name) as (tx, plan):
            item, zone = self._item(plan, key), self._zone(plan, who.user)
            said = self._words_of(plan, evidence=evidence, why=why, permalink=permalink)
            if until:
                said = replace(said, until=dates.parse_date(until, self.now(), zone))
            by = self._asking(tx, plan, who)
            after = states.act(plan, item.key, name, by.person, said, outside=by.outside)
            if after is plan:
                when = self._by(tx, who, plan, item, "status")
                line = f"{titled(plan, item.key)} is {states.WORDS[item.status]} already{when}."
                return Done(lines=self._told(plan, (line,), outside=by.outside), plan=plan)
            act = f"{name}: {said.why}" if name == "reopen" else name
            besides = _mind(self._shown_to(tx, who, after), item.key, name)
            done = self._commit(tx, who, plan, after, act, permalink=permalink, besides=besides)
            if name == "reopen":
                fallout = Fallout(plan, done.plan, who, said.why or "", self.now())
                tell_of_reopened(tx, fallout, item.key)
            return done

    def _future(self, plan: Plan, words: str | None, zone: ZoneInfo) -> date | None:
        if words is None:
            return None
        meant = dates.parse_date(words, self.now(), zone)
        dates.refuse_past(meant, self._today(plan))
        return meant

    def _by(self, tx: Transaction, who: Actor, plan: Plan, item: Item, field: str) -> str:
        """Who made it so and when, for somebody who says it a second time."""
        project = plan.project
        events = tx.events(
            project.workspace, project.key, entity="item", entity_key=item.key, newest_first=True, limit=20
        )
        last = next((e for e in events if e.change.field in (field, "")), None)
        return said_by(last, who.user, plan, self.now()) if last else ""


def said_by(event: Event, user: str, plan: Plan, now: datetime) -> str:
    """`, by you, 09:14`: the time alone on the same day, else with its day; on the project's clock, like
    all answers."""
    person = plan.by_slack.get(event.actor)
    name = (
        "you"
        if event.actor == user
        else person.name
        if person
        else event.actor.partition(":")[2] or "somebody"
    )
    at, now = (moment.astimezone(plan.project.zone) for moment in (event.at, now))
    when = f"{at:%H:%M}" if at.date() == now.date() else f"{at:%H:%M} on {_short_day(at, now)}"
    return f", by {name}, {when}"


def _short_day(at: date, today: date) -> str:
    return f"{at.day} {at:%b}" + (f" {at.year}" if at.year != today.year else "")


def blocker_id(plan: Plan, word: str) -> str | None:
    id = word.strip().upper()
    return id if id in plan.blocker and word.strip().casefold() not in plan.item else None


def belief_id(plan: Plan, word: str) -> str | None:
    """The assumption called so, unless an item is."""
    return None if word.strip().casefold() in plan.item else truth.belief_id(plan, word)


def _kept(before: Plan, after: Plan) -> Plan:
    """The very same plan when nothing in it is different, so that nothing is written."""
    return before if after == before else after


def _title(words: str, plan: Plan) -> str:
    title = " ".join((in_words(words, plan) or "").split())
    if not title:
        raise Invalid("Say what has to happen: `/golive add Firewall rules approved gate`.")
    if len(title) > LONGEST_TITLE:
        raise Invalid(f"That title has {len(title)} characters. Say it in at most {LONGEST_TITLE}.")
    return title


def _same_title(plan: Plan, title: str, key: str | None) -> Item | None:
    found = (i for i in plan.items if i.title.casefold() == title.casefold())
    return next((i for i in found if key is None or i.key == slug(key)), None)


def with_item_added(plan: Plan, item: Item) -> Plan:
    return replace(plan, items=(*plan.items, item))


def _new_key(plan: Plan, key: str | None, title: str) -> str:
    taken = {k.casefold() for k in plan.item}
    if key is None:
        return free(slug(title), taken, "item")
    wanted = slug(key)
    if not wanted:
        raise Invalid("A key is made of letters, digits and dashes, for example `vpn` or `sso-test`.")
    if wanted in taken:
        raise Refused(f"There is an item `{wanted}` already. Leave the key out, or take another one.")
    return wanted


def _refuse_own_validator(item: Item, person: Person | None) -> None:
    if person is not None and person.key == item.owner:
        raise Refused(
            f"{person.name} owns `{item.key}`, so somebody else has to confirm it: "
            f"`/golive validator {item.key} @person`."
        )


def _own_validator(plan: Plan, key: str) -> tuple[str, ...]:
    item = plan.item[key]
    if item.owner is None or item.owner != item.validator:
        return ()
    name = plan.person[item.owner].name
    return (f"{name} is also named to confirm it. Somebody else has to: an owner cannot.",)


def _too_early(plan: Plan, key: str) -> tuple[str, ...]:
    item = plan.item[key]
    if item.due is None:
        return ()
    later = [k for k in item.depends_on if k in plan.item and (plan.item[k].due or item.due) > item.due]
    return tuple(
        f"Mind: it needs {titled(plan, k)}, which is due later ({day(plan.item[k].due)})." for k in later[:3]
    )


def _what_it_lacks(plan: Plan, item: Item) -> tuple[str, ...]:
    lacks = []
    if item.owner is None:
        lacks.append(f"Nobody has it yet: `/golive own {item.key} @person`.")
    if item.due is None:
        lacks.append(f"It has no date yet: `/golive due {item.key} friday`.")
    if item.key == plan.project.go_live_item:
        return ("It is go-live itself: every gate comes before it.", *lacks)
    if item.gate:
        return ("It is a gate: go-live waits for it.", *lacks)
    if _leads_to(plan, item.key):
        return ("It is no gate, but go-live waits for it through what it is needed for.", *lacks)
    return ("It is no gate: go-live does not wait for it.", *lacks)


def _leads_to(plan: Plan, key: str) -> bool:
    """Do arrows lead from an item to go-live?"""
    found, stack = set[str](), [plan.project.go_live_item or ""]
    needs = arrows(plan)
    while stack:
        for need in needs.get(stack.pop(), ()):
            if need not in found:
                found.add(need)
                stack.append(need)
    return key in found


def _mind(plan: Plan, key: str, name: str) -> tuple[str, ...]:
    item = plan.item[key]
    if name in ("done", "validate"):
        still = ", ".join(b.id for b in plan.open_blockers.get(key, ()))
        blocked = (f"Still open on it: {still}. If that is over: `/golive unblock {key}`.",) if still else ()
        settled = _settles(plan, key) if name == "validate" else ()
        return (*blocked, *_next_act(plan, item), *settled)
    if name == "waive" and item.waived and item.waived.until:
        return (f"After {day(item.waived.until)} it counts as open again.",)
    return ()


def _settles(plan: Plan, key: str) -> tuple[str, ...]:
    """The assumptions whose truth this was to show."""
    return tuple(
        f"It shows whether {b.id} (“{cut(b.text, 120)}”) is true: `/golive verify {b.id} evidence`, "
        f"or `/golive refute {b.id} why`."
        for b in truth.proven_with(plan, key)[:3]
    )


def _next_act(plan: Plan, item: Item) -> tuple[str, ...]:
    if item.status is not Status.DONE:
        return ()
    who = states.who_confirms(plan, item)
    if who is None:
        name = f"`/golive validator {item.key} @person`"
        why = states.why_nobody_confirms(plan, item)
        return (f"It counts once it is confirmed, and nobody can: {why}. Name somebody: {name}.",)
    return (f"It counts once {who} confirms it: `/golive validate {item.key} evidence`.",)
