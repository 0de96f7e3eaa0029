"""The link in a mail by which its reader leaves without signing in."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer

from kring.mailing.models import OutgoingMail
from kring.outbox.models import State

_SIGNER: Final = Signer(salt="kring.mailing.leaving")


def leaving_address(mail: OutgoingMail) -> str:
    """Where the reader of this mail says that it may be the last."""
    return f"{settings.KRING_BASE_URL}/afmelden/{_SIGNER.sign(mail.key.hex)}/"


def mail_of(token: str) -> OutgoingMail | None:
    """The mail whose link has this token; None of a link that Kring did not make."""
    try:
        key = UUID(_SIGNER.unsign(token))
    except (BadSignature, ValueError):
        return None
    mails = OutgoingMail.objects.select_related("mailing").filter(key=key)
    # An index has those that do not wait; the link of one that does is only looked at.
    return mails.exclude(state=State.WAITING.value).first() or mails.first()
