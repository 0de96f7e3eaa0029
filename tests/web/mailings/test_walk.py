"""With a browser: a mail is written, looked at, sent, paused and resumed."""

from __future__ import annotations

import pytest
from django.db import connection
from django.utils import timezone

from kring.accounts.models import User
from kring.actions import mailing_rounds
from kring.actions.templates import Attachment, TemplateTexts, create_template
from kring.contacts.models import Contact
from kring.mailing.models import Mailing, OutgoingMail
from kring.outbox import queue
from tests.browser import DESK, PHONE, Visitor
from tests.mailings import give_address, letter, members
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


def takes_a_template_over(visitor: Visitor, singers: World) -> None:
    folder = Attachment("Folder zomerfeest.pdf", b"%PDF-1.7")
    texts = TemplateTexts("Zomer", "De zomer", "<p>Dag</p>", attachment=folder)
    create_template(texts, by=singers.by)
    page = visitor.page
    visitor.goes_to(f"/mail-aan-groep/nieuw/?groep={singers.group('Leden')}")
    page.get_by_label("Begin met een sjabloon").select_option("Zomer")
    page.get_by_role("button", name="Overnemen").click()
    page.get_by_label("Deze bijlage niet meesturen").wait_for()
    visitor.finds_no_fault("mailing-with-a-file")


def test_a_visitor_begins_with_a_template_and_its_attachment(
    visitor: Visitor, staff: User, singers: World
) -> None:
    visitor.signs_in(staff)
    takes_a_template_over(visitor, singers)
    page = visitor.page
    page.get_by_role("button", name="Concept opslaan").click()
    page.get_by_text("Met bijlage: Folder zomerfeest.pdf").wait_for()
    visitor.finds_no_fault("mailing-draft-with-a-file")
    page.get_by_role("link", name="Bekijk hem als ontvanger").click()
    page.get_by_text("Folder zomerfeest.pdf").wait_for()
    letter = page.frame_locator("iframe.letter-frame")
    letter.get_by_role("link", name="Afmelden voor mail").wait_for()
    visitor.finds_no_fault("mailing-preview-with-a-file")
    page.get_by_role("link", name="De zomer").click()
    page.get_by_role("link", name="Bewerken").click()
    page.get_by_label("Deze bijlage niet meesturen").check()
    page.get_by_role("button", name="Concept opslaan").click()
    page.get_by_text("De mail is bewaard als concept.").wait_for()
    assert page.get_by_text("Met bijlage").count() == 0


def test_a_visitor_reads_why_a_mail_did_not_go(
    visitor: Visitor, staff: User, singers: World
) -> None:
    draft = letter(singers, "Leden", subject="De zomer begint")
    Mailing.objects.update(
        state="scheduled",
        scheduled_at=timezone.now(),
        created_by=staff,
        body="<p>Dag {{ voornam }}</p>",
    )
    mailing_rounds.begin_due_mailings()
    visitor.signs_in(staff)
    visitor.goes_to(f"/mail-aan-groep/{draft.pk}/")
    visitor.page.get_by_text("maar dat is niet gebeurd").wait_for()
    visitor.finds_no_fault("mailing-missed")
    notice = OutgoingMail.objects.get(purpose="notice")
    visitor.goes_to(f"/uitgaande-mail/{notice.pk}/")
    frame = visitor.page.frame_locator("iframe.letter")
    frame.get_by_text("dat kan Kring niet lezen").wait_for()
    visitor.finds_no_fault("mail-of-a-missed-mailing")
