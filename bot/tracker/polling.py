"""Open a poll of go or no-go, answer it, decide it, end it, and read what was decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain import dates
from bot.domain.errors import Conflict, EveryMistake, Invalid, NotFound, Refused
from bot.domain.gonogo import minutes, pollwords, seats, veiled, voting
from bot.domain.gonogo.pollwords import Board
from bot.domain.gonogo.voting import WORDS, Condition, Decision, Poll, Seat, Vote, Word
from bot.domain.permissions import About, Role
from bot.domain.plan import Person, Plan
from bot.domain.reminders import ledger
from bot.tracker.desk import cause, free, in_words, slug
from bot.tracker.items import with_item_added
from bot.tracker.outlook import Outlook, entry_key
from bot.tracker.values import NOBODY, Actor, Colleague, Done, Where, WhoIsThat
from bot.tracker.wording import day
from storage import Entry, Transaction
from storage.guard import clean, clean_json

HEAD, ASK, REMIND = "poll_head", "poll_ask", "poll_remind"
DECIDER, DECIDE, DECIDED, BACK = "poll_decider", "poll_decide", "poll_decided", "poll_back"
AGAIN = "poll_again"
GONE = "That belongs to no poll I know. `/golive poll` says whether one is open."
LONGEST = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """What a press is about: a poll, and of a vote the seat by its number."""

    project: str
    number: int
    seat: int = 0

    @property
    def where(self) -> Where:
        return Where(project=self.project, direct=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A condition as somebody fills it in; `field` begins the names of its fields."""

    text: str
    owner: str  # Slack id
    due: date
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a poll would be, were it opened now."""

    plan: Plan
    closes_at: datetime
    seats: tuple[Seat, ...]
    not_asked: tuple[str, ...]
    decides: Person


class PollIsOpen(Conflict):
    """There is an open poll already; `ts` is where it stands in the project's channel, once it does."""

    def __init__(self, sentence: str, channel: str, ts: str | None) -> None:
        super().__init__(sentence)
        self.channel = channel
        self.ts = ts


