"""Who a definition would give, before it is saved; nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pyroaring import BitMap

from kring.algebra import codec
from kring.algebra.expressions import Expression, GroupId
from kring.algebra.semantics import members
from kring.groups.contributions import Influence, contributions
from kring.groups.examples import BrokenExample, broken_among, examples_of
from kring.groups.paging import page_of
from kring.groups.queries import members_of
from kring.groups.refresh import Sight
from kring.groups.unsaved import NO_PINS, Pins, pins_of, sight_of

_SAMPLE = 3


@dataclass(frozen=True, slots=True)
class PartCount:
    """An outermost part of a definition: how many are in it.

    `alone` is how many belong only through it (ADDS), or how many only it keeps
    out: who is not in it (NARROWS), or who is (REMOVES).
    """

    definition: Expression
    influence: Influence
    count: int
    alone: int


@dataclass(frozen=True, slots=True)
class Preview:
    """How many members a definition would give, and how that differs from now.

    Of all who belong, join and leave some are named, first by name; `joiners` are all
    who join. `broken` are the group's examples that would not hold.
    """

    count: int
    joins: int
    leaves: int
    parts: tuple[PartCount, ...]
    sample: tuple[int, ...]
    joining: tuple[int, ...]
    leaving: tuple[int, ...]
    joiners: BitMap
    broken: tuple[BrokenExample, ...] = ()


def preview_of(
    definition: Expression, *, group: GroupId | None, today: date
) -> Preview:
    """What the definition gives today; for a group that exists its pins count too."""
    sight = sight_of(definition, today=today)
    pins = NO_PINS if group is None else pins_of(group, today=today)
    before = BitMap() if group is None else members_of(group)
    after = pins.over(members(definition, sight))
    joining, leaving = after - before, before - after
    return Preview(
        count=len(after),
        joins=len(joining),
        leaves=len(leaving),
        parts=tuple(_counted(definition, sight, pins)),
        sample=_first_by_name(after),
        joining=_first_by_name(joining),
        leaving=_first_by_name(leaving),
        joiners=joining,
        broken=() if group is None else broken_among(after, examples_of(group)),
    )


def preview_as_json(preview: Preview, *, mails: int) -> dict[str, object]:
    """The preview at the doors that speak JSON; contacts by their ids.

    `mails` is how many of who joins would be mailed.
    """
    return {
        "count": preview.count,
        "joins": preview.joins,
        "leaves": preview.leaves,
        "mails": mails,
        "sample": list(preview.sample),
        "parts": [
            {
                "definition": codec.encode(part.definition),
                "count": part.count,
                "effect": part.influence.value,
                "alone": part.alone,
            }
            for part in preview.parts
        ],
    }


def _counted(definition: Expression, sight: Sight, pins: Pins) -> Iterator[PartCount]:
    """Who is pinned belongs or not whatever the parts say."""
    for one in contributions(definition, sight):
        alone = len(one.alone - pins.decided)
        yield PartCount(one.part, one.influence, len(one.members), alone)


def _first_by_name(contacts: BitMap) -> tuple[int, ...]:
    return page_of(contacts, size=_SAMPLE).contacts
