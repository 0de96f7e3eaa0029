"""The changes in the order of the feed, with the bits that each of them turned."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64Error
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection
from pyroaring import BitMap

from kring.accounts.actors import ActorKind
from kring.groups.bitmaps import Flip, counted, loaded

MOST_TURNS: Final = 10_000
"""A change of more turns than this is told in numbers; a page holds about as many."""

_CURSOR: Final = re.compile(r"(\d{1,18})\.(\d{1,18})")


class UnreadableCursorError(Exception):
    """A cursor that no page of the feed gave out."""


@dataclass(frozen=True, slots=True)
class Turned:
    """One contact that joined a group or left it."""

    group: int
    contact: int
    joined: bool


@dataclass(frozen=True, slots=True)
class Delta:
    """How many contacts joined a group and left it by a large act."""

    group: int
    joined: int
    left: int


@dataclass(frozen=True, slots=True)
class GroupFlip:
    """Who joined a group and who left it by one change."""

    group: int
    flip: Flip


@dataclass(frozen=True, slots=True)
class FeedChange:
    """One change with what turned; `actor` is an e-mail address, or what else acts."""

    number: int
    at: datetime
    actor: str
    action: str
    reason: str
    part_of: int | None
    undoes: int | None
    turns: tuple[Turned, ...] = ()
    deltas: tuple[Delta, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Some changes, and the cursor to go on with, also when there is nothing more."""

    changes: tuple[FeedChange, ...]
    next_cursor: str


@dataclass(frozen=True, slots=True)
class _Row:
    """A change as it is stored, with its place in the feed."""

    transaction: int
    number: int
    facts: tuple[Any, ...]


def changes_after(cursor: str = "", *, limit: int = 100) -> FeedPage:
    """The changes that come after the cursor, at most so many; "" is the beginning.

    A change is given out when no transaction older than its own can commit any more,
    so that a reader who goes on from its last cursor misses none and gets none twice.
    Where changes turned much a page holds fewer of them. Raises UnreadableCursorError.
    """
    place = _place(cursor)
    rows = _asked(_FEED, {"transaction": place[0], "number": place[1], "limit": limit})
    counts = _turn_counts([row.number for row in rows])
    rows = _first_that_fit(rows, counts)
    if rows:
        place = (rows[-1].transaction, rows[-1].number)
    return FeedPage(tuple(_told(rows, counts)), _written(place))


def change_numbered(number: int) -> FeedChange | None:
    """One change; None where there is none of this number."""
    rows = _asked(_NUMBERED, {"numbers": [number]})
    return next(_told(rows, _turn_counts([number])), None)


def changes_of_group(
    group: int, *, after: int = 0, limit: int = 100
) -> list[FeedChange]:
    """The changes that turned or touched a group, by number, after this number."""
    asked = {"group": group, "after": after, "limit": limit}
    return changes_numbered(_first_column(_OF_GROUP, asked))


def count_of_group(group: int) -> int:
    """How many changes turned or touched a group."""
    [count] = _first_column(_COUNT_OF_GROUP, {"group": group})
    return count


def deltas_of(number: int, *, after: int = 0, limit: int = 100) -> list[GroupFlip]:
    """The ids of whoever turned by a change, group by group after this group."""
    asked = {"number": number, "after": after, "limit": limit}
    groups = _first_column(_GROUPS_TURNED, asked)
    joined: dict[int, BitMap] = {group: BitMap() for group in groups}
    left: dict[int, BitMap] = {group: BitMap() for group in groups}
    with connection.cursor() as cursor:
        cursor.execute(_TURNS_OF_GROUPS, {"number": number, "groups": groups})
        for group, has_joined, contacts in cursor.fetchall():
            (joined if has_joined else left)[group] |= BitMap(contacts)
        cursor.execute(_DELTAS_OF_GROUPS, {"number": number, "groups": groups})
        for group, who_joined, who_left in cursor.fetchall():
            joined[group] |= loaded(who_joined)
            left[group] |= loaded(who_left)
    return [GroupFlip(group, Flip(joined[group], left[group])) for group in groups]


