from __future__ import annotations

import pytest
from django.test import Client

from kring.accounts.models import User
from kring.mailing.models import Template
from tests.browser import Visitor
from tests.world import World

TEXTS = {"name": "Welkom", "subject": "Welkom bij ons", "body": "Beste {{ voornaam }},"}


@pytest.fixture
def client(client: Client, staff: User) -> Client:
    client.force_login(staff)
    return client


def test_a_template_is_made_and_changed(client: Client) -> None:
    client.post("/sjablonen/nieuw/", TEXTS)
    template = Template.objects.get()
    assert (template.name, template.body) == ("Welkom", "Beste {{ voornaam }},")
    client.post(f"/sjablonen/{template.pk}/", {**TEXTS, "subject": "Hoi"})
    page = client.get("/sjablonen/").content.decode()
    assert "Hoi" in page


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "verplicht"),
        ({"name": "x" * 201}, "te lang"),
        ({"subject": "x" * 201}, "te lang"),
        ({"name": "WELKOM"}, "al een sjabloon"),
        ({"body": "   "}, "Schrijf de tekst"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_what_was_typed_stays(
    client: Client, wrong: dict[str, str], sentence: str
) -> None:
    client.post("/sjablonen/nieuw/", TEXTS)
    texts = {"name": "Nieuw", "subject": "Ander", "body": "Getypte tekst", **wrong}
    page = client.post("/sjablonen/nieuw/", texts).content.decode()
    assert Template.objects.count() == 1
    assert sentence in page
    assert texts["subject"] in page


def test_a_template_in_use_is_not_deleted(client: Client, world: World) -> None:
    client.post("/sjablonen/nieuw/", TEXTS)
    template = Template.objects.get()
    world.group("Koor", welcome_template=template.pk)
    address = f"/sjablonen/{template.pk}/verwijderen/"
    page = client.post(address, follow=True).content.decode()
    assert "Koor" in page
    assert Template.objects.exists()


def test_a_template_that_nobody_uses_is_deleted(client: Client) -> None:
    client.post("/sjablonen/nieuw/", TEXTS)
    client.post(f"/sjablonen/{Template.objects.get().pk}/verwijderen/")
    assert not Template.objects.exists()


def test_nothing_is_deleted_by_looking(client: Client) -> None:
    client.post("/sjablonen/nieuw/", TEXTS)
    address = f"/sjablonen/{Template.objects.get().pk}/verwijderen/"
    assert client.get(address).status_code == 405
    assert client.get("/sjablonen/77/").status_code == 404


def test_a_reader_looks_and_changes_nothing(client: Client, reader: User) -> None:
    client.post("/sjablonen/nieuw/", TEXTS)
    client.force_login(reader)
    page = client.get("/sjablonen/").content.decode()
    assert "Welkom bij ons" in page
    assert "nieuw/" not in page
    assert client.get("/sjablonen/nieuw/").status_code == 403


def test_a_visitor_makes_a_template(visitor: Visitor, staff: User) -> None:
    visitor.signs_in(staff)
    visitor.goes_to("/sjablonen/")
    visitor.finds_no_fault("templates-empty")
    visitor.page.get_by_role("link", name="+ Nieuw sjabloon").click()
    visitor.page.get_by_label("Naam").fill("Welkom")
    visitor.page.get_by_label("Onderwerp").fill("Welkom bij ons")
    visitor.page.get_by_label("Tekst").fill("Fijn dat je er bent.")
    visitor.finds_no_fault("template")
    visitor.page.get_by_role("button", name="Opslaan").click()
    visitor.page.get_by_text("Welkom is opgeslagen.").wait_for()
    visitor.finds_no_fault("templates")
