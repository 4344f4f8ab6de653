"""Which words of a question say when, and which days of a project are those?"""

from __future__ import annotations

import re

from bot.domain.questions.words import Said

# A window stands as this one word in what the cues are matched against.
WHEN = "WHEN"
# The same for words that say how long ("3 days"): only a what-if has a use for them.
LONG = "LONG"

WEEKDAYS = (
    "mondays?|mon|tuesdays?|tues?|wednesdays?|weds?|thursdays?|thurs?|thu|fridays?|fri|saturdays?|sundays?|"
    "lunes|martes|miercoles|jueves|viernes|sabado|domingo|"
    "lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|"
    "montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag"
)
MONTHS = (
    "january|jan|february|feb|march|mar|april|apr|may|june|jun|july|jul|august|aug|september|sept|"
    "sep|october|"
    "oct|november|nov|december|dec|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|"
    "noviembre|diciembre|janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|"
    "decembre|"
    "januar|februar|marz|juni|juli|oktober|dezember"
)
NUMBERS = (
    r"\d{1,3}|an?|another|one|two|three|four|five|six|seven|eight|nine|ten|fourteen|thirty|"
    "(?:a )?(?:couple(?: of)?|few)|"
    "several|half a|una?|dos|tres|cuatro|cinco|une|deux|trois|quatre|cinq|eine[nrm]?|ein|zwei|drei|vier|funf"
)
UNITS = (
    "(?:(?:working|business|work|calendar) )?days?|weeks?|wks?|months?|hours?|hrs?|sprints?|fortnight|"
    "dias?|semanas?|mes(?:es)?|jours?|semaines?|mois|tage?n?|wochen?|monate?n?"
)
HOLIDAYS = (
    "thanksgiving|christmas(?: eve| day)?|new year(?: ?'s)?(?: eve| day)?|new years(?: eve| day)?|easter|"
    "good friday|labou?r day|memorial day|independence day|veterans day|columbus day|the holidays?|"
    "martin luther king day|mlk day|presidents day|juneteenth|boxing day|navidad|ano nuevo|noel|"
    "weihnachten|heiligabend|neujahr|ostern|silvester"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th|er)?"
