"""Definitions without one of their groups."""

from __future__ import annotations

import pytest
from hypothesis import given

from kring.algebra.expressions import (
    AllOf,
    AnyOf,
    AtLeast,
    Except,
    Expression,
    GroupMembers,
    MemberSince,
    SinceOperator,
)
from kring.algebra.removing import NothingLeftError, TooFewLeftError, without_group
from kring.algebra.walk import groups_named_in
from tests.algebra.strategies import expressions

A, B, C = (GroupMembers(group) for group in (1, 2, 3))
FOR_LONG = MemberSince(1, SinceOperator.AT_LEAST_DAYS, 30)


@pytest.mark.parametrize(
    ("expression", "left"),
    [
        (AnyOf((A, B)), AnyOf((B,))),
        (AllOf((A, B, A)), AllOf((B,))),
        (AtLeast(2, (A, B, C)), AtLeast(2, (B, C))),
        (Except(B, (A, C)), Except(B, (C,))),
        (Except(B, (A,)), B),
        (AnyOf((Except(A, (B,)), C)), AnyOf((C,))),
        (AllOf((AnyOf((A,)), B)), AllOf((B,))),
        (AllOf((FOR_LONG, B)), AllOf((B,))),
        (AllOf((B, AnyOf(()))), AllOf((B, AnyOf(())))),
    ],
)
def test_what_is_left_asks_for_the_rest(
    expression: Expression, left: Expression
) -> None:
    assert without_group(expression, 1) == left


@pytest.mark.parametrize(
    "expression", [A, AnyOf((A,)), AllOf((A, A)), Except(A, (B,)), AtLeast(1, (A,))]
)
def test_where_nothing_is_left_it_is_refused(expression: Expression) -> None:
    with pytest.raises(NothingLeftError):
        without_group(expression, 1)


def test_where_too_few_are_left_it_is_refused() -> None:
    with pytest.raises(TooFewLeftError) as refused:
        without_group(AllOf((B, AtLeast(2, (A, C)))), 1)
    assert (refused.value.count, refused.value.left) == (2, 1)


@given(expressions)
def test_the_group_is_named_nowhere_any_more_and_the_others_are_kept(
    expression: Expression,
) -> None:
    try:
        left = without_group(expression, 1)
    except (NothingLeftError, TooFewLeftError):
        return
    assert 1 not in groups_named_in(left)
    if 1 not in groups_named_in(expression):
        assert left == expression
