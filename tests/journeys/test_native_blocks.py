"""Where a table or a chart says it better, is it one; and does a workspace that takes none read the lines?"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.tracker import Tracker
from tests.journeys.world import BEN, CHANNEL, DITA, HARBOR, World

TEN = "\n".join(
    f"- {{key: berth-{n}, title: 'Berth {n} <!channel> & its *lamp* checked', gate: true, owner: ben, "
    f"validator: ana, due: 2027-03-{n + 1:02}}}"
    for n in range(1, 11)
)


@pytest.fixture
async def world(empty_world: World) -> World:
    """The project, with ten gates more."""
    text = HARBOR.read_text()
    tracker = Tracker(empty_world.store, empty_world.slack.clock.now)
    more = text.replace("items:\n", f"items:\n{TEN}\n", 1)
    tracker.load(
        more, "harbor.yaml", workspace=empty_world.slack.state.team.id, actor="cli:test", overwrite=True
    )
    await empty_world.start()
    return empty_world


def blocks(message: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [block for block in message["blocks"] if block["type"] == kind]


async def gates(world: World, user: str = BEN) -> dict[str, Any]:
    """What somebody reads who asks for all gates in order."""
    await world.command(user, "before")
    answer = [m for m in await world.messages(user=user) if "ephemeral_to" in m][-1]
    await world.press(user, "ask_gates", channel=CHANNEL, ts=answer["ts"])
    return [m for m in await world.messages(user=user) if "ephemeral_to" in m][-1]


async def test_the_gates_in_order_are_a_table_whose_words_act_on_nobody(world: World) -> None:
    told = await gates(world)
    (table,) = blocks(told, "data_table")
    head, *rows = table["rows"]
    assert [cell["text"] for cell in head] == ["No.", "Gate", "Owner", "State", "Earliest", "Slack"]
    assert len(rows) == 13
    assert "<!channel>" in next(row[1]["text"] for row in rows if "Berth 1 " in row[1]["text"])
    assert "Berth 1 " in told["text"]  # whoever hears the message hears every line


async def test_a_workspace_that_takes_no_table_reads_lines_and_is_not_asked_again(world: World) -> None:
    await world.fault("refuse", method="response_url", having="data_table", times=1_000)
    told = await gates(world)
    assert blocks(told, "data_table") == []
    assert "Berth 1 " in str(told["blocks"])
    await gates(world)
    refused = [call for call in await world.refused() if call["method"] == "response_url"]
    assert len(refused) == 1


async def test_a_table_that_is_posted_and_refused_is_posted_in_lines_once(world: World) -> None:
    await world.fault("refuse", method="chat.postMessage", having="data_table", times=1_000)
    told = await gates(world)
    await world.press(BEN, "post_answer", channel=CHANNEL, ts=told["ts"])
    posted = [m for m in await world.from_bot() if "Posted by" in str(m["blocks"])]
    assert len(posted) == 1
    assert blocks(posted[0], "data_table") == []
    assert not Tracker(world.store, world.slack.clock.now).takes(world.slack.state.team.id, "data_table")


async def digests(world: World) -> list[dict[str, Any]]:
    return [m for m in await world.from_bot() if "ephemeral_to" not in m and "digest" in str(m["blocks"])]


async def validated(world: World) -> None:
    """A gate is closed, three days after the project came."""
    await world.pass_time("3d")
    told = await world.command(DITA, "validate berths seen on the quay")
    assert "validated" in told["text"]


async def test_the_digest_has_a_chart_once_a_gate_was_closed(world: World) -> None:
    await validated(world)
    await world.pass_time("1d")
    charted = [(m, chart) for m in await digests(world) for chart in blocks(m, "data_visualization")]
    assert len(charted) == 1
    message, chart = charted[0]
    closed = chart["chart"]["series"][0]["data"]
    assert [point["value"] for point in closed][-1] == 1
    assert "Closed gates: 0 of 13 on" in message["text"]
    assert date(2027, 3, 5).strftime("%b") in chart["chart"]["axis_config"]["categories"][-1]


async def test_a_workspace_that_takes_no_chart_has_its_digest_all_the_same(world: World) -> None:
    await world.fault("refuse", method="chat.postMessage", having="data_visualization", times=1_000)
    before = len(await digests(world))
    await validated(world)
    await world.pass_time("1d")
    found = await digests(world)
    assert len(found) > before
    assert not any(blocks(m, "data_visualization") for m in found)
    assert "Moved" in found[-1]["text"]