_DATE = (
    rf"(?:(?:the )?(?:{WEEKDAYS}) (?:, )?(?:the )?)?"
    rf"(?:\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|(?:the |el |le |den )?{_DAY}(?: \|)?(?: of| de)? (?:{MONTHS})\b"
    rf"(?: (?:de )?\d{{4}})?|"
    rf"(?:{MONTHS}) (?:the )?{_DAY}(?!\d)(?: (?:, )?20\d\d)?|"
    r"(?:0?[1-9]|[12]\d|3[01])[/.](?:0?[1-9]|[12]\d|3[01])(?:[/.](?:20)?\d\d)?(?![\w/])|"
    r"the \d{1,2}(?:st|nd|rd|th)\b)"
)
THIS = (
    "this|next|last|past|coming|previous|prior|current|following|upcoming|diese[rnms]?|"
    "nachste[rnms]?|letzte[rnms]?|"
    "kommende[rnms]?|vergangene[rnms]?|esta|este|proxim[ao]|ultim[ao]s?|cette|ce"
)
_WHOLE = (
    f"(?:weekend|week|month|quarter|sprint|year|{WEEKDAYS}|morning|afternoon|evening|semana|mes|semaine|"
    "mois|woche|monat)"
)
_RELATIVE = (
    rf"(?:the |la |el |le )?(?:{THIS}) (?:(?:{NUMBERS}) )?(?:{UNITS}|{_WHOLE})(?: or (?:so|two))?|"
    r"(?:the )?week after next|(?:the )?day after tomorrow|(?:the )?day before yesterday|"
    r"(?:el |la )?semana (?:que viene|pasada|proxima)|(?:el )?mes (?:que viene|pasado|proximo)|"
    r"(?:la )?semaine (?:prochaine|derniere)|(?:le )?mois (?:prochain|dernier)|"
    rf"(?:(?:el|le|la|the) )?(?:{WEEKDAYS})(?: (?:proximo|pasado|que viene|prochain|dernier|morning|"
    rf"afternoon|evening|"
    r"(?:of )?next week|this week))?"
)
_NAMED = (
    "today|tonight|tomorrow|yesterday|eod|cob|eow|eom|eoq|month[ -]end|(?:the )?week[ -]?end|quarter[ -]end|"
    "year[ -]end|"
    "(?:the )?(?:end|close|start|beginning|middle) of (?:the |this |next )?"
    f"(?:business|day|week|month|quarter|sprint|year|{MONTHS})|"
    r"(?:(?:the )?week of|(?:la )?semaine du|(?:la )?semana del?|(?:die |der )?woche (?:vom|ab)) (?:the )?"
    + _DATE
    + "|"
    "hoy|manana|pasado manana|ayer|fin de (?:mes|semana|ano)|"
    "aujourd hui|aujourdhui|demain|apres demain|hier|(?:la )?fin (?:du mois|de (?:la )?semaine)|"
    "heute|morgen|ubermorgen|gestern|monatsende|wochenende|ende (?:der woche|des monats)|"
    f"(?:{HOLIDAYS})"
)
_ONE_DAY = rf"(?:{_DATE}|{_NAMED}|{_RELATIVE})"
_SPAN = (
    rf"(?:from |between |del? |du |von |vom |entre )?(?:now|today|{_DATE}|\d{{1,2}}(?: \|)?|{WEEKDAYS}|"
    rf"the \d{{1,2}}(?:st|nd|rd|th)?)"
    rf" (?:-|to|until|till|through|thru|and|al?|au|bis|y|et|und) "
    rf"(?:{_DATE}|(?:the )?(?:{WEEKDAYS})|the \d{{1,2}}(?:st|nd|rd|th))|"
    rf"\d{{1,2}}[-–]\d{{1,2}} (?:de )?(?:{MONTHS})\b|(?:{MONTHS}) \d{{1,2}}[-–]\d{{1,2}}\b"
)
# Which way a window opens belongs to it; "on", "for" and the like do not.
SINCE = r"since|after|as of|starting|ever since|desde|despues de|depuis|apres|seit|nach|ab"
UNTIL = (
    r"(?:no later than|prior to|ahead of|before|by|until|till|til|up to|within|antes del?|hasta|avant|"
    r"d ici|jusqu au?|jusqua|vor|bis(?: zum?)?|spatestens)"
)
EVENT = (
    r"(?:(?:the|our|my|la|le|el|der|dem|das) )?(?:(?:last|latest|previous|most recent|yesterday 's|"
    r"ultim[ao]|dernier[e]?|"
    r"letzte[rnms]?) (?!(?:week|month|year|quarter|few|days?|two|three|woche|monat|semana|mes|semaine|mois|"
    rf"{WEEKDAYS})\b)(?:[^\W\d_]+)(?: (?:call|meeting|committee|sync|review|standup))?|(?:(?:monday|"
    rf"tuesday|wednesday|thursday|friday) )?(?:steerco|standup|stand-up|steering(?: committee)?|"
    r"kick-?off|review|sync|"
    r"status call|status meeting|baseline|weekly|call|meeting|retro|demo|checkpoint)(?: call| meeting)?|"
    r"i (?:was|left|last)(?: [^\W\d_]+){0,3}|we (?:last )?(?:spoke|talked|met)(?: [^\W\d_]+)?)"
)
_WINDOW = re.compile(
    rf"\b(?:(?:{SINCE}) {EVENT}|{_SPAN}|(?:{SINCE}|{UNTIL}) (?:{_ONE_DAY}|(?:{MONTHS})\b|"
    rf"(?:the )?(?:{NUMBERS}) (?:{UNITS})(?: ago)?|christmas)|"
    rf"(?:(?<=in )|(?<=during )|(?<=for )|(?<=to )|(?<=until )|(?<=en ))(?:{MONTHS})\b(?! \d)|"
    rf"in (?:about )?(?:{NUMBERS}) (?:{UNITS})|(?:{NUMBERS}) (?:{UNITS}) ago|{_ONE_DAY})(?![\w])"
)
_LENGTH = re.compile(
    rf"\b(?:for )?(?:a day or two|\d{{1,2}} ?(?:d|w)|"
    rf"(?:{NUMBERS})(?: more| extra| full| whole)? (?:{UNITS}))(?![\w])"
)
# Abbreviated days and months are words of their own as well.
_NOT_ALONE = frozenset("mon wed weds sat sun mar may march mars mai marz ab fri".split())  # noqa: SIM905


def timed(said: Said) -> Said:
    """The same words, with every window made the word WHEN and every length of time the word LONG."""
    return said.merged(_WINDOW, WHEN).merged(_LENGTH, LONG)


def is_length(words: str) -> bool:
    """Do these words say how long, and not when?"""
    return _LENGTH.fullmatch(words.casefold()) is not None
