"""Messages as nobody hopes for them: long, empty, forwarded, edited ten times, gone again, from elsewhere."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from slack_bolt.async_app import AsyncBoltRequest

from tests.journeys.test_commands import plan
from tests.journeys.world import BEN, CHANNEL, CHEN, World

MARK = "blocker: the buoy is adrift"


class Wire:
    """What Slack sends, event by event, each under an id of its own."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.sent = 0

    async def event(self, event: dict[str, Any], **envelope: Any) -> None:
        self.sent += 1
        body = {
            "type": "event_callback",
            "team_id": self.world.slack.state.team.id,
            "api_app_id": "A0",
            "event_id": f"EvHARD{self.sent}",
            "event_time": 1803891000 + self.sent,
            "event": {"channel": CHANNEL, "channel_type": "channel", "event_ts": self.ts, **event},
            **envelope,
        }
        assert self.world.app is not None
        request = AsyncBoltRequest(body=json.dumps(body), mode="socket_mode")
        answer = await self.world.app.door.answered(lambda: request)
        assert answer.response.status == 200
        await self.world.settle()

    @property
    def ts(self) -> str:
        return f"{1803891000 + self.sent}.000100"

    async def says(self, text: str, **more: Any) -> str:
        """Somebody writes something; its ts."""
        ts = f"{1803891000 + self.sent + 1}.000100"
        await self.event({"type": "message", "user": BEN, "text": text, "ts": ts, **more})
        return ts

    async def changes(self, ts: str, text: str, before: str, *, at: int) -> None:
        """They edit it at a moment; when Slack tells us of it is another matter."""
        said, moment = {"type": "message", "user": BEN, "ts": ts}, f"{1803892000 + at}.000000"
        now = {**said, "text": text, "edited": {"user": BEN, "ts": moment}}
        messages = {"message": now, "previous_message": {**said, "text": before}}
        await self.event({"type": "message", "subtype": "message_changed", "event_ts": moment, **messages})

    async def deletes(self, ts: str, text: str) -> None:
        gone = {"type": "message", "user": BEN, "ts": ts, "text": text}
        await self.event(
            {"type": "message", "subtype": "message_deleted", "deleted_ts": ts, "previous_message": gone}
        )


@pytest.fixture
def wire(world: World) -> Wire:
    return Wire(world)


async def blockers(world: World) -> list[str]:
    return [blocker.text for blocker in (await plan(world)).blockers if blocker.open]


@pytest.mark.parametrize(
    "text",
    [
        "x" * 40_000,
        "word " * 8_000,
        "🚧" * 20_000,
        "(" * 40_000,
        "\n" * 40_000,
        "<@U0CHEN> " * 4_000,
        "a\n> " * 9_000,
    ],
    ids=["letters", "words", "cranes", "brackets", "lines", "names", "quotes"],
)
async def test_talk_of_forty_thousand_characters_is_left_alone(wire: Wire, text: str) -> None:
    await wire.says(text)
    assert await wire.world.command(BEN, "before")


