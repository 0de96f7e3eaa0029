"""The manual's page, step by step, in a browser."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from kring.actions.templates import TemplateTexts, create_template
from kring.groups.models import Group
from kring.groups.settings import GroupSettings, settings_of
from kring.mailing.models import Template
from tests.browser import Visitor
from tests.world import World

PARTS = "Samengesteld uit"
REMOVED = "behalve wie zit in"


@pytest.fixture
def at_groups(visitor: Visitor, cooperative: World, staff) -> Visitor:
    visitor.signs_in(staff)
    visitor.goes_to("/contacten/")
    visitor.page.get_by_role("link", name="Groepen beheer").click()
    return visitor


@pytest.fixture
def new_group(at_groups: Visitor) -> Page:
    at_groups.page.get_by_role("link", name="+").click()
    return at_groups.page


def choose(page: Page, label: str, *groups: str) -> None:
    page.wait_for_load_state()
    box = page.get_by_label(label, exact=True)
    for group in groups:
        box.fill(group)
        page.get_by_role("option", name=group, exact=True).click()
    page.keyboard.press("Escape")


@pytest.fixture
def welcome(world: World) -> str:
    mail = TemplateTexts("Welkom", "Welkom", "Fijn dat je er bent.")
    return create_template(mail, by=world.by).template.name


def fill_in_all_twelve(page: Page, template: str) -> None:
    page.get_by_label("Naam", exact=True).fill("Iedereen")
    page.get_by_label("Omschrijving", exact=True).fill("Wie meedoet")
    page.get_by_label("Verantwoordelijke", exact=True).select_option("Anna Visser")
    page.get_by_label("Startdatum", exact=True).fill("2026-05-03")
    page.get_by_label("Zichtbaar op portaal", exact=True).check()
    page.get_by_label("Zichtbaar bij contact", exact=True).check()
    page.get_by_label("Verstuur e-mail bij nieuwe contactkoppeling", exact=True).check()
    page.get_by_label("Sjabloon").select_option(template)
    page.get_by_label("Rol in buurtaanpak", exact=True).select_option("Is coach")
    choose(page, PARTS, "Leden", "Vrijwilligers")
    expect(page.get_by_label("Gesloten", exact=True)).not_to_be_checked()
    page.get_by_label("Datum gereed", exact=True).fill("2027-05-03")
    page.get_by_label("Veranderen op portaal", exact=True).check()


def test_a_composite_group_is_made_as_the_manual_says(at_groups, welcome, staff):
    page = at_groups.page
    page.get_by_role("link", name="+").click()
    expect(page.get_by_role("heading", name="Nieuwe groep")).to_be_visible()
    expect(page.get_by_label("Gemaakt op")).to_be_visible()
    fill_in_all_twelve(page, welcome)
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_role("heading", name="Iedereen")).to_be_visible()
    expect(page.locator("tbody tr td:first-child")).to_have_text(["Ada", "Ben", "Cas"])
    made = settings_of(Group.objects.get(name="Iedereen"))
    assert made == GroupSettings(
        name="Iedereen",
        description="Wie meedoet",
        responsible=staff.pk,
        starts_on=date(2026, 5, 3),
        visible_on_portal=True,
        visible_at_contact=True,
        welcome_template=Template.objects.get(name=welcome).pk,
        neighbourhood_role="coach",
        definition=made.definition,
        ends_on=date(2027, 5, 3),
        editable_on_portal=True,
    )


def test_the_template_appears_right_of_its_switch(new_group):
    switch = new_group.get_by_label("Verstuur e-mail bij nieuwe contactkoppeling")
    template = new_group.get_by_label("Sjabloon")
    expect(template).to_be_hidden()
    switch.check()
    expect(template).to_be_visible()
    left, right = switch.bounding_box(), template.bounding_box()
    assert left is not None
    assert right is not None
    assert left["x"] < right["x"]
    switch.uncheck()
    expect(template).to_be_hidden()


def test_the_form_says_live_what_it_becomes(new_group):
    expect(new_group.get_by_text("Dit wordt een statische groep")).to_be_visible()
    choose(new_group, PARTS, "Leden", "Vrijwilligers")
    expect(new_group.get_by_text("Dit wordt een samengestelde groep")).to_be_visible()
    expect(new_group.locator(".preview-count")).to_have_text("3 leden")
    new_group.get_by_label("in alle").check()
    expect(new_group.locator(".preview-count")).to_have_text("1 lid")
    new_group.get_by_label("in één van").check()
    choose(new_group, REMOVED, "Oud-leden")
    expect(new_group.locator(".preview-count")).to_have_text("2 leden")
    expect(new_group.get_by_text("behalve wie in Oud-leden zit.")).to_be_visible()


def test_in_at_least_two_of_three(new_group):
    choose(new_group, PARTS, "Leden", "Vrijwilligers", "Oud-leden")
    new_group.get_by_label("in minstens").check()
    new_group.get_by_label("Aantal groepen").fill("2")
    new_group.get_by_label("Naam", exact=True).fill("Twee van drie")
    expect(new_group.locator(".preview-count")).to_have_text("2 leden")
    new_group.get_by_role("button", name="Opslaan").click()
    expect(new_group.locator("tbody tr td:first-child")).to_have_text(["Ben", "Cas"])


def test_the_search_for_a_part_is_empty_again_after_each_choice(new_group):
    new_group.get_by_label("Naam", exact=True).fill("Twee delen")
    box = new_group.get_by_label(PARTS, exact=True)
    for letters in ("vrijw", "oud"):
        box.press_sequentially(letters)
        box.press("Enter")
        expect(box).to_have_value("")
    new_group.keyboard.press("Escape")
    expect(
        new_group.get_by_text("Iedereen in Vrijwilligers of Oud-leden.")
    ).to_be_visible()


def test_going_back_finds_the_chosen_groups_again(new_group):
    new_group.get_by_label("Naam", exact=True).fill("Terug")
    choose(new_group, PARTS, "Leden")
    expect(new_group.get_by_text("Iedereen in Leden.")).to_be_visible()
    new_group.get_by_role("link", name="Contacten").click()
    new_group.wait_for_url("**/contacten/")
    new_group.go_back()
    expect(new_group.get_by_label("Naam", exact=True)).to_have_value("Terug")
    expect(new_group.get_by_text("Dit wordt een samengestelde groep")).to_be_visible()
    expect(new_group.locator(".item", has_text="Leden")).to_be_visible()


def test_left_empty_it_is_a_static_group_that_one_fills(new_group, world):
    world.contacts("Dirk", "Dina")
    new_group.get_by_label("Naam", exact=True).fill("Lezers")
    new_group.get_by_role("button", name="Opslaan").click()
    new_group.get_by_role("link", name="+ Leden toevoegen").click()
    new_group.get_by_label("Contacten zoeken").fill("dirk")
    new_group.get_by_label("Dirk").check()
    new_group.get_by_label("Contacten zoeken").fill("dina")
    new_group.get_by_label("Dina").check()
    expect(new_group.get_by_label("Dirk")).to_be_checked()
    new_group.get_by_role("button", name="Gekozen contacten toevoegen").click()
    expect(new_group.get_by_text("2 leden toegevoegd aan Lezers.")).to_be_visible()
    new_group.get_by_label("Kies Dina").check()
    new_group.get_by_role("button", name="Gekozen leden uit de groep halen").click()
    expect(new_group.get_by_text("1 lid verwijderd uit Lezers.")).to_be_visible()
    assert world.names_in("Lezers") == ["Dirk"]


def test_what_would_loop_is_greyed_out_with_the_way_round(at_groups, world):
    world.group("Actief", {"any": [{"group": "Leden"}]})
    world.group("Alles", {"any": [{"group": "Actief"}]})
    at_groups.goes_to(f"/groepen/{world.group('Actief')}/instellingen/")
    page = at_groups.page
    page.get_by_label(PARTS, exact=True).fill("Alles")
    option = page.get_by_role("option", name="Alles")
    expect(option).to_contain_text("zou een kring maken: Actief → Alles → Actief")
    expect(option).to_have_attribute("aria-disabled", "true")


def test_a_loop_through_a_role_is_greyed_out_with_that_role(at_groups, world):
    world.group("Actief", {"any": [{"group": "Leden"}]}, neighbourhood_role="coach")
    world.group("Geholpen", {"role": "coach"})
    at_groups.goes_to(f"/groepen/{world.group('Actief')}/instellingen/")
    page = at_groups.page
    page.get_by_label(PARTS, exact=True).fill("Geholpen")
    expect(page.get_by_role("option", name="Geholpen")).to_contain_text(
        "zou een kring maken: Actief → Geholpen → (rol Is coach) → Actief"
    )


def test_the_list_narrows_while_one_types(at_groups):
    page = at_groups.page
    page.get_by_label("Groepen zoeken").fill("vrij")
    expect(page.locator("tbody tr")).to_have_count(1)
    assert page.url.endswith("zoek=vrij&soort=")


def test_a_group_is_closed_reopened_and_deleted_from_its_menu(at_groups, world):
    world.group("Oud")
    page = at_groups.page
    page.reload()
    page.get_by_role("link", name="Oud", exact=True).click()
    for deed in ("Groep sluiten", "Groep heropenen"):
        page.get_by_label("Meer voor deze groep").click()
        page.get_by_role("button", name=deed).click()
    expect(page.get_by_text("Oud is weer open.")).to_be_visible()
    page.get_by_label("Meer voor deze groep").click()
    page.get_by_role("link", name="Groep verwijderen…").click()
    page.get_by_role("button", name="Groep verwijderen").click()
    expect(page.get_by_text("Oud is verwijderd.")).to_be_visible()


@pytest.fixture
def many_kinds(cooperative: World, staff) -> World:
    """A cooperative whose lists show all that they can."""
    both = {"all": [{"group": "Leden"}, {"group": "Vrijwilligers"}]}
    now = {"base": {"group": "Leden"}, "except": [{"group": "Oud-leden"}]}
    for name in ("Energie", "Isolatie", "Warmtepompen"):
        cooperative.group(f"Coach - {name}", responsible=staff.pk)
    cooperative.group("Bestuur 2019", closed=True)
    cooperative.group("Leden die helpen", both, description="Voor het zomerfeest.")
    cooperative.group("Leden van nu", now, responsible=staff.pk)
    nested = {"all": [both, {"any": [{"group": "Leden"}, {"group": "Oud-leden"}]}]}
    cooperative.group("Genest", nested)
    return cooperative


@pytest.mark.parametrize(
    "page", ["", "samenstelling/", "instellingen/", "gebruikt-door/", "verwijderen/"]
)
@pytest.mark.parametrize("name", ["Leden", "Leden die helpen"])
def test_a_page_of_a_group_has_no_fault(visitor, staff, many_kinds, page, name):
    visitor.signs_in(staff)
    visitor.goes_to(f"/groepen/{many_kinds.group(name)}/{page}")
    visitor.finds_no_fault(f"group-{name.split()[-1]}-{page.strip('/')}")


@pytest.mark.parametrize(
    ("page", "name"),
    [("?gesloten=1", "list"), ("?zoek=niets", "list-nothing"), ("nieuw/", "new")],
)
def test_a_page_about_groups_has_no_fault(visitor, staff, many_kinds, page, name):
    visitor.signs_in(staff)
    visitor.goes_to(f"/groepen/{page}")
    visitor.finds_no_fault(f"groups-{name}")


def test_the_filled_in_form_has_no_fault(visitor, staff, many_kinds):
    visitor.signs_in(staff)
    visitor.goes_to("/groepen/nieuw/")
    page = visitor.page
    choose(page, PARTS, "Leden", "Vrijwilligers")
    choose(page, REMOVED, "Oud-leden")
    page.get_by_label("Verstuur e-mail").check()
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_role("alert")).to_be_focused()
    visitor.finds_no_fault("groups-refused")


def test_choosing_members_has_no_fault(visitor, staff, many_kinds):
    visitor.signs_in(staff)
    visitor.goes_to(f"/groepen/{many_kinds.group('Leden')}/leden/toevoegen/?zoek=a")
    visitor.finds_no_fault("group-adding")


def test_what_readers_see_has_no_fault(visitor, reader, many_kinds):
    visitor.signs_in(reader)
    visitor.goes_to(f"/groepen/{many_kinds.group('Leden die helpen')}/instellingen/")
    visitor.finds_no_fault("group-reader")


def test_a_list_without_groups_says_what_to_do(visitor, staff):
    visitor.signs_in(staff)
    visitor.goes_to("/groepen/")
    expect(visitor.page.get_by_text("Er zijn nog geen groepen")).to_be_visible()
    visitor.finds_no_fault("groups-none")


def test_a_section_folds_by_keyboard(visitor, staff, many_kinds):
    visitor.signs_in(staff)
    visitor.goes_to("/groepen/")
    page = visitor.page
    page.get_by_role("button", name="Coach - …").press("Enter")
    expect(page.get_by_role("link", name="Coach - Energie")).to_be_hidden()
    page.get_by_role("button", name="Coach - …").press("Enter")
    expect(page.get_by_role("link", name="Coach - Energie")).to_be_visible()


def test_everybody_on_the_page_is_ticked_at_once(visitor, staff, cooperative):
    visitor.signs_in(staff)
    visitor.goes_to(f"/groepen/{cooperative.group('Leden')}/")
    page = visitor.page
    page.get_by_label("Kies iedereen op deze pagina").check()
    page.get_by_role("button", name="Gekozen leden uit de groep halen").click()
    expect(page.get_by_text("2 leden verwijderd uit Leden.")).to_be_visible()


def test_the_open_menu_and_the_open_list_have_no_fault(visitor, staff, many_kinds):
    visitor.signs_in(staff)
    visitor.goes_to(f"/groepen/{many_kinds.group('Leden van nu')}/instellingen/")
    page = visitor.page
    page.get_by_label(PARTS, exact=True).fill("co")
    expect(page.get_by_role("option", name="Coach - Zon")).to_have_count(0)
    expect(page.get_by_role("option", name="Coach - Energie")).to_be_visible()
    visitor.finds_no_fault("group-open-list")
    page.keyboard.press("Escape")
    page.get_by_label("Meer voor deze groep").press("Enter")
    expect(page.get_by_role("button", name="Groep sluiten")).to_be_visible()
    visitor.finds_no_fault("group-open-menu")
    page.get_by_label("Meer voor deze groep").press("Escape")
    expect(page.get_by_role("button", name="Groep sluiten")).to_be_hidden()


def test_without_scripts_everything_works_too(
    transactional_db, chromium, kring_address, cooperative, staff
):
    with chromium.new_context(locale="nl-NL", java_script_enabled=False) as context:
        visitor = Visitor(context.new_page(), kring_address)
        visitor.signs_in(staff)
        visitor.goes_to("/groepen/nieuw/")
        page = visitor.page
        page.get_by_label("Naam", exact=True).fill("Beide")
        page.get_by_label(PARTS, exact=True).select_option(["Leden", "Vrijwilligers"])
        page.get_by_label("in alle").check()
        page.get_by_role("button", name="Opslaan").click()
        expect(page.locator("tbody tr td:first-child")).to_have_text(["Ben"])
        visitor.goes_to("/groepen/?zoek=beide")
        expect(page.locator("tbody tr")).to_have_count(1)
        assert visitor.troubles == []


@pytest.mark.parametrize("tab", ["Leden", "Instellingen", "Verloop", "Gebruikt door"])
def test_on_a_phone_the_tab_that_is_open_is_in_sight(
    at_groups: Visitor, cooperative: World, tab: str
) -> None:
    at_groups.sees(width=360)
    at_groups.goes_to(f"/groepen/{cooperative.group('Leden')}/")
    strip = at_groups.page.get_by_role("navigation", name="Onderdelen van")
    strip.get_by_role("link", name=tab).click()
    open_tab = at_groups.page.locator(".tabs [aria-current]")
    expect(open_tab).to_contain_text(tab)
    expect(open_tab).to_be_in_viewport(ratio=0.9)


@pytest.mark.parametrize("width", [360, 1440])
def test_a_long_name_without_spaces_pushes_no_page_aside(
    at_groups: Visitor, cooperative: World, width: int
) -> None:
    leden = cooperative.group("Leden")
    long = cooperative.group("Lang" * 50, {"group": "Leden"})
    ada = cooperative.contact("Ada", groups=["Leden"])
    at_groups.sees(width=width)
    for address in (
        "/groepen/",
        f"/groepen/{long}/",
        f"/groepen/{leden}/gebruikt-door/",
        f"/groepen/{leden}/verwijderen/",
        f"/groepen/{long}/leden/{ada}/waarom/",
        f"/groepen/overlap/?groep={leden}&groep={long}",
        f"/contacten/{ada}/wissen/",
        "/wijzigingen/",
    ):
        at_groups.goes_to(address)
        wide = at_groups.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, address
