"""What a link in a mail is known by: its key, signed, so that nobody makes one up."""

from __future__ import annotations

from uuid import UUID

from django.core.signing import BadSignature, Signer

from kring.mailing.models import OutgoingMail
from kring.outbox.models import State


def token_of(mail: OutgoingMail, *, signed_by: Signer) -> str:
    return signed_by.sign(mail.key.hex)


def mail_with(token: str, *, signed_by: Signer) -> OutgoingMail | None:
    """The mail whose link has this token; None of a link that Kring did not make."""
    try:
        key = UUID(signed_by.unsign(token))
    except (BadSignature, ValueError):
        return None
    mails = OutgoingMail.objects.select_related("mailing").filter(key=key)
    # An index has those that do not wait; the link of one that does is only looked at.
    return mails.exclude(state=State.WAITING.value).first() or mails.first()
