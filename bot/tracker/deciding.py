"""Record what was decided."""

from __future__ import annotations

from bot.domain import decisions
from bot.domain.plan import Decision
from bot.tracker.desk import Desk, in_words
from bot.tracker.values import Actor, Done, Where


class Deciding(Desk):
    """The verb of `/golive decide`; `decide` itself is go or no-go."""

    def note_decision(self, who: Actor, where: Where, words: str, *, permalink: str | None = None) -> Done:
        """Record a decision. Said again in the same words, it is still one."""
        with self.together(who, where, "conclude") as (tx, plan):
            text, item = decisions.parted(in_words(words, plan) or "", self._known(plan))
            decisions.refuse_unfit(text)
            known = decisions.same(self._known(plan), text, item)
            if known is not None:
                return Done(lines=(f"That is {known.id} already.",), plan=plan)
            person = plan.by_slack.get(who.user)
            decision = Decision(
                id=decisions.next_id(plan),
                text=text,
                item=item,
                by=person.key if person else None,
                on=self._today(plan),
                permalink=permalink,
            )
            after = decisions.with_decision(plan, decision)
            return self._commit(tx, who, plan, after, "decided", permalink=permalink)
