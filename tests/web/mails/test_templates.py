from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from playwright.sync_api import Browser

from kring.accounts.models import User
from kring.actions.templates import LARGEST_ATTACHMENT
from kring.mailing.models import Template
from kring.mailing.plain_text import plain_text
from kring.ui.announcements import undo_address_of
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


def test_what_is_wrong_in_subject_and_text_is_told_at_once(client: Client) -> None:
    wrong = {"subject": "Dag {{ voornaamm }}", "body": "In {{ woonplats }}"}
    page = client.post("/sjablonen/nieuw/", {**TEXTS, **wrong})
    told = page.context["form"].errors
    assert "voornaamm" in str(told["subject"])
    assert "woonplats" in str(told["body"])


def test_each_act_on_a_template_is_undone_in_its_place(client: Client) -> None:
    def undone(page: str) -> None:
        told = client.get(page).context["messages"]
        [address] = [undo_address_of(one) for one in told]
        client.post(address, headers={"referer": f"http://testserver{page}"})

    client.post("/sjablonen/nieuw/", TEXTS)
    template = Template.objects.get()
    client.get("/sjablonen/")
    client.post(f"/sjablonen/{template.pk}/", {**TEXTS, "subject": "Hoi"})
    undone("/sjablonen/")
    assert Template.objects.get().subject == "Welkom bij ons"
    client.get("/sjablonen/")
    client.post(f"/sjablonen/{template.pk}/verwijderen/")
    undone("/sjablonen/")
    assert Template.objects.get().name == "Welkom"
    client.get("/sjablonen/")
    answer = client.post(f"/sjablonen/{template.pk}/kopie/")
    undone(answer["Location"])
    assert Template.objects.get() == template


def test_who_saves_after_somebody_else_is_told_so_and_may_save_all_the_same(
    client: Client,
) -> None:
    client.post("/sjablonen/nieuw/", TEXTS)
    address = f"/sjablonen/{Template.objects.get().pk}/"
    seen = client.get(address).context["form"]["seen"].value()
    client.post(address, {**TEXTS, "subject": "Van een ander", "seen": seen})
    mine = {**TEXTS, "subject": "Van mij"}
    page = client.post(address, {**mine, "seen": seen})
    assert "Iemand anders heeft dit sjabloon intussen" in page.content.decode()
    assert "Van mij" in page.content.decode()
    assert Template.objects.get().subject == "Van een ander"
    client.post(address, {**mine, "seen": page.context["form"]["seen"].value()})
    assert Template.objects.get().subject == "Van mij"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("<p>Beste&nbsp;{{ voornaam }}</p>", "<p>Beste {{ voornaam }}</p>"),
        ("<p>a</p><p>&nbsp;</p><p>b</p>", "<p>a</p><p>&nbsp;</p><p>b</p>"),
        ("<p>a&nbsp;&nbsp;b</p>", "<p>a&nbsp;&nbsp;b</p>"),
    ],
)
def test_a_space_that_the_editor_made_unbreakable_breaks_again(
    client: Client, written: str, kept: str
) -> None:
    client.post("/sjablonen/nieuw/", {**TEXTS, "body": written})
    assert Template.objects.get().body == kept


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


def test_a_field_that_does_not_exist_is_refused_where_it_stands(client: Client) -> None:
    wrong = {**TEXTS, "subject": "Dag {{ voornam }}", "body": "x\n{% for y %}"}
    page = client.post("/sjablonen/nieuw/", wrong).content.decode()
    assert "Bedoel je {{ voornaam }}?" in page
    right = {**wrong, "subject": "Dag"}
    page = client.post("/sjablonen/nieuw/", right).content.decode()
    assert "Regel 2, bij" in page
    assert "{% for y %}" in page
    assert not Template.objects.exists()


