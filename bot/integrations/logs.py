"""What of a line may be written into a log? Nothing that says who a patient is, whoever writes it."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_plus

from bot.domain import patientdata
from bot.domain.patientdata import WITHHELD

Factory = Callable[..., logging.LogRecord]


def guard() -> None:
    """Look at every line before any handler sees it: ours, and the debug lines of Bolt, the SDK and other
    libraries, which hold bodies. A filter would have to be put on each logger, also those made later."""
    factory = logging.getLogRecordFactory()
    if not isinstance(factory, _Guarded):
        logging.setLogRecordFactory(_Guarded(factory))


class _Guarded:
    """Makes records as before, without what may not be in them."""

    def __init__(self, factory: Factory) -> None:
        self._factory = factory

    def __call__(self, *given: Any, **named: Any) -> logging.LogRecord:
        record = self._factory(*given, **named)
        try:
            said = record.getMessage()
        except Exception:  # its arguments do not fit: the handler will say so, and would show them
            said = f"{record.msg} {record.args}"
        if _tells(said):
            record.msg, record.args = WITHHELD, None
        if record.exc_info and record.exc_info[0] is not None:
            _guard_traceback(record)
        if record.stack_info and _tells(record.stack_info):
            record.stack_info = None
        return record


def _guard_traceback(record: logging.LogRecord) -> None:
    assert record.exc_info is not None
    kind, error, trace = record.exc_info
    shown = "".join(traceback.format_exception(kind, error, trace))
    if _tells(shown):
        where = "".join(traceback.format_tb(trace)) if trace else ""
        name = kind.__name__ if kind else "error"
        record.exc_info = None
        record.exc_text = f"Traceback (most recent call last):\n{where}{name}: {WITHHELD}"


def _tells(text: str) -> bool:
    if patientdata.found(text) is not None:
        return True
    return "%" in text and patientdata.found(unquote_plus(text)) is not None
