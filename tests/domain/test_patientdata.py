"""What says who a patient is, and what only talks about such things. All of it is made up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks._filling import messages
from bot.domain.patientdata import PatientData, found, found_in

A_MESSAGE = (
    "MSH|^~\\&|ADT|HARB|EPX|NORTH|202702110812||ADT^A08|MSG00017|P|2.5.1\n"
    "EVN|A08|202702110812\n"
    "PID|1||00482913^^^HARB^MR||ROE^JANE||19580312|F"
)
FHIR = (
    '{"resourceType": "Patient", "name": [{"family": "Roe", "given": ["Jane"]}], "birthDate": "1958-03-12"}'
)


@pytest.mark.parametrize(
    "text",
    [
        "MRN 00482913",
        "*MRN:* `00482913` does not open",
        "MRN#00482913",
        '"mrn": "00482913"',
        "pt John Smith DOB 3/4/1961",
        "Jane Roe, born 12.03.1958, chart #48213",
        "SMITH, JOHN 00482913 has no allergies",
        "DOB March 4, 1961, last name Smith",
        "SSN 123-45-6789",
        "social security number 123 45 6789",
        "PID|1||00482913^^^HARB^MR||ROE^JANE||19580312|F",
        A_MESSAGE,
        A_MESSAGE.replace("\n", "\\r"),
        A_MESSAGE.replace("&", "&amp;"),
        "NK1|1|ROE^RICHARD|SPO||555-201-8834",
        "NM1*IL*1*ROE*JANE****MI*W123456789~",
        FHIR,
        FHIR.replace('"', '\\"'),
        FHIR.replace('"', "'"),
        '{"subject": {"display": "Jane Roe"}, "birthDate": "1958-03-12"}',
        "Medicare 1EG4-TE5-MK73",
        "NHS number 943 476 5919",
        "BSN 123456782",
        "member id W123456789 for Jane Roe",
        "last,first,dob,mrn\nRoe,Jane,3/12/1958,004829",
        "Roe,Jane,3/12/1958,F,00482913",
        "patient Jane Roe, 12 Elm Street, 555-201-3344",
        "Frau Roe, geb. 12.03.1958",
        "screenshot_Jane_Roe_MRN_00482913.png",
        "https://ehr.harbor.example/open?mrn=00482913",
        "ｍｒｎ　００４８２９１３",
        "MRN 004\u200b82913",
        '{"subject":{"reference":"Patient/88213","display":"Abernathy, Ruth"}}',
        '<patient><name><given>Ahmed</given><family>Farouk</family></name><birthTime value="19820630"/>',
        "room 12 bed 2 Mrs. Alvarez isn't on the census board",
        "pt in bed 7 ICU - Harold Finch - monitor isn't associating",
        "chambre 214 lit 1 Mme Roussel : pas d'étiquette",
        "CHI 1406805919 - Fiona MacDonald",
        "la CURP LOHM610304MDFPRR09 no valida",
        "número de la seguridad social 28/12345678/40",
        "paziente Nora Quist, codice fiscale QSTNRO48T52H501X",
        "order 88123 for patient Irene Petit, not in PACS",
        "https://fhir.mercy.example/Patient?identifier=774021&name=Harris",
        "Harris B 774021 6/6/47",
        "PID:\n  3: 990123\n  5: PRICE^DEVON\n  7: 20110115",
        "row 44: Price,Devon,1/15/2011,990123",
        "Devon Price\n01/15/2011\n990123",
        "Yolanda Fitzgerald, MRN ending 9123, results not released",
        "Tasha King 774021 lost her chart",
        "ID;NACHNAME;VORNAME;GEBDAT\n4410;Brandt;Uwe;03.03.1955",
        "Herr Uwe Brandt, geboren am 3. März 1955, doppelt angelegt",
        "n° sécu 2 47 04 69 123 045 12",
        "insert into person values (4410298,'TEAGUE','MARLON','1970-12-24')",
        "chart merge TEAGUE 4410298 / TEAGUE 4410315",
        "rad exam 771204 for TEAGUE,MARLON done, no report",
        "Teague_Marlon_12241970_CT_abdomen.zip",
        "Brewster_Angela_20039441.pdf",
        "A08 for Angela Brewster didn't update her phone",
        "pt Brewster phone 814-555-0101",
        "Brewster's SSN ends in 1190",
        "Pat. Albrecht, 17.8.44, Labor fehlt",
    ],
)
def test_what_says_who_a_patient_is_is_found(text: str) -> None:
    assert found(text) is not None
    assert found(f"blocker: the feed stopped\n{text}\nwaiting on Harbor IT") is not None


@pytest.mark.parametrize(
    "text",
    [
        "MRN matching is off by one digit",
        "the MRN is 8 digits long",
        "MRN 10000 records in the extract",
        "the PID segment comes before PV1",
        "PID|1||<MRN>^^^<AUTHORITY>^MR||<LAST>^<FIRST>||<YYYYMMDD>|<SEX>",
        "PID|1||&lt;MRN&gt;",
        "PID|1||{mrn}||{last}^{first}",
        "PID-3 carries the MRN, PID-5 the name",
        '{"resourceType": "Patient", "name": [{"family": "<family>"}]}',
        '{"resourceType": "Patient", "id": "example"}',
        "ZZTEST, PATIENT MRN 990012",
        "use the test patient Anna Smith, MRN 990012",
        "PID|1||990012^^^TEST^MR||ZZTEST^PATIENT||19800101|F",
        "CHG0042 and INC123456 are approved",
        "NPI 1234567893 is missing for Dr. Roe",
        "Ana Reyes, 555-201-3344, is on call",
        "Patient Registration: Ana Reyes is our contact, 555-201-3344",
        "Ana Reyes has it, due 3/4",
        "Ana Reyes joined 3/4/2009",
        "message 3f2a1b44-9a1c-4d5e-8f70-123456789012 was rejected",
        "SSN format is 999-99-9999",
        "078-05-1120 is no valid SSN",
        "the default DOB is 01/01/1900",
        "DOB format is MM/DD/YYYY",
        "be patient, Sam Lee is on it",
        "Walter Prince closed 6482506 on 30.11.2026",
        "Defect 1712289 (Park, Mina) retest 30.11.2026",
        "pediatric patients: dob after 12/14/2008 get the ped form",
        "MRN 1-1000 reserved for conversion",
        "is it MR^MERCY or MRN^MERCY in PID-3.4?",
        "EVERYMAN^ADAM in the sample is not real",
        "AIP|1||1457398215^DOYLE^CIARA",
        "provider id 441029 TEAGUE, MARLON PA-C",
        "TESTPATIENT, ONE mrn 9900412",
        "example: PID|1||12345^^^MR||DOE^JOHN is in the spec",
        "select count(*) from patient where dob > '2026-01-01'",
        "room 412, Priya Raman brings the laptops",
        "bed 412-A in the location table, Tom Becker maps it",
        "go-live 11/30/2026, freeze from 2026-11-20",
        "key,title,owner,due\nvpn,VPN up,Ana Reyes,2026-11-20",
        "",
    ],
)
def test_talk_about_such_things_is_left_alone(text: str) -> None:
    assert found(text) is None


def test_a_test_patient_is_excused_and_a_test_with_a_patient_is_not() -> None:
    assert found("please load the test patient Jane Roe DOB 3/12/1958") is None
    assert found("please test patient Jane Roe DOB 3/12/1958") is not None


def test_a_social_security_number_is_never_a_test_patients() -> None:
    assert found("our test patient has SSN 123-45-6789") is not None


def test_where_it_stands_is_told_by_line_and_nothing_is_repeated() -> None:
    finding = found("notes of the call\nall well\nMRN 00482913 was discussed")
    assert finding is not None
    assert finding.where == 3
    sentence = str(PatientData(finding))
    assert "line 3" in sentence
    assert "a medical record number" in sentence
    assert "482913" not in sentence
    assert "the test patient in the ticket" in sentence


def test_every_text_of_a_value_is_looked_at() -> None:
    assert found_in({"a": ["b", {"c": "MRN 00482913"}]}) is not None
    assert found_in({"MRN 00482913": 1}) is not None
    assert found_in({"a": ["b", 3, None, True]}) is None


def test_nineteen_of_twenty_are_found_at_one_false_alarm_in_five_hundred() -> None:
    patients, ordinary = messages("patients"), messages("ordinary")
    assert len(patients) >= 400
    assert len(ordinary) >= 1500
    missed = [each.text for each in patients if found(each.text) is None]
    wrong = [each.text for each in ordinary if found(each.text) is not None]
    assert len(missed) <= len(patients) * 0.05, missed
    assert len(wrong) <= len(ordinary) / 500, wrong


@given(st.text(max_size=300))
def test_any_text_can_be_looked_at(text: str) -> None:
    found(text)


_PIECES = [
    "MRN ",
    "Jane Roe",
    "patient ",
    "PID|",
    "^",
    "|",
    "3/4/1961",
    "00482913",
    "DOB ",
    '{"resourceType":"Patient"',
    ",",
    "\n",
    "\\u0041",
]


@given(st.lists(st.sampled_from(_PIECES), max_size=40).map("".join))
def test_any_mixture_of_what_is_looked_for_can_be_looked_at(text: str) -> None:
    found(text)
