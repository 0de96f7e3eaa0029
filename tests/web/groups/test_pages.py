"""The pages about groups answer, in few queries, and only to whom they may."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.world import World

GROUP_PAGES = ("", "leden/", "samenstelling/", "instellingen/", "gebruikt-door/")
DEEDS = ("leden/toevoegen/", "leden/verwijderen/", "sluiten/", "heropenen/")
BOTH = {"all": [{"group": "Leden"}, {"group": "Vrijwilligers"}]}
BUDGET = 8


@pytest.fixture
def pages(cooperative: World) -> list[str]:
    made = (cooperative.group("Leden"), cooperative.group("Beide", BOTH))
    return [f"/groepen/{group}/{page}" for group in made for page in GROUP_PAGES]


def test_every_page_of_a_group_answers_staff(at_desk, pages):
    for page in pages:
        assert at_desk.get(page).status_code == 200, page


def test_every_page_of_a_group_answers_readers_without_a_way_to_change(reading, pages):
    for page in pages:
        response = reading.get(page)
        assert response.status_code == 200, page
        assert "Opslaan" not in response.content.decode(), page
        assert "Groep sluiten" not in response.content.decode(), page


def test_a_group_that_does_not_exist_is_not_found(at_desk, db):
    for page in (*GROUP_PAGES, "verwijderen/"):
        assert at_desk.get(f"/groepen/999/{page}").status_code == 404, page
