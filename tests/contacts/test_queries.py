"""Contacts are found by what one knows of them, and listed by name."""

from __future__ import annotations

import pytest
from django.db import connection

from kring.accounts.actors import OPERATOR
from kring.actions.contacts import create_contact
from kring.contacts.details import AddressDetails, Given
from kring.contacts.models import Kind
from kring.contacts.queries import (
    contact_numbered,
    contact_with_details,
    contacts_by_name,
    contacts_found,
    ids_found,
    listed,
)

pytestmark = pytest.mark.django_db

ZOE = Given(
    number="K-12",
    first_name="Zoë",
    infix="van der",
    last_name="Brink",
    email="zoe.b@example.org",
    postal_code="2611 AB",
    house_number="3",
    city="Delft",
)
SUN = Given(number="100%", kind=Kind.ORGANISATION, name="Zon_op Leiden", city="Leiden")


def made(*contacts: Given) -> list[int]:
    return [create_contact(given, by=OPERATOR) for given in contacts]


@pytest.mark.parametrize(
    "search",
    [
        "zoe",
        "ZOË BRINK",
        "brink zoe",
        "brink, zoe van",
        "k-12",
        "zoe.b@example",
        "2611ab",
        "2611 AB",
        "delft",
        "elf",
        "",
    ],
)
def test_a_contact_is_found_by_any_words_of_it(search):
    [zoe] = made(ZOE)
    assert list(ids_found(search)) == [zoe]


@pytest.mark.parametrize("search", ["zoe leiden", "zoe@", "%", "_", "2611xx", "\\"])
def test_a_contact_is_not_found_by_words_it_has_not(search):
    made(ZOE)
    assert list(ids_found(search)) == []


def test_wildcards_are_searched_for_as_they_are():
    _zoe, sun = made(ZOE, SUN)
    assert list(ids_found("0%")) == [sun]
    assert list(ids_found("zon_")) == [sun]


def test_search_uses_the_trigram_index():
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        cursor.execute("set local enable_indexscan = off")
    assert "contacts_by_text" in contacts_found("brink").order_by().explain()


def test_who_is_found_is_sorted_by_name():
    sun, zoe = made(SUN, ZOE)
    assert [contact.pk for contact in contacts_found("z")] == [zoe, sun]


def test_lines_come_in_the_order_that_is_asked(django_assert_num_queries):
    zoe, sun = made(ZOE, SUN)
    with django_assert_num_queries(1):
        lines = listed([sun, 999, zoe])
    assert [line.name for line in lines] == ["Zon_op Leiden", "Brink, Zoë van der"]
    assert (lines[1].email, lines[1].city) == ("zoe.b@example.org", "Delft")
    assert lines[0].email == ""


def test_lines_show_the_address_that_counts():
    [zoe] = made(
        {
            **ZOE,
            "addresses": (AddressDetails(city="Gouda"), AddressDetails(city="Delft")),
        }
    )
    assert listed([zoe])[0].city == "Gouda"


def test_any_number_of_contacts_is_read_by_name():
    sun, zoe = made(SUN, ZOE)
    assert [line.id for line in contacts_by_name([sun, zoe])] == [zoe, sun]


def test_a_contact_with_details_takes_four_queries(django_assert_num_queries):
    [zoe] = made(ZOE)
    with django_assert_num_queries(4):
        found = contact_with_details(zoe)
        assert found is not None
        assert [str(address) for address in found.addresses.all()] == ["3"]
        assert [str(email) for email in found.email_addresses.all()]
        assert list(found.phone_numbers.all()) == []


def test_a_contact_is_found_by_its_exact_number():
    [zoe] = made(ZOE)
    found = contact_numbered("K-12")
    assert found is not None
    assert found.pk == zoe
    assert contact_numbered("k-12") is None
