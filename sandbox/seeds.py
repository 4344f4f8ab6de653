"""Who and what is in this Slack before anything happens?"""

from __future__ import annotations

import re
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sandbox.errors import Impossible
from sandbox.slack import Slack
from sandbox.state import App, Channel, Json, State, Team, User
from sandbox.when import moment


class Seeds:
    """Puts people, channels and history where nothing is."""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack
        self._state = slack.state
        if self._state.app.bot_user not in self._state.users:
            self.add_user(_bot(self._state.app))

    def sow(self, team: Json | None, users: list[Json], channels: list[Json], history: list[Json]) -> None:
        """Put in what is not there yet. Nothing of this is an event: it was so before the app came."""
        if team and self._state.team == Team():
            name = str(team.get("name") or "Sandbox")
            domain = team.get("domain") or re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
            self._state.put_team(
                Team(id=str(team.get("id") or self._state.team.id), name=name, domain=domain)
            )
            self.add_user(_bot(self._state.app))
        for user in users:
            if user.get("id") not in self._state.users:
                self.add_user(user)
        for channel in channels:
            if channel.get("id") not in self._state.channels:
                self.add_channel(channel)
        silent = {one for one, channel in self._state.channels.items() if not channel.messages}
        for said in history:
            if said["channel"] in silent:
                self._remember(said)

    def add_user(self, given: Json) -> User:
        """A person (or another bot) with Slack's whole user object around what is given."""
        user = _user(given, self._state, int(self._slack.clock.time()))
        self._state.put_user(user)
        return user

    def add_channel(self, given: Json) -> Channel:
        """A channel; the app is in it unless `bot` is false."""
        members = list(dict.fromkeys(given.get("members") or []))
        strangers = [one for one in members if one not in self._state.users]
        if strangers:
            raise Impossible(f"There is no person {', '.join(strangers)} here.", 404)
        if given.get("bot", True) and self._state.app.bot_user not in members:
            members.append(self._state.app.bot_user)
        channel = Channel(
            id=str(given.get("id") or self._state.new_id("C")),
            name=str(given["name"]).removeprefix("#"),
            kind="group" if given.get("is_private") else "channel",
            members=members,
            created=int(given.get("created") or self._slack.clock.time()),
            creator=str(given.get("creator") or next(iter(members), "")),
            topic=str(given.get("topic") or ""),
            purpose=str(given.get("purpose") or ""),
            is_general=bool(given.get("is_general")),
            is_ext_shared=bool(given.get("is_ext_shared")),
            is_archived=bool(given.get("is_archived")),
        )
        self._slack.shared(channel)
        self._state.put_channel(channel)
        return channel

    def _remember(self, said: Json) -> None:
        """A line of history: {channel, user, text, ts | at, thread_ts?, reactions?}."""
        channel = self._state.channels[said["channel"]]
        last_ts = channel.last_ts  # what was said long ago takes no id of today
        now = float(said["ts"]) if said.get("ts") else moment(said["at"]).timestamp()
        message = self._slack.person_message(
            channel, said["user"], said.get("text") or "", said.get("thread_ts")
        )
        message["ts"] = f"{now:.6f}"
        channel.last_ts = last_ts
        message |= {key: said[key] for key in ("reactions", "blocks", "attachments") if key in said}
        self._slack.keep(channel, message)


def known_zone(name: Any) -> None:
    """A zone that is none would break every later look at its person."""
    try:
        ZoneInfo(str(name or "Etc/UTC"))
    except (ZoneInfoNotFoundError, ValueError):
        raise Impossible(f"There is no time zone “{name}”; write it like America/Chicago.") from None


def _bot(app: App) -> Json:
    return {
        "id": app.bot_user,
        "name": re.sub(r"[^a-z0-9]+", "_", app.name.lower()).strip("_") or "app",
        "real_name": app.name,
        "is_bot": True,
        "profile": {"bot_id": app.bot_id, "api_app_id": app.id},
    }


def _user(given: Json, state: State, now: int) -> User:
    known_zone(given.get("tz"))
    name = str(given.get("name") or given.get("real_name") or given["id"])
    real_name = str(given.get("real_name") or name)
    handle = re.sub(r"[^a-z0-9._-]+", ".", name.lower()).strip(".")
    team = str(given.get("team_id") or state.team.id)
    profile: dict[str, Any] = {
        "real_name": real_name,
        "real_name_normalized": real_name,
        "display_name": str(given.get("display_name") or ""),
        "display_name_normalized": str(given.get("display_name") or ""),
        "title": str(given.get("title") or ""),
        "email": given.get("email") or f"{handle}@example.com",
        "status_text": "",
        "status_emoji": "",
        "team": team,
        **(given.get("profile") or {}),
    }
    flags = ("deleted", "is_bot", "is_admin", "is_owner", "is_restricted", "is_ultra_restricted")
    if given.get("is_bot"):
        profile.pop("email")
    return {
        "id": str(given.get("id") or state.new_id("U")),
        "team_id": team,
        "name": handle,
        "real_name": real_name,
        "tz": str(given.get("tz") or "Etc/UTC"),
        "tz_label": str(given.get("tz") or "UTC"),
        "profile": profile,
        **{flag: bool(given.get(flag)) for flag in flags},
        "is_app_user": False,
        "updated": now,
        **({"is_stranger": True} if team != state.team.id else {}),
    }
