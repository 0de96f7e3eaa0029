"""Codes to sign in with: short, for a short time, and kept as a digest alone."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.utils.crypto import constant_time_compare, salted_hmac

DIGITS: Final = 6
LASTS: Final = timedelta(minutes=15)
TRIES: Final = 5
"""How often a code may be guessed before it works no more."""

MOST_SENT: Final = ((timedelta(hours=1), 5), (timedelta(days=1), 20))
"""How many codes an account is sent within these times; each may be guessed at."""


def new_code() -> str:
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def digest_of_code(code: str, key: UUID) -> str:
    """Worthless to whoever reads the table alone: made with the server's own key."""
    hashed = salted_hmac(f"kring.accounts.codes:{key.hex}", code, algorithm="sha256")
    return hashed.hexdigest()


def is_code(written: str, *, key: UUID, digest: str) -> bool:
    """Whether this is the code, however its digits were spaced."""
    code = "".join(one for one in written if one in "0123456789")
    return digest != "" and constant_time_compare(digest_of_code(code, key), digest)
