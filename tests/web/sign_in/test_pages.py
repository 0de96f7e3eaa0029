"""The sign-in pages in a browser."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from kring.accounts.links import password_link
from kring.accounts.models import User
from kring.actions.users import set_password

PASSWORD = "paard batterij nietje"  # noqa: S105  it opens nothing but tests


@pytest.fixture(autouse=True)
def no_earlier_attempts(transactional_db):
    """Sign-in attempts are counted in a table that flushing leaves alone."""
    cache.clear()


def test_one_signs_in_with_address_and_password(visitor, staff):
    set_password(staff, PASSWORD)
    visitor.goes_to("/contacten/")
    visitor.finds_no_fault("sign-in")
    page = visitor.page
    page.get_by_label("E-mailadres").fill(staff.email)
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Inloggen").click()
    expect(page.get_by_role("heading", name="Contacten")).to_be_visible()


def test_a_wrong_password_is_said_once_and_the_address_stays(visitor, staff):
    visitor.goes_to("/inloggen/")
    page = visitor.page
    page.get_by_label("E-mailadres").fill(staff.email)
    page.get_by_label("Wachtwoord").fill("iets anders")
    page.get_by_role("button", name="Inloggen").click()
    expect(page.get_by_role("alert")).to_contain_text("klopt niet")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("E-mailadres")).to_have_value(staff.email)
    visitor.finds_no_fault("sign-in-refused")


def test_a_one_time_link_leads_to_a_password_and_into_kring(visitor, staff):
    path = password_link(staff).removeprefix("http://127.0.0.1:8000")
    visitor.goes_to(path)
    page = visitor.page
    page.get_by_label("Nieuw wachtwoord", exact=True).fill("kort")
    page.get_by_label("Nieuw wachtwoord nogmaals").fill("kort")
    page.get_by_role("button", name="Opslaan en inloggen").click()
    expect(page.get_by_role("alert")).to_contain_text("te kort")
    visitor.finds_no_fault("password-refused")
    page.get_by_label("Nieuw wachtwoord", exact=True).fill(PASSWORD)
    page.get_by_label("Nieuw wachtwoord nogmaals").fill(PASSWORD)
    page.get_by_role("button", name="Opslaan en inloggen").click()
    expect(page.get_by_text("Je wachtwoord is ingesteld.")).to_be_visible()
    visitor.finds_no_fault("password-set")


def test_a_user_without_a_staff_role_reads_what_to_do(visitor):
    visitor.signs_in(User.objects.create(email="bo@elders.example"))
    visitor.goes_to("/groepen/")
    expect(visitor.page.get_by_role("button", name="Uitloggen")).to_be_visible()
    visitor.finds_no_fault("refused")
    visitor.was_told("403")
