"""With a browser: a mail is written, looked at, sent, paused and resumed."""

from __future__ import annotations

import pytest
from django.db import connection
from django.utils import timezone

from kring.accounts.models import User
from kring.contacts.models import Contact
from kring.mailing.models import OutgoingMail
from kring.outbox import queue
from tests.browser import DESK, PHONE, Visitor
from tests.mailings import give_address, members
from tests.world import World


@pytest.fixture
def singers(transactional_db):
    world = World()
    world.group("Oud-leden")
    members(world, "Aalbers", "Bakker", "Cohen", "Dekker", group="Leden")
    jan, joke = members(world, "Visser", "Visser-Smit", group="Leden", reachable=False)
    give_address(jan, "thuis@kring.example")
    give_address(joke, "Thuis@kring.example")
    members(world, "Zijlstra", group="Leden", reachable=False)
    [gone] = members(world, "Mulder", group="Vrijwilligers")
    Contact.objects.filter(pk=gone).update(no_mail=True)
    Contact.objects.filter(last_name="Bakker").update(first_name="Ben")
    yield world
    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_jobs")


def writes(visitor: Visitor, singers: World) -> None:
    """A draft to Leden and Vrijwilligers, seen to be counted while choosing."""
    page = visitor.page
    visitor.goes_to(f"/groepen/{singers.group('Leden')}/leden/")
    page.get_by_role("link", name="Mail deze groep").click()
    page.get_by_text("6 mensen krijgen deze mail").wait_for()
    page.get_by_label("Aan", exact=True).fill("Vrij")
    page.keyboard.press("Enter")
    page.get_by_text("2 contacten in deze groepen krijgen hem niet").wait_for()
    page.keyboard.press("Escape")
    page.get_by_label("er gaat één mail naar het adres").check()
    page.get_by_text("5 mensen krijgen deze mail").wait_for()
    page.get_by_label("Onderwerp").fill("De zomer begint")
    page.get_by_role("textbox", name="Tekst").click()
    page.keyboard.type("Beste {{ voornaam }}, kom je ook?")
    visitor.finds_no_fault("mailing-composing")
    page.get_by_role("button", name="Concept opslaan").click()
    page.get_by_text("De mail is bewaard als concept.").wait_for()
    visitor.finds_no_fault("mailing-draft")


def looks(visitor: Visitor) -> None:
    """Who is left out, and why."""
    page = visitor.page
    page.get_by_role("link", name="geen e-mailadres").click()
    page.get_by_text("Zijlstra").wait_for()
    page.get_by_role("link", name="krijgen hem niet").click()
    page.get_by_text("Visser krijgt hem").wait_for()
    visitor.finds_no_fault("mailing-left-out")
    page.get_by_role("link", name="5 krijgen hem").click()
    visitor.finds_no_fault("mailing-recipients")
    page.get_by_label("Zoeken").fill("dek")
    page.get_by_text("1 van de 5 gevonden").wait_for()
    page.get_by_role("link", name="De zomer begint").click()


def tries(visitor: Visitor) -> None:
    """How two recipients see the mail, and a test."""
    page = visitor.page
    page.get_by_role("link", name="Bekijk hem als ontvanger").click()
    page.get_by_role("heading", name="Aalbers").wait_for()
    page.get_by_role("link", name="Volgende").click()
    page.get_by_role("heading", name="Bakker, Ben").wait_for()
    letter = page.frame_locator("iframe.letter-frame")
    letter.get_by_text("Beste Ben, kom je ook?").wait_for()
    visitor.finds_no_fault("mailing-preview")
    page.get_by_role("button", name="Stuur mij een proefmail").click()
    page.get_by_text("onderweg naar anna@kring.example").wait_for()


def sends(visitor: Visitor) -> None:
    page = visitor.page
    page.get_by_role("link", name="De zomer begint").click()
    page.get_by_role("link", name="Versturen…").click()
    visitor.finds_no_fault("mailing-sending")
    page.get_by_role("button", name="Verstuur aan 5 mensen").click()
    page.get_by_role("heading", name="Wordt verstuurd").wait_for()
    visitor.finds_no_fault("mailing-progress")


def one_goes() -> None:
    """As the worker does it."""
    mail = OutgoingMail.objects.filter(purpose="mailing", state="waiting")[0]
    queue.claim(mail, now=timezone.now())
    queue.record_sent(mail, now=timezone.now(), answer="250 OK")


def pauses(visitor: Visitor) -> None:
    page = visitor.page
    one_goes()
    # It is asked again by itself.
    page.locator(".numbers-line").get_by_text("4", exact=True).wait_for()
    page.get_by_role("button", name="Pauzeren").click()
    page.get_by_role("heading", name="Gepauzeerd").wait_for()
    visitor.finds_no_fault("mailing-paused")
    page.get_by_role("button", name="Hervatten").click()
    page.get_by_role("heading", name="Wordt verstuurd").wait_for()
    page.get_by_role("link", name="Stop de rest…").click()
    visitor.finds_no_fault("mailing-stopping")


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_visitor_mails_a_group(
    visitor: Visitor, staff: User, singers: World, width: int
) -> None:
    visitor.signs_in(staff)
    visitor.goes_to("/mail-aan-groep/")
    visitor.finds_no_fault("mailings-empty")
    visitor.sees(width=width)
    writes(visitor, singers)
    visitor.sees(width=width)
    looks(visitor)
    visitor.sees(width=width)
    tries(visitor)
    visitor.sees(width=width)
    sends(visitor)
    pauses(visitor)
    visitor.goes_to("/mail-aan-groep/")
    visitor.finds_no_fault("mailings")
    assert OutgoingMail.objects.filter(state="waiting", purpose="mailing").count() == 4
