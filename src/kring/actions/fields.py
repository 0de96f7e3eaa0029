"""The fields that a cooperative adds to its contacts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from kring.accounts.actors import Actor
from kring.actions.acts import act
from kring.actions.errors import RefusedError, TextTooLongError, UnprintableTextError
from kring.algebra.text import fold
from kring.contacts.errors import Problem, UnreadableValueError
from kring.contacts.models import NAME_LENGTH, CustomField, FieldType, PortalAccess
from kring.contacts.values import read_text
from kring.groups.history import Entry
from kring.groups.locks import Definitions

_CODE: Final = re.compile(r"[a-z][a-z0-9_-]{0,49}")
_OF_CHOICES: Final = frozenset({FieldType.CHOICE, FieldType.MULTIPLE_CHOICE})


@dataclass(eq=False)
class FieldCodeUnreadableError(RefusedError):
    """A code is small letters, digits, dashes and underscores, a letter first."""

    code: str


@dataclass(eq=False)
class FieldCodeTakenError(RefusedError):
    """There is a field with this code already."""

    code: str


@dataclass(eq=False)
class UnknownFieldTypeError(RefusedError):
    """There is no such type of field."""

    type: str


@dataclass(eq=False)
class UnknownPortalAccessError(RefusedError):
    """There is no such way to show a field on the portal."""

    portal: str


@dataclass(eq=False)
class ChoicesMissingError(RefusedError):
    """A field to choose from needs choices."""


@dataclass(eq=False)
class ChoicesNotPossibleError(RefusedError):
    """Only fields to choose from have choices."""

    type: str


@dataclass(eq=False)
class ChoiceTwiceError(RefusedError):
    """Two choices are the same, case and accents apart."""

    choice: str


@dataclass(frozen=True, slots=True)
class NewField:
    """A field as it is asked for; without a label it is called by its code."""

    code: str
    type: str
    label: str = ""
    choices: tuple[str, ...] = field(default=())
    portal: str = PortalAccess.NONE.value


def add_field(wanted: NewField, *, by: Actor) -> CustomField:
    """A new field, empty for every contact; raises a RefusedError that says why not."""
    code = wanted.code.strip()
    if not _CODE.fullmatch(code):
        raise FieldCodeUnreadableError(wanted.code)
    row = CustomField(
        code=code,
        type=_type(wanted.type).value,
        label=_short(wanted.label, "label") or code,
        choices=_choices(wanted),
        portal=_portal(wanted.portal).value,
    )
    # Held alone, so that nobody adds the same code at the same time.
    with act("field.add", by=by, graph=Definitions.EXCLUSIVE) as this:
        if CustomField.objects.filter(code=code).exists():
            raise FieldCodeTakenError(code)
        row.position = CustomField.objects.count() + 1
        row.save()
        this.record(Entry("field", after=facts_of(row)))
    return row


def facts_of(row: CustomField) -> dict[str, object]:
    """A field as JSON, at every door and in history."""
    return {
        "code": row.code,
        "label": row.label,
        "type": row.type,
        "choices": row.choices,
        "portal": row.portal,
    }


def _type(name: str) -> FieldType:
    if name not in FieldType.values:
        raise UnknownFieldTypeError(name)
    return FieldType(name)


def _portal(name: str) -> PortalAccess:
    if name not in PortalAccess.values:
        raise UnknownPortalAccessError(name)
    return PortalAccess(name)


def _choices(wanted: NewField) -> list[str]:
    choices = [_short(choice, "choices") for choice in wanted.choices]
    choices = [choice for choice in choices if choice]
    if _type(wanted.type) in _OF_CHOICES:
        if not choices:
            raise ChoicesMissingError
        _require_different(choices)
    elif choices:
        raise ChoicesNotPossibleError(wanted.type)
    return choices


def _require_different(choices: Iterable[str]) -> None:
    seen: set[str] = set()
    for choice in choices:
        if fold(choice) in seen:
            raise ChoiceTwiceError(choice)
        seen.add(fold(choice))


def _short(text: str, name: str) -> str:
    try:
        return read_text(text, length=NAME_LENGTH)
    except UnreadableValueError as error:
        if error.problem is Problem.TOO_LONG:
            raise TextTooLongError(name, len(text), NAME_LENGTH) from error
        raise UnprintableTextError(name) from error
