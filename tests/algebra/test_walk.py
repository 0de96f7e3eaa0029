"""The one traversal, and what is asked through it."""

from __future__ import annotations

from hypothesis import given

from kring.algebra import walk
from kring.algebra.expressions import (
    AllOf,
    AnyOf,
    Except,
    Expression,
    GroupMembers,
    HasRole,
    MemberSince,
    Role,
    SameAddress,
    SinceOperator,
)
from tests.algebra.strategies import ADULT, IN_DELFT, expressions

SINCE = MemberSince(4, SinceOperator.AT_LEAST_DAYS, 30)
MIXED = Except(
    AllOf((GroupMembers(2), AnyOf((ADULT, HasRole(Role.COACH))))),
    (SINCE, SameAddress((IN_DELFT,)), ADULT, GroupMembers(2)),
)


def test_nodes_come_in_the_order_of_writing() -> None:
    nodes = list(walk.nodes_of(MIXED))
    assert nodes[0] is MIXED
    assert nodes[1] is MIXED.base
    assert nodes[2:5] == [GroupMembers(2), AnyOf((ADULT, HasRole(Role.COACH))), ADULT]
    assert nodes[-1] == GroupMembers(2)


def test_size_and_depth_count_every_level() -> None:
    assert walk.node_count(MIXED) == 11
    assert walk.depth(MIXED) == 4
    assert walk.depth(ADULT) == 1


def test_groups_roles_and_fields_are_found_wherever_they_are_named() -> None:
    assert walk.groups_named_in(MIXED) == {2, 4}
    assert walk.roles_named_in(MIXED) == {Role.COACH}
    assert walk.fields_named_in(MIXED) == {"date_of_birth", "city"}


def test_each_question_about_contacts_is_asked_once() -> None:
    assert walk.conditions_in(MIXED) == (ADULT, SameAddress((IN_DELFT,)))
    assert walk.memberships_since_in(MIXED) == (SINCE,)


def test_a_definition_that_names_a_group_is_composite() -> None:
    assert walk.is_composite(MIXED)
    assert walk.is_composite(SINCE)
    assert not walk.is_composite(AnyOf((ADULT, HasRole(Role.COACH))))


@given(expressions)
def test_every_child_is_one_level_below_its_parent(expression: Expression) -> None:
    levels = [1 + walk.depth(child) for child in walk.children(expression)]
    assert walk.depth(expression) == max(levels, default=1)
