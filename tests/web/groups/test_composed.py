"""What the block "Composed of" can say, and what it leaves alone."""

from __future__ import annotations

import pytest

from kring.algebra.expressions import AllOf, AnyOf, AtLeast, Except, GroupMembers
from kring.web.groups.composed import Composed, composed_from, definition_from

ONE, TWO, THREE = GroupMembers(1), GroupMembers(2), GroupMembers(3)


@pytest.mark.parametrize(
    "definition",
    [
        AnyOf((ONE,)),
        AnyOf((ONE, TWO)),
        AllOf((ONE, TWO)),
        AtLeast(2, (ONE, TWO, THREE)),
        Except(AllOf((ONE, TWO)), (THREE,)),
        Except(AtLeast(1, (ONE, TWO)), (THREE, TWO)),
    ],
)
def test_what_can_be_said_is_read_back_as_it_was(definition):
    composed = composed_from(definition)
    assert composed is not None
    assert definition_from(composed) == definition


@pytest.mark.parametrize(
    "definition",
    [
        AnyOf(()),
        AnyOf((ONE, AllOf((TWO, THREE)))),
        Except(Except(ONE, (TWO,)), (THREE,)),
        Except(ONE, (AnyOf((TWO,)),)),
    ],
)
def test_what_cannot_be_said_is_left_alone(definition):
    assert composed_from(definition) is None


def test_a_group_by_itself_reads_as_in_one_of_one():
    assert composed_from(ONE) == Composed((1,), "any")


def test_no_groups_make_a_static_group():
    assert definition_from(Composed((), removed=(1,))) is None


def test_order_repetition_and_idle_numbers_say_the_same():
    one = Composed((1, 2, 2), "any", 5, (3, 4))
    assert one.says_the_same_as(Composed((2, 1), "any", 2, (4, 3)))
    assert not one.says_the_same_as(Composed((1, 2), "all", 5, (3, 4)))
    assert not one.says_the_same_as(None)
