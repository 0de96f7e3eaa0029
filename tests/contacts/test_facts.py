"""What one contact is seen to have answers conditions as the database does."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pyroaring import BitMap

from kring.algebra.expressions import SameAddress, Where
from kring.contacts.catalogue import Fields, catalogue
from kring.contacts.conditions import matching
from kring.contacts.facts import ContactFacts
from kring.contacts.models import Contact, CustomField
from kring.contacts.queries import contact_with_details
from tests.contacts.test_conditions import (
    ASKED,
    CHOICES,
    OWN,
    TODAY,
    conditions,
    kept,
    persons,
)


@pytest.fixture
def fields(db) -> Fields:
    for code, kind in OWN.items():
        CustomField.objects.create(
            code=code, label=code, type=kind.value, choices=CHOICES
        )
    return catalogue()


def seen(contact: int, fields: Fields) -> ContactFacts:
    found = contact_with_details(contact)
    assert found is not None
    return ContactFacts(found, fields)


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_a_contact_meets_what_the_database_says_it_meets(
    fields: Fields, data: st.DataObject
) -> None:
    Contact.objects.all().delete()
    kept(1, data.draw(persons()))
    facts = seen(1, fields)
    together = st.lists(conditions(fields, ["city", "street"]), min_size=1, max_size=3)
    asked = data.draw(st.lists(conditions(fields, ASKED), min_size=8, max_size=16))
    at_one = data.draw(st.lists(together.map(tuple).map(SameAddress), max_size=4))
    questions: list[Where | SameAddress] = [*asked, *at_one]
    answers = matching(questions, among=BitMap([1]), today=TODAY)
    for one in questions:
        assert facts.meets(one, today=TODAY) is (1 in answers[one]), one


def test_values_are_read_as_they_are_meant(fields: Fields) -> None:
    own = {
        "nick": "Ad",
        "paid": "12.50",
        "moved": "2026-05-03",
        "solar": True,
        "colours": ["red", "blue"],
    }
    Contact.objects.create(
        id=1,
        number="N1",
        kind="person",
        fields=own,
        created_at="2026-05-02T22:30:00Z",
        updated_at="2026-05-02T22:30:00Z",
    )
    facts = seen(1, fields)
    assert facts.values_of("field:nick") == ("Ad",)
    assert facts.values_of("field:paid") == (Decimal("12.50"),)
    assert facts.values_of("field:moved") == (date(2026, 5, 3),)
    assert facts.values_of("field:solar") == (True,)
    assert facts.values_of("field:colours") == ("red", "blue")
    assert facts.values_of("field:colour") == ()
    assert facts.values_of("created_on") == (date(2026, 5, 3),)
    assert facts.values_of("has_email") == (False,)
    assert facts.values_of("city") == ()
