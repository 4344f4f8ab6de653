"""What does a person ask for with `/golive …`?"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import OSA

from bot.domain import naming, questions
from bot.domain.errors import Invalid
from bot.domain.naming import Found
from bot.domain.plan import Item
from bot.domain.questions import is_before_question as is_before_question

ME = "me"
NONE = "none"

_MENTION = re.compile(r"<@([UW][A-Z0-9]{1,30})(?:\|[^<>]{0,200})?>")
# Slack never shows these, and a word that holds one is not the word it looks like.
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
)
_QUESTION = re.compile(
    r"(?:what|what['’]?s|whats|which|who|who['’]?s|whos|whose|why|when|where|how|are|is|can|do|does|did|will|should|"
    r"any|anything|anyone|que|qué|quién|cuándo|quand|qui|quoi|was|wer|wann|welche)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Verb:
    """One thing `/golive` can do. Help and docs are made of these."""

    name: str
    usage: str
    help: str
    example: str
    changes: bool  # does it change the plan, or only look?
    aliases: tuple[str, ...] = ()


VERBS = {
    verb.name: verb
    for verb in (
        Verb("", "", "Where this channel's project stands.", "", False, ("status",)),
        Verb(
            "before",
            "before [all]",
            "What must happen before go-live; `all` for the whole list.",
            "before all",
            False,
        ),
        Verb(
            "item",
            "item KEY",
            "One item: its state, what holds it and its history.",
            "item vpn",
            False,
            ("show",),
        ),
        Verb(
            "add",
            "add [KEY:] TITLE [gate] [owner @person] [validator @person] [due DATE] [after KEY, KEY]",
            "A new item. Put the title in quotes when its last words look like one of the options.",
            "add badge: Badge readers tested gate owner @tom due 4 Dec after vpn",
            True,
        ),
        Verb(
            "own",
            "own KEY [@person | me | none]",
            "Who answers for an item, chases B2, or finds out about A3; you, when you name nobody.",
            "own vpn @tom",
            True,
            ("assign",),
        ),
        Verb(
            "validator",
            "validator KEY @person | none",
            "Who confirms an item once it is done; never its owner.",
            "validator vpn @ana",
            True,
        ),
        Verb(
            "due",
            "due KEY DATE | none",
            "When an item is due, B2 should clear, or A3 has to be known.",
            "due vpn next Friday",
            True,
        ),
        Verb("start", "start KEY", "Work on your item has begun.", "start vpn", True),
        Verb(
            "done",
            "done KEY [EVIDENCE]",
            "Your item is done; its validator confirms it.",
            "done vpn tunnel up since 09:40, both peers",
            True,
            ("finish",),
        ),
        Verb(
            "validate",
            "validate KEY EVIDENCE",
            "Confirm what somebody else has done, with what you saw.",
            "validate vpn saw the tunnel in the monitor",
            True,
            ("confirm",),
        ),
        Verb(
            "waive",
            "waive KEY WHY [until DATE]",
            "Let a gate through on purpose (decider or lead).",
            "waive badge readers arrive after the first wave until 30 Jan",
            True,
        ),
        Verb(
            "block",
            "block [KEY] WHAT [waiting on WHOM] [by DATE]",
            "Something holds an item, or the project, up.",
            "block vpn tunnel down, waiting on @tom by Friday",
            True,
        ),
        Verb(
            "unblock",
            "unblock BLOCKER | KEY [WHY]",
            "A blocker is gone: by its number, or all that hold an item.",
            "unblock B3 certificate arrived",
            True,
        ),
        Verb(
            "reopen",
            "reopen KEY WHY",
            "Take an item up again that was done, validated or waived; or A3, as nobody knows after all.",
            "reopen vpn drops every night",
            True,
        ),
        Verb(
            "assume",
            "assume TEXT [under KEY, KEY] [owner @person] [by DATE] [relied on by @person] [proven by KEY]",
            "Something is taken for true that nobody knows: what rests on it, who finds out, by when.",
            "assume The old sockets fit under cabling, wifi owner @tom by Friday",
            True,
            ("assumption",),
        ),
        Verb(
            "verify",
            "verify ASSUMPTION EVIDENCE",
            "An assumption is true, and this shows it.",
            "verify A3 letter of their network team, 12 Nov",
            True,
            ("prove",),
        ),
        Verb(
            "refute",
            "refute ASSUMPTION WHY",
            "An assumption is false: what was done on it is opened again, and its people are told.",
            "refute A3 the sockets are of the older kind",
            True,
            ("false", "disprove"),
        ),
        Verb(
            "assumptions",
            "assumptions",
            "What is taken for true, what rests on it, and who finds out by when.",
            "assumptions",
            False,
            ("beliefs",),
        ),
        Verb(
            "decide",
            "decide TEXT [on KEY]",
            "Something was decided: kept with who said so, when, and about what.",
            "decide We cut over on Saturday night on vpn",
            True,
            ("decision", "decided"),
        ),
        Verb(
            "offers",
            "offers [on | off]",
            "What I do not offer you in this channel, because you said no; bring it back, or end it all.",
            "offers on",
            False,
            ("offer",),
        ),
        Verb("decisions", "decisions", "What was decided, the latest first.", "decisions", False),
        Verb("blockers", "blockers", "What is blocked, and on whom that waits.", "blockers", False),
        Verb("mine", "mine [@person]", "What waits for you.", "mine", False),
        Verb(
            "new",
            "new KEY NAME [from TEMPLATE] [target DATE] [country CODE]",
            "A project for this channel; from a template, its checklist is laid out backwards from the date.",
            "new north North Clinic go-live from ehr target 14 Dec",
            True,
        ),
        Verb(
            "templates",
            "templates [TEMPLATE]",
            "The checklists a project can start from, or one of them.",
            "templates ehr",
            False,
            ("template", "checklists"),
        ),
        Verb(
            "roles",
            "roles",
            "Which roles the project has, who has them, and what waits for somebody.",
            "roles",
            False,
        ),
        Verb(
            "role",
            "role ROLE [@person]",
            "Give a role to somebody, with all of its items that nobody has.",
            "role Network engineer @tom",
            True,
        ),
        Verb(
            "ask", "ask QUESTION", "A question in your own words.", "ask what is left before go-live?", False
        ),
        Verb(
            "standup",
            "standup WHAT IS NEW",
            "Your news for the next digest, asked for or not.",
            "standup tunnel is up, next the failover test",
            False,
            ("news",),
        ),
        Verb(
            "reminders",
            "reminders [all]",
            "What will be said to whom and why, and what became of what was said.",
            "reminders",
            False,
            ("ledger",),
        ),
        Verb(
            "quiet",
            "quiet [until DATE | off]",
            "I tell you nothing by myself, in any project, until then.",
            "quiet until Monday",
            False,
        ),
        Verb(
            "mute",
            "mute [KEY | BLOCKER] [until DATE]",
            "Nothing is said to anybody about it; without a key, about the whole project (lead).",
            "mute vpn until 4 Dec",
            False,
        ),
        Verb("unmute", "unmute [KEY | BLOCKER]", "It is spoken of again.", "unmute vpn", False),
        Verb(
            "settings",
            "settings [NAME VALUE]",
            "Hours, digest, standup, waits and noise: how they are, or one of them changed (lead).",
            "settings digest.at 08:30",
            True,
            ("policies", "set"),
        ),
        Verb(
            "poll",
            "poll [by DATE TIME] | cancel WHY",
            "Ask every role for go or no-go, in a thread; the decider decides (lead or decider).",
            "poll by Friday 15:00",
            True,
            ("go-nogo", "gonogo", "go-no-go"),
        ),
        Verb(
            "changes",
            "changes [since DATE] [all]",
            "What changed, the most important first; in the last week, unless you say since when.",
            "changes since Friday",
            False,
            ("changed",),
        ),
        Verb(
            "history",
            "history KEY [all]",
            "What happened to an item, a blocker or an assumption, also one that is gone.",
            "history vpn",
            False,
        ),
        Verb(
            "signals",
            "signals [all]",
            "What looks like trouble, why, and the one act that mends it.",
            "signals",
            False,
            ("risks", "worries"),
        ),
        Verb(
            "dismiss",
            "dismiss NUMBER WHY",
            "That signal is none, until what it says changes (lead, or whose work it is about).",
            "dismiss 2 agreed with the vendor on Tuesday",
            False,
        ),
        Verb(
            "portfolio",
            "portfolio [PAGE]",
            "Every project you can see, the worst first.",
            "portfolio",
            False,
            ("projects",),
        ),
        Verb(
            "notes",
            "notes [TEXT]",
            "The notes of a call: what they hold is proposed line by line, and recorded as you tick it.",
            "notes",
            True,
            ("minutes",),
        ),
        Verb(
            "agenda",
            "agenda [PARTY | @person]",
            "What to talk about in the next call with the customer, or with somebody else, in ten lines.",
            "agenda network team",
            False,
        ),
        Verb(
            "backfill",
            "backfill",
            "How to record what was said here before I came: read, proposed, ticked (lead).",
            "backfill",
            False,
        ),
        Verb("help", "help [COMMAND]", "What you can type.", "help waive", False, ("?",)),
    )
}
_BY_WORD = {word: verb for verb in VERBS.values() for word in (verb.name, *verb.aliases) if word}


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A `/golive …` line taken apart. Words are as Slack sent them (`<@U1>`, `&amp;`); nothing looked up."""

    verb: str
    key: str | None = None  # the word that should name an item (for `new`: the project)
    rest: str = ""  # what is left: evidence, reason, blocker, title, question, or a person's name
    user: str | None = None  # a Slack user id, ME or NONE
    until: str | None = None  # words of a date, or NONE to take the date away
    everything: bool = False  # `before all`
    gate: bool = False
    validator: str | None = None  # of the new item: as `user`, or `@name`
    after: tuple[str, ...] = ()  # keys the new item depends on
    blocker: str | None = None  # "B3"
    template: str | None = None  # what a new project starts from
    country: str | None = None  # whose public holidays it has

    @property
    def words(self) -> str:
        """Key and rest together, for when only the items can tell where the key ends."""
        return f"{self.key} {self.rest}".strip() if self.key else self.rest

    @property
    def about_an_item(self) -> bool:
        """Its key is to be that of an item on the list."""
        return self.verb in _ABOUT_AN_ITEM


