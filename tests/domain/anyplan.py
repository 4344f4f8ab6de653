"""Which project files do tests read: a small one written by hand, and any that holds together."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from types import MappingProxyType
from typing import Any

from hypothesis import strategies as st

from bot.domain.plan import (
    WEEKDAYS,
    Assumption,
    Away,
    Blocker,
    Finding,
    Hours,
    Item,
    Person,
    Plan,
    Project,
    Status,
    Validation,
    Waiver,
)

SMALL = """\
project:
  key: shed
  name: The shed
  timezone: Europe/Oslo
  go_live_item: open
people:
- id: anna
  name: Anna Ek
  role: Lead
  slack: U0T1
- id: bo
  name: Bo Lund
  role: Tester
  slack: U0T2
items:
- key: wire
  title: Wire laid
  owner: bo
  validator: anna
  due: '2027-03-05'
  gate: true
- key: light
  title: Light on
  depends_on: [wire]
  gate: true
- key: open
  title: Doors open
  depends_on: [light]
blockers:
- id: B1
  item: wire
  text: No ladder
  raised: 2027-02-26
assumptions:
- id: A1
  text: The cellar is dry
  item: wire
"""

AWKWARD = (
    *(
        "no",
        "on",
        "yes",
        "y",
        "off",
        "true",
        "null",
        "~",
        "None",
        "1e3",
        "007",
        "0x1F",
        "12:30",
        "3.0",
        "1_000",
    ),
    *(
        "2026-12-01",
        "2026-12-01 10:00",
        "a: b",
        "a #b",
        "# a",
        "- a",
        "? a",
        "a:",
        ":a",
        "'",
        "''",
        '"',
        '"a"',
    ),
    *("[a]", "{a: b}", "a, b", "@a", "`a", "%a", "!a", "&a", "*a", "|", ">", "=", "<<", "---", "...", "\\n"),
    *(
        "🚧 blocked",
        "Zoë Çelik",
        "患者",
        "مرحبا",
        "a\nb",
        "a\n\nb\n",
        "a\n\n",
        "\na",
        "a\n  b\n c",
        " a",
        "a ",
        "a\tb",
    ),
    *(
        "a \nb",
        "a\n \nb",
        "\u2028",
        "a\u2029b",
        "\ufeff",
        "\u00a0",
        "\u00ad",
        "\uffff",
        "a\u0300",
        "270/271 mapping",
    ),
)
letters = st.characters(exclude_categories=("Cs", "Cc"))
texts = st.sampled_from(AWKWARD) | st.text(letters | st.sampled_from("\n\t '\":#-"), max_size=60)
filled = texts.filter(lambda text: bool(text.strip()))
words = st.from_regex(r"[\w.-]{1,12}", fullmatch=True) | st.sampled_from(
    ("no", "1", "007", "null", "on", "1e3")
)
days = st.dates(date(1990, 1, 1), date(2090, 1, 1))
clocks = st.none() | st.times().map(lambda at: f"{at:%H:%M}")
flags = st.none() | st.booleans()
waits = st.none() | st.lists(st.sampled_from(("4h", "90m", "1d", "2 days", "0.5d")), min_size=3, max_size=3)
policies = st.fixed_dictionaries(
    {},
    optional={
        "hours": st.none() | st.sampled_from(({"start": "08:00", "end": "16:30"}, "22:00-06:00", {})),
        "digest": st.fixed_dictionaries({}, optional={"at": clocks, "quiet_line": flags, "off": flags}),
        "standup": st.none() | st.fixed_dictionaries({}, optional={"at": clocks, "off": flags}),
        "ladder": st.fixed_dictionaries({}, optional={"critical": waits, "gate": waits}),
        "budget": st.none() | st.integers(0, 20),
        "outside": st.sampled_from((None, "ask", "free")),
        "holidays": st.sampled_from((None, "NO", {"country": "US", "subdivision": "IL"})),
        "reminders": st.fixed_dictionaries({}, optional={"off": flags}),
    },
)


# Hypothesis wants the ends of a span without a zone.
FIRST, LAST = (datetime(year, 1, 1) for year in (2000, 2090))  # noqa: DTZ001


def optional(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


@st.composite
def people(draw: st.DrawFn, key: str, known: list[str], nth: int) -> Person:
    start = draw(days)
    return Person(
        key=key,
        name=draw(filled),
        role=draw(optional(filled)),
        org=draw(optional(texts)),
        tz=draw(optional(st.sampled_from(("Asia/Kolkata", "UTC", "America/Argentina/Ushuaia")))),
        slack=draw(optional(st.just(f"U{nth:05}"))),
        away=draw(
            st.sampled_from(((), (Away(start=start, end=start), Away(start=start, end=date(2090, 5, 1)))))
        ),
        hours=draw(optional(st.just(Hours(start=time(22, 30), end=time(6))))),
        deputy=draw(optional(st.sampled_from(known))),
        backup=draw(optional(st.sampled_from(known))),
    )


@st.composite
def items(
    draw: st.DrawFn, key: str, before: list[str], who: st.SearchStrategy[Any], roles: list[str]
) -> Item:
    status = draw(st.sampled_from(Status))
    waiver = Waiver(by=draw(who), why=draw(filled), until=draw(optional(days)))
    validation = Validation(
        by=draw(who),
        at=draw(optional(st.datetimes(FIRST, LAST, timezones=st.just(UTC)))),
        evidence=draw(optional(texts)),
        permalink=draw(optional(texts)),
    )
    return Item(
        key=key,
        title=draw(filled),
        area=draw(optional(texts)),
        owner=draw(who),
        validator=draw(optional(st.sampled_from(roles)) if roles else who),
        status=status,
        due=draw(optional(days)),
        remaining_days=draw(st.integers(0, 500)),
        depends_on=tuple(draw(st.lists(st.sampled_from(before), unique=True, max_size=4)) if before else ()),
        gate=draw(st.booleans()),
        evidence=draw(optional(texts)),
        done_on=draw(optional(days)),
        waived=waiver if status is Status.WAIVED else None,
        validation=draw(optional(st.just(validation))),
        internal=draw(st.booleans()),
        description=draw(optional(texts)),
        earlier_status=draw(optional(st.sampled_from(Status))),
        permalink=draw(optional(texts)),
        owner_role=draw(optional(texts)),
        planned_days=draw(optional(st.integers(0, 500))),
        started_on=draw(optional(days)),
        actual_days=draw(optional(st.integers(0, 500))),
    )


@st.composite
def blockers(
    draw: st.DrawFn, key: str, about: st.SearchStrategy[Any], who: st.SearchStrategy[Any]
) -> Blocker:
    return Blocker(
        id=key,
        text=draw(filled),
        item=draw(about),
        waiting_on=draw(optional(texts)),
        raised=draw(days),
        expected_clear=draw(optional(days)),
        owner=draw(who),
        status=draw(st.sampled_from(("open", "cleared", "retracted"))),
        cleared_on=draw(optional(days)),
        raised_by=draw(optional(texts)),
        channel=draw(optional(texts)),
        ts=f"{1794844800 + len(key)}.{draw(st.integers(0, 999999)):06}-{key}",
        permalink=draw(optional(texts)),
    )


@st.composite
def beliefs(
    draw: st.DrawFn, key: str, about: st.SearchStrategy[Any], items: list[str], who: st.SearchStrategy[Any]
) -> Assumption:
    proof = draw(st.booleans()) and bool(items)  # the first item waits for none: what it proves makes no ring
    resting = items[1:] if proof else items
    also = draw(st.lists(st.sampled_from(resting), unique=True, max_size=2)) if resting else ()
    moments = st.datetimes(FIRST, LAST, timezones=st.just(UTC))
    found = Finding(
        true=draw(st.booleans()),
        by=draw(who),
        at=draw(optional(moments)),
        evidence=draw(optional(texts)),
        permalink=draw(optional(texts)),
    )
    finding = draw(optional(st.just(found)))
    return Assumption(
        id=key,
        text=draw(filled),
        item=None if proof else draw(about),
        owner=draw(who),
        verified=draw(st.booleans()) if finding is None else finding.true,
        verify_by=draw(optional(days)),
        made=draw(optional(days)),
        permalink=draw(optional(texts)),
        also_under=tuple(also),
        relied_on_by=draw(who),
        proven_by=items[0] if proof else None,
        finding=finding,
    )


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Any plan that holds together."""
    keys = {name: draw(st.lists(words, unique=True, max_size=5)) for name in ("p", "i", "b", "a")}
    crew = tuple(draw(people(key, keys["p"], nth)) for nth, key in enumerate(keys["p"]))
    who = optional(st.sampled_from(keys["p"])) if keys["p"] else st.none()
    roles = [person.role for person in crew if person.role]
    about = optional(st.sampled_from(keys["i"])) if keys["i"] else st.none()
    project = Project(
        key=draw(words),
        name=draw(filled),
        channel=draw(optional(texts)),
        customer=draw(optional(texts)),
        vendor=draw(optional(texts)),
        timezone=draw(st.sampled_from(("UTC", "America/Chicago", "Asia/Kolkata"))),
        working_days=tuple(draw(st.lists(st.sampled_from(WEEKDAYS), unique=True, min_size=1))),
        holidays=tuple(draw(st.lists(days, unique=True, max_size=3))),
        target_go_live=draw(optional(days)),
        go_live_item=draw(optional(st.just(keys["i"][-1]))) if keys["i"] else None,
        lead=draw(who),
        sponsor=draw(who),
        decider=draw(who),
        policies=MappingProxyType(draw(policies)),
        revision=draw(st.integers(0, 9999)),
    )
    return Plan(
        project=project,
        people=crew,
        items=tuple(draw(items(key, keys["i"][:nth], who, roles)) for nth, key in enumerate(keys["i"])),
        blockers=tuple(draw(blockers(key, about, who)) for key in keys["b"]),
        assumptions=tuple(draw(beliefs(key, about, keys["i"], who)) for key in keys["a"]),
    )
