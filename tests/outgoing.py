"""Mails in any state, as others would have left them."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from typing import Any
from uuid import uuid4

from django.utils import timezone

from kring.algebra.text import fold
from kring.mailing.models import Mailing, OutgoingMail, Template

_CHANGES = count(1_000_000)


def template(name: str = "Welkom als coach") -> Template:
    found = Template.objects.filter(folded_name=fold(name)).first()
    return found or Template.objects.create(
        name=name,
        folded_name=fold(name),
        subject="Welkom, {{ voornaam }}",
        body="<p>Beste {{ voornaam }},</p>",
    )


def mailing(subject: str = "Warmteavond") -> Mailing:
    return Mailing.objects.create(
        subject=subject, body="<p>Beste leden,</p>", created_at=timezone.now()
    )


def mail(
    contact: int | None = None,
    group: int | None = None,
    *,
    at: datetime | None = None,
    **facts: Any,
) -> OutgoingMail:
    """A welcome mail that waits, unless the facts say otherwise."""
    at = at or timezone.now()
    facts = {"purpose": "welcome", "state": "waiting", **facts}
    if facts["purpose"] == "welcome":
        facts = {"template": template(), "change": next(_CHANGES), **facts}
    if facts["state"] not in {"waiting", "held"}:
        facts = {"ended_at": at, **facts}
    return OutgoingMail.objects.create(
        contact=contact, group=group, key=uuid4(), made_at=at, free_at=at, **facts
    )


def sent(contact: int | None = None, group: int | None = None, **facts: Any):
    """A mail that went to Ans."""
    texts = {
        "state": "sent",
        "address": "ans@example.nl",
        "sender": "De Kring <info@dekring.example>",
        "subject": "Welkom, Ans",
        "html": "<!DOCTYPE html><html><body><p>Beste Ans,</p></body></html>",
        "text": "Beste Ans,",
        "answer": "250 2.0.0 OK",
        "attempts": 1,
    }
    return mail(contact, group, **{**texts, **facts})
