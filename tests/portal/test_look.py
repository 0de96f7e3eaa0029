"""The portal in a real browser, on a phone of 360 px: a walk from code to leaving."""

from __future__ import annotations

import re
from datetime import timedelta

from django.utils import timezone

from kring.accounts.models import PortalSession
from kring.actions import members
from tests.browser import PHONE, Visitor
from tests.clock import clock_at
from tests.mailing.mails import person
from tests.portal.at_the_portal import (
    ANS,
    ans,
    code_in,
    codes_sent,
    the_worker_answers,
)
from tests.portal.test_on_behalf import bakery, link
from tests.world import World

OPEN = {"visible_on_portal": True, "editable_on_portal": True}


def signs_in(visitor: Visitor, address: str = ANS) -> None:
    """As people do: the address, and the code from the mail."""
    page = visitor.page
    page.get_by_label("Uw e-mailadres").fill(address)
    page.get_by_role("button", name="Mail mij een code").click()
    page.get_by_label("Code").wait_for()
    the_worker_answers()
    page.get_by_label("Code").fill(code_in(codes_sent()[-1]))
    page.get_by_role("button", name="Inloggen").click()


def a_portal(world: World) -> int:
    contact = ans(world)
    world.welcoming(
        "Buurtfeest Noord",
        description="Help mee op 12 september.",
        portal_order=2,
        **OPEN,
    )
    world.group(
        "Nieuwsbrief lezers",
        portal_name="Onze nieuwsbrief",
        description="Eén keer per maand het nieuws van de coöperatie.",
        portal_order=1,
        **OPEN,
    )
    world.group(
        "Coach - Energie",
        portal_name="Energiecoach",
        neighbourhood_role="coach",
        visible_on_portal=True,
    )
    world.group("Alle bewoners", {"everyone": True}, **OPEN)
    world.put(contact, "Coach - Energie")
    return contact


def test_the_page_to_sign_in_is_faultless(visitor: Visitor, world: World):
    visitor.goes_to("/portaal/")
    visitor.finds_no_fault("portal-sign-in")


def test_a_contact_signs_in_joins_and_undoes(visitor: Visitor, world: World):
    contact = a_portal(world)
    visitor.sees(width=PHONE)
    page = visitor.page
    visitor.goes_to("/portaal/")
    signs_in(visitor)
    page.get_by_role("heading", name="Uw groepen").wait_for()
    visitor.finds_no_fault("portal-groups")
    visitor.sees(width=PHONE)
    feast = page.get_by_role("listitem").filter(has_text="Buurtfeest Noord")
    assert "krijgt u daarover een mail" in feast.inner_text()
    feast.get_by_role("button", name="Aanmelden").click()
    feast.get_by_text("U bent aangemeld voor").wait_for()
    visitor.finds_no_fault("portal-joined")
    visitor.sees(width=PHONE)
    assert world.members("Buurtfeest Noord") == {contact}
    assert world.mailed("Buurtfeest Noord") == [contact]
    page.get_by_role("button", name="Ongedaan maken").click()
    page.get_by_text("Dat is ongedaan gemaakt.").wait_for()
    assert world.members("Buurtfeest Noord") == set()


def test_a_contact_stays_out_of_a_derived_group_and_comes_back(
    visitor: Visitor, world: World
):
    contact = a_portal(world)
    visitor.sees(width=PHONE)
    page = visitor.page
    visitor.goes_to("/portaal/")
    signs_in(visitor)
    everyone = page.get_by_role("listitem").filter(has_text="Alle bewoners")
    everyone.get_by_role("button", name="Afmelden").click()
    page.get_by_text("U bent afgemeld voor").wait_for()
    assert world.members("Alle bewoners") == set()
    world.define("Alle bewoners", {"all": [{"everyone": True}]})
    assert world.members("Alle bewoners") == set()
    visitor.goes_to("/portaal/")
    visitor.finds_no_fault("portal-opted-out")
    visitor.sees(width=PHONE)
    everyone.get_by_role("button", name="Weer aanmelden").click()
    page.get_by_text("U bent aangemeld voor").wait_for()
    assert world.members("Alle bewoners") == {contact}


