"""What does a message from the outbox say, now that it is sent? Nothing, when it is no longer true."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.delivery import Call
from bot.domain import tables
from bot.domain.errors import BotError
from bot.domain.patientdata import Finding
from bot.domain.permissions import LED_TO
from bot.domain.plan import Plan
from bot.domain.readers import Audience
from bot.tracker import Actor, Question, Tracker, Where, reply_key
from handlers import asking
from handlers.answering import acted_on
from handlers.views import (
    agenda,
    blockers,
    board,
    digest,
    gonogo,
    notes,
    offers,
    pictures,
    readiness,
    reminders,
    summary,
    told,
    watching,
    withheld,
)
from handlers.views import asking as asking_views
from storage import Message

Payload = Mapping[str, Any]


def render(message: Message, tracker: Tracker) -> Call | None:
    """The call a message stands for, drawn from the state of things as they are."""
    call = _KINDS[message.kind](message, message.payload, tracker)
    fit = tracker.fit_to_say(message) if call is not None else None
    if call is None or fit is None:
        return call
    # Each kind leaves out what people from outside do not read; this is for words that somebody typed.
    plain = None if call.plain is None else _put(call.plain, fit)
    return replace(call, args=_put(call.args, fit), plain=plain)


_WORDS = frozenset({"text", "alt_text", "title", "caption", "label", "initial_comment"})


def _put(value: Any, fit: Callable[[Any], Any], name: str = "") -> Any:
    """The same in words that may be read; ids and values of buttons stay."""
    if isinstance(value, Mapping):
        return {each: _put(inner, fit, each) for each, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_put(inner, fit, name) for inner in value]
    return fit(value) if isinstance(value, str) and name in _WORDS else value


def _reaction(message: Message, said: Payload, tracker: Tracker) -> Call | None:
    return Call("reactions.add", {"channel": said["channel"], "timestamp": said["ts"], "name": said["name"]})


def _reply_in_thread(message: Message, said: Payload, tracker: Tracker) -> Call | None:
    shown = _shown(message.kind, message, said, tracker)
    return _post(said, shown) if shown else None


def _reply_again(message: Message, said: Payload, tracker: Tracker) -> Call | None:
    """The message was edited: its one reply says what is true now."""
    ts = tracker.sent_as(message.workspace, reply_key(message.workspace, said["channel"], said["ts"]))
    shown = _shown(said["kind"], message, said, tracker) if ts else None
    return Call("chat.update", {"channel": said["channel"], "ts": ts, **shown}) if shown else None


def _changed(message: Message, said: Payload, tracker: Tracker) -> Call | None:
    """The reply in the thread is brought up to date, if there is one by now."""
    ts = tracker.line_of(message.workspace, said["channel"], said["ts"], said["blocker"])
    plan = _plan(message, said, tracker)
    if ts is None or plan is None:
        return None
    blocker = plan.blocker.get(said["blocker"])
    shown = blockers.recorded(plan, blocker) if blocker else blockers.gone(said["blocker"])
    return Call("chat.update", {"channel": said["channel"], "ts": ts, **shown})


def _owner_answered(message: Message, said: Payload, tracker: Tracker) -> Call | None:
    shown = _shown("owner_set", message, said, tracker)
    return Call("chat.update", {"channel": said["channel"], "ts": said["ts"], **shown}) if shown else None


def _shown(kind: str, message: Message, said: Payload, tracker: Tracker) -> dict[str, Any] | None:
    """What a reply to a message says, if it still is so."""
    plan = _plan(message, said, tracker)
    if plan is None:
        return None
    if kind == "owner_asked":
        return blockers.owner_asked(plan, said["user"])
    if kind == "owner_unknown":
        return blockers.owner_unknown(said["user"])
    item = plan.item.get(said.get("item") or "")
    blocker = plan.blocker.get(said.get("blocker") or "")
    if kind == "owner_set":
        thing = item or blocker
        return blockers.owner_set(plan, item, blocker) if thing is not None and thing.owner else None
    if blocker is None or blocker.status == "retracted":
        return None
    return blockers.recorded(plan, blocker) if kind == "blocker_recorded" else blockers.known(plan, blocker)


def _posted_answer(message: Message, said: Payload, tracker: Tracker) -> Call | None:
    plan = _plan(message, said, tracker)
    if plan is None:
        return None
    about, key = said["about"], said["key"]
    read_as = audience_of(plan, said.get("audience"))
    answered = tracker.answered(plan, said["by"], Question(about=about, key=key), read_as=read_as)
    of = (answered.answer, plan.project, about, key, said["by"])
    args = {"channel": message.channel, "unfurl_links": False}
    may = LED_TO if plan.whole is plan else frozenset[str]()  # people from outside are there
    plain = readiness.posted(*of, may=may)
    if answered.table is None or not tracker.takes(message.workspace, tables.TABLE):
        return Call("chat.postMessage", {**args, **plain})
    shown = readiness.posted(*of, table=answered.table, may=may)
    return Call("chat.postMessage", {**args, **shown}, native=frozenset({tables.TABLE}), plain=plain)


def audience_of(plan: Plan, said: object) -> Audience:
    """Whose reading it is: the customer's, where a plan is shown as they read it."""
    if plan.whole is not plan:
        return Audience.CUSTOMER
    return Audience(said) if isinstance(said, str) and said in tuple(Audience) else Audience.TEAM


