"""Under which heading does each line of pasted notes stand, and what does it call itself?"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

from bot.domain import reading
from bot.domain.callnotes import speaking
from bot.domain.callnotes.values import Line

MOST_LINES = 1_500
LONGEST_LINE = 1_000
FULL_ROW = 55  # a row that is so long was perhaps broken for its length

ACTION, DECISION, BLOCKER, RISK, ASSUMPTION, OPEN = (
    "action",
    "decision",
    "blocker",
    "risk",
    "assumption",
    "open",
)
PEOPLE, PASSED_OVER, TALK = "people", "passed over", "talk"

# What headings announce, in English, Spanish, French and German; without accents, in small letters.
_HEADINGS_OF = {
    ACTION: """
        action|actions|action item|action items|action point|action points|action register|ai|ais|ap|aps|
        next step|next steps|
        to do|to dos|todo|todos|task|tasks|follow up|follow ups|followup|followups|takeaways|assignments|
        deliverables|commitments|who does what|homework|accion|acciones|proximos pasos|tareas|pendientes|
        compromisos|actions a mener|prochaines etapes|a faire|taches|suites a donner|plan d action|massnahmen|
        massnahme|aufgaben|aufgabe|nachste schritte|aktionen|aktion|tarea|tache|zu erledigen""",
    DECISION: """
        decision|decisions|decided|decisions made|decisions taken|key decisions|agreed|agreement|agreements|
        resolutions|resolved|we decided|we agreed|decisiones|acuerdos|acuerdo|decidido|decidimos|decide|
        decidee|entscheidung|entscheidungen|beschlusse|beschluss|entschieden|beschlossen|vereinbart""",
    BLOCKER: """
        blocker|blockers|blocked|blocking|blocking issues|impediment|impediments|showstopper|showstoppers|
        roadblock|roadblocks|waiting on|waiting for|held up|bloqueo|bloqueos|bloqueante|bloqueantes|
        impedimentos|bloquant|bloquants|points bloquants|point bloquant|blocage|blocages|blockiert|blockaden|
        hindernisse|hindernis|wartet auf""",
    RISK: """
        risk|risks|issue|issues|concern|concerns|problem|problems|raid|riesgo|riesgos|problema|problemas|
        risque|risques|probleme|problemes|risiko|risiken""",
    ASSUMPTION: """
        assumption|assumptions|assumed|assume|assuming|we assume|working assumptions|hypothesis|hypotheses|
        supuesto|supuestos|suposicion|suposiciones|hypothese|annahme|annahmen""",
    OPEN: """
        open|open point|open points|open item|open items|open question|open questions|question|questions|q|
        parking lot|unresolved|tbd|tbc|to be clarified|to clarify|open issues|outstanding|puntos abiertos|
        preguntas|pregunta|preguntas abiertas|points ouverts|questions ouvertes|offene punkte|offene fragen|
        offen|zu klaren""",
    PEOPLE: """
        attendees|attendee|attendance|attending|present|participants|people|in the room|on the call|absent|
        speakers|apologies|regrets|cc|asistentes|participantes|presents|absents|teilnehmer|teilnehmende|anwesend|
        abwesend|invitees|roll call""",
    PASSED_OVER: """
        agenda|keywords|summary keywords|date|time|when|where|location|meeting|link|recording|next meeting|
        next call|purpose|objective|objectives|done|completed|closed|accomplished|wins|finished|last week|
        orden del dia|fecha|proxima reunion|hecho|ordre du jour|prochaine reunion|fait|lieu|tagesordnung|
        datum|ort|nachster termin|nachstes treffen|erledigt|cerrado""",
    TALK: """
        discussion|notes|note|summary|status|update|updates|background|minutes|general|topics|info|fyi|
        overview|highlights|context|key points|outline|chapters|transcript|recap|quick recap|aob|
        any other business|varia|sonstiges|verschiedenes|divers|varios|notas|
        resumen|compte rendu|resume|notizen|protokoll|besprochen|
        zusammenfassung|stand""",
}
_HEADINGS = {
    word.strip(): kind for kind, words in _HEADINGS_OF.items() for word in words.split("|") if word.strip()
}
# Of these a list is expected, and nothing after it.
_LISTS = frozenset({ACTION, DECISION, BLOCKER, RISK, ASSUMPTION, OPEN})
# Said of one line: "AI: …", "D: …". Shorter than what a heading may be.
_LABELS = {**_HEADINGS, "a": ACTION, "d": DECISION, "b": BLOCKER, "r": RISK}

_JOINING = frozenset(
    [
        "from",
        "for",
        "of",
        "to",
        "in",
        "on",
        "taken",
        "made",
        "today",
        "this",
        "by",
        "until",
        "de",
        "du",
        "fur",
        "aus",
    ]
)

_COLUMNS_OF = {
    "what": "action|actions|action item|item|task|what|description|topic|subject|to do|decision|issue|tarea|"
    "accion|quoi|tache|aufgabe|massnahme|was|que|step|deliverable|activity",
    "who": "owner|who|assignee|responsible|assigned to|assigned|lead|by whom|resp|dri|responsable|quien|qui|"
    "wer|verantwortlich|zustandig|name|person",
    "when": "due|due date|when|date|deadline|by|by when|target|target date|eta|fecha|cuando|echeance|quand|"
    "delai|bis|bis wann|termin|frist|wann|plazo",
    "kind": "type|kind|category|tipo|art|typ",
    "state": "status|state|done|estado|statut|stand",
}
_COLUMNS = {word: column for column, words in _COLUMNS_OF.items() for word in words.split("|")}

_BULLET = re.compile(
    r"^\s*(?:[-–—*•◦▪●○‣·+]|#(?=\s)|(?:TOP\s*)?\d{1,3}[.)]|\d{1,2}(?:\.\d{1,2}){1,3}[.)]?|TOP\s*\d{1,2}:?|"
    r"[a-zA-Z][.)](?=\s))\s+"
)
_NUMBER = re.compile(r"^\s*(?:TOP\s*(?P<top>\d{1,2})[:.]?|(?P<number>\d{1,2})[.)])\s+\S")
_STRUCK = re.compile(r"^~{1,2}(?!~).+~{1,2}$")
_BOX = re.compile(
    r"^\s*(?:\[(?P<mark>[ xX✓✔]?)\]|\((?P<wiki>[ xX/])\)|(?P<empty>[☐□⬜])|"
    r"(?P<full>[☑✅✔☒]|:white_check_mark:))\s*"
)
_MARKDOWN = re.compile(r"^\s*(?:#{1,6}|(?P<wiki>h[1-6]\.))\s+(?P<words>.+?)\s*#*$")
_BOLD = re.compile(
    r"^\s*(?:\*\*(?P<two>[^*\n]+)\*\*|__(?P<under>[^_\n]+)__|\*(?P<one>[^*\n]+)\*)\s*(?P<rest>.*)$"
)
_LABELLED = re.compile(
    r"^[\[(#*]*(?P<label>[^\W\d_][^\W\d]*(?:[ /-][^\W\d_]+){0,2})(?:\s*#?\d{1,3})?[\])*]*\s*"
    r"(?P<mark>:|\s[-–—]|\]|[–—=]>?)\s*(?P<rest>\S.*)$"
)
_BRACKETED = re.compile(r"^[\[(](?P<label>[^\W\d_][^\W\d]*(?: [^\W\d_]+)?)[\])]:?\s*(?P<rest>\S.*)$")
_NO_CAPITALS = re.compile(r"[\d:;|@]|\s[-–—]")
_CARD = "\x1f"
_RULE = re.compile(r"^[\s|:+=_*–—-]+$")
_WORD = re.compile(r"[^\W_]+")
_EMPHASIS = re.compile(r"\*\*|__|~~")


def lines(
    text: str, names: Mapping[str, str], is_person: Callable[[str], bool] = lambda _: False
) -> tuple[Line, ...]:
    """The lines that say something, each with the heading it stands under; a person may be one."""
    return tuple(_Reader(names, is_person).read(text))


def folded(words: str) -> str:
    """Small letters without accents, marks and pictures; a hyphen is a space."""
    bare = words.casefold()
    if not bare.isascii():
        bare = "".join(c for c in unicodedata.normalize("NFKD", bare) if not unicodedata.combining(c))
        bare = bare.replace("ß", "ss")
    return " ".join(_WORD.findall(bare))


def announced(words: str) -> str | None:
    """What a heading with these words announces: by all of it, by each of its parts, or by its last words."""
    said = folded(re.sub(r"\([^)]*\)", " ", words))
    if said in _HEADINGS:
        return _HEADINGS[said]
    parts = [folded(part) for part in re.split(r"\s*(?:&|/|,|\+|\band\b|\bet\b|\by\b|\bund\b)\s*", words)]
    kinds = [_HEADINGS.get(part) for part in parts if part]
    if len(kinds) > 1 and all(kinds):
        return kinds[0] if len(set(kinds)) == 1 or set(kinds) <= {RISK, BLOCKER} else _of_several(kinds)
    said_words = said.split()
    for count in (2, 1):
        if count < len(said_words) <= count + 2 and " ".join(said_words[-count:]) in _HEADINGS:
            return _HEADINGS[" ".join(said_words[-count:])]
    return _at_first(said_words)


def _at_first(words: Sequence[str]) -> str | None:
    """ "Actions from today", "Decisions taken in the call"."""
    for count in (2, 1):
        kind = _HEADINGS.get(" ".join(words[:count]))
        if kind is not None and len(words) > count and words[count] in _JOINING:
            return kind
    return None


def _of_several(kinds: Sequence[str | None]) -> str:
    """Each line has to say by itself which of these it is; open points and risks come nearest to that."""
    return OPEN if {*kinds} <= {OPEN, RISK, BLOCKER, ACTION} else TALK


class _Reader:
    """Goes through notes from top to bottom, and knows under which heading it is."""

    def __init__(self, names: Mapping[str, str], is_person: Callable[[str], bool]) -> None:
        self._names, self._is_person = names, is_person
        self._section = ""
        self._holder: str | None = None
        self._columns: tuple[str, ...] = ()
        self._depth = 0
        self._wiki = False
        self._speaker: str | None = None
        self._numbered = 0  # of the heading the section began with, if it had a number
        self._listed = self._after_gap = False
        self._lines = 0  # of the section

    def read(self, text: str) -> Iterator[Line]:
        rows = _unquoted(text.replace(_CARD, " ").splitlines()[:MOST_LINES])
        # In a wiki's markup a heading is "h2. …", and "# …" is a line of a list.
        self._wiki = any(re.match(r"\s*h[1-6]\.\s", row) for row in rows)
        self._loud = sum(row.isupper() for row in rows) * 2 > sum(bool(row.strip()) for row in rows)
        for number, raw in _joined(rows):
            if not raw.strip() or _RULE.match(raw) or speaking.is_clock(raw):
                self._after_gap = True
                continue
            if (spoken := speaking.announced(raw)) is not None:
                yield from self._spoken(number, *spoken)
                continue
            if raw.startswith(_CARD):
                yield self._card(number, raw)
                continue
            cells = _cells(raw)
            if len(cells) > 1 and (found := self._row(number, cells)) is not None:
                yield from found
                continue
            self._columns = ()
            yield from self._line(number, raw)
            self._after_gap = False

    def _spoken(self, number: int, who: str, said: str) -> Iterator[Line]:
        """Who speaks now; what is said aloud stands under no heading."""
        self._begin("", None)
        self._speaker = who
        if text := self._plain(said):
            yield Line(number=number, text=text, speaker=who)

    # A table

    def _row(self, number: int, cells: Sequence[str]) -> tuple[Line, ...] | None:
        """A row of a table whose head is known; the head itself says nothing. None: it is no table."""
        heads = tuple(_COLUMNS.get(folded(cell), "") for cell in cells)
        if not self._columns and sum(map(bool, heads)) >= 2:
            self._columns = heads
            return ()
        if not self._columns:
            return None
        said = [self._plain(cell) for cell in cells]
        named = tuple((column, cell) for column, cell in zip(self._columns, said, strict=False) if cell)
        what = next((cell for column, cell in named if column == "what"), "")
        return (Line(number=number, text=what or said[0], section=self._section, bullet=True, cells=named),)

    def _card(self, number: int, raw: str) -> Line:
        """ "What: …", "Who: …", "When: …" below each other: a row of a table, turned."""
        said = [part.partition(":") for part in raw.removeprefix(_CARD).split(_CARD)]
        cells = tuple((_COLUMNS[folded(name)], self._plain(value)) for name, _, value in said)
        what = next(cell for column, cell in cells if column == "what")
        return Line(number=number, text=what, section="", bullet=True, cells=cells)

    # A line

    def _line(self, number: int, raw: str) -> Iterator[Line]:
        depth = len(raw) - len(raw.lstrip())
        bare = _BULLET.sub("", raw, count=1)
        bullet = bare != raw
        head = _MARKDOWN.match(raw)
        if head is None or (self._wiki and not head["wiki"]):
            head = None if bullet else _BOLD.match(raw)
        if head is not None and self._is_head(head):
            return
        box, bare = _boxed(bare)
        text = self._plain(bare)
        if not text or text.startswith(">"):
            return
        if box is None and self._is_heading(text, raw, bullet=bullet, depth=depth):
            return
        self._maybe_leave(raw, bullet=bullet or box is not None)
        if not bullet and depth <= self._depth and self._holder and box is None and not self._section:
            self._holder = None
        label, rest = _labelled(text)
        yield Line(
            number=number,
            text=rest,
            section=self._section,
            label=label,
            box=box,
            bullet=bullet or box is not None,
            holder=self._holder,
            speaker=self._speaker,
            struck=_STRUCK.match(bare.strip()) is not None,
        )

    def _maybe_leave(self, raw: str, *, bullet: bool) -> None:
        """A list ends where a gap and a line follow that is in no list, and a part with a number where the
        next one begins."""
        found = _NUMBER.match(raw)
        number = int(found["top"] or found["number"]) if found else 0
        if self._numbered and number and raw[:1].strip():
            if number == self._numbered + 1:
                self._begin(TALK, None)
            elif number <= self._numbered:
                self._numbered = 0  # a list that counts anew
        if self._section in _LISTS and self._listed and self._after_gap and not bullet:
            self._begin(TALK, None)
        if self._section in (PEOPLE, PASSED_OVER) and self._lines and self._after_gap and not bullet:
            self._begin("", None)
        self._listed = bullet
        self._lines += 1

    def _is_head(self, match: re.Match[str]) -> bool:
        """A heading by its looks: what is unknown of its words ends the section before all the same."""
        found = match.groupdict()
        words = next(w for w in (found.get(n) for n in ("words", "two", "under", "one")) if w)
        if (found.get("rest") or "").strip(" :"):
            return False
        words = self._plain(words).strip(" :*_")
        if self._is_person(words):
            self._holder, self._depth = words, 0
            return True
        self._begin(announced(words) or TALK, None if announced(words) else words)
        return True

    def _is_heading(self, text: str, raw: str, *, bullet: bool, depth: int) -> bool:
        words = text.rstrip(" :").strip()
        if (found := _NUMBER.match(raw)) and len(words.split()) <= 5 and (kind := announced(words)):
            self._begin(kind, None)
            self._numbered = int(found["top"] or found["number"])
            return True
        if not bullet and self._is_person(words):
            self._holder, self._depth = words, depth
            return True
        loud = words.isupper() and len(words) > 2 and not _NO_CAPITALS.search(words)
        if loud and not bullet and not self._loud and len(words.split()) <= 6:
            self._begin(announced(words) or _among(words) or TALK, None)
            return True
        colon = text.endswith(":") and len(words.split()) <= 6
        kind = announced(words) if len(words.split()) <= 5 and (colon or not bullet) else None
        if kind == PASSED_OVER and re.search(r"\d", words):
            return True  # "Meeting of 9 March" heads the notes, and nothing in them
        if kind is not None:
            self._begin(kind, None)
            return True
        if colon and len(words.split()) <= 4:
            # "Tom:" with his things below it; of any other words nothing is known but that they head.
            self._holder, self._depth = words, depth
            return True
        return False

    def _begin(self, section: str, holder: str | None) -> None:
        self._section, self._holder, self._columns = section, holder, ()
        self._speaker, self._numbered, self._listed, self._lines = None, 0, False, 0

    def _plain(self, words: str) -> str:
        return reading.plain(_EMPHASIS.sub("", words), self._names).strip()


def _joined(rows: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The rows, numbered; what a mail program or an editor broke in two is one again."""
    rows = [reading.unescape(row)[:LONGEST_LINE].replace("\u00a0", " ").rstrip() for row in rows]
    wrapped = all(len(before) >= FULL_ROW for before, row in pairwise(rows) if _is_rest(before, row))
    held: tuple[int, str] | None = None
    for number, raw in enumerate(_with_cards(rows), 1):
        if held is not None and _goes_on(held[1], rows[number - 2], raw, wrapped=wrapped):
            held = held[0], f"{held[1]} {raw.strip()}"[:LONGEST_LINE]
            continue
        if held is not None:
            yield held
        held = number, raw
    if held is not None:
        yield held


