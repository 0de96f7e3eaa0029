"""What can be wrong with a formula, each with its place in the text and its facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from kring.algebra.unreadable import Fact, UnreadableDefinitionError, shown, spoken


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a text; lines and columns count from 1."""

    offset: int
    length: int
    line: int
    column: int


def place_in(text: str, start: int, end: int) -> Place:
    line_start = text.rfind("\n", 0, start) + 1
    line = text.count("\n", 0, start) + 1
    return Place(start, end - start, line, start - line_start + 1)


class UnreadableFormulaError(Exception):
    """A formula that cannot be read; a door translates `code` and `facts`."""

    code: ClassVar = "unreadable"
    problem: ClassVar = "this is no formula."

    def __init__(self, place: Place, **facts: Fact) -> None:
        self.place = place
        self.facts = {name: shown(fact) for name, fact in facts.items()}
        super().__init__(place, facts)

    def __str__(self) -> str:
        where = f"line {self.place.line}, column {self.place.column}"
        return f"{where}: {self.problem.format(**spoken(self.facts))}"


class UnexpectedError(UnreadableFormulaError):
    code = "unexpected"
    problem = "expected {expected}, found {found}."


class UnclosedError(UnreadableFormulaError):
    code = "unclosed"
    problem = "{opened} is opened here and never closed."


class UnknownNameError(UnreadableFormulaError):
    """`kind` is group or field; `suggestion` is empty when nothing looks like it."""

    code = "unknown_name"
    problem = 'there is no {kind} "{name}".'

    def __str__(self) -> str:
        suggestion = self.facts["suggestion"]
        hint = f' Did you mean "{suggestion}"?' if suggestion else ""
        return f"{super().__str__()}{hint}"


class UnfitError(UnreadableFormulaError):
    """The formula is well written, but says something that a definition cannot."""

    code = "unfit"
    problem = "{reason}"

    def __init__(self, place: Place, cause: UnreadableDefinitionError) -> None:
        super().__init__(place, reason=cause.reason)
        self.cause = cause
