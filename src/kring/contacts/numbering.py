"""Automatic numbers: they count up and skip those that are, or were, taken.

Whoever asks for one holds the chunk that gives out ids, so no two are given the same.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection

_FREE = """
select n from generate_series(%s::bigint, %s::bigint) n
where not exists (select from contact where number = n::text)
  and not exists (select from former_contact where number = n::text)
  and n <> all(%s::bigint[])
order by n limit %s
"""
_STRETCH = 100_000


def free_numbers(count: int, *, reserved: Collection[int] = ()) -> list[str]:
    """The next numbers that lead to no contact, and that are not reserved."""
    found: list[int] = []
    start = _last() + 1
    while len(found) < count:
        end = start + _STRETCH
        taken = [number for number in reserved if start <= number < end]
        with connection.cursor() as cursor:
            cursor.execute(_FREE, [start, end - 1, taken, count - len(found)])
            found.extend(number for (number,) in cursor.fetchall())
        start = end
    if found:
        _remember(found[-1])
    return [str(number) for number in found]


def _last() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select last from numbering")
        row = cursor.fetchone()
    return row[0] if row else 0


def _remember(last: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into numbering (id, last) values (1, %s)"
            " on conflict (id) do update set last = excluded.last",
            [last],
        )
