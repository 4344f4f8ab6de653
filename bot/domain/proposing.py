"""What somebody said means something to a project: what would be recorded, surely or only if they want it?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain import blockers, dates, finishing, naming, passing
from bot.domain.hearing import SELF, Heard
from bot.domain.permissions import Asking
from bot.domain.plan import Assumption, Blocker, Item, Person, Plan, Status
from bot.domain.schedule import CLOSED
from bot.domain.states import lead

BLOCKER, UNBLOCK, OWN, HANDOFF, DUE = "blocker", "unblock", "own", "handoff", "due"
ASSUMPTION, DECISION, ITEM, DONE, DOING = "assumption", "decision", "item", "done", "doing"
CAPTURED = (BLOCKER, ITEM, ASSUMPTION, DECISION)  # what a message can be tracked as
MOST_CHOICES = 4
LONGEST = 1_000
FEW_WORDS = 5
SHORT = 200  # in a thread, a longer message is about more than the date in it

# Words that tell no item from another; without a plural, as `_words` leaves them.
_COMMON = frozenset(
    {
        *(
            "the",
            "and",
            "for",
            "with",
            "from",
            "are",
            "all",
            "can",
            "our",
            "your",
            "you",
            "not",
            "new",
            "now",
        ),
        *("has", "have", "will", "thi", "that", "wa", "still", "over", "out", "one", "two", "let", "into"),
        *("take", "taking", "get", "got", "work", "need", "due", "day", "week", "today", "tomorrow", "live"),
        *("done", "ready", "set", "complete", "completed", "approved", "confirmed", "tested", "test"),
        *(
            "first",
            "second",
            "third",
            "time",
            "team",
            "people",
            "thing",
            "good",
            "last",
            "next",
            "side",
            "plan",
        ),
        *("monday", "tuesday", "wednesday", "thursday", "friday", "waiting", "agreed", "signed"),
    }
)
_GONE_BY = re.compile(r"\b(?:since|last|was|were|not|met|from|after|until|till)\b|n['’]t\b", re.IGNORECASE)
_PROMISED = re.compile(r"(?:by|eta|due|moved|moves|expected|ready|until|before|latest)\b", re.IGNORECASE)
_APPOINTMENT = re.compile(  # a day to talk or to be away is no day by which something is there
    r"\b(?:meetings?|meet|calls?|sync|huddle|stand-?up|lunch|workshop|demo|chat|off|out|ooo|pto|vacation|"
    r"holidays?|on leave|dentist|doctor)\b",
    re.IGNORECASE,
)
# Whoever owns it ends their part of it; whether that is all says whoever validates it.
_MY_SIDE = re.compile(r"\b(?:from|on) (?:my|our) (?:side|end)\b", re.IGNORECASE)
_RATHER = re.compile(
    r"\b(?:like|say|rather|instead|make it|probably|but|aim(?:ing)? for|now)\W*$", re.IGNORECASE
)
_DENIED = re.compile(r"\b(?:not|no longer|cannot|unable)\b|n['’]t\b", re.IGNORECASE)
_RECAP = re.compile(  # what others said in a meeting is no report of who writes it down
    r"\W*(?:(?:meeting|call|standup|quick)\s)?(?:notes?|recap|summary|minutes|agenda)\b[^:\n]{0,40}:",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the message above a thread speaks of."""

    entity: str  # item | blocker | assumption | decision
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The message something was said in. `author` is a Slack user; None where nobody says."""

    workspace: str
    channel: str
    ts: str
    thread_ts: str | None = None
    author: str | None = None
    permalink: str | None = None

    @property
    def thread(self) -> str:
        return self.thread_ts or self.ts

    def is_home(self, plan: Plan) -> bool:
        """Said before everybody in the project: only there it is confirmed, and followed."""
        return self.channel == plan.project.channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What would be recorded. `sure`: said outright, and there is no doubt what it is about."""

    kind: str
    text: str = ""
    item: str | None = None
    blocker: str | None = None
    belief: str | None = None
    person: str | None = None  # Slack user id
    day: date | None = None
    waiting_on: str | None = None
    choices: tuple[str, ...] = ()  # the items or blockers that may be meant, where that is not certain
    follows: bool = False  # said in the thread of a tracked message
    sure: bool = False

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "choices": list(self.choices), "day": self.day and self.day.isoformat()}

    @staticmethod
    def from_json(said: Mapping[str, Any]) -> Proposal:
        day = said.get("day")
        known = {name: said[name] for name in Proposal.__slots__ if name in said}
        fields = {"day": date.fromisoformat(day) if day else None, "choices": tuple(said.get("choices", ()))}
        return Proposal(**{**known, **fields})


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """A message and what was heard in it. `day` is a date it names, however it is meant."""

    text: str  # as a person reads it
    own: str  # the author's own words in it: no quotes, no code
    author: str  # Slack user id
    heard: Heard
    today: date
    day: date | None = None
    days: tuple[dates.Dated, ...] = ()  # all that it names, in their order
    about: About | None = None


