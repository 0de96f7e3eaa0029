"""The benchmark's world is the same at each run, and right as it is loaded."""

from __future__ import annotations

from datetime import date

import pytest

from kring.actions.checking import differences
from kring.algebra.semantics import members
from kring.bench import peers
from kring.bench.loading import load, load_further
from kring.bench.people import people
from kring.bench.scratch import bare_connection, scratch_database
from kring.bench.world import (
    FIFTY,
    World,
    add_followers,
    add_small_groups,
    fifty_parts,
    followers_of,
    history_of,
    plain,
)

TODAY = date(2026, 3, 1)


def drawn(contacts: int) -> World:
    world = World(contacts, TODAY)
    for person in people(contacts, seed=1):
        world.facts.note(person, person.last_name)
    list(history_of(world))
    return world


def test_it_is_drawn_the_same_each_time():
    one, other = drawn(500), drawn(500)
    assert one.groups == other.groups
    assert one.members == other.members


def test_a_contact_is_in_about_five_static_groups():
    world = drawn(2_000)
    memberships = sum(len(world.members[group]) for group in world.statics)
    assert 4 < memberships / 2_000 < 6


def test_bitmaps_and_plain_sets_agree_on_every_group():
    world = drawn(500)
    truth = plain(world)
    for group, inside in world.members.items():
        assert truth.members_of(group) == frozenset(inside)


def test_the_definition_that_readings_are_timed_on_has_fifty_groups():
    world = drawn(500)
    statement = peers.as_one_pass(fifty_parts(world))
    assert len(statement.bound[0]) == FIFTY
    assert members(fifty_parts(world), world) == world.members[world.fifty]


@pytest.mark.parametrize("count", [50, 1_000])
def test_exactly_so_many_groups_follow_from_a_hub(count):
    world = drawn(100)
    hub, new = add_followers(world, count)
    assert followers_of(world, hub) == sorted(set(new) - {hub})


@pytest.mark.django_db(transaction=True)
def test_the_check_finds_nothing_in_what_was_loaded():
    with scratch_database():
        world = load(300)
        assert list(differences()) == []
        load_further(world, add_small_groups(world, 230))
        _, followers = add_followers(world, 50)
        load_further(world, followers)
        assert list(differences()) == []


@pytest.mark.django_db(transaction=True)
def test_sql_in_both_forms_finds_what_plain_sets_say():
    with scratch_database(), bare_connection() as bare:
        world = load(300)
        peers.make_rows(world)
        truth = plain(world)
        for one in world.derived[-30:]:
            assert one.definition is not None
            for form in (peers.as_set_operations, peers.as_one_pass):
                found = peers.ids_of(bare, form(one.definition))
                assert found == truth.members_of(one.id)
