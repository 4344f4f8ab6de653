"""Which words and shapes stand beside what says who a patient is, and which excuse it?"""

from __future__ import annotations

import re

from bot.domain.patientdata.dates import DATE, LABELLED

_JOIN = r"[\s\"'’`:=#|,.(\[<>-]{0,6}"
_LINK = (
    r"(?:(?:is|was|are|were|of|no|nr|num|number|id|value|shows?|reads?|being|still|only|old|new|"
    r"wrong|dup(?:licate)?|as|s)\b)"
)
_SEP = rf"{_JOIN}(?:{_LINK}{_JOIN}){{0,3}}"
_NUMBER = r"(?P<number>[A-Z]{0,3}-?\d[\d-]{3,14})(?!\w|-\w|[.:]\d|\s?(?:%|x\b))"

# ---- numbers of one's record --------------------------------------------------------------------------

_MRN_WORDS = (
    r"(?:(?:patient|person|pat|pt)?m\.?\s?r\.?\s?n\.?(?:'?s)?|e-?mpis?|med(?:ical)?\.?\s?rec(?:ord)?s?\.?(?:\s?(?:#|no\b\.?|nbr\b|"
    r"num(?:ber)?s?\b|id\b))?|"
    r"mr\s?(?:#|no\b\.?|number\b|num\b)|(?:hosp(?:ital)?|chart|patient|pat|pt|pts|"
    r"patients)\.?[\s-]?(?:#|no\b\.?|nrs?\b\.?|num(?:ber)?s?\b|ids?\b|"
    r"identifiers?\b)|charts?|patientennummer|patienten-?(?:id|nr)\.?|pat\.?-?nr\.?|fallnummer|ipp|"
    r"(?:num[ée]ro|n°|no)\s?(?:de\s|du\s)?dossier|nhc|(?:n[uú]mero de )?historia\s?cl[ií]nica|umrn|"
    r"cmrn|nhi|pid[-.](?:2|3|4|18)(?:\.1)?)"
)
MRN_NEAR = re.compile(rf"(?<![\w-]){_MRN_WORDS}(?![^\W\d])[\"']?{_SEP}{_NUMBER}", re.IGNORECASE)
PATIENT_NUMBER = re.compile(
    r"(?<![\w/-])(?:patient|pt|pat)\b\.?[\s#:(]{1,4}(?P<number>[A-Z]?\d{6,10})(?!\w|-\w|[.:]\d)",
    re.IGNORECASE,
)
# Four figures in a row, or a day in figures: without either there is no number and no birth date.
DATED = re.compile(r"\d{4}|\d\s?[/.-]\s?\d{1,2}\s?[/.-]\s?\d|\d[\s-]+\d|[^\W\d]\.?\s\d{1,2},?\s'?\d\d|-\d")
PATIENT_PATH = re.compile(
    r"\bpatients?(?:/|\?(?:[^\s?]{0,200}&)?identifier=(?:[^\s&|]{0,200}\|)?)(?P<number>\d{6,10})(?!\w|-\w)",
    re.IGNORECASE,
)
MERGED = re.compile(
    r"\b(?:un)?(?:merg\w*|combin\w*|link(?:ed|ing)?)\s(?:\w+\s){0,2}(?P<number>\d{6,10})\s"
    r"(?:and|into|with|to|&)\s(?:\w+\s)?\d{6,10}\b",
    re.IGNORECASE,
)
# “merge request TEAGUE 4410298 / 4410315”, where charts or people are spoken of
MERGED_FAR = re.compile(
    r"\b(?:un)?merg\w*\b[^\n\d]{0,60}(?P<number>(?<![\w#-])\d{6,10})(?!\w|-\w)[^\n\d]{1,40}(?<![\w#-])\d{6,10}\b",
    re.IGNORECASE,
)
MR_ALONE = re.compile(r"(?<![\w-])MR\s(?P<number>\d[\d-]{5,11})(?!\w|-\w|[.:]\d)")
MRN_FAR = re.compile(
    r"(?<![\w-])(?:m\.?r\.?n\.?s?|medical record(?: (?:no|number|num)\.?)?|chart (?:no|number|#)|empi)\b"
    r"(?P<between>[^\n\d]{1,44}?)(?<![\w#-])(?P<number>[A-Z]?\d{6,10}|(?:(?<=[=:])|(?<=[=:]\s))\d{5})"
    r"(?!\w|-\w|[.:,]\d)",
    re.IGNORECASE,
)
MRN_AFTER = re.compile(
    rf"(?<![\w-])(?P<number>[A-Z]?\d{{5,10}})\s?[(,=-]{{0,2}}\s?(?:is |was |as )?(?:the |his |her |"
    rf"their |an? )?(?:{_MRN_WORDS})(?=\W|$)"
    r"(?!\s?(?:match|field|rule|merge|record|message|row|range|digit|file|import|link))",
    re.IGNORECASE,
)
# "MRN 10000 records", "MRN 123456 to 199999": how many, how long, from where to where.
MEDICARE = re.compile(r"medicare|mbi|benefic", re.IGNORECASE)
NO_NUMBER = re.compile(
    r"\s*(?:(?:digits?|chars?|characters?|bytes?|records?|rows?|messages?|msgs?|patients|mrns|charts|"
    r"errors|dup\w*s|total|k|million|"
    r"thousand|hours?|days?|mins?|times|users?|pairs|candidates|potential|people)\b|to\s?\d|"
    r"through\s?\d|thru\s?\d|-\s?\d|"
    r"and up\b|\+|\.\.)",
    re.IGNORECASE,
)
OTHER_NUMBER = re.compile(
    r"\b(?:tickets?|builds?|releases?|cases?|bugs?|prs?|issues?|orders?|versions?|ports?|jobs?|runs?|"
    r"changes?|requests?|incidents?|"
    r"sr|chg|inc|ext|extension|phone|fax|call|tel|cell|batch|po|page|line|row|errors?|code|task|"
    r"story|npi|tin|tax|zip|room|"
    r"budget|above|below|beyond|past|between|start(?:s|ing)?(?: (?:at|from|with))?|"
    r"from|about|around|over|under|roughly|approx\w*|at least|at most|of the|up to|all|after|since|"
    r"than|rule|step)\b[\s:.#=]*$",
    re.IGNORECASE,
)
# ---- birth ------------------------------------------------------------------------------------------

