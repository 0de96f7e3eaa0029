"""A contact adds e-mail addresses of its own, orders them, and takes them away."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.test import Client

from kring.accounts import codes
from kring.accounts.models import AddressProof, PortalSession, User
from kring.accounts.visits import COOKIE
from kring.actions import bounces, contacts, erasing, signing_in
from kring.contacts.models import Contact, EmailAddress
from kring.groups.models import Change
from kring.mailing.delivery import composed
from kring.mailing.models import OutgoingMail
from tests.browser import PHONE, Visitor
from tests.clock import clock_at
from tests.mailing.mails import person
from tests.portal.at_the_portal import (
    ANS,
    a_visit,
    ans,
    code_in,
    codes_sent,
    signs_in,
    visitor_at,
)
from tests.portal.test_look import signs_in as signs_in_by_hand
from tests.world import World

NEW = "nieuw@example.org"
BASE = "/portaal/gegevens/e-mail/"


def page_of(client: Client) -> str:
    return re.sub(r"\s+", " ", client.get(BASE).content.decode())


def asks(client: Client, address: str = NEW) -> str:
    answer = client.post(f"{BASE}nieuw/", {"address": address}, follow=True)
    return re.sub(r"\s+", " ", answer.content.decode())


def enters(client: Client, code: str) -> str:
    answer = client.post(f"{BASE}code/", {"code": code}, follow=True)
    return re.sub(r"\s+", " ", answer.content.decode())


def adds(client: Client, address: str = NEW) -> str:
    asks(client, address)
    return enters(client, code_in(codes_sent()[-1]))


def does(client: Client, what: str, address: str) -> str:
    answer = client.post(f"{BASE}{what}/", {"adres": address}, follow=True)
    return re.sub(r"\s+", " ", answer.content.decode())


def addresses_of(contact: int) -> list[str]:
    owned = EmailAddress.objects.filter(contact=contact)
    return [one.address for one in owned.order_by("-is_primary", "pk")]


def told() -> list[str]:
    """Whom a notice of a change went to."""
    notices = OutgoingMail.objects.filter(purpose="changed").order_by("pk")
    return [one.address for one in notices]


def test_an_address_counts_once_its_code_came_back(world: World):
    contact = ans(world)
    client = visitor_at(contact)
    page = asks(client)
    assert f"onderweg naar {NEW}" in page
    assert addresses_of(contact) == [ANS]
    page = enters(client, code_in(codes_sent()[0]))
    assert "Het adres is toegevoegd." in page
    assert addresses_of(contact) == [ANS, NEW]
    last = Change.objects.latest("number")
    assert (last.action, last.actor_kind, last.reason) == (
        "contact.edit",
        "contact",
        "Op het klantenportaal",
    )
    assert world.faults() == []


def test_the_code_goes_to_the_new_address_and_to_no_other(world: World):
    client = visitor_at(ans(world))
    asks(client)
    [mail] = codes_sent()
    assert mail.address == NEW
    assert "bevestig" in mail.text
    assert code_in(mail) not in mail.subject
    assert composed([mail])[mail.pk].address == NEW


def test_one_signs_in_with_the_new_address(world: World):
    contact = ans(world)
    adds(visitor_at(contact))
    client = Client()
    signs_in(client, NEW)
    assert "Ans Aalbers" in client.get("/portaal/").content.decode()


@pytest.mark.parametrize("wrong", ["", "12", "000000x", "abc"])
def test_a_wrong_code_adds_nothing(world: World, wrong: str):
    contact = ans(world)
    client = visitor_at(contact)
    asks(client)
    enters(client, wrong)
    assert addresses_of(contact) == [ANS]


def test_after_five_wrong_codes_the_right_one_is_refused_too(world: World):
    contact = ans(world)
    client = visitor_at(contact)
    asks(client)
    code = code_in(codes_sent()[0])
    wrong = str((int(code) + 1) % 10**6).zfill(6)
    for _ in range(5):
        enters(client, wrong)
    assert "klopt niet" in enters(client, code)
    assert addresses_of(contact) == [ANS]


def test_a_code_works_for_a_quarter_of_an_hour_and_once(world: World):
    with clock_at(date(2026, 5, 3)) as clock:
        contact = ans(world)
        client = visitor_at(contact)
        asks(client)
        clock.pass_time(codes.LASTS + timedelta(seconds=1))
        enters(client, code_in(codes_sent()[0]))
        assert addresses_of(contact) == [ANS]
        adds(client)
        contacts.edit_contact(contact, {"emails": (ANS,)}, by=world.by)
        enters(client, code_in(codes_sent()[-1]))
        assert addresses_of(contact) == [ANS]


def test_a_code_works_in_the_session_that_asked_for_it(world: World):
    contact = ans(world)
    asks(visitor_at(contact))
    other = visitor_at(contact)
    enters(other, code_in(codes_sent()[0]))
    assert addresses_of(contact) == [ANS]


def test_a_code_of_one_of_a_household_adds_nothing_to_another(world: World):
    contact, bob = ans(world), person(world, "Bakker", ANS)
    client = visitor_at(contact)
    asks(client)
    client.post("/portaal/wie/", {"contact": bob})
    enters(client, code_in(codes_sent()[0]))
    assert (addresses_of(contact), addresses_of(bob)) == ([ANS], [ANS])


def test_a_code_to_sign_in_adds_no_address_and_the_other_way_round(world: World):
    contact = ans(world)
    client = Client()
    signs_in(client)
    first = code_in(codes_sent()[0])
    asks(client)
    if code_in(codes_sent()[1]) != first:
        enters(client, first)
    assert addresses_of(contact) == [ANS]
    stranger = Client()
    stranger.post("/portaal/inloggen/", {"address": NEW})
    stranger.post("/portaal/inloggen/code/", {"code": code_in(codes_sent()[1])})
    assert stranger.get("/portaal/").status_code == 302


def without_what_differs(page: str) -> str:
    return re.sub(r'csrfmiddlewaretoken" value="\w+|CSRFToken": "\w+', "", page)


def test_the_same_is_said_of_an_address_that_somebody_else_has(world: World):
    contact = ans(world)
    person(world, "Bakker", "bob@example.org")
    pages = []
    for address in ("bob@example.org", "eva@example.org"):
        client = visitor_at(contact)
        pages.append(without_what_differs(asks(client, address)).replace(address, "…"))
    assert pages[0] == pages[1]
    assert len(codes_sent()) == 2


def test_adding_an_address_of_another_opens_nothing_of_that_other(world: World):
    contact, bob = ans(world), person(world, "Bakker", "bob@example.org")
    client = visitor_at(contact)
    adds(client, "bob@example.org")
    assert client.post("/portaal/wie/", {"contact": bob}).status_code == 404
    assert "Bakker" not in client.get("/portaal/").content.decode()


def test_an_address_that_is_one_s_own_is_refused(world: World):
    client = visitor_at(ans(world))
    assert "al een van uw e-mailadressen" in asks(client, ANS.upper())
    assert codes_sent() == []


def test_more_than_five_addresses_are_refused(world: World):
    contact = ans(world)
    many = (ANS, *(f"a{number}@example.org" for number in range(4)))
    contacts.edit_contact(contact, {"emails": many}, by=world.by)
    assert "Haal er eerst een weg" in asks(visitor_at(contact))
    assert codes_sent() == []


@pytest.mark.parametrize("written", ["", "ans", "a@b", "ans@example.org\nBcc: x@y.nl"])
def test_what_is_no_address_is_refused(world: World, written: str):
    asks(visitor_at(ans(world)), written)
    assert not AddressProof.objects.exists()


def test_codes_are_asked_for_five_times_an_hour(world: World):
    with clock_at(date(2026, 5, 3)) as clock:
        contact = ans(world)
        client = visitor_at(contact)
        for number in range(5):
            asks(client, f"a{number}@example.org")
        assert "over een uur" in asks(client)
        # Neither does signing in anew help.
        assert "over een uur" in asks(visitor_at(contact))
        assert len(codes_sent()) == 5
        clock.pass_time(timedelta(minutes=61))
        asks(visitor_at(contact))
        assert len(codes_sent()) == 6


def test_many_contacts_cannot_flood_an_address(world: World):
    for number in range(7):
        contact = person(world, f"Lid {number}", f"l{number}@example.org")
        page = asks(visitor_at(contact, f"l{number}@example.org"), NEW)
        assert f"onderweg naar {NEW}" in page
    assert len(codes_sent()) == 5


def test_what_comes_from_one_place_is_limited(world: World):
    client = visitor_at(ans(world))
    for path in ("nieuw/", "code/"):
        answers = [client.post(BASE + path, {}).status_code for _ in range(61)]
        assert answers[-1] == 429


def test_the_addresses_that_were_there_are_told_of_a_new_one(world: World):
    contact = ans(world)
    adds(visitor_at(contact))
    assert told() == [ANS]
    [notice] = OutgoingMail.objects.filter(purpose="changed")
    assert "Ans Aalbers" in notice.text
    assert NEW not in notice.text + notice.html
    assert composed([notice])[notice.pk].address == ANS


def test_who_wants_no_mail_is_told_all_the_same(world: World):
    contact = ans(world, no_mail=True)
    adds(visitor_at(contact))
    [notice] = OutgoingMail.objects.filter(purpose="changed")
    assert composed([notice])[notice.pk].skip is None


def test_another_address_becomes_the_first(world: World):
    contact = ans(world)
    client = visitor_at(contact)
    adds(client)
    page = does(client, "eerste", NEW)
    assert f"Wij mailen u voortaan op {NEW}." in page
    assert addresses_of(contact) == [NEW, ANS]
    assert told() == [ANS, ANS]
    assert world.faults() == []


def test_an_address_that_bounced_is_told_nothing_and_the_mark_goes_with_it(world):
    contact = ans(world)
    client = visitor_at(contact)
    bounces.note_returned([bounces.Returned(ANS)])
    adds(client)
    does(client, "eerste", NEW)
    assert told() == []
    assert not Contact.objects.get(pk=contact).address_bounced


def test_groups_that_turn_by_it_are_named(world: World):
    asked = {"where": {"field": "email", "op": "ends_with", "value": "kring.example"}}
    world.group("Medewerkers", asked, visible_on_portal=True)
    client = visitor_at(ans(world))
    page = adds(client, "ans@kring.example")
    assert "U hoort nu bij \N{LEFT SINGLE QUOTATION MARK}Medewerkers" in page
    page = does(client, "weg", "ans@kring.example")
    assert "U hoort niet meer bij" in page


def test_the_last_address_stays(world: World):
    contact = ans(world)
    client = visitor_at(contact)
    page = does(client, "weg", ANS)
    assert "uw enige e-mailadres" in page
    assert addresses_of(contact) == [ANS]
    assert "weg/" not in page_of(client)


def test_the_page_that_asks_changes_nothing_and_tells_what_it_means(world: World):
    contact = ans(world)
    contacts.edit_contact(contact, {"emails": (ANS, NEW)}, by=world.by)
    client = visitor_at(contact)
    page = client.get(f"{BASE}weg/", {"adres": ANS}).content.decode()
    assert "U bent met dit adres ingelogd" in page
    assert addresses_of(contact) == [ANS, NEW]


def test_the_address_that_one_is_signed_in_with_goes_where_another_was_proven(world):
    contact = ans(world)
    client = visitor_at(contact)
    adds(client)
    page = does(client, "weg", ANS)
    assert f"{ANS} is weggehaald." in page
    assert addresses_of(contact) == [NEW]
    assert [one.email for one in User.objects.all()] == [NEW]
    assert "Ans Aalbers" in client.get("/portaal/").content.decode()
    assert told() == [ANS, ANS]
    assert world.faults() == []


def test_it_stays_where_no_other_was_shown_to_be_one_s_own(world: World):
    """What staff wrote may be a slip of the pen, or somebody else's mailbox."""
    contact = ans(world)
    contacts.edit_contact(contact, {"emails": (ANS, NEW)}, by=world.by)
    client = visitor_at(contact)
    assert "Log uit, log in met een ander" in does(client, "weg", ANS)
    assert addresses_of(contact) == [ANS, NEW]
    other = visitor_at(contact, NEW)
    does(other, "weg", ANS)
    assert addresses_of(contact) == [NEW]


