"""Where is golive installed, and with which tokens? slack_sdk's own stores, with the tokens locked away."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, TypeVar

from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from sqlalchemy import DateTime, Engine, Table, and_, column, delete, insert, select, table, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from bot.domain.errors import Unavailable
from bot.integrations.vault import Vault

log = logging.getLogger("golive.installations")
log.setLevel(logging.INFO)  # slack_sdk writes whole rows at DEBUG

STATES_LAST = timedelta(minutes=10)
REMEMBERED = timedelta(hours=1)  # how long a state that was used can be told from one that ran out
SIGNED = "an installation is begun: "  # so that no other proof made with the secret is one of these
_moments = (column("expire_at", DateTime), column("used_at", DateTime))
oauth_states = table("slack_oauth_states", column("id"), column("state"), *_moments)
TOKENS = ("bot_token", "bot_refresh_token", "user_token", "user_refresh_token")
Now = Callable[[], datetime]
T = TypeVar("T")


class _Kept(SQLAlchemyInstallationStore):
    """slack_sdk's store. What is written is locked, what is read is open, and one row stays for each
    installation: the library itself would keep every token there ever was."""

    def __init__(self, client_id: str, engine: Engine, vault: Vault) -> None:
        super().__init__(client_id=client_id, engine=engine, logger=log)
        self._vault = vault

    def save(self, installation: Installation) -> None:
        locked = Installation(**installation.to_dict_for_copying())
        self._lock(locked)
        super().save(locked)
        self._keep_newest(self.installations, installation)
        self._keep_newest(self.bots, installation)

    def find_installation(self, **which: Any) -> Installation | None:
        found = super().find_installation(**which)
        return self._opened(found) if found is not None else None

    def find_bot(self, **which: Any) -> Bot | None:
        found = super().find_bot(**which)
        return self._opened(found) if found is not None else None

    def all(self) -> list[Installation]:
        """Every installation that has a bot, the oldest first."""
        c = self.installations.c
        mine = self.installations.select().where(c.client_id == self.client_id, c.bot_token.is_not(None))
        with self.engine.connect() as connection:
            rows = connection.execute(mine.order_by(c.installed_at)).mappings().all()
        newest = {(row["enterprise_id"], row["team_id"]): row for row in rows}
        return [self._opened(self.build_installation_entity(row)) for row in newest.values()]

    def relock(self) -> tuple[int, int]:
        """Lock every token with the newest key, all or none: how many there are, and how many were older."""
        seen = renewed = 0
        with self.engine.begin() as connection:
            for table in (self.bots, self.installations):
                names = [name for name in TOKENS if name in table.c]
                for row in connection.execute(table.select().with_for_update()).mappings().all():
                    held = {name: row[name] for name in names if row[name]}
                    new = {n: fresh for n, token in held.items() if (fresh := self._vault.renewed(token))}
                    seen, renewed = seen + len(held), renewed + len(new)
                    if new:
                        connection.execute(update(table).where(table.c.id == row["id"]).values(**new))
        return seen, renewed

    def forget_user(self, enterprise: str | None, team: str | None, user: str) -> None:
        """The token somebody gave for themselves is gone; the bot's stays."""
        c = self.installations.c
        theirs = and_(c.client_id == self.client_id, c.enterprise_id == enterprise, c.team_id == team)
        gone = dict.fromkeys(("user_token", "user_refresh_token", "user_token_expires_at"))
        with self.engine.begin() as connection:
            connection.execute(update(self.installations).where(theirs, c.user_id == user).values(**gone))

    def _lock(self, one: Installation | Bot) -> None:
        for name in TOKENS:
            if token := getattr(one, name, None):
                setattr(one, name, self._vault.lock(token))

    def _opened(self, one: Any) -> Any:
        for name in TOKENS:
            if token := getattr(one, name, None):
                setattr(one, name, self._vault.open(token))
        return one

    def _keep_newest(self, table: Table, of: Installation) -> None:
        c = table.c
        # A workspace may have joined an organisation since, or left one.
        whole = (c.team_id.is_(None), c.enterprise_id == of.enterprise_id)
        same = [c.client_id == self.client_id, *((c.team_id == of.team_id,) if of.team_id else whole)]
        with self.engine.begin() as connection:
            newest = select(c.id).where(*same).order_by(c.installed_at.desc(), c.id.desc()).limit(1)
            last = connection.execute(newest).scalar()
            connection.execute(delete(table).where(*same, c.id != last))


async def _through(work: Callable[..., T], *given: Any, **named: Any) -> T:
    """In a thread, as these stores wait; a database that does not answer is trouble that passes."""
    try:
        return await asyncio.to_thread(work, *given, **named)
    except SQLAlchemyError as cause:
        raise Unavailable("The database does not answer; nothing was changed. Try again soon.") from cause


