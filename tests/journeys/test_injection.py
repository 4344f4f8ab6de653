"""Names, titles, blockers and files full of mark-up: does anything but text come out, wherever it stands?"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
import yaml

from bot.domain import projectfile
from bot.tracker import Tracker
from handlers.views import blocks
from sandbox import Sandbox
from storage import Store
from tests.journeys.world import ANA, BEN, CHANNEL, HARBOR, MONDAY, World, settings_for

STYLED = "*bold* _slanted_ ~struck~"
ACTING = "<!channel> <!here|here> <!subteam^S0PILOTS> <@U0ANA> @everyone <#C0HARBOR>"
LINKED = "<https://evil.invalid|click> [click](https://evil.invalid) <mailto:x@evil.invalid>"
HTML = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&amp;"
ODD = f"{STYLED} {ACTING} {LINKED} {HTML}"

LOOKS = (
    *("", "before", "before all", "mine", "item feed", "blockers", "assumptions", "roles", "settings"),
    *("reminders", "signals", "portfolio", "changes monday", "history feed", "what blocks feed?"),
    *("who owns training?", "what if feed slips by 3 days?", f"item {ODD}", f"block feed {ODD}", ODD),
    *(f"add {ODD}", f"assume {ODD}", f"waive training {ODD}", f"new pier2 {ODD}", "poll 2027-03-12 16:00"),
)


def hostile() -> str:
    """The harbour's project, with mark-up wherever somebody may write something."""
    plan = yaml.safe_load(HARBOR.read_text())
    plan["project"] |= {"name": ODD, "customer": ODD, "vendor": ODD}
    for person in plan["people"]:
        person |= {"name": f"{person['name']} {ODD}", "org": ODD, "role": f"{person['role']} {ODD}"}
    for item in plan["items"]:
        item |= {"title": f"{item['title']} {ODD}"}
        item |= {"evidence": ODD} if "evidence" in item else {}
    raised = {"raised": "2027-02-26", "raised_by": "ben"}
    plan["blockers"] = [{"id": "B1", "text": ODD, "item": "feed", "waiting_on": ODD, **raised}]
    plan["assumptions"] = [{"id": "A1", "text": ODD, "item": "feed"}]
    return yaml.safe_dump(plan, allow_unicode=True)


@pytest.fixture
async def odd_world(store: Store, manifest: dict[str, Any]) -> AsyncIterator[World]:
    """A workspace whose people have names like that, too."""
    slack = Sandbox(manifest=manifest, data=None, at=MONDAY, port=0)
    people = yaml.safe_load(HARBOR.read_text())["people"]
    users = [{"id": p["slack"], "real_name": f"{p['name']} {ODD}", "tz": p["tz"]} for p in people]
    channel = {"id": CHANNEL, "name": "harbor-go-live", "members": [user["id"] for user in users]}
    slack.seed(users=users, channels=[channel])
    url = await slack.start()
    tracker = Tracker(store, slack.clock.now)
    tracker.load(hostile(), "odd.yaml", workspace=slack.state.team.id, actor="cli:test")
    async with httpx.AsyncClient(base_url=url, timeout=180, trust_env=False, verify=False) as http:
        world = World(slack=slack, store=store, settings=settings_for(slack, url), http=http)
        await world.start()
        yield world
        await world.stop()
        await slack.stop()


def texts(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if value.get("type") in ("mrkdwn", "plain_text"):
            yield value
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


def only_says(shown: dict[str, Any]) -> None:
    """Neither the words for screen readers nor any mrkdwn in it acts, links or has a style of somebody's."""
    spoken = shown["text"] if isinstance(shown.get("text"), str) else ""
    marked = [text for text in texts(shown) if text["type"] == "mrkdwn"]
    assert all(text["verbatim"] is True for text in marked), shown
    for said in (spoken, *(text["text"] for text in marked)):
        said = re.sub(r"`[^`\n]+`", "", said)  # what stands in code is shown as it is
        assert not re.search(r"<[!#]|<\w+:(?!//127\.0\.0\.1)|<script|<img", said), said
        assert not re.search(r"[*]bold|bold[*]|_slanted|slanted_|~struck|struck~", said), said


async def everything_shown(world: World) -> list[dict[str, Any]]:
    shown = [await world.command(ANA, line) for line in LOOKS]
    await world.say(BEN, f"blocker: no crane {ODD}, waiting on {ODD}")
    await world.say(BEN, f"<@{world.slack.state.app.bot_user}> what must happen before go-live?")
    await world._post("home", user=ANA)
    await world.pass_time("1d")
    for user in (ANA, BEN):
        shown += await world.direct(user)
        shown += await world.from_bot(user=user)
        shown += await world.views(user)
    return shown


async def test_nothing_but_text_comes_out_in_slack_or_on_the_page(odd_world: World) -> None:
    shown = await everything_shown(odd_world)
    assert len(shown) > len(LOOKS) + 5
    for message in shown:
        only_says(message)
    assert await odd_world.refused() == []
    me = odd_world.slack.state.app.bot_user
    for user in (ANA, BEN):
        found = (await odd_world.http.get("/sandbox/channels", params={"user": user})).json()
        for channel in found:
            page = (await odd_world.http.get("/", params={"as": user, "channel": channel["id"]})).text
            assert not re.search(r"<script>alert|<img src=x", page)
            ours = [each for each in page.split("<article") if f'data-author="{me}"' in each]
            assert not any(
                re.search(r"<strong>bold|<em>slanted|<s>struck|href=.https://evil", each) for each in ours
            )


async def test_every_form_shows_only_text(odd_world: World) -> None:
    await odd_world.say(BEN, f"blocker: no crane {ODD}")
    for message in await odd_world.from_bot(user=BEN):
        for block in message.get("blocks") or ():
            for element in block.get("elements", ()):
                if element.get("action_id", "").startswith(("edit", "change", "gonogo", "suppose")):
                    await odd_world.press(BEN, element["action_id"], channel=CHANNEL, ts=message["ts"])
    forms = [view for view in await odd_world.views(BEN) if view["type"] == "modal"]
    assert forms
    for form in forms:
        only_says(form)


async def test_an_export_says_the_same_and_no_more(odd_world: World) -> None:
    assert odd_world.app is not None
    workspace = odd_world.slack.state.team.id
    written = odd_world.app.tracker.export(workspace, "harbor")
    again = projectfile.parse(written, "again.yaml").plan
    assert again.item["feed"].title == f"Vessel feed connected {ODD}"
    assert again.blocker["B1"].text == ODD
    assert yaml.safe_load(written)["project"]["name"] == ODD


@pytest.mark.parametrize("key", ["<!channel>", "a b", "*a*", "a`b", "a\nb", "../a", "a&b"])
def test_a_key_is_a_word_and_nothing_else(key: str) -> None:
    text = yaml.safe_dump({"project": {"key": "p", "name": "P"}, "items": [{"key": key, "title": "t"}]})
    with pytest.raises(projectfile.FileErrors):
        projectfile.parse(text, "p.yaml")


@pytest.mark.parametrize(
    "said",
    [
        "snake_case_name and 3*4*5",
        "~/.config",
        "2 * 3 * 4",
        "`*kept* as it is`",
        "an * and a ~ alone",
        "a_b_c d_e",
    ],
)
def test_what_is_no_style_in_slack_stays_as_it_is(said: str) -> None:
    assert blocks.escaped(said) == said


def test_a_quote_and_a_fence_are_text() -> None:
    assert not blocks.escaped("> not mine").startswith(("&gt;", ">"))
    assert "```" not in blocks.escaped("```\nall that follows\n```")
