"""What happened to a project, or to one thing of it, in which words and in which order?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.domain import changes
from bot.domain.errors import NotFound
from bot.domain.plan import Event, Finding, Plan, Status, Validation, Waiver
from bot.domain.story import recounting
from tests.domain.checklists import belief, blocker, day, gate, person, project, task

MORNING = datetime(2027, 3, 1, 9, tzinfo=UTC)


class Log:
    """A plan that people change, an hour after each other, and the log of it."""

    def __init__(self, plan: Plan, *, act: str = "load", actor: str = "cli:kim") -> None:
        self.at = MORNING
        self.events: list[Event] = []
        self.plan = plan
        self._keep(None, plan, actor, act)

    def _keep(self, before: Plan | None, after: Plan, actor: str, act: str, link: str | None = None) -> None:
        head = replace(after.project, revision=(before.project.revision if before else 0) + 1)
        self.plan = replace(after, project=head)
        self.events += [
            Event(revision=head.revision, at=self.at, actor=actor, act=act, change=change, permalink=link)
            for change in changes.diff(before, self.plan)
        ]

    def did(
        self,
        actor: str,
        act: str,
        change: Callable[[Plan], Plan],
        *,
        hours: float = 1,
        link: str | None = None,
    ) -> None:
        self.at += timedelta(hours=hours)
        self._keep(self.plan, change(self.plan), actor, act, link)

    def item(self, actor: str, act: str, key: str, *, hours: float = 1, **fields: Any) -> None:
        self.did(actor, act, lambda plan: with_item(plan, key, **fields), hours=hours)

    def since(self, start: date | None = None, end: date | None = None, **more: Any) -> recounting.Reply:
        as_of = more.pop("as_of", self.at + timedelta(hours=1))
        return recounting.since(self.plan, self.events, start, end, as_of, **more)

    def told(self, start: date | None = None, **more: Any) -> str:
        return self.since(start, **more).answer.text

    def history(self, *keys: str, **more: Any) -> str:
        as_of = more.pop("as_of", self.at + timedelta(hours=1))
        return recounting.history(self.plan, keys, self.events, as_of, **more).answer.text


def with_item(plan: Plan, key: str, **fields: Any) -> Plan:
    items = tuple(replace(i, **fields) if i.key == key else i for i in plan.items)
    return replace(plan, items=items)


def a_log(**fields: Any) -> Log:
    plan = project(gate("vpn", due=day(9)), gate("sso", "vpn"), task("sign"), **fields)
    log = Log(plan)
    log.at += timedelta(days=1)
    return log


TUESDAY = day(1)


def test_a_loaded_file_is_one_line_with_what_was_in_it() -> None:
    log = Log(project(*(gate(f"part-{n}") for n in range(60)), blockers=[blocker(1, "part-3")]))
    text = log.told()
    assert "kim loaded the project file: 61 items, 2 people, 1 blocker" in text
    assert text.count("part-") == 0


def test_a_file_loaded_again_says_how_much_of_it_is_other_than_before() -> None:
    log = a_log()
    log.did(
        "file:week2.yaml",
        "load",
        lambda plan: replace(
            plan, items=(*(replace(i, due=day(20)) for i in plan.items), gate("new-1"), gate("new-2"))
        ),
    )
    assert "golive loaded the file week2.yaml: 2 items new, 4 items changed" in log.told(TUESDAY)


def test_a_moved_date_is_told_from_which_day_to_which_and_by_whom() -> None:
    log = a_log()
    log.item("UBO", "due", "vpn", due=day(16))
    assert "Bo Lund moved the date of The vpn is ready (vpn) from Wed 10 Mar to Wed 17 Mar (Tue 2 Mar)" in (
        log.told(TUESDAY)
    )


def test_ten_edits_of_one_field_are_one_line_from_the_first_to_the_last() -> None:
    log = a_log()
    for n in range(10):
        log.item("UBO" if n % 2 else "UASA", "due", "vpn", due=day(10 + n))
    text = log.told(TUESDAY)
    assert (
        "Bo Lund moved the date of The vpn is ready (vpn) from Wed 10 Mar to Sat 20 Mar in 10 steps" in text
    )
    assert text.count("moved the date") == 1
    assert log.history("vpn").count("moved the date") == 1


def test_a_few_moves_of_a_date_each_have_their_line_in_the_history() -> None:
    log = a_log()
    log.item("UBO", "due", "vpn", due=day(12))
    log.item("UASA", "due", "vpn", due=day(14))
    assert log.history("vpn").count("moved the date of vpn") == 2


def test_what_went_back_to_what_it_was_is_not_told() -> None:
    log = a_log()
    log.item("UBO", "due", "vpn", due=day(16))
    log.item("UBO", "undo", "vpn", due=day(9))
    assert "Nothing was changed." in log.told(TUESDAY)
    assert log.history("vpn").count("the date of vpn") == 2


def test_what_came_and_went_is_not_told() -> None:
    log = a_log()
    log.did("UBO", "add", lambda plan: replace(plan, items=(*plan.items, task("badge"))))
    log.did("UBO", "undo", lambda plan: replace(plan, items=plan.items[:-1]))
    assert "Nothing was changed." in log.told(TUESDAY)


def test_a_validation_is_told_with_its_evidence() -> None:
    log = a_log()
    log.item("UASA", "done", "vpn", status=Status.DONE, done_on=day(1))
    proof = Validation(by="bo", at=log.at, evidence="signed PDF")
    log.item("UBO", "validate", "vpn", status=Status.VALIDATED, validation=proof, evidence="signed PDF")
    text = log.told(TUESDAY)
    assert "Bo Lund validated The vpn is ready (vpn): signed PDF" in text
    assert "said that" not in text
    assert "Asa Lund said that vpn is done" in log.history("vpn")


def test_why_a_gate_was_waived_says_who_when_why_and_until_when() -> None:
    log = a_log()
    waiver = Waiver(by="bo", why="the vendor ships in April", until=day(7))
    log.item("UBO", "waive", "vpn", status=Status.WAIVED, waived=waiver, earlier_status=Status.TODO)
    text = log.history("vpn")
    assert "Now: The vpn is ready (vpn): waived by Bo Lund until Mon 8 Mar: the vendor ships in April" in text
    assert "Tue 2 Mar, 10:00: Bo Lund waived vpn until Mon 8 Mar: the vendor ships in April" in text


def test_a_waiver_that_a_file_brought_in_is_explained_by_the_file() -> None:
    waiver = Waiver(by="bo", why="not in the first wave", until=day(40))
    log = Log(project(gate("vpn", status=Status.WAIVED, waived=waiver)))
    text = log.history("vpn")
    assert (
        "brought vpn in with the project file, waived by Bo Lund until Sat 10 Apr: not in the first" in text
    )


def test_a_waiver_that_ran_out_is_told_though_nobody_did_it() -> None:
    log = a_log()
    waiver = Waiver(by="bo", why="the vendor is late", until=day(3))
    log.item("UBO", "waive", "vpn", status=Status.WAIVED, waived=waiver, earlier_status=Status.TODO)
    later = log.at + timedelta(days=6)
    words = "The waiver of The vpn is ready (vpn) by Bo Lund until Thu 4 Mar ran out, not used"
    assert words in log.told(TUESDAY, as_of=later)
    assert "ran out, not used: it counts as open again" in log.history("vpn", as_of=later)
    assert "ran out" not in log.told(TUESDAY)


def test_reopening_is_told_with_its_reason_and_what_it_opened_along() -> None:
    plan = project(
        gate("vpn", status=Status.VALIDATED), gate("sso", "vpn", status=Status.VALIDATED), gate("app")
    )
    log = Log(plan)
    log.at += timedelta(days=1)
    log.did(
        "UASA",
        "reopen: drops every night",
        lambda p: with_item(with_item(p, "vpn", status=Status.DOING), "sso", status=Status.DONE),
    )
    text = log.told(TUESDAY)
    assert (
        "Asa Lund reopened The vpn is ready (vpn): drops every night; with it sso is to be confirmed again"
        in text
    )
    assert text.count("sso") == 1
    assert "with it sso is to be confirmed again" in log.history("sso")


def test_what_was_reopened_and_validated_again_says_so() -> None:
    log = Log(project(gate("vpn", status=Status.VALIDATED), gate("sso")))
    log.at += timedelta(days=1)
    log.item("UASA", "reopen: it dropped", "vpn", status=Status.DOING)
    log.item("UASA", "done", "vpn", status=Status.DONE)
    log.item("UBO", "validate", "vpn", status=Status.VALIDATED)
    assert "Bo Lund validated The vpn is ready (vpn) again" in log.told(TUESDAY)


def test_a_blocker_speaks_for_the_item_it_blocks_and_frees() -> None:
    log = a_log()
    raised = blocker(3, "vpn", raised=day(1), expected_clear=day(7))

    def block(plan: Plan) -> Plan:
        return replace(with_item(plan, "vpn", status=Status.BLOCKED), blockers=(raised,))

    def clear(plan: Plan) -> Plan:
        cleared = replace(raised, status="cleared", cleared_on=day(7))
        return replace(with_item(plan, "vpn", status=Status.TODO), blockers=(cleared,))

    log.did("UBO", "block", block)
    text = log.told(TUESDAY)
    assert "Bo Lund raised B3 on vpn: “Something is in the way of vpn”, waiting on the clinic's IT" in text
    assert "blocked" not in text
    log.did("UASA", "unblock: certificate came", clear, hours=24 * 6)
    assert "Asa Lund cleared B3 on vpn after 4 working days: certificate came" in log.told(TUESDAY)
    history = log.history("B3")
    assert "Asa Lund cleared B3 on vpn after 4 working days" in history
    assert "Bo Lund raised B3 on vpn" in history
    assert "B3 is cleared" in history
    assert "raised B3" in log.history("vpn")


def test_an_assumption_found_false_is_told_with_what_it_opened_again() -> None:
    log = Log(project(gate("vpn", status=Status.VALIDATED), gate("sso"), beliefs=[belief(1, "vpn")]))
    log.at += timedelta(days=1)
    found = Finding(true=False, by="bo", at=log.at, evidence="the licence office said no")
    log.did(
        "UBO",
        "refute",
        lambda plan: replace(
            with_item(plan, "vpn", status=Status.DOING),
            assumptions=(replace(plan.assumptions[0], finding=found),),
        ),
    )
    assert "Bo Lund found A1 FALSE: the licence office said no; with it vpn is open again" in log.told(
        TUESDAY
    )


def test_handing_over_taking_over_and_letting_go_are_told_apart() -> None:
    log = a_log()
    log.item("UASA", "own", "vpn", owner="bo")
    assert "Asa Lund gave The vpn is ready (vpn) to Bo Lund, before Asa Lund" in log.told(TUESDAY)
    log.item("UASA", "own", "sso", owner=None)
    assert "Asa Lund left The sso is ready (sso) without an owner, before Asa Lund" in log.told(TUESDAY)
    log.item("UBO", "own", "sso", owner="bo")
    assert "Bo Lund took The sso is ready (sso) over from Asa Lund" in log.told(TUESDAY)


def test_who_joined_by_being_given_something_is_not_a_line_of_its_own() -> None:
    log = a_log()

    def give(plan: Plan) -> Plan:
        return with_item(replace(plan, people=(*plan.people, person("cy"))), "vpn", owner="cy")

    log.did("UASA", "own", give)
    text = log.told(TUESDAY)
    assert "gave The vpn is ready (vpn) to Cy Lund" in text
    assert "into the project" not in text


def test_the_target_comes_first_then_gates_then_blockers_then_dates_then_owners() -> None:
    log = a_log(target_go_live=day(30))
    log.item("UASA", "own", "sso", owner="bo")
    log.item("UASA", "due", "sso", due=day(20))
    log.did("UBO", "block", lambda plan: replace(plan, blockers=(blocker(1, "sso"),)))
    log.item("UBO", "validate", "vpn", status=Status.VALIDATED)
    log.did("UBO", "due", lambda p: replace(p, project=replace(p.project, target_go_live=day(37))))
    lines = log.told(TUESDAY).split("\n")[2:]
    marks = ("moved the target", "validated", "raised B1", "moved the date", "gave")
    assert [next(n for n, line in enumerate(lines) if mark in line) for mark in marks] == [0, 1, 2, 3, 4]


def test_a_great_deal_is_a_dozen_lines_and_how_many_more() -> None:
    log = Log(project(*(gate(f"part-{n}", due=day(9)) for n in range(30))))
    log.at += timedelta(days=1)
    for n in range(30):
        log.item("UBO", "due", f"part-{n}", due=day(10))
    found = log.since(TUESDAY)
    assert len(found.answer.lines) <= 12
    assert found.answer.lines[-1] == "And 21 more."
    assert len(found.data["events"]) == 30
    assert len(log.since(TUESDAY, whole=True).answer.lines) == 32


def test_only_moved_dates_are_told_when_dates_are_asked_about() -> None:
    log = a_log()
    log.item("UBO", "validate", "sso", status=Status.VALIDATED)
    log.item("UBO", "due", "vpn", due=day(16))
    text = log.told(TUESDAY, topic="dates")
    assert "dates moved since Tue 2 Mar" in text
    assert "moved the date of The vpn" in text
    assert "validated" not in text


def test_only_what_was_done_to_the_items_asked_about_is_told() -> None:
    log = a_log()
    log.item("UBO", "due", "vpn", due=day(16))
    log.item("UBO", "due", "sso", due=day(17))
    assert "sso" not in log.told(TUESDAY, keys=("vpn",))


def test_the_days_asked_about_count_on_the_projects_clock_both_included() -> None:
    log = Log(project(gate("vpn", due=day(9)), timezone="America/Chicago"))
    log.at = datetime(2027, 3, 3, 5, 30, tzinfo=UTC)  # 23:30 on Tuesday in Chicago
    log.item("UBO", "due", "vpn", due=day(16), hours=0)
    later = log.at + timedelta(days=3)
    assert "moved the date" in log.told(TUESDAY, end=TUESDAY, as_of=later)
    assert "Nothing was changed" in log.told(day(2), end=day(2), as_of=later)


# The forecast of then


def test_the_forecast_then_is_that_of_the_plan_as_it_stood() -> None:
    log = a_log()
    log.at = MORNING + timedelta(days=1)
    was = recounting.since(log.plan, log.events, TUESDAY, None, log.at).data["forecast_then"]
    log.item("UASA", "edit", "vpn", remaining_days=6)
    found = log.since(TUESDAY)
    assert found.data["forecast_then"] == was == "2027-03-04"
    assert "The forecast moved from Thu 4 Mar to Thu 11 Mar, 5 working days later." in found.answer.text


def test_the_forecast_then_stays_unknown_when_the_project_was_not_there_yet() -> None:
    log = a_log()
    found = log.since(day(-10))
    assert found.data["forecast_then"] is None
    assert "forecast" not in found.answer.text.casefold()


def test_the_forecast_then_stays_unknown_when_the_log_does_not_reach_back() -> None:
    log = a_log()
    log.item("UBO", "due", "vpn", due=day(16))
    log.item("UBO", "due", "vpn", due=day(17))
    log.item("UBO", "due", "vpn", due=day(18))
    some = [event for event in log.events if event.revision != 3]
    assert recounting.plan_at(log.plan, some, log.at - timedelta(hours=3)) is None


def test_a_plan_is_found_again_as_it_was_at_any_moment() -> None:
    log = a_log()
    kept = {}
    for n in range(6):
        kept[log.at + timedelta(minutes=30)] = log.plan
        log.item("UBO", "due", ("vpn", "sso", "sign")[n % 3], due=day(20 + n))
    for moment, plan in kept.items():
        then = recounting.plan_at(log.plan, log.events, moment)
        assert then is not None
        assert then.items == plan.items


# Histories


def test_the_history_of_a_thing_that_is_gone_still_names_it() -> None:
    log = a_log()
    log.did("UBO", "edit", lambda plan: replace(plan, items=tuple(i for i in plan.items if i.key != "sign")))
    text = log.history("sign")
    assert "what happened to The sign is ready (sign)" in text
    assert "sign is not on the list any more" in text
    assert "Bo Lund took sign off the list" in text


def test_a_history_is_narrowed_to_the_days_asked_about() -> None:
    log = a_log()
    log.item("UBO", "due", "vpn", due=day(12))
    log.item("UBO", "own", "vpn", owner="bo", hours=48)
    assert "moved the date" not in log.history("vpn", start=day(3))
    assert "took vpn over" in log.history("vpn", start=day(3))


def test_a_line_of_a_history_ends_with_where_it_was_said() -> None:
    log = a_log()
    link = "https://x.slack.com/archives/C1/p1"
    log.did("UBO", "hear", lambda plan: replace(plan, blockers=(blocker(1, "vpn"),)), link=link)
    assert log.history("vpn").split("\n")[-2].endswith(link)
    found = log.since(TUESDAY).data["events"][0]
    assert (found["actor"], found["entity"], found["key"], found["link"]) == (
        "Bo Lund",
        "blocker",
        "B1",
        link,
    )


def test_several_fields_changed_by_one_act_are_one_line() -> None:
    log = a_log()
    log.item("UBO", "edit", "vpn", due=day(16), owner="bo")
    lines = [line for line in log.told(TUESDAY).split("\n") if "vpn" in line]
    assert lines == [
        "Bo Lund moved the date of The vpn is ready (vpn) from Wed 10 Mar to Wed 17 Mar; "
        "took it over from Asa Lund (Tue 2 Mar)"
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"depends_on": ("sign",)}, "made The sso is ready (sso) wait for sign, no longer wait for vpn"),
        ({"gate": False}, "made The sso is ready (sso) no gate any more"),
        ({"remaining_days": 5}, "put the work left on The sso is ready (sso) at 5 d, was 1 d"),
        ({"validator": "asa"}, "named Asa Lund to confirm The sso is ready (sso), before Bo Lund"),
        ({"title": "Single sign-on"}, "changed the title of Single sign-on (sso) from “The sso is ready” to"),
        ({"due": None}, "took the date of The sso is ready (sso) away, was Fri 17 Sep"),
        ({"status": Status.DOING}, "started The sso is ready (sso)"),
    ],
)
def test_each_change_of_an_item_has_words_of_its_own(change: dict[str, Any], words: str) -> None:
    log = a_log()
    log.item("UBO", "edit", "sso", **change)
    assert words in log.told(TUESDAY)


def test_what_a_strange_hand_did_is_told_without_a_name() -> None:
    log = a_log()
    log.item("U0GONE", "due", "vpn", due=day(16))
    assert "somebody moved the date" in log.told(TUESDAY)


def test_nothing_known_says_where_to_look() -> None:
    assert isinstance(recounting.nothing_known(a_log().plan, "zebra"), NotFound)
