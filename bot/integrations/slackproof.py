"""What is in a file in Slack, as far as that can be known without keeping any of it?"""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bot.domain.errors import Invalid, NotFound, Unavailable
from bot.domain.proofs import Proof
from bot.integrations.slack import Declined, Slack

LARGEST = 50_000_000  # bytes that are read, and forgotten, to know their hash
A_PIECE = 1 << 16
SECONDS = 60.0
UNSEEN = (
    "I cannot see that file. Share it in the project's channel, where I am, or attach it here; or say in "
    "words what it shows."
)


async def proof_of(slack: Slack, file: str) -> Proof:
    """A file by its id: its link and its hash. Its bytes pass through memory once, and are kept nowhere."""
    try:
        info = (await slack.ask("files.info", file=file))["file"]
    except Declined as refusal:
        raise (refusal if refusal.error == "missing_scope" else NotFound(UNSEEN)) from refusal
    if not isinstance(info, dict) or not isinstance(link := info.get("permalink"), str):
        raise NotFound(UNSEEN)
    if info.get("mode") == "tombstone":
        raise NotFound("That file was deleted. Attach it again.")
    size = info["size"] if isinstance(info.get("size"), int) else 0
    outside = bool(info.get("is_external")) or not _is_of(slack, info.get("url_private"))
    if not outside and size > LARGEST:
        raise Invalid(
            f"That file has {size / 1e6:,.0f} MB, and I read at most {LARGEST / 1e6:,.0f} MB to know it "
            "again. Attach what matters of it, or put its link into “A link”."
        )
    hashed = None if outside else await _hashed(slack, str(info["url_private"]))
    if hashed is not None and size not in (0, hashed[1]):  # a page that asks to log in, or half of it
        raise Unavailable("Slack handed over something else than that file; please try again.")
    return Proof(
        name=str(info.get("name") or info.get("title") or "a file"),
        link=link,
        size=hashed[1] if hashed else size,
        sha256=hashed[0] if hashed else None,
        by=str(info.get("user") or ""),
        channels=_channels(info),
    )


async def _hashed(slack: Slack, url: str) -> tuple[str, int]:
    """The hash and the size, piece by piece."""
    session, digest, size = slack.client.session, hashlib.sha256(), 0
    if session is None:
        raise Unavailable("There is no connection to read the file with; please try again.")
    head = {"authorization": f"Bearer {slack.client.token or ''}"}
    within = aiohttp.ClientTimeout(total=SECONDS)
    try:
        # Whoever Slack would send us on to has no business with our token.
        async with session.get(url, headers=head, allow_redirects=False, timeout=within) as answer:
            if answer.status != 200:
                raise NotFound(UNSEEN)
            async for piece in answer.content.iter_chunked(A_PIECE):
                size += len(piece)
                if size > LARGEST:
                    raise Invalid(f"That file is larger than {LARGEST / 1e6:,.0f} MB. Say its link instead.")
                digest.update(piece)
    except (TimeoutError, aiohttp.ClientError, OSError) as cause:
        raise Unavailable("Slack did not hand the file over; please try again.") from cause
    return digest.hexdigest(), size


def _is_of(slack: Slack, url: Any) -> bool:
    """Only Slack itself is shown our token."""
    if not isinstance(url, str):
        return False
    there, here = urlsplit(url), urlsplit(slack.client.base_url)
    if there.netloc == here.netloc:
        return there.scheme == here.scheme
    host = there.hostname or ""
    return there.scheme == "https" and (host == "slack.com" or host.endswith(".slack.com"))


def _channels(info: dict[str, Any]) -> frozenset[str]:
    found: set[str] = set()
    for name in ("channels", "groups"):
        listed = info.get(name)
        found.update(one for one in (listed if isinstance(listed, list) else ()) if isinstance(one, str))
    shares = info.get("shares")
    for kind in shares.values() if isinstance(shares, dict) else ():
        found.update(kind if isinstance(kind, dict) else ())
    return frozenset(found)