class UnknownVerb(Invalid):
    """There is no such command. `instead` is the whole line it may have been meant as."""

    def __init__(self, word: str, rest: str, near: tuple[str, ...]) -> None:
        self.word, self.rest, self.near = word, rest, near
        self.instead = f"{near[0]} {rest}".strip() if near else None
        meant = f"Did you mean `/golive {near[0]}`?" if near else "`/golive help` lists what there is."
        super().__init__(f"There is no `/golive {shown(word)}`. {meant}")


def parse(text: str) -> Command:
    """The command of the line after `/golive`. Raises Invalid with what to type instead."""
    line = " ".join(_INVISIBLE.sub(" ", text).split())
    if not line:
        return Command(verb="")
    first, _, rest = line.partition(" ")
    word = first.strip("*_`'\"“”.,:;!/").casefold()
    verb = _BY_WORD.get(word)
    if word in ("blocked", "blocker"):  # "blocked on the network team" is typed as it is said
        verb = VERBS["block"] if rest else VERBS["blockers"]
        rest = line if word == "blocked" else rest
    if verb is not None and not _is_a_question(verb, rest, line):
        return _READERS[verb.name](verb, rest.strip())
    if verb is not None or is_before_question(line):
        return Command(verb="ask", rest=line)
    if line.endswith("?") or (rest and _QUESTION.match(line)):
        return Command(verb="ask", rest=line)
    raise UnknownVerb(first, rest, _near_verbs(word))


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
    if verb.name in _LOOKING and not _MENTION.search(rest):
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
    if command.verb in ("item", "start"):
        return command, naming.find(command.words, items)
    return command, naming.find(command.key, items)


