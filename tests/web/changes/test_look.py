"""The pages about what was done, in a browser: in every look, and with their undo."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from playwright.sync_api import expect

from kring.accounts.actors import actor_of
from kring.accounts.models import User
from kring.actions import groups, members
from kring.actions.contacts import create_contact, edit_contact
from kring.contacts.details import Given
from kring.groups.models import Change
from tests.browser import Visitor
from tests.world import World


@pytest.fixture
def told(world: World, staff: User, visitor: Visitor) -> Visitor:
    """A year of acts by Anna, who is signed in."""
    anna = actor_of(staff)
    choir = world.group("Koor")
    world.group("Zangers", {"group": "Koor"}, visible_at_contact=True)
    people: list[Given] = [
        {"first_name": name, "last_name": last, "city": "Delft"}
        for name, last in (("Ans", "Aalbers"), ("Ben", "Bos"), ("Cas", "Claessen"))
    ]
    ids = [create_contact(given, by=anna) for given in people]
    for contact in ids:
        members.place([contact], choir, by=anna, reason="Gaf zich op bij het feest")
    members.remove(ids[:1], choir, by=anna, reason="Verhuisd")
    edit_contact(ids[1], {"city": "Leiden", "newsletter": True}, by=anna)
    groups.close_group(world.group("Zangers"), by=anna)
    for position, change in enumerate(Change.objects.order_by("pk")):
        at = datetime(2026, 1, 5, 14, 5, tzinfo=UTC) + timedelta(days=20 * position)
        Change.objects.filter(pk=change.pk).update(at=at)
    with connection.cursor() as cursor:
        cursor.execute("update \"group\" set created_at = '2026-01-05'")
    visitor.signs_in(staff)
    return visitor


def test_the_pages_have_no_fault_in_any_look(told: Visitor, world: World) -> None:
    choir, [ben, _] = world.group("Koor"), sorted(world.members("Koor"))
    placed = Change.objects.filter(action="members.place").latest("pk").pk
    edited = Change.objects.filter(action="contact.edit").latest("pk").pk
    for name, address in {
        "changes": "/wijzigingen/",
        "change": f"/wijzigingen/{placed}/",
        "change-edit": f"/wijzigingen/{edited}/",
        "group-history": f"/groepen/{choir}/verloop/",
        "group-difference": f"/groepen/{choir}/verloop/?van=2026-04-20&tot=2026-11-01",
        "members-then": f"/groepen/{choir}/leden/?op=2026-06-01",
        "members-since": f"/groepen/{choir}/leden/",
        "contact-history": f"/contacten/{ben}/tijdlijn/",
    }.items():
        told.goes_to(address)
        told.finds_no_fault(name)


def test_added_on_is_changed_in_its_row_and_undone(told: Visitor, world: World) -> None:
    told.goes_to(f"/groepen/{world.group('Koor')}/leden/")
    row = told.page.get_by_role("row").filter(has_text="Bos, Ben")
    row.locator("summary").click()
    row.get_by_label("Toegevoegd op, voor Bos, Ben").fill("2020-05-03")
    told.finds_no_fault("members-since-open")
    row.get_by_role("button", name="Opslaan").click()
    expect(row).to_contain_text("3 mei 2020")
    told.page.get_by_role("button", name="Ongedaan maken").click()
    expect(row).not_to_contain_text("3 mei 2020")


def test_the_members_of_a_day_are_chosen_on_the_page(
    told: Visitor, world: World
) -> None:
    told.goes_to(f"/groepen/{world.group('Koor')}/verloop/")
    told.page.get_by_label("Leden op datum").fill(date(2026, 4, 20).isoformat())
    told.page.get_by_role("button", name="Tonen").click()
    expect(told.page.get_by_text("Kring weet dit sinds")).to_be_visible()
    expect(told.page.locator("tbody tr")).to_have_count(1)
