"""Formulas, Dutch or English, read into the tree they mean."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import assert_never

from kring.algebra import formula_words as words
from kring.algebra import limits
from kring.algebra.catalogue import (
    OPERANDS,
    OPERATORS,
    Catalogue,
    FieldFacts,
    FieldPlace,
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
    SinceOperator,
    Where,
)
from kring.algebra.formula_errors import (
    Place,
    UnexpectedError,
    UnfitError,
    UnknownNameError,
    place_in,
)
from kring.algebra.formula_tokens import Kind, Token, tokens_of, unquoted
from kring.algebra.formula_words import GroupNames, Words
from kring.algebra.sameness import different
from kring.algebra.text import fold
from kring.algebra.unreadable import (
    ImpossibleCountError,
    NoPartsError,
    NotOfAddressError,
    OutOfRangeError,
    TooDeepError,
    TooLongError,
    TooManyNodesError,
    UnfitOperatorError,
    UnreadableDefinitionError,
)
from kring.algebra.values import since_value_in, value_in
from kring.algebra.walk import depth, node_count

_UNITS = {Operand.DAYS: words.DAYS, Operand.YEARS: words.YEARS_AGO}
_FIELD_KINDS = frozenset({Kind.WORD, Kind.LABEL, Kind.REFERENCE})
_EXPRESSION = ("group", "condition", "(")


def read_formula(text: str, *, names: GroupNames, catalogue: Catalogue) -> Expression:
    """Answer the tree; the same limits hold as for JSON."""
    whole = place_in(text, 0, len(text))
    if len(text) > limits.FORMULA_LENGTH:
        raise UnfitError(whole, TooLongError("", limit=limits.FORMULA_LENGTH))
    expression = _Reading(text, names, catalogue).whole()
    if node_count(expression) > limits.NODES:
        raise UnfitError(whole, TooManyNodesError("", limit=limits.NODES))
    if depth(expression) > limits.DEPTH:
        raise UnfitError(whole, TooDeepError("", limit=limits.DEPTH))
    return expression


class _Tokens:
    """The tokens of one formula, and how far they are read."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokens_of(text)
        self._at = 0

    @property
    def next(self) -> Token:
        return self._tokens[self._at]

    def take(self) -> Token:
        token = self.next
        self._at += token.kind is not Kind.END
        return token

    def take_if(self, phrases: Iterable[Words]) -> bool:
        """Read the first phrase that stands here, if any does."""
        for phrase in phrases:
            ahead = self._tokens[self._at : self._at + len(phrase)]
            if tuple(map(_keyword, ahead)) == phrase:
                self._at += len(phrase)
                return True
        return False

    def require(self, phrases: Iterable[Words]) -> None:
        phrases = tuple(phrases)
        if not self.take_if(phrases):
            raise self.unexpected(*(" ".join(phrase) for phrase in phrases))

    def require_kind(self, kind: Kind) -> Token:
        if self.next.kind is not kind:
            raise self.unexpected(kind.value)
        return self.take()

    def unexpected(self, *expected: str) -> UnexpectedError:
        token = self.next
        found = self._text[token.start : token.end] or "the end"
        return UnexpectedError(self.place(token), expected=expected, found=found)

    def place(self, token: Token) -> Place:
        return place_in(self._text, token.start, token.end)

    def place_from(self, first: Token) -> Place:
        """Answer the place of all that was read from this token on."""
        last = self._tokens[self._at - 1]
        return place_in(self._text, first.start, max(first.start, last.end))


def _keyword(token: Token) -> str:
    return token.text if token.kind in {Kind.WORD, Kind.MARK} else ""


