"""Which picture does somebody want to see, and where shall it be shown?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from bot.domain import forecasting
from bot.domain.errors import Invalid
from bot.domain.pictures import around, burnup, timeline
from bot.domain.pictures.values import AROUND, NAMES, TIMELINE, Picture, Sight
from bot.domain.plan import Event, Plan
from bot.domain.readiness import Assessment
from bot.domain.wording import cut
from bot.tracker.questions import Questions, first_untried
from bot.tracker.values import Actor, Where
from storage import Message, Transaction

PICTURE, POSTED_PICTURE = "picture", "posted_picture"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A picture is on its way; `new` is False when this very press sent it already."""

    plan: Plan
    sight: Sight
    new: bool
    to_post: bool  # they may put it into the channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A picture to be shown, of which project; `by` whom it was posted, if not sent to one person."""

    plan: Plan
    sight: Sight
    picture: Picture
    by: str | None = None


class Picturing(Questions):
    """The verb plot. What is drawn is decided when it is shown, not when it is wanted."""

    def plot(
        self, workspace: str, project: str | None, sight: Sight, at: datetime | None = None
    ) -> tuple[Plan, Picture]:
        """The picture for the command line, as of any moment."""
        with self.store.reading() as tx:
            plan = self._stored(tx, workspace, project)
            return plan, self._pictured(tx, plan, self._checked(plan, sight), at or self.now())

    def send_picture(self, who: Actor, where: Where, sight: Sight, pressed: str) -> Sent:
        """Show a picture to this person, directly: no other message with one is seen by one person only."""
        with self.together(who, where, "look") as (tx, plan):
            sight = self._checked(plan, sight)
            project = plan.project
            # Pressed twice is wanted once; wanted again once something changed, or on another day, when
            # the forecast may be another, is wanted anew.
            today = self.now().astimezone(project.zone).date()
            parts = (project.key, sight.line, who.user, pressed, str(project.revision), str(today))
            key = first_untried(tx, who.workspace, PICTURE, who.workspace, *parts)
            payload = {"project": project.key, "about": sight.about, "key": sight.key}
            new = tx.emit(who.workspace, who.user, key, PICTURE, payload, at=self.now())
            return Sent(plan=plan, sight=sight, new=new, to_post=self._may(tx, plan, who, "post"))

    def post_picture(self, who: Actor, where: Where, sight: Sight) -> bool:
        """Put a picture into the project's channel; False when the same one was put there already. Several
        messages lead to it, and whichever is pressed, everybody sees it once."""
        with self.together(who, where, "post") as (_, plan):
            sight = self._checked(plan, sight)
            asked = {"about": sight.about, "key": sight.key}
            as_of = f"{plan.project.revision} {self._today(plan)}"
            return self._post(who, where, POSTED_PICTURE, asked, (PICTURE, sight.line), as_of)

    def shown_picture(self, message: Message) -> Shown | None:
        """What a message shows now; None when its project or item is not there any more."""
        said = message.payload
        sight = Sight(str(said["about"]), str(said.get("key") or ""))
        with self.store.reading() as tx:
            plan = tx.plan(message.workspace, said["project"])
            plan = plan and self._fit(tx, plan, message.channel)
            if plan is None or (sight.about == AROUND and sight.key not in plan.item):
                return None
            picture = self._pictured(tx, plan, sight, self.now())
        return Shown(plan=plan, sight=sight, picture=picture, by=said.get("by"))

    def _checked(self, plan: Plan, sight: Sight) -> Sight:
        """The item that is meant by its name; what is nearly called so is offered."""
        if sight.about not in NAMES:
            raise Invalid("Say which picture: timeline, burnup, or around KEY.")
        if sight.about != AROUND and sight.key:
            raise Invalid(
                f"I do not know what “{cut(sight.key, 40)}” asks for. `/golive plot {sight.about}` shows the "
                "whole project as it stands; `/golive plot around vpn` what is left around one item."
            )
        if sight.about != AROUND:
            return sight
        if not sight.key:
            raise Invalid("Say around what: `/golive plot around vpn`.")
        return Sight(AROUND, self._item(plan, sight.key).key)

    def _pictured(self, tx: Transaction, plan: Plan, sight: Sight, at: datetime) -> Picture:
        a = self._assessment(plan, at.astimezone(plan.project.zone).date())
        if sight.about == AROUND:
            return around.around(a, plan.item[sight.key])
        spread, why_not = _range(a), forecasting.why_not(plan, a)
        if sight.about == TIMELINE:
            return timeline.timeline(a, spread, why_not)
        return burnup.burnup(a, self._counted(tx, plan), spread, why_not)

    def _counted(self, tx: Transaction, plan: Plan) -> Sequence[Event]:
        return tx.events_of_items(plan.project.id or 0, sorted(burnup.TELLING))


@lru_cache(maxsize=16)
def _range(a: Assessment) -> forecasting.Spread | None:
    """The range of a plan as it stands on a day: the same for all who look, and dear to work out."""
    return forecasting.spread(a.plan, a)
