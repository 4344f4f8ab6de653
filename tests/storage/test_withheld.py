"""That nothing which says who a patient is reaches a byte of the database, whichever way it comes."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import make_url

from bot.domain.patientdata import WITHHELD, PatientData, Withheld
from bot.domain.plan import Assumption, Blocker, Item, Person, Plan, Project, Waiver
from storage import Answer, Entry, Heard, Store, Transaction

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
SECRET = "00482913"
SAID = f"Jane Roe, DOB 3/12/1958, MRN {SECRET}"


def everything_in(store_url: str) -> bytes:
    """Every byte of an SQLite file and its log; every value of every table of a server."""
    url = make_url(store_url)
    if url.get_backend_name() == "sqlite":
        assert url.database
        folder, name = Path(url.database).parent, Path(url.database).name
        return b"".join(file.read_bytes() for file in folder.glob(f"{name}*"))
    engine = create_engine(url.set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        tables = inspect(engine).get_table_names()
        found = [repr(connection.execute(text(f'SELECT * FROM "{table}"')).all()) for table in tables]
    engine.dispose()
    return "\n".join(found).encode()


def is_in(store_url: str) -> bool:
    held = everything_in(store_url)
    return any(word.encode() in held for word in (SECRET, "Jane Roe", "3/12/1958"))


def a_plan() -> Plan:
    return Plan(
        project=Project(key="harbor", name="Harbor", workspace="T1", channel="C1", lead="ana"),
        people=(Person(key="ana", name="Ana Reyes", slack="U1"),),
        items=(Item(key="vpn", title="VPN tunnel up", owner="ana"),),
    )


def saved(store: Store) -> Plan:
    with store.transaction() as tx:
        return tx.save(None, a_plan(), actor="test", act="new", at=NOW)


def changed(plan: Plan, **fields: object) -> Plan:
    return replace(plan, items=(replace(plan.item["vpn"], **fields),))  # type: ignore[arg-type]


WAYS: dict[str, Callable[[Plan], Plan]] = {
    "a title": lambda plan: changed(plan, title=SAID),
    "a description": lambda plan: changed(plan, description=SAID),
    "evidence": lambda plan: changed(plan, evidence=f"screenshot of {SAID}"),
    "a waiver": lambda plan: changed(plan, waived=Waiver(by="ana", why=SAID)),
    "a new item": lambda plan: replace(plan, items=(*plan.items, Item(key="new", title=SAID))),
    "a key": lambda plan: replace(plan, items=(*plan.items, Item(key=f"mrn-{SECRET}", title="x"))),
    "a blocker": lambda plan: replace(
        plan, blockers=(Blocker(id="B1", text=SAID, raised=NOW.date(), raised_by="U1"),)
    ),
    "an assumption": lambda plan: replace(plan, assumptions=(Assumption(id="A1", text=SAID),)),
    "a person": lambda plan: replace(plan, people=(*plan.people, Person(key="x", name=SAID))),
    "the project's name": lambda plan: replace(plan, project=replace(plan.project, name=SAID)),
    "a title and a description together": lambda plan: changed(
        plan, title="Chart of Jane Roe", description="born on 3/12/1958 it says"
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_plan_that_says_who_a_patient_is_is_refused_whole(
    store: Store, database_url: str, way: str
) -> None:
    plan = saved(store)
    with pytest.raises(PatientData) as refusal, store.transaction() as tx:
        tx.save(plan, WAYS[way](plan), actor="U1", act="edit", at=NOW)
    assert SECRET not in str(refusal.value)
    with store.reading() as tx:
        assert tx.plan("T1", "harbor") == plan
    assert not is_in(database_url)


def test_what_is_looked_through_holds_what_is_stored(store: Store, database_url: str) -> None:
    saved(store)
    assert b"VPN tunnel up" in everything_in(database_url)


def _act(tx: Transaction, plan: Plan) -> None:
    after = changed(plan, due=NOW.date())
    tx.save(plan, after, actor="U1", act=f"unblock: {SAID}", at=NOW)


def _news(tx: Transaction, plan: Plan) -> None:
    due = tx.due("T1", "harbor")
    assert due is not None
    tx.news_came(due, Answer(person="U1", day=NOW.date(), at=NOW, text=SAID))


def _dismissed(tx: Transaction, plan: Plan) -> None:
    tx.offer(
        "T1",
        "harbor",
        channel="C1",
        thread="1.1",
        slot="",
        ts="1.1",
        user="U1",
        kind="blocker",
        said={"text": SAID},
        at=NOW,
    )


@pytest.mark.parametrize("write", [_act, _news, _dismissed], ids=["why", "news", "an offer"])
def test_what_people_say_besides_is_refused(
    store: Store, database_url: str, write: Callable[[Transaction, Plan], None]
) -> None:
    plan = saved(store)
    with pytest.raises(PatientData), store.transaction() as tx:
        write(tx, plan)
    assert not is_in(database_url)


def test_an_event_is_kept_without_what_it_says(store: Store, database_url: str) -> None:
    body = {"team_id": "T1", "event_id": "Ev1", "event": {"type": "message", "ts": "1.1", "text": SAID}}
    with store.transaction() as tx:
        assert tx.keep("Ev1", "C1", body, NOW)
    with store.reading() as tx:
        (kept,) = tx.unhandled(1)
    assert kept.body["event"] == {"type": "message", "ts": "1.1", "text": WITHHELD}
    assert not is_in(database_url)


def test_what_golive_says_itself_is_kept_without_it(store: Store, database_url: str) -> None:
    plan = saved(store)
    with store.transaction() as tx:
        tx.emit("T1", "C1", "k1", "direct_reply", {"lines": [SAID], "user": "U1"}, at=NOW)
        tx.emit_many("T1", [("C1", "k2", "direct_reply", {"lines": [SAID]})], NOW)
        tx.keep("Ev2", "C1", {"event": {}}, NOW)
        (kept,) = tx.unhandled(1)
        tx.not_handled(kept.id, f"ValueError: {SAID}")
        message = tx.message("T1", "k1")
        assert message is not None
        tx.mark(message.id, "waiting", "failed", error=SAID)
        entry = Entry(
            key="e1", person="U1", kind="daily", subject="s", fingerprint="f", words=SAID, at=NOW, why=SAID
        )
        tx.enter("T1", [replace(entry, project=plan.project.id)])
        due = tx.due("T1", "harbor")
        assert due is not None
        tx.keep_digest(due, NOW.date(), {"thread": [SAID]}, NOW, None)
        tx.cannot_reach("T1", "U1", SAID, NOW)
    assert not is_in(database_url)


def test_an_event_set_aside_is_not_repeated_in_the_log(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    with store.transaction() as tx:
        tx.keep("Ev1", "C1", {"event": {}}, NOW)
        (kept,) = tx.unhandled(1)
    with caplog.at_level(logging.DEBUG):
        for _ in range(5):
            with store.transaction() as tx:
                tx.not_handled(kept.id, f"ValueError: {SAID}")
    assert "set Ev1 aside" in caplog.text
    assert SECRET not in caplog.text


def test_that_something_was_withheld_is_an_event_that_changes_nothing(store: Store) -> None:
    plan = saved(store)
    one = Withheld(user="U2", channel="C1", ts="1.1", at=NOW, permalink="https://slack.example/p11")
    with store.transaction() as tx:
        tx.note_withheld(plan, one)
    with store.reading() as tx:
        assert tx.withheld("T1", "harbor", NOW - timedelta(hours=1)) == [one]
        assert tx.withheld("T1", "harbor", NOW + timedelta(hours=1)) == []
        assert tx.plan("T1", "harbor") == plan
        assert {event.act for event in tx.events("T1", "harbor")} == {"new"}
        due = tx.due("T1", "harbor")
        assert due is not None
        around = tx.around([due], since=NOW - timedelta(days=1), without=())
        assert {event.act for event in around[due.id].events} == {"new"}


def test_a_message_that_was_withheld_is_noted_without_even_a_hash(store: Store) -> None:
    heard = Heard(workspace="T1", channel="C1", ts="1.1", project="harbor", kind="nothing", author="U1")
    with store.transaction() as tx:
        assert tx.note_heard(heard)
    with store.reading() as tx:
        assert tx.heard("T1", "C1", "1.1") == heard
