"""Questions about templates and senders."""

from __future__ import annotations

from django.db.models import QuerySet

from kring.algebra.text import fold
from kring.mailing.models import Mailbox, Template


def templates() -> QuerySet[Template]:
    """All templates, by name, without the files that go along."""
    return Template.objects.order_by("folded_name").defer("attachment")


def template_numbered(template: int) -> Template | None:
    return Template.objects.filter(pk=template).first()


def template_named(name: str) -> Template | None:
    """The template with this name, case and accents apart."""
    return Template.objects.filter(folded_name=fold(name)).first()


def mailboxes() -> QuerySet[Mailbox]:
    """The senders that mails may come from, by name."""
    return Mailbox.objects.order_by("name", "pk")


def mailbox_with(address: str) -> Mailbox | None:
    """The first mailbox with this address, case apart."""
    return mailboxes().filter(address__iexact=address).first()


def mailbox_numbered(mailbox: int) -> Mailbox | None:
    return Mailbox.objects.filter(pk=mailbox).first()
