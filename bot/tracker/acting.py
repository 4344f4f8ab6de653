"""What can people answer to a reminder, and what can they ask not to hear?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from types import MappingProxyType

from bot.domain import dates, policies, states
from bot.domain.errors import Invalid, NotFound, Refused
from bot.domain.hours import WorkingHours, instant
from bot.domain.plan import Item, Plan
from bot.domain.reminders import ledger
from bot.domain.reminders.ledger import ESCALATE, Handover, Mute, Promise
from bot.tracker.desk import Desk, cause
from bot.tracker.values import Actor, Colleague, Done, Where
from bot.tracker.wording import titled
from storage import Answer, Due, Transaction
from storage.guard import clean

FURTHEST = timedelta(days=60)  # a promise for later is a due date
HANDED = "handover"
ONLY_THE_LEAD = "Only the project's lead can change its settings."


class Acting(Desk):
    """The verbs on reminders. `subject` is a line's or a rung's own; it names the project too."""

    def acknowledge(self, who: Actor, subject: str, until: str | date | datetime) -> Done:
        """ "On it until …": it is not asked about again before then."""
        with self.store.transaction() as tx:
            plan, due = self._about(tx, who, subject)
            moment = self._moment(plan, who, until)
            tx.promise(due, Promise(subject=subject, by=who.user, until=moment, at=self.now()))
            tx.acknowledge(due.id, subject, [who.user])
            until_words = self._words(plan, who, moment)
            return Done(lines=(f"You are on {_named(plan, subject)} until {until_words}.",), plan=plan)

    def snooze(self, who: Actor, subject: str, until: str | date | datetime) -> Done:
        """Say nothing of this to me before then; others are still told."""
        with self.store.transaction() as tx:
            plan, due = self._about(tx, who, subject)
            moment = self._moment(plan, who, until)
            mute = Mute(scope="item", key=subject, until=moment, person=who.user)
            tx.mute(who.workspace, due.key, mute, self.now())
            words = self._words(plan, who, moment)
            return Done(lines=(f"I say nothing of {_named(plan, subject)} to you until {words}.",), plan=plan)

    # Not mine

    def hand_over(self, who: Actor, subject: str, user: str, colleague: Colleague | None = None) -> Done:
        """ "Not mine": somebody else is asked to take it. Until they do, it stays where it is."""
        with self.store.transaction() as tx:
            plan, due = self._about(tx, who, subject)
            item = _item(plan, subject)
            owner = plan.person.get(item.owner or "")
            if owner is None or (owner.slack != who.user and not self._leads(plan, who)):
                raise Refused(
                    f"Only its owner, or the project's lead, can hand {titled(plan, item.key)} over."
                )
            after, taker = self._person(plan, user, colleague)
            if taker.key == item.owner:
                return Done(lines=(f"{titled(plan, item.key)} is {taker.name}'s already.",), plan=plan)
            if after is not plan:
                plan = tx.save(plan, after, actor=who.user, act="hand_over", at=self.now())
            now = self.now()
            tx.hand_over(due, Handover(subject=subject, to=user, by=who.user, at=now))
            works = WorkingHours(plan, taker).works(now)
            if works:  # else their next morning's message says so
                self._ask_to_take(tx, due, subject, user, now)
            when = "" if works else " in their morning"
            return Done(
                lines=(
                    f"I ask {taker.name}{when} whether they take {titled(plan, item.key)}. "
                    f"Until they say so it stays with {owner.name}.",
                ),
                plan=plan,
            )

    def accept(self, who: Actor, subject: str) -> Done:
        """It is mine now; whoever had it is told."""
        with self.store.transaction() as tx:
            plan, due = self._about(tx, who, subject)
            handover = self._asked_of(tx, due, who, subject)
            person = plan.by_slack.get(who.user)
            if person is None:
                raise Refused("You are not named in this project any more.")
            item = _item(plan, subject)
            tx.handed_over(due, subject)
            after = states.with_item(plan, replace(item, owner=person.key))
            done = self._commit(tx, who, plan, after, "accept", instead="It is yours already.")
            self._tell_about(tx, due, handover, "accepted")
            return done

    def decline(self, who: Actor, subject: str) -> Done:
        """Not mine either: it stays with who has it, who is told."""
        with self.store.transaction() as tx:
            plan, due = self._about(tx, who, subject)
            handover = self._asked_of(tx, due, who, subject)
            tx.handed_over(due, subject)
            self._tell_about(tx, due, handover, "declined")
            owner = plan.person.get(_item(plan, subject).owner or "")
            stays = f"It stays with {owner.name}, who is told." if owner else "Nobody has it."
            return Done(lines=(f"You do not take {_named(plan, subject)}. {stays}",), plan=plan)

    def _asked_of(self, tx: Transaction, due: Due, who: Actor, subject: str) -> Handover:
        found = next((h for h in tx.handovers(due.id) if h.subject == subject), None)
        if found is None or found.to != who.user:
            raise NotFound("That question is answered already, or was put to somebody else since.")
        return found

    def _ask_to_take(self, tx: Transaction, due: Due, subject: str, user: str, at: datetime) -> None:
        key = cause(HANDED, due.workspace, subject, user, at.isoformat())
        payload = {"project": due.key, "subject": subject, "about": "asked"}
        tx.emit(due.workspace, user, key, HANDED, payload, subject=f"{HANDED}:{subject}", at=at)

    def _tell_about(self, tx: Transaction, due: Due, handover: Handover, about: str) -> None:
        key = cause(HANDED, due.workspace, handover.subject, handover.by, about, handover.at.isoformat())
        payload = {"project": due.key, "subject": handover.subject, "about": about, "by": handover.to}
        tx.emit(due.workspace, handover.by, key, HANDED, payload, at=self.now())

    # Quiet

    def mute(self, who: Actor, where: Where, key: str | None, until: str | None = None) -> Done:
        """Nothing is said to anybody about an item, a blocker, or (None) the whole project."""
        return self._mute(who, where, key, until, on=True)

    def unmute(self, who: Actor, where: Where, key: str | None) -> Done:
        return self._mute(who, where, key, None, on=False)

    def _mute(self, who: Actor, where: Where, key: str | None, until: str | None, *, on: bool) -> Done:
        with self.store.transaction() as tx:
            plan = self._plan(tx, who, where)
            name, mute = self._what(plan, key)
            if key is None and not self._leads(plan, who):
                raise Refused("Only the project's lead can silence the whole project.")
            if not on:
                was = tx.unmute(who.workspace, plan.project.key, mute)
                said = f"I speak of {name} again." if was else f"{name} is not muted."
                return Done(lines=(said,), plan=plan)
            moment = self._moment(plan, who, until, furthest=None, begins=True) if until else None
            tx.mute(who.workspace, plan.project.key, replace(mute, until=moment), self.now())
            till = f" until {self._words(plan, who, moment)}" if moment else " until you say `unmute`"
            return Done(lines=(f"I say nothing of {name} to anybody{till}.",), plan=plan)

    def _what(self, plan: Plan, key: str | None) -> tuple[str, Mute]:
        project = plan.project.key
        if key is None:
            return plan.project.name, Mute(scope="project", key=project)
        if key.upper() in plan.blocker and key not in plan.item:
            return key.upper(), Mute(scope="item", key=ledger.subject(project, "blocker", key.upper()))
        item = self._item(plan, key)
        return titled(plan, item.key), Mute(scope="item", key=ledger.subject(project, "item", item.key))

    def quiet(self, who: Actor, until: str | None) -> tuple[str, ...]:
        """Nothing is said to me, in any project, until then (None: until I say otherwise)."""
        with self.store.transaction() as tx:
            mine = self._visible(tx, who)
            if not any(who.user in plan.by_slack for plan in mine):
                raise NotFound("You are named in no project, so I tell you nothing anyway.")
            plan = next(plan for plan in mine if who.user in plan.by_slack)
            moment = self._moment(plan, who, until, furthest=None, begins=True) if until else None
            tx.mute(who.workspace, "", Mute(scope="person", key=who.user, until=moment), self.now())
            till = (
                f"until {self._words(plan, who, moment)}" if moment else "until you say `/golive quiet off`"
            )
            return (f"I tell you nothing by myself {till}. What waits for you meanwhile goes to others.",)

    def loud(self, who: Actor) -> tuple[str, ...]:
        """Tell me things again."""
        with self.store.transaction() as tx:
            was = tx.unmute(who.workspace, "", Mute(scope="person", key=who.user))
            return ("I tell you things again." if was else "You did not ask me to be quiet.",)

    # The ladder

    def escalate(self, who: Actor, subject: str, fingerprint: str) -> Done:
        """The lead lets a blocker go to the sponsor, or to somebody outside."""
        with self.store.transaction() as tx:
            plan, due = self._about(tx, who, subject)
            if not self._leads(plan, who) and not self._was_asked(tx, due, who, subject, fingerprint):
                raise Refused("Only the project's lead can decide that.")
            if not tx.grant(due.id, subject, ESCALATE, fingerprint):
                return Done(lines=("That is decided already.",), plan=plan)
            meant = fingerprint.partition(":")[2].partition(":")[0]
            person = plan.person.get(meant)
            name = person.name if person else "the next one"
            return Done(lines=(f"{name} is asked about {_named(plan, subject)}.",), plan=plan)

    def _was_asked(self, tx: Transaction, due: Due, who: Actor, subject: str, fingerprint: str) -> bool:
        """Somebody who stands in for the lead was asked, and may answer."""
        return any(
            entry.person == who.user and entry.subject == subject and entry.fingerprint == fingerprint
            for entry in tx.entries(due.id, states=("sent",))
        )

    # News and settings

    def answer_news(self, who: Actor, project: str, day: str | None, text: str) -> Done:
        """What somebody says when asked for news; for the next digest."""
        text = clean(text).strip()
        if not text:
            raise Invalid("Say in a line what is new, or what holds you up.")
        with self.store.transaction() as tx:
            plan, due = self._about(tx, who, ledger.subject(project, "news", day or ""))
            on = date.fromisoformat(day) if day else self._today(plan)
            tx.news_came(due, Answer(person=who.user, day=on, at=self.now(), text=text))
            tx.acknowledge(due.id, ledger.subject(project, "news", on.isoformat()), [who.user])
            return Done(
                lines=(f"Thank you. It stands in the next digest of {plan.project.name}.",), plan=plan
            )

    def set_policy(self, who: Actor, where: Where, setting: str, words: str) -> Done:
        """Change one setting of the project; a value that cannot be is refused with the reason."""
        with self.store.transaction() as tx:
            plan = self._plan(tx, who, where)
            if not self._leads(plan, who):
                raise Refused(ONLY_THE_LEAD)
            wanted = policies.changed(plan.project.policies, setting, words)
            head = replace(plan.project, policies=MappingProxyType(dict(wanted)))
            return self._commit(tx, who, plan, replace(plan, project=head), "settings")

    def plan_to_set(self, who: Actor, where: Where) -> Plan:
        """The project whose settings somebody may change."""
        with self.store.reading() as tx:
            plan = self._plan(tx, who, where)
        if not self._leads(plan, who):
            raise Refused(ONLY_THE_LEAD)
        return plan

    # What they share

    def _about(self, tx: Transaction, who: Actor, subject: str) -> tuple[Plan, Due]:
        """The project a subject belongs to, as far as this person may see it."""
        project = ledger.parts(subject)[0]
        plan = self._plan(tx, who, Where(project=project, direct=True))
        due = tx.due(who.workspace, project)
        assert due is not None
        return plan, due

    def _leads(self, plan: Plan, who: Actor) -> bool:
        """The lead; anybody where there is none, as nobody else could."""
        head = states.lead(plan)
        person = plan.by_slack.get(who.user)
        return head is None or (person is not None and person.key == head)

    def _moment(
        self,
        plan: Plan,
        who: Actor,
        until: str | date | datetime,
        *,
        furthest: timedelta | None = FURTHEST,
        begins: bool = False,
    ) -> datetime:
        """When that is: a day means its end for whoever says it; with `begins`, when their work begins."""
        zone, now = self._zone(plan, who.user), self.now()
        if isinstance(until, datetime):
            moment = until
        else:
            day = until if isinstance(until, date) else dates.parse_date(until, now, zone)
            person = plan.by_slack.get(who.user)
            hours = (person.hours if person else None) or policies.of(plan.project).hours
            ends = hours.end if hours.end > hours.start else time(23, 59)
            later = begins and day > now.astimezone(zone).date()
            moment = instant(day, hours.start if later else ends, zone)
        if moment <= now:
            raise Invalid("That has passed. Say a day from today on, for example `friday` or `4 Dec`.")
        if furthest is not None and moment > now + furthest:
            raise Invalid("That is far away: change its date instead, `/golive due KEY 4 Dec`.")
        return moment

    def _words(self, plan: Plan, who: Actor, moment: datetime) -> str:
        local = moment.astimezone(self._zone(plan, who.user))
        return f"{local:%a} {local.day} {local:%b}, {local:%H:%M}"


def _item(plan: Plan, subject: str) -> Item:
    _, entity, key = ledger.parts(subject)
    item = plan.item.get(key) if entity == "item" else None
    if item is None:
        raise NotFound("That item is not on the list any more.")
    return item


def _named(plan: Plan, subject: str) -> str:
    _, entity, key = ledger.parts(subject)
    return titled(plan, key) if entity == "item" else key
