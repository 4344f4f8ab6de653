"""What happens to a workspace that shuts golive out, removes it, comes back, or is to be forgotten?"""

from __future__ import annotations

import os
import sqlite3
from asyncio import gather, timeout, to_thread
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from storage import Store, erase, models
from tests.conftest import SQLITE
from tests.journeys.company import PORT_CITY, RIVER_TOWN, Company, company, environment
from tests.journeys.world import ANA, BEN, CHANNEL, ROOT, World
from tests.shell import Shell


@pytest.fixture
async def town(store: Store, manifest: dict[str, Any]) -> AsyncIterator[Company]:
    """Both have golive, each with the same project."""
    async with company(store, manifest) as made:
        await made.start()
        for world in made.both:
            await made.install(world)
            made.load(world)
            await world.settle()
        yield made


def emit(town: Company, world: World, *lines: str, channel: str = CHANNEL) -> None:
    team, now = world.slack.state.team.id, world.slack.clock.now()
    with town.store.transaction() as tx:
        for line in lines:
            tx.emit(
                team, channel, f"{team} {line}", "direct_reply", {"lines": [line], "channel": channel}, at=now
            )


async def said(world: World) -> list[str]:
    return [m["text"] for m in await world.from_bot() if m["text"].startswith("line")]


def states(town: Company, world: World) -> list[str]:
    team = world.slack.state.team.id
    with town.store.reading() as tx:
        found = tx.run(text(f"select state from outbox where workspace = '{team}' and kind = 'direct_reply'"))
        return list(found.scalars())


@pytest.mark.parametrize("error", ["token_revoked", "account_inactive", "invalid_auth"])
async def test_a_token_revoked_in_mid_run_holds_that_workspace_and_no_other(
    town: Company, caplog: pytest.LogCaptureFixture, error: str
) -> None:
    await town.port._post("revoke", error=error)
    for world in town.both:
        emit(town, world, "line 1", "line 2")
        emit(town, world, "line 3", channel=BEN)
    await town.river.settle()
    assert await said(town.river) == ["line 1", "line 2"]
    assert await said(town.port) == []
    assert set(states(town, town.port)) == {"waiting"}
    assert town.state(town.port) == "held"
    assert town.state(town.river) == "working"
    told = [line for line in caplog.messages if "does not accept my token for Port City" in line]
    assert len(told) == 1
    calls = len(await town.port.calls("chat.postMessage"))
    await town.river.pass_time("1h")
    assert len(await town.port.calls("chat.postMessage")) == calls


async def test_what_waited_is_said_once_and_in_order_when_it_is_installed_again(town: Company) -> None:
    await town.port._post("revoke")
    emit(town, town.port, "line 1", "line 2", "line 3")
    await town.port.settle()
    await town.port.pass_time("2h")
    assert (await town.install(town.port)).status_code == 200
    await town.port.settle()
    assert await said(town.port) == ["line 1", "line 2", "line 3"]
    assert "Harbor" in (await town.port.command(ANA, "before"))["text"]


async def test_while_it_is_held_nothing_is_planned_and_afterwards_nothing_comes_in_a_burst(
    town: Company,
) -> None:
    await town.port.pass_time("1h")
    await town.port._post("revoke")
    emit(town, town.port, "line 1")
    await town.port.settle()
    before = {id(m): m for m in await town.port.from_bot()}
    await town.port.pass_time("3d")
    with town.store.reading() as tx:
        planned = tx.run(
            text(f"select count(*) from outbox where workspace = '{PORT_CITY}' and state = 'waiting'")
        ).scalar_one()
    assert planned == 1
    await town.install(town.port)
    await town.port.settle()
    digests = [m for m in await town.port.from_bot() if not m.get("thread_ts") and m["text"][:4] != "line"]
    assert len(digests) <= len(before) + 1


