"""Who may move an item from which state to which, and what does that reopen?"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.domain import permissions
from bot.domain.errors import Invalid, Missing, Refused
from bot.domain.holders import LEAD_ROLES as LEAD_ROLES
from bot.domain.holders import confirming as confirming
from bot.domain.holders import decider as decider
from bot.domain.holders import lead as lead
from bot.domain.holders import may_validate as may_validate
from bot.domain.holders import sponsor as sponsor
from bot.domain.holders import who_confirms as who_confirms
from bot.domain.holders import why_nobody_confirms as why_nobody_confirms
from bot.domain.permissions import ACTS, About, Asking, Role
from bot.domain.plan import Item, Person, Plan, Status, Validation, Waiver
from bot.domain.readiness import standing
from bot.domain.schedule import Calendars, arrows

OPEN = (Status.TODO, Status.DOING, Status.BLOCKED, Status.DONE)

LONGEST_SAID = 10_000  # characters of evidence, or of a reason: more belongs into a file
WORDS = {
    Status.TODO: "to do",
    Status.DOING: "being worked on",
    Status.BLOCKED: "blocked",
    Status.DONE: "done, not confirmed",
    Status.VALIDATED: "validated",
    Status.WAIVED: "waived",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One row of the table; who may is in `permissions`. `to` is None where it gets back what it was."""

    act: str
    before: tuple[Status, ...]
    to: Status | None
    needs: str = ""
    besides: str = ""  # what else happens, above all what it reopens


