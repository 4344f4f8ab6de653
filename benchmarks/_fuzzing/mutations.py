"""What can be wrong with a payload? Case number so-and-so is always the same one."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from benchmarks._fuzzing.events import LATER, OTHER_TEAM, TS, Json
from benchmarks._fuzzing.payloads import COMMAND, EVENT, Payload

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
HTTP, SOCKET = "http", "socket"
FIRST_TS = 1_803_900_000
DEEP = "\ue000deep"  # stands for what no encoder would write

IDS = (
    *("U0ANA", "U0BEN", "U0CHEN", "U0NOBODY", "W0ORG", "USLACKBOT", "B0RADAR"),
    *("C0HARBOR", "C0LOUNGE", "C0NOWHERE", "G0SHARED", "D0BENBOT", "T0HARBOR", OTHER_TEAM, "E0PORTS"),
)
WORDS = (
    *("", " ", "\n", "0", "null", "harbor", "feed", "harbor B1", "harbor 1", "open-gates", "=", "…"),
    *(
        "<!channel>",
        "<!here|here>",
        "<@U0BEN|ben>",
        "<#C0HARBOR>",
        "<https://x.invalid|y>",
        "&lt;!channel&gt;",
    ),
    *(
        "*bold* _it_ ~s~ `c`",
        "```",
        "> quoted",
        "{{7*7}}",
        "'; drop table items; --",
        "../../etc/passwd",
        "%s%n",
    ),
    *(
        "\u202eevil\u202c",
        "\u05e9\u05dc\u05d5\u05dd",
        "\u0645\u0631\u062d\u0628\u0627",
        "👩‍👩‍👧‍👦🚧" * 40,
        "e\u0301" * 60,
        "\u200b",
    ),
    *("\x00", "a\x00b", "\ud800", "x\udfff\ud800y", "\ufeff", "\x1b[31m", "\x85", "\u2028"),
    *("2027-13-45", "2027-02-30", "99999-01-01", "1e400", "NaN", "-1", "9" * 30, "²", "1803900000.000100.5"),
    *("blocker: ", "blocker: <@U0NOBODY>", "owner: <@", "due feed 99999999999 days", "add " + "x" * 300),
)
NUMBERS = (0, -1, 1, 2**31, 2**63, 10**30, -(10**30), 0.1, 1e308, float("nan"), float("inf"), True, False)
LONG = 40_000
HUGE = 1_000_000

Place = tuple[Any, Any]  # a container, and the key or index of a value in it


@dataclass(frozen=True)
class Case:
    """One thing to send: a body over HTTP, or a frame over the socket."""

    number: int
    name: str
    over: str
    body: bytes
    kind: str = JSON  # of an HTTP body
    signed: str = "rightly"  # or: wrongly, long ago, tomorrow, oddly, not at all
    headers: tuple[tuple[str, str], ...] = ()
    envelope: str = ""  # of a frame that must be acknowledged
    whole: bool = False  # as Slack would send it


def cases(seeds: Sequence[Payload], first: int, last: int) -> Iterator[Case]:
    for number in range(first, last):
        yield case(seeds, number)


def case(seeds: Sequence[Payload], number: int) -> Case:
    """The case of this number: which payload, what is wrong with it, and how it comes."""
    chance = random.Random(f"golive {number}")
    seed = seeds[chance.randrange(len(seeds))]
    body = _fresh(json.loads(json.dumps(seed.body)), number, chance)
    wrongs = chance.choices((0, 1, 2, 3, 8), (1, 6, 4, 2, 1))[0]
    done = [_mutate(body, chance) for _ in range(wrongs)]
    name = f"{seed.name}: {', '.join(done) or 'whole'}"
    if chance.random() < 0.5:
        return _over_http(number, name, seed.way, body, chance, whole=not done)
    return _over_the_socket(number, name, seed.way, body, chance, whole=not done)


def _fresh(body: Json, number: int, chance: random.Random) -> Json:
    """Most things happen once; some come again, and some later than what came after them."""
    moment = number if chance.random() < 0.9 else chance.randrange(number + 1)
    text = json.dumps(body)
    text = text.replace(TS, f"{FIRST_TS + moment}.000100").replace(LATER, f"{FIRST_TS + moment + 60}.000200")
    fresh: Json = json.loads(text)
    if "event_id" in fresh:
        fresh["event_id"] = f"Ev0FUZZ{moment}"
    return fresh


# ——— what is said


def _places(value: Any, depth: int = 0) -> Iterator[Place]:
    """Every value in a body, at any depth."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in list(inside):
        yield value, key
        if depth < 40:
            yield from _places(inner, depth + 1)


