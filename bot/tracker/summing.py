"""Have a summary for an audience posted every week: ordered, listed, ended; planned by the clock."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any

from bot.domain import policies
from bot.domain import summary as weekly
from bot.domain.errors import Invalid, NotFound
from bot.domain.hours import WorkingHours, instant
from bot.domain.plan import WEEKDAYS, Plan
from bot.domain.policies import Summary
from bot.domain.readers import Audience
from bot.domain.reminders import ledger
from bot.domain.reminders.ledger import SUMMARY, State
from bot.domain.reminders.situation import MUTED
from bot.domain.summary import Summed
from bot.tracker.desk import cause
from bot.tracker.outlook import Outlook, View, entry_key
from bot.tracker.values import Actor, Done, Where
from storage import Entry, Message, Transaction

NOT_WORKED = "nobody works that day"
TOO_LATE = timedelta(hours=12)  # a summary of a week that golive was down for is not posted days later
A_WEEK = timedelta(days=7)
NAMES = dict(
    zip(WEEKDAYS, ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"], strict=True)
)
_AT = re.compile(r"(?:at\s+)?(\d{1,2})(?::(\d\d))?\s*(am|pm)?", re.IGNORECASE)
USAGE = "`/golive summary customer #channel friday 15:00`"


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryPost:
    """A summary as it is to be posted."""

    plan: Plan
    summed: Summed
    audience: Audience


class Summing(Outlook):
    """The verb summary, and what the clock does for it."""

    def summaries(self, who: Actor, where: Where) -> Done:
        """Those there are, with the numbers that end them."""
        with self.store.reading() as tx:
            plan = self._plan(tx, who, where, "summary")
        found = policies.of(plan.project).summaries
        lines = [f"{number}. {_said(each)}" for number, each in enumerate(found, 1)]
        none = f"No summary of {plan.project.name} is posted. Have one: {USAGE}."
        tail = ("`/golive summary off NUMBER` ends one.",) if lines else (none,)
        return Done(lines=(*lines, *tail), plan=plan)

    def add_summary(
        self, who: Actor, where: Where, audience: Audience | None, channel: str | None, words: str
    ) -> Done:
        """Post one every week from now on; the same again at another time moves it."""
        if audience is None or channel is None:
            raise Invalid(f"Say for whom, in which channel and when: {USAGE}.")
        if channel.startswith("#"):
            raise Invalid(
                f"I know no channel {channel[:80]}. Type “#” and choose one from the list Slack offers. If "
                "it is private, invite me there first: `/invite @golive`."
            )
        day, at = _when(words)
        wanted = Summary(audience=audience, channel=channel, day=day, at=at)
        with self.together(who, where, "summary") as (tx, plan):
            there = policies.of(plan.project).summaries
            others = [e for e in there if (e.audience, e.channel) != (audience, channel)]
            if len(others) >= policies.MOST_SUMMARIES:
                raise Invalid(f"There are {policies.MOST_SUMMARIES} already: end one first.")
            line = f"A summary {_said(wanted)}; when nothing changed, it says so in a line."
            return self._put(tx, who, plan, (*others, wanted), line)

    def end_summary(self, who: Actor, where: Where, number: str) -> Done:
        with self.together(who, where, "summary") as (tx, plan):
            there = policies.of(plan.project).summaries
            if not number.isdecimal() or not 1 <= int(number) <= len(there):
                raise NotFound("Say which by its number in `/golive summary`.")
            gone = there[int(number) - 1]
            line = f"Ended: the summary {_said(gone)}."
            return self._put(tx, who, plan, [e for e in there if e is not gone], line)

    def _put(self, tx: Transaction, who: Actor, plan: Plan, wanted: Sequence[Summary], line: str) -> Done:
        kept = {name: value for name, value in plan.project.policies.items() if name != "summaries"}
        said = [policies.summary_as_said(each) for each in wanted]
        after: Mapping[str, Any] = MappingProxyType({**kept, "summaries": said} if said else kept)
        if after == plan.project.policies:
            return Done(lines=(line,), plan=plan)
        head = replace(plan.project, policies=after)
        done = self._commit(tx, who, plan, replace(plan, project=head), "summary")
        return replace(done, lines=(line,))

    # ——— by the clock

    def _summaries_due(self, view: View) -> tuple[list[tuple[Summary, Entry]], list[datetime]]:
        """Those whose time has come and that were not looked at, and when the next are."""
        found, moments = [], []
        s, zone = view.s, view.plan.project.zone
        for each in s.policies.summaries:
            local = s.now.astimezone(zone).date()
            days = [local + timedelta(days=n) for n in range(-1, 8)]
            named = [day for day in days if WEEKDAYS[day.weekday()] == each.day]
            times = [(day, instant(day, each.at, zone)) for day in named]
            moments += [at for _, at in times if at > s.now][:1]
            for day, at in times:
                entry = _entry(view, each, day)
                late = not at <= s.now < at + TOO_LATE
                if not (late or _looked_at(view, entry) or self._began_after(view, each, at)):
                    found.append((each, _judged(view, entry, day)))
        return found, moments

    def _began_after(self, view: View, summary: Summary, at: datetime) -> bool:
        """It was ordered after the moment it would have been posted at."""
        with self.store.reading() as tx:
            project = view.plan.project
            events = tx.events(project.workspace, project.key, since=at, entity="project")
        said = policies.summary_as_said(summary)
        befores = (event.change.before or {} for event in events if event.change.field in ("policies", ""))
        return any(said not in list(before.get("summaries") or ()) for before in befores)

    # ——— drawn when it is sent

    def summary(self, message: Message) -> SummaryPost | None:
        """What it says now; None when it was ended meanwhile."""
        said, now = message.payload, self.now()
        with self.store.reading() as tx:
            plan = tx.plan(message.workspace, said["project"])
            ordered = policies.of(plan.project).summaries if plan is not None else ()
            audience = Audience(said["audience"])
            if plan is None or not any(
                (e.audience, e.channel) == (audience, message.channel) for e in ordered
            ):
                return None
            before = _last(self._view_of(tx, message.workspace, said["project"], now), said)
            since = before or now - A_WEEK
            past = tx.events(message.workspace, said["project"], since=since)
            veil = self._veil_for(tx, plan, message.channel)
            if veil is None and audience is Audience.CUSTOMER:
                veil = self._veil(plan, message.channel)
            shown = veil.shown if veil is not None else plan
            events = self._past(plan, shown, past).events
        as_of = now.astimezone(plan.project.zone)
        a = self._assessment(shown, as_of.date())
        first = before is None
        summed = weekly.weekly(shown, a, events, since, as_of, audience, first=first)
        return SummaryPost(plan=shown, summed=summed, audience=audience)


def _judged(view: View, entry: Entry, day: date) -> Entry:
    """Held, and why, where it is not to be posted: a day nobody works, unless that weekday was chosen so."""
    weekday = WEEKDAYS[day.weekday()]
    if weekday in view.plan.project.working_days and not WorkingHours(view.plan).works_on(day):
        return replace(entry, state=State.HELD.value, why=NOT_WORKED)
    if view.s.muted(None) is not None:
        return replace(entry, state=State.HELD.value, why=MUTED)
    return entry


def _entry(view: View, summary: Summary, day: date) -> Entry:
    of = ledger.subject(view.due.key, SUMMARY, f"{summary.audience}.{summary.channel}")
    return Entry(
        key=entry_key(view.due.workspace, "", SUMMARY, of, day.isoformat()),
        person="",
        kind=SUMMARY,
        subject=of,
        fingerprint=day.isoformat(),
        words=f"the weekly summary for {_whom(summary)}",
        at=view.s.now,
        critical=True,  # asked by the project itself: of nobody's budget
        project=view.due.id,
    )


def _looked_at(view: View, entry: Entry) -> bool:
    same = (entry.kind, entry.subject, entry.fingerprint)
    return any((row.kind, row.subject, row.fingerprint) == same for row in view.said_to(""))


def _last(view: View | None, said: Mapping[str, Any]) -> datetime | None:
    """When the one before this was posted."""
    if view is None:
        return None
    of = ledger.subject(view.due.key, SUMMARY, f"{said['audience']}.{said['channel']}")
    rows = (r for r in view.said_to("") if (r.kind, r.subject) == (SUMMARY, of))
    posted = [r for r in rows if r.state is State.SENT and r.fingerprint != said["day"]]
    return max((row.at for row in posted), default=None)


def summary_message(view: View, summary: Summary, entry: Entry) -> tuple[str, str, dict[str, Any]]:
    """Its lane, its key (one for each audience, channel and day) and what it carries."""
    day = entry.fingerprint
    key = cause(SUMMARY, view.due.workspace, view.due.key, summary.audience, summary.channel, day)
    payload = {"project": view.due.key, "audience": summary.audience.value, "day": day}
    return summary.channel, key, {**payload, "channel": summary.channel}


def _said(summary: Summary) -> str:
    where, when = f"<#{summary.channel}>", f"every {NAMES[summary.day]} at {summary.at:%H:%M}"
    return f"for {_whom(summary)} in {where}, {when}"


def _whom(summary: Summary) -> str:
    return {Audience.CUSTOMER: "the customer"}.get(summary.audience, summary.audience.value)


def _when(words: str) -> tuple[str, time]:
    """The weekday and the time."""
    said = words.replace(",", " ").split()
    days = [WEEKDAYS[n] for word in said for n, name in enumerate(NAMES.values()) if _names(word, name)]
    rest = " ".join(word for word in said if not any(_names(word, name) for name in NAMES.values()))
    match = _AT.fullmatch(rest.removeprefix("every").removeprefix("on").strip())
    if len(days) != 1 or match is None:
        raise Invalid(f"Say on which day of the week and at what time: {USAGE}.")
    hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "").casefold()
    hour = hour % 12 + (12 if half == "pm" else 0) if half else hour
    if hour > 23 or minute > 59:
        raise Invalid(f"{rest} is no time of day: {USAGE}.")
    return days[0], time(hour, minute)


def _names(word: str, day: str) -> bool:
    said = word.casefold().rstrip("s.")
    return len(said) >= 3 and (day.casefold().startswith(said) or said == f"{day.casefold()}")
