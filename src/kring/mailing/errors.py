"""What can be wrong with the texts of a mail: facts, not words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique


@unique
class TextProblem(StrEnum):
    """What is wrong with something between braces."""

    NOT_A_FIELD = "not_a_field"
    NOT_CLOSED = "not_closed"
    NOT_OPENED = "not_opened"
    UNKNOWN_INSTRUCTION = "unknown_instruction"
    NO_CONDITION = "no_condition"
    NO_END = "no_end"
    NO_FORMER_END = "no_former_end"
    OTHERWISE_TWICE = "otherwise_twice"
    TOO_DEEP = "too_deep"


class UnusableTextError(Exception):
    """The texts of a mail that cannot go out; `part` is its subject or body.

    `also` is what is wrong with the other part as well.
    """

    part: str
    also: tuple[UnusableTextError, ...] = ()

    def __str__(self) -> str:
        return repr(self)


@dataclass(eq=False)
class UnknownMergeFieldError(UnusableTextError):
    """There is no such field; `suggestion` may be meant, and is empty for none."""

    field: str
    suggestion: str
    part: str = "body"


@dataclass(eq=False)
class UnreadableTemplateError(UnusableTextError):
    """Something between braces that cannot be read; `near` is how it is written."""

    line: int
    near: str
    problem: TextProblem
    part: str = "body"
