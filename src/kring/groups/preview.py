"""Who a definition would give, before it is saved; nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.utils import timezone
from pyroaring import BitMap

from kring.algebra.expressions import Except, Expression, GroupMembers
from kring.algebra.semantics import effective, members
from kring.algebra.walk import (
    conditions_in,
    groups_named_in,
    memberships_since_in,
    roles_named_in,
)
from kring.contacts.conditions import matching
from kring.groups import definitions
from kring.groups.bitmaps import loaded, union
from kring.groups.models import Chunk, Effect
from kring.groups.paging import page_of
from kring.groups.queries import members_of
from kring.groups.refresh import Sight, stored_members
from kring.groups.since import joinings

_SAMPLE = 3


@dataclass(frozen=True, slots=True)
class PartCount:
    """A group that the definition names: its members, or how many it takes away."""

    group: int
    count: int
    takes_away: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """How many members a definition would give, and how that differs from now."""

    count: int
    joins: int
    leaves: int
    parts: tuple[PartCount, ...]
    sample: tuple[int, ...]


def preview(definition: Expression, group: int | None = None) -> Preview:
    """What the definition gives today; for a group that exists its pins count too."""
    today = timezone.localdate()
    sight = _sight(definition, today)
    wanted = members(definition, sight)
    before = BitMap()
    if group is not None:
        before = members_of(group)
        wanted = _with_pins(wanted, group, today)
    return Preview(
        count=len(wanted),
        joins=len(wanted - before),
        leaves=len(before - wanted),
        parts=_part_counts(definition, sight),
        sample=_first_by_name(wanted),
    )


def _sight(definition: Expression, today: date) -> Sight:
    blobs = dict(Chunk.objects.values_list("chunk", "contacts"))
    everyone = union(loaded(blob) for blob in blobs.values())
    roles = {role.value for role in roles_named_in(definition)}
    givers = definitions.groups_giving(roles)
    read = groups_named_in(definition).union(*givers.values())
    return Sight(
        contacts=everyone,
        everyone=everyone,
        stored=stored_members(read, list(blobs)),
        placed={},
        conditions=matching(conditions_in(definition), among=everyone, today=today),
        givers=givers,
        joinings=joinings(memberships_since_in(definition), everyone, today=today),
    )


def _with_pins(defined: BitMap, group: int, today: date) -> BitMap:
    with connection.cursor() as cursor:
        cursor.execute(
            "select effect, array_agg(contact_id) from placement where group_id = %s"
            " and (until is null or until >= %s) group by effect",
            [group, today],
        )
        pins = {effect: BitMap(ids) for effect, ids in cursor.fetchall()}
    return effective(
        defined,
        placed_in=pins.get(Effect.IN.value, BitMap()),
        kept_out=pins.get(Effect.OUT.value, BitMap()),
    )


def _part_counts(definition: Expression, sight: Sight) -> tuple[PartCount, ...]:
    """The groups in the order of writing; each once."""
    match definition:
        case Except(base, removed):
            inside = members(base, sight)
            taken = tuple(
                PartCount(
                    part.group, len(inside & members(part, sight)), takes_away=True
                )
                for part in dict.fromkeys(removed)
                if isinstance(part, GroupMembers)
            )
            return _part_counts(base, sight) + taken
        case _:
            return tuple(
                PartCount(group, len(sight.members_of(group)), takes_away=False)
                for group in sorted(groups_named_in(definition))
            )


def _first_by_name(wanted: BitMap) -> tuple[int, ...]:
    return page_of(wanted, size=_SAMPLE).contacts
