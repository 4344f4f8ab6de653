"""Which of an asker's words fill which slot?"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.domain.questions.asked import ASKER, Slots
from bot.domain.questions.cues import cue_words
from bot.domain.questions.names import (
    ITEM,
    NOTHING,
    PARTY,
    PERSON,
    PROJECT,
    UNKNOWN,
    Names,
    is_work,
    kind,
    like_a_name,
)
from bot.domain.questions.windows import LONG, WHEN
from bot.domain.questions.words import GOLIVE, Said, Word, languages

Span = tuple[int, int]


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_ARTICLES = _set(
    """
    from us uns nous the a an our your their this that these those his her its my some any all of about on
    with for currently still already actually now even really again yet only just el la los las lo un una
    del de al le les l du des d der die das den dem ein eine einen vom zum zur beim nuestro nuestra notre
    unser unsere unseren
    """
)
# What trails behind a slot and is no part of it.
_BEHIND = _set(
    """
    please thanks now right yet again currently still already today exactly anyway btw then so too also
    either atm asap though really actually ever here there lately golive by on at for to in with of from and
    or but is are was were be been the a our just only me us as well if when even off whatsoever everyone
    everybody get got being gone not finally do does did going doing looking thats that it all ok okay
    moment days these far out come last auf zuruck sooner earlier later date dates deadline ahora mismo
    todavia ya actuellement maintenant encore deja svp jetzt noch gerade
    denn eigentlich bitte schon zuletzt por favor stp blockiert offen fertig erledigt bloqueado bloqueada
    """
)
_GERMAN_ARTICLES = _set("der die das den dem des beim vom zum zur im am eine einen ein")
_SORTS = _set(
    """
    due gate item task step work blocker blockers issue card ticket waiver status date dates owner deadline
    fecha datum termin
    """
)
# A slot that begins with one of these has swallowed a clause.
_CLAUSE = _set(
    """
    we i you they he she is are was were do does did has have had can could will would should who what which
    when where why how ya esta estan sind ist hat wer est sont anyone anybody someone somebody if whether
    """
)
_NEVER_NAMES = _set("not who what how when where why which is are")
_POINTS_BACK = _set("it that this they them those these")
_NEXT_CLAUSE = re.compile(
    r" (?:et|und|y) (?:quand|qui|pourquoi|wann|wer|warum|cuando|quien)(?= |$)|"
    r" (?:and|or|but|so|because|as|since|while|plus|then) (?:golive|go|still|then|"
    r"launch|save|win|who|what|when|where|why|how|is|are|"
    r"which|does|do|did|has|"
    r"have|can|will|we|i|it|whose|if|the rest|they|nobody|no)(?= |$)| (?:that|which|who|because|if|"
    r"when|before|after|until|"
    r"unless|while|whether|so|now that|given|since|but) .*| and not .*| (?:is|are|was|were|gets|"
    r"has been|have been) .*|"
    r" from [^ ]+ing.*| \(.*"
)
_SAYS_ITEM = _set("gate item task step")
_JOINS = _set("on for of about with called behind del de du der des von vom")
_PLACES = _set("for at in on within of with at para en de del pour a chez fur bei im von")
_WITHIN_NAMES = _set("of the and de la del st")
# Where a small word with no other looks is a project's.
_SURE_PLACES = _set("for at on in")
_OF_ITEMS = _set("owner_of status_of history_of whatif help out_of_scope")
_ASKED_OF_PEOPLE = _set("items_of overdue due_window unverified blockers")
_MARKS = frozenset([WHEN, LONG, GOLIVE])
_PROJECT_WORDS = frozenset(
    [
        GOLIVE,
        "project",
        "rollout",
        "launch",
        "implementation",
        "cutover",
        "team",
        "site",
        "plan",
        "portal",
        "program",
    ]
)
_WHOLE = frozenset([GOLIVE, "plan", "project", "rollout", "implementation", "portal", "program"])
# Behind a name that is written large these speak of a project too: "which Halden items".
_OF_PROJECTS = _set("items gates tasks blockers deadlines assumptions risks checklist steps dates")
_SAINTS = _set("st saint ste san santa")
_LEADS_TO_PROJECT = _set("the before until till for our to at next")
_VERBS = _set("can could may will to be is are ready able go")
_BEFORE_NAMES = _set("is are will can how does")
_PROJECT_NOUNS = _set(
    """
    status blockers overdue gates forecast readiness rag assumptions risks changes deadlines golive
    checklist critical date target update health items unowned news open remaining green red ready late todo
    due
    """
)
_OWNED = _set(
    "list items tasks plate stuff work gates todo todos queue open late overdue workload things backlog"
)
_LATE = _set("late overdue behind past-due missed")
_LEAD = re.compile(r"^(?:the (?=next|last|past|coming|previous|following|current)|for )", re.IGNORECASE)
# A what-if says on which day, whatever word leads to it.
_OF_A_WHATIF = re.compile(r"^(?:the |for |by |till? |until |on )+(?=\S)", re.IGNORECASE)
_CHATTER = re.compile(
    r"(?:[|,-]|hey|hi|hello|hiya|yo|howdy|ok|okay|so|and|um|uh|hmm|well|also|oh|btw|sorry|morning|"
    r"good morning|"
    r"good afternoon|afternoon|quick (?:one|question|q|check)|one (?:more )?question|question|dumb question|"
    r"stupid question|just (?:checking|wondering(?! if| whether)|curious)|please|(?:golive|bot)(?= [|"
    r",]| (?:who|what|"
    r"when|where|why|how|is|are|any|which|show|list))|team|all|folks|guys|everyone|there|"
    r"(?:thanks|thank you)(?! (?:so|a|very|for|again|that|all|everyone|guys))|"
    r"can you (?:please )?(?:tell|show|remind|give) (?:me|us)(?! if| whether)|"
    r"could you (?:please )?"
    r"(?:tell|show|remind|give) (?:me|us)(?! if| whether)|would you (?:please )?(?:tell|show) (?:me|us)|"
    r"would you say(?: that)?|do you (?:happen to )?know(?! if| whether)|"
    r"do we know(?! if| whether)|any idea(?! if| whether)|any ideas(?! if| whether)|remind me|"
    r"tell me(?! if| whether)|i want to know|i would like to know|i need to know|"
    r"i was wondering(?! if| whether)|i wonder(?! if| whether)|wondering|need to know|"
    r"let me know(?! if| whether)|curious(?! if| whether)|not sure(?! if| whether)|before the call|"
    r"anyone know|does anyone know|does anybody know|hola|bonjour|salut|hallo|moin|guten (?:morgen|tag)|"
    r"buenos dias|buenas|oye|bitte|s il vous plait|stp|svp|por favor|dime|dis moi|sag mal|"
    r"kannst du mir sagen|"
    r"kurze frage|actually|now|but|then)(?= |$) ?"
)

# In "my nurses want to know, is the training done" others ask; what they ask is what counts.
_FOR_SOMEBODY = re.compile(
    r"(?:(?!what |who |which |when |where |why |how |is |are |does |do |did |if )[^ |]+ ){1,6}?"
    r"(?:(?:wants?|needs?|would like|likes?|would love|tried|trying|keeps? asking|asked me) "
    r"to (?:know|hear|understand|find out)|"
    r"(?:is|are|was|were|keeps?|been) (?:asking|wondering)(?: me| us)?|(?:just )?asked(?: me| us)?)"
    r"(?: [,|-]| whether| if| that)*(?= (?:who|whose|what|which|when|where|why|how|is|are|do|does|did|"
    r"has|have|will|can|could|any|anything|we|the|was|were) )(?: |$)"
)


def trimmed(said: Said, first: int, end: int) -> tuple[int, int]:
    """The words of a slot without what leads to it and what trails behind it."""
    phrase = said.part(first, end)
    if phrase.plain in ASKER:
        return first, end
    if cut := _NEXT_CLAUSE.search(phrase.plain):
        end = first + phrase.span(0, cut.start())[1]
    for n in range(first, end):
        if said.words[n].plain in (WHEN, LONG, "|", ","):
            end = n
            break
    first += _general(said.words[first:end])
    while first < end and (said.words[first].plain in _ARTICLES and not _is_large(said, first)):
        first += 1
    while first < end and (said.words[end - 1].plain in _BEHIND | {"'s"} and not _is_large(said, end - 1)):
        end -= 1
    if end - first > 1 and said.words[end - 1].plain in _SAYS_ITEM:
        end -= 1
    return first, end


def is_clause(said: Said, span: Span) -> bool:
    """Have these words a verb where a name should begin?"""
    first, end = span
    plain_words = [word.plain for word in said.words[first:end]]
    if len(plain_words) == 1:
        return plain_words[0] in _NEVER_NAMES
    return bool(plain_words) and plain_words[0] in _CLAUSE | {"not"}


def is_ordinary(said: Said, span: Span) -> bool:
    """Are these words of the cues, and so no name?"""
    return all(word.plain in cue_words() for word in said.words[slice(*span)])


def fronted(said: Said, before: int, known: Names) -> Span | None:
    """In "webhook retries - whose is that?", what "that" stands for."""
    if not any(word.plain in _POINTS_BACK for word in said.words):
        return None
    mark = next((n for n, w in enumerate(said.words) if w.plain in ("|", ",", "-")), 0)
    span = trimmed(said, 0, mark)
    first, end = span
    if not 0 < end - first <= 6 or said.span(before, before + 1)[0] < mark or is_clause(said, span):
        return None
    return None if kind(said.written(first, end), known) == NOTHING else span


def mention(said: Said, looks: str, known: Names) -> Span | None:
    """The first words that by themselves look so, with the plain words that belong to them."""
    for n, word in enumerate(said.words):
        if not is_plain(word) or kind(said.written(n, n + 1), known) != looks:
            continue
        if n and said.words[n - 1].plain in _SAINTS:
            continue
        first, end = n, n + 1
        while looks == PERSON and end < len(said.words) and _goes_on(said, end):
            end += 1
        while looks == ITEM and first > 0 and is_plain(said.words[first - 1]):
            first -= 1
        while looks == ITEM and end < len(said.words) and is_plain(said.words[end]):
            end += 1
        return first, end
    return None


def _goes_on(said: Said, n: int) -> bool:
    """Is this word, too, of the name before it?"""
    return is_plain(said.words[n]) and _is_large_word(said, said.words[n])


def is_plain(word: Word) -> bool:
    """A word that no cue and no grammar speaks for."""
    if is_work([word.plain]):
        return True
    said_of_much = (_ARTICLES, _BEHIND, _CLAUSE, cue_words())
    return word.plain[:1].isalnum() and not any(word.plain in words for words in (_MARKS, *said_of_much))


def speaks_of_project(said: Said, span: Span) -> Span | None:
    """In "the Halden plan", the words before a word for the whole; none of them in "the go-live plan"."""
    first, end = span
    rest = end
    while rest > first and said.words[rest - 1].plain in _WHOLE:
        rest -= 1
    return None if rest == end else (first, rest)


def behind_article(said: Said, first: int) -> bool:
    """German nouns are written large; names have no article."""
    return first > 0 and said.words[first - 1].plain in _GERMAN_ARTICLES


def _general(words: tuple[Word, ...]) -> int:
    """How many words at the beginning only say that it is an item: "the gate on 835"."""
    at = next((n for n, word in enumerate(words) if word.plain not in _ARTICLES), 0)
    led = at
    while led < len(words) and words[led].plain in _SORTS:
        led += 1
    joined = at < led < len(words) - 1 and words[led].plain in _JOINS
    return led + 1 if joined else 0


def _is_large(said: Said, n: int) -> bool:
    """Written in capitals on purpose: "IT", "ON"."""
    word = said.words[n]
    written = said.text[word.start : word.end]
    return len(written) > 1 and written.isupper() and not said.text.isupper()


def place_in(said: Said, first: int, end: int, known: Names) -> int | None:
    """In "SSO at Mercy", the word that leads to the project."""
    for n in range(first + 1, end - 1):
        if said.words[n].plain in _PLACES:
            start, stop = trimmed(said, n + 1, end)
            named = said.words[n].plain == "at" and _named(said, start, stop)
            if 0 < stop - start <= 3 and (named or kind(said.written(start, stop), known) == PROJECT):
                return n
    return None


def filled(intent: str, spans: dict[str, Span], said: Said, known: Names) -> Slots:
    """The asker's words for every slot: those that a cue caught, and those that stand elsewhere."""
    spans = dict(spans)
    if "project" not in spans and (project := _project(intent, spans, said, known)):
        spans["project"] = project
    if "project" in spans:
        spans["project"] = _with_its_s(said, spans["project"])
    if "owner" not in spans and intent in _ASKED_OF_PEOPLE and (owner := _somebody(spans, said, known)):
        spans["owner"] = owner
    words = {slot: said.written(*span) or None for slot, span in spans.items()}
    if (words.get("owner") or "").casefold() in ASKER:
        words["owner"] = "me"
    return Slots(words.get("project"), words.get("owner"), words.get("item"), _window(intent, said))


