"""Every way in which the leaves of a definition can hold together, for few leaves.

What conditions mean is known: nobody has two dates of birth, and who is called
Delft is called something. Of groups and roles nothing is taken for granted, but that
who has been in a group for long is in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Final, Protocol

from kring.algebra.catalogue import (
    POSITIVES,
    RELATIVE_TO_TODAY,
    FieldFacts,
    FieldType,
)
from kring.algebra.conditions import Days, days_meant, holds
from kring.algebra.expressions import (
    Everyone,
    Expression,
    GroupId,
    GroupMembers,
    HasRole,
    Leaf,
    MemberSince,
    Operator,
    Role,
    SameAddress,
    Scalar,
    Value,
    Where,
)
from kring.algebra.sameness import Form, form_of
from kring.algebra.text import fold
from kring.algebra.walk import leaves_of

MOST_LEAVES: Final = 12

_Pattern = tuple[bool, ...]
_EXACT = frozenset({Operator.IS, Operator.IN, Operator.NOT_EMPTY})
_ORDERED = frozenset({FieldType.NUMBER, FieldType.MONEY, FieldType.DATE})
_ONE_DAY = timedelta(days=1)
# With more values or more combinations of answers than this a field is left free.
_MOST_EXAMPLES = 200
_MOST_PATTERNS = 64
_SEVERAL = frozenset({FieldType.TEXT, FieldType.MULTIPLE_CHOICE})


@dataclass(frozen=True, slots=True)
class Columns:
    """Some of the ways, as the bits of a number."""

    bits: int

    def __or__(self, other: Columns, /) -> Columns:
        return Columns(self.bits | other.bits)

    def __and__(self, other: Columns, /) -> Columns:
        return Columns(self.bits & other.bits)

    def __sub__(self, other: Columns, /) -> Columns:
        return Columns(self.bits & ~other.bits)

    def __bool__(self) -> bool:
        return self.bits != 0


@dataclass(frozen=True, slots=True)
class Truth:
    """The world of `algebra.semantics` in which each possible way is a contact."""

    everyone: Columns
    nobody: Columns
    columns: Mapping[Form, Columns]

    def members_of(self, group: GroupId, /) -> Columns:
        return self._where(GroupMembers(group))

    def matching(self, condition: Where | SameAddress, /) -> Columns:
        positive = positive_of(condition)
        found = self._where(positive)
        return found if positive == condition else self.everyone - found

    def having_role(self, role: Role, /) -> Columns:
        return self._where(HasRole(role))

    def member_since(self, membership: MemberSince, /) -> Columns:
        return self._where(membership)

    def _where(self, leaf: Leaf) -> Columns:
        return self.columns[form_of(leaf)]


class KnownFields(Protocol):
    """As much of the catalogue as is asked here."""

    def field(self, code: str, /) -> FieldFacts | None: ...


def truth_of(
    expression: Expression,
    *,
    fields: KnownFields,
    today: date,
    empty: frozenset[GroupId] = frozenset(),
) -> Truth | None:
    """Answer what can be; None where there are more leaves than can be laid out.

    The groups in `empty` are known to have no members.
    """
    leaves = _different_leaves(expression)
    if len(leaves) > MOST_LEAVES:
        return None
    free = _laid_out(leaves)
    possible = _all(len(leaves))
    for restriction in (
        _about_fields(leaves, fields, today),
        _about_groups(leaves, empty),
    ):
        for members, patterns in restriction:
            possible = possible & _matching(members, patterns, free)
    columns = {form: bits & possible for form, bits in free.items()}
    return Truth(possible, Columns(0), columns)


def positive_of(leaf: Where | SameAddress) -> Where | SameAddress:
    """Answer the condition of which this one is the complement, or itself."""
    if isinstance(leaf, SameAddress) or leaf.op not in POSITIVES:
        return leaf
    return Where(leaf.field, POSITIVES[leaf.op], leaf.value)


_Leaves = Mapping[Form, Leaf]
_Restrictions = Iterator[tuple[Sequence[Form], Iterable[_Pattern]]]


def _different_leaves(expression: Expression) -> dict[Form, Leaf]:
    leaves: dict[Form, Leaf] = {}
    for leaf in leaves_of(expression):
        if isinstance(leaf, Where | SameAddress):
            positive = positive_of(leaf)
            leaves.setdefault(form_of(positive), positive)
        elif not isinstance(leaf, Everyone):
            leaves.setdefault(form_of(leaf), leaf)
    return leaves


def _all(number: int) -> Columns:
    return Columns((1 << (1 << number)) - 1)


def _laid_out(leaves: _Leaves) -> dict[Form, Columns]:
    """Answer for each leaf the ways in which it holds: 0101…, 0011…, and so on."""
    found: dict[Form, Columns] = {}
    everyone = _all(len(leaves)).bits
    for place, form in enumerate(leaves):
        stretch = 1 << place
        found[form] = Columns(everyone // ((1 << stretch) + 1) << stretch)
    return found


def _matching(
    members: Sequence[Form], patterns: Iterable[_Pattern], free: Mapping[Form, Columns]
) -> Columns:
    everyone = _all(len(free))
    found = Columns(0)
    for pattern in patterns:
        here = everyone
        for form, is_so in zip(members, pattern, strict=True):
            here = here & free[form] if is_so else here - free[form]
        found = found | here
    return found


def _about_groups(leaves: _Leaves, empty: frozenset[GroupId]) -> _Restrictions:
    """Answer that who has been in a group for long is in it, and nobody in `empty`."""
    for form, leaf in leaves.items():
        if isinstance(leaf, GroupMembers | MemberSince) and leaf.group in empty:
            yield (form,), ((False,),)
        if isinstance(leaf, MemberSince):
            group = form_of(GroupMembers(leaf.group))
            if group in leaves:
                pairs = ((False, False), (False, True), (True, True))
                yield (form, group), pairs


def _about_fields(leaves: _Leaves, fields: KnownFields, today: date) -> _Restrictions:
    by_field: dict[str, dict[Form, Where]] = {}
    for form, leaf in leaves.items():
        if isinstance(leaf, Where):
            by_field.setdefault(leaf.field, {})[form] = leaf
    for code, asked in by_field.items():
        facts = fields.field(code)
        if facts is None:
            continue
        patterns = _patterns(facts, list(asked.values()), today)
        if patterns is not None:
            yield tuple(asked), patterns


def _patterns(
    facts: FieldFacts, asked: Sequence[Where], today: date
) -> set[_Pattern] | None:
    """Answer which of the conditions can hold together; None: nobody knows."""
    has_several = facts.type in _SEVERAL
    if has_several and any(one.op not in _EXACT for one in asked):
        return None

    def pattern(values: Sequence[Scalar]) -> _Pattern:
        return tuple(holds(one, facts.type, values, today=today) for one in asked)

    examples = _examples(facts, asked, today)
    if len(examples) > _MOST_EXAMPLES:
        return None
    single = {pattern([value]) for value in examples}
    found = {pattern([]), *single}
    if not has_several:
        return found
    return None if len(found) > _MOST_PATTERNS else _together(found)


def _together(patterns: set[_Pattern]) -> set[_Pattern]:
    """Answer what several values can meet: what one of them does."""
    found = set(patterns)
    waiting = list(patterns)
    while waiting:
        here = waiting.pop()
        joined = {
            tuple(a or b for a, b in zip(here, other, strict=True))
            for other in patterns
        }
        waiting.extend(joined - found)
        found |= joined
    return found


def _examples(
    facts: FieldFacts, asked: Sequence[Where], today: date
) -> Sequence[Scalar]:
    """Answer values that between them meet whatever any value can meet."""
    if facts.type is FieldType.BOOLEAN:
        return (True, False)
    if facts.choices:
        return tuple(choice.code for choice in facts.choices)
    if facts.type in _ORDERED:
        return _around(facts, asked, today)
    mentioned = {fold(str(one)) for where in asked for one in _all_of(where.value)}
    return (*mentioned, "x".join(["", *mentioned, ""]))


def _around(facts: FieldFacts, asked: Sequence[Where], today: date) -> list[Scalar]:
    """Answer each bound, and what lies right beside and between the bounds."""
    bounds = sorted({bound for one in asked for bound in _bounds(one, today)})
    if not bounds:
        bounds = [_some_value(facts)]
    return [*bounds, *_beside(bounds)]


def _some_value(facts: FieldFacts) -> date | Decimal:
    return date(2000, 1, 1) if facts.type is FieldType.DATE else Decimal(0)


def _bounds(condition: Where, today: date) -> Iterator[date | Decimal]:
    value = condition.value
    if condition.op in RELATIVE_TO_TODAY and isinstance(value, int):
        yield from _ends(days_meant(condition.op, value, today=today))
    else:
        for one in _all_of(value):
            yield one if isinstance(one, date) else Decimal(one)


def _ends(days: Days) -> Iterator[date]:
    yield from (day for day in (days.first, days.last) if day is not None)


def _beside(bounds: Sequence[date | Decimal]) -> Iterator[Scalar]:
    dates = [bound for bound in bounds if isinstance(bound, date)]
    for day in dates:
        yield from (
            day + step for step in (-_ONE_DAY, _ONE_DAY) if date.min < day < date.max
        )
    numbers = [bound for bound in bounds if isinstance(bound, Decimal)]
    if numbers:
        yield from (numbers[0] - 1, numbers[-1] + 1)
    yield from ((low + high) / 2 for low, high in pairwise(numbers))


def _all_of(value: Value) -> tuple[Scalar, ...]:
    if isinstance(value, tuple):
        return value
    return () if value is None else (value,)
