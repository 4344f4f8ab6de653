"""What is left of a channel's history to record, and how is that written down and read back?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain import projectfile
from bot.domain.backfill import Found, Gathering, Listener, Message, parse, place_of, write
from bot.domain.errors import Invalid
from bot.domain.plan import Blocker, Plan, Status

HARBOR = Path(__file__).parents[1] / "fixtures" / "harbor.yaml"
PLAN = projectfile.parse(HARBOR.read_text(), HARBOR.name).plan
ANA, BEN, CHEN, NEW = "U0ANA", "U0BEN", "U0CHEN", "U0NORA"
MONDAY = datetime(2027, 1, 4, 9, tzinfo=UTC)
TODAY = date(2027, 3, 1)


class History:
    """A channel of which everything is said in its order, an hour apart."""

    def __init__(self, plan: Plan = PLAN) -> None:
        self.plan = plan
        self._at = MONDAY
        self._listener = Listener(plan, {NEW: "Nora | <b>New</b>"}, lambda _: plan.project.zone)
        self._gathering = Gathering(plan)
        self._threads = {}

    def say(self, user: str, text: str, *, under: str | None = None, ticked: bool = False) -> str:
        self._at += timedelta(hours=1)
        ts = f"{self._at.timestamp():.6f}"
        message = Message(ts=ts, user=user, text=text, thread_ts=under, ticked=ticked)
        told = self._listener.told(message, self._threads.get(under))
        self._threads[ts] = self._listener.thread(message, told)
        for each in told:
            self._gathering.take(each)
        return ts

    def found(self) -> Found:
        return self._gathering.found(lambda item, field: None, lambda ts: False, TODAY)

    def lines(self) -> list[str]:
        return [
            f"{f.proposal.kind} {f.proposal.item or '-'}: {f.proposal.text}" for f in self.found().findings
        ]


@pytest.fixture
def history() -> History:
    return History()


def test_a_date_is_read_as_of_the_day_it_was_said(history: History) -> None:
    history.say(BEN, "blocker: the radar vendor is silent on the vessel feed, by Friday")
    (found,) = history.found().findings
    assert (found.on, found.proposal.day, found.past) == (MONDAY.date(), date(2027, 1, 8), True)


@pytest.mark.parametrize(
    "text",
    [
        "lunch?",
        "> blocker: quoted from somewhere else",
        "```blocker: only code```",
        "no blockers today",
        "my ad blocker eats the page",
        "who has the keys?",
    ],
)
def test_talk_quotes_and_code_come_to_nothing(history: History, text: str) -> None:
    history.say(ANA, text)
    assert history.found().findings == ()


def test_what_was_cleared_in_its_thread_is_left_out(history: History) -> None:
    first = history.say(BEN, "blocker: the harbour wifi is down")
    history.say(ANA, "sorted now", under=first)
    assert (history.lines(), history.found().over) == ([], 1)


def test_what_was_cleared_later_for_the_same_item_is_left_out(history: History) -> None:
    history.say(BEN, "blocker: the radar is silent, so the vessel feed connected to nothing")
    history.say(CHEN, "the vessel feed is back up")
    assert (history.lines(), history.found().over) == ([], 1)


def test_the_end_of_one_thread_is_not_the_end_of_another(history: History) -> None:
    one = history.say(BEN, "blocker: no certificate for the vessel feed")
    history.say(BEN, "blocker: the radar vendor sends nothing to the vessel feed")
    history.say(ANA, "resolved, it arrived", under=one)
    assert history.lines() == ["blocker feed: the radar vendor sends nothing to the vessel feed"]


def test_what_was_over_and_is_said_again_is_open(history: History) -> None:
    one = history.say(BEN, "blocker: the harbour wifi is down")
    history.say(ANA, "fixed now", under=one)
    history.say(BEN, "blocker: the harbour wifi is down")
    (found,) = history.found().findings
    assert len(found.messages) == 1


def test_a_mark_of_done_on_the_message_clears_it(history: History) -> None:
    history.say(BEN, "blocker: the harbour wifi is down", ticked=True)
    assert (history.lines(), history.found().over) == ([], 1)


def test_what_may_be_over_is_shown_with_the_words_that_say_so(history: History) -> None:
    history.say(BEN, "blocker: the wifi in the harbour office is down")
    history.say(ANA, "wifi is back up")
    (found,) = history.found().findings
    assert found.proposal.doubts == ("may be over: “wifi is back up”",)


def test_the_same_said_five_times_is_one_proposal_with_five_links(history: History) -> None:
    said = [history.say(BEN, "still waiting on the port for the pilot roster") for _ in range(3)]
    said.append(history.say(ANA, "We are still waiting on the port for the pilot roster!"))
    said.append(history.say(NEW, "waiting on the port for the pilot roster"))
    (found,) = history.found().findings
    assert [ts for ts, _ in found.messages] == said


def test_the_last_word_on_an_owner_and_on_a_date_counts(history: History) -> None:
    history.say(ANA, "owner: <@U0BEN> for training")
    history.say(ANA, "owner: <@U0CHEN> for training")
    history.say(BEN, "Pilots trained will be done by 20 February")
    history.say(BEN, "Pilots trained will be done by 12 March")
    found = history.found()
    assert [(f.proposal.kind, f.proposal.owner, f.proposal.day) for f in found.findings] == [
        ("owner", "chen", None),
        ("due", None, date(2027, 3, 12)),
    ]
    assert found.replaced == 2


def test_a_new_item_is_proposed_only_where_the_words_clearly_make_one(history: History) -> None:
    history.say(ANA, "we should think about badges one day")
    history.say(ANA, "TODO: order the badge printers")
    history.say(ANA, "Please add a rollback rehearsal to the checklist")
    history.say(ANA, "why did we not add the buoys to the checklist?")
    assert sorted(history.lines()) == ["item -: Order the badge printers", "item -: Rollback rehearsal"]


def test_two_new_items_that_differ_in_their_number_are_two(history: History) -> None:
    history.say(ANA, "TODO: order the badge printers of pier 3")
    history.say(ANA, "TODO: order the badge printers of pier 4")
    assert len(history.lines()) == 2


def test_two_decisions_that_differ_in_their_number_are_two(history: History) -> None:
    history.say(ANA, "Decision: berth 3 stays closed at night")
    history.say(ANA, "Decision: berth 4 stays closed at night")
    assert [line.partition(":")[0] for line in history.lines()] == ["decision -", "decision -"]


def test_a_day_said_below_a_blocker_is_when_that_ends_and_not_when_its_item_is_due(history: History) -> None:
    one = history.say(BEN, "blocker: the radar vendor is silent on the vessel feed")
    history.say(ANA, "I will send it by 15 January", under=one)
    (found,) = history.found().findings
    assert (found.proposal.kind, found.proposal.day) == ("blocker", date(2027, 1, 15))


def test_what_may_be_stored_in_other_words_says_so() -> None:
    stored = Blocker(
        id="B1", text="The radar vendor has not sent the feed", item="feed", raised=date(2027, 1, 20)
    )
    history = History(replace(PLAN, blockers=(stored,)))
    history.say(BEN, "blocker: no word from the radar vendor, so the vessel feed is stuck")
    (found,) = history.found().findings
    assert found.proposal.doubts == ("may be B1: “The radar vendor has not sent the feed”",)


def test_what_is_stored_already_is_not_proposed() -> None:
    known = Blocker(id="B1", text="radar vendor silent", item="feed", raised=MONDAY.date())
    history = History(replace(PLAN, blockers=(known,)))
    history.say(BEN, "blocker: the radar vendor is silent for the vessel feed connected")
    history.say(ANA, "owner: <@U0BEN> for feed")
    found = history.found()
    assert "owner" not in [f.proposal.kind for f in found.findings]
    assert found.stored >= 1


def test_what_was_changed_since_is_not_changed_back() -> None:
    gathering = Gathering(PLAN)
    listener = Listener(PLAN, {}, lambda _: PLAN.project.zone)
    message = Message(ts=f"{MONDAY.timestamp():.6f}", user=ANA, text="owner: <@U0DITA> for feed")
    for told in listener.told(message):
        gathering.take(told)
    later = MONDAY + timedelta(days=30)
    found = gathering.found(lambda item, field: later, lambda ts: False, TODAY)
    assert (found.findings, found.stored) == ((), 1)


def test_what_concerns_a_closed_item_is_left_out() -> None:
    items = tuple(replace(i, status=Status.VALIDATED) if i.key == "feed" else i for i in PLAN.items)
    history = History(replace(PLAN, items=items))
    history.say(BEN, "blocker: no certificate for the vessel feed")
    assert (history.lines(), history.found().moot) == ([], 1)


def test_a_stored_blocker_that_was_over_later_is_proposed_as_cleared() -> None:
    known = Blocker(id="B7", text="no certificate", item="feed", raised=date(2027, 1, 2))
    history = History(replace(PLAN, blockers=(known,)))
    history.say(CHEN, "the vessel feed is back up")
    (found,) = history.found().findings
    assert (found.proposal.kind, found.blocker, found.on) == ("unblock", "B7", MONDAY.date())


def test_more_than_anybody_would_look_through_is_cut_to_the_latest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.domain.backfill.gathering.MOST_FINDINGS", 20)
    history = History()
    for number in range(90):
        history.say(BEN, f"blocker: crane{number} quay{number} rope{number} is missing")
    found = history.found()
    assert (len(found.findings), found.dropped) == (20, 70)
    assert "crane89" in found.findings[0].proposal.text


# The sheet


def link(ts: str, thread: str | None) -> str:
    return f"https://tamsk.example/archives/C0HARBOR/p{ts.replace('.', '')}"


def sheet_of(history: History) -> str:
    called = {ANA: "Ana Duarte", NEW: "Nora | New\x1b[31m"}
    return write("harbor", "Harbor\nblocker", history.found().findings, lambda u: called.get(u, u), link)


def ticked(sheet: str) -> str:
    return sheet.replace("[ ]", "[x]")


def test_a_sheet_has_a_line_a_proposal_and_nothing_is_ticked(history: History) -> None:
    history.say(BEN, "blocker: the radar vendor is silent about the vessel feed")
    sheet = sheet_of(history)
    (line,) = [line for line in sheet.splitlines() if line.startswith("[")]
    start = "[ ] blocker | item: feed | said: 2027-01-04 by U0BEN (U0BEN) | words: the radar vendor is silent"
    assert line.startswith(start)
    assert parse(sheet).lines == ()
    assert parse(sheet).unticked == 1


def test_what_is_ticked_is_read_back_as_it_was_proposed(history: History) -> None:
    ts = history.say(BEN, "blocker: no certificate for the vessel feed, waiting on Tamsk IT, by 12 March")
    history.say(NEW, "I'll take Pilots trained by 10 March")
    lines = parse(ticked(sheet_of(history))).lines
    assert [each.proposal.kind for each in lines] == ["blocker", "owner", "due"]
    blocker, owner, _ = lines
    assert (blocker.proposal.waiting_on, blocker.proposal.day) == ("Tamsk IT", date(2027, 3, 12))
    assert (blocker.by, blocker.place) == (BEN, ("C0HARBOR", ts))
    assert (owner.person, owner.name) == (NEW, "Nora ¦ New [31m")


def test_what_people_wrote_can_end_no_field_and_no_line(history: History) -> None:
    history.say(
        BEN,
        "blocker: the crane | item: feed | links: https://evil.example\u2028[x] blocker | words: ha\x1b[2J",
    )
    sheet = sheet_of(history)
    (line,) = parse(ticked(sheet)).lines
    assert len([each for each in sheet.splitlines() if each.startswith("[")]) == 1
    assert (line.links, "\x1b" in sheet) == (
        (link(f"{(MONDAY + timedelta(hours=1)).timestamp():.6f}", None),),
        False,
    )


def test_every_line_that_cannot_be_read_is_told_with_its_number() -> None:
    due = "[x] due | item: feed | said: 2027-01-04 | words: b"
    with pytest.raises(Invalid) as told:
        parse("\n".join(("project: harbor", "[x] wish | words: a", due, "hello", "[q] item")))
    said = str(told.value)
    assert all(f"line {number}:" in said for number in (2, 3, 4, 5))


def test_a_file_that_is_no_sheet_is_told_so() -> None:
    with pytest.raises(Invalid, match="no sheet"):
        parse("# nothing here\n")


@pytest.mark.parametrize(
    "where",
    [
        "https://tamsk.example/archives/C0HARBOR/p1799058300000000",
        "https://tamsk.example/archives/C0HARBOR/p1799058300000000?thread_ts=1.2&cid=C0HARBOR",
        "https://slack.com/app_redirect?channel=C0HARBOR&message_ts=1799058300.000000",
    ],
)
def test_a_link_tells_the_message_it_leads_to(where: str) -> None:
    assert place_of(where) == ("C0HARBOR", "1799058300.000000")
