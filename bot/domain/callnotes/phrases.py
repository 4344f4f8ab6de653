"""By which turns of phrase does a line of notes say what it is?"""

from __future__ import annotations

import re

DECIDED = re.compile(
    r"^(?:(?:it (?:is|was|has been)|we(?:['’]ve| have)?|both sides|all|everybody|everyone|the (?:team|"
    r"group|steering committee))"
    r"\s+(?:all\s+|both\s+)?)?(?:decided|agreed|resolved|signed off|concluded)\s+(?:to|that|on|not to|"
    r"upon|against)\b|"
    r"^(?:se decidi[oó]|decidimos|se acord[oó]|acordamos|on a d[eé]cid[eé]|nous avons d[eé]cid[eé]|"
    r"il a [eé]t[eé] d[eé]cid[eé]|"
    r"(?:es wurde|wir haben) (?:beschlossen|entschieden|vereinbart)|(?:es )?wurde (?:beschlossen|"
    r"entschieden|vereinbart))\b|"
    r"\b(?:decision|agreement) (?:is|was|made|taken)\b|^going with\b|^we(?:['’]ll| will) go with\b|"
    r"\b(?:wurde|haben) (?:\w+ ){0,12}(?:beschlossen|entschieden|vereinbart)\W*$",
    re.IGNORECASE,
)
ASSUMED = re.compile(
    r"^(?:we(?:['’]re| are)?\s+|i(?:['’]m| am)?\s+|it (?:is|was)\s+|team\s+)?(?:assum(?:e|es|ed|ing|"
    r"ption(?: is)?)|suppos(?:e|ing)|presum(?:e|ing|ably)|"
    r"relying on|counting on|tak(?:e|ing) it (?:as given|for granted))\b(?:\s+that\b)?\s*:?\s*|"
    r"^(?:suponemos|asumimos|se asume|nous supposons|on suppose|nous partons du principe|"
    r"wir (?:nehmen an|gehen davon aus)),?\s*(?:que|qu['’]|dass)?\s*",
    re.IGNORECASE,
)
WAITS = re.compile(
    r"\b(?:(?:still\s+)?(?<!will )(?<!to )wait(?:ing|s)?\s+(?:on|for|to hear)|await(?:ing)?|(?:is|are|"
    r"still|remains?|now|"
    r"currently|got)\s+(?:\w+\s+)?"
    r"(?:blocked|stuck|held up|on hold)|blocked\s+(?:on|by|until|:)|stuck\s+(?:on|with|until)|"
    r"held up (?:by|at)|"
    r"can(?:no|['’])?t (?:\w+ ){1,6}(?:until|without|before)|cannot (?:\w+ ){1,6}(?:until|without|before)|"
    r"no (?:answer|response|reply|word|news|feedback) (?:yet )?from|still (?:no|missing)|"
    r"(?:hasn['’]t|has not|haven['’]t|have not) (?:yet )?(?:sent|delivered|answered|replied|responded|"
    r"provided|signed|received)|"
    r"esperando|a la espera de|bloquead[oa]|en attente d|bloqu[eé]e?s? par|nous attendons|on attend|"
    r"warten (?:noch |immer noch )?auf|wartet (?:noch )?auf|blockiert|h[aä]ngt an)\b",
    re.IGNORECASE,
)
OVER = re.compile(
    r"\b(?:no longer|not (?:a )?block|unblocked|resolved|cleared|fixed|solved|no blockers?|"
    r"nothing (?:is )?block|came in|was waiting|"
    r"were waiting|was blocked|keine blocker|sin bloqueos|aucun blocage)\b",
    re.IGNORECASE,
)
NOTHING = re.compile(
    r"\W*(?:none|no|nil|n/?a|nothing|tbd|tbc|keine?|aucune?|ningun[oa]?|nada|rien|-|"
    r"no (?:new )?(?:blockers?|decisions?|risks?|actions?|"
    r"assumptions?)|none (?:today|this week|so far|new))\W*",
    re.IGNORECASE,
)
FINISHED = re.compile(
    r"\b(?:done|completed?|closed|finished|hecho|fait|erledigt|cancelled|canceled|dropped)\W*$|^(?:done|"
    r"closed|completed)\b|✅|☑",
    re.IGNORECASE,
)
VERIFIER = re.compile(
    r"[\s,;(–—-]*(?:\bwhich\s+)?\(?(?P<who>@?[^\W\d_][\w.'’-]*(?:\s+[^\W\d_][\w.'’-]*){0,2}?)\s+"
    r"(?:to|will|should|must|(?:is |are )?going to|needs to|has to|is to|debe|va a|tiene que|doit|va|"
    r"soll|muss)\s+"
    r"(?:verify|confirm|check|validate|find out|clarify|test|prove|double-check|verificar|confirmar|"
    r"comprobar|"
    r"v[eé]rifier|confirmer|pr[uü]fen|kl[aä]ren|best[aä]tigen)\b(?P<rest>[^()]*)[).]*\s*$",
    re.IGNORECASE,
)
CHASER = re.compile(
    r"[\s,;(–—-]+\(?(?P<who>@?[^\W\d_][\w.'’-]*(?:\s+[^\W\d_][\w.'’-]*){0,2}?)\s+(?:is\s+|to\s+|will\s+)?"
    r"(?:chas(?:e|es|ing)|follow(?:s|ing)?(?:\s+up)?|escalat(?:e|es|ing)|push(?:es|ing)?)\b[^()]*[).]*\s*$",
    re.IGNORECASE,
)
SENTENCE = re.compile(
    r"(?<=[.!?;])(?<!\bDr\.)(?<!\bMr\.)(?<!\bMrs\.)(?<!\bMs\.)(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bapprox\.)(?<!\b[A-Z]\.)\s+"
    r"(?=[^\W\d_@])|\s+(?:and|und|et|y)\s+(?=@?[A-Z][\w'’-]*(?:\s[A-Z][\w'’-]*)?\s+(?:to|will|shall|va|"
    r"doit|soll|wird|(?:\w+ly\s+)?(?:offered|promised|agreed|volunteered|is going) to)\s)"
)
WAITS_FIRST = re.compile(
    r"^(?:(?:we|wir|nous|on)\s+(?:are |sind |sommes )?)?(?:still |noch )?(?:waiting|awaiting|blocked|"
    r"stuck|warten|"
    r"attendons|attend|en attente|esperando|a la espera)\b",
    re.IGNORECASE,
)
PLEASE = re.compile(
    r"^(?:(?:also|and|then),?\s+)?(?:please|pls|could you(?: please)?|"
    r"can you(?: please)?)\s+(?:also\s+)?(?P<what>\S.*)$",
    re.IGNORECASE,
)
POLITE = re.compile(
    r"^(?:find (?:attached|below|enclosed)|see (?:below|attached)|let me know|note|join|mute|"
    r"feel free|reach out|"
    r"contact me|do not hesitate|don['’]t|reply if|check for accuracy|tell me if|call me)\b",
    re.IGNORECASE,
)
# "For the invoices, I will …": about what it is, before who does it.
ASIDE = re.compile(
    r"^(?:for|on|about|regarding|concerning|as for|as to|in|with|from)\s[^,;:]{2,60},\s+"
    r"(?=@?[^\W\d_][\w.'’-]*(?:\s+[^\W\d_][\w.'’-]*){0,2}?(?:['’]ll|\s+(?:\w+ly\s+)?(?:to|will|can|shall|"
    r"(?:offered|promised|agreed|volunteered|is going) to))\s)",
    re.IGNORECASE,
)
BARE_ASSENT = re.compile(
    r"^(?:yes|yeah|ok|okay|sure|agreed|that['’]s|this is|it is|it['’]s)\b", re.IGNORECASE
)
POINTS_BACK = re.compile(
    r"\b(?:them|it|that|this|those|these|ones?|you|me|us|everybody|everyone|remaining|rest)\b", re.IGNORECASE
)
FOR_WHAT = re.compile(
    r"(?<=\S)\s+(?:for|to (?=\w+ )|so that|before|until|since|pour|para|f[uü]r|um zu)\b\s*", re.IGNORECASE
)
OF_NOBODY = re.compile(
    r"[\s,;(\[–—-]+(?:owner|assignee|who|resp(?:onsible)?)\s*[:=]?\s*(?:tbd|tbc|tba|open|nobody|none|unassigned|"
    r"n/?a|\?+)[)\]]?\s*$",
    re.IGNORECASE,
)
