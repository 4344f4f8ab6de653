"""Which item, or which person, does a word mean: for certain, or perhaps?"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from bot.domain.plan import Item, Person

MOST_OFFERED = 3
LONGEST_KEY = 60
# More of a text than this is never looked at: who means an item says so at the beginning.
LONGEST_TEXT = 4000

# Ordinary words that people also choose as keys. In a sentence they only count where they stand like a name:
# "load: …", "`load`", "for load", "load is blocked"; never in "we load the file".
_ORDINARY_WORDS = """
access account accounts action actions agreement alert alerts api apis app approval approvals apps archive
area assessment audit auth backfill backlog backup backups baseline batch bed beta board branch briefing
budget bug bugs build business call calls capacity case cases cash catalog change changes channel charter
check checklist checks claim claims clean cleanup client close closing code codes comms communication
communications compliance config configuration connect connection connectivity consent contact contacts
content contract contracts control copy core cost costs coverage credentials creds criteria customer
customers cut dashboard data database date dates day deal decision default defects delivery demo deploy
deployment design desk dev device devices docs document documentation documents domain downtime draft
drill dry edge edit email emails end endpoint endpoints enrol enroll envelope environment environments
errors escalation event events evidence exit export failover feature feed feedback feeds fees file files
final findings first fix fixes flag flags flow flows form forms freeze front full gap gaps gate gates go
goals group groups handoff handover hardening hardware health help helpdesk history home hook hooks host
hosting hosts hours identity ids impact import index infra infrastructure initial install integration
integrations interface interfaces inventory invoice issue issues job jobs keys kickoff labels labs launch
lead legal letter level license licenses limits link links list live load loads location lock log logging
login logs mail main maintenance manual map mapped mapping maps master match matching media meeting memo
message messages metrics migrate migration model models mon monitor monitoring move name names negative
network notice notices notification notifications number numbers office offices old onboarding open
operations ops order orders org owner owners pack page pages parallel parity part partner parts party
patch path pay payer payers payment payments peer peers pen people perf performance permissions phase
phone phones pilot plan planning plans policies policy pool portal post prep prepare price pricing print
printer printers privacy process prod product production profile program project proof provider providers
purge push quality questions queue queues quote ramp rate rates read readiness ready recon record records
recovery refresh region register registration rehearsal reject rejects release reminders remote replay
report reporting reports request requests requirements research reset resources response restore result
results retention retest retry review reviews risk risks role roles rollback rollout room rooms root
rotation route routes routing rules run runs sales sample sat schedule scope scopes scoring screen script
scripts sec second security seed server servers service services session set settings setup shadow share
shift sign signature signoff signs site sites sizing slot sms software source spec specs stable staff
staffing stage stages staging standard start state stats status step steps stop storage store stories
story strategy stress submit summary sun super supplier supplies support survey switch sync system systems
table tables task tasks team teams template templates tenant terms test testing tests text threat ticket
tickets time timeline token tokens tool tools topic traffic train training transfer transition transport
triage trial trust tuning unit units update updates upgrade upload usage use user users validate
validation vendor vendors verification version video views visit volume volumes wait walk warehouse
warranty website window windows word work workflow workflows workshop writing zone
"""
_ORDINARY = frozenset(_ORDINARY_WORDS.split())
# The same for words joined by a hyphen that are said of many things.
_ORDINARY_HYPHENATED = """
check-in cut-over day-1 end-to-end fall-back follow-up go-live hand-off hand-over kick-off log-in on-call
roll-back roll-out set-up sign-in sign-off stand-up walk-through wrap-up
"""
_ORDINARY_PHRASES = frozenset(tuple(phrase.split("-")) for phrase in _ORDINARY_HYPHENATED.split())
# Too plain to make a phrase of a title somebody's own.
_FILLER_WORDS = """
a all an and any are as at be both by each else every for from how if in incl is it its no not of off on
once one or other our out per so than that the their then this to two up us we when with within without your
"""
_FILLER = frozenset(_FILLER_WORDS.split())
_STATES = (
    "is|are|was|were|has|have|isn't|can't|cannot|can|will|won't|still|now|not|blocked|waiting|stuck|pending|needs|"
    "depends|remains|by|until|due|because|since"
)
_WORD = re.compile(r"[^\W_]+")
# Addresses are no prose: a key inside one names nothing.
_ADDRESS = re.compile(r"<[^<>\s|]{1,500}(?:\|[^<>]{0,200})?>|\b(?:https?|mailto|ftp)://?\S+|\S+@\S+")
# "vpn, firewall and sso": several at once, so none of them is the subject.
_LISTED = re.compile(r"\W*(?:(?:and|or|und|et|y|plus|the)\W+){0,3}", re.IGNORECASE)
_TRIM = " \t\r\n`'\"“”‘’«»*_~.,:;!?()[]{}<>"
_LEAD = re.compile(r"^(?:the|our|item|key|gate|step|#)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """`exact` leaves no doubt. `near` are guesses, best first: to be offered, never assumed."""

    exact: Item | None = None
    near: tuple[Item, ...] = ()
    more: int = 0  # how many that fit about as well are not among them


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """The same for somebody named in words instead of mentioned."""

    exact: Person | None = None
    near: tuple[Person, ...] = ()


def find(word: str, items: Sequence[Item]) -> Found:
    """The item a person typed: its key or title in any casing and spacing, else what it may have meant."""
    asked = _asked(word)
    if not asked:
        return Found()
    names = _names(items)
    for hits in (
        names.by_key.get(asked, []),
        names.by_letters.get(_letters(asked), []),
        names.by_title.get(asked, []),
    ):
        same_case = [i for i in hits if i.key == word.strip()]
        if len(same_case or hits) == 1:
            return Found(exact=(same_case or hits)[0])
        if hits:
            return _offered(hits)
    return _offered(_near(asked, names))


def nearly(text: str, items: Sequence[Item]) -> Found:
    """What the opening of a text perhaps means: `for firewal: …`, where no item is called so."""
    opening = re.match(r"for ([^:\n]{1,60}):\s", text)
    return find(opening[1], items) if opening else Found()


def leading(words: str, items: Sequence[Item]) -> tuple[Item | None, str]:
    """The item that the first words name for certain ("sso test evidence …"), and the words after it."""
    parts = [(m.group(), m.end()) for m in re.finditer(r"\S+", words[:LONGEST_TEXT])][:8]
    for count in range(len(parts), 0, -1):
        end = parts[count - 1][1]
        exact = find(words[:end], items).exact if end <= 200 else None
        if exact is not None:
            return exact, words[end:].lstrip(" \t:,;–—-").strip()
    return None, words.strip()


def mentioned(text: str, items: Sequence[Item]) -> Item | None:
    """The one item a sentence speaks of; None as soon as there is doubt."""
    text = _ADDRESS.sub(lambda m: " " * len(m.group()), text[:LONGEST_TEXT])
    names = _names(items)
    words = [(m.group().casefold(), m.start(), m.end()) for m in _WORD.finditer(text)]
    found = _keys_in(text, words, names)
    if not found:
        titled = _titles_in(words, names)
        return titled[0] if len(titled) == 1 else None
    first_at, first_end, first = found[0]
    whole = _whole_title_in(words, names)
    if whole is not None and whole[0] < first_at and whole[1] is not first:
        return whole[1]  # "the help desk articles on MFA" are no MFA
    others = [start for start, _, item in found if item is not first]
    if not others or (_is_subject(text, first_at) and not _LISTED.fullmatch(text[first_end : others[0]])):
        return first
    return None


def find_person(word: str, people: Iterable[Person]) -> FoundPerson:
    """Somebody named by key, Slack id, whole name, or a part of the name that only they have."""
    asked = _plain(word.strip(_TRIM + "@"))
    if not asked:
        return FoundPerson()
    everybody = list(people)
    for hits in (
        [p for p in everybody if asked in (p.key.casefold(), (p.slack or "").casefold(), _plain(p.name))],
        [p for p in everybody if asked in _plain(p.name).split()],
    ):
        if len(hits) == 1:
            return FoundPerson(exact=hits[0])
        if hits:
            return FoundPerson(near=tuple(hits[:MOST_OFFERED]))
    near = [
        person
        for person in everybody
        for names in [[*_plain(person.name).split(), person.key.casefold()]]
        if any(name.startswith(asked) or _misspelt(asked, name) for name in names)
    ]
    return FoundPerson(near=tuple(near[:MOST_OFFERED]))


class _Names:
    """What items are called, prepared once for a tuple of items."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.items = items
        self.by_key: dict[str, list[Item]] = {}
        self.by_letters: dict[str, list[Item]] = {}
        self.by_title: dict[str, list[Item]] = {}
        self.spoken: dict[str, list[tuple[tuple[str, ...], Item]]] = {}
        self.titles: list[tuple[str, ...]] = []
        self.with_word: dict[str, list[int]] = {}
        for at, item in enumerate(items):
            self.by_key.setdefault(_plain(item.key), []).append(item)
            self.by_letters.setdefault(_letters(item.key), []).append(item)
            self.by_title.setdefault(_plain(item.title), []).append(item)
            spoken = tuple(w.casefold() for w in _WORD.findall(item.key))
            if spoken:
                self.spoken.setdefault(spoken[0], []).append((spoken, item))
            title = tuple(_WORD.findall(_plain(item.title)))
            self.titles.append(title)
            for word in dict.fromkeys(title):
                self.with_word.setdefault(word, []).append(at)
        for forms in self.spoken.values():
            forms.sort(key=lambda form: -len(form[0]))


