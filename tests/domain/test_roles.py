"""What does somebody hold who gets a role?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.domain import roles, states
from bot.domain.plan import Assumption, Item, Person, Plan, Project, Status
from bot.domain.projectfile import FileErrors
from bot.domain.projectfile import parse as load
from bot.domain.roles import UnknownRole

TOM = Person(key="tom", name="Tom")
ANA = Person(key="ana", name="Ana", role="Project lead")


def item(key: str, role: str | None = None, confirms: str | None = None, owner: str | None = None) -> Item:
    return Item(key=key, title=key.title(), owner_role=role, validator=confirms, owner=owner)


def plan(*items: Item, people: tuple[Person, ...] = (TOM, ANA)) -> Plan:
    return Plan(project=Project(key="quay", name="Quay"), people=people, items=items)


def test_a_role_brings_all_its_items_that_nobody_has() -> None:
    before = plan(
        item("wire", "Network engineer"), item("rack", "Rack engineer"), item("cut", "network engineer")
    )
    given = roles.give(before, "Network engineer", TOM)
    assert given.items == ("wire", "cut")
    assert [i.owner for i in given.plan.items] == ["tom", None, "tom"]
    assert given.plan.person["tom"].role == "Network engineer"


def test_what_somebody_else_has_of_it_stays_theirs() -> None:
    before = plan(item("wire", "Network engineer", owner="ana"), item("cut", "Network engineer"))
    given = roles.give(before, "Network engineer", TOM)
    assert given.items == ("cut",)
    assert [i.key for i in given.others] == ["wire"]
    assert given.plan.item["wire"].owner == "ana"


def test_somebody_without_a_role_confirms_by_having_it() -> None:
    given = roles.give(plan(item("wire", confirms="Site lead")), "Site lead", TOM)
    assert given.confirms == ("wire",)
    assert given.plan.item["wire"].validator == "Site lead"
    assert states.may_validate(given.plan, given.plan.item["wire"], given.plan.person["tom"])


def test_somebody_with_a_role_of_their_own_is_named_and_keeps_it() -> None:
    given = roles.give(plan(item("wire", confirms="Site lead")), "Site lead", ANA)
    assert given.plan.item["wire"].validator == "ana"
    assert given.plan.person["ana"].role == "Project lead"


def test_nobody_comes_to_confirm_their_own_work_unsaid() -> None:
    before = plan(
        item("wire", "Network engineer", confirms="Network engineer"), item("cut", "Network engineer")
    )
    given = roles.give(before, "Network engineer", TOM)
    assert given.unconfirmed == ("wire",)
    assert given.confirms == ()
    other = roles.give(
        replace(before, people=(TOM, replace(ANA, role="Network engineer"))), "Network engineer", TOM
    )
    assert other.unconfirmed == ()


def test_an_owner_is_not_named_to_confirm_what_they_own() -> None:
    given = roles.give(plan(item("wire", confirms="Site lead", owner="ana")), "Site lead", ANA)
    assert given.plan.item["wire"].validator == "Site lead"


def test_a_belief_that_nobody_looks_into_goes_with_the_item_that_rests_on_it() -> None:
    before = replace(
        plan(item("wire", "Network engineer")),
        assumptions=(
            Assumption(id="A1", text="Free ducts", item="wire"),
            Assumption(id="A2", text="Taken", item="wire", owner="ana"),
            Assumption(id="A3", text="Known", item="wire", verified=True),
        ),
    )
    given = roles.give(before, "Network engineer", TOM)
    assert given.assumptions == ("A1",)
    assert [a.owner for a in given.plan.assumptions] == ["tom", "ana", None]


def test_all_roles_are_told_with_who_has_them_the_most_needed_first() -> None:
    done = replace(item("old", confirms="Site lead"), status=Status.VALIDATED)
    before = plan(
        item("a", "Rack engineer", owner="tom"),
        item("b", "Network engineer", confirms="Site lead"),
        item("c", "Network engineer"),
        done,
    )
    found = {role.name: role for role in roles.of(before)}
    assert list(found) == ["Network engineer", "Rack engineer", "Site lead", "Project lead"]
    assert [i.key for i in found["Network engineer"].waiting] == ["b", "c"]
    assert found["Network engineer"].vacant
    assert [p.key for p in found["Rack engineer"].holders] == ["tom"]
    assert [i.key for i in found["Site lead"].confirms] == ["b"]
    assert found["Site lead"].vacant
    assert not found["Project lead"].vacant


KNOWN = ("Network engineer", "Rack engineer", "Site lead", "EDI analyst")


def test_a_role_is_found_whatever_its_case_and_spacing() -> None:
    assert roles.find("  network   ENGINEER ", KNOWN) == "Network engineer"


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("netwrok engineer", ("Network engineer",)),
        ("network", ("Network engineer",)),
        ("engineer", ("Network engineer", "Rack engineer")),
        ("site led", ("Site lead",)),
        ("cook", ()),
        ("x" * 10_000, ()),
    ],
)
def test_a_role_that_is_misspelt_or_cut_short_is_offered(word: str, near: tuple[str, ...]) -> None:
    with pytest.raises(UnknownRole) as unknown:
        roles.find(word, KNOWN)
    assert unknown.value.near == near


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Network engineer Tom Okafor", ("Network engineer", "Tom Okafor")),
        ("network engineer = tom", ("Network engineer", "tom")),
        ("Site lead: Ana", ("Site lead", "Ana")),
        ("Site lead to Ana", ("Site lead", "Ana")),
        ("Site lead goes to", ("Site lead", "")),
        ("Site lead Tobias", ("Site lead", "Tobias")),
        ("Site lead", ("Site lead", "")),
        ("Tom Site lead", None),
    ],
)
def test_a_name_may_follow_the_role_without_a_comma(words: str, found: tuple[str, str] | None) -> None:
    assert roles.leading(words, KNOWN) == found


# ——— a role that nobody has, in a project file

FILE = """\
project:
  key: quay
  name: Quay
people:
- id: ana
  name: Ana Duarte
  role: Network lead
items:
- key: wire
  title: Wire
  validator: {}
"""


@pytest.mark.parametrize("role", ["Customer network team", "Harbour Master's office", "Revenue Cycle Lead"])
def test_a_role_that_nobody_has_yet_may_confirm_and_that_is_pointed_out(role: str) -> None:
    loaded = load(FILE.format(role), today=date(2027, 3, 1))
    assert loaded.plan.items[0].validator == role
    said = f"line 11: item “wire”: nobody among people has the role “{role}” yet"
    assert any(said in warning for warning in loaded.warnings)


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("boss", "neither the id nor the role of anybody"),
        ("Network leed", "did you mean “Network lead”?"),
        ("network laed", "did you mean “Network lead”?"),
        ("Ana Duarte", "did you mean “ana”?"),
        ("Tom Okafor", "neither the id nor the role of anybody"),
    ],
)
def test_what_is_a_slip_or_somebodys_name_is_refused_as_before(word: str, said: str) -> None:
    with pytest.raises(FileErrors, match="line 11: item “wire”: validator") as errors:
        load(FILE.format(word))
    assert said in str(errors.value)
