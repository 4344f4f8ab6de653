"""What does a supposition do to the forecast: what moves, whom it hits, and what stays unknown?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from functools import cached_property
from typing import Any

from bot.domain.plan import Item, Plan
from bot.domain.readiness import Assessment, Timing, assess
from bot.domain.whatif.playing import Played, Pulled, play
from bot.domain.whatif.scenario import Kind, Scenario
from bot.domain.wording import Answer, Reply, Words, count, cut, listed, sections

MOST_MOVED = 5
MOST_ABOUT = 6
MOST_IN_CHAIN = 9
_ROLES = ("owner", "validator")


def compare(plan: Plan, a: Assessment, scenario: Scenario, as_of: datetime) -> Reply:
    """The plan as it would be beside the plan as it is; nothing is stored."""
    return _Compared(a, scenario).reply(as_of)


class _Compared:
    """Two assessments of one day: `a` of the plan as it is, `b` of the plan as it would be."""

    def __init__(self, a: Assessment, scenario: Scenario):
        self.a, self.scenario = a, scenario
        self.played: Played = play(a.plan, scenario, a.today)
        self.b = assess(self.played.plan, a.today, a.stated)
        self.w = Words(self.b)
        kinds = {s.kind for s in scenario.suppositions}
        self.only_target = kinds == {Kind.TARGET}

    def reply(self, as_of: datetime) -> Reply:
        return Reply(self._answer(as_of), self._data())

    # What is different

    @cached_property
    def change(self) -> int:
        """Working days the forecast moves, later when positive."""
        return _between(self.a, self.a.forecast, self.b.forecast)

    @cached_property
    def moved(self) -> tuple[str, ...]:
        """What starts or finishes on another day: gates first, the tightest, the farthest moved."""
        keys = [
            key
            for key, timing in self.b.timing.items()
            if (was := self.a.timing.get(key)) and _days(was) != _days(timing)
        ]
        return tuple(sorted(keys, key=self._weight))

    def _weight(self, key: str) -> tuple[bool, int, int, date, str]:
        timing, item = self.b.timing[key], self.b.plan.item[key]
        far = abs(_between(self.a, self.a.timing[key].finish, timing.finish))
        slack = timing.slack if timing.slack is not None else 1 << 30
        return not item.gate, slack, -far, timing.start, key

    @cached_property
    def about(self) -> tuple[str, ...]:
        """The items the question is about, the tightest first."""

        def tight(key: str) -> tuple[int, str]:
            timing = self.b.timing.get(key) or self.a.timing.get(key)
            return (timing.slack if timing and timing.slack is not None else 1 << 30), key

        return tuple(sorted((key for key in self.played.about if key in self.a.timing), key=tight))

    @cached_property
    def newly_critical(self) -> tuple[str, ...]:
        return tuple(key for key in self.b.critical if key not in self.a.critical)

    @cached_property
    def impossible(self) -> tuple[str, ...]:
        """Due dates that can be met today, and could not any more."""
        open_ = (i for i in self.b.in_order(i for i in self.b.plan.items if i.key in self.b.timing))
        return tuple(i.key for i in open_ if self.b.due_impossible(i) and not self.a.due_impossible(i))

    @cached_property
    def hits(self) -> dict[str, list[str]]:
        """Whose open work is later, or lost to somebody else: person or role, and the items."""
        found: dict[str, list[str]] = {}
        for key in self.moved:
            item, was = self.b.plan.item[key], self.a.timing[key]
            who = self.b.doer(item)
            if who and (self.b.timing[key].finish > was.finish or self.b.timing[key].start > was.start):
                found.setdefault(who, []).append(key)
        for before in self.a.plan.items:
            after = self.b.plan.item[before.key]
            for role in _ROLES:
                had, has = getattr(before, role), getattr(after, role)
                if had != has and before.key in self.a.timing:
                    for who in (had, has):
                        if who and before.key not in found.setdefault(who, []):
                            found[who].append(before.key)
        return dict(sorted(found.items(), key=lambda hit: (-len(hit[1]), hit[0])))

    @property
    def kind(self) -> str:
        unsure = self.b.unknown_clear or self.played.unsure
        return "no_earlier_than" if unsure else "stated"

    # In words

    def _answer(self, as_of: datetime) -> Answer:
        w, s = self.w, self.scenario
        return Answer(
            f"{w.project()}: what if {cut(s.words, 120)}, as of {w.moment(as_of)}",
            sections(
                (None, [self._verdict()]),
                ("Taken as", self._taken()),
                (None, map(self._pulled, self.played.pulled)),
                ("It is about", self._about()),
                ("Moves", self._moves()),
                ("Hits", self._hit()),
                ("Becomes critical", self._list(self.newly_critical)),
                ("Due dates that can no longer be met", self._list(self.impossible)),
                ("Sets the date then", self._chain()),
                (None, [self._honest()]),
            ),
        )

    def _verdict(self) -> str:
        a, b, w = self.a, self.b, self.w
        kind = "no earlier than " if self.kind == "no_earlier_than" else ""
        if self.played.orphaned:
            said = f"{self._unmanned()} Taken up by somebody at once: {kind}{w.day(b.forecast)}"
        elif not self.change:
            said = f"The forecast stays {kind}{w.day(b.forecast)}"
        else:
            side = "later" if self.change > 0 else "earlier"
            moved = f"{count(abs(self.change), 'working day')} {side} than {w.day(a.forecast)}"
            said = f"Forecast {kind}{w.day(b.forecast)}, {moved}"
        target = b.plan.project.target_go_live
        if target is None or b.gap is None:
            return f"{said}; no target date is set."
        if not b.gap:
            return f"{said}: on the target."
        side = "after" if b.gap > 0 else "before"
        return f"{said}: {count(abs(b.gap), 'working day')} {side} the target {w.day(target)}."

    def _unmanned(self) -> str:
        """Work without anybody to do it is no earlier go-live, whatever the arithmetic says."""
        named = listed(self.played.orphaned, 3, self.w.key)
        return f"No date: nobody would have {named}, and go-live waits for {self._them()}."

    def _them(self) -> str:
        return "it" if len(self.played.orphaned) == 1 else "them"

    def _taken(self) -> Iterator[str]:
        said = "; ".join(self.played.said) + "."
        yield said
        for s in self.scenario.suppositions:
            if s.remark and not (s.kind is Kind.DROPPED and ", ".join(s.items) in said):
                yield s.remark

    def _pulled(self, p: Pulled) -> str:
        w = self.w
        verb = "start" if p.starts else "be finished"
        said = f"{w.key(p.item)} cannot {verb} {w.day(p.wanted)}: the earliest is {w.day(p.earliest)}."
        won = f"{count(p.to_win, 'working day')} would have to be won"
        if not p.behind:
            return f"{said} {won} on its own work; the date above supposes that."
        behind = listed(p.behind, 3, w.key)
        alongside = f" Alongside them instead: {w.day(p.alongside)}." if p.alongside else ""
        return f"{said} {won} on what it waits for ({behind}); the date above supposes that.{alongside}"

    def _about(self) -> list[str]:
        shown = self.about[:MOST_ABOUT]
        rest = len(self.about) - len(shown)
        lines = [self._line(key) for key in shown]
        return [*lines, f"and {count(rest, 'item')} more"] if rest else lines

    def _moves(self) -> list[str]:
        others = [key for key in self.moved if key not in self.about[:MOST_ABOUT]]
        nearest = self._nearest()
        near = [key for key in others if key in nearest]
        first = [*near, *(key for key in others if key not in nearest)]
        shown = first[:MOST_MOVED] if len(first) > MOST_MOVED + 1 else first
        rest = len(first) - len(shown)
        order = sorted(shown, key=lambda key: (self.b.timing[key].start, self._weight(key)))
        lines = [self._line(key) for key in order]
        return [*lines, f"and {count(rest, 'item')} more"] if rest else lines

    def _nearest(self) -> set[str]:
        """What waits for the items asked about, within two steps."""
        near: set[str] = set(self.about)
        for _ in range(2):
            near |= {i.key for i in self.b.plan.items if near.intersection(i.depends_on)}
        goal = self.b.plan.project.go_live_item
        return near - set(self.about) - {goal or ""}

    def _line(self, key: str) -> str:
        """One item: when it is finished then, and what slack that leaves."""
        was, now, w = self.a.timing[key], self.b.timing.get(key), self.w
        if now is None:
            slack = f"; it had {_slack(was)}" if was.slack is not None else self._apart(key)
            return f"{w.key(key)}: closed then{slack}"
        slack, lost = self._slack(key, was, now), self._lost(key)
        if lost and _days(was) == _days(now):
            return f"{w.key(key)}: {lost}{slack}"
        return f"{w.key(key)}: {self._when(was, now)}{slack}{lost and '; ' + lost}"

    def _lost(self, key: str) -> str:
        """Who has an item then, or is to confirm it, where that is somebody else or nobody."""
        was, now, w = self.a.plan.item[key], self.b.plan.item[key], self.w
        found = [f"{w.person(now.owner)} has it then"] if was.owner != now.owner else []
        if was.validator != now.validator:
            found.append(f"{w.person(now.validator)} is to confirm it then")
        return ", ".join(found)

    def _when(self, was: Timing, now: Timing) -> str:
        w = self.w
        if _days(was) == _days(now):
            return f"finishes {w.day(now.finish)}, as now"
        if was.finish == now.finish:
            starts = f"starts {w.day(now.start)} instead of {w.day(was.start)}"
            return f"{starts}, finishes {w.day(now.finish)} as now"
        return f"finishes {w.day(now.finish)} instead of {w.day(was.finish)}"

    def _slack(self, key: str, was: Timing, now: Timing) -> str:
        if now.slack is None:
            return self._apart(key)
        before = f" before {self._next(key)}" if now.slack and self._next(key) else ""
        if was.slack == now.slack:
            return f", slack {now.slack:,}{before}"
        was_slack = f", was {was.slack:,}" if was.slack is not None else ""
        return f", slack {now.slack:,}{was_slack}{before and ',' + before}"

    def _apart(self, key: str) -> str:
        """What does not lead to go-live: go-live itself, what follows it, and what it does without."""
        if key == self.b.plan.project.go_live_item:
            return ""
        return "; after go-live" if key in self.b.after_go_live else "; go-live does not wait for it"

    def _next(self, key: str) -> str:
        """What would have to wait first if it took longer."""
        waiting = [i for i in self.b.plan.items if key in i.depends_on and i.key in self.b.timing]
        binding = [i for i in waiting if self.b.timing[i.key].slack is not None]
        if not binding:
            return ""

        def tight(item: Item) -> tuple[int, date, str]:
            timing = self.b.timing[item.key]
            return timing.slack or 0, timing.start, item.key

        return self.w.key(min(binding, key=tight))

    def _hit(self) -> list[str]:
        who = [f"{self.w.person(key)} ({listed(items, 3, self.w.key)})" for key, items in self.hits.items()]
        return [listed(who, 4, str)] if who else []

    def _list(self, keys: tuple[str, ...]) -> list[str]:
        return [listed(keys, 5, self.w.key)] if keys else []

    def _chain(self) -> list[str]:
        if self.b.live or not self.b.chain:
            return []
        keys = [self.w.key(key) for key in self.b.chain]
        if len(keys) > MOST_IN_CHAIN:
            half = MOST_IN_CHAIN // 2
            keys = [*keys[:half], f"{len(keys) - 2 * half} more", *keys[-half:]]
        same = " (as now)" if self.b.chain == self.a.chain else ""
        return [" > ".join(keys) + same]

    def _honest(self) -> str:
        unknown, said = self.b.unknown_clear, list[str]()
        if unknown:
            one = "has no clear date" if len(unknown) == 1 else "have no clear date"
            said.append(f"{listed(unknown, 5, str)} {one} to go by")
        said += self.played.unsure
        honest = f"No earlier than that: {'; '.join(said)}. " if said else ""
        minds = "".join(f"Mind: {words} " for words in self.played.minds)
        return f"{honest}{minds}Nothing was changed."

    # As data

    def _data(self) -> dict[str, Any]:
        a, b = self.a, self.b
        target = b.plan.project.target_go_live
        return {
            "suppositions": [s.as_json() for s in self.scenario.suppositions],
            "taken_as": list(self.played.said),
            "forecast": b.forecast.isoformat(),
            "forecast_kind": self.kind,
            "target": target.isoformat() if target else None,
            "gap_working_days": b.gap,
            "change_working_days": self.change,
            "before": {"forecast": a.forecast.isoformat(), "gap_working_days": a.gap},
            "about": [self._timed(key) for key in self.about],
            "moved": [self._timed(key) for key in self.moved],
            "driving_chain": list(b.chain),
            "critical": list(b.critical),
            "newly_critical": list(self.newly_critical),
            "hits": [{"person": who, "items": items} for who, items in self.hits.items()],
            "impossible": list(self.impossible),
            "unknown_clear_dates": list(b.unknown_clear),
            "infeasible": [_pulled_data(p) for p in self.played.pulled],
            "note": self._note(),
        }

    def _timed(self, key: str) -> dict[str, Any]:
        was, now = self.a.timing[key], self.b.timing.get(key)
        return {
            "key": key,
            "earliest_start": now.start.isoformat() if now else None,
            "earliest_finish": now.finish.isoformat() if now else None,
            "slack_working_days": now.slack if now else None,
            "was_start": was.start.isoformat(),
            "was_finish": was.finish.isoformat(),
            "was_slack_working_days": was.slack,
        }

    def _note(self) -> str | None:
        said = [*(s.remark for s in self.scenario.suppositions if s.remark)]
        said += [self._pulled(p) for p in self.played.pulled]
        said += [*self.played.unsure, *self.played.minds]
        return " ".join(said) or None


def _between(a: Assessment, was: date, now: date) -> int:
    """Working days of the plan as it is from one day to another."""
    return a.calendar.count(was, now)


def _days(timing: Timing) -> tuple[date, date]:
    return timing.start, timing.finish


def _slack(timing: Timing) -> str:
    return f"{count(timing.slack or 0, 'working day')} of slack"


def _pulled_data(p: Pulled) -> dict[str, Any]:
    return {
        "item": p.item,
        "wanted": p.wanted.isoformat(),
        "earliest": p.earliest.isoformat(),
        "to_win_working_days": p.to_win,
        "behind": list(p.behind),
        "alongside": p.alongside.isoformat() if p.alongside else None,
    }
