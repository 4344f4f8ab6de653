"""What does a reminder look like when there is much to say, and does every press on it find its way back?"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.domain.plan import Item, Plan, Project
from bot.domain.policies import Policies
from bot.domain.reminders.parts import Act, Offer, Part
from handlers.views import digest, ledger, reminders, settings
from handlers.views.ledger import Row

MESSAGE, ENTRY = "m" * 32, "e" * 16
DAYS = tuple(date(2030, 3, day) for day in (5, 6, 7, 8, 11))
OWNERS = (Act.ON_IT, Act.DONE, Act.SNOOZE, Act.NOT_MINE, Act.BLOCKED)
ODD = "Fish & <Chips> <!channel> *bold* " + "🐟" * 5
PLAN = Plan(project=Project(key="big", name=ODD, channel="C1"), people=(), items=())


def part(number: int, *, acts: tuple[Act, ...] = OWNERS) -> Part:
    return Part(
        key=f"{number:016}",
        subject=f"big/item/item-{number}",
        title=f"{ODD} {number} (item-{number})",
        lines=(f"due today, {ODD * 20}",),
        notes=(f"You are on it. {ODD * 20}",) if number % 3 == 0 else (),
        acts=acts,
        days=DAYS if Act.ON_IT in acts else (),
    )


def acted_on(message: dict[str, Any]) -> str:
    """All that Slack looks through for mentions."""
    shown = [b["text"]["text"] for b in message["blocks"] if b["type"] == "section"]
    return "\n".join([message["text"], *shown])


def pressable(message: dict[str, Any]) -> list[dict[str, Any]]:
    rows = [b["elements"] for b in message["blocks"] if b["type"] == "actions"]
    menus = [b["accessory"] for b in message["blocks"] if "accessory" in b]
    return [*(element for row in rows for element in row), *menus]


@pytest.mark.parametrize("size", [1, 8, 9, 28, 29, 200, 3000])
def test_however_much_there_is_to_say_it_fits_one_message(size: int) -> None:
    message = reminders.nudge(MESSAGE, [part(number) for number in range(size)], "7")
    assert len(message["blocks"]) <= 50
    assert len(message["text"]) <= 4000
    ids = [block["block_id"] for block in message["blocks"] if "block_id" in block]
    assert len(ids) == len(set(ids))
    assert all(len(block_id) <= 255 for block_id in ids)
    assert "<!channel>" not in acted_on(message)
    assert sum(len(b["text"]["text"]) for b in message["blocks"] if b["type"] == "section") <= 40_000


def test_the_first_things_have_buttons_the_next_a_menu_and_the_rest_are_listed() -> None:
    message = reminders.nudge(MESSAGE, [part(number) for number in range(40)], "7")
    kinds = [element["type"] for element in pressable(message)]
    assert kinds.count("overflow") == reminders.WITH_A_MENU
    assert kinds.count("static_select") == reminders.WITH_BUTTONS
    assert "item-39" in str(message["blocks"])
    for menu in (e for e in pressable(message) if e["type"] == "overflow"):
        assert [option["text"]["text"] for option in menu["options"]] == [
            "On it until …",
            "Done",
            "Snooze",
            "Not mine",
            "It's blocked",
        ]


@pytest.mark.parametrize("act", list(Act))
def test_every_press_says_what_it_means(act: Act) -> None:
    message = reminders.nudge(MESSAGE, [part(1, acts=(act,))], "7")
    block = next(b for b in message["blocks"] if b["type"] == "actions")
    element = block["elements"][0]
    chosen = {"selected_option": element["options"][0]} if "options" in element else {}
    action = {"action_id": element["action_id"], "block_id": block["block_id"], **chosen}
    pressed = reminders.pressed(action)
    assert (pressed.act, pressed.message, pressed.entry) == (act, MESSAGE, f"{1:016}")


@pytest.mark.parametrize(
    "act", [act for act in Act if reminders.needs_a_form(reminders.Press(act=act, message="", entry=""))]
)
def test_every_form_fits_slack_and_is_read_back(act: Act) -> None:
    press = reminders.Press(act=act, message=MESSAGE, entry=ENTRY)
    form = reminders.form(press, part(1), PLAN)
    assert all(len(form[name]["text"]) <= 24 for name in ("title", "submit", "close"))
    assert len(form["private_metadata"]) <= 3000
    again, said = reminders.read_form({**form, "state": {"values": {}}})
    assert again == press
    assert said == {}


@pytest.mark.parametrize("about", ["asked", "accepted", "declined"])
def test_a_handover_is_told_in_words(about: str) -> None:
    item = Item(key="vpn", title=ODD, due=date(2030, 3, 5))
    offer = Offer(
        plan=PLAN, item=item, subject="big/item/vpn", about=about, by=ODD, open=about == "asked", note=""
    )
    message = reminders.offered(MESSAGE, offer, drawn="7")
    assert "<!channel>" not in acted_on(message)
    assert len(pressable(message)) == (2 if about == "asked" else 0)


def test_the_ledger_and_the_settings_fit_one_message() -> None:
    row = Row(at="Mon 2 Mar, 09:00", name=ODD, words=ODD * 9, state="sent", why="night", link="http://x/1")
    for rows in ([], [row], [row] * 60):
        shown = ledger.ledger(ODD, rows, rows, everything=True, note="x")
        assert len(shown["blocks"]) <= 50
        assert all(len(b["text"]["text"]) <= 3000 for b in shown["blocks"] if b["type"] == "section")
    assert len(settings.form(PLAN, Policies())["blocks"]) == 2
    assert "`budget` 1" in settings.settings(PLAN, Policies())["text"]


@pytest.mark.parametrize("error", ["is_archived", "channel_not_found", "something_new"])
def test_a_lead_reads_what_failed_why_and_what_was_not_said(error: str) -> None:
    message = digest.trouble(PLAN, "C1", error, (ODD, ODD))
    assert "<#C1>" in message["blocks"][0]["text"]["text"]
    assert "<!channel>" not in acted_on(message)
    assert "not said" in message["text"]


def test_a_digest_marks_its_headings_and_nothing_else() -> None:
    lines = (
        "2 of 3 gates open.",
        "Moved since Mon 4 Mar: *x* is done",
        "Blocked: y waits on z",
        "Due: today: q",
    )
    message = digest.posted(PLAN, "Big, Tue 5 Mar", lines)
    said = message["blocks"][0]["text"]["text"]
    assert "*Moved since Mon 4 Mar*: " in said
    assert "*Blocked*: y" in said
