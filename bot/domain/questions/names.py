"""What does a word of a question look like it names: a project, a person, a party, an item?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from bot.domain.questions.asked import ASKER, Known
from bot.domain.questions.words import plain

PROJECT, PERSON, PARTY, ITEM, NOTHING, UNKNOWN = "project", "person", "party", "item", "nothing", "unknown"


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Words that name nothing by themselves.
_EMPTY = _set(
    """
    qui quien wen wem wer it that this these those they them he she him her his we us our ours you your
    everything anything something nothing everyone everybody anyone anybody someone somebody nobody all any
    some one ones thing things stuff item items gate gates task tasks step steps work project plan date
    dates golive launch target team the a an what who when where which why how whom whose there here now
    then so far open late overdue left more most many much no not none and or of for in on at to is are was
    were be do does did has have had can will today week month go-live checklist list lot anymore time
    schedule timeline blocker blockers status risk risks assumption assumptions owner owners people guys
    folks change changes new next first last other others else same still yet forecast deadline deadlines
    doing going up down out it's everyone's done blocked stuck unowned unassigned waiting go live production
    prod question questions le la les un une des ce cela ca il elle nous vous ils tout todo el los las lo
    eso esto nosotros todos der die das den dem ein eine einen es wir ihr sie alles projekt proyecto projet
    plazo overall general current whole full quick entire due sign name plate court board example examples
    sense ready fine sure good order faith way trouble mind particular total ball moment place hook line
    side touch truck grabs off kind sort case oldest newest latest biggest worst longest shortest verification
    soonest earliest everyones whole show every news itself themselves ourselves update updates progress word
    number behind reason
    """
)
# Somebody outside, or a part of an organisation, said without a name.
_PARTIES = _set(
    """
    payer payers payor payors customer customers client clients vendor vendors legal security compliance
    finance procurement infosec it hr marketing sales operations ops network networking infra infrastructure
    identity privacy helpdesk clearinghouse clearing-house hospital bank insurer insurance carrier regulator
    auditor auditors partner partners supplier suppliers contractor contractors consultant consultants
    sponsor management leadership steerco board dba dbas devops sre engineering lab radiology pharmacy
    registration billing purchasing accounting contracts counsel lawyers cliente proveedor legales banco
    pagador fournisseur juridique kunde lieferant rechtsabteilung einkauf payeur assureur kundin datenschutz
    aseguradora redes
    """
)
_PARTY_ENDS = _set(
    """
    team teams guys guy folks people group office desk department dept side vendor vendors customer client
    partner partners bank hospital plan committee board crew lot provider supplier organization organisation
    org company staff engineers admins lead leads manager managers analyst analysts equipo departamento
    equipe abteilung
    """
)
# What people are by trade: "the integration engineer".
_ROLES = _set(
    """
    engineer analyst manager architect developer nurse doctor physician consultant coordinator trainer
    specialist pm cio cmio ciso cto cfo director officer administrator responsable ingeniero ingenieur
    projektleiter chef
    """
)
# Kinds of work that a checklist has, so that a word with one of these is no project and no person.
_WORK = _set(
    """
    test tests testing tested cert certs certificate certificates certification feed feeds interface
    interfaces mapping map training rollback cutover migration import export load failover backup backups
    monitoring alerts firewall vpn sso mfa uat sit e2e dns tls ssl api apis edi hl7 fhir adt oru orm siu baa
    dpa sow nda sla po contract agreement keys key token tokens webhook webhooks sandbox endpoint endpoints
    environment account accounts access roles role permissions data validation rehearsal drill runbook
    review signoff sign-off approval checklist go-no-go freeze hypercare rota helpdesk downtime procedure
    procedures notice notices communication comms plan integration provisioning scim saml oidc ldap dump
    schema database db backfill reconciliation pipeline queue pen-test pentest scan report dashboard printer
    printers scanner label labels modality pacs ris lis worklist dicom catalog catalogue enrolment
    enrollment eligibility claims remittance billing invoice pricing scheduling directory file files script
    scripts document docs documentation license licenses licence hardware server servers storage bandwidth
    tunnel upgrade patch renewal change request ticket job jobs batch smoke kickoff workshop rotation
    throttling idempotency signature scopes consent
    """
)
_GIVEN_NAMES = _set(
    """
    aaron abby abdul abigail adam adele adrian ahmed aisha akira alan albert alberto alejandra alejandro
    alex alexa alexander alexis ali alice alicia alina alison amanda amber amelia amir amit amy ana anders
    andre andrea andreas andrew andy angela angelo anil anita anja anjali ann anna anne annie anthony
    antoine anton antonio anya april arjun arthur asha ashley astrid aya ayesha barbara bart beatriz bella
    ben benjamin bernard beth bill bob boris brad brandon brenda brian bridget bruno bryan caleb carl carla
    carlos carmen carol caroline carolyn carlo catherine cathy cecilia chad charles charlie charlotte chen
    chloe chris christian christina christine christoph cindy claire clara claudia clemens colin connor
    craig cristina cynthia daniel daniela danny dana darius dave david dawn deb deborah deepa deepak denise
    dennis derek diana diane diego dieter dimitri divya dmitri dominic don donald donna doris dorothy doug
    dylan ed eddie edgar eduardo edward elaine elena eli elias elif elijah elisa elise elizabeth ella ellen
    elliot emil emily emma eric erica erik erin esther ethan eva evan eve evelyn fatima felix fernando fiona
    florian frances francesca francis francisco frank frans fred freddie frida gabriel gabriela gary gavin
    geoff george gerald gina giulia gloria gordon grace graham greg gregory greta gunther gus gustavo hana
    hanna hannah hannes hans harold harriet harry hasan hassan heather hector heidi helen helena helga
    henrik henry hiro holly howard hugh hugo ian ibrahim ida igor ines inga ingrid irene iris isaac isabel
    isabella ivan ivy jack jacob jake james jamie jan jane janet janice jared jasmine jason javier jay jean
    jeff jeffrey jen jenna jennifer jenny jens jeremy jerome jerry jess jessica jessie jill jim jimmy jin jo
    joan joanna joe joel johan john johnny jon jonas jonathan jordan jorge jose joseph josh joshua joy joyce
    juan juanita judith judy julia julian julie julien juliet june jurgen justin kai kamal karen karim karin
    karl karla kate katherine kathleen kathy katie katja katrin kavita keith kelly ken kenji kenneth kenny
    kerstin kevin khalid kim kiran klaus krishna kristen kristin kristina kumar kurt kyle lakshmi lara larry
    lars laura lauren laurent layla lea leah lee leila lena leo leon leonard leslie li liam lila lily lina
    linda lisa liu liz logan lola lorenzo lou louis louise luc luca lucas lucia lucy luis luisa luke lydia
    lynn mads magda mahmoud maja malik manuel marc marcel marcia marco marcus margaret maria mariam marie
    marina mario marion marisol mark marta martha martin martina marvin mary mateo mathias matt matteo
    matthew maureen max maya megan mei mehmet melanie melissa mia michael michaela michel michelle miguel
    mika mike mila milan milena ming mina miriam mohamed mohammed moira molly monica monika morgan mustafa
    nadia nadine nancy naomi natalia natalie natasha nate nathan neil nia nick nicola nicolas nicole nigel
    nikhil niklas nils nina noah noel noor nora norman olaf oleg olga oliver olivia omar oscar otto pablo
    pam pamela paolo pat patricia patrick paul paula pauline pavel pedro peggy penny per peter petra phil
    philip philipp phoebe pia pierre piotr priya qiang rachel rafael raj rajesh ralph ramon randy rashid
    raul ravi ray raymond rebecca reiko renata rene reza rhea ricardo rich richard rick rita rob robert
    roberto robin rodrigo roger rohan roland roman ron ronald rosa rosie ross roy ruben rudy rupert russell
    ruth ryan sabine sabrina said salim sally sam samantha samir samuel sandra sandy sanjay santiago sara
    sarah sascha scott sean sebastian selma serena sergei sergio seth shane shannon sharon shaun sheila
    shirley silke silvia simon simone sofia sonia sophia sophie stacy stan stefan stefanie stella stephanie
    stephen steve steven stuart sue suki sunil susan susanne suzanne sven svetlana sylvia tamara tanya tara
    tariq ted teresa terry thea theo theresa thomas tiffany tim timo timothy tina tobias todd tom tomas
    tomasz tommy toni tony tracy trevor troy ulf ulrich uma umar ursula uwe valentina valerie vanessa vera
    veronica vicky victor victoria vijay vikram vincent viola violet virginia vivian vlad walter wanda wei
    wendy werner will william wilma wolfgang xavier yan yara yasmin yolanda yuki yusuf yuri yves yvonne zac
    zach zahra zara zoe
    """
)
_NOT_NAMES = _set(
    "april june may will mark grace rich joy frank penny dawn said don per pat bill ray chad art"
)
_BEFORE_A_NAME = _set(
    "st saint san santa mount mt port lake north south east west fort new upper lower royal"
)
_ORDINARY_END = re.compile(
    r"(?:ing|ed|tion|sion|ment|ance|ence|ity|ness|ure|als?|ers?|ors?|ies|[^s]s|ly|off|up)$"
)
_TITLES = _set("dr mr mrs ms prof professor herr frau senor senora sr sra monsieur madame")


@dataclass(frozen=True, slots=True)
class Names:
    """What is known, by its plain words; `all` are words that are no slips in others."""

    projects: frozenset[str]
    people: frozenset[str]  # whole names, keys, and each part of a name
    keys: frozenset[str]  # of items
    item_words: frozenset[str]

    @property
    def all(self) -> frozenset[str]:
        return self.projects | self.people | self.keys | self.item_words | _WORK | _PARTIES | _GIVEN_NAMES


@lru_cache(maxsize=64)
def names(known: Known) -> Names:
    people = {plain(name) for name in known.people}
    parts = {part for name in people for part in re.findall(r"[^\W_]+", name) if len(part) > 1}
    items = [plain(name) for name in known.items]
    words = {word for name in items for word in re.findall(r"[^\W_]+", name)}
    return Names(
        frozenset(plain(name) for name in known.projects if len(name) > 1),
        frozenset(people | (parts - _TITLES)),
        frozenset(name for name in items if " " not in name),
        frozenset(word for word in words if len(word) > 2 and word not in _EMPTY),
    )


def kind(written: str, known: Names) -> str:
    """What these words, as they are written, look like they name."""
    words = [
        part.removesuffix("'s").rstrip(".")
        for part in re.split(r"[\s,]+", plain(written).replace("’", "'"))
        if part
    ]
    whole = " ".join(words)
    if written.strip() == "IT":
        return PARTY
    if whole in ASKER or whole.startswith("<@") or whole in known.people:
        return PERSON
    if all(word in _EMPTY for word in words):
        return NOTHING
    if whole in known.projects:
        return PROJECT
    if whole in known.keys:
        return ITEM
    if words[-1] in _ROLES:
        return PERSON
    if words[-1] in _PARTY_ENDS or (words[-1] in _PARTIES and not is_work(words[:-1]) and len(words) <= 2):
        return PARTY
    return _by_looks(written, words, known)


def like_a_name(written: str, ordinary: frozenset[str]) -> bool:
    """Could these lower-case words be the name of a place or a company, and hardly anything else?"""
    words = plain(written).split()
    if len(words) == 2 and words[0] in _BEFORE_A_NAME:
        return words[1].isalpha() and words[1] not in ordinary
    if len(words) != 1 or not words[0].isalpha() or len(words[0]) < 4:
        return False
    taken = any(words[0] in known for known in (ordinary, _WORK, _PARTIES, _EMPTY, _GIVEN_NAMES))
    return not taken and not _ORDINARY_END.search(words[0])


def _by_looks(written: str, words: list[str], known: Names) -> str:
    if all(word in known.people or word in _TITLES for word in words):
        return PERSON
    parts = re.findall(r"[^\W_]+", written)
    if re.search(r"[\d_/]", written) or is_work(words) or _is_abbreviation(written, parts):
        return ITEM
    if len(words) <= 3 and (words[0] in _TITLES or _is_given_name(written, words[0])):
        return PERSON
    if len(words) == 1 and words[0] in known.item_words:
        return ITEM
    if parts and all(part[:1].isupper() or part.casefold() in ("of", "de", "st", "the") for part in parts):
        return PROJECT
    return UNKNOWN


def _is_abbreviation(written: str, parts: list[str]) -> bool:
    if written.isupper():
        return 2 <= len(written) <= 5
    return any(len(part) > 1 and part.isupper() for part in parts)


def is_work(words: Iterable[str]) -> bool:
    return any(word in _WORK or (word.endswith("s") and word[:-1] in _WORK) for word in words)


def _is_given_name(written: str, first: str) -> bool:
    """Names that are also ordinary words only count when they are written large."""
    return first in _GIVEN_NAMES and (first not in _NOT_NAMES or written[:1].isupper())
