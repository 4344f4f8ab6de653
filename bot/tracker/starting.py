"""Start a project, empty or from a template."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any
from zoneinfo import available_timezones

from bot.domain import dates, roles, states, templates
from bot.domain.errors import EveryMistake, Invalid, NotFound, Refused
from bot.domain.plan import Item, Person, Plan, Project, Status
from bot.domain.policies import Policies
from bot.domain.projectfile.problems import Guesses
from bot.domain.templates import Laid, Template, UnknownTemplate, lay_out, showing
from bot.domain.wording import count
from bot.tracker.assigning import Assigning
from bot.tracker.desk import free, in_words, slug, zone_of
from bot.tracker.values import Actor, Colleague, DidYouMean, Done, Where, WhoIsThat
from storage import Transaction
from storage.guard import clean

LONGEST_NAME = 120
NOT_FOR_GUESTS = "Only members of the team can start a project, and to this workspace you are a guest."
GO_LIVE = Item(key="go-live", title="Go-live")
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_CHANNEL = re.compile(r"[CG][A-Z0-9]{2,30}")
_USER = re.compile(r"[<(]?@?\b([UW](?=[A-Z]*\d)[A-Z0-9]{4,30})[>)]?$")
_COUNTRY = re.compile(r"([A-Za-z]{2})(?:[-/ ]([\w-]{1,6}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What is said of a project to be started without Slack; `roles` are written `ROLE=PERSON`."""

    key: str
    name: str
    template: Template | None = None
    target: str | None = None
    channel: str | None = None
    zone: str | None = None
    country: str | None = None
    roles: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A project that was started, or would be, and what there is to say of it."""

    plan: Plan
    lines: tuple[str, ...]


class Starting(Assigning):
    """The verbs with which a project begins."""

    def templates(self, word: str = "") -> tuple[str, ...]:
        """The templates there are, or the one named; what it may be meant as is offered."""
        if not word.strip():
            return showing.listing(templates.shipped().values())
        try:
            return showing.shown(templates.find(word))
        except UnknownTemplate as unknown:
            if unknown.near:
                raise DidYouMean(str(unknown), unknown.word.strip(), unknown.near) from None
            raise

    def new(
        self,
        who: Actor,
        where: Where,
        key: str,
        name: str,
        target: str | None = None,
        colleague: Colleague | None = None,
        *,
        template: str | None = None,
        country: str | None = None,
    ) -> Done:
        """A project for this channel; whoever starts it leads it. `target` is a day in words."""
        name = checked_name(in_words(name), "/golive new lake Lakeside go-live")
        if where.direct or where.channel is None:
            raise Refused(
                "A project lives in a channel: go to its channel and say `/golive new KEY NAME` there."
            )
        with self.store.transaction() as tx:
            if self._enter(tx, who):
                raise Refused(NOT_FOR_GUESTS)
            here = tx.plan_in(who.workspace, where.channel)
            if here is not None and not (template and _is_empty(here)):
                return _lives_here(here, name)
            begins_with = _template(template) if template else None
            if begins_with is not None and not target:
                raise Invalid(f"{templates.NO_TARGET} Nothing was started.")
            if here is not None and begins_with is not None:
                return self._filled(tx, who, here, target, country, begins_with)
            if colleague is None:
                raise WhoIsThat(who.user)
            taken = {project.key for project in tx.projects(who.workspace)}
            project = Project(
                key=free(slug(key) or slug(name), taken, "project"),
                name=name,
                workspace=who.workspace,
                channel=where.channel,
            )
            return self._led(tx, who, project, target, country, colleague, begins_with)

    def _led(
        self,
        tx: Transaction,
        who: Actor,
        project: Project,
        target: str | None,
        country: str | None,
        colleague: Colleague,
        template: Template | None,
    ) -> Done:
        """The project of a channel, with whoever starts it at its head."""
        role = _lead_role(template)
        person = Person(
            key=slug(colleague.name).replace("-", "_") or "lead",
            name=colleague.name,
            tz=colleague.tz,
            slack=colleague.id,
            role=role,
        )
        zone = zone_of(colleague.tz, Plan(project=project))
        project, every = replace(project, timezone=zone.key, lead=person.key), EveryMistake()
        with every.part():
            project = replace(project, policies=holidays(country))
        with every.part():
            plan, laid = self._begun(project, target, (person,), {role: person.key} if role else {}, template)
        every.told()
        kept = tx.save(None, plan, actor=who.user, act="new", at=self.now())
        return Done(lines=_welcome(kept, laid), plan=kept)

    def _filled(
        self,
        tx: Transaction,
        who: Actor,
        here: Plan,
        target: str | None,
        country: str | None,
        template: Template,
    ) -> Done:
        """A project that was started without anything in it gets its checklist after all."""
        self._permit(tx, here, who, "lay_out")
        role = _lead_role(template)
        people = tuple(replace(p, role=role) if p.key == here.project.lead else p for p in here.people)
        holders = {role: here.project.lead} if role and here.project.lead else {}
        project = replace(here.project, policies={**here.project.policies, **holidays(country)})
        plan, laid = self._begun(project, target, people, holders, template)
        done = self._commit(tx, who, here, plan, "new")
        return replace(done, lines=_welcome(done.plan, laid))

    def begin(self, beginning: Beginning, *, workspace: str, actor: str, dry_run: bool = False) -> Begun:
        """The same without Slack: who has which role is said, and nobody leads it unless a role says so."""
        name = checked_name(clean(beginning.name), 'golive new lake "Lakeside go-live"')
        template = beginning.template
        if template is not None and not beginning.target:
            raise Invalid(f"{_NO_TARGET_HERE} Nothing was started.")
        people, holders = _people(beginning.roles, template)
        project = Project(
            key=_checked_key(beginning.key),
            name=name,
            workspace=workspace,
            channel=_checked_channel(beginning.channel),
            timezone=_checked_zone(beginning.zone),
            policies=holidays(beginning.country),
        )
        with self.store.transaction() as tx:
            _refuse_taken(tx, project)
            plan, laid = self._begun(project, beginning.target, people, holders, template)
            if not dry_run:
                plan = tx.save(None, plan, actor=actor, act="new", at=self.now())
        told = (*showing.laid_out(laid), *showing.roles_open(laid)) if laid else ()
        return Begun(plan=plan, lines=told)

    def _begun(
        self,
        project: Project,
        target: str | None,
        people: Sequence[Person],
        holders: Mapping[str, str],
        template: Template | None,
    ) -> tuple[Plan, Laid | None]:
        """Its plan on the first day, and how laying it out went, if there was something to lay out."""
        try:
            day = dates.parse_date(target, self.now(), project.zone) if target else None
        except Invalid as wrong:
            raise Invalid(str(wrong), field="target") from wrong
        project = replace(project, target_go_live=day)
        if template is not None:
            today = self.now().astimezone(project.zone).date()
            laid = lay_out(template, project, today, people, holders)
            return laid.plan, laid
        goal = replace(GO_LIVE, due=day)
        return Plan(
            project=replace(project, go_live_item=goal.key), people=tuple(people), items=(goal,)
        ), None


_NO_TARGET_HERE = (
    "A template is laid out backwards from go-live: say on which day, with `--target 2027-03-01`."
)


def checked_name(said: str | None, example: str) -> str:
    name = " ".join((said or "").split())
    if not name or len(name) > LONGEST_NAME:
        raise Invalid(f"Give it a name of at most {LONGEST_NAME} characters: `{example}`.")
    return name


def _template(word: str) -> Template:
    """The template asked for; what it may have been meant as is offered as it would be typed."""
    try:
        return templates.find(word)
    except UnknownTemplate as unknown:
        quotes = f"If “from {unknown.word}” belongs to the name, put the name in quotes."
        near = tuple(f"from {key}" for key in unknown.near)
        if near:
            raise DidYouMean(f"{unknown} {quotes}", f"from {unknown.word}", near) from None
        raise NotFound(f"{unknown} {quotes} Nothing was started.") from None


def _lead_role(template: Template | None) -> str | None:
    """The role that leads, as the template calls it."""
    found = template.roles if template else ()
    return next((role for role in found if roles.folded(role) in states.LEAD_ROLES), None)


def holidays(country: str | None) -> Mapping[str, Any]:
    """The policy that a country's public holidays are free."""
    if not country:
        return MappingProxyType({})
    match = _COUNTRY.fullmatch(country.strip())
    if match is None:
        raise Invalid(
            f"“{country[:40]}” is no country: write its code, like US, or US-IL for a part of it.",
            field="country",
        )
    said = {"country": match[1].upper(), **({"subdivision": match[2]} if match[2] else {})}
    try:
        read = Policies.read({"holidays": said}, "country").holidays
    except Invalid as wrong:
        _, _, sentence = str(wrong).partition(" ")  # without the place in a file it would stand at
        raise Invalid(sentence, field="country") from wrong
    kept = {"country": read.country, **({"subdivision": read.subdivision} if read.subdivision else {})}
    return MappingProxyType({"holidays": kept})