_kept: OrderedDict[int, _Names] = OrderedDict()
_keeping = threading.Lock()


def _names(items: Sequence[Item]) -> _Names:
    """A plan's tuple of items never changes, so what was prepared for this very tuple still holds."""
    if not isinstance(items, tuple):
        return _Names(items)
    with _keeping:
        known = _kept.get(id(items))
        if known is not None and known.items is items:
            _kept.move_to_end(id(items))
            return known
    fresh = _Names(items)
    with _keeping:
        _kept[id(items)] = fresh  # holds the tuple too, so that its id cannot come to mean another
        while len(_kept) > 16:
            _kept.popitem(last=False)
    return fresh


def _asked(word: str) -> str:
    word = _plain(word[: LONGEST_KEY * 4]).strip(_TRIM)
    return _LEAD.sub("", word).strip(_TRIM)


def _plain(text: str) -> str:
    """Letters without case and accents, white space made one blank."""
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(text.casefold().split())


def _letters(text: str) -> str:
    return "".join(_WORD.findall(_plain(text)))


def _offered(items: Sequence[Item]) -> Found:
    return Found(near=tuple(items[:MOST_OFFERED]), more=max(0, len(items) - MOST_OFFERED))


def _near(asked: str, names: _Names) -> tuple[Item, ...]:
    """Shortenings, words of the title, then misspellings; only those about as good as the best."""
    letters = _letters(asked)
    if not letters or len(asked) > LONGEST_KEY * 2:
        return ()
    scores: dict[str, tuple[float, Item]] = {}

    def offer(items: Iterable[Item], score: float) -> None:
        for item in items:
            if score > scores.get(item.key, (0.0, item))[0]:
                scores[item.key] = (score, item)

    for key, items in names.by_letters.items():
        if key.startswith(letters):
            offer(items, 95 - 0.1 * (len(key) - len(letters)))
    for spoken in names.spoken.values():
        for parts, item in spoken:
            if letters in parts and letters not in _FILLER:
                offer([item], 88)
            elif _cut_short(letters, parts):
                offer([item], 87)
    offer(_titled(asked, names), 86)
    alike = process.extract(
        letters, list(names.by_letters), scorer=OSA.normalized_similarity, limit=6, score_cutoff=0.6
    )
    for key, similarity, _ in alike:
        if _misspelt(letters, key):
            offer(names.by_letters[key], 90 * similarity + 5)
    if not scores and len(letters) >= 5:
        offer(_titled_roughly(asked, names), 60)
    best = sorted(scores.values(), key=lambda s: (-s[0], s[1].key))
    return tuple(item for score, item in best if score >= best[0][0] - 12)


