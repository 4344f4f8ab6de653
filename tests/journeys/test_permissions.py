"""Who may do what: every act is tried as everybody, at the doors of the tracker, on a real database."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.domain import permissions
from bot.domain.beliefs import truth
from bot.domain.belonging import Belongs
from bot.domain.errors import BotError, NotFound, Refused
from bot.domain.gonogo.voting import Word
from bot.domain.permissions import ACTS, COLUMNS, Role
from bot.domain.proposing import OWN, Proposal, Source
from bot.domain.reminders import ledger
from bot.tracker import Actor, Ballot, Colleague, NewItem, Question, Tracker, Where
from bot.tracker.desk import NO_PROJECT, NONE_AT_ALL, NONE_FOR_YOU
from storage import Store

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
TEAM = "T1"
# Each is only that to the project, and to the item, the blocker and the assumption that are tried.
WHO: Mapping[Role | str, str] = {
    Role.OWNER: "UOLA",
    Role.VALIDATOR: "UVAL",
    Role.LEAD: "ULEA",
    Role.SPONSOR: "USPO",
    Role.DECIDER: "UDEC",
    Role.MEMBER: "UMEM",
    Role.CUSTOMER: "UCUS",
    "another company's": "UCON",
    "stranger": "USTR",
    "deactivated": "UGON",
    "unknown": "UNEW",
}
BELONGS = {"UCUS": Belongs.GUEST, "UCON": Belongs.ELSEWHERE, "UGON": Belongs.GONE}
PLAN = """
project: {{key: {key}, name: The pier, channel: {channel}, customer: Port, vendor: Us, lead: lea,
  sponsor: spo, decider: dec, go_live_item: open, target_go_live: 2027-04-01{policies}}}
people:
{people}
items:
- {{key: rail, title: Railings fixed, owner: ola, validator: val, status: {status}, gate: true,
    due: 2027-03-20}}