MOVES = {
    move.act: move
    for move in (
        Move(act="start", before=(Status.TODO,), to=Status.DOING),
        Move(
            act="block",
            before=(Status.TODO, Status.DOING),
            to=Status.BLOCKED,
            needs="what holds it up",
            besides="The earlier status is kept. A done, validated or waived item keeps its status.",
        ),
        Move(
            act="unblock",
            before=(Status.BLOCKED,),
            to=None,
            besides="Only when no open blocker is left on it.",
        ),
        Move(
            act="done",
            before=(Status.TODO, Status.DOING, Status.BLOCKED),
            to=Status.DONE,
            besides="Open blockers stay open, and the confirmation says so.",
        ),
        Move(
            act="validate",
            before=(Status.DONE,),
            to=Status.VALIDATED,
            needs="evidence",
            besides="Never by the item's owner.",
        ),
        Move(
            act="waive",
            before=OPEN,
            to=Status.WAIVED,
            needs="why; until when, if not for good",
            besides="When the waiver runs out the earlier status shows again.",
        ),
        Move(
            act="reopen",
            before=(Status.DONE, Status.VALIDATED, Status.WAIVED),
            to=Status.DOING,
            needs="why",
            besides="Blocked instead while a blocker is open on it. Validated items that depend on it, "
            "directly or through others, go back to done.",
        ),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What comes with an act: when it was, and the words that prove or explain it."""

    at: datetime
    today: date  # in the project's zone
    evidence: str | None = None
    why: str | None = None
    until: date | None = None
    permalink: str | None = None


def act(plan: Plan, key: str, name: str, by: Person | None, said: Said, *, outside: bool = False) -> Plan:
    """The plan after the act; the very same plan when the item is there already."""
    move, item = MOVES[name], current(plan.item[key], said.today)
    refuse_strangers(plan, item, name, Asking(person=by, outside=outside))
    if _is_there_already(item, move, said):
        return plan
    if item.status not in move.before:
        raise Refused(_wrong_state(item, move))
    _refuse_missing_words(item, move, said)
    if name == "reopen":
        return reopened(plan, (key,), said.today)
    return with_item(plan, _moved(plan, item, move, by, said))


def reopened(plan: Plan, keys: Iterable[str], today: date) -> Plan:
    """The plan with these items taken up again, and what was validated on them only done again."""
    again = {key: _taken_up(plan, current(plan.item[key], today), today) for key in keys}
    return _shaken(with_items(plan, again.values()), again)


def current(item: Item, today: date) -> Item:
    """The item as it stands: a waiver that has run out no longer hides the earlier status."""
    status = standing(item, today)
    if status == item.status:
        return item
    return replace(item, status=status, earlier_status=None, waived=None)


def blocked(item: Item, today: date) -> Item:
    """The item with a blocker on it."""
    item = current(item, today)
    if item.status not in MOVES["block"].before:
        return item
    return replace(item, status=Status.BLOCKED, earlier_status=item.status)


def unblocked(plan: Plan, key: str) -> Plan:
    """The plan with this item given back its earlier status, if nothing open holds it up any more."""
    item = plan.item.get(key)
    if item is None or plan.open_blockers.get(key):
        return plan
    if item.status is Status.BLOCKED:
        back = item.earlier_status if item.earlier_status in MOVES["block"].before else Status.TODO
        return with_item(plan, replace(item, status=back or Status.TODO, earlier_status=None))
    if item.status is Status.WAIVED and item.earlier_status is Status.BLOCKED:
        return with_item(plan, replace(item, earlier_status=Status.TODO))
    return plan


def refuse_too_long(words: str | None, what: str) -> None:
    """Nothing is cut off silently: what does not fit is not taken."""
    if words is not None and len(words) > LONGEST_SAID:
        raise Invalid(
            f"That {what} has {len(words):,} characters, and at most {LONGEST_SAID:,} are kept. "
            "Put it into a file or a ticket, and say its link instead. Nothing was changed."
        )


def with_item(plan: Plan, item: Item) -> Plan:
    """The plan with this item in the place of the one of the same key."""
    return with_items(plan, (item,))


def with_items(plan: Plan, items: Iterable[Item]) -> Plan:
    new = {item.key: item for item in items}
    return replace(plan, items=tuple(new.get(item.key, item) for item in plan.items))


def markdown() -> str:
    """The table as docs/states.md shows it."""
    lines = ["| act | from | to | who | needs | besides |", "|---|---|---|---|---|---|"]
    for move in MOVES.values():
        before = ", ".join(status.value for status in move.before)
        to = move.to.value if move.to else "the earlier status"
        who = " or ".join(ACTS[move.act].who)
        cells = (f"`{move.act}`", before, to, who, move.needs, move.besides)
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _moved(plan: Plan, item: Item, move: Move, by: Person | None, said: Said) -> Item:
    who = by.key if by else None
    if move.act == "start":
        planned = item.planned_days or max(1, item.remaining_days)
        started = item.started_on or said.today
        return replace(
            item, status=Status.DOING, earlier_status=None, planned_days=planned, started_on=started
        )
    if move.act == "done":
        return replace(
            item,
            status=Status.DONE,
            earlier_status=None,
            done_on=said.today,
            actual_days=_days_worked(plan, item, said.today),
            evidence=said.evidence or item.evidence,
        )
    if move.act == "validate":
        proof = Validation(by=who, at=said.at, evidence=said.evidence, permalink=said.permalink)
        evidence = item.evidence or said.evidence
        return replace(item, status=Status.VALIDATED, validation=proof, evidence=evidence)
    if move.act == "waive":
        waiver = Waiver(by=who, why=said.why or "", until=said.until)
        return replace(item, status=Status.WAIVED, waived=waiver, earlier_status=item.status)
    return replace(item, status=move.to or Status.TODO, earlier_status=None)


def _taken_up(plan: Plan, item: Item, today: date) -> Item:
    again = replace(
        item,
        status=Status.DOING,
        earlier_status=None,
        waived=None,
        validation=None,
        done_on=None,
        actual_days=None,
    )
    return blocked(again, today) if plan.open_blockers.get(item.key) else again


def _days_worked(plan: Plan, item: Item, today: date) -> int | None:
    """Working days of its owner from the start of the work until today, both included."""
    started = item.started_on
    if started is None or started > today:
        return item.actual_days
    calendar = Calendars(plan, today).of(item, Status.DOING)
    return max(1, calendar.count(started - timedelta(days=1), today))


def _is_there_already(item: Item, move: Move, said: Said) -> bool:
    """Said again, by somebody who sent it twice or did not see the first answer: nothing is to change."""
    if item.status is not move.to:
        return False
    if move.act == "done":
        return said.evidence is None or said.evidence == item.evidence
    if move.act == "waive" and item.waived:
        return (said.why, said.until) == (item.waived.why, item.waived.until)
    return move.act in ("start", "validate")


def refuse_strangers(plan: Plan, item: Item, name: str, by: Asking) -> None:
    """Refused, unless they may: with the one act that mends it, where nobody can."""
    about = About(item=item)
    if permissions.may(plan, name, by, about):
        return
    if name == "validate":
        nobody = why_nobody_confirms(plan, item)
        mend = f"Name somebody: `/golive validator {item.key} @person`."
        if by.key is not None and item.owner == by.key:
            who = f"{permissions.who_may(plan, name, about)}." if nobody is None else f"{nobody}. {mend}"
            raise Refused(f"You own `{item.key}`, so somebody else has to confirm it: {who}")
        if nobody is not None:
            raise Refused(f"Nobody can confirm `{item.key}` as it stands: {nobody}. {mend}")
    if permissions.allowed(plan.project, name) == (Role.OWNER,) and item.owner is None:
        raise Refused(f"Nobody owns `{item.key}` yet. Take it first: `/golive own {item.key} @you`.")
    raise Refused(permissions.refusal(plan, name, by, about))


def _wrong_state(item: Item, move: Move) -> str:
    if move.act == "validate":
        return f"`{item.key}` is {WORDS[item.status]}. Its owner has to say `/golive done {item.key}` first."
    if move.act == "reopen":
        return f"`{item.key}` is {WORDS[item.status]}, so there is nothing to reopen."
    if item.status in (Status.DONE, Status.VALIDATED, Status.WAIVED):
        how = f" To work on it again: `/golive reopen {item.key} why`."
        return f"`{item.key}` is {WORDS[item.status]} already.{how}"
    if item.status is Status.BLOCKED:
        return f"`{item.key}` is blocked. When that is over: `/golive unblock {item.key}`."
    return f"`{item.key}` is {WORDS[item.status]}."


def _refuse_missing_words(item: Item, move: Move, said: Said) -> None:
    if move.act == "validate" and not said.evidence:
        sentence = f"Say what shows that it works: `/golive validate {item.key} what you saw, or a link`."
        raise Missing(sentence, verb=move.act, key=item.key)
    if move.act == "waive" and not said.why:
        sentence = f"Say why go-live can do without it: `/golive waive {item.key} why until 4 Dec`."
        raise Missing(sentence, verb=move.act, key=item.key)
    if move.act == "waive" and said.until is not None and said.until < said.today:
        raise Invalid(f"{said.until:%-d %b %Y} has passed. Say a day from today on, or leave “until” out.")
    if move.act == "reopen" and not said.why:
        sentence = f"Say why, so that others understand: `/golive reopen {item.key} why`."
        raise Missing(sentence, verb=move.act, key=item.key)


def _shaken(plan: Plan, keys: Collection[str]) -> Plan:
    """What was validated and waits for one of these, directly or through others, goes back to done."""
    needed_by: dict[str, list[str]] = {}
    for key, needs in arrows(plan).items():
        for need in needs:
            needed_by.setdefault(need, []).append(key)
    reached: set[str] = set()
    waiting = list(keys)
    while waiting:
        for dependent in needed_by.get(waiting.pop(), ()):
            if dependent not in reached:
                reached.add(dependent)
                waiting.append(dependent)
    fallen = [plan.item[k] for k in reached - set(keys) if plan.item[k].status is Status.VALIDATED]
    return with_items(plan, (replace(i, status=Status.DONE, validation=None) for i in fallen))
