"""Staff looks at the portal as a contact sees it: recorded, and changing nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from kring.accounts import looking as looks
from kring.accounts.models import PortalLook, PortalSession, User
from kring.accounts.visits import COOKIE
from kring.actions import contacts, erasing, undo
from kring.actions.errors import NotAllowedError, UnknownContactsError
from kring.actions.looking import begin_look
from kring.actions.restoring.errors import LastingChangeError
from kring.groups.models import Change
from tests.browser import PHONE, Visitor
from tests.mailing.mails import person
from tests.portal.at_the_portal import ans, visitor_at
from tests.portal.test_attacks import NAMES, scene  # noqa: F401 — a fixture
from tests.world import World

OPEN = {"visible_on_portal": True, "editable_on_portal": True}
END = "/portaal/bekijken/stoppen/"


def a_user(role: str = "staff", email: str = "anna@kring.example") -> User:
    user = User(email=email, name="Anna Visser", staff_role=role)
    user.set_unusable_password()
    user.save()
    return user


def looking(contact: int, user: User | None = None) -> Client:
    """A browser of somebody of the staff that looks as this contact."""
    client = Client()
    client.force_login(user or a_user())
    answer = client.post(f"/contacten/{contact}/portaal-bekijken/")
    assert answer["Location"] == "/portaal/"
    return client


def page_of(client: Client, path: str = "/portaal/") -> str:
    return client.get(path).content.decode()


def test_the_portal_is_shown_as_the_contact_sees_it(world):
    contact = ans(world)
    world.group("Koor", **OPEN)
    world.group("Geheim")
    client = looking(contact)
    page = page_of(client)
    assert "Je bekijkt het portaal zoals Ans Aalbers het ziet." in page
    assert "Koor" in page
    assert "Geheim" not in page
    assert "Uitloggen" not in page
    assert "Aalbers" in page_of(client, "/portaal/gegevens/")


def test_also_of_who_has_no_address(world):
    contact = person(world, "Zwijger")
    assert "Zwijger" in page_of(looking(contact))


def test_it_is_recorded_with_who_and_when(client, world):
    contact, user = ans(world), a_user()
    looking(contact, user)
    change = Change.objects.latest("number")
    assert (change.action, change.actor) == ("portal.look", user)
    with pytest.raises(LastingChangeError):
        undo.undo_change(change.pk, by=world.by)
    client.force_login(user)
    page = page_of(client, f"/contacten/{contact}/tijdlijn/")
    assert "Portaal bekeken als dit contact" in page
    assert "Anna Visser" in page


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_posted_but_the_end(scene, name):  # noqa: F811
    client = looking(scene.ans)
    before = scene.truth()
    for address in scene.addresses(name):
        if name == "portal-look-end":
            continue
        for method in ("post", "put", "patch", "delete"):
            given = {"contact": scene.ans, "form": "json", "sure": "on"}
            answer = getattr(client, method)(address, given)
            assert answer.status_code == 403, (method, address)
            assert "niets veranderen" in answer.content.decode()
    assert scene.truth() == before


@pytest.mark.parametrize("name", NAMES)
def test_what_is_looked_at_changes_nothing(scene, name):  # noqa: F811
    client = looking(scene.ans)
    before = scene.truth()
    for forbidden in (False, True):
        for address in scene.addresses(name, forbidden=forbidden):
            answer = client.get(address)
            assert answer.status_code in {200, 403, 404, 405}, address
    assert scene.truth() == before


def test_it_ends_by_its_button_and_leads_back(world):
    contact = ans(world)
    client = looking(contact)
    assert client.get(END).status_code == 405
    assert client.post(END)["Location"] == f"/contacten/{contact}/"
    assert not PortalLook.objects.exists()
    assert client.get("/portaal/").status_code == 302


def test_it_ends_by_itself(world):
    client = looking(ans(world))
    assert "Aalbers" in page_of(client)
    PortalLook.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    assert client.get("/portaal/")["Location"].startswith("/portaal/inloggen/")


def test_it_lasts_a_quarter_of_an_hour(world):
    looking(ans(world))
    lasts = PortalLook.objects.get().ends_at - timezone.now()
    assert timedelta(minutes=14) < lasts <= looks.LASTS


@pytest.mark.parametrize(
    "changed", [{"is_active": False}, {"staff_role": ""}, {"staff_role": "reader"}]
)
def test_who_may_no_more_looks_no_more(world, changed):
    client = looking(ans(world))
    User.objects.filter(email="anna@kring.example").update(**changed)
    assert client.get("/portaal/").status_code == 302


def test_who_may_not_change_contacts_does_not_look(world):
    contact, reader = ans(world), a_user("reader")
    client = Client()
    client.force_login(reader)
    answer = client.post(f"/contacten/{contact}/portaal-bekijken/")
    assert answer.status_code == 403
    assert "portaal-bekijken" not in page_of(client, f"/contacten/{contact}/")
    with pytest.raises(NotAllowedError):
        begin_look(contact, by=reader)


def test_nobody_looks_by_an_address_or_as_nobody(world):
    contact, user = ans(world), a_user()
    client = Client()
    client.force_login(user)
    assert client.get(f"/contacten/{contact}/portaal-bekijken/").status_code == 405
    assert client.post(f"/contacten/{99_999}/portaal-bekijken/").status_code == 404
    with pytest.raises(UnknownContactsError):
        begin_look(99_999, by=user)
    assert not PortalLook.objects.exists()


def test_a_contact_at_the_portal_does_not_look_as_another(world):
    contact, other = ans(world), person(world, "Zwijger")
    client = visitor_at(contact)
    answer = client.post(f"/contacten/{other}/portaal-bekijken/")
    assert answer.status_code == 302
    assert not PortalLook.objects.exists()


def test_a_made_up_cookie_opens_nothing(world):
    client = looking(ans(world))
    client.cookies[looks.COOKIE] = client.cookies[looks.COOKIE].value[:-1] + "_"
    assert client.get("/portaal/").status_code == 302


def test_the_cookie_is_none_of_signing_in(world):
    client = looking(ans(world))
    token = client.cookies[looks.COOKIE].value
    other = Client()
    other.cookies[COOKIE] = token
    assert other.get("/portaal/").status_code == 302
    assert not PortalSession.objects.exists()
    cookie = client.cookies[looks.COOKIE]
    assert cookie["path"] == "/portaal/"
    assert cookie["httponly"]


def test_without_the_staff_s_own_session_it_opens_no_page_of_staff(world):
    contact = ans(world)
    client = looking(contact)
    only = Client()
    only.cookies[looks.COOKIE] = client.cookies[looks.COOKIE].value
    for path in ("/groepen/", f"/contacten/{contact}/", "/wijzigingen/"):
        assert only.get(path).status_code in {302, 403}


def test_who_is_signed_in_as_a_contact_too_is_that_again_afterwards(world):
    contact, other = ans(world), person(world, "Zwijger")
    client = looking(other)
    client.cookies[COOKIE] = visitor_at(contact).cookies[COOKIE].value
    assert "Zwijger" in page_of(client)
    client.post(END)
    assert "Ans Aalbers" in page_of(client)


def test_erasing_ends_it_and_blanks_what_was_recorded(world):
    contact = ans(world)
    client = looking(contact)
    erasing.erase_contact(contact, by=world.by)
    assert client.get("/portaal/").status_code == 302


def test_it_shows_how_the_contact_is_now(world):
    contact = ans(world)
    client = looking(contact)
    contacts.edit_contact(contact, {"first_name": "Anna-Maria"}, by=world.by)
    assert "Anna-Maria Aalbers" in page_of(client)


def test_staff_looks_and_comes_back(visitor: Visitor, world: World) -> None:
    contact = ans(world)
    world.group("Koor", description="Wij zingen op dinsdag.", **OPEN)
    visitor.signs_in(a_user())
    page = visitor.page
    visitor.goes_to(f"/contacten/{contact}/")
    page.get_by_label("Meer voor dit contact").click()
    page.get_by_role("button", name="Bekijk het portaal als dit contact").click()
    page.get_by_text("Je bekijkt het portaal").wait_for()
    visitor.finds_no_fault("portal-looking")
    visitor.sees(width=PHONE)
    assert page.get_by_role("button", name="Aanmelden").is_disabled()
    page.get_by_role("button", name="Stoppen met bekijken").click()
    page.get_by_role("heading", name="Ans Aalbers").wait_for()
