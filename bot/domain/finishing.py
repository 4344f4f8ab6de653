"""Does somebody say that a thing is done or over, and all of it, here and now?"""

from __future__ import annotations

import re

from bot.domain.reading import LONGEST_TEXT

_NOT_YET = re.compile(
    r"\b(?:not|never|if|when|once|until|till|before|after|almost|nearly|half|partly|partially|needs?|must|"
    r"should|will|would|could|can|to be|get(?:ting)?|hope(?:fully)?|expect|have to|nearly|soon|tomorrow|"
    r"basically|practically|virtually|essentially|mostly|largely|kind of|sort of|as good as|close to|who)\b|"
    r"n['’]t\b|\d\s?%",
    re.IGNORECASE,
)
_BUT = re.compile(
    r"\b(?:except|apart from|other than|(?:just|only|still) (?:needs?|waiting|missing)|needs only|"
    r"but|still|(?:is|are) missing|left to do)\b",
    re.IGNORECASE,
)
_FINISHED = (
    r"\b(?:done|finished|completed?|wrapped up|finali[sz]ed|signed off|in place|delivered|all set|"
    r"clos(?:ing|ed) (?:it|this|that)(?= now\b|\s*(?:$|[^\w\s]))|"
    r"erledigt|fertig|terminée?|finie?|hecho|terminado)\b|✅|:white_check_mark:"
)
_DONE = re.compile(_FINISHED, re.IGNORECASE)
# Under a tracked message: that itself is done, and not a step on the way ("reboot done, same").
_ITSELF = re.compile(
    # Possessive, as an emoji can be read in two ways, and many of them in ever so many.
    r"^(?:(?!✅|:white_check_mark:)(?::[\w+-]+:|\W|\b(?:ok|okay|and|so|now|yes|yep|finally|all|just|got|it|that|"
    rf"this|we|i|is|are|am|been|has|have|s|m|re|ve)\b))*+(?:{_FINISHED})",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(  # another time, another place, or only half of it
    r"\b(?:last (?:time|year|month|week|summer|winter|spring|customer|client|project|site|one)|back then|ago|"
    r"in 20\d\d|(?:my|your|one|this|his|her) (?:side|end))\b",
    re.IGNORECASE,
)
_OVER = re.compile(
    r"\b(?:unblocked|works? (?:again|now)|working (?:again|now)|(?:up|back)(?: and running)? (?:again|now)|"
    r"back up|(?:is|it['’]s) up(?! (?:to|for|against)\b)|resolved|sorted|solved|fixed|cleared|"
    r"came through|got it now|arrived|no longer blocked|"
    r"behoben|gelöst|débloquée?|résolue?|desbloquead[oa]|resuelt[oa])\b",
    re.IGNORECASE,
)


def says_done(text: str) -> bool:
    return _says(_DONE, text)


def says_over(text: str) -> bool:
    return _says(_OVER, text)


def _says(what: re.Pattern[str], text: str) -> bool:
    """Whether a sentence says so, and neither asks, hopes nor denies."""
    for sentence in re.split(r"(?<=[.!?;])\s+|\n", text[:LONGEST_TEXT]):
        match = what.search(sentence)
        if match is not None and not sentence.rstrip().endswith("?"):
            before, after = sentence[max(0, match.start() - 40) : match.start()], sentence[match.end() :]
            if not (_NOT_YET.search(before) or _BUT.search(after) or _ELSEWHERE.search(sentence)):
                return True
    return False


def says_done_itself(text: str) -> bool:
    """Of the thing that is spoken of, and not of a step on the way to it."""
    return says_done(text) and _ITSELF.match(text) is not None


def says_partly(text: str) -> bool:
    """Only half of it, or another time, or elsewhere."""
    return _ELSEWHERE.search(text) is not None or _BUT.search(text) is not None
