"""Is golive an agent where Slack has agents, and just as good to talk to where it has none?"""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys.world import ANA, BEN, CHANNEL, ELI, World

PROMPTS, STATUS, TITLE = (f"assistant.threads.set{what}" for what in ("SuggestedPrompts", "Status", "Title"))


async def direct(world: World, user: str) -> str:
    """The conversation of somebody with golive."""
    channels = (await world.http.get("/sandbox/channels", params={"user": user})).json()
    bot = world.slack.state.app.bot_user
    return next(
        one["id"] for one in channels if one.get("is_im") and bot in (one["user"], *one.get("members", ()))
    )


async def open_messages(world: World, user: str) -> str:
    await world._post("home", user=user, tab="messages")
    await world.settle()
    return await direct(world, user)


async def ask(world: World, user: str, text: str, thread: str | None = None) -> tuple[str, dict[str, Any]]:
    """The ts of a question, and the answer."""
    channel = await direct(world, user)
    ts = await world.say(user, text, channel=channel, thread=thread)
    return ts, (await world.from_bot(channel=channel))[-1]


def without_agents(manifest: dict[str, Any]) -> None:
    del manifest["features"]["agent_view"]


async def test_who_opens_the_messages_is_offered_questions(world: World) -> None:
    await open_messages(world, ANA)
    [call] = await world.calls(PROMPTS)
    assert call["ok"]
    assert "thread_ts" not in call["args"]
    assert 1 <= len(call["args"]["prompts"]) <= 4
    assert await world.refused() == []


async def test_a_question_is_answered_in_its_thread_which_is_called_by_it(world: World) -> None:
    await open_messages(world, ANA)
    ts, answer = await ask(world, ANA, "What must happen before go-live?")
    assert answer["thread_ts"] == ts
    assert "Harbor booking go-live" in answer["text"]
    [status] = await world.calls(STATUS)
    assert status["args"]["thread_ts"] == ts
    [title] = await world.calls(TITLE)
    assert title["args"]["title"] == "What must happen before go-live?"
    channel = world.slack.state.channels[await direct(world, ANA)]
    assert world.slack.slack.agents.status_of(channel, ts) == "", "the answer ends it"


async def test_the_next_question_of_a_thread_is_answered_there_too(world: World) -> None:
    await open_messages(world, ANA)
    ts, _ = await ask(world, ANA, "What must happen before go-live?")
    _, answer = await ask(world, ANA, "what is on my list?", thread=ts)
    assert answer["thread_ts"] == ts
    assert len(await world.calls(TITLE)) == 1


async def test_every_prompt_is_a_question_it_can_answer(world: World) -> None:
    await open_messages(world, ANA)
    [call] = await world.calls(PROMPTS)
    for prompt in call["args"]["prompts"]:
        _, answer = await ask(world, ANA, prompt["message"])
        assert "Harbor booking go-live" in answer["text"], prompt


async def test_the_prompts_of_the_manifest_are_those_that_are_set(
    world: World, manifest: dict[str, Any]
) -> None:
    await open_messages(world, ANA)
    [call] = await world.calls(PROMPTS)
    assert call["args"]["prompts"] == manifest["features"]["agent_view"]["suggested_prompts"]


async def test_the_project_of_the_channel_in_view_is_meant(world: World) -> None:
    await _second_project(world)
    await open_messages(world, ANA)
    _, lost = await ask(world, ANA, "What must happen before go-live?")
    assert "Which project" in lost["text"]
    await world._post("context", user=ANA, channel=CHANNEL)
    await world.settle()
    _, answer = await ask(world, ANA, "What must happen before go-live?")
    assert "Harbor booking go-live" in answer["text"]
    _, other = await ask(world, ANA, "island before")
    assert "Island" in other["text"], "a project that is named counts more than one that is in view"


@pytest.mark.parametrize("chosen", ["by name", "by a press"])
async def test_a_thread_goes_on_about_the_project_it_was_about(world: World, chosen: str) -> None:
    await _second_project(world)
    await open_messages(world, ANA)
    ts, which = await ask(world, ANA, "What must happen before go-live?")
    assert "Which project" in which["text"]
    if chosen == "by name":
        await ask(world, ANA, "island before", thread=ts)
    else:
        await world.press(ANA, "run_1", channel=await direct(world, ANA), ts=which["ts"])
    _, answer = await ask(world, ANA, "what is overdue?", thread=ts)
    assert "Which project" not in answer["text"]
    assert "Island" in answer["text"]
    _, elsewhere = await ask(world, ANA, "What must happen before go-live?")
    assert "Which project" in elsewhere["text"], "another thread is about nothing yet"