def groups_turned_by(number: int) -> int:
    """In how many groups a change turned somebody."""
    [count] = _first_column(_COUNT_OF_GROUPS_TURNED, {"number": number})
    return count


def change_as_json(change: FeedChange) -> dict[str, object]:
    """A change as every door gives it out; `deltas` only of large acts."""
    told: dict[str, object] = {
        "number": change.number,
        "at": change.at,
        "actor": change.actor,
        "action": change.action,
        "reason": change.reason,
        "part_of": change.part_of,
        "undoes": change.undoes,
        "turns": [
            {"group": turn.group, "contact": turn.contact, "joined": turn.joined}
            for turn in change.turns
        ],
    }
    if change.deltas:
        told["deltas"] = [
            {"group": delta.group, "joined": delta.joined, "left": delta.left}
            for delta in change.deltas
        ]
    return told


def flip_as_json(turned: GroupFlip) -> dict[str, object]:
    """Who turned in one group, by id."""
    return {
        "group": turned.group,
        "joined": list(turned.flip.joined),
        "left": list(turned.flip.left),
    }


def _place(cursor: str) -> tuple[int, int]:
    if not cursor:
        return (0, 0)
    try:
        found = _CURSOR.fullmatch(urlsafe_b64decode(cursor.encode()).decode())
    except (NotBase64Error, ValueError) as error:
        raise UnreadableCursorError from error
    if found is None:
        raise UnreadableCursorError
    return int(found[1]), int(found[2])


def _written(place: tuple[int, int]) -> str:
    return urlsafe_b64encode(f"{place[0]}.{place[1]}".encode()).decode()


def changes_numbered(numbers: Sequence[int]) -> list[FeedChange]:
    """These changes, in the order of their numbers."""
    rows = _asked(_NUMBERED, {"numbers": list(numbers)})
    return list(_told(rows, _turn_counts(numbers)))


def _asked(statement: str, asked: Mapping[str, Any]) -> list[_Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        return [_Row(row[0], row[1], row[1:]) for row in cursor.fetchall()]


def _first_that_fit(rows: list[_Row], counts: dict[int, int]) -> list[_Row]:
    """At least one, and no more once they have turned as much as a page holds."""
    total = 0
    for position, row in enumerate(rows):
        total += counts.get(row.number, 0)
        if total > MOST_TURNS:
            return rows[: max(position, 1)]
    return rows


def _told(rows: Iterable[_Row], counts: dict[int, int]) -> Iterator[FeedChange]:
    rows = list(rows)
    numbers = [row.number for row in rows]
    few = [one for one in numbers if 0 < counts.get(one, 0) <= MOST_TURNS]
    many = [one for one in numbers if counts.get(one, 0) > MOST_TURNS]
    turns, deltas = _turns(few), _deltas(numbers, many)
    for row in rows:
        number, at, email, actor_kind, action, reason, part_of, undoes = row.facts
        yield FeedChange(
            number=number,
            at=at,
            actor=email if actor_kind == ActorKind.USER else actor_kind,
            action=action,
            reason=reason,
            part_of=part_of,
            undoes=undoes,
            turns=tuple(turns[number]),
            deltas=tuple(deltas[number]),
        )


def _turn_counts(numbers: Collection[int]) -> dict[int, int]:
    """How many turns each of these changes has, counted no further than is needed."""
    if not numbers:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_TURN_COUNTS, [list(numbers), MOST_TURNS + 1])
        return dict(cursor.fetchall())


def _turns(numbers: list[int]) -> defaultdict[int, list[Turned]]:
    found: defaultdict[int, list[Turned]] = defaultdict(list)
    if numbers:
        with connection.cursor() as cursor:
            cursor.execute(_TURNS, {"numbers": numbers})
            for number, group, contact, joined in cursor.fetchall():
                found[number].append(Turned(group, contact, joined))
    return found


