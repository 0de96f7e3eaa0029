"""The check reads beside six writers without a false alarm, and mends beside them."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from kring.actions import checking
from tests.groups.test_writers_side_by_side import WRITERS, a_busy_place, started
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db) -> World:
    return World()


def test_the_check_raises_no_false_alarm_beside_six_writers(
    world: World, child_environment: dict[str, str]
) -> None:
    a_busy_place(world)
    writers = [started(seed, 12, child_environment) for seed in range(WRITERS)]
    looks = 0
    while any(writer.poll() is None for writer in writers):
        assert world.faults() == []
        looks += 1
    assert [writer.communicate()[1] for writer in writers] == [b""] * WRITERS
    assert looks > WRITERS
    assert world.faults() == []


def test_what_is_spoiled_beside_six_writers_is_mended_beside_them(
    world: World, child_environment: dict[str, str]
) -> None:
    a_busy_place(world)
    writers = [started(seed, 12, child_environment) for seed in range(WRITERS)]
    mended = 0
    while any(writer.poll() is None for writer in writers):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select from chunk for update")
            cursor.execute("update group_chunk set members = '', count = 0")
        mended += len(checking.repair(by=world.by).found)
    assert [writer.communicate()[1] for writer in writers] == [b""] * WRITERS
    assert mended > WRITERS
    assert checking.repair(by=world.by).left == []
    assert world.faults() == []
