"""The members that a definition would give, out of stored bits; nothing is written."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import connection
from pyroaring import BitMap

from kring.algebra.expressions import Expression, GroupId
from kring.algebra.semantics import effective, members
from kring.algebra.walk import (
    conditions_in,
    groups_named_in,
    memberships_since_in,
    roles_named_in,
)
from kring.contacts.conditions import matching
from kring.groups import definitions
from kring.groups.binary import binary_cursor
from kring.groups.bitmaps import loaded, union
from kring.groups.models import Effect
from kring.groups.queries import everyone
from kring.groups.refresh import Sight
from kring.groups.since import joinings


@dataclass(frozen=True, slots=True)
class Pins:
    """Who is put in a group by hand today, and who is kept out."""

    placed_in: BitMap
    kept_out: BitMap

    def over(self, defined: BitMap) -> BitMap:
        """The members of a group whose definition gives these."""
        return effective(defined, placed_in=self.placed_in, kept_out=self.kept_out)

    @property
    def decided(self) -> BitMap:
        """Those about whom the definition decides nothing."""
        return self.placed_in | self.kept_out


NO_PINS = Pins(BitMap(), BitMap())


def would_be_members(definition: Expression, group: GroupId, *, today: date) -> BitMap:
    """Who would be in a group if it had this definition today; its pins count."""
    defined = members(definition, sight_of(definition, today=today))
    return pins_of(group, today=today).over(defined)


def sight_of(definition: Expression, *, today: date) -> Sight:
    """All that must be known of all contacts to judge a definition."""
    contacts = everyone()
    roles = {role.value for role in roles_named_in(definition)}
    givers = definitions.groups_giving(roles)
    read = groups_named_in(definition).union(*givers.values())
    return Sight(
        contacts=contacts,
        everyone=contacts,
        stored=members_of_each(read),
        placed={},
        conditions=matching(conditions_in(definition), among=contacts, today=today),
        givers=givers,
        joinings=joinings(memberships_since_in(definition), contacts, today=today),
    )


def members_of_each(groups: Collection[GroupId]) -> dict[GroupId, BitMap]:
    """The stored members of each of these groups, in one query."""
    chunks: dict[GroupId, list[BitMap]] = {group: [] for group in groups}
    with binary_cursor() as cursor:
        cursor.execute(_MEMBERS_OF_EACH, [list(groups)])
        for group, blob in cursor:
            chunks[group].append(loaded(blob))
    return {group: union(bits) for group, bits in chunks.items()}


def pins_of(group: GroupId, *, today: date) -> Pins:
    """The pins of a derived group that count today."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select effect, array_agg(contact_id) from placement where group_id = %s"
            " and (until is null or until >= %s) group by effect",
            [group, today],
        )
        pins = {effect: BitMap(ids) for effect, ids in cursor.fetchall()}
    return Pins(
        placed_in=pins.get(Effect.IN.value, BitMap()),
        kept_out=pins.get(Effect.OUT.value, BitMap()),
    )


_MEMBERS_OF_EACH = "select group_id, members from group_chunk where group_id = any(%s)"
