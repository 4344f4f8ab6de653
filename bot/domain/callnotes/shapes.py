"""Who is to do what, in the ways people write that down in notes?"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.domain.callnotes.which import is_verb
from bot.domain.callnotes.whose import People, Somebody

_NAME = r"@?(?:(?:Dr|Mr|Mrs|Ms|Prof|Sr|Sra|Mme)\.?\s+)?(?:[^\W\d_]\.(?=\s)|[^\W\d_](?:[\w'’-]|\.(?=\w))*)"
# "Tom to send", "Ana will", "Tom/Ben need to", "Mercy IT has to"
_WILL = (
    r"(?:to|will|shall|must|should|needs? to|has to|have to|is going to|are going to|is to|are to|"
    r"(?:\w+ly )?(?:agreed|offered|promised|volunteered|committed) to|can|takes on|takes over|va a|"
    r"debe|tiene que|"
    r"se encarga de|va|doit|se charge d[eu]|s['’]occupe d[eu]|soll|wird|muss|[uü]bernimmt|k[uü]mmert sich um)"
)
_AND = r"(?:\s+|\s*[/&+]\s*|\s*,\s*|\s+and\s+)(?:\([^)]*\)\s*)?"
_DOER = re.compile(
    rf"^(?P<who>{_NAME}(?:{_AND}{_NAME}){{0,4}}?)(?:['’]ll|\s+(?P<will>{_WILL}))\s+(?P<what>\S.*)$",
    re.IGNORECASE,
)
_OWNS = re.compile(
    rf"^(?P<who>{_NAME}(?:\s+{_NAME}){{0,3}}?)\s+"
    r"(?:owns|takes|is taking|has|drives|leads|picks up|is on(?!\s+(?:\w+\s+)?(?:holidays?|leave|"
    r"vacation|pto|call|mute|site|duty|track|board|hold|time|it|top)\b)|"
    r"is owner of)\s+(?P<what>\S.*)$",
    re.IGNORECASE,
)
_FIRST = re.compile(
    rf"^[\[(]?(?P<who>{_NAME}(?:\s*[/&+]\s*{_NAME}|\s+{_NAME}){{0,3}}?)\.?[\])]?\s*"
    r"(?::|\s[-–—]+\s|–|—|=>|->|→|\))\s*(?P<what>\S.*)$"
)
_IN_BRACKETS = re.compile(r"^[\[(](?P<who>[^\[\]()]{2,60})[\])]\s*[:–-]?\s*(?P<what>\S.*)$")
_MENTION_FIRST = re.compile(rf"^(?P<who>@{_NAME}(?:\s+[^\W\d_][\w.'’-]*)?)\s+(?P<what>\S.*)$")
_OWNER = re.compile(
    r"^(?P<what>.*\S)\s*[,;(\[-]?\s*\b(?:owner|owned by|assignee|assigned to|resp(?:onsible)?|dri|"
    r"verantwortlich|responsable)\s*[:=]?\s*(?P<who>@?[^,;()\[\]]{2,60}?)[)\]]?(?P<rest>(?:[,;].*)?)$",
    re.IGNORECASE,
)
_LAST = (
    re.compile(
        r"^(?P<what>.*\S)\s*[(\[](?P<who>@?[^()\[\];]{2,60})[)\]]"
        r"(?P<rest>(?:\s+[^()]{0,60}\(?https?://\S+)?)\W*$"
    ),
    re.compile(r"^(?P<what>.*\S)\s*[(\[](?P<who>@?[^()\[\],;]{2,60})(?:[)\],;](?P<rest>.*))?$"),
    re.compile(r"^(?P<what>.*\S)\s*(?:->|=>|→|\|)\s*(?P<who>@?[^,;|()]{2,60}?)\s*(?P<rest>(?:[,;|].*)?)$"),
    re.compile(r"^(?P<what>.*\S)\s+[-–—]+\s*(?P<who>@?[^,;|()–—-]{2,60}?)\s*(?P<rest>(?:[-–—,;|].*)?)$"),
    re.compile(rf"^(?P<what>.*\S)\s+(?P<who>@{_NAME}(?:\s+[^\W\d_][\w.'’-]*)?)\s*(?P<rest>)$"),
    re.compile(r"^(?P<what>.*\S)[,:]\s*(?P<who>[^,;:()]{2,40})(?P<rest>)$"),
)
# "Dock 7 is dead, Jonas on it"
_ON_IT = re.compile(
    rf"^(?P<what>.*\S)(?:[,;.–—]|\s-)\s*(?P<who>{_NAME}(?:\s+{_NAME}){{0,2}}?)\s+(?:(?:is|"
    rf"are)\s+)?(?:on (?:it|that|this)|"
    r"(?:takes|handles|does|fixes|has|owns|will (?:take|do|fix|handle)) (?:it|this|that)|"
    r"(?:to|will) look into (?:it|this|that))\W*$",
    re.IGNORECASE,
)
_TITLED = re.compile(r"^(?P<title>[^\W\d_][\w '’&/-]{2,50}):\s+(?P<what>\S.*)$")
_ARTICLES = frozenset(
    {
        "is",
        "was",
        "has",
        "had",
        "said",
        "says",
        "the",
        "a",
        "an",
        "our",
        "and",
        "or",
        "der",
        "die",
        "das",
        "el",
        "la",
        "le",
        "les",
    }
)
_THIRD = re.compile(
    r"(?:[aei]r[áa]|r[áa]n|rra|ront|iert|ellt|üft|ärt|ickt|det|tet|immt|acht|fert|ingt|icht|ragt|eibt|ert)$"
)
# "Karim enverra", "José enviará": what is to come in one word, but for being and having.
_TO_COME = re.compile(
    rf"^(?P<who>{_NAME}(?:\s+{_NAME}){{0,2}}?)\s+(?P<what>(?!(?:ser|aur|pourr|viendr|vendr|est|estar|"
    rf"tendr|podr|"
    r"habr|particip\w*|assist\w*|asist\w*)[aáe])\w{2,}(?:[aei]rán?|era|eront|iront|rra|dra)\s\S.*)$",
    re.IGNORECASE,
)
_NEED = re.compile(
    r"^(?:we|the team)\s+(?:still\s+)?(?:need|have|must|should|will|agreed)\s*(?:to)?\s+(?P<what>\S.*)$", re.I
)
_LITTLE_FIRST = re.compile(r"^(?:please|also|then|and|pls|kindly|bitte)\b[\s,]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be done, and who is named for it; `said` by a verb ("Tom to …") or only by its place."""

    what: str
    who: Somebody | None
    said: bool


