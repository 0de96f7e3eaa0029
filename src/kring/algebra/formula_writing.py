"""The formula of a tree, in Dutch, of which reading makes the same tree again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import assert_never

from kring.algebra import formula_words as words
from kring.algebra.catalogue import OPERANDS, Catalogue, FieldFacts, Operand
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
    SameAddress,
    Scalar,
    SinceOperator,
    Value,
    Where,
)
from kring.algebra.formula_conditions import code_of_choice
from kring.algebra.formula_tokens import CODE, WORD, quoted
from kring.algebra.formula_words import GroupNames, Words
from kring.algebra.text import fold


def formula_of(
    expression: Expression, *, names: GroupNames, catalogue: Catalogue
) -> str:
    return _Writing(names, catalogue).expression(expression)


@dataclass(frozen=True, slots=True)
class _Writing:
    names: GroupNames
    catalogue: Catalogue

    def expression(self, expression: Expression) -> str:
        match expression:
            case AnyOf() | AllOf() | AtLeast() | Except():
                return self._branch(expression)
            case Where() | SameAddress():
                return self._asked(expression)
            case _:
                return self._belonging(expression)

    def _branch(self, branch: Branch) -> str:
        match branch:
            case AnyOf((_, _, *_)) | AllOf((_, _, *_)):
                word = words.OR if isinstance(branch, AnyOf) else words.AND
                return f" {_said(word)} ".join(map(self._operand, branch.parts))
            case AnyOf(parts):
                return f"één van {self._list(parts)}"
            case AllOf(parts):
                return f"alle van {self._list(parts)}"
            case AtLeast(count, parts):
                return f"minstens {count} van {self._list(parts)}"
            case Except():
                return self._excepted(branch)
            case _:
                assert_never(branch)

    def _excepted(self, expression: Except) -> str:
        if not expression.removed:
            return f"{self._operand(expression.base)} behalve ()"
        parts = map(self._operand, (expression.base, *expression.removed))
        return " en niet ".join(parts)

    def _operand(self, expression: Expression) -> str:
        written = self.expression(expression)
        if isinstance(expression, AnyOf | AllOf | AtLeast | Except):
            return f"({written})"
        return written

    def _list(self, parts: Iterable[Expression]) -> str:
        return f"({', '.join(map(self.expression, parts))})"

    def _belonging(self, leaf: Everyone | GroupMembers | HasRole | MemberSince) -> str:
        match leaf:
            case Everyone():
                return "iedereen"
            case GroupMembers(group):
                return self._group(group)
            case HasRole(role):
                return f"rol {_said(words.ROLES[role])}"
            case MemberSince(group, op, value):
                return f"lid van {self._group(group)} sinds {_since(op, value)}"
            case _:
                assert_never(leaf)

    def _group(self, group: GroupId) -> str:
        name = self.names.name_of(group)
        if name is None or self.names.group_named(name) != group:
            return f"groep#{group}"
        return quoted(name)

    def _asked(self, condition: Where | SameAddress) -> str:
        if isinstance(condition, SameAddress):
            return f"één adres met {self._list(condition.conditions)}"
        facts = self.catalogue.field(condition.field)
        field = self._field(condition.field, facts)
        compared = f"{field} {_said(words.OPERATORS[condition.op])}"
        return f"{compared} {_operand_of(condition, facts)}".rstrip()

    def _field(self, code: str, facts: FieldFacts | None) -> str:
        label = facts.labels["nl"] if facts else ""
        named = self.catalogue.field_named(label) if label else None
        if named is None or named.code != code or "]" in label:
            return f"veld#{code if CODE.fullmatch(code) else quoted(code)}"
        is_word = WORD.fullmatch(label) and fold(label) not in words.RESERVED
        return label.lower() if is_word else f"[{label}]"


def _said(phrases: tuple[Words, ...]) -> str:
    return " ".join(phrases[0])


def _since(op: SinceOperator, value: date | int) -> str:
    match op:
        case SinceOperator.BEFORE:
            return f"vóór {value}"
        case SinceOperator.AFTER:
            return f"na {value}"
        case SinceOperator.AT_LEAST_DAYS:
            return f"minstens {value} dagen"
        case _:
            assert_never(op)


def _operand_of(condition: Where, facts: FieldFacts | None) -> str:
    values = [_scalar(one, facts) for one in _all(condition.value)]
    match OPERANDS[condition.op]:
        case Operand.NOTHING | Operand.ONE:
            return "".join(values)
        case Operand.SEVERAL:
            return f"({', '.join(values)})"
        case Operand.RANGE:
            return " en ".join(values)
        case Operand.DAYS:
            return f"{values[0]} dagen"
        case Operand.YEARS:
            return f"{values[0]} jaar geleden"
        case _:
            assert_never(OPERANDS[condition.op])


def _all(value: Value) -> tuple[Scalar, ...]:
    if isinstance(value, tuple):
        return value
    return () if value is None else (value,)


def _scalar(value: Scalar, facts: FieldFacts | None) -> str:
    match value:
        case bool():
            return _said(words.YES if value else words.NO)
        case str():
            return quoted(_choice(value, facts) if facts else value)
        case Decimal():
            return f"{value:f}"
        case date():
            return value.isoformat()
        case int():
            return str(value)
        case _:
            assert_never(value)


def _choice(code: str, facts: FieldFacts) -> str:
    """Answer the choice by its label, unless that would be read as another."""
    for choice in facts.choices:
        label = choice.labels["nl"]
        if choice.code == code and code_of_choice(label, facts) == code:
            return label
    return code
