"""What each part of a definition does by itself to who belongs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, unique
from itertools import accumulate
from operator import and_

from pyroaring import BitMap

from kring.algebra.expressions import (
    AllOf,
    AnyOf,
    AtLeast,
    Except,
    Expression,
)
from kring.algebra.sameness import different
from kring.algebra.semantics import members
from kring.groups.bitmaps import union
from kring.groups.refresh import Sight


@unique
class Influence(Enum):
    """Whether a part lets contacts in, or keeps out who is not in it, or who is."""

    ADDS = "adds"
    NARROWS = "narrows"
    REMOVES = "removes"


@dataclass(frozen=True, slots=True)
class Contribution:
    """A part: who is in it, and who belongs, or doesn't, through this part alone."""

    part: Expression
    influence: Influence
    members: BitMap
    alone: BitMap


def contributions(definition: Expression, sight: Sight) -> list[Contribution]:
    """The outermost parts in the order of writing, each different one once."""
    match definition:
        case Except(base, removed):
            return _of_exception(base, different(removed), sight)
        case AllOf(parts):
            return list(_of_all(different(parts), sight))
        case AnyOf(parts):
            return list(_of_count(1, different(parts), sight))
        case AtLeast(count, parts):
            return list(_of_count(count, different(parts), sight))
        case _:
            inside = members(definition, sight)
            return [Contribution(definition, Influence.ADDS, inside, inside)]


def _of_exception(
    base: Expression, removed: Sequence[Expression], sight: Sight
) -> list[Contribution]:
    taken = [members(part, sight) for part in removed]
    gone, inside = union(taken), members(base, sight)
    kept = [
        Contribution(one.part, one.influence, one.members, one.alone - gone)
        for one in contributions(base, sight)
    ]
    once = _in_exactly(1, taken)
    return kept + [
        Contribution(part, Influence.REMOVES, bits, bits & once & inside)
        for part, bits in zip(removed, taken, strict=True)
    ]


def _of_count(
    count: int, parts: Sequence[Expression], sight: Sight
) -> Iterator[Contribution]:
    """Who is in no more than the wanted number of parts would lack any of them."""
    inside = [members(part, sight) for part in parts]
    just = _in_exactly(count, inside)
    for part, bits in zip(parts, inside, strict=True):
        yield Contribution(part, Influence.ADDS, bits, bits & just)


def _of_all(parts: Sequence[Expression], sight: Sight) -> Iterator[Contribution]:
    """Whom the others have in common, and this part does not let in."""
    inside = [members(part, sight) for part in parts]
    if len(inside) == 1:
        yield Contribution(parts[0], Influence.ADDS, inside[0], inside[0])
        return
    before = list(accumulate(inside, and_, initial=sight.everyone))
    after = list(accumulate(reversed(inside), and_, initial=sight.everyone))
    for place, (part, bits) in enumerate(zip(parts, inside, strict=True)):
        others = before[place] & after[len(inside) - place - 1]
        yield Contribution(part, Influence.NARROWS, bits, others - bits)


def _in_exactly(count: int, sets: Sequence[BitMap]) -> BitMap:
    """Who is in this many of the sets, no more and no less."""
    seen = [BitMap() for _ in range(count + 1)]
    for bits in sets:
        for times in range(count, 0, -1):
            seen[times] |= seen[times - 1] & bits
        seen[0] |= bits
    return seen[count - 1] - seen[count]
