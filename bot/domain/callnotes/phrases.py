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
    r"\b(?:(?:still\s+)?wait(?:ing|s)?\s+(?:on|for|to hear)|await(?:ing)?|(?:is|are|still|remains?|now|"
    r"currently|got)\s+(?:\w+\s+)?"
    r"(?:blocked|stuck|held up|on hold)|blocked\s+(?:on|by|until|:)|stuck\s+(?:on|with|until)|"
    r"held up (?:by|at)|"
    r"can(?:no|['’])?t (?:\w+ ){1,6}(?:until|without|before)|cannot (?:\w+ ){1,6}(?:until|without|before)|"
    r"no (?:answer|response|reply|word|news|feedback) (?:yet )?from|still (?:no|missing)|"
    r"hasn['’]t (?:sent|delivered|answered|replied|"
    r"provided|signed)|have not received|haven['’]t received|"
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
    r"[\s,;(–—-]*\(?(?P<who>@?[^\W\d_][\w.'’-]*(?:\s+[^\W\d_][\w.'’-]*){0,2})\s+(?:to|will|should|must)\s+"
    r"(?:verify|confirm|check|validate|find out|clarify|test|prove|"
    r"double-check)\b(?P<rest>[^()]*)[).]*\s*$",
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
    r"doit|soll|wird)\s)"
)
