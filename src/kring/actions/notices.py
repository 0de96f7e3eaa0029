"""Mails to one address that are written at once, and leave by the outbox."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from kring.actions.delivering import deliver_soon
from kring.mailing.models import OutgoingMail, Purpose
from kring.mailing.rendering import Rendered


def write_notice(notice: Rendered, *, to: str, at: datetime) -> None:
    """Let this notice go to somebody of the staff, as one part of a transaction."""
    write_out(notice, Purpose.NOTICE, to=to, at=at)


def write_out(
    mail: Rendered,
    purpose: Purpose,
    *,
    to: str,
    at: datetime,
    contact: int | None = None,
) -> None:
    """Let this mail go to an address, of this contact if of any, in a transaction."""
    OutgoingMail.objects.create(
        purpose=purpose,
        key=uuid4(),
        free_at=at,
        made_at=at,
        address=to,
        contact=contact,
        subject=mail.subject,
        html=mail.html,
        text=mail.text,
    )
    deliver_soon()
