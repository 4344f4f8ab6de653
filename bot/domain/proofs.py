"""What is kept of a file that shows something: where it lies, and what tells it from any other?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.errors import Invalid, Refused

_LINK = re.compile(r"https?://[^\s/?#]+\S*", re.IGNORECASE)
_FILE = re.compile(r"https?://[\w.:-]+/files/[UW][A-Z0-9]{1,30}/(F[A-Z0-9]{2,30})(?:/\S*)?", re.ASCII)
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A file in Slack, of which only this is kept. `sha256` is None where it lies outside Slack."""

    name: str
    link: str
    size: int
    sha256: str | None
    by: str  # the Slack user who uploaded it
    channels: frozenset[str] = frozenset()  # where it was shared

    @property
    def words(self) -> str:
        """One line of evidence."""
        name = " ".join(self.name.split())[:LONGEST_NAME] or "a file"
        what = f"{_size(self.size)}, sha256 {self.sha256}" if self.sha256 else "outside Slack, so not hashed"
        return f"{name} ({what}): {self.link}"


def file_of(link: str) -> str | None:
    """The file whose link this is; None for a link to anything else."""
    match = _FILE.fullmatch(link.strip())
    return match[1] if match else None


def refuse_no_link(link: str) -> None:
    """What leads nowhere shows nothing, and would stand as the link of what somebody confirmed."""
    if link and not _LINK.fullmatch(link):
        raise Invalid(
            "That is no link: one begins with https://. What you saw, or a ticket's number, goes above.",
            field="link",
        )


def words(said: str, link: str, proofs: Sequence[Proof]) -> str:
    """What somebody saw and what shows it, as evidence is kept."""
    linked = [link] if link and not any(proof.link == link for proof in proofs) else []
    shown = [*linked, *(proof.words for proof in proofs)]
    if said and shown and said[-1].isalnum():
        said += ";"  # most places show evidence in one line
    return "\n".join([said, *shown] if said else shown)


def refuse_others(proof: Proof, user: str, channel: str | None) -> None:
    """A file of somebody else's that was not shown to the project is nobody's to bring in."""
    if proof.by != user and (channel is None or channel not in proof.channels):
        raise Refused(
            "I only keep files that you uploaded yourself, or that were shared in the project's channel. "
            "Share it there first, or attach it here."
        )


def _size(size: int) -> str:
    for unit, much in (("MB", 1_000_000), ("kB", 1_000)):
        if size >= much:
            return f"{size / much:,.1f} {unit}"
    return f"{size:,} bytes"
