"""What can be typed after `/golive`, and what does each of it do?"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rapidfuzz.distance import OSA

# Slack never shows these, and a word that holds one is not the word it looks like.
INVISIBLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
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
            "before [all] [for executives | customer | engineers]",
            "What must happen before go-live; `all` for the whole list, or as others are to read it.",
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
            "edit",
            "edit KEY",
            "A form with all that an item says, to change it.",
            "edit vpn",
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
            "handover",
            "handover KEY",
            "A form to hand an item to somebody, who may be asked first.",
            "handover vpn",
            True,
            ("hand-over",),
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
            "permissions",
            "permissions [ACT ROLES]",
            "Who may do what here; the lead changes it.",
            "permissions add member customer",
            True,
            ("permission", "may"),
        ),
        Verb(
            "internal",
            "internal [KEY | BLOCKER | @person] [off]",
            "Not for people from outside: they read nothing of it, of a person the role (lead).",
            "internal vpn",
            True,
            ("hide",),
        ),
        Verb(
            "summary",
            "summary [AUDIENCE #channel DAY TIME] | off NUMBER",
            "A summary for executives, the customer or engineers, posted every week; or the list (lead).",
            "summary customer #lake-clinic friday 15:00",
            True,
            ("summaries",),
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
            "plot",
            "plot [timeline | burnup | around KEY]",
            "A picture: the way to go-live, the closed gates day by day, or what is left around an item.",
            "plot around vpn",
            False,
            ("picture", "draw", "chart", "diagram"),
        ),
        Verb(
            "view",
            "view [on | off]",
            "The channel's own view: one pinned message, kept up to date; `on` makes it anew (lead).",
            "view on",
            False,
            ("board",),
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
BY_WORD = {word: verb for verb in VERBS.values() for word in (verb.name, *verb.aliases) if word}


def help_lines(word: str = "") -> tuple[str, ...]:
    """What can be typed: everything, or one command with its example."""
    verb = BY_WORD.get(word.strip().casefold())
    if verb is None:
        return tuple(f"{_typed(verb.usage)}  {verb.help}" for verb in VERBS.values())
    also = f" (also: {', '.join(verb.aliases)})" if verb.aliases else ""
    return (f"{_typed(verb.usage)}  {verb.help}{also}", f"For example: {_typed(verb.example)}")


def shown(word: str) -> str:
    """A word as it can be repeated in a sentence: short, in one line, nothing that Slack would act on."""
    flat = " ".join(re.sub(r"[<>`*~|]|&(?:lt|gt|amp);", "", INVISIBLE.sub("", word)).split())
    return flat if len(flat) <= 40 else flat[:39] + "…"


def _typed(words: str) -> str:
    return f"/golive {words}".strip()


def near_verbs(word: str) -> tuple[str, ...]:
    """The commands that a word may have been meant as, at most two."""

    def far(name: str) -> int:
        return 0 if len(word) >= 3 and name.startswith(word) else OSA.distance(word[:40], name)

    within = 1 if len(word) < 5 else 2
    close = sorted((far(name), name) for name in BY_WORD if name.isalpha() and len(word) > 1)
    return tuple(dict.fromkeys(BY_WORD[name].name or name for distance, name in close if distance <= within))[
        :2
    ]


def usage(verb: Verb) -> str:
    """How it is typed, with an example, as the end of a sentence."""
    return f"`{_typed(verb.usage)}`, for example `{_typed(verb.example)}`."
