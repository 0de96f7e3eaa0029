from __future__ import annotations

import pytest
from django.test import Client

from kring.accounts.models import User
from kring.actions import contacts
from kring.contacts.models import Contact
from tests.browser import Visitor
from tests.world import World


@pytest.fixture
def client(client: Client, staff: User) -> Client:
    client.force_login(staff)
    return client


@pytest.fixture
def ada(world: World) -> int:
    contact = contacts.create_contact(
        {"number": "KR-7", "first_name": "Ada", "last_name": "Zwartendijk"}, by=world.by
    )
    world.put(contact, "Koor")
    world.group("Zangers", {"group": "Koor"})
    return contact


def test_the_page_says_exactly_what_happens(client: Client, ada: int) -> None:
    page = client.get(f"/contacten/{ada}/wissen/").content.decode()
    assert "Verdwijnt uit 2 groepen:" in page
    assert "Zangers" in page
    assert "kan niet ongedaan worden gemaakt" in page
    assert "Nummer KR-7 is niet meer te vinden." in page


def test_looking_erases_nobody(client: Client, ada: int) -> None:
    client.get(f"/contacten/{ada}/wissen/?number=KR-7")
    assert Contact.objects.filter(pk=ada).exists()


def test_whoever_types_the_number_erases(
    client: Client, world: World, ada: int
) -> None:
    typed = {"number": "KR-7", "reason": "per brief"}
    page = client.post(f"/contacten/{ada}/wissen/", typed, follow=True)
    assert "Het contact met nummer KR-7 is gewist." in page.content.decode()
    assert "Zwartendijk" not in page.content.decode()
    assert not Contact.objects.filter(pk=ada).exists()
    assert world.members("Zangers") == set()
    assert client.get(f"/contacten/{ada}/").status_code == 404


@pytest.mark.parametrize("typed", ["", "KR-8", "kr-7"])
def test_another_number_erases_nobody(client: Client, ada: int, typed: str) -> None:
    page = client.post(f"/contacten/{ada}/wissen/", {"number": typed})
    assert Contact.objects.filter(pk=ada).exists()
    assert page.status_code == 200
    if typed:
        assert "Er is niets gewist." in page.content.decode()


def test_a_reader_finds_neither_link_nor_page(
    client: Client, reader: User, ada: int
) -> None:
    client.force_login(reader)
    assert "/wissen/" not in client.get(f"/contacten/{ada}/").content.decode()
    assert client.get(f"/contacten/{ada}/wissen/").status_code == 403
    typed = {"number": "KR-7"}
    assert client.post(f"/contacten/{ada}/wissen/", typed).status_code == 403
    assert Contact.objects.filter(pk=ada).exists()


def test_a_stranger_is_not_found(client: Client, db) -> None:
    assert client.get("/contacten/77/wissen/").status_code == 404
    assert client.post("/contacten/77/wissen/", {"number": "1"}).status_code == 404


def test_a_visitor_erases_a_contact(
    visitor: Visitor, staff: User, world: World, ada: int
) -> None:
    visitor.signs_in(staff)
    visitor.goes_to(f"/contacten/{ada}/")
    visitor.page.get_by_label("Meer voor dit contact").click()
    visitor.finds_no_fault("contact-more")
    visitor.page.get_by_role("link", name="Wissen (AVG)…").click()
    visitor.finds_no_fault("contact-erase")
    visitor.page.get_by_label("Contactnummer").fill("KR-7")
    visitor.page.get_by_role("button", name="Contact wissen").click()
    visitor.page.get_by_text("Het contact met nummer KR-7 is gewist.").wait_for()
    assert not Contact.objects.exists()
