"""What does a person ask for with `/golive …`?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.domain import naming, questions
from bot.domain.commands.readers import ME, MENTION, NONE, READERS, Command, read_due, read_own
from bot.domain.commands.verbs import BY_WORD, INVISIBLE, VERBS, Verb, help_lines, near_verbs, shown, usage
from bot.domain.errors import Invalid, Missing
from bot.domain.naming import Found
from bot.domain.plan import Item
from bot.domain.questions import is_before_question

__all__ = [
    "ME",
    "NONE",
    "VERBS",
    "Command",
    "UnknownVerb",
    "Verb",
    "fit",
    "help_lines",
    "is_asked",
    "is_before_question",
    "parse",
    "shown",
]

_QUESTION = re.compile(
    r"(?:what|what['’]?s|whats|which|who|who['’]?s|whos|whose|why|when|where|how|are|is|can|do|does|did|will|should|"
    r"any|anything|anyone|que|qué|quién|cuándo|quand|qui|quoi|was|wer|wann|welche)\b",
    re.IGNORECASE,
)
# With more words than their own these ask something.
_LOOKING = frozenset({"", "blockers", "assumptions", "decisions"})
_SHOWN_TO = frozenset(
    ["me", "us", "the", "all", "what", "which", "who", "every", "open", "my", "our"]
)  # "show me …"
_LISTS = frozenset(
    {"assumptions", "blockers", "due_window", "overdue", "unowned", "unverified", "waiting_on"}
)
# With a question mark behind them so do these; the last ones may have evidence that ends with one.
_ASKED_OF = frozenset({"decide", "item", "mine", "own", "validator", "due", "start", "block"})
_BRIEFLY = frozenset({"done", "validate"})


class UnknownVerb(Invalid):
    """There is no such command. `instead` is the whole line it may have been meant as."""

    def __init__(self, word: str, rest: str, near: tuple[str, ...]) -> None:
        self.word, self.rest, self.near = word, rest, near
        self.instead = f"{near[0]} {rest}".strip() if near else None
        meant = f"Did you mean `/golive {near[0]}`?" if near else "`/golive help` lists what there is."
        super().__init__(f"There is no `/golive {shown(word)}`. {meant}")


def parse(text: str) -> Command:
    """The command of the line after `/golive`. Raises Invalid with what to type instead."""
    line = " ".join(INVISIBLE.sub(" ", text).split())
    if not line:
        return Command(verb="")
    first, _, rest = line.partition(" ")
    word = first.strip("*_`'\"“”.,:;!/").casefold()
    verb = BY_WORD.get(word)
    if word in ("blocked", "blocker"):  # "blocked on the network team" is typed as it is said
        verb = VERBS["block"] if rest else VERBS["blockers"]
        rest = line if word == "blocked" else rest
    if verb is not None and not _is_a_question(verb, rest, line):
        return READERS[verb.name](verb, rest.strip())
    if verb is not None or is_before_question(line):
        return Command(verb="ask", rest=line)
    if line.endswith("?") or (rest and _QUESTION.match(line)):
        return Command(verb="ask", rest=line)
    raise UnknownVerb(first, rest, near_verbs(word))


def is_asked(text: str) -> bool:
    """Has a line the form of a question?"""
    try:
        return parse(text).verb == "ask"
    except Invalid:
        return False


def _is_a_question(verb: Verb, rest: str, line: str) -> bool:
    """Does a line ask, though it begins with the word of a command? "status of vpn", "due this week"."""
    if not rest or " " not in line or rest.casefold() in ("all", "everything"):
        return False
    if verb.name in _LOOKING and not MENTION.search(rest):
        return True
    if verb.name == "item":
        return rest.split(" ")[0].casefold() in _SHOWN_TO or _is_of_many(line)
    if verb.name == "due":
        return _is_window(rest.rstrip(" ?"))
    return line.endswith("?") and (
        verb.name in _ASKED_OF or (verb.name in _BRIEFLY and len(rest.split()) < 4)
    )


def _is_of_many(line: str) -> bool:
    """Does it ask for a list ("show overdue"), and not for one item by its name?"""
    return line[:5].casefold() == "show " and questions.read(line).intent in _LISTS


def _is_window(words: str) -> bool:
    """Are these the days that are asked about, and no item with its date?"""
    asked = questions.read(f"due {words}")
    return asked.intent == "due_window" and (asked.slots.window or "").casefold() == words.casefold()


def fit(command: Command, items: Sequence[Item]) -> tuple[Command, Found]:
    """The command with the item it means, now that the items are known.

    Keys may be typed with spaces, so where a key ends is decided here. Without an exact item the command
    comes back as it was, with near ones to offer; a `block` whose first word is no key is all text.
    """
    if command.key is None or command.blocker or not command.about_an_item:
        return command, Found()
    item, rest = naming.leading(command.words, items)
    if item is not None:
        return _with_key(command, item.key, rest), Found(exact=item)
    if command.verb == "block":
        free = Command(verb="block", rest=command.words)
        # Whoever reads the text will see the item it speaks of; only a slip in the key is worth a question.
        return free, Found() if naming.mentioned(free.rest, items) else naming.find(command.key, items)
    if command.verb in ("item", "edit", "handover", "start"):
        return command, naming.find(command.words, items)
    return command, naming.find(command.key, items)


def _with_key(command: Command, key: str, rest: str) -> Command:
    verb = VERBS[command.verb]
    if verb.name == "due":
        return read_due(verb, f"{key} {rest}", key)
    if verb.name in ("own", "validator"):  # the person mentioned was taken out of the words before
        fitted = read_own(verb, f"{key} {rest}", key)
        return replace(fitted, user=command.user or fitted.user)
    if verb.name == "block" and not rest:
        raise Missing(f"Say what holds {key} up: {usage(verb)}", verb=verb.name, key=key)
    return replace(command, key=key, rest=rest)