def proposed(plan: Plan, said: Utterance) -> Proposal | None:
    """What would be recorded of it; None for what means nothing here, or changes nothing."""
    found = _followed(plan, said) if said.about is not None else None
    told = _KINDS.get(said.heard.intent)
    if found is None and told is not None:
        found = told(plan, said)
    if found is None and said.heard.intent in _MAY_BE_DONE:
        found = _status(plan, said)
    if found is None or (found.kind == DUE and _APPOINTMENT.search(said.own)):
        return None
    if passing.is_list(said.own) or (found.kind == BLOCKER and passing.holds_nothing_up(said.own)):
        return None
    if not found.sure and (_RECAP.match(said.own) or passing.is_standup(said.own)):
        return None
    if said.about is not None and found.kind in _CHANGED and naming.mentioned(said.own, plan.items) is None:
        found = replace(found, sure=False)  # that it is about this only the thread says
    return replace(_of_one(found), text=found.text or said.text[:LONGEST])


def _of_one(found: Proposal) -> Proposal:
    """One choice is none: what it names is what is asked about, and never more than asked."""
    if len(found.choices) != 1 or found.sure:
        return found
    (only,) = found.choices
    if found.kind == UNBLOCK:
        return replace(found, blocker=only, choices=())
    return replace(found, item=only, choices=())


# What is said anywhere


def _blocker(plan: Plan, said: Utterance) -> Proposal | None:
    heard, item = said.heard, _item(plan, said)
    if said.about is not None and said.about.entity == "blocker":
        return None  # more words about what is recorded
    if heard.act == "ignore" or _is_known_blocker(plan, item, said):
        return None
    near = () if item else near_items(plan, said.own)
    if item is None and not near and heard.waiting_on is None and not is_clear(heard):
        return None  # a sigh: it holds up nothing that is on the list, and waits for nobody
    return Proposal(
        kind=BLOCKER,
        item=item.key if item else None,
        waiting_on=heard.waiting_on,
        day=_future(heard.due_date, said),
        choices=near,
        sure=is_clear(heard),
    )


def _is_known_blocker(plan: Plan, item: Item | None, said: Utterance) -> bool:
    """It is recorded that this is held up, by that: saying so again is no news."""
    if item is None or is_clear(said.heard):
        return False
    words = (said.heard.waiting_on or "").casefold()
    for known in plan.open_blockers.get(item.key, ()):
        waits = (known.waiting_on or "").casefold()
        if not words or not waits or words in waits or waits in words:
            return True
    return False


def _unblock(plan: Plan, said: Utterance) -> Proposal | None:
    if said.heard.act == "ignore" or finishing.says_partly(said.own):
        return None
    item = _item(plan, said)
    if item is not None:
        found = plan.open_blockers.get(item.key, ())
    else:
        found = tuple(b for b in plan.blockers if b.open and _may_be_meant(plan, b, said))
    if not found:
        return None
    if item is not None and len(found) == 1:
        return _cleared(found[0], sure=is_clear(said.heard))
    if len(found) > MOST_CHOICES:
        return None
    return Proposal(kind=UNBLOCK, item=item.key if item else None, choices=tuple(b.id for b in found))


