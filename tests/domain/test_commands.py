"""What must hold for a `/golive …` line, and for the docs that list what can be typed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import commands
from bot.domain.commands import ME, NONE, VERBS, Command, UnknownVerb, fit, is_before_question, parse
from bot.domain.errors import Invalid
from bot.domain.plan import Item

DOCS = Path(__file__).parents[2] / "docs" / "commands.md"
ITEMS = tuple(
    Item(key=key, title=title)
    for key, title in (
        ("dns", "DNS entries for the portal"),
        ("sso-login", "SSO login with second factor"),
        ("badge", "Badge readers tested"),
        ("load", "Peak load at twice the usual"),
    )
)


def refused(line: str) -> str | None:
    """The sentence a line is refused with; None for a command."""
    try:
        fit(parse(line), ITEMS)
    except Invalid as sentence:
        return str(sentence)
    return None


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("", {"verb": ""}),
        ("   ", {"verb": ""}),
        ("\u200b\x00", {"verb": ""}),
        ("status", {"verb": ""}),
        ("before", {"verb": "before"}),
        ("BEFORE", {"verb": "before"}),
        ("`before`", {"verb": "before"}),
        ("before all", {"verb": "before", "rest": "all", "everything": True}),
        ("item dns", {"verb": "item", "key": "dns"}),
        ("show dns", {"verb": "item", "key": "dns"}),
        ("own dns <@U0BEN|ben>", {"verb": "own", "key": "dns", "user": "U0BEN"}),
        ("own dns <@U0BEN>", {"verb": "own", "key": "dns", "user": "U0BEN"}),
        ("own <@W0BEN> dns", {"verb": "own", "key": "dns", "user": "W0BEN"}),
        ("own dns", {"verb": "own", "key": "dns", "user": ME}),
        ("own dns me", {"verb": "own", "key": "dns", "user": ME}),
        ("own dns nobody", {"verb": "own", "key": "dns", "user": NONE}),
        ("own dns ben ott", {"verb": "own", "key": "dns", "rest": "ben ott"}),
        ("validator dns <@U0BEN|ben>", {"verb": "validator", "key": "dns", "user": "U0BEN"}),
        ("validator dns none", {"verb": "validator", "key": "dns", "user": NONE}),
        ("validator dns me", {"verb": "validator", "key": "dns", "user": ME}),
        ("validator dns ben ott", {"verb": "validator", "key": "dns", "rest": "ben ott"}),
        (
            "add Call the bank validator <@U0ANA> owner <@U0BEN> due Friday",
            {
                "verb": "add",
                "rest": "Call the bank",
                "user": "U0BEN",
                "validator": "U0ANA",
                "until": "Friday",
            },
        ),
        ("due dns next friday", {"verb": "due", "key": "dns", "rest": "next friday", "until": "next friday"}),
        ("due dns none", {"verb": "due", "key": "dns", "rest": "none", "until": NONE}),
        ("start dns", {"verb": "start", "key": "dns"}),
        ("done dns", {"verb": "done", "key": "dns"}),
        ("done dns: https://x.org/1 seen", {"verb": "done", "key": "dns", "rest": "https://x.org/1 seen"}),
        ("validate dns saw it resolve", {"verb": "validate", "key": "dns", "rest": "saw it resolve"}),
        (
            "waive badge not in wave 1 until 30 Jan",
            {"verb": "waive", "key": "badge", "rest": "not in wave 1", "until": "30 Jan"},
        ),
        (
            "waive badge no readers until the move, till 30 Jan.",
            {"verb": "waive", "key": "badge", "rest": "no readers until the move", "until": "30 Jan"},
        ),
        ("waive badge not in wave 1", {"verb": "waive", "key": "badge", "rest": "not in wave 1"}),
        ("reopen dns it fails again", {"verb": "reopen", "key": "dns", "rest": "it fails again"}),
        ("unblock B3", {"verb": "unblock", "key": "B3", "blocker": "B3"}),
        ("unblock b03 arrived", {"verb": "unblock", "key": "b03", "rest": "arrived", "blocker": "B3"}),
        ("unblock dns arrived", {"verb": "unblock", "key": "dns", "rest": "arrived"}),
        ("block dns zone missing", {"verb": "block", "key": "dns", "rest": "zone missing"}),
        ("blocker: dns zone missing", {"verb": "block", "key": "dns", "rest": "zone missing"}),
        ("blocked", {"verb": "blockers", "rest": "blocked"}),
        ("blockers", {"verb": "blockers"}),
        ("mine", {"verb": "mine"}),
        ("mine <@U0BEN>", {"verb": "mine", "user": "U0BEN"}),
        ("add Call the carrier", {"verb": "add", "rest": "Call the carrier"}),
        (
            "add phones: Call the carrier, gate owner <@U0BEN|ben> due 4 Dec after dns, badge and load",
            {
                "verb": "add",
                "key": "phones",
                "rest": "Call the carrier",
                "gate": True,
                "user": "U0BEN",
                "until": "4 Dec",
                "after": ("dns", "badge", "load"),
            },
        ),
        ("add Call due Friday owner me", {"verb": "add", "rest": "Call", "user": ME, "until": "Friday"}),
        ('add "Call after lunch" gate', {"verb": "add", "rest": "Call after lunch", "gate": True}),
        ("add Open the gate to the yard", {"verb": "add", "rest": "Open the gate to the yard"}),
        ("new north North Clinic", {"verb": "new", "key": "north", "rest": "North Clinic"}),
        (
            "new north North Clinic target 14 Dec",
            {"verb": "new", "key": "north", "rest": "North Clinic", "until": "14 Dec"},
        ),
        ("new North", {"verb": "new", "key": "north", "rest": "North"}),
        ("help", {"verb": "help"}),
        ("help waive", {"verb": "help", "rest": "waive"}),
        ("ask who has the badge readers", {"verb": "ask", "rest": "who has the badge readers"}),
        ("who has the badge readers", {"verb": "ask", "rest": "who has the badge readers"}),
        ("badge readers there yet?", {"verb": "ask", "rest": "badge readers there yet?"}),
        ("what must happen before go-live?", {"verb": "ask", "rest": "what must happen before go-live?"}),
        ("remaining gates", {"verb": "ask", "rest": "remaining gates"}),
        ("due this week", {"verb": "ask", "rest": "due this week"}),
        ("due dns friday", {"verb": "due", "key": "dns", "rest": "friday", "until": "friday"}),
        (
            "due friday next friday",
            {"verb": "due", "key": "friday", "rest": "next friday", "until": "next friday"},
        ),
        ("status of dns", {"verb": "ask", "rest": "status of dns"}),
        ("blockers for dns", {"verb": "ask", "rest": "blockers for dns"}),
        ("blocked on whom?", {"verb": "ask", "rest": "blocked on whom?"}),
        ("done dns?", {"verb": "ask", "rest": "done dns?"}),
        ("done dns both zones answer? yes", {"verb": "done", "key": "dns", "rest": "both zones answer? yes"}),
        ("show overdue", {"verb": "ask", "rest": "show overdue"}),
        ("show me what is late", {"verb": "ask", "rest": "show me what is late"}),
    ],
)
def test_a_line_is_taken_apart(line: str, command: dict[str, Any]) -> None:
    assert parse(line) == Command(**command)


@pytest.mark.parametrize(
    ("line", "near", "instead"),
    [
        ("befor", ("before",), "before"),
        ("befor all", ("before",), "before all"),
        ("vaildate dns ok", ("validate",), "validate dns ok"),
        ("val dns ok", ("validate",), "validate dns ok"),
        ("unblok B3", ("unblock",), "unblock B3"),
        ("hepl", ("help",), "help"),
        ("dns", (), None),
        ("frobnicate", (), None),
        ("🙂", (), None),
    ],
)
def test_an_unknown_command_is_refused_and_the_nearest_offered(
    line: str, near: tuple[str, ...], instead: str | None
) -> None:
    with pytest.raises(UnknownVerb) as unknown:
        parse(line)
    assert (unknown.value.near[:1], unknown.value.instead) == (near, instead)
    assert (
        f"Did you mean `/golive {near[0]}`?" in str(unknown.value) if near else "help" in str(unknown.value)
    )


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("item", "Say which item: `/golive item KEY`"),
        ("own", "Say which item"),
        ("validator", "Say which item"),
        ("validator dns", "Say who confirms it"),
        ("done", "Say which item"),
        ("due dns", "Say the day: `/golive due KEY DATE | none`, for example `/golive due vpn next Friday`."),
        ("block", "Say what is in the way"),
        ("unblock", "Say which blocker, or which item"),
        ("add", "Say what has to be done"),
        ("add gate", "Say what has to be done"),
        ("new", "A project needs a short key"),
        ("new <!channel>", "A project needs a short key"),
        ("ask", "Ask something"),
    ],
)
def test_a_line_that_lacks_something_is_told_what_to_type(line: str, says: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse(line)
    assert says in str(refused.value)


def test_nothing_of_an_unknown_word_reaches_slack_as_a_command() -> None:
    with pytest.raises(UnknownVerb) as unknown:
        parse("<!channel>" + "`*x" * 100)
    assert not set("<>*") & set(str(unknown.value))
    assert len(str(unknown.value)) < 120


@pytest.mark.parametrize(
    ("line", "key", "rest"),
    [
        ("done DNS it resolves", "dns", "it resolves"),
        ("done sso login seen", "sso-login", "seen"),
        ("done sso login: seen", "sso-login", "seen"),
        ("item badge readers tested", "badge", ""),
        ("block load balancer is down", "load", "balancer is down"),
        ("waive sso login later until 30 Jan", "sso-login", "later"),
    ],
)
def test_where_a_key_ends_is_decided_by_the_items(line: str, key: str, rest: str) -> None:
    command, found = fit(parse(line), ITEMS)
    assert found.exact is not None
    assert (command.key, found.exact.key, command.rest) == (key, key, rest)


def test_a_key_of_two_words_leaves_the_person_and_the_date_alone() -> None:
    assert fit(parse("own sso login <@U0BEN>"), ITEMS)[0].user == "U0BEN"
    assert fit(parse("own sso login"), ITEMS)[0].user == ME
    assert fit(parse("own sso login ben"), ITEMS)[0] == Command(verb="own", key="sso-login", rest="ben")
    assert fit(parse("due sso login next friday"), ITEMS)[0].until == "next friday"
    assert fit(parse("waive sso login later until 30 Jan"), ITEMS)[0].until == "30 Jan"
    with pytest.raises(Invalid, match="Say the day"):
        fit(parse("due sso login"), ITEMS)


def test_a_key_that_is_only_near_is_offered_and_the_command_left_as_it_was() -> None:
    command, found = fit(parse("done bagde seen"), ITEMS)
    assert found.exact is None
    assert [i.key for i in found.near] == ["badge"]
    assert command == parse("done bagde seen")


def test_a_blocker_without_a_key_is_all_text() -> None:
    command, found = fit(parse("block nobody answers the phone"), ITEMS)
    assert (command.key, command.rest, found.exact) == (None, "nobody answers the phone", None)
    assert fit(parse("blocked on the registrar"), ITEMS)[0].rest == "blocked on the registrar"
    with pytest.raises(Invalid, match="Say what holds dns up"):
        fit(parse("block dns"), ITEMS)


def test_a_new_item_or_a_blocker_number_is_never_taken_for_a_near_key() -> None:
    for line in ("add dsn: Something else", "unblock B1", "new dsn Somewhere"):
        assert fit(parse(line), (*ITEMS, Item(key="b", title="B")))[1].near == ()


@given(st.text(max_size=100))
def test_any_text_is_a_command_or_refused_with_a_sentence(text: str) -> None:
    assert refused(text) != ""


@pytest.mark.parametrize("verb", [f"{name} " for name in VERBS])
def test_forty_thousand_characters_are_taken_apart_to_their_end(verb: str) -> None:
    for part in ("x ", "until ", "after a, ", "<@", '"', "a", ": ", "due ", "what left before "):
        assert len(refused(verb + (part * 40_000)[:40_000]) or "") < 300


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_every_example_in_the_help_is_understood(verb: commands.Verb) -> None:
    assert parse(verb.example).verb == verb.name
    assert commands.help_lines(verb.name)[-1].endswith(verb.example)


def test_help_lists_every_command_in_one_line_each() -> None:
    assert len(commands.help_lines()) == len(VERBS)
    assert commands.help_lines("nonsense") == commands.help_lines()
    assert all(line.startswith("/golive") for line in commands.help_lines())


def test_the_docs_list_every_command_with_its_example() -> None:
    rows = ["| command | what it does | for example | changes the plan |", "|---|---|---|---|"]
    for verb in VERBS.values():
        also = f" Also: {', '.join(f'`{alias}`' for alias in verb.aliases)}." if verb.aliases else ""
        usage, example = (f"/golive {words}".strip() for words in (verb.usage, verb.example))
        changes = "yes" if verb.changes else "no"
        rows.append(
            f"| `{usage.replace('|', chr(92) + '|')}` | {verb.help}{also} | `{example}` | {changes} |"
        )
    assert "\n".join(rows) in DOCS.read_text(), "docs/commands.md lists other commands than commands.py"


@pytest.mark.parametrize(
    "question",
    [
        "what must happen before go-live?",
        "What needs to happen before North goes live",
        "what's left before prod traffic",
        "waht must hapen befor golive",
        "wat needs 2 happen b4 go live",
        "what still has to be done before we can go live?",
        "what stands between us and go-live?",
        "hey, what do we need to do before launch please",
        "Steerco asks. What remains before the cutover?",
        "before go-live?",
        "before we go live, what is still open?",
        "things left before cutover",
        "what is missing for go-live",
        "remaining gates",
        "open gates for north pls",
        "which gates are left",
        "what's left?",
        "go-live checklist",
        "<@U0BOT> what must happen before *go-live*?",
        "que reste-t-il avant la mise en production ?",
        "qu'est-ce qu'il reste à faire avant le go-live",
        "que faut-il encore régler avant le lancement ?",
        "was muss noch vor dem Go-live passieren",
        "Was fehlt noch bis zum Go-live?",
        "was ist vor der Inbetriebnahme noch offen?",
        "qué falta para salir en vivo",
        "¿Qué debe pasar antes de la salida en vivo?",
        "que queda pendiente antes del go-live",
    ],
)
def test_what_must_happen_before_go_live_is_asked_in_many_ways(question: str) -> None:
    assert is_before_question(question)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "what must happen before UAT?",
        "what must happen before lunch?",
        "what must happen before the go-live rehearsal",
        "what must happen before production keys are published",
        "what must happen after go-live",
        "what happened before go-live last time",
        "what's new before go-live",
        "who must act before go-live",
        "when is go-live?",
        "are we ready for go-live?",
        "can we still go live on Monday",
        "what's blocking go-live",
        "what is due before go-live",
        "what do I have to do before go-live",
        "what if the tunnel slips, do we still go live",
        "which assumptions must be verified before go-live",
        "who owns the go-live checklist",
        "what is the plan for go-live",
        "remaining dates",
        "what's left for Kim",
        "what's left on SSO",
        "training must be done before go-live",
        "we need to get it done before go live",
        "that was left open before launch, sorry",
        "was machst du vor dem Mittag",
        "que haces antes de comer",
        "x" * 40_000,
        "what left before " * 3000,
    ],
)
def test_other_questions_are_other_questions(text: str) -> None:
    assert not is_before_question(text)


def test_a_title_keeps_what_slack_escapes_at_its_end() -> None:
    assert commands.parse("add signs &lt;here&gt;, due 4 Dec").rest == "signs &lt;here&gt;"