def _deltas(numbers: list[int], many: list[int]) -> defaultdict[int, list[Delta]]:
    """What large acts turned, in numbers; of `many` their single turns as well."""
    sums: dict[tuple[int, int], tuple[int, int]] = {}
    for number, group, joined, left in _counted_deltas(numbers, many):
        before = sums.get((number, group), (0, 0))
        sums[number, group] = (before[0] + joined, before[1] + left)
    found: defaultdict[int, list[Delta]] = defaultdict(list)
    for (number, group), (joined, left) in sorted(sums.items()):
        found[number].append(Delta(group, joined, left))
    return found


def _counted_deltas(
    numbers: list[int], many: list[int]
) -> Iterator[tuple[int, int, int, int]]:
    if not numbers:
        return
    with connection.cursor() as cursor:
        cursor.execute(_DELTAS, {"numbers": numbers})
        for number, group, joined, left in cursor.fetchall():
            yield number, group, counted(joined), counted(left)
        if many:
            cursor.execute(_COUNTED_TURNS, {"numbers": many})
            yield from cursor.fetchall()


def _first_column(statement: str, asked: Mapping[str, Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        return [value for (value, *_) in cursor.fetchall()]


_CHANGE: Final = """
select transaction, number, at, email, actor_kind, action, reason, part_of_id,
    undoes_id
from change left join accounts_user actor on actor.id = actor_id
"""
# Below the oldest transaction under way nothing can be committed any more.
_FEED: Final = (
    _CHANGE
    + """
where (transaction, number) > (%(transaction)s, %(number)s)
  and transaction < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
order by transaction, number limit %(limit)s
"""
)
_NUMBERED: Final = _CHANGE + "where number = any(%(numbers)s) order by number"

_TURN_COUNTS: Final = """
select number, turned.count from unnest(%s::bigint[]) as asked (number)
cross join lateral (
    select count(*) from (
        select from turn where change_id = asked.number limit %s
    ) counted_on
) turned
"""
_TURNS: Final = """
select change_id, "group", contact, joined from turn
where change_id = any(%(numbers)s) order by change_id, "group", contact
"""
_DELTAS: Final = """
select change_id, group_id,
    substring(joined from 1 for 12), substring("left" from 1 for 12)
from group_delta where change_id = any(%(numbers)s)
"""
_COUNTED_TURNS: Final = """
select change_id, "group",
    count(*) filter (where joined), count(*) filter (where not joined)
from turn where change_id = any(%(numbers)s) group by change_id, "group"
"""
_OF_GROUP: Final = """
select change_id from (
    select change_id from turn where "group" = %(group)s and change_id > %(after)s
  union
    select change_id from group_delta
    where group_id = %(group)s and change_id > %(after)s
  union
    select change_id from change_entry
    where "group" = %(group)s and change_id > %(after)s
) of_group
order by change_id limit %(limit)s
"""
_COUNT_OF_GROUP: Final = """
select count(*) from (
    select change_id from turn where "group" = %(group)s
  union
    select change_id from group_delta where group_id = %(group)s
  union
    select change_id from change_entry where "group" = %(group)s
) of_group
"""
_GROUPS_TURNED: Final = """
select id from (
    select "group" as id from turn where change_id = %(number)s
  union
    select group_id from group_delta where change_id = %(number)s
) turned
where id > %(after)s order by id limit %(limit)s
"""
_COUNT_OF_GROUPS_TURNED: Final = """
select count(*) from (
    select "group" from turn where change_id = %(number)s
  union
    select group_id from group_delta where change_id = %(number)s
) turned
"""
_TURNS_OF_GROUPS: Final = """
select "group", joined, array_agg(contact) from turn
where change_id = %(number)s and "group" = any(%(groups)s) group by 1, 2
"""
_DELTAS_OF_GROUPS: Final = """
select group_id, joined, "left" from group_delta
where change_id = %(number)s and group_id = any(%(groups)s)
"""
