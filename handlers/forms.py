"""Forms about items: opened from a button, a command or the menu, filled in with what we offer, and sent."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.domain import proofs, suggesting
from bot.domain.errors import BotError, EveryMistake, Invalid, NotFound
from bot.domain.patientdata import PatientData
from bot.domain.proofs import Proof
from bot.integrations.slack import Slack
from bot.integrations.slackproof import proof_of
from bot.tracker import Actor, Colleague, Done, Obstacle, Overtaken, Tracker, Where, WhoIsThat
from handlers import opening
from handlers.arriving import Acknowledgement
from handlers.inbox import Inbox
from handlers.people import People
from handlers.readiness import pressed_by
from handlers.views import blocks, fields, given
from handlers.views import forms as views
from handlers.views.forms import About, Filled

log = logging.getLogger("golive.forms")

PATIENCE = 2.2  # seconds; Slack waits three for what becomes of a form
NAMES_WITHIN = 1.5  # seconds to learn what people are called who are not in the project yet
MOST_NAMES = 60  # of a channel, asked about at a time
DONE = "Done. I wrote you what changed."
NOT_DONE = "Nothing was changed. I wrote you why."
NO_PROOF = "Say what you saw, attach a file, or give a link."


class Forms:
    """Draws forms, and does what they say."""

    def __init__(self, tracker: Tracker, slack: Slack, people: People) -> None:
        self._tracker = tracker
        self._slack = slack
        self._people = people
        self._naming: set[asyncio.Task[Colleague]] = set()

    # ——— opening

    async def open(self, who: Actor, where: Where, verb: str, key: str | None, trigger: str) -> None:
        """Show a form; whoever may not use it is told so instead."""
        kind = _kind(verb)
        typed = kind.typed.format(key=key or "KEY")
        drawing = asyncio.to_thread(self.drawn, who, where, verb, key)
        await opening.opened(self._slack, trigger, drawing, typed)

    def drawn(self, who: Actor, where: Where, verb: str, key: str | None) -> blocks.Block:
        """A form nobody has touched yet."""
        blank = self._tracker.blank(who, where, _kind(verb).acts, key)
        about = About(
            verb=verb,
            project=blank.plan.project.key,
            key=blank.item.key if blank.item else None,
            seen=blank.plan.project.revision,
            channel=where.channel,
            left_out=views.does_not_fit(blank.plan, blank.item) if blank.item and verb == "edit" else (),
        )
        return views.form(about, blank.plan, blank.item)

    # ——— offering

    async def items(self, who: Actor, project: str, typed: str) -> list[blocks.Block]:
        plan = await asyncio.to_thread(self._tracker.choosable, who, _in(project))
        found = await asyncio.to_thread(suggesting.items, plan, typed, who.user)
        return views.item_options(found, plan)

    async def everybody(self, who: Actor, project: str, typed: str) -> list[blocks.Block]:
        plan, others = await asyncio.to_thread(self._tracker.candidates, who, _in(project))
        new = sorted(user for user in others if not self._people.is_known(user))
        # A channel may have thousands: with every letter that is typed some more of them become known.
        asked = new[: max(0, MOST_NAMES - len(self._naming))]
        names = await self._names([*(others - {*new}), *asked])
        return views.person_options(suggesting.people(plan, typed, names))

    async def _names(self, users: list[str]) -> dict[str, str]:
        """What they are called, as far as that is known in time; the rest is known the next time."""
        tasks = [asyncio.ensure_future(self._people.colleague(user)) for user in users]
        self._naming.update(tasks)
        for task in tasks:
            task.add_done_callback(self._named)
        done, _ = await asyncio.wait(tasks, timeout=NAMES_WITHIN) if tasks else (set(), None)
        found = (task.result() for task in done if task.exception() is None)
        return {colleague.id: colleague.name for colleague in found}

    def _named(self, task: asyncio.Task[Colleague]) -> None:
        self._naming.discard(task)
        if not task.cancelled():
            task.exception()  # whoever cannot be a colleague is not offered

    # ——— what somebody sent

    async def outcome(self, who: Actor, view: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to a form: done, or the form again with what stands in the way."""
        filled = views.read(view)
        if views.chooses(filled.about):
            chosen = await asyncio.to_thread(
                self.drawn, who, _in(filled.about.project), filled.about.verb, filled.key
            )
            return {"response_action": "update", "view": chosen}
        form = given.word(view, "id")
        if form is None:
            raise Invalid(given.FORM)
        try:
            await self._done(who, filled, form)
        except Overtaken as faster:
            return await self._again(who, filled, faster)
        return {}

    async def _done(self, who: Actor, filled: Filled, form: str) -> Done:
        known: dict[str, Colleague] = {}
        proven = await self._proven(who, filled)
        where = replace(_in(filled.about.project), channel=filled.about.channel, proven=False)
        do = _DEEDS[filled.about.verb]
        asks = filled.values.get("how") == views.ASK
        while True:
            try:
                return await asyncio.to_thread(
                    self._tracker.once,
                    who,
                    where,
                    form,
                    lambda: do(self._tracker, who, where, proven, known),
                    asks=asks,
                )
            except WhoIsThat as unknown:
                if unknown.user in known:
                    raise
                known[unknown.user] = await self._people.chosen(unknown.user)

    async def _proven(self, who: Actor, filled: Filled) -> Filled:
        """The form with what its files and links show in the place of them."""
        if "files" not in filled.values:
            return filled
        said, link = filled.values["evidence"] or "", filled.values["link"] or ""
        plan = await asyncio.to_thread(self._tracker.choosable, who, _in(filled.about.project))
        channel, found, every = plan.project.channel, list[Proof](), EveryMistake()
        with every.part():
            proofs.refuse_no_link(link)
        linked = proofs.file_of(link)
        for name, file in [*(("files", one) for one in filled.values["files"]), ("link", linked)]:
            with every.part():
                if file is not None:
                    found.append(await self._proof(who, name, file, channel))
        every.told()
        if not (said or link or found) and filled.about.verb != "done":
            raise Invalid(NO_PROOF, field="evidence")
        words = proofs.words(said, link, found)
        shown = link or (found[0].link if found else None)
        return replace(filled, values={**filled.values, "evidence": words, "link": shown})

    async def _proof(self, who: Actor, name: str, file: str, channel: str | None) -> Proof:
        try:
            proof = await proof_of(self._slack, file)
            proofs.refuse_others(proof, who.user, channel)
        except BotError as trouble:
            raise Invalid(str(trouble), field=name) from trouble
        return proof

    async def _again(self, who: Actor, filled: Filled, faster: Overtaken) -> dict[str, Any]:
        """The form, with what was typed, and what somebody else did meanwhile."""
        note = views.overtaken(str(faster), faster.plan, faster.clashes, faster.now)
        form = await self._redrawn(who, filled, note, seen=faster.plan.project.revision)
        return {"response_action": "update", "view": form}

    async def again(self, who: Actor, view: Mapping[str, Any], note: str) -> blocks.Block:
        """A form as it was sent, with why it was not taken."""
        filled = views.read(view)
        return await self._redrawn(who, filled, [f"⚠️ {note}"], seen=filled.about.seen)

    async def _redrawn(self, who: Actor, filled: Filled, note: Sequence[str], *, seen: int) -> blocks.Block:
        blank = await asyncio.to_thread(
            self._tracker.blank, who, _in(filled.about.project), ("look",), filled.about.key
        )
        about = replace(filled.about, seen=seen)
        return views.form(about, blank.plan, blank.item, filled.values, note)


