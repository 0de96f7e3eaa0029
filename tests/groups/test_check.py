"""The check sees every bit that is wrong, wherever it is."""

from __future__ import annotations

import pytest
from django.db import connection
from pyroaring import BitMap

from kring.groups.bitmaps import stored
from kring.groups.check import Fault
from tests.world import World


@pytest.fixture
def world(world: World) -> World:
    world.contact("Ada", groups=["choir"])
    world.contact("Ben")
    world.group("singers", {"group": "choir"})
    return world


def spoil(statement: str, *given: bytes | int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)


def test_nothing_is_found_where_nothing_is_wrong(world: World) -> None:
    assert world.faults() == []


def test_a_bit_too_many_is_found_in_truth_and_history(world: World) -> None:
    spoil(
        "update group_chunk set members = %s, count = 2 where group_id = %s",
        stored(BitMap([1, 2])),
        world.group("singers"),
    )
    found = world.faults()
    assert [row.fault for row in found] == [Fault.NOT_AS_TRUTH, Fault.NOT_AS_HISTORY]
    assert {tuple(row.surplus) for row in found} == {(2,)}


def test_a_placement_nobody_followed_is_found(world: World) -> None:
    spoil("delete from placement")
    found = {(row.fault, row.group) for row in world.faults()}
    choir, singers = world.group("choir"), world.group("singers")
    assert found == {(Fault.NOT_AS_TRUTH, choir), (Fault.NOT_AS_TRUTH, singers)}


def test_a_lost_turn_is_found(world: World) -> None:
    spoil('delete from turn where "group" = %s', world.group("choir"))
    [found] = world.faults()
    assert (found.fault, list(found.surplus)) == (Fault.NOT_AS_HISTORY, [1])


def test_a_wrong_count_is_found(world: World) -> None:
    spoil("update group_chunk set count = 7 where group_id = %s", world.group("choir"))
    [found] = world.faults()
    assert found.fault == Fault.WRONG_COUNT
