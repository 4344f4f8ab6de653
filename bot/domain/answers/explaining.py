"""What was a question taken to ask, of which project, about whom, what and when, and why?"""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.plan import Plan
from bot.domain.questions import Asked
from bot.domain.questions.meaning import Meaning, Unclear
from bot.domain.senses import sense

_LANGUAGES = {"en": "English", "es": "Spanish", "fr": "French", "de": "German"}
_SLOTS = {"project": "project", "owner": "whom", "item": "item", "window": "when"}


def lines(asked: Asked, meaning: Meaning | None, plan: Plan | None) -> tuple[str, ...]:
    """What was understood, a line for each part of it."""
    return tuple(_lines(asked, meaning, plan))


def _lines(asked: Asked, meaning: Meaning | None, plan: Plan | None) -> Iterator[str]:
    called = f"{asked.intent}, {asked.topic}" if asked.topic else asked.intent
    yield f"Understood as: {sense(asked.intent, asked.topic)} ({called})"
    if asked.because:
        yield f"Because: {'; '.join(asked.because)}"
    yield f"Language: {_LANGUAGES.get(asked.language, asked.language)}"
    yield _slot("project", asked.slots.project, f"{plan.project.name} ({plan.project.key})" if plan else None)
    if meaning is not None and plan is not None:
        yield _slot("owner", asked.slots.owner, _people(meaning, plan))
        yield _slot("item", asked.slots.item, ", ".join(_item(plan, key) for key in meaning.items))
        yield _slot("window", asked.slots.window, _days(meaning))
        yield from (_unclear(words, plan) for words in meaning.unclear)
    else:
        for name, words in asked.slots.as_json().items():
            if name != "project" and words:
                yield _slot(name, words, None)
    if asked.other is not None:
        yield f"It may also mean: {sense(asked.other.intent, asked.other.topic)} ({asked.other.intent})"


def _slot(name: str, words: str | None, taken: str | None) -> str:
    said = f"“{words}”" if words else "not said"
    return f"{_SLOTS[name].capitalize()}: {said}" + (f", taken for {taken}" if taken else "")


def _people(meaning: Meaning, plan: Plan) -> str:
    named = [plan.person[key].name if key in plan.person else key for key in meaning.people]
    return ", ".join([*([meaning.party] if meaning.party else []), *named])


def _item(plan: Plan, key: str) -> str:
    item = plan.item.get(key)
    return f"{item.title} ({key})" if item else key


def _days(meaning: Meaning) -> str:
    window = meaning.window
    if window is None:
        return ""
    start = f"from {window.start.isoformat()}" if window.start else ""
    end = f"to {window.end.isoformat()}" if window.end else ""
    return " ".join(filter(None, (start, end)))


def _unclear(unclear: Unclear, plan: Plan) -> str:
    near = [_item(plan, key) if unclear.slot == "item" else key for key in unclear.near]
    perhaps = f"; near: {', '.join(near)}" if near else ""
    return f"Not clear: {_SLOTS.get(unclear.slot, unclear.slot)} “{unclear.words}”{perhaps}"
