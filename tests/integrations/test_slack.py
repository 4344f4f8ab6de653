"""What is made of each way a call to Slack can end? The real SDK, real sockets, a server that misbehaves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.integrations.clock import SystemClock
from bot.integrations.slack import Declined, LockedOut, NotSent, RespondOnce, Slack, TooFast, Unclear

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Server:
    """Answers each request with the next answer given, and counts."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.asked: list[str] = []
        self.url = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        return await self.answers.pop(0)(request)

    def will(self, *answers: Answer) -> None:
        self.answers.extend(answers)


def says(body: object, status: int = 200, **headers: str) -> Answer:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.json_response(
            body, status=status, headers={k.replace("_", "-"): v for k, v in headers.items()}
        )

    return answer


def writes(text: str, kind: str, status: int = 200) -> Answer:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(text=text, content_type=kind, status=status)

    return answer


async def breaks_off(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.close()
    return web.Response()


async def sleeps(request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(5)
    return web.Response()


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    server = Server()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", server.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    yield server
    await runner.cleanup()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=0.5)) as session:
        yield session


@pytest.fixture
def slack(server: Server, session: aiohttp.ClientSession) -> Slack:
    return Slack(AsyncWebClient("xoxb-1", server.url, session=session, retry_handlers=[]), SystemClock())


OK = says({"ok": True, "ts": "1.2"})


async def test_a_plain_success_is_the_answer(slack: Slack, server: Server) -> None:
    server.will(OK)
    assert (await slack.call("chat.postMessage", channel="C1", text="hi"))["ts"] == "1.2"


@pytest.mark.parametrize(
    "answer",
    [
        breaks_off,
        sleeps,
        says({"ok": False, "error": "fatal_error"}),
        says({"ok": False, "error": "internal_error"}),
        says({"ok": False}),
        says({"ok": False, "error": "who_knows"}, 500),
        writes("<html>Bad gateway</html>", "text/html", 502),
        writes("not { json", "application/json"),
        writes("ok", "text/plain"),
        writes("", "text/html"),
    ],
    ids=["reset", "timeout", "fatal", "internal", "wordless", "500", "502", "broken", "plain", "empty"],
)
async def test_an_answer_that_says_nothing_certain_is_unclear_and_never_repeated(
    slack: Slack, server: Server, answer: Answer
) -> None:
    server.will(answer, OK)
    with pytest.raises(Unclear):
        await slack.call("chat.postMessage", channel="C1", text="hi")
    assert len(server.asked) == 1


async def test_a_pause_is_told_with_its_length_in_either_of_slacks_ways(slack: Slack, server: Server) -> None:
    server.will(says({"ok": False, "error": "ratelimited"}, 429, Retry_After="7"))
    server.will(says({"ok": False, "error": "rate_limited"}))
    with pytest.raises(TooFast) as first:
        await slack.call("chat.postMessage", channel="C1", text="hi")
    assert first.value.retry_after == 7
    with pytest.raises(TooFast) as second:
        await slack.call("chat.postMessage", channel="C1", text="hi")
    assert second.value.retry_after >= 1


async def test_a_refusal_is_final_and_says_what_to_do(slack: Slack, server: Server) -> None:
    server.will(says({"ok": False, "error": "not_in_channel"}))
    with pytest.raises(Declined, match="/invite") as refused:
        await slack.call("chat.postMessage", channel="C1", text="hi")
    assert refused.value.error == "not_in_channel"


async def test_a_token_that_is_no_good_is_told_apart(slack: Slack, server: Server) -> None:
    server.will(says({"ok": False, "error": "invalid_auth"}))
    with pytest.raises(LockedOut):
        await slack.identify()


async def test_what_never_left_this_machine_was_not_sent(session: aiohttp.ClientSession) -> None:
    nobody = AsyncWebClient("xoxb-1", "http://127.0.0.1:9/api/", session=session, retry_handlers=[])
    with pytest.raises(NotSent):
        await Slack(nobody, SystemClock()).call("chat.postMessage", channel="C1", text="hi")


async def test_asking_again_is_allowed_where_nothing_is_changed(slack: Slack, server: Server) -> None:
    server.will(breaks_off, says({"ok": True, "user": {"id": "U1"}}))
    assert (await slack.ask("users.info", user="U1"))["user"]["id"] == "U1"


async def test_who_is_in_a_channel_is_read_page_by_page(slack: Slack, server: Server) -> None:
    server.will(says({"ok": True, "members": ["U1", "U2"], "response_metadata": {"next_cursor": "more"}}))
    server.will(says({"ok": True, "members": ["U3"], "response_metadata": {"next_cursor": ""}}))
    assert await slack.members("C1") == {"U1", "U2", "U3"}


async def test_an_answer_to_a_response_url_is_sent_once_at_most(
    server: Server, session: aiohttp.ClientSession
) -> None:
    server.will(breaks_off, OK)
    with pytest.raises(Unclear):
        await RespondOnce(server.url + "respond", session)(text="hello", response_type="ephemeral")
    assert len(server.asked) == 1


def test_a_client_that_repeats_calls_by_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        Slack(AsyncWebClient("xoxb-1"), SystemClock())


def a_page(cursor: str = "", **found: object) -> Answer:
    return says({"ok": True, **found, "response_metadata": {"next_cursor": cursor}})


async def test_a_message_is_found_behind_a_page_that_holds_nothing(slack: Slack, server: Server) -> None:
    server.will(
        a_page("more", messages=[]),
        a_page("yet more"),
        a_page(messages=[{"ts": "1.2", "text": "no current"}]),
    )
    found = await slack.message("C1", "1.2")
    assert found == {"ts": "1.2", "text": "no current"}


async def test_members_are_all_found_behind_pages_that_hold_nothing(slack: Slack, server: Server) -> None:
    server.will(a_page("a", members=[]), a_page("b", members=["U1"]), a_page("c"), a_page(members=["U2"]))
    assert await slack.members("C1") == {"U1", "U2"}
