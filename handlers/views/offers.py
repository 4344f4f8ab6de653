"""What an offer to record something looks like, and which of its buttons was pressed?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.domain import proposing
from bot.domain.plan import Plan
from bot.domain.proposing import Proposal
from bot.domain.wording import cut
from handlers.views import blocks as b
from handlers.views import given

YES, EDIT, NO, NEVER = "offer_yes", "offer_edit", "offer_no", "offer_never"
CHOOSE = "offer_choose_"  # action ids: offer_choose_0, offer_choose_1, …
_WORDS = {
    proposing.ASSUMPTION: "Track as an assumption{on}?",
    proposing.BLOCKER: "Track as a blocker{on}?",
    proposing.DECISION: "Track as a decision{on}?",
    proposing.DOING: "Note that you are on{what}?",
    proposing.DONE: "Mark{what} as done?",
    proposing.ITEM: "Put it on the list as an item of yours?",
    proposing.OWN: "Make{what} yours?",
}
_FORMLESS = frozenset({proposing.DONE, proposing.DOING})  # there is nothing to correct in it


@dataclass(frozen=True, slots=True)
class Pressed:
    """Which offer somebody answered, and with which choice."""

    offer: int
    choice: str | None = None


def offered(id: int, plan: Plan, proposal: Proposal) -> b.Message:
    """The question only its author sees."""
    lines = [_question(plan, proposal), *_details(plan, proposal)]
    return b.message("\n".join(lines), [*b.sections(None, lines), b.actions(*_buttons(id, proposal))])


def asked(id: int, plan: Plan, proposal: Proposal, by: str, permalink: str | None) -> b.Message:
    """The question to somebody whom a colleague named; it is theirs only once they say so."""
    asking = plan.by_slack.get(by)
    name = asking.name if asking else "Somebody"
    lines = [
        f"{name} asks you to take{_what(plan, proposal)}. It is yours once you say so.",
        *_details(plan, proposal),
    ]
    if permalink:
        lines.append(permalink)
    yes = b.button("Yes", YES, f"{id}", style="primary", spoken="Take it")
    no = b.button("No", NO, f"{id}", spoken="Do not take it")
    return b.message("\n".join(lines), [*b.sections(None, lines), b.actions(yes, no)])


def pressed(action: Mapping[str, Any]) -> Pressed:
    id, _, choice = given.pressed(action).partition(" ")
    return Pressed(given.number(id, given.BUTTON), choice or None)


def _question(plan: Plan, proposal: Proposal) -> str:
    what = _what(plan, proposal)
    if proposal.kind == proposing.UNBLOCK:
        if proposal.blocker is None:
            return "Which of these blockers is over?"
        return f"Clear {_blocker(plan, proposal.blocker)}?"
    if proposal.kind == proposing.DUE:
        moved = f"Move{what} to {_day(proposal.day)}?"
        return (
            moved
            if proposal.item or proposal.blocker or proposal.belief
            else f"Which item moves to {_day(proposal.day)}?"
        )
    if proposal.kind == proposing.HANDOFF:
        taker = plan.by_slack.get(proposal.person or "")
        return f"Ask {taker.name if taker else 'them'} to take{what or ' an item'}?"
    if proposal.kind == proposing.OWN and proposal.item is None:
        return "Which item is yours now?"
    on = f" on{what}" if what else ""
    return _WORDS[proposal.kind].format(on=on, what=what)


def _what(plan: Plan, proposal: Proposal) -> str:
    """What it is about, after a space; empty where that is not certain."""
    if proposal.belief is not None:
        return f" {proposal.belief}"
    if proposal.blocker is not None:
        return f" {_blocker(plan, proposal.blocker)}"
    item = plan.item.get(proposal.item or "")
    return f" `{item.key}` {cut(item.title, 80)}" if item else ""


def _blocker(plan: Plan, id: str) -> str:
    blocker = plan.blocker.get(id)
    on = f" on `{blocker.item}`" if blocker and blocker.item else ""
    return f"{id}{on}: “{cut(blocker.text, 80)}”" if blocker else id


def _details(plan: Plan, proposal: Proposal) -> list[str]:
    """What was understood besides."""
    said = []
    if proposal.waiting_on:
        said.append(f"Waiting on {cut(proposal.waiting_on, 80)}.")
    if proposal.day is not None and proposal.kind != proposing.DUE:
        word = "Expected to clear" if proposal.kind == proposing.BLOCKER else "By"
        said.append(f"{word} {_day(proposal.day)}.")
    if proposal.kind == proposing.OWN and (item := plan.item.get(proposal.item or "")) and item.owner:
        owner = plan.person.get(item.owner)
        said.append(f"It is {owner.name if owner else item.owner}’s now.")
    quote = [f"“{cut(proposal.text, 160)}”"] if proposal.kind in proposing.CAPTURED else []
    return [*quote, " ".join(said)] if said else quote


def _buttons(id: int, proposal: Proposal) -> list[b.Block]:
    choices = [] if proposal.item or proposal.blocker else list(proposal.choices)
    found = []
    if not choices or proposal.kind == proposing.BLOCKER:
        found.append(b.button("Yes", YES, f"{id}", style="primary", spoken="Yes, track it"))
    for nth, choice in enumerate(choices[: proposing.MOST_CHOICES]):
        found.append(b.button(choice, f"{CHOOSE}{nth}", f"{id} {choice}", spoken=f"It is about {choice}"))
    if proposal.kind not in _FORMLESS:
        found.append(b.button("Edit", EDIT, f"{id}", spoken="Correct it first"))
    found.append(b.button("No", NO, f"{id}", spoken="No, and not such a thing again"))
    found.append(b.button("Never here", NEVER, f"{id}", spoken="Offer me nothing in this channel"))
    return found


def _day(day: date | None) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}" if day else "another day"