async def test_a_channel_in_view_tells_nothing_of_a_project_they_may_not_see(world: World) -> None:
    await open_messages(world, ELI)
    body = {"user": ELI, "channel": "D0", "context": {"entities": [_looking_at(CHANNEL)]}}
    world.slack.slack.emit({"type": "app_context_changed", **body}, None)
    await world.settle()
    _, answer = await ask(world, ELI, "What must happen before go-live?")
    assert "Harbor" not in answer["text"]


async def test_a_workspace_without_agents_gets_plain_answers_and_is_asked_once(
    empty_world: World, manifest: dict[str, Any]
) -> None:
    without_agents(empty_world.slack.state.app.manifest)
    world = empty_world
    await world.start()
    for _ in range(3):
        await open_messages(world, ANA)
        await world.pass_time("1h")
    assert [call["error"] for call in await world.calls(PROMPTS)] == ["not_allowed"]
    _, answer = await ask(world, ANA, "What must happen before go-live?")
    assert "thread_ts" not in answer
    assert "Harbor booking go-live" in answer["text"]
    await world.stop()
    await world.start()
    await open_messages(world, BEN)
    assert len(await world.calls(PROMPTS)) == 1, "also after a restart"
    assert await world.calls(STATUS) == []
    await world.pass_time("8d")
    await open_messages(world, ANA)
    assert len(await world.calls(PROMPTS)) == 2, "after a week it may be there"


@pytest.mark.parametrize("fault", ["500", "lost_after", "429"])
async def test_what_only_decorates_an_answer_never_keeps_it_back(world: World, fault: str) -> None:
    await open_messages(world, ANA)
    await world.fault(fault, method=STATUS, times=5)
    await world.fault(fault, method=TITLE, times=5)
    _, answer = await ask(world, ANA, "What must happen before go-live?")
    assert "Harbor booking go-live" in answer["text"]


async def test_an_assistant_of_before_is_answered_in_its_thread(empty_world: World) -> None:
    world = empty_world
    features = world.slack.state.app.manifest["features"]
    del features["agent_view"]
    features["assistant_view"] = {"assistant_description": "Answers."}
    await world.start()
    await _second_project(world)
    begun = await world._post("assistant", user=ANA, channel=CHANNEL)
    await world.settle()
    [call] = await world.calls(PROMPTS)
    assert call["ok"]
    assert call["args"]["thread_ts"] == begun["thread_ts"]
    _, answer = await ask(world, ANA, "What must happen before go-live?", thread=begun["thread_ts"])
    assert answer["thread_ts"] == begun["thread_ts"]
    assert "Harbor booking go-live" in answer["text"], "the thread was started beside its channel"


@pytest.mark.parametrize(
    "event",
    [
        {"type": "app_context_changed"},
        {"type": "app_context_changed", "user": ANA, "context": []},
        {
            "type": "app_context_changed",
            "user": ANA,
            "context": {"entities": [None, {"type": 3}, {"value": {}}]},
        },
        {"type": "assistant_thread_started"},
        {"type": "assistant_thread_started", "assistant_thread": {"user_id": ["x"], "channel_id": 1}},
        {"type": "assistant_thread_context_changed", "assistant_thread": "x"},
        {"type": "app_home_opened", "user": ANA, "tab": "messages"},
        {"type": "app_home_opened", "user": ANA, "tab": "messages", "channel": "x y"},
    ],
)
async def test_an_event_that_lies_does_no_harm(world: World, event: dict[str, Any]) -> None:
    world.slack.slack.emit(dict(event), None)
    await world.settle()
    assert "Harbor" in (await world.command(ANA, "before"))["text"]
    with world.store.reading() as tx:
        assert tx.unhandled(10) == []


def _looking_at(channel: str) -> dict[str, str]:
    return {"type": "slack#/types/channel_id", "value": channel, "team_id": "T0SANDBOX"}


async def _second_project(world: World) -> None:
    await world.command(ANA, "new island Island ferry", channel="C0LOUNGE")
