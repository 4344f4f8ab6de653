"""Which template does the text of a file describe, and what is wrong with it, line by line?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.plan import Assumption, Item, Plan, Project
from bot.domain.projectfile import FileErrors, Finding, faults, marked
from bot.domain.projectfile.fields import Fields, values
from bot.domain.projectfile.kinds import Context, is_null
from bot.domain.projectfile.marked import Mapping, Node, Scalar, Sequence, Unreadable
from bot.domain.projectfile.problems import Collected, Guesses, Problem, listed, quoted
from bot.domain.readiness import arrows
from bot.domain.templates.fields import BELIEF, STEP, TEMPLATE
from bot.domain.templates.values import Belief, Step, Template

_PLACES = ("template", "items", "assumptions")


@dataclass(frozen=True, slots=True)
class Read:
    """A template that holds together, and what in it reads like a slip."""

    template: Template
    warnings: tuple[str, ...] = ()


def parse(text: str | bytes, filename: str = "the file") -> Read:
    """The template a file describes; FileErrors with everything that is wrong, when anything is."""
    problems = Collected()
    plain = marked.decoded(text, problems) if isinstance(text, bytes) else text
    root = None if problems.found else marked.read(plain, problems, lambda done: None, "template")
    file = _File(problems)
    if root is not None:
        file.read(root)
    if problems.found or file.template is None:
        raise FileErrors(filename, problems.found)
    warnings = sorted(file.placed(found) for found in doubts(file.template))
    return Read(file.template, tuple(map(str, dict.fromkeys(warnings))))


def wrong(template: Template) -> Iterator[Finding]:
    """What must not be laid out: everything that is wrong, not only the first thing."""
    yield from faults(_as_plan(template))
    for step in template.items:
        if step.key == template.go_live_item and step.offset != 0:
            said = f"offset is {step.offset}, but this is going live itself: its offset is 0"
            yield Finding("item", step.key, "offset", said)
        elif step.gate and step.offset < 0 and not step.hypercare:
            said = (
                f"go-live waits for a gate, and this one is due {-step.offset} working days after it; write "
                "gate: false, or area: hypercare"
            )
            yield Finding("item", step.key, "offset", said)


def doubts(template: Template) -> Iterator[Finding]:
    """What may be meant but reads like a slip."""
    for step in template.items:
        if step.owner_role and _same(step.owner_role, step.validator_role):
            said = f"{quoted(step.owner_role)} is to do it and to confirm it; who confirms is somebody else"
            yield Finding("item", step.key, "validator_role", said)
    waits = arrows(_as_plan(template))
    for step in template.items:
        for key in waits[step.key]:
            if (room := template.item[key].offset - step.offset) < step.days:
                yield Finding("item", step.key, "offset", _no_room(step, template.item[key], room))


def _no_room(step: Step, needed: Step, room: int) -> str:
    takes = f"{step.days} working day{'' if step.days == 1 else 's'}"
    if room < 0:
        return f"is due {-room} before {needed.key}, which it needs (offset {needed.offset})"
    return f"takes {takes}, but {needed.key}, which it needs, is due only {room} before it"


def _same(one: str, other: str | None) -> bool:
    return other is not None and one.casefold() == other.casefold()


def _as_plan(template: Template) -> Plan:
    """The template as a plan without people, so that it is checked by the rules that hold for plans."""
    items = (
        Item(key=s.key, title=s.title, area=s.area, depends_on=s.depends_on, gate=s.gate)
        for s in template.items
    )
    beliefs = (
        Assumption(id=str(nth), text=b.text, item=b.item) for nth, b in enumerate(template.assumptions)
    )
    project = Project(key=template.key, name=template.name, go_live_item=template.go_live_item or None)
    return Plan(project=project, items=tuple(items), assumptions=tuple(beliefs))


class _File:
    """One file on its way to a template."""

    def __init__(self, problems: Collected) -> None:
        self.template: Template | None = None
        self._problems = problems
        self._guesses = Guesses()
        self._nodes: dict[tuple[str, str], tuple[str, Mapping]] = {}

    def read(self, root: Node) -> None:
        if not isinstance(root, Mapping):
            kind = "a list" if isinstance(root, Sequence) else "a text"
            self._problems.add(root.line, f"the file is {kind}; a template file begins with “template:”")
            return
        if "project" in root.entries and "template" not in root.entries:
            said = "this is a project file; `golive templates from PROJECT` makes a template of a project"
            self._problems.add(root.entries["project"][0], said)
            return
        for key, (line, _) in root.entries.items():
            if key not in _PLACES:
                guess = self._guesses.offer(key, _PLACES)
                known = f"; a template has {listed(_PLACES, 'and')}"
                self._problems.add(line, f"the key {quoted(key)} is unknown{guess or known}")
        head = self._head(root)
        items = tuple(Step(**said) for said in self._things(root, "items", STEP, "item"))
        beliefs = tuple(Belief(**said) for said in self._things(root, "assumptions", BELIEF, "assumption"))
        if not items and not self._problems.found:
            self._problems.add(root.line, "items is empty; a template has at least the item that is go-live")
        found = Template(
            **{"key": "", "name": "", "go_live_item": "", **head}, items=items, assumptions=beliefs
        )
        for finding in wrong(found):
            problem = self.placed(finding)
            self._problems.add(problem.line, problem.message)
        self.template = found

    def _head(self, root: Mapping) -> dict[str, Any]:
        line, node = root.entries.get("template", (root.line, None))
        if node is None or is_null(node):
            self._problems.add(line, "template is missing; it says the template's key, name and go_live_item")
        elif isinstance(node, Mapping):
            said = values(node, TEMPLATE, "a template", self._context("template"))
            self._nodes["project", said.get("key", "")] = "template", node
            return said
        elif not isinstance(node, Unreadable):
            self._problems.add(node.line, "template has to be a mapping with a key and a name")
        self._nodes["project", ""] = "template", root
        return {}

    def _things(self, root: Mapping, place: str, fields: Fields, what: str) -> Iterator[dict[str, Any]]:
        _, node = root.entries.get(place, (root.line, None))
        if node is None or is_null(node) or isinstance(node, Unreadable):
            return
        if not isinstance(node, Sequence):
            self._problems.add(node.line, f"{place} has to be a list: one “- ” for each {what}")
            return
        for nth, each in enumerate(node.values):
            if isinstance(each, Mapping):
                said = self._thing(each, nth, fields, what)
                if said is not None:
                    yield said
            elif not isinstance(each, Unreadable):
                self._problems.add(each.line, f"this has to be an {what} with its keys, not a word or a list")

    def _thing(self, node: Mapping, nth: int, fields: Fields, what: str) -> dict[str, Any] | None:
        line, label = node.entries.get("key", (node.line, None))
        key = label.text if what == "item" and isinstance(label, Scalar) and not label.null else None
        where = f"{what} {quoted(key)}" if key else f"{what} number {nth + 1}"
        said = values(node, fields, f"an {what}", self._context(where))
        if what == "item" and key is None:
            return None
        name = key if key is not None else str(nth)
        _, first = self._nodes.setdefault((what, name), (where, node))
        if first is not node:
            self._problems.add(line, f"{where} is here a second time; the first is on line {first.line}")
            return None
        return {**({"title": ""} if what == "item" else {"text": ""}), **said}

    def _context(self, where: str) -> Context:
        def say(line: int, message: str) -> None:
            self._problems.add(line, f"{where}: {message}")

        return Context(say, self._guesses, ZoneInfo("UTC"))

    def placed(self, finding: Finding) -> Problem:
        """The finding on its line."""
        where, node = self._nodes[finding.entity, finding.key]
        line, value = node.entries.get(finding.field, (node.line, None))
        if finding.nth is not None and isinstance(value, Sequence) and finding.nth < len(value.values):
            line = value.values[finding.nth].line
        return Problem(line, f"{where}: {finding.message}")
