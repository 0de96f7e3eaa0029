"""Since when a contact belongs to a group."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone
from pyroaring import BitMap

from kring.algebra.conditions import joining_days, next_turning_day_of_membership
from kring.algebra.expressions import MemberSince
from kring.groups.binary import binary_cursor
from kring.groups.bitmaps import chunks_of, loaded

# Up to here an array of ids is the quicker question, beyond it a range of ids.
_IDS_IN_A_QUESTION = 2_000

Since = dict[tuple[int, int], date]
"""(contact, group) → day; only of contacts that belong."""


def since_stated(contacts: Collection[int], groups: Collection[int]) -> Since:
    """The stated dates of static memberships."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select contact_id, group_id, since from placement"
            ' join "group" g on g.id = group_id and g.definition is null'
            " where contact_id = any(%s) and group_id = any(%s) and since is not null",
            [list(contacts), list(groups)],
        )
        return {(contact, group): since for contact, group, since in cursor.fetchall()}


def since_joined(
    contacts: Collection[int], groups: Collection[int], *, until: date = date.max
) -> Since:
    """The local days on which contacts last joined groups, as history has them.

    What came after the day `until` is left aside. Whoever belongs has joined after
    having left, so the last joining counts.
    """
    last: dict[tuple[int, int], tuple[int, date]] = {}
    asked = BitMap(contacts)
    for change, at, group, joined in _joinings(contacts, groups, until):
        for contact in joined & asked:
            known = last.get((contact, group))
            if known is None or known[0] < change:
                last[contact, group] = (change, timezone.localdate(at))
    return {pair: day for pair, (_, day) in last.items()}


@dataclass(frozen=True, slots=True)
class Joinings:
    """Who joined the groups that are asked about, by the day on which they did.

    Only days after `_bound` of what is asked are known: who is not in them joined
    earlier, if at all.
    """

    today: date
    days: dict[int, dict[date, BitMap]] = field(default_factory=dict)

    def among(self, members: BitMap, membership: MemberSince) -> BitMap:
        """Those of these members who joined when the membership wants them to."""
        later = self._later_than(_bound(membership, self.today), membership.group)
        if joining_days(membership, today=self.today).last is None:
            return members & later
        return members - later

    def note(self, group: int, joined: BitMap) -> None:
        """Whoever joins now joined today."""
        days = self.days.setdefault(group, {})
        days[self.today] = days.get(self.today, BitMap()) | joined

    def next_turning_day(self, membership: MemberSince) -> date | None:
        """The first day on which somebody will have belonged long enough."""
        turning = (
            next_turning_day_of_membership(membership, joined, after=self.today)
            for joined in self.days.get(membership.group, {})
        )
        return min((day for day in turning if day is not None), default=None)

    def _later_than(self, day: date, group: int) -> BitMap:
        days = self.days.get(group, {})
        later = (joined for on, joined in days.items() if on > day)
        return BitMap.union(BitMap(), *later)


def joinings(
    memberships: Iterable[MemberSince], contacts: BitMap, *, today: date
) -> Joinings:
    """What must be known of joining days to judge these memberships.

    Of static groups the stated dates, of derived ones the joinings in history; two
    queries, or none where nothing asks.
    """
    bounds: dict[int, date] = {}
    for membership in memberships:
        bound = _bound(membership, today)
        bounds[membership.group] = min(bound, bounds.get(membership.group, bound))
    found = Joinings(today)
    if bounds and contacts:
        for group, day, joined in _joined_after(bounds, contacts):
            days = found.days.setdefault(group, {})
            days[day] = days.get(day, BitMap()) | (joined & contacts)
    return found


def _bound(membership: MemberSince, today: date) -> date:
    """The last day of joining that is not later than what is asked about."""
    days = joining_days(membership, today=today)
    # Of the two ends one is open: a membership is older, or younger, than asked.
    return days.last or (days.first or today) - timedelta(days=1)