def help_lines(word: str = "") -> tuple[str, ...]:
    """What can be typed: everything, or one command with its example."""
    verb = _BY_WORD.get(word.strip().casefold())
    if verb is None:
        return tuple(f"{_typed(verb.usage)}  {verb.help}" for verb in VERBS.values())
    also = f" (also: {', '.join(verb.aliases)})" if verb.aliases else ""
    return (f"{_typed(verb.usage)}  {verb.help}{also}", f"For example: {_typed(verb.example)}")


def shown(word: str) -> str:
    """A word as it can be repeated in a sentence: short, in one line, nothing that Slack would act on."""
    flat = " ".join(re.sub(r"[<>`*~|]|&(?:lt|gt|amp);", "", _INVISIBLE.sub("", word)).split())
    return flat if len(flat) <= 40 else flat[:39] + "…"


def _typed(words: str) -> str:
    return f"/golive {words}".strip()


def _near_verbs(word: str) -> tuple[str, ...]:
    def far(name: str) -> int:
        return 0 if len(word) >= 3 and name.startswith(word) else OSA.distance(word[:40], name)

    within = 1 if len(word) < 5 else 2
    close = sorted((far(name), name) for name in _BY_WORD if name.isalpha() and len(word) > 1)
    return tuple(
        dict.fromkeys(_BY_WORD[name].name or name for distance, name in close if distance <= within)
    )[:2]


