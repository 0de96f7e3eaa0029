"""What would change without a part is what changes when it is really taken out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kring.actions.groups import edit_group
from kring.algebra.removing import without_group
from kring.groups.models import Group
from kring.groups.removal import (
    Difference,
    Obstacle,
    Removal,
    followers_without,
    without_part,
    without_parts,
)
from kring.groups.settings import definition_of, settings_of
from tests.world import World


def removal(world: World, group: str, part: str) -> Removal:
    today = timezone.localdate()
    return without_part(world.group(group), world.group(part), today=today)


@pytest.fixture
def band(world: World) -> World:
    """choir: Ada, Ben, Cas; band: Ben, Dina; left: Cas."""
    for name, groups in {
        "Ada": ["choir"],
        "Ben": ["choir", "band"],
        "Cas": ["choir", "left"],
        "Dina": ["band"],
    }.items():
        world.contact(name, groups=groups)
    either = {"any": [{"group": "choir"}, {"group": "band"}]}
    world.group("music", {"base": either, "except": [{"group": "left"}]})
    return world


def test_members_leave_without_a_part_and_join_without_an_exception(
    band: World,
) -> None:
    assert removal(band, "music", "choir").difference == Difference(0, 1)
    assert removal(band, "music", "left").difference == Difference(1, 0)


def test_followers_of_followers_differ_too(band: World) -> None:
    band.group("silent", {"base": {"everyone": True}, "except": [{"group": "music"}]})
    band.group("far", {"any": [{"group": "silent"}]})
    told = removal(band, "music", "choir")
    assert told.followers == {
        band.group("silent"): Difference(1, 0),
        band.group("far"): Difference(1, 0),
    }


def test_pins_stay(band: World) -> None:
    [ada] = [
        n
        for n in band.members("choir") - band.members("band")
        if n in band.members("music")
    ]
    band.put(ada, "music")
    assert removal(band, "music", "choir").difference == Difference(0, 0)


@pytest.mark.parametrize(
    ("definition", "obstacle"),
    [
        ({"all": [{"group": "choir"}]}, Obstacle.NOTHING_LEFT),
        (
            {"at_least": 2, "of": [{"group": "choir"}, {"group": "band"}]},
            Obstacle.TOO_FEW_LEFT,
        ),
        ({"role": "coach"}, Obstacle.NOT_NAMED),
    ],
)
def test_what_cannot_be_taken_out_is_said(
    band: World, definition: object, obstacle: Obstacle
) -> None:
    band.group("other", definition)
    told = removal(band, "other", "choir")
    assert (told.obstacle, told.difference) == (obstacle, Difference(0, 0))


def test_every_follower_has_its_path_and_its_difference(band: World) -> None:
    top = band.group("top", {"all": [{"group": "music"}, {"group": "choir"}]})
    far = band.group("far", {"any": [{"group": "top"}, {"group": "left"}]})
    near = band.group("near", {"any": [{"group": "top"}, {"group": "music"}]})
    band.define("far", {"any": [{"group": "top"}, {"group": "near"}]})
    band_group, music = band.group("band"), band.group("music")
    found = followers_without(band_group, today=timezone.localdate())
    assert [(one.group, one.path) for one in found] == [
        (music, (band_group, music)),
        (top, (band_group, music, top)),
        (near, (band_group, music, near)),
        (far, (band_group, music, top, far)),
    ]
    assert [one.difference for one in found] == [
        Difference(0, 1),
        Difference(0, 0),
        Difference(0, 1),
        Difference(0, 1),
    ]
    assert without_parts(music, [], today=timezone.localdate()) == {}


def test_the_number_of_questions_does_not_grow(
    band: World, django_assert_num_queries
) -> None:
    for number in range(12):
        band.group(f"more {number}", {"any": [{"group": "band"}, {"group": "left"}]})
    with django_assert_num_queries(5):
        found = followers_without(band.group("band"), today=timezone.localdate())
    assert len(found) == 13


WORLD = World()


@pytest.mark.django_db
@given(st.data())
@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_it_is_what_happens_when_the_part_is_taken_out(data: st.DataObject) -> None:
    with transaction.atomic():
        try:
            _try(data)
        finally:
            transaction.set_rollback(True)


def _try(data: st.DataObject) -> None:
    contacts = WORLD.contacts(*"ABCDE")
    names = ["one", "two", "three"]
    for name in names:
        for contact in data.draw(st.sets(st.sampled_from(contacts))):
            WORLD.put(contact, name)
    for number in range(4):
        definition = data.draw(_definitions(list(names)))
        names.append(f"made {number}")
        WORLD.group(names[-1], definition)
        for contact in data.draw(st.sets(st.sampled_from(contacts), max_size=1)):
            WORLD.take(contact, names[-1])
    for name in names[3:]:
        _claims(name, names)


def _definitions(names: list[str]) -> st.SearchStrategy[object]:
    leaves = st.sampled_from(names).map(lambda name: {"group": name})
    some = st.lists(leaves, min_size=1, max_size=3)
    return st.one_of(
        some.map(lambda parts: {"any": parts}),
        some.map(lambda parts: {"all": parts}),
        st.builds(lambda base, cut: {"base": base, "except": cut}, leaves, some),
    )


def _claims(name: str, names: list[str]) -> None:
    group = Group.objects.get(pk=WORLD.group(name))
    definition = definition_of(group)
    assert definition is not None
    for part in names:
        told = removal(WORLD, name, part)
        if told.obstacle is not None:
            continue
        before = {one: WORLD.members(one) for one in names}
        undone = transaction.savepoint()
        changed = without_group(definition, WORLD.group(part))
        edit_group(
            group.pk, replace(settings_of(group), definition=changed), by=WORLD.by
        )
        _agrees(told, before, name)
        transaction.savepoint_rollback(undone)


def _agrees(told: Removal, before: dict[str, set[int]], name: str) -> None:
    expected = {told.group: told.difference, **told.followers}
    for one, members in before.items():
        after = WORLD.members(one)
        difference = Difference(len(after - members), len(members - after))
        assert expected.get(WORLD.group(one), Difference(0, 0)) == difference, name
