"""What is kept of the messages of a history while it is read?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from bot.domain.backfill import Listener, Message
from bot.domain.patientdata import PatientData
from bot.domain.plan import Plan
from bot.integrations.written import Gone
from bot.tracker.desk import zone_of
from storage import Known, Spool
from storage.guard import clean

READ, WITHHELD = "read", "withheld"
_MENTION = re.compile(r"<@([UW][A-Z0-9]{1,30})[|>]")


class Rereading:
    """Hears what is handed to it, in any order, and keeps what it tells; all else is forgotten at once."""

    def __init__(self, plan: Plan, spool: Spool) -> None:
        self._plan = plan
        self._spool = spool
        self._names: dict[str, str] = {}
        self._zones: dict[str, str] = {}
        self._apps: set[str] = set()
        self._listener = Listener(plan, self._names, self._zone)
        self._note(spool.people())

    def strangers(self, entries: Iterable[Message | Gone]) -> list[str]:
        """Who wrote that or is named in it, and is not known yet."""
        messages = [one for one in entries if isinstance(one, Message)]
        users = [one.user for one in messages]
        users += [user for one in messages for user in _MENTION.findall(one.text)]
        return [user for user in dict.fromkeys(users) if user not in self._names]

    def meet(self, people: Iterable[Known]) -> None:
        known = list(people)
        with self._spool.step():
            self._spool.keep_people(known)
        self._note(known)

    def called(self, user: str) -> str:
        person = self._plan.by_slack.get(user)
        return person.name if person else self._names.get(user, user)

    def take(self, entries: Iterable[Message | Gone], *, answers_follow: bool = False) -> None:
        """Part of a history. `answers_follow`: its threads are to be read after it."""
        read = withheld = 0
        for one in entries:
            if isinstance(one, Gone):
                self._spool.forget(one.ts)
            elif one.user not in self._apps:
                read += 1
                withheld += not self._taken(one, answers_follow)
        self._spool.add(READ, read)
        self._spool.add(WITHHELD, withheld)

    def _taken(self, message: Message, answers_follow: bool) -> bool:
        """False when it says who a patient is, so that nothing of it is kept."""
        under = self._spool.thread(message.thread) if message.thread else None
        told = self._listener.told(message, under)
        if told:
            try:
                clean(message.text)
            except PatientData:
                self._spool.forget(message.ts)
                return False
        if told or message.thread is not None:
            self._spool.keep(message.ts, told)
        if message.thread is None:
            about = self._listener.thread(message, told)
            if (answers_follow and message.answered) or about.item or about.blocker:
                waiting = answers_follow and message.answered
                self._spool.keep_thread(message.ts, about, waiting=waiting)
        return True

    def _note(self, people: Iterable[Known]) -> None:
        for one in people:
            self._names[one.id] = one.name
            if one.tz:
                self._zones[one.id] = one.tz
            if one.app:
                self._apps.add(one.id)

    def _zone(self, user: str) -> ZoneInfo:
        person = self._plan.by_slack.get(user)
        return zone_of((person.tz if person else None) or self._zones.get(user), self._plan)
