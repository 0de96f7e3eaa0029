"""The senders that mails may come from are set up, changed and taken away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import IntegrityError, transaction

from kring.accounts.actors import Actor
from kring.actions.errors import RefusedError
from kring.actions.requiring import require_administrator, require_text
from kring.actions.users import EmailAddressUnreadableError
from kring.algebra.text import fold
from kring.contacts.errors import UnreadableValueError
from kring.contacts.values import read_email
from kring.groups.models import Group
from kring.mailing.models import Mailbox, Mailing, MailingState

_NAME_LENGTH: Final = 200
_ENDED: Final = (MailingState.DONE, MailingState.CANCELLED)


@dataclass(eq=False)
class SenderNameMissingError(RefusedError):
    """Readers see no name to know a sender by."""


@dataclass(eq=False)
class SenderTakenError(RefusedError):
    """The same sender has been set up already."""

    name: str
    address: str


@dataclass(eq=False)
class UnknownSenderError(RefusedError):
    """The sender does not exist, or no longer."""

    mailbox: int


@dataclass(eq=False)
class SenderInUseError(RefusedError):
    """Groups or mails that have yet to go come from it; `uses` are their names."""

    name: str
    uses: Sequence[str]


def add_mailbox(name: str, address: str, *, by: Actor) -> Mailbox:
    """A new sender; raises a RefusedError that says what is wrong with it."""
    require_administrator(by, "mailbox")
    return _written(Mailbox(), name, address)


@transaction.atomic
def edit_mailbox(mailbox: int, name: str, address: str, *, by: Actor) -> Mailbox:
    """Let a sender have this name and address, also for mails that wait.

    Raises UnknownSenderError, or another RefusedError.
    """
    require_administrator(by, "mailbox")
    return _written(_existing(mailbox), name, address)


@transaction.atomic
def delete_mailbox(mailbox: int, *, by: Actor) -> Mailbox:
    """Take a sender away; SenderInUseError while anything comes from it.

    What went keeps the name and address that it came from.
    """
    require_administrator(by, "mailbox")
    found = _existing(mailbox)
    groups = Group.objects.filter(welcome_mailbox=found)
    mailings = Mailing.objects.filter(mailbox=found)
    uses = [
        *groups.filter(deleted_at__isnull=True).values_list("name", flat=True),
        *mailings.exclude(state__in=_ENDED).values_list("subject", flat=True),
    ]
    if uses:
        raise SenderInUseError(found.name, uses)
    groups.update(welcome_mailbox=None)
    mailings.update(mailbox=None)
    found.delete()
    return found


def _existing(mailbox: int) -> Mailbox:
    found = Mailbox.objects.select_for_update().filter(pk=mailbox).first()
    if found is None:
        raise UnknownSenderError(mailbox)
    return found


def _written(mailbox: Mailbox, name: str, address: str) -> Mailbox:
    mailbox.name = _tidy(name)
    mailbox.address = _readable(address)
    try:
        with transaction.atomic():
            mailbox.save()
    except IntegrityError as refusal:
        raise SenderTakenError(mailbox.name, mailbox.address) from refusal
    return mailbox


def _tidy(name: str) -> str:
    tidy = " ".join(name.split())
    if not fold(tidy):
        raise SenderNameMissingError
    require_text("name", tidy, limit=_NAME_LENGTH)
    return tidy


def _readable(address: str) -> str:
    try:
        return read_email(address)
    except UnreadableValueError as refusal:
        raise EmailAddressUnreadableError(address) from refusal