def _with_cards(rows: Sequence[str]) -> list[str]:
    """What is told in lines of "What: …", "Who: …", "When: …" stands in the first of them."""
    found = list(rows)
    at = 0
    while at < len(found):
        columns: list[str] = []
        while at + len(columns) < len(found) and (column := _column_of(found[at + len(columns)])):
            if column in columns:
                break
            columns.append(column)
        if {"what", "who"} <= {*columns}:
            parts = found[at : at + len(columns)]
            blank = [""] * (len(columns) - 1)
            found[at : at + len(columns)] = [
                _CARD + _CARD.join(_BULLET.sub("", part) for part in parts),
                *blank,
            ]
        at += max(1, len(columns))
    return found


def _column_of(row: str) -> str | None:
    name, colon, value = _BULLET.sub("", row).partition(":")
    return _COLUMNS.get(folded(name)) if colon and value.strip() and len(name) <= 30 else None


def _goes_on(before: str, row: str, raw: str, *, wrapped: bool) -> bool:
    """A line that goes on with small letters: indented below a bullet, or where rows are broken when full."""
    if not raw.strip()[:1].islower() or _BULLET.match(raw) or "|" in raw or "\t" in raw:
        return False
    if not before.strip() or before.endswith((":", ".")):
        return False
    if _BULLET.match(before):
        return len(raw) - len(raw.lstrip()) > len(before) - len(before.lstrip())
    return wrapped and raw[:1].islower() and len(row) >= FULL_ROW


