"""Where Slack leaves no way to answer, or closes it, whoever pressed reads the answer all the same."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys.world import ANA, CHANNEL, World

RESPOND = "response_url"


async def asked(world: World) -> dict[str, Any]:
    await world.command(ANA, "before")
    return (await shown(world))[-1]


async def shown(world: World) -> list[dict[str, Any]]:
    return [one for one in await world.from_bot(user=ANA) if one.get("ephemeral_to") == ANA]


def pressed(world: World, answer: dict[str, Any], action: str) -> dict[str, Any]:
    """A press that says neither where to answer nor in which message it was."""
    buttons = [one for block in answer["blocks"] for one in block.get("elements", ())]
    value = next(one["value"] for one in buttons if one.get("action_id") == action)
    return {
        **world.slack.interactions.common("block_actions", world.slack.state.users[ANA]),
        "channel": {"id": CHANNEL, "name": "privategroup"},
        "container": {"type": "message"},
        "trigger_id": "1.2.3",
        "actions": [{"type": "button", "action_id": action, "block_id": "b", "value": value}],
    }


@pytest.mark.parametrize("error", ["used_url", "expired_url"])
async def test_an_answer_its_url_does_not_take_is_said_where_it_was_asked(world: World, error: str) -> None:
    answer = await asked(world)
    await world.fault("refuse", method=RESPOND, error=error)
    await world.press(ANA, "ask_waiting", channel=CHANNEL, ts=answer["ts"])
    told = await shown(world)
    assert len(told) == 2
    assert "who is waited for" in told[-1]["text"]


async def test_an_answer_that_may_have_been_shown_is_not_said_twice(world: World) -> None:
    answer = await asked(world)
    await world.fault("lost_after", method=RESPOND)
    await world.press(ANA, "ask_waiting", channel=CHANNEL, ts=answer["ts"])
    assert len([one for one in await shown(world) if "who is waited for" in one["text"]]) == 1


async def test_a_press_that_names_no_way_to_answer_is_answered(world: World) -> None:
    await world.sent(pressed(world, await asked(world), "post_answer"))
    assert "goes to the project's channel now" in (await shown(world))[-1]["text"]


async def test_what_cannot_be_said_there_is_said_directly(world: World) -> None:
    await world.fault("refuse", method="chat.postEphemeral", error="user_not_in_channel")
    await world.sent(pressed(world, await asked(world), "post_answer"))
    assert "goes to the project's channel now" in (await world.direct(ANA))[-1]["text"]


async def test_nobody_waits_for_an_answer_after_working_on_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command that takes long is answered once its url is over, too."""
    monkeypatch.setattr("handlers.commands.PATIENCE", 0.0)
    await world.fault("refuse", method=RESPOND, error="expired_url")
    await world.command(ANA, "roles")
    assert "Roles of" in (await shown(world))[-1]["text"]
