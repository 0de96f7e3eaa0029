"""What can be wrong with the texts of a mail: facts, not words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, unique


@unique
class TextProblem(Enum):
    """What is wrong with something between braces."""

    NOT_A_FIELD = "no name of a field between the braces"
    NOT_CLOSED = "braces that are opened and not closed"
    NOT_OPENED = "braces that are closed and were not opened"
    UNKNOWN_INSTRUCTION = "an instruction that does not exist"
    NO_CONDITION = "an end without its beginning"
    NO_END = "a beginning without its end"
    OTHERWISE_TWICE = "a second otherwise"
    TOO_DEEP = "conditions in too many conditions"


class UnusableTextError(Exception):
    """The texts of a mail that cannot go out; `part` is its subject or body."""

    part: str

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
