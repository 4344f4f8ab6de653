"""Take back one revision of a project, as long as nothing was built on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.domain import changes, projectfile, states
from bot.domain.errors import Conflict, NotFound, Refused
from bot.domain.plan import Change, Event, Plan
from bot.tracker.desk import Desk
from bot.tracker.items import said_by
from bot.tracker.values import Actor, Done, Where
from storage import Transaction

_NAMES = {"due": "due date", "depends_on": "dependencies", "": "existence"}


class Undoing(Desk):
    """The verb undo."""

    def undo(self, who: Actor, where: Where, revision: int) -> Done:
        """Take back what one act changed, if every field still has the value that act gave it."""
        with self.together(who, where) as (tx, plan):
            made = self._made(tx, plan, revision)
            self._refuse_undoing(plan, who, made)
            self._refuse_what_was_built_on(tx, who, plan, made)
            back = changes.invert(event.change for event in made)
            after = changes.apply(
                plan, [change for change in back if not _is_still_named(plan, made, change)]
            )
            _refuse_broken(after)
            return self._commit(tx, who, plan, after, "undo", instead="That is taken back already.")

    def _made(self, tx: Transaction, plan: Plan, revision: int) -> Sequence[Event]:
        project = plan.project
        since = tx.events(project.workspace, project.key, after_revision=revision - 1)
        made = [event for event in since if event.revision == revision]
        if not made:
            raise NotFound("I no longer know that change, so I cannot take it back.")
        return made

    def _refuse_undoing(self, plan: Plan, who: Actor, made: Sequence[Event]) -> None:
        if made[0].act == "decide":
            raise Refused("A decision is not taken back. To decide anew: `/golive poll`.")
        person = plan.by_slack.get(who.user)
        if who.user == made[0].actor or (person is not None and person.key == states.lead(plan)):
            return
        raise Refused("Only the person who did this, or the project's lead, can take it back.")

    def _refuse_what_was_built_on(
        self, tx: Transaction, who: Actor, plan: Plan, made: Sequence[Event]
    ) -> None:
        for event in made:
            change = event.change
            if _value_now(plan, change) == change.after:
                continue
            project = plan.project
            later = tx.events(
                project.workspace,
                project.key,
                after_revision=event.revision,
                entity=change.entity,
                entity_key=change.key,
            )
            mine = [e for e in later if e.change.field in (change.field, "")]
            raise Conflict(_overtaken(plan, who, change, mine, self.now()))


def _is_still_named(plan: Plan, made: Sequence[Event], change: Change) -> bool:
    """Whoever joined the project by a change stays in it, if something else names them by now."""
    if change.entity != "person" or change.field != "" or change.after is not None:
        return False
    touched = {(event.change.entity, event.change.key) for event in made}
    named = [("item", i.key) for i in plan.items if change.key in (i.owner, i.validator)]
    named += [("blocker", b.id) for b in plan.blockers if b.owner == change.key]
    named += [("assumption", a.id) for a in plan.assumptions if change.key in (a.owner, a.relied_on_by)]
    named += [("decision", d.id) for d in plan.decisions if d.by == change.key]
    return bool(set(named) - touched)


def _refuse_broken(after: Plan) -> None:
    """Taking a thing away leaves nothing that speaks of it."""
    broken = next(projectfile.faults(after), None)
    if broken is not None:
        raise Conflict(
            f"I cannot take that back, because something was built on it since: {broken.message}. "
            "I left everything as it is."
        )


def _overtaken(plan: Plan, who: Actor, change: Change, later: Sequence[Event], now: Any) -> str:
    what = f"`{change.key}`" if change.entity == "item" else change.key
    part = _NAMES.get(change.field, change.field.replace("_", " "))
    said = f"The {part} of {what} was changed since" if change.field else f"{what} was changed since"
    by = said_by(later[-1], who.user, plan, now) if later else ""
    if later and later[-1].act == "undo" and later[-1].change.after == change.before:
        return f"That is taken back already{by}."
    return f"{said}{by}. I left everything as it is: change it by hand if it is still wrong."


def _value_now(plan: Plan, change: Change) -> Any:
    """The value a change speaks of, as the plan has it now; None for a thing that is not there."""
    places = {
        "project": {plan.project.key: plan.project},
        "person": plan.person,
        "item": plan.item,
        "blocker": plan.blocker,
        "assumption": {a.id: a for a in plan.assumptions},
        "decision": {d.id: d for d in plan.decisions},
    }
    thing: Any = places[change.entity].get(change.key)
    if thing is None:
        return None
    said = changes.as_json(thing)
    return said if change.field == "" else said.get(change.field)
