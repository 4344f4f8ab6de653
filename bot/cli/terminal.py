"""What is written where? Answers to stdout, everything else to stderr, and no secret anywhere."""

from __future__ import annotations

import logging
import re

from rich.console import Console

from bot.integrations import logs

answers = Console(highlight=False, soft_wrap=True)
errors = Console(stderr=True, highlight=False, soft_wrap=True)

_SECRET = re.compile(
    r"xox[a-z]-[\w-]+|xapp-[\w-]+|xwfp-[\w-]+|(?<=ticket=)[\w-]+|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"
)


class NoSecrets(logging.Formatter):
    """Whatever a library puts into a log line or a traceback, tokens and passwords are not in it."""

    def format(self, record: logging.LogRecord) -> str:
        return _SECRET.sub("[secret]", super().format(record))


def log_to_stderr(level: str) -> None:
    """golive's own lines at this level; the libraries' warnings only, as their debug lines hold bodies."""
    logs.guard()
    handler = logging.StreamHandler()
    handler.setFormatter(NoSecrets("%(asctime)s %(levelname)-7s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("golive").setLevel(level.upper())
    logging.getLogger("golive.bolt").setLevel(logging.WARNING)
    logging.getLogger("storage").setLevel(level.upper())
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
