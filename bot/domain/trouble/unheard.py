"""Of what that matters has too little been heard, or is nobody named whom one could ask?"""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain import contacts, states
from bot.domain.plan import Blocker, Item, Status
from bot.domain.readiness import FRESH_DAYS
from bot.domain.trouble.look import Look, Trouble, people_of
from bot.domain.wording import cut

SILENT_DAYS = 5  # working days without an event on a critical item that is in somebody's hands
NEAR = 2  # working days of slack that are nearly none


def _stale(look: Look) -> Iterator[Trouble]:
    """A fact the forecast is built on is older than three working days."""
    goal = look.plan.project.go_live_item or ""
    for key in (*look.a.chain, *([goal] if goal in look.a.timing else [])):
        item = look.plan.item[key]
        last = look.stale(item)
        if last is None:
            continue
        blocker = look.w.blocker(item)
        about = f", held up by {blocker.id}," if blocker is not None else ""
        yield Trouble(
            kind="stale",
            keys=(key,),
            reason=f"{look.w.named(item)}{about} sets the date; the last word on it is of {look.ago(last)}",
            act=_ask_for_news(look, item, blocker),
            stake=look.stake(key),
            facts=(key, last.isoformat()),
            people=people_of(item.owner, blocker.owner if blocker else None),
        )


def _ask_for_news(look: Look, item: Item, blocker: Blocker | None) -> str:
    if look.a.standing[item.key] is Status.DONE:
        who = states.who_confirms(look.plan, item) or "the lead who may confirm it"
        return f"Ask {who} to look: `/golive validate {item.key} what you saw`"
    if blocker is None and item.owner is None:
        head = states.lead(look.plan)
        return (
            f"Ask {look.w.person(head) if head else 'the lead'} who does it: `/golive own {item.key} @person`"
        )
    if blocker is None:
        who = look.w.person(item.owner)
        return f"Ask {who} how it stands: `/golive done {item.key}` or `/golive block {item.key} what`"
    asked = [p.name for p in contacts.waited_on(look.plan, blocker)[:1]]
    asked = asked or [look.w.person(blocker.owner or item.owner)]
    who = asked[0] if asked != ["nobody"] else "the lead who chases it"
    if blocker.expected_clear is None or blocker.expected_clear < look.a.today:
        return f"Ask {who} for a day: `/golive due {blocker.id} DATE`"
    return f"Ask {who} whether {look.w.day(blocker.expected_clear)} holds: `/golive due {blocker.id} DATE`"


def _silent(look: Look) -> Iterator[Trouble]:
    """Nothing at all happened to a critical item that somebody should be working on."""
    told = {key for key in look.a.chain if look.stale(look.plan.item[key]) is not None}
    for key in look.a.critical:
        item = look.plan.item[key]
        last = look.last_touch(item)
        if key in told or last is None or not look.in_hand(item) or look.a.age(last) <= SILENT_DAYS:
            continue
        yield Trouble(
            kind="silent",
            keys=(key,),
            reason=f"Nothing was heard of {look.w.named(item)} since {look.ago(last)}, and it has no slack",
            act=_ask_for_news(look, item, look.w.blocker(item)),
            stake=look.stake(key),
            facts=(key, last.isoformat()),
            people=people_of(item.owner),
        )


def _no_contact(look: Look) -> Iterator[Trouble]:
    """Work waits across two organisations, and on one side nobody is named whom one could ask."""
    for blocker in look.plan.blockers:
        item = look.plan.item.get(blocker.item or "")
        if not blocker.open or item is None or not look.a.before_or_go_live(item.key):
            continue
        if not blocker.waiting_on or not _is_pressing(look, blocker, item):
            continue
        if contacts.waited_on(look.plan, blocker) or _is_our_own(look, blocker.waiting_on):
            continue
        party = cut(blocker.waiting_on, 60)
        yield Trouble(
            kind="no_contact",
            keys=(item.key,),
            reason=f"{look.w.named(item)} waits on {party} ({blocker.id}), and nobody there is named",
            act=f"Ask {_chaser(look, blocker, item)} who it is there, and add them to `people` in the file",
            stake=look.stake(item.key),
            facts=(blocker.id, item.key, blocker.waiting_on),
            people=people_of(blocker.owner, item.owner),
        )
    if look.large:
        yield from _nobody_across(look)


def _is_pressing(look: Look, blocker: Blocker, item: Item) -> bool:
    slack = look.a.timing[item.key].slack
    return slack is None or slack <= NEAR or look.a.age(blocker.raised) > FRESH_DAYS


def _is_our_own(look: Look, words: str) -> bool:
    """It waits for items of the plan, which have owners of their own."""
    return any(word.strip(".,;:()`'\"").casefold() in look.names for word in words.split())


def _chaser(look: Look, blocker: Blocker, item: Item) -> str:
    who = blocker.owner or item.owner or states.lead(look.plan)
    return look.w.person(who) if who else "the lead"


def _nobody_across(look: Look) -> Iterator[Trouble]:
    """An item nobody has, to be confirmed by one organisation, that another one's work waits for."""
    orgs = {p.key: (p.org or "").strip().casefold() for p in look.plan.people}
    for item in look.open_items:
        if item.owner or not look.a.before_or_go_live(item.key):
            continue
        theirs = orgs.get(item.validator or "")
        waiting = [i for i in look.feeds.get(item.key, ()) if orgs.get(i.owner or "")]
        others = [i for i in waiting if theirs and orgs[i.owner or ""] != theirs]
        if not others:
            continue
        org = look.plan.person[item.validator or ""].org or ""
        yield Trouble(
            kind="no_contact",
            keys=(item.key, others[0].key),
            reason=f"{look.w.named(item)} is {cut(org, 40)}'s to give and {look.w.person(others[0].owner)} "
            f"waits for it ({look.w.key(others[0])}), but nobody there has it",
            act=f"Ask {look.w.person(item.validator)} who does it: `/golive own {item.key} @person`",
            stake=look.stake(item.key),
            facts=(item.key, *(i.key for i in others)),
            people=people_of(item.validator, others[0].owner),
        )


RULES = (_stale, _silent, _no_contact)
