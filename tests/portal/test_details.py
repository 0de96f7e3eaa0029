"""What a contact sees of itself on the portal, and changes by itself."""

from __future__ import annotations

import re
from typing import Any

import pytest

from kring.actions import contacts, fields
from kring.actions.own_details import change_own_details
from kring.actions.own_groups import NotOnesOwnError
from kring.contacts.models import Contact
from kring.contacts.queries import contact_with_details
from kring.groups.models import Change, ChangeEntry
from kring.ui.wording import quoted
from tests.browser import PHONE, Visitor
from tests.portal.at_the_portal import ANS, ans, visitor_at
from tests.portal.test_look import signs_in
from tests.world import World

OPEN = {"visible_on_portal": True, "editable_on_portal": True}
IN_DELFT = {"where": {"field": "city", "op": "is", "value": "Delft"}}
IN_GOUDA = {"where": {"field": "city", "op": "is", "value": "Gouda"}}
READERS = {"where": {"field": "newsletter", "op": "is", "value": True}}
HOUSE = {
    "street": "Markt",
    "house_number": "1",
    "postal_code": "2611 GP",
    "city": "Delft",
}


def field(code: str, kind: str, portal: str, *choices: str) -> None:
    wanted = fields.NewField(code, kind, code.title(), choices, portal)
    fields.add_field(wanted, by=World.by)


def form_of(client) -> dict[str, Any]:
    """What the browser would send as the form stands."""
    form = client.get("/portaal/gegevens/").context["form"]
    initial = {name: form[name].initial for name in form.fields}
    return {
        name: value for name, value in initial.items() if value not in (None, "", False)
    }


def saves(client, **changed: Any) -> str:
    """The page after saving the form with these changes; None unticks."""
    filled = {**form_of(client), **changed}
    sent = {name: value for name, value in filled.items() if value is not None}
    response = client.post("/portaal/gegevens/", sent, follow=True)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def details_of(contact: int) -> tuple[list[str], list[str]]:
    """The phones, and the addresses on one line."""
    found = contact_with_details(contact)
    assert found is not None
    return (
        [one.number for one in found.phone_numbers.all()],
        [f"{one}, {one.city}" for one in found.addresses.all()],
    )


def test_a_contact_sees_its_own_details(world):
    client = visitor_at(ans(world, phone="015 123 4567", **HOUSE))
    page = client.get("/portaal/gegevens/").content.decode()
    for told in ("Ans Aalbers", ANS, "015 123 4567", "Markt", "2611 GP", "Delft"):
        assert told in page


def test_a_contact_changes_phone_and_address(world):
    contact = ans(world, phone="015 123 4567", **HOUSE)
    client = visitor_at(contact)
    page = saves(
        client, phone="06 12345678", street="Plein", house_number="2", city="Den Haag"
    )
    assert "Uw gegevens zijn opgeslagen." in page
    assert details_of(contact) == (["+31612345678"], ["Plein 2, Den Haag"])
    last = Change.objects.latest("number")
    assert (last.action, last.actor_kind) == ("contact.edit", "contact")
    assert last.reason == "Op het klantenportaal"
    assert world.faults() == []


def test_what_turns_by_it_is_said_of_the_groups_that_the_contact_sees(world):
    contact = ans(world, **HOUSE)
    client = visitor_at(contact)
    world.group("Delftenaren", IN_DELFT, visible_on_portal=True)
    world.group("Geheim Delft", IN_DELFT)
    world.group("Lezers", READERS, visible_on_portal=True)
    page = saves(client, city="Den Haag", newsletter="on")
    assert f"U hoort nu bij {quoted('Lezers')}." in page
    assert f"U hoort niet meer bij {quoted('Delftenaren')}." in page
    assert "Geheim" not in page
    assert world.members("Delftenaren") == world.members("Geheim Delft") == set()
    assert world.members("Lezers") == {contact}


def test_saving_what_stands_there_changes_nothing(world):
    field("aansluiting", "choice", "edit", "Gas", "Warmtenet")
    client = visitor_at(ans(world, phone="015 123 4567", newsletter=True, **HOUSE))
    changes = Change.objects.count()
    assert "Er is niets veranderd." in saves(client)
    assert Change.objects.count() == changes