def _with_key(command: Command, key: str, rest: str) -> Command:
    verb = VERBS[command.verb]
    if verb.name == "due":
        return _read_due(verb, f"{key} {rest}", key)
    if verb.name in ("own", "validator"):  # the person mentioned was taken out of the words before
        fitted = _read_own(verb, f"{key} {rest}", key)
        return replace(fitted, user=command.user or fitted.user)
    if verb.name == "block" and not rest:
        raise Invalid(f"Say what holds {key} up: {_usage(verb)}")
    return replace(command, key=key, rest=rest)


def _keyed(verb: Verb, words: str, key: str | None) -> tuple[str, str]:
    if key is not None:
        return key, words[len(key) :].strip()
    first, _, rest = words.partition(" ")
    key = first.strip("`'\"“”*_,:;")
    if not key:
        raise Invalid(f"Say which item: {_usage(verb)}")
    return key, re.sub(r"^[:–—-]+\s+", "", rest.strip())


def _usage(verb: Verb) -> str:
    return f"`{_typed(verb.usage)}`, for example `{_typed(verb.example)}`."


def _trimmed(words: str) -> str:
    """Without commas and semicolons around it, but for the one that ends what Slack escapes: `&gt;`."""
    bare = words.strip(" ,;")
    return f"{bare};" if re.search(r"&(?:lt|gt|amp)$", bare) else bare


def _read_plain(verb: Verb, words: str, key: str | None = None) -> Command:
    return Command(verb=verb.name, rest=words)


def _read_before(verb: Verb, words: str, key: str | None = None) -> Command:
    everything = words.casefold().split(" ")[0] in ("all", "everything", "full", "whole")
    return Command(verb=verb.name, rest=words, everything=everything)


def _read_item(verb: Verb, words: str, key: str | None = None) -> Command:
    key, rest = _keyed(verb, words, key)
    return Command(verb=verb.name, key=key, rest=rest)