def _mutate(body: Json, chance: random.Random) -> str:
    """Do one thing to one place; its name."""
    places = list(_places(body))
    if not places:
        return "nothing left"
    # What stands near the top decides what a payload is: it is tried as often as all the rest.
    near = [(holder, key) for holder, key in places if holder is body or holder is body.get("event")]
    holder, key = chance.choice(near if near and chance.random() < 0.4 else places)
    how = chance.choices(_HOWS, _OFTEN)[0]
    how(holder, key, chance, places)
    return f"{how.__name__.strip('_')} {key}"


def _drop(holder: Any, key: Any, chance: random.Random, places: Sequence[Place]) -> None:
    del holder[key]


def _null(holder: Any, key: Any, chance: random.Random, places: Sequence[Place]) -> None:
    holder[key] = None


def _retype(holder: Any, key: Any, chance: random.Random, places: Sequence[Place]) -> None:
    was = holder[key]
    others: list[Any] = [
        [],
        {},
        [was],
        {"id": was},
        {"x": [was]},
        "",
        "text",
        0,
        1.5,
        True,
        [None],
        [[]],
        [{}],
    ]
    holder[key] = chance.choice(others)


def _number(holder: Any, key: Any, chance: random.Random, places: Sequence[Place]) -> None:
    number = chance.choice(NUMBERS)
    holder[key] = str(number) if chance.random() < 0.3 else number


def _word(holder: Any, key: Any, chance: random.Random, places: Sequence[Place]) -> None:
    holder[key] = chance.choice(WORDS)


def _added_word(holder: Any, key: Any, chance: random.Random, places: Sequence[Place]) -> None:
    said = holder[key] if isinstance(holder[key], str) else ""
    holder[key] = (
        f"{said}{chance.choice(WORDS)}" if chance.random() < 0.5 else f"{chance.choice(WORDS)}{said}"
    )


def _id(holder: Any, key: Any, chance: random.Random, places: Sequence[Place]) -> None:
    holder[key] = chance.choice(IDS)


def _swap(holder: Any, key: Any, chance: random.Random, places: Sequence[Place]) -> None:
    """What stands in one place, in another."""
    other, there = chance.choice(places)
    try:
        holder[key] = json.loads(json.dumps(other[there]))
    except (KeyError, IndexError):
        holder[key] = None


def _double(holder: Any, key: Any, chance: random.Random, places: Sequence[Place]) -> None:
    if isinstance(holder, list):
        many = 200 if len(json.dumps(holder[key])) < 2000 else 2
        holder += [holder[key]] * chance.choice((1, 2, many))
    else:
        holder[f"{key}{chance.choice(('', ' ', 's', '_id', '2'))}"] = holder[key]


def _nest(holder: Any, key: Any, chance: random.Random, places: Sequence[Place]) -> None:
    for _ in range(chance.choice((1, 5, 60, 300))):
        holder[key] = [holder[key]] if chance.random() < 0.5 else {"value": holder[key]}


def _bury(holder: Any, key: Any, chance: random.Random, places: Sequence[Place]) -> None:
    holder[key] = DEEP


def _long(holder: Any, key: Any, chance: random.Random, places: Sequence[Place]) -> None:
    holder[key] = _of_length(chance, LONG)


def _huge(holder: Any, key: Any, chance: random.Random, places: Sequence[Place]) -> None:
    holder[key] = _of_length(chance, HUGE)