def test_a_proof_of_another_session_does_not_count(world: World):
    contact = ans(world)
    adds(visitor_at(contact))
    client = visitor_at(contact)
    does(client, "weg", ANS)
    assert addresses_of(contact) == [ANS, NEW]


def test_where_an_address_went_nobody_goes_on_as_its_contact(world: World):
    contact = ans(world)
    thief = visitor_at(contact)
    client = visitor_at(contact)
    adds(client)
    does(client, "weg", ANS)
    assert thief.get("/portaal/").status_code == 302
    stranger = Client()
    signs_in_asked = stranger.post("/portaal/inloggen/", {"address": ANS})
    assert signs_in_asked.status_code == 302
    assert not User.objects.filter(email=ANS).exists()


def test_of_a_household_the_other_keeps_address_and_account(world: World):
    contact, bob = ans(world), person(world, "Bakker", ANS)
    his = visitor_at(bob)
    client = visitor_at(contact)
    adds(client)
    does(client, "weg", ANS)
    assert addresses_of(bob) == [ANS]
    assert "Bakker" in his.get("/portaal/").content.decode()
    assert client.post("/portaal/wie/", {"contact": bob}).status_code == 404


@pytest.mark.parametrize("what", ["eerste", "weg"])
@pytest.mark.parametrize("address", ["bob@example.org", NEW, "", "\0"])
def test_what_is_not_one_s_own_answers_as_if_it_were_not_there(world, what, address):
    contact = ans(world)
    bob = person(world, "Bakker", "bob@example.org")
    client = visitor_at(contact)
    changes = Change.objects.count()
    answer = client.post(f"{BASE}{what}/", {"adres": address})
    assert answer.status_code == 404
    assert client.get(f"{BASE}weg/", {"adres": address}).status_code == 404
    assert Change.objects.count() == changes
    assert addresses_of(bob) == ["bob@example.org"]


