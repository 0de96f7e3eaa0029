"""The before-values of a change, written over what stands by the one write path."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.db.models import Min
from pyroaring import BitMap

from kring.actions import groups
from kring.actions.acts import Act
from kring.actions.contacts import NumberTakenError, rewrite_contacts
from kring.actions.erasing import remove_contacts
from kring.actions.examples import restore_example
from kring.actions.fields import restore_field
from kring.actions.fills import hold_for_fill
from kring.actions.looks import hold_looks, restore_looks
from kring.actions.mailings import restore_mailing
from kring.actions.merging import lead_back, lead_on
from kring.actions.portal_accounts import hand_visits_back
from kring.actions.representing import restore_representation
from kring.actions.restoring.pieces import (
    CONTACT,
    COOPERATIVE,
    EXAMPLE,
    FIELD,
    FORMER,
    GROUP,
    MAILING,
    PLACEMENT,
    REPRESENTS,
    TEMPLATE,
    Facts,
    Key,
    Piece,
    nested,
    those_of,
)
from kring.actions.templates import restore_template
from kring.contacts import records
from kring.contacts.catalogue import fields_following
from kring.contacts.details import ContactDetails
from kring.contacts.queries import ids_numbered
from kring.contacts.records import Stamp
from kring.groups import chunks, definitions, placements
from kring.groups.bitmaps import chunk_of, chunks_of
from kring.groups.history import Entry
from kring.groups.models import ChangeEntry, Group
from kring.groups.placements import Placed
from kring.groups.queries import groups_having
from kring.groups.settings import read_settings, settings_of
from kring.mailing.welcomes import cancel_outside

OF_THE_GRAPH = frozenset({GROUP, FIELD, TEMPLATE})
"""What is judged and written while the graph is held exclusively."""

Now = Mapping[Key, Facts]


@dataclass(slots=True)
class _Touched:
    """What was written and is to be followed, all at once."""

    groups: set[int] = field(default_factory=set)
    contacts: set[int] = field(default_factory=set)


def hold(this: Act, pieces: Sequence[Piece]) -> None:
    """Lock whatever putting these back will judge or write, before it is read."""
    named = {contact for piece in pieces for contact in (piece.contact, piece.into)}
    about = BitMap(contact for contact in named if contact)
    wanted = set(chunks_of(about))
    hidden = [piece for piece in those_of(GROUP, pieces) if piece.was_added]
    if hidden:
        wanted |= set(chunks.all_chunks())
    this.hold_chunks(wanted)
    if those_of(GROUP, pieces):
        hold_for_fill(this)
    this.fill_for(about)
    # Whoever gives a number to a contact holds the chunk that gives out ids.
    if any("number" in (piece.before or {}) for piece in those_of(CONTACT, pieces)):
        this.hold_last_chunk()
    if those_of(COOPERATIVE, pieces):
        hold_looks()


def put_back(this: Act, pieces: Sequence[Piece], now: Now) -> None:
    """Write what was before, and turn what follows from it.

    Everything was held and found untouched. Raises a RefusedError where what was
    before cannot be any more: a name that is taken, a loop, a group in use.
    """
    _put_settings_back(this, pieces, now)
    for piece in those_of(COOPERATIVE, pieces):
        restore_looks(this, {**now[piece.key], **piece.changed})
    _put_ways_back(this, pieces)
    touched = _Touched()
    _bring_contacts_back(this, pieces, touched)
    _put_placements_back(this, pieces, now, touched)
    _put_details_back(this, pieces, now, touched)
    _put_representations_back(this, pieces, now)
    if touched.contacts:
        # In one go: a bit that turned twice in a change would be told wrongly.
        this.follow(touched.groups, touched.contacts)
    going = [piece.contact for piece in those_of(CONTACT, pieces) if piece.was_added]
    if going:
        remove_contacts(this, going)
    _settle_mails(this, pieces)
    _settle_visits(pieces)


def _put_settings_back(this: Act, pieces: Sequence[Piece], now: Now) -> None:
    """Fields, templates, drafts, groups and their examples: what is one by one."""
    for piece in those_of(FIELD, pieces):
        restore_field(this, piece.name, piece.before)
    for piece in those_of(TEMPLATE, pieces):
        restore_template(this, int(piece.name), piece.before)
    for piece in those_of(MAILING, pieces):
        _put_mailing_back(this, piece, now)
    for piece in those_of(GROUP, pieces):
        _put_group_back(this, piece)
    for piece in those_of(EXAMPLE, pieces):
        restore_example(this, piece.group, piece.key[1], piece.before)


def _put_mailing_back(this: Act, piece: Piece, now: Now) -> None:
    restore_mailing(this, int(piece.name), _before(piece, now))


def _put_representations_back(this: Act, pieces: Sequence[Piece], now: Now) -> None:
    """Each link once: what stands at the organisation says the same."""
    for piece in those_of(REPRESENTS, pieces):
        before = _before(piece, now)
        restore_representation(this, piece.contact, int(piece.name), before)


def _before(piece: Piece, now: Now) -> Facts | None:
    """What was before; of a whole that was edited, with what else it is now."""
    is_edited = not piece.was_added and not piece.was_taken_away
    return {**now[piece.key], **piece.changed} if is_edited else piece.before


def _settle_mails(this: Act, pieces: Sequence[Piece]) -> None:
    """What waits for whoever is merged or itself again goes where it belongs."""
    for piece in those_of(FORMER, pieces):
        for contact in (piece.contact, piece.into):
            inside = groups_having(BitMap([contact]))
            cancel_outside(inside, contact, change=this.change, at=this.at)


def _settle_visits(pieces: Sequence[Piece]) -> None:
    """Who is itself again was last at the portal when it was."""
    for piece in those_of(FORMER, pieces):
        if piece.after is not None:
            hand_visits_back(piece.contact, piece.after.get("last_visit"))


def _put_ways_back(this: Act, pieces: Sequence[Piece]) -> None:
    """Where ids and numbers lead; first, as a number that leads on is not free."""
    for piece in those_of(FORMER, pieces):
        if piece.after is not None:
            lead_back(this, piece.contact, piece.after)
        else:
            lead_on(this, piece.contact, piece.into)


def _put_group_back(this: Act, piece: Piece) -> None:
    group = Group.objects.get(pk=piece.group)
    if piece.was_added:
        groups.hide(this, group)
    elif piece.was_taken_away:
        groups.bring_back(this, group)
    else:
        before = read_settings(piece.changed)
        groups.rewrite(this, group, replace(settings_of(group), **before))


def _bring_contacts_back(this: Act, pieces: Sequence[Piece], touched: _Touched) -> None:
    """Contacts that were removed come back under their own ids."""
    coming = {
        piece.contact: records.details_from(nested(piece.before or {}))
        for piece in those_of(CONTACT, pieces)
        if piece.was_taken_away
    }
    if not coming:
        return
    _require_free_numbers(coming)
    for contact in coming:
        this.held[chunk_of(contact)].contacts.add(contact)
    for number in {chunk_of(contact) for contact in coming}:
        chunks.keep(this.held[number])
    records.add(coming, Stamp(this.occasion.at, this.change))
    records.backdate(_created(coming) | _created_before_merge(pieces))
    for contact, details in coming.items():
        this.record(Entry(CONTACT, contact, after=records.facts_of(details)))
    touched.contacts |= coming.keys()
    touched.groups |= definitions.groups_asking_anything()


def _created(contacts: Collection[int]) -> dict[int, datetime]:
    """When these contacts were first added."""
    added = ChangeEntry.objects.filter(
        kind=CONTACT, contact__in=contacts, before__isnull=True, after__isnull=False
    )
    first = added.order_by().values("contact").annotate(created=Min("change__at"))
    return {row["contact"] or 0: row["created"] for row in first}


def _created_before_merge(pieces: Sequence[Piece]) -> dict[int, datetime]:
    return {
        piece.contact: datetime.fromisoformat(piece.after["created_at"])
        for piece in those_of(FORMER, pieces)
        if piece.after is not None
    }


def _put_placements_back(
    this: Act, pieces: Sequence[Piece], now: Now, touched: _Touched
) -> None:
    by_group: dict[int, list[Piece]] = {}
    for piece in _placements_to_write(pieces):
        by_group.setdefault(piece.group, []).append(piece)
    for group, some in by_group.items():
        stood = {p.contact: _placed(now[p.key]) for p in some if p.key in now}
        wanted = {p.contact: _placed(p.before) for p in some if p.before is not None}
        lifted = {contact: stood[contact] for contact in stood.keys() - wanted.keys()}
        if wanted:
            recorded = placements.put(group, wanted, before=stood, change=this.change)
            this.record(*recorded)
        if lifted:
            this.record(*placements.lift(group, lifted))
        touched.groups.add(group)
        touched.contacts |= {piece.contact for piece in some}


def _placements_to_write(pieces: Sequence[Piece]) -> Iterable[Piece]:
    """Not those of contacts that go, nor those in groups that are hidden whole."""
    added = [piece for piece in pieces if piece.was_added]
    contacts = {piece.contact for piece in added if piece.kind == CONTACT}
    hidden = {piece.group for piece in added if piece.kind == GROUP}
    for piece in those_of(PLACEMENT, pieces):
        if piece.contact not in contacts and piece.group not in hidden:
            yield piece


def _put_details_back(
    this: Act, pieces: Sequence[Piece], now: Now, touched: _Touched
) -> None:
    edited = [
        piece
        for piece in those_of(CONTACT, pieces)
        if not piece.was_added and not piece.was_taken_away
    ]
    if not edited:
        return
    before = records.details_of([piece.contact for piece in edited])
    after = {
        piece.contact: records.details_from(nested({**now[piece.key], **piece.changed}))
        for piece in edited
    }
    _require_free_numbers(
        {c: one for c, one in after.items() if one.number != before[c].number}
    )
    parts = rewrite_contacts(this, before, after)
    asked = [f"field:{code}" for code in fields_following(parts)]
    touched.contacts |= after.keys()
    touched.groups |= definitions.groups_asking(asked)


def _require_free_numbers(contacts: Mapping[int, ContactDetails]) -> None:
    holders = ids_numbered([details.number for details in contacts.values()])
    for contact, details in contacts.items():
        holder = holders.get(details.number, contact)
        if holder != contact:
            raise NumberTakenError(details.number, holder)


def _placed(facts: Facts) -> Placed:
    return Placed(
        effect=facts["effect"],
        since=_day(facts["since"]),
        until=_day(facts["until"]),
        reason=facts["reason"],
    )


def _day(kept: str | None) -> date | None:
    return None if kept is None else date.fromisoformat(kept)
