"""Whoever gets a mail leaves by its link: asked first, without signing in."""

from __future__ import annotations

import pytest
from django.test import Client

from kring.actions import erasing, groups
from kring.contacts.models import Contact
from kring.groups.models import Change, Group, Placement
from kring.mailing.leaving_links import leaving_address
from kring.mailing.models import OutgoingMail
from tests.browser import Visitor
from tests.mailing.mails import outgoing, person, to_groups, welcome
from tests.world import World

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def client() -> Client:
    """A mail program: it has no cookies and knows no token of a form."""
    return Client(enforce_csrf_checks=True)


def link(mail: OutgoingMail) -> str:
    address = leaving_address(mail)
    return address[address.index("/afmelden/") :]


def a_mail_about(world: World, name: str = "Koor", **settings: object) -> OutgoingMail:
    ans = person(world, "Aalbers", "ans@example.org")
    group = world.group(name, **settings)
    if not Group.objects.get(pk=group).is_derived:
        world.put(ans, name)
    return welcome(ans, group)


def wants_no_mail(mail: OutgoingMail) -> bool:
    return Contact.objects.get(pk=mail.contact or 0).no_mail


def test_looking_changes_nothing(client: Client, world: World):
    mail = a_mail_about(world, editable_on_portal=True)
    page = client.get(link(mail)).content.decode()
    assert "Wilt u geen mail meer over Koor?" in page
    assert mail.contact in world.members("Koor")
    assert not wants_no_mail(mail)


def test_one_click_leaves_a_static_group_that_one_may_leave(
    client: Client, world: World
):
    mail = a_mail_about(world, editable_on_portal=True)
    page = client.post(link(mail), ONE_CLICK).content.decode()
    assert "U bent uit Koor" in page
    assert world.members("Koor") == set()
    assert not wants_no_mail(mail)
    last = Change.objects.latest("number")
    assert (last.actor, last.actor_kind) == (None, "contact")


def test_one_click_keeps_out_of_a_derived_group_that_one_may_leave(
    client: Client, world: World
):
    mail = a_mail_about(world, definition={"everyone": True}, editable_on_portal=True)
    client.post(link(mail), ONE_CLICK)
    assert world.members("Koor") == set()
    assert Placement.objects.get(contact=mail.contact).effect == "out"


def test_where_one_may_not_leave_all_mail_is_blocked(client: Client, world: World):
    mail = a_mail_about(world)
    assert "Wilt u geen mail meer van ons?" in client.get(link(mail)).content.decode()
    page = client.post(link(mail), ONE_CLICK).content.decode()
    assert "U krijgt geen mail meer van ons." in page
    assert mail.contact in world.members("Koor")
    assert wants_no_mail(mail)


def test_the_page_also_offers_no_mail_at_all(client: Client, world: World):
    mail = a_mail_about(world, editable_on_portal=True)
    client.post(link(mail), {"all": "1"})
    assert wants_no_mail(mail)
    assert mail.contact in world.members("Koor")


def test_one_click_twice_does_not_more_than_once(client: Client, world: World):
    mail = a_mail_about(world, editable_on_portal=True)
    client.post(link(mail), ONE_CLICK)
    changes = Change.objects.count()
    answer = client.post(link(mail), ONE_CLICK)
    assert answer.status_code == 200
    assert Change.objects.count() == changes
    assert not wants_no_mail(mail)


def test_a_mail_to_groups_leaves_those_that_one_is_in(client: Client, world: World):
    ans = person(world, "Aalbers", "ans@example.org")
    names = ("Koor", "Band", "Toneel")
    ids = [world.group(name, editable_on_portal=True) for name in names]
    world.put(ans, "Koor")
    world.put(ans, "Band")
    mail = outgoing("mailing", contact=ans, mailing=to_groups(*ids))
    client.post(link(mail), ONE_CLICK)
    assert world.members("Koor") == world.members("Band") == set()
    assert not wants_no_mail(mail)


def test_a_mail_to_groups_that_one_may_not_all_leave_blocks_mail(
    client: Client, world: World
):
    ans = person(world, "Aalbers", "ans@example.org")
    ids = [world.group("Koor", editable_on_portal=True), world.group("Band")]
    world.put(ans, "Koor")
    world.put(ans, "Band")
    mail = outgoing("mailing", contact=ans, mailing=to_groups(*ids))
    client.post(link(mail), ONE_CLICK)
    assert ans in world.members("Koor")
    assert wants_no_mail(mail)


def test_a_closed_group_is_left_as_well(client: Client, world: World):
    mail = a_mail_about(world, editable_on_portal=True)
    groups.close_group(world.group("Koor"), by=world.by)
    client.post(link(mail), ONE_CLICK)
    assert world.members("Koor") == set()


@pytest.mark.parametrize("token", ["x", "0" * 32 + ":abc", "%00", "é:é"])
def test_a_link_that_kring_did_not_make_opens_nothing(client: Client, db, token: str):
    assert client.get(f"/afmelden/{token}/").status_code == 404
    assert client.post(f"/afmelden/{token}/", ONE_CLICK).status_code == 404


def test_the_link_of_who_was_erased_has_nothing_to_do(client: Client, world: World):
    mail = a_mail_about(world, editable_on_portal=True)
    erasing.erase_contact(mail.contact or 0, by=world.by)
    assert "geen mail meer" in client.get(link(mail)).content.decode()
    assert client.post(link(mail), ONE_CLICK).status_code == 200
    assert client.post(link(mail), {"all": "1"}).status_code == 200


def test_who_wants_no_mail_already_reads_so(client: Client, world: World):
    mail = a_mail_about(world)
    client.post(link(mail), {"all": "1"})
    assert "Er hoeft niets meer" in client.get(link(mail)).content.decode()


def test_a_visitor_leaves(visitor: Visitor, world: World):
    mail = a_mail_about(world, "Nieuwsbrief", editable_on_portal=True)
    visitor.goes_to(link(mail))
    visitor.finds_no_fault("mail-leave")
    visitor.page.get_by_role("button", name="Stoppen met Nieuwsbrief").click()
    visitor.page.get_by_text("U bent uit Nieuwsbrief").wait_for()
    visitor.finds_no_fault("mail-left")
