"""What is kept of a file that shows something?"""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import pytest

from bot.domain import patientdata, proofs
from bot.domain.errors import Refused
from bot.domain.proofs import Proof

LINK = "https://quay.slack.com/files/U0ANA/F0LIST/list.pdf"
HASH = sha256(b"list").hexdigest()
PROOF = Proof(name="list.pdf", link=LINK, size=1_250_000, sha256=HASH, by="U0ANA", channels=frozenset({"C0"}))


def test_its_name_its_size_its_hash_and_where_it_lies() -> None:
    assert PROOF.words == f"list.pdf (1.2 MB, sha256 {HASH}): {LINK}"
    assert "outside Slack" in replace(PROOF, sha256=None).words


def test_a_link_to_it_is_not_said_twice() -> None:
    assert proofs.words("Seen", LINK, [PROOF]) == f"Seen;\n{PROOF.words}"
    assert proofs.words("Seen.", LINK, [PROOF]) == f"Seen.\n{PROOF.words}"
    assert proofs.words("", "https://tickets/1", []) == "https://tickets/1"


@pytest.mark.parametrize(
    ("link", "file"),
    [
        (LINK, "F0LIST"),
        (f" {LINK} ", "F0LIST"),
        ("https://quay.slack.com/files/U0ANA/F0LIST", "F0LIST"),
        ("https://quay.slack.com/archives/C0/p1", None),
        ("https://files.example.com/F0LIST", None),
        ("see https://quay.slack.com/files/U0ANA/F0LIST/list.pdf", None),
    ],
)
def test_a_files_link_names_it(link: str, file: str | None) -> None:
    assert proofs.file_of(link) == file


def test_only_ones_own_files_and_those_of_the_projects_channel_count() -> None:
    proofs.refuse_others(PROOF, "U0ANA", None)
    proofs.refuse_others(PROOF, "U0BEN", "C0")
    for channel in (None, "C1"):
        with pytest.raises(Refused, match="uploaded yourself"):
            proofs.refuse_others(PROOF, "U0BEN", channel)


def test_a_hash_says_nothing_of_a_patient() -> None:
    for number in range(500):
        hashed = replace(PROOF, sha256=sha256(str(number).encode()).hexdigest())
        assert patientdata.found(proofs.words("The test patient's record opens", "", [hashed])) is None