class Polling(Outlook):
    """The verbs on polls."""

    # ——— opening and ending

    def poll_preview(self, who: Actor, where: Where) -> Preview:
        """Who would be asked and until when, for somebody who may ask."""
        with self.store.reading() as tx:
            plan = self._plan(tx, who, where)
            with self._veiling(plan, outside=self._enter(tx, who)):
                self._refuse_poll(tx, plan, who)
            found, not_asked = self._asked_now(tx, plan)
            plan = self._shown_to(tx, who, plan)
        closes = voting.closing(plan, None, self.now())
        decides = voting.decider_now(plan, self.now())[1]
        return Preview(plan=plan, closes_at=closes, seats=found, not_asked=not_asked, decides=decides)

    def poll(self, who: Actor, where: Where, closes: str | datetime | None = None) -> Done:
        """Ask every role for go or no-go, in one thread of the project's channel."""
        now = self.now()
        with self.together(who, where) as (tx, plan):
            self._refuse_poll(tx, plan, who)
            said = isinstance(closes, datetime)
            until = voting.checked(closes, now) if said else voting.closing(plan, closes, now)  # type: ignore[arg-type]
            found, not_asked = self._asked_now(tx, plan)
            wanted = Poll(
                number=0,
                opened_by=who.user,
                opened_at=now,
                closes_at=until,
                seats=found,
                not_asked=not_asked,
                revision=plan.project.revision,
            )
            poll = tx.open_poll(who.workspace, _id(plan), wanted)
            b = self._board(plan, poll)
            self._say(tx, b, HEAD)
            for number, seat in enumerate(poll.seats):
                self._say(tx, b, ASK, seat=number, to=seat.user)
            decides = voting.decider_now(plan, now)[1]
            self._say(tx, b, DECIDER, to=decides.slack)
            tx.look_again([_id(plan)])
            return Done(lines=pollwords.opened(b, decides), plan=plan)

    def cancel_poll(self, who: Actor, where: Where, why: str) -> Done:
        """End the open poll without a decision."""
        with self.together(who, where) as (tx, plan):
            voting.refuse_others(plan, self._asking(tx, plan, who), self.now())
            poll = tx.poll(_id(plan))
            if poll is None or poll.state != "open":
                raise NotFound(f"No go/no-go is open in {plan.project.name}.")
            reason = in_words(why, plan)
            if not reason:
                raise Invalid("Say why, so that those who answered understand: `/golive poll cancel why`.")
            tx.cancel(_id(plan), poll.number, by=who.user, at=self.now(), why=reason)
            self._draw_all_again(tx, plan, poll)
            tx.look_again([_id(plan)])
            return Done(lines=(f"Go/no-go {poll.number} is cancelled; its thread says so.",), plan=plan)

    def _refuse_poll(self, tx: Transaction, plan: Plan, who: Actor) -> None:
        a = self._assessment(plan, self._today(plan))
        poll = tx.poll(_id(plan))
        if poll is not None and poll.state == "open":
            b = Board(plan, a, poll, self.now())
            head = tx.message(who.workspace, message_key(plan, poll.number, HEAD))
            until = pollwords.when(plan, poll.closes_at, plan.by_slack.get(who.user))
            raise PollIsOpen(
                f"{b.name} is open already, in the project's channel, for answers until {until}. "
                f"{pollwords.tally(b)} `/golive poll cancel why` ends it without a decision.",
                plan.project.channel or "",
                head.ts if head else None,
            )
        voting.refuse_opening(plan, a, self._asking(tx, plan, who), self.now())

    def _asked_now(self, tx: Transaction, plan: Plan) -> tuple[tuple[Seat, ...], tuple[str, ...]]:
        a, now = self._assessment(plan, self._today(plan)), self.now()
        return seats.asked(plan, a, tx.unreachable(plan.project.workspace, now), now)

    # ——— answering

    def ballot(self, who: Actor, ballot: Ballot) -> tuple[Board, Vote | None]:
        """What somebody is about to answer, and what they answered before."""
        with self.store.reading() as tx:
            plan = self._plan(tx, who, ballot.where)
            b = self._open_board(tx, plan, ballot)
            seat = _seat(b, ballot, who)
            self._permit(tx, plan, who, "vote", About(asked=True))
            b = self._board_as_read(tx, who, b)
        return b, b.poll.vote(seat.role)

    def vote(
        self,
        who: Actor,
        ballot: Ballot,
        word: Word,
        *,
        why: str = "",
        wishes: Sequence[Wish] = (),
        colleagues: Mapping[str, Colleague] = NOBODY,
        base: str = "",
    ) -> Done:
        """Answer for a role; it can be changed until the poll is decided. `base` begins Slack's links."""
        with self.together(who, ballot.where) as (tx, plan):
            b = self._open_board(tx, plan, ballot)
            seat, person = _seat(b, ballot, who), plan.by_slack.get(who.user)
            self._permit(tx, plan, who, "vote", About(asked=True))
            reason = _typed(why) if word is Word.NO_GO else None
            if word is Word.NO_GO and not reason:
                raise Invalid("Say why not, so that everybody knows what has to change.", field="why")
            link = self._said_at(tx, plan, ballot, base)
            wanted = wishes if word is Word.CONDITIONS else ()
            conditions = self._conditions(plan, wanted, colleagues, link)
            if word is Word.CONDITIONS and not conditions:
                raise Invalid("Name at least one condition, or answer Go.", field="c1_text")
            vote = Vote(
                role=seat.role,
                person=person.key if person else None,
                user=who.user,
                word=word,
                at=self.now(),
                why=reason,
                conditions=conditions,
            )
            tx.vote(who.workspace, _id(plan), ballot.number, vote)
            after = self._open_board(tx, plan, ballot)
            self._draw_again(tx, plan, [message_key(plan, ballot.number, HEAD)])
            self._draw_again(tx, plan, _asks(plan, ballot.number, ballot.seat))
            if b.poll.missing and not after.poll.missing:
                self._ask_to_decide(tx, after)
            tx.look_again([_id(plan)])
        said = f"Your answer for {seat.role} is kept: {WORDS[word]}. You can change it until it is decided."
        return Done(lines=(said,), plan=plan)

    def _conditions(
        self, plan: Plan, wishes: Sequence[Wish], colleagues: Mapping[str, Colleague], link: str | None
    ) -> tuple[Condition, ...]:
        every, found = EveryMistake(), list[Condition]()
        for wish in wishes:
            with every.part():
                dates.refuse_past(wish.due, self._today(plan), field=f"{wish.field}_due")
            text = _typed(wish.text) or ""
            with every.part():
                if not text:
                    raise Invalid("Say what has to be true.", field=f"{wish.field}_text")
            with every.part():
                name, tz = self._condition_owner(plan, wish, colleagues)
                due = wish.due
                found.append(
                    Condition(text=text, owner=wish.owner, name=name, tz=tz, due=due, permalink=link)
                )
        every.told()
        return tuple(found)

    def _condition_owner(
        self, plan: Plan, wish: Wish, colleagues: Mapping[str, Colleague]
    ) -> tuple[str, str | None]:
        """What they are called, and their zone; they join the project once it is decided."""
        person = plan.by_slack.get(wish.owner) or colleagues.get(wish.owner)
        if person is None:
            raise WhoIsThat(wish.owner)
        if isinstance(person, Colleague) and person.refused is not None:
            raise Invalid(person.refused, field=f"{wish.field}_owner")
        return person.name, person.tz

    def _said_at(self, tx: Transaction, plan: Plan, ballot: Ballot, base: str) -> str | None:
        """Where the answer stands: the message that asked for it."""
        found = [
            tx.message(plan.project.workspace, message_key(plan, ballot.number, kind, seat))
            for kind, seat in ((ASK, ballot.seat), (HEAD, None))
        ]
        ts = next((message.ts for message in found if message is not None and message.ts), None)
        if ts is None or not base:
            return None
        return f"{base.rstrip('/')}/archives/{plan.project.channel}/p{ts.replace('.', '')}"

    # ——— deciding

    def decision_form(self, who: Actor, ballot: Ballot) -> Board:
        """What somebody is about to decide, if it is theirs to decide."""
        with self.store.reading() as tx:
            plan = self._plan(tx, who, ballot.where)
            b = self._open_board(tx, plan, ballot)
            self._decider(tx, b, who)
            return self._board_as_read(tx, who, b)

    def decide(
        self,
        who: Actor,
        ballot: Ballot,
        word: Word,
        *,
        seen: str,
        why: str = "",
        until: date | None = None,
        wishes: Sequence[Wish] = (),
        colleagues: Mapping[str, Colleague] = NOBODY,
        base: str = "",
    ) -> Done:
        """Settle it for good: conditions become gates, a Go lets open gates through, the record is kept."""
        with self.together(who, ballot.where) as (tx, plan):
            b = self._open_board(tx, plan, ballot)
            principal, by = self._decider(tx, b, who)
            if voting.seen(b.poll, b.a) != seen:
                raise Conflict(
                    "An answer or a gate changed since this form was opened. Close it and press again, so "
                    "that you decide on what is true now."
                )
            link = self._said_at(tx, plan, ballot, base)
            decision = Decision(
                word=word,
                by=by,
                decider=principal,
                at=self.now(),
                why=_typed(why),
                until=until,
                conditions=self._conditions(plan, wishes, colleagues, link),
            )
            voting.refuse_decision(plan, b.a, b.poll, decision)
            return self._settled(tx, who, b, decision)

    def _settled(self, tx: Transaction, who: Actor, b: Board, decision: Decision) -> Done:
        plan, poll = b.plan, b.poll
        after, through = voting.let_through(plan, b.a, poll.number, decision)
        after, made = self._with_conditions(after, poll, decision)
        kept = self._commit(tx, who, plan, after, "decide").plan if after is not plan else plan
        found = clean_json(minutes.record(plan, b.a, poll, decision, kept, made))
        tx.decide(
            _id(plan),
            poll.number,
            decision.word,
            by=who.user,
            at=decision.at,
            why=decision.why,
            record=minutes.sealed(found),
        )
        self._draw_all_again(tx, kept, poll)
        self._say(tx, Board(kept, b.a, poll, b.now), DECIDED)
        tx.look_again([_id(plan)])
        lines = [f"Go/no-go {poll.number} is decided: {WORDS[decision.word]}. Its record is kept for good."]
        if through:
            keys = ", ".join(f"`{key}`" for key in through)
            lines.append(f"Let through until {day(decision.until)}: {keys}.")
        if new := [f"`{each['key']}`" for each in made if each["key"]]:
            lines.append(f"Conditions that are gates now: {', '.join(new)}.")
        return Done(lines=tuple(lines), plan=kept)

    def _with_conditions(
        self, plan: Plan, poll: Poll, decision: Decision
    ) -> tuple[Plan, list[dict[str, object]]]:
        """The plan with a gate for every condition, unless the decision is against it all."""
        said: list[tuple[str, str | None, Condition]] = [
            (vote.user, vote.role, condition) for vote, condition in poll.conditions
        ]
        said += [(decision.by.slack or "", None, condition) for condition in decision.conditions]
        made = []
        for user, role, condition in said:
            by = plan.by_slack.get(user) or decision.by
            key = None
            if decision.word is not Word.NO_GO:
                who = Colleague(id=condition.owner, name=condition.name, tz=condition.tz)
                plan, owner = self._person(plan, condition.owner, who)
                key = free(slug(condition.text), {each.casefold() for each in plan.item}, "condition")
                plan = with_item_added(plan, voting.as_gate(plan, key, poll.number, condition, owner, by))
            made.append(minutes.condition_made(key, condition, by.name, role))
        return plan, made

    def _decider(self, tx: Transaction, b: Board, who: Actor) -> tuple[Person, Person]:
        """For whom is decided, and who does: the decider, or who stands in while they are away."""
        principal, decides = voting.decider_now(b.plan, b.now)
        by = b.plan.by_slack.get(who.user)
        theirs = {Role.DECIDER} if by is not None and by.key in (principal.key, decides.key) else set()
        if by is None or not self._may(tx, b.plan, who, "decide", About(roles=theirs)):
            raise Refused(f"{decides.name} decides, so these buttons are for {decides.name} alone.")
        return principal, by

    # ——— reading what was decided

    def decision_page(self, who: Actor, where: Where, number: int | None = None) -> tuple[int, str]:
        """The page of a decision, the last one unless a number is given; and its number."""
        with self.store.reading() as tx:
            return _page(tx, self._plan(tx, who, where, "record"), number)

    def decision(self, workspace: str, key: str, number: int | None = None) -> str:
        """The same for the command line."""
        with self.store.reading() as tx:
            return _page(tx, self._stored(tx, workspace, key), number)[1]

    # ——— what they share

    def _board(self, plan: Plan, poll: Poll) -> Board:
        return Board(plan, self._assessment(plan, self._today(plan)), poll, self.now())

    def _board_as_read(self, tx: Transaction, who: Actor, b: Board) -> Board:
        """The same as somebody reads it."""
        if not self._enter(tx, who):
            return b
        veil = self._veil(b.plan)
        a = self._assessment(veil.shown, b.a.today)
        return Board(veil.shown, a, veiled.poll(veil, b.poll), b.now, b.seen)

    def _open_board(self, tx: Transaction, plan: Plan, ballot: Ballot) -> Board:
        poll = tx.poll(_id(plan), ballot.number)
        if poll is None:
            raise NotFound(GONE)
        b = self._board(plan, poll)
        if poll.state != "open":
            said = " ".join(pollwords.outcome(b, None))
            raise Conflict(f"Go/no-go {poll.number} is over, so nothing was changed. {said}")
        return b

    def _say(
        self, tx: Transaction, b: Board, kind: str, *, seat: int | None = None, to: str | None = None
    ) -> None:
        """Have it said in the thread; to who is not in the channel, directly besides."""
        for channel, key, payload in lanes(tx, b.plan, b.poll, kind, seat=seat, to=to):
            tx.emit(b.plan.project.workspace, channel, key, kind, payload, at=self.now())

    def _ask_to_decide(self, tx: Transaction, b: Board) -> None:
        """All have answered, so the decider is asked before the time is over, and not again at its end."""
        decides = voting.decider_now(b.plan, b.now)[1]
        self._say(tx, b, DECIDE, to=decides.slack)
        asked = decide_entry(b)
        tx.enter(b.plan.project.workspace, [asked])

    def _draw_all_again(self, tx: Transaction, plan: Plan, poll: Poll) -> None:
        keys = [message_key(plan, poll.number, HEAD)]
        for seat in range(len(poll.seats)):
            keys += _asks(plan, poll.number, seat)
        for kind in (DECIDER, DECIDE):
            keys += [message_key(plan, poll.number, kind, direct=direct) for direct in (False, True)]
        self._draw_again(tx, plan, keys)

    def _draw_again(self, tx: Transaction, plan: Plan, keys: Iterable[str]) -> None:
        """Bring what was said up to date; what was not said yet is drawn when it is."""
        workspace, now = plan.project.workspace, self.now()
        for key in keys:
            first = tx.message(workspace, key)
            if first is not None and first.state in ("sending", "sent"):
                again = cause(AGAIN, key, now.isoformat())
                payload = {"project": plan.project.key, "message": key}
                tx.emit(workspace, first.channel, again, AGAIN, payload, subject=f"{AGAIN}:{key}", at=now)


