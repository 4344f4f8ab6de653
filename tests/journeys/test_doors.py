"""Does a button, a form or a command of one workspace ever open what is another's?"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from storage import Store
from tests.journeys.company import PORT_CITY, RIVER_TOWN, Company, company
from tests.journeys.test_separation import SECRET, everything_of
from tests.journeys.world import ANA, BEN, CHANNEL, CHEN, DITA, HARBOR, World


@pytest.fixture
async def town(store: Store, manifest: dict[str, Any]) -> AsyncIterator[Company]:
    """Port City's project says the secret everywhere; River Town has the same one without."""
    async with company(store, manifest) as made:
        await made.start()
        for world in made.both:
            await made.install(world)
        text = HARBOR.read_text().replace("title: ", f"title: {SECRET} ")
        made.load(made.port, text.replace("name: Harbor", f"name: {SECRET} Harbor"))
        made.load(made.river)
        await made.port.settle()
        yield made


async def lively(world: World) -> None:
    """Something of most of what golive says, with whatever can be pressed on it."""
    await world.say(BEN, f"blocker: the {SECRET} crane is stuck on feed, waiting on the port")
    await world.say(BEN, f"I think the {SECRET} feed will take until Friday")
    await world.command(ANA, "poll")
    for line in ("before", "mine", "blockers", "signals", "agenda", "what is overdue?", "fe", "settings"):
        await world.command(ANA, line)
    await world._post("home", user=ANA)
    await world.pass_time("26h")


def pressable(thing: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every element with an action_id, however deep, and the block it stands in."""
    if isinstance(thing, dict):
        block = str(thing.get("block_id", "b"))
        for element in [*(thing.get("elements") or []), thing.get("accessory")]:
            if isinstance(element, dict) and element.get("action_id"):
                yield block, element
        for value in thing.values():
            yield from pressable(value)
    elif isinstance(thing, list):
        for one in thing:
            yield from pressable(one)


def pressed(world: World, message: dict[str, Any], channel: str, found: tuple[str, dict[str, Any]]) -> Any:
    """What Slack would send if this stood in a message of that workspace."""
    block, element = found
    team = world.slack.state.team.id
    action = {**element, "block_id": block, "action_ts": "1.1"}
    if options := element.get("options"):
        action["selected_option"] = options[0]
    return {
        "type": "block_actions",
        "team": {"id": team, "domain": "x"},
        "user": {"id": ANA, "team_id": team},
        "api_app_id": "A",
        "container": {"type": "message", "message_ts": message["ts"], "channel_id": channel},
        "channel": {"id": channel, "name": "x"},
        "message": message,
        "actions": [action],
        "trigger_id": world.slack.interactions.trigger(ANA),
        "response_url": "",
    }


async def test_every_button_golive_ever_showed_pressed_from_another_workspace_opens_nothing(
    town: Company,
) -> None:
    await lively(town.port)
    before = everything_of(town.store, PORT_CITY)
    told = len(await town.river.calls())
    presses = 0
    for channel in list(town.port.slack.state.channels.values()):
        for message in list(channel.messages.values()):
            for found in pressable(message.get("blocks")):
                presses += 1
                body = pressed(town.river, message, channel.id, found)
                await send(town, "interactive", body)
    await town.river.settle()
    assert presses > 10
    assert still_ours(before, everything_of(town.store, PORT_CITY))
    assert SECRET not in json.dumps((await town.river.calls())[told:])


async def send(town: Company, kind: str, body: Any) -> Any:
    assert town.port.slack.signed is not None
    answer = await town.port.slack.signed.send(kind, body)
    if body.get("team_id", (body.get("team") or {}).get("id")) == RIVER_TOWN:
        assert SECRET not in json.dumps(answer)
    return answer


def still_ours(before: list[str], after: list[str]) -> bool:
    """The clock goes on in both, so only what people do counts."""
    kinds = ("events", "votes", "items", "blockers", "decisions", "assumptions", "promises", "people")

    def of_people(rows: list[str]) -> list[str]:
        return [row for row in rows if row.partition(" ")[0] in kinds]

    return of_people(before) == of_people(after)


async def test_forms_with_what_another_workspaces_forms_carry_change_nothing_there(town: Company) -> None:
    await lively(town.port)
    before = everything_of(town.store, PORT_CITY)
    opened = [call["args"]["view"] for call in await town.port.calls() if "view" in call["args"]]
    carried = {view.get("private_metadata") or "" for view in opened}
    for user in (ANA, BEN, CHEN, DITA):
        for view in opened:
            for metadata in carried:
                shown = {**view, "private_metadata": metadata, "id": "V1", "state": {"values": {}}}
                body = {
                    "type": "view_submission",
                    "team": {"id": RIVER_TOWN},
                    "user": {"id": user, "team_id": RIVER_TOWN},
                    "view": {"callback_id": "", **shown},
                    "trigger_id": "1.1",
                }
                await send(town, "interactive", body)
    await town.river.settle()
    assert still_ours(before, everything_of(town.store, PORT_CITY))


@pytest.mark.parametrize("line", ["harbor before", "before in harbor", "blockers", "item feed", "mine"])
async def test_commands_with_another_workspaces_keys_answer_of_their_own(town: Company, line: str) -> None:
    answer = await town.river.command(ANA, line)
    assert SECRET not in json.dumps(answer)


async def test_a_press_says_where_it_was_pressed_and_what_it_carries_says_nothing(town: Company) -> None:
    """The team of a payload decides, not a value somebody put into a button."""
    await town.river.say(BEN, "blocker: the lock gate is jammed on feed")
    lies = {"project": "harbor", "workspace": PORT_CITY, "team_id": PORT_CITY}
    element = {"type": "button", "action_id": "undo", "value": "harbor 2", **lies}
    message = {"ts": "1.000001", "text": "x"}
    before = everything_of(town.store, PORT_CITY)
    await send(town, "interactive", pressed(town.river, message, CHANNEL, ("b", element)))
    await town.river.settle()
    assert still_ours(before, everything_of(town.store, PORT_CITY))
