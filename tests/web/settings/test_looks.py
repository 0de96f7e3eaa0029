"""Administrators set how the portal looks, and see it before they save."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from playwright.sync_api import expect

from kring.accounts.actors import OPERATOR
from kring.accounts.models import User
from kring.actions.looks import edit_looks
from kring.cooperative.looks import Looks, looks, stored_looks
from kring.groups.models import Change
from tests.browser import PHONE, Visitor
from tests.cooperative.pictures import picture
from tests.portal.at_the_portal import ans, visitor_at

PAGE = "/instellingen/huisstijl/"
PREVIEW = "/instellingen/huisstijl/voorbeeld/"
GIVEN = {
    "name": "Delftse Energie",
    "accent": "#7a1f5c",
    "welcome_nl": "Welkom bij uw eigen energie.",
    "welcome_en": "Welcome to your own energy.",
    "groups_nl": "Doe mee!\nKijk op https://example.org.",
    "help_nl": "Vragen? Mail hulp@example.org.",
    "version": "0",
}


@pytest.fixture
def client(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


def file(content: bytes, name: str = "logo.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def shown(client: Client, address: str = PAGE, **given: object) -> str:
    page = client.post(address, {**GIVEN, **given}).content.decode()
    return re.sub(r"\s+", " ", page)


def test_what_is_saved_is_what_the_portal_shows(client: Client, world):
    told = client.post(
        PAGE, {**GIVEN, "logo": file(picture())}, follow=True
    ).content.decode()
    assert "Zo ziet het portaal er nu uit." in told
    assert "Ongedaan maken" in told
    page = Client().get("/portaal/inloggen/").content.decode()
    assert "Delftse Energie" in page
    assert "<title>" in page
    assert "Welkom bij uw eigen energie." in page
    assert 'href="mailto:hulp@example.org"' in page
    assert "/huisstijl/7a1f5c.css" in page
    assert f"/huisstijl/{looks().logo}.png" in page
    groups = visitor_at(ans(world)).get("/portaal/").content.decode()
    assert "Doe mee!<br>" in groups
    assert 'href="https://example.org"' in groups
    assert "Delftse Energie" in client.get("/groepen/").content.decode()


def test_the_texts_are_plain(client: Client):
    client.post(PAGE, {**GIVEN, "welcome_nl": "<b>Dag</b><script>x</script>"})
    page = Client().get("/portaal/inloggen/").content.decode()
    assert "&lt;b&gt;Dag&lt;/b&gt;" in page
    assert "<script>x" not in page


def test_who_reads_english_gets_the_english_text_and_else_the_dutch_one(
    client: Client,
):
    client.post(PAGE, GIVEN)
    reader = Client()
    reader.cookies["kring_language"] = "en"
    page = reader.get("/portaal/inloggen/").content.decode()
    assert "Welcome to your own energy." in page
    assert re.search(r'lang="nl">\s*<p>Vragen\?', page)


def test_undo_is_one_button(client: Client):
    told = client.post(PAGE, GIVEN, follow=True).content.decode()
    [address] = re.findall(r'action="(/wijzigingen/\d+/ongedaan-maken/)"', told)
    client.post(address)
    assert looks() == Looks()


def test_a_preview_shows_it_and_saves_nothing(client: Client):
    for page in (
        shown(client, PREVIEW, logo=file(picture())),
        shown(client, PAGE, look="1", logo=file(picture())),
    ):
        assert "Delftse Energie" in page
        assert "Welkom bij uw eigen energie." in page
        assert "Welcome to your own energy." in page
        assert "/huisstijl/voorbeeld/7a1f5c.css" in page
        assert 'src="data:image/png;base64,' in page
        assert "Aanmelden" in page
        assert "Join" in page
    assert looks() == Looks()
    assert stored_looks().version == 0
    assert not Change.objects.exists()


def test_a_preview_of_what_was_typed_stays_typed(client: Client):
    page = shown(client, look="1", name="Een & ander", logo=file(picture()))
    assert 'value="Een &amp; ander"' in page
    assert "Kies het bestand nog een keer" in page


def test_a_colour_that_is_hard_to_read_is_refused_with_the_nearest(client: Client):
    page = shown(client, accent="#ffd400")
    assert "moeilijk te lezen" in page
    [nearest] = set(re.findall(r'name="nearest" value="(#\w{6})"', page))
    assert looks() == Looks()
    taken = shown(client, accent="#ffd400", nearest=nearest)
    assert f'value="{nearest}"' in taken
    assert "moeilijk te lezen" not in taken
    assert looks() == Looks()
    client.post(PAGE, {**GIVEN, "accent": nearest})
    assert looks().accent == nearest


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (b"", "geen afbeelding"),
        (picture(size=(8, 8)), "8 bij 8 pixels"),
        (b"x" * (2 * 1024 * 1024 + 1), "te groot"),
    ],
)
def test_what_is_no_logo_is_refused_in_words(client: Client, content, sentence):
    for address in (PAGE, PREVIEW):
        assert sentence in shown(client, address, logo=file(content))
    assert looks() == Looks()


def test_the_logo_is_taken_away(client: Client):
    client.post(PAGE, {**GIVEN, "logo": file(picture())})
    assert looks().logo
    version = str(stored_looks().version)
    client.post(PAGE, {**GIVEN, "version": version})
    assert looks().logo
    client.post(PAGE, {**GIVEN, "version": version, "without_logo": "1"})
    assert looks().logo == ""


def test_two_who_edit_at_once_are_told_and_nothing_typed_is_lost(client: Client):
    edit_looks(Looks(name="Van een ander"), by=OPERATOR)
    page = shown(client)
    assert "Iemand anders" in page
    assert 'value="Delftse Energie"' in page
    assert looks().name == "Van een ander"
    [version] = re.findall(r'name="version" value="(\d+)"', page)
    client.post(PAGE, {**GIVEN, "version": version})
    assert looks().name == "Delftse Energie"


def test_only_administrators_see_and_change_it(client: Client, staff: User):
    client.force_login(staff)
    for address in (PAGE, PREVIEW):
        assert client.get(address).status_code == 403
        assert client.post(address, GIVEN).status_code == 403
    assert looks() == Looks()


def test_a_preview_is_asked_by_a_form(client: Client):
    assert client.get(PREVIEW).status_code == 405


def test_a_page_sees_what_another_process_saved(client: Client):
    edit_looks(Looks(name="Hier"), by=OPERATOR)
    assert 'value="Hier"' in client.get(PAGE).content.decode()


@pytest.fixture
def logo(tmp_path: Path) -> Path:
    path = tmp_path / "logo.png"
    path.write_bytes(picture(size=(640, 160), colour="#7a1f5c"))
    return path


def test_a_visitor_sees_the_portal_change_while_typing(
    visitor: Visitor, admin: User, logo: Path
):
    visitor.signs_in(admin)
    visitor.goes_to("/instellingen/")
    page = visitor.page
    page.get_by_role("link", name="Bekijken en wijzigen").click()
    visitor.finds_no_fault("looks-empty")
    visitor.sees()
    preview = page.locator("#preview")
    page.get_by_label("Naam van de coöperatie").fill("Delftse Energie")
    expect(preview.get_by_text("Delftse Energie").first).to_be_visible()
    page.get_by_label("Logo").set_input_files(logo)
    expect(preview.locator("img.brand-logo").first).to_be_visible()
    page.locator("#id_accent").fill("#ffd400")
    expect(preview.get_by_text("moeilijk te lezen")).to_be_visible()
    page.locator("#id_accent").fill("#7a1f5c")
    expect(preview.get_by_text("moeilijk te lezen")).to_be_hidden()
    visitor.finds_no_fault("looks-preview")
    assert looks() == Looks()


def test_what_a_visitor_saves_is_on_the_portal(
    visitor: Visitor, admin: User, logo: Path
):
    visitor.signs_in(admin)
    visitor.goes_to(PAGE)
    page = visitor.page
    page.get_by_label("Naam van de coöperatie").fill("Delftse Energie")
    page.get_by_label("Logo").set_input_files(logo)
    page.locator("#id_accent").fill("#7a1f5c")
    page.locator("#id_welcome_nl").fill(GIVEN["welcome_nl"])
    page.locator("#id_help_nl").fill(GIVEN["help_nl"])
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_text("Zo ziet het portaal er nu uit.")).to_be_visible()
    visitor.finds_no_fault("looks-saved")
    assert looks().accent == "#7a1f5c"
    visitor.goes_to("/portaal/")
    expect(page.get_by_text(GIVEN["welcome_nl"])).to_be_visible()
    visitor.finds_no_fault("portal-own-looks")


def test_without_scripts_a_button_shows_it(
    chromium, kring_address, transactional_db, admin
):
    with chromium.new_context(locale="nl-NL", java_script_enabled=False) as context:
        visitor = Visitor(context.new_page(), kring_address)
        visitor.sees(width=PHONE)
        visitor.signs_in(admin)
        visitor.goes_to(PAGE)
        page = visitor.page
        page.get_by_label("Naam van de coöperatie").fill("Delftse Energie")
        page.get_by_role("button", name="Voorbeeld tonen").click()
        expect(
            page.locator("#preview").get_by_text("Delftse Energie").first
        ).to_be_visible()
        assert looks() == Looks()
        page.get_by_role("button", name="Opslaan").click()
        expect(page.get_by_text("Zo ziet het portaal er nu uit.")).to_be_visible()
        assert looks().name == "Delftse Energie"
        assert visitor.troubles == []
