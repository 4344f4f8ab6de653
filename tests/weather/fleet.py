"""Which projects and people are there when the weather turns bad, and what will there be to say to them?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from bot.tracker import Tracker
from sandbox import Sandbox
from storage import Store

TEAM = "T0FLEET"
ZONE = ZoneInfo("Europe/Lisbon")
FIRST = date(2027, 3, 1)  # a Monday


@dataclass(frozen=True)
class Fleet:
    """So many projects, each with a channel of its own; the same people work in all of them, and on every
    working day each project has a gate that is due, of one person after the other."""

    projects: int = 3
    people: int = 4
    days: int = 10  # working days on which something is due
    daily: int = 1  # things due on each of them, in each project
    blockers: int = 2  # in each project
    first: int = 0  # the first of these days

    def user(self, number: int) -> str:
        return f"U0P{number % self.people:05}"

    def channel(self, number: int) -> str:
        return f"C0P{number:05}"

    def key(self, number: int) -> str:
        return f"pier{number}"

    @property
    def users(self) -> list[str]:
        return [self.user(number) for number in range(self.people)]

    @property
    def channels(self) -> list[str]:
        return [self.channel(number) for number in range(self.projects)]

    def file(self, number: int) -> str:
        """The project file of one of them."""
        project = {
            "key": self.key(number),
            "name": f"Pier {number}",
            "channel": self.channel(number),
            "vendor": "Quayside Software",
            "timezone": str(ZONE),
            "target_go_live": working_day(self.first + self.days + 20).isoformat(),
            "lead": self._person(number),
            "policies": {"outside": "free"},
        }
        people = [
            {
                "id": self._person(n),
                "name": f"Person {n}",
                "org": "vendor",
                "tz": str(ZONE),
                "slack": self.user(n),
            }
            for n in range(self.people)
        ]
        items = [self._item(number, day, each) for day in self._days for each in range(self.daily)]
        blockers = [self._blocker(number, each, items) for each in range(min(self.blockers, len(items)))]
        return yaml.safe_dump(
            {"project": project, "people": people, "items": items, "blockers": blockers}, sort_keys=False
        )

    @property
    def _days(self) -> range:
        return range(self.first, self.first + self.days)

    def _person(self, number: int) -> str:
        return f"p{number % self.people}"

    def _item(self, project: int, day: int, each: int) -> dict[str, Any]:
        return {
            "key": f"d{day}-{each}",
            "title": f"Crane {day}.{each} of pier {project}",
            "owner": self._person(project + day * self.daily + each),
            "validator": self._person(project + day * self.daily + each + 1),
            "status": "doing",
            "due": working_day(day).isoformat(),
            "remaining_days": 1,
            "gate": True,
        }

    def _blocker(self, project: int, each: int, items: Sequence[dict[str, Any]]) -> dict[str, Any]:
        return {
            "id": f"B{each + 1}",
            "text": f"No power on crane {each} of pier {project}",
            "item": items[-1 - each]["key"],
            "waiting_on": f"Person {(project + each + 2) % self.people}",
            "raised": (FIRST - timedelta(days=3)).isoformat(),
            "owner": self._person(project + each),
        }

    # In a Slack, and in a database

    def seed(self, slack: Sandbox) -> None:
        slack.seed(
            team={"id": TEAM, "name": "Fleet"},
            users=[{"id": u, "real_name": f"Person {n}", "tz": str(ZONE)} for n, u in enumerate(self.users)],
            channels=[
                {"id": channel, "name": self.key(number), "members": self.users}
                for number, channel in enumerate(self.channels)
            ],
        )

    def load(self, store: Store, only: Iterable[int] | None = None) -> Tracker:
        """Some days before the first thing is due, so that nobody's first morning is special."""
        long_ago = datetime.combine(FIRST - timedelta(days=4), time(12), ZONE)
        tracker = Tracker(store, lambda: long_ago)
        for number in only if only is not None else range(self.projects):
            tracker.load(self.file(number), f"{self.key(number)}.yaml", workspace=TEAM, actor="cli:test")
        return tracker


def working_day(number: int) -> date:
    weeks, days = divmod(number, 5)
    return FIRST + timedelta(days=weeks * 7 + days)


def moment(day: date, hour: int = 9, minute: int = 5) -> datetime:
    return datetime.combine(day, time(hour, minute), ZONE)
