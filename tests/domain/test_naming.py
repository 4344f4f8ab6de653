"""What must hold for telling which item, or which person, a word means."""

from __future__ import annotations

import pytest

from bot.domain import naming
from bot.domain.plan import Item, Person

ITEMS = tuple(
    Item(key=key, title=title)
    for key, title in (
        ("dns", "DNS entries for the portal"),
        ("sso-login", "SSO login with second factor"),
        ("sso-groups", "Group mapping for each clinical role"),
        ("load", "Peak load at twice the usual"),
        ("load-balancer", "Balancer in front of both nodes"),
        ("training", "Ward staff trained"),
        ("uat", "UAT signed by the customer"),
        ("cut-plan", "Hour by hour plan of the weekend"),
        ("go-live", "First patient by the new system"),
        ("mon", "Alerts reach the on-call phone"),
        ("T-270", "Eligibility request accepted"),
    )
)


def key(item: Item | None) -> str | None:
    return item.key if item else None


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("dns", "dns"),
        ("DNS", "dns"),
        ("the dns", "dns"),
        (" `dns`: ", "dns"),
        ("“dns”", "dns"),
        ("sso-login", "sso-login"),
        ("SSO login", "sso-login"),
        ("sso_login", "sso-login"),
        ("t270", "T-270"),
        ("load", "load"),
        ("ward staff trained", "training"),
    ],
)
def test_a_key_in_any_casing_and_spacing_is_that_item(word: str, meant: str) -> None:
    assert key(naming.find(word, ITEMS).exact) == meant


@pytest.mark.parametrize(
    ("word", "offered"),
    [
        ("dsn", "dns"),
        ("sso-l", "sso-login"),
        ("trainin", "training"),
        ("traning", "training"),
        ("groups", "sso-groups"),
        ("ss-gro", "sso-groups"),
        ("lo-bal", "load-balancer"),
        ("cutpl", "cut-plan"),
        ("second factor", "sso-login"),
        ("ballancer in frnt of both", "load-balancer"),
    ],
)
def test_a_shortened_or_misspelt_key_is_offered_and_never_assumed(word: str, offered: str) -> None:
    found = naming.find(word, ITEMS)
    assert found.exact is None
    assert found.near[0].key == offered


def test_several_near_keys_are_all_offered_but_not_a_crowd() -> None:
    assert [i.key for i in naming.find("sso", ITEMS).near] == ["sso-login", "sso-groups"]
    crowd = tuple(Item(key=f"site-{n}", title="Another site") for n in range(50))
    assert len(naming.find("site", crowd).near) == naming.MOST_OFFERED


@pytest.mark.parametrize("word", ["", " ", "`", "qwertz", "x" * 40_000, "\x00", "🙂", "<@U1>"])
def test_what_is_like_no_key_finds_nothing(word: str) -> None:
    assert naming.find(word, ITEMS) == naming.Found()


def test_keys_that_differ_only_by_case_are_told_apart_or_both_offered() -> None:
    both = (Item(key="VPN", title="One"), Item(key="vpn", title="Other"))
    assert key(naming.find("vpn", both).exact) == "vpn"
    assert key(naming.find("VPN", both).exact) == "VPN"
    assert {i.key for i in naming.find("Vpn", both).near} == {"VPN", "vpn"}


@pytest.mark.parametrize(
    ("words", "meant", "rest"),
    [
        ("dns record is there", "dns", "record is there"),
        ("sso login: seen in the log", "sso-login", "seen in the log"),
        ("load balancer answers", "load-balancer", "answers"),
        ("load fine", "load", "fine"),
        ("nothing of ours", None, "nothing of ours"),
        ("", None, ""),
    ],
)
def test_the_longest_key_at_the_beginning_is_the_item(words: str, meant: str | None, rest: str) -> None:
    item, after = naming.leading(words, ITEMS)
    assert (key(item), after) == (meant, rest)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("blocker: dns zone not delegated, waiting on the registrar", "dns"),
        ("the DNS is wrong", "dns"),
        ("sso login fails with 403", "sso-login"),
        ("SSO-login fails", "sso-login"),
        ("UAT is blocked", "uat"),
        ("dns cannot wait for the load-balancer", "dns"),
        ("blocker: load balancer drops packets", "load-balancer"),
        ("group mapping for interns is missing", "sso-groups"),
        ("`load` is late", "load"),
        ("load: box is too small", "load"),
        ("load - box is too small", "load"),
        ("load is blocked on the box", "load"),
        ("blocker: training is cancelled", "training"),
        ("blocked on load", "load"),
        ("we are late for training.", "training"),
        ("training", "training"),
        ("LOAD has not begun", "load"),
        ("T-270 comes back with AAA", "T-270"),
    ],
)
def test_a_sentence_speaks_of_the_item_it_names(text: str, meant: str) -> None:
    assert key(naming.mentioned(text, ITEMS)) == meant


