"""Who may do what? One table of every act there is, asked at every door; and what a project says instead."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain import holders
from bot.domain.errors import Refused
from bot.domain.plan import Assumption, Blocker, Item, Person, Plan, Project


class Role(StrEnum):
    """What somebody is to a project, or to the thing an act is about. One person can be several."""

    OWNER = "owner"  # does the item, chases the blocker, finds out about the assumption
    VALIDATOR = "validator"  # confirms the item, or what rests on the assumption
    LEAD = "lead"
    SPONSOR = "sponsor"
    DECIDER = "decider"
    AUTHOR = "author"  # reported it, or did what is to be taken back
    ASKED = "asked"  # golive asked them, and nobody else
    CONCERNED = "concerned"  # it is their work that it is about, or that rests on it
    MEMBER = "member"  # of the workspace, and in the project or its channel
    CUSTOMER = "customer"  # a guest, or from another company, in the project or its channel


OWNER, VALIDATOR, LEAD, SPONSOR, DECIDER = Role.OWNER, Role.VALIDATOR, Role.LEAD, Role.SPONSOR, Role.DECIDER
AUTHOR, ASKED, CONCERNED, MEMBER, CUSTOMER = (
    Role.AUTHOR,
    Role.ASKED,
    Role.CONCERNED,
    Role.MEMBER,
    Role.CUSTOMER,
)
# What a lead may be told to give away: the others come from the thing an act is about.
GIVEN = (OWNER, VALIDATOR, LEAD, SPONSOR, DECIDER, MEMBER, CUSTOMER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One thing somebody can do."""

    name: str
    means: str  # "set a date", "waive {}": after "can", and after "Only … can"
    who: tuple[Role, ...]
    fixed: bool = False  # no project says otherwise
    inside: bool = False  # never anybody from outside, whatever else they are
    never: Role | None = None  # whoever is this cannot, whatever else they are
    leaderless: bool = False  # where nobody leads, any member is as good as the lead
    of_project: bool = True  # else there is no project yet that could say otherwise

    def said(self, named: str) -> str:
        """What it means of something that is called so."""
        return self.means.format(named or "it")


def _act(name: str, means: str, *who: Role, **rules: bool | Role | None) -> Act:
    return Act(name=name, means=means, who=who, **rules)  # type: ignore[arg-type]


