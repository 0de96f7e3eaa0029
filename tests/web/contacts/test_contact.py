from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from kring.accounts.actors import actor_of
from kring.accounts.models import User
from kring.actions import groups, members
from kring.actions.contacts import create_contact, edit_contact
from kring.groups.models import Change, Placement
from kring.ui.templatetags.ui import day
from tests.browser import Visitor
from tests.outgoing import sent
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
    block, accordion, _links, _mails = page.split("accordion-block")
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


@pytest.mark.parametrize("group", ["", "x", "0", "²", "9" * 40, "9" * 5_000])
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


@pytest.fixture
def pinned(world: World, staff: User, ada: int) -> int:
    """The group that Anna keeps Ada out of, until the day after tomorrow."""
    zangers = world.group("Zangers")
    members.remove(
        [ada],
        zangers,
        by=actor_of(staff),
        reason="Hees <b>nu</b>",
        until=timezone.localdate() + timedelta(days=2),
    )
    return zangers


def test_fixed_exceptions_are_told_with_group_reason_last_day_and_by_whom(
    client: Client, world: World, ada: int, pinned: int
) -> None:
    page = client.get(f"/contacten/{ada}/").content.decode()
    told = page.split("Vaste uitzonderingen")[1]
    last = day(timezone.localdate() + timedelta(days=2))
    for words in (
        f'href="/groepen/{pinned}/"',
        "nooit erin",
        "Hees &lt;b&gt;nu&lt;/b&gt;",
        f"tot en met {last}",
        "Anna Visser",
        "De uitzondering bij Zangers opheffen",
    ):
        assert words in told, words


def test_an_exception_is_lifted_from_the_page_and_that_is_undone(
    client: Client, world: World, ada: int, pinned: int
) -> None:
    address = f"/contacten/{ada}/uitzondering-opheffen/"
    page = client.post(address, {"group": pinned}, follow=True).content.decode()
    assert "de samenstelling beslist weer" in page
    assert "Vaste uitzonderingen" not in page
    assert world.names_in("Zangers") == ["Ada"]
    change = Change.objects.get(action="members.unpin").number
    assert f"/wijzigingen/{change}/ongedaan-maken/" in page
    page = client.post(address, {"group": pinned}, follow=True).content.decode()
    assert "Er hoefde niets te veranderen." in page


def test_exceptions_in_deleted_groups_and_memberships_are_no_exceptions_here(
    client: Client, world: World, ada: int, pinned: int
) -> None:
    groups.delete_group(pinned, by=world.by)
    assert (
        "Vaste uitzonderingen" not in client.get(f"/contacten/{ada}/").content.decode()
    )


def test_an_exception_that_has_ended_says_so(
    client: Client, ada: int, pinned: int
) -> None:
    Placement.objects.filter(group=pinned).update(until=date(2020, 1, 2))
    page = client.get(f"/contacten/{ada}/").content.decode()
    assert "afgelopen na 2 januari 2020" in page


@pytest.mark.parametrize("group", ["", "x", "0", "9" * 40])
def test_of_a_group_that_does_not_exist_nothing_is_lifted(
    client: Client, ada: int, pinned: int, group: str
) -> None:
    address = f"/contacten/{ada}/uitzondering-opheffen/"
    assert client.post(address, {"group": group}).status_code == 404
    assert Placement.objects.filter(group=pinned).exists()


def test_of_a_static_group_nothing_is_lifted(
    client: Client, world: World, ada: int
) -> None:
    address = f"/contacten/{ada}/uitzondering-opheffen/"
    asked = {"group": world.group("Koor")}
    page = client.post(address, asked, follow=True).content.decode()
    assert "is een statische groep" in page
    assert world.names_in("Koor") == ["Ada"]


def test_a_reader_sees_exceptions_and_lifts_none(
    client: Client, reader: User, ada: int, pinned: int
) -> None:
    client.force_login(reader)
    page = client.get(f"/contacten/{ada}/").content.decode()
    assert "nooit erin" in page
    assert "uitzondering-opheffen/" not in page
    address = f"/contacten/{ada}/uitzondering-opheffen/"
    assert client.post(address, {"group": pinned}).status_code == 403
    assert Placement.objects.filter(group=pinned).exists()


def test_the_page_asks_few_questions_whatever_the_number_of_groups(
    client: Client, world: World, django_assert_max_num_queries
) -> None:
    names = [f"Groep {number}" for number in range(30)]
    for name in names:
        world.group(name, visible_at_contact=True)
        world.group(f"Ook {name}", {"group": name}, visible_at_contact=True)
    ada = world.contact("Ada", groups=names)
    for name in names:
        members.place([ada], world.group(f"Ook {name}"), by=world.by)
        sent(ada, world.group(name))
    client.get("/groepen/")  # How the cooperative looks is kept in mind.
    with django_assert_max_num_queries(14):
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


def test_what_counts_stands_first_whichever_was_written_first(
    client: Client, world: World
) -> None:
    old, new = "oud@kring.example", "nu@kring.example"
    ada = create_contact({"last_name": "Bos", "emails": (old, new)}, by=world.by)
    edit_contact(ada, {"emails": (new, old)}, by=world.by)
    page = client.get(f"/contacten/{ada}/").content.decode()
    assert page.index("nu@kring.example") < page.index("oud@kring.example")


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("+31151234567", "015 123 4567"),
        ("+31612345678", "06 12345678"),
        ("+4930123456", "+49 30 123456"),
        ("bellen mag niet", "bellen mag niet"),
    ],
)
def test_a_phone_number_is_written_as_people_do(
    client: Client, world: World, given: str, shown: str
) -> None:
    ada = create_contact({"last_name": "Bos", "phone": given}, by=world.by)
    assert f">{shown}</a>" in client.get(f"/contacten/{ada}/").content.decode()
