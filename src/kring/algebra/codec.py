"""Definitions from JSON, refused with the place of what is wrong, and back to JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import NoReturn, TypeVar, assert_never

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
    Branch,
    Everyone,
    Except,
    Expression,
    GroupId,
    GroupMembers,
    HasRole,
    Leaf,
    MemberSince,
    Operator,
    Role,
    SameAddress,
    SinceOperator,
    Where,
)
from kring.algebra.sameness import different
from kring.algebra.unreadable import (
    ImpossibleCountError,
    MissingKeyError,
    NoPartsError,
    NotJsonError,
    NotOfAddressError,
    TooDeepError,
    TooLongError,
    TooManyNodesError,
    UnfitOperatorError,
    UnknownFieldError,
    UnknownKeyError,
    UnknownShapeError,
    UnknownWordError,
)
from kring.algebra.values import (
    json_of,
    short_text_in,
    since_value_in,
    value_in,
    whole_number_in,
    wrong_kind,
)

Object = Mapping[str, object]
WordT = TypeVar("WordT", bound=Enum)


def decode(data: object, *, catalogue: Catalogue) -> Expression:
    """Answer the definition in JSON that was already parsed.

    Whether its groups exist, and whether it makes a loop, is not asked here.
    """
    return _Reading(catalogue).expression(data, "", 1)


def decode_json(text: str, *, catalogue: Catalogue) -> Expression:
    """Answer the definition in this JSON text, however hostile the text."""
    if len(text) > limits.DEFINITION_TEXT_LENGTH:
        raise TooLongError("", limit=limits.DEFINITION_TEXT_LENGTH)
    try:
        data = json.loads(
            text, object_pairs_hook=_object_of, parse_constant=_refuse_constant
        )
    except RecursionError as error:
        raise TooDeepError("", limit=limits.DEPTH) from error
    except ValueError as error:
        raise NotJsonError("", reason=str(error)) from error
    return decode(data, catalogue=catalogue)


def encode(expression: Expression) -> dict[str, object]:
    """Answer JSON of which `decode` makes the same expression."""
    match expression:
        case AnyOf() | AllOf() | AtLeast() | Except():
            return _json_of_branch(expression)
        case _:
            return _json_of_leaf(expression)


class _Reading:
    """One reading of one definition, counting its nodes."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._nodes = 0
        self._readers: Mapping[
            frozenset[str], Callable[[Object, str, int], Expression]
        ] = {
            frozenset({"group"}): self._group,
            frozenset({"any"}): self._any,
            frozenset({"all"}): self._all,
            frozenset({"at_least", "of"}): self._at_least,
            frozenset({"base", "except"}): self._except,
            frozenset({"everyone"}): self._everyone,
            frozenset({"where"}): self._where,
            frozenset({"address"}): self._address,
            frozenset({"role"}): self._role,
            frozenset({"member", "since"}): self._member,
        }

    def expression(self, data: object, path: str, level: int) -> Expression:
        self._count_node(path, level)
        written = _object_in(data, path)
        keys = self._keys_of(written, path)
        _refuse_other_keys(written, keys, path)
        return self._readers[keys](written, path, level)

    def _count_node(self, path: str, level: int) -> None:
        self._nodes += 1
        if level > limits.DEPTH:
            raise TooDeepError(path, limit=limits.DEPTH)
        if self._nodes > limits.NODES:
            raise TooManyNodesError(path, limit=limits.NODES)

    def _keys_of(self, written: Object, path: str) -> frozenset[str]:
        for keys in self._readers:
            if not keys.isdisjoint(written):
                return keys
        expected = tuple(" + ".join(sorted(keys)) for keys in self._readers)
        raise UnknownShapeError(path, expected=expected, found=_named(written))

    def _parts(self, data: object, path: str, level: int) -> tuple[Expression, ...]:
        if not isinstance(data, list):
            raise wrong_kind(data, "a list of parts", path)
        return tuple(
            self.expression(part, f"{path}[{index}]", level + 1)
            for index, part in enumerate(data)
        )

    def _required_parts(
        self, data: object, path: str, level: int
    ) -> tuple[Expression, ...]:
        parts = self._parts(data, path, level)
        if not parts:
            raise NoPartsError(path)
        return parts

    def _group(self, written: Object, path: str, _level: int) -> GroupMembers:
        return GroupMembers(_group_id_in(written["group"], _under(path, "group")))

    def _any(self, written: Object, path: str, level: int) -> AnyOf:
        return AnyOf(self._parts(written["any"], _under(path, "any"), level))

    def _all(self, written: Object, path: str, level: int) -> AllOf:
        return AllOf(self._required_parts(written["all"], _under(path, "all"), level))

    def _at_least(self, written: Object, path: str, level: int) -> AtLeast:
        place = _under(path, "at_least")
        count = whole_number_in(written["at_least"], place, least=1, most=limits.NODES)
        parts = self._required_parts(written["of"], _under(path, "of"), level)
        number = len(different(parts))
        if count > number:
            raise ImpossibleCountError(place, count=count, different=number)
        return AtLeast(count, parts)

    def _except(self, written: Object, path: str, level: int) -> Except:
        base = self.expression(written["base"], _under(path, "base"), level + 1)
        removed = self._parts(written["except"], _under(path, "except"), level)
        return Except(base, removed)

    def _everyone(self, written: Object, path: str, _level: int) -> Everyone:
        if written["everyone"] is not True:
            raise wrong_kind(written["everyone"], "true", _under(path, "everyone"))
        return Everyone()

    def _where(self, written: Object, path: str, _level: int) -> Where:
        return self._condition(written["where"], _under(path, "where"))

    def _condition(self, data: object, path: str) -> Where:
        condition = _object_in(data, path)
        _refuse_other_keys(
            condition, frozenset({"field", "op"}), path, optional={"value"}
        )
        field = self._field_in(condition["field"], _under(path, "field"))
        op = _operator_in(condition["op"], field, _under(path, "op"))
        if OPERANDS[op] is Operand.NOTHING:
            _refuse_other_keys(condition, frozenset({"field", "op"}), path)
        elif "value" not in condition:
            raise MissingKeyError(path, key="value")
        value = value_in(condition.get("value"), field, op, _under(path, "value"))
        return Where(field.code, op, value)

    def _field_in(self, data: object, path: str) -> FieldFacts:
        code = short_text_in(data, path)
        field = self._catalogue.field(code)
        if field is None:
            raise UnknownFieldError(path, field=code)
        return field

    def _address(self, written: Object, path: str, level: int) -> SameAddress:
        place = _under(path, "address")
        conditions = self._required_parts(written["address"], place, level)
        return SameAddress(
            tuple(
                self._of_address(condition, f"{place}[{index}]")
                for index, condition in enumerate(conditions)
            )
        )

    def _of_address(self, condition: Expression, path: str) -> Where:
        if not isinstance(condition, Where):
            raise UnknownShapeError(
                path, expected=("where",), found=tuple(encode(condition))
            )
        field = self._catalogue.field(condition.field)
        if field is None or field.place is not FieldPlace.ADDRESS:
            raise NotOfAddressError(_under(path, "where"), field=condition.field)
        return condition

    def _role(self, written: Object, path: str, _level: int) -> HasRole:
        return HasRole(_word_in(written["role"], Role, _under(path, "role")))

    def _member(self, written: Object, path: str, _level: int) -> MemberSince:
        group = _group_id_in(written["member"], _under(path, "member"))
        place = _under(path, "since")
        since = _object_in(written["since"], place)
        _refuse_other_keys(since, frozenset({"op", "value"}), place)
        op = _word_in(since["op"], SinceOperator, _under(place, "op"))
        value = since_value_in(since["value"], op, _under(place, "value"))
        return MemberSince(group, op, value)