ACTS: Mapping[str, Act] = {
    act.name: act
    for act in (
        # To look
        _act("look", "ask questions and see answers", MEMBER, CUSTOMER),
        _act("signals", "see what looks like trouble", MEMBER, inside=True),
        _act("agenda", "see the agenda of the next call", MEMBER, inside=True),
        _act("reminders", "see what is said to whom", MEMBER, inside=True),
        _act("rules", "see the settings, and who may do what", MEMBER, inside=True),
        _act("record", "read the record of a decision", MEMBER, inside=True),
        _act("post", "put an answer into the project's channel", MEMBER),
        # Items
        _act("add", "put an item on the list, or change what one says", MEMBER),
        _act("own", "say who has something", MEMBER),
        _act("take", "take something themselves", MEMBER, ASKED, fixed=True),
        _act("validator", "name who confirms an item", MEMBER),
        _act("due", "set a date", MEMBER, OWNER),
        _act("start", "start {}", OWNER),
        _act("done", "say that the work on {} is done", OWNER),
        _act("validate", "validate {}", VALIDATOR, never=OWNER),
        _act("waive", "waive {}", DECIDER, LEAD),
        _act("reopen", "reopen {}", OWNER, VALIDATOR, LEAD),
        _act("role", "give a role to somebody", MEMBER),
        # Blockers
        _act("block", "say that something holds an item up", MEMBER, CUSTOMER),
        _act("unblock", "say that a blocker is over", MEMBER, AUTHOR, OWNER),
        _act("correct", "change what a blocker says, or take it back", AUTHOR, OWNER, CONCERNED, LEAD),
        # Assumptions and decisions
        _act("assume", "record an assumption", MEMBER),
        _act("verify", "say whether {} is true", OWNER, LEAD, VALIDATOR),
        _act("refute", "say whether {} is false", OWNER, LEAD, VALIDATOR, CONCERNED),
        _act("unsettle", "say that nobody knows whether {} is true", OWNER, LEAD, VALIDATOR),
        _act("conclude", "record what was decided", MEMBER),
        # Talk, notes and what is past
        _act("track", "have a message tracked", MEMBER),
        _act("notes", "have the notes of a call read", MEMBER),
        _act("backfill", "have the past recorded", LEAD, inside=True, leaderless=True),
        _act("undo", "take that back", AUTHOR, LEAD),
        # Reminders
        _act("answer", "answer that", ASKED, OWNER, VALIDATOR, CONCERNED, LEAD, fixed=True),
        _act("myself", "say when they work, and who stands in for them", MEMBER, CUSTOMER, fixed=True),
        _act("hand_over", "hand {} over", OWNER, LEAD, leaderless=True),
        _act("escalate", "let that go to the next person", LEAD, ASKED, leaderless=True),
        _act("news", "say what is new", MEMBER, CUSTOMER),
        _act("mute", "keep something from being spoken of", MEMBER),
        _act("mute_project", "silence the whole project", LEAD, leaderless=True),
        _act("dismiss", "dismiss that", LEAD, CONCERNED, leaderless=True, inside=True),
        # Go or no-go
        _act("poll", "open or end a go/no-go", LEAD, DECIDER),
        _act("vote", "answer for that role", ASKED, fixed=True),
        _act("decide", "decide go or no-go", DECIDER, fixed=True),
        # The project
        _act("settings", "change its settings", LEAD, leaderless=True),
        _act("permissions", "change who may do what", LEAD, fixed=True, leaderless=True),
        _act("internal", "say what is not for people from outside", LEAD, inside=True, leaderless=True),
        _act("view", "say whether the channel has a view of its own", LEAD, leaderless=True),
        _act("summary", "have a summary posted every week", LEAD, inside=True, leaderless=True),
        _act("lay_out", "lay out a checklist", LEAD),
        # The workspace
        _act("new", "start a project", MEMBER, fixed=True, inside=True, of_project=False),
    )
}

