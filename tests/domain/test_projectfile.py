"""What must hold for project files: they come back the same, and say where they are wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, time
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain import projectfile
from bot.domain.plan import Hours, Item, Plan, Project, Status, Waiver
from bot.domain.projectfile.fields import PARTS, PROJECT
from tests.domain.anyplan import AWKWARD, SMALL, plans

DOCS = Path(__file__).parents[2] / "docs"


def problems(text: str | bytes) -> list[str]:
    with pytest.raises(projectfile.FileErrors) as refused:
        projectfile.parse(text, "shed.yaml")
    return [str(problem) for problem in refused.value.errors]


def with_item(lines: str) -> str:
    """SMALL with these lines added to its first item, from line 22 on."""
    indented = "".join(f"  {line}\n" for line in lines.splitlines())
    return SMALL.replace("  gate: true\n", f"  gate: true\n{indented}", 1)


def first_item(lines: str) -> Item:
    return projectfile.parse(with_item(lines)).plan.items[0]


# Coming back the same


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(plans())
def test_any_plan_comes_back_the_same_from_its_file(plan: Plan) -> None:
    written = projectfile.write(plan)

    back = projectfile.parse(written).plan

    assert back == plan
    assert projectfile.write(back) == written
    jsonschema.validate(yaml.safe_load(written), projectfile.schema())


@pytest.mark.parametrize("text", AWKWARD)
def test_awkward_words_come_back_as_they_were(text: str) -> None:
    item = Item(key="x", title=f"t{text}", description=text, evidence=text)
    plan = Plan(project=Project(key="p", name="P"), items=(item,))

    assert projectfile.parse(projectfile.write(plan)).plan == plan
    assert yaml.safe_load(projectfile.write(plan))["items"][0]["description"] == text


@pytest.mark.parametrize("text", AWKWARD)
def test_any_yaml_reader_finds_the_same_text_in_an_export(text: str) -> None:
    plan = Plan(project=Project(key="p", name="P", customer=text))

    assert yaml.safe_load(projectfile.write(plan))["project"]["customer"] == text


def test_an_export_reads_like_a_file_written_by_hand() -> None:
    plan = projectfile.parse(SMALL).plan
    plan = replace(plan, items=(replace(plan.items[0], description="Both ends\nmeasured."), *plan.items[1:]))

    assert projectfile.write(plan).splitlines()[25:43] == [
        "- key: wire",
        "  title: Wire laid",
        "  area: null",
        "  owner: bo",
        "  validator: anna",
        "  status: todo",
        "  due: '2027-03-05'",
        "  remaining_days: 1",
        "  depends_on: []",
        "  gate: true",
        "  evidence: null",
        "  done_on: null",
        "  description: |-",
        "    Both ends",
        "    measured.",
        "- key: light",
        "  title: Light on",
        "  area: null",
    ]


def test_an_export_carries_the_revision_it_was_made_from() -> None:
    plan = projectfile.parse(SMALL).plan
    assert projectfile.parse(SMALL).base_revision is None

    later = replace(plan, project=replace(plan.project, revision=12))

    assert projectfile.parse(projectfile.write(later)).base_revision == 12


# What may be written, and what it means


def test_dates_may_stand_with_or_without_quotes() -> None:
    assert projectfile.parse(SMALL.replace("'2027-03-05'", "2027-03-05")) == projectfile.parse(SMALL)


@pytest.mark.parametrize("word", ["no", "on", "null-ish", "7", "007", "1e3", "1.5"])
def test_ids_that_look_like_something_else_are_words(word: str) -> None:
    plan = projectfile.parse(SMALL.replace(": bo\n", f": {word}\n")).plan

    assert plan.items[0].owner == word == plan.people[1].key


def test_a_validator_may_be_a_role_that_somebody_has() -> None:
    assert first_item("").validator == "anna"
    assert (
        projectfile.parse(SMALL.replace("validator: anna", "validator: tester")).plan.items[0].validator
        == "tester"
    )


@pytest.mark.parametrize(
    ("written", "away"),
    [
        ("[{from: 2027-03-08, to: 2027-03-12}]", [("2027-03-08", "2027-03-12")]),
        ("[{start: 2027-03-08, end: 2027-03-12}]", [("2027-03-08", "2027-03-12")]),
        (
            "['2027-03-08..2027-03-12', 2027-04-01]",
            [("2027-03-08", "2027-03-12"), ("2027-04-01", "2027-04-01")],
        ),
        ("2027-03-08", [("2027-03-08", "2027-03-08")]),
        ("[{from: 2027-03-08}]", [("2027-03-08", "2027-03-08")]),
    ],
)
def test_days_away_may_be_written_in_several_ways(written: str, away: list[tuple[str, str]]) -> None:
    plan = projectfile.parse(SMALL.replace("  slack: U0T1\n", f"  slack: U0T1\n  away: {written}\n")).plan

    assert [(str(each.start), str(each.end)) for each in plan.people[0].away] == away


@pytest.mark.parametrize("written", ["09:00-17:00", "'9:00 - 17:00'", "{start: 09:00, end: '17:00'}"])
def test_hours_may_be_written_in_several_ways(written: str) -> None:
    plan = projectfile.parse(SMALL.replace("  slack: U0T1\n", f"  slack: U0T1\n  hours: {written}\n")).plan

    assert plan.people[0].hours == Hours(start=time(9), end=time(17))


def test_a_waiver_alone_makes_an_item_waived() -> None:
    item = first_item("waived: {by: anna, why: shown later, until: 2027-04-01}")

    assert item.status is Status.WAIVED
    assert item.waived == Waiver(by="anna", why="shown later", until=date(2027, 4, 1))


def test_a_blocked_item_needs_no_open_blocker() -> None:
    assert first_item("status: blocked").status is Status.BLOCKED


def with_policies(lines: str) -> str:
    indented = "".join(f"    {line}\n" for line in lines.split("\n"))
    return SMALL.replace("people:\n", f"  policies:\n{indented}people:\n", 1)


def test_policies_are_kept_as_they_are_written() -> None:
    said = "hours: 08:00-16:00\nladder: {gate: [90m, 1d, 2 days]}\ndigest: {off: no}\nbudget: 2"
    text = with_policies(said)

    policies = projectfile.parse(text).plan.project.policies

    assert policies == {
        "hours": "08:00-16:00",
        "ladder": {"gate": ["90m", "1d", "2 days"]},
        "digest": {"off": "no"},
        "budget": 2,
    }


def test_bad_policies_are_named_each_on_its_line() -> None:
    text = with_policies("digets: {at: 09:00}\ndigest:\n  at: 9\n  off: never\nladder: {critical: [4h, 1d]}")

    assert problems(text) == [
        "line 7: project: policies digets is unknown; did you mean “digest”?",
        "line 9: project: policies digest.at has to be a time of day like 09:00, not “9”",
        "line 10: project: policies digest.off has to be true or false, not “never”",
        "line 11: project: policies ladder.critical has 2 waits; it needs 3, one before each next person",
    ]


def test_a_file_with_a_byte_order_mark_is_read() -> None:
    expected = projectfile.parse(SMALL)
    assert projectfile.parse(b"\xef\xbb\xbf" + SMALL.encode()) == expected
    assert projectfile.parse("\ufeff" + SMALL.replace("\n", "\r\n")) == expected


def test_reading_tells_how_far_it_is() -> None:
    heard: list[float] = []

    projectfile.parse(SMALL, progress=heard.append)

    assert heard == sorted(heard)
    assert heard[-1] == 1.0


# Everything that is wrong, at once, on its line


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("ownr: bo", "line 22: item “wire”: the key “ownr” is unknown; did you mean “owner”?"),
        ("done_on: soon", "line 22: item “wire”: done_on “soon” is no date; write it like 2026-12-14"),
        (
            "done_on: 2026-02-30",
            "line 22: item “wire”: done_on “2026-02-30” is no date; write it like 2026-12-14",
        ),
        (
            "done_on: 20270305",
            "line 22: item “wire”: done_on “20270305” is no date; write it like 2026-12-14",
        ),
        (
            "done_on: 2027-03-05T10:00:00",
            "line 22: item “wire”: done_on “2027-03-05T10:00:00” has a time; a date alone",
        ),
        (
            "done_on: 0207-03-05",
            "line 22: item “wire”: done_on “0207-03-05” is too far away: the year has to be",
        ),
        (
            "done_on: [2027-03-05]",
            "line 22: item “wire”: done_on has to be a date, like 2026-12-14, not a list",
        ),
        ("remaining_days: -2", "line 22: item “wire”: remaining_days is -2; it cannot be less than 0"),
        ("remaining_days: two", "line 22: item “wire”: remaining_days has to be a whole number, not “two”"),
        ("remaining_days: 1.5", "line 22: item “wire”: remaining_days has to be a whole number, not “1.5”"),
        ("remaining_days: 123456", "line 22: item “wire”: remaining_days is 123456; it can be at most 9,999"),
        ("status: finished", "line 22: item “wire”: status “finished” is unknown; it is one of todo, doing,"),
        ("status: blocekd", "line 22: item “wire”: status “blocekd” is unknown; did you mean “blocked”?"),
        ("internal: maybe", "line 22: item “wire”: internal has to be true or false, not “maybe”"),
        ("internal: 'true'", "line 22: item “wire”: internal has to be true or false, not “true”"),
        ("depends_on: light", "line 22: item “wire”: depends_on has to be a list, like [vpn, firewall]"),
        ("depends_on: [wire]", "line 22: item “wire”: depends_on names the item itself"),
        (
            "depends_on:\n- light\n- ligth",
            "line 24: item “wire”: depends_on names “ligth”, which is not among items",
        ),
        ("status: waived", "line 22: item “wire”: status is waived, but not why"),
        ("waived: {by: anna}", "line 22: item “wire”: waived why is missing"),
        ("waived: not needed", "line 22: item “wire”: waived has to be a mapping"),
        ("status: done\nwaived: {why: later}", "line 23: item “wire”: has a waiver, but its status is done"),
        (
            "waived: {by: annna, why: x}",
            "line 22: item “wire”: waived names “annna”, who is not among people",
        ),
        ("validation: {by: anna, at: noon}", "line 22: item “wire”: validation at “noon” is no moment"),
        ("description: [a]", "line 22: item “wire”: description has to be a text, not a list"),
        ('description: "a\\0b"', "line 22: item “wire”: description has a control character (U+0000) in it"),
        ("title: Again", "line 22: the key “title” is here a second time; the first is on line 17"),
        ("? [a, b]\n: c", "line 22: a key has to be a word, not a list or a mapping"),
    ],
)
def test_a_mistake_in_an_item_is_named_with_its_line(lines: str, said: str) -> None:
    found = problems(with_item(lines))

    assert [problem for problem in found if problem.startswith(said)], found


def test_one_mistake_is_one_complaint() -> None:
    for line in ("ownr: bo", "done_on: soon", "waived: {by: anna}", "remaining_days: -2", "status: finished"):
        assert len(problems(with_item(line))) == 1


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        (
            "Europe/Oslo",
            "Europe/Olso",
            "line 4: project: timezone “Europe/Olso” is no time zone; did you mean",
        ),
        ("Europe/Oslo", "../../etc", "line 4: project: timezone “../../etc” is no time zone"),
        (
            "go_live_item: open",
            "go_live_item: opne",
            "line 5: project: go_live_item “opne” is not among items; did you",
        ),
        (
            "go_live_item: open",
            "working_days: [mon, thy]",
            "line 5: project: working_days “thy” is no weekday",
        ),
        ("go_live_item: open", "working_days: []", "line 5: project: working_days is empty"),
        ("go_live_item: open", "holidays: [2027-13-01]", "line 5: project: holidays “2027-13-01” is no date"),
        (
            "go_live_item: open",
            "lead: Anna Ek",
            "line 5: project: lead names “Anna Ek”, who is not among people; did you",
        ),
        ("go_live_item: open", "revision: x", "line 5: project: revision has to be a whole number"),
        ("  key: shed\n", "", "line 2: project: key is missing"),
        ("key: shed", "key: my shed", "line 2: project: key “my shed” is no key"),
        ("slack: U0T2", "slack: U0T1", "line 14: person “bo”: slack “U0T1” belongs to “anna” already"),
        (
            "slack: U0T2",
            "deputy: ann",
            "line 14: person “bo”: deputy names “ann”, who is not among people; did you",
        ),
        (
            "slack: U0T2",
            "away: [{from: 2027-03-08, to: 2027-03-01}]",
            "line 14: person “bo”: away ends on 2027-03-01",
        ),
        ("slack: U0T2", "hours: all day", "line 14: person “bo”: hours has to say from when to when"),
        ("id: bo", "id: anna", "line 11: person “anna” is here a second time; the first is on line 7"),
        ("key: light", "key: wire", "line 22: item “wire” is here a second time; the first is on line 16"),
        ("  title: Light on\n", "", "line 22: item “light”: title is missing"),
        ("title: Light on", "title: ''", "line 23: item “light”: title is empty"),
        (
            "owner: bo",
            "owner: bob",
            "line 18: item “wire”: owner names “bob”, who is not among people; did you mean",
        ),
        (
            "owner: bo",
            "owner: U0T2",
            "line 18: item “wire”: owner names “U0T2”, who is not among people; did you mean",
        ),
        (
            "validator: anna",
            "validator: Boss",
            "line 19: item “wire”: validator “Boss” is neither the id nor the role",
        ),
        ("raised: 2027-02-26", "status: closed", "line 30: blocker “B1”: raised is missing"),
        (
            "item: wire\n  text: No",
            "item: wier\n  text: No",
            "line 31: blocker “B1”: item “wier” is not among items",
        ),
        ("text: The cellar is dry", "text: x\n  owner: zed", "line 37: assumption “A1”: owner names “zed”"),
        ("people:", "poeple: []\npeople:", "line 6: the key “poeple” is unknown; did you mean “people”?"),
        ("project:", "projects:", "line 1: project is missing"),
    ],
)
def test_a_mistake_elsewhere_is_named_with_its_line(was: str, becomes: str, said: str) -> None:
    found = problems(SMALL.replace(was, becomes, 1))

    assert [problem for problem in found if problem.startswith(said)], found


def test_every_mistake_is_told_at_once_in_the_order_of_lines() -> None:
    text = with_item("due_on: x\nremaining_days: -1\ndepends_on: [nothing]").replace(
        "id: bo\n", "id: bo\n  tz: Mars/Base\n"
    )

    found = problems(text)

    assert [problem.split(":")[0] for problem in found] == [
        "line 12",
        "line 23",
        "line 24",
        "line 25",
    ]


def test_a_ring_is_named_item_by_item() -> None:
    (ring,) = problems(with_item("depends_on: [light]"))

    assert ring.startswith("line 2")
    assert "items wait for each other in a ring: wire → light → wire" in ring


def test_a_ring_through_the_arrow_nobody_drew_is_found_and_explained() -> None:
    found = problems(
        SMALL.replace(
            "- key: open\n", "- key: party\n  title: Party\n  depends_on: [open]\n  gate: true\n- key: open\n"
        )
    )

    assert len(found) == 1
    assert "open waits for party because party is a gate before go-live" in found[0]


def test_several_rings_are_all_found() -> None:
    more = "".join(
        f"- {{key: r{n}, title: R, depends_on: [r{(n + 1) % 2 + n // 2 * 2}]}}\n" for n in range(6)
    )

    found = problems(SMALL.replace("blockers:\n", more + "blockers:\n"))

    assert len(found) == 3


def test_a_hypercare_gate_may_wait_for_go_live() -> None:
    text = SMALL.replace(
        "blockers:\n",
        "- {key: care, title: Care, area: hypercare, depends_on: [open], gate: true}\nblockers:\n",
    )

    assert projectfile.parse(text).plan.item["care"].gate


def test_an_error_reads_as_a_sentence_with_all_of_it() -> None:
    with pytest.raises(projectfile.FileErrors) as refused:
        projectfile.parse(with_item("ownr: bo"), "shed.yaml")

    assert str(refused.value) == (
        "shed.yaml was not loaded. One thing is wrong with it:\n"
        "  line 22: item “wire”: the key “ownr” is unknown; did you mean “owner”?"
    )


# Files nobody would write by hand

LAUGHS = "a: &a [lol]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9)
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1: the file is empty"),
        ("# only a remark\n", "line 1: the file is empty"),
        ("- a\n- b\n", "line 1: the file is a list; a project file begins with “project:”"),
        ("just words", "line 1: the file is a text"),
        ("project:\n", "line 1: project is missing"),
        ("project: [a]\n", "line 1: project has to be a mapping"),
        ("project: {key: a, name: b}\nitems: {a: b}\n", "line 2: items has to be a list"),
        ("project: {key: a, name: b}\nitems: [a]\n", "line 2: this has to be an item with its keys"),
        ("project: {key: a, name: b}\n---\nproject: {key: c}\n", "line 2: a second document begins here"),
        (
            "project: !!python/object/apply:os.system ['true']\n",
            "line 1: the tag “!!python/object/apply:os.system”",
        ),
        ("project: {key: a, name: !secret b}\n", "line 1: the tag “!secret” is not read"),
        ("project: &p {key: a, name: b}\npeople: *p\n", "line 2: “*p” repeats another place"),
        (LAUGHS, "line 2: “*a” repeats another place"),
        ("[" * 200_000, "line 1: lists and mappings are nested deeper than 20 levels"),
        ("project:\n\tkey: a\n", "line 2: a tab stands where spaces belong"),
        (
            "project:\n  key: a\n  name: b: c\n",
            "line 3: this is not YAML: a text with “: ” in it needs quotes",
        ),
        ("project:\n  key: 'a\n  name: b\n", "line 2: this is not YAML: a quotation mark that begins here"),
        ("project: {key: a\n", "line 1: this is not YAML: a bracket is not closed"),
        ("project:\n  key: @a\n", "line 2: this is not YAML: a text that begins with @"),
        ("project:\n  key: a\x01b\n", "line 2: there is a control character (U+0001)"),
        ("project:\n  key: a\0b\n", "line 2: there is a control character (U+0000)"),
        ("project:\n  name: \udc80\n", "line 2: there is a byte that is not UTF-8"),
        (b"project:\n  name: caf\xe9\n", "line 2: byte 0xe9 is not UTF-8"),
        ("project: {}".encode("utf-16"), "line 1: the file is UTF-16"),
        (
            "project: {key: a, name: b, customer: " + "x" * 50_000_000 + "}",
            "line 1: the file has 50 million characters",
        ),
        (
            "project: {key: a, name: b, customer: " + "x" * 500_000 + "}",
            "line 1: project: customer has 500,000 characters",
        ),
        ("project: {key: " + "9" * 5000 + ", name: b}\n", "line 1: project: key “9999"),
        (
            "project: {key: a, name: b, revision: " + "9" * 5000 + "}",
            "line 1: project: revision has to be a whole number",
        ),
        ("project: {key: a, name: b, <<: {c: d}}\n", "line 1: project: the key “<<” is unknown"),
    ],
)
def test_a_hostile_file_gets_a_sentence(text: str | bytes, said: str) -> None:
    found = problems(text)

    assert any(problem.startswith(said) for problem in found), found[:3]


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("abp:-[]{}'\"&*!|>%@#, \n\t?0"), max_size=60) | st.binary(max_size=40))
def test_no_text_at_all_makes_it_stumble(text: str | bytes) -> None:
    with pytest.raises(projectfile.FileErrors):
        projectfile.parse(text)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(SMALL)), st.integers(0, 40), st.text(max_size=5))
def test_a_damaged_file_is_loaded_or_refused_with_lines(at: int, length: int, instead: str) -> None:
    text = SMALL[:at] + instead + SMALL[at + length :]
    found: tuple[projectfile.Problem, ...] = ()
    try:
        projectfile.parse(text)
    except projectfile.FileErrors as refused:
        found = refused.errors
    assert all(1 <= problem.line <= text.count("\n") + 1 for problem in found)


# Slips that load with a warning


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("validator: bo", "line 19: item “wire”: owner and validator are the same person, bo"),
        ("status: doing", "line 22: item “wire”: status is doing, but B1 is open on it"),
    ],
)
def test_a_contradiction_loads_with_a_warning(lines: str, said: str) -> None:
    text = SMALL.replace("validator: anna", lines) if "validator" in lines else with_item(lines)

    assert said in projectfile.parse(text).warnings


def test_doing_things_before_what_they_need_is_a_warning() -> None:
    text = SMALL.replace("depends_on: [wire]\n", "depends_on: [wire]\n  status: done\n  due: 2027-03-01\n")

    found = projectfile.parse(text).warnings

    assert "line 25: item “light”: status is done, but wire, which it depends on, is todo" in found
    assert "line 26: item “light”: due on 2027-03-01, before wire, which it depends on (2027-03-05)" in found


# Assumptions


def with_belief(lines: str) -> str:
    indented = "".join(f"  {line}\n" for line in lines.splitlines())
    return f"{SMALL}{indented}"


def test_what_came_out_says_whether_it_is_true() -> None:
    false = with_belief("finding: {true: false, by: anna, evidence: water on the floor}")
    [belief] = projectfile.parse(false).plan.assumptions
    assert (belief.verified, belief.refuted, belief.open) == (False, True, False)
    assert belief.finding is not None
    assert (belief.finding.by, belief.finding.evidence) == ("anna", "water on the floor")
    assert projectfile.parse(with_belief("finding: {true: true}")).plan.assumptions[0].verified


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("verified: true\nfinding: {true: false}", "verified is true, but the finding says false"),
        ("finding: {by: anna}", "true is missing"),
        ("finding: no", "finding has to be a mapping"),
        ("relied_on_by: nina", "relied_on_by names “nina”, who is not among people"),
        ("also_under: [light, wyre]", "also_under “wyre” is not among items; did you mean “wire”?"),
        ("proven_by: dor", "proven_by “dor” is not among items"),
        ("proven_by: light", "what rests on it and what proves it wait for each other"),
        ("proven_by: wire", "wait for each other: wire → wire (wire rests on A1, which wire proves)"),
    ],
)
def test_an_assumption_that_cannot_be_is_refused_on_its_line(lines: str, said: str) -> None:
    found = problems(with_belief(lines))
    assert len(found) == 1
    assert said in found[0]
    assert "assumption “A1”" in found[0]


def test_days_planned_and_taken_come_in_and_nothing_is_no_number() -> None:
    item = first_item("planned_days: 0\nstarted_on: 2027-03-01\nactual_days: 4\nowner_role: Painter")
    assert (item.planned_days, item.started_on, item.actual_days) == (0, date(2027, 3, 1), 4)
    assert item.owner_role == "Painter"  # nobody has to have it yet
    assert "planned_days: 0" in projectfile.write(projectfile.parse(with_item("planned_days: 0")).plan)


# The published description


def test_the_published_schema_is_the_one_the_code_makes() -> None:
    published = json.loads((DOCS / "project-file.schema.json").read_text(encoding="utf-8"))

    assert published == projectfile.schema()


def test_the_schema_accepts_what_loads_and_refuses_what_does_not() -> None:
    plain = yaml.load(SMALL, Loader=yaml.BaseLoader)
    for item in plain["items"]:
        item["gate"] = item.get("gate") == "true"
    jsonschema.validate(plain, projectfile.schema())

    plain["items"][0]["ownr"] = "bo"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(plain, projectfile.schema())


def test_every_key_of_the_format_is_explained() -> None:
    guide = (DOCS / "project-file.md").read_text(encoding="utf-8")

    for key in [*PROJECT, *(key for part in PARTS for key in part.fields)]:
        assert f"`{key}`" in guide, key


def test_the_example_in_the_guide_loads() -> None:
    guide = (DOCS / "project-file.md").read_text(encoding="utf-8")

    example = guide.split("```yaml\n")[1].split("```")[0]

    assert projectfile.parse(example).warnings == ()
