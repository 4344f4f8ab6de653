"""Do people talk to golive as to an agent, and which project do they mean who look at a channel?"""

from __future__ import annotations

from datetime import timedelta

from bot.domain.errors import Refused
from bot.tracker.desk import Desk
from bot.tracker.values import Actor
from storage import Ability, Transaction

AGENT = "agent"
REMEMBERED = timedelta(days=7)  # what Slack refused may be there later: then it is tried again


class Conversing(Desk):
    """The verbs of the conversation beside which somebody looks at something."""

    def may_be_agent(self, workspace: str) -> bool:
        """Whether it is worth asking Slack for what only agents have."""
        with self.store.reading() as tx:
            known = tx.ability(workspace, AGENT)
        return known is None or known.has or not self._is_lately(known)

    def is_agent(self, workspace: str) -> bool:
        """Whether it turned out that people talk to golive as to an agent here: in threads, with prompts."""
        with self.store.reading() as tx:
            known = tx.ability(workspace, AGENT)
        return known is not None and known.has

    def agent_is(self, workspace: str, has: bool, why: str | None = None) -> bool:
        """What Slack said of it; True when that is news."""
        with self.store.transaction() as tx:
            known = tx.ability(workspace, AGENT)
            tx.note_ability(workspace, AGENT, Ability(has, why, self.now()))
        return known is None or known.has != has or known.why != why

    def looks_at(self, who: Actor, thread: str, channel: str | None) -> bool:
        """They look at this channel now, beside all they say or one thread; True when it has another project
        of theirs than the one before."""
        with self.store.transaction() as tx:
            before = self._in_view(tx, who, tx.glance(who.workspace, who.user, thread))
            tx.glanced(who.workspace, who.user, thread, channel, self.now())
            return self._in_view(tx, who, channel) != before

    def spoke_of(self, who: Actor, thread: str, project: str) -> None:
        """What was answered in this thread was of this project; what is asked there next is too, until they
        look at another one."""
        with self.store.transaction() as tx:
            plan = tx.plan(who.workspace, project)
            channel = plan.project.channel if plan is not None else None
            if self._in_view(tx, who, channel) is not None:
                tx.glanced(who.workspace, who.user, thread, channel, self.now())

    def meant_beside(self, who: Actor, threads: tuple[str, ...], channel: str | None = None) -> str | None:
        """The channel whose project somebody means who does not say which: the one they look at, if it has
        one that they may see."""
        with self.store.reading() as tx:
            looked_at = channel or tx.glance(who.workspace, who.user, *threads)
            return looked_at if self._in_view(tx, who, looked_at) is not None else None

    def prompts_for(self, who: Actor, channel: str | None) -> str | None:
        """The name of the project in view, for what they may want to ask; None without one."""
        with self.store.reading() as tx:
            return self._in_view(tx, who, channel)

    def _in_view(self, tx: Transaction, who: Actor, channel: str | None) -> str | None:
        plan = tx.plan_in(who.workspace, channel) if channel else None
        try:
            seen = plan is not None and self._may_see(tx, who, plan, None)
        except Refused:  # nobody knows yet who that is
            seen = False
        return plan.project.name if plan is not None and seen else None

    def _is_lately(self, known: Ability) -> bool:
        return timedelta(0) <= self.now() - known.at < REMEMBERED
