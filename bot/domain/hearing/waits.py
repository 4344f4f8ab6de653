"""What or whom does a blocker wait on, in the words of the message?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.domain import reading
from bot.domain.hearing.slots import USER
from bot.domain.hearing.vocabulary import kinds

LONGEST_PHRASE = 160


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


# From the plainest to what says it only by the way. What follows each is what it waits on.
_LEADS = (
    _any(
        r"\bwait(?:ing|s)?\s+(?:up)?on\s+(?:hearing (?:back )?from\s+)?",
        r"\bwait(?:ing|s)?\s+(?:for|to hear(?: back)? from)\b\s*:?\s*",
        r"\bawait(?:ing|s)?\b\s*",
        r"\b(?:is |are |still )?pending\b\s*(?:on\s+|from\s+)?",
        r"\bwarte[nt]?\s+(?:\w+\s+){0,3}?auf\s+",
        r"\ben attente d(?:e\s+|u\s+|['’]\s*)",
        r"\battend(?:ons|s)?\s+(?:toujours\s+|encore\s+)?",
        r"\b(?:esperando|esperamos|espero)\s+(?:a\s+que\s+|que\s+|a\s+|por\s+)?",
        r"\ba la espera de\s+",
    ),
    _any(
        r"\bblocked\s*(?::[a-z_]+:\s*)?(?:on|by|pending)\b\s*:?\s*",
        r"\bblockiert\s+(?:durch|von|wegen)\s+",
        r"\bbloqu[eé]e?s?\s+par\s+",
        r"\bbloquead[oa]s?\s+por\s+(?:el tema de\s+)?",
        r"\bparad[oa]s?\s+por\s+(?:el tema de\s+)?",
        r"\b(?:until|till|unless|tant que|hasta que|bis|solange|as long as)\s+(?!then|now|further|"
        r"recently|today|tomorrow|yet|we\b|i\b)",
    ),
    _any(
        r"\b(?:depend(?:s|ing|ent)?\s+(?:up)?on|dependency on|held up (?:by|on|at)|gated (?:by|on)|"
        r"hung up on|hinges on|h[aä]ng\w* an)\b\s*",
        r"\bstuck (?:on|with|behind|at)\s+(?!the \w+ step)",
        r"\bon hold (?:due to|because of|for)\s+",
        r"\b(?:rests?|sits?|sitting|lies) with\s+",
        r"\bchasing\s+",
    ),
    _any(
        r"\bno (?:response|reply|answer|word|news|feedback|updates?|sign|decision|"
        r"movement)\s*(?:yet\s+|back\s+|so far\s+)?(?:from|of)\s+",
        r"\bheard (?:anything )?(?:back )?from\s+",
        r"\bnothing from\s+",
        r"\b(?:nouvelles|r[eé]ponse|retour) (?:du|de la|de l['’]|des|de)\s+",
    ),
    _any(
        r"\b(?:(?:still|really|dringend|noch|will)\s+)*(?:needs?|requires?|lack(?:s|ing)?|brauchen?|"
        r"ben[oö]tigen?|necesit(?:o|amos)|il (?:me|nous) faut)\s+"
        r"(?:dringend\s+|noch\s+|to have\s+|to get\s+)?(?=\S)",
        r"\b(?:have|has|had)(?:n['’]t| not)\s+(?:yet\s+)?(?:received|gotten|got|seen|given us|"
        r"provided us|sent us|given me)\s+",
        r"\bfehl(?:t|en)\s+(?:\w+\s+){0,2}?(?=die|der|das|ein)",
        r"\bfaltan?\s+(?=\S)|\bmanque\s+(?:encore\s+|toujours\s+)?",
        r"\bmissing\s+(?=\S)",
        r"\basked for\s+",
    ),
    _any(
        r"\b(?:still )?(?:without|w/o|ohne|sans|sin|sigo sin|pas de|kein\w*)\s+(?!it\b|that\b|them\b|"
        r"any\b|which\b|die\b nichts)",
        r"\b(?:there is |have |has |still |got )?no\s+(?!one|way|idea|longer|more|problem|work|"
        r"progress|need|blockers?|eta\b|data\b|luck|matter|reply|answer|response|decision|successor)",
        r"\bblocker\b[^:\n]{0,40}(?::|\bis\b)\s+(?:no\s+)?",
    ),
)
_WHO = (
    r"(?:^|[,:;.–—]\s+|\b(?:and|but|as|because|so|since|while|that)\s+)"
    r"(?P<who>(?!(?:i|we|they|it|you|this|that|there|he|she|nobody|still|also)\b)[\w'’.<@>|"
    r"/-]+(?:\s[\w'’.<@>|/-]+){0,4}?)\s+"
)
_NAME = r"[\w'’.<@>|/-]+(?:\s[\w'’<@>|/-]+){0,3}?"
_TO_ITS_END = r"(?=[.,;!?]|\s(?:and|but|so)\b|\n|$)"
# Whose turn it is, where the sentence says that of somebody: "legal is sitting on the DPA".
_OWES = re.compile(
    rf"{_WHO}(?:(?:still |just )?(?:owes?|(?:is|are|keeps?) sitting on|sits? on)\b|needs? to\b|"
    r"(?:does|do|is|are)(?:n['’]t| not) (?:answer|reply|respond|react)(?:ing)?\b|"
    r"(?:team|desk|vendor|support) says?\b|ne r[eé]pond(?:ent)? pas\b|antwortet nicht\b)|"
    rf"(?:not|n['’]t) (?:yet )?been \w+ by (?:the\s+|our\s+)?(?P<by>{_NAME}){_TO_ITS_END}|"
    rf"\b(?:is|are) with (?:the\s+|our\s+)?(?P<has>{_NAME}){_TO_ITS_END}|"
    rf"\bnobody (?:at|from|in) (?P<at>{_NAME})\s+(?:answers?|replies|responds?|picks)",
    re.IGNORECASE,
)
_SURE_LEADS = 4  # so many of the above are plainer than that
_SUBJECT = re.compile(
    _WHO + r"(?:(?:still |just )?(?:has|have|is|are|did|does|do)(?:n['’]t| not)\b|never\b|(?:is|"
    r"are) (?:still |currently )?"
    r"(?:pending|unsigned|missing|outstanding|expired|out|down|closed|on (?:pto|vacation|leave))|"
    r"still (?:unsigned|missing|pending|outstanding)|"
    r"must\b|has to\b|have to\b|no contesta|no responde|meldet sich nicht|n['’]a (?:toujours )?pas)",
    re.IGNORECASE,
)
_DENIED = re.compile(r"(?:\b(?:not|no longer|never)|n['’]t)\s+(?:\w+\s+)?$", re.IGNORECASE)
_END = re.compile(
    r"[.;!?](?=\s|$)|\n|\s[-–—]+\s|[–—(]|:\s|\s=\s|"
    r"\s+(?:so|but|because|since|until|till|before|and (?:we|i|then|it|they|nobody|can|need|cannot|"
    r"can['’]t)|"
    r"which|in order|atm|to (?:proceed|continue|start|finish|go|move|enable|complete|carry on|test|"
    r"be able)|for reasons|ohne|"
    r"right now|at the moment|unfortunately|please|eta|due|expected|owner|owned|thanks|hopefully|"
    r"again|regarding|"
    r"for (?:the )?(?:last|past|\d+|over|almost|about|weeks|days|"
    r"(?:an?|two|three|four|five|six|several|some|a few) (?:hours?|days?|weeks?|months?))|for months|as of|"
    r"anyway|though|"
    r"also|still|yet|toujours|"
    r"depuis|desde|seit|otherwise|sonst|and remaining|via|in advance|now|as part|with no|without|"
    r"when|while|if|on sundays?)\b|"
    r",(?!\s*(?:<@|&amp;|and\s+<@))",
    re.IGNORECASE,
)
_FOR_WHAT = re.compile(
    r"^(?:<@[^>]+>|[A-Z][\w-]*(?: [A-Z][\w-]*){0,2}|(?:the )?\w+ (?:team|it|"
    r"group))(?P<rest>\s+(?:for|on)\s)"
)
_ARTICLE = re.compile(
    r"^(?:(?:the|a|an|our|some|any|still|on|for|from|le|la|les|un|une|el|los|las|der|die|das|den|dem|"
    r"de|d['’])\s+|l['’])+",
    re.IGNORECASE,
)
_NOBODY = frozenset(
    (
        "it",
        "this",
        "that",
        "them",
        "him",
        "her",
        "something",
        "someone",
        "you",
        "me",
        "us",
        "everything",
        "to",
        "then",
        "blocker",
    )
)
_PERSON = re.compile(USER.format("id"))


def waiting_on(said: str, text: str) -> str | None:
    """From the sentence that tells of it, else from the whole message; mentions stay as Slack writes them."""
    for scope in dict.fromkeys((said, text[:2000])):
        for phrase in _phrases(scope):
            phrase = _ARTICLE.sub("", phrase.strip(" *_,:.!?…\"'")).strip()
            if phrase and phrase.casefold() not in _NOBODY and re.search(r"\w", phrase):
                return reading.unescape(phrase)[:LONGEST_PHRASE]
    return None


def _who(phrase: str) -> str:
    """The party alone in "legal for the signature"; all of "approval for the change", which is no party."""
    what_for = _FOR_WHAT.match(phrase)
    if what_for:
        return phrase[: what_for.start("rest")]
    head = re.split(r"\s(?:for|on)\s", phrase, maxsplit=1)[0]
    last = re.findall(r"\w+", head)[-1:]
    return head if last and "party" in kinds(last[0].casefold()) else phrase


def _phrases(said: str) -> Iterator[str]:
    yield from _led_to(said, _LEADS[:_SURE_LEADS])
    for owing in _OWES.finditer(said):
        yield next(who for who in owing.groupdict().values() if who)
    yield from _led_to(said, _LEADS[_SURE_LEADS:])
    if subject := _SUBJECT.search(said):
        yield subject["who"]


def _led_to(said: str, leads: Sequence[re.Pattern[str]]) -> Iterator[str]:
    for lead in leads:
        for m in lead.finditer(said):
            if _DENIED.search(said[max(0, m.start() - 30) : m.start()]):
                continue
            end = _END.search(said, m.end(), m.end() + 400)
            yield _who(said[m.end() : end.start() if end else m.end() + 400])
