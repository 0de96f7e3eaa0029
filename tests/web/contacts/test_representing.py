"""Staff link persons to organisations, on the page of either of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kring.accounts.models import User
from kring.actions import contacts, representing
from kring.contacts.models import Kind, Representation
from kring.contacts.representing import Represents
from kring.groups.models import Change
from tests.browser import Visitor
from tests.mailing.mails import person
from tests.world import World


@pytest.fixture
def client(client: Client, staff: User) -> Client:
    client.force_login(staff)
    return client


@pytest.fixture
def ans(world: World) -> int:
    return person(world, "Aalbers", first_name="Ans")


@pytest.fixture
def jansen(world: World) -> int:
    return contacts.create_contact(
        {"kind": Kind.ORGANISATION, "name": "Bakkerij Jansen"}, by=world.by
    )


def page_of(client: Client, path: str) -> str:
    return " ".join(client.get(path).content.decode().split())


def at(contact: int, rest: str = "") -> str:
    return f"/contacten/{contact}/vertegenwoordiging/{rest}"


def link(world: World, one: int, other: int, **agreed: Any) -> None:
    representing.add_representation(
        one,
        other,
        Represents(**agreed),
        by=world.by,
    )


def test_a_person_is_offered_organisations(client, world, ans, jansen):
    person(world, "Bakker")
    page = page_of(client, at(ans) + "?zoek=bak")
    assert f"?met={jansen}" in page
    assert page.count("?met=") == 1


def test_an_organisation_is_offered_persons(client, ans, jansen):
    page = page_of(client, at(jansen) + "?zoek=a")
    assert f"?met={ans}" in page
    assert page.count("?met=") == 1


@pytest.mark.parametrize("is_turned", [False, True])
def test_a_link_is_made_from_either_side_and_undone(client, ans, jansen, is_turned):
    one, other = (jansen, ans) if is_turned else (ans, jansen)
    assert "Mag in het portaal beheren" in page_of(client, f"{at(one)}?met={other}")
    told = client.post(
        at(one),
        {
            "met": other,
            "role": "penningmeester",
            "first_day": "2026-01-02",
            "on_portal": "on",
        },
        follow=True,
    ).content.decode()
    row = Representation.objects.get()
    assert (row.person_id, row.organisation_id) == (ans, jansen)
    assert "Ans Aalbers handelt namens Bakkerij Jansen." in told
    for contact, shown in ((ans, "Bakkerij Jansen"), (jansen, "Ans Aalbers")):
        page = page_of(client, f"/contacten/{contact}/")
        assert shown in page
        assert "penningmeester" in page
        assert "2 januari 2026" in page
    client.post(f"/wijzigingen/{Change.objects.latest('number').pk}/ongedaan-maken/")
    assert not Representation.objects.exists()


def test_a_refusal_is_said_at_the_form_and_keeps_what_was_typed(client, ans, jansen):
    answer = client.post(
        at(ans),
        {
            "met": jansen,
            "role": "bakker",
            "first_day": "2026-01-02",
            "last_day": "2026-01-01",
        },
    )
    page = answer.content.decode()
    assert "De laatste dag ligt voor de eerste." in page
    assert 'value="bakker"' in page
    assert not Representation.objects.exists()


def test_a_person_is_not_linked_to_a_person(client, world, ans):
    bob = person(world, "Bakker", first_name="Bob")
    page = client.post(at(ans), {"met": bob}).content.decode()
    assert "Bob Bakker is een persoon" in page


def test_what_is_linked_already_is_changed(client, world, ans, jansen):
    link(world, ans, jansen)
    assert client.get(f"{at(ans)}?met={jansen}").url == at(ans, f"{jansen}/")
    client.post(at(jansen, f"{ans}/"), {"role": "bakker", "on_portal": "on"})
    row = Representation.objects.get()
    assert (row.role, row.on_portal) == ("bakker", True)


def test_a_link_is_ended_today(client, world, ans, jansen):
    link(world, ans, jansen)
    client.post(at(jansen, f"{ans}/beeindigen/"))
    assert Representation.objects.get().last_day == timezone.localdate()


def test_a_link_is_removed(client, world, ans, jansen):
    link(world, ans, jansen)
    told = client.post(at(ans, f"{jansen}/verwijderen/"), follow=True)
    assert "niet meer gekoppeld" in told.content.decode()
    assert not Representation.objects.exists()


def test_what_is_over_or_yet_to_begin_is_said(client, world, ans, jansen):
    today = timezone.localdate()
    link(world, ans, jansen, last_day=today - timedelta(days=1))
    assert "voorbij" in page_of(client, f"/contacten/{ans}/")
    representing.edit_representation(
        ans, jansen, Represents(first_day=today + timedelta(days=1)), by=world.by
    )
    assert "nog niet begonnen" in page_of(client, f"/contacten/{ans}/")


def test_what_is_not_linked_is_not_found(client, world, ans, jansen):
    for rest in (f"{jansen}/", f"{jansen}/beeindigen/", f"{jansen}/verwijderen/"):
        assert client.post(at(ans, rest)).status_code == 404
    assert client.get(at(2**40)).status_code == 404


def test_who_may_only_look_sees_the_links_and_changes_none(
    client, world, reader, ans, jansen
):
    link(world, ans, jansen)
    client.force_login(reader)
    page = page_of(client, f"/contacten/{ans}/")
    assert "Bakkerij Jansen" in page
    assert "vertegenwoordiging/" not in page
    for rest in ("", f"{jansen}/", f"{jansen}/beeindigen/", f"{jansen}/verwijderen/"):
        assert client.post(at(ans, rest)).status_code == 403
    assert Representation.objects.get().last_day is None


def test_the_change_names_both(client, world, ans, jansen):
    link(world, ans, jansen, role="penningmeester")
    number = Change.objects.latest("number").pk
    page = page_of(client, f"/wijzigingen/{number}/")
    assert "Bakkerij Jansen" in page
    assert "Aalbers, Ans" in page
    assert page.count("penningmeester") == 1


def test_the_pages_are_faultless(  # noqa: PLR0915 — a walk
    visitor: Visitor, world: World, staff: User
) -> None:
    ans = person(world, "Aalbers", first_name="Ans")
    jansen = contacts.create_contact(
        {"kind": Kind.ORGANISATION, "name": "Bakkerij Jansen"}, by=world.by
    )
    visitor.signs_in(staff)
    page = visitor.page
    visitor.goes_to(f"/contacten/{ans}/")
    page.get_by_role("heading", name="Handelt namens").click()
    page.get_by_role("link", name="Organisatie toevoegen").click()
    page.get_by_label("Contacten zoeken").fill("bakkerij")
    page.get_by_role("button", name="Zoeken", exact=True).click()
    page.get_by_role("link", name="Kies Bakkerij Jansen").wait_for()
    visitor.finds_no_fault("represents-search")
    page.get_by_role("link", name="Kies Bakkerij Jansen").click()
    page.get_by_label("Functie daar").fill("penningmeester")
    visitor.finds_no_fault("represents-link")
    page.get_by_role("button", name="Opslaan").click()
    page.get_by_text("Ans Aalbers handelt namens").wait_for()
    visitor.finds_no_fault("represents-contact")
    page.get_by_role("button", name="Vandaag beëindigen: Bakkerij Jansen").click()
    page.get_by_text("Vandaag is de laatste dag").wait_for()
    row = Representation.objects.get(person=ans, organisation=jansen)
    assert row.last_day == timezone.localdate()
