"""How does a file get into Slack: a place for it, its bytes, and the word that it is whole?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import aiohttp

from bot.domain.wording import cut
from bot.integrations.slack import Declined, NotSent, Slack, SlackTrouble, TooFast, Unclear

SLOT, BYTES, WHOLE = "files.getUploadURLExternal", "upload", "files.completeUploadExternal"
LONGEST_ALT = 1000
LATER = 503

Ask = Callable[[str], None]  # may this method be called now? It raises what says when


@dataclass(frozen=True, slots=True)
class Slot:
    """Where the bytes go, and which file they become."""

    file: str
    url: str


class Stuck(Exception):
    """A step did not simply succeed; which one, and what is known about it."""

    def __init__(self, method: str, trouble: SlackTrouble) -> None:
        super().__init__(method)
        self.method = method
        self.trouble = trouble


async def slot(slack: Slack, ask: Ask, name: str, length: int, alt: str) -> Slot:
    """A place for a file. Nobody sees it, and one that is never used is forgotten by Slack."""
    ask(SLOT)
    args = {"filename": name, "length": length, "alt_txt": cut(alt, LONGEST_ALT)}
    try:
        # Slack reads this one as a form only, though it makes something.
        answer = await slack.read(SLOT, args)
    except SlackTrouble as trouble:
        raise Stuck(SLOT, trouble) from trouble
    file, url = answer.get("file_id"), answer.get("upload_url")
    if not isinstance(file, str) or not isinstance(url, str):
        raise Stuck(SLOT, NotSent("Slack named no place for the file; I will try again soon."))
    return Slot(file=file, url=url)


async def give(slack: Slack, ask: Ask, to: Slot, content: bytes) -> None:
    """The bytes; giving them again changes nothing."""
    ask(BYTES)
    try:
        await _give(slack.client.session, to.url, content)
    except SlackTrouble as trouble:
        raise Stuck(BYTES, trouble) from trouble


async def _give(session: aiohttp.ClientSession | None, url: str, content: bytes) -> None:
    if session is None:
        raise NotSent("There is no connection to give a file to Slack; I will try again soon.")
    try:
        async with session.post(
            url, data=content, headers={"content-type": "application/octet-stream"}
        ) as answer:
            status, headers = answer.status, answer.headers
    except TimeoutError as cause:
        raise Unclear("Slack did not say whether it has the file; I will give it again.") from cause
    except (aiohttp.ClientError, OSError) as cause:
        raise NotSent("Slack did not take the file; I will try again soon.") from cause
    if status == 429:
        seconds = headers.get("retry-after", "")
        raise TooFast("Slack asks for a pause.", float(seconds) if seconds.isdecimal() else 30.0)
    if status >= 500:
        raise NotSent(f"Slack did not take the file ({status}); I will try again soon.")
    if status != 200:
        raise Declined(BYTES, f"http_{status}")


async def whole(slack: Slack, ask: Ask, file: str, title: str) -> None:
    """All of it is there: from now on it can be shown. Shared with nobody: a message shows it, and that can
    be looked for afterwards, while a file that is shared by this call cannot be told apart from another."""
    ask(WHOLE)
    try:
        await slack.call(WHOLE, files=[{"id": file, "title": title}])
    except SlackTrouble as trouble:
        raise Stuck(WHOLE, trouble) from trouble
