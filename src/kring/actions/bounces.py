"""Addresses that do not work: marked when a mail is refused there, or comes back."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from kring.accounts.actors import CLOCK, Actor
from kring.actions.acts import Act, act
from kring.actions.contacts import edit_contacts
from kring.actions.errors import UnknownContactsError
from kring.algebra.text import fold
from kring.contacts import records
from kring.contacts.details import ContactDetails
from kring.contacts.models import EmailAddress
from kring.mailing.models import OutgoingMail
from kring.outbox.models import State


@dataclass(frozen=True, slots=True)
class Returned:
    """A mail that came back, or that its reader complained of.

    `key` is the mail's own, where the provider told it; `told` is the reason.
    """

    address: str
    told: str = ""
    key: UUID | None = None
    is_complaint: bool = False


def note_returned(returned: Iterable[Returned]) -> None:
    """Mark the addresses as unreachable, each for all contacts whose primary it is.

    Nobody is mailed there any more, until the contact gets another address or staff
    says that it works.
    """
    for one in returned:
        contacts = _readers_at(one.address)
        if contacts:
            _mark(contacts, one)
        _note_on_mail(one, contacts)


@app.task(name="mark_refused", retry=RetryStrategy(max_attempts=10, wait=60))
def mark_refused(mail: int) -> None:
    """Mark the address of a mail that was refused because nobody is there."""
    refused = OutgoingMail.objects.filter(pk=mail, state=State.FAILED)
    for address in refused.values_list("address", flat=True):
        contacts = _readers_at(address)
        if contacts:
            _mark(contacts, Returned(address))


def address_works(contact: int, *, by: Actor) -> None:
    """Mail this contact again; raises UnknownContactsError or NotAllowedError."""
    with act("contact.address_works", by=by) as this:
        this.hold([contact])
        details = records.details_of([contact])
        if not details:
            raise UnknownContactsError([contact])
        _put(this, details, address_bounced=False, complained=False)


def _readers_at(address: str) -> list[int]:
    primary = EmailAddress.objects.filter(folded_address=fold(address), is_primary=True)
    return list(primary.values_list("contact_id", flat=True))


def _mark(contacts: Collection[int], one: Returned) -> None:
    with act("contact.bounce", by=CLOCK) as this:
        this.hold(contacts)
        details = records.details_of(contacts)
        # Whoever got another address before the chunk was held is not meant.
        meant = {
            contact: known
            for contact, known in details.items()
            if fold(next(iter(known.emails), "")) == fold(one.address)
        }
        _put(this, meant, address_bounced=True, complained=one.is_complaint)


def _put(
    this: Act,
    details: dict[int, ContactDetails],
    *,
    address_bounced: bool,
    complained: bool,
) -> None:
    marked = {
        contact: replace(known, address_bounced=address_bounced, complained=complained)
        for contact, known in details.items()
    }
    after = {one: each for one, each in marked.items() if each != details[one]}
    if after:
        edit_contacts(this, {contact: details[contact] for contact in after}, after)


def _note_on_mail(one: Returned, contacts: Collection[int]) -> None:
    """A mail that came back has failed after all; one that is unwanted did arrive."""
    sent = OutgoingMail.objects.filter(state=State.SENT)
    if one.key is not None:
        meant = sent.filter(key=one.key)
    else:
        theirs = sent.filter(contact__in=contacts).order_by("-pk")
        meant = sent.filter(pk__in=list(theirs.values_list("pk", flat=True)[:1]))
    if one.is_complaint:
        meant.update(answer=_("The reader reported this mail as unwanted."))
        return
    answer = _("The mail came back: %(told)s") % {"told": one.told or "?"}
    meant.update(state=State.FAILED, answer=answer, ended_at=timezone.now())