def _read_own(verb: Verb, words: str, key: str | None = None) -> Command:
    user, words = _person(words)
    key, rest = _keyed(verb, words, key)
    last = rest.rsplit(" ", 1)[-1].casefold()
    if user is None and last in (ME, "myself", "i", NONE, "nobody", "-"):
        user, rest = NONE if last in (NONE, "nobody", "-") else ME, rest[: -len(last)].strip()
    if user is None and not rest:
        user = ME
    return Command(verb=verb.name, key=key, rest=rest, user=user)


def _read_validator(verb: Verb, words: str, key: str | None = None) -> Command:
    _keyed(verb, words, key)
    found = _read_own(verb, words, key)
    if found.user == ME and not re.search(r"\s(?:me|myself|i)$", words, re.IGNORECASE):
        raise Invalid(f"Say who confirms it: {_usage(verb)}")
    return found


def _read_due(verb: Verb, words: str, key: str | None = None) -> Command:
    key, rest = _keyed(verb, words, key)
    if not rest:
        raise Invalid(f"Say the day: {_usage(verb)}")
    gone = rest.casefold() in (NONE, "never", "clear", "remove", "no date", "-")
    return Command(verb=verb.name, key=key, rest=rest, until=NONE if gone else rest)


def _read_waive(verb: Verb, words: str, key: str | None = None) -> Command:
    key, rest = _keyed(verb, words, key)
    # The last "until" is the date's; an earlier one belongs to the reason.
    ends = list(re.finditer(r"(?:^|[\s,;(])(?:until|till|up to)\s+", rest, re.IGNORECASE))
    if not ends:
        return Command(verb=verb.name, key=key, rest=rest)
    why, until = rest[: ends[-1].start()], rest[ends[-1].end() :]
    return Command(verb=verb.name, key=key, rest=_trimmed(why), until=until.strip(" .)") or None)


def _read_block(verb: Verb, words: str, key: str | None = None) -> Command:
    if not words:
        raise Invalid(f"Say what is in the way: {_usage(verb)}")
    key, rest = _keyed(verb, words, key)
    return Command(verb=verb.name, key=key, rest=rest)


def _read_unblock(verb: Verb, words: str, key: str | None = None) -> Command:
    if not words:
        raise Invalid(f"Say which blocker, or which item: {_usage(verb)}")
    key, rest = _keyed(verb, words, key)
    number = re.fullmatch(r"#?b-?(\d{1,6})", key, re.IGNORECASE)
    return Command(verb=verb.name, key=key, rest=rest, blocker=f"B{int(number[1])}" if number else None)


_UNTIL = re.compile(r"(?:^|[\s,;(])(?:until|till|for|up to)\s+", re.IGNORECASE)


def _read_quiet(verb: Verb, words: str, key: str | None = None) -> Command:
    if words.casefold() in ("off", "over", "end", "stop", "no more"):
        return Command(verb=verb.name, until=NONE)
    return Command(verb=verb.name, until=_how_long(_UNTIL.sub("", words, count=1), words))


def _read_mute(verb: Verb, words: str, key: str | None = None) -> Command:
    until = None
    if match := _UNTIL.search(words):
        until = _how_long(words[match.end() :], words[match.start() :])
        words = words[: match.start()].strip()
    if words.casefold() in ("", "all", "everything", "project", "the project"):
        return Command(verb=verb.name, until=until)
    key, rest = _keyed(verb, words, key)
    number = re.fullmatch(r"#?b-?(\d{1,6})", key, re.IGNORECASE)
    blocker = f"B{int(number[1])}" if number else None
    return Command(verb=verb.name, key=key, rest=rest, until=until, blocker=blocker)


def _how_long(words: str, said: str) -> str | None:
    """A date in words; "for 3 days" is a span, and so counted from today."""
    words = words.strip(" .)")
    span = re.search(r"(?:^|[\s,;(])for\s", said, re.IGNORECASE)
    return (f"in {words}" if span and re.match(r"(?:\d|an?\s)", words) else words) or None


