"""The fields that a cooperative adds itself, and reading a value for one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, assert_never

from kring.algebra.text import fold
from kring.contacts import values
from kring.contacts.errors import ColumnProblem, Problem, UnreadableValueError
from kring.contacts.models import CustomField, FieldType

FieldValue = str | bool | list[str]
"""A value as it is kept: numbers and dates are written out, choices are their text."""

PREFIX: Final = "field:"
TEXT_LENGTH: Final = 2_000


@dataclass(frozen=True, slots=True)
class FieldKind:
    """What one must know of a custom field to read its values."""

    code: str
    type: FieldType
    choices: tuple[str, ...] = ()
    folded_choices: Mapping[str, str] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        by_folded = {fold(choice): choice for choice in self.choices}
        object.__setattr__(self, "folded_choices", by_folded)


FieldKinds = Mapping[str, FieldKind]


def custom_fields() -> FieldKinds:
    """All custom fields, by code."""
    return {row.code: kind_of(row) for row in CustomField.objects.all()}


def kind_of(row: CustomField) -> FieldKind:
    return FieldKind(row.code, FieldType(row.type), tuple(row.choices))


def read_value(text: str, kind: FieldKind) -> FieldValue:
    """The value that a text stands for; raises UnreadableValueError."""
    return _READERS[kind.type](text, kind)


def fits(value: FieldValue, kind: FieldKind) -> bool:
    """Whether a value that was kept is one that the field can hold now."""
    match value:
        case bool():
            return kind.type is FieldType.BOOLEAN
        case list():
            is_of_several = kind.type is FieldType.MULTIPLE_CHOICE
            return is_of_several and set(value) <= set(kind.choices)
        case str() if kind.type in (FieldType.BOOLEAN, FieldType.MULTIPLE_CHOICE):
            return False
        case str():
            return _is_read_as_itself(value, kind)
        case _:
            assert_never(value)


def misfits(given: Iterable[Mapping[str, FieldValue]]) -> tuple[ColumnProblem, ...]:
    """What is wrong with values, by code, for the fields as they are now.

    In one query, or none where there is no value.
    """
    values = [(code, value) for own in given for code, value in own.items()]
    kinds = custom_fields() if values else {}
    return tuple(
        ColumnProblem(PREFIX + code, str(value), *_misfit(kinds.get(code)))
        for code, value in values
        if code not in kinds or not fits(value, kinds[code])
    )


def _misfit(kind: FieldKind | None) -> tuple[Problem, tuple[str, ...]]:
    if kind is None or not kind.choices:
        return Problem.UNKNOWN_COLUMN, ()
    return Problem.NOT_A_CHOICE, kind.choices


def _is_read_as_itself(value: str, kind: FieldKind) -> bool:
    try:
        return read_value(value, kind) == value
    except UnreadableValueError:
        return False


def folded_value(value: FieldValue) -> str | list[str] | None:
    """The text that conditions compare; None where there is no text."""
    match value:
        case bool():
            return None
        case str():
            return fold(value)
        case list():
            return [fold(one) for one in value]
        case _:
            assert_never(value)


def _read_choice(text: str, kind: FieldKind) -> str:
    found = kind.folded_choices.get(fold(text))
    if found is None:
        raise UnreadableValueError(Problem.NOT_A_CHOICE, kind.choices)
    return found


def _read_choices(text: str, kind: FieldKind) -> list[str]:
    """Several choices between semicolons, bars or commas, in the field's own order."""
    for separator in (None, ";", "|", ","):
        pieces = [text] if separator is None else text.split(separator)
        chosen = {fold(piece) for piece in pieces if piece.strip()}
        if chosen <= kind.folded_choices.keys():
            return [choice for choice in kind.choices if fold(choice) in chosen]
    raise UnreadableValueError(Problem.NOT_A_CHOICE, kind.choices)


_READERS: Final[Mapping[FieldType, Callable[[str, FieldKind], FieldValue]]] = {
    FieldType.TEXT: lambda text, _: values.read_text(text, length=TEXT_LENGTH),
    FieldType.NUMBER: lambda text, _: values.written_number(values.read_number(text)),
    FieldType.MONEY: lambda text, _: values.written_number(values.read_money(text)),
    FieldType.DATE: lambda text, _: values.read_date(text).isoformat(),
    FieldType.BOOLEAN: lambda text, _: values.read_boolean(text),
    FieldType.CHOICE: _read_choice,
    FieldType.MULTIPLE_CHOICE: _read_choices,
}
