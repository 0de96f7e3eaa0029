"""Conditions in a formula, read by what the fields they name allow."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, assert_never

from kring.algebra import formula_words as words
from kring.algebra.catalogue import (
    OPERANDS,
    OPERATORS,
    Catalogue,
    FieldFacts,
    FieldPlace,
    Operand,
)
from kring.algebra.expressions import Operator, Where
from kring.algebra.formula_cursor import (
    Cursor,
    is_numbered_group,
    placed_at,
    whole_number,
)
from kring.algebra.formula_errors import UnfitError, UnknownNameError
from kring.algebra.formula_tokens import Kind, Token, unquoted
from kring.algebra.formula_words import Words
from kring.algebra.text import fold
from kring.algebra.unreadable import NotOfAddressError, UnfitOperatorError
from kring.algebra.values import value_in

FIELD_KINDS: Final = frozenset({Kind.WORD, Kind.LABEL, Kind.REFERENCE})
"""The kinds of token by which a field can be named."""

_UNITS = {Operand.DAYS: words.DAYS, Operand.YEARS: words.YEARS_AGO}


class Conditions:
    """The conditions of one formula."""

    def __init__(self, tokens: Cursor, catalogue: Catalogue) -> None:
        self._tokens = tokens
        self._catalogue = catalogue

    def condition(self) -> Where:
        field = self._field()
        op = self._operator(field)
        first = self._tokens.next
        data = self._operand(op, field)
        with placed_at(self._tokens.place_from(first)):
            return Where(field.code, op, value_in(data, field, op, ""))

    def of_address(self) -> Where:
        first = self._tokens.next
        condition = self.condition()
        field = self._catalogue.field(condition.field)
        if field is None or field.place is not FieldPlace.ADDRESS:
            place = self._tokens.place_from(first)
            raise UnfitError(place, NotOfAddressError("", field=condition.field))
        return condition

    def _field(self) -> FieldFacts:
        token = self._tokens.next
        if token.kind not in FIELD_KINDS or is_numbered_group(token):
            raise self._tokens.unexpected("condition")
        self._tokens.take()
        field = self._field_called(token)
        if field is None:
            raise UnknownNameError(
                self._tokens.place(token), kind="field", name=token.text, suggestion=""
            )
        return field

    def _field_called(self, token: Token) -> FieldFacts | None:
        if token.kind is Kind.REFERENCE:
            _, _, code = token.text.partition("#")
            return self._catalogue.field(unquoted(code))
        return self._catalogue.field_named(token.text)

    def _operator(self, field: FieldFacts) -> Operator:
        token = self._tokens.next
        for op, phrases in words.OPERATORS.items():
            if self._tokens.take_if(phrases):
                return self._fitting(op, field, token)
        fitting = OPERATORS[field.type]
        expected = (" ".join(words.OPERATORS[op][0]) for op in fitting)
        raise self._tokens.unexpected(*expected)

    def _fitting(self, op: Operator, field: FieldFacts, token: Token) -> Operator:
        fitting = OPERATORS[field.type]
        if op in fitting:
            return op
        cause = UnfitOperatorError(
            "",
            field=field.code,
            type=field.type.value,
            op=op.value,
            expected=tuple(one.value for one in fitting),
        )
        raise UnfitError(self._tokens.place(token), cause)

    def _operand(self, op: Operator, field: FieldFacts) -> object:
        match OPERANDS[op]:
            case Operand.NOTHING:
                return None
            case Operand.ONE:
                return self._value(field)
            case Operand.SEVERAL:
                return self._values(field)
            case Operand.RANGE:
                return self._range(field)
            case Operand.DAYS | Operand.YEARS:
                return self._number_of(_UNITS[OPERANDS[op]])
            case _:
                assert_never(OPERANDS[op])

    def _values(self, field: FieldFacts) -> list[object]:
        self._tokens.require([("(",)])
        values = [self._value(field)]
        while self._tokens.take_if([(",",)]):
            values.append(self._value(field))
        self._tokens.require([(")",)])
        return values

    def _range(self, field: FieldFacts) -> list[object]:
        lowest = self._value(field)
        self._tokens.require(words.AND)
        return [lowest, self._value(field)]

    def _number_of(self, unit: tuple[Words, ...]) -> int:
        number = whole_number(self._tokens)
        self._tokens.require(unit)
        return number

    def _value(self, field: FieldFacts) -> object:
        if self._tokens.take_if(words.YES):
            return True
        if self._tokens.take_if(words.NO):
            return False
        token = self._tokens.next
        match token.kind:
            case Kind.TEXT:
                return code_of_choice(self._tokens.take().text, field)
            case Kind.DATE:
                return self._tokens.take().text
            case Kind.NUMBER:
                return Decimal(self._tokens.take().text)
            case _:
                raise self._tokens.unexpected("text", "number", "date", "ja", "nee")


def code_of_choice(text: str, field: FieldFacts) -> str:
    codes = {choice.code for choice in field.choices}
    if text in codes:
        return text
    for choice in field.choices:
        if fold(text) in map(fold, choice.labels.values()):
            return choice.code
    return text