def with_person_away(slots: Slots, spans: dict[str, Span], said: Said, known: Names) -> Slots:
    """In "what if Lena is away", the one it is about is a person and no item."""
    if kind(said.written(*spans["item"]), known) in (PERSON, PARTY):
        return replace(slots, owner=slots.item, item=None)
    return slots


def _window(intent: str, said: Said) -> str | None:
    if intent == "items_of" and any(word.plain in _LATE for word in said.words):
        return "overdue"
    kinds = (LONG, WHEN) if intent == "whatif" else (WHEN,)
    for wanted in kinds:
        if words := [w for w in said.words if w.plain == wanted]:
            lead = _OF_A_WHATIF if intent == "whatif" else _LEAD
            return lead.sub("", said.text[words[0].start : words[0].end])
    return None


def _project(intent: str, spans: dict[str, Span], said: Said, known: Names) -> Span | None:
    taken = {n for span in spans.values() for n in range(*span)}
    return (
        _known_project(taken, said, known)
        or _before_golive(taken, said, known)
        or _placed(intent, taken, spans, said, known)
        or _first(taken, said, known)
        or _last(intent, taken, said, known)
    )


def _known_project(taken: set[int], said: Said, known: Names) -> Span | None:
    for name in sorted(known.projects, key=len, reverse=True):
        if m := re.search(rf"(?<!\S){re.escape(name)}(?!\S)", said.plain):
            span = said.span(m.start(), m.end())
            if not taken.intersection(range(*span)):
                return span
    return None