def _posted_words(message: Message, said: Payload, tracker: Tracker) -> Call | None:
    plan = _plan(message, said, tracker)
    if plan is None:
        return None
    found = tracker.said(plan, said["by"], asking.words_of(said))
    words = found.question.text
    shown = asking_views.posted(found.answer, plan.project, found.asked, words, said["by"])
    return Call("chat.postMessage", {"channel": message.channel, "unfurl_links": False, **shown})


def _posted_agenda(message: Message, said: Payload, tracker: Tracker) -> Call | None:
    plan = _plan(message, said, tracker)
    if plan is None:
        return None
    found = tracker.agenda_again(plan, said["words"])
    shown = agenda.posted(plan, found, said["by"])
    return Call("chat.postMessage", {"channel": message.channel, "unfurl_links": False, **shown})


def _direct_reply(message: Message, said: Payload, tracker: Tracker) -> Call | None:
    return _post({**said, "channel": message.channel}, _reply(message, said, tracker))


def _private_reply(message: Message, said: Payload, tracker: Tracker) -> Call | None:
    thread = {"thread_ts": said["thread"]} if said.get("thread") else {}
    place = {"channel": message.channel, "user": said["user"], **thread}
    return Call("chat.postEphemeral", {**place, **_reply(message, said, tracker)})


def _reply(message: Message, said: Payload, tracker: Tracker) -> dict[str, Any]:
    """An answer is drawn afresh; what was done, or could not be, is told as it was."""
    drawn = said.get("about") or said.get("words")
    plan = tracker.stored_plan(message.workspace, said.get("project") or "") if drawn else None
    if plan is not None:
        try:
            return _answer(message, said, tracker, plan)
        except BotError as refusal:  # they may not look any more, or what it was about is gone
            return told.sentence(str(refusal))
    if drawn:
        return told.sentence("That project is not there any more.")
    if said.get("shown"):
        return dict(said["shown"])
    if said.get("offers"):
        return told.perhaps(said["lines"][0], [(label, line) for label, line in said["offers"]])
    if said.get("signal"):
        return watching.dismissed(said["project"], said["lines"][0], said["signal"])
    return told.done(said["lines"], said.get("project") or "", said.get("undo"))


