"""Notices to somebody of the staff are written, and leave by the outbox."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from kring.actions.delivering import deliver_soon
from kring.mailing.models import OutgoingMail, Purpose
from kring.mailing.rendering import Rendered


def write_notice(notice: Rendered, *, to: str, at: datetime) -> None:
    """Let this notice go to an address, as one part of a transaction."""
    OutgoingMail.objects.create(
        purpose=Purpose.NOTICE,
        key=uuid4(),
        free_at=at,
        made_at=at,
        address=to,
        subject=notice.subject,
        html=notice.html,
        text=notice.text,
    )
    deliver_soon()
