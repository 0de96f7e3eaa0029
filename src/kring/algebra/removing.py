"""A definition without one of the groups that it is made of."""

from __future__ import annotations

from typing import assert_never

from kring.algebra.expressions import (
    AllOf,
    AnyOf,
    AtLeast,
    Except,
    Expression,
    GroupId,
    GroupMembers,
    MemberSince,
)
from kring.algebra.sameness import different


class NothingLeftError(Exception):
    """Without this group the definition would ask for nobody in particular."""


class TooFewLeftError(Exception):
    """A part asks for more groups than would be left."""

    def __init__(self, count: int, left: int) -> None:
        super().__init__(f"at least {count} of {left}")
        self.count = count
        self.left = left


def without_group(expression: Expression, group: GroupId) -> Expression:
    """Answer the definition with the group taken out wherever it is named.

    Brackets of which nothing is left go along. What is never asked for, because the
    base of an exception goes, goes with its exceptions.
    Raises NothingLeftError or TooFewLeftError.
    """
    left = _without(expression, group)
    if left is None:
        raise NothingLeftError
    return left


def _without(expression: Expression, group: GroupId) -> Expression | None:
    match expression:
        case GroupMembers(named) | MemberSince(named, _, _) if named == group:
            return None
        case AnyOf() | AllOf() | AtLeast():
            return _without_in_parts(expression, group)
        case Except(base, removed):
            return _without_in_exception(base, removed, group)
        case _:
            return expression


def _without_in_exception(
    base: Expression, removed: tuple[Expression, ...], group: GroupId
) -> Expression | None:
    rest, kept = _without(base, group), _kept(removed, group)
    if rest is None:
        return None
    return Except(rest, kept) if kept or not removed else rest


def _without_in_parts(
    branch: AnyOf | AllOf | AtLeast, group: GroupId
) -> Expression | None:
    kept = _kept(branch.parts, group)
    if not kept and branch.parts:
        return None
    match branch:
        case AnyOf():
            return AnyOf(kept)
        case AllOf():
            return AllOf(kept)
        case AtLeast(count, _):
            left = len(different(kept))
            if left < count:
                raise TooFewLeftError(count, left)
            return AtLeast(count, kept)
        case _:
            assert_never(branch)


def _kept(parts: tuple[Expression, ...], group: GroupId) -> tuple[Expression, ...]:
    found = (_without(part, group) for part in parts)
    return tuple(part for part in found if part is not None)
