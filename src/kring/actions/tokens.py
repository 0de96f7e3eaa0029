"""Tokens are given out, noted when they are used, and revoked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db.models import Q
from django.utils import timezone

from kring.accounts.actors import Actor, ActorKind
from kring.accounts.models import StaffRole, Token, User
from kring.accounts.tokens import digest_of, new_secret
from kring.actions.errors import (
    NotAllowedError,
    RefusedError,
)
from kring.actions.requiring import require_text
from kring.algebra.text import fold

_NAME_LENGTH: Final = 200
_NOTED_EVERY: Final = timedelta(minutes=5)


@dataclass(eq=False)
class TokenNameMissingError(RefusedError):
    """A token needs a name, by which one knows it again."""


@dataclass(eq=False)
class NoStaffRoleError(RefusedError):
    """A token may do what its user may, and this user may nothing."""

    email: str


@dataclass(eq=False)
class UnknownTokenError(RefusedError):
    """There is no token of this number, or it was revoked already."""

    token: int


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token with its secret, which is told once and kept nowhere."""

    token: Token
    secret: str


def add_token(name: str, *, user: User, by: Actor) -> NewToken:
    """Give out a token that may do what its user may.

    Raises TokenNameMissingError, TextTooLongError, UnprintableTextError,
    NoStaffRoleError or NotAllowedError.
    """
    _require_may(by, user.pk)
    tidy = " ".join(name.split())
    _check(tidy)
    if not user.is_active or not user.staff_role:
        raise NoStaffRoleError(user.email)
    secret = new_secret()
    token = Token.objects.create(user=user, name=tidy, digest=digest_of(secret))
    return NewToken(token, secret)


def revoke_token(token: int, *, by: Actor) -> Token:
    """From now on nobody signs in with it; raises UnknownTokenError otherwise."""
    found = Token.objects.select_related("user").filter(pk=token).first()
    if found is None:
        raise UnknownTokenError(token)
    _require_may(by, found.user_id)
    standing = Token.objects.filter(pk=token, revoked_at__isnull=True)
    if not standing.update(revoked_at=timezone.now()):
        raise UnknownTokenError(token)
    return found


def note_use(token: Token) -> None:
    """Write down that a token was used, at most once in five minutes."""
    now = timezone.now()
    earlier = now - _NOTED_EVERY
    if token.last_used_at is None or token.last_used_at < earlier:
        Token.objects.filter(
            Q(last_used_at__isnull=True) | Q(last_used_at__lt=earlier), pk=token.pk
        ).update(last_used_at=now)


def _require_may(by: Actor, user: int) -> None:
    is_own = by.kind is ActorKind.USER and by.user_id == user
    if by.kind is ActorKind.USER and by.staff_role != StaffRole.ADMIN and not is_own:
        raise NotAllowedError("token")


def _check(name: str) -> None:
    if not fold(name):
        raise TokenNameMissingError
    require_text("name", name, limit=_NAME_LENGTH)
