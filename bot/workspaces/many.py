"""How does golive work in every workspace that installs it?"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import BotError
from bot.integrations.clock import Clock
from bot.integrations.installations import Installations
from bot.integrations.rotation import InstalledToken
from bot.integrations.slack import SHUT_THERE, Declined, Here, Identity, Slack
from bot.workspaces import routing
from bot.workspaces.standing import HELD, LEAVING, WORKING, Body, Workspaces
from storage import Standing, Store

log = logging.getLogger("golive.workspaces")

NOWHERE = "https://slack.com/"  # leads to what a link means in whichever workspace one is signed in to
Client = Callable[[str | None, str | None], AsyncWebClient]  # token, and the workspace every call names


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """The app's own, which every installation and every renewal of a token needs."""

    client_id: str
    client_secret: str
    install_url: str


class Many(Workspaces):
    """One app, installed by many. The tokens of a whole organisation serve each of its workspaces, and these
    know no more of each other than any two."""

    def __init__(
        self, store: Store, clock: Clock, client: Client, installs: Installations, app: Credentials
    ) -> None:
        super().__init__(store, clock)
        self.slack = Here(self.of)
        self.installs = installs
        self.app = app
        self._client = client
        self._rotator = AsyncTokenRotator(
            client_id=app.client_id, client_secret=app.client_secret, client=client(None, None)
        )
        self._tokens: dict[str, InstalledToken] = {}  # by team, or by organisation
        self._slacks: dict[str, tuple[InstalledToken, Slack]] = {}

    async def start(self) -> None:
        for installation in await self.installs.all():
            self._know(installation)
        await self._read()
        for workspace, standing in self._standings.items():
            if standing.state == WORKING and self._token_of(workspace) is None:
                await self._waits(workspace)

    async def _waits(self, workspace: str) -> None:
        """A project was loaded for it before somebody installed golive, or its installation is lost."""
        if await self._changed(lambda tx: tx.hold(workspace, "not installed", self.clock.now())):
            how = logging.INFO if self._is_new(workspace) else logging.WARNING
            called, mend = self.called(workspace), self.mend(workspace)
            log.log(how, "golive is not installed in %s: what there is to say there waits. %s", called, mend)

    def _is_new(self, workspace: str) -> bool:
        """Whether golive never was there; an installation tells where links lead."""
        standing = self._standings.get(workspace)
        return standing is None or standing.url is None

    def _know(self, installation: Installation) -> InstalledToken:
        key = str(installation.team_id or installation.enterprise_id)
        token = InstalledToken(installation, self.installs, self._rotator, self.clock, self._refused)
        self._tokens[key] = token
        return token

    def _token_of(self, workspace: str) -> InstalledToken | None:
        own = self._tokens.get(workspace)
        standing = self._standings.get(workspace)
        if own is not None or standing is None or standing.enterprise is None:
            return own
        return self._tokens.get(standing.enterprise)

    def slack_in(self, workspace: str) -> Slack | None:
        token, standing = self._token_of(workspace), self._standings.get(workspace)
        if token is None or standing is None:
            self._slacks.pop(workspace, None)
            return None
        known = self._slacks.get(workspace)
        if known is not None and known[0] is token:
            return known[1]
        # A token of a whole organisation has to be told which workspace is meant.
        named = workspace if token.installation.team_id is None else None
        client = self._client(token.at_hand, named)
        slack = Slack(client, self.clock, tokens=token, who=_identity(workspace, standing, token))
        self._slacks[workspace] = token, slack
        return slack

    # ——— what comes in

    async def homes_of(self, body: Body) -> tuple[str, ...]:
        """The workspace it was handed over for, and, from a shared channel, each other one that golive is in
        the channel for: Slack sends such an event once for all of them."""
        await self.fresh()
        event = routing.event_of(body)
        if event is not None and event.get("type") in routing.GONE | routing.OF_AN_ORGANISATION:
            return self._concerned(body)
        await self._perhaps_met(routing.named_in(body), body)
        found = routing.handed_to(body)
        if (channel := routing.shared_channel(body)) is not None:
            found += self._just_let_in(event or {}) + await asyncio.to_thread(self._also_in, channel)
        elif (channel := routing.channel_of(event or body)) and routing.is_of_a_whole_organisation(body):
            its = [one for one in self.at_work() if self._is_of(one, routing.organisation_of(body))]
            there = await asyncio.to_thread(self._also_in, channel, its)
            # An event is for all of them; whoever pressed something meant one, which has to be clear.
            found += there if event is not None or len(there) == 1 else []
        return tuple(one for one in dict.fromkeys(found) if self.serves(one))

    def _concerned(self, body: Body) -> tuple[str, ...]:
        """The workspaces an installation or its end is about, whatever they stand like."""
        organisation = routing.organisation_of(body)
        whole = routing.is_of_a_whole_organisation(body) or routing.named_in(body) is None
        if organisation is not None and whole and organisation in self._tokens:
            its = [one for one, s in self._standings.items() if s.enterprise == organisation]
            return tuple(its) or (organisation,)
        named = routing.named_in(body)
        return (named,) if named is not None and named in self._standings else ()

    def addressed(self, body: Body, home: str) -> dict[str, Any]:
        kept = super().addressed(body, home)
        return {**kept, "event_id": f"{body.get('event_id')} {home}"}  # one event may be for several

    @property
    def not_here(self) -> str:
        return (
            "golive is not installed in this workspace any more, so nothing was done. "
            f"Somebody who may add apps can bring it back: {self.app.install_url}"
        )

    async def _perhaps_met(self, workspace: str | None, body: Body) -> None:
        """A workspace of an organisation that installed golive for all of its workspaces, seen for the first
        time."""
        organisation = routing.organisation_of(body)
        if workspace is None or organisation not in self._tokens or workspace in self._tokens:
            return
        standing = self._standings.get(workspace)
        whole = routing.is_of_a_whole_organisation(body)
        if standing is None and whole and routing.is_one_of_its(body, organisation):
            await self.join(organisation, workspace)

    async def join(self, organisation: str, workspace: str) -> None:
        """A workspace is served by the installation of its organisation from now on."""
        token = self._tokens.get(organisation)
        if token is None:
            return
        standing = Standing(id=workspace, url=token.installation.enterprise_url, enterprise=organisation)
        if await self.arrived(_identity(workspace, standing, token), enterprise=organisation):
            log.info("golive is in %s now, by the installation of %s", workspace, organisation)

    def _just_let_in(self, event: Body) -> list[str]:
        """The workspaces whose bot joins the channel with this event."""
        user = event.get("user") if event.get("type") == "member_joined_channel" else None
        met = ((one, self.slack_in(one)) for one in self.at_work())
        return [one for one, slack in met if slack is not None and slack.bot_user == user]

    def _is_of(self, workspace: str, organisation: str | None) -> bool:
        return organisation is not None and self._standings[workspace].enterprise == organisation

    def _also_in(self, channel: str, of: list[str] | None = None) -> list[str]:
        """The workspaces, of these or of all, for which golive is in a channel."""
        met = {one: self.slack_in(one) for one in (self.at_work() if of is None else of)}
        bots = {one: slack.bot_user for one, slack in met.items() if slack is not None}
        with self.store.reading() as tx:
            return tx.rooms_of(bots, channel)

    # ——— installing, and what undoes it

    async def is_leaving(self, installation: Installation) -> bool:
        """Whether what it is for is just being forgotten: what was kept of it now would be removed too."""
        await self._read()
        organisation = installation.enterprise_id if installation.team_id is None else None
        its = (installation.team_id, *(one for one in self._standings if self._is_of(one, organisation)))
        return any(self.state(str(one)) == LEAVING for one in its)

    async def installed(self, installation: Installation) -> str | None:
        """Somebody installed golive, for the first time or again: it goes on where it was, and is told by its
        name. None when somebody began to forget the workspace that very moment."""
        anew = str(installation.team_id) not in self._tokens
        token = self._know(installation)
        organisation = installation.enterprise_id if installation.team_id is None else None
        if organisation is not None:
            its = [one for one, s in self._standings.items() if s.enterprise == organisation]
            for workspace in its:
                await self.join(organisation, workspace)
            return str(installation.enterprise_name or organisation)
        workspace = str(installation.team_id)
        url = await self._address(token)
        named = Standing(id=workspace, name=installation.team_name, url=url)
        if not await self.arrived(_identity(workspace, named, token), anew=anew):
            await self.locked_up(workspace)
            return None
        log.info("golive is installed in %s", self.called(workspace))
        return str(installation.team_name or workspace)

    async def _address(self, token: InstalledToken) -> str | None:
        """Where the workspace's messages are linked to; an installation does not say."""
        client = self._client(token.at_hand, None)
        try:
            return (await Slack(client, self.clock, tokens=token).identify()).url or None
        except BotError as trouble:
            log.warning("Where links lead is not known yet: %s", trouble)
            return None

    async def locked_up(self, workspace: str) -> None:
        token = self._tokens.get(workspace)
        if token is None:
            return
        del self._tokens[workspace]
        one = token.installation
        await self.installs.async_delete_all(enterprise_id=one.enterprise_id, team_id=one.team_id)

    async def ended(self, body: Body, why: str) -> None:
        organisation = routing.organisation_of(body)
        whole = routing.is_of_a_whole_organisation(body) or routing.named_in(body) is None
        if organisation in self._tokens and whole:
            await self._organisation_left(organisation, why, routing.moment_of(body))
        else:
            await super().ended(body, why)

    async def withdrawn(self, organisation: str, workspace: str, at: datetime) -> None:
        """Of its own only: a workspace of another one, or with an installation of its own, stays."""
        if workspace in self._served_by(organisation):
            await self.taken_out(workspace, "team_access_revoked", at)

    def _served_by(self, organisation: str) -> list[str]:
        """The workspaces that have nothing but the installation of their organisation."""
        found = [one for one, s in self._standings.items() if s.enterprise == organisation]
        return [one for one in found if one not in self._tokens]

    async def _organisation_left(self, organisation: str, why: str, at: datetime) -> None:
        """An organisation took golive out of all of its workspaces. News of that may be older than its coming
        back."""
        its = self._served_by(organisation)
        for workspace in its:
            await self.taken_out(workspace, why, at)
        since = self._tokens[organisation].installation.installed_at
        stays = any(self.state(one) in (WORKING, HELD) for one in its) if its else at.timestamp() < since
        if stays:
            return
        del self._tokens[organisation]
        await self.installs.async_delete_all(enterprise_id=organisation, team_id=None)

    async def user_left(self, workspace: str, user: str) -> None:
        """The token somebody gave for themselves is gone."""
        token = self._token_of(workspace)
        if token is not None:
            one = token.installation
            await self.installs.forget_user(one.enterprise_id, one.team_id, user)

    async def _refused(self, token: InstalledToken, error: str, workspace: str | None) -> None:
        its = [one for one in self._standings if self._token_of(one) is token]
        for one in its if error != SHUT_THERE else [one for one in its if one == workspace]:
            await self.shut_out(one, error)

    async def knock(self, slack: Slack) -> None:
        """The token of an organisation may be good, and not for this workspace; only a call that needs the
        workspace tells."""
        await super().knock(slack)
        token = self._token_of(slack.workspace)
        if token is not None and token.installation.team_id is None:
            try:
                await slack.read("users.info", {"user": slack.bot_user})
            except Declined as refusal:
                log.info("Slack does not show me to myself in %s (%s)", slack.workspace, refusal.error)

    def mend(self, workspace: str) -> str:
        standing = self._standings.get(workspace)
        if standing is not None and standing.why == SHUT_THERE:
            return "Its organisation opens it to golive again where it manages its apps."
        once_more = "" if self._is_new(workspace) else " again"
        return f"Somebody there has to install golive{once_more}: {self.app.install_url}?team={workspace}"


def _identity(workspace: str, standing: Standing, token: InstalledToken) -> Identity:
    """Who we are there, as it was told when golive was installed."""
    one = token.installation
    return Identity(
        workspace=workspace,
        name=standing.name or one.team_name or workspace,
        url=standing.url or one.enterprise_url or NOWHERE,
        bot_user=one.bot_user_id or "",
        bot_id=one.bot_id,
        scopes=frozenset(one.bot_scopes or ()),
        said_at=None,
    )
