"""The frame around every staff page, on a desk and on a phone."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from kring.groups.models import Chunk
from kring.groups.progress import behind_since, forget_what_was_brought
from tests.browser import PHONE, Visitor


@pytest.fixture
def at_groups(visitor: Visitor, staff) -> Visitor:
    visitor.signs_in(staff)
    visitor.goes_to("/groepen/")
    return visitor


def test_the_first_page_is_that_of_groups(visitor, staff):
    visitor.signs_in(staff)
    visitor.goes_to("/")
    assert visitor.page.url.endswith("/groepen/")


def test_the_menu_begins_with_groups_and_contacts(client, staff):
    client.force_login(staff)
    page = client.get("/contacten/").content.decode()
    places = [page.index(f'href="{path}"') for path in ("/groepen/", "/contacten/")]
    assert places == sorted(places)
    assert '<a href="/contacten/" aria-current="page">Contacten</a>' in page


def test_the_frame_has_no_fault(at_groups):
    at_groups.finds_no_fault("frame")


def test_on_a_phone_the_menu_is_one_button_that_works_by_keyboard(at_groups):
    at_groups.sees(width=PHONE)
    page = at_groups.page
    contacts = page.get_by_role("link", name="Contacten")
    button = page.get_by_role("button", name="Menu")
    expect(contacts).to_be_hidden()
    button.press("Enter")
    expect(contacts).to_be_visible()
    page.keyboard.press("Escape")
    expect(contacts).to_be_hidden()
    expect(button).to_be_focused()


def test_the_open_menu_of_a_phone_has_no_fault(at_groups):
    at_groups.sees(width=PHONE)
    at_groups.page.get_by_role("button", name="Menu").click()
    at_groups.finds_no_fault("menu")


def test_the_first_tab_stop_leads_past_the_menu(at_groups):
    page = at_groups.page
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Naar de inhoud")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("!document.querySelector('.sidebar').matches(':focus-within')")


def test_a_chosen_theme_is_kept_whatever_the_device_says(at_groups):
    page = at_groups.page
    page.get_by_role("button", name="Donker").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.get_by_role("button", name="Als apparaat").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")


def test_the_menu_stays_in_sight_and_the_page_ends_in_white(at_groups):
    page = at_groups.page
    page.evaluate(
        """() => {
          const line = document.createElement("p");
          line.textContent = "De laatste regel";
          line.style.marginTop = "3000px";
          document.querySelector("main").append(line);
          window.scrollTo(0, document.documentElement.scrollHeight);
        }"""
    )
    expect(page.get_by_role("link", name="Uitgaande mail")).to_be_in_viewport()
    last = page.get_by_text("De laatste regel").bounding_box()
    assert last is not None
    assert last["y"] + last["height"] < 860


def test_one_signs_out_from_the_frame(at_groups):
    at_groups.page.get_by_role("button", name="Uitloggen").click()
    at_groups.goes_to("/groepen/")
    assert "/inloggen/" in at_groups.page.url


def test_a_page_has_neither_inline_scripts_nor_styles(client, staff):
    client.force_login(staff)
    response = client.get("/groepen/")
    page = response.content.decode()
    assert "<style" not in page
    assert " style=" not in page
    assert "unsafe" not in response["Content-Security-Policy"]
    assert "script-src 'self'" in response["Content-Security-Policy"]


def test_a_lost_connection_is_said_in_words(at_groups):
    page = at_groups.page
    page.route("**/nergens/", lambda route: route.abort())
    page.evaluate("htmx.ajax('GET', '/nergens/', 'main').catch(() => null)")
    expect(page.get_by_text("Dat is niet gelukt")).to_be_visible()
    expect(page.get_by_role("heading", name="Groepen beheer")).to_be_visible()
    at_groups.was_told("htmx:sendError")


def test_an_ended_session_leads_htmx_to_sign_in(at_groups):
    page = at_groups.page
    page.context.clear_cookies()
    with page.expect_navigation():
        page.evaluate("void htmx.ajax('GET', '/contacten/', 'main')")
    assert page.url.endswith("/inloggen/?next=/groepen/")


def test_htmx_posts_carry_the_mark_against_forgery(at_groups):
    page = at_groups.page
    with page.expect_response("**/uitloggen/") as answer:
        page.evaluate("void htmx.ajax('POST', '/uitloggen/', 'main')")
    assert answer.value.status == 302


def test_pages_say_until_when_they_are_up_to_date(client, staff, world):
    client.force_login(staff)
    world.contact("Ada")
    assert "Bijgewerkt tot" not in client.get("/groepen/").content.decode()
    forget_what_was_brought()
    Chunk.objects.update(day=date(2026, 1, 3))
    assert "Bijgewerkt tot 3 januari 2026" in client.get("/groepen/").content.decode()


def test_that_a_day_has_been_followed_is_asked_once(
    client, staff, world, django_assert_num_queries
):
    world.contact("Ada")
    today = timezone.localdate()
    with django_assert_num_queries(1):
        assert behind_since(today) is None
        assert behind_since(today) is None
