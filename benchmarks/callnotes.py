"""How much of what the notes of a call hold is proposed rightly, and how long does reading them take?

The notes are those of `tests/fixtures/callnotes`, of two projects, each with what should be proposed. A
proposal is right when its kind, item, owner and date are all right. Target: nine in ten found, and one in ten
wrong at most.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console
from rich.table import Table

from bot.domain import callnotes, projectfile
from bot.domain.callnotes import Proposal
from bot.domain.plan import Plan

FOLDER = Path(__file__).parents[1] / "tests" / "fixtures" / "callnotes"
FOUND, WRONG = 0.9, 0.1
ASKERS = {"lakeview": "nora", "kestrel": "asa"}


@dataclass(frozen=True, slots=True)
class Measured:
    """What was made of one set of notes. `ticked` of the wrong ones were ticked beforehand."""

    right: int
    missed: tuple[Mapping[str, Any], ...]
    wrong: tuple[Proposal, ...]

    @property
    def ticked(self) -> int:
        return sum(each.sure for each in self.wrong)


def cases() -> list[dict[str, Any]]:
    """All notes, each with the project it is `of`."""
    return [
        {**case, "of": project}
        for project in ASKERS
        for case in yaml.safe_load((FOLDER / f"{project}-notes.yaml").read_text(encoding="utf-8"))
    ]


@cache
def the_plan(project: str = "lakeview") -> Plan:
    name = f"{project}.yaml"
    return projectfile.parse((FOLDER / name).read_text(encoding="utf-8"), name).plan


def measured(case: Mapping[str, Any]) -> Measured:
    plan = the_plan(case["of"])
    now = datetime(2027, 3, 10, 10, tzinfo=plan.project.zone)
    left = list(callnotes.read(case["text"], plan, now=now, asker=ASKERS[case["of"]]).proposals)
    right, missed = 0, []
    for wanted in case["expect"]:
        found = next((each for each in left if fits(each, wanted)), None)
        if found is None:
            missed.append(wanted)
        else:
            right += 1
            left.remove(found)
    return Measured(right, tuple(missed), tuple(left))


def fits(found: Proposal, wanted: Mapping[str, Any]) -> bool:
    """The same kind, about the same item, with the same owner and date, and recognised as stored or not."""
    if found.kind != wanted["kind"] or bool(found.already) != bool(wanted.get("already")):
        return False
    of_an_item = wanted["kind"] in ("item", "owner", "due") or "item" in wanted
    if of_an_item and found.item != wanted.get("item"):
        return False
    if wanted["kind"] != "decision" and found.owner != wanted.get("owner"):
        return False
    day = found.day.isoformat() if found.day else None
    return day == wanted.get("date") and wanted.get("says", "").casefold() in found.text.casefold()


def main() -> int:
    table = Table(title="What notes of calls propose; right, missed, wrong, and of these ticked beforehand")
    for heading in ("notes", "right", "missed", "wrong", "ticked", "ms"):
        table.add_column(heading, justify="left" if heading == "notes" else "right")
    sums = {True: [0, 0, 0, 0], False: [0, 0, 0, 0]}
    for case in cases():
        begun = time.perf_counter()
        found = measured(case)
        took = (time.perf_counter() - begun) * 1000
        row = [found.right, len(found.missed), len(found.wrong), found.ticked]
        learnt = case.get("learnt", True)
        sums[learnt] = [a + b for a, b in zip(sums[learnt], row, strict=True)]
        name = case["name"] if learnt else f"{case['name']} (nothing was fitted to it)"
        table.add_row(name, *map(str, row), f"{took:.1f}")
    table.add_section()
    for learnt, name in ((True, "those the rules were made with"), (False, "those nothing was fitted to")):
        table.add_row(name, *map(str, sums[learnt]), "")
    Console().print(table)
    right, missed, wrong = (sum(each[n] for each in sums.values()) for n in range(3))
    found_share, wrong_share = right / (right + missed), wrong / (right + wrong)
    print(f"found {found_share:.0%} (at least {FOUND:.0%}), wrong {wrong_share:.0%} (at most {WRONG:.0%})")
    return int(found_share < FOUND or wrong_share > WRONG)


if __name__ == "__main__":
    raise SystemExit(main())
