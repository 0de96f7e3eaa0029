"""Questions about contacts: search, lines in a list, and the details of one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import starmap
from typing import Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Prefetch, Q, QuerySet
from django.db.models.functions import JSONObject

from kring.algebra.text import fold
from kring.contacts.fields import FieldValue
from kring.contacts.folded import sorted_name
from kring.contacts.models import (
    Address,
    Contact,
    CustomField,
    EmailAddress,
    FormerContact,
    Kind,
    PhoneNumber,
)
from kring.database.arrays import as_array

# Of 100,000 contacts 40,000 come in 0.26 s; a fifth at once takes three times as long.
_READ_AT_ONCE: Final = 2_000
_FIRST_COUNTS: Final = ("-is_primary", "pk")


@dataclass(frozen=True, slots=True)
class ListedContact:
    """A contact as a line in a list, with the e-mail address and city that count.

    The name is as it is sorted: "achternaam, voornaam tussenvoegsel".
    """

    id: int
    number: str
    kind: str
    name: str
    email: str
    city: str


def contacts_found(search: str) -> QuerySet[Contact]:
    """Who has every word in the name, number, e-mail, postal code or city, by name.

    The whole number of a contact that was merged finds the one it was merged into.
    """
    contacts = Contact.objects.order_by("sort_name", "id")
    words = fold(search).split()
    found = Q()
    for word in words:
        found &= Q(search_text__contains=word)
    if len(words) == 1 and any(sign.isdigit() for sign in words[0]):
        former = FormerContact.objects.filter(folded_number=words[0])
        kept = list(former.values_list("contact", flat=True))
        found = found | Q(pk__in=kept) if kept else found
    return contacts.filter(found)


def ids_found(search: str) -> Iterator[int]:
    """The ids of whoever is found, in no particular order."""
    return contacts_found(search).order_by().values_list("id", flat=True).iterator()


def contact_with_id(contact: int) -> Contact | None:
    """The contact itself; None where it is not there, or no longer."""
    return Contact.objects.filter(pk=contact).first()


def contact_with_details(contact: int) -> Contact | None:
    """A contact with its details, those that count first, in four queries."""
    return Contact.objects.filter(pk=contact).prefetch_related(*_details()).first()


@dataclass(frozen=True, slots=True)
class OwnField:
    """A fact that the cooperative keeps for itself, as the contact has it."""

    label: str
    type: str
    value: FieldValue


def contact_with_everything(
    contact: int, *, beside: Sequence[str] = ()
) -> tuple[Contact, list[OwnField]] | None:
    """A contact with its details, and the custom fields it has a value for, in order.

    In as many queries as the details alone. `beside` are what other rooms keep of it,
    one row each.
    """
    known = CustomField.objects.order_by("position", "code").values(
        told=JSONObject(code="code", label="label", type="type")
    )
    contacts = Contact.objects.filter(pk=contact).annotate(known=ArraySubquery(known))
    if beside:
        contacts = contacts.select_related(*beside)
    for found in contacts.prefetch_related(*_details()):
        return found, [
            OwnField(field["label"], field["type"], found.fields[field["code"]])
            for field in found.known
            if field["code"] in found.fields
        ]
    return None


def living_contacts_at(address: str) -> list[Contact]:
    """Who has this very e-mail address and has not died, by name.

    Capitals apart it is the same address: what search takes for the same is not, as
    anyone may have an address that differs by an accent.
    """
    found = {contact for contact, _ in _having(address)}
    if not found:
        return []
    living = Contact.objects.filter(pk__in=found, deceased_on=None)
    return list(living.order_by("sort_name", "id"))


def addresses_alike(address: str) -> list[str]:
    """An e-mail address as the contacts that have it write it."""
    return [written for _, written in _having(address)]


def addresses_of(contact: int) -> list[str]:
    """The e-mail addresses of a contact; mail goes to the first."""
    owned = EmailAddress.objects.filter(contact=contact).order_by(*_FIRST_COUNTS)
    return list(owned.values_list("address", flat=True))


def _having(address: str) -> list[tuple[int, str]]:
    """The contacts that have this very address, each with how it is written."""
    wanted = address.strip().lower()
    owned = EmailAddress.objects.filter(folded_address=fold(wanted)).order_by("pk")
    pairs = owned.values_list("contact", "address")
    return [(contact, has) for contact, has in pairs if has.lower() == wanted]


def _details() -> list[Prefetch[str]]:
    return [
        Prefetch("addresses", Address.objects.order_by(*_FIRST_COUNTS)),
        Prefetch("email_addresses", EmailAddress.objects.order_by(*_FIRST_COUNTS)),
        Prefetch("phone_numbers", PhoneNumber.objects.order_by(*_FIRST_COUNTS)),
    ]


def labels_of_own_fields(codes: Iterable[str]) -> dict[str, str]:
    """What these fields of the cooperative's own are called, in their order."""
    found = CustomField.objects.filter(code__in=list(codes))
    return dict(found.values_list("code", "label"))


