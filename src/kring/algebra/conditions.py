"""What every condition means, on the plain values that one contact has.

This is the definition; whatever answers conditions in another way, as SQL does, is
tested to agree with it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from kring.algebra.catalogue import POSITIVES, RELATIVE_TO_TODAY, FieldType
from kring.algebra.expressions import (
    MemberSince,
    Operator,
    SameAddress,
    Scalar,
    SinceOperator,
    Value,
    Where,
)
from kring.algebra.text import fold

Stored = Scalar | None


_Match = Callable[[Scalar], bool]
_COMPARISONS: Final[Mapping[Operator, Callable[..., bool]]] = MappingProxyType(
    {
        Operator.IS: operator.eq,
        Operator.IN: lambda value, wanted: value in wanted,
        Operator.BELOW: operator.lt,
        Operator.AT_MOST: operator.le,
        Operator.ABOVE: operator.gt,
        Operator.AT_LEAST: operator.ge,
        Operator.BETWEEN: lambda value, ends: ends[0] <= value <= ends[1],
        Operator.CONTAINS: operator.contains,
        Operator.STARTS_WITH: str.startswith,
        Operator.ENDS_WITH: str.endswith,
    }
)


@dataclass(frozen=True, slots=True)
class Days:
    """The days from first to last, ends included; None leaves an end open."""

    first: date | None
    last: date | None

    def __contains__(self, day: date) -> bool:
        return not (
            (self.first is not None and day < self.first)
            or (self.last is not None and day > self.last)
        )


def holds(
    condition: Where, field_type: FieldType, values: Iterable[Stored], *, today: date
) -> bool:
    """Answer whether the condition is true for a contact with these stored values.

    There are several where a contact has several addresses, phones or choices; None
    and text without letters are no values. An operator that says *not* is the exact
    complement of its positive; every other one is false where there is no value.
    """
    positive = POSITIVES.get(condition.op)
    if positive is not None:
        opposite = Where(condition.field, positive, condition.value)
        return not holds(opposite, field_type, values, today=today)
    matches = _match_of(condition, field_type, today)
    return any(matches(value) for value in _filled_in(values, field_type))


def holds_at_one_address(
    condition: SameAddress,
    field_types: Mapping[str, FieldType],
    addresses: Iterable[Mapping[str, Stored]],
    *,
    today: date,
) -> bool:
    """Answer whether one of the addresses, by itself, satisfies all conditions."""
    return any(
        all(
            holds(one, field_types[one.field], [address.get(one.field)], today=today)
            for one in condition.conditions
        )
        for address in addresses
    )


def since_holds(membership: MemberSince, joined: date | None, *, today: date) -> bool:
    """Answer whether someone who joined on this day, and still belongs, is meant."""
    return joined is not None and joined in joining_days(membership, today=today)


def joining_days(membership: MemberSince, *, today: date) -> Days:
    match membership:
        case MemberSince(_, SinceOperator.BEFORE, date() as day):
            return Days(None, _moved(day, -1))
        case MemberSince(_, SinceOperator.AFTER, date() as day):
            return Days(_moved(day, 1), None)
        case _:
            return Days(None, _moved(today, -_number_in(membership.value)))


def days_meant(op: Operator, number: int, *, today: date) -> Days:
    """Answer the dates that a positive operator relative to today is true for.

    `age_below` is true for dates to come as well.
    """
    match op:
        case Operator.IN_LAST_DAYS:
            return Days(_moved(today, -number), today)
        case Operator.IN_NEXT_DAYS:
            return Days(today, _moved(today, number))
        case Operator.AGE_AT_LEAST:
            return Days(None, _birth_date(number, today))
        case _:
            return Days(_moved(_birth_date(number, today), 1), None)


@dataclass(frozen=True, slots=True)
class Awaited:
    """Of the values later than `after`, the first is the next to turn a condition."""

    after: date
    turning_day: Callable[[date], date]


def awaited(op: Operator, number: int, *, today: date) -> tuple[Awaited, ...]:
    """Answer what to look for to know when an operator relative to today next turns.

    For any values, the first day that these give is their `next_turning_day`.
    """
    match op:
        case Operator.IN_LAST_DAYS | Operator.NOT_IN_LAST_DAYS:
            return (
                Awaited(today, lambda value: value),
                Awaited(
                    _moved(today, -number - 1),
                    lambda value: _moved(value, number + 1),
                ),
            )
        case Operator.IN_NEXT_DAYS:
            return (
                Awaited(_moved(today, number), lambda value: _moved(value, -number)),
                Awaited(_moved(today, -1), lambda value: _moved(value, 1)),
            )
        case _:
            return (
                Awaited(
                    _birth_date(number, today), lambda value: birthday(value, number)
                ),
            )


def next_turning_day(
    condition: Where, values: Iterable[Stored], *, after: date
) -> date | None:
    """Answer the first later day on which the condition may turn, values unchanged."""
    if condition.op not in RELATIVE_TO_TODAY:
        return None
    number = _number_in(condition.value)
    days = [
        day
        for value in values
        if isinstance(value, date)
        for day in _turning_days(condition.op, number, value)
    ]
    return min((day for day in days if day > after), default=None)


def next_turning_day_of_membership(
    membership: MemberSince, joined: date | None, *, after: date
) -> date | None:
    """Answer the day on which someone will have belonged long enough, if it comes."""
    if membership.op is not SinceOperator.AT_LEAST_DAYS or joined is None:
        return None
    day = _moved(joined, _number_in(membership.value))
    return day if day > after else None


def birthday(born: date, age: int) -> date:
    """Answer the day of reaching an age; who was born on 29 February may wait a day."""
    year = min(born.year + age, date.max.year)
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def _match_of(condition: Where, field_type: FieldType, today: date) -> _Match:
    if condition.op is Operator.NOT_EMPTY:
        return lambda _: True
    if condition.op in RELATIVE_TO_TODAY:
        meant = days_meant(condition.op, _number_in(condition.value), today=today)
        return lambda value: isinstance(value, date) and value in meant
    compare, wanted = _COMPARISONS[condition.op], condition.value
    if field_type is not FieldType.TEXT:
        return lambda value: compare(value, wanted)
    folded = _folded(wanted)
    return lambda value: compare(fold(str(value)), folded)


def _folded(wanted: Value) -> str | Collection[str]:
    if isinstance(wanted, tuple):
        return {fold(str(one)) for one in wanted}
    return fold(str(wanted))


def _filled_in(values: Iterable[Stored], field_type: FieldType) -> Iterable[Scalar]:
    for value in values:
        is_empty_text = field_type is FieldType.TEXT and not fold(str(value))
        if value is not None and not is_empty_text:
            yield value


def _birth_date(age: int, today: date) -> date:
    """Answer the last day of birth that makes someone this old today."""
    year = today.year - age
    try:
        return today.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def _turning_days(op: Operator, number: int, value: date) -> tuple[date, ...]:
    match op:
        case Operator.IN_LAST_DAYS | Operator.NOT_IN_LAST_DAYS:
            return (value, _moved(value, number + 1))
        case Operator.IN_NEXT_DAYS:
            return (_moved(value, -number), _moved(value, 1))
        case _:
            return (birthday(value, number),)


def _number_in(value: Value) -> int:
    """Answer the days or years that the codec has let through."""
    if not isinstance(value, int):
        msg = f"{value!r} is no number of days or years"
        raise TypeError(msg)
    return value


def _moved(day: date, days: int) -> date:
    """Answer the day so much later, or the last that a calendar has."""
    ordinal = day.toordinal() + days
    return date.fromordinal(max(1, min(ordinal, date.max.toordinal())))
