"""Guards that stand before every view: who may, and demo sign-ins stay local."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, assert_never

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from kring.accounts.access import (
    Access,
    Anyone,
    EndsLooking,
    Operator,
    PortalAccount,
    PortalContact,
    StaffFrom,
    TokenBearer,
    access_of,
    reaches,
)
from kring.accounts.locality import stays_local
from kring.accounts.looking import look_of, visit_for
from kring.accounts.models import PortalLook, StaffRole, User
from kring.accounts.visits import note_visit, visit_of

Answer = Callable[[HttpRequest], HttpResponseBase]
View = Callable[..., Any]


class AccessNotNamedError(PermissionDenied):
    """A view without a named access was asked for."""


class StaffRoleTooLowError(PermissionDenied):
    """The view asks for a higher staff role than this user has."""

    def __init__(self, role: StaffRole) -> None:
        super().__init__()
        self.role = role


class OnlyLookingError(PermissionDenied):
    """Who looks at the portal as a contact sees it changes nothing there."""


class DemoSignInsStayLocal:
    """Takes a demo user for a stranger when the request comes from elsewhere."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user = request.user
        if user.is_authenticated and user.demo_only and not stays_local(request):
            request.user = AnonymousUser()
        return self.answer(request)


class OnlyWhoMay:
    """Lets a request through to its view when that view's named access allows it."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.answer(request)

    def process_view(
        self,
        request: HttpRequest,
        view: View,
        view_args: tuple[object, ...],  # noqa: ARG002  Django's signature
        view_kwargs: dict[str, object],  # noqa: ARG002
    ) -> HttpResponseBase | None:
        access = access_of(view)
        look = look_of(request)
        if look is not None:
            return _only_looking(request, access, look)
        match access:
            case Anyone() | TokenBearer():
                return None
            case StaffFrom(role):
                return _turned_away(request, role)
            case PortalAccount() | PortalContact() | EndsLooking():
                return _turned_away_from_portal(request, access)
            case Operator() | None:
                raise AccessNotNamedError
            case _:
                assert_never(access)


def _turned_away(request: HttpRequest, role: StaffRole) -> HttpResponseBase | None:
    """None when this user may pass."""
    user = request.user
    if not isinstance(user, User):
        return _to_sign_in(request)
    if not reaches(user, role):
        raise StaffRoleTooLowError(role)
    return None


def _only_looking(
    request: HttpRequest, access: Access | None, look: PortalLook
) -> HttpResponseBase | None:
    """Whoever looks as a contact reads what the contact reads, and does nothing.

    The cookie that says so comes to the portal alone.
    """
    note_visit(request, visit_for(look))
    match access:
        case EndsLooking():
            return None
        case PortalContact() if request.method in {"GET", "HEAD"}:
            return None
        case _:
            raise OnlyLookingError


def _turned_away_from_portal(
    request: HttpRequest, access: PortalAccount | PortalContact | EndsLooking
) -> HttpResponseBase | None:
    """None when a visitor of the portal may pass; who is signed in as staff is none."""
    if isinstance(access, EndsLooking):
        return redirect_to_login(resolve_url("portal"), _door_of_portal())
    visit = visit_of(request)
    if visit is None:
        return redirect_to_login(_page_wanted(request), _door_of_portal())
    note_visit(request, visit)
    if isinstance(access, PortalContact) and visit.contact is None:
        return redirect_to_login(_page_wanted(request), resolve_url("portal-who"))
    return None


def _door_of_portal() -> str:
    return resolve_url("portal-sign-in")


def _page_wanted(request: HttpRequest) -> str:
    """Where to go on afterwards; a form is not sent again."""
    is_page = request.method in {"GET", "HEAD"}
    return request.get_full_path() if is_page else resolve_url("portal")


def _to_sign_in(request: HttpRequest) -> HttpResponseBase:
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    if htmx:
        page = htmx.current_url_abs_path or resolve_url("/")
        return HttpResponseClientRedirect(redirect_to_login(page).url)
    page = request.get_full_path() if request.method in {"GET", "HEAD"} else "/"
    return redirect_to_login(page)
