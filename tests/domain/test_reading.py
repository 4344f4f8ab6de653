"""What must hold for hearing a message: said on Monday 23 November 2026 by U0ANA, in Chicago."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import naming, reading
from bot.domain.plan import Item
from bot.domain.reading import Report, plain, unescape

MONDAY = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
ZONE = ZoneInfo("America/Chicago")
NAMES = {"U0BEN": "Ben Ott", "U0KIM": "Kim Lee"}
FRIDAY = date(2026, 11, 27)


def read(text: str) -> Report | None:
    return reading.read(text, now=MONDAY, zone=ZONE, author="U0ANA", bot="U0BOT", names=NAMES)


def heard(text: str) -> Report:
    report = read(text)
    assert report is not None, f"nothing was heard in {text!r}"
    return report


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("blocker: the tunnel is down", "the tunnel is down"),
        ("Blocker: the tunnel is down", "the tunnel is down"),
        ("BLOCKER - the tunnel is down", "the tunnel is down"),
        ("blocker – the tunnel is down", "the tunnel is down"),
        ("*Blocker:* the tunnel is down", "the tunnel is down"),
        ("*BLOCKER*: the tunnel is down", "the tunnel is down"),
        ("_blocker_: the tunnel is down", "the tunnel is down"),
        ("Blocker：the tunnel is down", "the tunnel is down"),
        ("   \u3000blocker: the tunnel is down", "the tunnel is down"),
        ("\u200f\u202bblocker\u200b: the tunnel\u00a0is down\u0007", "the tunnel is down"),
        ("1. blocker: the tunnel is down", "the tunnel is down"),
        ("• blocker: the tunnel is down", "the tunnel is down"),
        ("- [ ] blocker: the tunnel is down", "the tunnel is down"),
        ("[blocker] the tunnel is down", "the tunnel is down"),
        ("Main blocker: the tunnel is down", "the tunnel is down"),
        ("blocker #2: the tunnel is down", "the tunnel is down"),
        ("FYI blocker: the tunnel is down", "the tunnel is down"),
        ("<@U0BEN> blocker: the tunnel is down", "the tunnel is down"),
        (":rotating_light: Blocker: the tunnel is down", "the tunnel is down"),
        ("🚧 the tunnel is down", "the tunnel is down"),
        ("🚧🚧 the tunnel is down", "the tunnel is down"),
        (":construction: the tunnel is down", "the tunnel is down"),
        ("🚧 *Blocker:* the tunnel is down", "the tunnel is down"),
        ("<@U0BOT> blocker: the tunnel is down", "the tunnel is down"),
        ("Blocked: the tunnel is down", "the tunnel is down"),
        ("Morning all\nblocker: the tunnel is down", "the tunnel is down"),
        ("Blockers:\n- the tunnel is down", "the tunnel is down"),
        ("blocker: the tunnel is not resolved", "the tunnel is not resolved"),
        ("blocker: nothing comes through the tunnel", "nothing comes through the tunnel"),
        ("blocker: no access to the tunnel", "no access to the tunnel"),
        ("bloqueo: el túnel no va", "el túnel no va"),
        ("bloquant : le tunnel est coupé", "le tunnel est coupé"),
        ("blockiert: Tunnel ist weg", "Tunnel ist weg"),
    ],
)
def test_a_labelled_blocker_is_heard_however_it_is_dressed(text: str, words: str) -> None:
    report = heard(text)
    assert (report.kind, report.text) == ("blocker", words)


def test_a_point_of_a_list_ends_where_the_next_one_begins() -> None:
    report = heard(
        "Notes of the call:\n- mast is up\n- blocked on the permit\n  of the city\n- decided: at night"
    )
    assert (report.kind, report.waiting_on) == ("blocker", "permit")
    assert report.text == "blocked on the permit\nof the city"


def test_of_several_points_that_are_blocked_none_is_lost() -> None:
    report = heard("- blocked on the permit\n- mast is up\n- blocked on the crane")
    assert report.text.endswith("blocked on the crane")


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("blocked on the certificate", "certificate"),
        ("Blocked on: certificate", "certificate"),
        ("we're blocked on the certificate", "certificate"),
        ("We are still blocked on the certificate.", "certificate"),
        ("I'm currently blocked by the network people", "network people"),
        ("I've been blocked on the certificate since Monday", "certificate"),
        ("UAT is blocked on the certificate", "certificate"),
        ("The lab feed is completely blocked on a certificate", "certificate"),
        ("portal: blocked on the certificate", "certificate"),
        ("portal still blocked on the certificate", "certificate"),
        ("blocked, waiting on the certificate", "certificate"),
        ("Mapping is finished, now blocked on the certificate", "certificate"),
        ("Done with the rest but we're blocked on the certificate", "certificate"),
        ("Cannot test because we're blocked on the certificate", "certificate"),
        ("Since we're blocked on the certificate, I write docs", "certificate"),
        ("*Status:* Blocked on the certificate", "certificate"),
        ("my change is blocked on the certificate", "certificate"),
        ("Morning all! Mapping is finished. We're blocked on the certificate.", "certificate"),
        ("blocked on the certificate, can anybody help?", "certificate"),
        ("Blocked on the certificate. Who can help?", "certificate"),
        ("the export is blocked by <@U0BEN>", "@Ben Ott"),
        ("<@U0KIM>: we're blocked on the certificate", "certificate"),
    ],
)
def test_somebody_who_states_that_their_work_is_blocked_is_heard(text: str, on: str) -> None:
    report = heard(text)
    assert (report.kind, report.waiting_on) == ("blocker", on)


@pytest.mark.parametrize(
    "text",
    [
        "hello all",
        "blocker",
        "blocker:",
        "blocker: ?",
        "no blockers",
        "Blockers: none",
        "Blocker: none today",
        "blockers: n/a",
        "Blockers: -",
        "Blockers: nothing from my side",
        "blocker: resolved",
        "blocker: resolved by a restart",
        "blocker: the tunnel is unblocked now",
        "blocker: the tunnel - resolved :white_check_mark:",
        "✅ blocker: the tunnel",
        "not a blocker: a typo",
        "non-blocker: a typo",
        "Potential blocker: perhaps the tunnel",
        "ad blocker: which one do you use",
        "fix: blocker state machine",
        "is this a blocker?",
        "what's the blocker: tunnel or port?",
        "not blocked on anything",
        "no longer blocked on the tunnel",
        "unblocked, the certificate came",
        "was blocked on the certificate yesterday",
        "we were blocked on the certificate",
        "are we blocked on the certificate?",
        "is UAT blocked on the certificate",
        "blocked on the certificate?",
        "who is blocked on the tunnel",
        "let me know if you are blocked on anything",
        "if we get blocked on the certificate, we call",
        "in case you're blocked on it, ping me",
        "it should be blocked on the review",
        "this could be blocked on legal",
        "we won't be blocked on this",
        "it isn't blocked on the certificate",
        "I don't think it's blocked on the certificate",
        "I think the feed is blocked on step 2",
        "since I believe that the feed is blocked on step 2",
        "I'm not sure we are blocked on the certificate",
        "you're blocked on the wiki",
        "Kim said we're blocked on the certificate",
        "blocked on the certificate, never mind, got it",
        "~blocked on the certificate~ it came",
        "pop-ups are blocked by the browser",
        "those requests are blocked by the proxy",
        "I'm blocked on Friday",
        "some issues are blocked on design review",
        "the threads are blocked on the network",
        "the worker is blocked on I/O",
        "we are blocked on a mutex there",
        "blocked on purpose",
        "blocking calls on the read thread",
        "waiting on legal",
        "I need access to the tunnel",
        "we go live soon 🚧",
        ":construction_worker: on it",
        "&gt; blocker: the tunnel is down",
        "> blocker: the tunnel is down",
        "&gt;&gt;&gt; he wrote\nblocker: the tunnel is down",
        "```\nblocker: the tunnel is down\n```",
        "```blocker: the tunnel is down",
        "`blocker: the tunnel is down`",
        '"blocker: the tunnel is down" is how you write it',
        'he wrote "we\'re blocked on the certificate"',
        "who is the owner <@U0BEN>?",
        "owner: tbd",
        "the product owner wants this",
        "I'm not the owner: <@U0BEN> is",
        "",
        "\x00\x01\x02",
        "<!channel>",
    ],
)
def test_what_is_not_said_outright_is_left_alone(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "blocker: tunnel down, waiting on <@U0BEN> by Friday",
            {"waiting_on": "@Ben Ott", "waiting_on_user": "U0BEN", "due": FRIDAY, "due_words": "by Friday"},
        ),
        ("blocker: tunnel down, waiting for the network team.", {"waiting_on": "network team"}),
        (
            "blocker: tunnel down, awaiting a reply from Contoso - ETA Friday",
            {"waiting_on": "reply from Contoso", "due": FRIDAY},
        ),
        ("blocker: tunnel down, pending approval so we cannot test", {"waiting_on": "approval"}),
        (
            "blocker: export depends on the new schema until Friday",
            {"waiting_on": "new schema", "due": FRIDAY},
        ),
        (
            "blocker: export needs a licence from Contoso by Friday",
            {"waiting_on": "licence from Contoso", "due": FRIDAY},
        ),
        ("blocker: waiting on Kim, Ben and legal", {"waiting_on": "Kim, Ben and legal"}),
        ("blocker: waiting on legal, they promised it for Friday", {"waiting_on": "legal", "due": FRIDAY}),
        ("blocked on the form, waiting on <@U0KIM>", {"waiting_on": "@Kim Lee", "waiting_on_user": "U0KIM"}),
        ("blocker: not waiting on legal any more, but tests fail", {"waiting_on": None}),
        ("blocker: down since Monday", {"due": None}),
        ("blocker: it went down on Friday", {"due": None}),
        ("blocker: tunnel down, owner: <@U0BEN>", {"owner": "U0BEN"}),
        ("blocker: tunnel down, owner <@U0BEN|ben>", {"owner": "U0BEN"}),
        ("blocker: tunnel down, <@U0BEN> owns it", {"owner": "U0BEN"}),
        ("blocker: tunnel down, owned by <@U0BEN>", {"owner": "U0BEN"}),
        ("blocker: tunnel down, owner: me", {"owner": "U0ANA"}),
        ("blocker: waiting on <@U0KIM>, <@U0BEN> owns it", {"owner": "U0BEN", "waiting_on_user": "U0KIM"}),
        ("blocker: tunnel down\nowner: <@U0BEN>\neta: Friday", {"owner": "U0BEN", "due": FRIDAY}),
        ("owner: <@U0BEN>\nblocker: tunnel down", {"kind": "blocker"}),
        (
            "blocker: tunnel down\nblocker: port shut, owner: <@U0BEN>, eta Friday",
            {"owner": None, "due": None},
        ),
        (
            "blocker: <https://x.org/by/2026-12-04|ticket> open",
            {"due": None, "text": "ticket (https://x.org/by/2026-12-04) open"},
        ),
    ],
)
def test_owner_date_and_whom_it_waits_on_are_read_from_the_words(text: str, parts: dict[str, Any]) -> None:
    report = heard(text)
    assert {part: getattr(report, part) for part in parts} == parts


def test_today_is_reckoned_where_the_speaker_is() -> None:
    late = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
    for zone, day in ((ZONE, 23), (ZoneInfo("Europe/Rome"), 24)):
        report = reading.read("blocker: tunnel down, eta eod", now=late, zone=zone, author="U0ANA")
        assert report is not None
        assert report.due == date(2026, 11, day)


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("blocker: vpn is down, waiting on the network team", "vpn"),
        ("blocker for vpn: phase 2 differs", "vpn"),
        ("blocker for training: no room", "training"),
        ("Blocker (training) - no room", "training"),
        ("[blocker] training - no room", "training"),
        ("Blocker (prod): vpn is down", "vpn"),
        ("vpn is blocked on the firewall", "vpn"),
        ("vpn: blocked on the firewall", "vpn"),
        ("the vpn tunnel is blocked on the firewall", "vpn"),
        ("blocked on the vpn", None),
        ("the discharge flow is blocked on the vpn", None),
        ("blocker: cannot send, waiting on the vpn", None),
        ("blocker: training room has no beamer", None),
    ],
)
def test_a_blocker_is_about_the_item_it_names_not_about_what_it_waits_on(text: str, item: str | None) -> None:
    items = (
        Item(key="vpn", title="Site VPN"),
        Item(key="firewall", title="Ports open"),
        Item(key="training", title="Staff trained"),
    )
    found = naming.mentioned(heard(text).item_words or "", items)
    assert (found.key if found else None) == item


@pytest.mark.parametrize(
    ("text", "owner", "item"),
    [
        ("owner: <@U0BEN>", "U0BEN", None),
        ("owner <@U0BEN|ben>", "U0BEN", None),
        ("*Owner:* <@U0BEN> vpn", "U0BEN", "vpn"),
        ("owner: <@U0BEN> for the vpn, by Friday", "U0BEN", "vpn"),
        ("owner: <@U0BEN> (vpn)", "U0BEN", "vpn"),
        ("vpn owner: <@U0BEN>", "U0BEN", "vpn"),
        ("owner for vpn: me", "U0ANA", "vpn"),
        ("new owner: <@U0BEN>", "U0BEN", None),
        ("<@U0BOT> owner: <@U0BEN> vpn", "U0BEN", "vpn"),
    ],
)
def test_an_owner_is_heard_with_the_item(text: str, owner: str, item: str | None) -> None:
    report = heard(text)
    assert (report.kind, report.owner, report.item_words) == ("owner", owner, item)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<@U0BOT> what must happen before go-live?", "what must happen before go-live?"),
        ("hey <@U0BOT|golive>, help", "hey help"),
        ("are we blocked on the vpn, <@U0BOT>?", "are we blocked on the vpn, ?"),
        ("<@U0BOT>", ""),
    ],
)
def test_a_mention_of_the_bot_is_a_word_to_it(text: str, words: str) -> None:
    report = heard(text)
    assert (report.kind, report.text) == ("mention", words)


@pytest.mark.parametrize(
    "text", ["`<@U0BOT>` is its name", "&gt; <@U0BOT> help", "```<@U0BOT> help```", "<@U0BOTTOM> help"]
)
def test_a_bot_that_is_only_quoted_is_not_spoken_to(text: str) -> None:
    assert read(text) is None


def test_what_is_typed_after_block_is_a_blocker_whatever_it_says() -> None:
    report = reading.details(
        "no answer, waiting on <@U0BEN> by Friday", now=MONDAY, zone=ZONE, author="U0ANA", names=NAMES
    )
    assert report.text == "no answer, waiting on @Ben Ott by Friday"
    assert (report.waiting_on, report.waiting_on_user, report.due) == ("@Ben Ott", "U0BEN", FRIDAY)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<@U0BEN> and <@U0BEN|ben>", "@Ben Ott and @Ben Ott"),
        ("<@U0WHO|zoe> and <@U0WHO>", "@zoe and @U0WHO"),
        ("<#C0NET|network> <#C0NET>", "#network #C0NET"),
        ("<!here> <!channel> <!subteam^S1|@net> <!date^1^{date}|4 Dec>", "@here @channel @net 4 Dec"),
        ("<https://x.org/a|ticket 7>", "ticket 7 (https://x.org/a)"),
        ("<https://x.org/a> <https://x.org|x.org>", "https://x.org/a https://x.org"),
        ("<mailto:a@x.org|a@x.org>", "a@x.org"),
        ("a &lt;b&gt; &amp;lt; c", "a <b> &lt; c"),
        ("*bold* _slanted_ `code` 2*3*4 a_b_c", "bold slanted code 2*3*4 a_b_c"),
        ("a\t\tb \r\n\x00 c\u200b", "a b\nc"),
    ],
)
def test_slack_text_becomes_what_a_person_reads(text: str, words: str) -> None:
    assert plain(text, NAMES) == words


def test_entities_are_unescaped_once() -> None:
    assert unescape("&amp;lt; &lt;b&gt; &nbsp;") == "&lt; <b> &nbsp;"


def test_without_names_people_stay_mentions() -> None:
    report = reading.read("blocker: waiting on <@U0BEN|ben>", now=MONDAY, zone=ZONE, author="U0ANA")
    assert report is not None
    assert (report.text, report.waiting_on) == ("waiting on <@U0BEN>", "<@U0BEN>")


def test_a_long_report_is_cut_and_a_long_phrase_too() -> None:
    report = heard("blocker: waiting on " + "somebody far away " * 2000)
    assert len(report.text) <= reading.LONGEST_REPORT
    assert report.waiting_on is not None
    assert len(report.waiting_on) <= reading.LONGEST_PHRASE


PARTS = (
    "a ", "blocked on ", "blocker: ", "blocker for ", "*", "_", "`", '"', "“", "<@U1",
    "<@U0BEN> ", "<", ":a:", "🚧", " - ", ", ", "\n", ". ", "waiting on ", "owner: ", "is ",
    "&gt;", "1. ", "[ ] ", "hi ", "needs x ", "~", "```", "\x00", "(", "so blocked on",
    "resolved ", "still currently ", "the ",
)  # fmt: skip


@pytest.mark.parametrize("opening", ["", "blocker: ", "we are blocked on "])
def test_forty_thousand_characters_are_read_to_their_end(opening: str) -> None:
    for part in PARTS:
        found = read((opening + part * 40_000)[:39_980] + " blocked on x")
        assert found is None or found.explicit


def test_any_jumble_of_what_people_write_breaks_nothing() -> None:
    chance = random.Random(7)
    for _ in range(20):
        text = "".join(chance.choice(PARTS) for _ in range(5000))
        found = read(text)
        assert found is None or found.explicit


@given(st.text(max_size=300), st.sampled_from(["", "blocker: ", "🚧 ", "blocked on ", "owner: <@U0BEN> "]))
def test_no_text_breaks_the_reading(text: str, opening: str) -> None:
    report = read(opening + text)
    assert report is None or report.kind in ("blocker", "owner", "mention")
