"""What stands in the gaps of the made-up messages about patients and about everything else?"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from stdnum.ca import bc_phn
from stdnum.ch import ssn as ahv
from stdnum.fr import nir
from stdnum.gb import nhs
from stdnum.nl import bsn

DATA = Path(__file__).parent / "data"
TIMES = {"patients": 3, "ordinary": 5}  # how often each line is filled in


def _words(text: str) -> list[str]:
    return text.split()


GIVEN = _words("""John Maria Jane Robert Linda Hans Amélie José Fatima Wei Priya Olga Kwame Lars Carmen
Siobhan Oluwaseun Thuy Nkechi Kaveh Xochitl Mohinder Anneke Tadeusz Ragnhild Ioana Djamila Zofia Keiko
Tendai""")
FAMILY = _words("""Smith Garcia Roe Okafor Lindqvist Müller O'Connor Álvarez Nguyen Patel Kowalski Haddad
Jensen Moreau Rossi Quintanilla Fitzgerald Van-Dyke Petrov Yamamoto Baptiste Lee Brown Adeyemi Rostami""")
STAFF = """Ana Reyes|Ben Ito|Chen Wei|Dita Novak|Sam Hollis|Priya Raman|Tom Becker|Lucia Ferri|Omar Haddad|
Grace Lund|Noor Aziz|Paul Weber|Karen Stone|Mateo Cruz|Eva Lang""".replace("\n", "").split("|")
ITEMS = """vpn|mapping|firewall rule|load test|interface engine|ADT feed|certificate|cutover plan|training|
MLLP tunnel|patient merge test|MRN mapping|eligibility check|chart conversion""".replace("\n", "").split("|")
MONTHS = ["Jan", "Feb", "March", "April", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec"]
STREETS = ["12 Elm Street", "4410 N Oak Ave", "7 Harbor Rd", "215 Mill Creek Lane", "Gartenstraße 12"]
_GAP = re.compile(r"\{\{|\}\}|\{(\w+)\}")


@dataclass(frozen=True)
class Message:
    group: str
    text: str


def messages(name: str) -> list[Message]:
    """The lines of a file of messages, each filled in a few times; the same ones every time."""
    found: dict[str, Message] = {}
    group = ""
    for line in (DATA / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("= "):
            group = line[2:]
        elif line and not line.startswith("# "):
            for nth in range(TIMES[name]):
                text = _filled(line.replace("\\n", "\n"), random.Random(f"{line} {nth}"))
                found.setdefault(text, Message(group, text))
    return list(found.values())


def _filled(line: str, dice: random.Random) -> str:
    gaps = {**_somebody(dice), **_of_states(dice), **_work(dice)}
    gaps |= {f"{name}2": text for name, text in _somebody(dice).items()}
    gaps["mrn3"] = _record(dice)
    return _GAP.sub(lambda m: gaps[m[1]] if m[1] else m[0][0], line)


def _somebody(dice: random.Random) -> Mapping[str, str]:
    given, family = dice.choice(GIVEN), dice.choice(FAMILY)
    year, month, day = dice.randint(1928, 2024), dice.randint(1, 12), dice.randint(1, 28)
    iso = f"{year}-{month:02}-{day:02}"
    short = f"{month}/{day}/{year % 100:02}" if 1935 < year < 1995 else f"{month}/{day}/{year}"
    return {
        "given": given,
        "family": family,
        "Given": given,
        "Family": family,
        "GIVEN": given.upper(),
        "FAMILY": family.upper(),
        "Name": f"{given} {family}",
        "NAME": f"{family.upper()}, {given.upper()}",
        "lower": f"{given} {family}".lower(),
        "initials": f"{given[0]}{family[0]}",
        "iso": iso,
        "ymd": iso.replace("-", ""),
        "dot": f"{day:02}.{month:02}.{year}",
        "long": dice.choice([f"{MONTHS[month - 1]} {day}, {year}", f"{day} {MONTHS[month - 1]} {year}"]),
        "dob": dice.choice([short, f"{month:02}/{day:02}/{year}", iso, f"{month}-{day}-{year}"]),
        "mrn": _record(dice),
        "phone": f"{dice.randint(201, 989)}-{dice.randint(200, 999)}-{dice.randint(0, 9999):04}",
        "street": dice.choice(STREETS),
        "member": dice.choice("WXH") + str(dice.randint(10**8, 10**9 - 1)),
    }


def _record(dice: random.Random) -> str:
    whole = (
        f"{dice.randint(1, 999_999):08}",
        str(dice.randint(100_000, 9_999_999)),
        f"E{dice.randint(10**6, 10**7 - 1)}",
    )
    return dice.choice(whole[:2] * 2 + whole[2:])


def _of_states(dice: random.Random) -> Mapping[str, str]:
    """Numbers that states and insurances give; their check digits are right."""
    area = dice.choice([*range(1, 666), *range(667, 900)])
    ssn = f"{area:03}-{dice.randint(1, 99):02}-{dice.randint(1, 9999):04}"
    nine = f"{dice.randint(10**8, 10**9 - 1)}"
    health = next(n for n in _tries(dice, 10) if nhs.is_valid(n))
    letter, two = dice.choice("ACDEFGHJKMNPQRTUVWXY"), f"{dice.randint(10, 99)}"
    pair, digit = letter * 2, str(dice.randint(1, 9))
    mbi = f"{digit}{pair}{digit}{pair}{digit}{pair}{two}"
    year, month = dice.randint(10, 99), dice.randint(1, 12)
    thirteen = f"{dice.randint(1, 2)}{year}{month:02}75{dice.randint(1, 999):03}{dice.randint(1, 999):03}"
    swiss = f"756{nine}"
    return {
        "ssn": ssn,
        "ssn_plain": ssn.replace("-", ""),
        "ssn_spaced": ssn.replace("-", " "),
        "nhs": nhs.format(health),
        "nhs_plain": health,
        "bsn": next(n for n in _tries(dice, 9) if bsn.is_valid(n)),
        "nir": thirteen + nir.calc_check_digits(thirteen),
        "ahv": ahv.format(swiss + _ean(swiss)),
        "kvnr": f"{letter}{nine}",
        "phn": next(n for n in (f"9{n}" for n in _tries(dice, 9)) if bc_phn.is_valid(n)),
        "mbi": f"{mbi[:4]}-{mbi[4:7]}-{mbi[7:]}",
        "mbi_plain": mbi,
    }


def _tries(dice: random.Random, digits: int) -> list[str]:
    return [str(dice.randint(10 ** (digits - 1) * 2, 10**digits - 1)) for _ in range(200)]


def _ean(twelve: str) -> str:
    return str(-sum(int(c) * (3 if n % 2 else 1) for n, c in enumerate(twelve)) % 10)


def _work(dice: random.Random) -> Mapping[str, str]:
    """What a project talks of."""

    def digits(count: int) -> str:
        return str(dice.randint(10 ** (count - 1), 10**count - 1))

    def day() -> tuple[str, str]:
        month, day, year = dice.randint(1, 12), dice.randint(1, 28), dice.choice([2026, 2027])
        spoken = [
            f"{month}/{day}",
            f"{month}/{day}/{year}",
            f"{day}.{month}.{year}",
            f"{MONTHS[month - 1]} {day}",
        ]
        return dice.choice([*spoken, f"{year}-{month:02}-{day:02}"]), f"{year}-{month:02}-{day:02}"

    (date, iso), (date2, iso2) = day(), day()
    staff, staff2 = dice.sample(STAFF, 2)
    alphabet = "0123456789abcdef"
    hexes = "".join(dice.choice(alphabet) for _ in range(32))
    known = {f"n{count}": digits(count) for count in (2, 3, 4, 5, 6, 7, 10, 12)}
    return known | {
        "n": digits(1),
        "n2b": digits(2),
        "n7b": digits(7),
        "small": digits(1),
        "date": date,
        "date2": date2,
        "isodate": iso,
        "isodate2": iso2,
        "time": f"{dice.randint(7, 18)}:{dice.choice(['00', '15', '30'])}",
        "Staff": staff,
        "Staff2": staff2,
        "StaffGiven": staff.split()[0],
        "StaffFamily": staff.split()[1],
        "staffkey": staff.split()[0].lower(),
        "staffkey2": staff2.split()[0].lower(),
        "item": dice.choice(ITEMS),
        "ticket": dice.choice([f"CHG{digits(7)}", f"INC{digits(7)}", f"GL-{digits(3)}", f"#{digits(4)}"]),
        "jira": f"{dice.choice(['GOL', 'INT', 'EHR'])}-{digits(4)}",
        "jira2": f"{dice.choice(['GOL', 'INT', 'EHR'])}-{digits(4)}",
        "ver": f"{digits(1)}.{digits(2)}.{digits(1)}",
        "npi": dice.choice(["1234567893", "1457398215", "1902846306"]),
        "phone": f"{dice.randint(201, 989)}-{dice.randint(200, 999)}-{dice.randint(0, 9999):04}",
        "phone2": f"{dice.randint(201, 989)}-{dice.randint(200, 999)}-{dice.randint(0, 9999):04}",
        "port": dice.choice(["2575", "443", "6661", "22"]),
        "port2": dice.choice(["2576", "8443", "6662", "21"]),
        "http": dice.choice(["500", "503", "401", "404"]),
        "hex": hexes[:12],
        "hexup": hexes[:8].upper(),
        "uuid": f"{hexes[:8]}-{hexes[8:12]}-4{hexes[13:16]}-a{hexes[17:20]}-{hexes[20:]}",
    }