def _before_golive(taken: set[int], said: Said, known: Names) -> Span | None:
    """In "the Mercy go-live", the words before go-live."""
    for n, word in enumerate(said.words):
        if n == 0 or word.plain not in _PROJECT_WORDS | _OF_PROJECTS:
            continue
        n = (
            n
            if word.plain in _OF_PROJECTS
            else next((m for m in range(n, 0, -1) if said.words[m - 1].plain not in _VERBS), n)
        )
        for first in (n - 2, n - 1):
            if first < 0 or taken.intersection(range(first, n)):
                continue
            start, end = trimmed(said, first, n)
            looks = kind(said.written(start, end), known)
            if end < n:
                continue
            led = start > 0 and said.words[start - 1].plain in _LEADS_TO_PROJECT
            if word.plain in _OF_PROJECTS and is_ordinary(said, (start, end)):
                continue
            if start == first and (
                looks == PROJECT
                or (looks == UNKNOWN and led and word.plain == GOLIVE and _named(said, start, end))
            ):
                return start, end
    return None


def _placed(intent: str, taken: set[int], spans: dict[str, Span], said: Said, known: Names) -> Span | None:
    """In "remaining gates for Mercy", the words behind "for", unless they look like something else."""
    for n, word in reversed(list(enumerate(said.words[:-1]))):
        if word.plain not in _PLACES or n in taken:
            continue
        stop = next((m for m in range(n + 1, len(said.words)) if _ends_name(said.words[m])), len(said.words))
        start, end = trimmed(said, n + 1, stop)
        end = _while_large(said, start, end)
        if not 0 < end - start <= 3 or taken.intersection(range(start, end)):
            continue
        looks = kind(said.written(start, end), known)
        sure = word.plain in _SURE_PLACES and start == n + 1 and intent not in _OF_ITEMS
        if looks == PROJECT or (looks == UNKNOWN and sure and _named(said, start, end)):
            return start, end
    return None


