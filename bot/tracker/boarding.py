"""How does a channel always show how its project stands? One message, edited when its words change."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain import boardwords
from bot.domain.errors import BotError, Refused
from bot.domain.hours import instant
from bot.domain.plan import Plan
from bot.domain.states import lead
from bot.domain.wording import Answer
from bot.tracker.desk import cause
from bot.tracker.questions import Questions
from bot.tracker.values import Actor, Done, Where
from storage import Board, Message, Transaction

BOARD, EDIT, PIN, REMOVE = "board", "board_edit", "board_pin", "board_remove"
OF_BOARDS = frozenset({BOARD, EDIT, PIN, REMOVE})
EVERY = timedelta(seconds=4)  # between two edits of one view
NO_CHANNEL = "{name} has no channel yet, so it cannot have a view there."
# Slack's words for why a view cannot be, and what to do about it.
_WHY = {
    "not_in_channel": "I am not in the channel: invite me there with `/invite @golive`",
    "channel_not_found": "I cannot see the channel: invite me there with `/invite @golive`",
    "is_archived": "the channel is archived: open it again",
    "restricted_action": "only some people may post there: let me be one of them",
    "too_many_pins": "100 messages are pinned there already: unpin one, or pin the view yourself",
    "permission_denied": "only some people may pin there: let me be one of them, or pin it yourself",
    "missing_scope": "I lack the permission: reinstall me from manifest.yml, see `golive doctor`",
    "not_pinnable": "Slack does not let it be pinned: pin it yourself",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardNow:
    """The channel's own view as it is to be shown; `note` goes with its sending, `ts` where it stands."""

    plan: Plan
    answer: Answer
    changed: datetime  # where the project is
    note: Callable[[Transaction], None]
    ts: str | None = None


