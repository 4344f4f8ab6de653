"""Does this Slack treat an agent, and what is pinned, as Slack does?"""

from __future__ import annotations

from collections.abc import AsyncIterator
from copy import deepcopy
from typing import Any

import pytest

from tests.sandbox.conftest import Listening
from tests.sandbox.harbor import MANIFEST, Harbor, running

Json = dict[str, Any]
PROMPTS = [{"title": "Tides", "message": "When is high water?"}]


def manifest(view: str | None) -> Json:
    made = deepcopy(MANIFEST)
    made["oauth_config"]["scopes"]["bot"].append("assistant:write")
    made["settings"]["event_subscriptions"]["bot_events"] += [
        "app_context_changed", "assistant_thread_started", "pin_added", "pin_removed",
    ]  # fmt: skip
    if view == "agent_view":
        made["features"][view] = {"agent_description": "Knows the tides", "suggested_prompts": PROMPTS}
    if view == "assistant_view":
        made["features"][view] = {"assistant_description": "Knows the tides"}
    return made


@pytest.fixture
async def agent() -> AsyncIterator[Harbor]:
    async with running(manifest=manifest("agent_view")) as one:
        yield one


async def asked(harbor: Harbor) -> tuple[str, str]:
    """A direct message to the app: its conversation and its ts."""
    said = await harbor.post("messages", channel=harbor.slack.state.app.bot_user, user="U0ANN", text="Tides?")
    return said["channel"], said["ts"]


async def test_an_agent_sets_prompts_a_title_and_a_status(agent: Harbor) -> None:
    channel, ts = await asked(agent)
    place, agents = agent.slack.state.channels[channel], agent.slack.slack.agents
    assert agents.prompts_of(place, "")["prompts"] == PROMPTS, "those of its manifest, to begin with"
    client = agent.client
    await client.api_call("assistant.threads.setSuggestedPrompts", json={"channel_id": channel, "prompts": [
        {"title": "Moon", "message": "What phase is it?"}]})  # fmt: skip
    of = {"channel_id": channel, "thread_ts": ts}
    await client.api_call("assistant.threads.setTitle", json={**of, "title": "The tides"})
    await client.api_call("assistant.threads.setStatus", json={**of, "status": "is looking …"})
    assert agents.prompts_of(place, "")["prompts"][0]["title"] == "Moon"
    assert agents.title_of(place, ts) == "The tides"
    assert agents.status_of(place, ts) == "is looking …"
    await client.chat_postMessage(channel=channel, thread_ts=ts, text="At noon")
    assert agents.status_of(place, ts) == "", "an answer ends it"


async def test_a_status_goes_by_itself_after_two_minutes(agent: Harbor) -> None:
    channel, ts = await asked(agent)
    said = {"channel_id": channel, "thread_ts": ts, "status": "is looking …"}
    await agent.client.api_call("assistant.threads.setStatus", json=said)
    await agent.post("clock", advance="121s")
    assert agent.slack.slack.agents.status_of(agent.slack.state.channels[channel], ts) == ""


async def test_prompts_for_one_thread_of_an_agent_are_taken_and_never_shown(agent: Harbor) -> None:
    channel, ts = await asked(agent)
    said = {"channel_id": channel, "thread_ts": ts, "prompts": [{"title": "Moon", "message": "Moon?"}]}
    await agent.client.api_call("assistant.threads.setSuggestedPrompts", json=said)
    assert agent.slack.slack.agents.prompts_of(agent.slack.state.channels[channel], "")["prompts"] == PROMPTS


@pytest.mark.parametrize(
    ("method", "more", "error"),
    [
        ("setSuggestedPrompts", {"prompts": []}, "invalid_arguments"),
        ("setSuggestedPrompts", {"prompts": PROMPTS * 5}, "invalid_arguments"),
        ("setSuggestedPrompts", {"prompts": [{"title": "x"}]}, "invalid_arguments"),
        ("setSuggestedPrompts", {"prompts": "tides"}, "invalid_arguments"),
        ("setSuggestedPrompts", {"prompts": PROMPTS, "channel_id": "C0QUAY"}, "channel_not_found"),
        ("setTitle", {"title": "x", "thread_ts": "1.000001"}, "invalid_thread_ts"),
        ("setTitle", {"title": ""}, "invalid_arguments"),
        ("setStatus", {"status": "x", "thread_ts": "1.000001"}, "invalid_thread_ts"),
        ("setStatus", {}, "invalid_arguments"),
        ("setStatus", {"status": "x", "loading_messages": ["."] * 11}, "invalid_arguments"),
    ],
)
async def test_what_slack_would_not_take_is_refused(
    agent: Harbor, method: str, more: Json, error: str
) -> None:
    channel, ts = await asked(agent)
    args: Json = (
        {"channel_id": channel}
        if method == "setSuggestedPrompts"
        else {"channel_id": channel, "thread_ts": ts}
    )
    assert await agent.error(agent.client.api_call(f"assistant.threads.{method}", json=args | more)) == error


