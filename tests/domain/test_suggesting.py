"""What is offered to somebody who is still typing?"""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain import suggesting
from bot.domain.plan import Item, Person, Plan, Project, Status

PLAN = Plan(
    project=Project(key="p", name="P"),
    people=(
        Person(key="ben", name="Ben Okoro", role="Engineer", slack="U0BEN"),
        Person(key="jose", name="José Abad", org="Port", slack="U0JOSE"),
        Person(key="paper", name="Paper Only"),
    ),
    items=(
        Item(key="vpn", title="VPN tunnel up", gate=True, due=date(2027, 3, 9)),
        Item(key="vpn-test", title="Failover tried", gate=True, due=date(2027, 3, 4), owner="ben"),
        Item(key="badge", title="Badges for the VPN team"),
        Item(key="old", title="Old tunnel", status=Status.VALIDATED),
    ),
)


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        (
            "",
            ["vpn-test", "vpn", "badge", "old"],
        ),  # one's own, then gates, then the rest; what is closed last
        ("vpn", ["vpn", "vpn-test", "badge"]),
        ("VPN-T", ["vpn-test", "vpn", "badge"]),
        ("tunnel", ["vpn", "old"]),
        ("team badge", ["badge"]),
        ("ailove", ["vpn-test"]),
        ("vnp", ["vpn"]),
        ("nothing like it", []),
        ("%", []),
    ],
)
def test_the_best_fit_comes_first(typed: str, keys: list[str]) -> None:
    assert [item.key for item in suggesting.items(PLAN, typed, "U0BEN")] == keys


def test_no_more_is_offered_than_slack_takes() -> None:
    many = Plan(project=PLAN.project, items=tuple(Item(key=f"k{n}", title=f"Step {n}") for n in range(500)))
    assert len(suggesting.items(many, "", "U0BEN")) == 100
    assert len(suggesting.items(many, "step", "U0BEN")) == 100
    assert suggesting.items(many, "k123", "U0BEN")[0].key == "k123"


@pytest.mark.parametrize(
    ("typed", "users"),
    [
        ("", ["U0BEN", "U0JOSE", "U0ELI"]),  # whom the project names, then who could join it
        ("jose", ["U0JOSE"]),
        ("@abad", ["U0JOSE"]),
        ("engineer", ["U0BEN"]),
        ("eli", ["U0ELI"]),
        ("okoor", ["U0BEN"]),
    ],
)
def test_people_are_found_by_name_and_role(typed: str, users: list[str]) -> None:
    found = suggesting.people(PLAN, typed, {"U0ELI": "Eli Stone", "U0BEN": "Ben Okoro"})
    assert [one.user for one in found] == users
