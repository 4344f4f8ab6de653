"""Are polls kept, counted and settled once, and can nothing alter a decision?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from bot.domain.errors import Conflict
from bot.domain.gonogo.voting import Condition, Poll, Seat, Vote, Word
from storage import Store
from tests.storage.plans import BY_FILE, north

NOW = datetime(2027, 5, 5, 10, 0, tzinfo=UTC)
SEATS = (
    Seat(role="Network", person="ana", name="Ana", user="U1", people=("ana",)),
    Seat(role="Lab", person="ben", name="Ben", user="U2", people=("ben", "cy"), instead_of="cy"),
)
POLL = Poll(
    number=0,
    opened_by="U9",
    opened_at=NOW,
    closes_at=NOW + timedelta(hours=4),
    seats=SEATS,
    not_asked=("Porter is not asked: nobody has that role.",),
    revision=3,
)
CONDITION = Condition(
    text="A second line", owner="U3", name="Cy", due=date(2027, 5, 10), permalink="https://x/p1"
)
RECORD = {"watch": {"gates": ["vpn", "sso"], "revision": 7}, "words": "as they were", "hash": "abc"}


def vote(role: str, word: Word, *conditions: Condition, why: str | None = None) -> Vote:
    return Vote(role=role, person="ana", user="U1", word=word, at=NOW, why=why, conditions=conditions)


@pytest.fixture
def project(store: Store) -> int:
    """The row id of a project."""
    with store.transaction() as tx:
        saved = tx.save(None, north(), **BY_FILE)
    assert saved.project.id is not None
    return saved.project.id


def opened(store: Store, project: int, poll: Poll = POLL) -> Poll:
    with store.transaction() as tx:
        return tx.open_poll("local", project, poll)


def decided(store: Store, project: int, number: int = 1) -> bool:
    with store.transaction() as tx:
        return tx.decide(project, number, Word.GO, by="U9", at=NOW, why="ready", record=RECORD)


def test_a_poll_comes_back_as_it_was_opened(store: Store, project: int) -> None:
    assert opened(store, project) == replace(POLL, number=1)
    with store.reading() as tx:
        assert tx.poll(project) == tx.poll(project, 1) == replace(POLL, number=1)
        assert tx.poll(project, 2) is None
        assert tx.last_decided(project) is None


def test_a_second_poll_is_refused_while_one_is_open(store: Store, project: int) -> None:
    opened(store, project)
    with pytest.raises(Conflict, match="open already"):
        opened(store, project)
    with store.transaction() as tx:
        assert tx.cancel(project, 1, by="U9", at=NOW, why="too early")
    assert opened(store, project).number == 2


def test_an_answer_takes_the_place_of_the_one_before(store: Store, project: int) -> None:
    opened(store, project)
    with store.transaction() as tx:
        assert tx.vote("local", project, 1, vote("Network", Word.NO_GO, why="mould"))
        assert tx.vote("local", project, 1, vote("Lab", Word.GO))
        assert tx.vote("local", project, 1, vote("Network", Word.CONDITIONS, CONDITION))
    with store.reading() as tx:
        poll = tx.poll(project)
    assert poll
    assert {each.role: each for each in poll.votes} == {
        "Lab": vote("Lab", Word.GO),
        "Network": vote("Network", Word.CONDITIONS, CONDITION),
    }


def test_what_is_decided_is_decided_once_and_nothing_is_answered_after(store: Store, project: int) -> None:
    opened(store, project)
    assert decided(store, project)
    assert not decided(store, project)
    with store.transaction() as tx:
        assert not tx.cancel(project, 1, by="U1", at=NOW, why="no")
        assert not tx.vote("local", project, 1, vote("Network", Word.NO_GO, why="late"))
    with store.reading() as tx:
        poll = tx.poll(project)
        assert poll
        assert (poll.state, poll.decision, poll.decided_by, poll.why) == ("decided", Word.GO, "U9", "ready")
        assert poll.votes == ()
        assert tx.record(project, 1) == RECORD
        assert tx.last_decided(project) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "update polls set record = '{}'",
        "update polls set decision = 'no-go', why = 'changed'",
        "update polls set state = 'open'",
        "update polls set asked = '{}'",
        "update votes set vote = 'no-go'",
        "delete from votes",
        'insert into votes (project_id, workspace, number, role, "user", vote, conditions, at) '
        "select project_id, workspace, number, 'Late', \"user\", vote, conditions, at from votes",
    ],
)
def test_the_database_itself_refuses_to_alter_a_decision(
    store: Store, project: int, database_url: str, statement: str
) -> None:
    opened(store, project)
    with store.transaction() as tx:
        tx.vote("local", project, 1, vote("Network", Word.GO))
    decided(store, project)
    engine = create_engine(database_url)
    with pytest.raises(DBAPIError, match="never altered"), engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()
    with store.reading() as tx:
        assert tx.record(project, 1) == RECORD


def test_an_open_poll_can_still_be_changed(store: Store, project: int, database_url: str) -> None:
    opened(store, project)
    with store.transaction() as tx:
        tx.vote("local", project, 1, vote("Network", Word.GO))
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("update votes set why = 'x'"))
        connection.execute(text("delete from votes"))
    engine.dispose()


def test_a_decided_project_that_was_local_becomes_a_workspaces(store: Store, project: int) -> None:
    opened(store, project)
    decided(store, project)
    with store.transaction() as tx:
        tx.adopt("T1")
    with store.reading() as tx:
        assert tx.record(project, 1) == RECORD


def test_the_last_poll_of_each_project_is_watched_without_its_record(store: Store, project: int) -> None:
    with store.reading() as tx:
        assert tx.watched([project, 999]) == {}
    opened(store, project)
    with store.reading() as tx:
        assert tx.watched([project])[project].poll.state == "open"
    decided(store, project)
    opened(store, project)
    with store.transaction() as tx:
        tx.cancel(project, 2, by="U9", at=NOW, why="no need")
    with store.reading() as tx:
        seen = tx.watched([project])[project]
    assert (seen.poll.number, seen.gates, seen.revision) == (1, ("vpn", "sso"), 7)


def test_what_cannot_be_stored_as_text_is_cleaned(store: Store, project: int) -> None:
    opened(store, project)
    with store.transaction() as tx:
        tx.vote("local", project, 1, vote("Network", Word.NO_GO, why="no\x00t yet"))
    with store.reading() as tx:
        poll = tx.poll(project)
    assert poll
    assert poll.votes[0].why == "not yet"
