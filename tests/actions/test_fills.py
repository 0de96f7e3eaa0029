"""Where contacts lie in several chunks, a definition is filled chunk by chunk."""

from __future__ import annotations

import pytest
from django.db import connection
from pyroaring import BitMap

from kring.actions import fills, groups
from kring.groups import history, queries
from kring.groups.bitmaps import loaded
from kring.groups.models import Change, Fill, Group, GroupDelta, Turn
from kring.groups.representation import is_filling
from tests.world import World


def spread(world: World) -> list[int]:
    """Six contacts on both sides of the end of a chunk."""
    first = world.contacts("Ada", "Ben")
    with connection.cursor() as cursor:
        cursor.execute("update chunk set last_id = 65533")
    return first + world.contacts("Cas", "Dia", "Eva", "Fin")


def test_ids_go_on_in_the_next_chunk(world: World) -> None:
    assert spread(world) == [1, 2, 65534, 65535, 65536, 65537]


def test_a_first_fill_goes_chunk_by_chunk_and_ends_right(world: World) -> None:
    spread(world)
    everyone = world.group("all of us", {"everyone": True})
    assert is_filling(Group.objects.get(pk=everyone))
    assert world.members("all of us") == set()
    fills.fill_next_chunk()
    assert world.names_in("all of us") == ["Ada", "Ben", "Cas", "Dia"]
    fills.finish_fills()
    assert len(world.members("all of us")) == 6
    assert not is_filling(Group.objects.get(pk=everyone))
    assert world.faults() == []


def test_the_steps_of_a_fill_share_the_rows_of_one_act(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    spread(world)
    # Four in one chunk, two in the other: alone, either would have room for its rows.
    monkeypatch.setattr(history, "ROWS_PER_GROUP", 4)
    everyone = world.group("all of us", {"everyone": True})
    fills.finish_fills()
    assert Turn.objects.filter(group=everyone).count() == 2
    [delta] = GroupDelta.objects.filter(group=everyone)
    assert loaded(delta.joined) == BitMap([1, 2, 65534, 65535])
    assert world.faults() == []


def test_followers_are_filled_along(world: World) -> None:
    spread(world)
    world.group("all of us", {"everyone": True})
    world.group("again", {"group": "all of us"})
    fills.finish_fills()
    assert world.members("again") == world.members("all of us")


def test_a_new_change_is_judged_by_the_new_definition_at_once(world: World) -> None:
    ada, *_ = spread(world)
    world.group("choir")
    world.group("singers", {"group": "choir"})
    world.put(ada, "choir")
    assert world.names_in("singers") == ["Ada"]
    fills.finish_fills()
    assert world.faults() == []


def test_a_newer_definition_supersedes_the_rest(world: World) -> None:
    *_, fin = spread(world)
    world.put(fin, "choir")
    world.group("some", {"everyone": True})
    fills.fill_next_chunk()
    world.define("some", {"group": "choir"})
    assert Fill.objects.get().next_chunk == 0
    fills.finish_fills()
    assert world.names_in("some") == ["Fin"]
    assert world.faults() == []


def test_the_steps_of_a_fill_are_part_of_the_act_that_began_it(world: World) -> None:
    spread(world)
    world.group("all of us", {"everyone": True})
    begun = Change.objects.get(action="group.create")
    fills.finish_fills()
    steps = Change.objects.filter(action="group.fill")
    assert [step.part_of for step in steps] == [begun, begun]


def test_a_filling_group_can_be_deleted(world: World) -> None:
    spread(world)
    everyone = world.group("all of us", {"everyone": True})
    fills.fill_next_chunk()
    groups.delete_group(everyone, by=world.by)
    fills.finish_fills()
    assert queries.members_of(everyone) == queries.members_of(0)
    assert world.faults() == []
