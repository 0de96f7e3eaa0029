"""Why a contact belongs or not, and what would turn it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kring.algebra.explanation import (
    Flip,
    Followed,
    Holds,
    Proof,
    Reason,
    Surroundings,
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
from kring.algebra.walk import groups_named_in, leaves_of
from tests.algebra.strategies import (
    PlainWorld,
    branches,
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


def around(**followed: Followed) -> Surroundings:
    return Surroundings({int(g.removeprefix("g")): f for g, f in followed.items()})


def test_a_part_that_follows_from_what_flips_goes_along() -> None:
    follows_a = around(g2=Followed(A))
    turn = smallest_turn(Except(A, (B,)), in_groups(), follows_a)
    assert turn is None
    both = smallest_turn(AllOf((A, B)), in_groups(), follows_a)
    assert both == Turn((Flip(A, becomes=True),), Proof.SMALLEST)


def test_a_hand_that_keeps_out_of_a_part_is_stronger_than_what_flips() -> None:
    kept_out = around(g2=Followed(A, by_hand=False))
    turn = smallest_turn(Except(A, (B,)), in_groups(), kept_out)
    assert turn == Turn((Flip(A, becomes=True),), Proof.SMALLEST)


def test_who_leaves_a_group_has_not_been_in_it_for_long() -> None:
    for_long = MemberSince(1, SinceOperator.AT_LEAST_DAYS, 30)
    turn = smallest_turn(AllOf((A, for_long)), lambda _: False)
    assert turn == Turn((Flip(for_long, becomes=True),), Proof.SMALLEST)
    turn = smallest_turn(AnyOf((A, for_long)), lambda _: True)
    assert turn == Turn((Flip(A, becomes=False),), Proof.SMALLEST)


def test_a_role_follows_from_the_groups_that_give_it() -> None:
    coach = HasRole(Role.COACH)
    given = Surroundings(givers={Role.COACH: (1, 2)})
    turn = smallest_turn(AllOf((A, coach)), lambda _: False, given)
    assert turn == Turn((Flip(A, becomes=True),), Proof.SMALLEST)
    turn = smallest_turn(AnyOf((A, coach)), lambda _: True, given)
    assert turn == Turn((Flip(coach, becomes=False),), Proof.SMALLEST)


lower = st.recursive(st.sampled_from([A, B, C]), branches, max_leaves=5)
upper = st.recursive(st.sampled_from([A, B, C, D]), branches, max_leaves=6)
hands = st.sampled_from([None, None, True, False])


@given(upper, lower, hands, st.frozensets(st.integers(1, 3)))
def test_consequences_of_flips_are_counted_in(
    expression: Expression,
    definition: Expression,
    hand: bool | None,  # noqa: FBT001 (drawn)
    static: frozenset[int],
) -> None:
    def follows(inside: frozenset[int]) -> bool:
        by_itself = ADA in members(definition, world_of_one(inside))
        return by_itself if hand is None else hand

    now = static | ({4} if follows(static) else frozenset())

    def belongs(flips: frozenset[int]) -> bool:
        inside = static ^ (flips - {4})
        is_in = (4 not in now) if 4 in flips else follows(inside)
        inside = inside | {4} if is_in else inside
        return ADA in members(expression, world_of_one(inside))

    turn = smallest_turn(
        expression, world_of_holds(now), around(g4=Followed(definition, hand))
    )
    named = groups_named_in(expression)
    subsets = [
        frozenset(flips)
        for size in range(len(named) + 1)
        for flips in combinations(sorted(named), size)
    ]
    turning = [flips for flips in subsets if belongs(flips) is not belongs(frozenset())]
    if turn is None:
        assert turning == []
        return
    flipped = groups_named_in(AnyOf(tuple(flip.leaf for flip in turn.flips)))
    assert flipped in turning
    assert len(flipped) == min(map(len, turning))


def world_of_one(groups: frozenset[int]) -> PlainWorld:
    return world_of({g: {ADA} if g in groups else set() for g in range(1, 6)})


def world_of_holds(groups: frozenset[int]) -> Holds:
    return lambda leaf: isinstance(leaf, GroupMembers) and leaf.group in groups
