"""What a group is made of and what follows from it, and what would be without it."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.browser import Visitor
from tests.world import World

EITHER = {"any": [{"group": "Leden"}, {"group": "Vrijwilligers"}]}


@pytest.fixture
def family(cooperative: World) -> World:
    """Leden: Ada, Ben; Vrijwilligers: Ben, Cas; Oud-leden: Cas."""
    cooperative.group("Samen", {"base": EITHER, "except": [{"group": "Oud-leden"}]})
    cooperative.group("Alleen", {"all": [{"group": "Leden"}]})
    cooperative.group("Kern", {"all": [{"group": "Samen"}]})
    return cooperative


def text(client: Client, world: World, group: str, page: str) -> str:
    answer = client.get(f"/groepen/{world.group(group)}/{page}/")
    return " ".join(answer.content.decode().split())


def uses(client: Client, world: World, group: str) -> list[tuple[str, str, str]]:
    answer = client.get(f"/groepen/{world.group(group)}/gebruikt-door/")
    return [
        (use.group.name, " ".join(step.name for step in use.via), use.without)
        for use in answer.context["uses"]
    ]


def test_what_follows_is_listed_with_its_path_and_what_it_would_be(at_desk, family):
    assert uses(at_desk, family, "Leden") == [
        ("Samen", "", "1 lid minder"),
        ("Alleen", "", "kan niet weg: dan blijft er niets over"),
        ("Kern", "Samen", "1 lid minder"),
    ]
    assert "via Samen" in text(at_desk, family, "Leden", "gebruikt-door")


def test_taking_out_an_exception_brings_members(at_desk, family):
    assert uses(at_desk, family, "Oud-leden")[0] == ("Samen", "", "1 lid meer")


def test_what_follows_by_a_role_says_so(at_desk, world):
    world.group("Coaches", neighbourhood_role="coach")
    world.group("Wie coacht", {"role": "coach"})
    assert uses(at_desk, world, "Coaches") == [
        ("Wie coacht", "", "volgt via een rol"),
    ]


def test_every_part_says_what_the_group_would_be_without_it(at_desk, family):
    parts = at_desk.get(f"/groepen/{family.group('Samen')}/samenstelling/")
    assert {part.group.name: part.without for part in parts.context["parts"]} == {
        "Leden": "1 lid minder",
        "Oud-leden": "1 lid meer",
        "Vrijwilligers": "geen verschil",
    }
    page = text(at_desk, family, "Alleen", "samenstelling")
    assert "kan niet weg: dan blijft er niets over" in page


def test_the_number_of_queries_does_not_grow(
    at_desk, family, django_assert_max_num_queries
):
    for number in range(10):
        family.group(f"Meer {number}", {"any": [{"group": "Leden"}]})
    with django_assert_max_num_queries(15):
        text(at_desk, family, "Leden", "gebruikt-door")
    with django_assert_max_num_queries(16):
        text(at_desk, family, "Samen", "samenstelling")


def test_it_looks_well(visitor: Visitor, family: World, staff):
    visitor.signs_in(staff)
    visitor.goes_to(f"/groepen/{family.group('Leden')}/gebruikt-door/")
    visitor.finds_no_fault("gebruikt-door")
    visitor.goes_to(f"/groepen/{family.group('Samen')}/samenstelling/")
    visitor.finds_no_fault("samenstelling")
