"""What a group is made of, and what is made of it, in one question."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from kring.groups.models import Kind


@dataclass(frozen=True, slots=True)
class Relative:
    """A group that another one follows, or that follows it."""

    id: int
    name: str
    kind: str
    is_closed: bool

    @property
    def kind_label(self) -> str:
        """The kind in the reader's language."""
        return str(Kind(self.kind).label)


@dataclass(frozen=True, slots=True)
class Family:
    """The groups that a definition names, and those that follow the group; by name."""

    parts: tuple[Relative, ...]
    followers: tuple[Relative, ...]

    @property
    def names(self) -> dict[int, str]:
        """How the parts are called."""
        return {part.id: part.name for part in self.parts}


def family_of(group: int) -> Family:
    """Followers by a role that the group gives are among them."""
    with connection.cursor() as cursor:
        cursor.execute(_FAMILY, {"group": group})
        rows = cursor.fetchall()
    return Family(
        parts=tuple(Relative(*facts) for is_part, *facts, _ in rows if is_part),
        followers=tuple(Relative(*facts) for is_part, *facts, _ in rows if not is_part),
    )


_FAMILY = """
select true, part.id, part.name, part.kind, part.closed_at is not null,
       part.folded_name
from edge join "group" part on part.id = edge.part_id
where edge.group_id = %(group)s
union all
select distinct false, follower.id, follower.name, follower.kind,
       follower.closed_at is not null, follower.folded_name
from edge
join "group" follower on follower.id = edge.group_id
                     and follower.deleted_at is null
where edge.part_id = %(group)s
   or edge.asks = (select 'role:' || neighbourhood_role from "group"
                   where id = %(group)s and neighbourhood_role <> '')
order by 6, 2
"""
