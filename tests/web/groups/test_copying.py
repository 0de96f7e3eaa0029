"""Copying a group and keeping one as a static group, from the group's menu."""

from __future__ import annotations

import re

import pytest

from kring.actions import groups, members
from kring.groups.models import Group
from kring.mailing.models import OutgoingMail
from tests.browser import PHONE, Visitor
from tests.world import World


def page_of(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_a_copy_is_proposed_under_a_free_name_and_made(at_desk, cooperative: World):
    leden = cooperative.group("Leden")
    asked = page_of(at_desk.get(f"/groepen/{leden}/kopieren/"))
    assert 'value="Leden (kopie)"' in asked
    assert "de 2 leden" in asked
    assert Group.objects.count() == 3
    told = at_desk.post(
        f"/groepen/{leden}/kopieren/", {"name": "Leden (kopie)"}, follow=True
    )
    assert "Niemand is gemaild." in page_of(told)
    assert "Ongedaan maken" in page_of(told)
    assert cooperative.names_in("Leden (kopie)") == ["Ada", "Ben"]
    again = page_of(at_desk.get(f"/groepen/{leden}/kopieren/"))
    assert 'value="Leden (kopie) 2"' in again


def test_a_derived_group_is_kept_as_a_static_one(at_desk, cooperative: World):
    actief = cooperative.welcoming("Actief", {"group": "Leden"})
    page = page_of(at_desk.get(f"/groepen/{actief}/"))
    assert f'href="/groepen/{actief}/vastleggen/"' in page
    asked = page_of(at_desk.get(f"/groepen/{actief}/vastleggen/"))
    assert 'value="Actief (op ' in asked
    at_desk.post(f"/groepen/{actief}/vastleggen/", {"name": "Actief, vast"})
    assert cooperative.names_in("Actief, vast") == ["Ada", "Ben"]
    assert Group.objects.get(name="Actief, vast").kind == "static"
    assert not OutgoingMail.objects.exists()


def test_a_static_group_does_not_offer_to_be_kept(at_desk, cooperative: World):
    leden = cooperative.group("Leden")
    assert "vastleggen" not in page_of(at_desk.get(f"/groepen/{leden}/"))
    told = at_desk.post(f"/groepen/{leden}/vastleggen/", {"name": "Leden, vast"})
    assert "al een statische groep" in page_of(told)
    assert Group.objects.count() == 3


def test_it_says_what_comes_along_and_what_does_not(at_desk, cooperative: World):
    actief = cooperative.group("Actief", {"group": "Leden"}, visible_on_portal=True)
    ada = next(iter(cooperative.members("Leden")))
    members.remove([ada], actief, by=cooperative.by, reason="wil niet")
    asked = page_of(at_desk.get(f"/groepen/{actief}/kopieren/"))
    assert "De vaste uitzondering wordt niet meegekopieerd." in asked
    assert "meteen op het portaal" in asked


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("", "Geef de groep een naam."), ("vrijwilligers", "Er is al een groep")],
)
@pytest.mark.parametrize("way", ["kopieren", "vastleggen"])
def test_what_cannot_be_is_refused_and_stays_typed(
    at_desk, cooperative: World, way, name, sentence
):
    actief = cooperative.group("Actief", {"group": "Leden"})
    page = page_of(at_desk.post(f"/groepen/{actief}/{way}/", {"name": name}))
    assert sentence in page
    assert f'value="{name}"' in page or not name
    assert Group.objects.count() == 4


def test_a_copy_that_would_get_a_closed_part_is_refused(at_desk, cooperative: World):
    actief = cooperative.group("Actief", {"group": "Leden"})
    groups.close_group(cooperative.group("Leden"), by=cooperative.by)
    page = page_of(at_desk.post(f"/groepen/{actief}/kopieren/", {"name": "Twee"}))
    assert "Leden" in page
    assert "gesloten" in page
    assert Group.objects.count() == 4


@pytest.mark.parametrize("way", ["kopieren", "vastleggen"])
def test_readers_may_not(reading, cooperative: World, way):
    actief = cooperative.group("Actief", {"group": "Leden"})
    address = f"/groepen/{actief}/{way}/"
    assert reading.get(address).status_code == 403
    assert reading.post(address, {"name": "Twee"}).status_code == 403
    assert address not in page_of(reading.get(f"/groepen/{actief}/"))
    assert Group.objects.count() == 4


def test_a_group_that_is_not_there_is_not_found(at_desk, cooperative: World):
    assert at_desk.get("/groepen/99999/kopieren/").status_code == 404
    assert at_desk.post("/groepen/99999/vastleggen/").status_code == 404


def test_a_visitor_copies_a_group_from_its_menu(
    visitor: Visitor, staff, cooperative: World
):
    actief = cooperative.group("Actief", {"group": "Leden"}, visible_on_portal=True)
    visitor.signs_in(staff)
    visitor.sees(width=PHONE)
    visitor.goes_to(f"/groepen/{actief}/")
    page = visitor.page
    page.get_by_label("Meer voor deze groep").click()
    page.get_by_role("link", name="Vastleggen als statische groep…").click()
    visitor.finds_no_fault("group-freeze")
    visitor.goes_to(f"/groepen/{actief}/")
    visitor.sees(width=PHONE)
    page.get_by_label("Meer voor deze groep").click()
    page.get_by_role("link", name="Groep kopiëren…").click()
    visitor.finds_no_fault("group-copy")
    page.get_by_role("button", name="Groep kopiëren").click()
    page.get_by_text("Niemand is gemaild.").wait_for()
    assert cooperative.names_in("Actief (kopie)") == ["Ada", "Ben"]
    visitor.goes_to(f"/groepen/{actief}/instellingen/")
    visitor.finds_no_fault("group-on-portal")
