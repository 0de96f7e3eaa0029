"""Chunk rows: the locks, the contacts that exist, and the giver of contact ids."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection
from pyroaring import BitMap

from kring.groups.bitmaps import CHUNK_BITS, CHUNK_SIZE, loaded, stored


@dataclass(slots=True)
class HeldChunk:
    """A chunk row that this transaction has locked."""

    chunk: int
    contacts: BitMap
    last_id: int
    day: date
    """The day by which its relative dates were judged."""

    @property
    def room(self) -> int:
        """How many ids this chunk can still give out."""
        return ((self.chunk + 1) << CHUNK_BITS) - 1 - self.last_id


def all_chunks() -> list[int]:
    """The numbers of all chunks, ascending."""
    with connection.cursor() as cursor:
        cursor.execute("select chunk from chunk order by chunk")
        return [chunk for (chunk,) in cursor.fetchall()]


def hold(chunks: Iterable[int]) -> dict[int, HeldChunk]:
    """Lock these chunks, ascending, and read them; what does not exist is absent."""
    wanted = sorted(set(chunks))
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "select chunk, contacts, last_id, day from chunk"
            " where chunk = any(%s) order by chunk for update",
            [wanted],
        )
        return {
            chunk: HeldChunk(chunk, loaded(blob), last_id, day)
            for chunk, blob, last_id, day in cursor.fetchall()
        }


def hold_last(today: date) -> HeldChunk:
    """Lock the chunk that gives out ids; the very first one is made here."""
    _begin_the_first(today)
    newest = max(all_chunks())
    while True:
        held = hold([newest])[newest]
        # Whoever held this chunk before may have filled it and begun another.
        newest = max(all_chunks())
        if newest == held.chunk:
            return held


def give_ids(
    last: HeldChunk, count: int, today: date
) -> tuple[list[int], list[HeldChunk]]:
    """`count` ids never given before, and the chunks they lie in, all held.

    `last` is the held last chunk. The ids count as existing contacts from here on;
    `keep` writes that down.
    """
    ids: list[int] = []
    touched = [last]
    while len(ids) < count:
        if touched[-1].room == 0:
            touched.append(_begin(touched[-1].chunk + 1, today))
        chunk = touched[-1]
        take = min(chunk.room, count - len(ids))
        fresh = range(chunk.last_id + 1, chunk.last_id + 1 + take)
        chunk.last_id += take
        chunk.contacts |= BitMap(fresh)
        ids.extend(fresh)
    return ids, touched


def keep(chunk: HeldChunk) -> None:
    """Write the contacts and the last id of a held chunk."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update chunk set contacts = %s, last_id = %s, day = %s where chunk = %s",
            [stored(chunk.contacts), chunk.last_id, chunk.day, chunk.chunk],
        )


def chunks_behind(today: date) -> list[int]:
    """The chunks whose relative dates were judged by an earlier day, ascending."""
    with connection.cursor() as cursor:
        cursor.execute("select chunk from chunk where day < %s order by chunk", [today])
        return [chunk for (chunk,) in cursor.fetchall()]


def earliest_day() -> date | None:
    """The day by which every chunk has been judged; None when there is no chunk."""
    with connection.cursor() as cursor:
        cursor.execute("select min(day) from chunk")
        [day] = cursor.fetchone()
        return day if isinstance(day, date) else None


def contacts_that_exist() -> BitMap:
    """Everyone, as last committed; for reading only."""
    with connection.cursor() as cursor:
        cursor.execute("select contacts from chunk")
        return BitMap.union(BitMap(), *(loaded(blob) for (blob,) in cursor.fetchall()))


def _begin_the_first(today: date) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into chunk (chunk, contacts, last_id, day)"
            " select 0, '', 0, %s where not exists (select from chunk)"
            " on conflict do nothing",
            [today],
        )


def _begin(chunk: int, today: date) -> HeldChunk:
    """The next chunk; only whoever holds the one before it comes here."""
    last_id = chunk * CHUNK_SIZE - 1
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into chunk (chunk, contacts, last_id, day) values (%s, '', %s, %s)",
            [chunk, last_id, today],
        )
    return HeldChunk(chunk, BitMap(), last_id, today)