class Boarding(Questions):
    """The verbs of the channel's own view, and what the clock does for it."""

    def board_on(self, who: Actor, where: Where) -> Done:
        """Make it, or make it anew: the one before goes."""
        with self.store.transaction() as tx:
            plan = self._plan_to_show(tx, who, where)
            project, before = plan.project, tx.board(who.workspace, plan.project.key)
            channel = project.channel or ""
            if before is not None and before.state == "on" and self._board_on_its_way(tx, before):
                return Done(lines=("It is on its way already.",), plan=plan)
            number = before.number + 1 if before is not None else 1
            key = cause(BOARD, who.workspace, project.key, str(number))
            tx.put_board(
                project.id or 0, who.workspace, number=number, by=who.user, message=key, at=self.now()
            )
            payload = {"project": project.key, "number": number, "by": who.user}
            tx.emit(who.workspace, channel, key, BOARD, payload, at=self.now())
            if before is not None and before.state == "on":
                self._remove_board(tx, before, channel)
            anew = " The one before goes." if before is not None and before.state == "on" else ""
            said = (
                f"The view of {project.name} goes to its channel now, pinned, and is kept up to date.{anew}"
            )
            return Done(lines=(said,), plan=plan)

    def board_off(self, who: Actor, where: Where) -> Done:
        """Take it away."""
        with self.store.transaction() as tx:
            plan = self._plan_to_show(tx, who, where)
            before = tx.board(who.workspace, plan.project.key)
            if before is None or not tx.board_ends(before.project_id, before.number, "off"):
                return Done(lines=(f"{plan.project.name} has no view in its channel.",), plan=plan)
            self._remove_board(tx, before, plan.project.channel or "")
            return Done(lines=(f"I take the view of {plan.project.name} away.",), plan=plan)

    def board_shown(self, who: Actor, where: Where) -> Done:
        """Whether there is one."""
        with self.store.reading() as tx:
            plan = self._plan(tx, who, where)
            board = tx.board(who.workspace, plan.project.key)
        name = plan.project.name
        if board is None or board.state == "off":
            line = f"{name} has no view in its channel. Its lead makes one with `/golive view on`."
        elif board.state == "gone":
            line = f"The view of {name} was deleted. Its lead makes it anew with `/golive view on`."
        else:
            line = f"The view of {name} is in its channel; `view on` makes it anew, `view off` takes it away."
        return Done(lines=(line,), plan=plan)

    def board_deleted(self, workspace: str, channel: str, ts: str) -> None:
        """A message of ours is gone: if it was the view of this channel, it stays gone."""
        with self.store.reading() as tx:
            here = [board for board in tx.boards_on(workspace) if board.channel == channel]
            gone = [b for b in here if (m := tx.message(workspace, b.message)) is not None and m.ts == ts]
        for board in gone:
            with self.store.transaction() as tx:
                tx.board_ends(board.project_id, board.number, "gone")

    def _plan_to_show(self, tx: Transaction, who: Actor, where: Where) -> Plan:
        plan = self._plan(tx, who, where, "view")
        if plan.project.channel is None:
            raise Refused(NO_CHANNEL.format(name=plan.project.name))
        return plan

    def _board_on_its_way(self, tx: Transaction, board: Board) -> bool:
        message = tx.message(board.workspace, board.message)
        return message is not None and message.state in ("waiting", "sending")

    def _remove_board(self, tx: Transaction, board: Board, channel: str) -> None:
        payload = {"project": board.project, "message": board.message}
        key = cause(REMOVE, board.workspace, board.message)
        tx.emit(board.workspace, channel, key, REMOVE, payload, at=self.now())

    # Kept up to date

    def refresh_boards(self, workspace: str) -> datetime | None:
        """Have every view edited whose words are not true any more; tells when to look again."""
        now, again = self.now(), list[datetime]()
        with self.store.reading() as tx:
            boards = tx.boards_on(workspace)
            mixed = tx.read_by_others(workspace, [board.channel for board in boards])
        for board in boards:
            zone = ZoneInfo(board.timezone)
            today = now.astimezone(zone).date()
            again.append(instant(today + timedelta(days=1), time(0, 0), zone))  # “late” may begin to be true
            stamp = f"{board.revision}.{board.stirred}.{today.isoformat()}.{board.channel in mixed}"
            if stamp == board.stamp:
                continue
            if timedelta(0) <= now - board.at < EVERY:
                again.append(board.at + EVERY)
            else:
                self._refresh_board(board, stamp)
        return min(again, default=None)

    def _refresh_board(self, board: Board, stamp: str) -> None:
        with self.store.reading() as tx:
            plan = tx.plan(board.workspace, board.project)
            plan = plan and self._fit(tx, plan, board.channel)
        if plan is None:
            return
        mark = _mark(self._board_words(plan))
        with self.store.transaction() as tx:
            if self._board_on_its_way(tx, board) or mark == board.shown:
                tx.board_looked(board, stamp, None)
                return
            at = self.now()
            key = cause(EDIT, board.message, mark, at.isoformat())
            payload = {"project": board.project, "number": board.number}
            subject = f"{EDIT}:{board.project}"
            tx.emit(board.workspace, board.channel, key, EDIT, payload, subject=subject, at=at)
            tx.board_looked(board, stamp, at)

    def _board_words(self, plan: Plan) -> Answer:
        try:
            return boardwords.board(plan, self._assessment(plan, self._today(plan)))
        except BotError as trouble:
            return Answer(f"{plan.project.name}: {trouble}", ())

    # Drawn when it is sent

    def board_now(self, message: Message) -> BoardNow | None:
        """The view as it is now; None when it is another one by now, or none, or not there yet."""
        now, said = self.now(), message.payload
        with self.store.reading() as tx:
            plan = tx.plan(message.workspace, said["project"])
            plan = plan and self._fit(tx, plan, message.channel)
            board = tx.board(message.workspace, said["project"])
            first = tx.message(message.workspace, board.message) if board is not None else None
        if plan is None or board is None or board.state != "on" or board.number != said["number"]:
            return None
        ts = first.ts if first is not None and first.state == "sent" else None
        if message.kind == EDIT and ts is None:
            return None
        answer = self._board_words(plan)

        def note(tx: Transaction) -> None:
            tx.board_shows(board, _mark(answer), now)
            if message.kind == BOARD:
                of = {"project": board.project, "number": board.number, "message": board.message}
                key = cause(PIN, board.message)
                tx.emit(message.workspace, message.channel, key, PIN, of, at=now)

        return BoardNow(plan=plan, answer=answer, changed=now.astimezone(plan.project.zone), note=note, ts=ts)

    def board_ts(self, message: Message) -> str | None:
        """Where the view stands that is to be pinned or taken away; None when it never came to be."""
        said = message.payload
        with self.store.reading() as tx:
            first = tx.message(message.workspace, said["message"])
            board = tx.board(message.workspace, said["project"])
        if message.kind == PIN and (board is None or board.state != "on" or board.number != said["number"]):
            return None  # taken away meanwhile, or made anew
        return first.ts if first is not None else None

    def board_refused(self, tx: Transaction, message: Message, error: str) -> None:
        """Slack would not take it. What people deleted stays deleted; all else its lead is told."""
        board = tx.board(message.workspace, message.payload["project"])
        if message.kind == REMOVE or board is None or board.number != message.payload["number"]:
            return
        if error == "message_not_found":
            tx.board_ends(board.project_id, board.number, "gone")
            return
        plan = tx.plan(message.workspace, board.project)
        if plan is None:
            return
        if message.kind != PIN:
            tx.board_ends(board.project_id, board.number, "off")
        head = plan.person.get(lead(plan) or "")
        user = head.slack if head is not None and head.slack else board.by
        payload = {"user": user, "lines": list(_sentences(plan, message.kind, error))}
        key = cause("board_trouble", message.workspace, message.key)
        tx.emit(message.workspace, user, key, "direct_reply", payload, at=self.now())


def _sentences(plan: Plan, kind: str, error: str) -> tuple[str, ...]:
    why = _WHY.get(error, f"Slack answers “{error}”")
    name = plan.project.name
    if kind == PIN:
        return (f"The view of {name} is in its channel and kept up to date, but not pinned: {why}.",)
    what = "could not be posted" if kind == BOARD else "can no longer be kept up to date"
    return (f"The view of {name} {what}: {why}. Then say `/golive view on` there.",)


def _mark(answer: Answer) -> str:
    return hashlib.sha256(answer.text.encode()).hexdigest()[:32]
