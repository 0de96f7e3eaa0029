"""Two contacts that are one person or organisation become one."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from pyroaring import BitMap

from kring.accounts.actors import Actor
from kring.actions.acts import Act, act
from kring.actions.contacts import columns_changed
from kring.actions.erasing import existing_details, take_away
from kring.actions.errors import RefusedError
from kring.algebra.text import fold
from kring.contacts import records
from kring.contacts.catalogue import fields_following
from kring.contacts.details import ContactDetails
from kring.contacts.merging import together
from kring.contacts.models import FormerContact
from kring.contacts.records import Stamp
from kring.groups import definitions, placements
from kring.groups.history import Entry
from kring.groups.models import Example
from kring.groups.placements import Placed
from kring.groups.queries import groups_having
from kring.mailing import readers


@dataclass(eq=False)
class MergedWithItselfError(RefusedError):
    """A contact was to be merged into itself."""


@dataclass(eq=False)
class KindsDifferError(RefusedError):
    """A person and an organisation are never the same."""


@dataclass(frozen=True, slots=True)
class Merge:
    """What a merge makes of the contact that is kept."""

    before: ContactDetails
    after: ContactDetails
    joined: frozenset[int]
    left: frozenset[int]


def merge_contacts(merged: int, *, into: int, by: Actor, reason: str = "") -> Merge:
    """Make one contact of two: `into` is kept, and `merged` leads there from now on.

    Placements move, out wins over in; what the kept one lacks is filled in. Raises
    MergedWithItselfError, KindsDifferError, UnknownContactsError or NotAllowedError.
    """
    with act("contact.merge", by=by, reason=reason) as this:
        return _merged(this, merged, into)


def merge_if(merged: int, *, into: int, by: Actor) -> Merge:
    """What `merge_contacts` would do, found by doing it and taking it back."""
    with transaction.atomic():
        found = merge_contacts(merged, into=into, by=by)
        transaction.set_rollback(True)
    return found


def _merged(this: Act, merged: int, into: int) -> Merge:
    if merged == into:
        raise MergedWithItselfError
    this.hold([merged, into])
    details = existing_details(this, [merged, into])
    if details[merged].kind is not details[into].kind:
        raise KindsDifferError
    before = groups_having(BitMap([into]))
    after = together(details[into], details[merged])
    moved = _placements_together(merged, into, this)
    _lead_on(merged, into, details[merged])
    readers.hand_over(merged, into=into, at=this.occasion.at)
    this.record(
        Entry(
            "merge",
            contact=merged,
            before=records.facts_of(details[merged]),
            after={"into": into},
        )
    )
    this.record(*take_away(this, [merged]))
    _give(this, into, moved, details[into], after)
    now = groups_having(BitMap([into]))
    return Merge(details[into], after, joined=now - before, left=before - now)


def _placements_together(merged: int, into: int, this: Act) -> dict[int, Placed]:
    """The placements that the kept contact gets, by group."""
    theirs = placements.placements_of(merged)
    own = placements.placements_of(into)
    return {
        group: placed
        for group, other in theirs.items()
        for placed in [placements.together(own.get(group), other, today=this.today)]
        if placed != own.get(group)
    }


def _lead_on(merged: int, into: int, details: ContactDetails) -> None:
    """Let ids, numbers and examples of the merged contact mean the kept one."""
    FormerContact.objects.filter(contact=merged).update(contact=into)
    FormerContact.objects.create(
        id=merged,
        number=details.number,
        folded_number=fold(details.number),
        contact_id=into,
    )
    settled = Example.objects.filter(contact=into).values("group")
    examples = Example.objects.filter(contact=merged).exclude(group__in=settled)
    examples.update(contact=into)


def _give(
    this: Act,
    into: int,
    moved: dict[int, Placed],
    before: ContactDetails,
    after: ContactDetails,
) -> None:
    """Write what the kept contact gets, and turn what follows from it."""
    own = placements.placements_of(into)
    for group, placed in moved.items():
        was = {into: own[group]} if group in own else {}
        recorded = placements.put(group, {into: placed}, before=was, change=this.change)
        this.record(*recorded)
    changed = columns_changed(before, after)
    if changed:
        stamp = Stamp(this.occasion.at, this.change)
        records.rewrite({into: before}, {into: after}, stamp)
        facts = records.facts_before_and_after(before, after)
        this.record(Entry("contact", into, None, *facts))
    asking = [f"field:{code}" for code in fields_following(changed)]
    this.follow({*moved, *definitions.groups_asking(asking)}, [into])