def _cut_short(letters: str, parts: Sequence[str]) -> bool:
    """Is this the beginnings of a key's parts, two letters of each at least: "dev-net" for `device-net`?"""
    if len(parts) < 2:
        return False
    ends = {0}
    for part in parts:
        shared = {at + n for at in ends for n in range(2, len(part) + 1) if letters[at : at + n] == part[:n]}
        ends = {at for at in shared if at <= len(letters)}
    return len(letters) in ends


def _misspelt(asked: str, meant: str) -> bool:
    """One slip in a short word, two in a long one."""
    if min(len(asked), len(meant)) < 3:
        return False
    slips = 1 if min(len(asked), len(meant)) < 7 else 2
    return OSA.distance(asked, meant, score_cutoff=slips) <= slips


def _titled(asked: str, names: _Names) -> list[Item]:
    """Items whose title has every word asked for (or begins it)."""
    words = [w for w in _WORD.findall(asked) if w not in _FILLER]
    if not words or sum(len(w) for w in words) < 3:
        return []
    held: set[int] | None = None
    for word in words[:8]:
        with_it = set(names.with_word.get(word, ()))
        if len(word) >= 4:
            with_it.update(at for w, ats in names.with_word.items() if w.startswith(word) for at in ats)
        held = with_it if held is None else held & with_it
    return [names.items[at] for at in sorted(held or ())[: MOST_OFFERED * 2]]


