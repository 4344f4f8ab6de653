"""What happened to a project, or to one thing of it: by whom, when and why, the most important first?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from bot.domain import changes, decisions
from bot.domain.errors import BotError, NotFound
from bot.domain.plan import Event, Item, Plan, Status
from bot.domain.readiness import assess
from bot.domain.story.happenings import IT, Phrase, Rank, Teller, verb
from bot.domain.story.steps import Place, Things, fold, merged, one_by_one
from bot.domain.wording import Answer, Reply, Words, count, listed, sections

MOST_TOLD = 10  # with the title and the forecast, a dozen lines
ONE_BY_ONE, FEW = 3, 12  # a file that touches more things than these is one line; so is any other act
LATELY = timedelta(days=7)  # when nobody says since when
BY_FILE = frozenset({"load", "new"})
_KINDS = {
    "item": "item",
    "person": "person",
    "blocker": "blocker",
    "assumption": "assumption",
    "decision": "decision",
}
_BY_LETTER = {"B": "blocker", "D": "decision"}
_WHAT = {"dates": "dates moved"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One line of the story."""

    rank: Rank
    words: str
    entity: str
    key: str
    at: datetime
    actor: str
    act: str
    link: str | None = None
    gate: bool = False

    def as_json(self) -> dict[str, Any]:
        return {
            "at": self.at.astimezone(UTC).isoformat(),
            "actor": self.actor,
            "act": self.act,
            "entity": self.entity,
            "key": self.key,
            "words": self.words,
            "link": self.link,
        }


def since(
    plan: Plan,
    events: Sequence[Event],
    start: date | None,
    end: date | None,
    as_of: datetime,
    *,
    topic: str = "",
    keys: Collection[str] = (),
    whole: bool = False,
) -> Reply:
    """What changed from `start` to `end`, days of the project or moments, both included; the last week when
    nobody says since when. `events` reach from the start to now, or the forecast of then stays unknown.
    With topic `dates` only moved dates are told, with `keys` only what was done to these."""
    teller = Teller(Words(assess(plan, _day(plan, as_of)), 40))
    w = teller.w
    begin = min(_moment(plan, start, time.min) or as_of - LATELY, as_of)
    ended = min(_moment(plan, end, time.max) or as_of, as_of)
    first, last = _day(plan, begin), _day(plan, ended)
    wanted = _about(plan, keys, events) if keys else None
    within = [e for e in _in_order(events) if begin <= e.at <= ended and _is_of(e, wanted)]
    told = [*_merged(teller, within), *_run_out(teller, begin, ended, keys)]
    if topic == "dates":
        told = [line for line in told if line.rank in (Rank.TARGET, Rank.DATES)]
    told.sort(key=lambda line: (line.rank, not line.gate, -line.at.timestamp()))
    then = plan_at(plan, events, begin)
    now = plan if ended == as_of else plan_at(plan, events, ended)
    until = "" if ended == as_of else f" until {w.day(last)}"
    title = f"{w.project()}: {_WHAT.get(topic, 'changes')} since {w.day(first)}{until}"
    lines = [f"{line.words} ({w.day(_day(plan, line.at))})" for line in told]
    answer = Answer(
        f"{title}, as of {w.moment(as_of)}",
        sections(
            (None, [] if keys else _forecasts(w, (then, first), (now, last))),
            (None, _shown(lines, whole) or [_nothing(topic)]),
        ),
    )
    return Reply(
        answer,
        {
            "since": first.isoformat(),
            "until": last.isoformat(),
            "events": [line.as_json() for line in told],
            "forecast_then": _iso(_forecast(then, first)),
        },
    )


