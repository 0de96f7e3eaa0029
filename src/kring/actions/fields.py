"""The fields that a cooperative adds to its contacts, changes and takes away."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from kring.accounts.actors import Actor
from kring.actions.acts import Act, act
from kring.actions.errors import RefusedError, TextTooLongError, UnprintableTextError
from kring.algebra.expressions import Where
from kring.algebra.text import fold
from kring.algebra.walk import nodes_of
from kring.contacts.catalogue import own_field
from kring.contacts.errors import Problem, UnreadableValueError
from kring.contacts.models import (
    NAME_LENGTH,
    Contact,
    CustomField,
    FieldType,
    PortalAccess,
)
from kring.contacts.values import read_text
from kring.groups.definitions import groups_asking, read_definition
from kring.groups.history import Entry
from kring.groups.locks import Definitions
from kring.groups.models import Group

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


@dataclass(eq=False)
class UnknownFieldError(RefusedError):
    """There is no field with this code."""

    code: str


@dataclass(eq=False)
class FieldInUseError(RefusedError):
    """A field that groups ask for, or that contacts have filled in, cannot be deleted.

    `uses` are the groups by name, `contacts` how many have filled it in.
    """

    label: str
    uses: Mapping[int, str]
    contacts: int


@dataclass(eq=False)
class ChoiceInUseError(RefusedError):
    """A choice that groups ask for, or that contacts have, cannot be taken away."""

    label: str
    choice: str
    uses: Mapping[int, str]
    contacts: int


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


def edit_field(
    code: str,
    *,
    by: Actor,
    label: str | None = None,
    choices: Collection[str] | None = None,
    portal: str | None = None,
) -> CustomField:
    """Give a field another label, other choices or another place on the portal.

    What is None stays. Raises UnknownFieldError, ChoiceInUseError or another
    RefusedError that says why not.
    """
    # Held alone, so that nobody begins to ask for a choice while it is taken away.
    with act("field.edit", by=by, graph=Definitions.EXCLUSIVE) as this:
        row = _existing(code)
        before = facts_of(row)
        wanted = NewField(
            code,
            row.type,
            row.label if label is None else label,
            tuple(row.choices if choices is None else choices),
            row.portal if portal is None else portal,
        )
        row.label = _short(wanted.label, "label") or code
        row.choices, gone = _choices(wanted), set(row.choices)
        row.portal = _portal(wanted.portal).value
        for choice in sorted(gone.difference(row.choices)):
            _require_unused_choice(row, choice)
        if facts_of(row) != before:
            row.save()
            this.record(Entry("field", before=before, after=facts_of(row)))
    return row


def delete_field(code: str, *, by: Actor) -> None:
    """Take a field away that nobody uses; raises UnknownFieldError or FieldInUseError.

    Nothing is lost by it: a field that any contact has filled in is in use.
    """
    with act("field.delete", by=by, graph=Definitions.EXCLUSIVE) as this:
        _remove(this, _existing(code))


def restore_field(this: Act, code: str, facts: Mapping[str, Any] | None) -> None:
    """Bring a field to these facts, or away, as one part of an act.

    The act holds the graph exclusively. Raises FieldInUseError or ChoiceInUseError.
    """
    row = CustomField.objects.filter(code=code).first()
    if facts is None:
        _remove(this, row or _existing(code))
        return
    before = facts_of(row) if row is not None else None
    kept = row or CustomField(code=code, position=CustomField.objects.count() + 1)
    for choice in sorted(set(kept.choices).difference(facts["choices"])):
        _require_unused_choice(kept, choice)
    kept.label, kept.type = facts["label"], facts["type"]
    kept.choices, kept.portal = facts["choices"], facts["portal"]
    kept.save()
    this.record(Entry("field", before=before, after=facts))


def _remove(this: Act, row: CustomField) -> None:
    uses = _names(groups_asking([f"field:{own_field(row.code)}"]))
    filled_in = Contact.objects.filter(fields__has_key=row.code).count()
    if uses or filled_in:
        raise FieldInUseError(row.label, uses, filled_in)
    this.record(Entry("field", before=facts_of(row)))
    row.delete()


def facts_of(row: CustomField) -> dict[str, object]:
    """A field as JSON, at every door and in history."""
    return {
        "code": row.code,
        "label": row.label,
        "type": row.type,
        "choices": row.choices,
        "portal": row.portal,
    }


def _existing(code: str) -> CustomField:
    found = CustomField.objects.filter(code=code).first()
    if found is None:
        raise UnknownFieldError(code)
    return found


def _require_unused_choice(row: CustomField, choice: str) -> None:
    """Raises ChoiceInUseError; the choice is one that the field had."""
    asking = groups_asking([f"field:{own_field(row.code)}"])
    uses = _names(
        group.pk
        for group in Group.objects.filter(pk__in=asking)
        if _asks_for(group, own_field(row.code), choice)
    )
    is_one = FieldType(row.type) is FieldType.CHOICE
    kept = {row.code: choice if is_one else [choice]}
    having = Contact.objects.filter(fields__contains=kept)
    if uses or having.exists():
        raise ChoiceInUseError(row.label, choice, uses, having.count())


def _asks_for(group: Group, field_code: str, choice: str) -> bool:
    return any(
        isinstance(node, Where)
        and node.field == field_code
        and choice in (node.value if isinstance(node.value, tuple) else (node.value,))
        for node in nodes_of(read_definition(group.definition))
    )


def _names(groups: Iterable[int]) -> dict[int, str]:
    found = Group.objects.filter(pk__in=list(groups)).order_by("folded_name")
    return dict(found.values_list("pk", "name"))


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
