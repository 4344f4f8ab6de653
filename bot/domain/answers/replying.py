"""What is the reply to a question, whatever it asks?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.domain.answers import (
    absent,
    apart,
    believed,
    blocked,
    due,
    gaps,
    guide,
    happened,
    path,
    persons,
    ready,
    single,
    supposed,
    troubled,
)
from bot.domain.answers.inquiry import Facts, Inquiry, guessed, not_found
from bot.domain.plan import Plan
from bot.domain.questions import Asked
from bot.domain.questions.meaning import Meaning
from bot.domain.readiness import Assessment
from bot.domain.wording import Answer, Reply, Section, sections

# Without the item or the person there is nothing to say about.
_ABOUT_ITEMS = frozenset({"owner_of", "status_of", "history_of"})
_ABOUT_PEOPLE = frozenset({"items_of"})
# But for these, of which there is something to say of everybody.
_ABOUT_ALL = frozenset({"away", "stand_in"})


def reply(
    asked: Asked,
    meaning: Meaning,
    plan: Plan,
    a: Assessment,
    as_of: datetime,
    facts: Facts | None = None,
    *,
    whole: bool = False,
) -> Reply:
    """What a plan answers to a question, in words and as data; `whole` gives long lists in full."""
    q = Inquiry(
        asked=asked,
        meaning=meaning,
        plan=plan,
        a=a,
        as_of=as_of,
        facts=facts or Facts(),
        whole=whole,
    )
    found = _REPLIES.get((asked.intent, asked.topic)) or _REPLIES[asked.intent, ""]
    said = found(q)
    # A supposition looks its words up itself, clause by clause, and says which it does not know.
    if asked.intent == "whatif":
        return said
    unclear = [not_found(q, words) for words in meaning.unclear if not (q.quoted and words.slot == "item")]
    answer = _with(said.answer, unclear, _is_general(q)) if unclear else said.answer
    taken = sections((None, guessed(q)))
    return Reply(Answer(answer.title, (*taken, *answer.sections)), said.data)


def _is_general(q: Inquiry) -> bool:
    """The answer can be given for the whole project all the same."""
    if q.asked.topic in _ABOUT_ALL:
        return True
    lost = (q.asked.intent in _ABOUT_ITEMS and not q.items) or (
        q.asked.intent in _ABOUT_PEOPLE and not q.of_somebody
    )
    return not lost


def _with(answer: Answer, unclear: list[str], general: bool) -> Answer:
    """What could not be told apart, said first; then what can be said all the same."""
    if not general:
        return Answer(unclear[0], sections((None, unclear[1:])))
    said = Section(None, (*unclear, "Without it:"))
    return Answer(answer.title, (said, *answer.sections))


def as_asked(
    question: str, asked: Asked, meaning: Meaning, found: Reply, plan: Plan, as_of: datetime
) -> dict[str, Any]:
    """What `golive ask --json` prints."""
    other = asked.other
    return {
        "question": question,
        "intent": asked.intent,
        "topic": asked.topic,
        "project": plan.project.key,
        "as_of": as_of.astimezone(plan.project.zone).isoformat(),
        "slots": asked.slots.as_json(),
        "resolved": meaning.as_json(),
        "text": found.answer.text,
        "data": found.data,
        "other": {"intent": other.intent, "topic": other.topic} if other else None,
    }


# What can be asked


def _help(q: Inquiry) -> Reply:
    return Reply(Answer(f"What you can ask of {q.w.project()}", sections((None, guide.help_lines(q.a)))), {})


def _out_of_scope(q: Inquiry) -> Reply:
    return Reply(Answer("I cannot answer that.", sections((None, guide.beyond(q.a)))), {})


_REPLIES: dict[tuple[str, str], Callable[[Inquiry], Reply]] = {
    ("before_golive", ""): ready.before_golive,
    ("before_golive", "startable"): ready.startable,
    ("before_golive", "after"): apart.after,
    ("readiness", ""): ready.readiness,
    ("readiness", "waived"): apart.waived,
    ("readiness", "earliest"): ready.earliest,
    ("readiness", "recover"): ready.recover,
    ("readiness", "contradictions"): ready.contradictions,
    ("readiness", "signals"): troubled.worries,
    ("blockers", ""): blocked.blockers,
    ("waiting_on", ""): blocked.waiting_on,
    ("owner_of", ""): single.owner_of,
    ("status_of", ""): single.status_of,
    ("owner_of", "stand_in"): absent.stand_in,
    ("items_of", ""): persons.items_of,
    ("items_of", "away"): absent.away,
    ("overdue", ""): due.overdue,
    ("due_window", ""): due.due_window,
    ("assumptions", ""): believed.assumptions,
    ("critical_path", ""): path.critical_path,
    ("critical_path", "slack"): path.slack,
    ("critical_path", "single_points"): path.single_points,
    ("unowned", ""): gaps.unowned,
    ("unowned", "undated"): gaps.undated,
    ("unowned", "no_validator"): gaps.no_validator,
    ("unverified", ""): gaps.unverified,
    ("unverified", "no_evidence"): gaps.no_evidence,
    ("whatif", ""): supposed.what_if,
    ("changes", ""): happened.changes,
    ("history_of", ""): happened.history_of,
    ("help", ""): _help,
    ("out_of_scope", ""): _out_of_scope,
}
