"""What staff reads of contacts that ask to be erased, in a real browser."""

from __future__ import annotations

from kring.accounts.actors import THE_CONTACT
from kring.accounts.models import User
from kring.actions import own_groups
from kring.actions.erasure_requests import Asker, ask_for_erasure
from kring.contacts.models import ErasureRequest
from tests.browser import Visitor
from tests.mailing.mails import person
from tests.world import World


def asked(world: World) -> int:
    contact = person(world, "Aalbers", "ans@example.org", first_name="Ans")
    asker = Asker("ans@example.org", "nl")
    note = "Ik verhuis naar het buitenland en doe niet meer mee."
    ask_for_erasure(contact, asker, note=note, by=THE_CONTACT)
    return contact


def test_staff_reads_a_request_and_declines(
    visitor: Visitor, world: World, staff: User
) -> None:
    contact = asked(world)
    visitor.signs_in(staff)
    page = visitor.page
    visitor.goes_to("/contacten/")
    page.get_by_role("link", name="Bekijk wie").click()
    page.get_by_role("heading", name="Wisverzoeken").wait_for()
    visitor.finds_no_fault("erasure-requests")
    visitor.goes_to(f"/contacten/{contact}/")
    visitor.finds_no_fault("erasure-contact")
    page.get_by_role("link", name="Wijs af…").click()
    page.get_by_label("Waarom niet?").fill("U bent nog lid.")
    visitor.finds_no_fault("erasure-declining")
    page.get_by_role("button", name="Wijs af en mail").click()
    page.get_by_text("Het verzoek van Ans Aalbers is afgewezen.").wait_for()
    assert ErasureRequest.objects.get().state == "declined"


def test_staff_says_why_it_lifts_what_a_contact_chose(
    visitor: Visitor, world: World, staff: User
) -> None:
    contact = person(world, "Aalbers", first_name="Ans")
    group = world.group(
        "Iedereen",
        {"everyone": True},
        visible_on_portal=True,
        editable_on_portal=True,
    )
    own_groups.leave(contact, group)
    visitor.signs_in(staff)
    page = visitor.page
    visitor.goes_to(f"/contacten/{contact}/")
    page.get_by_role("button", name="De uitzondering bij Iedereen opheffen").click()
    page.get_by_label("Reden").wait_for()
    visitor.finds_no_fault("own-choice")
    page.get_by_label("Reden").fill("Belde erover")
    page.get_by_role("button", name="Opheffen").click()
    page.get_by_text("De uitzondering is opgeheven").wait_for()
    assert world.members("Iedereen") == {contact}
