"""Who sees which picture, and is it there once whatever happens?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.tracker import Tracker
from tests.journeys.world import BEN, CHANNEL, DITA, ELI, HARBOR, World

LOUNGE = "C0LOUNGE"


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all: the same picture need not be drawn for each test."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture
async def world(empty_world: World, home: Path) -> World:
    empty_world.settings.golive_home = str(home)
    await empty_world.start()
    empty_world.hush()
    return empty_world


def image(message: dict[str, Any]) -> dict[str, Any] | None:
    return next((block for block in message["blocks"] if block["type"] == "image"), None)


async def sent(world: World, user: str) -> list[dict[str, Any]]:
    """The pictures golive sent to somebody directly."""
    return [found for message in await world.direct(user) if (found := image(message)) is not None]


async def public(world: World, channel: str = CHANNEL) -> list[dict[str, Any]]:
    """What everybody in a channel sees of golive."""
    return [m for m in await world.from_bot(channel=channel) if "ephemeral_to" not in m]


async def refused_for(world: World, *errors: str) -> list[dict[str, Any]]:
    return [call for call in await world.refused() if call["error"] not in errors]


async def test_a_picture_that_is_asked_for_in_the_channel_comes_to_who_asked_alone(world: World) -> None:
    told = await world.command(BEN, "plot")
    assert "comes to you directly" in told["text"]
    (shown,) = await sent(world, BEN)
    assert "Sets the date" in shown["alt_text"]
    file = world.slack.state.files[shown["slack_file"]["id"]]
    assert file.content.startswith(b"\x89PNG")
    assert file.info["channels"] == []
    assert await public(world) == []
    assert await refused_for(world, "invalid_blocks") == []


async def test_what_a_picture_shows_is_read_out_to_who_cannot_see_it(world: World) -> None:
    await world.command(BEN, "plot around feed")
    (message,) = [m for m in await world.direct(BEN) if image(m)]
    assert "It needs: Berth list agreed (berths, done, to confirm)" in message["text"]
    assert "For it waits: Bookings opened" in message["text"]
    file = world.slack.state.files[image(message)["slack_file"]["id"]]  # type: ignore[index]
    assert "It needs: Berth list agreed" in file.info["alt_txt"]


async def test_words_too_many_for_the_file_end_between_two_of_them(world: World) -> None:
    many = "".join(
        f"- {{key: k{n}, title: Lamp {n} of the long eastern quay is lit at night, area: q{n}, gate: true}}\n"
        for n in range(12)
    )
    text = HARBOR.read_text().replace("items:\n", f"items:\n{many}", 1)
    workspace = world.slack.state.team.id
    tracker = Tracker(world.store, world.slack.clock.now)
    tracker.load(text, "harbor.yaml", workspace=workspace, actor="cli:test", overwrite=True)
    await world.command(BEN, "plot")
    (shown,) = await sent(world, BEN)
    said = world.slack.state.files[shown["slack_file"]["id"]].info["alt_txt"]
    assert len(said) <= 1000 < len(shown["alt_text"])
    assert said.endswith("…")
    assert shown["alt_text"].removeprefix(said[:-1])[0] in " ,:;."


async def test_posting_it_for_everybody_is_asked_about_first(world: World) -> None:
    told = await world.command(BEN, "plot burnup")
    (post,) = [
        e for block in told["blocks"] for e in block.get("elements", ()) if e["action_id"] == "post_picture"
    ]
    assert post["text"]["text"] == "Post here"
    assert post["confirm"]["confirm"]["text"] == "Post it"
    assert await public(world) == []
    own = [m for m in await world.messages(user=BEN) if "ephemeral_to" in m][-1]
    await world.press(BEN, "post_picture", channel=CHANNEL, ts=own["ts"])
    (posted,) = await public(world)
    assert image(posted)["alt_text"].startswith("Burn-up.")  # type: ignore[index]
    assert f"<@{BEN}>" in str(posted["blocks"])
    (copy,) = [m for m in await world.direct(BEN) if image(m)]
    (home,) = [
        c["id"] for c in (await world.http.get(f"/sandbox/channels?user={BEN}")).json() if c.get("is_im")
    ]
    await world.press(BEN, "post_picture", channel=home, ts=copy["ts"])
    assert "It was posted already." in str((await world.direct(BEN))[-1])
    assert len(await public(world)) == 1


async def test_the_button_under_an_answer_sends_the_picture_and_pressed_twice_only_one(world: World) -> None:
    await world.command(DITA, "before")
    answer = [m for m in await world.messages(user=DITA) if "ephemeral_to" in m][-1]
    for _ in range(2):
        await world.press(DITA, "picture_timeline", channel=CHANNEL, ts=answer["ts"])
    assert len(await sent(world, DITA)) == 1


async def test_pressed_again_on_another_day_it_shows_that_day(world: World) -> None:
    await world.command(DITA, "before")
    answer = [m for m in await world.messages(user=DITA) if "ephemeral_to" in m][-1]
    await world.press(DITA, "picture_timeline", channel=CHANNEL, ts=answer["ts"])
    await world.pass_time("26h")
    await world.press(DITA, "picture_timeline", channel=CHANNEL, ts=answer["ts"])
    first, second = await sent(world, DITA)
    assert first["alt_text"] != second["alt_text"]


async def test_somebody_who_is_not_in_the_project_gets_none(world: World) -> None:
    told = await world.command(ELI, "plot", channel=LOUNGE)
    assert "no project" in told["text"].lower()
    assert await sent(world, ELI) == []


async def test_the_way_to_post_is_only_offered_in_the_projects_own_channel(world: World) -> None:
    told = await world.command(BEN, "plot", channel=LOUNGE)
    assert "post_picture" not in str(told["blocks"])


async def test_an_item_that_is_not_there_is_asked_about(world: World) -> None:
    told = await world.command(BEN, "plot around fed")
    assert "Did you mean" in told["text"]
    told = await world.command(BEN, "plot timeline of lakeside & co")
    assert "I do not know what “lakeside &amp; co” asks for" in told["text"]
    assert await sent(world, BEN) == []


async def test_the_same_picture_is_uploaded_once_and_shown_again(world: World) -> None:
    await world.command(BEN, "plot")
    await world.command(DITA, "plot")
    (first,), (second,) = await sent(world, BEN), await sent(world, DITA)
    assert first["slack_file"] == second["slack_file"]
    assert len(world.slack.state.files) == 1


@pytest.mark.parametrize(
    "method",
    ["files.getUploadURLExternal", "files.upload", "files.completeUploadExternal", "chat.postMessage"],
)
@pytest.mark.parametrize("kind", ["429", "500", "500_after", "lost_before", "lost_after"])
async def test_it_is_there_once_whatever_step_goes_wrong(world: World, method: str, kind: str) -> None:
    await world.fault(kind, method=method, retry_after=1)
    await world.command(BEN, "plot")
    await world.pass_time("2m")
    assert len(await sent(world, BEN)) == 1
    shown = [f for f in world.slack.state.files.values() if f.complete]
    assert len(shown) == 1


async def test_a_file_that_is_still_looked_through_is_waited_for(world: World) -> None:
    await world.fault("refuse", method="chat.postMessage", having="image", times=3)
    await world.command(BEN, "plot")
    await world.pass_time("2m")
    assert len(await sent(world, BEN)) == 1


async def test_what_slack_never_takes_as_a_picture_is_said_in_words(world: World) -> None:
    await world.fault("refuse", method="chat.postMessage", having="image", times=1_000)
    await world.command(BEN, "plot")
    await world.pass_time("10m")
    assert await sent(world, BEN) == []
    (said,) = [m for m in await world.direct(BEN) if m["text"].startswith("Timeline.")]
    assert "Slack does not take this picture" in str(said["blocks"])
    assert "Sets the date: Berth list agreed" in said["text"]
    lines = said["blocks"][0]["text"]["text"].split("\n")
    assert "*Harbor booking go-live: the way to go-live*" in lines
    assert sum(line.startswith("• A range needs 20 items") and line.endswith("here are 0.") for line in lines)


async def test_a_workspace_that_did_not_grant_uploads_reads_it_in_words(world: World) -> None:
    await world.fault("refuse", method="files.getUploadURLExternal", error="missing_scope", times=1_000)
    await world.command(BEN, "plot burnup")
    (said,) = [m for m in await world.direct(BEN) if m["text"].startswith("Burn-up.")]
    assert image(said) is None


async def test_a_file_that_somebody_deleted_is_uploaded_anew(world: World) -> None:
    await world.command(BEN, "plot")
    (first,) = await sent(world, BEN)
    world.slack.state.drop_file(first["slack_file"]["id"])
    await world.command(DITA, "plot")
    await world.pass_time("2m")
    (second,) = await sent(world, DITA)
    assert second["slack_file"] != first["slack_file"]
