"""Formulas, Dutch or English, read into the tree they mean."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable

from kring.algebra import formula_words as words
from kring.algebra import limits
from kring.algebra.catalogue import Catalogue
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
)
from kring.algebra.formula_conditions import FIELD_KINDS, Conditions
from kring.algebra.formula_cursor import (
    Cursor,
    is_numbered_group,
    is_plain_number,
    placed_at,
    whole_number,
)
from kring.algebra.formula_errors import UnfitError, UnknownNameError, place_in
from kring.algebra.formula_tokens import Kind, Token
from kring.algebra.formula_words import GroupNames, Words
from kring.algebra.sameness import different
from kring.algebra.text import fold
from kring.algebra.unreadable import (
    ImpossibleCountError,
    NoPartsError,
    OutOfRangeError,
    TooDeepError,
    TooLongError,
    TooManyNodesError,
)
from kring.algebra.values import since_value_in
from kring.algebra.walk import depth, node_count

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


def names_like(name: str, names: Iterable[str]) -> tuple[str, ...]:
    """Answer the names that may have been meant, the best first."""
    by_form = {fold(one): one for one in names}
    close = difflib.get_close_matches(fold(name), by_form, n=3)
    return tuple(by_form[one] for one in close)


class _Reading:
    """One reading of one formula, by recursive descent of bounded depth."""

    def __init__(self, text: str, names: GroupNames, catalogue: Catalogue) -> None:
        self._tokens = Cursor(text)
        self._names = names
        self._conditions = Conditions(self._tokens, catalogue)
        self._level = 0
        self._operands = 0
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
        self._count_operand(token)
        if token.kind is Kind.TEXT or is_numbered_group(token):
            return GroupMembers(self._group())
        if self._tokens.take_if([("(",)]):
            return self._closed(self._deeper(self._expression))
        for phrases, form in self._forms:
            if self._tokens.take_if(phrases):
                return form()
        if token.kind in FIELD_KINDS:
            return self._conditions.condition()
        raise self._tokens.unexpected(*_EXPRESSION)

    def _count_operand(self, token: Token) -> None:
        """Each becomes a node, so a text of a million parts is not read to its end."""
        self._operands += 1
        if self._operands > limits.NODES:
            cause = TooManyNodesError("", limit=limits.NODES)
            raise UnfitError(self._tokens.place(token), cause)

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
        count = whole_number(self._tokens)
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
        with placed_at(self._tokens.place_from(first)):
            return MemberSince(group, op, since_value_in(data, op, ""))

    def _since(self, op: SinceOperator) -> object:
        if op is not SinceOperator.AT_LEAST_DAYS:
            return self._tokens.require_kind(Kind.DATE).text
        number = whole_number(self._tokens)
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
        if not (is_numbered_group(token) and is_plain_number(number)):
            raise self._tokens.unexpected("group")
        self._tokens.take()
        if not 1 <= len(number.lstrip("0")) <= limits.DIGITS:
            cause = OutOfRangeError("", least=1, most=limits.LARGEST_GROUP_ID)
            raise UnfitError(self._tokens.place(token), cause)
        return int(number)


def _all_of(kept: list[Expression]) -> Expression:
    if not kept:
        return Everyone()
    return kept[0] if len(kept) == 1 else AllOf(tuple(kept))


def _first(names: tuple[str, ...]) -> str:
    return names[0] if names else ""