@pytest.mark.parametrize(
    "text",
    [
        "we load the file tonight",
        "the page takes long to load, sorry",
        "blocked on load times of the page",
        "blocker: training room has no projector",
        "ask the mon team",
        "everything must be there before go-live",
        "dns and uat are late",
        "cannot do uat without dns",
        "see https://dns.example.org/uat",
        "<https://example.org|dns>",
        "write to dns@example.org",
        "dns-gateway is down",
        "/etc/dns is empty",
        "pre-uat is fine",
        "the customer signed",
        "by the new bridge",
        "",
        "\x00\x01",
    ],
)
def test_with_any_doubt_no_item_is_linked(text: str) -> None:
    assert naming.mentioned(text, ITEMS) is None


def test_a_phrase_of_a_title_counts_only_when_no_other_title_has_it() -> None:
    twins = (Item(key="a", title="Printer test on ward one"), Item(key="b", title="Printer test on ward two"))
    assert naming.mentioned("printer test failed", twins) is None
    assert key(naming.mentioned("printer test on ward two failed", twins)) == "b"


PEOPLE = (
    Person(key="ana", name="Ana Ruíz", slack="U0ANA"),
    Person(key="ben", name="Ben Ott", slack="U0BEN"),
    Person(key="ben2", name="Ben Adler"),
)


@pytest.mark.parametrize(
    ("word", "who"), [("ana", "ana"), ("@Ana", "ana"), ("ruiz", "ana"), ("u0ben", "ben"), ("ben ott", "ben")]
)
def test_a_person_may_be_called_by_key_name_or_part_of_it(word: str, who: str) -> None:
    found = naming.find_person(word, PEOPLE)
    assert found.exact is not None
    assert found.exact.key == who


def test_a_name_two_people_have_is_a_question() -> None:
    assert naming.find_person("Ben", PEOPLE[1:]).exact is PEOPLE[1]  # it is that person's key
    assert {p.key for p in naming.find_person("anna", PEOPLE).near} == {"ana"}
    namesakes = (Person(key="x", name="Kim Lee"), Person(key="y", name="Kim Park"))
    found = naming.find_person("kim", namesakes)
    assert found.exact is None
    assert len(found.near) == 2


def test_the_right_one_of_ten_thousand_items_is_found() -> None:
    many = tuple(Item(key=f"step-{n}", title=f"Step {n} of site {n % 40}") for n in range(10_000))
    naming.find("step-1", many)
    for n in range(20):
        assert naming.mentioned(f"blocker: step-{n} is late", many) is many[n]
        naming.find(f"stp-{n}", many)


def test_a_very_long_text_is_searched_to_its_end() -> None:
    for text in ("dns uat " * 5000, "sso " * 10_000, "a" * 40_000, "<" * 40_000, "sso-" * 10_000):
        assert naming.mentioned(text, ITEMS) in (None, *ITEMS)
        naming.leading(text, ITEMS)


def test_a_title_said_as_a_whole_comes_before_a_key_behind_it() -> None:
    items = (Item(key="mfa", title="Enrolment campaign"), Item(key="kb", title="Help desk articles"))
    assert naming.mentioned("I'll write the help desk articles on mfa", items) is items[1]
    assert naming.mentioned("mfa is ready, help desk articles are next", items) is items[0]
