"""Staff see who uses the portal, and invite contacts to it."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from kring.accounts.models import LastVisit
from kring.actions import inviting
from kring.contacts.models import Contact
from kring.mailing.models import OutgoingMail
from tests.browser import Visitor
from tests.mailing.mails import person
from tests.portal.at_the_portal import ans
from tests.world import World


@pytest.fixture
def at_desk(client: Client, staff) -> Client:
    client.force_login(staff)
    return client


def text_of(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def a_visitor(contact: int, since: date = date(2026, 5, 3)) -> None:
    Contact.objects.filter(pk=contact).update(portal_since=since)
    LastVisit.objects.create(contact_id=contact, at=timezone.now())


def test_the_page_tells_since_when_and_when_last(at_desk, world: World):
    contact = ans(world)
    assert "Nog niet ingelogd" in text_of(at_desk.get(f"/contacten/{contact}/"))
    a_visitor(contact)
    page = text_of(at_desk.get(f"/contacten/{contact}/"))
    assert "3 mei 2026" in page
    assert "Laatst ingelogd" in page


def test_a_button_invites(at_desk, world: World):
    contact = ans(world)
    address = f"/contacten/{contact}/uitnodigen/"
    assert at_desk.get(address).status_code == 405
    page = text_of(at_desk.post(address, follow=True))
    assert "Ans Aalbers krijgt een uitnodiging voor het portaal." in page
    assert "Uitgenodigd op" in page
    assert "vandaag al uitgenodigd" in page
    assert OutgoingMail.objects.filter(purpose="invite").count() == 1


def test_who_cannot_be_invited_has_no_button_but_the_reason(at_desk, world: World):
    contact = ans(world, no_mail=True)
    page = text_of(at_desk.get(f"/contacten/{contact}/"))
    assert "Er kan geen uitnodiging uit: wil geen mail." in page
    page = text_of(at_desk.post(f"/contacten/{contact}/uitnodigen/", follow=True))
    assert "Er is geen uitnodiging verstuurd: wil geen mail." in page


def test_a_reader_sees_it_and_invites_nobody(client, reader, world: World):
    client.force_login(reader)
    contact = ans(world)
    assert "Klantenportaal" in text_of(client.get(f"/contacten/{contact}/"))
    assert client.post(f"/contacten/{contact}/uitnodigen/").status_code == 403
    assert client.get(f"/groepen/{world.group('Koor')}/uitnodigen/").status_code == 403
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("", ["Aalbers", "Bakker", "Cohen"]),
        ("account", ["Aalbers"]),
        ("uitgenodigd", ["Bakker"]),
        ("niet", ["Cohen"]),
        ("onzin", ["Aalbers", "Bakker", "Cohen"]),
    ],
)
def test_the_list_is_narrowed(at_desk, world: World, asked: str, names: list[str]):
    contact, bob = ans(world), person(world, "Bakker", "b@example.org")
    person(world, "Cohen")
    for one in (contact, bob):
        inviting.invite(one, by=world.by)
    a_visitor(contact)
    people = at_desk.get("/contacten/", {"portaal": asked}).context["people"]
    assert [row.name.split(",")[0] for row in people.rows] == names


def test_the_pages_beside_stay_narrowed(at_desk, world: World):
    contacts = world.contacts(*(f"Lid {number:02}" for number in range(60)))
    Contact.objects.filter(pk__in=contacts).update(portal_since=date(2026, 5, 3))
    page = text_of(at_desk.get("/contacten/", {"portaal": "account"}))
    assert "?portaal=account&amp;na=" in page
    assert "3 mei 2026" in page


def test_a_group_is_invited_after_the_number_was_confirmed(at_desk, world: World):
    world.put(ans(world), "Koor")
    world.put(person(world, "Cohen"), "Koor")
    address = f"/groepen/{world.group('Koor')}/uitnodigen/"
    page = text_of(at_desk.get(address))
    assert "<strong>1</strong> contact wordt uitgenodigd" in page
    assert "geen e-mailadres" in page
    assert not OutgoingMail.objects.exists()
    page = text_of(at_desk.post(address, {"aantal": "2"}))
    assert "niet meer 2" in page
    assert not OutgoingMail.objects.exists()
    page = text_of(at_desk.post(address, {"aantal": "1"}, follow=True))
    assert "1 contact krijgt een uitnodiging voor het portaal." in page
    assert OutgoingMail.objects.filter(purpose="invite").count() == 1


def test_who_has_an_account_is_counted_when_asked(at_desk, world: World):
    contact = ans(world)
    world.put(contact, "Koor")
    a_visitor(contact)
    address = f"/groepen/{world.group('Koor')}/uitnodigen/"
    assert "heeft al een portaalaccount" in text_of(at_desk.get(address))
    page = text_of(at_desk.get(address, {"account": "on"}))
    assert "<strong>1</strong> contact wordt uitgenodigd" in page
    at_desk.post(address, {"account": "on", "aantal": "1"})
    assert OutgoingMail.objects.filter(purpose="invite").count() == 1


def test_the_pages_are_faultless(visitor: Visitor, staff, world: World):
    contact = ans(world)
    for name in ("Bakker", "Cohen"):
        world.put(person(world, name, f"{name}@example.org"), "Koor")
    world.put(contact, "Koor")
    world.put(person(world, "Dekker"), "Koor")
    a_visitor(contact)
    visitor.signs_in(staff)
    visitor.goes_to(f"/contacten/{contact}/")
    visitor.finds_no_fault("contact-at-portal")
    visitor.goes_to(f"/groepen/{world.group('Koor')}/uitnodigen/")
    visitor.finds_no_fault("group-inviting")
    visitor.page.get_by_role("button", name="Nodig 2 contacten uit").click()
    visitor.page.get_by_text("2 contacten krijgen een uitnodiging").wait_for()
    visitor.goes_to("/contacten/?portaal=account")
    visitor.finds_no_fault("contacts-at-portal")
