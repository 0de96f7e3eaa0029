"""The mails of one contact, with what they said, as the contact may take them along."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kring.mailing.models import OutgoingMail, Purpose


@dataclass(frozen=True, slots=True)
class OwnMail:
    """A mail to a contact; what has not gone yet says nothing yet."""

    made_at: datetime
    ended_at: datetime | None
    state: str
    address: str
    subject: str
    text: str


def own_mails(contact: int) -> list[OwnMail]:
    """All mails to this contact, the newest first; not the tests of staff."""
    mails = OutgoingMail.objects.filter(contact=contact).exclude(purpose=Purpose.TEST)
    rows = mails.order_by("-made_at", "-pk").values_list(
        "made_at", "ended_at", "state", "address", "subject", "text"
    )
    return [OwnMail(*row) for row in rows]
