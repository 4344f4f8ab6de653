"""Where was something kept out because it said who a patient is? Who, where and when; never what."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from bot.domain.patientdata import Withheld
from bot.domain.plan import Plan
from storage import models
from storage.guard import clean
from storage.work import Work

ACT = "withheld"
_NO_REVISION = 0  # the plan is what it was: nothing that follows its changes meets these


class Withholding(Work):
    """The part of a Transaction that knows what was kept out."""

    def note_withheld(self, plan: Plan, one: Withheld) -> None:
        """An event of its own, that says nothing of what was said."""
        head = plan.project
        event: dict[str, Any] = {
            "project_id": head.id,
            "workspace": head.workspace,
            "revision": _NO_REVISION,
            "at": one.at,
        }
        event |= {"actor": clean(one.user), "act": ACT, "entity": "message", "key": clean(one.ts or "")}
        event |= {"field": "", "before": None, "after": {"channel": one.channel and clean(one.channel)}}
        self.run(insert(models.events), [{**event, "permalink": one.permalink and clean(one.permalink)}])

    def withheld(self, workspace: str, key: str, since: datetime) -> list[Withheld]:
        """What was kept out of a project since then, in the order it came."""
        table, heads = models.events, models.projects
        wanted = select(table).join(heads, heads.c.id == table.c.project_id)
        wanted = wanted.where(heads.c.workspace == workspace, heads.c.key == key)
        wanted = wanted.where(table.c.act == ACT, table.c.revision == _NO_REVISION, table.c.at >= since)
        return [
            Withheld(
                user=row.actor,
                channel=(row.after or {}).get("channel"),
                ts=row.key or None,
                at=row.at,
                permalink=row.permalink,
            )
            for row in self.run(wanted.order_by(table.c.id))
        ]
