"""Contacts go for good: with their details and placements, out of every group."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final

from pyroaring import BitMap

from kring.accounts.actors import Actor
from kring.actions.acts import Act, act
from kring.actions.errors import ChangedMeanwhileError, UnknownContactsError
from kring.actions.signing_in import forget_accounts
from kring.contacts import records
from kring.contacts.details import ContactDetails
from kring.contacts.models import Contact
from kring.contacts.queries import merged_contacts, versions_of
from kring.groups import chunks, erasure, placements
from kring.groups.erasure import Texts
from kring.groups.history import Entry
from kring.groups.queries import groups_having
from kring.mailing import readers

_TELLING_NUMBER: Final = 4
"""A contact number shorter than this may be any number in a sentence."""


def erase_contact(
    contact: int, *, by: Actor, reason: str = "", version: int | None = None
) -> None:
    """Remove a person (AVG): from all groups, and by name from all that is kept.

    Its id stays in the totals of the past, and is never given out again. It cannot
    be undone. `version` is the one that whoever erases saw. Raises
    UnknownContactsError, ChangedMeanwhileError or NotAllowedError.
    """
    with act("contact.erase", by=by, reason=reason) as this:
        this.hold([contact])
        details = existing_details(this, [contact])
        _require_version(contact, version)
        ids = [contact, *merged_contacts(contact)]
        known = [records.facts_of(details[contact]), *erasure.known_facts(ids)]
        take_away(this, [contact])
        # Without facts: which groups it left is in the turns of this change.
        this.record(Entry("contact", contact=contact))
        erasure.blank(ids, texts=_texts_telling(known), change=this.change)
        readers.forget(ids, at=this.occasion.at)
        forget_accounts(_addresses(known))


def remove_contacts(this: Act, contacts: Collection[int]) -> None:
    """Take contacts away, as one part of an act that holds their chunks.

    What they were is recorded. Raises UnknownContactsError.
    """
    details = existing_details(this, contacts)
    for contact, one in details.items():
        this.record(Entry("contact", contact, before=records.facts_of(one)))
    this.record(*take_away(this, contacts))


def _addresses(known: Iterable[dict[str, Any]]) -> set[str]:
    """The e-mail addresses that whoever goes has, or once had."""
    return {address for facts in known for address in facts.get("emails", ())}


def _require_version(contact: int, version: int | None) -> None:
    stored = versions_of([contact])[contact]
    if version not in (None, stored):
        raise ChangedMeanwhileError(stored)


def existing_details(this: Act, contacts: Collection[int]) -> dict[int, ContactDetails]:
    """The details of contacts whose chunks are held."""
    details = records.details_of(contacts)
    missing = [
        contact
        for contact in contacts
        if contact not in details or contact not in this.everyone
    ]
    if missing:
        raise UnknownContactsError(missing)
    return details


def take_away(this: Act, contacts: Collection[int]) -> Iterable[Entry]:
    """Turn all their bits off: who does not exist belongs nowhere.

    Returns the placements that they had, to be recorded or not.
    """
    gone = BitMap(contacts)
    inside = groups_having(gone)
    lifted = placements.lift_all(contacts)
    # Whatever hangs from a contact, in any room, says so in its model and goes along.
    Contact.objects.filter(pk__in=contacts).delete()
    for held in this.held.values():
        if held.contacts & gone:
            held.contacts -= gone
            chunks.keep(held)
    this.follow(inside, gone)
    return lifted


def _texts_telling(known: Iterable[dict[str, Any]]) -> Texts:
    """What tells, or once told, who this is where it stands in a typed reason."""
    facts = list(known)
    return Texts(
        sure=[text for one in facts for text in _sure_texts(one)],
        likely=[text for one in facts for text in _likely_texts(one)],
    )


def _sure_texts(facts: dict[str, Any]) -> Iterator[str]:
    if "first_name" in facts and "last_name" in facts:
        parts = ("first_name", "infix", "last_name")
        yield " ".join(facts[part] for part in parts if part in facts)
    yield from facts.get("emails", ())
    yield from facts.get("phones", ())


def _likely_texts(facts: dict[str, Any]) -> Iterator[str]:
    yield from (facts.get("last_name", ""), facts.get("name", ""))
    if len(facts.get("number", "")) >= _TELLING_NUMBER:
        yield facts["number"]
    for address in facts.get("addresses", ()):
        yield f"{address['street']} {address['house_number']}"