async def test_while_it_is_held_the_log_says_once_that_an_event_of_somebody_unknown_waits(
    town: Company, caplog: pytest.LogCaptureFixture
) -> None:
    await town.port._post("users", id="U0FINN", name="finn", real_name="Finn Gale")
    for method in ("users.info", "auth.test"):
        await town.port.fault("refuse", method=method, error="token_revoked", times=1_000)
    await town.port._post(f"channels/{CHANNEL}/join", user="U0FINN")
    await town.port.say("U0FINN", "blocker: the tide is out")
    await town.port.pass_time("10m")
    assert town.state(town.port) == "held"
    told = [r.getMessage() for r in caplog.records if r.levelname in ("WARNING", "ERROR")]
    waits = [line for line in told if " waits: " in line]
    assert waits
    assert len(waits) == len(set(waits))
    assert not [line for line in told if "does not say who" in line]
    await town.port.http.delete("/sandbox/faults")
    await town.port.pass_time("10m")
    assert "tide" in (await town.port.command(ANA, "blockers"))["text"]


async def test_what_was_tried_in_vain_goes_on_as_soon_as_it_is_installed_again(town: Company) -> None:
    await town.port._post("users", id="U0FINN", name="finn", real_name="Finn Gale")
    for method in ("users.info", "auth.test"):
        await town.port.fault("refuse", method=method, error="token_revoked", times=1_000)
    await town.port._post(f"channels/{CHANNEL}/join", user="U0FINN")
    await town.port.say("U0FINN", "blocker: the tide is out")
    await town.port.pass_time("10m")
    await town.port.http.delete("/sandbox/faults")
    await town.install(town.port)  # and not a second passes
    assert "tide" in (await town.port.command(ANA, "blockers"))["text"]


async def remove(world: World) -> None:
    await world._post("uninstall")
    await world.settle()


async def test_removed_it_says_and_plans_and_answers_nothing_there_and_keeps_everything(
    town: Company,
) -> None:
    await remove(town.port)
    assert town.state(town.port) == "removed"
    calls = len(await town.port.calls())
    for world in town.both:
        emit(town, world, "line 1")
    await town.river.settle()
    await town.river.pass_time("3d")
    assert await said(town.river) == ["line 1"]
    assert len(await town.port.calls()) == calls
    assert town.port.slack.signed is not None
    for kind, payload in (
        ("slash_commands", {"command": "/golive", "text": "before", "team_id": PORT_CITY, "user_id": ANA}),
        ("interactive", pressed(PORT_CITY)),
    ):
        answer = await town.port.slack.signed.send(kind, payload)
        assert kind == "interactive" or "not installed in this workspace" in answer["text"]
    with town.store.reading() as tx:
        assert tx.plan(PORT_CITY, "harbor") is not None
        assert tx.run(text("select count(*) from slack_bots where team_id = 'T0PORT'")).scalar_one() == 0


async def test_who_presses_a_button_there_reads_where_they_pressed_that_it_is_gone(town: Company) -> None:
    ts = await town.port.say(BEN, "hello all")
    place = town.port.slack.state.channels[CHANNEL]
    url = town.port.slack.interactions.response_url("app", place, ANA, place.messages[ts])
    await remove(town.port)
    assert town.port.slack.signed is not None
    await town.port.slack.signed.send("interactive", {**pressed(PORT_CITY), "response_url": url})
    async with timeout(120):
        async for _ in town.port.slack.state.changes():
            told = (await town.port.messages(user=ANA))[-1]
            if "not installed in this workspace" in told["text"]:
                break


# ——— one workspace, whose token is in the environment


async def test_with_one_token_what_waited_is_said_when_golive_starts_with_a_new_one(world: World) -> None:
    team = world.slack.state.team.id
    with world.store.transaction() as tx:
        tx.emit(team, CHANNEL, "k0", "direct_reply", {"lines": ["line 0"], "channel": CHANNEL}, at=now(world))
    await world.settle()
    await world._post("revoke")
    with world.store.transaction() as tx:
        for line in ("line 1", "line 2"):
            said_of = {"lines": [line], "channel": CHANNEL}
            tx.emit(team, CHANNEL, line, "direct_reply", said_of, at=now(world))
    await world.settle()
    with world.store.reading() as tx:
        standing = tx.standing(team)
    assert standing is not None
    assert (standing.state, standing.why) == ("held", "token_revoked")
    await world.stop()
    world.slack.install.begin()
    world.settings = world.settings.model_copy(update={"slack_bot_token": SecretStr(world.slack.bot_token)})
    await world.start()
    await world.settle()
    assert await said(world) == ["line 0", "line 1", "line 2"]