def _read_settings(verb: Verb, words: str, key: str | None = None) -> Command:
    name, _, value = words.partition(" ")
    return Command(verb=verb.name, key=name.strip("`:=") or None, rest=value.strip().lstrip("=: ").strip("`"))


def _read_standup(verb: Verb, words: str, key: str | None = None) -> Command:
    if not words:
        raise Invalid(f"Say what is new, or what holds you up: {_usage(verb)}")
    return Command(verb=verb.name, rest=words)


def _read_mine(verb: Verb, words: str, key: str | None = None) -> Command:
    user, rest = _person(words)
    return Command(verb=verb.name, rest="" if user is None and rest.casefold() == ME else rest, user=user)


def _read_new(verb: Verb, words: str, key: str | None = None) -> Command:
    words, told = _started(words)
    first, _, name = words.partition(" ")
    key = first.strip("`'\"“”*_,:;").casefold()
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,39}", key):
        raise Invalid(f"A project needs a short key of letters, digits and hyphens: {_usage(verb)}")
    return replace(told, key=key, rest=name.strip(' "“”') or first)


_TARGET = re.compile(r"[\s,;]target[:=]?\s+([^<>\"“”]{2,40})$", re.IGNORECASE)
_FROM = re.compile(
    r"[\s,;](?:from|template)[:=]?\s+(?:[\"“'`]([\w.-]{1,60})[\"”'`]|([\w.-]{1,60}))$", re.IGNORECASE
)
_COUNTRY = re.compile(r"[\s,;]country[:=]?\s+([A-Za-z]{2}(?:[-/][\w-]{1,6})?)$", re.IGNORECASE)
# A date was to follow, and does not: to be missed, not to become part of the name.
_NO_DATE = re.compile(r"([\s,;](?:from|template)\s+\S+)[\s,;]+target[:=]?$", re.IGNORECASE)


def _started(words: str) -> tuple[str, Command]:
    """Take the options of `new` off the end, in whatever order they stand."""
    told = Command(verb="new")
    while True:
        words = _NO_DATE.sub(r"\1", _trimmed(words))
        if told.template is None and (match := _FROM.search(words)):
            told = replace(told, template=match[1] or match[2])
        elif told.country is None and (match := _COUNTRY.search(words)):
            told = replace(told, country=match[1])
        elif told.until is None and (match := _TARGET.search(words)):
            told = replace(told, until=match[1].strip())
        else:
            return words, told
        words = words[: match.start()]


def _read_role(verb: Verb, words: str, key: str | None = None) -> Command:
    user, rest = _person(words)
    rest = rest.strip(" :=,")
    if user is None and (match := re.search(r"[\s:=,](?:me|myself|i)$", rest, re.IGNORECASE)):
        user, rest = ME, rest[: match.start()].strip(" :=,")
    return Command(verb=verb.name, rest=rest, user=user)


def _read_poll(verb: Verb, words: str, key: str | None = None) -> Command:
    first, _, rest = words.partition(" ")
    if first.strip(":,").casefold() == "cancel":
        return Command(verb=verb.name, key="cancel", rest=rest.strip())
    return Command(verb=verb.name, until=words or None)


def _read_ask(verb: Verb, words: str, key: str | None = None) -> Command:
    if not words:
        raise Invalid(f"Ask something: {_usage(verb)}")
    return Command(verb=verb.name, rest=words)


def _read_add(verb: Verb, words: str, key: str | None = None) -> Command:
    if named := re.match(r"(\w[\w.-]{0,39}):\s+", words):
        key, words = named[1], words[named.end() :]
    quoted = re.match(r'["“”]([^"“”]+)["“”]', words)
    rest, told = _options(words[quoted.end() :] if quoted else words)
    title = quoted[1] if quoted else rest
    if not _trimmed(title):
        raise Invalid(f"Say what has to be done: {_usage(verb)}")
    return replace(told, key=key, rest=_trimmed(title))


