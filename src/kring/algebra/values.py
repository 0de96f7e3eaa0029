"""The values of conditions: from JSON to typed, by their field's type, and back."""

from __future__ import annotations

import unicodedata
from datetime import date
from decimal import Decimal
from typing import assert_never

from kring.algebra import limits
from kring.algebra.catalogue import OPERANDS, FieldFacts, FieldType, Operand
from kring.algebra.expressions import Operator, Scalar, SinceOperator, Value
from kring.algebra.text import fold
from kring.algebra.unreadable import (
    EmptyTextError,
    NotADateError,
    NoValuesError,
    OutOfRangeError,
    ReversedRangeError,
    TooLongError,
    TooManyDigitsError,
    TooManyValuesError,
    UnknownChoiceError,
    UnreadableTextError,
    WrongKindError,
)

_ISO_DATE_LENGTH = len("2026-05-31")
_PAIR = 2
_MOST_READ_DIGITS = 28
_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "true or false"),
    (int, "a number"),
    (float, "a number"),
    (Decimal, "a number"),
    (str, "a text"),
    (list, "a list"),
    (dict, "an object"),
)


def value_in(data: object, field: FieldFacts, op: Operator, path: str) -> Value:
    """Answer the value that this operator compares the field with."""
    match OPERANDS[op]:
        case Operand.NOTHING:
            return None
        case Operand.ONE:
            return _scalar_in(data, field, path)
        case Operand.SEVERAL | Operand.RANGE:
            return _values_in(data, field, op, path)
        case Operand.DAYS:
            return whole_number_in(data, path, least=0, most=limits.DAYS)
        case Operand.YEARS:
            return whole_number_in(data, path, least=0, most=limits.YEARS)
        case _:
            assert_never(OPERANDS[op])


def since_value_in(data: object, op: SinceOperator, path: str) -> date | int:
    if op is SinceOperator.AT_LEAST_DAYS:
        return whole_number_in(data, path, least=0, most=limits.DAYS)
    return _date_in(data, path)


def whole_number_in(data: object, path: str, *, least: int, most: int) -> int:
    if not isinstance(data, int) or isinstance(data, bool):
        raise wrong_kind(data, "a whole number", path)
    if not least <= data <= most:
        raise OutOfRangeError(path, least=least, most=most)
    return data


def short_text_in(data: object, path: str) -> str:
    if not isinstance(data, str):
        raise wrong_kind(data, "a text", path)
    if len(data) > limits.TEXT_LENGTH:
        raise TooLongError(path, limit=limits.TEXT_LENGTH)
    return data


def json_of(value: Value) -> object:
    if isinstance(value, tuple):
        return [_json_of_scalar(one) for one in value]
    return None if value is None else _json_of_scalar(value)


def wrong_kind(data: object, expected: str, path: str) -> WrongKindError:
    return WrongKindError(path, expected=expected, found=_kind_of(data))


def _kind_of(data: object) -> str:
    kinds = (name for kind, name in _KINDS if isinstance(data, kind))
    return next(kinds, "nothing" if data is None else "something else")


def _values_in(
    data: object, field: FieldFacts, op: Operator, path: str
) -> tuple[Scalar, ...]:
    if not isinstance(data, list):
        raise wrong_kind(data, OPERANDS[op].value, path)
    if not data:
        raise NoValuesError(path)
    if len(data) > limits.VALUES:
        raise TooManyValuesError(path, limit=limits.VALUES)
    values = tuple(
        _scalar_in(one, field, f"{path}[{index}]") for index, one in enumerate(data)
    )
    if OPERANDS[op] is Operand.RANGE:
        _refuse_no_range(values, path)
    return values


def _refuse_no_range(values: tuple[Scalar, ...], path: str) -> None:
    if len(values) != _PAIR:
        raise WrongKindError(
            path, expected=Operand.RANGE.value, found=f"a list of {len(values)}"
        )
    # Both ends come from one field: two numbers, or two dates.
    if values[0] > values[1]:  # type: ignore[operator]
        raise ReversedRangeError(path)


def _scalar_in(data: object, field: FieldFacts, path: str) -> Scalar:
    match field.type:
        case FieldType.TEXT:
            return _text_in(data, path)
        case FieldType.NUMBER | FieldType.MONEY:
            return _decimal_in(data, path)
        case FieldType.DATE:
            return _date_in(data, path)
        case FieldType.CHOICE | FieldType.MULTIPLE_CHOICE:
            return _choice_in(data, field, path)
        case FieldType.BOOLEAN:
            return _boolean_in(data, path)
        case _:
            assert_never(field.type)


def _text_in(data: object, path: str) -> str:
    text = short_text_in(data, path)
    if any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in text):
        raise UnreadableTextError(path)
    if not fold(text):
        raise EmptyTextError(path)
    return text


def _decimal_in(data: object, path: str) -> Decimal:
    if not isinstance(data, int | float | Decimal) or isinstance(data, bool):
        raise wrong_kind(data, "a number", path)
    if isinstance(data, int) and abs(data) >= 10**limits.DIGITS:
        raise TooManyDigitsError(path, limit=limits.DIGITS)
    number = Decimal(repr(data) if isinstance(data, float) else data)
    if not number.is_finite():
        raise WrongKindError(path, expected="a number", found="no finite number")
    if not _is_short(number):
        raise TooManyDigitsError(path, limit=limits.DIGITS)
    return abs(number) if number.is_zero() else number


def _is_short(number: Decimal) -> bool:
    """Answer whether the number survives a stay in JSON, where it is a float."""
    _, digits, exponent = number.as_tuple()
    if max(len(digits), abs(int(exponent))) > _MOST_READ_DIGITS:
        return False
    _, digits, exponent = number.normalize().as_tuple()
    whole = len(digits) + int(exponent)
    return max(len(digits), whole, len(digits) - whole) <= limits.DIGITS


def _date_in(data: object, path: str) -> date:
    if not isinstance(data, str):
        raise wrong_kind(data, "a date such as 2026-05-31", path)
    # fromisoformat also reads weeks, and dates without hyphens.
    if len(data) != _ISO_DATE_LENGTH or "W" in data:
        raise NotADateError(path, value=data)
    try:
        return date.fromisoformat(data)
    except ValueError as error:
        raise NotADateError(path, value=data) from error


def _choice_in(data: object, field: FieldFacts, path: str) -> str:
    code = short_text_in(data, path)
    if all(choice.code != code for choice in field.choices):
        raise UnknownChoiceError(path, field=field.code, choice=code)
    return code


def _boolean_in(data: object, path: str) -> bool:
    if not isinstance(data, bool):
        raise wrong_kind(data, "true or false", path)
    return data


def _json_of_scalar(value: Scalar) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    return value
