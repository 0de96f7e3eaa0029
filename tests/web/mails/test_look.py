"""The pages about outgoing mail in a browser, in every look."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from kring.accounts.models import User
from kring.actions.bounces import Returned, note_returned
from kring.actions.contacts import create_contact
from kring.mailing.models import OutgoingMail
from tests.browser import PHONE, Visitor
from tests.outgoing import mail, sent
from tests.world import World

HTML = (
    '<!DOCTYPE html><html lang="nl"><head><title>Welkom</title></head>'
    '<body style="font-family:sans-serif"><h1 style="color:#0b6e5d">Welkom, Ans</h1>'
    "<p>Wat fijn dat u energiecoach wordt.</p>"
    '<p><a href="https://dekring.example/">Naar het portaal</a></p></body></html>'
)


@pytest.fixture
def told(world: World, staff: User, visitor: Visitor) -> Visitor:
    """Mails in every state, of a group whose responsible is Anna."""
    coaches = world.group("Coach - Energie", responsible=staff.pk)
    ans, ben = (
        create_contact(
            {"first_name": first, "last_name": last, "email": f"{first}@example.nl"},
            by=world.by,
        )
        for first, last in (("Ans", "Aalbers"), ("Ben", "van der Bos"))
    )
    at = datetime(2026, 5, 3, 12, 5, tzinfo=UTC)
    sent(ans, coaches, at=at, html=HTML)
    mail(ben, coaches, at=at, state="skipped", skip="no_address")
    mail(ben, coaches, at=at, state="cancelled")
    mail(ans, coaches, at=at + timedelta(minutes=3), attempts=2)
    mail(ben, coaches, state="failed", answer="550 5.1.1 <ben@example.nl> unknown")
    sent(purpose="notice", change=None, subject="Drie mails zijn niet aangekomen")
    visitor.signs_in(staff)
    return visitor


def first(**facts: object) -> int:
    return OutgoingMail.objects.filter(**facts).order_by("pk")[0].pk


def test_the_pages_have_no_fault_in_any_look(told: Visitor, world: World) -> None:
    group, contact = world.group("Coach - Energie"), first(state="sent")
    reader = OutgoingMail.objects.get(pk=contact).contact
    for name, address in {
        "outgoing": "/uitgaande-mail/",
        "outgoing-none": "/uitgaande-mail/?toestand=held",
        "outgoing-failed": "/uitgaande-mail/?toestand=failed",
        "outgoing-cancel": "/uitgaande-mail/annuleren/?toestand=waiting",
        "mail-sent": f"/uitgaande-mail/{contact}/",
        "mail-skipped": f"/uitgaande-mail/{first(state='skipped')}/",
        "mail-failed": f"/uitgaande-mail/{first(state='failed')}/",
        "mail-waits": f"/uitgaande-mail/{first(state='waiting')}/",
        "group-mail": f"/groepen/{group}/mail/",
        "contact-mails": f"/contacten/{reader}/",
        "contact-timeline": f"/contacten/{reader}/tijdlijn/",
        "postbox": "/postbus/",
        "postbox-mail": f"/postbus/{contact}/",
    }.items():
        told.goes_to(address)
        told.finds_no_fault(name)


def test_a_complaint_is_told_in_every_look(told: Visitor) -> None:
    unwanted = first(state="sent", purpose="welcome")
    note_returned([Returned("ans@example.nl", is_complaint=True)])
    ans = OutgoingMail.objects.get(pk=unwanted).contact
    for name, address in {
        "contact-complained": f"/contacten/{ans}/",
        "mail-unwanted": f"/uitgaande-mail/{unwanted}/",
        "mail-to-who-complained": f"/uitgaande-mail/{first(state='waiting')}/",
    }.items():
        told.goes_to(address)
        told.page.get_by_text("als ongewenst gemeld").first.wait_for()
        told.finds_no_fault(name)


def test_the_mail_is_read_in_its_frame_and_runs_nothing(told: Visitor) -> None:
    one = first(state="sent")
    script = HTML.replace("<h1", "<script>document.body.remove()</script><h1")
    OutgoingMail.objects.filter(pk=one).update(html=script)
    told.goes_to(f"/uitgaande-mail/{one}/")
    letter = told.page.frame_locator("iframe.letter")
    expect(letter.get_by_role("heading", name="Welkom, Ans")).to_be_visible()
    colour = letter.get_by_role("heading").evaluate(
        "one => getComputedStyle(one).color"
    )
    assert colour == "rgb(11, 110, 93)"
    told.was_told("Blocked script execution")


def test_on_a_phone_one_walks_from_the_list_to_a_mail_and_sends_it_again(
    told: Visitor,
) -> None:
    told.sees(width=PHONE)
    page = told.page
    told.goes_to("/uitgaande-mail/?toestand=failed")
    page.get_by_role("link", name="Welkom als coach").click()
    page.get_by_role("button", name="Opnieuw versturen").click()
    expect(page.get_by_text("De mail gaat opnieuw uit")).to_be_visible()
    page.get_by_role("button", name="Deze mail annuleren").click()
    expect(page.get_by_text("Deze mail is geannuleerd")).to_be_visible()


def test_the_name_of_a_state_is_never_broken_on_a_phone(told: Visitor) -> None:
    told.sees(width=PHONE)
    told.goes_to("/uitgaande-mail/")
    words = "links => links.map(link => link.lastChild.textContent.trim())"
    lines = """links => links.map(link => {
        const word = document.createRange();
        word.selectNodeContents(link.lastChild);
        return new Set([...word.getClientRects()].map(box => box.top)).size;
    })"""
    numbers = told.page.locator(".numbers a")
    assert "Overgeslagen" in numbers.evaluate_all(words)
    assert set(numbers.evaluate_all(lines)) == {1}
