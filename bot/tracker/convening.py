"""What is to be talked about in the next call, and may it be shown to all?"""

from __future__ import annotations

from datetime import datetime

from bot.domain import agenda
from bot.domain.errors import BotError
from bot.domain.plan import Plan
from bot.domain.wording import Answer, Reply, sections
from bot.tracker.desk import in_words
from bot.tracker.questions import Questions
from bot.tracker.values import Actor, Where
from storage import Transaction


class Convening(Questions):
    """The verb agenda."""

    def agenda(self, who: Actor, where: Where, words: str) -> tuple[Plan, Reply]:
        """The agenda of the next call with a party or a person; the customer, without words."""
        with self.store.reading() as tx:
            plan = self._plan(tx, who, where)
            person = plan.by_slack.get(who.user)
            return plan, self._agenda_with(tx, plan, words, self.now(), person.key if person else None)

    def agenda_of(self, workspace: str, key: str | None, words: str, at: datetime | None) -> Reply:
        """The same on the command line."""
        with self.store.reading() as tx:
            return self._agenda_with(tx, self._stored(tx, workspace, key), words, at or self.now())

    def agenda_again(self, plan: Plan, words: str) -> Reply:
        """The agenda as it is now, for a message that shows it; or why there is none any more."""
        with self.store.reading() as tx:
            try:
                return self._agenda_with(tx, plan, words, self.now())
            except BotError as nobody:
                return Reply(Answer(str(nobody), sections()), {})

    def post_agenda(self, who: Actor, where: Where, words: str, pressed: str) -> bool:
        """Put it into the project's channel; False when this very press did so already."""
        self.agenda(who, where, words)  # refused here, where somebody can be told
        return self._post(who, where, "posted_agenda", {"words": words}, ("agenda", words), pressed)

    def _agenda_with(
        self, tx: Transaction, plan: Plan, words: str, at: datetime, asker: str | None = None
    ) -> Reply:
        as_of = at.astimezone(plan.project.zone)
        call = agenda.with_whom(plan, _named(words, plan), asker)
        a = self._assessment(plan, as_of.date())
        return agenda.make(plan, a, call, as_of, tx.poll(plan.project.id or 0))


def _named(words: str, plan: Plan) -> str:
    """Whom somebody typed or mentioned, as the plan calls them."""
    return (in_words(words, plan) or "").strip().lstrip("@")