def _answer(message: Message, said: Payload, tracker: Tracker, plan: Plan) -> dict[str, Any]:
    """The answer as whoever asked reads it where they asked."""
    direct = not message.channel.startswith(("C", "G"))
    who, where = Actor(message.workspace, said["user"]), Where(channel=message.channel, direct=direct)
    wanted = Audience(said["audience"]) if said.get("audience") in tuple(Audience) else None
    question = Question(about=str(said.get("about") or ""), key=said.get("key"), audience=wanted)
    reading = tracker.reading(who, where, plan, question)
    shown, alongside = reading.plan, reading.alongside
    elsewhere = bool(said.get("elsewhere"))
    if said.get("words"):
        found = tracker.said(shown, said["user"], replace(asking.words_of(said), audience=wanted))
        return asking.drawn(replace(found, elsewhere=elsewhere, alongside=alongside, may=reading.may))
    answered = tracker.answered(shown, who.user, question, read_as=reading.read_as)
    drawn = readiness.answered(
        answered.answer,
        shown.project,
        question.about,
        question.key,
        elsewhere=elsewhere,
        alongside=alongside,
        audience=wanted,
        may=reading.may,
    )
    return acted_on(drawn, question, shown, reading.may)


def _captured(message: Message, said: Payload, tracker: Tracker) -> Call | None:
    """The one line under a message that is tracked, if what it speaks of is still there."""
    plan = _plan(message, said, tracker)
    if plan is None or not tracker.is_there(plan, said["entity"], said["key"]):
        return None
    return _post(said, told.done(said["lines"], said["project"], said["undo"]))


def _captured_changed(message: Message, said: Payload, tracker: Tracker) -> Call | None:
    """That line is brought up to date, if it was said."""
    ts = tracker.sent_as(message.workspace, said["line"])
    shown = told.done(said["lines"], said["project"], said["undo"])
    return Call("chat.update", {"channel": said["channel"], "ts": ts, **shown}) if ts else None


def _talk_offer(message: Message, said: Payload, tracker: Tracker) -> Call | None:
    """Only its author sees it, and once at most."""
    found = tracker.shown_offer(message)
    if found is None:
        return None
    thread = {"thread_ts": said["thread"]} if said.get("thread") else {}
    place = {"channel": message.channel, "user": said["user"], **thread}
    return Call("chat.postEphemeral", {**place, **offers.offered(found.id, found.plan, found.proposal)})


def _handoff_asked(message: Message, said: Payload, tracker: Tracker) -> Call | None:
    found = tracker.shown_offer(message)
    if found is None:
        return None
    shown = offers.asked(found.id, found.plan, found.proposal, said["by"], found.source.permalink)
    return _post({"channel": message.channel}, shown)


def _picture(message: Message, said: Payload, tracker: Tracker) -> Call | None:
    """A picture, drawn from how things are now; and the same in words, should Slack not take it."""
    found = tracker.shown_picture(message)
    if found is None:
        return None
    about = (found.plan, found.picture, found.sight, found.by)
    args = {"channel": message.channel, "unfurl_links": False, **pictures.shown(*about)}
    return Call("chat.postMessage", args, picture=found.picture, plain=pictures.in_words(*about))


def _nudge(message: Message, said: Payload, tracker: Tracker) -> Call | None:
    nudge = tracker.nudge(message)
    if nudge is None:
        return None
    shown = reminders.nudge(message.key, nudge.parts, _drawn(message))
    args = {"channel": message.channel, "unfurl_links": False, **shown}
    return Call("chat.postMessage", args, says=nudge.says, note=nudge.note)


def _nudge_again(message: Message, said: Payload, tracker: Tracker) -> Call | None:
    """Somebody answered: their message shows what became of each thing in it."""
    found = tracker.said_again(message)
    if found is None:
        return None
    first, parts = found
    if first.kind == "handover":
        shown = _offer(first, tracker, _drawn(message))
    else:
        shown = reminders.nudge(first.key, parts, _drawn(message))
    return Call("chat.update", {"channel": message.channel, "ts": first.ts, **shown}) if shown else None


