"""The laws of composition, on plain sets and on roaring bitmaps."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from kring.algebra.expressions import (
    AllOf,
    AnyOf,
    AtLeast,
    Everyone,
    Except,
    Expression,
    GroupId,
    GroupMembers,
    HasRole,
    MemberSince,
    Role,
    SameAddress,
    SinceOperator,
    Where,
)
from kring.algebra.sameness import different, form_of
from kring.algebra.semantics import effective, members
from tests.algebra.strategies import (
    ADULT,
    IN_DELFT,
    PlainWorld,
    branches,
    contact_sets,
    expressions,
    leaves,
    world_of,
    worlds,
)

A, B, C = GroupMembers(1), GroupMembers(2), GroupMembers(3)
EMPTY = GroupMembers(9)
WORLD = world_of({1: {1, 2, 3}, 2: {2, 3, 4}, 3: {3, 4, 5}, 9: set()})


class RoaringWorld:
    """The same answers as a plain world's, as bitmaps that nobody may change."""

    def __init__(self, plain: PlainWorld) -> None:
        self._plain = plain
        self.handed_out: list[tuple[BitMap, BitMap]] = []
        self.everyone = self._bitmap(plain.everyone)
        self.nobody = self._bitmap(plain.nobody)

    def members_of(self, group: GroupId, /) -> BitMap:
        return self._bitmap(self._plain.members_of(group))

    def matching(self, condition: Where | SameAddress, /) -> BitMap:
        return self._bitmap(self._plain.matching(condition))

    def having_role(self, role: Role, /) -> BitMap:
        return self._bitmap(self._plain.having_role(role))

    def member_since(self, membership: MemberSince, /) -> BitMap:
        return self._bitmap(self._plain.member_since(membership))

    def _bitmap(self, contacts: frozenset[int]) -> BitMap:
        bitmap = BitMap(contacts)
        self.handed_out.append((bitmap, bitmap.copy()))
        return bitmap


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (AnyOf((A, B)), {1, 2, 3, 4}),
        (AnyOf(()), set()),
        (AllOf((A, B, C)), {3}),
        (AllOf((A,)), {1, 2, 3}),
        (AtLeast(1, (A, B, C)), {1, 2, 3, 4, 5}),
        (AtLeast(2, (A, B, C)), {2, 3, 4}),
        (AtLeast(3, (A, B, C)), {3}),
        (AtLeast(2, (A, A, AnyOf((A,)), B)), {2, 3}),
        (Except(A, (B,)), {1}),
        (Except(A, ()), {1, 2, 3}),
        (Except(Everyone(), (A, B)), {0, 5, 6, 7, 8, 9, 10, 11}),
    ],
)
def test_a_composition_has_the_members_of_set_theory(
    expression: Expression, expected: set[int]
) -> None:
    assert members(expression, WORLD) == expected


@pytest.mark.parametrize(
    "leaf",
    [
        ADULT,
        SameAddress((IN_DELFT,)),
        HasRole(Role.COACH),
        MemberSince(1, SinceOperator.AT_LEAST_DAYS, 30),
    ],
)
def test_a_leaf_has_the_members_that_its_world_answers(leaf: Expression) -> None:
    asked: list[object] = []

    def answer(question: object) -> frozenset[int]:
        asked.append(question)
        return frozenset({7})

    assert members(leaf, PlainWorld(answer)) == {7}
    assert asked == [Role.COACH if isinstance(leaf, HasRole) else leaf]


@given(expressions, worlds())
def test_bitmaps_give_the_members_that_plain_sets_give(
    expression: Expression, world: PlainWorld
) -> None:
    roaring = RoaringWorld(world)
    assert frozenset(members(expression, roaring)) == members(expression, world)


@given(expressions, worlds())
def test_evaluating_changes_no_set_that_the_world_hands_out(
    expression: Expression, world: PlainWorld
) -> None:
    roaring = RoaringWorld(world)
    members(expression, roaring)
    assert all(bitmap == before for bitmap, before in roaring.handed_out)