def _of_length(chance: random.Random, length: int) -> str:
    unit = chance.choice(
        ("x", "blocker: no power\n", "<@U0BEN> ", "a.b ", "(", "*_~`", "&lt;", "🚧", "\u05e9")
    )
    if not unit.isascii():  # written as \u00e9 each: a frame, and what Slack sends, is shorter than that
        length = min(length, LONG * 2)
    return (unit * (length // len(unit) + 1))[:length]


_Wrong = Callable[[Any, Any, random.Random, Sequence[Place]], None]
_HOWS: tuple[_Wrong, ...] = (
    *(_drop, _null, _retype, _number, _word, _added_word, _id, _swap, _double, _nest, _bury, _long, _huge),
)
_OFTEN = (10, 8, 14, 6, 12, 8, 8, 6, 4, 4, 1.5, 1.5, 0.3)


def _as_json(value: Any) -> str:
    text = json.dumps(value)
    if json.dumps(DEEP) in text:
        text = text.replace(json.dumps(DEEP), '[{"a":' * 3000 + "1" + "}]" * 3000)
    return text


# ——— how it comes: HTTP


def _over_http(number: int, name: str, way: str, body: Json, chance: random.Random, *, whole: bool) -> Case:
    kind = JSON if way == EVENT else FORM
    text = _as_json(body) if way == EVENT else _form(body, way)
    raw = text.encode("utf-8", "replace")
    wrong = chance.random()
    signed = "rightly"
    headers: tuple[tuple[str, str], ...] = ()
    if wrong < 0.08:
        signed = chance.choice(("wrongly", "long ago", "tomorrow", "oddly", "not at all"))
    elif wrong < 0.2:
        raw = _torn(raw, chance)
    elif wrong < 0.26:
        kind = chance.choice(
            (FORM, JSON, "text/plain", "", "application/json; charset=utf-16", "multipart/form-data")
        )
    elif wrong < 0.32:
        headers = (
            ("x-slack-retry-num", "1"),
            ("x-slack-retry-reason", chance.choice(WORDS[:8]).strip() or "-"),
        )
    whole = whole and wrong >= 0.32
    return Case(
        number, f"{name} [{signed}]", HTTP, raw, kind=kind, signed=signed, headers=headers, whole=whole
    )


def _form(body: Json, way: str) -> str:
    if way != COMMAND:
        return urlencode({"payload": _as_json(body)})
    fields = [(str(k), v if isinstance(v, str) else _as_json(v)) for k, v in body.items()]
    return urlencode(fields, errors="replace")


def _torn(raw: bytes, chance: random.Random) -> bytes:
    how = chance.randrange(6)
    if how == 0:
        return raw[: chance.randrange(len(raw) + 1)]
    if how == 1:
        return raw + raw
    if how == 2:
        return chance.choice(
            (b"", b"payload=", b"payload=null", b"payload=[]", b"{}", b"[]", b"null", b"\xff\xfe{")
        )
    if how == 3:
        return b"payload=" + raw
    broken = bytearray(raw)
    for _ in range(chance.choice((1, 8, 64))):
        if broken:
            broken[chance.randrange(len(broken))] = chance.randrange(256)
    return bytes(broken)


# ——— how it comes: the socket


def _over_the_socket(
    number: int, name: str, way: str, body: Json, chance: random.Random, *, whole: bool
) -> Case:
    frame: Json = {
        "envelope_id": f"fuzz-{number}",
        "type": way,
        "payload": body,
        "accepts_response_payload": way != EVENT,
    }
    if way == EVENT:
        frame |= {"retry_attempt": 0, "retry_reason": ""}
    wrong = chance.random()
    if wrong < 0.06:
        name += f", frame: {_mutate(frame, chance)}"
    text = _as_json(frame)
    if wrong > 0.97:
        text = _torn(text.encode("utf-8", "replace"), chance).decode("utf-8", "replace")
    envelope = _acknowledged(text)
    whole = whole and 0.06 <= wrong <= 0.97
    return Case(number, name, SOCKET, text.encode(), envelope=envelope, whole=whole)


def _acknowledged(text: str) -> str:
    """What Slack waits for an answer to: the id of an envelope with a payload that is one."""
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    known = isinstance(frame, dict) and isinstance(frame.get("payload"), dict)
    if not known or not isinstance(frame.get("type"), str):
        return ""
    id = frame.get("envelope_id")
    return id if isinstance(id, str) else ""