class _Reading:
    """One reading of one formula, by recursive descent of bounded depth."""

    def __init__(self, text: str, names: GroupNames, catalogue: Catalogue) -> None:
        self._tokens = _Tokens(text)
        self._names = names
        self._conditions = _Conditions(self._tokens, catalogue)
        self._level = 0
        self._forms: tuple[tuple[tuple[Words, ...], Callable[[], Expression]], ...] = (
            (words.EVERYONE, Everyone),
            (words.ONE_ADDRESS, self._one_address),
            (words.ANY_OF, lambda: AnyOf(self._list())),
            (words.ALL_OF, lambda: AllOf(self._filled_list())),
            (words.AT_LEAST, self._at_least),
            (words.ROLE, self._role),
            (words.MEMBER_OF, self._member),
        )

    def whole(self) -> Expression:
        expression = self._expression()
        if self._tokens.next.kind is not Kind.END:
            raise self._tokens.unexpected("en", "of", "behalve", "the end")
        return expression

    def _expression(self) -> Expression:
        expression = self._disjunction()
        while self._tokens.take_if(words.EXCEPT):
            is_list = self._tokens.next.text == "("
            removed = self._list() if is_list else (self._operand(),)
            expression = Except(expression, removed)
        return expression

    def _disjunction(self) -> Expression:
        parts = [self._conjunction()]
        while self._tokens.take_if(words.OR):
            parts.append(self._conjunction())
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def _conjunction(self) -> Expression:
        kept: list[Expression] = []
        removed: list[Expression] = []
        while True:
            side = removed if self._tokens.take_if(words.NOT) else kept
            side.append(self._operand())
            if not self._tokens.take_if(words.AND):
                break
        base = _all_of(kept)
        return Except(base, tuple(removed)) if removed else base

    def _operand(self) -> Expression:
        token = self._tokens.next
        if token.kind is Kind.TEXT or _is_numbered_group(token):
            return GroupMembers(self._group())
        if self._tokens.take_if([("(",)]):
            return self._closed(self._deeper(self._expression))
        for phrases, form in self._forms:
            if self._tokens.take_if(phrases):
                return form()
        if token.kind in _FIELD_KINDS:
            return self._conditions.condition()
        raise self._tokens.unexpected(*_EXPRESSION)

    def _deeper(self, read: Callable[[], Expression]) -> Expression:
        if self._level >= limits.DEPTH:
            cause = TooDeepError("", limit=limits.DEPTH)
            raise UnfitError(self._tokens.place(self._tokens.next), cause)
        self._level += 1
        expression = read()
        self._level -= 1
        return expression

    def _closed(self, expression: Expression) -> Expression:
        self._tokens.require([(")",)])
        return expression

    def _list(self) -> tuple[Expression, ...]:
        self._tokens.require([("(",)])
        parts: list[Expression] = []
        while not self._tokens.take_if([(")",)]):
            if parts:
                self._tokens.require([(",",)])
            parts.append(self._deeper(self._expression))
        return tuple(parts)

    def _filled_list(self) -> tuple[Expression, ...]:
        first = self._tokens.next
        parts = self._list()
        if not parts:
            raise UnfitError(self._tokens.place_from(first), NoPartsError(""))
        return parts

    def _at_least(self) -> Expression:
        place = self._tokens.place(self._tokens.next)
        count = _whole_number(self._tokens)
        self._tokens.require(words.OF)
        parts = self._filled_list()
        number = len(different(parts))
        if not 1 <= count <= number:
            raise UnfitError(
                place, ImpossibleCountError("", count=count, different=number)
            )
        return AtLeast(count, parts)

    def _role(self) -> Expression:
        for role in Role:
            if self._tokens.take_if(words.ROLES[role]):
                return HasRole(role)
        raise self._tokens.unexpected(*(words.ROLES[role][0][0] for role in Role))

    def _member(self) -> Expression:
        group = self._group()
        self._tokens.require(words.SINCE)
        op = self._since_operator()
        first = self._tokens.next
        data = self._since(op)
        with _placed(self._tokens.place_from(first)):
            return MemberSince(group, op, since_value_in(data, op, ""))

    def _since(self, op: SinceOperator) -> object:
        if op is not SinceOperator.AT_LEAST_DAYS:
            return self._tokens.require_kind(Kind.DATE).text
        number = _whole_number(self._tokens)
        self._tokens.require(words.DAYS)
        return number

    def _since_operator(self) -> SinceOperator:
        if self._tokens.take_if(words.AT_LEAST):
            return SinceOperator.AT_LEAST_DAYS
        if self._tokens.take_if(words.BEFORE):
            return SinceOperator.BEFORE
        if self._tokens.take_if(words.AFTER):
            return SinceOperator.AFTER
        raise self._tokens.unexpected("voor", "na", "minstens")

    def _one_address(self) -> Expression:
        self._tokens.require([("(",)])
        conditions = [self._conditions.of_address()]
        while self._tokens.take_if([(",",), *words.AND]):
            conditions.append(self._conditions.of_address())
        self._tokens.require([(")",)])
        return SameAddress(tuple(conditions))

    def _group(self) -> GroupId:
        token = self._tokens.next
        if token.kind is Kind.REFERENCE:
            return self._numbered_group()
        self._tokens.require_kind(Kind.TEXT)
        group = self._names.group_named(token.text)
        if group is None:
            raise UnknownNameError(
                self._tokens.place(token),
                kind="group",
                name=token.text,
                suggestion=_first(self._names.names_like(token.text)),
            )
        return group

    def _numbered_group(self) -> GroupId:
        token = self._tokens.next
        _, _, number = token.text.partition("#")
        if not (_is_numbered_group(token) and _is_plain_number(number)):
            raise self._tokens.unexpected("group")
        self._tokens.take()
        if not 1 <= len(number.lstrip("0")) <= limits.DIGITS:
            cause = OutOfRangeError("", least=1, most=limits.LARGEST_GROUP_ID)
            raise UnfitError(self._tokens.place(token), cause)
        return int(number)


