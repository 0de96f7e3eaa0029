"""Contacts are added and edited, one at a time or many, through the one write path."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from kring.accounts.actors import Actor
from kring.actions.acts import Act, act
from kring.actions.errors import (
    ChangedMeanwhileError,
    RefusedError,
    UnknownContactsError,
)
from kring.actions.welcoming import Welcome, Welcoming
from kring.contacts import numbering, records
from kring.contacts.catalogue import own_field
from kring.contacts.details import ContactDetails, Given, changed_columns, merged
from kring.contacts.errors import UnreadableDetailsError
from kring.contacts.fields import FieldValue, misfits
from kring.contacts.models import Contact
from kring.contacts.queries import ids_numbered
from kring.contacts.records import Stamp
from kring.groups.history import Entry


@dataclass(eq=False)
class NumberTakenError(RefusedError):
    """Another contact has this number."""

    number: str
    contact: int


@dataclass(eq=False)
class NumberNeededError(RefusedError):
    """A contact keeps a number; it may change but not be taken away."""


def create_contact(
    given: Given, *, by: Actor, welcome: Welcoming = Welcome.DEFAULT
) -> int:
    """A new contact; without a number it gets the next one. Returns its id.

    Raises UnreadableDetailsError, NumberTakenError, ManyMailsError or
    NotAllowedError.
    """
    details = merged(None, given)
    with act("contact.create", by=by, welcome=welcome) as this:
        this.hold_last_chunk()
        _require_free_number(details, of=None)
        if not details.number:
            [number] = numbering.free_numbers(1)
            details = replace(details, number=number)
        [contact] = add_contacts(this, [details])
    return contact


def edit_contact(
    contact: int,
    given: Given,
    *,
    by: Actor,
    version: int | None = None,
    welcome: Welcoming = Welcome.DEFAULT,
) -> None:
    """Give a contact what was filled in; a field that is absent stays what it is.

    `version` is the one that the editor saw. Raises UnknownContactsError,
    ChangedMeanwhileError, UnreadableDetailsError, NumberTakenError,
    NumberNeededError, ManyMailsError or NotAllowedError.
    """
    with act("contact.edit", by=by, welcome=welcome) as this:
        this.hold([contact])
        # A number is judged under the same lock by whoever gives one out.
        if given.get("number"):
            this.hold_last_chunk()
        before = _existing(contact, version)
        after = merged(before, given)
        if not after.number:
            raise NumberNeededError
        if after != before:
            _require_free_number(after, of=contact)
            edit_contacts(this, {contact: before}, {contact: after})


def add_contacts(this: Act, details: Collection[ContactDetails]) -> list[int]:
    """Write new contacts, each with its number; the last chunk is held.

    Raises UnreadableDetailsError.
    """
    _require_fields(one.fields for one in details)
    ids = this.give_ids(len(details))
    added = dict(zip(ids, details, strict=True))
    records.add(added, Stamp(this.occasion.at, this.change))
    this.record(
        *(
            Entry("contact", contact=contact, after=records.facts_of(one))
            for contact, one in added.items()
        )
    )
    this.follow_contacts(ids)
    return ids


def edit_contacts(
    this: Act,
    before: Mapping[int, ContactDetails],
    after: Mapping[int, ContactDetails],
) -> None:
    """Write contacts whose details changed; their chunks are held.

    Raises UnreadableDetailsError.
    """
    this.follow_contacts(after, parts=rewrite_contacts(this, before, after))


def rewrite_contacts(
    this: Act,
    before: Mapping[int, ContactDetails],
    after: Mapping[int, ContactDetails],
) -> set[str]:
    """Write contacts without following them yet; returns the parts that changed.

    Raises UnreadableDetailsError.
    """
    _require_fields(
        _own_fields_changed(before[contact], details)
        for contact, details in after.items()
    )
    records.rewrite(before, after, Stamp(this.occasion.at, this.change))
    changed: set[str] = set()
    for contact, details in after.items():
        parts = records.facts_before_and_after(before[contact], details)
        this.record(Entry("contact", contact, None, *parts))
        changed |= columns_changed(before[contact], details)
    return changed


def columns_changed(before: ContactDetails, after: ContactDetails) -> set[str]:
    """The parts of the details that differ, each own field by itself."""
    columns = set(changed_columns(before, after))
    if "fields" in columns:
        columns.discard("fields")
        columns |= {
            own_field(code)
            for code in before.fields.keys() | after.fields.keys()
            if before.fields.get(code) != after.fields.get(code)
        }
    return columns


def _require_fields(given: Iterable[Mapping[str, FieldValue]]) -> None:
    """Own fields are there, and can hold what they are given.

    A field, or a choice, may have been taken away since the values were read; now
    the definitions are held. Raises UnreadableDetailsError.
    """
    wrong = misfits(given)
    if wrong:
        raise UnreadableDetailsError(wrong)


def _existing(contact: int, version: int | None) -> ContactDetails:
    found = records.details_of([contact]).get(contact)
    if found is None:
        raise UnknownContactsError([contact])
    if version is not None:
        stored = Contact.objects.values_list("version", flat=True).get(pk=contact)
        if stored != version:
            raise ChangedMeanwhileError(stored)
    return found


def _own_fields_changed(
    before: ContactDetails, after: ContactDetails
) -> dict[str, FieldValue]:
    return {
        code: value
        for code, value in after.fields.items()
        if before.fields.get(code) != value
    }


def _require_free_number(details: ContactDetails, *, of: int | None) -> None:
    holder = ids_numbered([details.number]).get(details.number)
    if details.number and holder not in (None, of):
        raise NumberTakenError(details.number, holder)
