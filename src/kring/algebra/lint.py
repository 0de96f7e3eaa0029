"""What is odd about a definition: nobody can meet it, or a part of it does nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum, unique
from typing import Final, assert_never

from kring.algebra.expressions import (
    AllOf,
    AnyOf,
    AtLeast,
    Branch,
    Except,
    Expression,
    GroupId,
)
from kring.algebra.sameness import different
from kring.algebra.semantics import members
from kring.algebra.truth import Columns, KnownFields, Truth, truth_of
from kring.algebra.walk import children, node_count

MOST_NODES: Final = 60


@unique
class Oddity(Enum):
    ALWAYS_EMPTY = "always_empty"
    CONTRADICTION = "contradiction"
    REDUNDANT_PART = "redundant_part"


@dataclass(frozen=True, slots=True)
class Odd:
    """What is odd, and which part of the definition it is about."""

    what: Oddity
    part: Expression


def oddities_of(
    expression: Expression,
    *,
    fields: KnownFields,
    today: date,
    empty: frozenset[GroupId] = frozenset(),
) -> tuple[Odd, ...]:
    """Answer what is certainly odd about a definition; `empty` groups have no members.

    Nothing is claimed of definitions with more than twelve different leaves, or of
    very long ones. Of what nobody can meet, the smallest part that nobody can meet is
    told. Redundant parts can all be left out together.
    """
    if node_count(expression) > MOST_NODES:
        return ()
    truth = truth_of(expression, fields=fields, today=today, empty=empty)
    if truth is None:
        return ()
    if not members(expression, truth):
        return (Odd(Oddity.ALWAYS_EMPTY, _core(expression, truth)),)
    impossible = tuple(_impossible(expression, truth))
    contradictions = (Odd(Oddity.CONTRADICTION, _core(p, truth)) for p in impossible)
    redundant = (
        Odd(Oddity.REDUNDANT_PART, part)
        for part in _redundant(expression, truth)
        if part not in impossible
    )
    return (*contradictions, *redundant)


def without_place(branch: Branch, place: int) -> Expression | None:
    """Answer the branch without the part that stands here, as `children` counts.

    None where that leaves nothing, or where fewer parts are left than it asks for.
    """
    parts = children(branch)
    left = (*parts[:place], *parts[place + 1 :])
    match branch:
        case Except(base, removed):
            if place == 0:
                return None
            rest = (*removed[: place - 1], *removed[place:])
            return Except(base, rest) if rest else base
        case AtLeast(count, _):
            return AtLeast(count, left) if count <= len(different(left)) else None
        case AnyOf():
            return AnyOf(left) if left else None
        case AllOf():
            return AllOf(left) if left else None
        case _:
            assert_never(branch)


def with_child(branch: Branch, place: int, child: Expression) -> Branch:
    """Answer the branch with another part in this place."""
    parts = children(branch)
    changed = (*parts[:place], child, *parts[place + 1 :])
    match branch:
        case Except():
            return Except(changed[0], changed[1:])
        case AtLeast(count, _):
            return AtLeast(count, changed)
        case AnyOf():
            return AnyOf(changed)
        case AllOf():
            return AllOf(changed)
        case _:
            assert_never(branch)


def _core(expression: Expression, truth: Truth) -> Expression:
    """Answer the smallest part that makes it impossible, going down where one does."""
    for child in _needed(expression):
        if not members(child, truth):
            return _core(child, truth)
    return expression


def _needed(expression: Expression) -> tuple[Expression, ...]:
    match expression:
        case AllOf(parts):
            return parts
        case Except(base, _):
            return (base,)
        case AnyOf((part,)) | AtLeast(_, (part,)):
            return (part,)
        case _:
            return ()


def _impossible(expression: Expression, truth: Truth) -> Iterator[Expression]:
    """Answer the outermost parts that nobody can meet."""
    for child in _parts_of(expression):
        if members(child, truth):
            yield from _impossible(child, truth)
        elif child != AnyOf(()):
            yield child


def _parts_of(expression: Expression) -> tuple[Expression, ...]:
    """Answer the parts; conditions on one address are answered together."""
    if isinstance(expression, AnyOf | AllOf | AtLeast | Except):
        return children(expression)
    return ()


def _redundant(expression: Expression, truth: Truth) -> list[Expression]:
    """Answer parts that make no difference, the last written first tried."""
    wanted = members(expression, truth)
    found: list[Expression] = []
    here = expression
    while (step := _step(here, wanted, truth)) is not None:
        here, part = step
        found.append(part)
    return found


def _step(
    expression: Expression, wanted: Columns, truth: Truth
) -> tuple[Expression, Expression] | None:
    """Answer the expression without a part that makes no difference, and that part."""
    return next(
        (
            (smaller, part)
            for smaller, part in _smaller(expression)
            if members(smaller, truth) == wanted
        ),
        None,
    )


def _smaller(expression: Expression) -> Iterator[tuple[Expression, Expression]]:
    """Answer the expression without each of its parts, and which part that is.

    A part as a whole comes before what is inside it, and the last before the first.
    """
    if not isinstance(expression, AnyOf | AllOf | AtLeast | Except):
        return
    parts = children(expression)
    for place in reversed(range(len(parts))):
        left = without_place(expression, place)
        if left is not None:
            yield left, parts[place]
        for smaller, part in _smaller(parts[place]):
            yield with_child(expression, place, smaller), part
