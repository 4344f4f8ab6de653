"""Say what is not for people from outside, and what is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.domain.audience.scrubbing import role_of
from bot.domain.beliefs import truth
from bot.domain.errors import NotFound, Refused
from bot.domain.plan import Person, Plan
from bot.tracker.desk import named
from bot.tracker.items import belief_id, blocker_id
from bot.tracker.polltime import PollTime
from bot.tracker.values import Actor, Done, Where
from bot.tracker.wording import titled

GOAL = "`{key}` is go-live itself, which everybody may know of. Mark the items that are internal instead."


class Veiling(PollTime):
    """The verb internal."""

    def internal(self, who: Actor, where: Where, word: str | None, user: str | None, *, on: bool) -> Done:
        """Mark an item, a blocker, an assumption, a decision or a person, or take the mark away; without
        any: say what has it."""
        with self.together(who, where, "internal") as (tx, plan):
            if word is None and user is None:
                return Done(lines=tuple(_listed(plan)), plan=plan)
            after, line = self._marked(plan, word or "", user, on=on)
            besides = (_what_it_means(on=on),)
            done = self._commit(
                tx, who, plan, plan if after == plan else after, "internal", instead=line, besides=besides
            )
            if done.undo is not None:
                self._poll_as_read(tx, done.plan)
            return done

    def _marked(self, plan: Plan, word: str, user: str | None, *, on: bool) -> tuple[Plan, str]:
        already = "internal already" if on else "not internal"
        person = self._person_meant(plan, word, user)
        if person is not None:
            people = tuple(replace(p, internal=on) if p.key == person.key else p for p in plan.people)
            return replace(plan, people=people), f"{person.name} is {already}."
        if (id := blocker_id(plan, word)) is not None:
            held = tuple(replace(b, internal=on) if b.id == id else b for b in plan.blockers)
            return replace(plan, blockers=held), f"{id} is {already}."
        if (id := belief_id(plan, word)) is not None:
            belief = replace(truth.find(plan, id), internal=on)
            return truth.with_belief(plan, belief), f"{id} is {already}."
        if (id := _decision_id(plan, word)) is not None:
            made = tuple(replace(d, internal=on) if d.id == id else d for d in plan.decisions)
            return replace(plan, decisions=made), f"{id} is {already}."
        item = self._item(plan, word)
        if on and item.key == plan.project.go_live_item:
            raise Refused(GOAL.format(key=item.key))
        items = tuple(replace(i, internal=on) if i.key == item.key else i for i in plan.items)
        return replace(plan, items=items), f"{titled(plan, item.key)} is {already}."

    def _person_meant(self, plan: Plan, word: str, user: str | None) -> Person | None:
        if user is not None:
            person = plan.by_slack.get(user)
            if person is None:
                raise NotFound("They are not named in this project, so nothing here calls them by name.")
            return person
        return named(plan, word) if word.startswith("@") else None


def _decision_id(plan: Plan, word: str) -> str | None:
    said = word.strip().strip("#:,.").casefold()
    if said in plan.item:
        return None
    return next((each.id for each in plan.decisions if each.id.casefold() == said), None)


def _listed(plan: Plan) -> Iterator[str]:
    """What people from outside are not shown."""
    kinds = (
        ("Items", [titled(plan, item.key) for item in plan.items if item.internal]),
        ("Blockers", [each.id for each in plan.blockers if each.internal and each.open]),
        ("Assumptions", [each.id for each in plan.assumptions if each.internal]),
        ("Decisions", [each.id for each in plan.decisions if each.internal]),
        ("People, by their role", [f"{p.name} ({role_of(p)})" for p in plan.people if p.internal]),
    )
    found = [f"{kind}: {', '.join(names)}." for kind, names in kinds if names]
    if found:
        yield f"Not shown to people from outside in {plan.project.name}, nor what hangs on these alone:"
        yield from found
    else:
        yield f"Nothing of {plan.project.name} is internal. Mark something: `/golive internal KEY`."


def _what_it_means(*, on: bool) -> str:
    if on:
        return "People from outside read nothing of it; dates that rest on it stay what they are."
    return "People from outside read it from now on."
