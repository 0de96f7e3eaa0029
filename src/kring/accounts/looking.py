"""Staff looks at the portal as a contact sees it: for a while, changing nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from kring.accounts.access import reaches
from kring.accounts.models import PortalLook, PortalSession, StaffRole, User
from kring.accounts.visits import PATH, Visit, digest_of_token
from kring.contacts.models import Contact, EmailAddress

COOKIE: Final = "kring_portal_look"
LASTS: Final = timedelta(minutes=15)
ROLE: Final = StaffRole.STAFF
"""Who may look so; asked again at every request."""


def look_of(request: HttpRequest) -> PortalLook | None:
    """The look that this request belongs to, if it still lasts."""
    token = request.COOKIES.get(COOKIE, "")
    if not token:
        return None
    looks = PortalLook.objects.select_related("user", "contact").filter(
        digest=digest_of_token(token), ends_at__gt=timezone.now()
    )
    look = looks.first()
    return look if look is not None and reaches(look.user, ROLE) else None


def visit_for(look: PortalLook) -> Visit:
    """What the portal shows to the contact; nobody signed in for it.

    The session and its account are of nobody, and kept nowhere.
    """
    account = User(pk=0, email=_address_of(look.contact))
    session = PortalSession(pk=0, account=account, contact=look.contact)
    people = (look.contact,)
    return Visit(session, people, (), look.contact, None, look)


def remember(response: HttpResponse, token: str) -> None:
    response.set_cookie(
        COOKIE,
        token,
        path=PATH,
        max_age=int(LASTS.total_seconds()),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def forget(response: HttpResponse) -> None:
    response.delete_cookie(COOKIE, path=PATH, samesite="Lax")


def end_of_look(begun: datetime) -> datetime:
    return begun + LASTS


def _address_of(contact: Contact) -> str:
    first = EmailAddress.objects.filter(contact=contact, is_primary=True).first()
    return first.address if first else ""
