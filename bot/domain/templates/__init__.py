"""From which checklist does a project start, and what does its plan look like on the first day?"""

from bot.domain.templates.essentials import ESSENTIALS, Essential, met_by
from bot.domain.templates.known import Lack, UnknownTemplate, find, lacks, nearest, shipped
from bot.domain.templates.laying import NO_TARGET, Laid, lay_out
from bot.domain.templates.making import Made, make
from bot.domain.templates.reading import Read, parse, wrong
from bot.domain.templates.values import Belief, Step, Template
from bot.domain.templates.writing import write

__all__ = [
    "ESSENTIALS",
    "NO_TARGET",
    "Belief",
    "Essential",
    "Lack",
    "Laid",
    "Made",
    "Read",
    "Step",
    "Template",
    "UnknownTemplate",
    "find",
    "lacks",
    "lay_out",
    "make",
    "met_by",
    "nearest",
    "parse",
    "shipped",
    "write",
    "wrong",
]
