"""How groups overlap: exactly how many contacts are in which of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pyroaring import BitMap

from kring.algebra import limits
from kring.algebra.expressions import (
    AllOf,
    AnyOf,
    Except,
    Expression,
    GroupId,
    GroupMembers,
)
from kring.groups.unsaved import members_of_each

MOST_GROUPS: Final = limits.OVERLAP
"""More are not compared at once."""


@dataclass(frozen=True, slots=True)
class Region:
    """The contacts that are in each of these groups and in no other of the overlap."""

    groups: tuple[GroupId, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Overlap:
    """The groups as asked, their sizes, and every region that holds anybody.

    Larger regions come first, then those of fewer groups. A contact that is in one
    of the groups is in exactly one region.
    """

    groups: tuple[GroupId, ...]
    sizes: Mapping[GroupId, int]
    regions: tuple[Region, ...]

    @property
    def total(self) -> int:
        """How many contacts are in at least one of the groups."""
        return sum(region.count for region in self.regions)

    def outside(self, region: Region) -> tuple[GroupId, ...]:
        """The groups that nobody in the region is in."""
        return tuple(group for group in self.groups if group not in region.groups)


def overlap_of(groups: Sequence[GroupId]) -> Overlap:
    """The overlap of these groups, each once; one query, whatever their sizes."""
    asked = tuple(dict.fromkeys(groups))
    members = members_of_each(asked)
    counted = _counted_regions([members[group] for group in asked]).items()
    ordered = sorted(counted, key=lambda one: (-one[1], len(one[0]), one[0]))
    return Overlap(
        groups=asked,
        sizes={group: len(members[group]) for group in asked},
        regions=tuple(
            Region(tuple(asked[place] for place in places), count)
            for places, count in ordered
        ),
    )


def definition_of_region(
    inside: Sequence[GroupId], outside: Sequence[GroupId]
) -> Expression:
    """Who is in all of the first groups and in none of the others."""
    parts = tuple(map(GroupMembers, inside))
    base = AnyOf(parts) if len(parts) == 1 else AllOf(parts)
    removed = tuple(map(GroupMembers, outside))
    return Except(base, removed) if removed else base


def overlap_as_json(overlap: Overlap) -> dict[str, object]:
    """Every region that holds anybody, by the groups that its contacts are in."""
    return {
        "regions": [
            {"groups": list(region.groups), "count": region.count}
            for region in overlap.regions
        ]
    }


Places = tuple[int, ...]


def _counted_regions(sets: Sequence[BitMap]) -> dict[Places, int]:
    """How many are in each region, by the places of the sets that it lies in."""
    # The smallest first: what is split again and again is then small for longest,
    # which takes four fifths of the time.
    order = sorted(range(len(sets)), key=lambda place: len(sets[place]))
    return {
        tuple(sorted(order[place] for place in places)): count
        for places, count in _split([sets[place] for place in order]).items()
    }


def _split(sets: Sequence[BitMap]) -> dict[Places, int]:
    """Each set splits the regions so far into who is in it and who is not."""
    if not sets:
        return {}
    *first, last = sets
    regions: dict[Places, BitMap] = {}
    known = BitMap()
    for place, here in enumerate(first):
        regions = _split_by(here, place, regions, here - known)
        known |= here
    return _counted(last, len(first), regions, known)


def _split_by(
    here: BitMap, place: int, regions: Mapping[Places, BitMap], new: BitMap
) -> dict[Places, BitMap]:
    found: dict[Places, BitMap] = {(place,): new} if new else {}
    for places, contacts in regions.items():
        inside = contacts & here
        if inside:
            found[(*places, place)] = inside
            contacts = contacts - inside  # noqa: PLW2901 — what is left of the region
        if contacts:
            found[places] = contacts
    return found


def _counted(
    here: BitMap, place: int, regions: Mapping[Places, BitMap], known: BitMap
) -> dict[Places, int]:
    """The last split only counts, which halves the work."""
    counts: dict[Places, int] = {
        (place,): len(here) - here.intersection_cardinality(known)
    }
    for places, contacts in regions.items():
        inside = contacts.intersection_cardinality(here)
        counts[(*places, place)] = inside
        counts[places] = len(contacts) - inside
    return {places: count for places, count in counts.items() if count}
