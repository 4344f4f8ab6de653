"""Record what is believed, who finds out by when, and what came out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.domain import readiness, states
from bot.domain.beliefs import assuming, truth
from bot.domain.beliefs.assuming import Assumed
from bot.domain.errors import Invalid
from bot.domain.plan import Assumption, Plan, Status
from bot.domain.wording import Words
from bot.tracker.desk import Desk, in_words, named, slack_of
from bot.tracker.fallout import Fallout, forecast_moved, tell_of_false
from bot.tracker.values import NOBODY, Actor, Colleague, Done, Where
from storage import Transaction

LONGEST_BELIEF = 1_000


class Believing(Desk):
    """The verbs on assumptions."""

    def assume(
        self,
        who: Actor,
        where: Where,
        words: str,
        colleagues: Mapping[str, Colleague] = NOBODY,
        *,
        permalink: str | None = None,
    ) -> Done:
        """Record what is believed. Said again, it is still one, with what the second time says besides."""
        with self.together(who, where, "assume") as (tx, plan):
            zone, today = self._zone(plan, who.user), self._today(plan)
            said = assuming.read(words, now=self.now(), zone=zone, today=today)
            text = _text(said.text, plan)
            with_people, fields = self._believed(plan, said, who, colleagues)
            there = truth.same(self._known(plan), text)
            there = truth.find(plan, there.id) if there else None
            belief = there or Assumption(id=truth.next_id(plan), text=text, made=today, permalink=permalink)
            keys = tuple(dict.fromkeys((*belief.items, *fields.pop("items"))))
            more = {name: value for name, value in fields.items() if value is not None}
            belief = replace(belief, item=keys[0] if keys else None, also_under=keys[1:], **more)
            after = truth.with_belief(with_people, belief)
            after = plan if after == plan else after
            instead = f"That is {belief.id} already, and nobody knows yet."
            besides = _what_it_lacks(belief)
            return self._commit(
                tx, who, plan, after, "assume", permalink=permalink, instead=instead, besides=besides
            )

    def verify(
        self, who: Actor, where: Where, id: str, evidence: str | None, *, permalink: str | None = None
    ) -> Done:
        """It is true, and this shows it."""
        with self.together(who, where, "verify") as (tx, plan):
            said = self._words_of(plan, evidence=evidence, permalink=permalink)
            id = truth.find(self._known(plan), id).id
            after = truth.verified(plan, id, self._asking(tx, plan, who), said)
            instead = self._already_known(plan, id)
            return self._commit(tx, who, plan, after, "verify", permalink=permalink, instead=instead)

    def refute(
        self, who: Actor, where: Where, id: str, why: str | None, *, permalink: str | None = None
    ) -> Done:
        """It is false: what was done on it is taken up again, and those whose work that is are told."""
        with self.together(who, where, "refute") as (tx, plan):
            said = self._words_of(plan, why=why, permalink=permalink)
            id = truth.find(self._known(plan), id).id
            after = truth.refuted(plan, id, self._asking(tx, plan, who), said)
            if after is plan:
                return Done(lines=(self._already_known(plan, id),), plan=plan)
            then, now = (readiness.assess(each, said.today) for each in (plan, after))
            belief = truth.find(plan, id)
            besides = (*_still_waived(now, belief), forecast_moved(then, now))
            act = f"refute: {said.why}"
            done = self._commit(tx, who, plan, after, act, permalink=permalink, besides=besides)
            fallout = Fallout(plan, done.plan, who, said.why or "", self.now())
            tell_of_false(tx, fallout, belief, then, now)
            return done

    def _open_again(
        self, tx: Transaction, who: Actor, plan: Plan, id: str, why: str | None, permalink: str | None
    ) -> Done:
        said = self._words_of(plan, why=why, permalink=permalink)
        after = truth.reopened(plan, id, self._asking(tx, plan, who), said)
        act = f"reopen: {said.why}"
        stays = ("What was taken up again because of it stays so.",) if truth.find(plan, id).refuted else ()
        return self._commit(tx, who, plan, after, act, permalink=permalink, besides=stays)

    def _words_of(
        self,
        plan: Plan,
        *,
        evidence: str | None = None,
        why: str | None = None,
        permalink: str | None = None,
    ) -> states.Said:
        """What came with an act, refused where it is too long to be kept whole."""
        evidence, why = in_words(evidence, plan), in_words(why, plan)
        states.refuse_too_long(evidence, "evidence")
        states.refuse_too_long(why, "reason")
        return states.Said(
            at=self.now(),
            today=self._today(plan),
            evidence=evidence,
            why=why,
            permalink=permalink,
        )

    def _believed(
        self, plan: Plan, said: Assumed, who: Actor, colleagues: Mapping[str, Colleague]
    ) -> tuple[Plan, dict[str, Any]]:
        """An assumption's fields as somebody's words say them; who is named joins the plan."""
        found: dict[str, Any] = {"verify_by": said.by}
        for name, meant in (("owner", said.owner), ("relied_on_by", said.relied_on_by)):
            user = who.user if meant == assuming.ME else meant
            if user:
                user = slack_of(named(self._known(plan), user)) if user.startswith("@") else user
                plan, person = self._person(plan, user, colleagues.get(user))
                found[name] = person.key
        found["items"] = [self._item(plan, word).key for word in said.under]
        found["proven_by"] = self._item(plan, said.proven_by).key if said.proven_by else None
        return plan, found

    def _already_known(self, plan: Plan, id: str) -> str:
        belief = truth.find(plan, id)
        finding = Words(readiness.assess(plan, self._today(plan))).finding(belief)
        return f"{belief.id} is known already: {finding}. Nothing was changed."


def _text(words: str, plan: Plan) -> str:
    text = " ".join((in_words(words, plan) or "").split())
    if not text:
        raise Invalid("Say what is believed: `/golive assume The old sockets fit under cabling by Friday`.")
    if len(text) > LONGEST_BELIEF:
        raise Invalid(f"That has {len(text):,} characters. Say it in at most {LONGEST_BELIEF:,}.")
    return text


def _what_it_lacks(belief: Assumption) -> tuple[str, ...]:
    lacks = []
    if not belief.items:
        lacks.append("Nothing rests on it yet: say it again with `under KEY`.")
    if belief.owner is None:
        lacks.append(f"Nobody finds out yet: `/golive own {belief.id} @person`.")
    if belief.verify_by is None:
        lacks.append(f"It has no date yet: `/golive due {belief.id} friday`.")
    return tuple(lacks)


def _still_waived(now: readiness.Assessment, belief: Assumption) -> tuple[str, ...]:
    waived = [key for key in belief.items if now.standing.get(key) is Status.WAIVED]
    return tuple(f"`{key}` rests on it and stays waived." for key in waived)