class Installations(AsyncInstallationStore):
    """The same through threads, as Bolt wants it."""

    def __init__(self, client_id: str, engine: Engine, vault: Vault, now: Now) -> None:
        self._kept = _Kept(client_id, engine, vault)
        self._now = now

    @property
    def logger(self) -> logging.Logger:
        return log

    async def async_save(self, installation: Installation) -> None:
        """Keep it in the place of an earlier one, with its moments by our clock."""
        await _through(self._kept.save, self.by_our_clock(installation))

    async def async_save_bot(self, bot: Bot) -> None:
        raise NotImplementedError("a bot is kept with its installation, which locks its tokens")

    async def async_find_bot(self, **which: Any) -> Bot | None:
        return await _through(self._kept.find_bot, **which)

    async def async_find_installation(self, **which: Any) -> Installation | None:
        return await _through(self._kept.find_installation, **which)

    async def async_delete_bot(self, **which: Any) -> None:
        await _through(self._kept.delete_bot, **which)

    async def async_delete_installation(self, **which: Any) -> None:
        await _through(self._kept.delete_installation, **which)

    async def save_as_is(self, installation: Installation) -> None:
        await _through(self._kept.save, installation)

    async def all(self) -> list[Installation]:
        """Every installation with a bot, open; Refused when no key opens one of them."""
        return await _through(self._kept.all)

    async def forget_user(self, enterprise: str | None, team: str | None, user: str) -> None:
        await _through(self._kept.forget_user, enterprise, team, user)

    def relock(self) -> tuple[int, int]:
        """As `golive keys rotate` does: how many tokens there are, and how many had an older key."""
        return self._kept.relock()

    def by_our_clock(self, one: Installation) -> Installation:
        """slack_sdk counts by the machine's clock, which need not be the one golive lives by."""
        now = self._now()
        off = (now - datetime.now(UTC)).total_seconds()
        one.installed_at = now.timestamp()
        for name in ("bot_token_expires_at", "user_token_expires_at"):
            if (until := getattr(one, name)) is not None:
                setattr(one, name, round(until + off))
        return one

    def dispose(self) -> None:
        self._kept.engine.dispose()


class Fate(Enum):
    """What became of the state of an installation that somebody comes back with."""

    FRESH = "fresh"
    USED = "used"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


class States(AsyncOAuthStateStore):
    """States that installations are begun with. They are signed, so that nothing is stored for whoever only
    opens the page; a used one is, so that of two who come at once with it one is let in."""

    def __init__(self, engine: Engine, now: Now, secret: str) -> None:
        """`secret` is the app's own; the states of another app open nothing."""
        self._engine = engine
        self._now = now
        self._key = secret.encode()

    @property
    def logger(self) -> logging.Logger:
        return log

    async def async_issue(self, *args: Any, **more: Any) -> str:
        until = self._now() + STATES_LAST
        return self._signed(f"{secrets.token_urlsafe(24)}.{until.timestamp():.0f}")

    async def async_consume(self, state: str) -> bool:
        """Whether it was issued here, not long ago, and is used for the first time."""
        until = self._until(state)
        if until is None or until <= self._now():
            return False
        return await _through(self._used_now, state, until)

    async def fate(self, state: str | None) -> Fate:
        until = self._until(state)
        if until is None:
            return Fate.UNKNOWN
        if await _through(self._was_used, state):
            return Fate.USED
        return Fate.FRESH if until > self._now() else Fate.EXPIRED

    def _signed(self, words: str) -> str:
        proof = hmac.new(self._key, f"{SIGNED}{words}".encode(), hashlib.sha256).hexdigest()
        return f"{words}.{proof}"

    def _until(self, state: str | None) -> datetime | None:
        """Until when it is good; None for one that was not made here."""
        words, _, _ = (state or "").rpartition(".")
        ours = self._signed(words).encode()
        if not words or not hmac.compare_digest(ours, str(state).encode()):
            return None
        return datetime.fromtimestamp(int(words.rpartition(".")[2]), UTC)

    def _used_now(self, state: str, until: datetime) -> bool:
        now = self._now()
        row = {"state": state, "expire_at": _naive(until), "used_at": _naive(now)}
        try:
            with self._engine.begin() as connection:
                over = delete(oauth_states).where(oauth_states.c.expire_at < _naive(now - REMEMBERED))
                connection.execute(over)
                connection.execute(insert(oauth_states), row)
        except IntegrityError:  # it stands there already
            return False
        return True

    def _was_used(self, state: str) -> bool:
        with self._engine.connect() as connection:
            found = connection.execute(select(oauth_states.c.id).where(oauth_states.c.state == state))
            return found.first() is not None


def _naive(moment: datetime) -> datetime:
    """As slack_sdk's tables have it: UTC, without saying so."""
    return moment.astimezone(UTC).replace(tzinfo=None)
