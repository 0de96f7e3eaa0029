"""Truth as it stands now, and what stands in the way of putting it back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final

from django.db import connection

from kring.actions import examples, fields, mailings, templates
from kring.actions.restoring.errors import (
    ErasedSinceError,
    LaterChange,
    StandsInTheWayError,
)
from kring.actions.restoring.pieces import (
    BROKEN,
    CONTACT,
    EXAMPLE,
    FIELD,
    FORMER,
    GROUP,
    MAILING,
    NAMED_BY,
    PLACEMENT,
    TEMPLATE,
    Facts,
    Key,
    Piece,
    as_kept,
    flat,
    those_of,
)
from kring.contacts import records
from kring.contacts.models import Contact, CustomField, FormerContact
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
) -> None:
    """Refuse when anything is not as these changes left it.

    Raises ErasedSinceError or StandsInTheWayError.
    """
    for piece in pieces:
        if piece.is_about_erased:
            raise ErasedSinceError
        if not piece.stands(now.get(piece.key)):
            raise _in_the_way(piece, undone)
    _require_places(pieces, undone)
    _require_kept_contacts(pieces, undone)
    _require_nothing_hangs_on(pieces, undone)


def _require_places(pieces: Sequence[Piece], undone: Collection[int]) -> None:
    """Contacts and groups whose placements and examples are put back are there."""
    placed = [piece for piece in pieces if piece.kind in (PLACEMENT, EXAMPLE)]
    coming = {
        piece.key for piece in pieces if piece.kind != PLACEMENT and not piece.was_added
    }
    contacts = {piece.contact for piece in placed if piece.contact}
    existing = set(Contact.objects.filter(pk__in=contacts).values_list("pk", flat=True))
    groups = {piece.group for piece in placed}
    shown = Group.objects.filter(pk__in=groups, deleted_at__isnull=True)
    open_groups = set(shown.values_list("pk", flat=True))
    for piece in placed:
        contact: Key = (CONTACT, piece.contact, None, "")
        group: Key = (GROUP, None, piece.group, "")
        is_gone = piece.contact not in existing and contact not in coming
        if piece.contact and is_gone:
            raise _in_the_way(Piece(contact, None, None), undone)
        if piece.group not in open_groups and group not in coming:
            raise _in_the_way(Piece(group, None, None), undone)


def _require_kept_contacts(pieces: Sequence[Piece], undone: Collection[int]) -> None:
    """Contacts into which others are merged again are there."""
    for piece in those_of(FORMER, pieces):
        kept: Key = (CONTACT, piece.into, None, "")
        if piece.was_taken_away and not Contact.objects.filter(pk=piece.into).exists():
            raise _in_the_way(Piece(kept, None, None), undone)


def _require_nothing_hangs_on(pieces: Sequence[Piece], undone: Collection[int]) -> None:
    """Nobody since placed a contact, or in a group, that would go, or expects one."""
    added = [piece for piece in pieces if piece.was_added]
    contacts = [piece.contact for piece in added if piece.kind == CONTACT]
    groups = [piece.group for piece in added if piece.kind == GROUP]
    if not contacts and not groups:
        return
    going = {piece.key for piece in added}
    others = (
        (
            Placement.objects.filter(contact__in=contacts)
            | Placement.objects.filter(group__in=groups)
        )
        .filter(change__gt=min(undone))
        .exclude(change__in=undone)
        .order_by("-change")
    )
    for contact, group in others.values_list("contact_id", "group_id"):
        key: Key = (PLACEMENT, contact, group, "")
        if key not in going:
            raise _in_the_way(Piece(key, None, None), undone)
    kept = Example.objects.filter(contact__in=contacts)
    for contact, group in kept.values_list("contact_id", "group_id"):
        expected: Key = (EXAMPLE, contact, group, "")
        if expected not in going:
            raise _in_the_way(Piece(expected, None, None), undone)


def _in_the_way(piece: Piece, undone: Collection[int]) -> StandsInTheWayError:
    return StandsInTheWayError(
        contact=_contact_name(piece.contact),
        group=_group_name(piece.group),
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
        .select_related("actor")
        .order_by("-pk")
        .first()
    )
    if last is None:
        return None
    actor = str(last.actor) if last.actor else last.actor_kind
    return LaterChange(last.pk, last.at, actor, last.action)


def _contact_name(contact: int) -> str:
    found = Contact.objects.filter(pk=contact).first()
    return str(found) if found else ""


def _group_name(group: int) -> str:
    found = Group.objects.filter(pk=group).first()
    return found.name if found else ""


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


_READERS: Final[Mapping[str, Callable[[Sequence[Piece]], dict[Key, Facts]]]] = {
    PLACEMENT: _placements,
    CONTACT: _contacts,
    GROUP: _groups,
    FIELD: _fields,
    TEMPLATE: _templates,
    MAILING: _mailings,
    EXAMPLE: _examples,
    FORMER: _ways,
}
KINDS: Final = frozenset(_READERS)
"""What can be put back."""

_PLACEMENTS: Final = """
select contact_id, group_id, effect, since, until, reason from placement
join unnest(%s::bigint[], %s::bigint[]) as asked (contact, "group")
  on contact_id = asked.contact and group_id = asked."group"
"""
