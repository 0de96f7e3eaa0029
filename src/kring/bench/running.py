"""The whole benchmark: the world is made in a scratch database, and the races run."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

from django.utils import timezone

from kring.bench import (
    history,
    importing,
    overlaps,
    peers,
    previewing,
    reading,
    serving,
    writing,
)
from kring.bench.loading import load, load_further
from kring.bench.machine import Machine, load_average, this_machine
from kring.bench.pages import pages_by_name
from kring.bench.racing import CALM, Pace, Race, Result, Tell, run
from kring.bench.scratch import bare_connection, scratch_database
from kring.bench.workloads import Bench
from kring.bench.world import add_followers, add_small_groups

Workload = Callable[[Bench], Iterator[Race]]
Advance = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class Shape:
    """How many groups lists are timed with, and of how many followers placements."""

    groups: int = 1_000
    hubs: tuple[int, ...] = (50, 1_000)


ASKED: Final = Shape()


@dataclass(frozen=True, slots=True)
class Report:
    """All that was measured, and on what."""

    contacts: int
    begun_at: datetime
    machine: Machine
    load_before: tuple[float, float, float]
    load_after: tuple[float, float, float]
    loading_seconds: float
    results: Sequence[Result]


@dataclass(frozen=True, slots=True)
class Listener:
    """Who hears how far the benchmark is."""

    tell: Tell = lambda _: None
    advance: Advance = lambda _: None


_FIRST: Final[Mapping[str, Sequence[Workload]]] = {
    "W1": (reading.counts_and_ids,),
    "W2": (pages_by_name,),
    "W3": (reading.groups_of_a_contact,),
    "W7": (overlaps.regions_of_ten, overlaps.each_two_of_fifty),
    "W8": (history.members_as_of, history.members_as_csv),
    "W5": (writing.one_placement, writing.one_edit),
    "W6": (
        writing.many_placements,
        writing.many_placements_with_mail,
        writing.edited_definition,
    ),
}
"""In the world of two hundred groups; what writes comes last, for history remembers."""

_THOUSAND: Final[Mapping[str, Sequence[Workload]]] = {
    "W4": (reading.list_of_groups,),
    "W10": (previewing.previews, serving.pages),
}
"""In the same world after it got a thousand groups."""

WORKLOADS: Final = tuple(
    sorted({*_FIRST, *_THOUSAND, "W9"}, key=lambda name: int(name[1:]))
)


def benchmark(
    contacts: int,
    *,
    only: Collection[str] = WORKLOADS,
    hears: Listener | None = None,
    pace: Pace = CALM,
    shape: Shape = ASKED,
) -> Report:
    """Run these workloads in a world of so many contacts, which is gone afterwards.

    Raises WrongAnswerError, or AnotherBenchError.
    """
    hears = hears or Listener()
    begun_at, load_before = timezone.now(), load_average()
    with scratch_database(), bare_connection() as bare:
        machine = this_machine()
        begun = perf_counter()
        world = load(contacts, hears.advance)
        loading = perf_counter() - begun
        hears.tell("rows for the peers")
        peers.make_rows(world)
        bench = Bench(world, bare, hears.tell)
        results = [run(race, hears.tell, pace) for race in _races(bench, only, shape)]
    return Report(
        contacts=contacts,
        begun_at=begun_at,
        machine=machine,
        load_before=load_before,
        load_after=load_average(),
        loading_seconds=loading,
        results=sorted(results, key=lambda result: int(result.workload[1:])),
    )


def _races(bench: Bench, only: Collection[str], shape: Shape) -> Iterator[Race]:
    yield from _chosen(_FIRST, bench, only)
    if _THOUSAND.keys() & set(only):
        bench.tell(f"{shape.groups} groups")
        new = add_small_groups(bench.world, shape.groups)
        load_further(bench.world, new)
        peers.add_rows(bench.world, new)
        yield from _chosen(_THOUSAND, bench, only)
    if "W9" in only:
        yield from _imports(bench)
    if "W5" in only:
        yield from _placements_in_hubs(bench, shape)


def _chosen(
    workloads: Mapping[str, Sequence[Workload]], bench: Bench, only: Collection[str]
) -> Iterator[Race]:
    for name, parts in workloads.items():
        for part in parts if name in only else ():
            yield from part(bench)


def _imports(bench: Bench) -> Iterator[Race]:
    """After all that is counted, for they leave contacts behind."""
    with TemporaryDirectory() as folder:
        yield from importing.memberships_from_a_file(bench, Path(folder))
        yield from importing.contacts_from_a_file(bench, Path(folder))


def _placements_in_hubs(bench: Bench, shape: Shape) -> Iterator[Race]:
    for count in shape.hubs:
        bench.tell(f"a group with {count} followers")
        hub, new = add_followers(bench.world, count)
        load_further(bench.world, new)
        yield from writing.one_placement_in_a_hub(bench, hub)
