"""Is everything there that was told to be stored, and nothing by halves, when the process is killed?"""

from __future__ import annotations

import multiprocessing
import os
import random
import threading
import time
from dataclasses import replace
from multiprocessing.connection import Connection

from sqlalchemy import text

from bot.domain.plan import Plan, Project
from storage import Store
from tests.storage.plans import BY_FILE, NOW

KILLS = int(os.environ.get("GOLIVE_KILLS", "20"))
WRITERS = 4

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["storage"])


def write_for_ever(url: str, life: int, said: Connection) -> None:
    """Change the plan, keep an event and emit a message, each time together, and say so once it is stored."""
    store = Store(url)
    saying = threading.Lock()

    def write(writer: int) -> None:
        for n in range(1_000_000):
            name = f"{life}-{writer}-{n}"
            with store.transaction() as tx:
                plan = tx.plan("local", "p")
                assert plan
                head = replace(plan.project, name=name)
                tx.save(plan, replace(plan, project=head), actor="U1", act="edit", at=NOW)
                assert tx.keep(name, "C1", {"n": n}, NOW)
                assert tx.emit("T1", "C1", name, "note", {"n": n}, at=NOW)
            with saying:
                said.send(name)

    for writer in range(WRITERS):
        threading.Thread(target=write, args=(writer,), daemon=True).start()
    threading.Event().wait()


def live(url: str, life: int, chance: random.Random) -> set[str]:
    """Let a process write, kill it at some moment; what it had said to be stored."""
    hears, says = _forks.Pipe(duplex=False)
    process = _forks.Process(target=write_for_ever, args=(url, life, says))
    process.start()
    says.close()
    said: set[str] = set()
    if chance.random() < 0.8:  # else it may die while it opens the database
        said.add(hears.recv())
    time.sleep(chance.uniform(0, 0.05))
    process.kill()
    process.join()
    try:
        while True:
            said.add(hears.recv())
    except (EOFError, OSError):
        hears.close()
    return said


def test_a_killed_process_loses_nothing_it_confirmed(database_url: str) -> None:
    seed = random.randrange(1_000_000)
    print(f"seed {seed}")  # noqa: T201
    chance = random.Random(seed)
    store = Store(database_url)
    with store.transaction() as tx:
        tx.save(None, Plan(project=Project(key="p", name="")), **BY_FILE)
    store.close()

    said: set[str] = set()
    for life in range(KILLS):
        said |= live(database_url, life, chance)
    assert len(said) >= KILLS / 2

    store = Store(database_url)
    with store.reading() as tx:
        plan = tx.plan("local", "p")
        events = tx.events("local", "p", after_revision=1)
        kept = tx.run(text("select event_id from inbox")).scalars().all()
        emitted = tx.run(text("select key from outbox")).scalars().all()
    store.close()
    assert plan
    names = [event.change.after for event in events]
    assert said <= set(names)
    assert sorted(names) == sorted(kept) == sorted(emitted)
    assert len(set(names)) == len(names) == plan.project.revision - 1
    assert plan.project.name == names[-1]