def _handover(message: Message, said: Payload, tracker: Tracker) -> Call | None:
    shown = _offer(message, tracker, _drawn(message))
    return _post({"channel": message.channel}, shown) if shown else None


def _offer(message: Message, tracker: Tracker, drawn: str) -> dict[str, Any] | None:
    offer = tracker.offer(message)
    return reminders.offered(message.key, offer, drawn=drawn) if offer is not None else None


def _drawn(message: Message) -> str:
    """Slack wants other block ids when a message is changed."""
    return f"{message.id}"


def _digest(message: Message, said: Payload, tracker: Tracker) -> Call | None:
    post = tracker.digest(message) if message.kind == "digest" else tracker.digest_rest(message)
    if post is None:
        return None
    thread = {"thread_ts": post.thread} if post.thread else {}
    args = {"channel": message.channel, "unfurl_links": False, **thread}
    if post.thread:
        return Call("chat.postMessage", {**args, **digest.rest(post.lines)}, note=post.note)
    plain = digest.posted(post.plan, post.title, post.lines)
    if post.chart is None or not tracker.takes(message.workspace, tables.CHART):
        return Call("chat.postMessage", {**args, **plain}, note=post.note)
    shown = digest.posted(post.plan, post.title, post.lines, post.chart)
    native = frozenset({tables.CHART})
    return Call("chat.postMessage", {**args, **shown}, note=post.note, native=native, plain=plain)


def _summary(message: Message, said: Payload, tracker: Tracker) -> Call | None:
    post = tracker.summary(message)
    if post is None:
        return None
    shown = summary.posted(post.summed, post.plan.project)
    return Call("chat.postMessage", {"channel": message.channel, "unfurl_links": False, **shown})


def _trouble(message: Message, said: Payload, tracker: Tracker) -> Call | None:
    trouble = tracker.trouble(message)
    if trouble is None:
        return None
    return _post(
        {"channel": message.channel},
        digest.trouble(trouble.plan, trouble.channel, trouble.error, trouble.what),
    )


def _poll(message: Message, said: Payload, tracker: Tracker) -> Call | None:
    found = tracker.poll_notice(message)
    if found is None:
        return None
    notice, thread = found
    shown = gonogo.notice(notice, said["project"], said["number"])
    return _post({"channel": message.channel, "thread": thread}, shown)


def _poll_again(message: Message, said: Payload, tracker: Tracker) -> Call | None:
    """Somebody answered, or it was decided: what was said of a poll shows it."""
    found = tracker.poll_notice_again(message)
    if found is None:
        return None
    ts, number, notice = found
    shown = gonogo.notice(notice, said["project"], number)
    return Call("chat.update", {"channel": message.channel, "ts": ts, **shown})


def _withheld(message: Message, said: Payload, tracker: Tracker) -> Call | None:
    """To its author: where they said it and only for them, or else directly."""
    shown = withheld.told(Finding(said["found"], said["line"]))
    if message.channel.startswith(("D", "U", "W")):
        return _post({**said, "channel": message.channel}, shown)
    thread = {"thread_ts": said["thread"]} if said.get("thread") else {}
    return Call("chat.postEphemeral", {"channel": message.channel, "user": said["user"], **thread, **shown})


def _withheld_lead(message: Message, said: Payload, tracker: Tracker) -> Call | None:
    """One message a day, which later ones bring up to date."""
    day = tracker.kept_out_on(message)
    if day is None or not day.times:
        return None
    shown = withheld.day(day.plan, day.times)
    if message.kind == "withheld_lead":
        return _post({"channel": message.channel}, shown)
    ts = tracker.first_of(message)
    return Call("chat.update", {"channel": message.channel, "ts": ts, **shown}) if ts else None


def _notes_head(message: Message, said: Payload, tracker: Tracker) -> Call | None:
    plan = _plan(message, said, tracker)
    return _post({"channel": message.channel}, notes.head(plan, said["user"], said["day"])) if plan else None


