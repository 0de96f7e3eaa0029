"""Persons act for organisations: the link is made, changed, ended and taken away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from kring.accounts.actors import Actor
from kring.actions.acts import Act, act
from kring.actions.errors import RefusedError, UnknownContactsError
from kring.actions.requiring import require_text
from kring.contacts.models import NAME_LENGTH, Contact, Kind, Representation
from kring.contacts.representing import (
    Represents,
    agreed_in,
    link_between,
    links_among,
    together,
)
from kring.groups.history import Entry

REPRESENTS: Final = "represents"
"""The kind of entry that says at a person for which organisation it acts."""

REPRESENTED: Final = "represented"
"""The kind of entry that says the same at the organisation."""


@dataclass(eq=False)
class NotAPersonError(RefusedError):
    """Only a person acts for an organisation."""

    name: str


@dataclass(eq=False)
class NotAnOrganisationError(RefusedError):
    """Only for an organisation one acts."""

    name: str


@dataclass(eq=False)
class RepresentsAlreadyError(RefusedError):
    """There is a link between this person and this organisation already."""

    person: str
    organisation: str


@dataclass(eq=False)
class EndsBeforeItBeginsError(RefusedError):
    """The last day of a link lies before its first."""


@dataclass(eq=False)
class DoesNotRepresentError(RefusedError):
    """There is no link between these two, or no longer."""


def add_representation(
    person: int, organisation: int, agreed: Represents, *, by: Actor
) -> int:
    """Let a person act for an organisation; returns the number of the change.

    Raises NotAPersonError, NotAnOrganisationError, RepresentsAlreadyError,
    EndsBeforeItBeginsError, UnknownContactsError, TextTooLongError,
    UnprintableTextError or NotAllowedError.
    """
    _require_possible(agreed)
    with act("representation.add", by=by) as this:
        this.hold([person, organisation])
        _require_kinds(this, person, organisation)
        if _agreed(person, organisation) is not None:
            names = _names(person, organisation)
            raise RepresentsAlreadyError(*names)
        _write(this, person, organisation, None, agreed)
    return this.change


def edit_representation(
    person: int, organisation: int, agreed: Represents, *, by: Actor
) -> int | None:
    """Change what is agreed of a link; returns the number of the change, if any.

    Raises DoesNotRepresentError, EndsBeforeItBeginsError, TextTooLongError,
    UnprintableTextError or NotAllowedError.
    """
    _require_possible(agreed)
    with act("representation.edit", by=by) as this:
        before = _held(this, person, organisation)
        _write(this, person, organisation, before, agreed)
    return this.number


def end_representation(
    person: int, organisation: int, *, on: date, by: Actor
) -> int | None:
    """Let this be the last day; what ended before stays as it is.

    Raises DoesNotRepresentError, EndsBeforeItBeginsError or NotAllowedError.
    """
    with act("representation.edit", by=by) as this:
        before = _held(this, person, organisation)
        if before.last_day is None or before.last_day > on:
            after = replace(before, last_day=on)
            _require_possible(after)
            _write(this, person, organisation, before, after)
    return this.number


def remove_representation(person: int, organisation: int, *, by: Actor) -> int:
    """Take a link away, as if it had never been; history remembers it.

    Raises DoesNotRepresentError or NotAllowedError.
    """
    with act("representation.remove", by=by) as this:
        before = _held(this, person, organisation)
        _write(this, person, organisation, before, None)
    return this.change


def restore_representation(
    this: Act, person: int, organisation: int, facts: Mapping[str, Any] | None
) -> None:
    """Put a link back as history kept it, or take it away; both are held."""
    before = _agreed(person, organisation)
    _write(this, person, organisation, before, None if facts is None else _read(facts))


def move_representations(this: Act, merged: int, into: int) -> None:
    """Let the links of a contact that goes be the kept one's; both are held."""
    for link in links_among([merged]):
        theirs = agreed_in(link)
        _write(this, link.person_id, link.organisation_id, theirs, None)
        person, organisation = (
            into if one == merged else one
            for one in (link.person_id, link.organisation_id)
        )
        if person != organisation:
            own = _agreed(person, organisation)
            agreed = theirs if own is None else together(own, theirs)
            _write(this, person, organisation, own, agreed)


def facts_of(link: Representation) -> dict[str, Any]:
    """The link as history keeps it at the person."""
    return {"organisation": link.organisation_id, **agreed_in(link).facts}


def facts_at_organisation(link: Representation) -> dict[str, Any]:
    return {"person": link.person_id, **agreed_in(link).facts}


def _held(this: Act, person: int, organisation: int) -> Represents:
    this.hold([person, organisation])
    found = _agreed(person, organisation)
    if found is None:
        raise DoesNotRepresentError
    return found


def _agreed(person: int, organisation: int) -> Represents | None:
    link = link_between(person, organisation)
    return None if link is None else agreed_in(link)


def _require_possible(agreed: Represents) -> None:
    require_text("role", agreed.role, limit=NAME_LENGTH)
    first_day, last_day = agreed.first_day, agreed.last_day
    if first_day is not None and last_day is not None and last_day < first_day:
        raise EndsBeforeItBeginsError


def _require_kinds(this: Act, person: int, organisation: int) -> None:
    wanted = (person, organisation)
    missing = [contact for contact in wanted if contact not in this.everyone]
    if missing:
        raise UnknownContactsError(missing)
    found = Contact.objects.in_bulk(wanted)
    if found[person].kind != Kind.PERSON:
        raise NotAPersonError(str(found[person]))
    if found[organisation].kind != Kind.ORGANISATION:
        raise NotAnOrganisationError(str(found[organisation]))


def _names(person: int, organisation: int) -> tuple[str, str]:
    found = Contact.objects.in_bulk([person, organisation])
    return str(found[person]), str(found[organisation])


def _write(
    this: Act,
    person: int,
    organisation: int,
    before: Represents | None,
    after: Represents | None,
) -> None:
    """Write a link as it becomes, and record it at either side."""
    if before == after:
        return
    pair = Representation.objects.filter(person=person, organisation=organisation)
    if after is None:
        pair.delete()
    else:
        Representation.objects.update_or_create(
            person_id=person, organisation_id=organisation, defaults=after.facts
        )
    for kind, contact, other in (
        (REPRESENTS, person, {"organisation": organisation}),
        (REPRESENTED, organisation, {"person": person}),
    ):
        this.record(
            Entry(
                kind,
                contact,
                before=None if before is None else {**other, **before.facts},
                after=None if after is None else {**other, **after.facts},
            )
        )


def _read(facts: Mapping[str, Any]) -> Represents:
    return Represents(
        role=facts["role"] or "",
        first_day=_day(facts["first_day"]),
        last_day=_day(facts["last_day"]),
        on_portal=bool(facts["on_portal"]),
    )


def _day(kept: str | None) -> date | None:
    return None if kept is None else date.fromisoformat(kept)
