"""Administrators set up the senders that mail may come from."""

from __future__ import annotations

import pytest
from django.test import Client

from kring.accounts.models import User
from kring.actions import groups
from kring.groups.models import Group
from kring.mailing.models import Mailbox
from tests.browser import Visitor
from tests.mailing.mails import to_groups
from tests.world import World

KOOR = {"name": "Koor De Kring", "address": "koor@example.org"}


@pytest.fixture
def client(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


def a_sender() -> Mailbox:
    return Mailbox.objects.create(**KOOR)


def test_a_sender_is_set_up_and_changed(client: Client):
    client.post("/instellingen/afzenders/nieuw/", KOOR)
    box = Mailbox.objects.get()
    assert str(box) == "Koor De Kring <koor@example.org>"
    client.post(f"/instellingen/afzenders/{box.pk}/", {**KOOR, "name": "Het  koor"})
    page = client.get("/instellingen/").content.decode()
    assert "Het koor" in page
    assert "koor@example.org" in page


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "verplicht"),
        ({"name": "x" * 201}, "te lang"),
        ({"name": "\u200b"}, "Geef de afzender een naam"),
        ({"address": ""}, "verplicht"),
        ({"address": "koor"}, "is geen e-mailadres"),
        ({"address": "koor@example.org\r\nBcc: x@example.org"}, "geen e-mailadres"),
        ({}, "Er is al een afzender"),
    ],
)
def test_what_cannot_be_a_sender_is_refused_and_stays_typed(
    client: Client, wrong: dict[str, str], sentence: str
):
    a_sender()
    given = {**KOOR, **wrong}
    page = client.post("/instellingen/afzenders/nieuw/", given).content.decode()
    assert sentence in page
    assert Mailbox.objects.count() == 1


def test_a_sender_that_nothing_comes_from_is_removed(client: Client, world: World):
    box = a_sender()
    sent = to_groups(mailbox=box, state="done")
    gone = world.group("Oud")
    Group.objects.filter(pk=gone).update(welcome_mailbox=box)
    groups.delete_group(gone, by=world.by)
    client.post(f"/instellingen/afzenders/{box.pk}/verwijderen/")
    assert not Mailbox.objects.exists()
    sent.refresh_from_db()
    assert sent.mailbox is None


def test_a_sender_that_mail_still_comes_from_is_not_removed(
    client: Client, world: World
):
    box = a_sender()
    Group.objects.filter(pk=world.group("Koor")).update(welcome_mailbox=box)
    to_groups(mailbox=box, subject="Zomernieuws")
    address = f"/instellingen/afzenders/{box.pk}/verwijderen/"
    page = client.post(address, follow=True).content.decode()
    assert "Koor" in page
    assert "Zomernieuws" in page
    assert Mailbox.objects.exists()


def test_a_sender_that_is_not_there_is_not_found(client: Client):
    assert client.get("/instellingen/afzenders/7/").status_code == 404
    assert client.post("/instellingen/afzenders/7/verwijderen/").status_code == 404


def test_nothing_is_removed_by_looking(client: Client):
    box = a_sender()
    address = f"/instellingen/afzenders/{box.pk}/verwijderen/"
    assert client.get(address).status_code == 405
    assert Mailbox.objects.exists()


def test_only_administrators_see_the_settings(client: Client, staff: User):
    assert "/instellingen/" in client.get("/groepen/").content.decode()
    client.force_login(staff)
    assert client.get("/instellingen/").status_code == 403
    assert client.post("/instellingen/afzenders/nieuw/", KOOR).status_code == 403
    assert "/instellingen/" not in client.get("/groepen/").content.decode()
    assert not Mailbox.objects.exists()


def test_a_visitor_sets_up_a_sender(visitor: Visitor, admin: User):
    visitor.signs_in(admin)
    visitor.goes_to("/instellingen/")
    visitor.finds_no_fault("settings-empty")
    visitor.page.get_by_role("link", name="+ Nieuwe afzender").click()
    visitor.page.get_by_label("Naam").fill(KOOR["name"])
    visitor.page.get_by_label("E-mailadres").fill(KOOR["address"])
    visitor.finds_no_fault("sender")
    visitor.page.get_by_role("button", name="Opslaan").click()
    visitor.page.get_by_text("Koor De Kring is opgeslagen.").wait_for()
    visitor.finds_no_fault("settings")
