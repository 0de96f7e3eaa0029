"""Who was in which group on a day that is over, as the turned bits tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from heapq import merge
from typing import Any, Final

from django.db import connection
from django.utils import timezone
from pyroaring import BitMap

from kring.groups.bitmaps import Flip, chunk_of, counted, loaded
from kring.groups.models import Group
from kring.groups.queries import groups_of, members_of

# An act takes its time before it waits for its locks and is numbered after it, so the
# times of changes stand in the order of their numbers but for this much.
_DISORDER: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Size:
    """How many members a group had at the end of a day."""

    day: date
    members: int


def known_since(group: int) -> date | None:
    """From when on Kring knows who is in a group; None where there is no such group."""
    made = Group.objects.filter(pk=group).values_list("created_at", flat=True).first()
    return None if made is None else timezone.localdate(made)


def members_on(group: int, day: date) -> BitMap:
    """The members of a group, also of a deleted one, at the end of that local day."""
    if day >= timezone.localdate():
        return members_of(group)
    reading = _Reading.of(group, day)
    if reading.is_nearer_to_the_beginning():
        return _replayed(reading)
    return _undone(reading, members_of(group))


def difference(group: int, first: date, last: date) -> Flip:
    """Who is in on the last day and was not on the first, and the other way round."""
    before, after = members_on(group, first), members_on(group, last)
    return Flip(joined=after - before, left=before - after)


def groups_on(contact: int, day: date) -> frozenset[int]:
    """The groups a contact was in at the end of that local day, deleted ones too."""
    if day >= timezone.localdate():
        return frozenset(groups_of(contact).values_list("pk", flat=True))
    over = end_of(day)
    singles, larges = _single_turns_of(contact, over), _large_turns_of(contact, over)
    last = {group: joined for _, group, joined in merge(singles, larges, key=_number)}
    return frozenset(group for group, joined in last.items() if joined)


def size_over_time(group: int) -> list[Size]:
    """The size after each day on which it changed, the oldest first."""
    grown: dict[date, int] = {}
    with connection.cursor() as cursor:
        zone = str(timezone.get_current_timezone())
        cursor.execute(_GROWN_BY_TURNS, {"group": group, "zone": zone})
        grown.update(cursor.fetchall())
        cursor.execute(_GROWN_BY_DELTAS, {"group": group, "zone": zone})
        for day, joined, left in cursor.fetchall():
            growth = counted(joined) - counted(left)
            grown[day] = grown.get(day, 0) + growth
    sizes: list[Size] = []
    members = 0
    for day in sorted(grown):
        members += grown[day]
        if not sizes or members != sizes[-1].members:
            sizes.append(Size(day, members))
    return sizes


def end_of(day: date) -> datetime:
    """The moment at which a local day is over, also when summer time begins or ends."""
    zone = timezone.get_current_timezone()
    if day == date.max:
        return datetime.max.replace(tzinfo=zone)
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone)


@dataclass(frozen=True, slots=True)
class _Reading:
    """What of a group's history is read: changes of before or of after a moment.

    Of the changes after it none is numbered up to `after`, and of those before it
    none beyond `until`.
    """

    group: int
    over: datetime
    after: int
    until: int

    @classmethod
    def of(cls, group: int, day: date) -> _Reading:
        over = end_of(day)
        after = _last_number_before(over - _DISORDER)
        until = _last_number_before(over + _DISORDER)
        return cls(group, over, after, until)

    def is_nearer_to_the_beginning(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(_SPAN, {"group": self.group})
            first, last = cursor.fetchone()
        return first is None or self.until - first < last - self.after


_Event = tuple[Any, ...]
"""The number of a change, with a contact and whether it joined, or two bitmaps."""


def _undone(reading: _Reading, members: BitMap) -> BitMap:
    """The present members, with what came later taken back, the latest first."""
    asked = {"group": reading.group, "over": reading.over, "after": reading.after}
    singles, larges = _rows(_TURNS_AFTER, asked), _rows(_DELTAS_AFTER, asked)
    for event in merge(singles, larges, key=_number, reverse=True):
        match event:
            case (_, int(contact), bool(joined)):
                (members.discard if joined else members.add)(contact)
            case _:
                members -= loaded(event[1])
                members |= loaded(event[2])
    return members


def _replayed(reading: _Reading) -> BitMap:
    """What came before, one after another, beginning with nobody."""
    asked = {"group": reading.group, "over": reading.over, "until": reading.until}
    singles, larges = _rows(_TURNS_BEFORE, asked), _rows(_DELTAS_BEFORE, asked)
    members = BitMap()
    for event in merge(singles, larges, key=_number):
        match event:
            case (_, int(contact), bool(joined)):
                (members.add if joined else members.discard)(contact)
            case _:
                members |= loaded(event[1])
                members -= loaded(event[2])
    return members


def _single_turns_of(contact: int, over: datetime) -> Iterator[_Event]:
    asked = {"contact": contact, "over": over}
    return iter(sorted(_rows(_LAST_TURNS_OF_CONTACT, asked), key=_number))


def _large_turns_of(contact: int, over: datetime) -> Iterator[_Event]:
    asked = {"chunk": chunk_of(contact), "over": over}
    for number, group, joined, left in _rows(_DELTAS_OF_CHUNK, asked):
        if contact in loaded(joined):
            yield number, group, True
        elif contact in loaded(left):
            yield number, group, False


def _last_number_before(moment: datetime) -> int:
    """A change of before the moment after which comes one that is not; else 0.

    Found by halving, since there is a change to be found in any span of numbers or
    there is none in it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_HALVED, {"moment": moment})
        [number] = cursor.fetchone()
        return int(number)


