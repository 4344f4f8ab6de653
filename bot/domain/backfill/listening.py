"""What does each message of a history say, read as of its own moment?"""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Callable, Iterator, MutableMapping
from datetime import date
from zoneinfo import ZoneInfo

from bot.domain import callnotes, finishing, naming, proposing, reading
from bot.domain.backfill.values import (
    ASSUMPTION,
    BLOCKER,
    DECISION,
    DUE,
    ITEM,
    LONGEST_WORDS,
    OVER,
    OWNER,
    Message,
    Thread,
    Told,
)
from bot.domain.hearing import SELF, Heard, hear
from bot.domain.plan import Plan
from bot.domain.wording import cut

IGNORED = "ignore"
_LABELLED = re.compile(
    r"^\W*(?:action(?: (?:item|point))?s?|to-?\s?dos?|tasks?|next steps?|ais?|aps?)\W{0,3}:\s*\S",
    re.IGNORECASE | re.MULTILINE,
)
_NEW_ITEM = re.compile(
    r"^\W*(?:new |another )?(?:(?:checklist|list|plan) )?(?:item|gate|step)(?: for the (?:check)?list)?"
    r"\s*:\s*(?P<one>\S[^\n]*)$|"
    r"\b(?:add|put|adding|added)\s+(?:also\s+)?(?P<two>\S[^\n.?!]{2,120}?)\s+(?:to|on|onto|in)\s+(?:the|our)\s+"
    r"(?:go-?live\s+)?(?:check-?list|plan|list of items|item list)\b",
    re.IGNORECASE | re.MULTILINE,
)
_NOT_ADDED = re.compile(r"\b(?:not|never|don['’]t|no need|why|did|didn['’]t)\b[^\n.?!]{0,40}$", re.IGNORECASE)
_ARTICLE = re.compile(r"^(?:an?|the|our|some)\s+", re.IGNORECASE)
_LABEL = re.compile(
    r"^\W*(?:decisions?|decided|assumptions?|entscheidung|annahme|d[eé]cision|hypoth[eè]se|decisi[oó]n|supuesto)"
    r"\W{0,3}:\s*(?=\S)",
    re.IGNORECASE,
)
_NOUNS = re.compile(r"[^\W_]{3,}")
_COMMON_WORDS = """
the and for with from are all has have will this that take taking done ready test tested work get got can our
your you not now new over complete completed approved confirmed set out one two was still waiting need due day
week today tomorrow monday tuesday wednesday thursday friday saturday sunday moved until next
"""
_COMMON = frozenset(_COMMON_WORDS.split())
_KINDS = {"own": OWNER, "handoff": OWNER, "due": DUE, "decision": DECISION, "assumption": ASSUMPTION}


