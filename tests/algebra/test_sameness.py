"""When two parts are the same part."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kring.algebra.expressions import (
    AllOf,
    AnyOf,
    AtLeast,
    Everyone,
    Except,
    Expression,
    GroupMembers,
    Operator,
    SameAddress,
    Where,
)
from kring.algebra.sameness import different, form_of

A, B, C = GroupMembers(1), GroupMembers(2), GroupMembers(3)
CITY, STREET = Where("city", Operator.IS, "Delft"), Where("street", Operator.EMPTY)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            Where("city", Operator.IN, ("a", "b")),
            Where("city", Operator.IN, ("b", "a")),
        ),
        (Where("city", Operator.IN, ("a", "a")), Where("city", Operator.IS, "a")),
        (Where("city", Operator.NOT_IN, ("a",)), Where("city", Operator.IS_NOT, "a")),
        (
            Where("share", Operator.IS, Decimal("1.0")),
            Where("share", Operator.IS, Decimal(1)),
        ),
        (SameAddress((CITY, STREET)), SameAddress((STREET, CITY, CITY))),
        (AtLeast(2, (A, B, C)), AtLeast(2, (C, B, A, AllOf((A,))))),
        (AllOf((AtLeast(2, (A, B)), C)), AllOf((A, B, C))),
    ],
)
def test_order_repetition_and_empty_brackets_make_no_other_part(
    one: Expression, other: Expression
) -> None:
    assert form_of(one) == form_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (A, B),
        (AnyOf((A, B)), AllOf((A, B))),
        (AnyOf(()), Everyone()),
        (AtLeast(2, (A, B, C)), AtLeast(2, (A, B, Everyone()))),
        (Except(A, (B,)), Except(B, (A,))),
        (Except(A, (B,)), AnyOf((A, B))),
        (SameAddress((CITY,)), CITY),
        (Where("n", Operator.BETWEEN, (1, 2)), Where("n", Operator.IN, (1, 2))),
    ],
)
def test_other_members_make_another_part(one: Expression, other: Expression) -> None:
    assert form_of(one) != form_of(other)


def test_a_repeated_part_stays_where_it_was_first_written() -> None:
    assert different((B, A, AnyOf((B,)), A)) == (B, A)


def test_the_form_of_64_nested_counts_is_found_at_once() -> None:
    there: Expression = A
    back: Expression = A
    for _ in range(64):
        there = AtLeast(2, (there, B, C))
        back = AtLeast(2, (C, back, B, AnyOf((C,))))
    assert form_of(there) == form_of(back)
