"""Does anything of one workspace ever reach another? Every verb there is is asked for it, also one that was
added yesterday."""

from __future__ import annotations

import enum
import inspect
import itertools
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import MISSING, fields, is_dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import Executable, select

from bot.domain.errors import BotError
from bot.domain.plan import Plan
from bot.tracker import Actor, Tracker, Where
from storage import Message, Store, Transaction, erase, models
from tests.journeys.world import ANA, BEN, CHANNEL, CHEN, DITA, HARBOR

OURS, THEIRS = "T0OURS", "T0THEIRS"
SECRET = "zanzibar"  # stands in everything that is ours, and in nothing else
NOW = datetime(2027, 3, 1, 10, 0, tzinfo=UTC)
TS = "1803891601.000100"

# ——— what is ours


def ours(store: Store) -> Tracker:
    """A project with something of every kind, all of it saying the secret."""
    tracker = Tracker(store, lambda: NOW)
    text = HARBOR.read_text().replace("Harbor booking go-live", f"Harbor {SECRET}")
    text = text.replace("title: ", f"title: {SECRET} ").replace("evidence: ", f"evidence: {SECRET} ")
    text = text.replace("customer: ", f"customer: {SECRET} ").replace("role: ", f"role: {SECRET} ")
    tracker.load(text, "harbor.yaml", workspace=OURS, actor="cli:test")
    tracker.members_are(OURS, CHANNEL, [ANA, BEN, CHEN, DITA], before=frozenset())
    with store.transaction() as tx:
        for workspace in (OURS, THEIRS):
            tx.keep_belonging(workspace, dict.fromkeys((ANA, BEN, CHEN, DITA), "here"), NOW)
    lead, here = Actor(OURS, ANA), Where(channel=CHANNEL)
    for verb, words in (
        (tracker.assume, f"the {SECRET} tide holds on feed"),
        (tracker.note_decision, f"We cut over at {SECRET} on feed"),
    ):
        verb(lead, here, words)
    tracker.block(lead, here, "training", f"no {SECRET} boat, waiting on the port")
    tracker.mute(lead, here, "training")
    tracker.poll(lead, here)
    tracker.answer_news(lead, "harbor", None, f"all {SECRET}")
    tracker.read_notes(lead, here, f"Decision: we take the {SECRET} berth.\nOwner: Ben takes feed.")
    with store.transaction() as tx:
        tx.emit(OURS, CHANNEL, "k1", "direct_reply", {"lines": [SECRET], "channel": CHANNEL}, at=NOW)
        offer = {"channel": CHANNEL, "thread": TS, "slot": "1", "ts": TS, "user": ANA, "kind": "blocker"}
        tx.offer(OURS, "harbor", **offer, said={"text": SECRET}, at=NOW)
        tx.keep("Ev1", f"{OURS}/C", {"team_id": OURS, "event": {"text": SECRET}}, NOW)
    tracker.plan(OURS)
    return tracker


def everything_of(store: Store, workspace: str) -> list[str]:
    """Each row of a workspace, in words."""
    found = []
    with store.reading() as tx:
        for table in models.Row.metadata.sorted_tables:
            if "workspace" in table.c:
                mine: Executable = select(table).where(table.c.workspace == workspace)
                found += [f"{table.name} {tuple(row)!r}" for row in tx.run(mine)]
    return sorted(found)


# ——— somebody elsewhere, with our keys in hand


