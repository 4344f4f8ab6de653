"""What if: what a question supposes, and what comes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.domain import whatif
from bot.domain.errors import Invalid
from bot.domain.plan import Plan, Status
from bot.domain.questions.meaning import Meaning
from bot.domain.readiness import assess
from bot.domain.whatif import Kind, Scenario, Supposition
from bot.domain.wording import Reply
from tests.domain.checklists import away, blocker, day, gate, person, project, task

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)  # a Monday
NOTHING = Meaning("portal")


def opening_of_the_portal() -> Plan:
    """Two lines of work: the link and the forms; the link is held up, the forms are not."""
    return project(
        gate("link", days=2, owner="asa"),
        gate("router", "link", days=3, owner="runa"),
        gate("forms-draft", days=2, owner="bo", area="forms"),
        gate("forms-print", "forms-draft", days=2, owner="kari", area="forms"),
        gate("drill", "router", "forms-print", days=2, owner="runa"),
        gate("contract", days=1, owner="bo", validator="kari"),
        gate("audit", days=1, owner="asa", status=Status.DONE, validator="bo"),
        gate("kickoff", status=Status.VALIDATED),
        task("leaflet", "forms-print", owner="kari"),
        people=(
            person("runa", name="Runa Moe", org="Fjord Clinic"),
            person("kari", name="Kari Moe", org="Fjord Clinic"),
        ),
        blockers=(
            blocker(1, "link", expected_clear=day(2), waiting_on="the clinic's network team"),
            blocker(2, "contract", waiting_on="the lawyers"),
        ),
        customer="Fjord Clinic",
        target_go_live=day(14),
    )


def read(words: str, plan: Plan | None = None, meaning: Meaning = NOTHING) -> Scenario:
    return whatif.read(words, meaning, plan or opening_of_the_portal(), NOON)


def one(words: str) -> Supposition:
    scenario = read(words)
    assert len(scenario.suppositions) == 1, scenario
    return scenario.suppositions[0]


def asked(words: str, plan: Plan | None = None) -> Reply:
    plan = plan or opening_of_the_portal()
    return whatif.compare(plan, assess(plan, day(0)), read(words, plan), NOON)


def line(reply: Reply, start: str) -> str:
    return next(line for line in reply.answer.lines if line.startswith(start))


def row(reply: Reply, key: str) -> dict[str, Any]:
    return next(row for row in [*reply.data["about"], *reply.data["moved"]] if row["key"] == key)


# ---- what is supposed --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("What if the router slips 3 days?", 3),
        ("if router is delayed by three working days, when do we go live?", 3),
        ("when do we go live if the router runs late by a week", 5),
        ("router +2d?", 2),
        ("impact of a two-week router delay", 10),
        ("what happens if the router takes another 3 days", 3),
        ("what if router slps 3 dyas", 3),
        ("suppose the router needs a couple more days", 2),
        ("what if router comes 2 days early", -2),
        ("what if we shave a day off the router?", -1),
        ("do we still make 15 March if router slips 1.5 weeks?", 8),
        ("¿Qué pasa si router se retrasa tres días?", 3),
        ("Que se passe-t-il si router prend deux semaines de retard ?", 10),
        ("Was passiert, wenn sich router um 4 Tage verspätet?", 4),
    ],
)
def test_work_slips_by_days_in_many_words(words: str, days: int) -> None:
    found = one(words)
    assert (found.kind, found.items, found.days, found.calendar_days) == (
        Kind.SLIPS,
        ("router",),
        days,
        False,
    )


def test_calendar_days_are_calendar_days_when_they_are_called_so() -> None:
    found = one("what if router slips 10 calendar days")
    assert (found.days, found.calendar_days) == (10, True)
    # Finished on Wednesday the 10th; ten days later is a Saturday, so it is the Monday after.
    assert row(asked("what if router slips 10 calendar days"), "router")["earliest_finish"] == "2027-03-22"


def test_a_week_has_as_many_days_as_the_project_works_in_one() -> None:
    plan = project(gate("dig", days=2), working_days=("mon", "tue", "wed", "thu"))
    assert read("what if dig slips a week", plan).suppositions[0].days == 4


@pytest.mark.parametrize(
    ("words", "kind", "when"),
    [
        ("what if B1 clears on Friday", Kind.CLEARS, day(4)),
        ("what if the link is unblocked only on 9 March?", Kind.CLEARS, day(8)),
        ("if the network team answers on 2027-03-10", Kind.CLEARS, day(9)),
        ("what if the contract isn't signed until March 12", Kind.CLEARS, day(11)),
        ("if the link clears 5 March instead of 3 March, new date?", Kind.CLEARS, day(4)),
        ("suppose the drill starts 12 Mar, new date?", Kind.STARTS, day(11)),
        ("what if the drill can't begin before the 16th", Kind.STARTS, day(15)),
        ("und wenn drill am 12. März beginnt?", Kind.STARTS, day(11)),
        ("y si drill empieza el 12 de marzo?", Kind.STARTS, day(11)),
        ("what if the router is finished on 12 March", Kind.FINISHES, day(11)),
        ("what if the router is done by next Friday", Kind.FINISHES, day(11)),
        ("what if router slips to 12 March", Kind.FINISHES, day(11)),
    ],
)
def test_something_happens_on_a_day(words: str, kind: Kind, when: date) -> None:
    found = one(words)
    assert (found.kind, found.start) == (kind, when)


@pytest.mark.parametrize(
    ("words", "who", "first", "last"),
    [
        ("If Runa is away 8 Mar - 12 Mar, what breaks?", ("runa",), day(7), day(11)),
        ("what if Runa is out next week", ("runa",), day(7), day(13)),
        ("what if runa is on vacation from 8 to 10 March", ("runa",), day(7), day(9)),
        ("if Runa's sick for 3 days", ("runa",), day(0), day(2)),
        ("what if Runa and Bo are off on 8-9 March", ("runa", "bo"), day(7), day(8)),
        ("what if Fjord Clinic is closed 8-9 March", ("runa", "kari"), day(7), day(8)),
        ("was wäre, wenn Runa vom 8.3. bis 10.3. krank ist?", ("runa",), day(7), day(9)),
        ("si Runa est absente du 8 au 10 mars", ("runa",), day(7), day(9)),
        ("qué pasa si Runa está de vacaciones del 8 al 10 de marzo", ("runa",), day(7), day(9)),
    ],
)
def test_people_are_away_for_some_days(words: str, who: tuple[str, ...], first: date, last: date) -> None:
    found = one(words)
    assert (found.kind, found.people, found.start, found.end) == (Kind.AWAY, who, first, last)


@pytest.mark.parametrize(
    ("words", "kind", "about"),
    [
        ("what if we lose Runa", Kind.LEAVES, ("runa",)),
        ("without Runa?", Kind.LEAVES, ("runa",)),
        ("what if Runa quits on Thursday", Kind.LEAVES, ("runa",)),
        ("what if we drop the router", Kind.DROPPED, ("router",)),
        ("go live without the drill?", Kind.DROPPED, ("drill",)),
        ("what if the router and the drill are descoped", Kind.DROPPED, ("router", "drill")),
        ("what if the drill is postponed until after go-live", Kind.DROPPED, ("drill",)),
        ("wenn wir auf drill verzichten", Kind.DROPPED, ("drill",)),
        ("what if we drop forms", Kind.DROPPED, ("forms-draft", "forms-print")),
        ("what if Bo takes over the router", Kind.TAKEN_OVER, ("router", "bo")),
        ("what if the router was done today", Kind.CLOSED, ("router",)),
        ("what if the audit is validated", Kind.CLOSED, ("audit",)),
        ("what if the router takes 5 days instead of 3", Kind.TAKES, ("router",)),
        ("what if the drill takes twice as long", Kind.TAKES, ("drill",)),
        ("what if the drill is blocked until 12 March", Kind.HELD, ("drill",)),
        ("what if 8 and 9 March are holidays", Kind.HOLIDAY, ()),
        ("what if everybody is off on Friday", Kind.HOLIDAY, ()),
        ("what if we work weekends", Kind.WORKED, ()),
        ("what if we go live on the 18th", Kind.TARGET, ()),
        ("what if we push the target by a week", Kind.TARGET, ()),
    ],
)
def test_further_things_that_can_be_supposed(words: str, kind: Kind, about: tuple[str, ...]) -> None:
    found = one(words)
    assert (found.kind, (*found.items, *found.people)) == (kind, about)


def test_days_that_do_not_follow_each_other_are_each_a_day() -> None:
    assert one("what if 8 and 10 March are holidays").dates == (day(7), day(9))
    assert one("what if 8-10 March are holidays").dates == (day(7), day(8), day(9))
    assert one("what if Runa is off on Monday and Wednesday").dates == (day(7), day(9))


def test_several_things_are_supposed_at_once_each_with_its_own_words() -> None:
    found = read("what if router slips 2 days, Runa is out next week and we drop forms?").suppositions
    assert [(s.kind, (*s.items, *s.people)) for s in found] == [
        (Kind.SLIPS, ("router",)),
        (Kind.AWAY, ("runa",)),
        (Kind.DROPPED, ("forms-draft", "forms-print")),
    ]
    shared = read("if link and router slip 2 days").suppositions
    assert [s.items for s in shared] == [("link", "router")]
    unsaid = read("if link slips 2 days and router 3").suppositions
    assert unsaid[0].days == 2


def test_what_stands_in_brackets_says_the_same_once_more() -> None:
    found = one("what if the link slips 3 more days (clears 8 March instead of 3 March)?")
    assert (found.kind, found.days) == (Kind.SLIPS, 3)


def test_of_several_items_of_one_name_work_slips_where_it_begins_and_the_answer_says_so() -> None:
    found = one("what if forms slips a day")
    assert found.items == ("forms-draft",)
    assert "“forms” is taken as forms-draft, of forms-draft, forms-print" in found.remark


def test_what_the_question_as_a_whole_was_taken_to_mean_helps_where_a_word_says_nothing() -> None:
    found = read("what if it slips 2 days", meaning=Meaning("portal", items=("drill",)))
    assert found.suppositions[0].items == ("drill",)


# ---- what cannot be supposed -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("what if?", "I do not see what you suppose"),
        ("what if router slips", "Say by how many days"),
        ("what if router starts", "Say which day"),
        ("what if the moon base slips 3 days", "I know no item “moon base”"),
        ("what if Zebulon is away next week", "I know nobody called “Zebulon”"),
        ("what if Moe is away next week", "Say which one you mean: Runa Moe or Kari Moe"),
        ("what if Runa is sick", "Say from when until when"),
        ("what if Runa is away from Friday", "Say until when"),
        ("what if router is finished on 20 Feb", "2027-02-20 is in the past; today is 2027-03-01"),
        ("what if Runa is away 22-26 Feb", "in the past"),
        ("what if kickoff slips 2 days", "kickoff is validated already"),
        ("what if we drop kickoff", "kickoff is validated already"),
        ("what if audit is done today", "waits to be confirmed"),
        ("what if we drop opening", "go-live itself"),
        ("what if B1 isn't cleared by Friday", "Say when instead"),
        ("what if 6 March is a holiday", "Nobody works on these days as it is"),
        ("what if router slips 9000 days", "Suppose a year at most"),
        (
            "what if " + " and ".join(f"router slips {n} days" for n in range(2, 9)),
            "supposes 7 things at once",
        ),
    ],
)
def test_what_says_too_little_is_refused_with_what_to_write(words: str, says: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(words)
    assert says in str(refused.value)


def test_what_to_write_is_told_with_names_of_this_project() -> None:
    with pytest.raises(Invalid, match=r"“what if link slips 3 days”.*“what if Asa is away 8 Mar to 12 Mar”"):
        read("what if")


# ---- what comes of it --------------------------------------------------------------------------------


def test_a_blocker_that_clears_later_moves_what_waits_for_it_and_go_live() -> None:
    reply = asked("what if the link slips 2 days?")
    assert reply.data["before"]["forecast"] == "2027-03-15"
    assert (reply.data["forecast"], reply.data["change_working_days"]) == ("2027-03-17", 2)
    assert line(reply, "Taken as") == "Taken as: B1 on link clears Fri 5 Mar instead of Wed 3 Mar."
    assert [moved["key"] for moved in reply.data["moved"]] == ["link", "router", "drill", "opening"]
    assert row(reply, "router")["earliest_finish"] == "2027-03-12"
    assert reply.data["hits"][0] == {"person": "asa", "items": ["link", "opening"]}
    assert reply.data["driving_chain"] == ["link", "router", "drill"]
    assert reply.data["gap_working_days"] == 2


def test_nothing_is_stored_and_the_plan_that_was_asked_about_stays_as_it_is() -> None:
    plan = opening_of_the_portal()
    before = repr(plan)
    for words in ("router slips 3 days", "drop forms", "Runa is away next week", "drill starts 5 March"):
        assert "Nothing was changed." in asked(f"what if {words}", plan).answer.text
    assert repr(plan) == before


def test_a_slip_within_the_slack_leaves_the_forecast_and_says_what_slack_is_left() -> None:
    reply = asked("what if forms-draft slips 2 days")
    assert reply.data["change_working_days"] == 0
    assert "The forecast stays no earlier than Mon 15 Mar" in reply.answer.text
    assert "forms-draft: finishes Thu 4 Mar instead of Tue 2 Mar" in reply.answer.text
    assert (
        row(reply, "forms-draft")["was_slack_working_days"] - row(reply, "forms-draft")["slack_working_days"]
        == 2
    )


def test_somebody_away_shows_their_items_also_those_that_stay_where_they_are() -> None:
    reply = asked("what if Kari is away 3 to 5 March")
    assert reply.data["change_working_days"] == 0
    about = {row["key"]: row for row in reply.data["about"]}
    assert set(about) == {"forms-print", "leaflet"}
    assert about["forms-print"]["earliest_finish"] == "2027-03-09"
    assert "before drill" in line(reply, "forms-print: ")


def test_what_is_dropped_is_closed_then_and_its_slack_is_told() -> None:
    reply = asked("what if we drop forms")
    assert reply.data["change_working_days"] == 0
    assert "forms-print: closed then; it had" in reply.answer.text
    assert row(reply, "forms-print")["earliest_finish"] is None
    gain = asked("what if we drop the router")
    assert gain.data["change_working_days"] < 0


def test_a_start_sooner_than_can_be_names_the_earliest_and_what_has_to_be_won() -> None:
    reply = asked("suppose the drill starts 8 March")
    assert reply.data["infeasible"] == [
        {
            "item": "drill",
            "wanted": "2027-03-08",
            "earliest": "2027-03-11",
            "to_win_working_days": 3,
            "behind": ["router"],
            "alongside": "2027-03-11",
        }
    ]
    assert "drill cannot start Mon 8 Mar: the earliest is Thu 11 Mar." in reply.answer.text
    assert "3 working days would have to be won on what it waits for (router)" in reply.answer.text
    assert reply.data["forecast"] == "2027-03-10"
    assert reply.data["note"].startswith("drill cannot start")


def test_a_start_later_than_can_be_holds_it_until_then() -> None:
    reply = asked("what if the drill starts 15 March")
    assert reply.data["change_working_days"] == 2
    assert reply.data["driving_chain"] == ["drill"]


def test_somebody_who_leaves_without_a_backup_makes_the_date_no_earlier_than() -> None:
    reply = asked("what if we lose Runa")
    assert reply.data["forecast_kind"] == "no_earlier_than"
    assert "router: nobody has it then" in reply.answer.text
    assert "it takes somebody to have the work of Runa Moe at once" in reply.answer.text
    assert {"person": "runa", "items": ["router", "drill"]} in reply.data["hits"]


def test_somebody_who_leaves_a_backup_behind_hands_the_work_to_it() -> None:
    ann = person("ann", name="Ann Berg", backup="bo")
    plan = project(gate("dig", owner="ann", days=2), people=(ann,))
    reply = asked("what if Ann leaves", plan)
    assert "Ann Berg is gone; Bo Lund, the backup, takes over" in reply.answer.text
    assert reply.data["forecast_kind"] == "stated"
    assert {"person": "bo", "items": ["dig"]} in reply.data["hits"]


def test_an_item_whose_blocker_has_no_date_slips_from_its_earliest_and_says_so() -> None:
    reply = asked("what if the contract slips 2 days")
    assert (
        "2 working days later, counted from its earliest finish, as B2 has no clear date" in reply.answer.text
    )
    assert "B2 has no clear date to go by" in reply.answer.text
    of_blocker = asked("what if B2 slips 2 days")
    assert "B2 on contract has no clear date" in line(of_blocker, "Taken as")
    assert row(of_blocker, "contract")["earliest_finish"] == row(reply, "contract")["earliest_finish"]


def test_a_blocker_that_gets_a_date_is_unknown_no_longer() -> None:
    reply = asked("what if the lawyers answer on 12 March")
    assert reply.data["forecast_kind"] == "stated"
    assert reply.data["unknown_clear_dates"] == []
    assert reply.data["forecast"] == "2027-03-16"
    assert reply.data["newly_critical"] == ["contract"]


def test_what_is_done_is_confirmed_later_when_it_slips() -> None:
    reply = asked("what if the audit slips 3 days")
    assert row(reply, "audit")["earliest_finish"] == "2027-03-04"
    assert "audit is confirmed 3 working days later by Bo Lund" in reply.answer.text


def test_holidays_for_everybody_move_everything() -> None:
    reply = asked("forecast if 4 and 5 March are holidays for everyone?")
    assert (reply.data["forecast"], reply.data["change_working_days"]) == ("2027-03-17", 2)


def test_another_target_changes_what_is_missing_and_not_the_forecast() -> None:
    reply = asked("what if we go live on 10 March")
    assert reply.data["change_working_days"] == 0
    assert (reply.data["target"], reply.data["gap_working_days"]) == ("2027-03-10", 3)
    assert reply.data["before"]["gap_working_days"] == 0
    assert "3 working days after the target Wed 10 Mar" in reply.answer.text


def test_what_is_done_today_has_a_day_to_be_confirmed_and_what_is_validated_none() -> None:
    done = asked("what if forms-draft was done today")
    assert row(done, "forms-draft")["earliest_finish"] == "2027-03-01"
    validated = asked("what if forms-draft is validated today")
    assert row(validated, "forms-draft")["earliest_finish"] is None
    assert row(validated, "forms-print")["earliest_start"] == "2027-03-01"


def test_due_dates_that_could_be_met_and_no_longer_can_are_named() -> None:
    plan = project(gate("dig", days=2, due=day(3)), gate("lay", "dig", days=1, due=day(4)))
    reply = asked("what if dig slips 3 days", plan)
    assert reply.data["impossible"] == ["dig", "lay"]
    assert "Due dates that can no longer be met: dig, lay" in reply.answer.text


def test_the_answer_is_short_however_much_moves() -> None:
    chain = [gate(f"step{n:03}", *([f"step{n - 1:03}"] if n else []), due=day(300)) for n in range(200)]
    reply = asked("what if step000 slips a week", project(*chain))
    assert len(reply.data["moved"]) == 201
    assert len(reply.answer.lines) <= 16
    assert len(reply.answer.text) <= 1_400
    assert "and 195 items more" in reply.answer.text


def test_as_data_every_supposition_says_what_it_was_taken_to_be() -> None:
    reply = asked("what if router slips 2 days and Runa is away 8-9 March")
    assert [(s["kind"], s["words"], s["days"], s["from"]) for s in reply.data["suppositions"]] == [
        ("slips", "router slips 2 days", 2, None),
        ("away", "Runa is away 8 - 9 March", None, "2027-03-08"),
    ]


def test_go_live_itself_is_never_said_to_be_something_go_live_does_not_wait_for() -> None:
    plan = opening_of_the_portal()
    after = task("first-week", plan.project.go_live_item or "", area="hypercare")
    said = asked("what if router slips 4 days", replace(plan, items=(*plan.items, after)))
    assert "does not wait" not in line(said, "opening: ")
    assert line(said, "first-week: ").endswith("; after go-live")


def test_work_that_nobody_would_have_is_no_earlier_date() -> None:
    plan = opening_of_the_portal()
    gone = replace(plan.person["runa"], away=(away(3, 9),), deputy="kari")
    people = tuple(gone if each.key == "runa" else each for each in plan.people)
    reply = asked("what if Runa resigns", replace(plan, people=people))
    verdict = reply.answer.lines[1]
    assert verdict.startswith("No date: nobody would have router, drill, and go-live waits for them.")
    assert "earlier than" not in verdict.replace("no earlier than", "")
    assert "(Kari Moe only stands in on days away)" in line(reply, "Taken as")


def test_what_no_longer_waits_behind_a_dropped_item_is_said() -> None:
    told = asked("what if we skip the router").answer.lines[-1]
    assert "Mind: drill no longer waits for link, as router did." in told
    assert "Mind" not in asked("what if we skip the drill").answer.lines[-1]