_BORN_SURE = (
    r"(?:d\.?\s?o\.?\s?b\.?|(?:date|day)\s?of\s?birth|birth\s?-?dates?|birthdays?|bday|geburtsdatum|"
    r"geb\.?\s?-?datum|gebdat|"
    r"date\s?de\s?naissance|ddn|fecha\s?de\s?nac(?:imiento)?\.?|f\.?\s?nac\.?|fnac|data di nascita|"
    r"geboortedatum|pid[-.]7(?:\.1)?)"
)
_BORN_PERHAPS = (
    r"(?:born(?:\son|\sthe)?|b\.|geb\.?|geboren(?:\sam)?|\*|n[ée]e?\s?(?:le)?|nacid[oa]s?(?:\sel)?|"
    r"nato il|nata il|birth)"
)
DOB = re.compile(
    rf"(?<![\w-]){_BORN_SURE}(?!\w)[\"']?{_SEP}(?:(?:on|le|am|el)\s)?(?P<date>{LABELLED})", re.IGNORECASE
)
DOB_AFTER = re.compile(
    rf"(?<![\w/.-])(?P<date>{DATE})\s?[(,-]?\s?(?:is (?:the|his|her|their) )?{_BORN_SURE}\b", re.IGNORECASE
)
# Further from the word the day has to be one that nothing of today falls on.
_PAST = (
    r"(?:\d{1,2}[/.-]\d{1,2}[/.-](?:19\d\d|20[01]\d|202[0-4]|[3-9]\d)|(?:19\d\d|20[01]\d|"
    r"202[0-4])-\d\d-\d\d)(?![\d/])"
)
DOB_FAR = re.compile(
    rf"(?<![\w-])(?:d\.?o\.?b\.?|(?:date|day) of birth|birth ?dates?|"
    rf"geburtsdatum)\b(?P<between>[^\n\d]{{1,44}}?)(?P<date>{_PAST})",
    re.IGNORECASE,
)
BORN = re.compile(rf"(?<![\w-]){_BORN_PERHAPS}[\s:,]{{1,3}}(?P<date>{LABELLED})", re.IGNORECASE)
NO_BIRTH = re.compile(
    r"\b(?:joined|since|hired|started|start|certified|released?|version|signed|dated?|founded|due|by|"
    r"until|expires?|effective|"
    r"updated|created|modified|built|retired?|installed|contract|deadline|standard|spec|v\d|"
    r"published|copyright|after|before|prior|later than|older than|younger than|cut-?off)\b",
    re.IGNORECASE,
)
AGED = re.compile(
    r"(?<![\w/.-])(?:aged?\s)?\d{1,3}[\s-]?(?:yo\b|y/o|y\.o\.|yrs?[\s-]?old|years?[\s-]old|jahre alt|"
    r"ans\b|a[ñn]os)|(?<![\w/])\d{1,3}\s?[MF]\b(?!\w)"
)
# ---- insurance, visits ------------------------------------------------------------------------------