async def test_with_one_token_a_removal_stops_everything_too(world: World) -> None:
    await world._post("uninstall")
    await world.settle()
    with world.store.reading() as tx:
        standing = tx.standing(world.slack.state.team.id)
    assert standing is not None
    assert standing.state == "removed"
    calls = len(await world.calls())
    await world.pass_time("2d")
    assert len(await world.calls()) == calls


def now(world: World) -> Any:
    return world.slack.clock.now()


def pressed(team: str) -> dict[str, Any]:
    action = {"type": "button", "action_id": "undo", "value": "harbor 1", "block_id": "b"}
    return {
        "type": "block_actions",
        "team": {"id": team},
        "user": {"id": ANA, "team_id": team},
        "actions": [action],
        "trigger_id": "1.1",
        "container": {"type": "message", "message_ts": "1.000001", "channel_id": CHANNEL},
        "channel": {"id": CHANNEL},
    }


async def test_installed_again_it_goes_on_where_it_stopped(town: Company) -> None:
    await town.port.say(BEN, "blocker: no berth is free on feed")
    await remove(town.port)
    emit(town, town.port, "line 1", "line 2")
    await town.port.settle()
    await town.port.pass_time("2d")
    await town.install(town.port)
    await town.port.settle()
    assert town.state(town.port) == "working"
    assert await said(town.port) == ["line 1", "line 2"]
    assert "no berth" in (await town.port.command(ANA, "blockers"))["text"]


@pytest.mark.parametrize("late", [-3600, -30, 20])  # seconds by Slack's clock, which need not be ours
async def test_news_of_a_removal_that_comes_late_does_not_undo_its_coming_back(
    town: Company, late: int
) -> None:
    assert town.port.slack.signed is not None
    await town.port.pass_time("1h")
    await town.install(town.port)
    old = town.port.slack.clock.time() + late
    body = {
        "type": "event_callback",
        "team_id": PORT_CITY,
        "event_id": "EvLATE",
        "event_time": int(old),
        "event": {"type": "app_uninstalled"},
    }
    await town.port.slack.signed.send("events_api", body)
    await town.port.settle()
    assert town.state(town.port) == "working"


async def test_a_persons_token_that_is_revoked_stops_nothing(town: Company) -> None:
    assert town.port.slack.signed is not None
    body = {
        "type": "event_callback",
        "team_id": PORT_CITY,
        "event_id": "EvPERSON",
        "event_time": int(town.port.slack.clock.time()),
        "event": {"type": "tokens_revoked", "tokens": {"oauth": [ANA], "bot": []}},
    }
    await town.port.slack.signed.send("events_api", body)
    await town.port.settle()
    assert town.state(town.port) == "working"


async def test_what_came_in_before_it_was_removed_is_handled_when_it_is_back(town: Company) -> None:
    await town.stop()
    with town.store.transaction() as tx:
        event = {"type": "message", "channel": CHANNEL, "user": BEN, "text": "blocker: the pilot is ill"}
        event |= {"ts": f"{town.port.slack.clock.time():.6f}", "channel_type": "channel"}
        tx.keep("Ev0LEFT T0PORT", f"T0PORT/{CHANNEL}", {"team_id": PORT_CITY, "event": event}, at(town))
        tx.leaves(PORT_CITY, "app_uninstalled", at(town))
    await town.start()
    await town.river.settle()
    with town.store.reading() as tx:
        assert len(tx.unhandled(10)) == 1
    await town.install(town.port)
    await town.port.settle()
    assert "pilot" in (await town.port.command(ANA, "blockers"))["text"]


