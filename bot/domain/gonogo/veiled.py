"""What of a poll may people from outside read?"""

from __future__ import annotations

from dataclasses import replace

from bot.domain.audience.veil import Veil
from bot.domain.gonogo.voting import Condition, Poll, Seat, Vote


def poll(veil: Veil, found: Poll) -> Poll:
    """The poll with roles for the names that are internal; whom it would call by one it does not call."""
    text = veil.scrubber.maybe
    return replace(
        found,
        seats=tuple(_seat(veil, seat) for seat in found.seats),
        not_asked=tuple(veil.scrubber.text(line) for line in found.not_asked),
        votes=tuple(_vote(veil, vote) for vote in found.votes),
        why=text(found.why),
    )


def _seat(veil: Veil, seat: Seat) -> Seat:
    return replace(
        seat,
        person=veil.person_key(seat.person) or "",
        name=veil.scrubber.text(seat.name),
        user=_user(veil, seat.user),
        people=tuple(veil.person_key(key) or key for key in seat.people),
        instead_of=veil.person_key(seat.instead_of),
    )


def _vote(veil: Veil, vote: Vote) -> Vote:
    return replace(
        vote,
        person=veil.person_key(vote.person),
        user=_user(veil, vote.user),
        why=veil.scrubber.maybe(vote.why),
        conditions=tuple(_condition(veil, each) for each in vote.conditions),
    )


def _condition(veil: Veil, condition: Condition) -> Condition:
    text = veil.scrubber.text
    return replace(
        condition,
        text=text(condition.text),
        owner=_user(veil, condition.owner),
        name=text(condition.name),
        permalink=veil.scrubber.link(condition.permalink),
    )


def _user(veil: Veil, user: str) -> str:
    person = veil.plan.by_slack.get(user)
    return "" if person is not None and person.internal else user
