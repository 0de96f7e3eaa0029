"""Why one contact belongs or not, and the smallest change that would turn it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, unique
from itertools import chain, combinations
from typing import Final, assert_never

from kring.algebra.catalogue import POSITIVES
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
    Leaf,
    MemberSince,
    Role,
    SameAddress,
    Where,
)
from kring.algebra.graph import edges_of, in_order
from kring.algebra.sameness import Form, different, form_of
from kring.algebra.semantics import members
from kring.algebra.walk import children, leaves_of

Holds = Callable[[Leaf], bool]

EXACT_UP_TO: Final = 12


@dataclass(frozen=True, slots=True)
class Reason:
    """A part of a definition, whether it holds for the contact, and why.

    A part decides when the answer rests on it: it is one of those that made its
    whole hold, or one of those that kept it from holding. The conditions of one
    address are answered together and have no parts.
    """

    expression: Expression
    holds: bool
    decides: bool
    parts: tuple[Reason, ...] = ()


@unique
class Proof(Enum):
    SMALLEST = "smallest"
    SUGGESTION = "suggestion"


@dataclass(frozen=True, slots=True)
class Flip:
    """A leaf that would have another answer."""

    leaf: Leaf
    becomes: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """Flips that together would turn the answer, and whether fewer could."""

    flips: tuple[Flip, ...]
    proof: Proof


@dataclass(frozen=True, slots=True)
class Followed:
    """A group that follows from others, unless a hand puts in or keeps out."""

    definition: Expression
    by_hand: bool | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the parts of a definition follow from, so that flips have consequences."""

    followed: Mapping[GroupId, Followed] = field(default_factory=dict)
    givers: Mapping[Role, Collection[GroupId]] = field(default_factory=dict)


NOTHING_AROUND: Final = Surroundings()


def explanation_of(expression: Expression, holds: Holds) -> Reason:
    """Answer the tree of reasons; `holds` answers each leaf but everyone."""
    return _marked(_judged(expression, holds))


def smallest_turn(
    expression: Expression, holds: Holds, around: Surroundings = NOTHING_AROUND
) -> Turn | None:
    """Answer the fewest leaves of which other answers would turn the whole.

    This is exact for up to twelve different leaves. Above that it is a suggestion
    that does turn the answer, or None when none was found; with twelve or fewer,
    None means that nothing turns it. A condition and its complement flip together,
    and a group or role that follows from what flips goes along, as far as the
    surroundings tell; otherwise each leaf is taken to be free of the others.
    """
    table = _Table(expression, holds, around)
    fewest = min(table.turning(), key=len, default=None)
    if fewest is None:
        return None
    proven = table.is_complete or len(fewest) == 1
    return Turn(
        tuple(
            Flip(table.leaves[form], not holds(table.leaves[form])) for form in fewest
        ),
        Proof.SMALLEST if proven else Proof.SUGGESTION,
    )


def _judged(expression: Expression, holds: Holds) -> Reason:
    if not isinstance(expression, AnyOf | AllOf | AtLeast | Except):
        return Reason(expression, _answer(expression, holds), decides=False)
    parts = tuple(_judged(child, holds) for child in children(expression))
    return Reason(expression, _whole(expression, parts), decides=False, parts=parts)


def _answer(leaf: Leaf, holds: Holds) -> bool:
    return isinstance(leaf, Everyone) or holds(leaf)


def _whole(branch: Branch, parts: Sequence[Reason]) -> bool:
    match branch:
        case AnyOf():
            return any(part.holds for part in parts)
        case AllOf():
            return all(part.holds for part in parts)
        case AtLeast(count, _):
            met = (part.expression for part in parts if part.holds)
            return len(different(met)) >= count
        case Except():
            base, *removed = parts
            return base.holds and not any(part.holds for part in removed)
        case _:
            assert_never(branch)


def _marked(reason: Reason) -> Reason:
    """Mark the reason as deciding, and those of its parts that it rests on."""
    deciding = _deciding(reason)
    parts = tuple(
        _marked(part) if place in deciding else part
        for place, part in enumerate(reason.parts)
    )
    return Reason(reason.expression, reason.holds, decides=True, parts=parts)


def _deciding(reason: Reason) -> Collection[int]:
    """Answer the places of the parts that pull the way the whole went."""
    if isinstance(reason.expression, Except):
        base, *removed = reason.parts
        pulls = [base.holds, *(not part.holds for part in removed)]
    else:
        pulls = [part.holds for part in reason.parts]
    return {place for place, pull in enumerate(pulls) if pull is reason.holds}