def test_a_file_goes_along_until_it_is_taken_away(client: Client) -> None:
    file = SimpleUploadedFile("kaart.pdf", b"%PDF")
    client.post("/sjablonen/nieuw/", {**TEXTS, "attachment": file})
    template = Template.objects.get()
    address = f"/sjablonen/{template.pk}/"
    assert "kaart.pdf weghalen" in client.get(address).content.decode()
    client.post(address, {**TEXTS, "subject": "Hoi"})
    assert bytes(Template.objects.get().attachment) == b"%PDF"
    assert "met bijlage" in client.get("/sjablonen/").content.decode()
    client.post(address, {**TEXTS, "without_attachment": "on"})
    assert Template.objects.get().attachment_name == ""


def test_a_file_that_is_too_large_is_refused_with_the_limit(client: Client) -> None:
    file = SimpleUploadedFile("film.mp4", b"x" * (LARGEST_ATTACHMENT + 1))
    page = client.post("/sjablonen/nieuw/", {**TEXTS, "attachment": file})
    told = str(page.context["form"].errors["attachment"])
    assert "is 5,1" in told
    assert "hoogstens 5\N{NO-BREAK SPACE}MB" in told
    assert not Template.objects.exists()


def test_who_is_refused_for_something_else_chooses_the_file_again(
    client: Client,
) -> None:
    file = SimpleUploadedFile("kaart.pdf", b"%PDF")
    page = client.post("/sjablonen/nieuw/", {**TEXTS, "name": "", "attachment": file})
    assert "Kies het bestand nog een keer." in page.content.decode()


def test_who_saw_other_texts_overwrites_nothing(client: Client) -> None:
    client.post("/sjablonen/nieuw/", TEXTS)
    address = f"/sjablonen/{Template.objects.get().pk}/"
    seen = client.get(address).context["form"]["seen"].value()
    client.post(address, {**TEXTS, "subject": "Eerst", "seen": seen})
    late = {**TEXTS, "subject": "Later", "seen": seen}
    page = client.post(address, late).content.decode()
    assert Template.objects.get().subject == "Eerst"
    assert "Later" in page


def test_a_template_is_copied(client: Client) -> None:
    client.post("/sjablonen/nieuw/", TEXTS)
    address = f"/sjablonen/{Template.objects.get().pk}/kopie/"
    assert client.get(address).status_code == 405
    page = client.post(address, follow=True).content.decode()
    assert "Welkom (kopie)" in page
    assert Template.objects.count() == 2


def test_the_list_says_which_groups_use_a_template_in_a_few_queries(
    client: Client, world: World, django_assert_max_num_queries
) -> None:
    for number in range(5):
        client.post("/sjablonen/nieuw/", {**TEXTS, "name": f"Welkom {number}"})
    for template in Template.objects.all():
        world.group(f"Koor {template.name}", welcome_template=template.pk)
    with django_assert_max_num_queries(8):
        page = client.get("/sjablonen/").content.decode()
    assert "Koor Welkom 3" in page


def test_long_names_and_subjects_are_read_on_a_phone(
    visitor: Visitor, staff: User, client: Client
) -> None:
    client.post(
        "/sjablonen/nieuw/",
        {
            **TEXTS,
            "name": "Belangstelling voor het warmtenet",
            "subject": "We houden u op de hoogte van alles over het warmtenet",
        },
    )
    visitor.signs_in(staff)
    visitor.goes_to("/sjablonen/")
    visitor.finds_no_fault("templates-long")


def test_a_visitor_makes_a_template(visitor: Visitor, staff: User) -> None:
    visitor.signs_in(staff)
    visitor.goes_to("/sjablonen/")
    visitor.finds_no_fault("templates-empty")
    visitor.page.get_by_role("link", name="+ Nieuw sjabloon").click()
    visitor.page.get_by_label("Naam").fill("Welkom")
    visitor.page.get_by_label("Onderwerp").fill("Welkom bij ons")
    visitor.page.get_by_role("textbox", name="Tekst").fill("Fijn dat je er bent.")
    visitor.finds_no_fault("template")
    visitor.page.get_by_role("button", name="Opslaan", exact=True).click()
    visitor.page.get_by_text("Welkom is opgeslagen.").wait_for()
    visitor.finds_no_fault("templates")
    assert Template.objects.get().body == "<p>Fijn dat je er bent.</p>"


