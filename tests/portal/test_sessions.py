"""Where one is signed in at the portal, and signing out elsewhere."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils.translation import override

from kring.accounts.models import PortalSession
from kring.ui.words_browsers import browser_in_words
from tests.browser import PHONE, Visitor
from tests.clock import clock_at
from tests.mailing.mails import person
from tests.portal.at_the_portal import ANS, ans, signs_in, visitor_at
from tests.portal.test_look import signs_in as signs_in_by_hand
from tests.world import World

FIREFOX = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:150.0) Gecko/20100101 Firefox/150.0"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15"
    " (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1"
)


def page_of(client: Client) -> str:
    text = client.get("/portaal/ingelogd/").content.decode()
    return re.sub(r"\s+", " ", text)


def is_signed_in(client: Client) -> bool:
    return client.get("/portaal/").status_code == 200


def two_browsers(world: World) -> tuple[Client, Client, int]:
    """Here and elsewhere, and the number of the session elsewhere."""
    contact = ans(world)
    elsewhere = visitor_at(contact)
    there = PortalSession.objects.get().pk
    return visitor_at(contact), elsewhere, there


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (FIREFOX, "Firefox op Windows"),
        (IPHONE, "Safari op iPhone"),
        (f"{IPHONE} CriOS/140.0", "Chrome op iPhone"),
        (
            f"{IPHONE.replace('iPhone', 'Windows')} Chrome/140.0 Edg/140.0",
            "Edge op Windows",
        ),
        ("Firefox/150.0", "Firefox"),
        ("curl/8", "Een onbekende browser"),
        ("", "Een onbekende browser"),
    ],
)
def test_browsers_are_called_by_plain_words(told: str, words: str):
    with override("nl"):
        assert browser_in_words(told) == words


def test_one_sees_where_one_is_signed_in(world: World):
    ans(world)
    here, there = Client(), Client(headers={"User-Agent": IPHONE})
    signs_in(there)
    signs_in(here)
    page = page_of(here)
    assert "Safari op iPhone" in page
    assert page.count("hier</span>") == 1


def test_one_signs_out_elsewhere_and_stays_here(world: World):
    here, elsewhere, there = two_browsers(world)
    here.post(f"/portaal/ingelogd/{there}/")
    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)


def test_signing_out_here_leads_to_the_entrance(world: World):
    client = visitor_at(ans(world))
    own = PortalSession.objects.get().pk
    answer = client.post(f"/portaal/ingelogd/{own}/")
    assert answer["Location"] == "/portaal/inloggen/"
    assert not is_signed_in(client)


def test_one_signs_out_everywhere_else(world: World):
    here, elsewhere, _there = two_browsers(world)
    here.post("/portaal/ingelogd/elders/")
    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)
    assert PortalSession.objects.count() == 1


@pytest.mark.parametrize("path", ["", "elders/", "{number}/"])
def test_looking_ends_nothing(world: World, path: str):
    here, elsewhere, there = two_browsers(world)
    here.get("/portaal/ingelogd/" + path.format(number=there))
    assert is_signed_in(elsewhere)


def test_somebody_else_s_session_is_not_seen_and_not_ended(world: World):
    client = visitor_at(ans(world))
    other = visitor_at(person(world, "Bakker", "bob@example.org"), "bob@example.org")
    [theirs] = PortalSession.objects.exclude(account__email=ANS)
    page = page_of(client)
    assert page.count('action="/portaal/ingelogd/') == 1
    said = client.post(f"/portaal/ingelogd/{theirs.pk}/", follow=True)
    never = client.post("/portaal/ingelogd/999999999/", follow=True)
    assert said.redirect_chain == never.redirect_chain
    client.post("/portaal/ingelogd/elders/")
    assert is_signed_in(other)


def test_use_is_noted_once_in_five_minutes(world: World):
    with clock_at(date(2026, 5, 3)) as clock:
        client = visitor_at(ans(world))
        begun = clock.now()
        clock.pass_time(timedelta(minutes=4))
        client.get("/portaal/")
        assert PortalSession.objects.get().seen_at == begun
        clock.pass_time(timedelta(minutes=2))
        client.get("/portaal/")
        assert PortalSession.objects.get().seen_at == clock.now()


def test_an_administrator_signs_a_contact_out(world: World, client, django_user_model):
    admin = django_user_model.objects.create(
        email="eva@kring.example", staff_role="admin"
    )
    contact, bob = ans(world), person(world, "Bakker", "bob@example.org")
    hers, chosen_yet = visitor_at(contact), visitor_at(None)
    his = visitor_at(bob, "bob@example.org")
    client.force_login(admin)
    address = f"/contacten/{contact}/portaal-uitloggen/"
    assert client.get(address).status_code == 405
    page = client.post(address, follow=True).content.decode()
    assert "Ans Aalbers is op 2 plekken uitgelogd." in page
    assert not is_signed_in(hers)
    assert chosen_yet.get("/portaal/wie/").status_code == 302
    assert is_signed_in(his)


@pytest.mark.parametrize("role", ["staff", "reader"])
def test_other_staff_sign_nobody_out(world: World, client, django_user_model, role):
    client.force_login(
        django_user_model.objects.create(email="x@kring.example", staff_role=role)
    )
    contact = ans(world)
    hers = visitor_at(contact)
    answer = client.post(f"/contacten/{contact}/portaal-uitloggen/")
    assert answer.status_code == 403
    assert is_signed_in(hers)


def test_the_page_is_faultless(visitor: Visitor, world: World):
    visitor_at(ans(world))
    visitor.sees(width=PHONE)
    visitor.goes_to("/portaal/")
    signs_in_by_hand(visitor)
    visitor.page.get_by_role("link", name="Inloggen").click()
    visitor.page.get_by_role("heading", name="Waar u bent ingelogd").wait_for()
    visitor.finds_no_fault("portal-sessions")
    visitor.sees(width=PHONE)
    visitor.page.get_by_role("button", name="Overal elders uitloggen").click()
    visitor.page.get_by_text("U bent op één andere plek uitgelogd.").wait_for()
    assert PortalSession.objects.count() == 1
