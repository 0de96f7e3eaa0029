"""The details of one contact, and reading them from columns; no database is needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any, Final, TypedDict, cast

from django.conf.locale import LANG_INFO

from kring.algebra.text import fold
from kring.contacts import values
from kring.contacts.errors import (
    ColumnProblem,
    Problem,
    UnreadableDetailsError,
    UnreadableValueError,
)
from kring.contacts.fields import PREFIX, FieldKinds, FieldValue, read_value
from kring.contacts.models import NAME_LENGTH, Kind

_SHOWN_LENGTH: Final = 80


@dataclass(frozen=True, slots=True)
class AddressDetails:
    street: str = ""
    house_number: str = ""
    house_number_addition: str = ""
    postal_code: str = ""
    city: str = ""
    neighbourhood: str = ""

    @property
    def place(self) -> tuple[str, str, str]:
        """The door it stands for; empty without postal code or house number."""
        if not (self.postal_code and self.house_number):
            return ("", "", "")
        return (
            fold(self.postal_code),
            fold(self.house_number),
            fold(self.house_number_addition),
        )


@dataclass(frozen=True, slots=True)
class ContactDetails:
    """All that is known of a contact; of several e-mails and such, the first counts."""

    number: str = ""
    kind: Kind = Kind.PERSON
    first_name: str = ""
    infix: str = ""
    last_name: str = ""
    name: str = ""
    date_of_birth: date | None = None
    status: str = ""
    newsletter: bool = False
    no_mail: bool = False
    language: str = "nl"
    deceased_on: date | None = None
    address_bounced: bool = False
    complained: bool = False
    portal_since: date | None = None
    invited_on: date | None = None
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    addresses: tuple[AddressDetails, ...] = ()
    fields: Mapping[str, FieldValue] = field(default_factory=dict)


class Given(TypedDict, total=False):
    """Columns that someone filled in; a column that is absent leaves what is there.

    An empty text, None or an empty list takes away what is there. `email`, `phone`
    and the parts of an address are those that count; with `emails`, `phones` and
    `addresses` all of them are given, the one that counts first.
    """

    number: str
    kind: Kind
    first_name: str
    infix: str
    last_name: str
    name: str
    email: str
    phone: str
    street: str
    house_number: str
    house_number_addition: str
    postal_code: str
    city: str
    neighbourhood: str
    date_of_birth: date | None
    status: str
    newsletter: bool
    no_mail: bool
    language: str
    deceased_on: date | None
    emails: tuple[str, ...]
    phones: tuple[str, ...]
    addresses: tuple[AddressDetails, ...]
    fields: Mapping[str, FieldValue | None]


def text(length: int = NAME_LENGTH) -> Callable[[str], str]:
    """A reader of a text of at most this length."""
    return lambda written: values.read_text(written, length=length)


read_number: Final = text(50)
"""Reads the number of a contact."""


def _read_kind(written: str) -> Kind:
    known = {
        "person": Kind.PERSON,
        "persoon": Kind.PERSON,
        "organisation": Kind.ORGANISATION,
        "organisatie": Kind.ORGANISATION,
        "organization": Kind.ORGANISATION,
    }
    found = known.get(fold(written))
    if found is None:
        raise UnreadableValueError(Problem.NOT_A_CHOICE, tuple(Kind.values))
    return found


def _read_language(written: str) -> str:
    code = fold(written)
    if code not in LANG_INFO:
        raise UnreadableValueError(Problem.NOT_A_CHOICE, ("nl", "en", "de", "fr"))
    return code


_READERS: Final[Mapping[str, Callable[[str], object]]] = {
    "number": read_number,
    "kind": _read_kind,
    "first_name": text(),
    "infix": text(),
    "last_name": text(),
    "name": text(),
    "email": values.read_email,
    "phone": values.read_phone,
    "street": text(),
    "house_number": text(20),
    "house_number_addition": text(20),
    "postal_code": values.read_postal_code,
    "city": text(),
    "neighbourhood": text(),
    "date_of_birth": values.read_date,
    "status": text(),
    "newsletter": values.read_boolean,
    "no_mail": values.read_boolean,
    "language": _read_language,
    "deceased_on": values.read_date,
}
COLUMNS: Final = tuple(_READERS)
"""The names of the columns, as in files and at the API."""

_EMPTIED: Final[Mapping[str, object]] = {
    "kind": Kind.PERSON,
    "date_of_birth": None,
    "deceased_on": None,
    "newsletter": False,
    "no_mail": False,
    "language": "nl",
}
_OF_ADDRESS: Final = frozenset(part.name for part in fields(AddressDetails))
_OF_PERSONS: Final = ("first_name", "infix", "last_name")
_PLURALS: Final = {"email": "emails", "phone": "phones"}


def read_columns(
    written: Mapping[str, str], *, kinds: FieldKinds, today: date
) -> Given:
    """What the columns say; an empty text empties its column.

    Raises UnreadableDetailsError with every problem there is.
    """
    given: dict[str, Any] = {}
    own: dict[str, FieldValue | None] = {}
    problems: list[ColumnProblem] = []
    for column, value in written.items():
        try:
            if column.startswith(PREFIX):
                own[column.removeprefix(PREFIX)] = _read_own(column, value, kinds)
            else:
                given[column] = _read_column(column, value, today)
        except UnreadableValueError as error:
            problems.append(_problem(column, value, error))
    if problems:
        raise UnreadableDetailsError(tuple(problems))
    if own:
        given["fields"] = own
    return cast(Given, given)


def merged(current: ContactDetails | None, given: Given) -> ContactDetails:
    """The details after what was given; None where the contact is new.

    Raises UnreadableDetailsError when the whole does not fit together.
    """
    before = current or ContactDetails(kind=_kind_that_fits(given))
    own = {
        code: value
        for code, value in {**before.fields, **given.get("fields", {})}.items()
        if value not in (None, "", [])
    }
    simple: dict[str, Any] = {
        column: value
        for column, value in given.items()
        if column in _SIMPLE and column != "fields"
    }
    after = replace(
        before,
        **simple,
        fields=own,
        emails=given.get("emails", _headed(before.emails, given.get("email"))),
        phones=given.get("phones", _headed(before.phones, given.get("phone"))),
        addresses=given.get("addresses", _housed(before.addresses, given)),
    )
    _require_a_name(after)
    return with_another_address(before, after)


def with_another_address(
    before: ContactDetails, after: ContactDetails
) -> ContactDetails:
    """Of another primary e-mail address nothing has come back yet."""
    was, now = before.emails[:1], after.emails[:1]
    if not before.address_bounced or was == now:
        return after
    return replace(after, address_bounced=False, complained=False)


_SIMPLE: Final = frozenset(part.name for part in fields(ContactDetails)) - {
    "emails",
    "phones",
    "addresses",
}


def changed_columns(before: ContactDetails, after: ContactDetails) -> frozenset[str]:
    """The parts of the details that differ."""
    return frozenset(
        part.name
        for part in fields(ContactDetails)
        if getattr(before, part.name) != getattr(after, part.name)
    )


def _read_column(column: str, value: str, today: date) -> object:
    if column not in _READERS:
        raise UnreadableValueError(Problem.UNKNOWN_COLUMN)
    if not value.strip():
        return _EMPTIED.get(column, "")
    found = _READERS[column](value)
    if isinstance(found, date) and found > today:
        raise UnreadableValueError(Problem.IN_THE_FUTURE)
    return found


def _read_own(column: str, value: str, kinds: FieldKinds) -> FieldValue | None:
    kind = kinds.get(column.removeprefix(PREFIX))
    if kind is None:
        raise UnreadableValueError(Problem.UNKNOWN_COLUMN)
    return read_value(value, kind) if value.strip() else None


def _problem(column: str, value: str, error: UnreadableValueError) -> ColumnProblem:
    shown = value if len(value) <= _SHOWN_LENGTH else value[: _SHOWN_LENGTH - 1] + "…"
    return ColumnProblem(column, shown, error.problem, error.expected)


def _kind_that_fits(given: Given) -> Kind:
    persons = any((given.get("first_name"), given.get("infix"), given.get("last_name")))
    return Kind.ORGANISATION if given.get("name") and not persons else Kind.PERSON


def _headed(before: tuple[str, ...], first: str | None) -> tuple[str, ...]:
    """With another one that counts: what it was moves up, what it replaces goes."""
    if first is None or before[:1] == (first,):
        return before
    if not first:
        return before[1:]
    known = [one for one in before if fold(one) == fold(first)]
    rest = [one for one in before if one not in known] if known else before[1:]
    return (first, *rest)


def _housed(
    before: tuple[AddressDetails, ...], given: Given
) -> tuple[AddressDetails, ...]:
    """With another address that counts, or with parts of it changed."""
    parts: dict[str, Any] = {
        column: value for column, value in given.items() if column in _OF_ADDRESS
    }
    if not parts:
        return before
    asked = AddressDetails(**parts)
    known = [one for one in before if one.place == asked.place != ("", "", "")]
    main = known[0] if known else (before[0] if before else AddressDetails())
    rest = [one for one in before if one is not main]
    filled = replace(main, **parts)
    return tuple(rest) if filled == AddressDetails() else (filled, *rest)


def _require_a_name(details: ContactDetails) -> None:
    persons = [part for part in _OF_PERSONS if getattr(details, part)]
    if details.kind is Kind.PERSON:
        missing = not (details.first_name or details.last_name)
        wrong = [("name", Problem.NOT_FOR_A_PERSON)] if details.name else []
        column = "last_name"
    else:
        missing = not details.name
        wrong = [(part, Problem.NOT_FOR_AN_ORGANISATION) for part in persons]
        column = "name"
    problems = [
        ColumnProblem(part, getattr(details, part), problem) for part, problem in wrong
    ]
    if missing and not problems:
        problems = [ColumnProblem(column, "", Problem.NAME_MISSING)]
    if problems:
        raise UnreadableDetailsError(tuple(problems))