def _while_large(said: Said, first: int, end: int) -> int:
    """Where a name that is written large ends: in "at Halden nobody owns", behind the first word."""
    if first >= end or said.text.isupper() or not _is_large_word(said, said.words[first]):
        return end
    large = (
        _is_large_word(said, said.words[n]) or said.words[n].plain in _WITHIN_NAMES for n in range(first, end)
    )
    end = next((first + n for n, is_large in enumerate(large) if not is_large), end)
    return end - 1 if said.words[end - 1].plain in _WITHIN_NAMES else end


def _with_its_s(said: Said, span: Span) -> Span:
    """ "St. Anne's" is a whole name; so is any name with an "'s" that nothing follows which it could own."""
    first, end = span
    if end >= len(said.words) or said.words[end].plain != "'s":
        return span
    rest = said.words[end + 1 :]
    alone = not rest or rest[0].plain in (WHEN, "|", ",", "-") or rest[0].plain in _PLACES
    return (first, end + 1) if alone or said.words[first].plain in _SAINTS else span


def _named(said: Said, first: int, end: int) -> bool:
    """Are these words, though written small, perhaps a name?"""
    plain_words = [word.plain for word in said.words[first:end]]
    if any(word in (WHEN, LONG) for word in plain_words) or not languages(said.plain) <= {"en"}:
        return False
    return like_a_name(" ".join(plain_words), cue_words())


