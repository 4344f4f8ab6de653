"""Raise, clear, correct and take back blockers, by command, button or form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.domain import blockers, dates, naming, reading, states
from bot.domain.blockers import Form
from bot.domain.errors import Conflict, EveryMistake, Invalid, Missing, Refused
from bot.domain.permissions import About
from bot.domain.plan import Blocker, Item, Plan, Status
from bot.domain.reading import Report
from bot.tracker.desk import Desk, in_words
from bot.tracker.items import blocker_id, said_by
from bot.tracker.values import NOBODY, Actor, Colleague, Done, Where
from bot.tracker.wording import titled
from storage import Transaction
from storage.guard import clean


class Blocking(Desk):
    """The verbs on blockers."""

    def block(
        self,
        who: Actor,
        where: Where,
        key: str | None,
        words: str,
        colleagues: Mapping[str, Colleague] = NOBODY,
    ) -> Done:
        """Record what holds an item, or the project, up; the words also say on whom that waits."""
        words = clean(words).strip()
        if not words:
            lacks = "Say what holds it up: `/golive block vpn Certificate is missing`."
            raise Missing(lacks, verb="block", key=key)
        with self.together(who, where, "block") as (tx, plan):
            named = self._item(plan, key) if key else None
            self._permit(tx, plan, who, "block", About(item=named))
            zone = self._zone(plan, who.user)
            report = reading.details(
                words, now=self.now(), zone=zone, author=who.user, names=names_in(plan, colleagues)
            )
            with_people, said = self._understood(plan, report, colleagues)
            if len(words) > reading.LONGEST_REPORT:
                # A message in a channel keeps its own words; what is typed after a command is only kept here.
                said["text"] = clean(reading.plain(words, names_in(plan, colleagues)))
            if named is not None:
                said["item"] = named.key
            known = blockers.same(plan, said["text"], said["item"], who.user)
            if known is not None:
                return Done(lines=(f"That is {known.id} already, and still open.",), plan=plan)
            today = self._today(plan)
            blocker = Blocker(id=blockers.next_id(plan), raised=today, raised_by=who.user, **said)
            after = blockers.opened(with_people, blocker, today)
            besides = mind_the_state(plan.item.get(said["item"] or ""))
            return self._commit(tx, who, plan, after, "block", besides=besides)

    def unblock(self, who: Actor, where: Where, key: str, why: str | None = None) -> Done:
        """Say that a blocker, or everything that blocks an item, is over."""
        with self.together(who, where, "unblock") as (tx, plan):
            act = f"unblock: {said}" if (said := in_words(why, plan)) else "unblock"
            today = self._today(plan)
            if (id := blocker_id(self._known(plan), key)) is not None:
                self._permit(tx, plan, who, "unblock", reported(plan.blocker[id]))
                after = blockers.cleared(plan, id, today)
                shown = self._shown_to(tx, who, after)
                still = [b.id for b in shown.open_blockers.get(plan.blocker[id].item or "", ())]
                besides = (f"Still open on it: {', '.join(still)}.",) if still else ()
                instead = f"{id} is {plan.blocker[id].status} already."
                return self._commit(tx, who, plan, after, act, instead=instead, besides=besides)
            item = self._item(plan, key)
            after = plan
            known = self._known(plan).blocker
            held = [each for each in plan.open_blockers.get(item.key, ()) if each.id in known]
            for blocker in held:
                self._permit(tx, plan, who, "unblock", replace(reported(blocker), item=item))
            if not held:
                self._permit(tx, plan, who, "unblock", About(item=item))
            for blocker in held:
                after = blockers.cleared(after, blocker.id, today)
            after = states.unblocked(after, item.key)
            instead = f"Nothing blocks {titled(plan, item.key)}."
            return self._commit(tx, who, plan, after, act, instead=instead)

    def not_a_blocker(self, who: Actor, where: Where, id: str) -> Done:
        """Take back what was heard: it never was a blocker."""
        with self.together(who, where, "correct") as (tx, plan):
            blocker = plan.blocker[blockers.find(self._known(plan), id).id]
            blockers.refuse_others(plan, blocker, self._asking(tx, plan, who))
            after = blockers.retracted(plan, blocker.id, self._today(plan))
            instead = f"{blocker.id} is taken back already."
            return self._commit(tx, who, plan, after, "not_a_blocker", instead=instead)

    def blocker_form(self, who: Actor, where: Where, id: str) -> tuple[Plan, Blocker]:
        """What the form to correct a blocker starts from, for those who may correct it."""
        with self.store.reading() as tx:
            plan = self._plan(tx, who, where, "correct")
            shown = self._shown_to(tx, who, plan)
            blocker = blockers.find(shown, id)
            blockers.refuse_others(plan, plan.blocker[blocker.id], self._asking(tx, plan, who))
            if not blocker.open:
                raise Refused(f"{blocker.id} is {blocker.status}, so there is nothing to correct.")
            return shown, blocker

    def edit_blocker(
        self,
        who: Actor,
        where: Where,
        id: str,
        form: Form,
        *,
        seen: int,
        owner: str | None = None,
        colleague: Colleague | None = None,
    ) -> Done:
        """Correct a blocker. `seen` is the revision the form was filled from, `owner` a Slack user."""
        text, every = None if form.text is None else clean(form.text).strip(), EveryMistake()
        with every.part():
            if text == "":
                raise Invalid("Say what holds it up.", field="text")
        with self.together(who, where, "correct") as (tx, before):
            blocker = before.blocker[blockers.find(self._known(before), id).id]
            blockers.refuse_others(before, blocker, self._asking(tx, before, who))
            self._refuse_stale_form(tx, who, before, blocker, seen)
            with every.part():
                if form.item is not None and form.item not in self._known(before).item:
                    gone = f"There is no item `{form.item}` any more. Choose another one."
                    raise Invalid(gone, field="item")
            with every.part():
                if form.expected_clear is not None and form.expected_clear != blocker.expected_clear:
                    dates.refuse_past(form.expected_clear, self._today(before), field="expected_clear")
            every.told()
            plan, person = self._person(before, owner, colleague) if owner else (before, None)
            same = form.waiting_on == blocker.waiting_on
            fields = {
                "text": blocker.text if text is None else text,
                "item": form.item,
                "waiting_on": form.waiting_on if same else self._waited_on(before, form.waiting_on),
                "expected_clear": form.expected_clear,
                "owner": person.key if person else None,
            }
            after = blockers.edited(plan, id, fields, self._today(plan))
            return self._commit(tx, who, before, before if after == before else after, "edit")

    def _understood(
        self, plan: Plan, report: Report, colleagues: Mapping[str, Colleague]
    ) -> tuple[Plan, dict[str, Any]]:
        """A blocker's fields as somebody's words say them; a colleague named as its owner joins the plan."""
        owner = None
        if report.owner is not None and (report.owner in plan.by_slack or report.owner in colleagues):
            plan, person = self._person(plan, report.owner, colleagues.get(report.owner))
            owner = person.key
        waiting_on = names_in(plan, colleagues).get(report.waiting_on_user or "") or report.waiting_on
        item = self._item_meant(plan, report)
        # Words that should have named an item, and name none, are all there is to tell which one was meant.
        text = f"for {report.about}: {report.text}" if report.about and item is None else report.text
        return plan, {
            "text": clean(text),
            "item": item.key if item else None,
            "waiting_on": clean(waiting_on) if waiting_on else None,
            "expected_clear": report.due,
            "owner": owner,
        }

    def _waited_on(self, plan: Plan, typed: str | None) -> str | None:
        """On whom something waits, as a form says it: somebody of the project by the whole name."""
        said = clean(typed or "").strip()
        person = naming.find_person(said, self._known(plan).people).exact
        return person.name if person is not None else said or None

    def _item_meant(self, plan: Plan, report: Report) -> Item | None:
        """The item a report is about, if there is no doubt, and whoever reports it knows of it."""
        known = item_meant(self._known(plan), report)
        return plan.item[known.key] if known is not None else None

    def _refuse_stale_form(
        self, tx: Transaction, who: Actor, plan: Plan, blocker: Blocker, seen: int
    ) -> None:
        project = plan.project
        since = tx.events(
            project.workspace, project.key, after_revision=seen, entity="blocker", entity_key=blocker.id
        )
        others = [event for event in since if event.actor != who.user]
        if others:
            now = self.now()
            by = said_by(others[-1], who.user, plan, now)
            raise Conflict(
                f"{blocker.id} was changed while you were writing{by}. Open the form again to see it."
            )


def reported(blocker: Blocker) -> About:
    """What is to be asked of somebody who wants to do something about it."""
    return About(blocker=blocker, author=blocker.raised_by)


def item_meant(plan: Plan, report: Report) -> Item | None:
    """The item a report is about, if there is no doubt."""
    if report.item_words:
        exact = naming.find(report.item_words, plan.items).exact
        return exact or naming.mentioned(report.item_words, plan.items)
    return naming.mentioned(report.text, plan.items)


def names_in(plan: Plan, colleagues: Mapping[str, Colleague]) -> dict[str, str]:
    """What people are called who may be mentioned by their Slack id."""
    names = {user: colleague.name for user, colleague in colleagues.items()}
    return names | {user: person.name for user, person in plan.by_slack.items()}


def mind_the_state(item: Item | None) -> tuple[str, ...]:
    """What to know when a blocker is put on an item that is past being blocked."""
    if item is None:
        return ("It is on no item: it counts for the project as a whole.",)
    if item.status is Status.DONE:
        return (f"`{item.key}` stays done, not confirmed.",)
    if blockers.holds_nothing_up(item):
        word = states.WORDS[item.status]
        return (
            f"`{item.key}` is {word}, so this holds nothing up. If it does: `/golive reopen {item.key} why`.",
        )
    return ()
