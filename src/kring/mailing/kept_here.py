"""Where mails are kept while no mail server is set up: with those that went."""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import parseaddr
from uuid import uuid4

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from kring.mailing.answers import words_for_kept
from kring.mailing.models import OutgoingMail, Purpose
from kring.outbox.models import State


class KeptHere(BaseEmailBackend):
    """For mails that don't come by the outbox, such as a link to sign in."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        now, answer = timezone.now(), words_for_kept()
        kept = OutgoingMail.objects.bulk_create(
            OutgoingMail(
                purpose=Purpose.NOTICE,
                state=State.SENT,
                key=uuid4(),
                free_at=now,
                made_at=now,
                ended_at=now,
                answer=answer,
                address=parseaddr(reader)[1],
                sender=message.from_email,
                subject=str(message.subject),
                text=str(message.body),
                html=_html_of(message),
            )
            for message in email_messages
            for reader in message.recipients()
        )
        return len(kept)


def _html_of(message: EmailMessage) -> str:
    alternatives = getattr(message, "alternatives", ())
    return next((str(one[0]) for one in alternatives if one[1] == "text/html"), "")
