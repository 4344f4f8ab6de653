"""Is what people ask besides the checklist read and answered: who is away, who stands in, what comes after,
what was let through, how late is too late?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain import answers, questions
from bot.domain.answers import Facts, Reply
from bot.domain.plan import Plan, Status, Waiver
from bot.domain.questions import Known
from bot.domain.questions.meaning import resolve
from bot.domain.readiness import assess
from tests.domain.checklists import MONDAY, away, blocker, day, gate, person, project, task

NINE = datetime(2027, 3, 1, 9, tzinfo=UTC)


TITLES = {
    "permit": "Street permit granted",
    "stalls": "Stalls put up",
    "power": "Power at every stall",
    "firewall": "Firewall of the till network",
    "tents": "Tents ordered",
    "opening": "Fair opened",
    "cleaning": "Square cleaned",
}


def fair() -> Plan:
    """A fair of stalls, held up by a permit; its electrician is away for a while."""
    waiver = Waiver(by="bo", why="weather is fine", until=day(4))
    plan = project(
        gate("permit", status=Status.BLOCKED, owner="bo"),
        gate("stalls", "permit", days=3, owner="kim"),
        gate("power", "stalls", days=2, owner="ola"),
        gate("firewall", owner="ola", validator="kim"),
        gate("tents", status=Status.WAIVED, waived=waiver),
        gate("opening", "power", owner="kim"),
        task("cleaning", "opening", area="hypercare"),
        people=(
            person("kim", name="Kim Lund", role="Foreman"),
            person("ola", name="Ola Berg", role="Electrician", away=(away(3, 9),), deputy="kim"),
        ),
        blockers=(blocker(1, "permit", waiting_on="the town hall"),),
        target_go_live=day(18),
        holidays=(day(11),),
    )
    items = (replace(item, title=TITLES[item.key]) for item in plan.items)
    return replace(plan, items=tuple(items))


def ask(text: str) -> tuple[questions.Asked, Reply]:
    plan = fair()
    known = Known(
        people=tuple(name for p in plan.people for name in (p.name, p.key)),
        items=tuple(name for i in plan.items for name in (i.key, i.title)),
    )
    asked = questions.read(text, known)
    meant = resolve(asked, plan, NINE, asker="kim")
    return asked, answers.reply(asked, meant, plan, assess(plan, MONDAY), NINE, Facts(question=text))


@pytest.mark.parametrize(
    ("text", "sense"),
    [
        ("who is on vacation in the next two weeks?", ("items_of", "away")),
        ("anybody out of office next week?", ("items_of", "away")),
        ("is Ola around on 8 March?", ("items_of", "away")),
        ("when is Ola back?", ("items_of", "away")),
        ("qui est en congé la semaine du 8 mars ?", ("items_of", "away")),
        ("wer ist am 8. März nicht da?", ("items_of", "away")),
        ("¿quién está de vacaciones la próxima semana?", ("items_of", "away")),
        ("who could fill in for Ola?", ("owner_of", "stand_in")),
        ("who is Ola's deputy?", ("owner_of", "stand_in")),
        ("who would take over from Ola?", ("owner_of", "stand_in")),
        ("what happens after we go live?", ("before_golive", "after")),
        ("what is still to do after the launch?", ("before_golive", "after")),
        ("what has to happen before the launch?", ("before_golive", "")),
        ("which gates are waived?", ("readiness", "waived")),
        ("what was let through, until when?", ("readiness", "waived")),
        ("why was the tents gate waived?", ("history_of", "")),
        ("what would it take to launch on 9 March?", ("readiness", "recover")),
        ("how many working days are left until the target?", ("readiness", "earliest")),
        ("power at the latest", ("critical_path", "slack")),
        ("how late can the firewall be?", ("critical_path", "slack")),
        ("which assumptions has no one verified so far?", ("assumptions", "")),
        ("if the town hall clears the permit on 9 March, can we still launch in time?", ("whatif", "")),
        ("¿cuándo podremos salir en vivo?", ("readiness", "earliest")),
        ("qui doit valider le pare-feu ?", ("owner_of", "")),
        ("quelles sont les tâches bloquées ?", ("blockers", "")),
    ],
)
def test_what_is_asked_besides_is_read_as_what_it_is(text: str, sense: tuple[str, str]) -> None:
    asked, _ = ask(text)
    assert (asked.intent, asked.topic) == sense


def test_who_is_away_is_told_from_the_plan() -> None:
    _, found = ask("who is on vacation in the next two weeks?")
    assert "Ola Berg: away Thu 4 Mar to Wed 10 Mar, Kim Lund stands in" in found.answer.text
    assert "Nobody works: Fri 12 Mar" in found.answer.text
    assert [row["person"] for row in found.data["away"]] == ["ola"]
    _, found = ask("is Kim around on 8 March?")
    assert "Kim Lund is not known to be away then" in found.answer.text
    assert not found.data["away"]


def test_who_stands_in_on_days_away_is_not_who_takes_over() -> None:
    _, found = ask("who could fill in for Ola?")
    assert "Ola Berg: nobody is named to take over; Kim Lund stands in on days away." in found.answer.text
    assert found.data["people"] == [{"person": "ola", "backup": None, "deputy": "kim"}]


def test_what_hangs_behind_go_live_is_not_what_comes_before_it() -> None:
    _, found = ask("what comes after the launch?")
    assert found.data["after_golive"] == ["cleaning"]
    assert "Square cleaned (cleaning)" in found.answer.text
    assert "Stalls" not in found.answer.text


def test_what_is_let_through_is_told_with_its_end() -> None:
    _, found = ask("which gates are waived?")
    assert "Tents ordered (tents): waived by Bo Lund until Fri 5 Mar: weather is fine" in found.answer.text
    assert "open again before go-live" in found.answer.text
    assert [row["until"] for row in found.data["waived"]] == ["2027-03-05"]


def test_a_day_that_is_out_of_reach_is_said_to_be() -> None:
    _, found = ask("what would it take to launch on 9 March?")
    assert "Tue 9 Mar cannot be held" in found.answer.title


def test_what_is_left_until_the_target_is_counted() -> None:
    _, found = ask("how many working days are left until the target?")
    assert found.data["working_days_to_target"] == 13
    assert "which is 13 working days after today" in found.answer.text


def test_what_to_do_today_is_apart_from_what_has_to_wait() -> None:
    _, found = ask("what should I do today?")
    assert "Has to wait" in found.answer.text
    assert "Can be worked on today" not in found.answer.text or "Stalls put up (stalls)" in found.answer.text


def test_a_supposition_may_come_first_and_the_question_last() -> None:
    _, found = ask("if the town hall clears the permit on 9 March, when do we launch?")
    assert found.data["suppositions"][0]["items"] == ["permit"] or found.data["about"][0]["key"] == "permit"
    assert found.data["change_working_days"] > 0


def test_what_cannot_be_answered_has_no_moment_at_which_it_cannot() -> None:
    _, found = ask("who will win the cup?")
    assert found.answer.title == "I cannot answer that."
