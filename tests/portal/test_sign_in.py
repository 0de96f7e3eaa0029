"""Signing in at the portal with a code by mail, and what a stranger learns from it."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from html import unescape

import pytest
from django.test import Client

from kring.accounts import codes
from kring.accounts.models import PortalSession, SignInCode, StaffRole, User
from kring.accounts.visits import COOKIE
from kring.actions import contacts, erasing, signing_in, users
from kring.mailing.delivery import composed
from tests.clock import clock_at
from tests.mailing.mails import person
from tests.portal.at_the_portal import (
    ANS,
    ans,
    asks,
    code_in,
    codes_sent,
    enters,
    signs_in,
    the_worker_answers,
    visitor_at,
)


def is_signed_in(client: Client) -> bool:
    return client.get("/portaal/").status_code == 200


def test_the_code_in_the_mail_opens_the_portal(client, world):
    ans(world)
    assert asks(client).url == "/portaal/inloggen/code/"
    assert enters(client, code_in(codes_sent()[0])).url == "/portaal/"
    assert "Ans Aalbers" in client.get("/portaal/").content.decode()


def test_nobody_opens_the_portal_without_a_code(client, world):
    ans(world)
    assert client.get("/portaal/").url == "/portaal/inloggen/?next=/portaal/"


def test_a_code_may_be_typed_with_spaces(client, world):
    ans(world)
    asks(client)
    code = code_in(codes_sent()[0])
    enters(client, f" {code[:3]} {code[3:]}")
    assert is_signed_in(client)


def test_the_address_may_be_typed_in_capitals(client, world):
    ans(world)
    asks(client, "  ANS@Example.ORG ")
    enters(client, code_in(codes_sent()[0]))
    assert is_signed_in(client)


def page_without_what_differs(response) -> str:
    page = response.content.decode()
    return re.sub(r'csrfmiddlewaretoken" value="\w+|CSRFToken": "\w+', "", page)


def test_known_and_unknown_addresses_get_the_same_answers(client, world):
    ans(world)
    pages = []
    for address in (ANS, "eva@example.org"):
        client = Client()
        asked = asks(client, address)
        page = page_without_what_differs(client.get(asked.url))
        wrong = page_without_what_differs(enters(client, "12"))
        told = [one.replace(address, "…") for one in (page, wrong)]
        pages.append((asked.status_code, asked.url, *told))
    assert pages[0] == pages[1]
    assert [mail.address for mail in codes_sent()] == [ANS]


def test_asking_does_the_same_work_whether_or_not_an_address_is_known(
    client, world, django_assert_num_queries
):
    ans(world)
    counts = []
    for address in (ANS, "eva@example.org"):
        with django_assert_num_queries(4) as asked:
            signing_in.ask_for_code(address, language="nl")
        counts.append([one["sql"].split()[0] for one in asked.captured_queries])
    assert counts[0] == counts[1]


def test_an_account_is_made_when_a_contact_s_address_first_asks(client, world):
    ans(world)
    asks(client, "eva@example.org")
    assert not User.objects.exists()
    asks(client)
    asks(client)
    [account] = User.objects.all()
    assert (account.email, account.staff_role) == (ANS, "")
    assert not account.has_usable_password()


def test_the_typed_address_is_kept_no_longer_than_it_takes_to_look(client, world):
    asks(client, "eva@example.org")
    assert SignInCode.objects.get().address == ""


def test_an_address_that_only_looks_alike_gets_nothing(client, world):
    """Search takes accents for nothing; whose mailbox it is, they change."""
    ans(world)
    asks(client, "ans@exämple.org")
    asks(client, "áns@example.org")
    assert codes_sent() == []


def test_a_code_goes_to_the_address_as_the_contact_has_it(client, world):
    person(world, "Aalbers", "Kees.Aalbers@Example.org")
    asks(client, "kees.aalbers@example.org")
    assert [mail.address for mail in codes_sent()] == ["Kees.Aalbers@Example.org"]


def test_who_wants_no_mail_or_bounced_gets_the_code_that_was_asked_for(client, world):
    ans(world, no_mail=True)
    asks(client)
    [mail] = codes_sent()
    made = composed([mail])[mail.pk]
    assert (made.skip, made.address) == (None, ANS)


def test_who_died_is_sent_nothing(client, world):
    ans(world, deceased_on=date(2026, 1, 2))
    asks(client)
    assert codes_sent() == []


def test_a_closed_account_is_sent_nothing(client, world):
    ans(world)
    User.objects.create(email=ANS, is_active=False)
    asks(client)
    assert codes_sent() == []


def test_a_code_works_once(client, world):
    ans(world)
    asks(client)
    code = code_in(codes_sent()[0])
    other = Client()
    other.cookies = client.cookies.copy()
    enters(client, code)
    assert enters(other, code).status_code == 200
    assert not is_signed_in(other)


def test_a_code_works_for_a_quarter_of_an_hour(client, world):
    with clock_at(date(2026, 5, 3)) as clock:
        ans(world)
        asks(client)
        code = code_in(codes_sent()[0])
        clock.pass_time(codes.LASTS + timedelta(seconds=1))
        page = enters(client, code).content.decode()
        assert "werkt niet meer" in page
        assert not is_signed_in(client)


def test_after_five_wrong_codes_the_right_one_is_refused_too(client, world):
    ans(world)
    asks(client)
    code = code_in(codes_sent()[0])
    wrong = str((int(code) + 1) % 10**6).zfill(6)
    told = [enters(client, wrong).content.decode() for _ in range(5)]
    assert "nog 4 keer" in told[0]
    assert "nog één keer" in told[3]
    assert "werkt niet meer" in told[4]
    enters(client, code)
    assert not is_signed_in(client)


def test_a_code_works_in_the_browser_that_asked_for_it(client, world):
    ans(world)
    asks(client)
    code = code_in(codes_sent()[0])
    thief = Client()
    assert enters(thief, code).url == "/portaal/inloggen/"
    asks(thief, "eva@example.org")
    enters(thief, code)
    assert not is_signed_in(thief)


def test_a_made_up_cookie_names_no_code(client, world):
    client.cookies["kring_portal_code"] = "0" * 32 + " x:y:z"
    assert client.get("/portaal/inloggen/code/").url == "/portaal/inloggen/"


def test_an_address_is_sent_five_codes_an_hour(client, world):
    with clock_at(date(2026, 5, 3)) as clock:
        ans(world)
        answers = [asks(client) for _ in range(6)]
        assert {one.status_code for one in answers} == {302}
        assert len(codes_sent()) == 5
        clock.pass_time(timedelta(hours=1, seconds=1))
        asks(client)
        assert len(codes_sent()) == 6


def test_an_address_is_sent_twenty_codes_a_day(client, world):
    with clock_at(date(2026, 5, 3), at=time(1)) as clock:
        ans(world)
        for _ in range(22):
            asks(client)
            clock.pass_time(timedelta(minutes=31))
        assert len(codes_sent()) == 20


@pytest.mark.parametrize(
    ("path", "field"),
    [("/portaal/inloggen/", "address"), ("/portaal/inloggen/code/", "code")],
)
def test_what_comes_from_one_place_is_limited(client, world, path, field):
    asks(client)
    answers = [client.post(path, {field: "x"}).status_code for _ in range(61)]
    assert answers[-1] == 429
    assert "Te veel pogingen" in client.post(path, {field: "x"}).content.decode()


def test_what_is_no_address_is_refused_whoever_asks(client, world):
    page = client.post("/portaal/inloggen/", {"address": "ans"}).content.decode()
    assert "e-mailadres" in page
    assert not SignInCode.objects.exists()


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://elders.example/portaal/",
        "//elders.example/portaal/",
        "/\\elders.example/portaal/",
        "javascript:1",
        "/groepen/",
        "/portaal/uitloggen/",
        "/portaal/ongedaan-maken/1/",
        "/portaal/bestaat-niet/",
    ],
)
def test_signing_in_leads_to_pages_of_the_portal_alone(client, world, elsewhere):
    ans(world)
    asks(client, next=elsewhere)
    answer = enters(client, code_in(codes_sent()[0]), next=elsewhere)
    assert answer.url == "/portaal/"


def test_one_lands_on_the_page_that_one_wanted(client, world):
    ans(world)
    koor = world.group("Koor", visible_on_portal=True, editable_on_portal=True)
    wanted = f"/portaal/groepen/{koor}/aanmelden/"
    way = client.get(wanted)
    assert way.url == f"/portaal/inloggen/?next={wanted}"
    assert f'value="{wanted}"' in client.get(way.url).content.decode()
    asked = asks(client, next=wanted)
    assert f'value="{wanted}"' in client.get(asked.url).content.decode()
    assert enters(client, code_in(codes_sent()[0]), next=wanted).url == wanted


def test_signing_in_makes_a_new_session_whatever_the_browser_had(client, world):
    ans(world)
    client.cookies[COOKIE] = "a token that somebody else planted"
    signs_in(client)
    first = client.cookies[COOKIE].value
    assert first != "a token that somebody else planted"
    client.get("/portaal/")
    signs_in(client)
    assert client.cookies[COOKIE].value != first
    assert PortalSession.objects.count() == 1


def test_the_cookie_is_for_the_portal_alone_and_not_for_scripts(client, world):
    ans(world)
    signs_in(client)
    cookie = client.cookies[COOKIE]
    assert (cookie["path"], cookie["httponly"]) == ("/portaal/", True)
    assert cookie["samesite"] == "Lax"
    assert client.cookies[COOKIE].value not in str(PortalSession.objects.values())


def test_signing_out_takes_a_post_and_ends_the_session(client, world):
    ans(world)
    signs_in(client)
    token = client.cookies[COOKIE].value
    assert client.get("/portaal/uitloggen/").status_code == 405
    assert is_signed_in(client)
    client.post("/portaal/uitloggen/")
    client.cookies[COOKIE] = token
    assert not is_signed_in(client)


def test_a_session_ends_after_half_a_day(world):
    with clock_at(date(2026, 5, 3)) as clock:
        contact = ans(world)
        client = visitor_at(contact)
        assert is_signed_in(client)
        clock.pass_time(timedelta(hours=1, seconds=1))
        assert not is_signed_in(client)


def test_closing_an_account_ends_its_visits(world):
    client = visitor_at(ans(world))
    User.objects.update(is_active=False)
    assert not is_signed_in(client)


@pytest.mark.parametrize("role", StaffRole.values)
def test_staff_at_the_portal_open_no_staff_page(client, world, role):
    ans(world)
    User.objects.create(email=ANS, staff_role=role)
    signs_in(client)
    assert is_signed_in(client)
    for path in ("/", "/groepen/", "/contacten/", "/uitgaande-mail/"):
        assert client.get(path).url.startswith("/inloggen/")


def test_staff_who_are_signed_in_are_nobody_at_the_portal(client, world):
    ans(world)
    client.force_login(User.objects.create(email=ANS, staff_role="admin"))
    assert client.get("/groepen/").status_code == 200
    assert not is_signed_in(client)


def test_who_uses_the_portal_can_become_staff(client, world):
    ans(world)
    asks(client)
    users.add_user(ANS, role=StaffRole.STAFF, by=world.by, name="Ans Aalbers")
    [account] = User.objects.all()
    assert (account.staff_role, account.name) == ("staff", "Ans Aalbers")


def test_codes_sessions_and_mails_are_forgotten_in_time(client, world):
    with clock_at(date(2026, 5, 3)) as clock:
        ans(world)
        signs_in(client)
        clock.pass_days(2)
        signing_in.forget_sign_ins(now=clock.now())
        assert not SignInCode.objects.exists()
        assert not PortalSession.objects.exists()
        assert len(codes_sent()) == 1
        clock.pass_days(6)
        signing_in.forget_sign_ins(now=clock.now())
        assert codes_sent() == []


def test_a_contact_who_lost_the_address_meanwhile_gets_no_code(client, world):
    contact = ans(world)
    client.post("/portaal/inloggen/", {"address": ANS})
    contacts.edit_contact(contact, {"email": "nieuw@example.org"}, by=world.by)
    the_worker_answers()
    assert codes_sent() == []


def test_erasing_a_contact_takes_its_account_along(client, world):
    contact = ans(world)
    signs_in(client)
    erasing.erase_contact(contact, by=world.by)
    assert not User.objects.exists()
    assert codes_sent() == []
    assert not is_signed_in(client)


def test_erasing_one_of_a_household_leaves_the_account_of_the_other(client, world):
    contact = ans(world)
    person(world, "Bakker", ANS)
    signs_in(client)
    erasing.erase_contact(contact, by=world.by)
    assert [account.email for account in User.objects.all()] == [ANS]
    assert len(codes_sent()) == 1


def test_erasing_a_contact_leaves_an_account_of_the_staff(world):
    contact = ans(world)
    User.objects.create(email=ANS, staff_role="staff")
    erasing.erase_contact(contact, by=world.by)
    assert User.objects.get().email == ANS


def test_behind_a_proxy_each_place_is_counted_by_itself(client, world, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    here = {"X-Forwarded-For": "192.0.2.7, 198.51.100.1"}
    there = {"X-Forwarded-For": "192.0.2.7, 198.51.100.2"}
    for _ in range(60):
        client.post("/portaal/inloggen/", {"address": "x"}, headers=here)
    answers = [
        client.post("/portaal/inloggen/", {"address": "x"}, headers=place).status_code
        for place in (here, there)
    ]
    assert answers == [429, 200]


@pytest.mark.parametrize("address", ["ans@exämple.org", '"a;b"@example.org'])
def test_any_address_is_remembered_as_it_was_typed(client, world, address):
    asked = asks(client, address)
    cookie = client.cookies["kring_portal_code"].value
    assert cookie.isascii()
    assert ";" not in cookie
    page = unescape(client.get(asked.url).content.decode())
    assert f"Kennen wij {address}," in page


def test_who_asked_is_answered_once(client, world):
    ans(world)
    client.post("/portaal/inloggen/", {"address": ANS})
    asked = SignInCode.objects.get().pk
    signing_in.send_code(asked=asked)
    signing_in.send_code(asked=asked)
    assert len(codes_sent()) == 1


def test_who_closed_the_account_meanwhile_comes_in_by_no_code(client, world):
    ans(world)
    asks(client)
    User.objects.update(is_active=False)
    enters(client, code_in(codes_sent()[0]))
    assert not is_signed_in(client)
