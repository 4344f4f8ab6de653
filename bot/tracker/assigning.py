"""Say which roles a project has and who has them, and give one to somebody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain import roles
from bot.domain.errors import Invalid
from bot.domain.roles import Given, Role, UnknownRole
from bot.domain.wording import count
from bot.tracker.desk import Desk, in_words, named
from bot.tracker.values import Actor, Colleague, DidYouMean, Done, Where

MOST_KEYS = 8


class Assigning(Desk):
    """The verbs on roles."""

    def roles(self, who: Actor, where: Where) -> tuple[str, ...]:
        """Every role of the project, who has it, and what waits for somebody to have it."""
        with self.store.reading() as tx:
            plan = self._read_there(tx, who, where)
        found = roles.of(plan)
        if not found:
            return (f"{plan.project.name} names no roles. `/golive own KEY @person` gives items to people.",)
        doing = [role for role in found if role.waiting or role.owned or role.holders]
        confirming = [role for role in found if role not in doing]
        lines = [f"Roles of {plan.project.name}:", *(_role_line(role) for role in doing)]
        if confirming:
            named_ = ", ".join(f"{role.name} ({len(role.confirms)})" for role in confirming)
            lines.append(f"To confirm only, nobody yet: {named_}.")
        vacant = next((role.name for role in found if role.vacant), None)
        if vacant:
            lines.append(f"Give one away: `/golive role {vacant} @person`.")
        return tuple(lines)

    def role(
        self, who: Actor, where: Where, words: str, user: str | None, colleague: Colleague | None = None
    ) -> Done:
        """Give a role, and all of it that nobody has, to somebody; without anybody: say what it holds.

        `words` begin with the role, and may go on with a person's name when nobody was mentioned.
        """
        with self.together(who, where, "role") as (tx, plan):
            known = tuple(role.name for role in roles.of(plan))
            role, rest = _role_meant(in_words(words, plan) or "", known, mentioned=user is not None)
            if user is None and not rest:
                found = next(each for each in roles.of(plan) if each.name == role)
                return Done(lines=(_role_line(found), f"Give it: `/golive role {role} @person`."), plan=plan)
            after, person = self._person(plan, user, colleague) if user else (plan, named(plan, rest))
            given = roles.give(after, role, person)
            changed = plan if given.plan == plan else given.plan
            done = self._commit(tx, who, plan, changed, "role")
            return replace(done, lines=_given_lines(given, is_new=done.plan is not plan))


def _role_meant(words: str, known: Sequence[str], *, mentioned: bool) -> tuple[str, str]:
    """The role that words begin with, and the rest of them; what it may be meant as is offered."""
    said = words.strip().strip("\"“”'").strip()
    if not said:
        there = f" There are {roles.some(known)}: `/golive roles`." if known else ""
        raise Invalid(f"Say which role: `/golive role Network engineer @person`.{there}")
    found = roles.leading(words.replace('"', " ").replace("“", " ").replace("”", " "), known)
    if found is not None and not (mentioned and found[1]):
        return found
    try:
        return roles.find(said, known), ""
    except UnknownRole as unknown:
        if unknown.near:
            raise DidYouMean(str(unknown), said, unknown.near) from None
        raise


def _role_line(role: Role) -> str:
    """A role, who has it, and how much it holds."""
    held = " and ".join(person.name for person in role.holders[:3]) or "nobody yet"
    held = "somebody who is not named" if held == role.name else held
    parts = []
    if role.owned:
        parts.append(count(len(role.owned), "item"))
    if role.waiting:
        keys = ", ".join(f"`{item.key}`" for item in role.waiting[:MOST_KEYS])
        more = f" and {len(role.waiting) - MOST_KEYS} more" if len(role.waiting) > MOST_KEYS else ""
        waiting = "waits" if len(role.waiting) == 1 else "wait"
        parts.append(f"{count(len(role.waiting), 'item')} {waiting}: {keys}{more}")
    if role.confirms:
        parts.append(f"confirms {len(role.confirms):,}")
    return f"{role.name}: {held}{'; ' if parts else ''}{'; '.join(parts)}."


def _given_lines(given: Given, *, is_new: bool) -> tuple[str, ...]:
    """What somebody got with a role, and what still stands in the way."""
    name, role = given.person.name, given.role
    if not is_new:
        return (f"{name} has the role “{role}” already, and nothing of it is left over.", *_kept(given))
    keys = ", ".join(f"`{key}`" for key in given.items[:MOST_KEYS])
    more = f" and {len(given.items) - MOST_KEYS} more" if len(given.items) > MOST_KEYS else ""
    lines = [
        f"{name} is {role} and has {count(len(given.items), 'item')}: {keys}{more}."
        if given.items
        else f"{name} is {role}. No item of it was left over."
    ]
    if given.confirms:
        lines.append(f"{name} confirms {count(len(given.confirms), 'item')} of others once they are done.")
    if given.assumptions:
        lines.append(f"{name} finds out about {', '.join(given.assumptions)}, on which that rests.")
    for key in given.unconfirmed:
        lines.append(
            f"`{key}`: {name} would confirm their own work. Somebody else has to: "
            f"`/golive validator {key} @person`."
        )
    return (*lines, *_kept(given))


def _kept(given: Given) -> tuple[str, ...]:
    if not given.others:
        return ()
    keys = ", ".join(f"`{item.key}`" for item in given.others[:MOST_KEYS])
    return (f"What others have of it stays theirs: {keys}. `/golive own KEY @person` hands it over.",)