- {{key: late, title: Paint ordered, owner: xen, validator: yan, status: doing, gate: true, due: 2027-02-01}}
- {{key: open, title: The pier opens, owner: xen, depends_on: [rail, late]}}
blockers:
- {{id: B1, item: late, text: No paint, raised: 2027-02-20, owner: ola, raised_by: UXEN}}
assumptions:
- {{id: A1, text: It stays dry, item: rail, owner: {finder}, verify_by: 2027-03-10{found}}}
"""
PEOPLE = {
    **{"ola": "UOLA", "val": "UVAL", "lea": "ULEA", "spo": "USPO", "dec": "UDEC", "mem": "UMEM"},
    **{"cus": "UCUS", "con": "UCON", "gon": "UGON", "new": "UNEW", "xen": "UXEN", "yan": "UYAN"},
}
WORKS = {"cus": "Port", "con": "Port", "yan": "Us"}


@dataclass
class Pier:
    """A project of its own for each try."""

    store: Store
    number: int = 0

    def __post_init__(self) -> None:
        self.tracker = Tracker(self.store, lambda: NOW)
        users = [*PEOPLE.values(), "USTR"]
        known = {user: BELONGS.get(user, Belongs.HERE) for user in users if user != "UNEW"}
        self.tracker.met(TEAM, known)

    def new(
        self, *, status: str = "doing", finder: str = "ola", found: str = "", policies: str = ""
    ) -> Where:
        self.number += 1
        key, channel = f"pier{self.number}", f"C{self.number:05d}"
        people = "\n".join(
            f"- {{id: {id}, name: {id.title()} Berg, slack: {user}, org: {WORKS.get(id, 'Us')}, "
            f"role: {'Asked' if id == 'yan' else id.title() + 'er'}}}"
            for id, user in PEOPLE.items()
        )
        text = PLAN.format(
            key=key,
            channel=channel,
            people=people,
            status=status,
            finder=finder,
            found=found,
            policies=policies,
        )
        self.tracker.load(text, "pier.yaml", workspace=TEAM, actor="cli:test")
        with self.store.transaction() as tx:
            tx.set_members(TEAM, channel, list(PEOPLE.values()))
        return Where(project=key, direct=True)


@pytest.fixture
def pier(store: Store) -> Pier:
    return Pier(store)


Try = Callable[[Pier, Actor], object]


def on(act: Callable[[Tracker, Actor, Where], object], **made: str) -> Try:
    """An act on a project that is made so."""
    return lambda pier, who: act(pier.tracker, who, pier.new(**made))


def subject(where: Where, entity: str, key: str) -> str:
    return ledger.subject(where.project or "", entity, key)


def captured(t: Tracker, who: Actor, where: Where) -> object:
    source = Source(workspace=TEAM, channel="C9", ts="1803891000.000100")
    return t.capturable(who, where, source, "the rain is coming")


def taken(t: Tracker, who: Actor, where: Where) -> object:
    source = Source(workspace=TEAM, channel="C9", ts="1803891000.000100")
    return t.capture(who, where, source, Proposal(kind=OWN, item="late", person=who.user))


def taken_back(t: Tracker, who: Actor, where: Where) -> object:
    done = t.due(Actor(TEAM, "UXEN"), where, "late", "2027-03-25")
    return t.undo(who, where, done.undo or 0)


def dismissed(t: Tracker, who: Actor, where: Where) -> object:
    """One that concerns none of them."""
    found = t.signals(Actor(TEAM, "UMEM"), where).found
    others = next(each for each in found if set(each.people) <= {"xen", "yan"})
    return t.dismiss(who, where, others.fingerprint, "agreed")


def polled(then: Callable[[Tracker, Actor, Ballot], object]) -> Try:
    def run(pier: Pier, who: Actor) -> object:
        where = pier.new(policies=", policies: {gonogo: {roles: [Asked]}}")
        pier.tracker.poll(Actor(TEAM, "ULEA"), where)
        return then(pier.tracker, who, Ballot(project=where.project or "", number=1))

    return run


def laid_out(pier: Pier, who: Actor) -> object:
    where = pier.new()
    key, channel = f"bare{pier.number}", f"C8{pier.number:04d}"
    people = "".join(f"- {{id: {id}, name: {id}, slack: {user}}}\n" for id, user in PEOPLE.items())
    text = (
        f"project: {{key: {key}, name: Bare, channel: {channel}, lead: lea, go_live_item: go-live}}\n"
        f"people:\n{people}items:\n- {{key: go-live, title: Go-live}}\n"
    )
    pier.tracker.load(text, "bare.yaml", workspace=TEAM, actor="cli:test")
    assert where.project
    here = Where(channel=channel)
    me = Colleague(id=who.user, name="Me")
    return pier.tracker.new(who, here, "bare", "Bare", "2027-12-01", me, template="ehr")


def begun(pier: Pier, who: Actor) -> object:
    pier.number += 1
    where = Where(channel=f"C7{pier.number:04d}")
    me = Colleague(id=who.user, name="Me")
    return pier.tracker.new(who, where, "fresh", f"Fresh {pier.number}", None, me)


TRIES: Mapping[str, Try] = {
    "look": on(lambda t, who, w: t.answer(who, w, Question(about="standing"))),
    "signals": on(lambda t, who, w: t.signals(who, w)),
    "agenda": on(lambda t, who, w: t.agenda(who, w, "Port")),
    "reminders": on(lambda t, who, w: t.reminders(who, w)),
    "rules": on(lambda t, who, w: t.rules_of(who, w)),
    "record": on(lambda t, who, w: t.decision_page(who, w)),
    "post": on(lambda t, who, w: t.post(who, w, Question(about="before"), "1")),
    "add": on(lambda t, who, w: t.add(who, w, NewItem(title="Lamps hung"))),
    "own": on(lambda t, who, w: t.own(who, w, "late", "UYAN")),
    "take": on(taken),
    "validator": on(lambda t, who, w: t.validator(who, w, "late", "UVAL")),
    "due": on(lambda t, who, w: t.due(who, w, "rail", "2027-03-26")),
    "start": on(lambda t, who, w: t.start(who, w, "rail"), status="todo"),
    "done": on(lambda t, who, w: t.done(who, w, "rail", "seen")),
    "validate": on(lambda t, who, w: t.validate(who, w, "rail", "seen"), status="done"),
    "waive": on(lambda t, who, w: t.waive(who, w, "rail", "later")),
    "reopen": on(lambda t, who, w: t.reopen(who, w, "rail", "loose"), status="done"),
    "role": on(lambda t, who, w: t.role(who, w, "Asked", "UMEM")),
    "block": on(lambda t, who, w: t.block(who, w, "rail", "no screws")),
    "unblock": on(lambda t, who, w: t.unblock(who, w, "B1")),
    "correct": on(lambda t, who, w: t.not_a_blocker(who, w, "B1")),
    "assume": on(lambda t, who, w: t.assume(who, w, "The wood is dry under rail")),
    "verify": on(lambda t, who, w: t.verify(who, w, "A1", "the forecast")),
    "refute": on(lambda t, who, w: t.refute(who, w, "A1", "it rains")),
    "unsettle": on(lambda t, who, w: t.reopen(who, w, "A1", "who knows"), found=", verified: true"),
    "conclude": on(lambda t, who, w: t.note_decision(who, w, "We open at noon")),
    "track": on(captured),
    "notes": on(lambda t, who, w: t.read_notes(who, w, "Decided: we open at noon")),
    "backfill": on(lambda t, who, w: t.how_to_fill(who, w)),
    "undo": on(taken_back),
    "answer": on(lambda t, who, w: t.acknowledge(who, subject(w, "item", "rail"), "friday")),
    "myself": on(lambda t, who, w: t.work_hours(who, None, None)),
    "hand_over": on(lambda t, who, w: t.hand_over(who, subject(w, "item", "rail"), "UYAN")),
    "escalate": on(lambda t, who, w: t.escalate(who, subject(w, "blocker", "B1"), "escalate:spo:1")),
    "news": on(lambda t, who, w: t.answer_news(who, w.project or "", None, "all well")),
    "mute": on(lambda t, who, w: t.mute(who, w, "rail")),
    "mute_project": on(lambda t, who, w: t.mute(who, w, None)),
    "dismiss": on(dismissed),
    "poll": on(lambda t, who, w: t.poll(who, w)),
    "vote": polled(lambda t, who, b: t.vote(who, b, Word.GO)),
    "decide": polled(lambda t, who, b: t.decision_form(who, b)),
    "settings": on(lambda t, who, w: t.set_policy(who, w, "digest.at", "08:30")),
    "permissions": on(lambda t, who, w: t.set_policy(who, w, "may.add", "lead")),
    "internal": on(lambda t, who, w: t.internal(who, w, "late", None, on=True)),
    "view": on(lambda t, who, w: t.board_on(who, w)),
    "summary": on(lambda t, who, w: t.summaries(who, w)),
    "lay_out": laid_out,
    "new": begun,
}


def may(pier: Pier, act: str, user: str) -> bool:
    """Whether it was let through; what comes later than that is another matter."""
    try:
        TRIES[act](pier, Actor(TEAM, user))
    except Refused:
        return False
    except NotFound as nothing:
        if str(nothing) in (NO_PROJECT, NONE_AT_ALL, NONE_FOR_YOU) or "named in no project" in str(nothing):
            return False
        if act != "record":
            raise
    return True


def tried(pier: Pier) -> Iterator[tuple[str, str, bool, bool]]:
    """Each act as each of them: what became of it, and what the table says."""
    for act in ACTS:
        for role, user in WHO.items():
            known = role if isinstance(role, Role) else Role.CUSTOMER if user == "UCON" else None
            if act == "new" and role == "stranger":
                known = Role.MEMBER  # to the workspace they are none
            yield act, str(role), may(pier, act, user), permissions.usually(act, known)


def test_every_act_is_tried() -> None:
    assert set(TRIES) == set(ACTS)


def test_everybody_may_do_what_the_table_says_and_nothing_else(
    pier: Pier, capsys: pytest.CaptureFixture[str]
) -> None:
    found = list(tried(pier))
    with capsys.disabled():
        sys.stdout.write(f"\n{matrix(found)}\n")
    assert [(act, role, did) for act, role, did, _ in found] == [
        (act, role, should) for act, role, _, should in found
    ]


def matrix(found: list[tuple[str, str, bool, bool]]) -> str:
    """As it turned out."""
    roles = list(dict.fromkeys(role for _, role, _, _ in found))
    lines = [f"{'':<13}" + "".join(f"{role[:9]:>10}" for role in roles)]
    for act in ACTS:
        marks = {role: did for name, role, did, _ in found if name == act}
        lines.append(f"{act:<13}" + "".join(f"{'yes' if marks[role] else '·':>10}" for role in roles))
    return "\n".join(lines)


@pytest.mark.parametrize("act", [a for a in ACTS if permissions.wrong(a, [Role.LEAD]) is None])
def test_a_project_may_leave_an_act_to_its_lead_alone(pier: Pier, act: str) -> None:
    """And to whoever it is about, or was asked; others are refused with a sentence that names the lead."""
    made = pier.new
    pier.new = lambda **how: made(**{**how, "policies": f", policies: {{may: {{{act}: lead}}}}"})  # type: ignore[method-assign]
    if act == "lay_out":
        return  # its project says nothing of its own
    assert not may(pier, act, "UMEM")
    assert may(pier, act, "ULEA") or act == "validate"
    with pytest.raises(Refused, match="Lea Berg"):
        TRIES[act](pier, Actor(TEAM, "UMEM"))


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"validate": ["owner"]}, "never the owner's"),
        ({"internal": ["customer"]}, "never for people from outside"),
        ({"settings": ["customer"]}, "not for customers"),
        ({"decide": ["lead"]}, "the same in every project"),
        ({"permissions": ["member"]}, "the same in every project"),
        ({"add": ["owner"]}, "about no item"),
        ({"add": ["king"]}, "one or more of"),
        ({"fly": ["lead"]}, "unknown"),
        ({"new": ["lead"]}, "unknown"),
    ],
)
def test_what_would_make_no_sense_cannot_be_said(pier: Pier, said: dict[str, list[str]], why: str) -> None:
    where = pier.new()
    act, roles = next(iter(said.items()))
    with pytest.raises(BotError, match=why):
        pier.tracker.set_policy(Actor(TEAM, "ULEA"), where, f"may.{act}", " ".join(roles))


def test_a_lead_never_locks_themselves_out(pier: Pier) -> None:
    where, lead = pier.new(), Actor(TEAM, "ULEA")
    pier.tracker.set_policy(lead, where, "may.settings", "sponsor")
    pier.tracker.set_policy(lead, where, "digest.at", "08:30")
    for act in ("look", "rules"):
        pier.tracker.set_policy(lead, where, f"may.{act}", "sponsor")
    assert pier.tracker.rules_of(lead, where).project.policies["may"]["look"] == ["sponsor"]
    assert pier.tracker.answer(lead, where, Question(about="standing"))
    with pytest.raises(Refused, match="Spo Berg"):
        pier.tracker.answer(Actor(TEAM, "UMEM"), where, Question(about="standing"))
    pier.tracker.set_policy(Actor(TEAM, "USPO"), where, "digest.at", "08:45")
    pier.tracker.set_policy(lead, where, "may.settings", "default")
    with pytest.raises(Refused):
        pier.tracker.set_policy(Actor(TEAM, "USPO"), where, "digest.at", "09:45")


def test_who_owns_it_never_confirms_it_even_where_the_lead_may_and_is_the_owner(pier: Pier) -> None:
    where, lead = pier.new(status="done"), Actor(TEAM, "ULEA")
    pier.tracker.set_policy(lead, where, "may.validate", "validator lead")
    pier.tracker.own(lead, where, "rail", "ULEA")
    with pytest.raises(Refused, match="somebody else"):
        pier.tracker.validate(lead, where, "rail", "seen")


def test_a_guest_who_has_something_may_do_what_its_owner_may(pier: Pier) -> None:
    where = pier.new()
    pier.tracker.own(Actor(TEAM, "ULEA"), where, "rail", "UCUS")
    done = pier.tracker.done(Actor(TEAM, "UCUS"), where, "rail", "seen")
    assert done.plan.item["rail"].done_on == date(2027, 3, 1)


def test_where_nobody_is_named_for_an_assumption_any_member_finds_out_and_nobody_from_outside(
    pier: Pier,
) -> None:
    with pier.store.reading() as tx:
        plan = tx.plan(TEAM, pier.new().project or "")
    assert plan is not None
    belief = replace(plan.assumptions[0], owner=None)
    bare = replace(
        plan,
        project=replace(plan.project, lead=None),
        items=tuple(replace(item, validator=None) for item in plan.items),
    )
    assert truth.finds_out(bare, belief, permissions.Asking(person=None, user="UMEM"))
    assert not truth.finds_out(bare, belief, permissions.Asking(person=None, user="UCUS", outside=True))


def test_nobody_gets_into_a_project_by_a_channel_that_only_a_form_names(pier: Pier) -> None:
    where = pier.new()
    with pier.store.reading() as tx:
        plan = tx.plan(TEAM, where.project or "")
    assert plan is not None
    stranger = Actor(TEAM, "USTR")
    forged = Where(channel=plan.project.channel, proven=False)
    with pytest.raises(NotFound):
        pier.tracker.plan_for(stranger, forged)
    with pytest.raises(NotFound):
        pier.tracker.plan_for(
            stranger, Where(channel=plan.project.channel, project=where.project, proven=False)
        )
    assert pier.tracker.plan_for(Actor(TEAM, "UMEM"), forged).project.key == where.project


def test_what_notes_and_talk_record_is_asked_for_like_what_is_typed(pier: Pier) -> None:
    where, member = pier.new(), Actor(TEAM, "UMEM")
    pier.tracker.set_policy(Actor(TEAM, "ULEA"), where, "may.conclude", "lead")
    sheet = pier.tracker.read_notes(member, where, "Decided: we open at noon")
    with pytest.raises(Refused, match="Lea Berg"):
        pier.tracker.record_notes(member, sheet.id, [1])


def test_the_documented_table_is_the_one_in_the_code() -> None:
    assert permissions.markdown() in Path("docs/permissions.md").read_text(encoding="utf-8")


def test_every_column_is_a_role_that_was_tried() -> None:
    assert set(COLUMNS) <= set(WHO)


@pytest.mark.parametrize("act", sorted(ACTS))
def test_a_refusal_reads_as_a_sentence_and_sends_a_guest_to_nobody_s_file(pier: Pier, act: str) -> None:
    """Also where nobody leads, decides, owns or confirms: then whom to ask is not theirs to name."""
    with pier.store.reading() as tx:
        plan = tx.plan(TEAM, pier.new().project or "")
    assert plan is not None
    item = replace(plan.item["rail"], owner=None, validator=None)
    bare = replace(
        plan, project=replace(plan.project, lead=None, decider=None, sponsor=None), items=(item,), people=()
    )
    for about, named in ((permissions.PROJECT, ""), (permissions.About(item=item), "`rail`")):
        for outside in (True, False):
            by = permissions.Asking(person=None, user="UCUS", outside=outside)
            said = permissions.refusal(bare, act, by, about)
            assert said.endswith(".")
            assert ("file" in said) <= (not outside)
            assert not named or f"list {named}" not in said
            assert "{}" not in said
