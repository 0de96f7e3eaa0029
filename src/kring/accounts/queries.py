"""Questions about users."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Q, QuerySet

from kring.accounts.models import Passkey, PortalSession, StaffRole, User
from kring.contacts.models import Contact


def staff() -> QuerySet[User]:
    """Everybody who may open staff pages, by name."""
    return User.objects.filter(is_active=True).exclude(staff_role="").order_by("name")


def administrators() -> QuerySet[User]:
    return staff().filter(staff_role=StaffRole.ADMIN, demo_only=False)


def user_with_email(email: str) -> User | None:
    return User.objects.filter(email=email.strip().lower()).first()


def signed_in_as(contact: int) -> list[PortalSession]:
    """When somebody is signed in at the portal as this contact, or acts for it."""
    sessions = PortalSession.objects.filter(Q(contact=contact) | Q(acts_for=contact))
    return list(sessions.order_by("-begun_at", "-pk"))


def passkeys_kept_of(contact: int) -> list[Passkey]:
    """The keys by which a contact signs in at the portal, the oldest first."""
    return list(Passkey.objects.filter(contact=contact).order_by("created_at", "pk"))


def portal_accounts_at(addresses: Iterable[str]) -> list[User]:
    """The accounts by which one signs in at these addresses, the oldest first."""
    wanted = [address.strip().lower() for address in addresses]
    return list(User.objects.filter(email__in=wanted).order_by("created_at", "pk"))


def days_at_portal(
    contacts: Iterable[int],
) -> Iterable[tuple[int, date | None, date | None, datetime | None]]:
    """Of each of these contacts: the first day, the last invitation, the last visit."""
    found = Contact.objects.filter(pk__in=list(contacts))
    return found.values_list("pk", "portal_since", "invited_on", "last_visit__at")