def _may_be_meant(plan: Plan, blocker: Blocker, said: Utterance) -> bool:
    """It has a word in common with what was said: in its own words, or the name of its item."""
    item = plan.item.get(blocker.item or "")
    names = (
        f"{blocker.text} {blocker.waiting_on or ''} {item.key if item else ''} {item.title if item else ''}"
    )
    return bool(_words(names) & _words(said.own))


def _cleared(blocker: Blocker, *, sure: bool, follows: bool = False) -> Proposal:
    return Proposal(kind=UNBLOCK, item=blocker.item, blocker=blocker.id, sure=sure, follows=follows)


def _is_theirs(plan: Plan, blocker: Blocker, author: str) -> bool:
    return blockers.may_change(plan, blocker, Asking(person=plan.by_slack.get(author), user=author))


def _own(plan: Plan, said: Utterance) -> Proposal | None:
    """Only for oneself: what somebody else is said to do is a handoff."""
    me, heard = plan.by_slack.get(said.author), said.heard
    if me is None or heard.act == "ignore" or heard.owner not in (None, SELF, said.author):
        return None
    item, day = _item(plan, said), _future(heard.due_date, said)
    if item is None:
        near = near_items(plan, said.own)
        near = tuple(key for key in near if plan.item[key].owner != me.key)
        if not near and day is None:
            return None  # "I'll have a look": without a name or a day it is no work to keep track of
        return Proposal(kind=OWN if near else ITEM, person=said.author, day=day, choices=near)
    if item.status in CLOSED:
        return None
    if passing.speaks_of_a_piece(said.own, f"{item.key} {item.title}"):
        return None
    if item.owner == me.key:
        # An earlier day may be that of a step on the way.
        later = day is not None and (item.due is None or day > item.due)
        return _moved(item, day, sure=is_clear(heard) and later) if day else None
    sure = is_clear(heard) and item.owner is None
    return Proposal(kind=OWN, item=item.key, person=said.author, day=day, sure=sure)


def _handoff(plan: Plan, said: Utterance) -> Proposal | None:
    heard = said.heard
    taker = plan.by_slack.get(heard.owner or "")
    if heard.act == "ignore" or taker is None or heard.owner == said.author:
        return None
    item, day = _item(plan, said), _future(heard.due_date, said)
    if item is None:
        near = near_items(plan, said.own)
        near = tuple(key for key in near if _may_hand_on(plan, plan.item[key], said.author))
        return Proposal(kind=HANDOFF, person=heard.owner, day=day, choices=near) if near else None
    if item.status in CLOSED or item.owner == taker.key or not _may_hand_on(plan, item, said.author):
        return None
    if passing.speaks_of_a_piece(said.own, f"{item.key} {item.title}"):
        return None
    return Proposal(kind=HANDOFF, item=item.key, person=heard.owner, day=day, sure=is_clear(heard))


def _may_hand_on(plan: Plan, item: Item, author: str) -> bool:
    """What somebody else owns is not handed on behind their back."""
    me = plan.by_slack.get(author)
    return item.owner is None or (me is not None and me.key in (item.owner, lead(plan)))


def _due(plan: Plan, said: Utterance) -> Proposal | None:
    """Only by whoever owns it."""
    me, day = plan.by_slack.get(said.author), _future(said.heard.due_date, said)
    if me is None or day is None or said.heard.act == "ignore":
        return None
    item = _item(plan, said)
    if item is not None:
        if item.owner != me.key or passing.speaks_of_a_piece(said.own, f"{item.key} {item.title}"):
            return None
        if day == item.due:
            return _slipped(item, said)
        return _moved(item, day, sure=is_clear(said.heard))
    mine = tuple(key for key in near_items(plan, said.own) if plan.item[key].owner == me.key)
    return Proposal(kind=DUE, day=day, choices=mine) if mine else None


