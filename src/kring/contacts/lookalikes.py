"""Which contact a row of a file stands for: by number, or by name and a second fact."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Final

from django.db import connection

from kring.algebra.text import fold
from kring.contacts.details import ContactDetails
from kring.contacts.folded import sort_name_of
from kring.contacts.queries import ids_numbered

Who = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ByEmail:
    """The same name and e-mail address."""

    who: Who
    email: str


@dataclass(frozen=True, slots=True)
class ByPlace:
    """The same name, postal code and house number."""

    who: Who
    postal_code: str
    house_number: str


@dataclass(frozen=True, slots=True)
class ByNameAlone:
    """The same name, where nothing else is known that tells people apart."""

    who: Who


Key = ByEmail | ByPlace | ByNameAlone


def keys_of(details: ContactDetails) -> list[Key]:
    """What a contact is recognised by, the surest first."""
    who = (details.kind.value, sort_name_of(details))
    keys: list[Key] = [ByEmail(who, fold(email)) for email in details.emails]
    keys += [
        ByPlace(who, address.place[0], address.place[1])
        for address in details.addresses
        if address.place[0]
    ]
    return keys or [ByNameAlone(who)]


@dataclass(slots=True)
class Known:
    """Contacts by what they are recognised by; new ones have an id below zero."""

    details: dict[int, ContactDetails] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    keys: dict[Key, set[int]] = field(default_factory=dict)
    new: int = 0

    def know(self, contact: int, details: ContactDetails) -> None:
        self.details[contact] = details
        if details.number:
            self.numbers[details.number] = contact
        for key in keys_of(details):
            self.keys.setdefault(key, set()).add(contact)

    def know_new(self, details: ContactDetails) -> int:
        self.new += 1
        self.know(-self.new, details)
        return -self.new

    def alike(self, details: ContactDetails) -> set[int]:
        """The contacts that these details may stand for, by the surest key."""
        asked = keys_of(details)
        for sort in (ByEmail, ByPlace, ByNameAlone):
            found = set(self._having(key for key in asked if isinstance(key, sort)))
            if found:
                return found
        return set()

    def _having(self, keys: Iterator[Key]) -> Iterator[int]:
        for key in keys:
            for contact in self.keys.get(key, ()):
                # What it was recognised by may have changed since.
                if key in keys_of(self.details[contact]):
                    yield contact


def stored_lookalikes(
    numbers: Collection[str], unnumbered: Collection[ContactDetails]
) -> set[int]:
    """The contacts with these numbers, or with a key of the others."""
    keys = {key for details in unnumbered for key in keys_of(details)}
    emails = [key for key in keys if isinstance(key, ByEmail)]
    places = [key for key in keys if isinstance(key, ByPlace)]
    alone = [key for key in keys if isinstance(key, ByNameAlone)]
    return (
        set(ids_numbered(numbers).values())
        | _ids(_BY_EMAIL, [k.who[1] for k in emails], [k.email for k in emails])
        | _ids(
            _BY_PLACE,
            [key.who[1] for key in places],
            [key.postal_code for key in places],
            [key.house_number for key in places],
        )
        | _ids(_BY_NAME_ALONE, [key.who[1] for key in alone])
    )


def _ids(statement: str, *columns: list[str]) -> set[int]:
    if not columns[0]:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(statement, list(columns))
        return {contact for (contact,) in cursor.fetchall()}


_BY_EMAIL: Final = """
select contact.id
from unnest(%s::text[], %s::text[]) asked (name, email)
join email_address on email_address.folded_address = asked.email
join contact on contact.id = email_address.contact_id
    and contact.sort_name = asked.name
"""
_BY_PLACE: Final = """
select contact.id
from unnest(%s::text[], %s::text[], %s::text[]) asked (name, postal_code, house_number)
join address on address.folded_postal_code = asked.postal_code
    and address.folded_house_number = asked.house_number
join contact on contact.id = address.contact_id and contact.sort_name = asked.name
"""
_BY_NAME_ALONE: Final = """
select id from contact
where sort_name = any(%s::text[])
  and not exists (select from email_address where contact_id = contact.id)
  and not exists (
    select from address where contact_id = contact.id
      and folded_postal_code <> '' and folded_house_number <> '')
"""
