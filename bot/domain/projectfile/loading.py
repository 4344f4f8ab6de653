"""Which plan does the text of a project file describe, and what is wrong with it, line by line?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.plan import Assumption, Blocker, Decision, Item, Person, Plan, Project, Status
from bot.domain.projectfile import marked
from bot.domain.projectfile.checks import Finding, doubts, faults
from bot.domain.projectfile.fields import PARTS, PROJECT, Part, values
from bot.domain.projectfile.guarding import unrepeated, withheld
from bot.domain.projectfile.kinds import Context, is_null
from bot.domain.projectfile.marked import Mapping, Node, Progress, Scalar, Sequence, Unreadable
from bot.domain.projectfile.problems import Collected, FileErrors, Guesses, Problem, listed, quoted

_KINDS: dict[str, type[Any]] = {
    "person": Person,
    "item": Item,
    "blocker": Blocker,
    "assumption": Assumption,
    "decision": Decision,
}
# Days a thing cannot be without, by the name the plan has for them.
_REQUIRED_DAYS = {"blocker": "raised", "decision": "on"}
_PLACES = ("project", *(part.place for part in PARTS))

# Reading YAML takes about this share of the time; the rest is understanding it.
_YAML_SHARE = 0.4
_EVERY = 200


@dataclass(frozen=True, slots=True)
class Loaded:
    """A file that holds together: its plan, what in it reads like a slip, and the state it was made from."""

    plan: Plan
    warnings: tuple[str, ...] = ()
    base_revision: int | None = None


def parse(
    text: str | bytes,
    filename: str = "the file",
    *,
    today: date | None = None,
    progress: Progress | None = None,
) -> Loaded:
    """The plan a file describes; FileErrors with everything that is wrong, when anything is.

    `today` decides whether a waiver has run out (not given: none has), `progress` hears the share done.
    """
    problems = Collected()
    tell = progress or _nobody
    plain = marked.decoded(text, problems) if isinstance(text, bytes) else text
    root = None if problems.found else marked.read(plain, problems, lambda done: tell(done * _YAML_SHARE))
    patients = withheld(root)
    if patients:
        raise FileErrors(filename, patients)
    file = _File(problems, tell)
    if root is not None:
        file.read(root)
    if problems.found or file.plan is None:
        raise FileErrors(filename, unrepeated(problems.found))
    tell(1.0)
    warnings = sorted(file.placed(found) for found in doubts(file.plan, today or date.min))
    return Loaded(file.plan, tuple(map(str, dict.fromkeys(warnings))), file.revision)


def _nobody(done: float) -> None:
    """Nobody wants to know how far reading is."""


class _File:
    """One file on its way to a plan."""

    def __init__(self, problems: Collected, progress: Progress) -> None:
        self.plan: Plan | None = None
        self.revision: int | None = None
        self._problems = problems
        self._progress = progress
        self._guesses = Guesses()
        self._nodes: dict[tuple[str, str], Mapping] = {}
        self._zone = ZoneInfo("UTC")

    def read(self, root: Node) -> None:
        if not isinstance(root, Mapping):
            kind = "a list" if isinstance(root, Sequence) else "a text"
            self._problems.add(root.line, f"the file is {kind}; a project file begins with “project:”")
            return
        for key, (line, _) in root.entries.items():
            if key not in _PLACES:
                guess = self._guesses.offer(key, _PLACES)
                known = f"; a file has {listed(_PLACES, 'and')}"
                self._problems.add(line, f"the key {quoted(key)} is unknown{guess or known}")
        project = self._project(root) or Project(key="", name="")  # without one, the rest is still checked
        total = sum(len(n.values) for _, n in root.entries.values() if isinstance(n, Sequence)) or 1
        parts: dict[str, tuple[Any, ...]] = {}
        for part in PARTS:
            before = sum(map(len, parts.values()))
            parts[part.place] = tuple(self._things(root, part, before, total))
        self.plan = Plan(project=project, **parts)
        for finding in faults(self.plan, self._guesses):
            problem = self.placed(finding)
            self._problems.add(problem.line, problem.message)

    def _project(self, root: Mapping) -> Project | None:
        line, node = root.entries.get("project", (root.line, None))
        if node is None or is_null(node):
            self._problems.add(line, "project is missing; it says the project's key and name")
            return None
        if not isinstance(node, Mapping):
            if not isinstance(node, Unreadable):
                self._problems.add(node.line, "project has to be a mapping with a key and a name")
            return None
        said = values(node, PROJECT, "a project", self._context("project"))
        project = Project(**{"key": "", "name": "", **said})
        self._nodes["project", project.key] = node
        self.revision = said.get("revision")
        try:
            self._zone = project.zone
        except (LookupError, ValueError, OSError):
            self._zone = ZoneInfo("UTC")  # complained about already
        return project

    def _things(self, root: Mapping, part: Part, before: int, total: int) -> Iterator[Any]:
        _, node = root.entries.get(part.place, (root.line, None))
        if node is None or is_null(node) or isinstance(node, Unreadable):
            return
        if not isinstance(node, Sequence):
            self._problems.add(node.line, f"{part.place} has to be a list: one “- ” for each {part.entity}")
            return
        for nth, each in enumerate(node.values):
            if nth % _EVERY == 0:
                self._progress(_YAML_SHARE + (1 - _YAML_SHARE) * (before + nth) / total)
            thing = self._thing(each, part, nth)
            if thing is not None:
                yield thing

    def _thing(self, node: Node, part: Part, nth: int) -> Any | None:
        if not isinstance(node, Mapping):
            if not isinstance(node, Unreadable):
                self._problems.add(
                    node.line, f"this has to be {_a(part.entity)} with its keys, not a word or a list"
                )
            return None
        line, label = node.entries.get(part.label, (node.line, None))
        key = label.text if isinstance(label, Scalar) and not label.null else None
        where = f"{part.entity} {quoted(key)}" if key else f"{part.entity} number {nth + 1}"
        said = values(node, part.fields, _a(part.entity), self._context(where))
        if key is None:
            return None
        first = self._nodes.setdefault((part.entity, key), node)
        if first is not node:
            self._problems.add(line, f"{where} is here a second time; the first is on line {first.line}")
            return None
        return _made(part.entity, said)

    def _context(self, where: str) -> Context:
        def say(line: int, message: str) -> None:
            self._problems.add(line, f"{where}: {message}")

        return Context(say, self._guesses, self._zone)

    def placed(self, finding: Finding) -> Problem:
        """The finding on its line."""
        where = finding.entity if finding.entity == "project" else f"{finding.entity} {quoted(finding.key)}"
        node = self._nodes[finding.entity, finding.key]
        line, value = node.entries.get(finding.field, (node.line, None))
        if finding.nth is not None and isinstance(value, Sequence) and finding.nth < len(value.values):
            line = value.values[finding.nth].line
        return Problem(line, f"{where}: {finding.message}")


def _made(entity: str, said: dict[str, Any]) -> Any:
    """The thing as far as it could be read: what is missing was complained about, and gets a stand-in."""
    if entity == "item" and "waived" in said and "status" not in said:
        said["status"] = Status.WAIVED
    if entity == "assumption" and "finding" in said and "verified" not in said:
        said["verified"] = said["finding"].true
    if entity in _REQUIRED_DAYS:
        said.setdefault(_REQUIRED_DAYS[entity], date.min)
    stand_ins = dict.fromkeys(_REQUIRED_TEXTS[entity], "")
    return _KINDS[entity](**{**stand_ins, **said})


_REQUIRED_TEXTS = {
    part.entity: tuple(
        f.name for f in part.fields.values() if f.required and f.name != _REQUIRED_DAYS.get(part.entity)
    )
    for part in PARTS
}


def _a(entity: str) -> str:
    return f"an {entity}" if entity[0] in "aeiou" else f"a {entity}"
