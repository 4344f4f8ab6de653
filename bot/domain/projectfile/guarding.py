"""Where does a file say who a patient is? It is refused, line by line, and nothing of that repeated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.domain import patientdata
from bot.domain.patientdata import Finding
from bot.domain.projectfile.marked import Mapping, Node, Scalar, Sequence
from bot.domain.projectfile.problems import Problem

# Texts of one thing that are read together: a name in one of them and a birth date in the next.
_TOGETHER = ("title", "description", "evidence", "text", "waiting_on")


def withheld(root: Node | None) -> list[Problem]:
    """A problem for every place in the file that says who a patient is."""
    return [Problem(line, _said(finding)) for line, finding in _findings(root)] if root is not None else []


def unrepeated(problems: Iterable[Problem]) -> list[Problem]:
    """The problems of a file, without those words of it that may not be repeated."""
    return [
        problem
        if (finding := patientdata.found(problem.message)) is None
        else Problem(problem.line, _said(finding))
        for problem in problems
    ]


def _findings(node: Node) -> Iterator[tuple[int, Finding]]:
    if isinstance(node, Scalar):
        finding = patientdata.found(node.text)
        if finding is not None:
            yield node.line, finding
    elif isinstance(node, Sequence):
        for inner in node.values:
            yield from _findings(inner)
    elif isinstance(node, Mapping):
        before = 0
        for _, inner in node.entries.values():
            for found in _findings(inner):
                before += 1
                yield found
        finding = None if before else _together(node)
        if finding is not None:
            yield node.line, finding


def _together(node: Mapping) -> Finding | None:
    values = (node.entries[key][1] for key in _TOGETHER if key in node.entries)
    texts = [value.text for value in values if isinstance(value, Scalar) and not value.null]
    return patientdata.found(", ".join(texts)) if len(texts) > 1 else None


def _said(finding: Finding) -> str:
    return (
        f"this looks as if it says who a patient is ({finding.kind}); say it without, "
        "for example with the number of a ticket"
    )
