"""Generated expressions and worlds, for tests of laws."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from hypothesis import strategies as st

from kring.algebra.catalogue import (
    OPERANDS,
    OPERATORS,
    Choice,
    FieldFacts,
    FieldPlace,
    FieldType,
    Labels,
    Operand,
)
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
    Operator,
    Role,
    SameAddress,
    Scalar,
    SinceOperator,
    Value,
    Where,
)
from kring.algebra.sameness import Form, different, form_of
from kring.algebra.text import fold

ContactSet = frozenset[int]
CONTACTS = 12
GROUPS = 5


def _field(
    code: str,
    label: str,
    type: FieldType,  # noqa: A002 (the field's own word)
    *,
    choices: tuple[Choice, ...] = (),
    place: FieldPlace = FieldPlace.CONTACT,
) -> FieldFacts:
    labels: Labels = {"nl": label, "en": code.replace("_", " ").capitalize()}
    return FieldFacts(code, labels, type, choices, place)


FIELDS = (
    _field("city", "Woonplaats", FieldType.TEXT, place=FieldPlace.ADDRESS),
    _field("street", "Straat", FieldType.TEXT, place=FieldPlace.ADDRESS),
    _field("last_name", "Achternaam", FieldType.TEXT),
    _field("panels", "Zonnepanelen", FieldType.NUMBER),
    _field("share", "Inleg", FieldType.MONEY),
    _field("date_of_birth", "Geboortedatum", FieldType.DATE),
    _field("created_on", "Gemaakt op", FieldType.DATE),
    _field("newsletter", "Nieuwsbrief", FieldType.BOOLEAN),
    _field(
        "status",
        "Status",
        FieldType.CHOICE,
        choices=(
            Choice("member", {"nl": "Lid", "en": "Member"}),
            Choice("prospect", {"nl": "Belangstellende", "en": "Prospect"}),
        ),
    ),
    _field(
        "interests",
        "Interesses",
        FieldType.MULTIPLE_CHOICE,
        choices=(
            Choice("sun", {"nl": "Zon", "en": "Sun"}),
            Choice("wind", {"nl": 'Wind "op zee"', "en": "Wind"}),
        ),
    ),
)


class Fields:
    """A catalogue of one field of each type, and a few more."""

    def __init__(self, fields: tuple[FieldFacts, ...] = FIELDS) -> None:
        self._fields = fields

    def field(self, code: str, /) -> FieldFacts | None:
        return next((one for one in self._fields if one.code == code), None)

    def field_named(self, name: str, /) -> FieldFacts | None:
        wanted = fold(name)
        return next(
            (
                one
                for one in self._fields
                if wanted in {fold(one.code), *map(fold, one.labels.values())}
            ),
            None,
        )


CATALOGUE = Fields()

group_ids = st.integers(1, GROUPS)
dates = st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 12, 31))
numbers = st.decimals(-10_000, 10_000, places=2, allow_nan=False).map(
    lambda number: abs(number) if number.is_zero() else number
)
texts = st.text(
    st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=8
).filter(fold)


def _scalars(facts: FieldFacts) -> st.SearchStrategy[Scalar]:
    if facts.choices:
        return st.sampled_from([choice.code for choice in facts.choices])
    by_type: Mapping[FieldType, st.SearchStrategy[Scalar]] = {
        FieldType.TEXT: texts,
        FieldType.NUMBER: numbers,
        FieldType.MONEY: numbers,
        FieldType.DATE: dates,
        FieldType.BOOLEAN: st.booleans(),
    }
    return by_type[facts.type]


def _values(facts: FieldFacts, op: Operator) -> st.SearchStrategy[Value]:
    scalars = _scalars(facts)
    by_operand: Mapping[Operand, st.SearchStrategy[Value]] = {
        Operand.NOTHING: st.none(),
        Operand.ONE: scalars,
        Operand.SEVERAL: st.lists(scalars, min_size=1, max_size=3).map(tuple),
        Operand.RANGE: st.tuples(scalars, scalars).map(
            lambda pair: tuple(sorted(pair))
        ),
        Operand.DAYS: st.integers(0, 1_000),
        Operand.YEARS: st.integers(0, 120),
    }
    return by_operand[OPERANDS[op]]


@st.composite
def conditions(draw: st.DrawFn, fields: tuple[FieldFacts, ...] = FIELDS) -> Where:
    facts = draw(st.sampled_from(fields))
    op = draw(st.sampled_from(OPERATORS[facts.type]))
    return Where(facts.code, op, draw(_values(facts, op)))


address_conditions = conditions(
    tuple(one for one in FIELDS if one.place is FieldPlace.ADDRESS)
)
groups = st.builds(GroupMembers, group_ids)
memberships = st.one_of(
    st.builds(
        MemberSince,
        group_ids,
        st.sampled_from([SinceOperator.BEFORE, SinceOperator.AFTER]),
        dates,
    ),
    st.builds(
        MemberSince,
        group_ids,
        st.just(SinceOperator.AT_LEAST_DAYS),
        st.integers(0, 1_000),
    ),
)
leaves: st.SearchStrategy[Expression] = st.one_of(
    groups,
    groups,
    st.just(Everyone()),
    st.builds(HasRole, st.sampled_from(Role)),
    memberships,
    conditions(),
    st.lists(address_conditions, min_size=1, max_size=3).map(tuple).map(SameAddress),
)


@st.composite
def counted(draw: st.DrawFn, parts: st.SearchStrategy[Expression]) -> AtLeast:
    chosen = draw(st.lists(parts, min_size=1, max_size=4).map(tuple))
    return AtLeast(draw(st.integers(1, len(different(chosen)))), chosen)


def branches(parts: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    several = st.lists(parts, max_size=4).map(tuple)
    return st.one_of(
        st.builds(AnyOf, several),
        st.builds(AllOf, st.lists(parts, min_size=1, max_size=4).map(tuple)),
        counted(parts),
        st.builds(Except, parts, several),
    )


expressions: st.SearchStrategy[Expression] = st.recursive(
    leaves, branches, max_leaves=12
)
compositions: st.SearchStrategy[Expression] = st.recursive(
    groups, branches, max_leaves=12
)

contact_sets = st.frozensets(st.integers(0, CONTACTS - 1))


@dataclass
class PlainWorld:
    """The truth: every answer is a plain set, drawn once and then kept."""

    answer: Callable[[object], ContactSet]
    everyone: ContactSet = frozenset(range(CONTACTS))
    nobody: ContactSet = frozenset()
    answers: dict[object, ContactSet] = field(default_factory=dict)

    def members_of(self, group: GroupId, /) -> ContactSet:
        return self._kept(GroupMembers(group))

    def matching(self, condition: Where | SameAddress, /) -> ContactSet:
        return self._kept(condition, form_of(condition))

    def having_role(self, role: Role, /) -> ContactSet:
        return self._kept(role)

    def member_since(self, membership: MemberSince, /) -> ContactSet:
        return self._kept(membership)

    def _kept(self, question: object, form: Form = None) -> ContactSet:
        """Answer alike what means the same, such as `is Delft` and `in [Delft]`."""
        key = question if form is None else form
        if key not in self.answers:
            self.answers[key] = self.answer(question)
        return self.answers[key]


@st.composite
def worlds(draw: st.DrawFn) -> PlainWorld:
    sets = draw(st.lists(contact_sets, min_size=7, max_size=7))

    def answer(question: object) -> ContactSet:
        return sets[sum(map(ord, repr(question))) % len(sets)]

    return PlainWorld(answer)


def world_of(groups: Mapping[GroupId, set[int]]) -> PlainWorld:
    """Answer a world of these groups, in which nothing else is known."""
    answers: dict[object, ContactSet] = {
        GroupMembers(group): frozenset(members) for group, members in groups.items()
    }
    return PlainWorld(answers.__getitem__)


ADULT = Where("date_of_birth", Operator.AGE_AT_LEAST, 18)
IN_DELFT = Where("city", Operator.IN, ("Delft", "Den Haag"))
WEALTHY = Where("share", Operator.AT_LEAST, Decimal("12.50"))
