"""The groups that a contact sees on the portal, joins and leaves."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from kring.actions import groups, members, merging, own_groups
from kring.actions.erasing import erase_contact
from kring.actions.errors import UnknownContactsError
from kring.actions.undo import undo_change
from kring.actions.welcoming import Welcome
from kring.groups.models import Change, Group, NeighbourhoodRole, Placement
from kring.groups.settings import settings_of
from kring.mailing.models import OutgoingMail
from kring.ui.wording import quoted
from tests.clock import clock_at
from tests.mailing.mails import person
from tests.portal.at_the_portal import ans, visitor_at
from tests.world import World

KOOR, DELFT = quoted("Koor"), quoted("Delft")
OPEN = {"visible_on_portal": True, "editable_on_portal": True}
IN_DELFT = {"where": {"field": "city", "op": "is", "value": "Delft"}}


def page_of(client) -> str:
    return re.sub(r"\s+", " ", client.get("/portaal/").content.decode())


def names_on(page: str) -> list[str]:
    return re.findall(r"<h2>(.*?)</h2>", page)


def joins(client, group: int) -> Any:
    return client.post(f"/portaal/groepen/{group}/aanmelden/", follow=True)


def leaves(client, group: int) -> Any:
    return client.post(f"/portaal/groepen/{group}/afmelden/", follow=True)


def undoes(client, response) -> Any:
    [address] = re.findall(
        r'action="(/portaal/ongedaan-maken/\d+/)"', response.content.decode()
    )
    return client.post(address, follow=True)


def a_delft_contact(world: World) -> int:
    return ans(world, street="Markt", house_number="1", city="Delft")


def test_the_open_visible_groups_stand_in_portal_order_by_their_portal_name(world):
    client = visitor_at(ans(world))
    world.group("Zangkoor", visible_on_portal=True)
    world.group("Coach - Energie", visible_on_portal=True, portal_name="Energiecoach")
    world.group("Nieuws", visible_on_portal=True, portal_order=2)
    world.group("Welkom", visible_on_portal=True, portal_order=1)
    world.group("Geheim")
    world.group("Oud", visible_on_portal=True, closed=True)
    deleted = world.group("Weg", visible_on_portal=True)
    groups.delete_group(deleted, by=world.by)
    page = page_of(client)
    assert names_on(page) == ["Welkom", "Nieuws", "Energiecoach", "Zangkoor"]
    for hidden in ("Geheim", "Oud", "Weg", "Coach - Energie"):
        assert hidden not in page


def test_a_group_says_what_it_is_for_and_since_when_one_is_in_it(world):
    with clock_at(date(2026, 5, 3)):
        contact = ans(world)
        koor = world.group("Koor", visible_on_portal=True, description="Wij <b>zingen")
        world.group("Band", visible_on_portal=True)
        members.place([contact], koor, by=world.by, since=date(2024, 2, 1))
        page = page_of(visitor_at(contact))
    assert "Wij &lt;b&gt;zingen" in page
    assert page.count("U hoort erbij sinds") == 1
    assert "1 februari 2024" in page


def test_nobody_else_is_shown(world):
    client = visitor_at(ans(world))
    world.contact("Geheimhouder", groups=["Koor"])
    koor = world.group("Koor")
    settings = dict.fromkeys(("visible_on_portal", "editable_on_portal"), True)
    world_edit(world, koor, **settings)
    page = (
        page_of(client)
        + client.get(f"/portaal/groepen/{koor}/aanmelden/").content.decode()
    )
    assert "Koor" in page
    assert "Geheimhouder" not in page


def world_edit(world: World, group: int, **wanted: Any) -> None:
    settings = settings_of(Group.objects.get(pk=group))
    groups.edit_group(group, replace(settings, **wanted), by=world.by)


def test_joining_brings_one_in_with_its_mail_and_says_so_before(world):
    client = visitor_at(ans(world))
    koor = world.welcoming("Koor", **OPEN)
    assert "krijgt u daarover een mail" in page_of(client)
    asked = client.get(f"/portaal/groepen/{koor}/aanmelden/").content.decode()
    assert "krijgt u daarover een mail" in asked
    page = joins(client, koor).content.decode()
    assert f"U bent aangemeld voor {KOOR}." in page
    assert world.names_in("Koor") == ["Aalbers"]
    assert len(world.mailed("Koor")) == 1
    assert world.faults() == []


def test_who_was_welcomed_before_is_promised_no_second_mail(world):
    contact = ans(world)
    client = visitor_at(contact)
    koor = world.welcoming("Koor", **OPEN)
    joins(client, koor)
    OutgoingMail.objects.update(state="sent")
    leaves(client, koor)
    assert "krijgt u daarover een mail" not in page_of(client)
    joins(client, koor)
    assert world.mailed("Koor") == []


def test_who_gets_no_mail_is_promised_none(world):
    client = visitor_at(ans(world, no_mail=True))
    world.welcoming("Koor", **OPEN)
    assert "krijgt u daarover een mail" not in page_of(client)


def test_a_role_is_said_before_and_after(world):
    client = visitor_at(ans(world))
    role = NeighbourhoodRole.COACH.value
    coaches = world.group("Coach", neighbourhood_role=role, **OPEN)
    assert "U wordt dan coach" in page_of(client)
    joins(client, coaches)
    assert "U bent coach" in page_of(client)


def test_leaving_a_static_group(world):
    contact = ans(world)
    client = visitor_at(contact)
    koor = world.group("Koor", **OPEN)
    world.put(contact, "Koor")
    page = leaves(client, koor).content.decode()
    assert f"U bent afgemeld voor {KOOR}." in page
    assert world.members("Koor") == set()
    assert not Placement.objects.exists()


def test_opting_out_of_a_derived_group_survives_what_turns_it(world):
    contact = a_delft_contact(world)
    client = visitor_at(contact)
    group = world.group("Delft", IN_DELFT, **OPEN)
    assert world.members("Delft") == {contact}
    leaves(client, group)
    assert world.members("Delft") == set()
    assert "U hebt zich afgemeld" in page_of(client)
    world.define("Delft", {"everyone": True})
    assert world.members("Delft") == set()
    world.define("Delft", IN_DELFT)
    assert world.members("Delft") == set()
    assert world.faults() == []


def test_opting_back_in_takes_the_opting_out_away_and_nothing_more(world):
    contact = a_delft_contact(world)
    client = visitor_at(contact)
    group = world.group("Delft", IN_DELFT, **OPEN)
    leaves(client, group)
    assert "Weer aanmelden" in page_of(client)
    page = joins(client, group).content.decode()
    assert f"U bent aangemeld voor {DELFT}." in page
    assert world.members("Delft") == {contact}
    assert not Placement.objects.exists()


def test_opting_back_in_says_so_when_the_rules_no_longer_fit(world):
    contact = a_delft_contact(world)
    client = visitor_at(contact)
    group = world.group("Delft", IN_DELFT, **OPEN)
    leaves(client, group)
    world.define("Delft", {"any": []})
    page = joins(client, group).content.decode()
    assert f"Uw afmelding voor {DELFT} is ingetrokken" in page
    assert world.members("Delft") == set()


def test_whom_staff_keeps_out_is_offered_nothing_and_told_nothing(world):
    contact = a_delft_contact(world)
    client = visitor_at(contact)
    group = world.group("Delft", IN_DELFT, **OPEN)
    members.remove([contact], group, by=world.by, reason="Betaalt niet")
    page = page_of(client)
    assert "/aanmelden/" not in page
    assert "Betaalt niet" not in page
    answer = joins(client, group)
    assert answer.status_code == 403
    assert "Dat kan hier niet" in answer.content.decode()
    assert world.members("Delft") == set()


def test_nobody_joins_a_derived_group_whose_rules_one_does_not_meet(world):
    client = visitor_at(ans(world))
    group = world.group("Delft", IN_DELFT, **OPEN)
    assert "/aanmelden/" not in page_of(client)
    assert joins(client, group).status_code == 403
    assert not Placement.objects.exists()


def test_joining_is_undone_at_once_and_its_mail_does_not_go(world):
    client = visitor_at(ans(world))
    koor = world.welcoming("Koor", **OPEN)
    page = undoes(client, joins(client, koor)).content.decode()
    assert "Dat is ongedaan gemaakt." in page
    assert world.members("Koor") == set()
    assert world.mailed("Koor") == []


def test_leaving_is_undone_at_once_with_the_date_that_was_stated(world):
    contact = ans(world)
    client = visitor_at(contact)
    koor = world.welcoming("Koor", **OPEN)
    members.place(
        [contact], koor, by=world.by, since=date(2020, 1, 2), welcome=Welcome.SILENT
    )
    undoes(client, leaves(client, koor))
    assert world.members("Koor") == {contact}
    assert Placement.objects.get().since == date(2020, 1, 2)
    assert world.mailed("Koor") == []


def test_opting_out_is_undone_at_once(world):
    contact = a_delft_contact(world)
    client = visitor_at(contact)
    group = world.group("Delft", IN_DELFT, **OPEN)
    undoes(client, leaves(client, group))
    assert world.members("Delft") == {contact}
    assert "U hebt zich afgemeld" not in page_of(client)


def test_undoing_twice_says_that_it_cannot_be(world):
    client = visitor_at(ans(world))
    koor = world.group("Koor", **OPEN)
    response = joins(client, koor)
    undoes(client, response)
    changes = Change.objects.count()
    page = undoes(client, response).content.decode()
    assert "kan niet meer ongedaan" in page
    assert Change.objects.count() == changes


def test_after_an_hour_an_act_is_taken_back_by_another_alone(world):
    with clock_at(date(2026, 5, 3)) as clock:
        contact = ans(world)
        koor = world.group("Koor", **OPEN)
        response = joins(visitor_at(contact), koor)
        clock.pass_time(timedelta(hours=1, seconds=1))
        assert undoes(visitor_at(contact), response).status_code == 404
        assert world.members("Koor") == {contact}


def test_joining_twice_changes_nothing_the_second_time(world):
    client = visitor_at(ans(world))
    koor = world.welcoming("Koor", **OPEN)
    joins(client, koor)
    changes = Change.objects.count()
    page = joins(client, koor).content.decode()
    assert f"U hoorde al bij {KOOR}." in page
    assert "Ongedaan maken" not in page
    assert Change.objects.count() == changes
    assert len(world.mailed("Koor")) == 1


def test_leaving_twice_changes_nothing_the_second_time(world):
    contact = ans(world)
    client = visitor_at(contact)
    koor = world.group("Koor", **OPEN)
    world.put(contact, "Koor")
    leaves(client, koor)
    changes = Change.objects.count()
    assert f"U hoorde niet meer bij {KOOR}." in leaves(client, koor).content.decode()
    assert Change.objects.count() == changes


@pytest.mark.parametrize("path", ["aanmelden", "afmelden"])
def test_a_deep_link_asks_first(world, path):
    contact = ans(world)
    client = visitor_at(contact)
    koor = world.group("Koor", **OPEN)
    if path == "afmelden":
        world.put(contact, "Koor")
    changes = Change.objects.count()
    address = f"/portaal/groepen/{koor}/{path}/"
    page = client.get(address).content.decode()
    assert "voor deze groep</button>" in page
    assert Change.objects.count() == changes
    client.post(address)
    assert Change.objects.count() == changes + 1


def test_where_one_may_not_the_page_says_whom_to_ask(world):
    contact = ans(world)
    client = visitor_at(contact)
    koor = world.group("Koor", visible_on_portal=True)
    page = client.get(f"/portaal/groepen/{koor}/aanmelden/").content.decode()
    assert "niet zelf aanmelden" in page
    assert "<button" not in page.split("<main")[1].split("</main>")[0]
    world.put(contact, "Koor")
    page = client.get(f"/portaal/groepen/{koor}/afmelden/").content.decode()
    assert "niet zelf afmelden" in page
    assert "<button" not in page.split("<main")[1].split("</main>")[0]


def test_history_says_that_the_contact_did_it_itself(client, world, django_user_model):
    contact = ans(world)
    koor = world.group("Koor", **OPEN)
    visitor = visitor_at(contact)
    visitor.cookies["kring_language"] = "en"
    joins(visitor, koor)
    last = Change.objects.latest("number")
    assert (last.actor_kind, last.actor, last.action) == (
        "contact",
        None,
        "members.place",
    )
    assert last.reason == "Op het klantenportaal"
    staff = django_user_model.objects.create(email="a@b.example", staff_role="reader")
    client.force_login(staff)
    for path in (
        f"/groepen/{koor}/verloop/",
        f"/contacten/{contact}/tijdlijn/",
        f"/groepen/{koor}/leden/{contact}/waarom/",
    ):
        told = client.get(path)
        assert told.status_code == 200, path
        assert "het contact zelf" in told.content.decode(), path


def test_the_page_asks_as_many_questions_whatever_the_number_of_groups(
    world, django_assert_max_num_queries
):
    client = visitor_at(ans(world))
    for number in range(12):
        world.welcoming(f"Koor {number}", **OPEN)
    with django_assert_max_num_queries(13):
        client.get("/portaal/")


def test_a_household_member_joins_as_who_it_is(world):
    first = ans(world)
    second = person(world, "Bakker", "ans@example.org")
    koor = world.group("Koor", **OPEN)
    joins(visitor_at(second), koor)
    assert world.members("Koor") == {second}
    assert first not in world.members("Koor")


def test_what_was_done_is_said_at_the_group_or_above_all(world):
    client = visitor_at(ans(world))
    world.group("Aardappels", **OPEN)
    koor = world.group("Koor", **OPEN)
    answer = client.post(f"/portaal/groepen/{koor}/aanmelden/")
    assert answer["Location"] == f"/portaal/?bij={koor}#groep-{koor}"
    page = client.get(answer["Location"]).content.decode()
    assert page.index("Aardappels") < page.index("U bent aangemeld")
    client.post(f"/portaal/groepen/{koor}/afmelden/")
    page = client.get("/portaal/?bij=x").content.decode()
    assert page.index("U bent afgemeld") < page.index("Aardappels")


def test_an_opting_out_that_staff_lifted_and_put_back_is_still_the_contact_s(world):
    contact = a_delft_contact(world)
    client = visitor_at(contact)
    group = world.group("Delft", IN_DELFT, **OPEN)
    leaves(client, group)
    lifted = members.unpin([contact], group, by=world.by, reason="Belde").change
    undo_change(lifted or 0, by=world.by)
    assert "Weer aanmelden" in page_of(client)
    joins(client, group)
    assert world.members("Delft") == {contact}


def test_an_opting_out_that_moved_by_a_merge_is_still_the_contact_s(world):
    former, contact = a_delft_contact(world), person(world, "Aalberts", "")
    group = world.group("Delft", IN_DELFT, **OPEN)
    leaves(visitor_at(former), group)
    merging.merge_contacts(former, into=contact, by=world.by)
    client = visitor_at(contact)
    assert "Weer aanmelden" in page_of(client)
    joins(client, group)
    assert world.members("Delft") == {contact}


def test_a_merge_makes_no_opting_out_of_what_staff_decided(world):
    former, contact = a_delft_contact(world), person(world, "Aalberts", "")
    group = world.group("Delft", IN_DELFT, **OPEN)
    leaves(visitor_at(former), group)
    members.remove([contact], group, by=world.by, reason="Betaalt niet")
    merging.merge_contacts(former, into=contact, by=world.by)
    client = visitor_at(contact)
    assert "/aanmelden/" not in page_of(client)
    assert joins(client, group).status_code == 403


def test_who_was_erased_meanwhile_joins_nothing(world):
    contact = ans(world)
    koor = world.group("Koor", **OPEN)
    erase_contact(contact, by=world.by)
    with pytest.raises(UnknownContactsError):
        own_groups.join(contact, koor)
    assert world.members("Koor") == set()
