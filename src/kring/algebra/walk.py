"""The one traversal of expressions, and the questions that are answered by it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

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
    Leaf,
    MemberSince,
    Role,
    SameAddress,
    Where,
)


def children(expression: Expression) -> tuple[Expression, ...]:
    """Answer the expressions directly inside this one, in the order of writing."""
    match expression:
        case AnyOf(parts) | AllOf(parts) | AtLeast(_, parts):
            return parts
        case Except(base, removed):
            return (base, *removed)
        case SameAddress(conditions):
            return conditions
        case Everyone() | GroupMembers() | HasRole() | MemberSince() | Where():
            return ()
        case _:
            assert_never(expression)


def levels_of(expression: Expression) -> Iterator[tuple[int, Expression]]:
    """Answer every node with its level, the outermost being 1, in order of writing."""
    waiting = [(1, expression)]
    while waiting:
        level, node = waiting.pop()
        yield level, node
        waiting.extend((level + 1, child) for child in reversed(children(node)))


def nodes_of(expression: Expression) -> Iterator[Expression]:
    """Answer every node, a parent before its children, in the order of writing."""
    return (node for _, node in levels_of(expression))


def node_count(expression: Expression) -> int:
    return sum(1 for _ in nodes_of(expression))


def depth(expression: Expression) -> int:
    return max(level for level, _ in levels_of(expression))


def groups_named_in(expression: Expression) -> frozenset[GroupId]:
    return frozenset(
        node.group
        for node in nodes_of(expression)
        if isinstance(node, GroupMembers | MemberSince)
    )


def roles_named_in(expression: Expression) -> frozenset[Role]:
    return frozenset(
        node.role for node in nodes_of(expression) if isinstance(node, HasRole)
    )


def fields_named_in(expression: Expression) -> frozenset[str]:
    return frozenset(
        node.field for node in nodes_of(expression) if isinstance(node, Where)
    )


def leaves_of(expression: Expression) -> Iterator[Leaf]:
    """Answer what has an answer of its own, in the order of writing.

    Conditions on one address are answered together.
    """
    waiting = [expression]
    while waiting:
        node = waiting.pop()
        if isinstance(node, AnyOf | AllOf | AtLeast | Except):
            waiting.extend(reversed(children(node)))
        else:
            yield node


def conditions_in(expression: Expression) -> tuple[Where | SameAddress, ...]:
    """Answer what must be asked of contacts' facts, each question once."""
    return tuple(
        dict.fromkeys(
            leaf
            for leaf in leaves_of(expression)
            if isinstance(leaf, Where | SameAddress)
        )
    )


def memberships_since_in(expression: Expression) -> tuple[MemberSince, ...]:
    """Answer what must be asked of the days on which contacts joined, each once."""
    return tuple(
        dict.fromkeys(
            node for node in nodes_of(expression) if isinstance(node, MemberSince)
        )
    )


def is_composite(expression: Expression) -> bool:
    """Answer whether a group so defined is composite; otherwise it is dynamic.

    A definition that names a role and no group leaves its group dynamic.
    """
    return bool(groups_named_in(expression))
