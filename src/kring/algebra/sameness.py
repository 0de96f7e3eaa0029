"""When two expressions are the same part, however they are written.

The form of an expression is what is left of it when order, repetition and brackets
without effect are taken away. Two expressions with one form have the same members in
every world; the reverse is not promised, since it would need knowledge of the world.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import assert_never

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
    SameAddress,
    Where,
)

Form = Hashable


@dataclass(frozen=True, slots=True)
class _Combination:
    word: str
    forms: frozenset[Form]
    base: Form = None
    count: int = 0


_ONE_OF_A_LIST = {Operator.IN: Operator.IS, Operator.NOT_IN: Operator.IS_NOT}


def form_of(expression: Expression) -> Form:
    match expression:
        case Everyone() | GroupMembers() | HasRole() | MemberSince():
            return expression
        case Where():
            return _form_of_condition(expression)
        case SameAddress(conditions):
            return _Combination("address", _forms_of(conditions))
        case AnyOf() | AllOf() | AtLeast():
            return _form_of_parts(expression)
        case Except(base, removed):
            return _excepted(form_of(base), _forms_of(removed))
        case _:
            assert_never(expression)


def different(parts: Iterable[Expression]) -> tuple[Expression, ...]:
    """Answer the parts without the repetitions, each where it was first written."""
    first: dict[Form, Expression] = {}
    for part in parts:
        first.setdefault(form_of(part), part)
    return tuple(first.values())


def _forms_of(parts: Iterable[Expression]) -> frozenset[Form]:
    return frozenset(map(form_of, parts))


def _form_of_condition(condition: Where) -> Form:
    if condition.op not in _ONE_OF_A_LIST or not isinstance(condition.value, tuple):
        return condition
    values = frozenset(condition.value)
    if len(values) == 1:
        (value,) = values
        return Where(condition.field, _ONE_OF_A_LIST[condition.op], value)
    return (condition.field, condition.op, values)


def _form_of_parts(expression: AnyOf | AllOf | AtLeast) -> Form:
    forms = _forms_of(expression.parts)
    match expression:
        case AnyOf():
            return _joined("any", forms)
        case AllOf():
            return _joined("all", forms)
        case AtLeast(count, _):
            return _counted(count, forms)
        case _:
            assert_never(expression)


def _counted(count: int, forms: frozenset[Form]) -> Form:
    if count == 1:
        return _joined("any", forms)
    if count == len(forms):
        return _joined("all", forms)
    return _Combination("at least", forms, count=count)


def _joined(word: str, forms: frozenset[Form]) -> Form:
    opened = _opened(word, forms)
    if len(opened) == 1:
        (form,) = opened
        return form
    return _Combination(word, opened)


def _excepted(base: Form, forms: frozenset[Form]) -> Form:
    removed = _opened("any", forms)
    if not removed:
        return base
    if isinstance(base, _Combination) and base.word == "except":
        return _Combination("except", base.forms | removed, base=base.base)
    return _Combination("except", removed, base=base)


def _opened(word: str, forms: frozenset[Form]) -> frozenset[Form]:
    """Open brackets of the same kind, which change nothing."""
    opened: set[Form] = set()
    for form in forms:
        if isinstance(form, _Combination) and form.word == word:
            opened |= form.forms
        else:
            opened.add(form)
    return frozenset(opened)
