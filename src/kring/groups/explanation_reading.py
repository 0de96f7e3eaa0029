"""What an explanation is made of, read in a few questions however deep groups nest."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from kring.algebra.expressions import Expression
from kring.groups.bitmaps import chunk_of, loaded
from kring.groups.definitions import read_definition_text
from kring.groups.models import Effect, GroupChunk


@dataclass(frozen=True, slots=True)
class ReadGroup:
    """A group as an explanation needs it."""

    id: int
    name: str
    kind: str
    role: str
    is_closed: bool
    is_filling: bool
    definition_text: str | None

    @property
    def definition(self) -> Expression | None:
        """None of a static group."""
        text = self.definition_text
        return None if text is None else read_definition_text(text)


@dataclass(frozen=True, slots=True)
class Handwork:
    """A placement and who made it; `counts` is False when its last day is past.

    `by` is the name of a user, or of who acted for an organisation; otherwise empty.
    """

    effect: str
    since: date | None
    until: date | None
    reason: str
    by: str
    actor_kind: str
    at: datetime
    change: int
    counts: bool

    @property
    def puts_in(self) -> bool:
        return self.effect == Effect.IN.value


def groups_behind(group: int) -> dict[int, ReadGroup]:
    """The group and all that it follows from, through any path, by name or role.

    Nothing when there is no such group.
    """
    with connection.cursor() as cursor:
        cursor.execute(_BEHIND, [group])
        found = [ReadGroup(*facts) for facts in cursor.fetchall()]
    return {one.id: one for one in found}


def groups_holding(contact: int, groups: Collection[int]) -> frozenset[int]:
    """Those of these groups that the contact is in, as the bits are stored."""
    blobs = GroupChunk.objects.filter(group__in=groups, chunk=chunk_of(contact))
    return frozenset(
        group
        for group, blob in blobs.values_list("group_id", "members")
        if contact in loaded(blob)
    )


def handwork_on(
    contact: int, groups: Collection[int], *, today: date
) -> dict[int, Handwork]:
    """What was decided by hand about this contact, by group."""
    with connection.cursor() as cursor:
        cursor.execute(_HANDWORK, [today, contact, list(groups)])
        return {group: Handwork(*facts) for group, *facts in cursor.fetchall()}


_BEHIND = """
with recursive behind (id) as (
    select id from "group" where id = %s and deleted_at is null
  union
    select coalesce(edge.part_id, giver.id)
    from behind
    join edge edge on edge.group_id = behind.id
    left join "group" giver
      on edge.asks = 'role:' || giver.neighbourhood_role
     and giver.neighbourhood_role <> '' and giver.deleted_at is null
    where edge.part_id is not null or giver.id is not null
)
select g.id, g.name, g.kind, g.neighbourhood_role, g.closed_at is not null,
       exists (select from fill where fill.group_id = g.id), g.definition::text
from "group" g
where g.id in (select id from behind) and g.deleted_at is null
order by g.folded_name, g.id
"""

_HANDWORK = """
select placement.group_id, effect, since, until, placement.reason,
       coalesce(nullif(who.name, ''), who.email, nullif(concat_ws(' ',
           nullif(person.first_name, ''), nullif(person.infix, ''),
           nullif(person.last_name, '')), ''), ''), actor_kind, at,
       change.number,
       until is null or until >= %s
from placement
join change on number = placement.change_id
left join accounts_user who on who.id = actor_id
left join contact person on person.id = change.person_id
where contact_id = %s and placement.group_id = any(%s)
"""