@given(st.lists(leaves, min_size=1, max_size=6), worlds(), st.data())
def test_at_least_k_counts_the_different_parts_that_a_contact_is_in(
    parts: list[Expression], world: PlainWorld, data: st.DataObject
) -> None:
    sets = [members(part, world) for part in different(parts)]
    count = data.draw(st.integers(1, len(sets)))
    expected = {
        contact
        for contact in world.everyone
        if sum(contact in one for one in sets) >= count
    }
    assert members(AtLeast(count, tuple(parts)), world) == expected


@given(st.permutations([A, B, C, EMPTY]), st.integers(1, 4))
def test_order_and_repetition_never_matter(
    parts: list[GroupMembers], count: int
) -> None:
    there, back = tuple(parts), (A, *reversed(parts), A)
    pairs: list[tuple[Expression, Expression]] = [
        (AnyOf(there), AnyOf(back)),
        (AllOf(there), AllOf(back)),
        (AtLeast(count, there), AtLeast(count, back)),
        (Except(B, there), Except(B, back)),
    ]
    for one, other in pairs:
        assert members(one, WORLD) == members(other, WORLD)
        assert form_of(one) == form_of(other)


@given(branches(leaves), worlds(), st.randoms(use_true_random=False))
def test_shuffled_parts_have_the_same_members(
    branch: Expression, world: PlainWorld, random: Random
) -> None:
    def shuffled(parts: tuple[Expression, ...]) -> tuple[Expression, ...]:
        return tuple(random.sample(parts, len(parts)))

    match branch:
        case AnyOf(parts):
            other: Expression = AnyOf(shuffled(parts))
        case AllOf(parts):
            other = AllOf(shuffled(parts))
        case AtLeast(count, parts):
            other = AtLeast(count, shuffled(parts))
        case Except(base, removed):
            other = Except(base, shuffled(removed))
        case _:
            other = branch
    assert members(other, world) == members(branch, world)
    assert form_of(other) == form_of(branch)


@given(st.lists(leaves, max_size=4), st.integers(0, 4), worlds())
def test_an_empty_part_empties_all_of(
    parts: list[Expression], place: int, world: PlainWorld
) -> None:
    whole = (*parts[:place], AnyOf(()), *parts[place:])
    assert members(AllOf(whole), world) == set()


@given(expressions, expressions, worlds())
def test_except_removes_whatever_joins_the_base(
    base: Expression, removed: Expression, world: PlainWorld
) -> None:
    wide = Except(AnyOf((base, Everyone())), (removed,))
    assert not members(wide, world) & members(removed, world)


@given(expressions, expressions, worlds())
def test_two_expressions_of_one_form_have_the_same_members(
    one: Expression, other: Expression, world: PlainWorld
) -> None:
    pairs: list[tuple[Expression, Expression]] = [
        (AnyOf((AnyOf((one,)), other)), AnyOf((other, one, one))),
        (AllOf((AllOf((one,)), other)), AllOf((other, one))),
        (AllOf((one,)), AnyOf((one,))),
        (AtLeast(1, (one, other)), AnyOf((one, other))),
        (AtLeast(len(different((one, other))), (one, other)), AllOf((one, other))),
        (Except(Except(one, (other,)), (C,)), Except(one, (AnyOf((C, other)),))),
        (Except(one, ()), one),
        (Except(one, (AnyOf(()),)), one),
    ]
    for left, right in pairs:
        assert form_of(left) == form_of(right)
        assert members(left, world) == members(right, world)


@given(contact_sets, contact_sets, contact_sets)
def test_out_wins_over_the_definition_and_in_adds_to_it(
    defined: frozenset[int], placed: frozenset[int], out: frozenset[int]
) -> None:
    answer = effective(defined, placed_in=placed, kept_out=out)
    assert answer == {one for one in defined | placed if one not in out}
