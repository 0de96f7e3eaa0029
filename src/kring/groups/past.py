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

from kring.groups.binary import binary_cursor
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


def members_on(group: int, day: date, *, now: BitMap | None = None) -> BitMap:
    """The members of a group, also of a deleted one, at the end of that local day.

    `now` are the present members, where they were asked for already.
    """
    if day >= timezone.localdate():
        return members_of(group) if now is None else now
    reading = _reading(group, end_of(day))
    if reading.is_nearer_to_the_beginning:
        return _replayed(reading)
    return _undone(reading, (members_of(group) if now is None else now).copy())


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
    zone = str(timezone.get_current_timezone())
    for day, growth, joined, left in _rows(_GROWN, {"group": group, "zone": zone}):
        by_large_acts = counted(joined or b"") - counted(left or b"")
        grown[day] = grown.get(day, 0) + growth + by_large_acts
    return sizes_of(grown)


def sizes_of(grown: Mapping[date, int]) -> list[Size]:
    """The sizes that these growths, by day, add up to, where they differ."""
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
    is_nearer_to_the_beginning: bool


def _reading(group: int, over: datetime) -> _Reading:
    moments = [over - _DISORDER, over + _DISORDER]
    with connection.cursor() as cursor:
        cursor.execute(_AROUND, {"moments": moments, "group": group})
        (after, until), first, last = cursor.fetchone()
    is_nearer = first is None or until - first < last - after
    return _Reading(group, over, after, until, is_nearer)


_Event = tuple[Any, ...]
"""The number of a change, and of a single turn the contact and whether it joined."""


def _undone(reading: _Reading, members: BitMap) -> BitMap:
    """The present members, with what came later taken back, the latest first."""
    asked = {"group": reading.group, "over": reading.over, "after": reading.after}
    for _, contact, has_joined, joined, left in _rows(_TURNED_AFTER, asked):
        if contact is not None:
            (members.discard if has_joined else members.add)(contact)
        else:
            members -= loaded(joined)
            members |= loaded(left)
    return members


def _replayed(reading: _Reading) -> BitMap:
    """What came before, one after another, beginning with nobody."""
    asked = {"group": reading.group, "over": reading.over, "until": reading.until}
    members = BitMap()
    for _, contact, has_joined, joined, left in _rows(_TURNED_BEFORE, asked):
        if contact is not None:
            (members.add if has_joined else members.discard)(contact)
        else:
            members |= loaded(joined)
            members -= loaded(left)
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


def _number(event: tuple[Any, ...]) -> int:
    return int(event[0])


def _rows(statement: str, asked: Mapping[str, Any]) -> list[_Event]:
    with binary_cursor() as cursor:
        cursor.execute(statement, asked)
        return list(cursor.fetchall())


# For each moment the last change of before it that is followed by one that is not,
# found by halving: of the numbers low < n <= high, those up to `low` came before.
_AROUND: Final = """
with recursive halved (moment, low, high) as (
    select moment, 0::bigint, (select coalesce(max(number), 0) from change)
    from unnest(%(moments)s::timestamptz[]) as asked (moment)
  union all
    select moment,
        case when found.at < moment then found.number else low end,
        case when found.at < moment then high else (low + high) / 2 end
    from halved
    cross join lateral (
        select number, at from change
        where number > (halved.low + halved.high) / 2
        order by number limit 1
    ) found
    where low < high
)
select
    array(select max(low) from halved group by moment order by moment),
    least(
        (select min(change_id) from turn where "group" = %(group)s),
        (select min(change_id) from group_delta where group_id = %(group)s)),
    greatest(
        (select max(change_id) from turn where "group" = %(group)s),
        (select max(change_id) from group_delta where group_id = %(group)s))
"""

_TURNED_AFTER: Final = """
select change_id, contact, joined, null::bytea, null::bytea
from turn join change on number = change_id
where "group" = %(group)s and change_id > %(after)s and at >= %(over)s
union all
select change_id, null, null, joined, "left"
from group_delta join change on number = change_id
where group_id = %(group)s and change_id > %(after)s and at >= %(over)s
order by change_id desc
"""
_TURNED_BEFORE: Final = """
select change_id, contact, joined, null::bytea, null::bytea
from turn join change on number = change_id
where "group" = %(group)s and change_id <= %(until)s and at < %(over)s
union all
select change_id, null, null, joined, "left"
from group_delta join change on number = change_id
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
# The beginning of a bitmap tells how many it holds: see `bitmaps.counted`.
_GROWN: Final = """
select (at at time zone %(zone)s)::date, sum(case when joined then 1 else -1 end),
    null::bytea, null::bytea
from turn join change on number = change_id
where "group" = %(group)s
group by 1
union all
select (at at time zone %(zone)s)::date, 0,
    substring(joined from 1 for 12), substring("left" from 1 for 12)
from group_delta join change on number = change_id
where group_id = %(group)s
"""
