"""Several contacts with one e-mail address: who one is, asked and checked each time."""

from __future__ import annotations

from datetime import date

import pytest

from kring.actions import contacts, erasing, merging
from tests.mailing.mails import person
from tests.portal.at_the_portal import ANS, ans, signs_in, visitor_at
from tests.world import World


def bob(world: World) -> int:
    """Who lives with Ans, and reads the same mailbox."""
    return person(world, "Bakker", ANS.upper(), first_name="Bob")


def chosen(client, contact: int, **more: str):
    return client.post("/portaal/wie/", {"contact": contact, **more})


def who_is(client) -> str:
    """Whose page it is; empty where one has to say so first."""
    response = client.get("/portaal/")
    return "" if response.status_code == 302 else response.content.decode()


def test_who_has_an_address_alone_is_not_asked(client, world):
    ans(world)
    signs_in(client)
    assert "Ans Aalbers" in who_is(client)
    assert "Iemand anders?" not in who_is(client)


def test_a_household_is_asked_first(client, world):
    ans(world), bob(world)
    signs_in(client)
    assert client.get("/portaal/")["Location"] == "/portaal/wie/?next=/portaal/"
    page = client.get("/portaal/wie/").content.decode()
    assert page.index("Ans Aalbers") < page.index("Bob Bakker")


def test_one_goes_on_as_whom_one_chose(client, world):
    ans(world)
    contact = bob(world)
    signs_in(client)
    chosen(client, contact)
    assert "Bob Bakker" in who_is(client)
    assert "Iemand anders?" in who_is(client)


def test_one_can_be_somebody_else_of_the_household_afterwards(client, world):
    first, second = ans(world), bob(world)
    signs_in(client)
    chosen(client, first)
    chosen(client, second)
    assert "Bob Bakker" in who_is(client)


def test_having_chosen_one_lands_on_the_page_that_one_wanted(client, world):
    contact = ans(world)
    bob(world)
    koor = world.group("Koor", visible_on_portal=True)
    signs_in(client)
    wanted = f"/portaal/groepen/{koor}/aanmelden/"
    assert client.get(wanted).url == f"/portaal/wie/?next={wanted}"
    assert chosen(client, contact, next=wanted).url == wanted
    assert chosen(client, contact, next="//elders.example/").url == "/portaal/"


@pytest.mark.parametrize("wish", ["", "x", "-1", "99999999999999999999", "²"])
def test_nonsense_is_nobody(client, world, wish):
    ans(world), bob(world)
    signs_in(client)
    assert chosen(client, wish).status_code == 404


def test_nobody_is_a_contact_with_another_address(client, world):
    ans(world), bob(world)
    stranger = person(world, "Cohen", "cor@example.org")
    signs_in(client)
    assert chosen(client, stranger).status_code == 404
    assert who_is(client) == ""


def test_a_session_that_says_a_stranger_s_number_is_believed_nothing(world):
    ans(world)
    stranger = person(world, "Cohen", "cor@example.org")
    client = visitor_at(stranger)
    assert client.get("/portaal/")["Location"].startswith("/portaal/wie/")


def lost_the_address(world: World, contact: int) -> None:
    contacts.edit_contact(contact, {"email": "anders@example.org"}, by=world.by)


def died(world: World, contact: int) -> None:
    contacts.edit_contact(contact, {"deceased_on": date(2026, 1, 2)}, by=world.by)


def was_erased(world: World, contact: int) -> None:
    erasing.erase_contact(contact, by=world.by)


def was_merged_away(world: World, contact: int) -> None:
    other = person(world, "Aalberts", "")
    merging.merge_contacts(contact, into=other, by=world.by)


@pytest.mark.parametrize(
    "happens", [lost_the_address, died, was_erased, was_merged_away]
)
def test_what_happens_to_a_contact_counts_at_the_next_request(world, happens):
    contact = ans(world)
    bob(world)
    client = visitor_at(contact)
    assert "Ans Aalbers" in who_is(client)
    happens(world, contact)
    assert who_is(client) == ""
    # And nobody goes on as the other without saying so.
    assert client.get("/portaal/")["Location"] == "/portaal/wie/?next=/portaal/"


def test_of_an_address_that_nobody_has_any_more_the_page_says_so(world):
    contact = ans(world)
    client = visitor_at(contact)
    lost_the_address(world, contact)
    page = client.get("/portaal/wie/").content.decode()
    assert "kennen dit adres niet meer" in page
    assert "Aalbers" not in page