def test_who_lost_the_address_meanwhile_adds_nothing(world: World):
    contact = ans(world)
    client = visitor_at(contact)
    asks(client)
    contacts.edit_contact(contact, {"emails": ("x@example.org",)}, by=world.by)
    enters(client, code_in(codes_sent()[0]))
    assert addresses_of(contact) == ["x@example.org"]


def test_the_session_keeps_its_cookie_when_its_account_changes(world: World):
    contact = ans(world)
    client = Client()
    client.cookies[COOKIE] = a_visit(contact)
    adds(client)
    does(client, "weg", ANS)
    session = PortalSession.objects.get()
    assert session.account.email == NEW
    assert session.contact_id == contact


def test_erasing_takes_proofs_and_their_mails_along(world: World):
    contact = ans(world)
    asks(visitor_at(contact))
    erasing.erase_contact(contact, by=world.by)
    assert not AddressProof.objects.exists()
    [mail] = codes_sent()
    assert (mail.address, mail.text) == ("", "")


def test_proofs_are_forgotten_after_a_day(world: World):
    with clock_at(date(2026, 5, 3)) as clock:
        asks(visitor_at(ans(world)))
        clock.pass_days(2)
        signing_in.forget_sign_ins(now=clock.now())
        assert not AddressProof.objects.exists()


