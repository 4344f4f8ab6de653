"""What can people press, choose and fill in: buttons, selects, modals, the App Home?"""

from __future__ import annotations

from typing import Any

from sandbox.blocks import check_offer
from sandbox.errors import Impossible, Refusal
from sandbox.forms import chosen, complaints, find, initial_state, parts, state_entry
from sandbox.interactions import Acked, Interactions
from sandbox.people import People
from sandbox.slack import Slack
from sandbox.state import Json, Message, User, View
from sandbox.views import Views


class Screens:
    """What is on people's screens to be used. Only what is really there can be."""

    def __init__(self, slack: Slack, people: People, interactions: Interactions, views: Views) -> None:
        self._slack = slack
        self._state = slack.state
        self._people = people
        self._interactions = interactions
        self._views = views
        self._options: dict[tuple[str, str, str], list[Json]] = {}  # what external selects offered, to whom

    async def press(
        self,
        user: str,
        action_id: str,
        *,
        channel: str | None = None,
        ts: str | None = None,
        view_id: str | None = None,
        block_id: str | None = None,
        value: Any = None,
    ) -> Acked:
        """Press or choose something in a message or in a view, if it is really there."""
        person = self._people.person(user)
        if view_id:
            return await self._press_in_view(person, view_id, action_id, block_id, value)
        if not channel or not ts:
            raise Impossible("Say where to press: channel and ts of a message, or a view_id.")
        place = self._people.place(channel, person)
        message = self._people.message(place, ts, user)
        blocks = blocks_of(message)
        block, element = find(blocks, action_id, block_id, value)
        taken = chosen(element, value, self._state, self._offered(user, ts, element))
        state = self._message_state(blocks, element, block, taken)
        payload = self._interactions.common("block_actions", person)
        ephemeral = "ephemeral_to" in message
        payload |= {
            "container": {
                "type": "message",
                "message_ts": message["ts"],
                "channel_id": place.id,
                "is_ephemeral": ephemeral,
                **({"thread_ts": message["thread_ts"]} if "thread_ts" in message else {}),
            },
            "trigger_id": self._interactions.trigger(user),
            "channel": self._people.channel_of(place),
            "state": {"values": state},
            "response_url": self._interactions.response_url("actions", place, user, message),
            "actions": [self._action(block, element, taken)],
        }
        if not ephemeral:  # Slack does not hand the content of an ephemeral message back
            payload["message"] = message
        return await self._interactions.hand_over("interactive", payload)

    async def options(self, user: str, action_id: str, query: str = "", **where: str | None) -> list[Json]:
        """Type into an external select and see what the app offers."""
        person = self._people.person(user)
        payload = self._interactions.common("block_suggestion", person)
        blocks, place = self._where(person, payload, **where)
        block, element = find(blocks, action_id, where.get("block_id"))
        if element["type"] not in ("external_select", "multi_external_select"):
            raise Impossible(f"“{action_id}” is no select whose options come from the app.")
        if len(query) < int(element.get("min_query_length", 3)):
            return []
        payload |= {"action_id": action_id, "block_id": block["block_id"], "value": query}
        acked = await self._interactions.hand_over("interactive", payload)
        if acked.error:
            raise Impossible(f"The app did not say which options there are ({acked.error}).", 504)
        offered = self._read_options(acked.body)
        before = self._options.get((user, place, action_id), [])
        self._options[user, place, action_id] = [*before, *(one for one in offered if one not in before)]
        return offered

    def home(self, user: str, tab: str = "home") -> None:
        """Open the app's Home (or its messages tab)."""
        self._people.own_person(user, "open the App Home")
        direct, _ = self._slack.direct([user, self._state.app.bot_user])
        event: Json = {"type": "app_home_opened", "user": user, "channel": direct.id, "tab": tab}
        if tab == "home" and user in self._state.homes:
            event["view"] = self._state.homes[user]
        if tab == "messages" and self._slack.agents.is_agent:
            event["context"] = self._slack.agents.context(user)
        self._slack.emit(event, None)

    async def submit(self, user: str, view_id: str, values: Json) -> Json:
        """Fill a modal in and submit it; what the form or the app has against it comes back as errors."""
        person = self._people.person(user)
        view = self._open_view(user, view_id)
        if view["type"] != "modal" or not view["submit"]:
            raise Impossible("There is nothing to submit in this view.")
        filled = self.fill(user, view, values)
        self._views.remember(user, view, filled)
        wrong = complaints(view["blocks"], filled)
        if wrong:
            return {"ack": None, "ms": 0, "sent": False, "response_action": "errors", "errors": wrong}
        payload = self._interactions.common("view_submission", person)
        payload |= {"trigger_id": self._interactions.trigger(user), "view": view, "response_urls": []}
        acked = await self._interactions.hand_over("interactive", payload)
        return self._after_submission(user, view, acked)

    async def close(self, user: str, view_id: str, *, everything: bool = False) -> Acked:
        """Close the view on top with its button, or all with the x."""
        person = self._people.person(user)
        view = self._open_view(user, view_id)
        stack = list(self._state.modals[user])
        everything = everything or view["clear_on_close"] or len(stack) == 1
        told = [one for one in reversed(stack if everything else [view]) if one["notify_on_close"]]
        self._views.pop(user, everything=everything)
        acked = Acked(None, 0.0)
        for one in told:
            payload = self._interactions.common("view_closed", person)
            payload |= {"view": one, "is_cleared": everything and len(stack) > 1}
            acked = await self._interactions.hand_over("interactive", payload)
        return acked

    def fill(self, user: str, view: View, values: Json) -> Json:
        """`state.values` with these put in: {block_id: value} or {block_id: {action_id: value}}."""
        filled: Json = {key: dict(one) for key, one in view["state"]["values"].items()}
        for block_id, given in values.items():
            inside = [element for block, element in parts(view["blocks"]) if block["block_id"] == block_id]
            if not inside:
                there = sorted({block["block_id"] for block, _ in parts(view["blocks"])})
                raise Impossible(f"There is no block “{block_id}” here. There are {', '.join(there)}.", 404)
            by_action = {element["action_id"]: element for element in inside}
            several = isinstance(given, dict) and set(given) <= set(by_action)
            for action_id, value in (given if several else {inside[0]["action_id"]: given}).items():
                element = by_action[action_id]
                offered = self._offered(user, view["id"], element)
                entry = state_entry(element, chosen(element, value, self._state, offered))
                if entry is not None:
                    filled.setdefault(block_id, {})[action_id] = entry
        return filled

    async def _press_in_view(
        self, person: User, view_id: str, action_id: str, block_id: str | None, value: Any
    ) -> Acked:
        user = person["id"]
        view = self._open_view(user, view_id)
        block, element = find(view["blocks"], action_id, block_id, value)
        taken = chosen(element, value, self._state, self._offered(user, view_id, element))
        entry = state_entry(element, taken)
        if entry is not None:
            values = {key: dict(one) for key, one in view["state"]["values"].items()}
            values.setdefault(block["block_id"], {})[element["action_id"]] = entry
            self._views.remember(user, view, values)
        if block["type"] == "input" and not block.get("dispatch_action"):
            return Acked(None, 0.0)  # an input speaks to the app only when the form is submitted
        payload = self._interactions.common("block_actions", person)
        payload |= {
            "container": {"type": "view", "view_id": view_id},
            "trigger_id": self._interactions.trigger(user),
            "view": view,
            "actions": [self._action(block, element, taken)],
        }
        return await self._interactions.hand_over("interactive", payload)

    def _after_submission(self, user: str, view: View, acked: Acked) -> Json:
        body = acked.body if isinstance(acked.body, dict) else {}
        outcome: Json = {"ack": acked.body, "ms": acked.ms, "sent": True}
        if acked.error:
            return outcome | {"error": acked.error}
        error = None
        try:
            outcome |= self._obeyed(user, view, body)
        except Refusal as refused:
            error = refused.error
            outcome |= {"error": error, **refused.answer.get("response_metadata", {})}
        self._people.log("ack.view_submission", body, error)
        return outcome

    def _obeyed(self, user: str, view: View, body: Json) -> Json:
        """Do what the app answered to a submission."""
        action = body.get("response_action")
        if action == "errors":
            inputs = {one["block_id"] for one in view["blocks"] if one["type"] == "input"}
            errors = body.get("errors")
            if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
                raise Refusal("invalid_arguments", ["errors must name input blocks of the view"])
            return {"response_action": "errors", "errors": errors}
        if action == "update":
            return {"response_action": "update", "view": self._views.update(view["id"], body.get("view"))}
        if action == "push":
            return {"response_action": "push", "view": self._views.push(user, body.get("view"))}
        if action not in (None, "clear"):
            raise Refusal("invalid_arguments", [f"unknown response_action: {action}"])
        self._views.pop(user, everything=action == "clear")
        return {"response_action": action}

    def _open_view(self, user: str, view_id: str) -> View:
        found = self._state.view(str(view_id))
        if found is None or found[0] != user:
            raise Impossible(f"No view {view_id} is open for {user}.", 404)
        stack = self._state.modals.get(user, [])
        if found[1]["type"] == "modal" and stack[-1]["id"] != view_id:
            raise Impossible(f"The view {view_id} lies under another one.")
        return found[1]

    def _where(self, person: User, payload: Json, **where: str | None) -> tuple[list[Json], str]:
        """The blocks an external select is in; and the payload is told where that is."""
        if where.get("view_id"):
            view = self._open_view(person["id"], str(where["view_id"]))
            payload |= {"container": {"type": "view", "view_id": view["id"]}, "view": view}
            return view["blocks"], view["id"]
        place = self._people.place(where.get("channel"), person)
        message = self._people.message(place, where.get("ts"), person["id"])
        container = {"type": "message", "message_ts": message["ts"], "channel_id": place.id}
        container["is_ephemeral"] = "ephemeral_to" in message
        payload |= {"container": container, "channel": self._people.channel_of(place), "message": message}
        return blocks_of(message), message["ts"]

    def _read_options(self, body: Any) -> list[Json]:
        problems = [str(one) for one in check_offer(body)]
        self._people.log("ack.block_suggestion", body, "invalid_arguments" if problems else None)
        if problems:
            raise Impossible(f"The app answered with options that Slack would not show: {problems[0]}", 502)
        options = list(body.get("options") or [])
        for group in body.get("option_groups") or []:
            options += group["options"]
        return options

    def _offered(self, user: str, place: str, element: Json) -> list[Json] | None:
        """What an external select has offered this person; None for everything else."""
        if element["type"] not in ("external_select", "multi_external_select"):
            return None
        initial = element.get("initial_options") or [element.get("initial_option")]
        offered = self._options.get((user, place, element["action_id"]), [])
        return [one for one in [*initial, *offered] if one]

    def _message_state(self, blocks: list[Json], element: Json, block: Json, taken: Json) -> Json:
        """`state.values` of a message: what each of its elements has now."""
        values = initial_state(blocks)
        entry = state_entry(element, taken)
        if entry is not None:
            values.setdefault(block["block_id"], {})[element["action_id"]] = entry
        return values

    def _action(self, block: Json, element: Json, taken: Json) -> Json:
        kept: Json = {
            key: element[key] for key in ("text", "style", "url", "confirm", "placeholder") if key in element
        }
        return {
            "action_id": element["action_id"],
            "block_id": block["block_id"],
            **kept,
            **taken,
            "type": element["type"],
            "action_ts": f"{self._slack.clock.time():.6f}",
        }


def blocks_of(message: Message) -> list[Json]:
    """The blocks of a message and of its attachments."""
    blocks = list(message.get("blocks") or [])
    for attachment in message.get("attachments") or []:
        blocks += attachment.get("blocks") or []
    return blocks
