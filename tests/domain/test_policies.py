"""What a project may decide about hours, digests, the ladder and noise, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path
from textwrap import indent
from typing import Any

import jsonschema
import pytest

from bot.domain import policies, projectfile
from bot.domain.errors import Invalid
from bot.domain.plan import Project
from bot.domain.policies import SETTINGS, Emoji, Hear, Policies, Wait

DOCS = Path(__file__).parents[2] / "docs"


def refused(mapping: Any) -> str:
    with pytest.raises(Invalid) as error:
        Policies.read(mapping)
    return str(error.value)


def test_a_project_that_says_nothing_has_the_usual_policies() -> None:
    usual = Policies.read({})

    assert usual == Policies()
    assert [str(wait) for wait in usual.ladder.critical] == ["4h", "1d", "2d"]
    assert [str(wait) for wait in usual.ladder.gate] == ["1d", "2d", "4d"]
    assert (usual.budget, usual.outside, usual.digest.at) == (1, "ask", time(9))
    assert usual.standup.off
    assert not usual.digest.off


def test_the_documentation_shows_the_usual_policies() -> None:
    page = (DOCS / "project-file.md").read_text("utf-8")
    shown = page.split("```yaml\npolicies:\n")[1].split("```")[0]

    project = projectfile.parse(
        f"project:\n  key: p\n  name: P\n  policies:\n{indent(shown, '  ')}"
    ).plan.project
    assert project.policies == Policies().as_mapping()


def test_what_was_read_is_written_so_that_it_reads_the_same() -> None:
    said = Policies.read(
        {
            "hours": "07:30-15:30",
            "digest": {"at": "8:15", "quiet_line": True},
            "standup": {"at": "10:00", "off": False},
            "ladder": {"critical": ["90m", "0.5d", "2 days"]},
            "budget": 3,
            "outside": "free",
            "holidays": {"country": "us", "subdivision": "il"},
            "reminders": {"off": "yes"},
        }
    )

    assert Policies.read(said.as_mapping()) == said
    assert said.holidays == policies.Holidays(country="US", subdivision="IL")
    assert said.ladder.gate == Policies().ladder.gate
    jsonschema.validate(json.loads(json.dumps(said.as_mapping())), policies.schema())


def test_null_is_as_good_as_not_said() -> None:
    assert Policies.read({"hours": None, "digest": {"at": None}, "holidays": {"country": None}}) == Policies()


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ({"budgt": 2}, "policies.budgt is unknown; did you mean “budget”?"),
        ({"digest": {"time": "9:00"}}, "policies.digest.time is unknown; there are at, quiet_line and off."),
        ({"digest": "9:00"}, "policies.digest has to be a mapping with at, quiet_line and off, not “9:00”."),
        ({"digest": {"at": "25:00"}}, "policies.digest.at has to be a time of day like 09:00, not “25:00”."),
        ({"digest": {"at": "9"}}, "policies.digest.at has to be a time of day like 09:00, not “9”."),
        ({"budget": -1}, "policies.budget has to be a whole number from 0 to 20, not “-1”."),
        ({"budget": True}, "policies.budget has to be a whole number from 0 to 20, not “True”."),
        ({"budget": 1.5}, "policies.budget has to be a whole number from 0 to 20, not “1.5”."),
        ({"outside": "maybe"}, "policies.outside has to be ask or free, not “maybe”."),
        ({"hours": {"start": "17:00"}}, "policies.hours begin and end at 17:00; write from when to when"),
        ({"hours": "nine"}, "policies.hours has to be a mapping with start and end, not “nine”."),
        ({"ladder": {"gate": "1d"}}, "policies.ladder.gate has to be a list of 3 waits like [4h, 1d, 2d]"),
        ({"ladder": {"gate": ["1d"]}}, "policies.ladder.gate has 1 waits; it needs 3"),
        ({"ladder": {"gate": ["1d", "0h", "2d"]}}, "policies.ladder.gate has “0h” in it; a wait is written"),
        ({"ladder": {"gate": ["1d", "61d", "2d"]}}, "policies.ladder.gate has “61d” in it"),
        ({"ladder": {"gate": ["1d", 4, "2d"]}}, "policies.ladder.gate has “4” in it"),
        (
            {"holidays": "Atlantis"},
            "policies.holidays.country “Atlantis” is no country code; write one like US",
        ),
        (
            {"holidays": {"country": "DE", "subdivision": "TX"}},
            "holidays.subdivision “TX” is no part of DE; it has",
        ),
        ({"holidays": {"subdivision": "TX"}}, "policies.holidays.subdivision is “TX”, but of which country?"),
        ({"reminders": {"off": 1}}, "policies.reminders.off has to be true or false, not “1”."),
        ([1], "policies has to be a mapping with hours, digest,"),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_reason(mapping: Any, said: str) -> None:
    assert said in refused(mapping)


def test_everything_that_is_wrong_is_named_at_once() -> None:
    said = refused({"budget": "some", "outside": "yes", "digest": {"at": "noon"}})

    assert [word in said for word in ("policies.budget", "policies.outside", "policies.digest.at")] == [
        True
    ] * 3


def test_policies_kept_before_they_meant_anything_stop_nobody() -> None:
    kept = Project(key="p", name="P", policies={"quiet": ["sat"], "budget": 3, "digest": {"at": "soon"}})

    assert policies.of(kept) == Policies(budget=3)


def test_a_day_of_a_wait_is_as_long_as_the_day_of_whoever_is_asked() -> None:
    assert Wait(days=2).of(timedelta(hours=7)) == timedelta(hours=14)
    assert Wait(hours=timedelta(hours=4)).of(timedelta(hours=7)) == timedelta(hours=4)


@pytest.mark.parametrize(
    ("setting", "words", "after"),
    [
        ("digest.at", "8:30", {"digest": {"at": "8:30", "off": False}, "budget": 2}),
        ("digest.off", "yes", {"digest": {"off": "yes"}, "budget": 2}),
        ("budget", "5", {"digest": {"off": False}, "budget": 5}),
        ("ladder.critical", "2h, 4h 1d", {"ladder": {"critical": ["2h", "4h", "1d"]}}),
        ("standup.at", "none", {"standup": {"at": None}}),
        ("Holidays.Country", "NO", {"holidays": {"country": "NO"}}),
    ],
)
def test_a_setting_is_changed_in_words_and_the_others_stay(setting: str, words: str, after: Any) -> None:
    before = {"digest": {"off": False}, "budget": 2}

    assert policies.changed(before, setting, words) == {**before, **after}
    assert before == {"digest": {"off": False}, "budget": 2}


@pytest.mark.parametrize(
    ("setting", "words", "said"),
    [
        ("digest.tim", "8:30", "There is no setting `digest.tim`. Did you mean `digest.at`?"),
        ("digest.at", "soon", "policies.digest.at has to be a time of day like 09:00, not “soon”."),
        ("budget", "many", "policies.budget has to be a whole number"),
        ("ladder.gate", "1d 2d", "policies.ladder.gate has 2 waits"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(setting: str, words: str, said: str) -> None:
    with pytest.raises(Invalid) as error:
        policies.changed({}, setting, words)
    assert said in str(error.value)


def test_every_setting_has_a_value_and_a_place_in_the_schema() -> None:
    everything: dict[str, Any] = Policies().as_mapping()

    assert set(SETTINGS) == set(_names("", everything))
    jsonschema.validate(everything, policies.schema())


def _names(group: str, mapping: dict[str, Any]) -> Iterator[str]:
    for key, value in mapping.items():
        name = f"{group}.{key}" if group else key
        if isinstance(value, dict):
            yield from _names(name, value)
        else:
            yield name


@pytest.mark.parametrize(
    ("said", "talk"),
    [
        ("off", "off"),
        (False, "off"),
        ("explicit", "explicit"),
        ({"talk": "Offers"}, "offers"),
        ({}, "offers"),
    ],
)
def test_how_much_is_heard_may_be_said_in_a_word(said: Any, talk: str) -> None:
    assert Policies.read({"hear": said}).hear.talk == talk
    jsonschema.validate({"hear": said} if said != {"talk": "Offers"} else {}, policies.schema())


def test_a_setting_within_groups_leaves_the_others_as_they_are() -> None:
    before = {"hear": "explicit"}
    after = policies.changed(before, "hear.emoji.doing", ":hourglass:")

    assert Policies.read(after).hear == Hear(talk="explicit", emoji=Emoji(doing="hourglass"))
    assert Policies.read(policies.changed(after, "hear", "off")).hear.talk == "off"


@pytest.mark.parametrize(
    ("setting", "words", "said"),
    [
        ("hear", "loud", "has to be explicit, offers or off"),
        ("hear.offers_a_day", "100", "whole number from 0 to 20"),
        ("hear.emoji.done", "<!channel>", "name of an emoji"),
        ("hear.emoji.done", "eyes", "has the same reaction twice"),
    ],
)
def test_what_cannot_be_heard_so_is_refused(setting: str, words: str, said: str) -> None:
    with pytest.raises(Invalid) as error:
        policies.changed({}, setting, words)
    assert said in str(error.value)
