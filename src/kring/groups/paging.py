"""A page of contacts sorted by name, out of a bitmap of any size; never OFFSET."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from django.db import connection
from pyroaring import BitMap

from kring.database.arrays import as_array


@dataclass(frozen=True, slots=True)
class Key:
    """Where a page begins or ends in the order of names."""

    sort_name: str
    contact: int


class Direction(Enum):
    FORWARD = "forward"
    BACKWARD = "backward"


@dataclass(frozen=True, slots=True)
class Page:
    """The contacts of a page, in order, and the keys of the pages beside it."""

    contacts: tuple[int, ...]
    previous: Key | None
    following: Key | None


# From here on a walk of the name index beats fetching all ids and sorting them:
# with n of N contacts in the set, a page costs N/n index steps a row, a sort n.
_WALK_FACTOR = 9


def page_of(
    contacts: BitMap,
    *,
    beside: Key | None = None,
    direction: Direction = Direction.FORWARD,
    size: int = 50,
) -> Page:
    """The `size` contacts that come after `beside` (or before it) by name and id."""
    rows = _rows_beside(contacts, beside, direction, size + 1)
    shown = rows[:size]
    if direction is Direction.BACKWARD:
        shown.reverse()
        more_before, more_after = len(rows) > size, beside is not None
    else:
        more_before, more_after = beside is not None, len(rows) > size
    return Page(
        contacts=tuple(key.contact for key in shown),
        previous=shown[0] if shown and more_before else None,
        following=shown[-1] if shown and more_after else None,
    )


def _rows_beside(
    contacts: BitMap, beside: Key | None, direction: Direction, wanted: int
) -> list[Key]:
    if not contacts:
        return []
    known = contacts.max()
    if len(contacts) ** 2 > _WALK_FACTOR * known:
        return _walk(contacts, beside, direction, wanted)
    return _sort(contacts, beside, direction, wanted)


def _sort(
    contacts: BitMap, beside: Key | None, direction: Direction, wanted: int
) -> list[Key]:
    ids = as_array(contacts)
    rows = _asked(_SORTED[direction, beside is None], (ids,), beside, wanted)
    return [Key(*row) for row in rows]


def _walk(
    contacts: BitMap, beside: Key | None, direction: Direction, wanted: int
) -> list[Key]:
    found: list[Key] = []
    stride = wanted + wanted * contacts.max() // len(contacts)
    while len(found) < wanted:
        steps = _asked(_WALKED[direction, beside is None], (), beside, stride)
        found += [Key(*step) for step in steps if step[1] in contacts]
        if len(steps) < stride:
            break
        beside, stride = Key(*steps[-1]), stride * 2
    return found[:wanted]


def _asked(
    statement: str, asked: tuple[str, ...], beside: Key | None, limit: int
) -> list[tuple[str, int]]:
    start = () if beside is None else (beside.sort_name, beside.contact)
    with connection.cursor() as cursor:
        cursor.execute(statement, (*asked, *start, limit))
        return list(cursor.fetchall())


_WALKED = {
    (Direction.FORWARD, True): (
        "select sort_name, id from contact order by sort_name, id limit %s"
    ),
    (Direction.FORWARD, False): (
        "select sort_name, id from contact"
        " where (sort_name, id) > (%s, %s) order by sort_name, id limit %s"
    ),
    (Direction.BACKWARD, True): (
        "select sort_name, id from contact order by sort_name desc, id desc limit %s"
    ),
    (Direction.BACKWARD, False): (
        "select sort_name, id from contact"
        " where (sort_name, id) < (%s, %s) order by sort_name desc, id desc limit %s"
    ),
}

_SORTED = {
    (Direction.FORWARD, True): (
        "select sort_name, id from contact where id = any(%s::bigint[])"
        " order by sort_name, id limit %s"
    ),
    (Direction.FORWARD, False): (
        "select sort_name, id from contact where id = any(%s::bigint[])"
        " and (sort_name, id) > (%s, %s) order by sort_name, id limit %s"
    ),
    (Direction.BACKWARD, True): (
        "select sort_name, id from contact where id = any(%s::bigint[])"
        " order by sort_name desc, id desc limit %s"
    ),
    (Direction.BACKWARD, False): (
        "select sort_name, id from contact where id = any(%s::bigint[])"
        " and (sort_name, id) < (%s, %s) order by sort_name desc, id desc limit %s"
    ),
}