def test_a_visitor_puts_fields_in_where_the_cursor_is(
    visitor: Visitor, staff: User
) -> None:
    visitor.signs_in(staff)
    visitor.goes_to("/sjablonen/nieuw/")
    page = visitor.page
    page.get_by_label("Naam").fill("Welkom")
    page.get_by_text("Velden die per lezer worden ingevuld").click()
    page.get_by_label("Onderwerp").fill("Dag ")
    page.get_by_role("button", name="{{ voornaam }}", exact=True).click()
    page.get_by_role("textbox", name="Tekst").click()
    page.keyboard.type("Beste ")
    page.get_by_role("button", name="{{ naam }}").click()
    visitor.finds_no_fault("template-fields")
    page.get_by_role("button", name="Opslaan", exact=True).click()
    page.get_by_text("Welkom is opgeslagen.").wait_for()
    template = Template.objects.get()
    assert template.subject == "Dag {{ voornaam }}"
    assert plain_text(template.body) == "Beste {{ naam }}"


def test_a_visitor_lays_a_text_out(visitor: Visitor, staff: User) -> None:
    visitor.signs_in(staff)
    visitor.goes_to("/sjablonen/nieuw/")
    page = visitor.page
    page.get_by_role("textbox", name="Tekst").click()
    page.get_by_role("button", name="Vet").click()
    page.keyboard.type("Fijn")
    page.get_by_role("button", name="Vet").click()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Kop").click()
    page.keyboard.type("Wat nu")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Lijst").click()
    page.keyboard.type("lees ")
    page.get_by_role("button", name="Link", exact=True).click()
    page.get_by_label("Adres van de link").fill("example.org")
    visitor.finds_no_fault("template-laid-out")
    page.get_by_label("Adres van de link").press("Enter")
    html = page.evaluate("document.querySelector('textarea').value")
    assert "<p><b>Fijn</b>" in html
    assert plain_text(html) == (
        "Fijn\n\nWat nu\n\n- lees example.org (https://example.org)"
    )


def test_what_is_pasted_brings_no_styles_and_no_scripts(
    visitor: Visitor, staff: User
) -> None:
    visitor.signs_in(staff)
    visitor.goes_to("/sjablonen/nieuw/")
    visitor.page.get_by_role("textbox", name="Tekst").click()
    visitor.page.evaluate(PASTE, PASTED)
    html = visitor.page.evaluate("document.querySelector('textarea').value")
    assert html == "<p>Dag <b>vet</b> x <a>y</a></p>"


def test_without_scripts_html_is_typed(
    chromium: Browser, kring_address: str, transactional_db: None, staff: User
) -> None:
    with chromium.new_context(java_script_enabled=False) as context:
        visitor = Visitor(context.new_page(), kring_address)
        visitor.signs_in(staff)
        visitor.goes_to("/sjablonen/nieuw/")
        visitor.page.get_by_label("Naam").fill("Welkom")
        visitor.page.get_by_label("Onderwerp").fill("Dag")
        visitor.page.get_by_role("textbox", name="Tekst").fill(
            "<p>Dag {{ voornaam }}</p>"
        )
        visitor.page.get_by_role("button", name="Opslaan", exact=True).click()
        assert Template.objects.get().body == "<p>Dag {{ voornaam }}</p>"


PASTED = (
    '<p style="color:red" onclick="alert(1)">Dag <b>vet</b><script>alert(2)</script>'
    "<span style='font-weight:900'> x</span> <a href=\"javascript:alert(3)\">y</a></p>"
)
PASTE = """(html) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  const event = { clipboardData: data, bubbles: true, cancelable: true };
  const root = document.querySelector("[contenteditable]");
  root.dispatchEvent(new ClipboardEvent("paste", event));
}"""
