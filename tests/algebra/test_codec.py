"""Definitions from JSON and back, and what is refused where."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kring.algebra import limits, unreadable
from kring.algebra.catalogue import EMPTY_CATALOGUE, OPERATORS, FieldType, Operand
from kring.algebra.codec import decode, decode_json, encode
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
    Role,
    SameAddress,
    SinceOperator,
    Where,
)
from kring.algebra.unreadable import UnreadableDefinitionError
from tests.algebra.strategies import CATALOGUE, IN_DELFT, expressions

JSON = dict[str, object]
YES, NO = True, False


def condition(field: str, op: str, *value: object) -> JSON:
    written: JSON = {"field": field, "op": op}
    if value:
        (written["value"],) = value
    return {"where": written}


@pytest.mark.parametrize(
    ("data", "expression"),
    [
        ({"group": 12}, GroupMembers(12)),
        ({"any": []}, AnyOf(())),
        ({"any": [{"group": 2}, {"group": 1}, {"group": 2}]},
         AnyOf((GroupMembers(2), GroupMembers(1), GroupMembers(2)))),
        ({"all": [{"everyone": True}]}, AllOf((Everyone(),))),
        ({"at_least": 2, "of": [{"group": 1}, {"group": 2}, {"group": 1}]},
         AtLeast(2, (GroupMembers(1), GroupMembers(2), GroupMembers(1)))),
        ({"base": {"group": 1}, "except": []}, Except(GroupMembers(1), ())),
        ({"base": {"group": 1}, "except": [{"group": 2}]},
         Except(GroupMembers(1), (GroupMembers(2),))),
        ({"role": "coach"}, HasRole(Role.COACH)),
        ({"member": 3, "since": {"op": "before", "value": "2026-05-31"}},
         MemberSince(3, SinceOperator.BEFORE, date(2026, 5, 31))),
        ({"member": 3, "since": {"op": "at_least_days", "value": 0}},
         MemberSince(3, SinceOperator.AT_LEAST_DAYS, 0)),
        (condition("city", "in", ["Delft", "Den Haag"]), IN_DELFT),
        (condition("city", "empty"), Where("city", Operator.EMPTY)),
        (condition("share", ">=", 12.5),
         Where("share", Operator.AT_LEAST, Decimal("12.5"))),
        (condition("panels", "between", [1, 1]),
         Where("panels", Operator.BETWEEN, (Decimal(1), Decimal(1)))),
        (condition("created_on", "in_last_days", 7),
         Where("created_on", Operator.IN_LAST_DAYS, 7)),
        (condition("date_of_birth", "age_at_least", 18),
         Where("date_of_birth", Operator.AGE_AT_LEAST, 18)),
        (condition("newsletter", "is", NO),
         Where("newsletter", Operator.IS, NO)),
        (condition("interests", "in", ["sun"]),
         Where("interests", Operator.IN, ("sun",))),
        ({"address": [condition("city", "is", "Delft")]},
         SameAddress((Where("city", Operator.IS, "Delft"),))),
    ],
)  # fmt: skip
def test_what_is_written_is_read_and_written_again(
    data: JSON, expression: Expression
) -> None:
    assert decode(data, catalogue=CATALOGUE) == expression
    assert encode(expression) == data


@given(expressions)
def test_reading_what_was_written_gives_the_same_tree(expression: Expression) -> None:
    text = json.dumps(encode(expression))
    assert decode_json(text, catalogue=CATALOGUE) == expression
    assert decode(encode(expression), catalogue=CATALOGUE) == expression


GROUP: JSON = {"group": 1}


@pytest.mark.parametrize(
    ("data", "path", "code"),
    [
        (7, "", "wrong_kind"),
        (None, "", "wrong_kind"),
        ({}, "", "unknown_shape"),
        ({"groep": 1}, "", "unknown_shape"),
        ({"group": 1, "x": 2}, "", "unknown_key"),
        ({"any": [GROUP], "all": [GROUP]}, "", "unknown_key"),
        ({"at_least": 1}, "", "missing_key"),
        ({"base": GROUP}, "", "missing_key"),
        ({"group": True}, "group", "wrong_kind"),
        ({"group": "1"}, "group", "wrong_kind"),
        ({"group": 1.0}, "group", "wrong_kind"),
        ({"group": 0}, "group", "out_of_range"),
        ({"group": 2**70}, "group", "out_of_range"),
        ({"any": GROUP}, "any", "wrong_kind"),
        ({"any": [GROUP, {"all": []}]}, "any[1].all", "no_parts"),
        ({"at_least": 1, "of": []}, "of", "no_parts"),
        ({"at_least": True, "of": [GROUP]}, "at_least", "wrong_kind"),
        ({"at_least": 0, "of": [GROUP]}, "at_least", "out_of_range"),
        ({"at_least": 2, "of": [GROUP, {"any": [GROUP]}]}, "at_least",
         "impossible_count"),
        ({"base": {"any": 3}, "except": []}, "base.any", "wrong_kind"),
        ({"base": GROUP, "except": [GROUP, 5]}, "except[1]", "wrong_kind"),
        ({"everyone": 1}, "everyone", "wrong_kind"),
        ({"everyone": False}, "everyone", "wrong_kind"),
        ({"role": "boss"}, "role", "unknown_word"),
        ({"role": 3}, "role", "wrong_kind"),
        ({"member": 1, "since": {"op": "after"}}, "since", "missing_key"),
        ({"member": 1, "since": {"op": "after", "value": 3}}, "since.value",
         "wrong_kind"),
        ({"member": 1, "since": {"op": "at_least_days", "value": -1}}, "since.value",
         "out_of_range"),
        ({"where": []}, "where", "wrong_kind"),
        ({"where": {"field": "city"}}, "where", "missing_key"),
        (condition("city", "is"), "where", "missing_key"),
        (condition("city", "empty", None), "where", "unknown_key"),
        (condition("shoe", "is", "43"), "where.field", "unknown_field"),
        (condition("city", "==", "43"), "where.op", "unknown_word"),
        (condition("city", ">", "43"), "where.op", "unfit_operator"),
        (condition("newsletter", "is_not", YES), "where.op", "unfit_operator"),
        ({"all": [GROUP, GROUP, condition("city", "is", 3)]},
         "all[2].where.value", "wrong_kind"),
        (condition("city", "is", "  "), "where.value", "empty_text"),
        (condition("city", "is", "a\x00"), "where.value", "unreadable_text"),
        (condition("city", "is", "\ud800"), "where.value", "unreadable_text"),
        (condition("city", "is", "x" * 10_000_000), "where.value", "too_long"),
        (condition("city", "in", "Delft"), "where.value", "wrong_kind"),
        (condition("city", "in", []), "where.value", "no_values"),
        (condition("city", "in", ["a"] * 1_001), "where.value", "too_many_values"),
        (condition("city", "in", ["a", 3]), "where.value[1]", "wrong_kind"),
        (condition("share", "is", YES), "where.value", "wrong_kind"),
        (condition("share", "is", "1"), "where.value", "wrong_kind"),
        (condition("share", "is", float("nan")), "where.value", "wrong_kind"),
        (condition("share", "is", 10**5_000), "where.value", "too_many_digits"),
        (condition("share", "is", 1e300), "where.value", "too_many_digits"),
        (condition("share", "is", Decimal("1e20")), "where.value", "too_many_digits"),
        (condition("share", "between", [1]), "where.value", "wrong_kind"),
        (condition("share", "between", [2, 1]), "where.value", "reversed_range"),
        (condition("created_on", "is", "2026-02-30"), "where.value", "not_a_date"),
        (condition("created_on", "is", "20260228"), "where.value", "not_a_date"),
        (condition("created_on", "is", "2026-W09-1"), "where.value", "not_a_date"),
        (condition("created_on", "is", 20260228), "where.value", "wrong_kind"),
        (condition("created_on", "in_last_days", "7"), "where.value", "wrong_kind"),
        (condition("created_on", "age_below", 151), "where.value", "out_of_range"),
        (condition("newsletter", "is", 1), "where.value", "wrong_kind"),
        (condition("status", "is", "boss"), "where.value", "unknown_choice"),
        ({"address": []}, "address", "no_parts"),
        ({"address": [GROUP]}, "address[0]", "unknown_shape"),
        ({"address": [condition("status", "empty")]}, "address[0].where",
         "not_of_address"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_its_place(
    data: object, path: str, code: str
) -> None:
    with pytest.raises(UnreadableDefinitionError) as refusal:
        decode(data, catalogue=CATALOGUE)
    assert (refusal.value.path, refusal.value.code) == (path, code)
    assert json.dumps(refusal.value.facts)
    assert str(refusal.value).startswith(path or "definition")
    assert len(str(refusal.value)) < 500


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "not_json"),
        ('{"group": NaN}', "not_json"),
        ('{"group": 1, "group": 2}', "not_json"),
        ('{"group": ' + "9" * 5_000 + "}", "not_json"),
        ('{"any": [' * 100_000, "too_deep"),
        ('{"any": [' * 65 + '{"group": 1}' + "]}" * 65, "too_deep"),
        ('{"group": 1}' + " " * limits.DEFINITION_TEXT_LENGTH, "too_long"),
        ('{"any": [' + '{"group": 1},' * 500 + '{"group": 1}]}', "too_many_nodes"),
    ],
)
def test_hostile_text_is_refused_and_nothing_falls_over(text: str, code: str) -> None:
    with pytest.raises(UnreadableDefinitionError) as refusal:
        decode_json(text, catalogue=EMPTY_CATALOGUE)
    assert refusal.value.code == code


def test_nesting_of_100_000_parsed_levels_is_refused_at_level_65() -> None:
    data: JSON = GROUP
    for _ in range(100_000):
        data = {"any": [data]}
    with pytest.raises(unreadable.TooDeepError) as refusal:
        decode(data, catalogue=EMPTY_CATALOGUE)
    assert refusal.value.path == ".".join(["any[0]"] * limits.DEPTH)


def test_a_definition_as_large_as_the_limits_is_read() -> None:
    deep: JSON = {"any": [GROUP] * (limits.NODES - limits.DEPTH + 1)}
    for _ in range(limits.DEPTH - 2):
        deep = {"any": [deep]}
    assert encode(decode(deep, catalogue=EMPTY_CATALOGUE)) == deep


def test_without_fields_no_condition_is_read() -> None:
    with pytest.raises(unreadable.UnknownFieldError, match='no field "city"'):
        decode(condition("city", "empty"), catalogue=EMPTY_CATALOGUE)
    assert EMPTY_CATALOGUE.field_named("Woonplaats") is None


def test_minus_nothing_is_nothing() -> None:
    read = decode(condition("share", "is", -0.0), catalogue=CATALOGUE)
    assert str(read) == str(Where("share", Operator.IS, Decimal("0.0")))


def test_facts_repeat_no_more_than_a_line_of_what_was_written() -> None:
    with pytest.raises(unreadable.UnknownFieldError) as refusal:
        decode(condition("x" * 400, "is", 1), catalogue=CATALOGUE)
    assert refusal.value.facts == {"field": "x" * 80 + "…"}


def test_something_that_json_cannot_hold_is_named_so() -> None:
    with pytest.raises(unreadable.WrongKindError, match="something else"):
        decode(object(), catalogue=CATALOGUE)


def test_every_type_of_field_says_what_may_be_asked_of_it() -> None:
    assert set(OPERATORS) == set(FieldType)
    assert len(Operand) == 6


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["any", "all", "of", "at_least", "group", "where", "op", "value"]
                ),
                inner,
                max_size=3,
            )
        ),
    )
)
def test_whatever_is_sent_is_read_or_refused(data: object) -> None:
    try:
        expression = decode(data, catalogue=CATALOGUE)
    except UnreadableDefinitionError:
        return
    assert encode(expression) == data