def message_key(
    plan: Plan, number: int, kind: str, seat: int | None = None, *, direct: bool = False, what: str = ""
) -> str:
    """One message of a poll has one key, whenever and by whom it is caused."""
    of = plan.project
    return cause(kind, of.workspace, of.key, str(number), str(seat), "direct" if direct else "", what)


def lanes(
    tx: Transaction,
    plan: Plan,
    poll: Poll,
    kind: str,
    *,
    seat: int | None = None,
    to: str | None = None,
    what: str = "",
) -> list[tuple[str, str, dict[str, object]]]:
    """Where a message goes: the thread, and who it calls by name but would not see it there."""
    channel = plan.project.channel or ""
    payload: dict[str, object] = {"project": plan.project.key, "number": poll.number, "by": poll.opened_by}
    if seat is not None:
        payload["seat"] = seat
    found = [(channel, message_key(plan, poll.number, kind, seat, what=what), payload)]
    members = tx.members(plan.project.workspace, channel)
    called = plan.by_slack.get(to or "")
    named = called is None or not called.internal or tx.is_for_the_team(plan.project.workspace, channel)
    if to is not None and members and not (named and to in members):
        key = message_key(plan, poll.number, kind, seat, direct=True, what=what)
        found.append((to, key, {**payload, "direct": True}))
    return found


