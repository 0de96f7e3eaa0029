"""What can be wrong with the details of a contact: facts, not words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, unique


@unique
class Problem(Enum):
    """What is wrong with what stands in a column."""

    TOO_LONG = "too long"
    NOT_A_TEXT = "not a text"
    UNPRINTABLE = "holds a character that cannot be kept"
    NOT_A_DATE = "not a date"
    NO_SUCH_DAY = "a day that does not exist"
    YEAR_TOO_FAR = "a year too long ago or too far ahead"
    IN_THE_FUTURE = "a date in the future"
    NOT_AN_EMAIL_ADDRESS = "not an e-mail address"
    NOT_A_PHONE_NUMBER = "not a phone number"
    NOT_A_POSTAL_CODE = "not a postal code"
    NEITHER_YES_NOR_NO = "neither yes nor no"
    NOT_A_NUMBER = "not a number"
    TOO_MANY_DECIMALS = "more than two decimals"
    NOT_A_CHOICE = "not one of the choices"
    NAME_MISSING = "no name"
    NUMBER_MISSING = "no number"
    NOT_FOR_A_PERSON = "only for organisations"
    NOT_FOR_AN_ORGANISATION = "only for persons"
    UNKNOWN_COLUMN = "no such column"


@dataclass(frozen=True, slots=True)
class ColumnProblem:
    """One column of one contact, what stands there, and what is wrong with it."""

    column: str
    value: str
    problem: Problem
    expected: tuple[str, ...] = ()


@dataclass(eq=False)
class UnreadableDetailsError(Exception):
    """The details of a contact, of which at least one column cannot be kept."""

    problems: tuple[ColumnProblem, ...]

    def __str__(self) -> str:
        return repr(self)


@dataclass(eq=False)
class UnreadableValueError(Exception):
    """What stands in one column cannot be read."""

    problem: Problem
    expected: tuple[str, ...] = ()

    def __str__(self) -> str:
        return repr(self)