def test_a_deep_link_asks_who_is_not_signed_in_first(visitor: Visitor, world: World):
    contact = a_portal(world)
    group = world.group("Buurtfeest Noord")
    visitor.sees(width=PHONE)
    page = visitor.page
    visitor.goes_to(f"/portaal/groepen/{group}/aanmelden/")
    signs_in(visitor)
    page.get_by_role("heading", name="Buurtfeest Noord").wait_for()
    visitor.finds_no_fault("portal-asks")
    visitor.sees(width=PHONE)
    assert world.members("Buurtfeest Noord") == set()
    page.get_by_role("button", name="Aanmelden voor deze groep").click()
    page.get_by_text("U bent aangemeld voor").wait_for()
    assert world.members("Buurtfeest Noord") == {contact}


def test_a_household_says_who_is_there(visitor: Visitor, world: World):
    a_portal(world)
    bob = person(world, "Bakker", ANS, first_name="Bob")
    visitor.sees(width=PHONE)
    page = visitor.page
    visitor.goes_to("/portaal/")
    signs_in(visitor)
    page.get_by_role("heading", name="Wie bent u?").wait_for()
    visitor.finds_no_fault("portal-who")
    visitor.sees(width=PHONE)
    page.get_by_role("button", name="Bob Bakker").click()
    news = page.get_by_role("listitem").filter(has_text="Onze nieuwsbrief")
    news.get_by_role("button", name="Aanmelden").click()
    page.get_by_text("U bent aangemeld voor").wait_for()
    assert world.members("Nieuwsbrief lezers") == {bob}


def test_one_acts_for_an_organisation_up_to_its_last_day(  # noqa: PLR0915 — a walk
    visitor: Visitor, world: World
):
    contact = a_portal(world)
    jansen = bakery(world)
    page = visitor.page
    visitor.sees(width=PHONE)
    with clock_at(timezone.localdate()) as clock:
        link(world, contact, jansen, role="penningmeester", last_day=clock.today)
        visitor.goes_to("/portaal/")
        signs_in(visitor)
        page.get_by_role("heading", name="Wie bent u?").wait_for()
        visitor.finds_no_fault("portal-who-organisation")
        visitor.sees(width=PHONE)
        page.get_by_role("button", name="Bakkerij Jansen").click()
        page.get_by_text("Namens Bakkerij Jansen").wait_for()
        visitor.finds_no_fault("portal-on-behalf")
        visitor.sees(width=PHONE)
        news = page.get_by_role("listitem").filter(has_text="Onze nieuwsbrief")
        news.get_by_role("button", name="Aanmelden").click()
        page.get_by_text("U bent aangemeld voor").wait_for()
        assert world.members("Nieuwsbrief lezers") == {jansen}
        # The evening becomes night, while one is signed in.
        PortalSession.objects.update(ends_at=timezone.now() + timedelta(days=2))
        clock.pass_days(1)
        news.get_by_role("button", name="Afmelden").click()
        page.get_by_text("namens Bakkerij Jansen. Klopt dat niet?").wait_for()
        assert world.members("Nieuwsbrief lezers") == {jansen}
        visitor.finds_no_fault("portal-acts-no-more")
        visitor.sees(width=PHONE)
        page.get_by_role("button", name="Ans Aalbers").click()
        page.get_by_role("heading", name="Uw groepen").wait_for()


