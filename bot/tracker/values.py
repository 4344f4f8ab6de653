"""What is handed to the tracker and what comes back: who asks, from where, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from bot.domain.errors import BotError, NotFound
from bot.domain.plan import Change, Plan


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever asks: a Slack user of a workspace, or `cli:NAME`."""

    workspace: str
    user: str

    @property
    def at_the_console(self) -> bool:
        """Whoever runs golive; no Slack id has a colon."""
        return self.user.startswith("cli:")


@dataclass(frozen=True, slots=True)
class Where:
    """The conversation something is asked in, and the project named in it, if one was."""

    channel: str | None = None
    project: str | None = None
    direct: bool = False  # a direct message: no channel that could have a project
    proven: bool = True  # Slack itself says that they are there; else only a form of ours did


@dataclass(frozen=True, slots=True)
class Colleague:
    """A Slack user found to belong to the workspace; or not, and `refused` says why they can have no work."""

    id: str
    name: str
    tz: str | None = None
    refused: str | None = None


NOBODY: Mapping[str, Colleague] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A message as somebody wrote it. `people` are those it names, as far as they are colleagues."""

    workspace: str
    channel: str
    ts: str
    author: str
    text: str
    at: datetime
    thread_ts: str | None = None
    edited_ts: str | None = None
    before: str | None = None  # the text an edit replaced
    permalink: str | None = None
    people: Mapping[str, Colleague] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def thread(self) -> str:
        return self.thread_ts or self.ts


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a verb did, in sentences. `undo` is None when nothing was changed."""

    lines: tuple[str, ...]
    plan: Plan
    undo: int | None = None  # the revision that can be taken back
    in_thread: bool = False  # the thread of a message says so

    @property
    def project(self) -> str:
        return self.plan.project.key


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadReport:
    """What loading a file did, or would do."""

    project: str
    name: str
    is_new: bool
    items: int
    changes: tuple[Change, ...]
    kept: tuple[str, ...]  # what was changed since the file was exported, and stays
    warnings: tuple[str, ...]
    revision: int
    dry_run: bool


class DidYouMean(NotFound):
    """The word names nothing, but something is called nearly so: offered, never assumed."""

    def __init__(self, sentence: str, word: str, near: tuple[str, ...], *, or_none: bool = False) -> None:
        super().__init__(sentence)
        self.word = word
        self.near = near
        self.or_none = or_none  # the word may also be no name at all


class WhichProject(NotFound):
    """More than one project could be meant."""

    def __init__(self, sentence: str, projects: tuple[str, ...]) -> None:
        super().__init__(sentence)
        self.projects = projects


class WhoIsThat(BotError):
    """A Slack user the project does not know yet: ask Slack who it is, and say it again."""

    def __init__(self, user: str) -> None:
        super().__init__(f"<@{user}> is not part of this project yet.")
        self.user = user
