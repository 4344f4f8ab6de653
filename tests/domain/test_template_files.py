"""What is said of a template file that is wrong, and what of a project that is made into one?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import templates
from bot.domain.errors import Refused
from bot.domain.plan import (
    Assumption,
    Blocker,
    Finding,
    Item,
    Person,
    Plan,
    Project,
    Status,
    Validation,
    Waiver,
)
from bot.domain.projectfile import FileErrors
from bot.domain.templates import Made, lay_out, make

TODAY = date(2027, 3, 1)
GOOD = """\
template:
  key: pond
  name: A pond
  go_live_item: open
items:
- key: dig
  title: Hole dug
  offset: 10
  days: 3
  gate: true
  owner_role: Digger
  validator_role: garden lead
- key: open
  title: Pond open
  offset: 0
  depends_on: [dig]
- key: watch
  title: Fish counted
  area: hypercare
  offset: -5
"""


def wrong(text: str) -> list[str]:
    with pytest.raises(FileErrors) as errors:
        templates.parse(text, "pond.yaml")
    return [str(problem) for problem in errors.value.errors]


def test_a_template_file_is_read_and_written_as_it_was() -> None:
    read = templates.parse(GOOD)
    assert read.warnings == ()
    assert templates.parse(templates.write(read.template)).template == read.template
    assert (read.template.length, read.template.after) == (12, 5)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("key: pond\n", "kye: pond\n", "line 2: template: the key “kye” is unknown; did you mean “key”?"),
        ("  name: A pond\n", "", "line 2: template: name is missing; a template needs what people call it"),
        (
            "go_live_item: open",
            "go_live_item: opne",
            "line 4: template: go_live_item “opne” is not among items",
        ),
        ("offset: 10", "offset: soon", "line 8: item “dig”: offset has to be a whole number of working days"),
        ("offset: 10", "offset: '10'", "line 8: item “dig”: offset has to be a whole number of working days"),
        (
            "offset: 10",
            "offset: 1000000000000000000000",
            "line 8: item “dig”: offset has to be a whole number",
        ),
        (
            "offset: 10",
            "offset: 5000",
            "line 8: item “dig”: offset is 5000; it has to be from -1,000 to 1,000",
        ),
        ("offset: 10", "offset: [10]", "line 8: item “dig”: offset has to be a whole number of working days"),
        (
            "  offset: 10\n",
            "",
            "line 6: item “dig”: offset is missing; an item needs the working days before",
        ),
        ("days: 3", "days: 0", "line 9: item “dig”: days is 0; it has to be from 1 to 250"),
        ("gate: true", "gate: maybe", "line 10: item “dig”: gate has to be true or false, not “maybe”"),
        (
            "garden lead",
            "Ana",
            "line 12: item “dig”: validator_role “Ana” would be taken for somebody's name",
        ),
        ("garden lead", "Ana Duarte", "line 12: item “dig”: validator_role “Ana Duarte” would be taken for"),
        ("[dig]", "[dgi]", "line 16: item “open”: depends_on names “dgi”, which is not among items; did you"),
        ("[dig]", "[open]", "line 16: item “open”: depends_on names the item itself"),
        ("offset: 0", "offset: 2", "line 15: item “open”: offset is 2, but this is going live itself"),
        ("- key: watch", "- key: dig", "line 17: item “dig” is here a second time; the first is on line 6"),
        (
            "  title: Fish counted\n  area: hypercare\n",
            "  title: Fish counted\n  gate: true\n",
            "line 20: item “watch”: go-live waits for a gate, and this one is due 5 working days after it",
        ),
        (
            "  gate: true\n",
            "  depends_on: [open]\n  gate: true\n",
            "items wait for each other in a ring: ",
        ),
        ("items:", "itmes:", "line 5: the key “itmes” is unknown; did you mean “items”?"),
        ("template:\n", "template: pond\nx:\n", "line 1: template has to be a mapping with a key and a name"),
        (
            "- key: dig\n  title: Hole dug",
            "- dig\n- key: dig\n  title: Hole dug",
            "line 6: this has to be an item",
        ),
        ("  owner_role: Digger", "\towner_role: Digger", "a tab stands where spaces belong"),
    ],
)
def test_every_slip_is_named_with_its_line(before: str, after: str, said: str) -> None:
    assert before in GOOD
    assert any(said in problem for problem in wrong(GOOD.replace(before, after, 1))), said


def test_all_that_is_wrong_is_said_at_once() -> None:
    text = GOOD.replace("days: 3", "days: 0").replace("offset: 10", "offset: x").replace("[dig]", "[gid]")
    assert [problem.split(":")[0] for problem in wrong(text)] == ["line 8", "line 9", "line 16"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty; a template file begins with “template:”"),
        ("- a\n- b\n", "the file is a list; a template file begins with “template:”"),
        ("just words", "the file is a text; a template file begins with “template:”"),
        ("project:\n  key: x\n  name: X\n", "this is a project file; `golive templates from PROJECT`"),
        ("template:\n  key: x\n  name: X\n  go_live_item: y\n", "items is empty"),
        ("template: &a {key: x}\nitems: *a\n", "“*a” repeats another place, which is not read"),
        (GOOD + "---\n" + GOOD, "a second document begins here (---); one file is one template"),
    ],
)
def test_what_is_no_template_at_all_is_told_so(text: str, said: str) -> None:
    assert any(said in problem for problem in wrong(text))


def test_what_reads_like_a_slip_is_pointed_out_and_taken() -> None:
    text = GOOD.replace("offset: 10", "offset: 1").replace("garden lead", "pond digger")
    text = text.replace("Digger", "pond digger").replace("offset: 0\n", "offset: 0\n  days: 3\n")
    assert templates.parse(text).warnings == (
        "line 12: item “dig”: “pond digger” is to do it and to confirm it; who confirms is somebody else",
        "line 15: item “open”: takes 3 working days, but dig, which it needs, is due only 1 before it",
    )


# ——— made of a project

ANA = Person(key="ana", name="Ana Duarte", role="Implementation lead", org="Blue Pier", slack="U0ANA1")
TOM = Person(key="tom", name="Tom Okafor", role="Network engineer", org="Mercy General", slack="U0TOM1")
MARK = Person(key="mark", name="Mark Lane", org="Lakeshore Health Plan", slack="U0MARK")


def finished() -> Plan:
    """A project that went live on Monday 1 March, a week later than was promised."""
    at = datetime(2027, 2, 18, 12, 0, tzinfo=UTC)
    items = (
        Item(
            key="mercy-vpn",
            title="Mercy VPN up, Tom Okafor to confirm",
            area="network",
            owner="tom",
            validator="ana",
            status=Status.VALIDATED,
            due=date(2027, 2, 12),
            done_on=date(2027, 2, 17),
            actual_days=3,
            planned_days=1,
            gate=True,
            evidence="seen on 10.1.2.3",
            validation=Validation(by="ana", at=at, evidence="screenshot", permalink="https://x.example/p1"),
            permalink="https://x.example/p2",
        ),
        Item(
            key="feed",
            title="ADT feed from MGH's engine at adt.mercy.org, ticket CHG0012345",
            owner="mark",
            validator="Network engineer",
            status=Status.WAIVED,
            due=date(2027, 2, 24),
            depends_on=("mercy-vpn",),
            gate=True,
            waived=Waiver(by="ana", why="Mercy asked"),
            description="<@U0TOM1> sends a mail to tom@mercy.org, see https://mercy.org/x on 2027-02-20",
        ),
        Item(key="floor", title="Floor walkers named", gate=True, owner_role="Ward lead"),
        Item(
            key="live",
            title="Live at Mercy General Hospital",
            status=Status.DONE,
            due=date(2027, 2, 22),
            done_on=date(2027, 3, 1),
            owner="ana",
        ),
        Item(key="calm", title="Quiet week", area="hypercare", due=date(2027, 3, 8), depends_on=("live",)),
    )
    project = Project(
        key="mercy",
        name="Mercy goes live",
        channel="C0MERCY",
        customer="Mercy General Hospital",
        vendor="Blue Pier",
        target_go_live=date(2027, 2, 22),
        go_live_item="live",
    )
    return Plan(
        project=project,
        people=(ANA, TOM, MARK),
        items=items,
        blockers=(Blocker(id="B1", text="Mercy's firewall", item="feed", raised=date(2027, 2, 1)),),
        assumptions=(
            Assumption(id="A1", text="Mercy keeps one feed", item="feed", verify_by=date(2027, 2, 15)),
            Assumption(id="A2", text="Wrong", finding=Finding(true=False, by="ana", at=at)),
        ),
    )


def made() -> Made:
    return make(finished(), "network-first", "Network first", TODAY)


def test_the_days_are_counted_from_when_things_were_really_done() -> None:
    offsets = {step.key: (step.offset, step.days) for step in made().template.items}
    assert offsets["customer-vpn"] == (8, 3)  # done on the 17th, eight working days before the 1st of March
    assert offsets["feed"][0] == 3  # let through, so its due date is all there is
    assert offsets["live"] == (0, 1)
    assert offsets["calm"][0] == -5


def test_people_become_their_roles_and_what_happened_stays_behind() -> None:
    template = made().template
    vpn, feed, floor = template.items[:3]
    assert (vpn.owner_role, vpn.validator_role) == ("Network engineer", "Implementation lead")
    assert (feed.owner_role, feed.validator_role) == (None, "Network engineer")
    assert floor.owner_role == "Ward lead"
    assert made().unassigned == ("feed", "calm")
    assert dict(made().taken_out) == {
        "people": 3,
        "Slack ids": 4,
        "blockers": 1,
        "pieces of evidence": 1,
        "waivers": 1,
        "links": 1,
        "assumptions that proved false": 1,
        "statuses": 3,
    }


def test_nothing_in_it_tells_whose_project_it_was() -> None:
    text = templates.write(made().template).replace("customer", "…")  # which has a “tom” in it
    for word in (
        "mercy",
        "mgh",
        "tom",
        "okafor",
        "u0tom1",
        "blue pier",
        "10.1.2.3",
        "chg0012345",
        "https",
        "@",
    ):
        assert word not in text.casefold(), word
    titles = [step.title for step in made().template.items]
    assert titles == [
        "The customer VPN up, the Network engineer to confirm",
        "ADT feed from the customer's engine at (host), ticket (number)",
        "Floor walkers named",
        "Live at the customer",
        "Quiet week",
    ]
    assert made().template.items[1].description == "Somebody sends a mail to (address), see (link) on (day)"
    assert [belief.text for belief in made().template.assumptions] == ["The customer keeps one feed"]
    assert ("Live at Mercy General Hospital", "Live at the customer") in made().renamed


def test_a_role_that_has_a_name_in_it_says_whose_it_was_no_more_than_a_name() -> None:
    plan = finished()
    people = (ANA, replace(TOM, role="Mercy network lead"), MARK)
    template = make(replace(plan, people=people), "x", "X", TODAY).template
    assert template.items[0].owner_role == "Customer network lead"
    assert template.items[0].title == "The customer VPN up, the customer network lead to confirm"


def test_many_people_in_a_large_project_do_not_take_long_to_be_forgotten() -> None:
    plan = finished()
    people = tuple(Person(key=f"p{n}", name=f"Nadia Karl{n}son", role="Nurse") for n in range(300))
    items = tuple(Item(key=f"i{n}", title=f"Ward {n} shown by Karl{n % 300}son") for n in range(1_000))
    big = replace(plan, people=(*plan.people, *people), items=(*plan.items, *items))
    titles = [step.title for step in make(big, "x", "X", TODAY).template.items]
    assert titles[5:7] == ["Ward 0 shown by the Nurse", "Ward 1 shown by the Nurse"]
    assert not any("Karl" in title for title in titles)


def test_a_word_that_may_also_be_part_of_a_name_is_pointed_out() -> None:
    plan = finished()
    titled = replace(plan.items[2], title="Handed to the General ward")
    found = make(replace(plan, items=(*plan.items[:2], titled, *plan.items[3:])), "x", "X", TODAY)
    assert ("General", "Handed to the General ward") in found.doubtful


def test_an_item_without_a_date_is_placed_before_what_needs_it_and_that_is_said() -> None:
    assert made().guessed == ("floor",)
    assert made().template.item["floor"].offset == 1


def test_what_was_done_in_the_wrong_order_is_put_in_order() -> None:
    plan = finished()
    late = replace(plan.items[0], done_on=date(2027, 2, 26))  # after the feed that needs it
    template = make(replace(plan, items=(late, *plan.items[1:])), "x", "X", TODAY).template
    assert (template.item["customer-vpn"].offset, template.item["feed"].offset) == (4, 3)
    assert templates.parse(templates.write(template)).warnings == ()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"go_live_item": None}, "does not say which item is going live"),
        ({"target_go_live": None}, "neither when it is to go live nor when it did"),
    ],
)
def test_a_project_that_never_says_when_it_goes_live_makes_no_template(
    changed: dict[str, None], said: str
) -> None:
    plan = finished()
    items = tuple(replace(item, due=None, done_on=None) for item in plan.items)
    with pytest.raises(Refused, match=said):
        make(replace(plan, project=replace(plan.project, **changed), items=items), "x", "X", TODAY)


@settings(max_examples=60, deadline=None)
@given(
    which=st.sampled_from(sorted(templates.shipped())),
    days=st.integers(70, 400),
    free=st.lists(st.integers(0, 400), max_size=12),
    week=st.sampled_from(
        [("mon", "tue", "wed", "thu", "fri"), ("sun", "mon", "tue", "wed", "thu"), ("tue",)]
    ),
)
def test_a_project_as_it_was_laid_out_gives_its_template_back(
    which: str, days: int, free: list[int], week: tuple[str, ...]
) -> None:
    template = templates.shipped()[which]
    target = TODAY + timedelta(days=days)
    project = Project(
        key="quay",
        name="Quay",
        target_go_live=target,
        working_days=week,
        holidays=tuple(TODAY + timedelta(days=day) for day in free),
    )
    begun = lay_out(template, project, TODAY)
    if begun.moved:
        return  # days that had passed are due on others
    again = make(begun.plan, template.key, template.name, TODAY).template
    assert [(s.key, s.offset, s.days, s.owner_role) for s in again.items] == [
        (s.key, s.offset, s.days, s.owner_role) for s in template.items
    ]
    assert [belief.text for belief in again.assumptions] == [b.text for b in template.assumptions]
