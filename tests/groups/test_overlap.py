from __future__ import annotations

from collections import Counter

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pyroaring import BitMap

from kring.algebra.semantics import members
from kring.groups import overlap as module
from kring.groups.overlap import (
    definition_of_region,
    overlap_as_json,
    overlap_of,
)
from kring.groups.unsaved import sight_of
from tests.world import World

SETS = st.lists(st.frozensets(st.integers(0, 300), max_size=60), max_size=10)


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(sets=SETS)
def test_regions_count_what_plain_sets_say(sets: list[frozenset[int]]) -> None:
    contacts = frozenset().union(*sets)
    expected = Counter(
        tuple(place for place, one in enumerate(sets) if contact in one)
        for contact in contacts
    )
    assert module._split([BitMap(one) for one in sets]) == dict(expected)


@pytest.fixture
def three(world: World) -> list[int]:
    world.contact("Ada", groups=["Leden"])
    world.contact("Ben", groups=["Leden", "Vrijwilligers"])
    world.contact("Bob", groups=["Leden", "Vrijwilligers"])
    world.contact("Cas", groups=["Vrijwilligers", "Oud-leden"])
    return [world.group(name) for name in ("Leden", "Vrijwilligers", "Oud-leden")]


def test_every_region_that_holds_anybody_is_told_the_largest_first(three) -> None:
    leden, vrijwilligers, oud = three
    assert overlap_as_json(overlap_of([*three, leden])) == {
        "regions": [
            {"groups": [leden, vrijwilligers], "count": 2},
            {"groups": [leden], "count": 1},
            {"groups": [vrijwilligers, oud], "count": 1},
        ]
    }


def test_sizes_are_those_of_the_groups_and_nobody_is_counted_twice(three) -> None:
    overlap = overlap_of(three)
    assert list(overlap.sizes.values()) == [3, 3, 1]
    assert overlap.total == 4


def test_of_no_groups_there_is_no_region(db) -> None:
    assert overlap_of([]).regions == ()


def test_one_query_answers_ten_groups(world, three, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        overlap_of(three)


@settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_the_definition_of_a_region_gives_exactly_its_contacts(
    world: World, three: list[int], data: st.DataObject
) -> None:
    overlap = overlap_of(three)
    region = data.draw(st.sampled_from(overlap.regions))
    definition = definition_of_region(region.groups, overlap.outside(region))
    found = members(definition, sight_of(definition, today=timezone.localdate()))
    assert len(found) == region.count
