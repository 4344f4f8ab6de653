"""assistant.threads.*: what a person's conversation with an agent shows beside its messages."""

from __future__ import annotations

from typing import Any

from sandbox.calls import Call, method
from sandbox.errors import Refusal
from sandbox.state import Channel, Json

MOST_PROMPTS = 4
MOST_LOADING = 10


@method(
    "assistant.threads.setStatus",
    tier=None,
    scopes=["chat:write", "assistant:write"],
    needs="channel_id thread_ts",
    takes="status loading_messages icon_emoji icon_url username",
)
def set_status(call: Call) -> Json:
    channel, thread = _thread(call, anywhere=True)  # channels have it too, without an agent
    status = call.args.get("status")
    if not isinstance(status, str):
        raise Refusal("invalid_arguments", ["missing required field: status"])
    loading = call.args.get("loading_messages") or []
    if not isinstance(loading, list) or len(loading) > MOST_LOADING:
        raise Refusal("invalid_arguments", ["no more than 10 items allowed [json-pointer:/loading_messages]"])
    call.slack.agents.status(channel, thread, status)
    return {}


@method(
    "assistant.threads.setTitle",
    tier=4,
    scopes=["assistant:write"],
    needs="channel_id thread_ts title",
)
def set_title(call: Call) -> Json:
    channel, thread = _thread(call)
    call.slack.agents.title(channel, thread, str(call.args["title"]))
    return {}


@method(
    "assistant.threads.setSuggestedPrompts",
    tier=4,
    scopes=["assistant:write"],
    needs="channel_id prompts",
    takes="thread_ts title",
)
def set_prompts(call: Call) -> Json:
    channel = _conversation(call)
    prompts = _prompts(call.args["prompts"])
    thread = call.args.get("thread_ts")
    if call.slack.agents.is_agent:
        if not thread:  # with a thread it is answered as if it were done, and nothing is
            call.slack.agents.prompts(channel, "", prompts, call.args.get("title"))
        return {}
    _, thread = _thread(call)
    call.slack.agents.prompts(channel, thread, prompts, call.args.get("title"))
    return {}


def _prompts(given: Any) -> list[Json]:
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_PROMPTS:
        raise Refusal("invalid_arguments", ["between 1 and 4 items allowed [json-pointer:/prompts]"])
    for number, one in enumerate(given):
        words = [one.get(name) for name in ("title", "message")] if isinstance(one, dict) else []
        whole = len(words) == 2 and all(isinstance(word, str) and word for word in words)
        if not whole or set(one) - {"title", "message"}:
            raise Refusal(
                "invalid_arguments", [f"must have title and message [json-pointer:/prompts/{number}]"]
            )
    return [dict(one) for one in given]


def _conversation(call: Call) -> Channel:
    """The direct conversation of an app that is an agent, or an assistant as they were before."""
    if not (call.slack.agents.is_agent or call.slack.agents.is_assistant):
        raise Refusal("not_allowed")
    channel = call.channel("channel_id")
    if channel.kind != "im":
        raise Refusal("channel_not_found")
    return channel


def _thread(call: Call, *, anywhere: bool = False) -> tuple[Channel, str]:
    if not anywhere and not (call.slack.agents.is_agent or call.slack.agents.is_assistant):
        raise Refusal("not_allowed")
    channel = call.channel("channel_id", member=True)
    thread = str(call.args.get("thread_ts") or "")
    root = channel.messages.get(thread)
    if root is None or "ephemeral_to" in root or root.get("thread_ts", thread) != thread:
        raise Refusal("invalid_thread_ts")
    return channel, thread