def history(
    plan: Plan,
    keys: Sequence[str],
    events: Sequence[Event],
    as_of: datetime,
    *,
    start: date | None = None,
    end: date | None = None,
    whole: bool = False,
) -> Reply:
    """What happened to an item with its blockers and assumptions, or to a blocker, an assumption or a person,
    also to one that is gone; the newest first. `events` may hold those of other things."""
    begin, ended = _moment(plan, start, time.min), _moment(plan, end, time.max)
    wanted = _about(plan, keys, events)
    acts = {event.revision for event in events if _is_of(event, wanted)}
    theirs = [event for event in _in_order(events) if event.revision in acts]
    gone = _kept_of_gone(theirs)
    words = Words(assess(plan, _day(plan, as_of)), 60)
    names = [Teller(words).name(*_place(plan, key, gone), gone.get(key)) for key in keys]
    teller = Teller(words, keys)
    told = [line for act in one_by_one(theirs) for line in _lines(teller, act, gone, wanted)]
    told += _run_out(teller, None, as_of, keys)
    told = [t for t in told if (begin is None or begin <= t.at) and t.at <= min(ended or as_of, as_of)]
    told.sort(key=lambda line: line.at, reverse=True)
    lines = [f"{teller.w.moment(line.at)}: {line.words}{_linked(line)}" for line in told]
    return Reply(
        Answer(
            f"{teller.w.project()}: what happened to {listed(names, 3, str)}, as of {teller.w.moment(as_of)}",
            sections(
                ("Now", list(_stands(teller, keys, gone))),
                ("Newest first", _shown(lines, whole) or ["Nothing was done to it in that time."]),
            ),
        ),
        {"items": [k for k in keys if k in plan.item], "events": [line.as_json() for line in told]},
    )


def knows(plan: Plan, key: str) -> Place | None:
    """What is called so in the plan: an item, a blocker, an assumption or a person."""
    if key in plan.item:
        return "item", key
    named = key.upper()
    if named in plan.blocker:
        return "blocker", named
    if any(belief.id == named for belief in plan.assumptions):
        return "assumption", named
    if any(made.id == named for made in plan.decisions):
        return "decision", named
    return ("person", key) if key in plan.person else None


def plan_at(plan: Plan, events: Sequence[Event], moment: datetime) -> Plan | None:
    """The plan as it stood at a moment: all later changes taken back. None when the events do not reach from
    then to the plan as it stands, or there was no project then."""
    later = [event for event in _in_order(events) if event.at >= moment]
    if any(e.change.entity == "project" and e.change.field == "" for e in later):
        return None
    revisions = sorted({event.revision for event in later})
    if revisions and revisions != list(range(revisions[0], plan.project.revision + 1)):
        return None
    try:
        return changes.apply(plan, changes.invert(event.change for event in later))
    except BotError:
        return None  # the log and the plan do not fit together, so nobody can say


# Which events


def _in_order(events: Iterable[Event]) -> list[Event]:
    """As they happened; what one act did stays in the order it was kept in."""
    return sorted(events, key=lambda event: event.revision)


def _is_of(event: Event, wanted: Collection[Place] | None) -> bool:
    return wanted is None or (event.change.entity, event.change.key) in wanted


def _about(plan: Plan, keys: Iterable[str], events: Sequence[Event]) -> frozenset[Place]:
    """The things asked about, and what hangs on items of them: blockers and assumptions, also gone ones."""
    found: set[Place] = set()
    for key in keys:
        found |= {("item", key), ("blocker", key.upper()), ("assumption", key.upper()), ("person", key)}
        found.add(("decision", key.upper()))
    asked = {key for entity, key in found if entity == "item"}
    found |= {("blocker", b.id) for b in plan.blockers if b.item in asked}
    found |= {("assumption", x.id) for x in plan.assumptions if asked & set(x.items)}
    found |= {("decision", d.id) for d in plan.decisions if d.item in asked}
    for event in events:
        said = event.change.before if event.change.after is None else event.change.after
        if event.change.field == "" and isinstance(said, Mapping) and said.get("item") in asked:
            found.add((event.change.entity, event.change.key))
    return frozenset(found)


def _kept_of_gone(events: Sequence[Event]) -> dict[str, Mapping[str, Any]]:
    """What the log still says of things, by key: the last whole of each."""
    wholes = [e.change for e in events if e.change.field == ""]
    return {c.key: said for c in wholes if isinstance(said := c.after or c.before, Mapping)}


def _place(plan: Plan, key: str, gone: Mapping[str, Mapping[str, Any]]) -> Place:
    known = knows(plan, key)
    if known is not None:
        return known
    if key in gone or key.upper() not in gone:
        return "item", key
    return _BY_LETTER.get(key[:1].upper(), "assumption"), key.upper()


# From events to lines


def _merged(teller: Teller, events: Sequence[Event]) -> Iterator[Told]:
    """Each field of each thing from its first value to its last; a great act as one line."""
    small: list[Event] = []
    for _, group in groupby(events, key=lambda event: event.revision):
        revision = list(group)
        if _is_great(revision):
            yield _great(teller, revision)
            revision = [event for event in revision if event.change.field == "target_go_live"]
        small += revision
    yield from _lines(teller, merged(small), {})