WEAK = re.compile(
    r"(?<![\w-])(?P<what>(?:member(?:ship)?|subscriber|insured|insurance|ins|medicaid|medicare|"
    r"beneficiary|policy\s?holder|enrollee|"
    r"mbi|hicn?|health\s?card|hcn|ohip|aetna|cigna|humana|uhc|bcbs|kaiser|anthem|tricare|accession|fall|"
    r"specimen|enc(?:ounter)?|csn|fin|har|"
    r"passport|driver'?s?'? licen[sc]e|visit|admission|acct|account|policy|claim|group|case|"
    r"auth(?:orization)?|unit|record|"
    r"kassennummer|versichertennummer|versicherung|aok|tk|"
    r"mutuelle|aseguradora|p[óo]liza|n[uú]mero de afiliado|id)(?:\s?(?:policy|plan|member|insurance|"
    r"card))?)\b"
    rf"[\"']?{_SEP}(?P<number>[A-Z]{{0,4}}-?\d[\dA-Z-]{{4,16}})(?![\w]|[-/.:]\w)",
    re.IGNORECASE,
)
ASKS_MORE = re.compile(
    r"fall|acct|account|policy|claim|group|case|auth|unit|record|visit|id\b|tk\b", re.IGNORECASE
)
INSURED = re.compile(
    r"member|subscr|insur|medic|benef|policy|enroll|mbi|hic|health|hcn|ohip|versich|kasse|aok|tk|"
    r"mutuelle|aseg|p.liza|afil|ins\b|"
    r"aetna|cigna|humana|uhc|bcbs|kaiser|anthem|tricare",
    re.IGNORECASE,
)
# ---- names ------------------------------------------------------------------------------------------