class _Conditions:
    """The conditions of one formula."""

    def __init__(self, tokens: _Tokens, catalogue: Catalogue) -> None:
        self._tokens = tokens
        self._catalogue = catalogue

    def condition(self) -> Where:
        field = self._field()
        op = self._operator(field)
        first = self._tokens.next
        data = self._operand(op, field)
        with _placed(self._tokens.place_from(first)):
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
        if token.kind not in _FIELD_KINDS or _is_numbered_group(token):
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
        number = _whole_number(self._tokens)
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


def names_like(name: str, names: Iterable[str]) -> tuple[str, ...]:
    """Answer the names that may have been meant, the best first."""
    by_form = {fold(one): one for one in names}
    close = difflib.get_close_matches(fold(name), by_form, n=3)
    return tuple(by_form[one] for one in close)


def _all_of(kept: list[Expression]) -> Expression:
    if not kept:
        return Everyone()
    return kept[0] if len(kept) == 1 else AllOf(tuple(kept))


def _is_numbered_group(token: Token) -> bool:
    return token.kind is Kind.REFERENCE and token.text[:1].lower() == "g"


def _is_plain_number(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _whole_number(tokens: _Tokens) -> int:
    token = tokens.next
    if token.kind is not Kind.NUMBER or not _is_plain_number(token.text):
        raise tokens.unexpected("number")
    if len(token.text) > limits.DIGITS:
        cause = OutOfRangeError("", least=0, most=10**limits.DIGITS - 1)
        raise UnfitError(tokens.place(token), cause)
    return int(tokens.take().text)


@contextmanager
def _placed(place: Place) -> Iterator[None]:
    """Let the reader of values judge, and give what it refuses a place in the text."""
    try:
        yield
    except UnreadableDefinitionError as error:
        raise UnfitError(place, error) from error


def code_of_choice(text: str, field: FieldFacts) -> str:
    codes = {choice.code for choice in field.choices}
    if text in codes:
        return text
    for choice in field.choices:
        if fold(text) in map(fold, choice.labels.values()):
            return choice.code
    return text


def _first(names: tuple[str, ...]) -> str:
    return names[0] if names else ""