def _is_rest(before: str, row: str) -> bool:
    return row[:1].islower() and bool(before.strip()) and not _BULLET.match(before)


def _among(words: str) -> str | None:
    """What one word of a heading announces."""
    return next((kind for word in folded(words).split() if (kind := _HEADINGS.get(word))), None)


def _unquoted(rows: Sequence[str]) -> list[str]:
    """Where most lines begin with ">", that is how somebody marks them, and no quote."""
    said = [row for row in rows if row.strip()]
    marked = [row for row in said if row.lstrip().startswith((">", "&gt;"))]
    if 2 * len(marked) <= len(said):
        return list(rows)
    return [re.sub(r"^\s*(?:(?:>|&gt;)\s*)+", "- ", row) for row in rows]


def _boxed(text: str) -> tuple[bool | None, str]:
    found = _BOX.match(text)
    if found is None:
        return None, text
    ticked = bool(found["full"] or (found["mark"] or found["wiki"] or "").strip())
    return ticked, text[found.end() :]


def _labelled(text: str) -> tuple[str, str]:
    """What a line calls itself ("AI: …", "[Decision] …"), and the rest of it."""
    for pattern in (_LABELLED, _BRACKETED):
        found = pattern.match(text)
        kind = _LABELS.get(folded(found["label"])) if found else None
        if found and kind in (ACTION, DECISION, BLOCKER, RISK, ASSUMPTION, OPEN, PEOPLE, PASSED_OVER, TALK):
            return kind or "", found["rest"].strip()
    first = re.match(r"(?:AI|TODO|ACTION)\b[\s:(]*(?=[@A-Z\w])", text)
    return (ACTION, text[first.end() :].strip()) if first and first.end() < len(text) else ("", text)


def _cells(raw: str) -> list[str]:
    """The cells of a row: between bars, tabs, or wide gaps."""
    if raw.count("|") >= 1 and "<" not in raw:
        return [cell.strip() for cell in raw.strip().strip("|").split("|")]
    if "\t" in raw.strip():
        return [cell.strip() for cell in raw.strip().split("\t")]
    if not _BULLET.match(raw) and re.search(r"\S {3,}\S", raw):
        return [cell.strip() for cell in re.split(r" {2,}", raw.strip())]
    return [raw]