class Elsewhere:
    """Makes what a verb asks for, as somebody of another workspace would who knows all our keys and ids."""

    def __init__(self, store: Store, plan: Plan | None) -> None:
        self._store = store
        self._plan = plan
        self.has_a_project = plan is not None
        with store.reading() as tx:
            kept = [tx.message(OURS, str(row.key)) for row in tx.run(select(models.outbox.c.key))]
        self._messages = [replace(m, workspace=THEIRS) for m in kept if m is not None]

    def arguments(self, verb: Callable[..., Any], tx: Transaction | None) -> Iterator[dict[str, Any]]:
        """A few ways to ask."""
        asks = inspect.signature(verb).parameters
        places = (
            [Where(channel=CHANNEL), Where(project="harbor", direct=True)] if "where" in asks else [Where()]
        )
        numbers = len(self._messages) if "message" in asks else 1
        for who, where in itertools.product((ANA, BEN), places):
            for key, number in itertools.product(("harbor", "feed", "B1"), range(max(1, numbers))):
                yield self._asked(verb, who, where, key, number, tx)

    def _asked(
        self,
        verb: Callable[..., Any],
        who: str,
        where: Where,
        key: str,
        number: int,
        tx: Transaction | None,
    ) -> dict[str, Any]:
        self._who, self._where, self._key, self._number, self._tx = who, where, key, number, tx
        hints, made = typing.get_type_hints(verb), {}
        for name, parameter in inspect.signature(verb).parameters.items():
            if parameter.kind is parameter.VAR_KEYWORD:
                continue
            optional = parameter.default is not parameter.empty
            if not optional or name in ("where", "key", "workspace", "project"):
                made[name] = self._value(name, hints.get(name, str))
        return made

    def _value(self, name: str, kind: Any) -> Any:
        words = self._words(name)
        origin = typing.get_origin(kind)
        if origin in (typing.Union, types.UnionType):
            inner = [one for one in typing.get_args(kind) if one is not type(None)]
            return self._value(name, str if str in inner else inner[0])
        plain = {
            str: words,
            bytes: words.encode(),
            int: 1,
            float: 1.0,
            bool: False,
            datetime: NOW,
            date: NOW.date(),
            time: time(9),
            timedelta: timedelta(days=1),
            Actor: Actor(THEIRS, self._who),
            Where: self._where,
            Plan: self._plan,
            Transaction: self._tx,
            Any: words,
        }
        if kind in plain:
            return plain[kind]
        if kind is Message:
            return self._messages[self._number % len(self._messages)] if self._messages else None
        if origin in (dict, Mapping) or kind in (dict, Mapping):
            return {}
        if origin in (list, tuple, set, frozenset, Sequence, Iterable, typing.Iterable) or kind is frozenset:
            return ()
        if isinstance(kind, type) and issubclass(kind, enum.Enum):
            return next(iter(kind))
        if is_dataclass(kind):
            return self._record(kind)
        return None

    def _record(self, kind: Any) -> Any:
        hints = typing.get_type_hints(kind)
        wanted = [
            one
            for one in fields(kind)
            if one.default is MISSING and one.default_factory is MISSING and one.init
        ]
        return kind(**{one.name: self._value(one.name, hints[one.name]) for one in wanted})

    def _words(self, name: str) -> str:
        return {
            "workspace": THEIRS,
            "channel": CHANNEL,
            "old": CHANNEL,
            "new": "C0NEW",
            "user": BEN,
            "author": self._who,
            "actor": "cli:test",
            "ts": TS,
            "thread": TS,
            "project": "harbor",
            "subject": f"harbor item:{self._key}",
            "message": "k1",
            "text": "blocker: the gate is stuck on feed",
            "words": "feed",
            "why": "it is so",
            "entity": "item",
            "state": "open",
            "filename": "x.yaml",
            "until": "Friday",
            "emoji": "eyes",
        }.get(name, self._key)


def verbs_of(kind: type) -> list[str]:
    found = inspect.getmembers(kind, inspect.isfunction)
    return [name for name, _ in found if not name.startswith("_")]


def said_by(result: object) -> str:
    """All that comes back, whatever it is."""
    if isinstance(result, AbstractContextManager):
        with result as inner:
            return repr(inner)
    if isinstance(result, Iterator):
        return repr(list(result))
    return repr(result)


def attempt(call: Callable[[], object]) -> tuple[bool, str]:
    """Whether it was answered, and everything that was said."""
    try:
        return True, said_by(call())
    except BotError as refusal:
        return False, str(refusal)
    except Exception as nonsense:  # what it was asked with makes no sense to it: it tells nothing either
        return False, repr(nonsense)


@pytest.fixture(params=["nothing of its own", "a project of the same key, channel and people"])
def elsewhere(request: pytest.FixtureRequest, store: Store) -> tuple[Store, Elsewhere]:
    """Our workspace full, and another one that is empty, or looks just like ours from outside."""
    tracker = ours(store)
    plan = None
    if request.param != "nothing of its own":
        tracker.load(HARBOR.read_text(), "harbor.yaml", workspace=THEIRS, actor="cli:test")
        tracker.members_are(THEIRS, CHANNEL, [ANA, BEN, CHEN, DITA], before=frozenset())
        plan = tracker.stored_plan(THEIRS, "harbor")
    return store, Elsewhere(store, plan)


# What ends the process's own work, or is nobody's question: nothing of a workspace is in it.
OF_NOBODY = {"end", "version", "templates"}


def test_no_verb_of_the_tracker_crosses(elsewhere: tuple[Store, Elsewhere]) -> None:
    store, other = elsewhere
    tracker = Tracker(store, lambda: NOW)
    before = everything_of(store, OURS)
    answered = set()
    for name in sorted(set(verbs_of(Tracker)) - OF_NOBODY):
        verb = getattr(tracker, name)
        needs = "tx" in inspect.signature(verb).parameters
        for asked in other.arguments(verb, None):
            if needs:
                ok, said = within_a_transaction(store, verb, asked)
            else:
                ok, said = attempt(lambda verb=verb, asked=asked: verb(**asked))
            answered |= {name} if ok else set()
            assert SECRET not in said, f"{name}({asked}) tells: {said[:300]}"
        assert everything_of(store, OURS) == before, f"{name} changed what is ours"
    assert not [row for row in everything_of(store, THEIRS) if SECRET in row]
    own = other.has_a_project
    assert len(answered) > (70 if own else 40), f"hardly anything was really asked: {sorted(answered)}"


