"""What does somebody see by now of what they were told, and does a press on it still make sense?"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.domain.errors import Conflict, NotFound, Refused
from bot.domain.plan import Plan
from bot.domain.reminders import ledger, parts
from bot.domain.reminders.ledger import ESCALATE, NEWS
from bot.domain.reminders.parts import Act, Offer, Part
from bot.tracker.outlook import Outlook, View
from bot.tracker.values import Actor
from storage import Entry, Message, Transaction

AGAIN = "nudge_again"
RECENT = timedelta(days=7)  # what was answered longer ago is in no message that is still answered
GONE = "That message is from another time: what it asks is not open any more. `/golive mine` shows what is."


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """What a press is about, once it is clear that it makes sense."""

    subject: str
    project: str
    key: str  # the item's, or the blocker's
    entry: Entry
    part: Part
    plan: Plan


class Pressing(Outlook):
    """Messages to people, seen again: each thing in them as it is by now."""

    def said_again(self, message: Message) -> tuple[Message, tuple[Part, ...]] | None:
        """The message that is to be brought up to date, with what it shows now."""
        with self.store.reading() as tx:
            first = tx.message(message.workspace, message.payload["message"])
            if first is None or first.ts is None:
                return None
            entries = tx.said_with(message.workspace, first.key)
            views = self._views_of(tx, message.workspace, entries)
            news = _answered(tx, views, first.channel)
            several = in_several(tx, message.workspace, first.channel)
        return first, shown(first.channel, views, entries, news, several=several)

    def press(self, who: Actor, message: str, entry: str, act: Act) -> Pressed:
        """What is pressed on, if it was said to this person and can still be answered so."""
        with self.store.reading() as tx:
            found = next((e for e in tx.said_with(who.workspace, message) if e.key == entry), None)
            if found is None:
                raise NotFound(GONE)
            if found.person != who.user:
                raise Refused("That was said to somebody else, who has to answer it.")
            views = self._views_of(tx, who.workspace, [found])
            made = shown(who.user, views, [found], _answered(tx, views, who.user))
        if not made:
            raise NotFound(GONE)
        part = made[0]
        project, _, key = ledger.parts(found.subject)
        if act not in part.acts:
            raise Conflict(f"{part.title}: {part.notes[-1] if part.notes else 'that is settled already.'}")
        return Pressed(
            subject=found.subject,
            project=project,
            key=key,
            entry=found,
            part=part,
            plan=views[project].plan,
        )

    def draw_again(self, workspace: str, message: str) -> None:
        """Show in a message what has become of it."""
        with self.store.transaction() as tx:
            first = tx.message(workspace, message)
            if first is not None:
                payload = {"message": message}
                subject = f"{AGAIN}:{message}"
                key = secrets.token_hex(16)  # nothing is lost or doubled when it is drawn once more
                tx.emit(workspace, first.channel, key, AGAIN, payload, subject=subject, at=self.now())

    def next_morning(self, who: Actor, pressed: Pressed) -> datetime:
        """When a snooze ends."""
        with self.store.reading() as tx:
            view = self._view_of(tx, who.workspace, pressed.project, self.now())
        moment = parts.next_morning(view.s, who.user) if view else None
        if moment is None:
            raise Refused("You are not named in this project any more.")
        return moment

    def not_now(self, who: Actor, pressed: Pressed) -> None:
        """The lead wants nobody else asked; on a later day they are asked again."""
        with self.store.transaction() as tx:
            due = tx.due(who.workspace, pressed.project)
            if due is not None:
                tx.withdraw(due.id, pressed.subject, ESCALATE, pressed.entry.fingerprint, "not now")

    # Handovers

    def offer(self, message: Message) -> Offer | None:
        """What a message about a handover says now; None when its project is gone."""
        said = message.payload
        with self.store.reading() as tx:
            plan, due = (
                tx.plan(message.workspace, said["project"]),
                tx.due(message.workspace, said["project"]),
            )
            pending = tx.handovers(due.id) if due else []
        if plan is None:
            return None
        item = plan.item.get(ledger.parts(said["subject"])[2])
        found = next((h for h in pending if h.subject == said["subject"]), None)
        asked = said["about"] == "asked"
        by = said.get("by") or (found.by if found else None)
        person = plan.by_slack.get(by or "")
        open_now = asked and item is not None and found is not None and found.to == message.channel
        note = "It is not on the list any more." if item is None else ""
        if item is not None and not open_now:
            note = parts.whose(plan, item, message.channel)
        return Offer(
            plan=plan,
            item=item,
            subject=said["subject"],
            about=said["about"],
            by=person.name if person else "Somebody",
            open=open_now,
            note=note,
        )

    # News

    def asked_news(self, who: Actor, thread: str | None) -> tuple[Entry, ...]:
        """The questions for news that are open to somebody: in this thread of theirs, or today's."""
        with self.store.reading() as tx:
            found: list[Entry] = []
            for due in tx.projects_of(who.workspace, [who.user]).get(who.user, ()):
                entries = tx.entries(due.id, states=("sent", "acknowledged"), limit=200)
                found += [e for e in entries if e.kind == NEWS and e.person == who.user]
            views = self._views_of(tx, who.workspace, found)
            messages = {e.message: tx.message(who.workspace, e.message) for e in found if e.message}
        if thread is not None:
            here = {key for key, message in messages.items() if message and message.ts == thread}
            return tuple(e for e in found if e.message in here)
        return tuple(e for e in found if e.state == "sent" and _is_today(views, e))

    def _views_of(self, tx: Transaction, workspace: str, entries: Sequence[Entry]) -> dict[str, View]:
        keys = dict.fromkeys(ledger.parts(entry.subject)[0] for entry in entries)
        found = {key: self._view_of(tx, workspace, key, self.now()) for key in keys}
        return {key: view for key, view in found.items() if view is not None}


def in_several(tx: Transaction, workspace: str, user: str) -> bool:
    """Somebody is in more than one project, so that an item alone does not say which one is meant."""
    return len(tx.projects_of(workspace, [user]).get(user, ())) > 1


def shown(
    user: str,
    views: Mapping[str, View],
    entries: Sequence[Entry],
    news: Mapping[str, str] | None = None,
    *,
    several: bool = False,
) -> tuple[Part, ...]:
    """What a message that says these shows to its reader now; of which project, if they are in several."""
    found = []
    for entry in entries:
        view = views.get(ledger.parts(entry.subject)[0])
        if view is not None:
            said, answered = entry.said, (news or {}).get(entry.subject, "")
            made = parts.part(view.s, user, entry.key, said, entry.words, view.said, answered)
            found.append((said, replace(made, project=view.plan.project.name if several else "")))
    return parts.in_order(found)


def _answered(tx: Transaction, views: Mapping[str, View], user: str) -> dict[str, str]:
    """By the question's subject, what they answered."""
    found: dict[str, str] = {}
    for key, view in views.items():
        for answer in tx.news(view.due.id, view.s.now - RECENT):
            if answer.person == user:
                found[ledger.subject(key, NEWS, answer.day.isoformat())] = answer.text
    return found


def _is_today(views: Mapping[str, View], entry: Entry) -> bool:
    view = views.get(ledger.parts(entry.subject)[0])
    person = view.plan.by_slack.get(entry.person) if view else None
    if view is None or person is None:
        return False
    return view.s.hours(person).today(view.s.now) == date.fromisoformat(ledger.parts(entry.subject)[2])
