"""Truth as it stands now, and what stands in the way of putting it back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Final

from django.db import connection
from django.db.models import Q

from kring.actions import examples, fields, mailings, representing, templates
from kring.actions.restoring.errors import (
    ErasedSinceError,
    LaterChange,
    StandsInTheWayError,
)
from kring.actions.restoring.pieces import (
    BROKEN,
    CONTACT,
    COOPERATIVE,
    EXAMPLE,
    FIELD,
    FORMER,
    GROUP,
    MAILING,
    NAMED_BY,
    PLACEMENT,
    REPRESENTED,
    REPRESENTS,
    TEMPLATE,
    Facts,
    Key,
    Piece,
    as_kept,
    flat,
    own_values,
    those_of,
)
from kring.contacts import records
from kring.contacts.fields import custom_fields, fits
from kring.contacts.models import Contact, CustomField, FormerContact
from kring.contacts.representing import links_among
from kring.cooperative import looks
from kring.groups.models import Change, ChangeEntry, Example, Group, Placement
from kring.groups.placements import Placed
from kring.groups.settings import facts_of, settings_of
from kring.mailing.models import Mailing, Template

Standing = Mapping[Key, Facts]
"""What there is now of what is asked about; what is absent is not there."""


def standing(pieces: Sequence[Piece]) -> dict[Key, Facts]:
    """How these pieces of truth are now."""
    found: dict[Key, Facts] = {}
    for kind, read in _READERS.items():
        some = those_of(kind, pieces)
        if some:
            found |= read(some)
    return found


def require_untouched(
    pieces: Sequence[Piece],
    now: Mapping[Key, Facts | None],
    *,
    undone: Collection[int],
    back: Collection[Key] = (),
) -> None:
    """Refuse when anything is not as these changes left it.

    `back` is what earlier steps of the same undoing will have brought back by then.
    Raises ErasedSinceError or StandsInTheWayError.
    """
    for piece in pieces:
        if piece.is_about_erased:
            raise ErasedSinceError
        if not piece.stands(now.get(piece.key)):
            raise _in_the_way(piece, undone)
    _require_places(pieces, undone, back)
    _require_parties(pieces, undone)
    _require_kept_contacts(pieces, undone)
    _require_fields(pieces, undone)
    _require_nothing_hangs_on(pieces, undone)


def _require_places(
    pieces: Sequence[Piece], undone: Collection[int], back: Collection[Key]
) -> None:
    """Contacts and groups whose placements and examples are put back are there."""
    placed = [piece for piece in pieces if piece.kind in (PLACEMENT, EXAMPLE)]
    coming = {
        piece.key for piece in pieces if piece.kind != PLACEMENT and not piece.was_added
    }.union(back)
    contacts = {piece.contact for piece in placed if piece.contact}
    existing = set(Contact.objects.filter(pk__in=contacts).values_list("pk", flat=True))
    groups = {piece.group for piece in placed}
    # One that was hidden before is hidden still: nothing that was is lost by it.
    were_there = Q(deleted_at__isnull=True) | Q(version__lt=min(undone))
    known = Group.objects.filter(were_there, pk__in=groups)
    known_groups = set(known.values_list("pk", flat=True))
    for piece in placed:
        contact: Key = (CONTACT, piece.contact, None, "")
        group: Key = (GROUP, None, piece.group, "")
        is_gone = piece.contact not in existing and contact not in coming
        if piece.contact and is_gone:
            raise _in_the_way(Piece(contact, None, None), undone)
        if piece.group not in known_groups and group not in coming:
            raise _in_the_way(Piece(group, None, None), undone)


def _require_parties(pieces: Sequence[Piece], undone: Collection[int]) -> None:
    """Who would act for an organisation again is there, and so is that."""
    sides = [piece for piece in pieces if piece.kind in (REPRESENTS, REPRESENTED)]
    wanted = {piece.contact for piece in sides if piece.before is not None}
    found = Contact.objects.filter(pk__in=wanted).values_list("pk", flat=True)
    coming = {one.contact for one in those_of(CONTACT, pieces) if not one.was_added}
    for contact in sorted(wanted - set(found) - coming):
        gone: Key = (CONTACT, contact, None, "")
        raise _in_the_way(Piece(gone, None, None), undone)


def _require_kept_contacts(pieces: Sequence[Piece], undone: Collection[int]) -> None:
    """Contacts into which others are merged again are there."""
    for piece in those_of(FORMER, pieces):
        kept: Key = (CONTACT, piece.into, None, "")
        if piece.was_taken_away and not Contact.objects.filter(pk=piece.into).exists():
            raise _in_the_way(Piece(kept, None, None), undone)


def _require_fields(pieces: Sequence[Piece], undone: Collection[int]) -> None:
    """Fields to which values are put back are there, and can hold them."""
    kinds = custom_fields()
    coming = {piece.name for piece in those_of(FIELD, pieces) if piece.was_taken_away}
    for piece in those_of(CONTACT, pieces):
        for code, value in own_values(piece.changed).items():
            kind = kinds.get(code)
            is_held = code in coming if kind is None else fits(value, kind)
            if not is_held:
                raise _in_the_way(Piece((FIELD, None, None, code), None, None), undone)


def _require_nothing_hangs_on(pieces: Sequence[Piece], undone: Collection[int]) -> None:
    """Nothing needs what would go: no placement, no merged contact, no example."""
    added = [piece for piece in pieces if piece.was_added]
    contacts = [piece.contact for piece in added if piece.kind == CONTACT]
    groups = [piece.group for piece in added if piece.kind == GROUP]
    going = {piece.key for piece in added}
    merged_again = {piece.contact for piece in those_of(FORMER, pieces)}
    hanging = (
        *_placed_since(contacts, groups, undone),
        *_leading_to(set(contacts) - merged_again),
        *_expecting(contacts),
        *_representing(contacts),
    )
    for key in hanging:
        if key not in going:
            raise _in_the_way(Piece(key, None, None), undone)


def _placed_since(
    contacts: Collection[int], groups: Collection[int], undone: Collection[int]
) -> Iterator[Key]:
    """Placements of these contacts, or in these groups, that other changes made."""
    if not contacts and not groups:
        return
    others = (
        Placement.objects.filter(Q(contact__in=contacts) | Q(group__in=groups))
        .filter(change__gt=min(undone))
        .exclude(change__in=undone)
        .order_by("-change")
    )
    for contact, group in others.values_list("contact_id", "group_id"):
        yield PLACEMENT, contact, group, ""


def _leading_to(contacts: Collection[int]) -> Iterator[Key]:
    for former in FormerContact.objects.filter(contact__in=contacts).order_by("pk"):
        yield FORMER, former.pk, None, ""


def _expecting(contacts: Collection[int]) -> Iterator[Key]:
    kept = Example.objects.filter(contact__in=contacts).order_by("pk")
    for contact, group in kept.values_list("contact_id", "group_id"):
        yield EXAMPLE, contact, group, ""


def _representing(contacts: Collection[int]) -> Iterator[Key]:
    for link in links_among(contacts) if contacts else ():
        yield REPRESENTS, link.person_id, None, str(link.organisation_id)


def _in_the_way(piece: Piece, undone: Collection[int]) -> StandsInTheWayError:
    return StandsInTheWayError(
        contact=_contact_name(piece.contact),
        group=_group_name(piece.group),
        field=_field_label(piece.name) if piece.kind == FIELD else "",
        later=_last_change_of(piece, undone),
    )


def _last_change_of(piece: Piece, undone: Collection[int]) -> LaterChange | None:
    """The last change of a piece that came after those that are to be undone."""
    kind, contact, group, name = piece.key
    entries = ChangeEntry.objects.filter(
        kind=kind, contact=contact, group=group, change__gt=min(undone)
    )
    if kind == FORMER:
        # It leads elsewhere since the contact to which it led was merged itself.
        entries |= ChangeEntry.objects.filter(
            kind=kind, contact=piece.into, change__gt=min(undone)
        )
    if kind in NAMED_BY:
        field = NAMED_BY[kind]
        value = name if kind == FIELD else int(name)
        about = {f"after__{field}": value}
        entries = entries.filter(**about) | entries.filter(
            **{f"before__{field}": value}
        )
    last = (
        Change.objects.filter(pk__in=entries.values("change"))
        .exclude(pk__in=undone)
        .select_related("actor", "person")
        .order_by("-pk")
        .first()
    )
    if last is None:
        return None
    actor = last.acted_by or last.actor_kind
    return LaterChange(last.pk, last.at, actor, last.action)


def _contact_name(contact: int) -> str:
    found = Contact.objects.filter(pk=contact).first()
    return str(found) if found else ""


def _group_name(group: int) -> str:
    found = Group.objects.filter(pk=group).first()
    return found.name if found else ""


def _field_label(code: str) -> str:
    """How a field is called, or was called last."""
    found = CustomField.objects.filter(code=code).first()
    if found is not None:
        return found.label
    kept = ChangeEntry.objects.filter(kind=FIELD, before__code=code)
    last = kept.order_by("-pk").values_list("before__label", flat=True).first()
    return last or code


def _placements(pieces: Sequence[Piece]) -> dict[Key, Facts]:
    with connection.cursor() as cursor:
        cursor.execute(
            _PLACEMENTS, [[p.contact for p in pieces], [p.group for p in pieces]]
        )
        return {
            (PLACEMENT, contact, group, ""): as_kept(Placed(*facts).facts)
            for contact, group, *facts in cursor.fetchall()
        }


def _contacts(pieces: Sequence[Piece]) -> dict[Key, Facts]:
    details = records.details_of([piece.contact for piece in pieces])
    return {
        (CONTACT, contact, None, ""): _flat(as_kept(records.facts_of(one)))
        for contact, one in details.items()
    }


def _flat(facts: Facts) -> Facts:
    return flat(CONTACT, facts) or {}


def _groups(pieces: Sequence[Piece]) -> dict[Key, Facts]:
    shown = Group.objects.filter(deleted_at__isnull=True)
    return {
        (GROUP, None, group.pk, ""): as_kept(facts_of(settings_of(group)))
        for group in shown.filter(pk__in=[piece.group for piece in pieces])
    }


def _fields(pieces: Sequence[Piece]) -> dict[Key, Facts]:
    rows = CustomField.objects.filter(code__in=[piece.name for piece in pieces])
    return {(FIELD, None, None, row.code): fields.facts_of(row) for row in rows}


def _templates(pieces: Sequence[Piece]) -> dict[Key, Facts]:
    rows = Template.objects.filter(pk__in=[int(piece.name) for piece in pieces])
    return {
        (TEMPLATE, None, None, str(row.pk)): templates.facts_of(row) for row in rows
    }


def _mailings(pieces: Sequence[Piece]) -> dict[Key, Facts]:
    rows = Mailing.objects.filter(pk__in=[int(piece.name) for piece in pieces])
    return {
        (MAILING, None, None, str(row.pk)): as_kept(mailings.facts_of(row))
        for row in rows
    }


def _ways(pieces: Sequence[Piece]) -> dict[Key, Facts]:
    """Where merged contacts lead; what else is kept of them never changes."""
    former = FormerContact.objects.filter(pk__in=[piece.contact for piece in pieces])
    leads = dict(former.values_list("pk", "contact"))
    return {
        piece.key: {**(piece.after or {}), "into": leads[piece.contact]}
        for piece in pieces
        if piece.contact in leads
    }


def _representations(pieces: Sequence[Piece]) -> dict[Key, Facts]:
    return {
        (REPRESENTS, link.person_id, None, str(link.organisation_id)): as_kept(
            representing.facts_of(link)
        )
        for link in links_among([piece.contact for piece in pieces])
    }


def _representatives(pieces: Sequence[Piece]) -> dict[Key, Facts]:
    return {
        (REPRESENTED, link.organisation_id, None, str(link.person_id)): as_kept(
            representing.facts_at_organisation(link)
        )
        for link in links_among([piece.contact for piece in pieces])
    }


def _examples(pieces: Sequence[Piece]) -> dict[Key, Facts]:
    groups = [piece.group for piece in pieces]
    found: dict[Key, Facts] = {
        (EXAMPLE, row.contact_id, row.group_id, ""): as_kept(examples.facts_of(row))
        for row in Example.objects.filter(group__in=groups)
    }
    shown = Group.objects.filter(pk__in=groups, deleted_at__isnull=True)
    for group, how in shown.values_list("pk", "broken_examples"):
        found[EXAMPLE, None, group, BROKEN] = {BROKEN: how}
    return found


def _looks(pieces: Sequence[Piece]) -> dict[Key, Facts]:
    """How the cooperative looks, of which there is one."""
    facts = looks.facts_of(looks.stored_looks().looks)
    return {piece.key: dict(facts) for piece in pieces}


_READERS: Final[Mapping[str, Callable[[Sequence[Piece]], dict[Key, Facts]]]] = {
    PLACEMENT: _placements,
    CONTACT: _contacts,
    GROUP: _groups,
    FIELD: _fields,
    TEMPLATE: _templates,
    MAILING: _mailings,
    EXAMPLE: _examples,
    FORMER: _ways,
    COOPERATIVE: _looks,
    REPRESENTS: _representations,
    REPRESENTED: _representatives,
}
KINDS: Final = frozenset(_READERS)
"""What can be put back."""

_PLACEMENTS: Final = """
select contact_id, group_id, effect, since, until, reason from placement
join unnest(%s::bigint[], %s::bigint[]) as asked (contact, "group")
  on contact_id = asked.contact and group_id = asked."group"
"""
