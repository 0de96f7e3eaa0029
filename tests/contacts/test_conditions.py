"""SQL answers every condition as the algebra defines it on plain values."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pyroaring import BitMap

from kring.algebra.catalogue import OPERANDS, OPERATORS, FieldPlace, FieldType, Operand
from kring.algebra.conditions import (
    holds,
    holds_at_one_address,
    next_turning_day,
)
from kring.algebra.expressions import Operator, SameAddress, Where
from kring.algebra.text import fold
from kring.contacts.catalogue import Fields, Table, catalogue
from kring.contacts.conditions import matching, next_turning_days
from kring.contacts.models import (
    Address,
    Contact,
    CustomField,
    EmailAddress,
    PhoneNumber,
)

TODAY = date(2028, 2, 29)
# So many, none of whom exists, that tables are scanned for them.
STRANGERS = BitMap(range(1_000, 4_000))
_COLUMNS = ["folded_city", "folded_status", "language"]
WORDS = ["", "Delft", "DÉLFT", "Den Haag", "100%", "a_b", "Øst", "-"]
DAYS = [None, TODAY, TODAY - timedelta(30), date(2000, 2, 29), date(2030, 1, 1)]
CHOICES = ["red", "green", "blue"]
OWN = {
    "nick": FieldType.TEXT,
    "rooms__in": FieldType.NUMBER,
    "paid": FieldType.MONEY,
    "moved": FieldType.DATE,
    "solar": FieldType.BOOLEAN,
    "colour": FieldType.CHOICE,
    "colours": FieldType.MULTIPLE_CHOICE,
}
VALUES: dict[FieldType, list[Any]] = {
    FieldType.TEXT: WORDS,
    FieldType.NUMBER: [Decimal(0), Decimal("3.5"), Decimal(-2), Decimal(10**12)],
    FieldType.MONEY: [Decimal("0.10"), Decimal(25), Decimal(-2)],
    FieldType.DATE: DAYS[1:],
    FieldType.BOOLEAN: [True, False],
    FieldType.CHOICE: CHOICES,
}


def own_values(code: str) -> st.SearchStrategy[Any]:
    kind = OWN[code]
    if kind is FieldType.MULTIPLE_CHOICE:
        return st.lists(st.sampled_from(CHOICES), min_size=1, unique=True)
    values = st.sampled_from(VALUES[kind])
    if kind in {FieldType.TEXT, FieldType.BOOLEAN, FieldType.CHOICE}:
        return values
    return values.map(str)


@st.composite
def persons(draw: st.DrawFn) -> dict[str, Any]:
    words, days = st.sampled_from(WORDS), st.sampled_from(DAYS)
    own = {code: own_values(code) for code in OWN if draw(st.booleans())}
    return {
        "kind": draw(st.sampled_from(["person", "organisation"])),
        "last_name": draw(words),
        "status": draw(words),
        "date_of_birth": draw(days),
        "portal_since": draw(days),
        "invited_on": draw(days),
        "newsletter": draw(st.booleans()),
        "created_at": datetime(
            2028,
            2,
            draw(st.integers(1, 29)),
            23,
            30,
            tzinfo=timezone.get_default_timezone(),
        ),
        "addresses": draw(st.lists(st.tuples(words, words), max_size=3)),
        "emails": draw(
            st.lists(st.sampled_from(WORDS[1:]), max_size=2, unique_by=fold)
        ),
        "phones": draw(st.lists(st.sampled_from(["+31612345678"]), max_size=1)),
        "fields": {code: draw(values) for code, values in own.items()},
    }


def kept(number: int, person: dict[str, Any]) -> None:
    plain = {
        key: value
        for key, value in person.items()
        if key not in {"addresses", "emails", "phones"}
    }
    texts = {
        code: fold(value)
        for code, value in person["fields"].items()
        if OWN[code] is FieldType.TEXT
    }
    contact = Contact.objects.create(
        id=number,
        number=f"N{number}",
        folded_number=f"n{number}",
        folded_last_name=fold(person["last_name"]),
        folded_status=fold(person["status"]),
        folded_fields=texts,
        updated_at=person["created_at"],
        **plain,
    )
    for city, street in person["addresses"]:
        Address.objects.create(
            contact=contact,
            city=city,
            folded_city=fold(city),
            street=street,
            folded_street=fold(street),
        )
    for email in person["emails"]:
        EmailAddress.objects.create(
            contact=contact, address=email, folded_address=fold(email)
        )
    for phone in person["phones"]:
        PhoneNumber.objects.create(contact=contact, number=phone)


def plain_values(code: str, number: int, person: dict[str, Any]) -> list[Any]:
    if code.startswith("field:"):
        return own_plain_values(code.removeprefix("field:"), person)
    plain = {
        "number": [f"N{number}"],
        "city": [city for city, _ in person["addresses"]],
        "street": [street for _, street in person["addresses"]],
        "email": person["emails"],
        "phone": person["phones"],
        "has_address": [bool(person["addresses"])],
        "has_email": [bool(person["emails"])],
        "has_phone": [bool(person["phones"])],
        "created_on": [person["created_at"].date()],
    }
    return list(plain[code] if code in plain else [person[code]])


def own_plain_values(code: str, person: dict[str, Any]) -> list[Any]:
    value = person["fields"].get(code)
    if value is None:
        return []
    if OWN[code] is FieldType.MULTIPLE_CHOICE:
        return list(value)
    readings: dict[FieldType, Any] = {
        FieldType.NUMBER: Decimal,
        FieldType.MONEY: Decimal,
        FieldType.DATE: date.fromisoformat,
    }
    return [readings.get(OWN[code], lambda kept: kept)(value)]


ASKED = [
    "number", "kind", "last_name", "status", "date_of_birth", "created_on",
    "newsletter", "city", "street", "has_address", "email", "has_email", "phone",
    "has_phone", "portal_since", "invited_on", *(f"field:{code}" for code in OWN),
]  # fmt: skip


@st.composite
def conditions(draw: st.DrawFn, fields: Fields, codes: list[str]) -> Where:
    facts = fields.known[draw(st.sampled_from(codes))].facts
    op = draw(st.sampled_from(OPERATORS[facts.type]))
    return Where(facts.code, op, draw(operands(op, facts.type, facts.code)))


def operands(op: Operator, kind: FieldType, code: str) -> st.SearchStrategy[Any]:
    values = VALUES.get(kind, CHOICES)
    if kind is FieldType.TEXT:
        values = [value for value in values if fold(value)]
    if code == "kind":
        values = ["person", "organisation"]
    one = st.sampled_from(values)
    return {
        Operand.NOTHING: st.none(),
        Operand.ONE: one,
        Operand.SEVERAL: st.lists(one, min_size=1, max_size=3).map(tuple),
        Operand.RANGE: st.tuples(one, one).map(lambda ends: tuple(sorted(ends))),
        Operand.DAYS: st.sampled_from([0, 1, 30, 36_500]),
        Operand.YEARS: st.sampled_from([0, 18, 28, 150]),
    }[OPERANDS[op]]


@pytest.fixture
def fields(db) -> Fields:
    for code, kind in OWN.items():
        CustomField.objects.create(
            code=code, label=code, type=kind.value, choices=CHOICES
        )
    return catalogue()


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_sql_agrees_with_the_definition_on_plain_values(
    fields: Fields, data: st.DataObject
) -> None:
    Contact.objects.all().delete()
    people = dict(enumerate(data.draw(st.lists(persons(), min_size=1, max_size=5)), 1))
    for number, person in people.items():
        kept(number, person)
    asked = data.draw(st.lists(conditions(fields, ASKED), min_size=5, max_size=12))
    # Also asked about someone who does not exist.
    among = BitMap([*people, 77])
    answers = matching(asked, among=among, today=TODAY)
    assert matching(asked, among=among | STRANGERS, today=TODAY) == answers
    for one in asked:
        kind = fields.known[one.field].facts.type
        expected = {
            number
            for number, person in people.items()
            if holds(one, kind, plain_values(one.field, number, person), today=TODAY)
        }
        assert set(answers[one]) == expected, one


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_one_address_satisfies_all(fields: Fields, data: st.DataObject) -> None:
    Contact.objects.all().delete()
    people = dict(enumerate(data.draw(st.lists(persons(), min_size=1, max_size=5)), 1))
    for number, person in people.items():
        kept(number, person)
    parts = st.lists(conditions(fields, ["city", "street"]), min_size=1, max_size=3)
    asked = SameAddress(tuple(data.draw(parts)))
    types = {"city": FieldType.TEXT, "street": FieldType.TEXT}
    expected = {
        number
        for number, person in people.items()
        if holds_at_one_address(
            asked,
            types,
            [{"city": city, "street": street} for city, street in person["addresses"]],
            today=TODAY,
        )
    }
    answers = matching([asked], among=BitMap(people), today=TODAY)
    assert set(answers[asked]) == expected
    assert matching([asked], among=BitMap(people) | STRANGERS, today=TODAY) == answers


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_the_next_turning_day_is_the_first_of_anybody(
    fields: Fields, data: st.DataObject
) -> None:
    Contact.objects.all().delete()
    people = dict(enumerate(data.draw(st.lists(persons(), min_size=1, max_size=5)), 1))
    for number, person in people.items():
        kept(number, person)
    dated = ["date_of_birth", "created_on", "field:moved"]
    asked = data.draw(st.lists(conditions(fields, dated), min_size=3, max_size=9))
    found = next_turning_days(asked, among=BitMap(people), today=TODAY)
    for one in asked:
        days = [
            next_turning_day(one, plain_values(one.field, number, person), after=TODAY)
            for number, person in people.items()
        ]
        assert found.get(one) == min(filter(None, days), default=None), one


def test_nothing_is_asked_when_nothing_is_relative_to_today(
    fields: Fields, django_assert_num_queries
) -> None:
    with django_assert_num_queries(0):
        fixed = Where("city", Operator.IS, "Delft")
        assert next_turning_days([fixed], among=BitMap([1]), today=TODAY) == {}


def test_all_conditions_are_answered_by_one_query(
    fields: Fields, django_assert_num_queries
) -> None:
    asked = [
        Where("city", Operator.IS, "Delft"),
        Where("city", Operator.IS_NOT, "Delft"),
        Where("newsletter", Operator.IS, value=True),
        Where("field:solar", Operator.EMPTY),
    ]
    # One for the cooperative's own fields, one for all conditions.
    with django_assert_num_queries(2):
        matching(asked, among=BitMap([1, 2, 3]), today=TODAY)


def test_many_contacts_are_asked_about_as_a_range(fields: Fields) -> None:
    kept(5, {"kind": "person", "last_name": "A", "status": "", "date_of_birth": None,
             "newsletter": True, "created_at": timezone.now(), "addresses": [],
             "emails": [], "phones": [], "fields": {}})  # fmt: skip
    asked = Where("newsletter", Operator.IS, value=True)
    among = BitMap(range(1, 10_000))
    assert matching([asked], among=among, today=TODAY) == {asked: BitMap([5])}
    assert matching([asked], among=among - BitMap([5]), today=TODAY)[asked] == BitMap()


def test_of_many_contacts_an_index_answers_a_condition_alone(fields: Fields) -> None:
    conditions = [
        Where("city", Operator.NOT_IN, ("Delft",)),
        Where("status", Operator.STARTS_WITH, "lid"),
        Where("status", Operator.CONTAINS, "lid"),
        Where("language", Operator.IS, "nl"),
        Where("city", Operator.ENDS_WITH, "haag"),
    ]
    with CaptureQueriesContext(connection) as asked:
        matching(conditions, among=STRANGERS, today=TODAY)

    # Two indexes, one scan of either table, and everyone for the negative one.
    assert len(asked) == 2 + 2 + 1
    filtered = [one["sql"].rpartition(" WHERE ")[2] for one in asked]
    assert [column for sql in filtered for column in _COLUMNS if column in sql] == [
        "folded_city",
        "folded_status",
    ]


def test_parts_of_an_address_are_the_fields_of_address_conditions(
    fields: Fields,
) -> None:
    of_address = {
        code
        for code, row in fields.known.items()
        if row.facts.place is FieldPlace.ADDRESS
    }
    assert of_address == {
        code
        for code, row in fields.known.items()
        if row.table is Table.ADDRESSES and row.column
    }


def test_a_field_is_found_by_any_of_its_names(fields: Fields) -> None:
    assert fields.field_named("Woonplaats") == fields.field("city")
    assert fields.field_named("CITY") == fields.field("city")
    assert fields.field_named("nowhere") is None
