"""What stands on the agenda of the next call, for whom, and what never does?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

import pytest

from benchmarks.callnotes import the_plan
from bot.domain import agenda
from bot.domain.errors import BotError
from bot.domain.gonogo.voting import Poll, Seat
from bot.domain.plan import Assumption, Blocker, Item, Plan, Status, Waiver
from bot.domain.readiness import assess

NOW = datetime(2027, 3, 10, 10, tzinfo=UTC)
lakeview = cache(the_plan)


def lines(plan: Plan, words: str = "", poll: Poll | None = None) -> list[str]:
    call = agenda.with_whom(plan, words)
    return list(agenda.make(plan, assess(plan, NOW.date()), call, NOW, poll).answer.lines)


def having(plan: Plan, *items: Item) -> Plan:
    keys = {item.key for item in items}
    return replace(plan, items=(*(i for i in plan.items if i.key not in keys), *items))


def blocker(id: str, on: str, waits: str, raised: date) -> Blocker:
    return Blocker(id=id, text=f"Nothing moves on {on}", item=on, waiting_on=waits, raised=raised)


def test_without_a_name_it_is_the_customers() -> None:
    assert lines(lakeview())[0] == "Lakeview go-live: agenda with Lakeview Clinic, as of Wed 10 Mar, 10:00"


def test_what_waits_on_them_comes_first_the_most_costly_and_oldest_of_it_before_the_rest() -> None:
    plan = replace(
        lakeview(),
        blockers=(
            blocker("B7", "pentest", "Lakeview Clinic", date(2027, 2, 1)),
            blocker("B8", "mapping", "Dr. Hale", date(2027, 3, 8)),
            blocker("B9", "firewall", "Priya", date(2027, 3, 3)),
        ),
    )
    said = lines(plan)
    order = [next(n for n, line in enumerate(said) if line.startswith(id)) for id in ("B9", "B8")]
    assert order == sorted(order)
    assert "waits on them 5 working days, slack 0" in said[order[0]]
    assert said[order[0]] == said[1]
    assert any("B7" in line for line in said[1:4])


def test_it_is_never_longer_than_ten_lines_and_names_what_has_no_room() -> None:
    many = tuple(blocker(f"B{n}", "vpn", "Priya", date(2027, 3, 1)) for n in range(1, 30))
    said = lines(replace(lakeview(), blockers=many))
    assert len(said) == agenda.MOST_LINES
    assert any("; also B" in line and "more" in line for line in said)


def test_it_holds_what_they_confirm_who_takes_what_and_what_is_believed() -> None:
    plan = lakeview()
    done = replace(plan.item["sso"], status=Status.DONE, done_on=date(2027, 3, 8))
    belief = Assumption(id="A2", text="The wifi covers all rooms", item="training", owner="leo")
    plan = replace(having(plan, done), assumptions=(belief,))
    text = "\n".join(lines(plan))
    assert "To confirm: Single sign-on for staff (sso), Sam Ode; done 2 working days ago" in text
    assert "Who takes it: Penetration test report accepted (pentest); no due date" in text
    assert "Is it so? A2: The wifi covers all rooms; Leo Marsh finds out, no date" in text


def test_it_holds_what_they_are_to_decide() -> None:
    plan = lakeview()
    waived = replace(
        plan.item["load-test"],
        status=Status.WAIVED,
        waived=Waiver(by="hale", why="no peak before May", until=date(2027, 3, 19)),
    )
    seat = Seat(role="Medical", person="hale", name="Dr. Ingrid Hale", user="U0HALE", people=("hale",))
    ours = Seat(role="Vendor", person="nora", name="Nora Quinn", user="U0NORA", people=("nora",))
    poll = Poll(
        number=2, opened_by="U0NORA", opened_at=NOW, closes_at=NOW + timedelta(days=2), seats=(seat, ours)
    )
    text = "\n".join(lines(having(plan, waived), poll=poll))
    assert (
        "To decide: go or no-go, open until Fri 12 Mar, 10:00; to answer: Dr. Ingrid Hale (Medical)" in text
    )
    assert "Nora Quinn (Vendor)" not in text
    assert "To decide: Load test at peak volume (load-test) is let through only until Fri 19 Mar" in text


def test_it_says_what_we_owe_them() -> None:
    assert any(
        line.startswith("We owe them: Single sign-on for staff (sso); Tom Reyes")
        for line in lines(lakeview())
    )


def test_nothing_internal_is_on_it() -> None:
    plan = lakeview()
    secret = tuple(replace(item, internal=True) for item in plan.items)
    plan = replace(plan, items=secret, blockers=(blocker("B7", "mapping", "Dr. Hale", date(2027, 3, 1)),))
    belief = Assumption(id="A2", text="They never notice", item="training", owner="leo")
    said = lines(replace(plan, assumptions=(belief,)))
    assert said[1:] == ["Nothing waits on Lakeview Clinic, and we owe them nothing."]


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("carrier", "agenda with carrier"),
        ("the customer", "agenda with Lakeview Clinic"),
        ("Lakeview", "agenda with Lakeview Clinic"),
        ("Priya", "agenda with Priya Nair"),
        ("security officer", "agenda with Sam Ode"),
    ],
)
def test_a_party_a_role_or_a_person_can_be_named(words: str, title: str) -> None:
    assert title in lines(lakeview(), words)[0]


def test_of_a_party_that_only_blockers_know_it_tells_what_waits_on_it() -> None:
    assert "B1 on Site-to-site VPN tunnel up (vpn)" in lines(lakeview(), "carrier")[1]


def test_a_party_nobody_knows_is_answered_with_those_there_are() -> None:
    with pytest.raises(
        BotError, match=r"Nobody here is called “martians”\. There are carrier, Lakeview Clinic"
    ):
        agenda.with_whom(lakeview(), "martians")


def test_without_a_customer_it_has_to_be_said_with_whom() -> None:
    plan = replace(lakeview(), project=replace(lakeview().project, customer=None))
    with pytest.raises(BotError, match="Say with whom"):
        agenda.with_whom(plan, "")


def test_an_empty_project_has_an_empty_agenda() -> None:
    plan = replace(lakeview(), items=(), people=(), blockers=(), assumptions=(), decisions=())
    plan = replace(plan, project=replace(plan.project, go_live_item=None, lead=None))
    assert len(lines(plan)) == 2


@pytest.mark.parametrize(
    ("words", "meant"), [("Ana", "Ana Ruiz or Ana Costa"), ("nordfrat", "may be Nordfrakt")]
)
def test_who_is_not_told_for_certain_is_asked_for(words: str, meant: str) -> None:
    with pytest.raises(BotError, match=meant):
        agenda.with_whom(the_plan("kestrel"), words)