def decide_entry(b: Board) -> Entry:
    """How the ledger notes that the decider is asked; said once in a poll."""
    plan = b.plan
    return poll_entry(
        plan, b.poll, "", "decide", "", f"{b.name}: the decider is asked to decide", b.now, DECIDE
    )


def poll_entry(
    plan: Plan, poll: Poll, person: str, about: str, fingerprint: str, words: str, at: datetime, kind: str
) -> Entry:
    of = ledger.subject(plan.project.key, ledger.POLL, f"{poll.number}:{about}")
    return Entry(
        key=entry_key(plan.project.workspace, person, ledger.POLL, of, fingerprint),
        person=person,
        kind=ledger.POLL,
        subject=of,
        fingerprint=fingerprint,
        words=words,
        at=at,
        critical=True,  # asked by the project itself: of nobody's budget
        message=message_key(plan, poll.number, kind),
        project=plan.project.id,
    )


def _typed(text: str) -> str | None:
    """What somebody typed into a form, where Slack encodes nothing."""
    return clean(text).strip() or None


def _asks(plan: Plan, number: int, seat: int) -> list[str]:
    """The messages that ask for one answer."""
    return [
        message_key(plan, number, ASK, seat),
        message_key(plan, number, ASK, seat, direct=True),
        message_key(plan, number, REMIND, seat, direct=True),
    ]


def _seat(b: Board, ballot: Ballot, who: Actor) -> Seat:
    """The seat somebody answers for, if it is theirs."""
    seat = voting.seat_of(b.poll, b.plan, ballot.seat, who.user)
    if seat is None:
        if not 0 <= ballot.seat < len(b.poll.seats):
            raise NotFound(GONE)
        asked = b.poll.seats[ballot.seat]
        raise Refused(f"{asked.name} is asked for {asked.role}, so that answer is not yours to give.")
    return seat


def _page(tx: Transaction, plan: Plan, number: int | None) -> tuple[int, str]:
    wanted = number if number is not None else tx.last_decided(_id(plan))
    if wanted is None:
        raise NotFound(f"No go/no-go was decided in {plan.project.name} yet.")
    record = tx.record(_id(plan), wanted)
    if record is None:
        raise NotFound(f"Go/no-go {wanted} of {plan.project.name} was not decided, so it has no record.")
    return wanted, minutes.page(record)


def _id(plan: Plan) -> int:
    assert plan.project.id is not None
    return plan.project.id
