"""Who visits the portal: looked up anew at every request, by a cookie of its own."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from kring.accounts.actors import THE_CONTACT, Actor, for_an_organisation
from kring.accounts.models import PortalLook, PortalSession
from kring.contacts.models import Contact, EmailAddress, Representation
from kring.contacts.queries import living_contacts_at
from kring.contacts.representing import on_portal_for

COOKIE: Final = "kring_portal"
PATH: Final = "/portaal/"
LASTS: Final = timedelta(hours=12)
BROWSER_LENGTH: Final = 300


@dataclass(frozen=True, slots=True)
class Visit:
    """Who is signed in at the portal; `contact` is None until one said who one is.

    `people` are the contacts that have the account's e-mail address now, and `links`
    say for which organisations they act today. `person` is who one said to be, and
    `link` for which organisation, if for any: that is the contact then.
    """

    session: PortalSession
    people: tuple[Contact, ...]
    links: tuple[Representation, ...]
    person: Contact | None
    link: Representation | None
    look: PortalLook | None = None
    """Somebody of the staff who only looks, as this contact sees it."""

    @property
    def contact(self) -> Contact | None:
        """Whose groups and details these are."""
        if self.person is None or self.session.acts_for is None:
            return self.person
        return self.link.organisation if self.link else None

    @property
    def actor(self) -> Actor:
        """Who answers for what is done."""
        if self.person is None or self.link is None:
            return THE_CONTACT
        return for_an_organisation(self.person.pk)

    @property
    def can_choose(self) -> bool:
        """Whether one may be several people, or act for somebody."""
        return len(self.people) + len(self.links) > 1


def visit_of(request: HttpRequest) -> Visit | None:
    """The visit that this request belongs to, if it still lasts.

    Whoever was erased or merged away, died, or has this e-mail address no more, is
    nobody that one can be; and for an organisation one acts only as long as one may.
    """
    token = request.COOKIES.get(COOKIE, "")
    if not token:
        return None
    sessions = PortalSession.objects.select_related("account").filter(
        digest=digest_of_token(token), ends_at__gt=timezone.now()
    )
    session = sessions.filter(account__is_active=True).first()
    if session is None:
        return None
    return _visit(session, day=timezone.localdate())


def _visit(session: PortalSession, *, day: date) -> Visit:
    people = tuple(living_contacts_at(session.account.email))
    links = tuple(on_portal_for([one.pk for one in people], day=day))
    chosen = (one for one in people if one.pk == session.contact_id)
    pair = (session.contact_id, session.acts_for)
    acting = (one for one in links if (one.person_id, one.organisation_id) == pair)
    return Visit(session, people, links, next(chosen, None), next(acting, None))


def sessions_of(visit: Visit) -> QuerySet[PortalSession]:
    """Where the account of a visit is signed in now, where it was last used first."""
    lasting = PortalSession.objects.filter(ends_at__gt=timezone.now())
    return lasting.filter(account=visit.session.account_id).order_by("-seen_at", "pk")


def sessions_of_contact(contact: int) -> QuerySet[PortalSession]:
    """Where somebody is signed in who is this contact, or may go on as it."""
    owned = EmailAddress.objects.filter(contact=contact)
    addresses = [one.lower() for one in owned.values_list("address", flat=True)]
    theirs = Q(contact=contact) | Q(account__email__in=addresses)
    return PortalSession.objects.filter(theirs, ends_at__gt=timezone.now())


def visiting(request: HttpRequest) -> Visit:
    """The visit behind a request that only a visitor of the portal could make."""
    visit = visit_noted(request)
    if visit is None:
        raise PermissionDenied
    return visit


def visit_noted(request: HttpRequest) -> Visit | None:
    """The visit of whoever was let in; None elsewhere than at the portal."""
    visit = getattr(request, _NOTED, None)
    return visit if isinstance(visit, Visit) else None


def visiting_contact(request: HttpRequest) -> Contact:
    """The contact behind a request that only a contact could make."""
    contact = visiting(request).contact
    if contact is None:
        raise PermissionDenied
    return contact


def note_visit(request: HttpRequest, visit: Visit) -> None:
    setattr(request, _NOTED, visit)


def new_token() -> str:
    return secrets.token_urlsafe(32)


def digest_of_token(token: str) -> str:
    """A token is long and random: no salt and no slow hash makes it safer."""
    return hashlib.sha256(token.encode()).hexdigest()


def remember(response: HttpResponse, token: str) -> None:
    """Let the browser keep the token until it is closed; no other page gets it."""
    response.set_cookie(
        COOKIE,
        token,
        path=PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def forget(response: HttpResponse) -> None:
    response.delete_cookie(COOKIE, path=PATH, samesite="Lax")


_NOTED: Final = "portal_visit"