def _lines(
    teller: Teller,
    things: Things,
    gone: Mapping[str, Mapping[str, Any]],
    wanted: Collection[Place] | None = None,
) -> Iterator[Told]:
    """A line for each act on each thing; what an act drew with it is told with the act."""
    folded = fold(things)
    for place, steps in things.items():
        if wanted is not None and place not in wanted and not folded.drew(steps, wanted):
            continue
        whole = steps.get("")
        if whole is not None and (whole.before is None) == (whole.after is None):
            continue  # it came and went, or went and came
        hidden = set() if wanted and place[0] == "person" else folded.hidden
        kept = {name: step for name, step in steps.items() if (place, name) not in hidden}
        found = sorted(teller.phrases(*place, kept), key=lambda p: p.step.event.revision)
        for revision, group in groupby(found, key=lambda p: p.step.event.revision):
            phrases = sorted(group, key=lambda phrase: phrase.rank)
            opened = _opened(teller, phrases[0], folded.drawn.get(revision, ()))
            said = (whole.before if whole else None) or gone.get(place[1])
            yield _line(teller, place, phrases, opened, said)


def _opened(teller: Teller, first: Phrase, keys: Sequence[str]) -> str:
    if not keys or first.rank not in (Rank.REOPENED, Rank.BELIEF):
        return ""
    again = "to be confirmed again" if first.rank is Rank.REOPENED else "open again"
    return f"; with it {listed(keys, 3, teller.w.key)} {'is' if len(keys) == 1 else 'are'} {again}"


def _line(
    teller: Teller, place: Place, phrases: Sequence[Phrase], opened: str, said: Mapping[str, Any] | None
) -> Told:
    """One act on one thing: named once, then `it`."""
    first, event = phrases[0], phrases[0].step.event
    done = [first.words.replace(IT, teller.name(*place, said))]
    done += [phrase.words.replace(IT, "it") for phrase in phrases[1:]]
    item = teller.plan.item.get(place[1]) if place[0] == "item" else None
    who = teller.who(event.actor)
    return Told(
        rank=first.rank,
        words=f"{who} {'; '.join(done)}{opened}",
        entity=place[0],
        key=place[1],
        at=event.at,
        actor=who,
        act=verb(event),
        link=event.permalink,
        gate=item.gate if item else place[0] == "blocker",
    )


def _is_great(revision: Sequence[Event]) -> bool:
    touched = {(event.change.entity, event.change.key) for event in revision}
    return len(touched) > (ONE_BY_ONE if verb(revision[0]) in BY_FILE else FEW)


def _great(teller: Teller, revision: Sequence[Event]) -> Told:
    """An act on many things: how many came, changed and went."""
    event = revision[0]
    is_new = any(e.change.entity == "project" and e.change.field == "" for e in revision)
    kind, _, name = event.actor.partition(":")
    who = "golive" if kind == "file" else teller.who(event.actor)
    loaded = f"loaded the file {name}" if kind == "file" else "loaded the project file"
    how = {"load": loaded, "role": "gave somebody a role"}
    did = how.get(verb(event), f"did “{verb(event).replace('_', ' ')}”")
    if verb(event) == "new":
        did = f"started {teller.w.project()}"
    return Told(
        rank=Rank.LOADED,
        words=f"{who} {did}: {_amounts(revision, is_new=is_new)}",
        entity="project",
        key=teller.plan.project.key,
        at=event.at,
        actor=who,
        act=verb(event),
        link=event.permalink,
    )


def _amounts(revision: Sequence[Event], *, is_new: bool) -> str:
    came: Counter[str] = Counter()
    went: Counter[str] = Counter()
    changed: dict[str, set[str]] = {}
    for change in (event.change for event in revision):
        if change.entity not in _KINDS:
            continue
        if change.field:
            changed.setdefault(change.entity, set()).add(change.key)
        else:
            (went if change.after is None else came)[change.entity] += 1
    kinds = [kind for kind in _KINDS if kind in came or kind in changed or kind in went]
    new = [_many(came[kind], kind) + ("" if is_new else " new") for kind in kinds if came[kind]]
    moved = [f"{_many(len(changed[kind]), kind)} changed" for kind in kinds if kind in changed]
    gone = [f"{_many(went[kind], kind)} gone" for kind in kinds if went[kind]]
    return ", ".join((*new, *moved, *gone))


def _many(number: int, kind: str) -> str:
    return count(number, kind, "people" if kind == "person" else None)


