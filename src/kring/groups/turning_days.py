"""The days on which groups turn by themselves, kept for each group and chunk."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection


@dataclass(frozen=True, slots=True)
class TurningDays:
    """What the judging of some contacts told of days to come.

    Where everyone in the chunks was judged, `days` are all there are, and replace
    what was known; where only some were, a day may only come earlier.
    """

    groups: Sequence[int]
    chunks: Sequence[int]
    days: Mapping[int, date]
    is_everyone: bool


def write(found: TurningDays) -> None:
    """Keep the days; in most acts there is nothing to write."""
    if found.is_everyone:
        _forget(found.groups, found.chunks)
    rows = [
        (group, chunk, day)
        for group, day in found.days.items()
        for chunk in found.chunks
    ]
    if not rows:
        return
    groups, chunks, days = map(list, zip(*rows, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into turning_day (group_id, chunk, day)"
            " select * from unnest(%s::bigint[], %s::int[], %s::date[])"
            " on conflict (group_id, chunk) do update set day = excluded.day"
            " where turning_day.day > excluded.day",
            [groups, chunks, days],
        )


def groups_turning(chunk: int, *, today: date) -> frozenset[int]:
    """The groups that may turn in this chunk because it is this day."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select group_id from turning_day where chunk = %s and day <= %s",
            [chunk, today],
        )
        return frozenset(group for (group,) in cursor.fetchall())


def _forget(groups: Collection[int], chunks: Collection[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "delete from turning_day where group_id = any(%s) and chunk = any(%s)",
            [list(groups), list(chunks)],
        )
