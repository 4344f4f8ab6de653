"""For which workspaces is what Slack hands over? Never taken from what a button or a form carries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

Body = Mapping[str, Any]

GONE = frozenset({"app_uninstalled", "tokens_revoked"})
OF_AN_ORGANISATION = frozenset({"team_access_granted", "team_access_revoked"})
OF_ONE_SIDE = frozenset({"channel_id_changed"})  # of those who share a channel; the others keep its id


def event_of(body: Body) -> Mapping[str, Any] | None:
    """The inner event, if it is one."""
    event = body.get("event")
    return event if body.get("type") == "event_callback" and isinstance(event, Mapping) else None


def named_in(body: Body) -> str | None:
    """The workspace of the installation something is handed to. In a channel that is shared it need not be
    that of whoever acted."""
    return next(_named(body), None)


def handed_to(body: Body) -> list[str]:
    """Every workspace something is handed to by name, that of `named_in` first."""
    found = [one for one in (named_in(body),) if one is not None]
    if event_of(body) is not None:
        teams = [team for one in _authorizations(body) for team in _team(one.get("team_id"))]
        found += teams or _team(body.get("context_team_id"))
    return found


def is_one_of_its(body: Body, organisation: str) -> bool:
    """Whether the workspace that is named is one of the organisation all this is handed to. In a channel that
    is shared with another one, it may be that of whoever acted."""
    if event_of(body) is None:
        return bool(body.get("team") or body.get("team_id")) or channel_of(body) is None
    if any(True for one in _authorizations(body) for _ in _team(one.get("team_id"))):
        return True
    outer = body.get("enterprise_id")
    return outer == organisation or (not outer and body.get("is_ext_shared_channel") is not True)


def _named(body: Body) -> Iterator[str]:
    if event_of(body) is not None:
        yield from _of_event(body)
        return
    view, team = body.get("view"), body.get("team")
    # A form that was opened from a shared channel says where the app is that opened it.
    if isinstance(view, Mapping):
        yield from _team(view.get("app_installed_team_id"))
    yield from _team(team.get("id") if isinstance(team, Mapping) else team)
    yield from _team(body.get("team_id"))
    user = body.get("user")
    yield from _team(user.get("team_id") if isinstance(user, Mapping) else None)
    yield from _team(view.get("team_id") if isinstance(view, Mapping) else None)


def _of_event(body: Body) -> Iterator[str]:
    for one in _authorizations(body):
        yield from _team(one.get("team_id"))
    yield from _team(body.get("team_id"))
    yield from _team(body.get("context_team_id"))
    event = event_of(body) or {}
    yield from _team(event.get("team_id"))
    yield from _team(event.get("team"))


def organisation_of(body: Body) -> str | None:
    """The organisation whose installation this is handed to, where it belongs to one."""
    for one in _authorizations(body):
        if isinstance(found := one.get("enterprise_id"), str):
            return found
    enterprise = body.get("enterprise")
    found = enterprise.get("id") if isinstance(enterprise, Mapping) else enterprise
    team = body.get("team")
    if not found and isinstance(team, Mapping):
        found = team.get("enterprise_id")
    found = found or body.get("enterprise_id")
    return found if isinstance(found, str) and found else None


def is_of_a_whole_organisation(body: Body) -> bool:
    for one in _authorizations(body):
        return one.get("is_enterprise_install") is True
    return body.get("is_enterprise_install") in (True, "true")


def teams_in(event: Mapping[str, Any]) -> list[str]:
    """The workspaces an event about an organisation's installation names."""
    teams = event.get("team_ids")
    return [one for one in teams if isinstance(one, str)] if isinstance(teams, list) else []


def shared_channel(body: Body) -> str | None:
    """The channel, when it is shared with another organisation: the same event may be for both."""
    event = event_of(body)
    if event is None or body.get("is_ext_shared_channel") is not True or event.get("type") in OF_ONE_SIDE:
        return None
    return channel_of(event)


def channel_of(event: Mapping[str, Any]) -> str | None:
    """Where it happened, if in a channel."""
    item, channel = event.get("item"), event.get("channel") or event.get("old_channel_id")
    if isinstance(channel, Mapping):
        channel = channel.get("id")
    found = channel or (item.get("channel") if isinstance(item, Mapping) else None)
    return found if isinstance(found, str) else None


def moment_of(body: Body) -> datetime:
    """When something happened, as Slack says."""
    at = body.get("event_time")
    try:
        return datetime.fromtimestamp(at if isinstance(at, int | float) else 0, UTC)
    except (ValueError, OverflowError, OSError):  # no moment there ever was
        return datetime.fromtimestamp(0, UTC)


def _authorizations(body: Body) -> list[Mapping[str, Any]]:
    found = body.get("authorizations")
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _team(value: object) -> Iterator[str]:
    """An organisation's id may stand where a workspace's belongs."""
    if isinstance(value, str) and value and not value.startswith("E"):
        yield value