def test_the_newsletter_is_stopped(world):
    contact = ans(world, newsletter=True)
    saves(visitor_at(contact), newsletter=None)
    assert not Contact.objects.get(pk=contact).newsletter


def test_a_phone_and_an_address_are_taken_away(world):
    contact = ans(world, phone="015 123 4567", **HOUSE)
    empty = dict.fromkeys(HOUSE, "")
    saves(visitor_at(contact), phone="", **empty)
    assert details_of(contact) == ([], [])


def test_who_moves_is_in_no_neighbourhood_until_staff_says_so(world):
    contact = ans(world, neighbourhood="Noord", **HOUSE)
    client = visitor_at(contact)
    saves(client, street="Grote Markt")
    assert Contact.objects.get(pk=contact).addresses.get().neighbourhood == "Noord"
    saves(client, postal_code="2511 AB")
    assert Contact.objects.get(pk=contact).addresses.get().neighbourhood == ""


@pytest.mark.parametrize(
    ("name", "written", "told"),
    [
        ("phone", "12", "geen telefoonnummer"),
        ("postal_code", "12345 A", "geen postcode"),
        ("house_number", "1" * 30, "te lang"),
        ("street", "Mar\0kt", "Null-tekens"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_stays_written(world, name, written, told):
    contact = ans(world, **HOUSE)
    before = details_of(contact)
    page = saves(visitor_at(contact), **{name: written})
    assert told.lower() in page.lower()
    assert details_of(contact) == before


def test_all_kinds_of_own_fields_are_changed(world):
    field("bouwjaar", "number", "edit")
    field("verbruik", "money", "edit")
    field("opmerking", "text", "edit")
    field("geplaatst", "date", "edit")
    field("zonnepanelen", "boolean", "edit")
    field("aansluiting", "choice", "edit", "Gas", "Warmtenet")
    field("maatregelen", "multiple_choice", "edit", "Vloer", "Dak; plat")
    contact = ans(world)
    client = visitor_at(contact)
    given = {
        "field:bouwjaar": "1930",
        "field:verbruik": "12,50",
        "field:opmerking": "Bel 's avonds",
        "field:geplaatst": "2024-05-03",
        "field:zonnepanelen": "ja",
        "field:aansluiting": "Gas",
        "field:maatregelen": ["Dak; plat"],
    }
    assert "Uw gegevens zijn opgeslagen." in saves(client, **given)
    assert Contact.objects.get(pk=contact).fields == {
        "bouwjaar": "1930",
        "verbruik": "12.5",
        "opmerking": "Bel 's avonds",
        "geplaatst": "2024-05-03",
        "zonnepanelen": True,
        "aansluiting": "Gas",
        "maatregelen": ["Dak; plat"],
    }
    assert "Er is niets veranderd." in saves(client)
    saves(client, **{**dict.fromkeys(given, ""), "field:maatregelen": None})
    assert Contact.objects.get(pk=contact).fields == {}


def test_a_choice_that_there_is_not_is_refused(world):
    field("aansluiting", "choice", "edit", "Gas", "Warmtenet")
    contact = ans(world)
    saves(visitor_at(contact), **{"field:aansluiting": "Kernfusie"})
    assert Contact.objects.get(pk=contact).fields == {}


def test_what_is_only_shown_is_not_changed_and_what_is_hidden_not_shown(world):
    field("ledennummer", "text", "read")
    field("notitie", "text", "none")
    contact = ans(world, fields={"ledennummer": "L-17", "notitie": "Betaalt niet"})
    client = visitor_at(contact)
    page = saves(client, **{"field:ledennummer": "L-1", "field:notitie": "Aardig"})
    assert "L-17" in page
    assert "Betaalt niet" not in page
    assert "Notitie" not in page
    assert Contact.objects.get(pk=contact).fields == {
        "ledennummer": "L-17",
        "notitie": "Betaalt niet",
    }


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("email", "dief@example.org"),
        ("emails", "dief@example.org"),
        ("number", "1"),
        ("status", "Bestuur"),
        ("last_name", "Anders"),
        ("kind", "organisation"),
        ("no_mail", "on"),
        ("deceased_on", "2020-01-01"),
        ("neighbourhood", "Zuid"),
        ("address_bounced", "on"),
        ("id", "1"),
    ],
)
def test_what_is_not_the_contact_s_to_change_stays(world, column, value):
    contact = ans(world, **HOUSE)
    changes = Change.objects.count()
    assert "Er is niets veranderd." in saves(visitor_at(contact), **{column: value})
    assert Change.objects.count() == changes


@pytest.mark.parametrize(
    "given", [{"email": "x@example.org"}, {"status": "x"}, {"fields": {"oud": "x"}}]
)
def test_the_act_refuses_it_as_well(world, given):
    contact = ans(world)
    version = Contact.objects.get(pk=contact).version
    with pytest.raises(NotOnesOwnError):
        change_own_details(contact, given, version=version)


def test_a_field_that_staff_took_back_meanwhile_is_refused(world):
    field("bouwjaar", "number", "edit")
    contact = ans(world)
    version = Contact.objects.get(pk=contact).version
    fields.edit_field("bouwjaar", portal="read", by=world.by)
    with pytest.raises(NotOnesOwnError):
        change_own_details(contact, {"fields": {"bouwjaar": "1930"}}, version=version)
    assert Contact.objects.get(pk=contact).fields == {}


def test_what_somebody_else_changed_meanwhile_is_shown_first(world):
    contact = ans(world, **HOUSE)
    client = visitor_at(contact)
    stale = form_of(client)
    contacts.edit_contact(contact, {"city": "Gouda"}, by=world.by)
    response = client.post(
        "/portaal/gegevens/", {**stale, "street": "Plein"}, follow=True
    )
    page = response.content.decode()
    assert "intussen veranderd" in page
    assert "Gouda" in page
    assert details_of(contact) == ([], ["Markt 1, Gouda"])


def test_only_the_contact_itself_is_changed(world):
    contact, other = ans(world), world.contact("Zwijger")
    saves(visitor_at(contact), contact=other, contact_id=other, city="Gouda")
    touched = ChangeEntry.objects.filter(change=Change.objects.latest("number"))
    assert {entry.contact for entry in touched} == {contact}


def at_the_details(visitor: Visitor, world: World) -> int:
    field("aansluiting", "choice", "edit", "Gas", "Warmtenet")
    field("maatregelen", "multiple_choice", "edit", "Vloer", "Dak")
    field("ledennummer", "text", "read")
    contact = ans(world, phone="015 123 4567", fields={"ledennummer": "L-17"}, **HOUSE)
    visitor.sees(width=PHONE)
    visitor.goes_to("/portaal/gegevens/")
    signs_in(visitor)
    visitor.page.get_by_role("heading", name="Uw gegevens").wait_for()
    return contact


def test_a_visitor_changes_details_on_a_phone(visitor: Visitor, world: World):
    world.group("Gouwenaars", IN_GOUDA, visible_on_portal=True)
    contact = at_the_details(visitor, world)
    page = visitor.page
    page.get_by_label("Telefoon").fill("06 12345678")
    page.get_by_label("Woonplaats").fill("Gouda")
    page.get_by_label("Vloer").check()
    page.get_by_role("button", name="Opslaan").click()
    page.get_by_text("U hoort nu bij").wait_for()
    visitor.finds_no_fault("portal-details")
    assert details_of(contact) == (["+31612345678"], ["Markt 1, Gouda"])
    assert world.members("Gouwenaars") == {contact}
    assert Contact.objects.get(pk=contact).fields["maatregelen"] == ["Vloer"]


def test_a_visitor_reads_what_is_wrong(visitor: Visitor, world: World):
    at_the_details(visitor, world)
    page = visitor.page
    page.get_by_label("Telefoon").fill("12")
    page.get_by_role("button", name="Opslaan").click()
    page.get_by_text("geen telefoonnummer").first.wait_for()
    visitor.finds_no_fault("portal-details-refused")
    assert page.get_by_label("Telefoon").input_value() == "12"