def at(town: Company) -> Any:
    return town.port.slack.clock.now()


async def test_thirty_days_after_it_was_removed_its_data_goes_unless_it_came_back(town: Company) -> None:
    for world in town.both:
        await remove(world)
    await town.river.pass_time("29d")
    assert rows(town, PORT_CITY) > 10
    await town.install(town.river)
    await town.river.pass_time("2d")
    assert rows(town, PORT_CITY) == 0
    assert rows(town, RIVER_TOWN) > 10


def rows(town: Company, workspace: str) -> int:
    with town.store.reading() as tx:
        return sum(tx.belongings(workspace).values())


# ——— tokens that run out

REFRESHED = "oauth.v2.access"


@pytest.fixture
async def turning(store: Store, manifest: dict[str, Any]) -> AsyncIterator[Company]:
    """The app's tokens last twelve hours. Only one workspace has golive: one asks for a token at an address
    that is the same for all, so another's would be counted too."""
    manifest["settings"]["token_rotation_enabled"] = True
    async with company(store, manifest) as made:
        await made.start()
        await made.install(made.port)
        made.load(made.port)
        await made.port.settle()
        yield made


def renewals(calls: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [c for c in calls if c["args"].get("grant_type") == "refresh_token"]


async def test_a_token_is_renewed_before_it_runs_out_and_nobody_notices(turning: Company) -> None:
    for day in range(3):
        await turning.port.pass_time("11h")
        emit(turning, turning.port, f"line {day}")
        await turning.port.settle()
    assert await said(turning.port) == ["line 0", "line 1", "line 2"]
    # A call that was on its way while the token was renewed carries the old one, and is made again.
    assert {c["error"] for c in await turning.port.refused()} <= {"token_revoked"}
    assert len(renewals(await turning.port.calls("oauth.v2.access"))) >= 3
    await turning.stop()
    await turning.start()
    assert "Harbor" in (await turning.port.command(ANA, "before"))["text"]


async def test_many_at_once_renew_a_token_once(turning: Company) -> None:
    await turning.port.pass_time("11h")
    before = len(renewals(await turning.port.calls("oauth.v2.access")))
    turning.port.slack.clock.move(advance=timedelta(hours=11))
    emit(turning, turning.port, *(f"line {n}" for n in range(2)))
    await gather(*(turning.port._post("home", user=user) for user in (ANA, BEN)))
    await turning.port.settle()
    assert len(renewals(await turning.port.calls("oauth.v2.access"))) == before + 1


async def test_a_token_that_cannot_be_renewed_yet_is_used_while_it_is_good(turning: Company) -> None:
    turning.port.slack.faults.add({"kind": "500", "method": "oauth.v2.access", "times": 3})
    await turning.port._post("clock", advance="10h30m")
    emit(turning, turning.port, "line 1")
    await turning.port.settle()
    assert await said(turning.port) == ["line 1"]


async def test_when_slack_gives_no_other_token_it_is_said_once_and_not_asked_by_everybody(
    turning: Company, caplog: pytest.LogCaptureFixture
) -> None:
    turning.port.slack.faults.add({"kind": "500", "method": REFRESHED, "times": 9})
    turning.port.slack.clock.move(advance=timedelta(hours=13))
    emit(turning, turning.port, "line 1")
    before = len(await turning.port.calls(REFRESHED))
    await gather(*(turning.port._post("home", user=user) for user in (ANA, BEN)))
    await turning.port.settle()
    assert turning.state(turning.port) == "held"
    assert len(await turning.port.calls(REFRESHED)) == before + 1
    [line] = [line for line in caplog.messages if "could not be renewed (internal_error)" in line]
    assert "Port City (T0PORT)" in line


# ——— forgetting


async def golive(env: dict[str, str], *words: str) -> tuple[int, str]:
    answer = await to_thread(Shell(Path(env["GOLIVE_HOME"])).golive, *words, **env)
    return answer.returncode, answer.stdout + answer.stderr


async def test_forgotten_nothing_of_a_workspace_is_left_and_all_of_the_other(
    town: Company, database_url: str, tmp_path: Path
) -> None:
    for world in reversed(town.both):  # the last event there is, is of the one that is forgotten
        await world.say(BEN, "blocker: the harbour master's secret wish")
    kept = rows(town, RIVER_TOWN)
    with town.store.transaction() as tx:
        decided(tx, PORT_CITY)
    env = environment(town, tmp_path, database_url)
    town.store.claim()
    code, told = await golive(env, "forget", "port city")
    assert code == 1
    assert "--yes" in told
    assert rows(town, PORT_CITY) > 10
    code, told = await golive(env, "forget", "Port City", "--yes")
    assert code == 0, told
    assert "events" in told
    assert "nothing of it is left" in told
    assert rows(town, PORT_CITY) == 0
    assert rows(town, RIVER_TOWN) == kept
    assert named_anywhere(town.store, PORT_CITY) == []
    answer = await golive(env, "forget", "Port City", "--yes")
    assert answer[0] == 1
    assert "River Town" in answer[1]
    await town.river.say(BEN, "blocker: still here")
    assert "still here" in (await town.river.command(ANA, "blockers"))["text"]


def decided(tx: Any, workspace: str) -> None:
    """A go/no-go decision with an answer, which the database itself keeps from being altered."""
    id = tx.run(text(f"select id from projects where workspace = '{workspace}'")).scalar_one()
    moment = "'2027-03-01 09:00:00+00'"
    tx.run(
        text(
            "insert into polls (project_id, workspace, number, state, opened_by, opened_at, closes_at, "
            f"asked, revision) values ({id}, '{workspace}', 1, 'open', 'U', {moment}, {moment}, '{{}}', 1)"
        )
    )
    tx.run(
        text(
            'insert into votes (project_id, workspace, number, role, "user", vote, conditions, at) values '
            f"({id}, '{workspace}', 1, 'lead', 'U', 'go', '[]', {moment})"
        )
    )
    tx.run(text(f"update polls set state = 'decided' where project_id = {id}"))


def named_anywhere(store: Store, workspace: str) -> list[str]:
    """The tables in which a workspace's id stands in any column that says so."""
    found = []
    with store.reading() as tx:
        for table in models.Row.metadata.sorted_tables:
            for column in ("workspace", "team_id"):
                if column in table.c:
                    count = f"select count(*) from {table.name} where {column} = '{workspace}'"
                    if tx.run(text(count)).scalar_one():
                        found.append(table.name)
    return found


@pytest.mark.parametrize("database_url", [SQLITE], indirect=True)  # it is about a file
async def test_the_words_of_a_forgotten_workspace_are_in_no_byte_of_the_file(
    town: Company, database_url: str, tmp_path: Path
) -> None:
    await town.port.say(BEN, "blocker: zanzibar ropes are missing")
    file = Path(database_url.removeprefix("sqlite:///"))
    backup = file.with_name(f"{file.name}.0006.20270301T000000Z.backup")
    with sqlite3.connect(file) as source, sqlite3.connect(backup) as target:
        source.backup(target)
    await town.stop()
    town.store.close()
    code, told = await golive(environment(town, tmp_path, database_url), "forget", PORT_CITY, "--yes")
    assert code == 0, told
    assert str(backup) in told
    for part in file.parent.glob(f"{file.name}*"):
        if part != backup:
            assert b"zanzibar" not in part.read_bytes(), part


async def test_forgotten_while_golive_runs_it_stops_there_at_once(
    town: Company, database_url: str, tmp_path: Path
) -> None:
    town.store.claim()
    env = environment(town, tmp_path, database_url)
    assert "berths" in (await town.port.command(ANA, "before all"))["text"]
    assert (await golive(env, "forget", PORT_CITY, "--yes"))[0] == 0
    await town.port.say(BEN, "blocker: the tide is out")
    assert rows(town, PORT_CITY) == 0
    await town.install(town.port)
    town.load(town.port)
    await town.port.settle()
    answer = await town.port.command(ANA, "blockers")
    assert "tide" not in answer["text"]
    assert "Nothing is blocked" in answer["text"]  # and they are known anew


async def test_a_workspace_that_is_being_forgotten_is_told_to_install_golive_after_that(
    town: Company,
) -> None:
    now = town.port.slack.clock.now()
    with town.store.transaction() as tx:
        tx.begin_to_forget(PORT_CITY, now)
    page = await town.install(town.port)
    assert "This workspace is being forgotten" in page.text
    assert "/slack/install" in page.text
    erase(town.store, PORT_CITY, now)
    assert named_anywhere(town.store, PORT_CITY) == []  # no token either
    assert "golive is in Port City" in (await town.install(town.port)).text
    assert town.state(town.port) == "working"


# ——— keys, the doctor, and what is missing


async def test_keys_are_rotated_and_the_old_one_can_go(
    town: Company, database_url: str, tmp_path: Path
) -> None:
    env = environment(town, tmp_path, database_url)
    _, new = await golive(env, "keys", "new")
    old = env["GOLIVE_TOKEN_KEYS"]
    env["GOLIVE_TOKEN_KEYS"] = f"{new.strip()},{old}"
    code, told = await golive(env, "keys", "rotate")
    assert code == 0, told
    assert "4 tokens stored, 4 of them locked anew" in told
    assert "other keys in GOLIVE_TOKEN_KEYS are not needed any more" in told
    town.store.claim()  # as golive does that runs, and here still with the old key alone
    assert "start it again, then run this again" in (await golive(env, "keys", "rotate"))[1]
    assert "4 tokens stored, 0 of them" in (await golive(env, "keys", "rotate"))[1]
    env["GOLIVE_TOKEN_KEYS"] = new.strip()
    assert "knows me there" in (await golive(env, "doctor"))[1]
    env["GOLIVE_TOKEN_KEYS"] = old
    code, told = await golive(env, "keys", "rotate")
    assert code == 1
    assert "put the key that tokens were stored with back" in told


async def test_the_doctor_tells_how_each_workspace_stands(
    town: Company, database_url: str, tmp_path: Path
) -> None:
    await town.port._post("revoke")
    emit(town, town.port, "line 1")
    await remove(town.river)
    await town.port.settle()
    code, told = await golive(environment(town, tmp_path, database_url), "doctor")
    assert code == 1
    port = next(line for line in told.splitlines() if "Port City" in line)
    river = next(line for line in told.splitlines() if "River Town" in line)
    assert port.startswith("mend")
    assert "install" in port
    assert river.startswith("ok")
    assert "kept until" in river
    assert "xox" not in told


async def test_run_names_everything_that_many_workspaces_need_at_once(tmp_path: Path) -> None:
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "COLUMNS": "300"}
    env |= {"GOLIVE_HOME": str(tmp_path), "GOLIVE_WORKSPACES": "many", "SLACK_BOT_TOKEN": "xoxb-1"}
    code, told = await golive(env, "run")
    assert code == 1
    for name in (
        "GOLIVE_MODE",
        "SLACK_BOT_TOKEN",
        "SLACK_CLIENT_ID",
        "SLACK_CLIENT_SECRET",
        "SLACK_SIGNING_SECRET",
        "GOLIVE_URL",
        "GOLIVE_TOKEN_KEYS",
    ):
        assert name in told


async def test_with_one_token_slack_is_believed_rather_than_an_event(world: World) -> None:
    team = world.slack.state.team.id
    body = {
        "type": "event_callback",
        "team_id": team,
        "event_id": "EvNOTUS",
        "event_time": int(world.slack.clock.time()) + 60,
        "event": {"type": "app_uninstalled"},
    }
    assert world.slack.sockets is not None
    await world.slack.sockets.send("events_api", body)
    await world.settle()
    with world.store.reading() as tx:
        standing = tx.standing(team)
    assert standing is not None
    assert standing.state == "working"