def register(app: AsyncApp, tracker: Tracker, inbox: Inbox, slack: Slack) -> None:
    forms = Forms(tracker, slack, People(slack, tracker.now))
    _open(app, slack, forms)
    _offer(app, slack, forms)
    _send(app, slack, forms)


def _open(app: AsyncApp, slack: Slack, forms: Forms) -> None:
    @app.action(re.compile(f"^{views.OPEN}"))
    async def pressed(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        verb, project, key = views.opened_by(action)
        who, where = pressed_by(slack, body, project)
        if isinstance(body.get("view"), Mapping) and given.word(body, "view", "type") == "modal":
            form = await asyncio.to_thread(forms.drawn, who, where, verb, key)
            await opening.turned(slack, body["view"], form)
            return
        await forms.open(who, where, verb, key, given.trigger(body))

    @app.action(views.CHOOSE)
    async def chosen(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        view: Mapping[str, Any] = body.get("view") or {}
        about, who = views.about_of(view), Actor(slack.workspace, given.person(body))
        where = replace(_in(about.project), channel=about.channel)
        form = await asyncio.to_thread(forms.drawn, who, where, about.verb, given.chosen(action))
        await opening.turned(slack, view, form)


def _offer(app: AsyncApp, slack: Slack, forms: Forms) -> None:
    offered: dict[str, Callable[..., Any]] = {
        fields.ITEM: forms.items,
        fields.ITEMS: forms.items,
        views.CHOOSE: forms.items,
        fields.PERSON: forms.everybody,
    }

    @app.options(re.compile("|".join(f"^{name}$" for name in offered)))
    async def options(ack: AsyncAck, body: dict[str, Any]) -> None:
        who, view = Actor(slack.workspace, given.person(body)), body.get("view") or {}
        typed = given.word(body, "value") or ""
        found = await offered[body["action_id"]](who, views.project_of(view), typed)
        await ack(options=found)


def _send(app: AsyncApp, slack: Slack, forms: Forms) -> None:
    @app.view(re.compile(f"^{views.FORM}"))
    async def sent(ack: Acknowledgement, body: dict[str, Any], view: dict[str, Any]) -> None:
        who = Actor(slack.workspace, given.person(body))
        again = partial(forms.again, who, view)
        await answered(slack, ack, view, forms.outcome(who, view), again)


Outcome = Coroutine[Any, Any, dict[str, Any]]
Again = Callable[[str], Awaitable[blocks.Block]]


async def answered(
    slack: Slack, ack: Acknowledgement, view: dict[str, Any], outcome: Outcome, again: Again | None = None
) -> None:
    """What becomes of a form, within the time Slack waits or, when it takes longer, in its place. `again`
    draws it with what was typed and why it was not taken."""
    work = asyncio.ensure_future(outcome)
    await asyncio.wait((work,), timeout=PATIENCE)
    if not work.done():
        await ack.ahead(response_action="update", view=views.LOADING)
        await _later(slack, view, work, again)
        return
    await ack(**work.result())


async def _later(
    slack: Slack, view: dict[str, Any], work: asyncio.Future[dict[str, Any]], again: Again | None
) -> None:
    """Slack shows that it takes a moment; now comes what became of it."""
    place, shown = {"id": given.word(view, "id")}, views.sentence(NOT_DONE)
    try:
        shown = (await work).get("view") or views.sentence(DONE)
    except PatientData:
        raise  # whoever wrote it is told, and nothing of it is shown again
    except BotError as refusal:
        log.info("Told in a form: %s", type(refusal).__name__)
        shown = await again(str(refusal)) if again else views.sentence(f"{refusal}\nNothing was changed.")
    finally:
        await opening.turned(slack, place, shown)


def _kind(verb: str) -> views.Kind:
    kind = views.KINDS.get(verb)
    if kind is None:
        raise NotFound(given.BUTTON)
    return kind


def _in(project: str) -> Where:
    return Where(project=project, direct=True)


# ——— one form, one verb

Deed = Callable[[Tracker, Actor, Where, Filled, Mapping[str, Colleague]], Done]


def _edit(t: Tracker, who: Actor, where: Where, said: Filled, known: Mapping[str, Colleague]) -> Done:
    wanted = views.item_of(said.values)
    return t.edit_item(who, where, _key(said), wanted, seen=said.about.seen, colleagues=known)


def _hand_over(t: Tracker, who: Actor, where: Where, said: Filled, known: Mapping[str, Colleague]) -> Done:
    to, asks = said.values["to"], said.values["how"] == views.ASK
    seen, colleague = said.about.seen, known.get(to)
    return t.give_item(who, where, _key(said), to, seen=seen, asks=asks, colleague=colleague)


def _block(t: Tracker, who: Actor, where: Where, said: Filled, known: Mapping[str, Colleague]) -> Done:
    names = ("text", "waiting_on", "expected_clear", "owner")
    obstacle = Obstacle(**{name: said.values[name] for name in names})
    return t.block_item(who, where, said.key, obstacle, seen=said.about.seen, colleagues=known)


def _done(t: Tracker, who: Actor, where: Where, said: Filled, _: Mapping[str, Colleague]) -> Done:
    return t.done(who, where, _key(said), _words(said, "evidence") or None, permalink=said.values["link"])


def _validate(t: Tracker, who: Actor, where: Where, said: Filled, _: Mapping[str, Colleague]) -> Done:
    return t.validate(who, where, _key(said), _words(said, "evidence"), permalink=said.values["link"])


def _waive(t: Tracker, who: Actor, where: Where, said: Filled, _: Mapping[str, Colleague]) -> Done:
    return t.waive_item(who, where, _key(said), _words(said, "why"), said.values["until"])


def _words(said: Filled, name: str) -> str:
    return given.as_typed(said.values[name])


def _key(said: Filled) -> str:
    if said.key is None:
        raise Invalid(given.FORM)
    return said.key


_DEEDS: Mapping[str, Deed] = {
    "add": lambda t, who, where, said, known: t.add_item(who, where, views.item_of(said.values), known),
    "edit": _edit,
    "handover": _hand_over,
    "block": _block,
    "done": _done,
    "validate": _validate,
    "waive": _waive,
    "reopen": lambda t, who, where, said, _: t.reopen(who, where, _key(said), _words(said, "why")),
}
