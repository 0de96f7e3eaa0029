"""The link in a mail by which its reader leaves without signing in."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.core.signing import Signer

from kring.mailing.mail_tokens import mail_with, token_of
from kring.mailing.models import OutgoingMail

_SIGNER: Final = Signer(salt="kring.mailing.leaving")


def leaving_address(mail: OutgoingMail) -> str:
    """Where the reader of this mail says that it may be the last."""
    token = token_of(mail, signed_by=_SIGNER)
    return f"{settings.KRING_BASE_URL}/afmelden/{token}/"


def mail_of(token: str) -> OutgoingMail | None:
    """The mail whose link has this token; None of a link that Kring did not make."""
    return mail_with(token, signed_by=_SIGNER)
