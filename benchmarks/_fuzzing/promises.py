"""What must hold whatever comes in, and does it?"""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from benchmarks._fuzzing import payloads
from benchmarks._fuzzing.events import CHANNEL, called_back, written
from benchmarks._fuzzing.mutations import FORM, HTTP, JSON, SOCKET, Case, case
from benchmarks._fuzzing.payloads import COMMAND, EVENT, Payload, press
from benchmarks._fuzzing.subject import ACK_SECONDS, Answer, Subject

AT_ONCE = 12
EVERY = 500  # cases between two looks at whether all is well
SETTLES = 300.0
_TWICE = """
    select channel, ts, count(*) from blockers where ts is not null group by channel, ts having count(*) > 1
"""
# What Slack refuses for good is told as an error, and rightly so; all other errors are our own.
_TROUBLE = re.compile(r"^(?:\S+ \S+ (?:ERROR|CRITICAL)(?!.* failed for good: \w+$)|Traceback).*", re.M)


@dataclass
class Report:
    """What was sent, what was answered, and each promise that was broken."""

    over: str
    sent: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    broken: list[str] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)
    memory: list[float] = field(default_factory=list)  # MB, as the cases went by
    kept: Counter[str] = field(default_factory=Counter)  # rows, by table

    def breaks(self, promise: str, about: Case | str) -> None:
        what = f"number {about.number} ({about.name})" if isinstance(about, Case) else about
        self.broken.append(f"{promise}: {what}")


class Trial:
    """So many cases, sent to one golive, with known things sent in between."""

    def __init__(
        self, subject: Subject, seeds: Sequence[Payload], done: Callable[[], None], late: float = ACK_SECONDS
    ) -> None:
        self._subject = subject
        self._seeds = seeds
        self._done = done
        self._late = late
        self._marks: list[int] = []
        self.report = Report(subject.over)

    async def run(self, first: int, last: int) -> Report:
        mine = (c for n in range(first, last) if (c := case(self._seeds, n)).over == self._subject.over)
        await asyncio.gather(*(self._worker(mine) for _ in range(AT_ONCE)))
        await self._all_is_well(last)
        await self._nothing_twice()
        self._look_at_the_log()
        self._look_at_what_is_kept()
        return self.report

    async def _worker(self, mine: Iterator[Case]) -> None:
        for each in mine:
            self.report.sent += 1
            number = self.report.sent
            self.report.kinds.add(each.name.partition(":")[0])
            self._judge(each, await self._subject.send(each))
            self._done()
            if number % EVERY == 0:
                await self._all_is_well(each.number)
            if self._subject.over == SOCKET and number % (EVERY * 4) == 0:
                await self._subject.disconnect(politely=number % (EVERY * 8) == 0)

    def _judge(self, each: Case, answer: Answer) -> None:
        report = self.report
        report.statuses[str(answer.status)] += 1
        report.slowest = max(report.slowest, answer.seconds)
        if answer.status is None:
            report.breaks("no answer", each)
        elif answer.status >= 500:
            report.breaks(f"{answer.status}", each)
        elif answer.seconds > self._late:
            report.breaks(f"answered after {answer.seconds:.1f} s", each)
        elif each.signed != "rightly" and answer.status not in (401, 413):
            report.breaks(f"a stranger was answered {answer.status}", each)
        elif each.whole and answer.status != 200:
            report.breaks(f"a whole payload was answered {answer.status}", each)

    # ——— known things in between

    async def _all_is_well(self, number: int) -> None:
        """It lives and answers, hears a report once however often it comes, and believes no stranger."""
        report = self.report
        report.memory.append(self._subject.memory)
        if not self._subject.lives:
            report.breaks("it has ended", f"before number {number}")
            return
        asked = await self._subject.send(self._case(number, COMMAND, payloads.command("before")))
        if b"Harbor booking" not in _bytes(asked.body):
            report.breaks("a question is not answered", f"after number {number}: {asked}")
        self._marks.append(number)
        ts = f"17{number:08d}.000001"
        told = written(f"blocker: mark {number} of the pier is out", ts=ts, event_ts=ts)
        again = called_back({**told, "type": "app_mention"}, event_id=f"EvAGAIN{number}")
        for body in (*[called_back(told, event_id=f"EvMARK{number}")] * 3, again):
            sent = self._case(number, EVENT, body)
            self._judge(sent, await self._subject.send(sent))
        if self._subject.over == HTTP:
            lie = written(f"blocker: lie {number}", ts=f"16{number:08d}.000001")
            false = self._case(number, EVENT, called_back(lie, event_id=f"EvLIE{number}"), signed="wrongly")
            self._judge(false, await self._subject.send(false))

    def _case(self, number: int, way: str, body: payloads.Json, *, signed: str = "rightly") -> Case:
        name, envelope = "something known", f"known-{number}-{len(self._marks)}-{id(body)}"
        if self._subject.over == SOCKET:
            frame = {"envelope_id": envelope, "type": way, "payload": body, "accepts_response_payload": True}
            return Case(number, name, SOCKET, json.dumps(frame).encode(), envelope=envelope, whole=True)
        if way == EVENT:
            return Case(
                number,
                name,
                HTTP,
                json.dumps(body).encode(),
                kind=JSON,
                signed=signed,
                whole=signed == "rightly",
            )
        said = body if way == COMMAND else {"payload": json.dumps(body)}
        return Case(number, name, HTTP, urlencode(said).encode(), kind=FORM, signed=signed, whole=True)

    # ——— afterwards

    async def _nothing_twice(self) -> None:
        subject, report = self._subject, self.report
        pressed = press({"action_id": "post_answer", "value": "harbor before"})
        before = subject.count("select count(*) from outbox where kind = 'posted_answer'")
        pressed["container"]["message_ts"] = "1700000000.000001"
        for _ in range(3):
            await subject.send(self._case(0, payloads.PRESS, pressed))
        if not await subject.handles_all(SETTLES):
            waiting = subject.count("select count(*) from inbox where state = 'waiting'")
            report.breaks("events are not handled", f"{waiting} of them")
        after = subject.count("select count(*) from outbox where kind = 'posted_answer'")
        if after != before + 1:
            report.breaks("a button pressed three times", f"made {after - before} messages")
        for number in set(self._marks):
            words = f"mark {number} of the pier is out"
            found = subject.count("select count(*) from blockers where text like :t", t=f"%{words}%")
            if found != 1:
                report.breaks("a report that came four times", f"mark {number} is stored {found} times")
        for row in subject.rows(_TWICE):
            report.breaks("stored twice", f"{row}")
        lies = subject.count("select count(*) from inbox where event_id like 'EvLIE%'")
        lies += subject.count("select count(*) from blockers where text like '%lie %'")
        if lies:
            report.breaks("a stranger was believed", f"{lies} times")
        for row in subject.rows("select event_id, error from inbox where state = 'aside'"):
            report.breaks("an event was set aside", f"{row}")

    def _look_at_the_log(self) -> None:
        for line in _TROUBLE.findall(self._subject.log.read_text(errors="replace")):
            self.report.breaks("the log", line[:300])

    def _look_at_what_is_kept(self) -> None:
        for table in (
            "inbox",
            "heard",
            "outbox",
            "blockers",
            "items",
            "projects",
            "people",
            "events",
            "members",
        ):
            self.report.kept[table] = self._subject.count(f"select count(*) from {table}")


def _bytes(body: object) -> bytes:
    return body if isinstance(body, bytes) else json.dumps(body).encode()


__all__ = ["CHANNEL", "Report", "Trial"]
