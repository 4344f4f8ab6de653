"""That no line of a log says who a patient is, whoever writes it."""

from __future__ import annotations

import json
import logging
from urllib.parse import quote_plus

import pytest

from bot.domain.patientdata import WITHHELD
from bot.integrations import logs

SAID = "Jane Roe, DOB 3/12/1958, MRN 00482913"


@pytest.fixture(autouse=True)
def _guarded() -> None:
    logs.guard()
    logs.guard()  # twice does no harm


@pytest.mark.parametrize(
    "body",
    [
        SAID,
        json.dumps({"text": SAID, "blocks": [{"text": SAID}]}),
        json.dumps({"text": f"Frau Müller\n{SAID}"}),
        f"token=x&text={quote_plus(SAID)}&command=%2Fgolive",
        str({"text": SAID}),
    ],
)
def test_a_body_in_a_debug_line_of_a_library_is_withheld(body: str, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("slack_bolt.App", "slack_sdk.web.async_client", "golive.bolt", "golive.inbox"):
        with caplog.at_level(logging.DEBUG, logger=name):
            logging.getLogger(name).debug("received: %s", body)
    assert "00482913" not in caplog.text
    assert caplog.text.count(WITHHELD) == 4


def test_an_error_keeps_where_it_happened_and_not_what_it_said(caplog: pytest.LogCaptureFixture) -> None:
    try:
        try:
            raise ValueError(SAID)
        except ValueError as cause:
            raise RuntimeError("cannot go on") from cause
    except RuntimeError:
        logging.getLogger("golive.inbox").exception("Event %s could not be handled", "Ev1")
    assert "Event Ev1 could not be handled" in caplog.text
    assert "test_logs.py" in caplog.text
    assert "RuntimeError" in caplog.text
    assert "00482913" not in caplog.text
    assert "00482913" not in repr([vars(record) for record in caplog.records])


def test_other_lines_stay_as_they_are(caplog: pytest.LogCaptureFixture) -> None:
    try:
        raise ValueError("the disk is full")
    except ValueError:
        logging.getLogger("golive.inbox").exception("Event %s waits", "Ev1")
    assert "Event Ev1 waits" in caplog.text
    assert "ValueError: the disk is full" in caplog.text
