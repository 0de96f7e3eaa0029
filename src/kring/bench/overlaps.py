"""W7: every region of ten groups, and the overlap of each two of fifty."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from pyroaring import BitMap

from kring.bench import peers
from kring.bench.floors import rows
from kring.bench.racing import Contender, Race, Ratio, Role
from kring.bench.workloads import Bench
from kring.bench.world import plain
from kring.groups.bitmaps import loaded
from kring.groups.overlap import overlap_of
from kring.groups.unsaved import members_of_each

Regions = dict[frozenset[int], int]

TEN: Final = 10
FIFTY: Final = 50


def regions_of_ten(bench: Bench) -> Iterator[Race]:
    groups = bench.world.statics[:TEN]
    statement = peers.as_bits_of(groups)
    truth = _true_regions(bench, groups)
    yield Race(
        "W7",
        "every region of 10 groups, exact",
        truth,
        [
            Contender(Role.KRING, "overlap_of", lambda: _overlap(groups)),
            Contender(
                Role.P3,
                "one pass, bits a contact",
                lambda: rows(bench.bare, statement.text, *statement.bound),
                told=lambda found: _named(found, groups),
            ),
            Contender(
                Role.FLOOR,
                "one pass over the bitmaps",
                lambda: _one_pass(bench, groups),
                told=lambda _: truth,
            ),
        ],
        [Ratio(Role.P3, at_least=40), Ratio(Role.FLOOR, at_most=5)],
    )


def each_two_of_fifty(bench: Bench) -> Iterator[Race]:
    groups = bench.world.statics[:FIFTY]
    truth = _true_pairs(bench, groups)
    yield Race(
        "W7",
        "overlap of each two of 50 groups",
        truth,
        [
            Contender(Role.KRING, "bitmaps, two by two", lambda: _pairs(groups)),
            Contender(
                Role.P3,
                "rows joined with themselves",
                lambda: rows(bench.bare, _PAIRS, groups, groups),
                told=lambda found: {(one, two): both for one, two, both in found},
            ),
            Contender(
                Role.FLOOR,
                "one pass over the bitmaps",
                lambda: _one_pass(bench, groups),
                told=lambda _: truth,
            ),
        ],
        [Ratio(Role.P3, at_least=40), Ratio(Role.FLOOR, at_most=5)],
    )


def _true_regions(bench: Bench, groups: Sequence[int]) -> Regions:
    truth = plain(bench.world)
    inside: dict[int, list[int]] = {}
    for group in groups:
        for contact in truth.members_of(group):
            inside.setdefault(contact, []).append(group)
    return dict(Counter(frozenset(region) for region in inside.values()))


def _overlap(groups: Sequence[int]) -> Regions:
    found = overlap_of(groups)
    return {frozenset(region.groups): region.count for region in found.regions}


def _named(found: list[tuple[int, int]], groups: Sequence[int]) -> Regions:
    return {
        frozenset(group for i, group in enumerate(groups) if mask >> i & 1): count
        for mask, count in found
    }


def _one_pass(bench: Bench, groups: Sequence[int]) -> BitMap:
    """The bitmaps are read and each is looked at once."""
    blobs = rows(bench.bare, _BLOBS, list(groups))
    return BitMap.union(BitMap(), *(loaded(blob) for (blob,) in blobs))


def _pairs(groups: Sequence[int]) -> dict[tuple[int, int], int]:
    stored = members_of_each(groups)
    counts = {
        (one, two): stored[one].intersection_cardinality(stored[two])
        for place, one in enumerate(groups)
        for two in groups[place + 1 :]
    }
    return {pair: count for pair, count in counts.items() if count}


def _true_pairs(bench: Bench, groups: Sequence[int]) -> dict[tuple[int, int], int]:
    truth = plain(bench.world)
    counts = {
        (one, two): len(truth.members_of(one) & truth.members_of(two))
        for place, one in enumerate(groups)
        for two in groups[place + 1 :]
    }
    return {pair: count for pair, count in counts.items() if count}


_BLOBS: Final = "select members from group_chunk where group_id = any(%s)"
_PAIRS: Final = """
select one."group", two."group", count(*)
from member one
join member two on two.contact = one.contact and two."group" > one."group"
where one."group" = any(%s) and two."group" = any(%s)
group by 1, 2
"""
