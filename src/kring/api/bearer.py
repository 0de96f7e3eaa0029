"""Who asks: the user of the token that a request brings, and nobody without one."""

from __future__ import annotations

from typing import Final, NoReturn

from django.http import HttpRequest
from ninja.security import HttpBearer

from kring.accounts.access import StaffFrom, reaches
from kring.accounts.actors import Actor, actor_of
from kring.accounts.locality import stays_local
from kring.accounts.models import StaffRole, Token, User
from kring.accounts.tokens import token_with_secret
from kring.actions.tokens import note_use
from kring.api.errors import RoleTooLowError, TokenNeededError, TokenRefusedError


class Bearer(HttpBearer):
    """Lets in whoever has a token of a user with this staff role or a higher one."""

    def __init__(self, role: StaffRole) -> None:
        super().__init__()
        self.access: Final = StaffFrom(role)

    def __call__(self, request: HttpRequest) -> Token:
        scheme, _, secret = request.headers.get(self.header, "").partition(" ")
        if scheme.lower() != self.openapi_scheme or not secret.strip():
            raise TokenNeededError
        return self.authenticate(request, secret.strip())

    def authenticate(self, request: HttpRequest, token: str) -> Token:
        """The token that was brought; raises when it opens nothing here."""
        found = token_with_secret(token)
        if found is None or not _may_sign_in(found.user, request):
            raise TokenRefusedError
        if not reaches(found.user, self.access.role):
            raise RoleTooLowError(self.access.role.value)
        note_use(found)
        return found


class Nobody(HttpBearer):
    """Stands where an operation names nobody."""

    def __call__(self, request: HttpRequest) -> NoReturn:  # noqa: ARG002
        raise TokenRefusedError

    def authenticate(self, request: HttpRequest, token: str) -> NoReturn:  # noqa: ARG002
        raise TokenRefusedError


READERS: Final = Bearer(StaffRole.READER)
STAFF: Final = Bearer(StaffRole.STAFF)


def token_of(request: HttpRequest) -> Token:
    """The token of a request that was let in."""
    token = getattr(request, "auth", None)
    if not isinstance(token, Token):
        raise TokenNeededError
    return token


def actor(request: HttpRequest) -> Actor:
    """Who answers for what this request changes."""
    return actor_of(token_of(request).user)


def _may_sign_in(user: User, request: HttpRequest) -> bool:
    return user.is_active and (not user.demo_only or stays_local(request))