def _titled_roughly(asked: str, names: _Names) -> list[Item]:
    titles = list(names.by_title)
    alike = process.extract(asked, titles, scorer=fuzz.WRatio, limit=MOST_OFFERED, score_cutoff=84)
    return [item for title, _, _ in alike for item in names.by_title[title]]


def _keys_in(text: str, words: list[tuple[str, int, int]], names: _Names) -> list[tuple[int, int, Item]]:
    """Every key that stands in the text as a whole word, the longest at each place, in order."""
    found: list[tuple[int, int, Item]] = []
    at = 0
    while at < len(words):
        form = next((f for f in names.spoken.get(words[at][0], ()) if _stands(text, words, at, f[0])), None)
        if form is not None:
            parts, item = form
            start, end = words[at][1], words[at + len(parts) - 1][2]
            if not _is_ordinary(parts, item, text[start:end], text) or _stands_like_a_name(text, start, end):
                found.append((start, end, item))
            at += len(parts)
        else:
            at += 1
    return found


def _stands(text: str, words: list[tuple[str, int, int]], at: int, parts: tuple[str, ...]) -> bool:
    """Is this key spoken here, whole, and not as part of a longer name such as `vpn-gateway`?"""
    if [w for w, _, _ in words[at : at + len(parts)]] != list(parts):
        return False
    ends = words[at : at + len(parts)]
    for (_, _, left), (_, right, _) in pairwise(ends):
        if text[left:right] not in ("-", " ", "_", ".", "/"):
            return False
    before, after = text[: ends[0][1]], text[ends[-1][2] : ends[-1][2] + 2]
    if before and before[-1] in "-_/.@\\":
        return False
    return not (after[:1] in ("-", "_", "/", ".", "@", "\\") and after[1:2].isalnum())


