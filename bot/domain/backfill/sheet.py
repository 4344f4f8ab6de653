"""How are proposals written down for somebody to tick, and what does a ticked sheet say?"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from bot.domain.backfill.values import KINDS, LONGEST_WORDS, UNBLOCK, Finding, is_id
from bot.domain.callnotes import Proposal
from bot.domain.errors import Invalid

LONGEST_SHEET = 20_000_000
MOST_ERRORS = 50
_BOX = re.compile(r"^\s*[-*]?\s*\[(?P<mark>[^\]\n]?)\]\s*(?P<rest>.*)$")
_TICKS = frozenset("xX✓✔")
_WITH_ID = re.compile(r"^(?P<name>.*?)\s*\((?P<id>[A-Z][A-Z0-9]{1,30})\)$")
_LINK = re.compile(r"https?://[^\s|]{1,500}")
_PLACE = re.compile(r"(?:/archives/|[?&]channel=)(?P<channel>[A-Z][A-Z0-9]{1,30})\b")
_PERMALINK_TS = re.compile(
    r"/p(?P<seconds>\d{7,11})(?P<micros>\d{6})(?:\?|$)|[?&]message_ts=(?P<ts>\d{1,11}\.\d{1,6})"
)
_HEAD = re.compile(r"^\s*project\s*:\s*(?P<key>\S+)\s*$", re.IGNORECASE)
_UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]+"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One ticked line. `person` is whom it names, `name` what they are called."""

    number: int
    proposal: Proposal
    on: date
    by: str | None = None  # who said it: Slack user
    person: str | None = None
    name: str | None = None
    blocker: str | None = None
    links: tuple[str, ...] = ()

    @property
    def link(self) -> str | None:
        return self.links[0] if self.links else None

    @property
    def place(self) -> tuple[str, str] | None:
        """Channel and ts of the message that said it first."""
        return place_of(self.link) if self.link else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What somebody ticked, and how many lines they did not."""

    project: str | None
    lines: tuple[Line, ...]
    unticked: int


def place_of(link: str) -> tuple[str, str] | None:
    """The message that a link leads to: its channel and ts."""
    channel, ts = _PLACE.search(link), _PERMALINK_TS.search(link)
    if channel is None or ts is None:
        return None
    return channel["channel"], ts["ts"] or f"{ts['seconds']}.{ts['micros']}"


# Writing

Called = Callable[[str], str]  # what a Slack user is called
Linked = Callable[[str, str | None], str]  # the link to a message


def write(project: str, about: str, findings: tuple[Finding, ...], called: Called, linked: Linked) -> str:
    """The sheet: one line for each finding, none of them ticked."""
    lines = [
        f"# {_plain(about)}",
        "# Put an x between the brackets of what is to be recorded. Words, items, people and dates may be",
        "# corrected; lines without an x are left alone. Then:",
        f"#   golive backfill apply THIS-FILE --project {project}",
        f"project: {project}",
    ]
    kind = ""
    for finding in findings:
        if finding.proposal.kind != kind:
            kind = finding.proposal.kind
            lines += ["", f"# {kind}"]
        lines.append(line(finding, called, linked))
    return "\n".join(lines) + "\n"


def line(finding: Finding, called: Called, linked: Linked) -> str:
    """One finding as a line with an empty box."""
    p = finding.proposal
    fields = {
        "blocker": finding.blocker,
        "item": p.item,
        "owner": _person(p, called),
        "date": f"{p.day.isoformat()}{' (past)' if finding.past else ''}" if p.day else None,
        "waits on": p.waiting_on,
        "said": f"{finding.on.isoformat()} by {called(finding.by)} ({finding.by})",
        "words": p.text[:LONGEST_WORDS],
        "mind": "; ".join(p.doubts) or None,
        "links": " ".join(linked(ts, thread) for ts, thread in finding.messages),
    }
    said = (f"{name}: {_plain(value)}" for name, value in fields.items() if value)
    return " | ".join((f"[ ] {p.kind}", *said))


def _person(proposal: Proposal, called: Called) -> str | None:
    if proposal.owner is not None:
        return proposal.owner
    return f"{called(proposal.user)} ({proposal.user})" if proposal.user else None


def _plain(text: str) -> str:
    """In one line, with nothing in it that ends a field, is not seen, or moves a cursor."""
    return " ".join(_UNSEEN.sub(" ", text).replace("|", "¦").split())


# Reading


def parse(text: str) -> Sheet:
    """What is ticked. Every line that cannot be read is told, with its number."""
    if len(text) > LONGEST_SHEET:
        raise Invalid("That file is too long to be a sheet of proposals.")
    project: str | None = None
    ticked: list[Line] = []
    wrong: list[str] = []
    boxes = 0
    for number, raw in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        head, box = _HEAD.match(raw), _BOX.match(raw)
        if head is not None and project is None:
            project = head["key"]
        elif box is not None:
            boxes += 1
            if box["mark"].strip():
                try:
                    ticked.append(_line(number, box["mark"], box["rest"]))
                except ValueError as why:
                    wrong.append(f"line {number}: {why}")
        elif raw.strip() and not raw.lstrip().startswith("#"):
            wrong.append(f"line {number}: it has no box; write [x] kind | …, or # in front of a remark")
    if not boxes and project is None:
        raise Invalid("That is no sheet of proposals: `golive backfill … -o FILE` writes one.")
    if wrong:
        more = [f"… and {len(wrong) - MOST_ERRORS} more"] if len(wrong) > MOST_ERRORS else []
        raise Invalid("\n".join(("This sheet cannot be read:", *wrong[:MOST_ERRORS], *more)))
    return Sheet(project=project, lines=tuple(ticked), unticked=boxes - len(ticked))


def _line(number: int, mark: str, rest: str) -> Line:
    if mark not in _TICKS:
        raise ValueError("tick it with an x: [x]")
    kind, *parts = rest.split("|")
    fields = _fields(parts)
    name = kind.strip().casefold()
    if name not in KINDS:
        raise ValueError(f"“{name[:40]}” is none of {', '.join(KINDS)}")
    on, by = _said(fields.get("said"))
    person, called = _who(fields.get("owner"))
    words = fields.get("words", "")
    if not words and name != UNBLOCK:
        raise ValueError("it has no words")
    links = tuple(_LINK.findall(fields.get("links", "")))
    day = _date(fields["date"].removesuffix("(past)").strip()) if fields.get("date") else None
    proposal = Proposal(
        kind=name,
        text=words,
        line=number,
        said=words,
        item=fields.get("item") or None,
        day=day,
        waiting_on=fields.get("waits on") or None,
    )
    found = Line(number=number, proposal=proposal, on=on, by=by, person=person, name=called, links=links)
    return _complete(replace(found, blocker=fields.get("blocker") or None))


def _fields(parts: list[str]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for part in parts:
        name, colon, value = part.partition(":")
        known = " ".join(name.casefold().split())
        if not colon or known not in _FIELDS:
            raise ValueError(f"“{part.strip()[:40]}” is none of its parts: {', '.join(_FIELDS)}")
        found[known] = _UNSEEN.sub(" ", value).strip()
    return {name: "" if value in ("-", "none") else value for name, value in found.items()}


_FIELDS = ("blocker", "item", "owner", "date", "waits on", "said", "words", "mind", "links")


def _complete(found: Line) -> Line:
    """What its kind cannot do without."""
    p = found.proposal
    if p.kind == UNBLOCK and found.blocker is None:
        raise ValueError("it does not say which blocker is over")
    if p.kind in ("owner", "due") and p.item is None:
        raise ValueError("it does not say which item")
    if p.kind == "owner" and found.person is None and found.name is None:
        raise ValueError("it does not say who")
    if p.kind == "due" and p.day is None:
        raise ValueError("it does not say the day")
    return found


def _said(words: str | None) -> tuple[date, str | None]:
    if not words:
        raise ValueError("it does not say when that was said (said: 2027-03-01 by …)")
    day, _, who = words.partition(" ")
    id, _ = _who(who.strip().removeprefix("by ").strip())
    return _date(day), id


def _who(words: str | None) -> tuple[str | None, str | None]:
    """A Slack id, and what is written for the person."""
    if not words:
        return None, None
    found = _WITH_ID.match(words)
    if found is not None and is_id(found["id"]):
        return found["id"], found["name"].strip() or found["id"]
    return (words, words) if re.fullmatch(r"[UW][A-Z0-9]{4,30}", words) else (None, words)


def _date(words: str) -> date:
    try:
        return date.fromisoformat(words)
    except ValueError:
        raise ValueError(f"“{words[:40]}” is no day: write it like 2027-03-01") from None
