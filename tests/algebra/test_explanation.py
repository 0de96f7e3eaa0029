"""Why a contact belongs or not, and what would turn it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kring.algebra.explanation import (
    Flip,
    Holds,
    Proof,
    Reason,
    Turn,
    explanation_of,
    smallest_turn,
)
from kring.algebra.expressions import (
    AllOf,
    AnyOf,
    AtLeast,
    Everyone,
    Except,
    Expression,
    GroupMembers,
    HasRole,
    Leaf,
    MemberSince,
    Operator,
    Role,
    SinceOperator,
    Where,
)
from kring.algebra.semantics import members
from kring.algebra.walk import leaves_of
from tests.algebra.strategies import (
    PlainWorld,
    compositions,
    expressions,
    world_of,
    worlds,
)

A, B, C, D = (GroupMembers(group) for group in (1, 2, 3, 4))
ADA = 7


def in_groups(*groups: GroupMembers) -> Holds:
    return lambda leaf: leaf in groups


def deciding(expression: Expression, holds: Holds) -> list[Expression]:
    def decide(reason: Reason) -> Iterator[Expression]:
        if reason.decides and not reason.parts:
            yield reason.expression
        for part in reason.parts:
            yield from decide(part)

    return list(decide(explanation_of(expression, holds)))


@pytest.mark.parametrize(
    ("expression", "groups", "holds", "decided_by"),
    [
        (AnyOf((A, B)), [B], True, [B]),
        (AnyOf((A, B)), [], False, [A, B]),
        (AllOf((A, B)), [A, B], True, [A, B]),
        (AllOf((A, B)), [A], False, [B]),
        (AtLeast(2, (A, B, C)), [A, B], True, [A, B]),
        (AtLeast(2, (A, B, C)), [A], False, [B, C]),
        (AtLeast(2, (A, A, B)), [A], False, [B]),
        (Except(A, (B, C)), [A], True, [A, B, C]),
        (Except(A, (B, C)), [A, C], False, [C]),
        (Except(A, (B,)), [], False, [A]),
        (Except(Everyone(), (AllOf((A, B)),)), [A], True, [Everyone(), B]),
    ],
)
def test_the_answer_rests_on_the_deciding_parts(
    expression: Expression,
    groups: list[GroupMembers],
    holds: bool,  # noqa: FBT001 (a column of the table above)
    decided_by: list[Expression],
) -> None:
    contact = in_groups(*groups)
    assert explanation_of(expression, contact).holds is holds
    assert deciding(expression, contact) == decided_by


def test_the_tree_of_reasons_has_the_shape_of_the_definition() -> None:
    reason = explanation_of(Except(AnyOf((A, B)), (C,)), in_groups(B))
    assert reason == Reason(
        Except(AnyOf((A, B)), (C,)),
        holds=True,
        decides=True,
        parts=(
            Reason(
                AnyOf((A, B)),
                holds=True,
                decides=True,
                parts=(
                    Reason(A, holds=False, decides=False),
                    Reason(B, holds=True, decides=True),
                ),
            ),
            Reason(C, holds=False, decides=True),
        ),
    )


@given(expressions, worlds())
def test_an_explanation_agrees_with_the_semantics(
    expression: Expression, world: PlainWorld
) -> None:
    def holds(leaf: Leaf) -> bool:
        return ADA in members(leaf, world)

    belongs = ADA in members(expression, world)
    assert explanation_of(expression, holds).holds is belongs


@given(compositions, st.frozensets(st.integers(1, 5)))
def test_only_the_deciding_parts_matter(
    expression: Expression, groups: frozenset[int]
) -> None:
    def holds(leaf: Leaf) -> bool:
        return isinstance(leaf, GroupMembers) and leaf.group in groups

    before = explanation_of(expression, holds).holds
    settled = set(deciding(expression, holds))

    def without_the_others(leaf: Leaf) -> bool:
        return holds(leaf) if leaf in settled else not holds(leaf)

    # A group that decides in one place may stand undeciding in another.
    if len(set(leaves_of(expression))) == len(list(leaves_of(expression))):
        assert explanation_of(expression, without_the_others).holds is before


@pytest.mark.parametrize(
    ("expression", "groups", "flips"),
    [
        (AnyOf((A, B)), [], [Flip(A, becomes=True)]),
        (AnyOf((A, B)), [A, B], [Flip(A, becomes=False), Flip(B, becomes=False)]),
        (Except(AnyOf((A, B)), (C,)), [B], [Flip(B, becomes=False)]),
        (Except(AnyOf((A, B)), (C,)), [B, C], [Flip(C, becomes=False)]),
        (AtLeast(2, (A, B, C)), [], [Flip(A, becomes=True), Flip(B, becomes=True)]),
        (AllOf((A, AnyOf((A, B)))), [], [Flip(A, becomes=True)]),
    ],
)
def test_the_smallest_change_that_turns_the_answer(
    expression: Expression, groups: list[GroupMembers], flips: list[Flip]
) -> None:
    turn = smallest_turn(expression, in_groups(*groups))
    assert turn == Turn(tuple(flips), Proof.SMALLEST)


@pytest.mark.parametrize(
    "expression",
    [
        Everyone(),
        AnyOf(()),
        AllOf((A, Except(Everyone(), (A,)))),
        AnyOf((Everyone(), A)),
    ],
)
def test_what_nothing_can_turn_has_no_change_to_suggest(expression: Expression) -> None:
    assert smallest_turn(expression, in_groups(B)) is None


def test_a_condition_and_its_complement_flip_together() -> None:
    leiden = Where("city", Operator.IS, "Leiden")
    elsewhere = Where("city", Operator.IS_NOT, "Leiden")
    never = AllOf((leiden, elsewhere))
    assert smallest_turn(never, lambda leaf: leaf == leiden) is None
    turn = smallest_turn(AllOf((elsewhere, A)), lambda leaf: leaf == A)
    assert turn == Turn((Flip(elsewhere, becomes=True),), Proof.SMALLEST)


@given(compositions, st.frozensets(st.integers(1, 5)))
def test_no_smaller_set_of_changes_turns_the_answer(
    expression: Expression, groups: frozenset[int]
) -> None:
    def belongs(inside: frozenset[int]) -> bool:
        world = world_of({g: {ADA} if g in inside else set() for g in range(1, 6)})
        return ADA in members(expression, world)

    turn = smallest_turn(
        expression, lambda leaf: isinstance(leaf, GroupMembers) and leaf.group in groups
    )
    size = 6 if turn is None else len(turn.flips)
    for smaller in range(1, min(size, 6)):
        for flips in combinations(range(1, 6), smaller):
            assert belongs(groups ^ set(flips)) is belongs(groups)
    if turn is not None:
        flipped = {f.leaf.group for f in turn.flips if isinstance(f.leaf, GroupMembers)}
        assert belongs(groups ^ flipped) is not belongs(groups)


@pytest.mark.parametrize(
    "leaf",
    [
        HasRole(Role.COACH),
        MemberSince(1, SinceOperator.AT_LEAST_DAYS, 30),
        Where("city", Operator.EMPTY),
    ],
)
def test_every_kind_of_leaf_can_turn_the_answer(leaf: Leaf) -> None:
    turn = smallest_turn(AllOf((A, leaf)), in_groups(A))
    assert turn == Turn((Flip(leaf, becomes=True),), Proof.SMALLEST)


MANY = tuple(GroupMembers(group) for group in range(1, 31))


@pytest.mark.parametrize(
    ("expression", "groups", "size", "proof"),
    [
        (AnyOf(MANY), [], 1, Proof.SMALLEST),
        (AnyOf(MANY), MANY, 30, Proof.SUGGESTION),
        (AllOf(MANY), MANY, 1, Proof.SMALLEST),
        (AllOf((*MANY, Everyone())), MANY[:25], 5, Proof.SUGGESTION),
        (AtLeast(20, MANY), MANY[:18], 2, Proof.SUGGESTION),
        (AtLeast(20, MANY), MANY[:22], 3, Proof.SUGGESTION),
        (Except(AllOf(MANY[:10]), MANY[10:]), MANY[8:12], 10, Proof.SUGGESTION),
        (Except(AllOf(MANY[:10]), MANY[10:]), MANY[:10], 1, Proof.SMALLEST),
        (Except(Everyone(), MANY), MANY[:3], 3, Proof.SUGGESTION),
    ],
)
def test_above_twelve_leaves_there_is_one_honest_suggestion(
    expression: Expression, groups: list[GroupMembers], size: int, proof: Proof
) -> None:
    contact = in_groups(*groups)
    turn = smallest_turn(expression, contact)
    assert turn is not None
    assert (len(turn.flips), turn.proof) == (size, proof)
    flipped = {flip.leaf for flip in turn.flips}
    before = explanation_of(expression, contact).holds
    after = explanation_of(expression, lambda leaf: contact(leaf) ^ (leaf in flipped))
    assert after.holds is not before


def test_a_suggestion_that_would_not_turn_the_answer_is_not_made() -> None:
    pairs = tuple(AllOf((one, Except(Everyone(), (one,)))) for one in MANY)
    assert smallest_turn(AnyOf(pairs), in_groups()) is None
    assert smallest_turn(AllOf((*MANY, AnyOf(()))), in_groups()) is None
