"""W10: what a preview takes before it is drawn, while a definition is edited."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone

from kring.algebra.expressions import AnyOf, Except, GroupMembers
from kring.algebra.semantics import members
from kring.bench import peers
from kring.bench.racing import Contender, Limit, Race, Role
from kring.bench.workloads import LARGE, MIDDLE, Bench
from kring.bench.world import fifty_parts, plain
from kring.groups.preview import preview_of


def preview_of_an_edit(bench: Bench) -> Iterator[Race]:
    """The composite of fifty groups gets two parts more, and one group is kept out."""
    world, today = bench.world, timezone.localdate()
    more = tuple(map(GroupMembers, world.statics[50:52]))
    kept_out = GroupMembers(world.statics[52])
    edited = Except(AnyOf((fifty_parts(world), *more)), (kept_out,))
    truth = plain(world)
    before, after = truth.members_of(world.fifty), members(edited, truth)
    yield Race(
        "W10",
        "preview of an edited definition of 53 groups, server time",
        (len(after), len(after - before), len(before - after)),
        [
            Contender(
                Role.KRING,
                "preview_of",
                lambda: preview_of(edited, group=world.fifty, today=today),
                told=lambda found: (found.count, found.joins, found.leaves),
            ),
            Contender(
                Role.P3,
                "one pass, the count alone",
                lambda: peers.count_of(bench.bare, peers.as_one_pass(edited)),
                told=lambda count: (
                    count,
                    len(after - before),
                    len(before - after),
                ),
            ),
        ],
        [Limit(100, at=(MIDDLE,)), Limit(500, at=(LARGE,))],
    )
