"""Who may: every view and command names it, and what names nobody opens for nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from kring.accounts.models import StaffRole, User

_MARK: Final = "kring_access"
_RANK: Final = {StaffRole.READER: 1, StaffRole.STAFF: 2, StaffRole.ADMIN: 3}

Marked = TypeVar("Marked", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Anyone:
    """Also who hasn't signed in."""


@dataclass(frozen=True, slots=True)
class StaffFrom:
    """Signed-in staff with this role or a higher one."""

    role: StaffRole


@dataclass(frozen=True, slots=True)
class Operator:
    """Whoever may run commands on the machine, which the machine itself guards."""


@dataclass(frozen=True, slots=True)
class TokenBearer:
    """Whoever brings a token; each operation at the address names the staff role."""


@dataclass(frozen=True, slots=True)
class PortalAccount:
    """Signed in at the portal; which contact one is may have yet to be said."""


@dataclass(frozen=True, slots=True)
class PortalContact:
    """A contact, signed in at the portal."""


@dataclass(frozen=True, slots=True)
class EndsLooking:
    """Of the staff, looking at the portal as a contact: it ends that."""


Access = (
    Anyone
    | StaffFrom
    | Operator
    | TokenBearer
    | PortalAccount
    | PortalContact
    | EndsLooking
)


def anyone_may(view: Marked) -> Marked:
    return _marked(view, Anyone())


def staff_may(role: StaffRole) -> Callable[[Marked], Marked]:
    def mark(view: Marked) -> Marked:
        return _marked(view, StaffFrom(role))

    return mark


def operator_may(command: Marked) -> Marked:
    return _marked(command, Operator())


def token_may(view: Marked) -> Marked:
    return _marked(view, TokenBearer())


def portal_account_may(view: Marked) -> Marked:
    return _marked(view, PortalAccount())


def who_looks_may(view: Marked) -> Marked:
    return _marked(view, EndsLooking())


def contact_may(view: Marked) -> Marked:
    return _marked(view, PortalContact())


def access_of(target: Callable[..., Any]) -> Access | None:
    """Who may use this view or command; None where nobody said."""
    return getattr(target, _MARK, None)


def signed_in(request: HttpRequest) -> User:
    """The user behind a request that only staff could make."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def reaches(user: User, role: StaffRole) -> bool:
    """Whether this user's staff role is the asked one or a higher one."""
    if not user.is_active or user.staff_role == "":
        return False
    return _RANK[StaffRole(user.staff_role)] >= _RANK[role]


def _marked(target: Marked, access: Access) -> Marked:
    setattr(target, _MARK, access)
    return target
