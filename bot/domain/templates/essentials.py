"""What does hardly any go-live do without, and which of it does a project have?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol


class Named(Protocol):
    """An item of a plan, or of a template."""

    @property
    def key(self) -> str: ...

    @property
    def title(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Essential:
    """Something a plan should have, the words its item is known by, and what a plan without it lacks."""

    key: str
    name: str  # as in “there is no rollback plan”
    why: str  # what happens without it, in a clause
    words: str  # a regular expression over key and title

    def met_by(self, item: Named) -> bool:
        return self.key in _met(item.key, item.title)


# English first, with the plain words of Spanish, French and German plans.
ESSENTIALS = (
    Essential(
        "criteria",
        "go/no-go criteria",
        "without them the decision is a matter of mood",
        r"criteria\b|criterios|crit[eè]res|kriterien|success measures|abort (?:rules|numbers)",
    ),
    Essential(
        "contacts",
        "list of named contacts and stand-ins",
        "without it nobody knows whom to call",
        r"\bcontacts?\b|named (?:person|owner)|stand-?ins?\b|backups? for every|accountable person|"
        r"ansprechpartner",
    ),
    Essential(
        "agreement",
        "signed data agreement",
        "without it no real data may flow",
        r"\bbaa\b|business associate|\bdpa\b|data (?:processing|sharing|protection) agreement|"
        r"trading partner agreement|contract(?:s)? signed|agreements? (?:in force|signed|executed)|"
        r"data[- ]use terms|\bavv\b",
    ),
    Essential(
        "security",
        "security review",
        "without it the customer's security team can stop go-live late",
        r"security (?:review|assessment|questionnaire|approval|test)|"
        r"risk (?:review|assessment|questionnaire)|threat(?:s)?\b|pen(?:etration)?[- ]test|"
        r"sicherheitspr|revisi[oó]n de seguridad",
    ),
    Essential(
        "end-to-end",
        "end-to-end test",
        "without it the parts were never seen working together",
        r"end[- ]to[- ]end|\be2e\b|whole cycle|integrat(?:ed|ion) test|full workflow|de bout en bout|"
        r"extremo a extremo",
    ),
    Essential(
        "load",
        "test under load",
        "without it the first busy hour is the test",
        r"\bload (?:test|at)|peak\b|busiest hour|stress test|performance test|burst\b|throughput|"
        r"volume test|lasttest|log-?in storm|signing on at",
    ),
    Essential(
        "acceptance",
        "user acceptance",
        "without it nobody from the users has said yes",
        r"\buat\b|acceptance|abnahme|recette|aceptaci[oó]n|pilot customers accept",
    ),
    Essential(
        "training",
        "training",
        "without it people meet the system on its first day",
        r"\btrain(?:ing|ed|s)?\b|\bteach|e-?learning|schulung|formaci[oó]n|\bformation\b|"
        r"capacitaci[oó]n",
    ),
    Essential(
        "downtime",
        "downtime drill",
        "without it people stop working when the system does",
        r"downtime|business continuity|contingency|paper (?:process|procedure|fallback)|"
        r"while the \w+ is down|when (?:the )?\w+ is down|\boutage|notbetrieb|ausfall|"
        r"break[- ]?glass accounts|partner[- ]down|emergency[- ]admin",
    ),
    Essential(
        "monitoring",
        "monitoring",
        "without it users find a failure before you do",
        r"monitor(?:ing|s|ed)?\b|\balert(?:s|ing)?\b|\bdashboards?\b|observability|alarms?\b|"
        r"[uü]berwachung|supervisi[oó]n",
    ),
    Essential(
        "support",
        "hypercare rota and escalation path",
        "without it nobody knows who answers after go-live",
        r"hypercare rota|\brota\b|escalation|severit|on-?call|support[- ](?:model|plan|rota|cover)|"
        r"help ?desk|service desk|command (?:centre|center|room)|bereitschaft|floor support",
    ),
    Essential(
        "rehearsal",
        "rehearsal of the cutover",
        "without it the run sheet's times are guesses",
        r"rehears|dress run|dry[- ]run|mock (?:cutover|go-?live)|generalprobe|ensayo|r[eé]p[eé]tition|"
        r"tabletop|at the table",
    ),
    Essential(
        "runsheet",
        "run sheet for the cutover",
        "without it the night has no order",
        r"run[- ]?(?:book|sheet)|cut-?over (?:plan|sheet|steps|script)|ramp plan|rollout plan|"
        r"hour[- ]by[- ]hour|point of no return",
    ),
    Essential(
        "rollback",
        "rollback plan",
        "without it there is no way back on the day",
        r"roll(?:ing)?[- ]?back|back-?out plan|fall-?back (?:plan|route|open)|kill switch|revert|"
        r"way back|r[uü]ckfall|retour arri[eè]re|marcha atr[aá]s|reversi[oó]n",
    ),
    Essential(
        "freeze",
        "freeze of changes",
        "without it something else changes in the same week",
        r"\bfreez|frozen|change stop|only be read|read-?only|congelaci[oó]n|\bgel des\b",
    ),
    Essential(
        "restore",
        "proven restore",
        "without it a backup is only a hope",
        r"\brestor(?:e|ed|ing|ation)\b|backup (?:tested|proven|test)|"
        r"recovery (?:test|proven|procedure)|wiederherstell",
    ),
    Essential(
        "decision",
        "go/no-go decision",
        "without it go-live just happens",
        r"go[-/ ]{1,3}no[-/ ]{0,2}go|launch decision|readiness review|decision to go",
    ),
    Essential(
        "handover",
        "end of hypercare",
        "without it the project team is never let go",
        r"hand-?over|hypercare (?:exit|ends?)|exit\b|transition to support|[uü]bergabe",
    ),
)
BY_KEY: Mapping[str, Essential] = {essential.key: essential for essential in ESSENTIALS}
_KNOWN_BY = tuple((each.key, re.compile(each.words, re.IGNORECASE)) for each in ESSENTIALS)
_LONGEST = 400  # characters of a title in which it says what it is


@lru_cache(maxsize=20_000)
def _met(key: str, title: str) -> frozenset[str]:
    """The essentials an item is known to be by its key and title."""
    text = _said(key, title)
    return frozenset(name for name, words in _KNOWN_BY if words.search(text))


def _said(key: str, title: str) -> str:
    """In one line: no pattern reads over the end of one."""
    return " ".join(f"{key[:_LONGEST]} · {title[:_LONGEST]}".split())


def shown_in(items: Iterable[Named]) -> tuple[Essential, ...]:
    """The essentials that some item is known to be: one look through all items for each, up to the first."""
    text = "\n".join(_said(item.key, item.title) for item in items)
    met = {name for name, words in _KNOWN_BY if words.search(text)}
    return tuple(essential for essential in ESSENTIALS if essential.key in met)


def met_by(items: Iterable[Named]) -> Mapping[str, tuple[str, ...]]:
    """The keys of the items that are known to be each essential; without those nobody has."""
    found: dict[str, list[str]] = {}
    for item in items:
        for name in _met(item.key, item.title):
            found.setdefault(name, []).append(item.key)
    return {name: tuple(keys) for name, keys in found.items()}