NOBODY = "(nobody is named)"
OF_THINGS = frozenset(
    {
        *("own", "validator", "due", "start", "done", "validate", "waive", "reopen", "block", "unblock"),
        *("correct", "verify", "refute", "unsettle", "hand_over", "mute"),
    }
)
# What answers lead to besides other answers: whoever may not is shown no button for it.
LED_TO = frozenset(
    {
        *("post", "signals", "poll"),
        *("add", "own", "validator", "due", "hand_over", "block", "done", "validate", "reopen"),
    }
)
ALWAYS_THE_LEADS = frozenset({"look", "rules", "settings", "summary", "internal", "view"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Whoever wants to do something, as Slack says who it is."""

    person: Person | None  # who they are in the project, if it names them
    user: str = ""  # their Slack id
    outside: bool = False

    @property
    def key(self) -> str | None:
        return self.person.key if self.person else None


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What an act is about, as far as it decides who may."""

    item: Item | None = None
    blocker: Blocker | None = None
    belief: Assumption | None = None
    author: str | None = None  # Slack id of who did or reported it
    asked: bool = False
    roles: Collection[Role] = field(default_factory=frozenset)  # what else they are to it

    @property
    def named(self) -> str:
        """How a sentence calls it."""
        if self.item is not None:
            return f"`{self.item.key}`"
        thing = self.blocker or self.belief
        return thing.id if thing is not None else ""


PROJECT = About()  # the project as a whole


def allowed(project: Project, act: str) -> tuple[Role, ...]:
    """Who may, in this project. What makes no sense in what it says counts as not said."""
    rule = ACTS[act]
    said = project.policies.get("may")
    wanted = said.get(act) if isinstance(said, Mapping) else None
    if rule.fixed or not rule.of_project or wanted is None:
        return rule.who
    words = wanted if isinstance(wanted, list | tuple) else [wanted]
    found = tuple(Role(word) for word in words if word in tuple(GIVEN))
    if not found or wrong(act, found):
        return rule.who
    kept = tuple(role for role in rule.who if role not in GIVEN)  # whoever it is about still may
    return tuple(dict.fromkeys((*found, *kept, *((LEAD,) if act in ALWAYS_THE_LEADS else ()))))


def wrong(act: str, roles: Iterable[Role]) -> str | None:
    """Why an act cannot be given to these; None when it can."""
    rule, wanted = ACTS[act], set(roles)
    if rule.fixed or not rule.of_project:
        return "is the same in every project"
    if not wanted:
        return f"needs at least one of {', '.join(GIVEN)}"
    if rule.inside and CUSTOMER in wanted:
        return "is never for people from outside"
    if act == "settings" and CUSTOMER in wanted:
        return "is not for customers"
    if rule.never in wanted:
        return f"is never the {rule.never}'s"
    if act not in OF_THINGS and wanted & {OWNER, VALIDATOR}:
        return "is about no item, so it has no owner and no validator"
    return None


def held(plan: Plan, by: Asking, about: About = PROJECT, *, rule: Act | None = None) -> frozenset[Role]:
    """What somebody is to the project, and to what an act is about."""
    found = {CUSTOMER if by.outside else MEMBER, *about.roles}
    if about.author is not None and by.user and about.author == by.user:
        found.add(AUTHOR)
    if about.asked:
        found.add(ASKED)
    head = holders.lead(plan)
    if rule is not None and rule.leaderless and head is None and not by.outside:
        found.add(LEAD)
    if by.person is None:
        return frozenset(found)
    leading = {LEAD: head, SPONSOR: holders.sponsor(plan), DECIDER: holders.decider(plan)}
    found |= {role for role, key in leading.items() if key == by.person.key}
    return frozenset(found | _to_it(plan, by.person, about))


def _to_it(plan: Plan, person: Person, about: About) -> set[Role]:
    found = set()
    resting = [plan.item[key] for key in about.belief.items if key in plan.item] if about.belief else []
    owned = [thing.owner for thing in (about.item, about.blocker, about.belief) if thing is not None]
    if person.key in owned:
        found.add(OWNER)
    confirmed = resting if about.item is None else [*resting, about.item]
    if any(holders.may_validate(plan, item, person) for item in confirmed):
        found.add(VALIDATOR)
    works = [item.owner for item in resting] + [about.belief.relied_on_by if about.belief else None]
    held_up = plan.item.get(about.blocker.item or "") if about.blocker else None
    works.append(held_up.owner if held_up else None)
    if person.key in works:
        found.add(CONCERNED)
    return found


def may(plan: Plan, act: str, by: Asking, about: About = PROJECT) -> bool:
    """Whether somebody may do this."""
    rule = ACTS[act]
    if rule.inside and by.outside:
        return False
    mine = held(plan, by, about, rule=rule)
    return rule.never not in mine and not mine.isdisjoint(allowed(plan.project, act))


def ever(act: str, *, outside: bool) -> bool:
    """Whether anybody of theirs could do this at all, in some project."""
    return not (outside and ACTS[act].inside)


def led_to(plan: Plan, by: Asking, item: Item | None) -> frozenset[str]:
    """Of what an answer leads to, what they may; `item` is the one it is about."""
    return frozenset(act for act in LED_TO if may(plan, act, by, About(item=item)))


def depends(project: Project, act: str) -> bool:
    """Whether who may depends on what it is about, so that it has to be asked again once that is known."""
    return not {MEMBER, CUSTOMER, LEAD, SPONSOR, DECIDER}.issuperset(allowed(project, act))


def refuse(plan: Plan, act: str, by: Asking, about: About = PROJECT) -> None:
    """Refused, with a sentence that says who may and whom to ask, unless they may."""
    if not may(plan, act, by, about):
        raise Refused(refusal(plan, act, by, about))


def refusal(plan: Plan, act: str, by: Asking, about: About = PROJECT) -> str:
    """Why not, who may instead, and whom to ask."""
    rule = ACTS[act]
    what = rule.said(about.named)
    if rule.inside and by.outside:
        return f"Only members of the team can {what}, and to this workspace you are a guest.{_ask(plan)}"
    who = who_may(plan, act, about)
    own = allowed(plan.project, act)
    if NOBODY in who and not by.outside:
        return f"Only {who} can {what}. Name one in the project file, and load it again."
    team = f", and to this workspace you are a guest.{_ask(plan)}" if by.outside and MEMBER in own else "."
    return f"Only {who} can {what}{team}"


def who_may(plan: Plan, act: str, about: About = PROJECT) -> str:
    """The people who may, by name and by what they are."""
    named = _names(plan, about)
    words = {
        AUTHOR: "the person who did this" if act == "undo" else "who reported it",
        ASKED: "who was asked",
        CONCERNED: "whose work it is about",
        MEMBER: "members of the team",
        CUSTOMER: "customers",
    }
    if about.belief is not None:
        words[VALIDATOR] = "whoever confirms what rests on it"
    called = {OWNER: "who is to find out"} if about.belief is not None else {}
    found = []
    for role in allowed(plan.project, act):
        if role in words:
            found.append(words[role])
        else:
            found.append(
                f"{named[role]} ({called.get(role, role)})" if named.get(role) else f"the {role} {NOBODY}"
            )
    return " or ".join(dict.fromkeys(found))


def _names(plan: Plan, about: About) -> dict[Role, str | None]:
    thing = about.item or about.blocker or about.belief
    confirms = holders.who_confirms(plan, about.item) if about.item else None
    return {
        OWNER: holders.name_of(plan, thing.owner if thing else None),
        VALIDATOR: confirms,
        LEAD: holders.name_of(plan, holders.lead(plan)),
        SPONSOR: holders.name_of(plan, holders.sponsor(plan)),
        DECIDER: holders.name_of(plan, holders.decider(plan)),
    }


def _ask(plan: Plan) -> str:
    head = holders.name_of(plan, holders.lead(plan))
    return f" Ask {head}, who leads {plan.project.name}." if head else ""


# As it is documented

COLUMNS = (OWNER, VALIDATOR, LEAD, SPONSOR, DECIDER, MEMBER, CUSTOMER)
YES, NO = "✓", ""
_BESIDES = {AUTHOR: "who did or reported it", ASKED: "who is asked", CONCERNED: "whose work it is about"}


def usually(act: str, role: Role | None) -> bool:
    """Whether somebody who is only this may, where the project says nothing: all but customers are members
    too; None is a stranger, who may nothing."""
    rule = ACTS[act]
    if role is None or (rule.inside and role is CUSTOMER):
        return False
    mine = {role} if role is CUSTOMER else {role, MEMBER}
    return rule.never not in mine and not mine.isdisjoint(rule.who)


def markdown() -> str:
    """The table as docs/permissions.md shows it."""
    heads = ("act", "is to", *COLUMNS, "stranger", "also")
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for name, rule in ACTS.items():
        marks = [YES if usually(name, role) else NO for role in (*COLUMNS, None)]
        besides = [words for role, words in _BESIDES.items() if role in rule.who]
        besides += ["the same everywhere"] if rule.fixed or not rule.of_project else []
        besides += ["nobody from outside"] if rule.inside else []
        means = rule.said("")
        lines.append(f"| {' | '.join((f'`{name}`', means, *marks, '; '.join(besides)))} |")
    return "\n".join(lines) + "\n"