def _last(intent: str, taken: set[int], said: Said, known: Names) -> Span | None:
    """In "go-live checklist Acme", the name that closes the question."""
    end = len(said.words)
    while end and said.words[end - 1].plain in _BEHIND | {"|"}:
        end -= 1
    if end < 2 or end - 1 in taken or intent in _OF_ITEMS or behind_article(said, end - 1):
        return None
    if "de" in languages(said.plain) or said.words[end - 1].plain in (WHEN, LONG):
        return None
    named = _named(said, end - 1, end) and said.words[end - 2].plain not in _ARTICLES
    return (end - 1, end) if named or kind(said.written(end - 1, end), known) == PROJECT else None


def _first(taken: set[int], said: Said, known: Names) -> Span | None:
    """In "Mercy: what is late?" and "Mercy's overdue items", the name that opens the question."""
    for size in (2, 1):
        if len(said.words) <= size or said.words[0].plain in _ARTICLES or taken.intersection(range(size)):
            continue
        named = kind(said.written(0, size), known) == PROJECT or _named(said, 0, size)
        if named and _is_named(said, size):
            return 0, size
    for n, word in enumerate(said.words):
        follows = said.words[n - 1].plain if n else ""
        if (
            n not in taken
            and word.plain not in (WHEN, LONG)
            and follows in _BEFORE_NAMES
            and _is_large_word(said, word)
            and kind(said.written(n, n + 1), known) == PROJECT
        ):
            return n, n + 1
    return None


def _is_named(said: Said, size: int) -> bool:
    """Is this opening a name, and not just a first word written large?"""
    following = said.words[size].plain
    return following in ("|", "'s", ",", "-") or (size == 1 and following in _PROJECT_NOUNS)


def _somebody(spans: dict[str, Span], said: Said, known: Names) -> Span | None:
    """In "anything overdue for Priya?", the person."""
    taken = {n for span in spans.values() for n in range(*span)}
    for n, word in enumerate(said.words[:-1]):
        if word.plain in ("for", "of", "by", "from", "with", "on") and not taken.intersection((n, n + 1)):
            stop = next(
                (m for m in range(n + 1, len(said.words)) if _ends_name(said.words[m])), len(said.words)
            )
            start, end = trimmed(said, n + 1, min(stop, n + 4))
            if start < end and kind(said.written(start, end), known) == PERSON:
                return start, end
    return None


def _ends_name(word: Word) -> bool:
    return word.plain in (WHEN, LONG, "|", ",", "-", "'s") or word.plain in _PLACES or word.plain == GOLIVE


def _is_large_word(said: Said, word: Word) -> bool:
    return said.text[word.start : word.start + 1].isupper()


def with_possessives(said: Said, known: Names) -> Said:
    """The same with "toms list" read as "tom's list"."""
    words: list[Word] = []
    for n, word in enumerate(said.words):
        name = word.plain[:-1]
        follows = said.words[n + 1].plain if n + 1 < len(said.words) else ""
        if word.plain.endswith("s") and follows in _OWNED and kind(name, known) == PERSON and len(name) > 2:
            words += [Word(name, word.start, word.end - 1), Word("'s", word.end - 1, word.end)]
        else:
            words.append(word)
    return Said(said.text, words)


def without_chatter(said: Said) -> Said:
    """The same without greetings, politeness and who wants to know, unless nothing else is said."""
    first = said.span(0, m.end())[1] if (m := _FOR_SOMEBODY.match(said.plain)) else 0
    while first < len(said.words) and (m := _CHATTER.match(said.part(first, len(said.words)).plain)):
        first += said.part(first, len(said.words)).span(0, m.end())[1]
    rest = said.part(first, len(said.words))
    return rest if any(word.plain not in ("|", ",", "-") for word in rest.words) else said
