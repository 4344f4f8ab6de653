"""How are Slack's tokens kept so that who steals the database has none of them?"""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Sequence

from bot.domain.errors import Refused

_BYTES = 32  # of a Fernet key


class Vault:
    """Locks with the newest key, and opens with any of them."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Keys as `new_key` makes them, newest first, and at least one."""
        from cryptography.fernet import Fernet, InvalidToken, MultiFernet  # 30 ms, and many never need it

        self._wrong = InvalidToken
        self._newest = Fernet(keys[0])
        self._all = MultiFernet([Fernet(key) for key in keys])

    def lock(self, token: str) -> str:
        return self._all.encrypt(token.encode()).decode()

    def open(self, locked: str) -> str:
        """Refused when none of the keys fits."""
        try:
            return self._all.decrypt(locked).decode()
        except self._wrong as cause:
            raise _no_key() from cause

    def renewed(self, locked: str) -> str | None:
        """The same, locked with the newest key; None when it is already."""
        try:
            self._newest.decrypt(locked)
            return None
        except self._wrong:
            pass
        try:
            return self._all.rotate(locked).decode()
        except self._wrong as cause:
            raise _no_key() from cause


def new_key() -> str:
    return base64.urlsafe_b64encode(os.urandom(_BYTES)).decode()


def is_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, altchars=b"-_", validate=True)) == _BYTES
    except (binascii.Error, ValueError):
        return False


def _no_key() -> Refused:
    return Refused(
        "No key in GOLIVE_TOKEN_KEYS opens what is stored: put the key that tokens were stored with "
        "back, after the newest one. Without it those workspaces have to install golive again."
    )
