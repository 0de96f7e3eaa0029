"""A contact's timeline: groups joined and left, and edits of its details."""

from __future__ import annotations

import pytest
from django.test import Client

from kring.accounts.models import User
from kring.actions import members
from kring.actions.contacts import create_contact, edit_contact
from kring.actions.merging import merge_contacts


@pytest.fixture
def at_desk(client: Client, staff: User) -> Client:
    client.force_login(staff)
    return client


def told(client: Client, contact: int, query: str = "") -> list[tuple[object, ...]]:
    rows = client.get(f"/contacten/{contact}/tijdlijn/{query}").context["rows"]
    return [
        (
            row.deed,
            {group.name for group in row.joined},
            {group.name for group in row.left},
            {group.name for group in row.placed},
        )
        for row in rows
    ]


def test_the_timeline_tells_groups_and_edits_with_reasons(at_desk, world) -> None:
    ada = create_contact({"last_name": "Bos"}, by=world.by)
    choir = world.group("Koor")
    world.group("Zangers", {"group": "Koor"})
    members.place([ada], choir, by=world.by, reason="zingt graag")
    edit_contact(ada, {"city": "Delft", "last_name": "Bosch"}, by=world.by)
    members.remove([ada], choir, by=world.by)
    assert told(at_desk, ada) == [
        ("Leden verwijderd", set(), {"Koor", "Zangers"}, set()),
        ("Contact gewijzigd", set(), set(), set()),
        ("Leden toegevoegd", {"Koor", "Zangers"}, set(), set()),
        ("Contact toegevoegd", set(), set(), set()),
    ]
    page = at_desk.get(f"/contacten/{ada}/tijdlijn/").content.decode()
    for words in ("zingt graag", "Achternaam", "Adres"):
        assert words in page, words


def test_large_acts_stand_on_the_timeline_too(at_desk, world) -> None:
    ada, *crowd = world.contacts(*["Iemand"] * 1_010)
    members.place([ada, *crowd], world.group("Koor"), by=world.by)
    members.remove(crowd, world.group("Koor"), by=world.by)
    assert told(at_desk, ada) == [("Leden toegevoegd", {"Koor"}, set(), set())]


def test_a_pin_that_turned_nothing_stands_on_the_timeline(at_desk, world) -> None:
    ada = world.contact("Ada")
    world.group("Zangers", {"group": "Koor"})
    members.remove([ada], world.group("Zangers"), by=world.by)
    assert told(at_desk, ada) == [("Leden verwijderd", set(), set(), {"Zangers"})]


def test_pages_of_the_timeline_follow_each_other_to_the_end(at_desk, world) -> None:
    ada, choir = world.contact("Ada"), world.group("Koor")
    for _ in range(40):
        members.place([ada], choir, by=world.by)
        members.remove([ada], choir, by=world.by)
    first = at_desk.get(f"/contacten/{ada}/tijdlijn/").context
    second = at_desk.get(f"/contacten/{ada}/tijdlijn/{first['older']}").context
    assert (len(first["rows"]), len(second["rows"]), second["older"]) == (50, 30, "")


def test_the_timeline_takes_few_queries(
    at_desk, world, django_assert_max_num_queries
) -> None:
    names = [f"Groep {number}" for number in range(30)]
    ada = world.contact("Ada", groups=names)
    with django_assert_max_num_queries(9):
        at_desk.get(f"/contacten/{ada}/tijdlijn/")


def test_a_stranger_has_no_timeline(at_desk, client) -> None:
    assert at_desk.get("/contacten/77/tijdlijn/").status_code == 404
    client.logout()
    assert client.get("/contacten/77/tijdlijn/").status_code == 302


def test_of_whoever_was_added_no_details_are_said_to_be_edited(at_desk, world) -> None:
    ada = create_contact({"last_name": "Bos", "city": "Delft"}, by=world.by)
    [added] = at_desk.get(f"/contacten/{ada}/tijdlijn/").context["rows"]
    assert added.parts == ()


def test_the_timeline_of_a_merged_contact_is_that_of_whom_it_became(
    at_desk, world
) -> None:
    ada, double = world.contacts("Ada", "Ada B")
    merge_contacts(double, into=ada, by=world.by)
    answer = at_desk.get(f"/contacten/{double}/tijdlijn/")
    assert answer.headers["Location"] == f"/contacten/{ada}/tijdlijn/"


def test_the_timeline_of_a_stranger_is_not_found(at_desk, world) -> None:
    assert at_desk.get("/contacten/77/tijdlijn/").status_code == 404


def test_the_heading_names_a_person_as_the_page_does(at_desk, world) -> None:
    ada = create_contact({"first_name": "Ada", "last_name": "Bos"}, by=world.by)
    page = at_desk.get(f"/contacten/{ada}/tijdlijn/").content.decode()
    assert "Tijdlijn van Ada Bos" in page