def _checked_key(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise Invalid(
            f"“{key[:60]}” is no key: a project's key has small letters, digits, “-” and “_”, at most 40."
        )
    return key


def _checked_channel(channel: str | None) -> str | None:
    if channel is not None and not _CHANNEL.fullmatch(channel):
        raise Invalid(
            f"“{channel[:60]}” is no channel id. It looks like C0123ABCD, and stands at the bottom of "
            "what Slack shows of a channel."
        )
    return channel


def _checked_zone(zone: str | None) -> str:
    if zone is not None and zone not in (known := available_timezones()):
        guess = Guesses().offer(zone, known) or "; write it like America/Chicago"
        raise Invalid(f"“{zone[:60]}” is no time zone{guess}.")
    return zone or "UTC"


def _refuse_taken(tx: Transaction, project: Project) -> None:
    other = next((p for p in tx.projects(project.workspace) if p.key == project.key), None)
    if other is not None:
        raise Refused(
            f"There is a project {project.key} already: {other.name}. Take another key. Nothing was started."
        )
    here = tx.plan_in(project.workspace, project.channel) if project.channel else None
    if here is not None:
        raise Refused(
            f"{here.project.name} ({here.project.key}) lives in {project.channel}, and a channel has one "
            "project. Nothing was started."
        )


def _people(said: Sequence[str], template: Template | None) -> tuple[tuple[Person, ...], dict[str, str]]:
    """The people that `ROLE=PERSON` names, and who has which role."""
    known = [*template.roles, *template.validator_roles] if template else None
    people: dict[str, Person] = {}
    holders: dict[str, str] = {}
    for each in said:
        words, equals, who = each.partition("=")
        if not equals or not words.strip() or not who.strip():
            raise Invalid(f'“{each[:80]}” does not say who: write --role "Network engineer=Tom Okafor".')
        role = roles.find(words, known) if known is not None else " ".join(words.split())
        if role in holders:
            raise Invalid(f"The role “{role}” is given twice. One person has it; others help.")
        person = _said_person(who, people, role)
        people[person.key] = person
        holders[role] = person.key
    return tuple(people.values()), holders


def _said_person(who: str, people: Mapping[str, Person], role: str) -> Person:
    """A name, a Slack id, or a name with the id behind it; somebody named before is the same person."""
    who = " ".join(clean(who).split())
    match = _USER.search(who)
    user = match[1] if match else None
    name = (who[: match.start()] if match else who).strip(" <@(") or user or who
    for person in people.values():
        if (user and person.slack == user) or (not user and roles.folded(person.name) == roles.folded(name)):
            return person
    key = free(slug(name).replace("-", "_"), people, "person")
    return Person(key=key, name=name, slack=user, role=role)


def _is_empty(plan: Plan) -> bool:
    """Nothing is in it yet but go-live itself."""
    goal = plan.project.go_live_item
    untouched = all(item.key == goal and item.status is Status.TODO for item in plan.items)
    return untouched and not plan.blockers and not plan.assumptions


def _lives_here(plan: Plan, name: str) -> Done:
    """The same words said twice are harmless; another project needs another channel."""
    if plan.project.name.casefold() == name.casefold():
        return Done(
            lines=(f"{plan.project.name} lives in this channel already: `/golive before`.",), plan=plan
        )
    raise Refused(
        f"{plan.project.name} lives in this channel, and a channel has one project. "
        "Start the new one in a channel of its own."
    )


def _welcome(plan: Plan, laid: Laid | None) -> tuple[str, ...]:
    project, lead = plan.project, plan.people[0]
    here = f"{project.name} (`{project.key}`) now lives in this channel."
    if laid is not None:
        theirs = sum(item.owner == lead.key for item in plan.items)
        has = f", as {lead.role} with {count(theirs, 'item')}" if theirs else ""
        leads = f"{lead.name} leads it{has}; its zone is {project.timezone}."
        fit = showing.laid_out(laid)
        return (f"{here} {leads}", *fit, *showing.roles_open(laid), "Then ask: `/golive before`.")
    aim = (
        () if project.target_go_live else (f"Say when go-live is to be: `/golive due {GO_LIVE.key} 14 Dec`.",)
    )
    return (
        f"{here} {lead.name} leads it; its zone is {project.timezone}.",
        "Say what has to happen before go-live: `/golive add Firewall rules approved gate`.",
        *aim,
        "Then ask: `/golive before`. A checklist to start from comes with `/golive templates`.",
    )
