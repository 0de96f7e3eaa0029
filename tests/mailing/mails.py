"""Mails that wait to go, made as the acts make them, for tests about their going."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.utils import timezone

from kring.actions import contacts
from kring.algebra.text import fold
from kring.mailing.models import Mailing, OutgoingMail, Template
from tests.world import World


def person(world: World, name: str, email: str = "", **given: Any) -> int:
    """A contact with a last name and an e-mail address."""
    wanted = {"last_name": name, "email": email, **given}
    return contacts.create_contact(wanted, by=world.by)  # type: ignore[arg-type]


def template(
    name: str = "Welkom",
    subject: str = "Welkom bij {{ groep }}",
    body: str = "<p>Dag {{ achternaam }}</p>",
    **columns: Any,
) -> Template:
    return Template.objects.create(
        name=name, folded_name=fold(name), subject=subject, body=body, **columns
    )


def welcome(
    contact: int, group: int, text: Template | None = None, **columns: Any
) -> OutgoingMail:
    """The mail that waits for someone who joined a group."""
    text = text or Template.objects.first() or template()
    given = {
        "contact": contact,
        "group": group,
        # None of the world's own: the joining is when the mail was made.
        "change": 999_999_999,
        "template": text,
        **columns,
    }
    return outgoing("welcome", **given)


def to_groups(*groups: int, **columns: Any) -> Mailing:
    given = {"subject": "Nieuws", "body": "<p>Dag {{ achternaam }}</p>", **columns}
    now = timezone.now()
    return Mailing.objects.create(groups=list(groups), created_at=now, **given)


def outgoing(purpose: str, **columns: Any) -> OutgoingMail:
    now: datetime = timezone.now()
    given = {"free_at": now, "made_at": now, "key": uuid.uuid4(), **columns}
    return OutgoingMail.objects.create(purpose=purpose, **given)