class Listener:
    """Hears the messages of one history for one project. `people` are the names of those it mentions,
    `zone_of` says where somebody is."""

    def __init__(
        self, plan: Plan, people: MutableMapping[str, str], zone_of: Callable[[str], ZoneInfo]
    ) -> None:
        self._plan = plan
        self._names = ChainMap({user: person.name for user, person in plan.by_slack.items()}, people)
        self._zone_of = zone_of
        self._with_word: dict[str, set[str]] = {}
        for item in plan.items:
            for word in _words(f"{item.key} {item.title}"):
                self._with_word.setdefault(word, set()).add(item.key)

    def thread(self, first: Message, told: tuple[Told, ...]) -> Thread:
        """What the answers to a message are about."""
        item = next((each.item for each in told if each.item and not each.guessed), None)
        if item is None and not told:
            named = naming.mentioned(reading.plain(first.text, self._names), self._plan.items)
            item = named.key if named else None
        return Thread(item=item, blocker=any(each.kind == BLOCKER for each in told))

    def told(self, message: Message, under: Thread | None = None) -> tuple[Told, ...]:
        """All that a message says; nothing for small talk."""
        return tuple(self._told(message, under or Thread()))

    def _told(self, message: Message, under: Thread) -> Iterator[Told]:
        zone = self._zone_of(message.user)
        report = reading.read(message.text, now=message.at, zone=zone, author=message.user, names=self._names)
        if report is not None and report.kind == "blocker":
            yield self._reported(message, report, under)
            return
        heard = self._heard(message, zone, under)
        own = reading.plain("\n".join(reading.own_lines(message.text)), self._names)
        if report is not None and report.kind == "owner" and report.owner is not None:
            yield from self._owned(message, report, under, own)
        elif _LABELLED.search(own):
            yield from self._listed(message)
        elif added := self._added(message, own):
            yield added
        elif self._is_over(heard, own, under):
            yield self._of(message, OVER, own, item=heard.item or under.item)
        elif heard.intent == BLOCKER:
            if _is_meant(heard) and not under.blocker:
                yield self._implied(message, heard, own)
        elif _is_meant(heard) and heard.intent in _KINDS:
            yield from self._talked(message, heard, own)

    def _heard(self, message: Message, zone: ZoneInfo, under: Thread) -> Heard:
        return hear(
            message.text,
            now=message.at,
            zone=zone,
            author=message.user,
            names=self._names,
            items=self._plan.items,
            people=self._plan.people,
            in_thread_of=under.item,
        )

    def _reported(self, message: Message, report: reading.Report, under: Thread) -> Told:
        """ "blocker: …": said outright."""
        item = self._item_meant(report)
        waits = self._names.get(report.waiting_on_user or "") or report.waiting_on
        return self._of(
            message,
            BLOCKER,
            report.text,
            item=item or (None if report.item_words else under.item),
            person=report.owner,
            day=report.due,
            waiting_on=waits,
        )

    def _owned(self, message: Message, report: reading.Report, under: Thread, own: str) -> Iterator[Told]:
        item = self._item_meant(report) or under.item
        if item is not None:
            yield self._of(message, OWNER, own, item=item, person=report.owner, day=report.due)

    def _item_meant(self, report: reading.Report) -> str | None:
        words = report.item_words or report.text
        exact = naming.find(words, self._plan.items).exact if report.item_words else None
        found = exact or naming.mentioned(words, self._plan.items)
        return found.key if found else None

    def _listed(self, message: Message) -> Iterator[Told]:
        """ "Action: Tom to send the certs by Friday", read as the notes of a call are."""
        said_by = self._plan.by_slack.get(message.user)
        lines = "\n".join(line for line in message.text.split("\n") if _LABELLED.search(line))
        asker = said_by.key if said_by else None
        for each in callnotes.read(lines, self._plan, now=message.at, asker=asker).proposals:
            if each.kind in (ITEM, OWNER, DUE):
                yield self._of(
                    message,
                    each.kind,
                    each.text,
                    item=each.item,
                    person=each.user,
                    key=each.owner,
                    day=each.day,
                )

    def _added(self, message: Message, own: str) -> Told | None:
        """The words clearly ask for a new item."""
        found = _NEW_ITEM.search(own)
        if found is None or own[found.end() :].lstrip().startswith("?"):
            return None
        if found["two"] and _NOT_ADDED.search(own[: found.start()]):
            return None
        title = _ARTICLE.sub("", (found["one"] or found["two"]).strip(" .:*_\"“”'"))
        title = title[:1].upper() + title[1:]
        return self._of(message, ITEM, title) if title else None

    def _is_over(self, heard: Heard, own: str, under: Thread) -> bool:
        if heard.intent == "unblock" and _is_meant(heard):
            return True
        if heard.intent not in ("none", "status", "unblock") or len(own) > proposing.SHORT:
            return False
        if own.rstrip().endswith("?"):
            return False
        if under.blocker or heard.item is not None:
            return finishing.says_over(own) or finishing.says_done(own)
        return finishing.says_over(own)

    def _implied(self, message: Message, heard: Heard, own: str) -> Told:
        waits = heard.waiting_on and reading.plain(heard.waiting_on, self._names)
        return self._of(message, BLOCKER, own, item=heard.item, day=heard.due_date, waiting_on=waits)

    def _talked(self, message: Message, heard: Heard, own: str) -> Iterator[Told]:
        kind, item, guessed = _KINDS[heard.intent], heard.item, False
        person = None
        if kind == OWNER:
            person = message.user if heard.owner in (None, SELF) else heard.owner
            if heard.intent == "handoff" and person == message.user:
                return
        if kind in (OWNER, DUE) and item is None:
            item = self._near(own)
            guessed = item is not None
            if item is None:
                return
        if kind == DUE and heard.due_date is None:
            return
        day = heard.due_date if kind in (OWNER, DUE, ASSUMPTION) else None
        own = _LABEL.sub("", own) if kind in (DECISION, ASSUMPTION) else own
        yield self._of(message, kind, own, item=item, person=person, day=day, guessed=guessed)

    def _near(self, own: str) -> str | None:
        """The one item that shares most words with what was said."""
        shared: dict[str, int] = {}
        for word in _words(own):
            for key in self._with_word.get(word, ()):
                shared[key] = shared.get(key, 0) + 1
        most = max(shared.values(), default=0)
        found = [key for key, number in shared.items() if number == most]
        return found[0] if len(found) == 1 else None

    def _of(
        self,
        message: Message,
        kind: str,
        text: str,
        *,
        item: str | None = None,
        person: str | None = None,
        day: date | None = None,
        key: str | None = None,
        waiting_on: str | None = None,
        guessed: bool = False,
    ) -> Told:
        return Told(
            ts=message.ts,
            thread=message.thread,
            by=message.user,
            kind=kind,
            text=_short(text),
            item=item,
            person=person,
            day=day,
            key=key,
            waiting_on=_short(waiting_on)[:160] if waiting_on else None,
            guessed=guessed,
            over=kind == BLOCKER and message.ticked,
        )


def _is_meant(heard: Heard) -> bool:
    """Somebody looks at it before it is recorded, so what is said outright counts, even where golive would
    not have spoken up."""
    return heard.act != IGNORED or heard.explicit


def _words(text: str) -> frozenset[str]:
    """The words that tell one thing from another, their plural taken off."""
    found = _NOUNS.findall(text[: proposing.LONGEST].casefold())
    return frozenset(word.rstrip("s") for word in found if word not in _COMMON)


def _short(text: str) -> str:
    return cut(text, LONGEST_WORDS)
