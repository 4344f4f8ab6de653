"""What does the whole answer to each question cost on 1,000 and on 10,000 items, from the plan to the words?

Nothing is remembered between answers: each assesses the plan anew. Target: at most 25 times the time for ten
times the items. A supposition is measured with the words "what if KEY slips 3 days".
"""

from __future__ import annotations

import time
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from benchmarks.readiness import TODAY, fresh, large
from bot.domain import answers
from bot.domain.plan import Assumption, Plan
from bot.domain.questions import Asked
from bot.domain.questions.meaning import Meaning
from bot.domain.readiness import assess
from bot.domain.senses import SENSES, sense

NINE = datetime(TODAY.year, TODAY.month, TODAY.day, 9, tzinfo=ZoneInfo("UTC"))
SIZES = (1_000, 10_000)
RUNS, MOST = 5, 25
OF_ITEMS = frozenset({"owner_of", "status_of", "history_of", "whatif"})


def a_plan(size: int) -> Plan:
    """With an assumption for every twentieth item."""
    plan = large(size)
    beliefs = (Assumption(id=f"A{n}", text="It fits", item=f"item-{n * 20}") for n in range(size // 20))
    return Plan(
        project=plan.project,
        people=plan.people,
        items=plan.items,
        blockers=plan.blockers,
        assumptions=tuple(beliefs),
    )


def milliseconds(plan: Plan, intent: str, topic: str) -> float:
    """Of the fastest of a few answers."""
    item = f"item-{len(plan.items) // 2}"
    people = ("p7",) if intent == "items_of" else ()
    meaning = Meaning(plan.project.key, people=people, items=(item,) if intent in OF_ITEMS else ())
    facts = answers.Facts(question=f"what if {item} slips 3 days" if intent == "whatif" else "")
    found = []
    for _ in range(RUNS):
        anew = fresh(plan)
        begun = time.perf_counter()
        answers.reply(Asked(intent, topic=topic), meaning, anew, assess(anew, TODAY), NINE, facts)
        found.append(time.perf_counter() - begun)
    return min(found) * 1000


def main() -> int:
    small, big = map(a_plan, SIZES)
    table = Table(title=f"The whole answer; at most {MOST} times the time for ten times the items")
    for heading in ("question", *(f"{size:,} items, ms" for size in SIZES), "ratio"):
        table.add_column(heading, justify="left" if heading == "question" else "right")
    worst = 0.0
    for intent, topic in SENSES:
        few, many = milliseconds(small, intent, topic), milliseconds(big, intent, topic)
        worst = max(worst, many / few)
        table.add_row(sense(intent, topic), f"{few:.1f}", f"{many:.1f}", f"{many / few:.1f}")
    Console().print(table)
    return int(worst > MOST)


if __name__ == "__main__":
    raise SystemExit(main())
