"""Tokens: the secrets they are made of, and whom a secret belongs to."""

from __future__ import annotations

import secrets
from hashlib import sha256
from typing import Final

from django.db.models import QuerySet

from kring.accounts.models import Token

PREFIX: Final = "kring_"
"""Every secret begins with it, so that one left lying about is recognised."""

_BYTES: Final = 32


def new_secret() -> str:
    """A secret of 256 random bits, which nobody guesses."""
    return PREFIX + secrets.token_urlsafe(_BYTES)


def digest_of(secret: str) -> str:
    """What is kept of a secret; so random a one needs no slow hashing."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def token_with_secret(secret: str) -> Token | None:
    """The token that was not revoked, with its user, in one query."""
    found = Token.objects.select_related("user").filter(revoked_at__isnull=True)
    return found.filter(digest=digest_of(secret)).first()


def tokens() -> QuerySet[Token]:
    """All tokens with their users, the newest first."""
    return Token.objects.select_related("user").order_by("-created_at", "-pk")
