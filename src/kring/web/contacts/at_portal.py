"""What staff see of contacts at the portal: at one of them, and in the list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pyroaring import BitMap

from kring.accounts.models import LastVisit
from kring.accounts.queries import days_at_portal
from kring.algebra.expressions import Operator, Where
from kring.contacts.conditions import matching
from kring.contacts.models import Contact
from kring.mailing.invitations import reason_in_words, why_not_invited

ASKED: Final = "portaal"

CHOICES: Final[Mapping[str, Promise]] = {
    "account": _("with an account"),
    "uitgenodigd": _("invited, without an account yet"),
    "niet": _("neither invited nor with an account"),
}

_HAS_ACCOUNT: Final = Where("portal_since", Operator.NOT_EMPTY)
_IS_INVITED: Final = Where("invited_on", Operator.NOT_EMPTY)


@dataclass(frozen=True, slots=True)
class AtPortal:
    """A contact at the portal; `obstacle` is why it cannot be invited, or empty."""

    since: date | None
    invited_on: date | None
    last_visit: datetime | None
    obstacle: str = ""


def at_portal(contact: Contact) -> AtPortal:
    """Without a query; the contact was read with its details and its last visit."""
    address = next((one.address for one in contact.email_addresses.all()), "")
    obstacle = why_not_invited(contact, address, today=timezone.localdate())
    visit: LastVisit | None = getattr(contact, "last_visit", None)
    return AtPortal(
        since=contact.portal_since,
        invited_on=contact.invited_on,
        last_visit=visit.at if visit else None,
        obstacle=reason_in_words(obstacle) if obstacle else "",
    )


def each_at_portal(contacts: Iterable[int]) -> dict[int, AtPortal]:
    """Each of these contacts at the portal, in one query."""
    return {
        contact: AtPortal(since, invited_on, last_visit)
        for contact, since, invited_on, last_visit in days_at_portal(contacts)
    }


def narrowed(contacts: BitMap, asked: str) -> BitMap:
    """Those of these contacts that are asked for; all where nothing is known of it."""
    if asked not in CHOICES:
        return contacts
    today = timezone.localdate()
    found = matching([_HAS_ACCOUNT, _IS_INVITED], among=contacts, today=today)
    match asked:
        case "account":
            return found[_HAS_ACCOUNT]
        case "uitgenodigd":
            return found[_IS_INVITED] - found[_HAS_ACCOUNT]
        case _:
            return contacts - found[_IS_INVITED] - found[_HAS_ACCOUNT]