def _slipped(item: Item, said: Utterance) -> Proposal | None:
    """ "Not by the 22nd, more like the 25th": the later day it says instead."""
    later = [each for each in said.days if item.due is not None and each.day > item.due]
    meant = [each.day for each in later if _RATHER.search(said.own[: each.span[0]])] or [e.day for e in later]
    return _moved(item, meant[0], sure=False) if meant and _DENIED.search(said.own) else None


def _moved(item: Item, day: date, *, sure: bool, follows: bool = False) -> Proposal | None:
    if item.due == day or item.status in (*CLOSED, Status.DONE):
        return None
    return Proposal(kind=DUE, item=item.key, day=day, sure=sure, follows=follows)


def _assumption(plan: Plan, said: Utterance) -> Proposal | None:
    if said.heard.act == "ignore":
        return None
    item = _item(plan, said)
    known = {_folded(belief.text) for belief in plan.assumptions}
    if _folded(said.text) in known:
        return None
    key = item.key if item else None
    day = _future(said.heard.due_date, said)
    return Proposal(kind=ASSUMPTION, item=key, day=day, sure=is_clear(said.heard))


def _decision(plan: Plan, said: Utterance) -> Proposal | None:
    if said.heard.act == "ignore":
        return None
    item = _item(plan, said)
    if _folded(said.text) in {_folded(made.text) for made in plan.decisions}:
        return None
    return Proposal(kind=DECISION, item=item.key if item else None, sure=is_clear(said.heard))


def _status(plan: Plan, said: Utterance) -> Proposal | None:
    """ "VPN is done", by its owner."""
    me = plan.by_slack.get(said.author)
    if me is None or not finishing.says_done(_MY_SIDE.sub("", said.own)):
        return None
    item = _item(plan, said) or naming.mentioned(said.own, plan.items)
    keys = (item.key,) if item else near_items(plan, said.own)
    mine = [key for key in keys if plan.item[key].owner == me.key]
    return _finished(plan.item[mine[0]]) if len(mine) == 1 else None


def _finished(item: Item, *, follows: bool = False) -> Proposal | None:
    if item.status in (*CLOSED, Status.DONE):
        return None
    return Proposal(kind=DONE, item=item.key, follows=follows)


_KINDS = {
    BLOCKER: _blocker,
    UNBLOCK: _unblock,
    OWN: _own,
    HANDOFF: _handoff,
    DUE: _due,
    ASSUMPTION: _assumption,
    DECISION: _decision,
}
_MAY_BE_DONE = frozenset({"status", "none", UNBLOCK})
_CHANGED = frozenset({UNBLOCK, DUE})  # what alters something that is there


# What is said under a tracked message


def _followed(plan: Plan, said: Utterance) -> Proposal | None:
    about, me = said.about, plan.by_slack.get(said.author)
    if about is None or len(said.text) > SHORT or said.own.rstrip().endswith("?"):
        return None
    if about.entity == "blocker":
        return _about_blocker(plan, said, plan.blocker.get(about.key))
    if me is None:
        return None
    if about.entity == "assumption":
        belief = next((each for each in plan.assumptions if each.id == about.key), None)
        return _about_belief(said, belief, me)
    item = plan.item.get(about.key) if about.entity == "item" else None
    return _about_item(said, item, me) if item is not None else None


