"""How a template reads to somebody, before anything is sent."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django.utils import timezone

from kring.mailing.leaving_links import leaving_address
from kring.mailing.models import OutgoingMail, Purpose, Template
from kring.mailing.reasons import why
from kring.mailing.rendering import Rendered, Texts, rendered
from kring.mailing.situation import situation_of
from kring.mailing.values import portal_address, values_of


def previewed(
    template: Template, *, contact: int, group: int | None, now: datetime
) -> Rendered:
    """The mail that this contact would get for joining this group now.

    Raises an UnusableTextError when its texts cannot be read, which those are that
    were kept before texts were checked.
    """
    mail = OutgoingMail(
        purpose=Purpose.WELCOME, contact=contact, group=group, made_at=now, key=uuid4()
    )
    reason = why(mail, situation_of([mail]), language=template.language)
    today = timezone.localdate(now)
    known = values_of([contact], group=group, today=today, language=template.language)
    texts = Texts(template.subject, template.body, template.language)
    return rendered(
        texts,
        known.get(contact, {}),
        why=reason,
        portal=portal_address(),
        # It looks as it will, and leads nowhere: there is no mail yet.
        leaving=leaving_address(mail),
    )