def _joined_after(
    bounds: dict[int, date], contacts: BitMap
) -> Iterator[tuple[int, date, BitMap]]:
    asked: dict[str, Any] = {
        "groups": list(bounds),
        "days": list(bounds.values()),
        "moments": [_end_of(day) for day in bounds.values()],
        "first": contacts.min(),
        "last": contacts.max(),
        "contacts": list(contacts) if len(contacts) <= _IDS_IN_A_QUESTION else None,
        "chunks": chunks_of(contacts),
        "zone": str(timezone.get_current_timezone()),
    }
    with connection.cursor() as cursor:
        cursor.execute(_STATED_AFTER, asked)
        for group, day, ids in cursor.fetchall():
            yield group, day, BitMap(ids)
        cursor.execute(_JOINED_AFTER, asked)
        for group, at, ids, blob in cursor.fetchall():
            joined = BitMap(ids) if blob is None else loaded(blob)
            yield group, timezone.localdate(at), joined


def _end_of(day: date) -> datetime:
    """The moment at which a local day is over."""
    if day == date.max:
        return datetime.max.replace(tzinfo=timezone.get_current_timezone())
    following = datetime.combine(day + timedelta(days=1), time.min)
    return following.replace(tzinfo=timezone.get_current_timezone())


def _joinings(
    contacts: Collection[int], groups: Collection[int], until: date
) -> list[tuple[int, datetime, int, BitMap]]:
    """(change, moment, group, who joined): of single turns the last, of deltas all."""
    asked: dict[str, Any] = {
        "contacts": list(contacts),
        "groups": list(groups),
        "chunks": chunks_of(BitMap(contacts)),
        "over": _end_of(until),
    }
    with binary_cursor() as cursor:
        cursor.execute(_JOININGS, asked)
        return [
            (change, at, group, loaded(blob) if contact is None else BitMap([contact]))
            for change, at, group, contact, blob in cursor.fetchall()
        ]


_JOININGS = """
select * from (
    select distinct on (contact, "group") number, at, "group", contact, null::bytea
    from turn join change on number = change_id
    where contact = any(%(contacts)s) and "group" = any(%(groups)s) and joined
      and at < %(over)s
    order by contact, "group", number desc
) single
union all
select number, at, group_id, null, joined
from group_delta join change on number = change_id
where group_id = any(%(groups)s) and chunk = any(%(chunks)s) and at < %(over)s
"""

_STATED_AFTER = """
select group_id, coalesce(since, stated) as day, array_agg(contact_id)
from (
    select placement.group_id, contact_id, since,
           (change.at at time zone %(zone)s)::date as stated
    from placement
    join "group" g on g.id = placement.group_id and g.definition is null
    join change on change.number = placement.change_id
    where placement.group_id = any(%(groups)s)
      and contact_id between %(first)s and %(last)s
      and (%(contacts)s::bigint[] is null or contact_id = any(%(contacts)s))
) placed
join unnest(%(groups)s::bigint[], %(days)s::date[]) as bound (id, day)
  on bound.id = group_id and coalesce(since, stated) > bound.day
group by 1, 2
"""

_JOINED_AFTER = """
select turn."group", at, array_agg(contact), null::bytea
from turn
join change on number = change_id
join "group" g on g.id = turn."group" and g.definition is not null
join unnest(%(groups)s::bigint[], %(moments)s::timestamptz[]) as bound (id, moment)
  on bound.id = turn."group" and at >= bound.moment
where turn."group" = any(%(groups)s) and joined
  and contact between %(first)s and %(last)s
  and (%(contacts)s::bigint[] is null or contact = any(%(contacts)s))
group by 1, 2
union all
select group_id, at, null, joined
from group_delta
join change on number = change_id
join "group" g on g.id = group_id and g.definition is not null
join unnest(%(groups)s::bigint[], %(moments)s::timestamptz[]) as bound (id, moment)
  on bound.id = group_id and at >= bound.moment
where group_id = any(%(groups)s) and chunk = any(%(chunks)s)
"""
