"""Who belongs: the one meaning of every expression, over any kind of set."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import and_, or_
from typing import Protocol, Self, TypeVar, assert_never

from kring.algebra.expressions import (
    AllOf,
    AnyOf,
    AtLeast,
    Branch,
    Everyone,
    Except,
    Expression,
    GroupId,
    GroupMembers,
    HasRole,
    MemberSince,
    Role,
    SameAddress,
    Where,
)
from kring.algebra.sameness import different


class Contacts(Protocol):
    """A set of contacts; its operators answer a new set and leave both as they were."""

    def __or__(self, other: Self, /) -> Self: ...
    def __and__(self, other: Self, /) -> Self: ...
    def __sub__(self, other: Self, /) -> Self: ...


ContactsT = TypeVar("ContactsT", bound=Contacts)
ContactsT_co = TypeVar("ContactsT_co", bound=Contacts, covariant=True)


class World(Protocol[ContactsT_co]):
    """What is known of all contacts, or of those that an answer is wanted for."""

    @property
    def everyone(self) -> ContactsT_co: ...
    @property
    def nobody(self) -> ContactsT_co: ...
    def members_of(self, group: GroupId, /) -> ContactsT_co: ...
    def matching(self, condition: Where | SameAddress, /) -> ContactsT_co: ...
    def having_role(self, role: Role, /) -> ContactsT_co: ...
    def member_since(self, membership: MemberSince, /) -> ContactsT_co: ...


def members(expression: Expression, world: World[ContactsT]) -> ContactsT:
    match expression:
        case Everyone():
            return world.everyone
        case GroupMembers(group):
            return world.members_of(group)
        case HasRole() | MemberSince() | Where() | SameAddress():
            return _answered(expression, world)
        case AnyOf() | AllOf() | AtLeast() | Except():
            return _combined(expression, world)
        case _:
            assert_never(expression)


def effective(
    defined: ContactsT, *, placed_in: ContactsT, kept_out: ContactsT
) -> ContactsT:
    """Answer a group's members: out wins over the definition, in adds to it."""
    return (defined | placed_in) - kept_out


def _answered(
    leaf: HasRole | MemberSince | Where | SameAddress, world: World[ContactsT]
) -> ContactsT:
    match leaf:
        case HasRole(role):
            return world.having_role(role)
        case MemberSince():
            return world.member_since(leaf)
        case Where() | SameAddress():
            return world.matching(leaf)
        case _:
            assert_never(leaf)


def _combined(branch: Branch, world: World[ContactsT]) -> ContactsT:
    match branch:
        case AnyOf(parts):
            return _union(parts, world)
        case AllOf(parts):
            return reduce(and_, (members(part, world) for part in parts))
        case AtLeast(count, parts):
            return _in_at_least(count, different(parts), world)
        case Except(base, removed):
            return members(base, world) - _union(removed, world)
        case _:
            assert_never(branch)


def _union(parts: Iterable[Expression], world: World[ContactsT]) -> ContactsT:
    return reduce(or_, (members(part, world) for part in parts), world.nobody)


def _in_at_least(
    count: int, parts: Iterable[Expression], world: World[ContactsT]
) -> ContactsT:
    """Keep, part by part, who was seen in at least one, two, … up to count of them."""
    seen = [world.nobody] * count
    for part in parts:
        here = members(part, world)
        for times in range(count - 1, 0, -1):
            seen[times] = seen[times] | (seen[times - 1] & here)
        seen[0] = seen[0] | here
    return seen[-1]