def doing(text: str, people: People) -> Work | None:
    """ "Tom to send the certs", "@sam will": somebody is said to do something."""
    text = _LITTLE_FIRST.sub("", text)
    for pattern in (_DOER, _OWNS):
        found = pattern.match(text)
        if found is None:
            continue
        who = people.named(_without_brackets(found["who"]))
        if who is not None and (who.known or who.user or who.party or _looks_like_a_doer(found)):
            return Work(found["what"].strip(), who, said=True)
    found = _ON_IT.match(text) or _TO_COME.match(text)
    who = people.named(found["who"]) if found else None
    if found is None or who is None or not who.known:
        return None
    return Work(found["what"].strip(), who, said=True)


def placed(text: str, people: People) -> Work | None:
    """ "Tom - firewall rules", "Firewall rules (Tom)": where all is work, a name by itself is its owner."""
    work = _owned_at_the_end(text, _OWNER, people) or _titled(text, people)
    if work is not None:
        return work
    found = _IN_BRACKETS.match(text) or _FIRST.match(text)
    if found is not None and (who := _somebody(found["who"], people, sure=False)) is not None:
        inner = doing(found["what"], people)
        return Work(inner.what if inner and inner.who == who else found["what"].strip(), who, said=False)
    mention = _MENTION_FIRST.match(text)
    if mention is not None:
        return _mentioned(mention, people)
    return next((work for pattern in _LAST if (work := _owned_at_the_end(text, pattern, people))), None)


