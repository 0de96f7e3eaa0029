"""What is odd about definitions, held against every kind of contact there can be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kring.algebra.catalogue import (
    EMPTY_CATALOGUE,
    OPERANDS,
    OPERATORS,
    FieldType,
    Operand,
)
from kring.algebra.conditions import holds
from kring.algebra.expressions import (
    AllOf,
    AnyOf,
    AtLeast,
    Everyone,
    Except,
    Expression,
    GroupMembers,
    HasRole,
    MemberSince,
    Operator,
    Role,
    SameAddress,
    SinceOperator,
    Where,
)
from kring.algebra.lint import MOST_NODES, Odd, Oddity, _step, oddities_of
from kring.algebra.semantics import members
from kring.algebra.truth import truth_of
from kring.algebra.walk import nodes_of
from tests.algebra.strategies import CATALOGUE, ContactSet, branches

TODAY = date(2026, 11, 24)
A, B, C = (GroupMembers(group) for group in (1, 2, 3))
DELFT, LEIDEN = (Where("city", Operator.IS, city) for city in ("Delft", "Leiden"))
NOT_DELFT = Where("city", Operator.IS_NOT, "DELFT")
IS_MEMBER = Where("status", Operator.IS, "member")
IS_PROSPECT = Where("status", Operator.IS, "prospect")
ADULT = Where("date_of_birth", Operator.AGE_AT_LEAST, 18)
CHILD = Where("date_of_birth", Operator.AGE_BELOW, 12)
FOR_LONG = MemberSince(1, SinceOperator.AT_LEAST_DAYS, 30)


def odd(expression: Expression, empty: frozenset[int] = frozenset()) -> list[Odd]:
    found = oddities_of(expression, fields=CATALOGUE, today=TODAY, empty=empty)
    return list(found)


@pytest.mark.parametrize(
    ("expression", "core"),
    [
        (AnyOf(()), AnyOf(())),
        (Except(A, (A,)), Except(A, (A,))),
        (Except(A, (Everyone(),)), Except(A, (Everyone(),))),
        (AllOf((DELFT, NOT_DELFT)), AllOf((DELFT, NOT_DELFT))),
        (AllOf((A, AllOf((IS_MEMBER, IS_PROSPECT)))), AllOf((IS_MEMBER, IS_PROSPECT))),
        (AllOf((ADULT, CHILD)), AllOf((ADULT, CHILD))),
        (AllOf((FOR_LONG, Except(Everyone(), (A,)))), None),
        (Except(AllOf((A, B)), (B,)), None),
        (AtLeast(2, (IS_MEMBER, IS_PROSPECT)), None),
        (AllOf((DELFT, Where("city", Operator.EMPTY))), None),
        (
            AllOf(
                (
                    Where("panels", Operator.ABOVE, Decimal(5)),
                    Where("panels", Operator.BETWEEN, (Decimal(1), Decimal(5))),
                )
            ),
            None,
        ),
        (
            Except(
                Where("newsletter", Operator.NOT_EMPTY),
                (
                    Where("newsletter", Operator.IS, value=True),
                    Where("newsletter", Operator.IS, value=False),
                ),
            ),
            None,
        ),
    ],
)
def test_what_nobody_can_meet_is_always_empty(
    expression: Expression, core: Expression | None
) -> None:
    assert odd(expression) == [Odd(Oddity.ALWAYS_EMPTY, core or expression)]


@pytest.mark.parametrize(
    "expression",
    [
        A,
        Everyone(),
        AnyOf((A, B)),
        AllOf((DELFT, LEIDEN)),
        AllOf((DELFT, Where("city", Operator.CONTAINS, "x"))),
        Except(AnyOf((A, B)), (C,)),
        AllOf((ADULT, Where("date_of_birth", Operator.AGE_BELOW, 19))),
        SameAddress((DELFT, LEIDEN)),
        AllOf((FOR_LONG, HasRole(Role.COACH))),
        AnyOf((IS_MEMBER, IS_PROSPECT)),
    ],
)
def test_nothing_is_odd_where_every_part_matters(expression: Expression) -> None:
    assert odd(expression) == []


@pytest.mark.parametrize(
    ("expression", "parts"),
    [
        (AnyOf((A, A)), [A]),
        (AnyOf((A, AllOf((A, B)))), [AllOf((A, B))]),
        (AllOf((A, Everyone())), [Everyone()]),
        (AnyOf((IS_MEMBER, Where("status", Operator.NOT_EMPTY))), [IS_MEMBER]),
        (AllOf((A, FOR_LONG)), [A]),
        (Except(A, (B, AllOf((B, C)))), [AllOf((B, C))]),
        (Except(IS_MEMBER, (IS_PROSPECT,)), [IS_PROSPECT]),
        (AtLeast(2, (A, A, B)), [A]),
    ],
)
def test_a_part_that_makes_no_difference_is_redundant(
    expression: Expression, parts: list[Expression]
) -> None:
    assert odd(expression) == [Odd(Oddity.REDUNDANT_PART, part) for part in parts]


def test_a_part_that_nobody_can_meet_is_a_contradiction() -> None:
    never = AllOf((B, IS_MEMBER, IS_PROSPECT))
    assert odd(AnyOf((A, never))) == [Odd(Oddity.CONTRADICTION, never)]


def test_a_part_that_is_known_to_be_empty_empties_the_whole() -> None:
    assert odd(AllOf((A, B)), frozenset({2})) == [Odd(Oddity.ALWAYS_EMPTY, B)]
    assert odd(AnyOf((A, B)), frozenset({2})) == [Odd(Oddity.CONTRADICTION, B)]


def test_nothing_is_claimed_of_what_is_too_large_to_be_sure() -> None:
    many = tuple(GroupMembers(group) for group in range(1, 14))
    assert odd(AllOf((*many, AnyOf(())))) == []
    assert odd(AnyOf((A,) * MOST_NODES)) == []


@pytest.mark.parametrize(
    ("expression", "core"),
    [
        (AnyOf((AllOf((DELFT, NOT_DELFT)),)), AllOf((DELFT, NOT_DELFT))),
        (
            AllOf(
                (
                    Where("panels", Operator.NOT_EMPTY),
                    Where("panels", Operator.EMPTY),
                )
            ),
            None,
        ),
    ],
)
def test_brackets_around_the_reason_are_left_out(
    expression: Expression, core: Expression | None
) -> None:
    assert odd(expression) == [Odd(Oddity.ALWAYS_EMPTY, core or expression)]


def test_a_field_that_nobody_knows_or_with_very_many_values_is_left_free() -> None:
    never = AllOf((IS_MEMBER, IS_PROSPECT))
    assert oddities_of(never, fields=EMPTY_CATALOGUE, today=TODAY) == ()
    numbers = tuple(Decimal(number) for number in range(250))
    among = Where("panels", Operator.IN, numbers)
    above = Where("panels", Operator.ABOVE, Decimal(1_000))
    assert odd(AllOf((among, above))) == []


POOLS: dict[str, list[Any]] = {
    "city": ["Delft", "DELFT", "Leiden"],
    "status": ["member", "prospect"],
    "interests": ["sun", "wind"],
    "newsletter": [True, False],
    "panels": [Decimal(0), Decimal("1.5"), Decimal(2)],
    "date_of_birth": [TODAY - timedelta(days=n) for n in (-3, 0, 40, 6_574, 6_575)],
}
SEVERAL = {"city", "interests"}


@st.composite
def asked(draw: st.DrawFn) -> Where:
    code = draw(st.sampled_from(sorted(POOLS)))
    facts = CATALOGUE.field(code)
    assert facts is not None
    op = draw(st.sampled_from(OPERATORS[facts.type]))
    values = st.sampled_from(POOLS[code])
    operand = {
        Operand.NOTHING: st.none(),
        Operand.ONE: values,
        Operand.SEVERAL: st.lists(values, min_size=1, max_size=3).map(tuple),
        Operand.RANGE: st.tuples(values, values).map(lambda two: tuple(sorted(two))),
        Operand.DAYS: st.sampled_from([0, 3, 40]),
        Operand.YEARS: st.sampled_from([0, 18]),
    }[OPERANDS[op]]
    return Where(code, op, draw(operand))


leaves: st.SearchStrategy[Expression] = st.one_of(
    st.sampled_from([A, B, FOR_LONG, Everyone(), HasRole(Role.COACH)]), asked()
)
expressions = st.recursive(leaves, branches, max_leaves=8)


def values_of(code: str) -> st.SearchStrategy[list[Any]]:
    numbers = [Decimal(-1), Decimal(1), Decimal(3)] if code == "panels" else []
    days = [date(1950, 1, 1), date(2026, 1, 1)] if code == "date_of_birth" else []
    texts = ["Gouda", ""] if code == "city" else []
    value = st.sampled_from([*POOLS[code], *numbers, *days, *texts])
    return st.lists(value, max_size=3 if code in SEVERAL else 1)


contacts = st.fixed_dictionaries(
    {
        "groups": st.frozensets(st.sampled_from([1, 2])),
        "for long": st.booleans(),
        "coach": st.booleans(),
        **{code: values_of(code) for code in POOLS},
    }
)


@dataclass(frozen=True)
class RealWorld:
    """Contacts with values, of which every answer follows."""

    contacts: list[dict[str, Any]]
    nobody: ContactSet = frozenset()

    @property
    def everyone(self) -> ContactSet:
        return frozenset(range(len(self.contacts)))

    def members_of(self, group: int, /) -> ContactSet:
        return self._those(lambda one: group in one["groups"])

    def matching(self, condition: Where | SameAddress, /) -> ContactSet:
        assert isinstance(condition, Where)
        facts = CATALOGUE.field(condition.field)
        kind = FieldType.TEXT if facts is None else facts.type
        return self._those(
            lambda one: holds(condition, kind, one[condition.field], today=TODAY)
        )

    def having_role(self, _role: Role, /) -> ContactSet:
        return self._those(lambda one: one["coach"])

    def member_since(self, membership: MemberSince, /) -> ContactSet:
        inside = self.members_of(membership.group)
        return inside & self._those(lambda one: one["for long"])

    def _those(self, are_meant: Any) -> ContactSet:
        return frozenset(n for n, one in enumerate(self.contacts) if are_meant(one))


worlds = st.lists(contacts, min_size=1, max_size=12).map(RealWorld)


@given(expressions, worlds)
def test_what_is_called_empty_is_empty_in_every_world(
    expression: Expression, world: RealWorld
) -> None:
    for one in odd(expression):
        if one.what is Oddity.ALWAYS_EMPTY:
            assert members(expression, world) == frozenset()
        if one.what is Oddity.CONTRADICTION:
            assert members(one.part, world) == frozenset()
        assert one.part in set(nodes_of(expression))


@given(expressions, worlds)
def test_redundant_parts_can_be_left_out_in_every_world(
    expression: Expression, world: RealWorld
) -> None:
    truth = truth_of(expression, fields=CATALOGUE, today=TODAY)
    if truth is None:
        return
    wanted, told = members(expression, truth), []
    pruned = expression
    while (step := _step(pruned, wanted, truth)) is not None:
        pruned, part = step
        told.append(part)
        assert members(pruned, world) == members(expression, world)
    odd_parts = [o.part for o in odd(expression) if o.what is Oddity.REDUNDANT_PART]
    assert set(odd_parts) <= set(told)