def _notes_left(message: Message, said: Payload, tracker: Tracker) -> Call | None:
    """Nothing came of it: what was said before is taken away."""
    ts = tracker.sent_as(message.workspace, said["head"])
    return Call("chat.delete", {"channel": message.channel, "ts": ts}) if ts else None


def _notes_recorded(message: Message, said: Payload, tracker: Tracker) -> Call | None:
    """What was said before is brought up to date; where nothing was, it is said in the notes' thread."""
    plan = _plan(message, said, tracker)
    if plan is None:
        return None
    shown = notes.confirmation(plan, said)
    if said.get("ts"):
        return Call("chat.update", {"channel": said["channel"], "ts": said["ts"], **shown})
    return _post(said, shown)


def _post(said: Payload, shown: Mapping[str, Any]) -> Call:
    thread = {"thread_ts": said["thread"]} if said.get("thread") else {}
    return Call("chat.postMessage", {"channel": said["channel"], "unfurl_links": False, **thread, **shown})


def _plan(message: Message, said: Payload, tracker: Tracker) -> Plan | None:
    """The project as it is spoken of in that conversation."""
    return tracker.spoken_of(message)


def _board(message: Message, said: Payload, tracker: Tracker) -> Call | None:
    """The channel's own view: posted once, and edited from then on."""
    found = tracker.board_now(message)
    if found is None:
        return None
    shown = board.shown(found.answer, found.plan.project, found.changed)
    if message.kind == "board_edit":
        return Call("chat.update", {"channel": message.channel, "ts": found.ts, **shown}, note=found.note)
    args = {"channel": message.channel, "unfurl_links": False, **shown}
    return Call("chat.postMessage", args, note=found.note)


def _board_pinned(message: Message, said: Payload, tracker: Tracker) -> Call | None:
    ts = tracker.board_ts(message)
    return Call("pins.add", {"channel": message.channel, "timestamp": ts}) if ts else None


def _board_removed(message: Message, said: Payload, tracker: Tracker) -> Call | None:
    ts = tracker.board_ts(message)
    return Call("chat.delete", {"channel": message.channel, "ts": ts}) if ts else None


_KINDS: Mapping[str, Callable[[Message, Payload, Tracker], Call | None]] = {
    "reaction": _reaction,
    "blocker_recorded": _reply_in_thread,
    "blocker_known": _reply_in_thread,
    "owner_asked": _reply_in_thread,
    "owner_unknown": _reply_in_thread,
    "owner_set": _reply_in_thread,
    "reply_again": _reply_again,
    "blocker_changed": _changed,
    "captured": _captured,
    "captured_changed": _captured_changed,
    "talk_offer": _talk_offer,
    "handoff_asked": _handoff_asked,
    "owner_answered": _owner_answered,
    "posted_answer": _posted_answer,
    "posted_words": _posted_words,
    "posted_agenda": _posted_agenda,
    "board": _board,
    "board_edit": _board,
    "board_pin": _board_pinned,
    "board_remove": _board_removed,
    "picture": _picture,
    "posted_picture": _picture,
    "notes_head": _notes_head,
    "notes_recorded": _notes_recorded,
    "notes_left": _notes_left,
    "direct_reply": _direct_reply,
    "private_reply": _private_reply,
    "nudge": _nudge,
    "nudge_again": _nudge_again,
    "handover": _handover,
    "digest": _digest,
    "digest_rest": _digest,
    "trouble": _trouble,
    "summary": _summary,
    "poll_head": _poll,
    "poll_ask": _poll,
    "poll_remind": _poll,
    "poll_decider": _poll,
    "poll_decide": _poll,
    "poll_decided": _poll,
    "poll_back": _poll,
    "poll_again": _poll_again,
    "withheld": _withheld,
    "withheld_lead": _withheld_lead,
    "withheld_lead_again": _withheld_lead,
}
