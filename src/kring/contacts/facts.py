"""What conditions see of one contact: the values of its fields, as they are meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, assert_never

from django.utils import timezone

from kring.algebra.catalogue import FieldType
from kring.algebra.conditions import Stored, holds, holds_at_one_address
from kring.algebra.expressions import SameAddress, Scalar, Where
from kring.contacts.catalogue import Field, Fields, Table
from kring.contacts.fields import FieldValue
from kring.contacts.models import Address, Contact

Values = tuple[Stored, ...]

_ROWS: Final[Mapping[Table, str]] = {
    Table.ADDRESSES: "addresses",
    Table.EMAIL_ADDRESSES: "email_addresses",
    Table.PHONE_NUMBERS: "phone_numbers",
}
_COLUMNS: Final[Mapping[str, str]] = {"email": "address", "phone": "number"}


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """A contact that was read with its details, to be asked about."""

    contact: Contact
    fields: Fields

    def values_of(self, code: str) -> Values:
        """The values that the field has; several where there are several rows."""
        field = self.fields.known[code]
        match field.table:
            case Table.CONTACT:
                return (self._of_contact(code),)
            case Table.OWN_FIELDS:
                kept = self.contact.fields.get(field.column)
                return () if kept is None else _read(kept, field)
            case Table.ADDRESSES | Table.EMAIL_ADDRESSES | Table.PHONE_NUMBERS:
                return self._of_rows(field)
            case _:
                assert_never(field.table)

    def addresses(self, codes: Iterable[str]) -> tuple[Mapping[str, Stored], ...]:
        """The values that these fields have together, for each address."""
        wanted = tuple(codes)
        return tuple(
            {code: _of_address(address, code) for code in wanted}
            for address in self.contact.addresses.all()
        )

    def meets(self, condition: Where | SameAddress, *, today: date) -> bool:
        """Whether the condition is true for the contact, as the algebra means it."""
        if isinstance(condition, SameAddress):
            codes = [one.field for one in condition.conditions]
            types = {code: self._type_of(code) for code in codes}
            addresses = self.addresses(codes)
            return holds_at_one_address(condition, types, addresses, today=today)
        values = self.values_of(condition.field)
        return holds(condition, self._type_of(condition.field), values, today=today)

    def _type_of(self, code: str) -> FieldType:
        return self.fields.known[code].facts.type

    def _of_contact(self, code: str) -> Stored:
        if code == "created_on":
            return timezone.localdate(self.contact.created_at)
        value: Stored = getattr(self.contact, code)
        return value

    def _of_rows(self, field: Field) -> Values:
        rows = getattr(self.contact, _ROWS[field.table]).all()
        if not field.column:
            return (bool(rows),)
        code = field.facts.code
        return tuple(getattr(row, _COLUMNS.get(code, code)) for row in rows)


def _of_address(address: Address, code: str) -> str:
    value: str = getattr(address, code)
    return value


def _read(kept: FieldValue, field: Field) -> Values:
    """A custom field's value: of several choices each, numbers and days read back."""
    match kept:
        case bool():
            return (kept,)
        case list():
            return tuple(kept)
        case str():
            return (_read_text(kept, field.facts.type),)
        case _:
            assert_never(kept)


def _read_text(kept: str, field_type: FieldType) -> Scalar:
    match field_type:
        case FieldType.NUMBER | FieldType.MONEY:
            return Decimal(kept)
        case FieldType.DATE:
            return date.fromisoformat(kept)
        case _:
            return kept
