"""Sets of contact ids as roaring bitmaps, and how they are kept in the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyroaring import BitMap

CHUNK_BITS = 16
CHUNK_SIZE = 1 << CHUNK_BITS

COUNTED_BYTES = 12
"""So many bytes at the beginning of a kept bitmap of one chunk tell its count."""
_WITHOUT_RUNS = 12_346


@dataclass(frozen=True, slots=True)
class Flip:
    """The contacts that joined a group and those that left it."""

    joined: BitMap
    left: BitMap

    @property
    def size(self) -> int:
        return len(self.joined) + len(self.left)


Turned = Mapping[int, Flip]
"""The bits that turned: group id → who joined and who left."""


def then(first: Turned, second: Turned) -> Turned:
    """What two turnings come to, one after the other: who came and went did neither."""
    if not first:
        return second
    nobody = Flip(BitMap(), BitMap())
    both = {
        group: Flip(
            joined=(one.joined - other.left) | (other.joined - one.left),
            left=(one.left - other.joined) | (other.left - one.joined),
        )
        for group in first.keys() | second.keys()
        for one in [first.get(group, nobody)]
        for other in [second.get(group, nobody)]
    }
    return {group: flip for group, flip in both.items() if flip.size}


def chunk_of(contact: int) -> int:
    return contact >> CHUNK_BITS


def chunks_of(contacts: BitMap) -> list[int]:
    """The chunks that these contacts lie in, ascending; jumps from chunk to chunk."""
    chunks: list[int] = []
    rest = contacts
    while rest:
        chunk = chunk_of(rest[0])
        chunks.append(chunk)
        rest = rest - ids_of_chunk(chunk)
    return chunks


def ids_of_chunk(chunk: int) -> BitMap:
    """Every id that lies in the chunk, whether a contact has it or not."""
    return BitMap(range(chunk << CHUNK_BITS, (chunk + 1) << CHUNK_BITS))


def stored(contacts: BitMap) -> bytes:
    """The bytes to keep; runs are packed first."""
    packed = contacts.copy()
    packed.run_optimize()
    return packed.serialize()


def loaded(blob: bytes | memoryview) -> BitMap:
    """The bitmap that was kept; of no bytes: nobody."""
    return BitMap.deserialize(bytes(blob)) if blob else BitMap()


def counted(head: bytes | memoryview) -> int:
    """How many contacts of one chunk were kept, from the beginning of the bytes.

    A chunk is one container of roaring's format, and its count stands in the header:
    less one, after the number of containers and, where runs are packed, their marks.
    """
    known = bytes(head)
    if not known:
        return 0
    has_no_runs = int.from_bytes(known[:2], "little") == _WITHOUT_RUNS
    if has_no_runs and not int.from_bytes(known[4:8], "little"):
        return 0
    place = 10 if has_no_runs else 7
    return int.from_bytes(known[place : place + 2], "little") + 1


def union(bitmaps: Iterable[BitMap]) -> BitMap:
    """Who is in at least one of the bitmaps."""
    return BitMap.union(BitMap(), *bitmaps)