class _Table:
    """Every set of flips that is tried, evaluated as if it were a contact.

    So the one meaning of expressions also judges what would happen.
    """

    nobody: frozenset[int] = frozenset()

    def __init__(
        self, expression: Expression, holds: Holds, around: Surroundings
    ) -> None:
        self._expression = expression
        self._holds = holds
        self._givers = around.givers
        self.leaves = _free_leaves(expression)
        self.is_complete = len(self.leaves) <= EXACT_UP_TO
        self._tried = self._all() if self.is_complete else self._likely()
        self.everyone = frozenset(range(len(self._tried)))
        self._columns: dict[Form, frozenset[int]] = {}
        self._following: dict[GroupId, frozenset[int]] = {}
        self._follow(around.followed)

    def turning(self) -> Iterable[tuple[Form, ...]]:
        inside = members(self._expression, self)
        turned = self.everyone - inside if 0 in inside else inside
        return (self._tried[place] for place in sorted(turned))

    def members_of(self, group: GroupId, /) -> frozenset[int]:
        leaf = GroupMembers(group)
        by_itself = self._following.get(group)
        where = self._where(leaf) if by_itself is None else self._of(leaf, by_itself)
        return (where | self._brought_in(group)) - self._taken_out(group)

    def matching(self, condition: Where | SameAddress, /) -> frozenset[int]:
        return self._where(condition)

    def having_role(self, role: Role, /) -> frozenset[int]:
        leaf = HasRole(role)
        if role not in self._givers:
            return self._where(leaf)
        giving = map(self.members_of, self._givers[role])
        return self._of(leaf, self.nobody.union(*giving))

    def member_since(self, membership: MemberSince, /) -> frozenset[int]:
        where = self._where(membership)
        if not self._holds(GroupMembers(membership.group)):
            return where
        return where & self.members_of(membership.group)

    def _where(self, leaf: Leaf) -> frozenset[int]:
        """Answer where a leaf holds of which the answer follows from nothing else."""
        return self._of(leaf, self.everyone if self._holds(leaf) else self.nobody)

    def _of(self, leaf: Leaf, by_itself: frozenset[int]) -> frozenset[int]:
        flipped = self._flipping(leaf)
        if self._holds(leaf):
            return by_itself - flipped
        return by_itself | flipped

    def _flipping(self, leaf: Leaf) -> frozenset[int]:
        atom = _atom(leaf)
        if atom not in self.leaves:
            return self.nobody
        if atom not in self._columns:
            tried = enumerate(self._tried)
            self._columns[atom] = frozenset(p for p, flips in tried if atom in flips)
        return self._columns[atom]

    def _follow(self, followed: Mapping[GroupId, Followed]) -> None:
        """Judge the groups that follow from others, parts before what they make."""
        definitions = {group: one.definition for group, one in followed.items()}
        edges = edges_of(definitions, lambda role: self._givers.get(role, ()))
        for group in in_order(followed, edges):
            self._following[group] = self._judged(followed[group])

    def _judged(self, followed: Followed) -> frozenset[int]:
        if followed.by_hand is None:
            return members(followed.definition, self)
        return self.everyone if followed.by_hand else self.nobody

    def _brought_in(self, group: GroupId) -> frozenset[int]:
        """Answer where it is supposed that somebody has been in it for long enough."""
        supposed = (
            self._flipping(leaf)
            for leaf in self.leaves.values()
            if isinstance(leaf, MemberSince) and leaf.group == group
            if not self._holds(leaf)
        )
        return self.nobody.union(*supposed)

    def _taken_out(self, group: GroupId) -> frozenset[int]:
        """Answer where it is supposed that a role is lost which the group gives."""
        supposed = (
            self._flipping(HasRole(role))
            for role, givers in self._givers.items()
            if group in givers and self._holds(HasRole(role))
        )
        return self.nobody.union(*supposed)

    def _all(self) -> list[tuple[Form, ...]]:
        sizes = range(len(self.leaves) + 1)
        return list(chain(*(combinations(self.leaves, size) for size in sizes)))

    def _likely(self) -> list[tuple[Form, ...]]:
        """Answer no flip, every single flip, and what would do if none recurred."""
        singles: list[tuple[Form, ...]] = [(form,) for form in self.leaves]
        target = not explanation_of(self._expression, self._holds).holds
        needed = _needed(self._expression, self._holds, target=target)
        return [(), *singles, *([] if needed is None else [tuple(needed)])]


def _free_leaves(expression: Expression) -> dict[Form, Leaf]:
    leaves: dict[Form, Leaf] = {}
    for leaf in leaves_of(expression):
        if not isinstance(leaf, Everyone):
            leaves.setdefault(_atom(leaf), leaf)
    return leaves


def _atom(leaf: Leaf) -> Form:
    """Answer what a leaf and its complement share: they flip together."""
    if isinstance(leaf, Where) and leaf.op in POSITIVES:
        return form_of(Where(leaf.field, POSITIVES[leaf.op], leaf.value))
    return form_of(leaf)


def _needed(
    expression: Expression, holds: Holds, *, target: bool
) -> dict[Form, None] | None:
    """Answer flips that make it so, or None where nothing does."""
    if isinstance(expression, Everyone):
        return {} if target else None
    if not isinstance(expression, AnyOf | AllOf | AtLeast | Except):
        return {} if holds(expression) is target else {_atom(expression): None}
    if isinstance(expression, Except):
        wanted = [(expression.base, target)]
        wanted += [(part, not target) for part in different(expression.removed)]
    else:
        wanted = [(part, target) for part in different(expression.parts)]
    options = [_needed(part, holds, target=want) for part, want in wanted]
    return _cheapest(options, _quorum(expression, len(options), target=target))


def _quorum(branch: Branch, number: int, *, target: bool) -> int:
    """Answer of how many of its parts the whole needs the target."""
    match branch:
        case AnyOf():
            needed = 1
        case AllOf() | Except():
            needed = number
        case AtLeast(count, _):
            needed = count
        case _:
            assert_never(branch)
    return needed if target else number - needed + 1


def _cheapest(
    options: Iterable[dict[Form, None] | None], count: int
) -> dict[Form, None] | None:
    possible = sorted((one for one in options if one is not None), key=len)
    if len(possible) < count:
        return None
    return dict.fromkeys(chain(*possible[:count]))
