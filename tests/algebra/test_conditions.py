"""What every operator means on plain values."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kring.algebra.catalogue import OPERATORS, POSITIVES, FieldType
from kring.algebra.conditions import (
    Stored,
    awaited,
    birthday,
    holds,
    holds_at_one_address,
    joining_days,
    next_turning_day,
    next_turning_day_of_membership,
    since_holds,
)
from kring.algebra.expressions import (
    MemberSince,
    Operator,
    SameAddress,
    SinceOperator,
    Value,
    Where,
)
from tests.algebra.strategies import FIELDS, conditions

TODAY = date(2026, 11, 23)
TYPES = {facts.code: facts.type for facts in FIELDS}
LEAP_BIRTH = date(2008, 2, 29)

near = st.integers(-800, 800).map(lambda days: TODAY + timedelta(days=days))
relative = st.builds(
    Where,
    st.just("created_on"),
    st.sampled_from(
        [Operator.IN_LAST_DAYS, Operator.NOT_IN_LAST_DAYS, Operator.IN_NEXT_DAYS]
    ),
    st.integers(0, 400),
) | st.builds(
    Where,
    st.just("created_on"),
    st.sampled_from([Operator.AGE_AT_LEAST, Operator.AGE_BELOW]),
    st.integers(0, 2),
)


def is_true(
    kind: str, op: str, value: Value, *stored: Stored, today: date = TODAY
) -> bool:
    return holds(
        Where("field", Operator(op), value), FieldType(kind), stored, today=today
    )


@pytest.mark.parametrize(
    ("kind", "op", "value", "stored"),
    [
        ("text", "is", "Zoë", "ZOE"),
        ("text", "is_not", "Zoë", "Zo"),
        ("text", "in", ("Delft", "Den Haag"), "den haag"),
        ("text", "not_in", ("Delft", "Den Haag"), "Den  Helder"),
        ("text", "contains", "ÅR", "Aarhus ar"),
        ("text", "not_contains", "x", "Delft"),
        ("text", "starts_with", "van", "Van der Berg"),
        ("text", "ends_with", "BERG", "Van der Bérg"),
        ("text", "not_empty", None, "x"),
        ("number", "is", Decimal(3), Decimal("3.00")),
        ("number", "in", (Decimal(3), Decimal(4)), Decimal(4)),
        ("number", "<", Decimal(3), Decimal("2.99")),
        ("number", "<=", Decimal(3), Decimal(3)),
        ("number", ">", Decimal(3), Decimal("3.01")),
        ("number", ">=", Decimal(3), Decimal(3)),
        ("number", "between", (Decimal(3), Decimal(4)), Decimal(3)),
        ("money", "between", (Decimal(3), Decimal(4)), Decimal(4)),
        ("date", "<", TODAY, TODAY - timedelta(days=1)),
        ("date", "in_last_days", 0, TODAY),
        ("date", "in_last_days", 7, TODAY - timedelta(days=7)),
        ("date", "not_in_last_days", 7, TODAY - timedelta(days=8)),
        ("date", "not_in_last_days", 7, TODAY + timedelta(days=1)),
        ("date", "in_next_days", 7, TODAY + timedelta(days=7)),
        ("date", "age_at_least", 18, date(2008, 11, 23)),
        ("date", "age_below", 18, date(2008, 11, 24)),
        ("date", "age_below", 18, date(9999, 12, 31)),
        ("choice", "is", "member", "member"),
        ("boolean", "is", False, False),
    ],
)  # fmt: skip
def test_a_condition_is_true(kind: str, op: str, value: Value, stored: Stored) -> None:
    assert is_true(kind, op, value, stored)


@pytest.mark.parametrize(
    ("kind", "op", "value", "stored"),
    [
        ("text", "is", "Zoë", "Zoo"),
        ("text", "in", ("Delft",), "Delf"),
        ("text", "contains", "x", "Delft"),
        ("text", "starts_with", "der", "Van der Berg"),
        ("text", "ends_with", "der", "Van der Berg"),
        ("text", "not_empty", None, "  "),
        ("number", "<", Decimal(3), Decimal(3)),
        ("number", ">", Decimal(3), Decimal(3)),
        ("number", "between", (Decimal(3), Decimal(4)), Decimal("4.01")),
        ("date", "in_last_days", 7, TODAY - timedelta(days=8)),
        ("date", "in_last_days", 7, TODAY + timedelta(days=1)),
        ("date", "in_next_days", 7, TODAY + timedelta(days=8)),
        ("date", "in_next_days", 7, TODAY - timedelta(days=1)),
        ("date", "age_at_least", 18, date(2008, 11, 24)),
        ("date", "age_below", 18, date(2008, 11, 23)),
        ("choice", "is", "member", "Member"),
        ("boolean", "is", True, False),
    ],
)  # fmt: skip
def test_a_condition_is_false(kind: str, op: str, value: Value, stored: Stored) -> None:
    assert not is_true(kind, op, value, stored)


@pytest.mark.parametrize("stored", [(), (None,), ("",), (" \t",)])
def test_of_an_empty_text_only_negatives_are_true(stored: tuple[Stored, ...]) -> None:
    true = {
        op
        for op in OPERATORS[FieldType.TEXT]
        if holds(Where("field", op, "x"), FieldType.TEXT, stored, today=TODAY)
    }
    assert true == {
        Operator.IS_NOT,
        Operator.NOT_IN,
        Operator.NOT_CONTAINS,
        Operator.EMPTY,
    }


def test_of_several_values_positive_means_one_of_them() -> None:
    assert is_true("text", "is", "Delft", "Leiden", "Delft")
    assert not is_true("text", "is_not", "Delft", "Leiden", "Delft")
    assert is_true("multiple_choice", "in", ("sun", "wind"), "heat", "wind")


@given(conditions(), st.data())
def test_an_operator_with_not_is_the_exact_complement(
    condition: Where, data: st.DataObject
) -> None:
    kind = TYPES[condition.field]
    positive = POSITIVES.get(condition.op)
    by_type: dict[FieldType, st.SearchStrategy[Stored]] = {
        FieldType.DATE: near,
        FieldType.NUMBER: st.decimals(-99, 99, places=2),
        FieldType.MONEY: st.decimals(-99, 99, places=2),
        FieldType.BOOLEAN: st.booleans(),
    }
    others = by_type.get(kind, st.text(max_size=4))
    stored = data.draw(st.lists(st.none() | others, max_size=3))
    answer = holds(condition, kind, stored, today=TODAY)
    if positive is None:
        assert not answer or any(value is not None for value in stored)
    else:
        opposite = Where(condition.field, positive, condition.value)
        assert answer is not holds(opposite, kind, stored, today=TODAY)


def test_one_address_must_satisfy_all_conditions_by_itself() -> None:
    delft_main = SameAddress(
        (
            Where("city", Operator.IS, "Delft"),
            Where("street", Operator.IS_NOT, "Markt"),
        )
    )

    def satisfied(*addresses: dict[str, Stored]) -> bool:
        return holds_at_one_address(delft_main, TYPES, addresses, today=TODAY)

    assert satisfied({"city": "delft", "street": "Hof"}, {"city": "Leiden"})
    assert satisfied({"city": "Delft"})
    assert not satisfied({"city": "Delft", "street": "Markt"}, {"city": "Leiden"})
    assert not satisfied()


@pytest.mark.parametrize(
    ("today", "is_adult"),
    [(date(2026, 2, 28), False), (date(2026, 3, 1), True)],
)
def test_who_was_born_on_29_february_comes_of_age_on_1_march(
    today: date,
    is_adult: bool,  # noqa: FBT001 (a column of the table above)
) -> None:
    assert birthday(LEAP_BIRTH, 18) == date(2026, 3, 1)
    assert is_true("date", "age_at_least", 18, LEAP_BIRTH, today=today) is is_adult
    assert is_true("date", "age_below", 18, LEAP_BIRTH, today=today) is not is_adult


def test_on_29_february_whoever_was_born_on_1_march_is_a_day_too_young() -> None:
    leap_day = date(2028, 2, 29)
    assert is_true("date", "age_at_least", 18, date(2010, 2, 28), today=leap_day)
    assert not is_true("date", "age_at_least", 18, date(2010, 3, 1), today=leap_day)


@given(near, st.dates(date(1900, 1, 1), TODAY), st.integers(0, 120))
def test_an_age_is_reached_on_the_birthday(today: date, born: date, age: int) -> None:
    reached = birthday(born, age) <= today
    assert is_true("date", "age_at_least", age, born, today=today) is reached
    assert is_true("date", "age_below", age, born, today=today) is not reached


@given(relative, st.lists(st.none() | near, max_size=2), near)
def test_a_relative_condition_turns_on_no_day_that_was_not_foretold(
    condition: Where, stored: list[Stored], start: date
) -> None:
    def answer(today: date) -> bool:
        return holds(condition, FieldType.DATE, stored, today=today)

    foretold = next_turning_day(condition, stored, after=start)
    days = 1_000 if foretold is None else (foretold - start).days
    same = {answer(start + timedelta(days=day)) for day in range(days)}
    assert len(same) == 1


@given(relative.filter(lambda one: one.op is not Operator.NOT_IN_LAST_DAYS), near)
def test_with_one_date_the_foretold_day_is_the_turning_day(
    condition: Where, stored: date
) -> None:
    start = TODAY - timedelta(days=2_000)
    foretold = next_turning_day(condition, [stored], after=start)
    assert foretold is not None
    day_before = foretold - timedelta(days=1)
    assert holds(condition, FieldType.DATE, [stored], today=day_before) is not holds(
        condition, FieldType.DATE, [stored], today=foretold
    )


@given(relative, st.lists(near, max_size=6))
def test_the_first_awaited_value_tells_the_next_turning_day(
    condition: Where, stored: list[date]
) -> None:
    assert isinstance(condition.value, int)
    days = [
        wait.turning_day(min(later))
        for wait in awaited(condition.op, condition.value, today=TODAY)
        if (later := [day for day in stored if day > wait.after])
    ]
    foretold = next_turning_day(condition, stored, after=TODAY)
    assert min(days, default=None) == foretold


def test_only_conditions_relative_to_today_turn_by_themselves() -> None:
    fixed = Where("created_on", Operator.BELOW, TODAY)
    assert next_turning_day(fixed, [TODAY], after=TODAY) is None
    passed = Where("created_on", Operator.AGE_AT_LEAST, 1)
    assert next_turning_day(passed, [date(2000, 1, 1)], after=TODAY) is None


@pytest.mark.parametrize(
    ("op", "value", "joined"),
    [
        (SinceOperator.BEFORE, TODAY, TODAY - timedelta(days=1)),
        (SinceOperator.AFTER, TODAY, TODAY + timedelta(days=1)),
        (SinceOperator.AT_LEAST_DAYS, 30, TODAY - timedelta(days=30)),
    ],
)
def test_joining_on_the_day_itself_is_neither_before_nor_after(
    op: SinceOperator, value: date | int, joined: date
) -> None:
    membership = MemberSince(1, op, value)
    assert since_holds(membership, joined, today=TODAY)
    assert not since_holds(membership, TODAY, today=TODAY)
    assert not since_holds(membership, None, today=TODAY)


def test_belonging_long_enough_begins_on_a_day_known_beforehand() -> None:
    long = MemberSince(1, SinceOperator.AT_LEAST_DAYS, 30)
    turning = next_turning_day_of_membership(long, TODAY, after=TODAY)
    assert turning == TODAY + timedelta(days=30)
    assert since_holds(long, TODAY, today=turning)
    assert next_turning_day_of_membership(long, TODAY, after=turning) is None
    assert next_turning_day_of_membership(long, None, after=TODAY) is None
    before = MemberSince(1, SinceOperator.BEFORE, TODAY)
    assert next_turning_day_of_membership(before, TODAY, after=TODAY) is None


def test_days_at_the_ends_of_the_calendar_are_no_problem() -> None:
    first = joining_days(MemberSince(1, SinceOperator.BEFORE, date.min), today=TODAY)
    assert TODAY not in first
    assert birthday(date.max, 18) == date.max
    last = Where("created_on", Operator.IN_LAST_DAYS, 7)
    assert next_turning_day(last, [date.max], after=TODAY) == date.max


def test_a_condition_that_the_codec_never_let_through_is_not_guessed_at() -> None:
    with pytest.raises(TypeError, match="no number of days"):
        is_true("date", "in_last_days", "seven", TODAY)
