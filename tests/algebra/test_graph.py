"""Which groups follow from which."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kring.algebra.expressions import (
    AnyOf,
    Except,
    GroupId,
    GroupMembers,
    HasRole,
    MemberSince,
    Role,
    SinceOperator,
)
from kring.algebra.graph import (
    CyclicDefinitionsError,
    ancestry_of,
    edges_of,
    followers_of,
    in_order,
    loop_through,
    nesting_through,
    parts_of,
    roles_along,
)

Graph = dict[GroupId, frozenset[GroupId]]
DIAMOND: Graph = {
    2: frozenset({1}),
    3: frozenset({1}),
    4: frozenset({2, 3}),
    5: frozenset({9}),
}


def coaches(role: Role) -> list[GroupId]:
    return [7, 8] if role is Role.COACH else []


@st.composite
def acyclic(draw: st.DrawFn) -> Graph:
    """Draw groups of which each follows only from some before it, then rename them."""
    names = draw(st.permutations(range(12)))
    return {
        names[place]: frozenset(
            names[part]
            for part in draw(st.frozensets(st.integers(0, place - 1), max_size=3))
        )
        for place in draw(st.frozensets(st.integers(1, 11)))
    }


any_graph = st.dictionaries(
    st.integers(0, 7), st.frozensets(st.integers(0, 7), max_size=3), max_size=8
)


def depends(group: GroupId, on: GroupId, graph: Graph) -> bool:
    """The slow and true answer: walk every path."""
    return any(part == on or depends(part, on, graph) for part in graph.get(group, ()))


def test_groups_roles_and_joining_days_are_all_edges() -> None:
    definition = Except(
        AnyOf((GroupMembers(1), HasRole(Role.COACH))),
        (MemberSince(2, SinceOperator.AT_LEAST_DAYS, 3), HasRole(Role.PROJECT_LEADER)),
    )
    assert parts_of(definition, coaches) == {1, 2, 7, 8}
    assert edges_of({5: definition, 6: AnyOf(())}, coaches) == {
        5: {1, 2, 7, 8},
        6: set(),
    }


def test_followers_are_found_through_any_number_of_steps() -> None:
    assert followers_of([1], DIAMOND) == {2, 3, 4}
    assert followers_of([4], DIAMOND) == set()


def test_a_changed_group_that_follows_another_changed_one_is_a_follower() -> None:
    assert followers_of([1, 2], DIAMOND) == {2, 3, 4}


def test_groups_come_after_all_that_they_depend_on() -> None:
    assert in_order([4, 5, 3, 1, 2], DIAMOND) == (1, 2, 3, 4, 5)


def test_a_step_through_a_group_not_asked_for_counts() -> None:
    assert in_order([1, 5], {1: {3}, 3: {5}}) == (5, 1)


def test_the_shortest_loop_is_named_from_the_group_back_to_it() -> None:
    edges = {1: {2, 4}, 2: {3}, 3: {1}, 4: {5}, 5: {6}, 6: {1}}
    assert loop_through(3, {1}, {1: {2, 4}, 2: {3}, 4: {5}, 5: {3}}) == (3, 1, 2, 3)
    assert loop_through(1, edges[1], edges) == (1, 2, 3, 1)


def test_a_group_made_of_itself_is_the_smallest_loop() -> None:
    assert loop_through(1, {1}, {}) == (1, 1)


def test_new_parts_replace_those_that_the_group_had() -> None:
    assert loop_through(1, {5}, {1: {2}, 2: {1}}) is None


def test_a_step_goes_through_a_role_where_the_next_group_is_not_named() -> None:
    named, given = {1: {2}, 2: set(), 3: {1}}, {3: Role.COACH, 2: Role.COACH}
    assert roles_along((1, 2, 3, 1), named, given) == (None, Role.COACH, None)
    assert roles_along((2, 2), named, given) == (Role.COACH,)


def test_a_loop_that_exists_already_is_refused_with_its_path() -> None:
    with pytest.raises(CyclicDefinitionsError, match="2 → 3 → 2") as refusal:
        in_order([1], {1: {2}, 2: {3}, 3: {2}})
    assert refusal.value.cycle == (2, 3, 2)


@pytest.mark.parametrize(
    ("group", "parts", "nesting"),
    [(4, {2, 3}, 2), (1, set(), 2), (1, {6, 7}, 3), (6, {4}, 3), (6, {8}, 1)],
)
def test_nesting_counts_the_longest_row_above_the_first_group(
    group: GroupId, parts: set[GroupId], nesting: int
) -> None:
    assert nesting_through(group, parts, DIAMOND) == nesting


def test_a_row_of_50_000_groups_is_no_problem() -> None:
    row = {group: (group - 1,) for group in range(1, 50_000)}
    assert in_order(reversed(row), row) == tuple(row)
    assert len(followers_of([0], row)) == len(row)
    assert nesting_through(7, (6,), row) == len(row)
    assert loop_through(0, (49_999,), row) == (0, *range(49_999, -1, -1))


@given(acyclic(), st.frozensets(st.integers(0, 11)))
def test_the_order_is_topological_and_complete(
    graph: Graph, groups: frozenset[GroupId]
) -> None:
    order = in_order(groups, graph)
    assert sorted(order) == sorted(groups)
    for place, group in enumerate(order):
        assert not any(depends(group, later, graph) for later in order[place:])


@given(acyclic(), st.integers(0, 11))
def test_followers_and_ancestry_are_each_others_reverse(
    graph: Graph, group: GroupId
) -> None:
    followers = followers_of([group], graph)
    assert followers == {one for one in range(12) if depends(one, group, graph)}
    assert followers == {one for one in range(12) if group in ancestry_of([one], graph)}


@given(any_graph, st.integers(0, 7))
def test_a_loop_is_named_exactly_when_there_is_one(
    graph: Graph, group: GroupId
) -> None:
    loop = loop_through(group, graph.get(group, frozenset()), graph)
    if loop is None:
        assert group not in ancestry_of([group], graph)
    else:
        assert loop[0] == loop[-1] == group
        assert all(part in graph[here] for here, part in pairwise(loop))
        assert len(set(loop)) == len(loop) - 1