PATIENT = re.compile(
    r"(?<![\w-])(?P<before>(?:test(?:ing)?|be|being|stay|so|very|more|for)\s)?(?P<word>patients?|"
    r"[Pp]ts?|patienten|patientin|paciente)\b(?:'s)?(?!-)[.,:]?\s?"
    r"(?:\((?:name|nm)\)|(?:full\s)?names?\b|named|called)?(?:\s?is\b|\s?was\b)?[\s:=,(-]{0,4}",
    re.IGNORECASE,
)
DOES = re.compile(
    r"[^\W\d_][\w'’-]*\s[^\W\d_][\w'’-]*(?:'s|\s(?:has|had|was|is|says|called|complains|cannot|can't|"
    r"did|does|shows?|lives|got))\b"
)
THE_PATIENT = re.compile(
    r"\b(?:patient|pt)\b(?=\s?[).,;:!?]|\s?$|\s(?:in|on|at|who|from|with|since|is|was)\b)",
    re.IGNORECASE | re.MULTILINE,
)
WROTE = re.compile(r"\b([A-Z][A-Za-z'’-]+)\^([A-Z][A-Za-z'’-]+)\b")  # SMITH^JOHN
ADMITTED = re.compile(
    r"(?:\b(?:was|got|is being|has been)\s(?:re)?(?:admitted|discharged)|\bdischarged (?:home|from|"
    r"to)|\b(?:re)?admitted (?:to|with|for|last|on))\b"
)
JUST_BEFORE = re.compile(r"[\s(,.-]{1,4}(?:(?:is|was)\s)?(?:an?\s|the\s|our\s)?", re.IGNORECASE)
CLINICAL = re.compile(
    r"\b(?:patients?|pts?|adt|admit(?:ted)?|admission|discharged?|charts?|merged?|encounters?|"
    r"lab(?:s| result)?|results?|bed|room|icu|"
    r"ed\b|er\b|nicu|ward|nurse|allerg\w+|meds?|medications?|diagnos\w+|dx|surgery|biopsy|imaging|"
    r"x-?ray|mri|ct scan|appointment|a01|a04|a08|a28|a31|a40|oru|orm|"
    r"problem list|tracking board|code status|co-?sign|exams?|ultrasound|discharge summary|consent|unmerge|"
    r"newborn|neonate|infant|specimen|wrist-?band|banded|guarantor|billing hold|"
    r"immuni[sz]ation|vaccine|prescription|duplicate|insurance|eligibility|coverage|member|male|"
    r"female|dob|mrn)\b",
    re.IGNORECASE,
)
# Whose number it is then: one of those who work there.
OF_STAFF = re.compile(
    r"\b(?:providers?|npi|employees?|emp|staff|badge|users?|login|resources?|physicians?|vendor|MD|NP|PA-C|RN)\b",
    re.IGNORECASE,
)
# “mrn > 1000000”: a condition is nobody's.
COMPARED = re.compile(r"\s[<>]=?\s")
# “A08 for Jane Roe”, “meds of Jane Roe”: what only a patient has.
HAS = re.compile(
    r"\b(?:A[0-6]\d|labs|meds|allergies|MAR|encounters?|wrist-?bands?)\s(?:for|of)\s(?:pt\s|patient\s)?"
)
FILE = re.compile(
    r"(?<![\w.])(?:(?P<a>[^\W\d]{2,})[ -](?P<b>[^\W\d]{2,})[ -](?P<number>\d{6,9})|"
    r"(?P<number2>\d{6,9})[ -](?P<c>[^\W\d]{2,})[ -](?P<d>[^\W\d]{2,}))(?:[ -]\w{1,20}){0,4}"
    r"\.(?:pdf|png|jpe?g|tiff?|dcm|docx?|xml|zip|txt|hl7|json)\b",
    re.IGNORECASE,
)
# Where somebody lies, which beside a name is as good as a number.
IN_BED = re.compile(
    r"\b(?:(?:patient|pt)(?:\sis)?\sin|room|rm\.?|chambre|zimmer|habitaci[oó]n|zi\.)\s?#?"
    r"(?:(?:room|rm\.?|bed)\s?)?\d{1,4}[a-z]?(?:[-/\s,]{1,3}[A-D]\b)?"
    r"(?P<bed>[\s,/-]{1,3}(?:bed|bett|lit|cama)\s?#?\w{1,4})?(?!\w|[.:/]\d)|"
    r"\b(?P<alone>bed|bett|lit|cama)\s?#?\d{1,4}(?:[-/]?\w)?(?!\w|[.:/]\d)",
    re.IGNORECASE,
)
NO_BED = re.compile(
    r"\b(?:tables?|maps?|mapp\w+|labels?|printers?|locations?|codes?|hilton|hotel|zoom|meet\w*|conference|"
    r"laptops?|training|carts?|devices?|pumps?|monitors? (?:in|for|at)|install\w*|test(?:ed|ing|s)?|build|"
    r"rolls?|tablets?|badge|war room)\b",
    re.IGNORECASE,
)
PHONE = re.compile(
    r"(?<![\w-])(?:\+?\d{1,3}[\s.-]?)?(?:\(\d{3}\)|\d{3})[\s.-]?\d{3}[\s.-]\d{4}(?!\d)|"
    r"\+\d{2}[\s\d]{8,14}\d"
)
STREET = re.compile(
    r"\b\d{1,5}[a-z]?\s(?:[NSEW]\.?\s)?(?:[A-Z][\w'.]+\s){1,3}(?:st(?:reet)?|ave(?:nue)?|r(?:oa)?d|"
    r"lane|ln|dr(?:ive)?|blvd|boulevard|court|ct|way|"
    r"place|pl|terrace|circle|cir|parkway|pkwy|highway|hwy)\b|\b[A-ZÄÖÜ][\wäöüß-]+(?:stra(?:ß|ss)e|"
    r"weg|platz|gasse|allee)\s\d{1,4}|"
    r"\b\d{1,4},?\s(?:rue|avenue|boulevard|calle)\s[^\W\d]\w+",
    re.IGNORECASE,
)
BIRTH = re.compile(rf"(?<![\w/.-]){DATE}")
WHOLE = re.compile(
    r"(?<![\w/.-])(?:\d{1,2}[/.-]\d{1,2}[/.-](?:(?:19|20)\d\d|[3-9]\d)|(?:19|"
    r"20)\d\d[-/]?\d\d[-/]?\d\d|[0-3]\d[0-3]\d(?:19\d\d|20[01]\d))(?![\w/]|[.-]\d)"
)
NUMBER_ALONE = re.compile(r"(?<![\w.,#/$€£-])#?(?P<number>[EA]?\d{6,9})(?![\w]|[-/.:,]\w|\s?%)")
# What excuses a number or a date that stands alone: it is shown, not anybody's.
EXAMPLE = re.compile(
    r"\be\.?g\b|\bi\.e\b|(?<![.\w/@])examples?\b(?![./]\w)|\bformat|\bsuch as\b|\bdefault|\bdummy\b|"
    r"\bmask|\bpattern\b|\bregex\b|\bfake\b|\bsyntax|"
    r"\bz\.\s?b\.|\bplaceholders?\b|\bbeispiel|\bp\.\s?ex|\b(?:mrns?|ssns?|one|values?|"
    r"numbers?) like\b|\blooks? like (?=[\d\"'])|\bfictional\b|\bsynthetic\b|\bmade[ -]up\b|"
    r"\bspec(?:ification)?\b|\bsample\b|"
    r"\bmust be\b|\bshould be\b.{0,14}\bdigits|\bstarting (?:at|from|with)\b|\branges?\b|\bseries\b|"
    r"\bcounter\b|\bsequence\b",
    re.IGNORECASE,
)
