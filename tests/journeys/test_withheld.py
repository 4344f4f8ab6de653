"""That what says who a patient is goes no further than Slack, and who is told of it. All of it is made up."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.patientdata import Withheld
from handlers.keepable import finding_in, keepable
from storage import Store
from tests.journeys.test_commands import plan
from tests.journeys.test_hearing import direct_channel, opened, the_blocker, thread
from tests.journeys.world import ANA, BEN, CHANNEL, CHEN, ELI, HARBOR, World
from tests.storage.test_withheld import is_in

SAID = "Jane Roe, DOB 3/12/1958, MRN 00482913"
INSTEAD = "the test patient in the ticket"


@pytest.fixture
def stored(database_url: str) -> Callable[[], bool]:
    """Whether anything of it is anywhere in the database."""
    return lambda: is_in(database_url)


@pytest.fixture(autouse=True)
def _nothing_in_the_log(caplog: pytest.LogCaptureFixture) -> Any:
    caplog.set_level(logging.DEBUG)
    yield
    assert "00482913" not in caplog.text


async def whispered(world: World, user: str) -> list[str]:
    """What golive told somebody privately, in the channel or directly."""
    here = [m["text"] for m in await world.from_bot(user=user) if m.get("ephemeral_to") == user]
    return here + [m["text"] for m in await world.direct(user)]


def kept_out(store: Store, world: World) -> list[Withheld]:
    with store.reading() as tx:
        return tx.withheld(world.slack.state.team.id, "harbor", world.slack.clock.now().replace(hour=0))


@pytest.mark.parametrize(
    "text",
    [f"blocker: feed drops {SAID}", f"any news of {SAID}?", "```PID|1||00482913||ROE^JANE||19580312|F```"],
)
async def test_a_message_is_kept_nowhere_and_its_author_told_how_to_say_it(
    world: World, stored: Callable[[], bool], text: str
) -> None:
    ts = await world.say(BEN, text)
    assert not stored()
    assert (await plan(world)).blockers == ()
    (told,) = await whispered(world, BEN)
    assert INSTEAD in told
    assert "00482913" not in told
    assert await thread(world, ts) == []
    assert [m for m in await world.from_bot(user=CHEN) if m.get("ephemeral_to") == BEN] == []
    assert await world.refused() == []


def _styled(text: str) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}


@pytest.mark.parametrize(
    "said",
    [
        {
            "attachments": [
                {
                    "title": "Jane Roe",
                    "fields": [{"title": "MRN", "value": "00482913"}, {"title": "DOB", "value": "3/12/1958"}],
                }
            ]
        },
        {
            "blocks": [
                {"type": "header", "text": {"type": "plain_text", "text": "Jane Roe"}},
                {"type": "section", "fields": [{"text": "*MRN*"}, {"text": "00482913"}]},
            ]
        },
        {
            "blocks": [
                {
                    "type": "table",
                    "rows": [
                        [{"text": "MRN"}, {"text": "Name"}, {"text": "DOB"}],
                        [{"text": "00482913"}, {"text": "Roe"}, {"text": "3/12/1958"}],
                    ],
                },
            ]
        },
        {
            "blocks": [
                {
                    "type": "rich_text",
                    "elements": [
                        {
                            "type": "rich_text_list",
                            "elements": [_styled("Jane Roe"), _styled("born 3/12/1958")],
                        }
                    ],
                }
            ]
        },
    ],
)
def test_what_stands_in_pieces_side_by_side_is_read_as_one_text(said: dict[str, Any]) -> None:
    event = {"type": "message", "channel": "C1", "user": "U1", "ts": "1.2", "text": "look", **said}
    kept = keepable({"type": "event_callback", "event_id": "E1", "event": event})
    assert finding_in(kept) is not None
    assert "Roe" not in json.dumps(kept)
    assert "00482913" not in json.dumps(kept)


async def test_a_message_whose_end_says_it_is_not_tracked_by_its_beginning(
    world: World, stored: Callable[[], bool]
) -> None:
    ts = await world.say(BEN, f"Jane Roe is not to be seen {'and so it goes on ' * 40}: {SAID}")
    me = world.slack.state.app.bot_user
    await world.say(CHEN, f"<@{me}> track this as a blocker", thread=ts)
    assert (await plan(world)).blockers == ()
    assert not stored()


async def test_the_lead_reads_once_a_day_that_it_happened_who_and_where(world: World, store: Store) -> None:
    world.hush()
    ts = await world.say(BEN, SAID)
    await world.say(CHEN, f"me too: {SAID}")
    await world.pass_time("2s")
    (message,) = [m for m in await world.direct(ANA) if "patient data" in m["text"]]
    shown = json.dumps(message["blocks"])
    assert "2 times today" in shown
    assert f"<@{BEN}>" in shown
    assert f"<@{CHEN}>" in shown
    assert f"p{ts.replace('.', '')}" in shown  # the link
    assert "00482913" not in shown
    assert "record number" not in shown
    assert [one.user for one in kept_out(store, world)] == [BEN, CHEN]
    await world.pass_time("1d")
    await world.say(BEN, SAID)
    assert len([m for m in await world.direct(ANA) if "patient data" in m["text"]]) == 2


async def test_what_the_lead_says_is_told_to_the_lead_as_its_author_only(world: World) -> None:
    world.hush()
    await world.say(ANA, SAID)
    assert len(await whispered(world, ANA)) == 1


async def test_a_mention_and_a_direct_message_are_answered_so_too(
    world: World, stored: Callable[[], bool]
) -> None:
    world.hush()
    me = world.slack.state.app.bot_user
    await world.say(BEN, f"<@{me}> done vpn {SAID}")
    assert len(await whispered(world, BEN)) == 1
    dm = await direct_channel(world, CHEN)
    await world.say(CHEN, f"done vpn, see {SAID}", channel=dm)
    assert len(await whispered(world, CHEN)) == 1
    assert not stored()


async def test_where_nobody_asked_for_anything_nobody_is_told(
    world: World, store: Store, stored: Callable[[], bool]
) -> None:
    await world.say(ELI, SAID, channel="C0LOUNGE")
    assert await whispered(world, ELI) == []
    assert not stored()
    assert kept_out(store, world) == []


@pytest.mark.parametrize(
    "line",
    [
        f"add Chart of {SAID}",
        f"block vpn {SAID}",
        f"done vpn screenshot of {SAID}",
        f"waive vpn {SAID}",
        f"ask what of {SAID}",
        f"assume {SAID} is right",
        f"standup {SAID}",
    ],
)
async def test_a_command_is_refused_before_anything_is_stored(
    world: World, store: Store, stored: Callable[[], bool], line: str
) -> None:
    world.hush()
    before = await plan(world)
    answer = await world.command(BEN, line)
    assert INSTEAD in answer["text"]
    assert "00482913" not in json.dumps(answer)
    assert await plan(world) == before
    assert not stored()
    (one,) = kept_out(store, world)
    assert (one.user, one.channel, one.ts) == (BEN, CHANNEL, None)
    assert any("patient data" in m["text"] for m in await world.direct(ANA))


async def test_a_form_says_so_at_the_field_and_keeps_nothing(
    world: World, stored: Callable[[], bool]
) -> None:
    ts = await world.say(BEN, "blocker: feed has no data")
    (reply,) = await thread(world, ts)
    form = await opened(world, BEN, reply)
    (field,) = [b["block_id"] for b in form["blocks"] if b["element"]["type"] == "plain_text_input"][:1]
    done = await world.submit(BEN, form["id"], {field: f"feed drops {SAID}"})
    assert INSTEAD in json.dumps(done, ensure_ascii=False)
    assert (await the_blocker(world)).text == "feed has no data"
    assert not stored()


async def test_an_edit_that_takes_it_out_is_heard_as_usual(world: World, stored: Callable[[], bool]) -> None:
    ts = await world.say(BEN, f"blocker: feed drops {SAID}")
    await world.edit(BEN, ts, "blocker: feed drops the test patient of the ticket")
    assert (await the_blocker(world)).text == "feed drops the test patient of the ticket"
    assert len(await thread(world, ts)) == 1
    assert not stored()


async def test_an_edit_that_puts_it_in_changes_nothing_and_is_told_once(
    world: World, stored: Callable[[], bool]
) -> None:
    ts = await world.say(BEN, "blocker: feed has no data")
    await world.edit(BEN, ts, f"blocker: feed has no data for {SAID}")
    await world.edit(BEN, ts, f"blocker: feed has no data at all for {SAID}")
    assert (await the_blocker(world)).text == "feed has no data"
    assert len([m for m in await whispered(world, BEN) if INSTEAD in m]) == 1
    assert not stored()
    await world.edit(BEN, ts, "blocker: feed has no data for one patient")
    assert (await the_blocker(world)).text == "feed has no data for one patient"


async def test_deleting_such_a_message_leaves_nothing_to_hear(
    world: World, stored: Callable[[], bool]
) -> None:
    ts = await world.say(BEN, f"blocker: feed drops {SAID}")
    await world.delete(BEN, ts)
    assert (await plan(world)).blockers == ()
    assert not stored()


async def test_it_is_told_once_when_slack_sends_everything_twice(world: World, store: Store) -> None:
    await world.fault("twice", method="message", times=3)
    await world.say(BEN, SAID)
    assert len(await whispered(world, BEN)) == 1
    assert len(kept_out(store, world)) == 1


async def test_who_perhaps_was_not_told_there_is_told_directly(world: World) -> None:
    await world.fault("lost_before", method="chat.postEphemeral")
    await world.say(BEN, SAID)
    (told,) = [m["text"] for m in await world.direct(BEN)]
    assert INSTEAD in told


async def test_a_file_that_says_so_is_refused_by_line(world: World, stored: Callable[[], bool]) -> None:
    assert world.app is not None
    lines = HARBOR.read_text().splitlines()
    at = next(n for n, line in enumerate(lines) if line.strip().startswith("title:"))
    lines[at] = lines[at].split("title:")[0] + f'title: "Chart of {SAID}"'
    with pytest.raises(
        Exception, match=f"line {at + 1}: this looks as if it says who a patient is"
    ) as refusal:
        world.app.tracker.load(
            "\n".join(lines), "harbor.yaml", workspace=world.slack.state.team.id, actor="cli:x"
        )
    assert "00482913" not in str(refusal.value)
    assert not stored()
