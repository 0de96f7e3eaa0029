"""What is so at the moment a mail goes: of its reader and its groups, read together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery
from django.utils import timezone
from pyroaring import BitMap

from kring.accounts import codes
from kring.contacts.models import Contact, EmailAddress
from kring.contacts.queries import former_contacts
from kring.groups.models import Change, Group
from kring.groups.queries import members_among
from kring.mailing.models import OutgoingMail, Purpose, Skip

TO_AN_ADDRESS = (
    Purpose.TEST,
    Purpose.NOTICE,
    Purpose.CODE,
    Purpose.ANSWER,
    Purpose.CHANGED,
)
"""The mails that go to the address they have, whoever they tell about."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A contact as mails reach it; `skip` is why none does."""

    contact: int
    name: str
    address: str
    skip: Skip | None
    wants_none: bool
    language: str


@dataclass(frozen=True, slots=True)
class Situation:
    """The readers, the groups that mails are about, and who joined what when."""

    readers: Mapping[int, Reader]
    groups: Mapping[int, Group]
    inside: Mapping[int, BitMap]
    moments: Mapping[int, datetime]

    def reader_of(self, mail: OutgoingMail) -> Reader | None:
        return None if mail.contact is None else self.readers.get(mail.contact)

    def group_of(self, mail: OutgoingMail) -> Group | None:
        return None if mail.group is None else self.groups.get(mail.group)

    def joined_at(self, mail: OutgoingMail) -> datetime:
        """When the change was that called for this mail, also of one sent again."""
        return self.moments.get(mail.change or 0, mail.made_at)

    def groups_of_reader(self, mail: OutgoingMail) -> list[Group]:
        """The groups that this mail is about and its reader is in, by name."""
        reader = self.reader_of(mail)
        found = [
            self.groups[group]
            for group in groups_about(mail)
            if reader and group in self.groups and reader.contact in self.inside[group]
        ]
        return sorted(found, key=lambda group: group.folded_name)


def situation_of(mails: Collection[OutgoingMail]) -> Situation:
    """In six queries, whatever the number of mails."""
    readers = readers_among(mail.contact for mail in mails)
    wanted = {group for mail in mails for group in groups_about(mail)}
    groups = Group.objects.select_related("responsible", "welcome_mailbox")
    inside = members_among(wanted, [reader.contact for reader in readers.values()])
    changes = Change.objects.filter(number__in={mail.change for mail in mails})
    moments = dict(changes.values_list("number", "at"))
    return Situation(readers, groups.in_bulk(wanted), inside, moments)


def readers_among(contacts: Iterable[int | None]) -> dict[int, Reader]:
    """Each of these contacts that exists, or the one that it was merged into."""
    asked = {contact for contact in contacts if contact is not None}
    became = former_contacts(asked)
    now = {contact: became.get(contact, contact) for contact in asked}
    primary = EmailAddress.objects.filter(contact=OuterRef("pk"), is_primary=True)
    found = Contact.objects.filter(pk__in=now.values()).annotate(
        primary_address=Subquery(primary.values("address"))
    )
    known = {one.pk: _reader(one, one.primary_address or "") for one in found}
    return {contact: known[one] for contact, one in now.items() if one in known}


def groups_about(mail: OutgoingMail) -> list[int]:
    """The groups because of which someone gets this mail."""
    if mail.mailing is not None:
        return list(mail.mailing.groups)
    return [] if mail.group is None else [mail.group]


def why_not(mail: OutgoingMail, situation: Situation) -> Skip | None:
    """Why this mail may not go any more; None when nothing is in the way.

    Whoever is welcomed still has to be in the group, and the group to be open. The
    audience of a mail to groups was settled when it was sent.
    """
    if mail.purpose in TO_AN_ADDRESS:
        return _why_not_to_address(mail)
    reader = situation.reader_of(mail)
    if reader is None:
        return Skip.ERASED
    if reader.skip is None and mail.purpose == Purpose.WELCOME:
        return _why_no_welcome(mail, situation)
    return reader.skip


def _why_not_to_address(mail: OutgoingMail) -> Skip | None:
    """What somebody asked for goes, whether or not other mail is wanted."""
    if not mail.address:
        return Skip.NO_ADDRESS
    is_late = timezone.now() > mail.made_at + codes.LASTS
    return Skip.EXPIRED if mail.purpose == Purpose.CODE and is_late else None


def _why_no_welcome(mail: OutgoingMail, situation: Situation) -> Skip | None:
    group = situation.group_of(mail)
    if group is None or group.deleted_at is not None:
        return Skip.DELETED
    if group.is_closed:
        return Skip.CLOSED
    return None if situation.groups_of_reader(mail) else Skip.LEFT


def _reader(contact: Contact, address: str) -> Reader:
    skip = in_the_way(contact, address)
    return Reader(
        contact.pk, str(contact), address, skip, contact.no_mail, contact.language
    )


def in_the_way(contact: Contact, address: str) -> Skip | None:
    """Why no mail reaches this contact, whose first address this is."""
    if contact.deceased_on is not None:
        return Skip.DECEASED
    if contact.no_mail:
        return Skip.NO_MAIL
    if not address:
        return Skip.NO_ADDRESS
    if contact.address_bounced:
        return Skip.COMPLAINED if contact.complained else Skip.BOUNCED
    return None
