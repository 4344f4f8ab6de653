"""What is kept of a go/no-go decision for good, and what does its page say?"""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.answers import before_data
from bot.domain.answers.firstscreen import chain, title, verdict
from bot.domain.changes import as_json
from bot.domain.gonogo import voting
from bot.domain.gonogo.voting import WORDS, Condition, Decision, Poll, Seat, Vote, Word
from bot.domain.plan import Item, Person, Plan, Status
from bot.domain.readiness import Assessment
from bot.domain.schedule import CLOSED
from bot.domain.wording import Words

FORMAT = 1
SILENT = "did not answer"
HASH = "hash"


def record(
    plan: Plan, a: Assessment, poll: Poll, decision: Decision, after: Plan, made: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """All that was known and said when it was decided, to be sealed. `plan` is what was decided on, `after`
    what the decision made of it, `made` the gates that conditions became."""
    w = Words(a)
    head = plan.project
    return {
        "format": FORMAT,
        "project": {"key": head.key, "name": head.name, "customer": head.customer},
        "number": poll.number,
        "timezone": head.timezone,
        "opened": {"by": _who(plan, poll.opened_by), "at": poll.opened_at.isoformat()},
        "closes_at": poll.closes_at.isoformat(),
        "decision": {
            "word": decision.word.value,
            "why": decision.why,
            "by": _person(decision.by),
            "for": _person(decision.decider) if decision.by.key != decision.decider.key else None,
            "at": decision.at.isoformat(),
        },
        "not_asked": list(poll.not_asked),
        "votes": [_vote(plan, seat, poll.vote(seat.role), poll.closes_at) for seat in poll.seats],
        "conditions": list(made),
        "open_gates": [_open(a, gate) for gate in a.open_gates],
        "closed_gates": [w.closed(gate) for gate in a.all_gates if a.standing[gate.key] in CLOSED],
        "waivers": [_waiver(item) for item in after.items if _in_force(item, a.today)],
        "watch": {"gates": _closed(after, a.today), "revision": after.project.revision},
        "state": {
            "revision": head.revision,
            "as_of": decision.at.isoformat(),
            "title": title(w, decision.at),
            "verdict": verdict(w),
            "chain": "" if a.live else chain(w),
            "beliefs": [w.belief_in_full(belief) for belief in a.resting],
            "blockers": [w.blocker_line(b) for b in plan.blockers if b.open],
            "answer": before_data(plan, a),
            "plan": plan_json(plan),
        },
    }


def plan_json(plan: Plan) -> dict[str, Any]:
    """The whole plan as plain JSON values."""
    return {
        "project": as_json(plan.project),
        "people": [as_json(person) for person in plan.people],
        "items": [as_json(item) for item in plan.items],
        "blockers": [as_json(blocker) for blocker in plan.blockers],
        "assumptions": [as_json(assumption) for assumption in plan.assumptions],
        "decisions": [as_json(decision) for decision in plan.decisions],
    }


def sealed(found: Mapping[str, Any]) -> dict[str, Any]:
    """With the hash of everything else, by which anybody can tell whether it is still what it was."""
    return {**found, HASH: hash_of(found)}


def hash_of(found: Mapping[str, Any]) -> str:
    """SHA-256 of the record as JSON with sorted names and no spaces, its own hash left out."""
    rest = {name: value for name, value in found.items() if name != HASH}
    text = json.dumps(rest, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def is_intact(found: Mapping[str, Any]) -> bool:
    return found.get(HASH) == hash_of(found)


def condition_made(key: str | None, condition: Condition, by: str, role: str | None) -> dict[str, Any]:
    """A condition with the gate it became; None when the decision was against it."""
    return {**voting.condition_json(condition), "key": key, "by": by, "role": role}


# ——— its parts


def _vote(plan: Plan, seat: Seat, vote: Vote | None, closes_at: datetime) -> dict[str, Any]:
    principal = plan.person.get(seat.instead_of or "")
    found: dict[str, Any] = {
        "role": seat.role,
        "asked": {"key": seat.person, "name": seat.name, "user": seat.user},
        "instead_of": principal.name if principal else None,
    }
    if vote is None:
        return {**found, "vote": Word.NO_GO.value, "answered": False, "why": SILENT, "conditions": []}
    return {
        **found,
        "vote": vote.word.value,
        "answered": True,
        "by": _who(plan, vote.user),
        "at": vote.at.isoformat(),
        "late": vote.at > closes_at,
        "why": vote.why,
        "conditions": [voting.condition_json(condition) for condition in vote.conditions],
    }


def _who(plan: Plan, user: str) -> dict[str, Any]:
    person = plan.by_slack.get(user)
    return _person(person) if person else {"key": None, "name": user, "role": None, "user": user}


def _person(person: Person) -> dict[str, Any]:
    return {"key": person.key, "name": person.name, "role": person.role, "user": person.slack}


def _open(a: Assessment, gate: Item) -> dict[str, Any]:
    w = Words(a)
    return {
        "key": gate.key,
        "title": gate.title,
        "status": a.standing[gate.key].value,
        "state": w.state(gate),
        "owner": w.person(gate.owner) if gate.owner else None,
        "due": gate.due.isoformat() if gate.due else None,
    }


def _closed(after: Plan, today: date) -> list[str]:
    """The keys of the gates the decision rests on."""
    a = Assessment(after, today)
    return [gate.key for gate in a.all_gates if a.standing[gate.key] in CLOSED]


def _in_force(item: Item, today: date) -> bool:
    waived = item.waived if item.status is Status.WAIVED else None
    return item.gate and waived is not None and (waived.until is None or today <= waived.until)


def _waiver(item: Item) -> dict[str, Any]:
    assert item.waived is not None
    until = item.waived.until
    return {
        "key": item.key,
        "title": item.title,
        "by": item.waived.by,
        "why": item.waived.why,
        "until": until.isoformat() if until else None,
    }


# ——— the page

_MARKS = re.compile(r"([\\`*_\[\]|~#$!])")


def md(text: object) -> str:
    """Somebody's words in one line of Markdown, in which they mean nothing but themselves."""
    flat = " ".join(str(text if text is not None else "").split())
    return html.escape(_MARKS.sub(r"\\\1", flat), quote=False)


def page(found: Mapping[str, Any]) -> str:
    """The record of a decision as one page of Markdown."""
    names = {person["key"]: person["name"] for person in found["state"]["plan"]["people"]}
    decision, zone = found["decision"], found["timezone"]
    word = WORDS[Word(decision["word"])]
    lines = [
        f"# Go/no-go {found['number']}: {md(found['project']['name'])}",
        "",
        f"**{word}**, decided by {_said_by(decision)} on {_moment(decision['at'], zone)}.",
        "",
    ]
    if decision["why"]:
        lines += [f"> {md(decision['why'])}", ""]
    asked = f"Asked by {md(found['opened']['by']['name'])} on {_moment(found['opened']['at'], zone)}"
    lines += [f"{asked}; answers until {_moment(found['closes_at'], zone)}."]
    lines += _section("Where it stood", _stood(found["state"]))
    lines += _table("Answers", ("Role", "Who", "Answer", "Words", "When"), _votes(found, zone))
    lines += _section("Not asked", (f"- {md(each)}" for each in found["not_asked"]))
    lines += _table("Conditions", ("Gate", "Condition", "Owner", "Due", "Asked for by"), _conditions(found))
    lines += _table("Open gates", ("Gate", "State", "Owner", "Due"), _gates(found["open_gates"]))
    lines += _table("Waivers", ("Gate", "Until", "By", "Why"), _waivers(found["waivers"], names))
    lines += _section("Closed gates", (f"- {md(each)}" for each in found["closed_gates"]))
    lines += _section("Resting on belief", (f"- {md(each)}" for each in found["state"]["beliefs"]))
    lines += _section("Open blockers", (f"- {md(each)}" for each in found["state"]["blockers"]))
    intact = "" if is_intact(found) else " **It does not fit what is stored: the record was altered.**"
    revision = f"The plan at its revision {found['state']['revision']} is kept with this decision."
    lines += ["", "---", "", f"{revision} SHA-256 of the record: `{md(found.get(HASH))}`{intact}"]
    return "\n".join(lines) + "\n"


def _said_by(decision: Mapping[str, Any]) -> str:
    by = decision["by"]
    role = f" ({md(by['role'])})" if by["role"] else ""
    stands_in = f", standing in for {md(decision['for']['name'])}" if decision["for"] else ""
    return f"{md(by['name'])}{role}{stands_in}"


def _stood(state: Mapping[str, Any]) -> Iterator[str]:
    yield f"- {md(state['title'])}"
    yield f"- {md(state['verdict'])}"
    if state["chain"]:
        yield f"- Sets the date: {md(state['chain'])}"


def _votes(found: Mapping[str, Any], zone: str) -> Iterator[tuple[str, ...]]:
    for vote in found["votes"]:
        who = vote["by"]["name"] if vote["answered"] else vote["asked"]["name"]
        stands_in = f" for {vote['instead_of']}" if vote["instead_of"] else ""
        word = WORDS[Word(vote["vote"])] + (", after the time for answers" if vote.get("late") else "")
        conditions = "; ".join(
            f"{each['text']} ({each['name']}, {each['due']})" for each in vote["conditions"]
        )
        words = vote["why"] or conditions
        when = _moment(vote["at"], zone) if vote["answered"] else ""
        yield md(vote["role"]), md(f"{who}{stands_in}"), word, md(words), when


def _conditions(found: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for each in found["conditions"]:
        link = f" ([said here]({each['permalink']}))" if _is_link(each["permalink"]) else ""
        asked = f"{each['by']} ({each['role']})" if each["role"] else each["by"]
        yield md(each["key"] or "none"), md(each["text"]) + link, md(each["name"]), each["due"], md(asked)


def _is_link(text: object) -> bool:
    return isinstance(text, str) and re.fullmatch(r"https?://[\w.:/?=&%~-]+", text) is not None


def _gates(gates: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, ...]]:
    for gate in gates:
        yield (
            md(f"{gate['title']} ({gate['key']})"),
            md(gate["state"]),
            md(gate["owner"] or "nobody"),
            (gate["due"] or "no date"),
        )


def _waivers(waivers: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    for each in waivers:
        by = names.get(each["by"], each["by"]) or "nobody said who"
        yield md(f"{each['title']} ({each['key']})"), each["until"] or "for good", md(by), md(each["why"])


def _section(heading: str, lines: Iterable[str]) -> list[str]:
    found = list(lines)
    return ["", f"## {heading}", "", *found] if found else []


def _table(heading: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    found = [f"| {' | '.join(row)} |" for row in rows]
    if not found:
        return []
    return ["", f"## {heading}", "", f"| {' | '.join(columns)} |", "|---" * len(columns) + "|", *found]


def _moment(text: str, zone: str) -> str:
    local = datetime.fromisoformat(text).astimezone(ZoneInfo(zone))
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M} ({md(zone)})"