def _titled(text: str, people: People) -> Work | None:
    """ "Printer swap: install the new ones. (Bob)": a title, the work, and who is known to do it."""
    found = _TITLED.match(text)
    if found is None or people.is_known(found["title"]):
        return None
    work = next((w for pattern in _LAST if (w := _owned_at_the_end(found["what"], pattern, people))), None)
    if work is None or work.who is None or not work.who.known:
        return None
    return (
        work
        if is_verb(work.what.split()[0])
        else Work(f"{found['title']}: {work.what}", work.who, said=False)
    )


def named_first(text: str, people: People) -> Work | None:
    """ "Karim enverra les codes", "Frau Costa prüft …": a name that is known, and right after it the work."""
    words = text.split()
    for count in (4, 3, 2, 1):
        who = people.named(" ".join(words[:count])) if len(words) > count + 1 else None
        if (
            who is None
            or not who.known
            or who.doubt
            or is_verb(words[0])
            or words[count].casefold() in _ARTICLES
        ):
            continue
        sure = _says_what_one_does(words[count])
        doubted = who if sure else replace(who, doubt=f"whether {words[0]} does it")
        return Work(" ".join(words[count:]), doubted, said=sure)
    return None


def _says_what_one_does(word: str) -> bool:
    """A verb of the third person, now or to come, in the languages notes are read in."""
    return is_verb(word) or (word.endswith("s") and is_verb(word[:-1])) or _THIRD.search(word) is not None


def _owned_at_the_end(text: str, pattern: re.Pattern[str], people: People) -> Work | None:
    found = pattern.match(text)
    who = _somebody(found["who"], people, sure=pattern is not _OWNER) if found else None
    if found is None or who is None:
        return None
    rest = (found["rest"] or "").strip(" ,;|-–—")
    what = f"{found['what']} {rest}".strip() if rest else found["what"]
    return Work(what.rstrip(" -–—:,;(["), who, said=False)


def needed(text: str) -> str | None:
    """ "We need to …": work, and nobody's."""
    found = _NEED.match(text)
    return found["what"].strip() if found else None


def _mentioned(found: re.Match[str], people: People) -> Work | None:
    """ "@Tom Reyes firewall rules": the second word is part of the name, or of the work."""
    who = people.named(found["who"])
    if who is not None and who.known:
        return Work(found["what"].strip(), who, said=False)
    first, _, second = found["who"].partition(" ")
    who = people.named(first)
    if who is None:
        return None
    return Work(f"{second} {found['what']}".strip(), who, said=False)


def _somebody(words: str, people: People, *, sure: bool) -> Somebody | None:
    """Somebody named there. At the end of a line only a name that is known is one: else it is part of it."""
    who = people.named(words)
    if who is None or (sure and not (who.known or who.user)):
        return None
    if sure and who.words and len(words.split()) > 4:
        return None
    return who


def _looks_like_a_doer(found: re.Match[str]) -> bool:
    """Of a name nobody knows: "Marcus to send …" is one, "Letter to patients" is none."""
    parts = [part for part in re.findall(r"@?[^\W\d_][\w'’.-]*", found["who"]) if part != "and"]
    if not all(part[:1].isupper() or part[:1] == "@" for part in parts):
        return False
    bare_to = found.groupdict().get("will", "") in ("to", "To")
    if not bare_to or found["who"].startswith("@"):
        return _is_of_doing(found)
    return is_verb(found["what"].split()[0])


def _is_of_doing(found: re.Match[str]) -> bool:
    """Not "Portal has a bug": of a name that nobody knows only what they will do is taken."""
    return "will" in found.re.groupindex


def _without_brackets(words: str) -> str:
    return " ".join(re.sub(r"\([^)]*\)", " ", words).split())