_GATE = re.compile(r"(?:^|[\s,;])\(?gate\)?$", re.IGNORECASE)
_OWNER = re.compile(
    rf"(?:^|[\s,;])(?:owner|owned by)[:=]?\s+(?:{_MENTION.pattern}|(me|@[\w.-]{{1,80}}))$", re.IGNORECASE
)
_VALIDATOR = re.compile(_OWNER.pattern.replace("owner|owned by", "validator|validated by"), re.IGNORECASE)
_DUE = re.compile(r"(?:^|[\s,;])due(?:\s+(?:by|on))?[:=]?\s+([^<>,;:\"]{2,30})$", re.IGNORECASE)
_AFTER = re.compile(
    r"(?:^|[\s,;])(?:after|depends on)[:=]?\s+([\w.-]{1,60}(?:(?:\s*,\s*|\s+and\s+)[\w.-]{1,60}){0,30})$",
    re.IGNORECASE,
)


def _options(words: str) -> tuple[str, Command]:
    """Take the options of `add` off the end, in whatever order they stand."""
    told = Command(verb="add")
    while True:
        words = _trimmed(words)
        tail = words[-400:]
        if not told.gate and (match := _GATE.search(tail)):
            told = replace(told, gate=True)
        elif told.user is None and (match := _OWNER.search(tail)):
            told = replace(told, user=match[1] or match[2])
        elif told.validator is None and (match := _VALIDATOR.search(tail)):
            told = replace(told, validator=match[1] or match[2])
        elif not told.after and (match := _AFTER.search(tail)):
            told = replace(told, after=tuple(re.split(r"\s*,\s*|\s+and\s+", match[1])))
        elif told.until is None and (match := _DUE.search(tail)):
            told = replace(told, until=match[1].strip())
        else:
            return words, told
        words = words[: len(words) - len(match.group())]


def _person(words: str) -> tuple[str | None, str]:
    """The first person mentioned, and the words without them."""
    match = _MENTION.search(words)
    if match is None:
        return None, words
    return match[1], " ".join((words[: match.start()] + " " + words[match.end() :]).split())


def _read_assume(verb: Verb, words: str, key: str | None = None) -> Command:
    if not words:
        raise Invalid(f"Say what is taken for true: {_usage(verb)}")
    return Command(verb=verb.name, rest=words)


def _read_decision(verb: Verb, words: str, key: str | None = None) -> Command:
    if not words:
        raise Invalid(f"Say what was decided: {_usage(verb)}")
    return Command(verb=verb.name, rest=words)


def _read_finding(verb: Verb, words: str, key: str | None = None) -> Command:
    if not words:
        raise Invalid(f"Say which assumption, and what shows it: {_usage(verb)}")
    key, rest = _keyed(verb, words, key)
    return Command(verb=verb.name, key=key.strip("#"), rest=rest)


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
_NEW = frozenset({"add", "new", "assume", "decide"})
_ABOUT_AN_ITEM = frozenset(verb.name for verb in VERBS.values() if "KEY" in verb.usage) - _NEW
_READERS: dict[str, Callable[..., Command]] = {
    **dict.fromkeys(VERBS, _read_plain),
    "assume": _read_assume,
    "decide": _read_decision,
    **dict.fromkeys(("verify", "refute"), _read_finding),
    **dict.fromkeys(("item", "start", "done", "validate", "reopen"), _read_item),
    "before": _read_before,
    "own": _read_own,
    "validator": _read_validator,
    "due": _read_due,
    "waive": _read_waive,
    "block": _read_block,
    "unblock": _read_unblock,
    "mine": _read_mine,
    "quiet": _read_quiet,
    "mute": _read_mute,
    "unmute": _read_mute,
    "settings": _read_settings,
    "standup": _read_standup,
    "new": _read_new,
    "role": _read_role,
    "ask": _read_ask,
    "poll": _read_poll,
    "add": _read_add,
}