async def test_a_report_of_forty_thousand_characters_is_taken(
    wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    await wire.says(MARK + " and drifts" * 3_600)
    assert len(await blockers(wire.world)) == 1
    assert await wire.world.refused() == [] or all(
        call["error"] in ("message_not_found", "thread_not_found") for call in await wire.world.refused()
    )
    assert [r for r in caplog.records if r.levelno >= logging.ERROR and r.exc_info] == []


@pytest.mark.parametrize(
    "text",
    [
        "🎉🎉🎉",
        "👩‍👩‍👧‍👦" * 30,
        ":tada: :ship:",
        "\u200b",
        "…",
        "\u202eorder reversed\u202c",
        "e\u0301\u0301\u0301" * 50,
        "",
    ],
)
async def test_only_emoji_or_odd_signs_are_small_talk(wire: Wire, text: str) -> None:
    await wire.says(text)
    assert await blockers(wire.world) == []
    assert await wire.world.from_bot() == []


async def test_a_report_written_from_right_to_left_is_kept_as_it_was_written(wire: Wire) -> None:
    await wire.says("blocker: הכבל עדיין לא מחובר بانتظار المورد")
    assert await blockers(wire.world) == ["הכבל עדיין לא מחובר بانتظار المورد"]


@pytest.mark.parametrize(
    "text",
    [
        f"&gt; {MARK}",
        f"&gt;&gt; {MARK}",
        f"&gt; he said\n&gt; &gt; {MARK}",
        f"&gt;&gt;&gt; {MARK}\nand more of it",
        f"```\n{MARK}\n```",
        f"`{MARK}`",
    ],
)
async def test_somebody_elses_words_in_quotes_report_nothing(wire: Wire, text: str) -> None:
    await wire.says(text)
    assert await blockers(wire.world) == []


async def test_a_message_that_is_forwarded_reports_nothing_by_itself(wire: Wire) -> None:
    inside = {"message": {"blocks": [{"type": "rich_text", "elements": []}], "text": MARK}}
    shared = {
        "is_share": True,
        "is_msg_unfurl": True,
        "author_id": CHEN,
        "text": MARK,
        "message_blocks": [inside],
    }
    await wire.says("", attachments=[shared])
    await wire.says("have a look", attachments=[shared])
    assert await blockers(wire.world) == []


async def test_a_message_edited_ten_times_is_one_blocker_that_says_the_last(wire: Wire) -> None:
    ts = await wire.says(f"{MARK} 0")
    for n in range(1, 11):
        await wire.changes(ts, f"{MARK} {n}", f"{MARK} {n - 1}", at=n)
    assert await blockers(wire.world) == ["the buoy is adrift 10"]


async def test_edits_that_come_in_the_wrong_order_leave_the_last_one(wire: Wire) -> None:
    ts = await wire.says(f"{MARK} 0")
    for n in (3, 1, 2):
        await wire.changes(ts, f"{MARK} {n}", f"{MARK} 0", at=n)
    assert await blockers(wire.world) == ["the buoy is adrift 3"]


async def test_a_message_deleted_before_it_was_heard_is_never_heard(wire: Wire) -> None:
    await wire.deletes("1803891002.000100", MARK)
    await wire.event({"type": "message", "user": BEN, "text": MARK, "ts": "1803891002.000100"})
    assert await blockers(wire.world) == []


async def test_a_message_deleted_again_and_again_is_taken_back_once(wire: Wire) -> None:
    ts = await wire.says(MARK)
    for _ in range(3):
        await wire.deletes(ts, MARK)
    assert await blockers(wire.world) == []
    assert len((await plan(wire.world)).blockers) == 1


async def test_a_report_in_the_thread_of_a_deleted_message_is_still_heard(wire: Wire) -> None:
    parent = await wire.says("who has seen the buoy?")
    stone = {"type": "message", "subtype": "tombstone", "user": "USLACKBOT", "ts": parent, "text": "gone"}
    await wire.event(
        {
            "type": "message",
            "subtype": "message_changed",
            "message": stone,
            "previous_message": {"ts": parent},
        }
    )
    await wire.says(MARK, thread_ts=parent, parent_user_id="USLACKBOT")
    assert await blockers(wire.world) == ["the buoy is adrift"]


@pytest.mark.parametrize(
    "more",
    [
        {"bot_id": "B0RADAR"},
        {"bot_id": "B0RADAR", "subtype": "bot_message", "user": None},
        {"app_id": "A0RADAR", "bot_id": "B0RADAR", "bot_profile": {"id": "B0RADAR"}},
        {"user": "USLACKBOT"},
        {"subtype": "me_message"},
        {"subtype": "channel_topic"},
    ],
    ids=["app", "old app", "app as a person", "slackbot", "me", "topic"],
)
async def test_what_no_person_says_reports_nothing(wire: Wire, more: dict[str, Any]) -> None:
    await wire.says(MARK, **more)
    assert await blockers(wire.world) == []


async def test_a_person_of_another_organisation_is_heard_and_owns_nothing(wire: Wire) -> None:
    world = wire.world
    stranger = {
        "id": "U0AGENT",
        "name": "agent",
        "real_name": "Port agent",
        "team_id": "T0AGENCY",
        "is_stranger": True,
    }
    await world._post("users", **stranger)
    theirs = {"user_team": "T0AGENCY", "source_team": "T0AGENCY", "team": "T0AGENCY"}
    await wire.says(MARK, user="U0AGENT", **theirs)
    await wire.says("owner: <@U0AGENT> for feed", **theirs)
    await wire.event(
        {"type": "message", "user": "U0AGENT", "text": f"{MARK} 2", "ts": "1803891900.000100", **theirs},
        team_id="T0AGENCY",
        context_team_id="T0AGENCY",
        is_ext_shared_channel=True,
        authorizations=[{"team_id": "T0AGENCY", "enterprise_id": "E0PORTS", "is_bot": True}],
    )
    found = await plan(world)
    assert [b.raised_by for b in found.blockers] == ["U0AGENT"] * len(found.blockers)
    assert found.item["feed"].owner == "ben"
    assert "U0AGENT" not in found.by_slack


async def test_what_an_account_says_that_is_deactivated_counts_for_nothing(wire: Wire) -> None:
    await wire.world._post("users", id="U0LEFT", name="left", real_name="Somebody Left", deleted=True)
    await wire.says(MARK, user="U0LEFT")
    await wire.says("owner: <@U0LEFT> for feed")
    await wire.says("owner: <@U0LEFT> for feed", user=BEN)
    found = await plan(wire.world)
    assert found.blockers == ()
    assert found.item["feed"].owner == "ben"


async def test_a_name_no_workspace_could_give_holds_nobody_up(wire: Wire) -> None:
    await wire.says(f"{MARK}, waiting on <@U{'X' * 30_000}>")
    await wire.says(f"owner: <@U{'Y' * 300}> for feed")
    await wire.says("blocker: and the next one is heard")
    assert "and the next one is heard" in await blockers(wire.world)
