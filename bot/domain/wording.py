"""How does an answer write dates, people, items and lists in few characters?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from bot.domain.plan import Assumption, Blocker, Item, Status
from bot.domain.readiness import Assessment, evidence

T = TypeVar("T")
_BREAKS = (" (", ", ", ": ", "; ", " - ", " – ")
_STATES = {Status.TODO: "not started", Status.DOING: "under way", Status.BLOCKED: "blocked"}
NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under a heading; plain text, not yet escaped."""

    heading: str | None
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What an answer says, before it has a shape."""

    title: str
    sections: tuple[Section, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def lines(self) -> tuple[str, ...]:
        """Line by line; the heading of a single line stands before it, of several above them."""
        found = [self.title]
        for heading, lines in ((section.heading, section.lines) for section in self.sections):
            if heading and len(lines) == 1:
                found.append(f"{heading}: {lines[0]}")
            else:
                found += [f"{heading}:", *lines] if heading else lines
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Reply:
    """What somebody who asks is told: in words, and the same as plain JSON values."""

    answer: Answer
    data: dict[str, Any]


def sections(*found: tuple[str | None, Iterable[str]]) -> tuple[Section, ...]:
    """Those that have something to say."""
    return tuple(Section(heading, lines) for heading, given in found if (lines := tuple(given)))


def cut(text: str, width: int) -> str:
    """A text in one line of `width` characters: its first clause if that fits, else its first words."""
    text = " ".join(text.split())
    if len(text) <= width:
        return text
    clauses = [text[:at] for mark in _BREAKS if (at := text.find(mark)) > 0]
    fitting = [clause for clause in clauses if width // 2 <= len(clause) <= width]
    if fitting:
        return max(fitting, key=len)
    head = text[: width - 1]
    words = head.rpartition(" ")[0] if text[width - 1] != " " else head
    return (words if len(words) >= width // 2 else head).rstrip(" ,:;.-") + "…"


def count(number: int, thing: str, things: str | None = None) -> str:
    """`1 gate`, `2 gates`."""
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"


def listed(things: Sequence[T], most: int, word: Callable[[T], str]) -> str:
    """The words of the first few things, and how many more there are."""
    if len(things) <= most + 1:
        most = len(things)  # "and 1 more" is no shorter than the one
    rest = len(things) - most
    return ", ".join(map(word, things[:most])) + (f" and {rest:,} more" if rest else "")


class Words:
    """The words for the things of one plan on one day, each name in at most `width` characters."""

    def __init__(self, a: Assessment, width: int = 60):
        self.a, self.plan, self.width = a, a.plan, width

    def day(self, day: date) -> str:
        return f"{day:%a} {self.short(day)}"

    def short(self, day: date) -> str:
        """Without its weekday, for days gone by; with its year when that is another one."""
        return f"{day.day} {day:%b}" + (f" {day.year}" if day.year != self.a.today.year else "")

    def moment(self, at: datetime) -> str:
        local = at.astimezone(self.plan.project.zone)
        return f"{self.day(local.date())}, {local:%H:%M}"

    def project(self) -> str:
        return cut(self.plan.project.name or self.plan.project.key, max(self.width, 40))

    def person(self, key: str | None) -> str:
        """A person's name; a role or an unknown key as it stands."""
        if key is None:
            return NOBODY
        known = self.plan.person.get(key)
        return cut(known.name if known else key, self.width)

    def owner(self, item: Item) -> str:
        """Whose work it is; while that is nobody's, the role it is meant for."""
        if item.owner is None and item.owner_role:
            return f"{NOBODY} yet (role: {cut(item.owner_role, self.width)})"
        return self.person(item.owner)

    def user(self, slack: str | None) -> str | None:
        """The name of somebody known by their Slack id."""
        known = self.plan.by_slack.get(slack or "")
        return cut(known.name, self.width) if known else None

    def key(self, item: Item | str) -> str:
        return cut(item if isinstance(item, str) else item.key, max(self.width, 16))

    def title(self, item: Item) -> str:
        return cut(item.title or item.key, self.width + 6)

    def age(self, day: date) -> str:
        """In working days."""
        return f"{self.a.age(day)} d"

    def waits(self, blocker: Blocker, lead: str = "waits on") -> str:
        """On whom, and how long."""
        if blocker.waiting_on:
            return f"{lead} {cut(blocker.waiting_on, self.width)}, {self.age(blocker.raised)}"
        return (
            f"{lead.removesuffix(' on').removesuffix(',')}, nobody says on whom, {self.age(blocker.raised)}"
        )

    def blocker(self, item: Item) -> Blocker | None:
        """The one to speak of: what sets the start, else the oldest, of those without a known end if any."""
        found = self.plan.open_blockers.get(item.key, ())
        unknown = [b for b in found if b.expected_clear is None or b.expected_clear < self.a.today]
        return self.a.held_by(item.key) or min(unknown or found, key=lambda b: (b.raised, b.id), default=None)

    def state(self, item: Item) -> str:
        """Where an item stands and what that waits for."""
        status, blocker = self.a.standing[item.key], self.blocker(item)
        if status is Status.VALIDATED:
            return "validated"
        if status is Status.WAIVED:
            return "waived"
        if status is Status.BLOCKED and blocker is None:
            return "blocked, by what is not recorded"
        said = f"done, {self.person(item.validator)} to confirm" if status is Status.DONE else _STATES[status]
        return said + (f", {self.waits(blocker)}" if blocker is not None else "")

    def belief(self, assumption: Assumption) -> str:
        """An assumption, what rests on it, and why it matters now."""
        due, fallen = assumption.verify_by, self.a.under_validated(assumption)
        on = listed(fallen or assumption.items, 2, self.key)
        under = f" under validated {on}" if fallen else f" on {on}" if on else ""
        if assumption.refuted:
            return f"{assumption.id}{under} (false)"
        overdue = assumption.open and due is not None and due < self.a.today
        return f"{assumption.id}{under}{' (overdue)' if overdue else ''}"

    def belief_in_full(self, assumption: Assumption) -> str:
        """The same with its words, and who finds out by when, or what came out."""
        said = f"{self.belief(assumption)}: {cut(assumption.text, 200)}"
        if not assumption.open:
            return f"{said}; {self.finding(assumption)}"
        proof = f", {self.key(assumption.proven_by)} shows it" if assumption.proven_by else ""
        return f"{said}; {self.finder(assumption)}{proof}"

    def finder(self, assumption: Assumption) -> str:
        """Who is to find out whether it is true, and by when."""
        if assumption.verify_by:
            return f"{self.person(assumption.owner)} to verify by {self.day(assumption.verify_by)}"
        if assumption.owner is None:
            return "nobody looks into it, and no day is set"
        return f"{self.person(assumption.owner)} to verify by no date"

    def finding(self, assumption: Assumption) -> str:
        """What came out, by whom and when, and what shows it."""
        found, word = assumption.finding, "true" if assumption.verified else "false"
        if found is None:
            return word
        by = f" by {self.person(found.by)}" if found.by else ""
        on = f" on {self.day(found.at.astimezone(self.plan.project.zone).date())}" if found.at else ""
        return f"found {word}{by}{on}" + (f": {cut(found.evidence, 200)}" if found.evidence else "")

    def slack(self, item: Item) -> str:
        timing = self.a.timing.get(item.key)
        return "" if timing is None or timing.slack is None else f"slack {timing.slack:,}"

    def named(self, item: Item) -> str:
        title, key = self.title(item), self.key(item)
        # What its reader is not shown has one name for both.
        return title if item.internal and title.casefold() == key.casefold() else f"{title} ({key})"

    def due(self, item: Item) -> str:
        """When an item is due, and whether that can still be."""
        if item.due is None:
            return "no due date"
        if self.a.late(item):
            return f"was due {self.day(item.due)}"
        impossible = ", which cannot be met" if self.a.due_impossible(item) else ""
        return f"due {self.day(item.due)}{impossible}"

    def span(self, start: date, finish: date) -> str:
        return self.day(start) if start == finish else f"{self.day(start)} to {self.day(finish)}"

    def brief(self, start: date, finish: date) -> str:
        """Days from one to another without their weekdays: `24-28 May`."""
        if start == finish:
            return self.short(start)
        if (start.year, start.month) == (finish.year, finish.month):
            return f"{start.day}-{self.short(finish)}"
        return f"{self.short(start)} to {self.short(finish)}"

    def line(self, item: Item) -> str:
        """One open item: whose, where it stands, and when it can be."""
        timing = self.a.timing[item.key]
        when = f"earliest {self.span(timing.start, timing.finish)}"
        said = [self.owner(item), self.state(item), self.due(item), when, self.slack(item)]
        return f"{self.named(item)}: {', '.join(filter(None, said))}"

    def closing(self, item: Item) -> str:
        """How a closed item was closed."""
        if self.a.standing[item.key] is Status.WAIVED:
            waiver = item.waived
            if waiver is None:
                return "waived, nobody says why"
            until = f" until {self.day(waiver.until)}" if waiver.until else ""
            by = f" by {self.person(waiver.by)}" if waiver.by else ""
            return f"waived{by}{until}: {cut(waiver.why, 200)}"
        by = f" by {self.person(item.validation.by)}" if item.validation and item.validation.by else ""
        proof = evidence(item)
        return f"validated{by}, " + (f"evidence: {cut(proof, 200)}" if proof else "without evidence")

    def closed(self, item: Item) -> str:
        return f"{self.named(item)}: {self.closing(item)}"

    def blocker_line(self, blocker: Blocker) -> str:
        """An open blocker: what it holds, on whom it waits, until when, and what that costs."""
        item, clear = self.plan.item.get(blocker.item or ""), blocker.expected_clear
        said = [self.waits(blocker)]
        if clear is None:
            said.append("no clear date")
        else:
            said.append(
                f"should have cleared {self.day(clear)}"
                if clear < self.a.today
                else f"clears {self.day(clear)}"
            )
        if item is not None and item.key in self.a.timing:
            gates = self.a.downstream.get(item.key, 0)
            said += [self.slack(item), f"{count(gates, 'gate')} behind it" if gates else ""]
        said.append(f"{self.person(blocker.owner)} chases it" if blocker.owner else "nobody chases it")
        on = f" {self.key(item)}" if item else ""
        return f"{blocker.id}{on}: {cut(blocker.text, 160)}; {', '.join(filter(None, said))}"
