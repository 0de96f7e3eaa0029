"""Which groups follow from which: order, followers, loops and nesting.

An edge leads from a group to a group that its members follow from. Nothing here
recurses, so that a chain of thousands of groups is as safe as one of two.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import chain, pairwise

from kring.algebra.expressions import Expression, GroupId, Role
from kring.algebra.walk import groups_named_in, roles_named_in

Edges = Mapping[GroupId, Collection[GroupId]]
GroupsGiving = Callable[[Role], Iterable[GroupId]]
Path = tuple[GroupId, ...]


class CyclicDefinitionsError(Exception):
    """The definitions make a group depend on itself: A → B → C → A."""

    def __init__(self, cycle: Path) -> None:
        super().__init__(" → ".join(map(str, cycle)))
        self.cycle = cycle


def parts_of(definition: Expression, groups_giving: GroupsGiving) -> frozenset[GroupId]:
    """Answer every group that the definition's members follow from, by name or role."""
    roles = roles_named_in(definition)
    return groups_named_in(definition).union(*map(groups_giving, roles))


def edges_of(
    definitions: Mapping[GroupId, Expression], groups_giving: GroupsGiving
) -> dict[GroupId, frozenset[GroupId]]:
    return {
        group: parts_of(definition, groups_giving)
        for group, definition in definitions.items()
    }


def followers_of(changed: Iterable[GroupId], edges: Edges) -> frozenset[GroupId]:
    """Answer the groups that depend on a changed one, through any number of steps."""
    return _reached_from(changed, reversed_edges(edges))


def ancestry_of(groups: Iterable[GroupId], edges: Edges) -> frozenset[GroupId]:
    """Answer the groups that these depend on, through any number of steps."""
    return _reached_from(groups, edges)


def in_order(groups: Iterable[GroupId], edges: Edges) -> Path:
    """Answer these groups, each after all that it depends on; the same at each call.

    Steps through groups that were not asked for count as well.
    """
    wanted = frozenset(groups)
    return tuple(group for group in _parts_first(wanted, edges) if group in wanted)


def loop_through(
    group: GroupId, parts: Collection[GroupId], edges: Edges
) -> Path | None:
    """Answer the shortest loop that these parts of the group would make, or None.

    The path begins and ends with the group: A → B → C → A.
    """
    before: dict[GroupId, GroupId] = {}
    waiting = [group]
    for here in waiting:
        for part in sorted(parts if here == group else edges.get(here, ())):
            if part == group:
                return (group, *_steps_back(here, group, before), group)
            if part not in before:
                before[part] = here
                waiting.append(part)
    return None


def roles_along(
    path: Path, named: Edges, given: Mapping[GroupId, Role]
) -> tuple[Role | None, ...]:
    """Answer for each step of a path the role through which it goes.

    None where the definition names the next group itself, as `named` says.
    """
    return tuple(
        None if part in named.get(group, ()) else given[part]
        for group, part in pairwise(path)
    )


def nesting_through(group: GroupId, parts: Collection[GroupId], edges: Edges) -> int:
    """Answer the most groups in a row above the first, on any path through this one.

    The parts must make no loop.
    """
    changed: dict[GroupId, Collection[GroupId]] = {**edges, group: parts}
    below = _height(group, changed)
    return below + _height(group, reversed_edges(changed))


def reversed_edges(edges: Edges) -> dict[GroupId, list[GroupId]]:
    """Answer for each group the groups that follow from it in one step."""
    followers: dict[GroupId, list[GroupId]] = {}
    for group, parts in edges.items():
        for part in parts:
            followers.setdefault(part, []).append(group)
    return followers


def _reached_from(groups: Iterable[GroupId], edges: Edges) -> frozenset[GroupId]:
    reached: set[GroupId] = set()
    waiting = list(groups)
    while waiting:
        new = set(edges.get(waiting.pop(), ())) - reached
        reached |= new
        waiting.extend(new)
    return frozenset(reached)


def _steps_back(
    last: GroupId, first: GroupId, before: Mapping[GroupId, GroupId]
) -> Path:
    steps: list[GroupId] = []
    while last != first:
        steps.append(last)
        last = before[last]
    return tuple(reversed(steps))


def _height(group: GroupId, edges: Edges) -> int:
    heights: dict[GroupId, int] = {}
    for lower in _parts_first([group], edges):
        parts = edges.get(lower, ())
        heights[lower] = max((heights[part] + 1 for part in parts), default=0)
    return heights[group]


def _parts_first(groups: Iterable[GroupId], edges: Edges) -> Iterator[GroupId]:
    """Answer the groups and all they depend on, the depended on before the others."""
    done: set[GroupId] = set()
    path: dict[GroupId, Iterator[GroupId]] = {}
    for start in sorted(groups):
        if start not in done:
            path[start] = _sorted_parts(start, edges)
        while path:
            here, parts = next(reversed(path.items()))
            part = next((part for part in parts if part not in done), None)
            if part is None:
                del path[here]
                done.add(here)
                yield here
            elif part in path:
                raise CyclicDefinitionsError(_loop_at(part, path))
            else:
                path[part] = _sorted_parts(part, edges)


def _sorted_parts(group: GroupId, edges: Edges) -> Iterator[GroupId]:
    return iter(sorted(edges.get(group, ())))


def _loop_at(group: GroupId, path: Iterable[GroupId]) -> Path:
    steps = tuple(path)
    return tuple(chain(steps[steps.index(group) :], [group]))
