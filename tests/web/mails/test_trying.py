from __future__ import annotations

import pytest
from django.test import Client

from kring.accounts.actors import OPERATOR
from kring.accounts.models import User
from kring.actions.templates import TemplateTexts, create_template
from kring.mailing.models import OutgoingMail, Purpose, Template
from tests.browser import Visitor
from tests.world import World

WELCOME = TemplateTexts(
    "Welkom", "Dag {{ naam }}", "<p>Welkom {{ naam }} bij {{ groep }}.</p>"
)


@pytest.fixture
def client(client: Client, staff: User) -> Client:
    client.force_login(staff)
    return client


@pytest.fixture
def template(db) -> Template:
    return create_template(WELCOME, by=OPERATOR).template


def test_a_template_is_shown_as_a_contact_would_get_it(
    client: Client, world: World, template: Template
) -> None:
    world.contact("Aalbers")
    visser = world.contact("Visser")
    group = world.group("Koor", welcome_template=template.pk)
    page = client.get(f"/sjablonen/{template.pk}/voorbeeld/?contact={visser}")
    assert page.context["mail"].subject == "Dag Visser"
    assert page.context["asked"].group == group
    letter = client.get(f"/sjablonen/{template.pk}/weergave/?contact={visser}")
    assert "Welkom Visser bij Koor." in letter.content.decode()
    assert "Aalbers" not in letter.content.decode()
    assert "toegevoegd aan Koor" in letter.content.decode()


def test_the_link_to_leave_is_shown_and_leads_nowhere_yet(
    client: Client, world: World, template: Template
) -> None:
    world.contact("Aalbers")
    page = client.get(f"/sjablonen/{template.pk}/voorbeeld/")
    letter = client.get(f"/sjablonen/{template.pk}/weergave/").content.decode()
    assert "Afmelden voor mail" in letter
    assert "/afmelden/" in letter
    link = page.context["mail"].text.rstrip().rpartition("\n")[2]
    assert client.get(link[link.index("/afmelden/") :]).status_code == 404


def test_without_a_choice_the_first_contact_is_shown(
    client: Client, world: World, template: Template
) -> None:
    world.contacts("Visser", "Aalbers")
    page = client.get(f"/sjablonen/{template.pk}/voorbeeld/?contact=x&groep=geen")
    assert page.context["mail"].subject == "Dag Aalbers"
    assert page.context["asked"].group is None


def test_a_contact_is_found_by_searching(
    client: Client, world: World, template: Template
) -> None:
    world.contacts("Visser", "Aalbers")
    address = f"/sjablonen/{template.pk}/voorbeeld/?zoek=viss"
    found = client.get(address).context["found"]
    assert [one.name for one in found] == ["Visser"]


def test_that_more_are_found_than_are_shown_is_said(
    client: Client, world: World, template: Template
) -> None:
    world.contacts(*(f"Visser {number}" for number in range(8)))
    address = f"/sjablonen/{template.pk}/voorbeeld/?zoek=viss"
    assert "Er zijn er meer" not in client.get(address).content.decode()
    world.contact("Visser")
    page = client.get(address)
    assert len(page.context["found"]) == 8
    assert "Er zijn er meer" in page.content.decode()


def test_the_letter_alone_can_do_nothing(
    client: Client, world: World, template: Template
) -> None:
    world.contact("Visser")
    letter = client.get(f"/sjablonen/{template.pk}/weergave/")
    policy = letter["Content-Security-Policy"]
    for rule in ("default-src 'none'", "sandbox", "form-action 'none'"):
        assert rule in policy
    assert "script-src" not in policy
    assert letter["X-Frame-Options"] == "SAMEORIGIN"


def test_a_text_from_before_texts_were_checked_says_what_is_wrong(
    client: Client, world: World, template: Template
) -> None:
    world.contact("Visser")
    Template.objects.update(body="Dag {{ voornam }}")
    page = client.get(f"/sjablonen/{template.pk}/voorbeeld/").content.decode()
    assert "Bedoel je {{ voornaam }}?" in page
    assert client.get(f"/sjablonen/{template.pk}/weergave/").content == b""


def test_without_contacts_there_is_nothing_to_show(
    client: Client, template: Template
) -> None:
    page = client.get(f"/sjablonen/{template.pk}/voorbeeld/").content.decode()
    assert "Er zijn nog geen contacten" in page


def test_a_test_mail_is_put_in_the_outbox_for_who_asks(
    client: Client, world: World, template: Template, staff: User
) -> None:
    visser = world.contact("Visser")
    address = f"/sjablonen/{template.pk}/proefmail/"
    assert client.get(address).status_code == 405
    asked = {"contact": visser, "groep": "geen"}
    page = client.post(address, asked, follow=True).content.decode()
    assert staff.email in page
    mail = OutgoingMail.objects.get()
    assert (mail.purpose, mail.contact, mail.address) == (
        Purpose.TEST,
        visser,
        staff.email,
    )


def test_a_reader_looks_and_sends_nothing(
    client: Client, world: World, template: Template, reader: User
) -> None:
    world.contact("Visser")
    client.force_login(reader)
    page = client.get(f"/sjablonen/{template.pk}/voorbeeld/").content.decode()
    assert "Dag Visser" in page
    assert "proefmail" not in page
    assert client.post(f"/sjablonen/{template.pk}/proefmail/").status_code == 403
    assert not OutgoingMail.objects.exists()


def test_the_preview_takes_a_few_queries_however_many_contacts_there_are(
    client: Client, world: World, template: Template, django_assert_max_num_queries
) -> None:
    world.contacts(*(f"Lid {number}" for number in range(40)))
    world.group("Koor", welcome_template=template.pk)
    with django_assert_max_num_queries(22):
        client.get(f"/sjablonen/{template.pk}/voorbeeld/?zoek=lid")


def test_a_visitor_looks_at_a_template(
    visitor: Visitor, world: World, staff: User
) -> None:
    template = create_template(WELCOME, by=OPERATOR).template
    world.contacts("Visser", "Aalbers")
    world.group("Koor", welcome_template=template.pk)
    visitor.signs_in(staff)
    visitor.goes_to(f"/sjablonen/{template.pk}/voorbeeld/")
    page = visitor.page
    frame = page.frame_locator("iframe")
    frame.get_by_text("Welkom Aalbers bij Koor.").wait_for()
    page.get_by_label("Contacten zoeken").fill("visser")
    page.get_by_role("button", name="Tonen").click()
    page.get_by_role("link", name="Kies Visser").click()
    frame.get_by_text("Welkom Visser bij Koor.").wait_for()
    page.get_by_text("Als platte tekst").click()
    visitor.finds_no_fault("template-preview")
    page.get_by_role("button", name="Stuur mij een proefmail").click()
    page.get_by_text("Er is een proefmail onderweg").wait_for()
