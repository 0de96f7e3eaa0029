"""A contact as JSON, and the columns of a contact read from JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, cast

from django.utils import timezone
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictStr,
    model_validator,
)
from pydantic_core import PydanticCustomError

from kring.algebra.text import fold
from kring.api.shapes import Asked, Json
from kring.api.welcoming import Welcome
from kring.contacts.details import (
    COLUMNS,
    AddressDetails,
    ContactDetails,
    Given,
    read_columns,
)
from kring.contacts.errors import (
    ColumnProblem,
    Problem,
    UnreadableDetailsError,
    UnreadableValueError,
)
from kring.contacts.fields import (
    PREFIX,
    FieldKind,
    FieldKinds,
    FieldValue,
    custom_fields,
    read_value,
)
from kring.contacts.models import FieldType
from kring.contacts.values import written_number

_SEVERAL: Final = 50
_NUMBERS: Final = frozenset({FieldType.NUMBER, FieldType.MONEY})
_UNFIT: Final[Mapping[FieldType, Problem]] = {
    FieldType.TEXT: Problem.NOT_A_TEXT,
    FieldType.NUMBER: Problem.NOT_A_NUMBER,
    FieldType.MONEY: Problem.NOT_A_NUMBER,
    FieldType.DATE: Problem.NOT_A_DATE,
    FieldType.BOOLEAN: Problem.NEITHER_YES_NOR_NO,
    FieldType.CHOICE: Problem.NOT_A_CHOICE,
    FieldType.MULTIPLE_CHOICE: Problem.NOT_A_CHOICE,
}

Text = StrictStr | None
YesNo = StrictBool | None


class AddressIn(Asked):
    """An address of a contact; the first one counts."""

    street: StrictStr = ""
    house_number: StrictStr = ""
    house_number_addition: StrictStr = ""
    postal_code: StrictStr = ""
    city: StrictStr = ""
    neighbourhood: StrictStr = ""


class ContactIn(BaseModel):
    """Columns of a contact. What is absent stays as it is, null or "" empties it.

    A field of your own has the key `field:<code>`.
    """

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "additionalProperties": False,
            "patternProperties": {"^field:": {}},
        },
    )

    number: Text = None
    kind: Literal["person", "organisation"] | None = None
    first_name: Text = None
    infix: Text = None
    last_name: Text = None
    name: Text = None
    email: Text = None
    phone: Text = None
    street: Text = None
    house_number: Text = None
    house_number_addition: Text = None
    postal_code: Text = None
    city: Text = None
    neighbourhood: Text = None
    date_of_birth: Text = None
    status: Text = None
    newsletter: YesNo = None
    no_mail: YesNo = None
    language: Text = None
    deceased_on: Text = None
    emails: Annotated[list[StrictStr], Field(max_length=_SEVERAL)] | None = None
    phones: Annotated[list[StrictStr], Field(max_length=_SEVERAL)] | None = None
    addresses: Annotated[list[AddressIn], Field(max_length=_SEVERAL)] | None = None
    welcome: Welcome = None

    @model_validator(mode="after")
    def _names_one_way(self) -> ContactIn:
        """Every key is known, and several are not given beside the one that counts."""
        unknown = [key for key in self.model_extra or {} if not key.startswith(PREFIX)]
        if unknown:
            code, words = "unknown_keys", "There is no key {keys}."
            raise PydanticCustomError(code, words, {"keys": ", ".join(unknown)})
        for one, several in _BOTH:
            if several in self.model_fields_set and one in self.model_fields_set:
                code, words = "either_or", "Give either {one} or {other}, not both."
                raise PydanticCustomError(code, words, {"one": one, "other": several})
        return self


class AddressOut(BaseModel):
    """An address of a contact."""

    street: str
    house_number: str
    house_number_addition: str
    postal_code: str
    city: str
    neighbourhood: str


class ContactOut(BaseModel):
    """A contact; of several addresses and such, the first one counts.

    Fields of your own have keys `field:<code>`, and are null while empty.
    """

    model_config = ConfigDict(extra="allow")

    id: int
    number: str
    kind: Literal["person", "organisation"]
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
    emails: list[str]
    phones: list[str]
    addresses: list[AddressOut]


_BOTH: Final = (
    ("email", "emails"),
    ("phone", "phones"),
    *((part, "addresses") for part in AddressDetails.__slots__),
)


def contact_as_json(contact: int, details: ContactDetails, kinds: FieldKinds) -> Json:
    """All that is known of a contact."""
    main = details.addresses[0] if details.addresses else AddressDetails()
    known = {
        **{column: getattr(details, column, None) for column in COLUMNS},
        **asdict(main),
        "email": details.emails[0] if details.emails else "",
        "phone": details.phones[0] if details.phones else "",
    }
    return {
        "id": contact,
        **{column: known[column] for column in COLUMNS},
        "emails": list(details.emails),
        "phones": list(details.phones),
        "addresses": [asdict(address) for address in details.addresses],
        **{
            PREFIX + code: _own_as_json(details.fields.get(code), kind)
            for code, kind in kinds.items()
        },
    }


def _own_as_json(value: FieldValue | None, kind: FieldKind) -> object:
    """Numbers as numbers; all else as it is kept."""
    if kind.type in _NUMBERS and isinstance(value, str):
        number = Decimal(value)
        return int(number) if number == number.to_integral_value() else float(number)
    return value


def given_in(body: ContactIn) -> Given:
    """What the body says of a contact; raises UnreadableDetailsError."""
    kinds = custom_fields()
    reading = _Reading(kinds, timezone.localdate())
    asked = {name: getattr(body, name) for name in body.model_fields_set}
    given: dict[str, Any] = dict(
        reading.columns({name: asked[name] for name in COLUMNS if name in asked})
    )
    for name, read in (
        ("emails", reading.emails),
        ("phones", reading.phones),
        ("addresses", reading.addresses),
    ):
        if name in asked:
            given[name] = _each_once(read(asked[name] or []))
    own = reading.own_fields(body.model_extra or {})
    if reading.problems:
        raise UnreadableDetailsError(tuple(reading.problems))
    return cast("Given", {**given, **({"fields": own} if own else {})})


def _each_once(several: Iterable[object]) -> tuple[object, ...]:
    """Without those that differ from an earlier one in case and accents alone."""
    found: dict[object, object] = {}
    for one in several:
        found.setdefault(fold(one) if isinstance(one, str) else one, one)
    return tuple(found.values())


class _Reading:
    """Reads what was written, and gathers every problem there is."""

    def __init__(self, kinds: FieldKinds, today: date) -> None:
        self.kinds = kinds
        self.today = today
        self.problems: list[ColumnProblem] = []

    def columns(self, written: Mapping[str, object], place: str = "") -> Given:
        texts = {name: _text(value) for name, value in written.items()}
        try:
            return read_columns(texts, kinds=self.kinds, today=self.today)
        except UnreadableDetailsError as error:
            self.problems += [
                replace(
                    one, column=place if place.endswith("]") else place + one.column
                )
                for one in error.problems
            ]
            return Given()

    def emails(self, written: Iterable[str]) -> Iterator[str]:
        for index, one in enumerate(written):
            found = self.columns({"email": one}, f"emails[{index}]").get("email")
            if found:
                yield found

    def phones(self, written: Iterable[str]) -> Iterator[str]:
        for index, one in enumerate(written):
            found = self.columns({"phone": one}, f"phones[{index}]").get("phone")
            if found:
                yield found

    def addresses(self, written: Iterable[AddressIn]) -> Iterator[AddressDetails]:
        for index, one in enumerate(written):
            parts = self.columns(one.model_dump(), f"addresses[{index}].")
            address = AddressDetails(**cast("dict[str, str]", parts))
            if address != AddressDetails():
                yield address

    def own_fields(self, written: Mapping[str, object]) -> dict[str, FieldValue | None]:
        found: dict[str, FieldValue | None] = {}
        for key, value in written.items():
            code = key.removeprefix(PREFIX)
            try:
                found[code] = _own_value(value, self.kinds.get(code))
            except UnreadableValueError as error:
                shown = "" if value is None else str(value)[:80]
                self.problems.append(
                    ColumnProblem(key, shown, error.problem, error.expected)
                )
        return found


def _text(value: object) -> str:
    """As it would be written in a file."""
    match value:
        case None:
            return ""
        case bool():
            return "ja" if value else "nee"
        case _:
            return str(value)


def _own_value(value: object, kind: FieldKind | None) -> FieldValue | None:
    if kind is None:
        raise UnreadableValueError(Problem.UNKNOWN_COLUMN)
    if value is None or value in ("", []):
        return None
    if kind.type is FieldType.MULTIPLE_CHOICE:
        return _chosen(value, kind)
    if isinstance(value, bool) and kind.type is FieldType.BOOLEAN:
        return value
    return read_value(_written(value, kind), kind)


def _written(value: object, kind: FieldKind) -> str:
    """As it would be written in a file; of another type than the field's: refused."""
    match value:
        case str():
            return value
        case int() | float() if kind.type in _NUMBERS and not isinstance(value, bool):
            return written_number(Decimal(repr(value)))
        case _:
            raise UnreadableValueError(_UNFIT[kind.type], kind.choices)


def _chosen(value: object, kind: FieldKind) -> list[str]:
    """The choices in the field's own order."""
    if not isinstance(value, list):
        raise UnreadableValueError(Problem.NOT_A_CHOICE, kind.choices)
    chosen = {kind.folded_choices.get(fold(str(one))) for one in value}
    if None in chosen:
        raise UnreadableValueError(Problem.NOT_A_CHOICE, kind.choices)
    return [choice for choice in kind.choices if choice in chosen]