def _under(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _named(written: Object) -> tuple[str, ...]:
    shown = 5
    return tuple(str(key)[: shown**2] for key in list(written)[:shown])


def _object_in(data: object, path: str) -> Object:
    if not isinstance(data, dict):
        raise wrong_kind(data, "an object", path)
    return data


def _refuse_other_keys(
    written: Object,
    keys: frozenset[str],
    path: str,
    *,
    optional: Iterable[str] = (),
) -> None:
    expected = tuple(sorted(keys.union(optional)))
    for key in written:
        if key not in expected:
            raise UnknownKeyError(path, key=str(key), expected=expected)
    for key in sorted(keys):
        if key not in written:
            raise MissingKeyError(path, key=key)


def _group_id_in(data: object, path: str) -> GroupId:
    return whole_number_in(data, path, least=1, most=limits.LARGEST_GROUP_ID)


def _word_in(data: object, words: type[WordT], path: str) -> WordT:
    written = short_text_in(data, path)
    for word in words:
        if word.value == written:
            return word
    expected = tuple(word.value for word in words)
    raise UnknownWordError(path, word=written, expected=expected)


def _operator_in(data: object, field: FieldFacts, path: str) -> Operator:
    op = _word_in(data, Operator, path)
    fitting = OPERATORS[field.type]
    if op not in fitting:
        raise UnfitOperatorError(
            path,
            field=field.code,
            type=field.type.value,
            op=op.value,
            expected=tuple(one.value for one in fitting),
        )
    return op


def _object_of(pairs: list[tuple[str, object]]) -> dict[str, object]:
    written = dict(pairs)
    if len(written) < len(pairs):
        msg = "a key is written twice in one object"
        raise ValueError(msg)
    return written


def _refuse_constant(word: str) -> NoReturn:
    msg = f"{word} is not a number"
    raise ValueError(msg)


def _json_of_branch(branch: Branch) -> dict[str, object]:
    match branch:
        case AnyOf(parts):
            return {"any": _json_of_parts(parts)}
        case AllOf(parts):
            return {"all": _json_of_parts(parts)}
        case AtLeast(count, parts):
            return {"at_least": count, "of": _json_of_parts(parts)}
        case Except(base, removed):
            return {"base": encode(base), "except": _json_of_parts(removed)}
        case _:
            assert_never(branch)


def _json_of_parts(parts: Iterable[Expression]) -> list[object]:
    return [encode(part) for part in parts]


def _json_of_leaf(leaf: Leaf) -> dict[str, object]:
    match leaf:
        case Everyone():
            return {"everyone": True}
        case GroupMembers(group):
            return {"group": group}
        case HasRole(role):
            return {"role": role.value}
        case MemberSince(group, op, value):
            since = {"op": op.value, "value": json_of(value)}
            return {"member": group, "since": since}
        case Where() | SameAddress():
            return _json_of_condition(leaf)
        case _:
            assert_never(leaf)


def _json_of_condition(condition: Where | SameAddress) -> dict[str, object]:
    match condition:
        case SameAddress(conditions):
            return {"address": _json_of_parts(conditions)}
        case Where(field, op, value):
            written: dict[str, object] = {"field": field, "op": op.value}
            if value is not None:
                written["value"] = json_of(value)
            return {"where": written}
        case _:
            assert_never(condition)
