from __future__ import annotations

import pytest
from django.test import Client

from kring.accounts.models import User
from tests.browser import Visitor
from tests.world import World


@pytest.fixture
def client(client: Client, reader: User) -> Client:
    client.force_login(reader)
    return client


def test_contacts_stand_in_the_order_of_their_names(
    client: Client, world: World
) -> None:
    world.contacts("Zwart", "Aalbers")
    page = client.get("/contacten/").content.decode()
    assert page.index("Aalbers") < page.index("Zwart")
    assert "2 contacten" in page


def test_search_finds_by_part_of_the_name_without_accents(
    client: Client, world: World
) -> None:
    world.contacts("Müller", "Aalbers")
    page = client.get("/contacten/", {"zoek": "MULL"}).content.decode()
    assert "Müller" in page
    assert "Aalbers" not in page


def test_nobody_found_says_what_to_do(client: Client, world: World) -> None:
    world.contacts("Aalbers")
    page = client.get("/contacten/", {"zoek": "zzz"}).content.decode()
    assert "Niemand gevonden" in page


def test_pages_follow_each_other_and_keep_the_search(
    client: Client, world: World
) -> None:
    world.contacts(*[f"Jansen {number:03}" for number in range(120)])
    first = client.get("/contacten/", {"zoek": "jansen"}).content.decode()
    assert "Jansen 049" in first
    assert "Jansen 050" not in first
    second = client.get("/contacten/?zoek=jansen&na=50").content.decode()
    assert "Jansen 050" in second
    assert "?zoek=jansen&amp;voor=51" in second


@pytest.mark.parametrize("beside", ["", "x", "999999", "-1", "9" * 30, "¹"])
def test_nonsense_for_a_place_shows_the_first_page(
    client: Client, world: World, beside: str
) -> None:
    world.contacts("Aalbers")
    response = client.get("/contacten/", {"na": beside, "zoek": "aal\0"})
    assert response.status_code == 200
    assert "Aalbers" in response.content.decode()


@pytest.mark.parametrize("count", [1, 300])
def test_the_list_asks_few_questions_whatever_its_length(
    client: Client, world: World, count: int, django_assert_max_num_queries
) -> None:
    world.contacts(*["Jansen"] * count)
    with django_assert_max_num_queries(8):
        client.get("/contacten/", {"zoek": "jan"})


def test_while_typing_only_the_rows_are_sent(client: Client, world: World) -> None:
    world.contacts("Aalbers")
    response = client.get("/contacten/", headers={"hx-request": "true"})
    assert "<html" not in response.content.decode()


def test_a_visitor_searches_while_typing(
    visitor: Visitor, admin: User, world: World
) -> None:
    world.contacts("Aalbers", "Zwart")
    visitor.signs_in(admin)
    visitor.goes_to("/contacten/")
    visitor.page.get_by_label("Contacten zoeken").fill("zwa")
    visitor.page.get_by_text("1 contact", exact=True).wait_for()
    assert visitor.page.get_by_text("Aalbers").count() == 0
    visitor.finds_no_fault("contacts")