def _about_blocker(plan: Plan, said: Utterance, blocker: Blocker | None) -> Proposal | None:
    if blocker is None or not blocker.open or _is_other(plan, blocker, said):
        return None
    over = finishing.says_over(said.own) or (
        said.heard.intent == UNBLOCK and not finishing.says_partly(said.own)
    )
    done = finishing.says_done_itself(said.own) or (
        finishing.says_done(said.own) and _may_be_meant(plan, blocker, said)
    )
    if over or (done and _is_theirs(plan, blocker, said.author)):
        sure = said.heard.intent == UNBLOCK and is_clear(said.heard)
        return _cleared(blocker, sure=sure, follows=True)
    me = plan.by_slack.get(said.author)
    if said.heard.intent == OWN and blocker.owner is None and me is not None:
        return Proposal(kind=DOING, blocker=blocker.id, person=said.author, follows=True)
    day = _future(said.day, said)
    if day is None or day == blocker.expected_clear or not _is_theirs(plan, blocker, said.author):
        return None
    return Proposal(kind=DUE, item=blocker.item, blocker=blocker.id, day=day, follows=True)


def _about_item(said: Utterance, item: Item, me: Person) -> Proposal | None:
    if item.owner != me.key or _speaks_of_another(item.key, said):
        return None
    if finishing.says_done_itself(said.own) or (finishing.says_done(said.own) and _names(item, said)):
        return _finished(item, follows=True)
    day = _future(said.day, said)
    return _moved(item, day, sure=False, follows=True) if day else None


def _names(item: Item, said: Utterance) -> bool:
    return bool(_words(f"{item.key} {item.title}") & _words(said.own))


def _about_belief(said: Utterance, belief: Assumption | None, me: Person) -> Proposal | None:
    day = _future(said.day, said)
    if belief is None or not belief.open or belief.owner != me.key or day in (None, belief.verify_by):
        return None
    return Proposal(kind=DUE, item=belief.item, belief=belief.id, day=day, follows=True)


def _is_other(plan: Plan, blocker: Blocker, said: Utterance) -> bool:
    """An item is named, and it is not this one's; nor, where that is not known, spoken of in its words."""
    if blocker.item is not None:
        return _speaks_of_another(blocker.item, said)
    named = _item(plan, said) or naming.mentioned(said.own, plan.items)
    return named is not None and not _may_be_meant(plan, blocker, said)


def _speaks_of_another(key: str | None, said: Utterance) -> bool:
    return said.heard.item is not None and key is not None and said.heard.item != key


# Words


def is_clear(heard: Heard) -> bool:
    """A report that needs no question."""
    return heard.explicit and heard.act == "record"


def _item(plan: Plan, said: Utterance) -> Item | None:
    return plan.item.get(said.heard.item or "")


def day_said(text: str, now: datetime, zone: ZoneInfo) -> date | None:
    """The day an answer of a few words names: there a bare “Friday then” says enough."""
    many, found = len(text.split()), dates.find_date(text, now, zone)
    if text.rstrip().endswith("?"):
        return None
    if found is not None and (many <= 2 * FEW_WORDS - 2 or _PROMISED.match(found.words)):
        return found.day
    if found is not None or many > FEW_WORDS or _GONE_BY.search(text):
        return None
    days = {each.day for each in dates.every_day(text, now, zone)}
    return days.pop() if len(days) == 1 else None


def near_items(plan: Plan, text: str) -> tuple[str, ...]:
    """Open items whose name is nearly said: a word of the key, two of the title, or half of all that was
    said; a few at most."""
    words = _words(text)
    shared: dict[str, int] = {}
    for item in plan.items:
        key, title = words & _words(item.key), words & _words(item.title)
        if item.status not in CLOSED and (key or len(title) > 1 or 2 * len(title) > len(words) > 0):
            shared[item.key] = len(key | title)
    most = max(shared.values(), default=0)
    found = tuple(key for key, number in shared.items() if number == most)
    return found if len(found) <= MOST_CHOICES else ()


def _words(text: str) -> frozenset[str]:
    """The words that tell one thing from another, their plural taken off."""
    found = re.findall(r"[^\W_]{3,}", text[:LONGEST].casefold())
    return frozenset(word.rstrip("s") for word in found) - _COMMON


def _future(day: date | None, said: Utterance) -> date | None:
    return day if day is not None and day >= said.today else None


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
