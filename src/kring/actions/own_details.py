"""A contact changes its own details on the portal, as far as it may."""

from __future__ import annotations

from typing import Final, cast

from kring.accounts.actors import THE_CONTACT, Actor
from kring.actions.acts import act
from kring.actions.contacts import edit_contacts
from kring.actions.erasing import existing_details
from kring.actions.errors import ChangedMeanwhileError
from kring.actions.own_groups import (
    NotOnesOwnError,
    reason_on_portal,
    require_that_acts_for,
)
from kring.contacts.details import ContactDetails, Given, merged
from kring.contacts.fields import PREFIX
from kring.contacts.own_details import not_to_change
from kring.contacts.queries import versions_of

_OF_A_PLACE: Final = ("postal_code", "city")


def change_own_details(
    contact: int, given: Given, *, version: int, by: Actor = THE_CONTACT
) -> int | None:
    """Give a contact what it filled in itself; returns the number of the change.

    `version` is the one that it saw, and `by` the contact itself, or a person for an
    organisation. Raises NotOnesOwnError where something is not the
    contact's to change, UnknownContactsError, ChangedMeanwhileError or
    UnreadableDetailsError.
    """
    with act("contact.edit", by=by, reason=reason_on_portal()) as this:
        this.hold([contact])
        require_that_acts_for(contact, by, day=this.today)
        # Judged while definitions are held: nobody takes a field back meanwhile.
        if not_to_change(_columns(given)):
            raise NotOnesOwnError
        before = existing_details(this, [contact])[contact]
        _require_version(contact, version)
        after = merged(before, _without_former_neighbourhood(before, given))
        if after != before:
            edit_contacts(this, {contact: before}, {contact: after})
    return this.number


def _columns(given: Given) -> set[str]:
    own = {PREFIX + code for code in given.get("fields", {})}
    return (given.keys() - {"fields"}) | own


def _without_former_neighbourhood(before: ContactDetails, given: Given) -> Given:
    """Whoever moves names no neighbourhood, and the one that was known is not it."""
    if not before.addresses:
        return given
    main = before.addresses[0]
    moves = any(
        column in given and given[column] != getattr(main, column)
        for column in _OF_A_PLACE
    )
    return cast(Given, {**given, "neighbourhood": ""}) if moves else given


def _require_version(contact: int, version: int) -> None:
    stored = versions_of([contact])[contact]
    if version != stored:
        raise ChangedMeanwhileError(stored)
