"""How does a project come in from a file and go out into one, and what if it was changed in between?"""

from bot.domain.projectfile.checks import Finding, faults
from bot.domain.projectfile.loading import Loaded, parse
from bot.domain.projectfile.marked import Progress
from bot.domain.projectfile.merging import Kept, Merge, base_of, merge
from bot.domain.projectfile.problems import FileErrors, Problem
from bot.domain.projectfile.schema import schema
from bot.domain.projectfile.writing import write

__all__ = [
    "FileErrors",
    "Finding",
    "Kept",
    "Loaded",
    "Merge",
    "Problem",
    "Progress",
    "base_of",
    "faults",
    "merge",
    "parse",
    "schema",
    "write",
]
