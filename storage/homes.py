"""Who has App Home open, what does it show them, and did anything change since?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select, union, update

from bot.domain.reminders.ledger import Handover, Mute, Promise
from storage import models
from storage.guard import veiled_json
from storage.ledger import portions
from storage.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """One person's App Home, as it was when it was read."""

    workspace: str
    user: str
    opened_at: datetime
    turn: int
    page: Mapping[str, Any]
    told: Mapping[str, Any] | None
    stamp: str | None
    shown: str | None
    hash: str | None
    published_at: datetime | None


class Homes(Work):
    """The part of a Transaction that knows what is shown in App Home."""

    def home(self, workspace: str, user: str) -> Home | None:
        table = models.homes
        row = self.run(select(table).where(table.c.workspace == workspace, table.c.user == user)).first()
        return _home(row) if row is not None else None

    def home_opened(self, workspace: str, user: str, at: datetime, hash: str | None) -> None:
        """They look at it now, from its first page on; `hash` is that of what Slack shows them, if it shows
        anything. What is not what we gave it last is shown anew."""
        table = models.homes
        known = self.home(workspace, user)
        new = {"opened_at": at, "page": {}, "told": None, "stamp": None, "hash": hash}
        if known is None:
            more = {"turn": 0, "shown": None, "published_at": None}
            self.run(self.insert_new(table), [{"workspace": workspace, "user": user, **new, **more}])
        else:
            same = hash is not None and hash == known.hash
            shown = known.shown if same else None
            ours = update(table).where(table.c.workspace == workspace, table.c.user == user)
            self.run(ours.values(**new, shown=shown, turn=table.c.turn + 1))
        self.stirred = True

    def home_turned(
        self,
        workspace: str,
        user: str,
        at: datetime,
        *,
        page: Mapping[str, Any] | None = None,
        told: Any = None,
    ) -> None:
        """They pressed something there: another page, or what came of the press. It counts as opening it."""
        table = models.homes
        new: dict[str, Any] = {"opened_at": at, "stamp": None, "turn": table.c.turn + 1}
        new |= {} if page is None else {"page": dict(page)}
        new |= {} if told is None else {"told": veiled_json(told)}
        ours = update(table).where(table.c.workspace == workspace, table.c.user == user)
        if self.run(ours.values(**new).returning(table.c.user)).first() is None:
            self.home_opened(workspace, user, at, None)
            if page is not None or told is not None:
                self.home_turned(workspace, user, at, page=page, told=told)
        self.stirred = True

    def homes_open(self, since: datetime) -> list[Home]:
        """Those opened after that moment: first who sees nothing yet of what they did, then the stalest."""
        table = models.homes
        found = [_home(row) for row in self.run(select(table).where(table.c.opened_at > since))]
        return sorted(found, key=lambda h: (h.stamp is not None, h.published_at or since, h.user))

    def home_looked(self, home: Home, stamp: str) -> None:
        """Drawn from this state, it shows what it showed before."""
        table = models.homes
        self.run(update(table).where(*_as_read(home)).values(stamp=stamp))

    def home_shown(self, home: Home, stamp: str, shown: str, hash: str | None, at: datetime) -> None:
        """Slack shows this now; what the person did meanwhile is still to be drawn."""
        table = models.homes
        ours = (table.c.workspace == home.workspace, table.c.user == home.user)
        self.run(update(table).where(*ours).values(shown=shown, hash=hash, published_at=at))
        self.run(update(table).where(*_as_read(home)).values(stamp=stamp))

    def home_unknown(self, home: Home) -> None:
        """Slack shows something else there than we believed, and whatever it is, it is to be replaced."""
        table = models.homes
        ours = (table.c.workspace == home.workspace, table.c.user == home.user)
        self.run(update(table).where(*ours).values(shown=None, hash=None, stamp=None))

    def answered_by(
        self, project_ids: Iterable[int], user: str
    ) -> tuple[dict[int, list[Promise]], dict[int, list[Handover]]]:
        """By project: what this person promised, and what they are asked to take."""
        promised: dict[int, list[Promise]] = {}
        asked: dict[int, list[Handover]] = {}
        made, given = models.promises, models.handovers
        for some in portions(list(project_ids)):
            for row in self.run(select(made).where(made.c.project_id.in_(some), made.c.by == user)):
                one = Promise(subject=row.subject, by=row.by, until=row.until, at=row.at)
                promised.setdefault(row.project_id, []).append(one)
            for row in self.run(select(given).where(given.c.project_id.in_(some), given.c.to == user)):
                offer = Handover(subject=row.subject, to=row.to, by=row.by, at=row.at)
                asked.setdefault(row.project_id, []).append(offer)
        return promised, asked

    def quiet_of(self, workspace: str, user: str, now: datetime) -> Mute | None:
        """The quiet somebody asked for, while it lasts."""
        table = models.mutes
        mine = (table.c.workspace == workspace, table.c.scope == "person", table.c.key == user)
        for row in self.run(select(table).where(*mine)):
            if row.until is None or row.until > now:
                return Mute(scope=row.scope, key=row.key, until=row.until, person=row.person or None)
        return None

    def states_seen(self, workspace: str, users: Iterable[str]) -> dict[str, str]:
        """By user, a mark of the projects they can see, and of who they are, that is another one after every
        change in either."""
        heads, people, members = models.projects, models.people, models.members
        seen: dict[str, list[tuple[int, int, int]]] = {}
        belongs: dict[str, str] = {}
        state = (heads.c.id, heads.c.revision, heads.c.stirred)
        for some in portions(sorted(set(users))):
            named = select(people.c.slack.label("user"), *state).join(
                heads, people.c.project_id == heads.c.id
            )
            named = named.where(people.c.workspace == workspace, people.c.slack.in_(some))
            here = and_(members.c.workspace == heads.c.workspace, members.c.channel == heads.c.channel)
            inside = select(members.c.user.label("user"), *state).join(heads, here)
            inside = inside.where(members.c.workspace == workspace, members.c.user.in_(some))
            for row in self.run(union(named, inside)):
                seen.setdefault(row.user, []).append((row.id, row.revision, row.stirred))
            who = models.users
            of_these = (who.c.workspace == workspace, who.c.user.in_(some))
            belongs |= {
                row.user: row.belongs for row in self.run(select(who.c.user, who.c.belongs).where(*of_these))
            }
        return {user: f"{_mark(seen.get(user, ()))}{belongs.get(user, '')[:8]}" for user in users}


def _mark(states: Sequence[tuple[int, int, int]]) -> str:
    return hashlib.sha256(repr(sorted(states)).encode()).hexdigest()[:16]


def _as_read(home: Home) -> tuple[Any, ...]:
    table = models.homes
    return table.c.workspace == home.workspace, table.c.user == home.user, table.c.turn == home.turn


def _home(row: Any) -> Home:
    return Home(
        workspace=row.workspace,
        user=row.user,
        opened_at=row.opened_at,
        turn=row.turn,
        page=row.page,
        told=row.told,
        stamp=row.stamp,
        shown=row.shown,
        hash=row.hash,
        published_at=row.published_at,
    )
