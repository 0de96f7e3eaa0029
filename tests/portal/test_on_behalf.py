"""Who acts for an organisation on the portal: chosen, shown, checked each time."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from kring.accounts.actors import for_an_organisation
from kring.accounts.models import PortalSession
from kring.actions import contacts, erasing, groups, merging, own_groups, representing
from kring.actions.own_groups import NotOnesOwnError
from kring.contacts.models import Kind
from kring.contacts.representing import Represents
from kring.groups.models import Change
from tests.clock import clock_at
from tests.mailing.mails import person
from tests.portal.at_the_portal import ans, signs_in, visitor_at
from tests.world import World

OPEN = {"visible_on_portal": True, "editable_on_portal": True}


def bakery(world: World, name: str = "Bakkerij Jansen", **given: object) -> int:
    wanted = {"kind": Kind.ORGANISATION, "name": name, **given}
    return contacts.create_contact(wanted, by=world.by)  # type: ignore[arg-type]


def link(world: World, one: int, other: int, **agreed: Any) -> None:
    wanted: dict[str, Any] = {"on_portal": True, **agreed}
    representing.add_representation(
        one,
        other,
        Represents(**wanted),
        by=world.by,
    )


def chooses(client, one: int, other: int, **more: str):
    return client.post("/portaal/wie/", {"organisation": f"{one}-{other}", **more})


def acting(world: World, **agreed: Any) -> tuple[int, int, Any]:
    """Ans, the bakery that she acts for, and her browser while she does so."""
    contact, organisation = ans(world), bakery(world)
    link(world, contact, organisation, **agreed)
    client = visitor_at(contact)
    assert chooses(client, contact, organisation).status_code == 302
    return contact, organisation, client


def page_of(client, path: str = "/portaal/") -> str:
    return str(client.get(path).content.decode())


def test_who_acts_for_an_organisation_is_asked_after_signing_in(client, world):
    contact = ans(world)
    link(world, contact, bakery(world), role="penningmeester")
    signs_in(client)
    assert client.get("/portaal/").url == "/portaal/wie/?next=/portaal/"
    page = page_of(client, "/portaal/wie/")
    assert page.index("Ans Aalbers") < page.index("Namens een organisatie")
    assert page.index("Namens een organisatie") < page.index("Bakkerij Jansen")
    assert "penningmeester" in page


def test_whoever_acts_for_nobody_is_not_asked(client, world):
    contact = ans(world)
    link(world, contact, bakery(world), on_portal=False)
    signs_in(client)
    assert "Ans Aalbers" in page_of(client)


def test_every_page_says_for_whom_one_acts(world):
    _contact, _organisation, client = acting(world)
    for path in ("/portaal/", "/portaal/gegevens/"):
        page = page_of(client, path)
        assert "Namens Bakkerij Jansen" in page
        assert "Ans Aalbers" in page


def test_groups_and_details_are_those_of_the_organisation(world):
    contact, organisation, client = acting(world)
    koor, band = world.group("Koor", **OPEN), world.group("Band", **OPEN)
    world.put(contact, "Band")
    client.post(f"/portaal/groepen/{koor}/aanmelden/")
    client.post(f"/portaal/groepen/{band}/afmelden/")
    assert world.members("Koor") == {organisation}
    assert world.members("Band") == {contact}
    assert "Bakkerij Jansen" in page_of(client, "/portaal/gegevens/")


def test_one_is_oneself_again_by_choosing_so(world):
    contact, _organisation, client = acting(world)
    client.post("/portaal/wie/", {"contact": contact})
    assert "Namens" not in page_of(client)
    assert "Ans Aalbers" in page_of(client)


def test_history_says_who_did_it_on_behalf_of_whom(client, world, django_user_model):
    contact, organisation, visitor = acting(world)
    koor = world.group("Koor", **OPEN)
    visitor.post(f"/portaal/groepen/{koor}/aanmelden/")
    change = Change.objects.latest("number")
    assert (change.actor_kind, change.person_id) == ("contact", contact)
    staff = django_user_model.objects.create(email="a@b.example", staff_role="reader")
    client.force_login(staff)
    for path in (
        "/wijzigingen/",
        f"/wijzigingen/{change.pk}/",
        f"/groepen/{koor}/verloop/",
        f"/contacten/{organisation}/tijdlijn/",
        f"/groepen/{koor}/leden/{organisation}/waarom/",
    ):
        assert "Ans Aalbers namens deze organisatie" in page_of(client, path), path


def test_of_who_is_erased_since_history_says_somebody(client, world, django_user_model):
    contact, organisation, visitor = acting(world)
    koor = world.group("Koor", **OPEN)
    visitor.post(f"/portaal/groepen/{koor}/aanmelden/")
    erasing.erase_contact(contact, by=world.by)
    staff = django_user_model.objects.create(email="a@b.example", staff_role="reader")
    client.force_login(staff)
    page = page_of(client, f"/contacten/{organisation}/tijdlijn/")
    assert "iemand namens deze organisatie" in page
    assert "Aalbers" not in page


def test_an_edit_and_an_undo_are_also_on_behalf(world):
    contact, _organisation, client = acting(world)
    koor = world.group("Koor", **OPEN)
    client.post(f"/portaal/groepen/{koor}/aanmelden/")
    number = Change.objects.latest("number").number
    client.post(f"/portaal/ongedaan-maken/{number}/")
    assert world.members("Koor") == set()
    assert Change.objects.latest("number").person_id == contact


def test_a_link_works_up_to_its_last_day_and_not_the_day_after(world):
    koor = world.group("Koor", **OPEN)
    with clock_at(date(2026, 5, 3)) as clock:
        contact, organisation, client = acting(world, last_day=clock.today)
        client.post(f"/portaal/groepen/{koor}/aanmelden/")
        assert world.members("Koor") == {organisation}
        PortalSession.objects.update(ends_at=timezone.now() + timedelta(days=2))
        clock.pass_days(1)
        answer = client.post(f"/portaal/groepen/{koor}/afmelden/")
        assert answer.url.startswith("/portaal/wie/")
        assert world.members("Koor") == {organisation}
        page = page_of(client, "/portaal/wie/")
        assert "tot en met 3 mei 2026 namens Bakkerij Jansen" in page
        assert "Namens een organisatie" not in page
        assert chooses(client, contact, organisation).status_code == 404


def test_a_link_that_has_yet_to_begin_is_no_choice(world):
    contact, organisation = ans(world), bakery(world)
    tomorrow = timezone.localdate() + timedelta(days=1)
    link(world, contact, organisation, first_day=tomorrow)
    client = visitor_at(contact)
    assert "Bakkerij" not in page_of(client, "/portaal/wie/")
    assert chooses(client, contact, organisation).status_code == 404


def lost_permission(world: World, one: int, other: int) -> None:
    representing.edit_representation(one, other, Represents(), by=world.by)


def was_unlinked(world: World, one: int, other: int) -> None:
    representing.remove_representation(one, other, by=world.by)


def organisation_was_erased(world: World, one: int, other: int) -> None:
    erasing.erase_contact(other, by=world.by)


def organisation_was_merged_away(world: World, one: int, other: int) -> None:
    merging.merge_contacts(other, into=bakery(world, "Jansen"), by=world.by)


def person_lost_the_address(world: World, one: int, other: int) -> None:
    contacts.edit_contact(one, {"email": "anders@example.org"}, by=world.by)


def organisation_has_gone(world: World, one: int, other: int) -> None:
    contacts.edit_contact(other, {"deceased_on": date(2026, 1, 2)}, by=world.by)


ENDS = [
    lost_permission,
    was_unlinked,
    organisation_was_erased,
    organisation_was_merged_away,
    person_lost_the_address,
    organisation_has_gone,
]


@pytest.mark.parametrize("happens", ENDS, ids=lambda one: one.__name__)
def test_what_happens_to_a_link_counts_at_the_next_request(world, happens):
    contact, organisation, client = acting(world)
    koor = world.group("Koor", **OPEN)
    happens(world, contact, organisation)
    for method in ("get", "post"):
        for path in (
            "/portaal/",
            "/portaal/gegevens/",
            f"/portaal/groepen/{koor}/aanmelden/",
        ):
            answer = getattr(client, method)(path)
            # And nobody goes on as the person without saying so.
            assert answer.status_code in {302, 405}, (method, path)
    assert client.get("/portaal/").url.startswith("/portaal/wie/")
    assert world.members("Koor") == set()
    assert chooses(client, contact, organisation).status_code == 404


def test_why_one_acts_no_longer_is_said_where_one_chooses(world):
    contact, organisation, client = acting(world)
    lost_permission(world, contact, organisation)
    assert "namens Bakkerij Jansen" in page_of(client, "/portaal/wie/")
    was_unlinked(world, contact, organisation)
    page = page_of(client, "/portaal/wie/")
    assert "niet meer namens de organisatie" in page
    assert "Bakkerij Jansen" not in page


def test_the_act_itself_asks_once_more(world):
    """Also where the link ended after the request had come in."""
    contact, organisation, _client = acting(world)
    koor = world.group("Koor", **OPEN)
    by = for_an_organisation(contact)
    change = own_groups.join(organisation, koor, by=by).change or 0
    was_unlinked(world, contact, organisation)
    with pytest.raises(NotOnesOwnError):
        own_groups.leave(organisation, koor, by=by)
    with pytest.raises(NotOnesOwnError):
        own_groups.take_back(organisation, change, now=timezone.now(), by=by)
    assert world.members("Koor") == {organisation}


def test_nobody_acts_for_an_organisation_that_another_acts_for(world):
    contact, organisation = ans(world), bakery(world)
    other = person(world, "Cohen", "cor@example.org")
    link(world, other, organisation)
    client = visitor_at(contact)
    for one in (contact, other):
        assert chooses(client, one, organisation).status_code == 404
    assert "Bakkerij" not in page_of(client, "/portaal/wie/")


@pytest.mark.parametrize(
    "wish", ["x", "-", "1-", "-1", "1-2-3", "9" * 30 + "-" + "9" * 30, "²-²"]
)
def test_nonsense_is_no_organisation(world, wish):
    _contact, _organisation, client = acting(world)
    answer = client.post("/portaal/wie/", {"organisation": wish})
    assert answer.status_code == 404
    assert "Namens Bakkerij Jansen" in page_of(client)


def test_leaving_a_derived_group_on_behalf_is_the_organisation_s_own(world):
    _contact, organisation, client = acting(world)
    everyone = world.group("Iedereen", {"everyone": True}, **OPEN)
    client.post(f"/portaal/groepen/{everyone}/afmelden/")
    assert organisation not in world.members("Iedereen")
    client.post(f"/portaal/groepen/{everyone}/aanmelden/")
    assert organisation in world.members("Iedereen")
    assert world.faults() == []


def test_a_closed_group_is_closed_to_who_acts_for_another(world):
    _contact, _organisation, client = acting(world)
    koor = world.group("Koor", **OPEN)
    groups.close_group(koor, by=world.by)
    assert client.post(f"/portaal/groepen/{koor}/aanmelden/").status_code == 404
