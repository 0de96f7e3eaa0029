"""The fields a condition may ask about: their labels, types and where they are kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, unique
from functools import cache
from typing import Final

from kring.algebra.catalogue import (
    Choice,
    FieldFacts,
    FieldPlace,
    FieldType,
    Labels,
)
from kring.algebra.text import fold
from kring.contacts.fields import PREFIX
from kring.contacts.models import CustomField


@unique
class Table(Enum):
    """Where a field is kept: with the contact, or in rows beside it.

    The values are what the details of a contact call those parts.
    """

    CONTACT = "contact"
    ADDRESSES = "addresses"
    EMAIL_ADDRESSES = "emails"
    PHONE_NUMBERS = "phones"
    OWN_FIELDS = "own fields"


@dataclass(frozen=True, slots=True)
class Field:
    """A field with the column that conditions compare; text is compared folded.

    A field without a column is about there being a row at all.
    """

    facts: FieldFacts
    table: Table
    column: str


class Fields:
    """The algebra's catalogue, with where each field is kept."""

    def __init__(self, known: Iterable[Field]) -> None:
        self.known: Mapping[str, Field] = {row.facts.code: row for row in known}
        self._by_name: dict[str, list[FieldFacts]] = {}
        for row in self.known.values():
            for name in {row.facts.code, *row.facts.labels.values()}:
                self._by_name.setdefault(fold(name), []).append(row.facts)

    def field(self, code: str, /) -> FieldFacts | None:
        found = self.known.get(code)
        return None if found is None else found.facts

    def field_named(self, name: str, /) -> FieldFacts | None:
        """The one field that is called this; None as well where several are."""
        found = {facts.code: facts for facts in self._by_name.get(fold(name), [])}
        return next(iter(found.values())) if len(found) == 1 else None


def catalogue() -> Fields:
    """Every field there is now; the cooperative's own ones are read in one query."""
    own = (_own_field(row) for row in CustomField.objects.all())
    return Fields([*_FIELDS, *own])


def catalogue_of(codes: Iterable[str]) -> Fields:
    """Every field, the own ones only where one of these codes asks for them."""
    if any(code.startswith(PREFIX) for code in codes):
        return catalogue()
    return _built_in()


@cache
def _built_in() -> Fields:
    return Fields(_FIELDS)


def own_field(code: str) -> str:
    """What conditions and columns call a field of the cooperative's own."""
    return PREFIX + code


def fields_following(parts: Iterable[str]) -> frozenset[str]:
    """The codes of the fields that may differ when these parts of the details do."""
    changed = set(parts)
    beside = (row for row in _FIELDS if row.table.value in changed)
    return frozenset(changed | {row.facts.code for row in beside})


def _own_field(row: CustomField) -> Field:
    facts = FieldFacts(
        code=own_field(row.code),
        labels={"nl": row.label, "en": row.label},
        type=FieldType(row.type),
        choices=tuple(Choice(one, {"nl": one, "en": one}) for one in row.choices),
    )
    return Field(facts, Table.OWN_FIELDS, row.code)


def _labels(dutch: str, english: str) -> Labels:
    return {"nl": dutch, "en": english}


def _of_contact(
    code: str,
    dutch: str,
    english: str,
    type: FieldType = FieldType.TEXT,  # noqa: A002 — the field's own word
    choices: tuple[Choice, ...] = (),
) -> Field:
    facts = FieldFacts(code, _labels(dutch, english), type, choices)
    column = f"folded_{code}" if type is FieldType.TEXT else code
    return Field(facts, Table.CONTACT, column)


def _of_address(code: str, dutch: str, english: str) -> Field:
    labels = _labels(dutch, english)
    facts = FieldFacts(code, labels, FieldType.TEXT, place=FieldPlace.ADDRESS)
    return Field(facts, Table.ADDRESSES, f"folded_{code}")


def _there_is(code: str, dutch: str, english: str, table: Table) -> Field:
    facts = FieldFacts(code, _labels(dutch, english), FieldType.BOOLEAN)
    return Field(facts, table, "")


def _beside(code: str, dutch: str, english: str, table: Table, column: str) -> Field:
    facts = FieldFacts(code, _labels(dutch, english), FieldType.TEXT)
    return Field(facts, table, column)


_KINDS = (
    Choice("person", _labels("persoon", "person")),
    Choice("organisation", _labels("organisatie", "organisation")),
)

_FIELDS: Final = (
    _of_contact("number", "contactnummer", "contact number"),
    _of_contact("kind", "soort contact", "kind of contact", FieldType.CHOICE, _KINDS),
    _of_contact("first_name", "voornaam", "first name"),
    _of_contact("infix", "tussenvoegsel", "infix"),
    _of_contact("last_name", "achternaam", "last name"),
    _of_contact("name", "naam organisatie", "name of organisation"),
    _of_contact("status", "status", "status"),
    _of_contact("date_of_birth", "geboortedatum", "date of birth", FieldType.DATE),
    _of_contact("deceased_on", "overleden op", "deceased on", FieldType.DATE),
    _of_contact("created_on", "gemaakt op", "created on", FieldType.DATE),
    _of_contact("newsletter", "nieuwsbrief", "newsletter", FieldType.BOOLEAN),
    _of_contact("no_mail", "geen mail", "no mail", FieldType.BOOLEAN),
    _of_contact(
        "address_bounced",
        "e-mailadres onbereikbaar",
        "e-mail address bounced",
        FieldType.BOOLEAN,
    ),
    _of_contact(
        "portal_since",
        "portaalaccount sinds",
        "portal account since",
        FieldType.DATE,
    ),
    _of_contact(
        "invited_on",
        "uitgenodigd voor portaal op",
        "invited to portal on",
        FieldType.DATE,
    ),
    Field(
        FieldFacts("language", _labels("taal", "language"), FieldType.TEXT),
        Table.CONTACT,
        "language",
    ),
    _of_address("street", "straat", "street"),
    _of_address("house_number", "huisnummer", "house number"),
    _of_address("house_number_addition", "toevoeging", "addition"),
    _of_address("postal_code", "postcode", "postal code"),
    _of_address("city", "woonplaats", "city"),
    _of_address("neighbourhood", "buurt", "neighbourhood"),
    _there_is("has_address", "heeft adres", "has an address", Table.ADDRESSES),
    _beside("email", "e-mailadres", "e-mail", Table.EMAIL_ADDRESSES, "folded_address"),
    _there_is("has_email", "heeft e-mailadres", "has an e-mail", Table.EMAIL_ADDRESSES),
    _beside("phone", "telefoonnummer", "phone number", Table.PHONE_NUMBERS, "number"),
    _there_is("has_phone", "heeft telefoonnummer", "has a phone", Table.PHONE_NUMBERS),
)