def test_one_takes_along_what_is_kept_and_asks_to_be_erased(  # noqa: PLR0915 — a walk
    visitor: Visitor, world: World
):
    a_portal(world)
    visitor.sees(width=PHONE)
    page = visitor.page
    visitor.goes_to("/portaal/")
    signs_in(visitor)
    page.get_by_role("link", name="Uw gegevens downloaden of laten wissen").click()
    page.get_by_role("heading", name="Wat wij van u bewaren").wait_for()
    visitor.finds_no_fault("portal-data")
    visitor.sees(width=PHONE)
    with page.expect_download() as found:
        page.get_by_role("button", name="Downloaden om te lezen").click()
    path = found.value.path().with_suffix(".html")
    found.value.save_as(path)
    page.get_by_role("link", name="Vraag om gewist te worden").click()
    page.get_by_role("heading", name="Vragen om gewist te worden").wait_for()
    page.get_by_role("button", name="Verstuur mijn verzoek").click()
    page.get_by_text("Er is nog niets gevraagd.").first.wait_for()
    visitor.finds_no_fault("portal-erasure")
    visitor.sees(width=PHONE)
    page.get_by_label("Ja, ik wil dat mijn gegevens worden gewist").check()
    page.get_by_role("button", name="Verstuur mijn verzoek").click()
    page.get_by_text("We hebben uw verzoek ontvangen.").wait_for()
    visitor.finds_no_fault("portal-erasure-asked")
    visitor.sees(width=PHONE)
    page.get_by_role("button", name="Verzoek intrekken").click()
    page.get_by_text("Er wordt niets gewist.").wait_for()
    page.goto(f"file://{path}")
    page.get_by_role("heading", name="Groepen waar u in zit").wait_for()
    visitor.finds_no_fault("portal-data-file")


def test_a_wrong_code_is_refused_with_what_to_do(visitor: Visitor, world: World):
    a_portal(world)
    visitor.sees(width=PHONE)
    page = visitor.page
    visitor.goes_to("/portaal/")
    page.get_by_label("Uw e-mailadres").fill(ANS)
    page.get_by_role("button", name="Mail mij een code").click()
    page.get_by_label("Code").fill("12 34")
    page.get_by_role("button", name="Inloggen").click()
    page.get_by_text(re.compile("nog 4 keer")).first.wait_for()
    visitor.finds_no_fault("portal-wrong-code")


def test_a_group_that_one_cannot_leave_says_whom_to_ask(visitor: Visitor, world: World):
    a_portal(world)
    group = world.group("Coach - Energie")
    visitor.goes_to(f"/portaal/groepen/{group}/afmelden/")
    signs_in(visitor)
    visitor.page.get_by_text("niet zelf afmelden").wait_for()
    visitor.finds_no_fault("portal-cannot-leave")


def test_the_portal_is_read_in_english_and_left(visitor: Visitor, world: World):
    a_portal(world)
    visitor.sees(width=PHONE)
    page = visitor.page
    visitor.goes_to("/portaal/")
    signs_in(visitor)
    page.get_by_role("button", name="English").click()
    page.get_by_role("heading", name="Your groups").wait_for()
    visitor.finds_no_fault("portal-english")
    visitor.sees(width=PHONE)
    page.get_by_role("button", name="Sign out").click()
    page.get_by_text("You are signed out.").wait_for()
    visitor.goes_to("/portaal/")
    assert page.url.endswith("/portaal/inloggen/?next=/portaal/")


def test_it_works_without_scripts(chromium, kring_address, transactional_db, world):
    contact = a_portal(world)
    members.remove([contact], world.group("Coach - Energie"), by=world.by)
    with chromium.new_context(locale="nl-NL", java_script_enabled=False) as context:
        visitor = Visitor(context.new_page(), kring_address)
        visitor.sees(width=PHONE)
        visitor.goes_to("/portaal/")
        signs_in(visitor)
        news = visitor.page.get_by_role("listitem").filter(has_text="Onze nieuwsbrief")
        news.get_by_role("button", name="Aanmelden").click()
        visitor.page.get_by_text("U bent aangemeld voor").wait_for()
        assert world.members("Nieuwsbrief lezers") == {contact}
        assert visitor.troubles == []