def test_a_contact_replaces_its_address_on_a_phone(visitor: Visitor, world: World):
    contact = ans(world)
    visitor.sees(width=PHONE)
    page = visitor.page
    visitor.goes_to("/portaal/gegevens/")
    signs_in_by_hand(visitor)
    page.get_by_role("link", name="E-mailadressen wijzigen").click()
    page.get_by_label("Nieuw e-mailadres").fill(NEW)
    page.get_by_role("button", name="Mail mij een code").click()
    page.get_by_role("textbox", name="Code").wait_for()
    visitor.finds_no_fault("portal-address-code")
    visitor.sees(width=PHONE)
    page.get_by_role("textbox", name="Code").fill(code_in(codes_sent()[-1]))
    page.get_by_role("button", name="Dit adres toevoegen").click()
    page.get_by_text("Het adres is toegevoegd.").wait_for()
    assert addresses_of(contact) == [ANS, NEW]


def test_a_contact_takes_an_address_away_on_a_phone(visitor: Visitor, world: World):
    contact = ans(world)
    contacts.edit_contact(contact, {"emails": (ANS, NEW)}, by=world.by)
    page = visitor.page
    visitor.goes_to("/portaal/gegevens/e-mail/")
    signs_in_by_hand(visitor, NEW)
    page.get_by_role("heading", name="Uw e-mailadressen").wait_for()
    visitor.finds_no_fault("portal-addresses")
    visitor.sees(width=PHONE)
    page.get_by_role("button", name="Mail mij hier").click()
    page.get_by_text("Wij mailen u voortaan").wait_for()
    page.get_by_role("link", name=f"Weghalen : {ANS}").click()
    page.get_by_role("heading", name="weghalen?").wait_for()
    visitor.finds_no_fault("portal-address-remove")
    visitor.sees(width=PHONE)
    page.get_by_role("button", name="Weghalen").click()
    page.get_by_text("is weggehaald.").wait_for()
    assert addresses_of(contact) == [NEW]
