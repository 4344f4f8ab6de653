"""How do modals and Homes open, stack, change and close?"""

from __future__ import annotations

import secrets
from typing import Any

from sandbox.blocks import check_view, completed, completed_blocks, too_large
from sandbox.errors import Refusal
from sandbox.forms import initial_state
from sandbox.slack import Slack
from sandbox.state import Json, View

DEEPEST = 3  # views in a modal


class Views:
    """What is open on people's screens."""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack
        self._state = slack.state

    def open(self, user: str, view: Any) -> View:
        """Open a modal; one that was open for this person is closed by it."""
        made = self._made(view, "modal")
        made |= {"root_view_id": made["id"], "previous_view_id": None}
        self._state.put_modals(user, [made])
        return made

    def push(self, user: str, view: Any) -> View:
        stack = self._state.modals.get(user)
        if not stack:
            raise Refusal("not_found")
        if len(stack) >= DEEPEST:
            raise Refusal("push_limit_reached")
        made = self._made(view, "modal")
        made |= {"root_view_id": stack[0]["id"], "previous_view_id": stack[-1]["id"]}
        self._state.put_modals(user, [*stack, made])
        return made

    def update(self, view_id: str, view: Any, hash_: str | None = None) -> View:
        """Replace what a view shows. What was typed into a field whose ids stay the same is kept."""
        found = self._state.view(view_id)
        if found is None:
            raise Refusal("not_found")
        user, before = found
        if hash_ is not None and hash_ != before["hash"]:
            raise Refusal("hash_conflict")
        made = self._made(view, before["type"], own=before)
        made |= {key: before[key] for key in ("id", "root_view_id", "previous_view_id")}
        made["state"] = {"values": _kept(before["state"]["values"], made["state"]["values"])}
        if made["type"] == "home":
            self._state.put_home(user, made)
        else:
            stack = [made if one["id"] == view_id else one for one in self._state.modals[user]]
            self._state.put_modals(user, stack)
        return made

    def publish(self, user: str, view: Any, hash_: str | None = None) -> View:
        before = self._state.homes.get(user)
        if hash_ is not None and before is not None and hash_ != before["hash"]:
            raise Refusal("hash_conflict")
        made = self._made(view, "home", own=before)
        if before:
            made["id"] = before["id"]
        made |= {"root_view_id": made["id"], "previous_view_id": None}
        self._state.put_home(user, made)
        return made

    def pop(self, user: str, *, everything: bool = False) -> None:
        stack = self._state.modals.get(user, [])
        self._state.put_modals(user, [] if everything else stack[:-1])

    def remember(self, user: str, view: View, values: Json) -> None:
        """Note what a person has filled in so far."""
        view["state"] = {"values": values}
        if view["type"] == "home":
            self._state.put_home(user, view)
        else:
            self._state.put_modals(user, self._state.modals[user])

    def by_external_id(self, external_id: str) -> View | None:
        every = [view for stack in self._state.modals.values() for view in stack]
        return next((one for one in every if one["external_id"] == external_id), None)

    def _made(self, view: Any, kind: str, own: View | None = None) -> View:
        """The view object of a checked payload, with a new id and hash."""
        self._check(view, kind)
        external_id = view.get("external_id") or ""
        taken = self.by_external_id(external_id) if external_id else None
        if taken is not None and (own is None or taken["id"] != own["id"]):
            raise Refusal("duplicate_external_id")
        blocks = completed_blocks(view["blocks"])
        return {
            "id": self._state.new_id("V"),
            "team_id": self._state.team.id,
            "type": kind,
            "blocks": blocks,
            "private_metadata": view.get("private_metadata") or "",
            "callback_id": view.get("callback_id") or "",
            "state": {"values": initial_state(blocks)},
            "hash": f"{int(self._slack.clock.time())}.{secrets.token_hex(4)}",
            "title": completed(view.get("title")) or _NO_TITLE,
            "clear_on_close": bool(view.get("clear_on_close")),
            "notify_on_close": bool(view.get("notify_on_close")),
            "close": completed(view.get("close")),
            "submit": completed(view.get("submit")),
            "submit_disabled": bool(view.get("submit_disabled")),
            "external_id": external_id,
            "app_id": self._state.app.id,
            "app_installed_team_id": self._state.team.id,
            "bot_id": self._state.app.bot_id,
        }

    def _check(self, view: Any, kind: str) -> None:
        problems = check_view(view)
        if not problems and view["type"] != kind:
            raise Refusal("invalid_arguments", [f"view type must be {kind} [json-pointer:/view/type]"])
        if problems:
            raise Refusal("invalid_arguments", [str(one) for one in problems])
        if too_large(view):
            raise Refusal("view_too_large")


_NO_TITLE = {"type": "plain_text", "text": "View Title", "emoji": True}


def _kept(before: Json, now: Json) -> Json:
    """The state of a changed view: typed values of the same block and action stay."""
    kept: Json = {}
    for block_id, actions in now.items():
        old = before.get(block_id, {})
        kept[block_id] = {
            action_id: old[action_id]
            if action_id in old and old[action_id]["type"] == value["type"]
            else value
            for action_id, value in actions.items()
        }
    return kept