def within_a_transaction(store: Store, verb: Callable[..., Any], asked: dict[str, Any]) -> tuple[bool, str]:
    def call() -> object:
        with store.transaction() as tx:
            return said_by(verb(**{**asked, "tx": tx}))

    return attempt(call)


# These are given a number that only another question of the same workspace answers (a project's, a row's, a
# `Due`, a plan in hand), or are the process's own: queues, housekeeping, and what is common to all.
BY_NUMBER = {
    *("acknowledge", "answer_offer", "answered_by", "around", "as_seen", "board_ends", "board_looked"),
    *("board_shows", "bring_back", "cancel", "change_offer", "decide", "digest_before", "digest_of"),
    *("dismissed", "entries", "events_about", "events_lately", "events_of_items", "grant", "hand_over"),
    *("handed_over", "handovers", "history", "home_looked", "home_shown", "home_unknown", "keep_digest"),
    *("last_decided", "last_words", "look_again", "looked", "news", "news_came", "poll", "promise"),
    *("record", "watched", "withdraw", "mark", "save", "note_withheld"),
    *("change_heard", "note_heard", "track"),  # their value names its workspace
}
OF_ALL = {
    *("boards_on", "drop_drafts_of", "drop_uploads_of", "end", "forget", "forget_glances"),
    *("forget_offers", "handled", "homes_open", "in_sending", "insert_new", "insert_or", "keep", "keep_many"),
    *("lanes", "next_due", "not_handled", "removed_before", "run", "standings", "unhandled", "workspaces"),
}


def test_every_question_to_the_store_names_its_workspace_or_is_known_to_need_none() -> None:
    unnamed = {
        name
        for name in verbs_of(Transaction)
        if not {"workspace", "places"} & set(inspect.signature(getattr(Transaction, name)).parameters)
    }
    new = unnamed - BY_NUMBER - OF_ALL
    assert not new, f"give these a workspace, or say here why they need none: {sorted(new)}"
    assert not (BY_NUMBER | OF_ALL) - set(verbs_of(Transaction))


# Of these the workspace given is the one that is meant.
REMOVING = {"erase", "begin_to_forget"}


def test_no_question_to_the_store_crosses(elsewhere: tuple[Store, Elsewhere]) -> None:
    store, other = elsewhere
    before = everything_of(store, OURS)
    for name in sorted(set(verbs_of(Transaction)) - BY_NUMBER - OF_ALL - REMOVING):
        for asked in other.arguments(getattr(Transaction, name), None):
            given = {key: value for key, value in asked.items() if key != "self"}

            def call(name: str = name, given: dict[str, Any] = given) -> object:
                with store.transaction() as tx:
                    return said_by(getattr(tx, name)(**given))

            _, said = attempt(call)
            assert SECRET not in said, f"{name}({given}) tells: {said[:300]}"
        assert everything_of(store, OURS) == before, f"{name} changed what is ours"


def test_every_table_says_whose_its_rows_are() -> None:
    shared = {"workspaces", "slack_bots", "slack_installations", "slack_oauth_states"}
    without = {table.name for table in models.Row.metadata.sorted_tables if "workspace" not in table.c}
    assert without == shared


def test_forgetting_one_leaves_nothing_of_it_and_all_of_the_other(store: Store) -> None:
    tracker = ours(store)
    tracker.load(HARBOR.read_text(), "harbor.yaml", workspace=THEIRS, actor="cli:test")
    kept = everything_of(store, THEIRS)
    with store.reading() as tx:
        assert tx.belongings(OURS)["events"] > 5
    erase(store, OURS, NOW)
    assert everything_of(store, OURS) == []
    assert everything_of(store, THEIRS) == kept
    with store.reading() as tx:
        assert set(tx.belongings(OURS).values()) == {0}
        assert OURS not in tx.workspaces()


def test_a_project_that_comes_after_a_forgotten_one_is_not_taken_for_it(store: Store) -> None:
    tracker = ours(store)
    assert SECRET in tracker.export(OURS, "harbor")
    erase(store, OURS, NOW)
    tracker.load(HARBOR.read_text(), "harbor.yaml", workspace=OURS, actor="cli:test")
    assert SECRET not in tracker.export(OURS, "harbor")
