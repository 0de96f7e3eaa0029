"""The fields that a condition may ask about, and what may be asked of each type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, unique
from types import MappingProxyType
from typing import Final, Literal, Protocol

from kring.algebra.expressions import Operator

Language = Literal["nl", "en"]
Labels = Mapping[Language, str]


@unique
class FieldType(Enum):
    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    CHOICE = "choice"
    MULTIPLE_CHOICE = "multiple_choice"
    BOOLEAN = "boolean"


@unique
class FieldPlace(Enum):
    """Whether a field belongs to the contact, or to each of its addresses."""

    CONTACT = "contact"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Choice:
    code: str
    labels: Labels


@dataclass(frozen=True, slots=True)
class FieldFacts:
    code: str
    labels: Labels
    type: FieldType
    choices: tuple[Choice, ...] = ()
    place: FieldPlace = FieldPlace.CONTACT


class Catalogue(Protocol):
    def field(self, code: str, /) -> FieldFacts | None:
        """Answer the field with exactly this code."""
        ...

    def field_named(self, name: str, /) -> FieldFacts | None:
        """Answer the one field that people call this, in any language."""
        ...


class _NoFields:
    def field(self, _code: str, /) -> None:
        return None

    def field_named(self, _name: str, /) -> None:
        return None


EMPTY_CATALOGUE: Final[Catalogue] = _NoFields()


@unique
class Operand(Enum):
    """What an operator wants beside it."""

    NOTHING = "nothing"
    ONE = "one value"
    SEVERAL = "a list of values"
    RANGE = "a list of two values, the lower first"
    DAYS = "a whole number of days"
    YEARS = "a whole number of years"


OPERANDS: Final[Mapping[Operator, Operand]] = MappingProxyType(
    dict.fromkeys(Operator, Operand.ONE)
    | {
        Operator.EMPTY: Operand.NOTHING,
        Operator.NOT_EMPTY: Operand.NOTHING,
        Operator.IN: Operand.SEVERAL,
        Operator.NOT_IN: Operand.SEVERAL,
        Operator.BETWEEN: Operand.RANGE,
        Operator.IN_LAST_DAYS: Operand.DAYS,
        Operator.NOT_IN_LAST_DAYS: Operand.DAYS,
        Operator.IN_NEXT_DAYS: Operand.DAYS,
        Operator.AGE_AT_LEAST: Operand.YEARS,
        Operator.AGE_BELOW: Operand.YEARS,
    }
)

# What looks different and is the exact complement.
POSITIVES: Final[Mapping[Operator, Operator]] = MappingProxyType(
    {
        Operator.IS_NOT: Operator.IS,
        Operator.NOT_IN: Operator.IN,
        Operator.NOT_CONTAINS: Operator.CONTAINS,
        Operator.NOT_IN_LAST_DAYS: Operator.IN_LAST_DAYS,
        Operator.EMPTY: Operator.NOT_EMPTY,
    }
)

RELATIVE_TO_TODAY: Final = frozenset(
    {
        Operator.IN_LAST_DAYS,
        Operator.NOT_IN_LAST_DAYS,
        Operator.IN_NEXT_DAYS,
        Operator.AGE_AT_LEAST,
        Operator.AGE_BELOW,
    }
)

_EMPTINESS = (Operator.EMPTY, Operator.NOT_EMPTY)
_EQUALITY = (Operator.IS, Operator.IS_NOT, Operator.IN, Operator.NOT_IN)
_ORDER = (
    Operator.BELOW,
    Operator.AT_MOST,
    Operator.ABOVE,
    Operator.AT_LEAST,
    Operator.BETWEEN,
)
_CALENDAR = (
    Operator.IN_LAST_DAYS,
    Operator.NOT_IN_LAST_DAYS,
    Operator.IN_NEXT_DAYS,
    Operator.AGE_AT_LEAST,
    Operator.AGE_BELOW,
)
_WORDING = (
    Operator.CONTAINS,
    Operator.NOT_CONTAINS,
    Operator.STARTS_WITH,
    Operator.ENDS_WITH,
)

OPERATORS: Final[Mapping[FieldType, tuple[Operator, ...]]] = MappingProxyType(
    {
        FieldType.TEXT: (*_EQUALITY, *_WORDING, *_EMPTINESS),
        FieldType.NUMBER: (*_EQUALITY, *_ORDER, *_EMPTINESS),
        FieldType.MONEY: (*_EQUALITY, *_ORDER, *_EMPTINESS),
        FieldType.DATE: (*_EQUALITY, *_ORDER, *_CALENDAR, *_EMPTINESS),
        FieldType.CHOICE: (*_EQUALITY, *_EMPTINESS),
        FieldType.MULTIPLE_CHOICE: (*_EQUALITY, *_EMPTINESS),
        FieldType.BOOLEAN: (Operator.IS, *_EMPTINESS),
    }
)
