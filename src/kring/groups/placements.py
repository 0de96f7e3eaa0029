"""Placements: who was put in a group by hand, or kept out of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection

from kring.database.arrays import as_array
from kring.groups.history import Entry, Facts, as_rows
from kring.groups.models import Effect


@dataclass(frozen=True, slots=True)
class Placed:
    """One placement as it stands; `until` is the last day that counts."""

    effect: str
    since: date | None
    until: date | None
    reason: str

    def counts(self, today: date) -> bool:
        """Whether its last day has not passed."""
        return self.until is None or self.until >= today

    @property
    def facts(self) -> Facts:
        return {
            "effect": self.effect,
            "since": self.since,
            "until": self.until,
            "reason": self.reason,
        }


def placements_in(group: int, contacts: Collection[int]) -> dict[int, Placed]:
    """The placements of these contacts in a group, by contact."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select contact_id, effect, since, until, reason from placement"
            " where group_id = %s and contact_id = any(%s::bigint[])",
            [group, as_array(contacts)],
        )
        return {contact: Placed(*facts) for contact, *facts in cursor.fetchall()}


def placements_among(
    groups: Collection[int], contacts: Collection[int]
) -> dict[tuple[int, int], Placed]:
    """The placements of these contacts in these groups, by group and contact."""
    with connection.cursor() as cursor:
        cursor.execute(_AMONG, [as_array(groups), as_array(contacts)])
        return {
            (group, contact): Placed(*facts)
            for group, contact, *facts in cursor.fetchall()
        }


def placements_of(contact: int) -> dict[int, Placed]:
    """All placements of a contact, by group."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select group_id, effect, since, until, reason from placement"
            " where contact_id = %s",
            [contact],
        )
        return {group: Placed(*facts) for group, *facts in cursor.fetchall()}


def together(kept: Placed | None, other: Placed, *, today: date) -> Placed:
    """What counts where one contact turns out to have two placements in a group.

    What has passed does not count any more, and out wins over in. Of two that say
    the same, the longest counts: the earliest date, and the latest last day.
    """
    if kept is None or kept.counts(today) < other.counts(today):
        return other
    if kept.counts(today) > other.counts(today):
        return kept
    if kept.effect != other.effect:
        return kept if kept.effect == Effect.OUT else other
    days = [day for day in (kept.since, other.since) if day is not None]
    ends = [day for day in (kept.until, other.until) if day is not None]
    return Placed(
        kept.effect,
        since=min(days, default=None),
        until=max(ends) if len(ends) == len((kept, other)) else None,
        reason=kept.reason or other.reason,
    )


def put(
    group: int, placed: dict[int, Placed], *, before: dict[int, Placed], change: int
) -> Iterable[Entry]:
    """Write these placements over those that stood; returns what to record."""
    rows = [
        (contact, row.effect, row.since, row.until, row.reason)
        for contact, row in placed.items()
    ]
    with connection.cursor() as cursor:
        cursor.execute(_PUT, [group, change, as_rows(rows)])
    return [
        _entry(group, contact, before.get(contact), row)
        for contact, row in placed.items()
    ]


def lift(group: int, before: dict[int, Placed]) -> Iterable[Entry]:
    """Take these placements away; returns what to record."""
    with connection.cursor() as cursor:
        cursor.execute(
            "delete from placement"
            " where group_id = %s and contact_id = any(%s::bigint[])",
            [group, as_array(before)],
        )
    return [_entry(group, contact, row, None) for contact, row in before.items()]


def lift_all(contacts: Collection[int]) -> Iterable[Entry]:
    """Take every placement of these contacts away; returns what to record."""
    with connection.cursor() as cursor:
        cursor.execute(_LIFT_ALL, [list(contacts)])
        return [
            _entry(group, contact, Placed(*facts), None)
            for group, contact, *facts in cursor.fetchall()
        ]


def _entry(
    group: int, contact: int, before: Placed | None, after: Placed | None
) -> Entry:
    return Entry(
        kind="placement",
        contact=contact,
        group=group,
        before=before.facts if before else None,
        after=after.facts if after else None,
    )


_AMONG = """
select group_id, contact_id, effect, since, until, reason from placement
where group_id = any(%s::bigint[]) and contact_id = any(%s::bigint[])
"""

_PUT = """
insert into placement
    (group_id, change_id, contact_id, effect, since, until, reason)
select %s, %s, (one->>0)::bigint, one->>1, (one->>2)::date, (one->>3)::date, one->>4
from jsonb_array_elements(%s::jsonb) as document (one)
on conflict (group_id, contact_id) do update set
    change_id = excluded.change_id, effect = excluded.effect,
    since = excluded.since, until = excluded.until, reason = excluded.reason
"""

_LIFT_ALL = """
delete from placement where contact_id = any(%s)
returning group_id, contact_id, effect, since, until, reason
"""
