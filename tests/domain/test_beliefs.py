"""Who may say whether an assumption is true, what a false one opens again, and what cannot prove it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain import states
from bot.domain.beliefs import assuming, truth
from bot.domain.beliefs.assuming import Assumed
from bot.domain.errors import Invalid, NotFound, Refused
from bot.domain.permissions import Asking
from bot.domain.plan import (
    Assumption,
    Away,
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
from bot.domain.readiness import assess
from bot.domain.reminders.ledger import Promise
from bot.domain.states import Said
from tests.domain.clockwork import Clockwork, at, event, loose, person

TODAY = date(2030, 3, 5)
AT = datetime(2030, 3, 5, 9, 0, tzinfo=UTC)
LEAD = Person(key="lis", name="Lis Aas", role="Go-live lead", slack="ULIS")
OWNER = Person(key="odd", name="Odd Berg", role="Fitter", slack="UODD")
TESTER = Person(key="tia", name="Tia Holm", role="Tester", slack="UTIA")
FINDER = Person(key="fin", name="Fin Dahl", slack="UFIN")
OTHER = Person(key="una", name="Una Vik", slack="UUNA")


def item(key: str, *needs: str, **fields: Any) -> Item:
    given: dict[str, Any] = {"owner": "odd", "validator": "tia", "gate": True, **fields}
    return Item(key=key, title=f"The {key}", depends_on=needs, **given)


def belief(*items: str, **fields: Any) -> Assumption:
    given = {"id": "A1", "text": "The roof carries it", "owner": "fin", **fields}
    return Assumption(item=items[0] if items else None, also_under=items[1:], **given)


def plan(*items: Item, believed: Assumption | None = None, **fields: Any) -> Plan:
    return Plan(
        project=Project(key="roof", name="The roof", go_live_item="open"),
        people=(LEAD, OWNER, TESTER, FINDER, OTHER),
        items=(*items, Item(key="open", title="Doors open")),
        assumptions=(believed or belief("mast"),),
        **fields,
    )


def said(**words: Any) -> Said:
    return Said(at=AT, today=TODAY, **words)


VALID = Validation(by="tia", at=AT, evidence="seen")


@pytest.mark.parametrize("who", [FINDER, LEAD, TESTER])
def test_its_owner_the_lead_and_whoever_confirms_what_rests_on_it_say_that_it_is_true(who: Person) -> None:
    found = truth.verified(
        plan(item("mast")), "a1", Asking(person=who), said(evidence="the drawing", permalink="https://x/1")
    )
    assert found.assumptions[0].verified
    finding = Finding(true=True, by=who.key, at=AT, evidence="the drawing", permalink="https://x/1")
    assert found.assumptions[0].finding == finding


@pytest.mark.parametrize("who", [OTHER, OWNER, None])
def test_nobody_else_says_that_it_is_true(who: Person | None) -> None:
    with pytest.raises(Refused, match=r"Only Fin Dahl \(who is to find out\) or Lis Aas \(lead\) or whoever"):
        truth.verified(plan(item("mast")), "A1", Asking(person=who), said(evidence="yes"))


def test_whose_work_rests_on_it_may_say_that_it_is_false_and_so_may_who_relies_on_it() -> None:
    here = plan(item("mast"), believed=belief("mast", relied_on_by="una"))
    for who in (OWNER, OTHER):
        assert truth.refuted(here, "A1", Asking(person=who), said(why="too thin")).assumptions[0].refuted


def test_whoever_relies_on_it_alone_may_be_the_one_who_finds_out() -> None:
    here = plan(item("mast"), believed=belief("mast", owner="una", relied_on_by="una"))
    assert truth.verified(here, "A1", Asking(person=OTHER), said(evidence="weighed")).assumptions[0].verified


def test_it_takes_something_that_shows_it() -> None:
    with pytest.raises(Invalid, match="Say what shows that it is true"):
        truth.verified(plan(item("mast")), "A1", Asking(person=FINDER), said())
    with pytest.raises(Invalid, match="Say what shows that it is false"):
        truth.refuted(plan(item("mast")), "A1", Asking(person=FINDER), said())


def test_what_is_known_already_changes_nothing_when_it_is_said_again() -> None:
    true = truth.verified(plan(item("mast")), "A1", Asking(person=FINDER), said(evidence="weighed"))
    assert truth.verified(true, "A1", Asking(person=LEAD), said(evidence="weighed again")) is true
    false = truth.refuted(plan(item("mast")), "A1", Asking(person=FINDER), said(why="too thin"))
    assert truth.refuted(false, "A1", Asking(person=LEAD), said(why="too thin")) is false


def test_a_false_one_is_not_true_before_it_is_opened_again() -> None:
    false = truth.refuted(plan(item("mast")), "A1", Asking(person=FINDER), said(why="too thin"))
    with pytest.raises(Refused, match=r"found to be false.*reopen A1 why"):
        truth.verified(false, "A1", Asking(person=FINDER), said(evidence="weighed"))
    again = truth.reopened(false, "A1", Asking(person=FINDER), said(why="wrong roof"))
    assert again.assumptions[0].open
    assert (
        truth.verified(again, "A1", Asking(person=FINDER), said(evidence="weighed")).assumptions[0].verified
    )


def test_an_open_one_cannot_be_opened_again() -> None:
    with pytest.raises(Refused, match="nobody has found out yet"):
        truth.reopened(plan(item("mast")), "A1", Asking(person=FINDER), said(why="because"))


def test_what_was_true_may_turn_out_false() -> None:
    true = truth.verified(plan(item("mast")), "A1", Asking(person=FINDER), said(evidence="weighed"))
    assert (
        truth.refuted(true, "A1", Asking(person=FINDER), said(why="the scales were broken"))
        .assumptions[0]
        .refuted
    )


def test_an_unknown_one_is_told_as_such() -> None:
    with pytest.raises(NotFound, match="There is no assumption `A7` here"):
        truth.verified(plan(item("mast")), "a7", Asking(person=FINDER), said(evidence="x"))


def test_a_false_one_opens_again_what_was_done_on_any_of_its_items_and_shakes_what_stands_on_that() -> None:
    here = plan(
        item("mast", status=Status.VALIDATED, validation=VALID, done_on=TODAY),
        item("dish", status=Status.DONE, done_on=TODAY),
        item("cable", status=Status.DOING),
        item("link", "mast", status=Status.VALIDATED, validation=VALID),
        item("apart", status=Status.VALIDATED, validation=VALID),
        believed=belief("mast", "dish", "cable"),
    )
    after = truth.refuted(here, "A1", Asking(person=FINDER), said(why="too thin"))
    stands = {i.key: i.status.value for i in after.items}
    assert stands == {
        "mast": "doing",
        "dish": "doing",
        "cable": "doing",
        "link": "done",
        "apart": "validated",
        "open": "todo",
    }
    assert after.item["mast"].validation is None
    assert [i.key for i in truth.shaken(here, after)] == ["mast", "dish", "link"]


def test_what_is_blocked_or_waived_stays_so() -> None:
    here = plan(
        item("mast", status=Status.WAIVED, waived=Waiver(by="lis", why="small"), earlier_status=Status.DONE),
        item("dish", status=Status.DONE),
        believed=belief("mast", "dish"),
        blockers=(Blocker(id="B1", text="rain", item="dish", raised=TODAY),),
    )
    after = truth.refuted(here, "A1", Asking(person=FINDER), said(why="too thin"))
    assert (after.item["mast"].status, after.item["dish"].status) == (Status.WAIVED, Status.BLOCKED)


def test_only_what_nobody_knows_yet_counts_as_a_belief_a_gate_rests_on() -> None:
    here = replace(
        plan(item("mast"), item("shed", gate=False)),
        assumptions=(
            belief("shed", "mast"),  # under the gate too
            belief("mast", id="A2", verified=True),
            belief("mast", id="A3", finding=Finding(true=False, by=None, at=None)),
            belief("shed", id="A4"),
        ),
    )
    assert assess(here, TODAY).assumptions == ("A1",)


# What proves what


def test_what_waits_for_what_rests_on_it_cannot_prove_it() -> None:
    here = plan(item("mast"), item("storm", "mast"), believed=belief("mast", proven_by="storm"))
    ring = truth.proof_ring(here)
    assert set(ring or ()) == {"mast", "storm"}
    said_so = truth.proof_ring_said(ring or (), here)
    assert "mast rests on A1, which storm proves" in said_so
    assert truth.in_ring(ring or (), here).id == "A1"


def test_neither_can_what_rests_on_it_itself_nor_what_comes_after_go_live() -> None:
    assert truth.proof_ring(plan(item("mast"), believed=belief("mast", proven_by="mast"))) == ("mast",)
    assert truth.proof_ring(plan(item("mast"), believed=belief("mast", proven_by="open"))) is not None


def test_two_assumptions_may_make_a_ring_together() -> None:
    here = replace(
        plan(item("mast"), item("dish")),
        assumptions=(belief("mast", proven_by="dish"), belief("dish", id="A2", proven_by="mast")),
    )
    assert set(truth.proof_ring(here) or ()) == {"mast", "dish"}


def test_something_earlier_proves_it_well() -> None:
    assert (
        truth.proof_ring(plan(item("survey"), item("mast"), believed=belief("mast", proven_by="survey")))
        is None
    )


# Who confirms


def test_where_nobody_has_the_role_that_is_said() -> None:
    here = plan(item("mast", validator="Rigger", status=Status.DONE))
    assert states.who_confirms(here, here.item["mast"]) is None
    with pytest.raises(Refused, match=r"nobody here has the role “Rigger”.*`/golive validator mast @person`"):
        states.act(here, "mast", "validate", TESTER, said(evidence="seen"))


def test_an_owner_who_alone_has_the_role_is_told_that_nobody_else_can() -> None:
    here = plan(item("mast", validator="fitter", status=Status.DONE))
    with pytest.raises(Refused, match=r"You own `mast`.*only its owner has the role “fitter”"):
        states.act(here, "mast", "validate", OWNER, said(evidence="seen"))


def test_evidence_that_does_not_fit_is_refused_with_its_size() -> None:
    states.refuse_too_long("x" * states.LONGEST_SAID, "evidence")
    with pytest.raises(
        Invalid, match=r"10,485,760 characters, and at most 10,000 are kept.*Nothing was changed"
    ):
        states.refuse_too_long("x" * (10 << 20), "evidence")


# In words

NOW = datetime(2030, 3, 5, 9, 0, tzinfo=UTC)  # a Tuesday


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("The roof carries it", {}),
        ("The roof carries it under mast", {"under": ("mast",)}),
        ("The roof carries it under mast, dish and cable", {"under": ("mast", "dish", "cable")}),
        ("The roof carries it by Friday", {"by": date(2030, 3, 8)}),
        ("The roof carries it owner <@UFIN|fin>", {"owner": "UFIN"}),
        ("The roof carries it owner me", {"owner": "me"}),
        ("The roof carries it owner @fin", {"owner": "@fin"}),
        ("The roof carries it relied on by <@UUNA>", {"relied_on_by": "UUNA"}),
        ("The roof carries it proven by survey", {"proven_by": "survey"}),
        (
            "The roof carries it under mast, dish owner <@UFIN> by 12 Mar relied on by <@UUNA> "
            "proven by survey",
            {
                "under": ("mast", "dish"),
                "owner": "UFIN",
                "by": date(2030, 3, 12),
                "relied_on_by": "UUNA",
                "proven_by": "survey",
            },
        ),
        (
            "The roof carries it, proven by survey; by 12 Mar, owner: <@UFIN>, under: mast",
            {"under": ("mast",), "owner": "UFIN", "by": date(2030, 3, 12), "proven_by": "survey"},
        ),
    ],
)
def test_what_is_believed_and_the_rest_are_told_apart(words: str, found: dict[str, Any]) -> None:
    assert assuming.read(words, now=NOW, zone=ZoneInfo("UTC"), today=TODAY) == Assumed(
        text="The roof carries it", **found
    )


@pytest.mark.parametrize(
    "words",
    ["The mast is delivered by the vendor", "The lab is open for us", "No change is made before Friday"],
)
def test_what_only_looks_like_an_option_stays_in_the_text(words: str) -> None:
    assert assuming.read(words, now=NOW, zone=ZoneInfo("UTC"), today=TODAY) == Assumed(text=words)


def test_quotes_keep_a_text_together() -> None:
    read = assuming.read('"It is signed by Friday" under mast', now=NOW, zone=ZoneInfo("UTC"), today=TODAY)
    assert read == Assumed(text="It is signed by Friday", under=("mast",))


def test_a_day_that_has_passed_is_refused() -> None:
    with pytest.raises(Invalid, match="in the past"):
        assuming.read("The roof carries it by 1 March 2030", now=NOW, zone=ZoneInfo("UTC"), today=TODAY)


# Reminders

MORNING = at("2027-03-01 09:00")  # a Monday, where everybody is
GIVEN: dict[str, Any] = {"id": "A1", "text": "The tunnel holds", "item": "vpn", "owner": "mia"}


def doubtful(**fields: Any) -> Clockwork:
    """One gate with slack, and an assumption under it that is to be known by Thursday."""
    here = loose(**fields.pop("plan", {}))
    assumption = Assumption(**{**GIVEN, "verify_by": date(2027, 3, 4), **fields})
    return Clockwork(replace(here, blockers=(), assumptions=(assumption,)))


def read(clock: Clockwork, user: str, since: str, days: int) -> list[str]:
    """What one person is told of the assumption on these mornings, with the day."""
    return [
        f"{day[:10]} {line}"
        for day, lines in clock.mornings(user, at(since), days)
        for line in lines
        if "(A1)" in line
    ]


def test_its_date_is_spoken_of_two_working_days_before_and_when_it_has_passed() -> None:
    told = read(doubtful(), "UMIA", "2027-03-01 09:00", 7)
    assert len(told) == 2
    assert "The tunnel holds (A1): assumed, to be known by Thu 4 Mar, vpn rests on it" in told[0]
    assert "overdue since Thu 4 Mar" in told[1]


def test_an_overdue_one_is_said_again_each_week_and_never_more_often() -> None:
    told = read(doubtful(), "UMIA", "2027-03-05 09:00", 20)
    assert len(told) == 3
    assert ["working days ago" in line for line in told] == [False, True, True]


def test_one_that_nobody_is_to_find_out_is_the_leads() -> None:
    clock = doubtful(owner=None)
    assert read(doubtful(owner=None), "UMIA", "2027-03-01 09:00", 7) == []
    assert "nobody is to find out" in read(clock, "ULEA", "2027-03-01 09:00", 7)[0]


def test_once_it_is_known_nothing_more_is_said() -> None:
    assert read(doubtful(verified=True), "UMIA", "2027-03-01 09:00", 14) == []
    false = Finding(true=False, by="mia", at=None)
    assert read(doubtful(finding=false), "UMIA", "2027-03-01 09:00", 14) == []


def test_what_shows_it_being_validated_is_said_once_though_there_is_no_date() -> None:
    shown = doubtful(
        verify_by=None, proven_by="vpn", item="build", plan={"vpn": {"status": Status.VALIDATED}}
    )
    told = read(shown, "UMIA", "2027-03-01 09:00", 7)
    assert len(told) == 1
    assert "vpn, which shows it, is validated" in told[0]


def test_whoever_is_named_by_another_to_find_out_is_told_of_it_once() -> None:
    clock = doubtful(verify_by=None)
    clock.events = [
        event("ULEA", at("2027-02-26 10:00"), "assumption", "A1", field="owner", before=None, after="mia")
    ]
    told = read(clock, "UMIA", "2027-03-01 09:00", 7)
    assert len(told) == 1
    assert "asked by Lea Moe" in told[0]


def test_a_promise_holds_the_reminder_back_until_its_moment() -> None:
    clock = doubtful(verify_by=date(2027, 3, 2))
    clock.promises = [
        Promise(subject="clinic/assumption/A1", by="UMIA", until=at("2027-03-05 17:00"), at=MORNING)
    ]
    told = read(clock, "UMIA", "2027-03-01 10:00", 9)
    assert len(told) == 1
    assert "promised by Fri 5 Mar" in told[0]


def test_a_validated_item_that_would_fall_is_what_is_at_stake() -> None:
    clock = doubtful(plan={"vpn": {"status": Status.VALIDATED}})
    assert "vpn is validated on it" in read(clock, "UMIA", "2027-03-01 09:00", 7)[0]


def test_where_nobody_can_confirm_the_lead_is_asked_to_name_somebody() -> None:
    here = loose(vpn={"status": Status.DONE, "validator": "Welder"})
    clock = Clockwork(replace(here, blockers=()))
    [told] = [line.text for line in clock.daily("ULEA", MORNING).lines]  # type: ignore[union-attr]
    assert "nobody can confirm it: nobody here has the role “Welder”" in told


def test_of_several_with_the_role_one_who_is_there_is_asked() -> None:
    here = loose(vpn={"status": Status.DONE, "validator": "Tester"})
    kai, ola = person("kai", role="Tester"), person("ola", role="tester")
    away = replace(kai, away=(Away(start=date(2027, 3, 1), end=date(2027, 3, 3)),))
    for people, asked in (((kai, ola), "UKAI"), ((away, ola), "UOLA")):
        clock = Clockwork(replace(here, blockers=(), people=(*here.people, *people)))
        assert [user for user in ("UKAI", "UOLA") if clock.daily(user, MORNING)] == [asked]
