"""A worker that is killed fifty times loses nothing and doubles nothing."""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict

import pytest
from django.db import connection

from kring.actions import fills
from kring.groups.chunks import all_chunks
from kring.groups.models import Fill, GroupDelta, Turn
from tests.world import World

DEATHS = 50
CHUNKS = 8


@pytest.fixture
def world(transactional_db):
    yield World()
    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_jobs")
        cursor.execute("delete from procrastinate_workers")


def a_world_of_many_chunks(world: World) -> None:
    for number in range(CHUNKS):
        some = world.contacts(*["Somebody"] * 6)
        for contact, group in zip(some, ["choir", "band", "theatre"], strict=False):
            world.put(contact, group)
        if number < CHUNKS - 1:
            with connection.cursor() as cursor:
                cursor.execute(
                    "update chunk set last_id = (chunk + 1) * 65536 - 1"
                    " where chunk = (select max(chunk) from chunk)"
                )
    world.group("anyone", {"everyone": True})
    for name in ("first", "second", "third", "fourth"):
        world.group(name, {"group": "choir"})
    world.group("last", {"any": [{"group": "first"}, {"group": "second"}]})


def test_a_worker_killed_fifty_times_loses_and_doubles_nothing(
    world: World, child_environment: dict[str, str]
) -> None:
    a_world_of_many_chunks(world)
    mortal = [sys.executable, "-m", "tests.cli.mortal_worker", "7", str(DEATHS)]
    done = subprocess.run(
        mortal,
        env={**child_environment, "PYTHONPATH": "src:."},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > DEATHS // 5, "too few died at work to tell anything"
    assert len(all_chunks()) == CHUNKS
    assert not Fill.objects.exists()
    assert not fills.fill_next_chunk()
    assert world.faults() == []
    assert doubled_turns() == []


def doubled_turns() -> list[tuple[int, int]]:
    """Who joined a group twice in a row, or left it so; there are no large acts."""
    assert not GroupDelta.objects.exists()
    inside: dict[tuple[int, int], bool] = defaultdict(bool)
    doubled = []
    turns = Turn.objects.order_by("change", "pk")
    for contact, group, joined in turns.values_list("contact", "group", "joined"):
        if inside[contact, group] == joined:
            doubled.append((contact, group))
        inside[contact, group] = joined
    return doubled
