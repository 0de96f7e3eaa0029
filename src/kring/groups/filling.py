"""Fills that are under way: which groups have yet to follow their definition, where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from pyroaring import BitMap

from kring.groups.bitmaps import CHUNK_BITS
from kring.groups.models import Fill


@dataclass(frozen=True, slots=True)
class Behind:
    """Groups that one change set filling, and contacts that it has yet to come to.

    `welcomed` are those of the groups whose new members are to be mailed.
    """

    change: int
    contacts: BitMap
    groups: frozenset[int]
    welcomed: frozenset[int]


def fills_behind(contacts: BitMap) -> Iterator[Behind]:
    """The fills that have yet to come to some of these contacts, the oldest first.

    The chunks of the contacts are held, so that no step comes to them meanwhile.
    """
    if not contacts:
        return
    last = contacts.max() >> CHUNK_BITS
    found: defaultdict[tuple[int, int], list[Fill]] = defaultdict(list)
    for fill in Fill.objects.filter(next_chunk__lte=last).order_by("change"):
        found[fill.change_id, fill.next_chunk].append(fill)
    for (change, chunk), fills in found.items():
        some = BitMap(contacts)
        some.remove_range(0, chunk << CHUNK_BITS)
        if some:
            yield Behind(
                change,
                some,
                frozenset(fill.group_id for fill in fills),
                frozenset(fill.group_id for fill in fills if fill.welcomes),
            )


def groups_behind(chunk: int) -> frozenset[int]:
    """The groups that have yet to follow their definition in this chunk."""
    behind = Fill.objects.filter(next_chunk__lte=chunk)
    return frozenset(behind.values_list("group_id", flat=True))
