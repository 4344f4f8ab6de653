"""What did Slack see: what was lost, said twice, out of order, or faster than it allows?"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from sandbox import Sandbox
from storage import Store, models

WAITS = ("waiting", "sending")
ON_ITS_WAY = 0.2  # seconds


@dataclass(frozen=True)
class Count:
    """The four numbers that have to be 0, each as what makes it up, and how much was said in all."""

    said: int
    things: int
    lost: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    out_of_order: tuple[str, ...] = ()
    too_fast: tuple[str, ...] = ()

    @property
    def clean(self) -> bool:
        return not (self.lost or self.doubled or self.out_of_order or self.too_fast)

    def __str__(self) -> str:
        return (
            f"{self.said:,} messages, {self.things:,} things said; lost {len(self.lost)}, doubled "
            f"{len(self.doubled)}, out of order {len(self.out_of_order)}, faster than Slack allows "
            f"{len(self.too_fast)}"
        )


@dataclass
class Log:
    """The messages of the bot as they stand in a sandbox, by their keys."""

    messages: Counter[str] = field(default_factory=Counter)
    things: Counter[str] = field(default_factory=Counter)
    places: dict[str, tuple[str, str]] = field(default_factory=dict)  # key: channel, ts

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(self.messages) | frozenset(self.things)

    @property
    def doubled(self) -> tuple[str, ...]:
        return tuple(key for key, times in (self.messages + self.things).items() if times > 1)


def report(line: str) -> None:
    """For whoever runs the long version; pytest shows it with -s, and when a test fails."""
    sys.stdout.write(f"\n  {line}\n")


def read(slack: Sandbox) -> Log:
    log = Log()
    for channel, message in _from_bot(slack):
        payload = message["metadata"]["event_payload"]
        log.messages[payload["key"]] += 1
        log.things.update(str(payload.get("says", "")).split())
        log.places[payload["key"]] = (channel, message["ts"])
    return log


def count(slack: Sandbox, store: Store, *, expected: frozenset[str] = frozenset()) -> Count:
    """`expected` are the keys a bot in fine weather said."""
    log, rows = read(slack), _outbox(store)
    return Count(
        said=log.messages.total(),
        things=log.things.total(),
        lost=(*sorted(expected - log.keys), *_lost(log, rows), *_left(store)),
        doubled=log.doubled,
        out_of_order=tuple(_out_of_order(rows)),
        too_fast=tuple(_too_fast(slack)),
    )


def _from_bot(slack: Sandbox) -> Iterator[tuple[str, dict[str, Any]]]:
    for id, channel in slack.state.channels.items():
        for message in channel.messages.values():
            if message.get("user") == slack.state.app.bot_user and message.get("metadata"):
                yield id, message


def _outbox(store: Store) -> list[Any]:
    with store.reading() as tx:
        return list(tx.run(select(models.outbox).order_by(models.outbox.c.id)))


def _lost(log: Log, rows: list[Any]) -> Iterator[str]:
    """What waits still, and what is noted as said and is not there."""
    for row in rows:
        posted = row.kind in ("nudge", "digest", "digest_rest", "trouble", "direct_reply")
        if row.state in WAITS:
            yield f"{row.kind} to {row.channel} is {row.state}"
        elif row.state == "sent" and posted and log.places.get(row.key, ("", ""))[1] != row.ts:
            yield f"{row.kind} to {row.channel} at {row.ts} is not there"


def _left(store: Store) -> Iterator[str]:
    """What was planned and forgotten."""
    with store.reading() as tx:
        planned = tx.run(select(models.ledger).where(models.ledger.c.state == "planned"))
        yield from (f"{row.subject} to {row.person} is still planned" for row in planned)


def _out_of_order(rows: list[Any]) -> Iterator[str]:
    """What was to be said earlier in a conversation and was said later."""
    last: dict[str, str] = {}
    for row in rows:
        if row.state == "sent" and row.ts and row.kind in ("nudge", "digest", "digest_rest", "trouble"):
            if last.get(row.conversation, "") >= row.ts:
                yield f"{row.kind} in {row.conversation} at {row.ts}"
            last[row.conversation] = row.ts


def _too_fast(slack: Sandbox) -> Iterator[str]:
    """Calls that Slack itself refused as too many, or too soon after it asked for a pause; not those that
    were on their way when it asked."""
    asked: dict[str, float] = {}
    for call in slack.state.calls:
        if call.get("fault") == "429":
            asked[call["method"]] = call["at"]
        elif call["error"] == "ratelimited" and call["at"] - asked.get(call["method"], 0) > ON_ITS_WAY:
            yield f"{call['method']} at {call['at']}"
