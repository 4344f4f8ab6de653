"""What everything we show looks like, however large and however odd what it shows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.domain import answers, boardwords, homepage, myday, portfolio, readiness
from bot.domain.answers import Answer, Section
from bot.domain.homepage import HomePage, ProjectLine
from bot.domain.myday import Mine
from bot.domain.plan import Blocker, Item, Person, Plan, Project
from handlers.views import blockers, blocks, board, home, told
from handlers.views import readiness as views

ODD = "Fish & <Chips> <!channel> @here *bold* `code` " + "🐟" * 5
TODAY = date(2030, 3, 5)
NOW = datetime(2030, 3, 5, 9, tzinfo=UTC)


def plan(size: int, *, text: str = ODD) -> Plan:
    items = tuple(
        Item(key=f"item-{n}", title=f"{text} {n}", gate=True, owner="bo", depends_on=()) for n in range(size)
    )
    held = (Blocker(id="B1", text=text * 100, item="item-0", raised=TODAY, raised_by="U1", owner="bo"),)
    project = Project(key="big", name=text, channel="C1", go_live_item="item-0")
    return Plan(
        project=project, people=(Person(key="bo", name=text, slack="U1"),), items=items, blockers=held
    )


def answer(size: int) -> Answer:
    lines = tuple(f"{n}. {ODD} {'long ' * 20}" for n in range(size))
    return Answer(title=ODD, sections=(Section(None, lines[:1]), Section("Gates & more", lines)))


def page(made: Plan, shown: dict[str, Any]) -> HomePage:
    """The Home of somebody who has all of it to do, in three projects and more."""
    mine = Mine(made, readiness.assess(made, TODAY), made.people[0])
    lines = [
        ProjectLine(key=f"big-{n}", name=ODD, verdict=ODD * 9, leads=True) for n in range(len(made.items))
    ]
    told = {"lines": [ODD * 40] * 12, "project": "big", "undo": 7}
    wishes = homepage.wishes([made], "U1", None, True, NOW)
    rows = (portfolio.row(made, mine.assessment),) * len(lines)
    return HomePage(
        user="U1",
        as_of=NOW,
        projects=tuple(lines),
        day=myday.day([mine], NOW),
        wishes=wishes,
        led=rows,
        page=shown,
        told=told,
    )


def texts(value: Any) -> Iterator[dict[str, Any]]:
    """Every text object, wherever it stands."""
    if isinstance(value, dict):
        if value.get("type") in ("mrkdwn", "plain_text"):
            yield value
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


def shown(size: int) -> dict[str, dict[str, Any]]:
    made, project = plan(size), plan(size).project
    blocker = made.blockers[0]
    return {
        "answer": views.answered(answer(size), project, "before", elsewhere=True),
        "posted": views.posted(answer(size), project, "all", None, "U1"),
        "modal": views.opened(answer(size)),
        "done": told.done([f"line {ODD}"] * size, "big", 7),
        "sentence": told.sentence(ODD * 200),
        "perhaps": told.perhaps(ODD, [(f"{ODD} {n}", f"item item-{n}") for n in range(size)]),
        "recorded": blockers.recorded(made, blocker),
        "form": blockers.form(made, blocker, "C1"),
        "asked": blockers.owner_asked(made, "U1"),
        "home": home.home(page(made, {}))[0],
        "home, a list": home.home(page(made, {"show": "items", "number": 2}))[0],
        "home, the projects": home.home(page(made, {"show": "projects", "number": 999}))[0],
        "view": board.shown(boardwords.board(made, readiness.assess(made, TODAY)), project, NOW),
    }


@pytest.mark.parametrize("size", [1, 5, 120, 3000])
@pytest.mark.parametrize("name", list(shown(1)))
def test_nothing_we_show_breaks_slacks_limits(name: str, size: int) -> None:
    message = shown(size)[name]
    most = 100 if message.get("type") in ("modal", "home") else 50
    assert 1 <= len(message["blocks"]) <= most
    assert len(message.get("text", "")) <= 4000
    for block in message["blocks"]:
        assert len(block.get("elements", ())) <= 25
        if block["type"] == "section":
            assert 1 <= len(block["text"]["text"]) <= 3000
    assert all(text["text"] for text in texts(message))
    assert len(json.dumps(message)) < 250_000


@pytest.mark.parametrize("name", list(shown(1)))
def test_no_text_of_anybody_can_mention_or_link(name: str) -> None:
    message = shown(3)[name]
    for text in texts(message):
        if text["type"] == "mrkdwn":
            assert text["verbatim"] is True
            assert "<!" not in text["text"]
    assert "<!" not in message.get("text", "")


def test_what_does_not_fit_is_counted() -> None:
    message = views.answered(answer(3000), plan(1).project, "all")
    shown_lines = sum(b["text"]["text"].count("\n") + 1 for b in message["blocks"] if b["type"] == "section")
    note = next(b["elements"][0]["text"] for b in message["blocks"] if b["type"] == "context")
    hidden = int(note.split()[2].replace(",", ""))
    assert shown_lines + hidden == 3000 + 3  # and the title, its line, the heading
    assert message["blocks"][-1]["type"] == "actions"
    assert message["text"].endswith("more lines.")


def test_a_choice_of_many_items_is_searched_and_of_few_is_listed() -> None:
    few, many = plan(100), plan(101)
    (listed,) = blockers.owner_asked(few, "U1")["blocks"][1]["elements"]
    (searched,) = blockers.owner_asked(many, "U1")["blocks"][1]["elements"]
    assert (listed["type"], len(listed["options"])) == ("static_select", 100)
    assert searched["type"] == "external_select"
    assert [o["value"] for o in blockers.options(many, "item-10")][:2] == ["item-10", "item-100"]


def test_the_form_reads_back_what_it_was_filled_with() -> None:
    made = plan(3, text="plain")
    blocker = made.blockers[0]
    form = blockers.form(made, blocker, "C1")
    values = {
        "text": {"text": {"type": "plain_text_input", "value": "new words"}},
        "item": {"blocker_item": {"type": "static_select", "selected_option": {"value": "item-2"}}},
        "owner": {"owner": {"type": "users_select", "selected_user": "U1"}},
        "waiting_on": {"waiting_on": {"type": "plain_text_input", "value": None}},
        "expected_clear": {"expected_clear": {"type": "datepicker", "selected_date": "2030-04-01"}},
    }
    filled = blockers.read_form({**form, "state": {"values": values}})
    assert (filled.project, filled.blocker, filled.channel, filled.owner) == ("big", "B1", "C1", "U1")
    assert (filled.form.text, filled.form.item, filled.form.waiting_on) == ("new words", "item-2", None)
    assert filled.form.expected_clear == date(2030, 4, 1)


def test_a_form_shows_every_field_as_it_is() -> None:
    made = plan(3, text="plain")
    elements = {b["block_id"]: b["element"] for b in blockers.form(made, made.blockers[0], "C1")["blocks"]}
    assert elements["item"]["initial_option"] in elements["item"]["options"]
    assert elements["owner"]["initial_user"] == "U1"
    assert elements["text"]["initial_value"].startswith("plainplain")


def test_a_text_too_long_for_a_form_is_left_as_it_is() -> None:
    made = plan(3, text="word " * 10)
    long = made.blockers[0]
    assert len(long.text) > blockers.LONGEST_FIELD
    form = blockers.form(made, long, "C1")
    assert "text" not in {b.get("block_id") for b in form["blocks"]}
    assert blockers.read_form({**form, "state": {"values": {}}}).form.text is None


def test_a_screen_reader_hears_the_whole_answer() -> None:
    made = plan(4, text="Readers tested")
    assessed = readiness.assess(made, TODAY)
    found = answers.before(made, assessed, datetime(2030, 3, 5, 9, tzinfo=UTC))
    message = views.answered(found, made.project, "before")
    assert message["text"] == blocks.escaped(found.text)
    visible = "\n".join(b["text"]["text"] for b in message["blocks"] if b["type"] == "section")
    for section in found.sections:
        assert all(blocks.escaped(line) in visible for line in section.lines)


def test_buttons_name_what_they_lead_to() -> None:
    message = views.answered(answer(1), plan(1).project, "item", "item-0")
    buttons = [e for b in message["blocks"] if b["type"] == "actions" for e in b["elements"]]
    assert views.question(buttons[0])[:2] == ("big", "before")
    assert views.question(buttons[-1]) == ("big", "item", "item-0")
    assert told.undo_of({"value": "big 12"}) == ("big", 12)