def _number(event: tuple[Any, ...]) -> int:
    return int(event[0])


def _rows(statement: str, asked: Mapping[str, Any]) -> list[_Event]:
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        return list(cursor.fetchall())


_SPAN: Final = """
select least(
    (select min(change_id) from turn where "group" = %(group)s),
    (select min(change_id) from group_delta where group_id = %(group)s)),
  greatest(
    (select max(change_id) from turn where "group" = %(group)s),
    (select max(change_id) from group_delta where group_id = %(group)s))
"""

# Of the numbers low < n <= high, those up to `low` came before the moment.
_HALVED: Final = """
with recursive halved (low, high) as (
    select 0::bigint, coalesce(max(number), 0) from change
  union all
    select
        case when found.at < %(moment)s then found.number else halved.low end,
        case when found.at < %(moment)s then halved.high
             else (halved.low + halved.high) / 2 end
    from halved
    cross join lateral (
        select number, at from change
        where number > (halved.low + halved.high) / 2
        order by number limit 1
    ) found
    where halved.low < halved.high
)
select max(low) from halved
"""

_TURNS_AFTER: Final = """
select change_id, contact, joined from turn join change on number = change_id
where "group" = %(group)s and change_id > %(after)s and at >= %(over)s
order by change_id desc
"""
_DELTAS_AFTER: Final = """
select change_id, joined, "left" from group_delta join change on number = change_id
where group_id = %(group)s and change_id > %(after)s and at >= %(over)s
order by change_id desc
"""
_TURNS_BEFORE: Final = """
select change_id, contact, joined from turn join change on number = change_id
where "group" = %(group)s and change_id <= %(until)s and at < %(over)s
order by change_id
"""
_DELTAS_BEFORE: Final = """
select change_id, joined, "left" from group_delta join change on number = change_id
where group_id = %(group)s and change_id <= %(until)s and at < %(over)s
order by change_id
"""
_LAST_TURNS_OF_CONTACT: Final = """
select distinct on ("group") change_id, "group", joined
from turn join change on number = change_id
where contact = %(contact)s and at < %(over)s
order by "group", change_id desc
"""
_DELTAS_OF_CHUNK: Final = """
select change_id, group_id, joined, "left"
from group_delta join change on number = change_id
where chunk = %(chunk)s and at < %(over)s
order by change_id
"""
_GROWN_BY_TURNS: Final = """
select (at at time zone %(zone)s)::date, sum(case when joined then 1 else -1 end)
from turn join change on number = change_id
where "group" = %(group)s
group by 1
"""
# The beginning of a bitmap tells how many it holds: see `bitmaps.counted`.
_GROWN_BY_DELTAS: Final = """
select (at at time zone %(zone)s)::date,
    substring(joined from 1 for 12), substring("left" from 1 for 12)
from group_delta join change on number = change_id
where group_id = %(group)s
"""
