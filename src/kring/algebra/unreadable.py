"""What can be wrong with a definition that someone wrote, each as facts.

`code` is stable and `facts` are JSON-able: a door makes its sentence of them, in the
reader's language. `str()` is that sentence in English.
"""

from __future__ import annotations

from typing import ClassVar

Fact = str | int | tuple[str, ...]

_SHOWN = 80


class UnreadableDefinitionError(Exception):
    """A definition that cannot be read; `path` leads to the place, as `all[2].of[0]`.

    An empty path means the definition as a whole.
    """

    code: ClassVar = "unreadable"
    problem: ClassVar = "this is no definition."

    def __init__(self, path: str, **facts: Fact) -> None:
        self.path = path
        self.facts = {name: shown(fact) for name, fact in facts.items()}
        super().__init__(path, self.facts)

    def __str__(self) -> str:
        return f"{self.path or 'definition'}: {self.reason}"

    @property
    def reason(self) -> str:
        return self.problem.format(**spoken(self.facts))


class NotJsonError(UnreadableDefinitionError):
    code = "not_json"
    problem = "this is not JSON ({reason})."


class WrongKindError(UnreadableDefinitionError):
    code = "wrong_kind"
    problem = "expected {expected}, found {found}."


class UnknownShapeError(UnreadableDefinitionError):
    code = "unknown_shape"
    problem = "expected one of the keys {expected}, found {found}."


class UnknownKeyError(UnreadableDefinitionError):
    code = "unknown_key"
    problem = 'the key "{key}" is unknown here; expected {expected}.'


class MissingKeyError(UnreadableDefinitionError):
    code = "missing_key"
    problem = 'the key "{key}" is missing.'


class NoPartsError(UnreadableDefinitionError):
    code = "no_parts"
    problem = "at least one part is required here."


class ImpossibleCountError(UnreadableDefinitionError):
    code = "impossible_count"
    problem = "{count} is not between 1 and {different}, the number of different parts."


class OutOfRangeError(UnreadableDefinitionError):
    code = "out_of_range"
    problem = "expected a number from {least} to {most}."


class UnknownWordError(UnreadableDefinitionError):
    code = "unknown_word"
    problem = '"{word}" is unknown; expected one of {expected}.'


class UnknownFieldError(UnreadableDefinitionError):
    code = "unknown_field"
    problem = 'there is no field "{field}".'


class NotOfAddressError(UnreadableDefinitionError):
    code = "not_of_address"
    problem = 'the field "{field}" is not a part of an address.'


class UnfitOperatorError(UnreadableDefinitionError):
    code = "unfit_operator"
    problem = (
        'the field "{field}" ({type}) cannot be asked "{op}"; expected one of '
        "{expected}."
    )


class UnknownChoiceError(UnreadableDefinitionError):
    code = "unknown_choice"
    problem = 'the field "{field}" has no choice "{choice}".'


class NotADateError(UnreadableDefinitionError):
    code = "not_a_date"
    problem = '"{value}" is not a date such as 2026-05-31.'


class ReversedRangeError(UnreadableDefinitionError):
    code = "reversed_range"
    problem = "the first value is above the second, so nothing lies between."


class EmptyTextError(UnreadableDefinitionError):
    code = "empty_text"
    problem = "an empty text is never found; ask for empty or not_empty instead."


class UnreadableTextError(UnreadableDefinitionError):
    code = "unreadable_text"
    problem = "the text holds characters that cannot be stored."


class TooLongError(UnreadableDefinitionError):
    code = "too_long"
    problem = "the text is longer than {limit} characters."


class TooManyDigitsError(UnreadableDefinitionError):
    code = "too_many_digits"
    problem = "the number has more than {limit} digits."


class NoValuesError(UnreadableDefinitionError):
    code = "no_values"
    problem = "at least one value is required here."


class TooManyValuesError(UnreadableDefinitionError):
    code = "too_many_values"
    problem = "there are more than {limit} values."


class TooDeepError(UnreadableDefinitionError):
    code = "too_deep"
    problem = "brackets may be nested {limit} deep, and no deeper."


class TooManyNodesError(UnreadableDefinitionError):
    code = "too_many_nodes"
    problem = "a definition may have {limit} nodes, and no more."


def shown(fact: Fact) -> Fact:
    """Keep what people wrote readable in a message, however long it was."""
    if isinstance(fact, str) and len(fact) > _SHOWN:
        return f"{fact[:_SHOWN]}…"
    return fact


def spoken(facts: dict[str, Fact]) -> dict[str, str | int]:
    return {
        name: ", ".join(fact) if isinstance(fact, tuple) else fact
        for name, fact in facts.items()
    }
