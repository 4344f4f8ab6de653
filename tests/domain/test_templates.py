"""Which checklists does golive bring along, and how are they laid out backwards from a date?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from importlib.resources import files
from types import MappingProxyType

import pytest

from bot.domain import templates
from bot.domain.calendar import WorkCalendar
from bot.domain.errors import Invalid
from bot.domain.plan import WEEKDAYS, Item, Person, Plan, Project
from bot.domain.projectfile import parse as load
from bot.domain.projectfile import write as export
from bot.domain.readiness import assess
from bot.domain.templates import Belief, Laid, Step, Template, lay_out, showing
from bot.samples import PROJECT as LAKESIDE

SHIPPED = tuple(templates.shipped().values())
MONDAY = date(2027, 3, 1)
BARE = Project(key="quay", name="Quay 4", target_go_live=date(2027, 4, 5))

each_template = pytest.mark.parametrize("template", SHIPPED, ids=lambda template: template.key)


def small(*steps: Step) -> Template:
    """A template of a few items that ends with going live."""
    return Template(
        key="small", name="Small", go_live_item="live", items=(*steps, Step(key="live", title="Live"))
    )


def laid(template: Template, target: date, today: date = MONDAY, **about: object) -> Laid:
    return lay_out(template, replace(BARE, target_go_live=target, **about), today)  # type: ignore[arg-type]


# ——— what is brought along


def test_there_are_four_checklists() -> None:
    assert len(SHIPPED) == 4
    assert all(38 <= len(template.items) <= 40 for template in SHIPPED)


@each_template
def test_a_shipped_checklist_reads_without_a_doubt_and_is_written_the_same(template: Template) -> None:
    text = (files("bot") / "templates" / f"{template.key}.yaml").read_text(encoding="utf-8")
    read = templates.parse(text)
    assert (read.template, read.warnings) == (template, ())
    assert templates.write(template) == text


@each_template
def test_a_shipped_checklist_says_of_every_item_who_does_it_who_confirms_it_and_what_done_means(
    template: Template,
) -> None:
    for step in template.items:
        assert step.area
        assert step.owner_role
        assert step.validator_role
        assert step.owner_role != step.validator_role
        assert step.description
    assert len(template.areas) >= 8
    assert template.after >= 10
    assert len(template.assumptions) >= 4
    assert all(belief.item in template.item and belief.offset for belief in template.assumptions)


@each_template
def test_a_shipped_checklist_begun_in_time_fits_and_not_a_day_later(template: Template) -> None:
    target = date(2027, 6, 7)
    first = WorkCalendar(WEEKDAYS[:5]).add(target, -template.length)
    begun = laid(template, target, first)
    assert begun.misfits == 0
    assert begun.assessment.forecast <= target
    assert begun.assessment.unlinked == ()
    assert begun.assessment.contradictions == ()
    assert laid(template, target, first + timedelta(days=1)).misfits > 0


@each_template
def test_a_shipped_checklist_has_what_hardly_any_go_live_does_without(template: Template) -> None:
    has = {essential.key for essential in template.essentials}
    assert {"criteria", "agreement", "acceptance", "training", "downtime", "monitoring", "rollback"} <= has
    assert {"runsheet", "decision", "handover", "end-to-end"} <= has


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("ehr", "ehr-fhir-hl7"),
        ("HL7", "ehr-fhir-hl7"),
        ("payer", "payer-x12"),
        ("`payer_x12`", "payer-x12"),
        ("SSO", "saas-sso-migration"),
        ("webhooks", "partner-api-webhooks"),
        ("partner-a", "partner-api-webhooks"),
        ("API and webhooks with a partner", "partner-api-webhooks"),
    ],
)
def test_a_checklist_is_found_by_its_key_its_name_or_what_people_call_it(word: str, key: str) -> None:
    assert templates.find(word).key == key


@pytest.mark.parametrize(("word", "near"), [("ehx", "ehr-fhir-hl7"), ("sass", "saas-sso-migration")])
def test_a_checklist_that_is_misspelt_is_offered_and_not_assumed(word: str, near: str) -> None:
    with pytest.raises(templates.UnknownTemplate, match="Did you mean") as unknown:
        templates.find(word)
    assert unknown.value.near == (near,)


@pytest.mark.parametrize("word", ["warehouse", "", "`", "x" * 5000, "../../etc/passwd"])
def test_where_no_checklist_is_near_all_are_named(word: str) -> None:
    with pytest.raises(
        templates.UnknownTemplate, match=r"There are `ehr-fhir-hl7`, .* and `saas-sso-migration`"
    ):
        templates.find(word)


# ——— laying out


def test_a_day_is_counted_back_in_working_days_of_the_project() -> None:
    template = small(Step(key="test", title="Test", offset=3), Step(key="watch", title="Watch", offset=-2))
    due = {i.key: i.due for i in laid(template, date(2027, 4, 6)).plan.items}  # a Tuesday
    assert due == {"test": date(2027, 4, 1), "watch": date(2027, 4, 8), "live": date(2027, 4, 6)}


def test_holidays_of_the_project_and_of_its_country_are_no_working_days() -> None:
    template = small(Step(key="test", title="Test", offset=3))
    target = date(2027, 7, 7)  # in the USA Monday the 5th is free, as the 4th is a Sunday
    country = MappingProxyType({"holidays": {"country": "US"}})
    assert laid(template, target).plan.items[0].due == date(2027, 7, 2)
    assert laid(template, target, policies=country).plan.items[0].due == date(2027, 7, 1)
    both = laid(template, target, policies=country, holidays=(date(2027, 7, 1),))
    assert both.plan.items[0].due == date(2027, 6, 30)


def test_a_week_that_begins_on_sunday_is_counted_as_it_is_worked() -> None:
    template = small(Step(key="test", title="Test", offset=2), Step(key="watch", title="Watch", offset=-1))
    week = ("sun", "mon", "tue", "wed", "thu")
    due = [i.due for i in laid(template, date(2027, 4, 5), working_days=week).plan.items]  # a Monday
    assert due == [date(2027, 4, 1), date(2027, 4, 6), date(2027, 4, 5)]


def test_a_go_live_on_a_free_day_stays_as_it_was_said_and_the_next_working_day_is_named() -> None:
    template = small(Step(key="test", title="Test", offset=1), Step(key="watch", title="Watch", offset=-1))
    found = laid(template, date(2027, 4, 3))  # a Saturday
    assert [i.due for i in found.plan.items] == [date(2027, 4, 2), date(2027, 4, 5), date(2027, 4, 3)]
    assert found.plan.project.target_go_live == date(2027, 4, 3)
    told = " ".join(showing.laid_out(found))
    assert "Nobody works here on Sat 3 Apr 2027" in told
    assert "the next working day is Mon 5 Apr 2027" in told


def test_what_was_due_before_today_is_due_on_the_earliest_day_it_can_be_done() -> None:
    template = small(
        Step(key="plan", title="Plan", offset=30, days=2),
        Step(key="build", title="Build", offset=20, days=5, depends_on=("plan",)),
        Step(key="test", title="Test", offset=3, days=2, depends_on=("build",), gate=True),
    )
    found = laid(template, date(2027, 3, 10))
    due = {i.key: i.due for i in found.plan.items}
    assert due["plan"] == date(2027, 3, 2)
    assert due["build"] == date(2027, 3, 9)
    assert found.moved == ("plan", "build")


def test_what_is_due_later_keeps_its_day_and_is_marked_where_it_cannot_be_met() -> None:
    template = small(
        Step(key="build", title="Build", offset=20, days=5),
        Step(key="test", title="Test", offset=3, days=2, depends_on=("build",), gate=True),
    )
    found = laid(template, date(2027, 3, 10))
    assert found.plan.item["test"].due == date(2027, 3, 5)
    assert found.late == ("test",)
    assert found.assessment.due_impossible(found.plan.item["test"])


def test_it_is_said_at_once_how_many_dates_do_not_fit_and_what_that_does_to_the_date() -> None:
    template = small(
        Step(key="build", title="Build", offset=20, days=5),
        Step(key="test", title="Test", offset=3, days=2, depends_on=("build",), gate=True),
    )
    told = list(showing.laid_out(laid(template, date(2027, 3, 8))))
    assert told[-1] == (
        "3 dates do not fit any more: 1 because its day has passed, now due on the earliest day possible; 2 "
        "because what comes before takes longer, marked as it stands. Forecast Wed 10 Mar 2027, 2 working "
        "days after the target."
    )


def test_no_laid_out_day_is_in_the_past_however_near_the_date_is() -> None:
    for template in SHIPPED:
        for days in range(0, 90, 3):
            found = laid(template, MONDAY + timedelta(days=days))
            assert all(item.due and item.due >= MONDAY for item in found.plan.items)
            again = assess(found.plan, MONDAY)
            assert found.late == tuple(i.key for i in found.plan.items if again.due_impossible(i))
            assert not any(again.late(item) for item in found.plan.items)


def test_without_a_date_nothing_is_laid_out() -> None:
    with pytest.raises(Invalid, match="backwards from go-live"):
        lay_out(SHIPPED[0], replace(BARE, target_go_live=None), MONDAY)


def test_an_item_is_nobodys_until_its_role_has_somebody() -> None:
    template = small(
        Step(key="wire", title="Wire", offset=5, owner_role="Network engineer", validator_role="Site lead")
    )
    item = laid(template, date(2027, 4, 5)).plan.item["wire"]
    assert (item.owner, item.owner_role, item.validator) == (None, "Network engineer", "Site lead")


def test_who_has_a_role_owns_its_items_and_looks_into_what_they_rest_on() -> None:
    template = replace(
        small(Step(key="wire", title="Wire", offset=5, owner_role="Network engineer")),
        assumptions=(Belief(text="The ducts are free", item="wire", offset=9), Belief(text="It is dry")),
    )
    tom = Person(key="tom", name="Tom", role="Network engineer")
    plan = lay_out(template, BARE, MONDAY, (tom,), {"network  ENGINEER": "tom"}).plan
    assert plan.item["wire"].owner == "tom"
    first, second = plan.assumptions
    assert (first.id, first.owner, first.verify_by, first.made) == ("A1", "tom", date(2027, 3, 23), MONDAY)
    assert (second.owner, second.verify_by) == (None, None)


def test_nobody_is_laid_out_to_confirm_their_own_work() -> None:
    template = small(
        Step(key="wire", title="Wire", offset=5, owner_role="Network engineer", validator_role="Site lead"),
        Step(key="rack", title="Rack", offset=5, owner_role="Rack engineer", validator_role="Site lead"),
    )
    tom = Person(key="tom", name="Tom", role="Network engineer")
    plan = lay_out(template, BARE, MONDAY, (tom,), {"Network engineer": "tom", "Site lead": "tom"}).plan
    assert plan.item["wire"].validator == "Site lead"  # somebody else has to get it
    assert plan.item["rack"].validator == "tom"


@each_template
def test_a_laid_out_project_is_exported_and_loaded_as_it_is(template: Template) -> None:
    plan = laid(template, date(2027, 4, 5)).plan
    loaded = load(export(plan), today=MONDAY)
    assert loaded.plan == plan
    vacant = [warning for warning in loaded.warnings if "yet, so nobody can confirm it" in warning]
    assert len(vacant) == len(template.validator_roles)


# ——— which is like a plan, and what that lacks


@each_template
def test_a_plan_laid_out_from_a_checklist_is_most_like_it_though_half_of_it_is_gone(
    template: Template,
) -> None:
    plan = laid(template, date(2027, 4, 5)).plan
    assert templates.nearest(plan) == template
    assert templates.nearest(replace(plan, items=plan.items[::2])) == template
    assert templates.lacks(plan, template) == ()


def test_a_plan_made_elsewhere_for_the_same_work_is_recognised() -> None:
    plan = load(LAKESIDE.read_text(encoding="utf-8")).plan
    nearest = templates.nearest(plan)
    assert nearest is not None
    assert nearest.key == "ehr-fhir-hl7"


def test_a_plan_of_quite_another_kind_is_like_none() -> None:
    titles = ["Dig the pond", "Order the gravel", "Plant the hedge", "Move the shed", "Test the pump"]
    items = tuple(Item(key=f"g{nth}", title=title) for nth, title in enumerate(titles))
    assert templates.nearest(Plan(project=BARE, items=items)) is None
    assert templates.nearest(Plan(project=BARE)) is None


@each_template
def test_what_is_taken_out_of_a_plan_is_missed_by_name_with_the_item_that_would_mend_it(
    template: Template,
) -> None:
    plan = laid(template, date(2027, 4, 5)).plan
    for essential in template.essentials:
        rest = tuple(item for item in plan.items if not essential.met_by(item))
        found = templates.lacks(replace(plan, items=rest), template)
        assert essential in [lack.essential for lack in found]
        assert all(lack.essential.met_by(lack.step) for lack in found)


@pytest.mark.parametrize(
    ("title", "essential"),
    [
        ("Back-out plan agreed with the interface team", "rollback"),
        ("Roll back rehearsed", "rollback"),
        ("Plan de retour arrière validé", "rollback"),
        ("Paper process drilled on every ward", "downtime"),
        ("Notbetrieb geübt", "downtime"),
        ("Schulung aller Rollen", "training"),
        ("Nurses trained", "training"),
        ("Formación del personal", "training"),
        ("Grafana alerts wake the on-call", "monitoring"),
        ("UAT signed off", "acceptance"),
        ("Dress rehearsal", "rehearsal"),
        ("On-call rota published", "support"),
        ("Go / no-go meeting", "decision"),
        ("E2E through all systems", "end-to-end"),
    ],
)
def test_an_essential_is_known_by_the_words_teams_use_for_it(title: str, essential: str) -> None:
    assert essential in templates.met_by([Item(key="x", title=title)])


@pytest.mark.parametrize(
    "title", ["Train station map", "Informational page", "Report formatted", "Loaded the van"]
)
def test_a_word_that_only_looks_like_one_is_none(title: str) -> None:
    found = templates.met_by([Item(key="x", title=title)])
    assert not found.keys() - ({"training"} if title.startswith("Train ") else set())


# ——— what is said of them


def test_a_checklist_is_shown_with_its_areas_its_length_and_its_roles() -> None:
    told = "\n".join(showing.shown(templates.find("payer")))
    assert "40 items, 34 gates, 44 working days before go-live, 15 working days of hypercare." in told
    assert "EDI analyst (9)" in told
    assert "`/golive new KEY NAME from payer-x12 target DATE`" in told


def test_the_list_of_checklists_says_how_to_start_from_one() -> None:
    told = showing.listing(SHIPPED)
    assert len(told) == 5
    assert "from ehr-fhir-hl7 target DATE" in told[-1]


def test_what_two_things_lack_is_mended_by_two_items() -> None:
    for template in templates.shipped().values():
        found = {lack.essential.key: lack.step.key for lack in templates.lacks(Plan(project=BARE), template)}
        if {"decision", "criteria"} <= set(found):
            assert found["decision"] != found["criteria"], template.key