def _run_out(
    teller: Teller, begin: datetime | None, ended: datetime, keys: Collection[str]
) -> Iterator[Told]:
    """Waivers that ran out in that time: nobody did it, and yet a gate is open again."""
    plan = teller.plan
    items = [plan.item[key] for key in keys if key in plan.item] if keys else plan.items
    for item in items:
        until = item.waived.until if item.status is Status.WAIVED and item.waived else None
        at = _moment(plan, until + timedelta(days=1), time.min) if until else None
        if at is None or at > ended or (begin is not None and at < begin):
            continue
        yield Told(
            rank=Rank.REOPENED,
            words=_expired(teller, item),
            entity="item",
            key=item.key,
            at=at,
            actor="golive",
            act="expired",
            gate=item.gate,
        )


def _expired(teller: Teller, item: Item) -> str:
    waiver = item.waived
    assert waiver is not None
    assert waiver.until is not None
    by = f" by {teller.w.person(waiver.by)}" if waiver.by else ""
    until = teller.w.day(waiver.until)
    used = "ran out" if teller.w.a.live else "ran out, not used"
    return f"The waiver of {teller.name('item', item.key)}{by} until {until} {used}: it counts as open again"


# Words around the lines


def _shown(lines: Sequence[str], whole: bool) -> list[str]:
    if whole or len(lines) <= MOST_TOLD:
        return list(lines)
    return [*lines[: MOST_TOLD - 1], f"And {len(lines) - MOST_TOLD + 1:,} more."]


def _nothing(topic: str) -> str:
    return "No date was moved." if topic == "dates" else "Nothing was changed."


def _linked(line: Told) -> str:
    return f" {line.link}" if line.link else ""


def _forecasts(w: Words, then: tuple[Plan | None, date], now: tuple[Plan | None, date]) -> list[str]:
    """Where the forecast was and is, and how many gates closed; unknown stays unsaid."""
    (old, first), (new, last) = then, now
    if old is None or new is None:
        return []
    before, after = assess(old, first), assess(new, last)
    gates = f"{before.counts.open:,} open gates then, {after.counts.open:,} now"
    gates = (
        f"Open gates: {after.counts.open:,}, as then" if before.counts.open == after.counts.open else gates
    )
    if before.live or after.live:
        return [f"{'Live already then' if before.live else 'Went live'}. {gates}."]
    if before.forecast == after.forecast:
        return [f"The forecast is unchanged: {w.day(after.forecast)}. {gates}."]
    days = after.calendar.count(min(before.forecast, after.forecast), max(before.forecast, after.forecast))
    side = "later" if after.forecast > before.forecast else "earlier"
    moved = f"from {w.day(before.forecast)} to {w.day(after.forecast)}"
    return [f"The forecast moved {moved}, {count(days, 'working day')} {side}. {gates}."]


def _forecast(plan: Plan | None, day: date) -> date | None:
    if plan is None:
        return None
    found = assess(plan, day)
    return None if found.live else found.forecast


def _stands(teller: Teller, keys: Sequence[str], gone: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """How the things asked about stand now."""
    w, plan = teller.w, teller.plan
    for key in keys:
        entity, name = _place(plan, key, gone)
        if knows(plan, key) is None:
            yield f"{teller.name(entity, name, gone.get(name))} is not on the list any more"
        elif entity == "item":
            item = plan.item[name]
            yield w.line(item) if name in w.a.timing else w.closed(item)
        elif entity == "blocker":
            blocker = plan.blocker[name]
            yield w.blocker_line(blocker) if blocker.open else f"{name} is {blocker.status}"
        elif entity == "assumption":
            belief = next(each for each in plan.assumptions if each.id == name)
            known = "found to be false" if belief.refuted else "verified"
            yield w.belief_in_full(belief) if belief.open else f"{name} is {known}: {belief.text}"
        elif entity == "decision":
            yield decisions.line(w, next(each for each in plan.decisions if each.id == name))


def nothing_known(plan: Plan, key: str) -> NotFound:
    """What to say of a word that neither the plan nor its log knows."""
    return NotFound(
        f"Nothing in {plan.project.name} is or was called `{key}`. `/golive before all` lists its items."
    )


# Moments


def _moment(plan: Plan, day: date | None, at: time) -> datetime | None:
    """A moment as it is; a day of the project from its first moment or to its last."""
    if day is None or isinstance(day, datetime):
        return day
    return datetime.combine(day, at, plan.project.zone)


def _day(plan: Plan, moment: datetime) -> date:
    return moment.astimezone(plan.project.zone).date()


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
