"""What is blocked, since when and at what cost, and on whom does that wait?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from bot.domain.answers.inquiry import Inquiry
from bot.domain.answers.overview import cost
from bot.domain.answers.parties import plain
from bot.domain.answers.values import blocker_data, iso, items_data
from bot.domain.plan import Blocker, Item, Status
from bot.domain.schedule import CLOSED
from bot.domain.wording import Reply, count, cut, listed

UNSAID = "nobody says on whom"
MOST_OF_PARTY = 12
MOST_EACH = 8  # of one party: blockers, items to do, items to confirm


def blockers(q: Inquiry) -> Reply:
    """Open blockers, the one that costs most first."""
    found = [b for b in _open(q) if _asked_about(q, b)]
    holding = [b for b in found if q.a.standing.get(b.item or "") not in CLOSED]
    idle = [b for b in found if q.a.standing.get(b.item or "") in CLOSED]
    ids = {b.id for b in found}
    oldest = min(found, key=lambda b: (b.raised, b.id), default=None)
    data = {
        "blockers": [_data(q, b) for b in (*holding, *idle)],
        "oldest": oldest.id if oldest else None,
        "unknown_clear_dates": [id_ for id_ in q.a.unknown_clear if id_ in ids],
    }
    return q.reply(
        f"{count(len(found), 'open blocker')}{q.scope()}",
        data,
        (None, blocker_lines(q, holding) if holding else [_nothing(q)]),
        ("On closed items, holding nothing up", blocker_lines(q, idle)),
        ("Oldest", [f"{oldest.id}, {_age(q, oldest)}"] if oldest and len(found) > 1 else []),
        ("Ask for a clear date", _undated(q, holding)),
        ("Called blocked, by what is not recorded", _unexplained(q)),
    )


def _open(q: Inquiry) -> list[Blocker]:
    return sorted((b for b in q.plan.blockers if b.open), key=lambda b: cost(q.a, b))


def _asked_about(q: Inquiry, blocker: Blocker) -> bool:
    """On an item that was asked about or on what that waits for; with those asked about; of those days."""
    if q.items and blocker.item not in q.below:
        return False
    if q.of_somebody:
        item = q.plan.item.get(blocker.item or "")
        owned = item is not None and item.owner in q.people
        if not (owned or blocker.owner in q.people or q.waits_on_them(blocker)):
            return False
    return q.within(blocker.raised)


def _nothing(q: Inquiry) -> str:
    if q.items and all(item.key not in q.a.timing for item in q.items):
        return f"Nothing: {'; '.join(q.w.closed(item) for item in q.items[:3])}."
    if not (q.items or q.of_somebody or q.window):
        return "Nothing is blocked."
    waiting = q.below - {item.key for item in q.items}
    behind = q.a.in_order(q.plan.item[key] for key in waiting)
    if behind:
        named = listed(behind, 3, lambda i: f"{q.w.named(i)}, {q.w.owner(i)}, {q.w.state(i)}")
        return f"No blocker is open there. It waits for {count(len(behind), 'open item')}: {named}."
    return "No blocker is open there."


def blocker_lines(q: Inquiry, found: Sequence[Blocker]) -> Iterator[str]:
    return q.lines(found, lambda b: blocker_line(q, b), lambda b: b.id)


def blocker_line(q: Inquiry, blocker: Blocker) -> str:
    """What it holds, on whom it waits since when, until when, what that costs, and who chases it."""
    item = q.plan.item.get(blocker.item or "")
    on = q.w.named(item) if item else "the whole project"
    said = [_waits(q, blocker), _clears(q, blocker)]
    if item is not None and item.key in q.a.timing:
        said.append(q.w.slack(item))
        said.append(f"{count(q.a.downstream.get(item.key, 0), 'open gate')} behind it")
    said.append(f"{q.w.person(blocker.owner)} chases it" if blocker.owner else "nobody chases it")
    behind = _behind(q, blocker)
    if behind:
        said.append(f"merely follows {listed(behind, 3, q.w.key)}")
    return f"{blocker.id} on {on}: {cut(blocker.text, 160)}; {', '.join(filter(None, said))}"


def _waits(q: Inquiry, blocker: Blocker) -> str:
    on = f"waits on {cut(blocker.waiting_on, 80)}" if blocker.waiting_on else UNSAID
    return f"{on} since {q.w.short(blocker.raised)}, {_age(q, blocker)}"


def _age(q: Inquiry, blocker: Blocker) -> str:
    days = max(0, (q.today - blocker.raised).days)
    return f"{q.working_days(q.a.age(blocker.raised))} ({days:,} calendar)"


def _clears(q: Inquiry, blocker: Blocker) -> str:
    clear = blocker.expected_clear
    if clear is None:
        return "no clear date"
    return f"{'should have cleared' if clear < q.today else 'clears'} {q.w.day(clear)}"


def _data(q: Inquiry, blocker: Blocker) -> dict[str, Any]:
    return blocker_data(q.a, blocker, _behind(q, blocker))


def _behind(q: Inquiry, blocker: Blocker) -> list[str]:
    return [key for key in q.parties.followed(blocker) if key != blocker.item]


def _undated(q: Inquiry, found: Iterable[Blocker]) -> list[str]:
    """Who is to say when blockers clear that nobody has said it of."""
    lacking = [b for b in found if b.expected_clear is None or b.expected_clear < q.today]
    said = listed(lacking, 6, lambda b: f"{b.id} {cut(b.waiting_on or UNSAID, 60)}")
    return [f"{said}; then /golive due {lacking[0].id} DATE"] if lacking else []


def _unexplained(q: Inquiry) -> list[str]:
    keys = [key for key in q.a.unexplained if not q.items or key in q.below]
    keys = [key for key in keys if q.with_them(q.plan.item[key])] if not q.window else []
    how = "say it: /golive block KEY what holds it"
    return [f"{listed(keys, 5, q.w.key)}; {how}"] if keys else []


# On whom


def waiting_on(q: Inquiry) -> Reply:
    """Whom everybody waits for; or, of somebody or some party, all that waits for them."""
    if q.of_somebody:
        return _waiting_on_them(q)
    found = [b for b in q.plan.blockers if b.open and _asked_about(q, b)]
    parties = _grouped((" ".join((b.waiting_on or "").split()), b) for b in found)
    unsaid = parties.pop("", [])
    orgs = _grouped((q.parties.organisation(b) or "", b) for b in found)
    orgs.pop("", None)
    done = [i for i in q.a.in_order(q.open_items) if q.a.standing[i.key] is Status.DONE]
    done = [i for i in done if (not q.items or i.key in q.below) and q.window is None]
    data = {
        "waiting_on": [
            {"party": name, "blockers": [b.id for b in bs], "items": [b.item for b in bs if b.item]}
            for name, bs in [*parties.items(), *([(None, unsaid)] if unsaid else [])]
        ],
        "by_organisation": _by_size(orgs),
        "to_confirm": {who: [i.key for i in items] for who, items in _confirming(done).items() if who},
    }
    told = [f"{cut(name, 80)}: {_briefly(q, bs)}" for name, bs in parties.items()]
    nobody = [f"Nobody says on whom: {_briefly(q, unsaid)}"] if unsaid else []
    return q.reply(
        f"{count(len(found), 'open blocker')}, on whom they wait{q.scope()}",
        data,
        (None, [*q.lines(told, str, str), *nobody] or ["No blocker is open."]),
        ("Waits for", _direct(q)),
        ("By organisation", _organisations(_by_size(orgs))),
        ("To confirm what is done", _to_confirm(q, done)),
    )


def _direct(q: Inquiry) -> list[str]:
    """What the items asked about wait for themselves, and who has that."""
    keys = dict.fromkeys(k for item in q.items for k in item.depends_on if k in q.a.timing)
    needs = [q.plan.item[key] for key in keys]
    return [*q.item_lines(needs, q.short_line, MOST_EACH)]


def _grouped(pairs: Iterable[tuple[str, Blocker]]) -> dict[str, list[Blocker]]:
    """What waits on each, whatever its spelling; in order of appearance."""
    spelt: dict[str, str] = {}
    found: dict[str, list[Blocker]] = {}
    for name, blocker in pairs:
        found.setdefault(spelt.setdefault(plain(name), name), []).append(blocker)
    return found


def _by_size(orgs: dict[str, list[Blocker]]) -> list[dict[str, Any]]:
    ranked = sorted(orgs.items(), key=lambda each: -len(each[1]))
    return [{"organisation": o, "count": len(bs), "blockers": [b.id for b in bs]} for o, bs in ranked]


def _organisations(rows: Sequence[dict[str, Any]]) -> list[str]:
    said = listed(rows, 10, lambda row: f"{cut(row['organisation'], 60)} {row['count']:,}")
    return [said] if rows else []


def _brief(q: Inquiry, blocker: Blocker) -> str:
    return f"{blocker.id} {q.w.key(blocker.item or 'the project')} ({q.w.age(blocker.raised)})"


def _briefly(q: Inquiry, found: Sequence[Blocker]) -> str:
    return listed(found, len(found) if q.whole else MOST_OF_PARTY, lambda b: _brief(q, b))


def _confirming(done: Iterable[Item]) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = {}
    for item in done:
        found.setdefault(item.validator or "", []).append(item)
    return found


def _to_confirm(q: Inquiry, done: Sequence[Item]) -> list[str]:
    by = _confirming(done)
    said = (f"{q.w.person(who or None)} {listed(items, 4, q.w.key)}" for who, items in by.items())
    return ["; ".join(said)] if by else []


def _waiting_on_them(q: Inquiry) -> Reply:
    found = [b for b in _open(q) if q.waits_on_them(b) and (not q.items or b.item in q.below)]
    found = [b for b in found if q.within(b.raised)]
    owns = [i for i in q.open_items if i.owner in q.people and q.about(i.key)]
    confirms = [i for i in q.open_items if q.confirms(i) and i.owner not in q.people and q.about(i.key)]
    confirms.sort(key=lambda i: q.a.standing[i.key] is not Status.DONE)
    held = [q.plan.item[b.item] for b in found if b.item in q.a.timing and b.item is not None]
    unknown = [b.id for b in found if b.expected_clear is None or b.expected_clear < q.today]
    finishes = [q.a.timing[i.key].finish for i in (*owns, *confirms, *held)]
    data = {
        "party": q.meaning.party or next(iter(q.meaning.people), None),
        "blockers": [_data(q, b) for b in found],
        "owns": items_data(q.a, owns),
        "validates": items_data(q.a, confirms),
        "earliest": iso(max(finishes, default=None)),
        "unknown_clear_dates": unknown,
    }
    nothing = [] if found or owns or confirms else [f"Nothing open waits on {q.who()}."]
    return q.reply(
        f"waiting on {q.who()}",
        data,
        (None, nothing),
        ("Blockers", blocker_lines(q, found)),
        ("Theirs to do", q.item_lines(owns, lambda i: _with_finish(q, i), MOST_EACH)),
        ("Theirs to confirm", q.item_lines(confirms, lambda i: _with_finish(q, i), MOST_EACH)),
        ("All of it can be finished", [_latest(q, max(finishes), unknown)] if finishes else []),
    )


def _latest(q: Inquiry, day: date, unknown: Sequence[str]) -> str:
    """When the last of it can be finished; no earlier than that, while blockers have no clear date."""
    return f"no earlier than {q.w.day(day)} ({listed(unknown, 3, str)} unknown)" if unknown else q.w.day(day)


def _with_finish(q: Inquiry, item: Item) -> str:
    return f"{q.short_line(item)}, earliest {q.w.day(q.a.timing[item.key].finish)}"