def _is_ordinary(parts: tuple[str, ...], item: Item, spoken: str, text: str) -> bool:
    """Would people say this without meaning the item? Not when they write it in capitals on purpose."""
    if spoken.isupper() and len(spoken) > 1 and not text.isupper():
        return False
    if len(parts) > 1:
        return parts in _ORDINARY_PHRASES
    word = parts[0]
    if word in _ORDINARY or word in _FILLER or len(word) < 3 or word.isdigit():
        return not (word.upper() in item.title and word not in _ORDINARY and len(word) > 1)
    return False


def _stands_like_a_name(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 24) : start], text[end : end + 16]
    if before[-1:] in ("`", "[", "#") or (before[-1:] in ("'", '"', "“") and after[:1] in ("'", '"', "”")):
        return True
    first = not text[:start].strip(" *_\t") or before.rstrip(" *_").endswith((":", "\n"))
    if first and not after.strip(" *_.!"):
        return True
    if first and re.match(rf"\*?\s*(?::|[-–—]\s|(?:{_STATES})\b)", after, re.IGNORECASE):
        return True
    if not re.search(r"\b(?:for|on|item|key|gate|step)\s+(?:the\s+)?[*_]?$", before, re.IGNORECASE):
        return False
    ends = rf"[*_]?\s*(?:$|[.,:;!?)\n]|[-–—]\s|(?:{_STATES})\b)"
    return re.match(ends, after, re.IGNORECASE) is not None


def _is_subject(text: str, at: int) -> bool:
    """Does this place open the sentence, or come directly after the colon of "blocker: …"?"""
    before = re.sub(r"(?:\b(?:the|our)\s+)?[\s*_`\[]*$", "", text[:at], flags=re.IGNORECASE)
    return not before or (before.endswith((":", "🚧")) and ":" not in before[:-1])


def _titles_in(words: list[tuple[str, int, int]], names: _Names) -> list[Item]:
    """Items of which the text has a phrase that no other title has."""
    found: dict[int, None] = {}
    said = [w for w, _, _ in words[:400]]
    for at in range(len(said) - 1):
        if said[at] in _FILLER:
            continue
        left, right = names.with_word.get(said[at], []), names.with_word.get(said[at + 1], [])
        shorter = left if len(left) < len(right) else right
        if len(shorter) > 50:
            continue  # words of so many titles point at none of them
        owners = {i: n for i in shorter if (n := _shared_run(said, at, names.titles[i])) >= 2}
        longest = max(owners.values(), default=0)
        best = [i for i, n in owners.items() if n == longest]
        if len(best) == 1 and _is_telling(said[at : at + longest], names.titles[best[0]]):
            found[best[0]] = None
    return [names.items[i] for i in found]


def _whole_title_in(words: list[tuple[str, int, int]], names: _Names) -> tuple[int, Item] | None:
    """Where an item's title, of two words or more, is said from beginning to end, and which item's."""
    said = [w for w, _, _ in words[:400]]
    for at, word in enumerate(said):
        for i in names.with_word.get(word, ()):
            title = names.titles[i]
            if len(title) > 1 and title[0] == word and said[at : at + len(title)] == list(title):
                return words[at][1], names.items[i]
    return None


def _shared_run(said: list[str], at: int, title: tuple[str, ...]) -> int:
    """How many words from here on also follow each other in the title."""
    best = 0
    for start, word in enumerate(title):
        run = 0
        while (
            word == said[at]
            and start + run < len(title)
            and at + run < len(said)
            and title[start + run] == said[at + run]
        ):
            run += 1
        best = max(best, run)
    return best


def _is_telling(phrase: list[str], title: tuple[str, ...]) -> bool:
    """Three words that mean something, or two that are at least half of the title."""
    told = [w for w in phrase if w not in _FILLER]
    return len(told) >= 3 or (len(told) == 2 and 2 * len(told) >= len([w for w in title if w not in _FILLER]))