async def test_an_app_that_is_no_agent_sets_no_prompts(harbor: Harbor) -> None:
    channel, ts = await asked(harbor)
    args = {"channel_id": channel, "prompts": PROMPTS}
    call = harbor.client.api_call("assistant.threads.setSuggestedPrompts", json=args)
    assert await harbor.error(call) == "missing_scope"
    async with running(manifest=manifest(None)) as plain:
        channel, ts = await asked(plain)
        args = {"channel_id": channel, "thread_ts": ts, "title": "x"}
        assert (
            await plain.error(plain.client.api_call("assistant.threads.setTitle", json=args)) == "not_allowed"
        )


async def test_what_somebody_looks_at_comes_with_events_and_messages(
    agent: Harbor, listening: Listening
) -> None:
    ears = await listening(agent)
    for kind in ("app_context_changed", "assistant_thread_started"):
        ears.app.event(kind)(ears.other)
    await agent.post("context", user="U0ANN", channel="C0QUAY")
    await agent.post("home", user="U0ANN", tab="messages")
    await asked(agent)
    await agent.post("context", user="U0ANN")
    await agent.idle()
    looking = {"entities": [{"type": "slack#/types/channel_id", "value": "C0QUAY", "team_id": "T0HARBOR"}]}
    by_kind = {event["type"]: event for event in ears.events[:3]}
    assert by_kind["app_context_changed"]["context"] == looking
    assert by_kind["app_home_opened"]["context"] == looking
    assert by_kind["message"]["app_context"] == looking
    assert ears.events[-1]["context"] == {}
    assert "agent_view" not in await agent.refused("assistant", user="U0ANN")


async def test_an_assistant_of_before_starts_threads(listening: Listening) -> None:
    async with running(manifest=manifest("assistant_view")) as before:
        ears = await listening(before)
        ears.app.event("assistant_thread_started")(ears.other)
        begun = await before.post("assistant", user="U0ANN", channel="C0QUAY")
        await before.idle()
        started = next(event for event in ears.events if event["type"] == "assistant_thread_started")
        thread = started["assistant_thread"]
        assert thread["thread_ts"] == begun["thread_ts"]
        assert thread["context"]["channel_id"] == "C0QUAY"
        assert "agent_view" in await before.refused("context", user="U0ANN", channel="C0QUAY")


# ——— pins


async def test_a_message_is_pinned_and_unpinned_and_everybody_hears_of_it(listening: Listening) -> None:
    async with running(manifest=manifest(None)) as harbor:
        ears = await listening(harbor)
        for kind in ("pin_added", "pin_removed"):
            ears.app.event(kind)(ears.other)
        said = await harbor.client.chat_postMessage(channel="C0QUAY", text="Tide table")
        await harbor.client.pins_add(channel="C0QUAY", timestamp=said["ts"])
        again = harbor.client.pins_add(channel="C0QUAY", timestamp=said["ts"])
        assert await harbor.error(again) == "already_pinned"
        await harbor.post("channels/C0QUAY/unpin", user="U0BEN", ts=said["ts"])
        assert await harbor.refused("channels/C0QUAY/unpin", user="U0BEN", ts=said["ts"])
        await harbor.idle()
        pins = [(event["type"], event["user"]) for event in ears.events if event["type"].startswith("pin")]
        assert pins == [("pin_added", harbor.slack.state.app.bot_user), ("pin_removed", "U0BEN")]


async def test_what_is_deleted_is_pinned_no_more(harbor: Harbor) -> None:
    said = await harbor.client.chat_postMessage(channel="C0QUAY", text="Tide table")
    await harbor.client.pins_add(channel="C0QUAY", timestamp=said["ts"])
    await harbor.client.chat_delete(channel="C0QUAY", ts=said["ts"])
    assert (await harbor.client.pins_list(channel="C0QUAY"))["items"] == []


async def test_what_cannot_be_pinned_is_not(harbor: Harbor) -> None:
    await harbor.post("channels/C0QUAY/join", user="U0CAT")
    joined = next(m for m in harbor.slack.state.channels["C0QUAY"].messages.values() if m.get("subtype"))
    assert (
        await harbor.error(harbor.client.pins_add(channel="C0QUAY", timestamp=joined["ts"])) == "not_pinnable"
    )
    said = await harbor.client.chat_postMessage(channel="C0QUAY", text="Tide table")
    await harbor.post("channels/C0QUAY/archive", user="U0ANN")
    assert await harbor.error(harbor.client.pins_add(channel="C0QUAY", timestamp=said["ts"])) == "is_archived"
