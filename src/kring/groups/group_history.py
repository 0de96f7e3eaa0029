"""What happened to one group: who joined and left it, and edits of its settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import connection
from django.db.models.expressions import RawSQL
from django.utils import timezone

from kring.groups.bitmaps import counted
from kring.groups.changes import PAGE, AskedChanges, stretch_of, undone_by
from kring.groups.models import Change
from kring.groups.past import Size, sizes_of

_NAMES: Final = 5
_ALL: Final = 2**62


@dataclass(frozen=True, slots=True)
class GroupEvent:
    """What one change did to a group; `who_…` are some of them, if they were few."""

    number: int
    at: datetime
    actor: str
    actor_kind: str
    action: str
    reason: str
    undone_by: int | None
    joined: int
    left: int
    who_joined: tuple[int, ...]
    who_left: tuple[int, ...]
    edited: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupHistory:
    """Some events, the newest first, and how the group grew from its beginning."""

    events: tuple[GroupEvent, ...]
    sizes: list[Size]
    is_newer: bool
    is_older: bool


def history_of(group: int, asked: AskedChanges, *, size: int = PAGE) -> GroupHistory:
    """What turned or touched a group, step by step, in two queries."""
    numbers = _numbers(group, asked, size + 1)
    stretch = stretch_of(Change.objects.filter(pk__in=numbers), asked, size)
    effects, grown = _effects(group, [change.pk for change in stretch.changes])
    return GroupHistory(
        tuple(_event(change, effects[change.pk]) for change in stretch.changes),
        sizes_of(grown),
        stretch.is_newer,
        stretch.is_older,
    )


def _numbers(group: int, asked: AskedChanges, wanted: int) -> RawSQL:
    """So many numbers of each source are enough: they stand in order in an index."""
    if asked.newer_than is not None:
        given = [group, asked.newer_than, wanted] * 3
        return RawSQL(_NEWER, given)  # noqa: S611 — a constant
    given = [group, asked.older_than or _ALL, wanted] * 3
    return RawSQL(_OLDER, given)  # noqa: S611 — a constant


@dataclass(slots=True)
class _Effects:
    joined: int = 0
    left: int = 0
    who_joined: tuple[int, ...] = ()
    who_left: tuple[int, ...] = ()
    edited: tuple[str, ...] = ()


def _event(change: Change, effects: _Effects) -> GroupEvent:
    return GroupEvent(
        number=change.pk,
        at=change.at,
        actor=change.acted_by,
        actor_kind=change.actor_kind,
        action=change.action,
        reason=change.reason,
        undone_by=undone_by(change),
        joined=effects.joined,
        left=effects.left,
        who_joined=effects.who_joined,
        who_left=effects.who_left,
        edited=effects.edited,
    )


def _effects(
    group: int, numbers: Sequence[int]
) -> tuple[dict[int, _Effects], dict[date, int]]:
    """What each change did, and by how much the group grew on each day."""
    found = {number: _Effects() for number in numbers}
    grown: dict[date, int] = {}
    for number, day, *counts, who_joined, who_left, heads, edited in _rows(
        group, numbers
    ):
        joined, left = counts if heads is None else map(counted, heads)
        if number is None:
            grown[day] = grown.get(day, 0) + joined - left
            continue
        effects = found[number]
        effects.joined += joined
        effects.left += left
        effects.who_joined += tuple(who_joined or ())
        effects.who_left += tuple(who_left or ())
        effects.edited += tuple(edited or ())
    return found, grown


def _rows(group: int, numbers: Sequence[int]) -> list[tuple[Any, ...]]:
    asked: dict[str, Any] = {
        "group": group,
        "numbers": list(numbers),
        "names": _NAMES,
        "zone": str(timezone.get_current_timezone()),
    }
    with connection.cursor() as cursor:
        cursor.execute(_EFFECTS, asked)
        return list(cursor.fetchall())


_OLDER: Final = """
(select distinct change_id from turn
 where "group" = %s and change_id < %s order by change_id desc limit %s)
union
(select distinct change_id from group_delta
 where group_id = %s and change_id < %s order by change_id desc limit %s)
union
(select distinct change_id from change_entry
 where "group" = %s and change_id < %s order by change_id desc limit %s)
"""
_NEWER: Final = """
(select distinct change_id from turn
 where "group" = %s and change_id > %s order by change_id limit %s)
union
(select distinct change_id from group_delta
 where group_id = %s and change_id > %s order by change_id limit %s)
union
(select distinct change_id from change_entry
 where "group" = %s and change_id > %s order by change_id limit %s)
"""

_EFFECTS: Final = """
select change_id, null::date,
    count(*) filter (where joined), count(*) filter (where not joined),
    (array_agg(contact order by contact) filter (where joined))[1:%(names)s],
    (array_agg(contact order by contact) filter (where not joined))[1:%(names)s],
    null::bytea[], null::text[]
from turn where "group" = %(group)s and change_id = any(%(numbers)s)
group by change_id
union all
select change_id, null, 0, 0, null, null,
    array[substring(joined from 1 for 12), substring("left" from 1 for 12)], null
from group_delta where group_id = %(group)s and change_id = any(%(numbers)s)
union all
select change_id, null, 0, 0, null, null, null, array(
    select key from jsonb_object_keys(before || after) as key
    where before -> key is distinct from after -> key)
from change_entry
where kind = 'group' and "group" = %(group)s and change_id = any(%(numbers)s)
  and before is not null and after is not null
union all
select null, (at at time zone %(zone)s)::date,
    count(*) filter (where joined), count(*) filter (where not joined),
    null, null, null, null
from turn join change on number = change_id
where "group" = %(group)s
group by 2
union all
select null, (at at time zone %(zone)s)::date, 0, 0, null, null,
    array[substring(joined from 1 for 12), substring("left" from 1 for 12)], null
from group_delta join change on number = change_id
where group_id = %(group)s
"""
