from __future__ import annotations

import pytest
from django.test import Client

from kring.accounts.models import User
from kring.actions import groups
from tests.browser import Visitor
from tests.world import World


@pytest.fixture
def client(client: Client, staff: User) -> Client:
    client.force_login(staff)
    return client


@pytest.fixture
def ada(world: World) -> int:
    world.group("Koor", visible_at_contact=True)
    world.group("Band", visible_at_contact=True)
    world.group("Stil")
    world.group("Zangers", {"group": "Koor"}, visible_at_contact=True)
    return world.contact("Ada", groups=["Koor", "Stil"])


def test_derived_groups_stand_in_the_block_and_static_ones_in_the_accordion(
    client: Client, ada: int
) -> None:
    page = client.get(f"/contacten/{ada}/").content.decode()
    block, accordion = page.split("accordion-block")
    assert "Zangers" in block
    assert "Zangers" not in accordion
    assert "Koor" in accordion


def test_a_group_that_is_not_shown_at_the_contact_is_only_counted(
    client: Client, ada: int
) -> None:
    page = client.get(f"/contacten/{ada}/").content.decode()
    assert "Ook in één groep die niet bij het contact wordt getoond." in page


def test_a_contact_is_put_in_a_static_group_and_taken_out(
    client: Client, world: World, ada: int
) -> None:
    band = world.group("Band")
    page = client.post(f"/contacten/{ada}/plaatsen/", {"group": band}, follow=True)
    assert "Toegevoegd aan Band." in page.content.decode()
    assert world.names_in("Band") == ["Ada"]
    client.post(f"/contacten/{ada}/verwijderen/", {"group": band})
    assert world.names_in("Band") == []


@pytest.mark.parametrize("group", ["", "x", "0", "²", "9" * 40])
def test_a_group_that_does_not_exist_is_not_found(
    client: Client, ada: int, group: str
) -> None:
    response = client.post(f"/contacten/{ada}/plaatsen/", {"group": group})
    assert response.status_code == 404


def test_a_derived_group_is_no_choice(client: Client, world: World, ada: int) -> None:
    zangers = {"group": world.group("Zangers")}
    assert client.post(f"/contacten/{ada}/plaatsen/", zangers).status_code == 404


def test_a_closed_group_refuses_with_a_sentence(
    client: Client, world: World, ada: int
) -> None:
    band = world.group("Band")
    groups.close_group(band, by=world.by)
    page = client.post(f"/contacten/{ada}/plaatsen/", {"group": band}, follow=True)
    assert "is gesloten" in page.content.decode()
    assert world.names_in("Band") == []


def test_a_stranger_is_not_found(client: Client, world: World) -> None:
    band = {"group": world.group("Band")}
    assert client.get("/contacten/77/").status_code == 404
    client.post("/contacten/77/plaatsen/", band)
    assert world.names_in("Band") == []


def test_a_reader_sees_no_buttons_and_changes_nothing(
    client: Client, reader: User, world: World, ada: int
) -> None:
    client.force_login(reader)
    page = client.get(f"/contacten/{ada}/").content.decode()
    assert "plaatsen/" not in page
    band = {"group": world.group("Band")}
    assert client.post(f"/contacten/{ada}/plaatsen/", band).status_code == 403
    assert world.names_in("Band") == []


def test_the_page_asks_few_questions_whatever_the_number_of_groups(
    client: Client, world: World, django_assert_max_num_queries
) -> None:
    names = [f"Groep {number}" for number in range(30)]
    for name in names:
        world.group(name, visible_at_contact=True)
        world.group(f"Ook {name}", {"group": name}, visible_at_contact=True)
    ada = world.contact("Ada", groups=names)
    with django_assert_max_num_queries(12):
        client.get(f"/contacten/{ada}/")


def test_a_visitor_adds_a_contact_to_a_group(
    visitor: Visitor, staff: User, world: World, ada: int
) -> None:
    visitor.signs_in(staff)
    visitor.goes_to(f"/contacten/{ada}/")
    visitor.page.get_by_label("Aan een statische groep toevoegen").select_option("Band")
    visitor.page.get_by_role("button", name="Toevoegen").click()
    visitor.page.get_by_text("Toegevoegd aan Band.").wait_for()
    visitor.finds_no_fault("contact")
    assert world.names_in("Band") == ["Ada"]
