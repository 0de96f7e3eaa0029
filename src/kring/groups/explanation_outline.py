"""An explanation as people read it: parts opened where they stand, each group once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from kring.algebra.explanation import Reason
from kring.algebra.expressions import GroupMembers, HasRole, MemberSince
from kring.groups.explanation import Explained, ExplainedGroup


@dataclass(frozen=True, slots=True)
class Opened:
    """A group with the tree of its definition; a static group has none."""

    told: ExplainedGroup
    tree: Node | None


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a definition; a leaf also has the groups that it rests on.

    `opened` are those that are explained here, `elsewhere` those that are explained
    in another place: higher, or as an outline of their own.
    """

    reason: Reason
    parts: tuple[Node, ...] = ()
    opened: tuple[Opened, ...] = ()
    elsewhere: tuple[ExplainedGroup, ...] = ()


def outline_of(explained: Explained, *, levels: int) -> tuple[Opened, ...]:
    """The asked group first, and then the groups that lie deeper than so many levels.

    Brackets count as levels too, but are never cut.
    """
    return tuple(_Outlining(explained, levels).all())


@dataclass(slots=True)
class _Outlining:
    explained: Explained
    levels: int
    waiting: list[int] = field(default_factory=list)
    met: set[int] = field(default_factory=set)

    def all(self) -> Iterator[Opened]:
        self.waiting.append(self.explained.group)
        self.met.add(self.explained.group)
        for group in self.waiting:
            yield self._opened(group, 0)

    def _opened(self, group: int, level: int) -> Opened:
        told = self.explained.groups[group]
        tree = None if told.reason is None else self._node(told.reason, level + 1)
        return Opened(told, tree)

    def _node(self, reason: Reason, level: int) -> Node:
        parts = tuple(self._node(part, level + 1) for part in reason.parts)
        opened: list[Opened] = []
        elsewhere: list[ExplainedGroup] = []
        for group in self._behind(reason):
            if self._belongs_here(group, level):
                opened.append(self._opened(group, level))
            else:
                elsewhere.append(self.explained.groups[group])
        return Node(reason, parts, tuple(opened), tuple(elsewhere))

    def _belongs_here(self, group: int, level: int) -> bool:
        if group in self.met:
            return False
        self.met.add(group)
        is_static = self.explained.groups[group].reason is None
        if is_static or level < self.levels:
            return True
        self.waiting.append(group)
        return False

    def _behind(self, reason: Reason) -> tuple[int, ...]:
        """Of a role, the groups through which the contact has it."""
        match reason.expression:
            case GroupMembers(group) | MemberSince(group):
                return (group,)
            case HasRole(role):
                givers = self.explained.givers[role]
                return tuple(g for g in givers if self.explained.groups[g].judged)
            case _:
                return ()
