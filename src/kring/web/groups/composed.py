"""What the block "Composed of" can say, and the definition that it stands for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from kring.algebra.expressions import (
    AllOf,
    AnyOf,
    AtLeast,
    Except,
    Expression,
    GroupId,
    GroupMembers,
)

Condition = Literal["any", "all", "at_least"]

USUAL_COUNT: Final = 2


@dataclass(frozen=True, slots=True)
class Composed:
    """Groups, in how many of them one must be, and groups one may not be in."""

    parts: tuple[GroupId, ...]
    condition: Condition = "any"
    count: int = USUAL_COUNT
    removed: tuple[GroupId, ...] = ()

    def says_the_same_as(self, other: Composed | None) -> bool:
        """Order and repetition never matter, nor a count that isn't asked for."""
        return other is not None and self.meaning == other.meaning

    @property
    def meaning(self) -> tuple[object, ...]:
        """What is left when order, repetition and idle numbers are taken away."""
        count = self.count if self.condition == "at_least" else None
        return frozenset(self.parts), self.condition, count, frozenset(self.removed)


def definition_from(composed: Composed) -> Expression | None:
    """The definition that was composed; of no groups none: a static group."""
    if not composed.parts:
        return None
    base = _base(composed)
    if not composed.removed:
        return base
    return Except(base, tuple(_groups(composed.removed)))


def composed_from(definition: Expression | None) -> Composed | None:
    """How the block would say a definition; None for what it cannot say."""
    match definition:
        case None:
            return Composed(())
        case Except(base, removed) if _are_groups(removed):
            inside = _composed_base(base)
            return inside and Composed(
                inside.parts, inside.condition, inside.count, _ids(removed)
            )
        case _:
            return _composed_base(definition)


def _base(composed: Composed) -> Expression:
    parts = tuple(_groups(composed.parts))
    match composed.condition:
        case "any":
            return AnyOf(parts)
        case "all":
            return AllOf(parts)
        case "at_least":
            return AtLeast(composed.count, parts)


def _composed_base(base: Expression) -> Composed | None:
    match base:
        case GroupMembers(group):
            return Composed((group,))
        case AnyOf(parts) if parts and _are_groups(parts):
            return Composed(_ids(parts), "any")
        case AllOf(parts) if _are_groups(parts):
            return Composed(_ids(parts), "all")
        case AtLeast(count, parts) if _are_groups(parts):
            return Composed(_ids(parts), "at_least", count)
        case _:
            return None


def _groups(groups: Iterable[GroupId]) -> Iterable[GroupMembers]:
    return map(GroupMembers, dict.fromkeys(groups))


def _are_groups(parts: Sequence[Expression]) -> bool:
    return all(isinstance(part, GroupMembers) for part in parts)


def _ids(parts: Sequence[Expression]) -> tuple[GroupId, ...]:
    return tuple(part.group for part in parts if isinstance(part, GroupMembers))
