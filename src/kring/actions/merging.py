"""Two contacts that are one person or organisation become one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from pyroaring import BitMap

from kring.accounts.actors import Actor
from kring.actions.acts import Act, act
from kring.actions.contacts import columns_changed
from kring.actions.erasing import existing_details, remove_contacts
from kring.actions.errors import RefusedError
from kring.actions.examples import facts_of, restore_example
from kring.actions.portal_accounts import hand_visits_over
from kring.actions.representing import move_representations
from kring.actions.welcoming import Welcome
from kring.contacts import records
from kring.contacts.catalogue import fields_following
from kring.contacts.details import ContactDetails
from kring.contacts.erasure_requests import hand_back_requests, hand_over_requests
from kring.contacts.merging import together
from kring.contacts.models import Contact, FormerContact
from kring.contacts.queries import merged_contacts
from kring.contacts.records import Stamp
from kring.groups import definitions, placements
from kring.groups.history import Entry
from kring.groups.models import Example
from kring.groups.placements import Placed
from kring.groups.queries import groups_having
from kring.mailing import readers
from kring.mailing.readers import HandedOver
from kring.mailing.welcomes import cancel_outside

FORMER: Final = "former"
"""The kind of entry that says to which contact a merged one leads."""


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
    change: int


def merge_contacts(merged: int, *, into: int, by: Actor, reason: str = "") -> Merge:
    """Make one contact of two: `into` is kept, and `merged` leads there from now on.

    Placements move, out wins over in; what the kept one lacks is filled in. Nobody is
    mailed by it; what was to go to the merged one goes to the kept one. Raises
    MergedWithItselfError, KindsDifferError, UnknownContactsError or NotAllowedError.
    """
    with act("contact.merge", by=by, reason=reason, welcome=Welcome.SILENT) as this:
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
    lead_on(this, merged, into)
    _move_examples(this, merged, into)
    move_representations(this, merged, into)
    remove_contacts(this, [merged])
    _give(this, into, moved, details[into], after)
    now = groups_having(BitMap([into]))
    cancel_outside(now, into, change=this.change, at=this.at)
    return Merge(
        details[into], after, joined=now - before, left=before - now, change=this.change
    )


def lead_on(this: Act, merged: int, into: int) -> None:
    """Let id, number and mails of a contact that goes be the kept one's from now on.

    Whoever led to it leads on too. What is needed to take this back is recorded.
    """
    going = Contact.objects.get(pk=merged)
    mails = readers.hand_over(merged, into=into, at=this.at)
    facts = {
        "into": into,
        "created_at": going.created_at.isoformat(),
        "former": merged_contacts(merged),
        "mails": mails.all,
        "doubled_mails": mails.doubled,
        "requests": hand_over_requests(merged, into=into),
        "last_visit": hand_visits_over(merged, into=into),
    }
    this.record(Entry(FORMER, merged, after=facts))
    FormerContact.objects.filter(contact=merged).update(contact=into)
    FormerContact.objects.create(
        id=merged,
        number=going.number,
        folded_number=going.folded_number,
        contact_id=into,
    )


def lead_back(this: Act, merged: int, facts: Mapping[str, Any]) -> None:
    """Let a contact that comes back be itself again, and whoever led to it before."""
    this.record(Entry(FORMER, merged, before=facts))
    FormerContact.objects.filter(pk=merged).delete()
    FormerContact.objects.filter(pk__in=facts["former"]).update(contact=merged)
    hand_back_requests(facts.get("requests", ()), to=merged)
    mails = HandedOver(all=facts["mails"], doubled=facts["doubled_mails"])
    readers.hand_back(mails, to=merged)


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


def _move_examples(this: Act, merged: int, into: int) -> None:
    """What was kept of the merged contact, unless the kept one has its own."""
    own = Example.objects.filter(contact=into)
    settled = set(own.values_list("group", flat=True))
    for example in Example.objects.filter(contact=merged).order_by("pk"):
        restore_example(this, example.group_id, merged, None)
        if example.group_id not in settled:
            restore_example(this, example.group_id, into, facts_of(example))


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
