"""W10: what a preview takes before it is drawn, while a definition is edited."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.utils import timezone

from kring.algebra.expressions import (
    AllOf,
    AnyOf,
    Except,
    Expression,
    GroupMembers,
    Operator,
    Where,
)
from kring.algebra.semantics import members
from kring.bench import peers
from kring.bench.people import CITIES, UNWILLING
from kring.bench.racing import Contender, Limit, Race, Role
from kring.bench.workloads import LARGE, MIDDLE, Bench
from kring.bench.world import fifty_parts, plain
from kring.groups.models import WelcomePolicy
from kring.groups.preview import preview_of
from kring.mailing.welcomes import would_be_mailed

_Told = tuple[int, int, int, int]
_CONDITIONS: Final = (
    Where("city", Operator.IN, CITIES[:3]),
    Where("status", Operator.IS, "lid"),
    Where("newsletter", Operator.IS, value=True),
)


def previews(bench: Bench) -> Iterator[Race]:
    """The composite of fifty groups gets parts more, and one group is kept out."""
    world = bench.world
    more = tuple(map(GroupMembers, world.statics[50:52]))
    kept_out = GroupMembers(world.statics[52])
    edited = Except(AnyOf((fifty_parts(world), *more)), (kept_out,))
    beside = peers.as_one_pass(edited)
    yield _race(bench, edited, "of 53 groups", beside)
    narrowed = AllOf((AnyOf((edited, *_CONDITIONS[:1])), AnyOf(_CONDITIONS[1:])))
    yield _race(bench, narrowed, "of 53 groups and 3 conditions")


def _race(
    bench: Bench,
    edited: Expression,
    what: str,
    beside: peers.Statement | None = None,
) -> Race:
    truth = plain(bench.world)
    before, after = truth.members_of(bench.world.fifty), members(edited, truth)
    joining = after - before
    mails = sum(contact % UNWILLING != 0 for contact in joining)
    expected = (len(after), len(joining), len(before - after), mails)
    return Race(
        "W10",
        f"preview of an edited definition {what}, mails counted, server time",
        expected,
        [
            Contender(
                Role.KRING, "preview_of", lambda: _previewed(edited, bench.world.fifty)
            ),
            *([] if beside is None else [_counted(bench, beside, expected)]),
        ],
        [Limit(100, at=(MIDDLE,)), Limit(500, at=(LARGE,))],
    )


def _counted(bench: Bench, statement: peers.Statement, expected: _Told) -> Contender:
    return Contender(
        Role.P3,
        "one pass, the count alone",
        lambda: peers.count_of(bench.bare, statement),
        told=lambda count: (count, *expected[1:]),
    )


def _previewed(edited: Expression, group: int) -> _Told:
    """As the page asks; of a group that welcomes whoever comes for the first time."""
    found = preview_of(edited, group=group, today=timezone.localdate())
    policy = WelcomePolicy.FIRST.value
    mails = would_be_mailed(found.joiners, group=group, policy=policy)
    return found.count, found.joins, found.leaves, mails
