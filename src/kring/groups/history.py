"""Changes and what they did, written down once and never rewritten."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from kring.accounts.actors import Actor
from kring.database.arrays import as_array
from kring.groups.binary import binary_cursor
from kring.groups.bitmaps import Turned, chunks_of, ids_of_chunk, stored

ROWS_PER_GROUP = 1_000
"""Acts that turn more contacts of one group than this are kept as bitmaps."""

Facts = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Entry:
    """A piece of truth before and after a change; None where there was nothing."""

    kind: str
    contact: int | None = None
    group: int | None = None
    before: Facts | None = None
    after: Facts | None = None


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a change is about, before it has a number."""

    action: str
    by: Actor
    at: datetime
    reason: str = ""
    part_of: int | None = None
    undoes: int | None = None


def begin_change(occasion: Occasion) -> int:
    """Write the change; returns its number."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into change (transaction, at, actor_id, actor_kind, person_id,"
            " action, reason, part_of_id, undoes_id) values"
            " (pg_current_xact_id()::text::bigint, %s, %s, %s, %s, %s, %s, %s, %s)"
            " returning number",
            [
                occasion.at,
                occasion.by.user_id,
                occasion.by.kind,
                occasion.by.person,
                occasion.action,
                occasion.reason,
                occasion.part_of,
                occasion.undoes,
            ],
        )
        (number,) = cursor.fetchone()
        return int(number)


def whole_of(change: int) -> int:
    """The act that a change is a step of, through any number of steps; else itself."""
    with connection.cursor() as cursor:
        cursor.execute(_WHOLE, [change])
        (whole,) = cursor.fetchone()
        return int(whole)


def steps_with_entries(change: int) -> list[int]:
    """The change itself and its steps, if they wrote truth, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute(_STEPS, [change])
        return [number for (number,) in cursor.fetchall()]


def undoings_of(changes: Collection[int]) -> dict[int, int]:
    """The changes among these that stand undone, each with the change that undid it."""
    with connection.cursor() as cursor:
        cursor.execute(_UNDOINGS, [list(changes)])
        standing = standing_undoings(cursor.fetchall())
    return {undone: standing[undone] for undone in changes if undone in standing}


def standing_undoings(rows: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Of undoings and what they undid: what stands undone, and by which.

    An undo that was undone itself did the change again; the latest is asked first.
    """
    standing: dict[int, int] = {}
    for number, undone in sorted(rows, reverse=True):
        if number not in standing:
            standing[undone] = number
    return standing


def write_entries(change: int, entries: Iterable[Entry]) -> None:
    """Write what truth was and became, all rows in one statement."""
    rows = [
        (row.kind, row.contact, row.group, row.before, row.after) for row in entries
    ]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE_ENTRIES, [change, as_rows(rows)])


def write_turned(change: int, turned: Turned, *, steps: int = 1) -> None:
    """Write which bits turned: as rows, and of large acts as bitmaps.

    `steps` is how many such steps the whole act has, which share its rows.
    """
    most = ROWS_PER_GROUP // steps
    small = {group: flip for group, flip in turned.items() if flip.size <= most}
    _write_turns(change, small)
    _write_deltas(
        change, {group: flip for group, flip in turned.items() if group not in small}
    )


def _write_turns(change: int, turned: Turned) -> None:
    # Column by column: an import turns a hundred thousand bits in a few steps.
    contacts: list[int] = []
    groups: list[int] = []
    joined: list[int] = []
    for group, flip in turned.items():
        for some, came in ((flip.joined, 1), (flip.left, 0)):
            contacts.extend(some)
            groups.extend([group] * len(some))
            joined.extend([came] * len(some))
    if not contacts:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            'insert into turn (contact, "group", change_id, joined)'
            " select c, g, %s, j"
            " from unnest(%s::bigint[], %s::bigint[], %s::int[]::boolean[])"
            " as t(c, g, j)",
            [change, *map(as_array, (contacts, groups, joined))],
        )


def _write_deltas(change: int, turned: Turned) -> None:
    rows = [
        (
            group,
            chunk,
            flip.joined & ids_of_chunk(chunk),
            flip.left & ids_of_chunk(chunk),
        )
        for group, flip in turned.items()
        for chunk in chunks_of(flip.joined | flip.left)
    ]
    if not rows:
        return
    with binary_cursor() as cursor:
        cursor.execute(
            'insert into group_delta (change_id, group_id, chunk, joined, "left")'
            " select %s, * from unnest(%s::bigint[], %s::int[], %b::bytea[],"
            " %b::bytea[])",
            [
                change,
                [group for group, *_ in rows],
                [chunk for _, chunk, *_ in rows],
                [stored(joined) for *_, joined, _ in rows],
                [stored(left) for *_, left in rows],
            ],
        )


def as_rows(rows: Iterable[Iterable[object]]) -> str:
    """Rows as one document, of which SQL makes rows again.

    Of ten thousand rows, arrays of texts take the driver five times as long to write.
    """
    return json.dumps([list(row) for row in rows], cls=DjangoJSONEncoder)


_WRITE_ENTRIES = """
insert into change_entry (change_id, kind, contact, "group", before, after)
select %s, one->>0, (one->>1)::bigint, (one->>2)::bigint,
    nullif(one->3, 'null'), nullif(one->4, 'null')
from jsonb_array_elements(%s::jsonb) with ordinality as document (one, place)
order by place
"""
_WHOLE = """
with recursive above (number, part_of) as (
    select number, part_of_id from change where number = %s
  union all
    select change.number, part_of_id
    from above join change on change.number = above.part_of
)
select number from above where part_of is null
"""
_STEPS = """
with recursive steps (number) as (
    select number from change where number = %s
  union all
    select change.number from steps join change on change.part_of_id = steps.number
)
select number from steps
where exists (select from change_entry where change_id = steps.number)
order by number desc
"""
_UNDOINGS = """
with recursive undoings (number, undoes) as (
    select number, undoes_id from change where undoes_id = any(%s)
  union
    select change.number, undoes_id
    from undoings join change on change.undoes_id = undoings.number
)
select number, undoes from undoings
"""