def sort_name_of(contact: int) -> str | None:
    """Where a contact stands in the order of names."""
    names = Contact.objects.filter(pk=contact).values_list("sort_name", flat=True)
    return names.first()


def contact_numbered(number: str) -> Contact | None:
    """The contact with this number, also where it had it before it was merged."""
    return Contact.objects.filter(pk__in=ids_numbered([number]).values()).first()


def ids_numbered(numbers: Iterable[str]) -> dict[str, int]:
    """To which contacts these numbers lead; those of merged contacts too.

    Contacts are asked first: a contact that is merged meanwhile is in either answer.
    """
    asked = list(numbers)
    # Imports ask it for every row: the ORM takes twice as long to write the question.
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERED, [asked])
        found = dict(cursor.fetchall())
    missing = [number for number in asked if number not in found]
    return former_numbers(missing) | found if missing else found


def former_numbers(numbers: Iterable[str]) -> dict[str, int]:
    """To which contacts these numbers lead since their own were merged into them."""
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERED_BEFORE, [list(numbers)])
        return dict(cursor.fetchall())


def former_contacts(contacts: Iterable[int]) -> dict[int, int]:
    """To which contacts those among these that were merged lead now."""
    former = FormerContact.objects.filter(pk__in=list(contacts))
    return dict(former.values_list("pk", "contact"))


def kept_contact(merged: int) -> int | None:
    """The contact that this one was merged into; None if it never was."""
    former = FormerContact.objects.filter(pk=merged)
    return former.values_list("contact", flat=True).first()


def lines_of_merged(contacts: Iterable[int]) -> list[tuple[int, str, ListedContact]]:
    """Of those that were merged: id and number, and the line of whom they became."""
    former = FormerContact.objects.filter(pk__in=list(contacts))
    found = list(former.values_list("pk", "number", "contact"))
    kept = {line.id: line for line in listed({contact for *_, contact in found})}
    return [
        (merged, number, kept[contact])
        for merged, number, contact in found
        if contact in kept
    ]


def count_of_merged(contacts: Iterable[int]) -> int:
    """How many of these were merged into another contact."""
    return FormerContact.objects.filter(pk__in=list(contacts)).count()


def merged_contacts(contact: int) -> list[int]:
    """The ids of the contacts that were merged into this one."""
    former = FormerContact.objects.filter(contact=contact)
    return list(former.order_by("pk").values_list("pk", flat=True))


def former_numbers_of(contact: int) -> list[str]:
    """The numbers of the contacts that were merged into this one."""
    former = FormerContact.objects.filter(contact=contact)
    return list(former.order_by("number").values_list("number", flat=True))


def namesakes_of(contact: Contact) -> QuerySet[Contact]:
    """The other contacts that are called the same."""
    called = Contact.objects.filter(sort_name=contact.sort_name, kind=contact.kind)
    return called.exclude(pk=contact.pk).order_by("id")


def versions_of(contacts: Iterable[int]) -> dict[int, int]:
    """Which change last touched each of these contacts, of those that exist."""
    found = Contact.objects.filter(pk__in=list(contacts))
    return dict(found.values_list("id", "version"))


def listed(contacts: Iterable[int]) -> list[ListedContact]:
    """The lines of these contacts, in the order they are given, in one query."""
    wanted = list(contacts)
    # Exports ask this for every contact: objects of the ORM take six times as long.
    with connection.cursor() as cursor:
        cursor.execute(_LISTED, [as_array(wanted)])
        rows = {row[0]: row for row in cursor.fetchall()}
    return [_line(*rows[contact]) for contact in wanted if contact in rows]


def contacts_by_name(contacts: Iterable[int]) -> Iterator[ListedContact]:
    """The lines of any number of contacts, sorted by name and read a few at a time.

    They are as they were when the first is read: the server keeps the answer, so that
    nobody's work waits for whoever reads slowly.
    """
    with connection.chunked_cursor() as cursor:
        cursor.execute(_LISTED_BY_NAME, [as_array(contacts)])
        while rows := cursor.fetchmany(_READ_AT_ONCE):
            yield from starmap(_line, rows)


def _line(
    contact: int,
    number: str,
    kind: str,
    name: str,
    email: str,
    city: str,
    *names: str,
) -> ListedContact:
    shown = name if kind == Kind.ORGANISATION else sorted_name(*names)
    return ListedContact(contact, number, kind, shown, email, city)


_NUMBERED: Final = "select number, id from contact where number = any(%s)"
_NUMBERED_BEFORE: Final = """
select number, contact_id from former_contact where number = any(%s)
"""
_LISTED: Final = """
select contact.id, contact.number, kind, name,
       coalesce(email.address, ''), coalesce(place.city, ''),
       first_name, infix, last_name
from contact
left join email_address email
  on email.contact_id = contact.id and email.is_primary
left join address place on place.contact_id = contact.id and place.is_primary
where contact.id = any(%s::bigint[])
"""
_LISTED_BY_NAME: Final = f"{_LISTED}order by sort_name, contact.id"
