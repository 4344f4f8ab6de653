"""What can people do in a workspace with golive in it, and what is there to see?"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import yaml
from pydantic import SecretStr

from bot.app import App
from bot.domain.reminders.ledger import Mute
from bot.settings import Settings
from handlers.views.told import WORKING
from sandbox import Sandbox
from storage import Store

ROOT = Path(__file__).parents[2]
HARBOR = ROOT / "tests" / "fixtures" / "harbor.yaml"
CHANNEL = "C0HARBOR"
ANA, BEN, CHEN, DITA, ELI = "U0ANA", "U0BEN", "U0CHEN", "U0DITA", "U0ELI"  # Eli is in no project
A_HANG = 120  # seconds; a busy machine may take some of them
MONDAY = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)


@dataclass
class World:
    """One workspace with golive in it, and what people can do there."""

    slack: Sandbox
    store: Store
    settings: Settings
    http: httpx.AsyncClient
    app: App | None = None
    _read: int = field(default=0)

    # ——— the bot

    async def start(self) -> None:
        self.app = App(self.settings, self.store, clock=self.slack.clock)
        await self.app.start()
        self.slack.settle = self.app.settle
        await self.settle()

    def hush(self) -> None:
        """Nobody is reminded of anything."""
        with self.store.transaction() as tx:
            mute = Mute(scope="project", key="harbor")
            tx.mute(self.slack.state.team.id, "harbor", mute, self.slack.clock.now())

    async def stop(self) -> None:
        if self.app is not None:
            self.slack.settle = None
            await self.app.stop()
            self.app = None

    # ——— what people do

    async def say(self, user: str, text: str, *, channel: str = CHANNEL, thread: str | None = None) -> str:
        """Post a message and let the bot do what it does; the message's ts."""
        said = await self._post("messages", user=user, channel=channel, text=text, thread_ts=thread)
        await self.settle()
        return str(said["ts"])

    async def command(
        self, user: str, text: str, *, channel: str = CHANNEL, at_once: bool = False
    ) -> dict[str, Any]:
        """`/golive …`; what only this person reads: in the end, or `at_once`, which on a busy machine may
        be that the answer takes a moment."""
        done = await self._post("commands", command="/golive", user=user, channel=channel, text=text)
        await self.settle()
        ack = done["ack"]
        async with asyncio.timeout(A_HANG):
            while not at_once and isinstance(ack, dict) and ack.get("text") == WORKING:
                told = (await self.messages(channel=channel, user=user))[-1:]
                ack = next((m for m in told if m["text"] != WORKING), ack)
        return ack if isinstance(ack, dict) else {"text": ack or "", "error": done.get("error")}

    async def press(self, user: str, action_id: str, **where: Any) -> dict[str, Any]:
        done = await self._post("actions", user=user, action_id=action_id, **where)
        await self.settle()
        return done

    async def submit(self, user: str, view_id: str, values: dict[str, Any]) -> dict[str, Any]:
        done = await self._post("views/submit", user=user, view_id=view_id, values=values)
        await self.settle()
        return done

    async def offered(
        self, user: str, view: dict[str, Any], field: str, typed: str = ""
    ) -> list[dict[str, Any]]:
        """What a field offers somebody who types."""
        block = next(one for one in view["blocks"] if one.get("block_id") == field)
        asked = {"action_id": block["element"]["action_id"], "block_id": field, "view_id": view["id"]}
        answer = await self.http.post("/sandbox/options", json={"user": user, "value": typed, **asked})
        assert answer.is_success, answer.text
        found: list[dict[str, Any]] = answer.json()
        return found

    def submission(self, user: str, view: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
        """What Slack would hand over if somebody sent this form."""
        screens = self.slack.screens
        filled = screens.fill(user, view, values)
        payload = self.slack.interactions.common("view_submission", self.slack.state.users[user])
        return {
            **payload,
            "trigger_id": "1.2.3",
            "view": {**view, "state": {"values": filled}},
            "response_urls": [],
        }

    async def sent(self, payload: dict[str, Any]) -> Any:
        """Hand a payload over as it is; golive's answer."""
        acked = await self.slack.interactions.hand_over("interactive", payload)
        await self.settle()
        return acked.body

    async def edit(self, user: str, ts: str, text: str, *, channel: str = CHANNEL) -> None:
        await self._post("messages/edit", user=user, channel=channel, ts=ts, text=text)
        await self.settle()

    async def delete(self, user: str, ts: str, *, channel: str = CHANNEL) -> None:
        await self._post("messages/delete", user=user, channel=channel, ts=ts)
        await self.settle()

    # ——— time and weather

    async def pass_time(self, span: str) -> None:
        """Let so much time pass (`90s`, `1h`, `3d`); returns when all that became due has been handled."""
        await self._post("clock", advance=span)

    async def fault(self, kind: str, **order: Any) -> None:
        await self._post("faults", kind=kind, **order)

    async def settle(self) -> None:
        await self._post(f"idle?timeout={A_HANG}")

    # ——— what there is to see

    async def messages(self, *, channel: str = CHANNEL, user: str | None = None) -> list[dict[str, Any]]:
        params = {"user": user} if user else {}
        answer = await self.http.get(f"/sandbox/channels/{channel}/messages", params=params)
        answer.raise_for_status()
        found: list[dict[str, Any]] = answer.json()
        return found

    async def from_bot(self, *, channel: str = CHANNEL, user: str | None = None) -> list[dict[str, Any]]:
        """What golive said in a channel; with `user`, also what only they can see."""
        me = self.slack.state.app.bot_user
        return [m for m in await self.messages(channel=channel, user=user) if m.get("user") == me]

    async def direct(self, user: str) -> list[dict[str, Any]]:
        """What golive wrote to somebody directly."""
        channels = (await self.http.get("/sandbox/channels", params={"user": user})).json()
        ids = [one["id"] for one in channels if one.get("is_im")]
        return [m for id in ids for m in await self.from_bot(channel=id, user=user)]

    async def views(self, user: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.http.get("/sandbox/views", params={"user": user})).json()
        return found

    async def calls(self, method: str | None = None) -> list[dict[str, Any]]:
        """Every Web API call so far, as Slack's log has it."""
        params = {"method": method} if method else {}
        text = (await self.http.get("/sandbox/calls", params=params)).text
        return [json.loads(line) for line in text.splitlines()]

    async def refused(self) -> list[dict[str, Any]]:
        """The calls a real Slack would not have taken; the faults a test ordered are not among them."""
        return [call for call in await self.calls() if not call["ok"]]

    async def _post(self, path: str, **body: Any) -> dict[str, Any]:
        given = {key: value for key, value in body.items() if value is not None}
        answer = await self.http.post(f"/sandbox/{path}", json=given)
        assert answer.is_success, answer.text
        found: dict[str, Any] = answer.json()
        return found


def seeded(slack: Sandbox) -> None:
    """The people of the project, one who is in none, and their channels."""
    plan = yaml.safe_load(HARBOR.read_text())
    users = [{"id": p["slack"], "real_name": p["name"], "tz": p["tz"]} for p in plan["people"]]
    users.append({"id": ELI, "real_name": "Eli Stone", "tz": "Europe/London"})
    members = [user["id"] for user in users]
    channels = [
        {"id": CHANNEL, "name": "harbor-go-live", "members": members[:4]},
        {"id": "C0LOUNGE", "name": "lounge", "members": members},
    ]
    slack.seed(users=users, channels=channels)


def settings_for(slack: Sandbox, url: str) -> Settings:
    return Settings(
        _env_file=None,
        slack_bot_token=SecretStr(slack.bot_token),
        slack_app_token=SecretStr(slack.app_token),
        slack_signing_secret=SecretStr(slack.signing_secret),
        slack_api_url=f"{url}/api/",
        golive_mode="socket",
    )
