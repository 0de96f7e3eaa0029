"""Whatever is spoiled behind Kring's back is found and mended, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone
from pyroaring import BitMap

from kring.accounts.actors import Actor, ActorKind
from kring.actions import checking, clock, members
from kring.actions.errors import NotAllowedError
from kring.groups import chunks
from kring.groups.bitmaps import stored
from kring.groups.check import Fault
from kring.groups.models import (
    Change,
    Chunk,
    Edge,
    Placement,
    Turn,
    TurningDay,
)
from tests.world import World

YESTERDAY = date(2020, 1, 1)


@pytest.fixture
def world(world: World) -> World:
    """Ada sings, Ben plays, both help; everything follows from something."""
    ada = world.contact("Ada", groups=["choir"])
    ben = world.contact("Ben", groups=["band"])
    world.group("singers", {"group": "choir"})
    world.group("music", {"any": [{"group": "singers"}, {"group": "band"}]})
    world.group("all of us", {"everyone": True})
    world.group("leden", {"where": {"field": "status", "op": "is", "value": "lid"}})
    in_a_week = timezone.localdate() + timedelta(days=7)
    helpers = world.group("helpers", {"any": []})
    members.place([ada, ben], helpers, by=world.by, until=in_a_week)
    return world


def spoil(statement: str, *given: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)  # type: ignore[arg-type]


def bits_of(group: int, *contacts: int) -> None:
    spoil(
        "update group_chunk set members = %s, count = %s where group_id = %s",
        stored(BitMap(contacts)),
        len(contacts),
        group,
    )


def lost_contact(_: World) -> None:
    """A row that some other program deleted."""
    spoil("delete from placement where contact_id = 1")
    spoil("delete from contact where id = 1")


SPOILED: dict[str, tuple[Callable[[World], object], set[Fault]]] = {
    "a bit too many": (
        lambda world: bits_of(world.group("singers"), 1, 2),
        {Fault.NOT_AS_TRUTH, Fault.NOT_AS_HISTORY},
    ),
    "a bit too few": (
        lambda world: bits_of(world.group("choir")),
        {Fault.NOT_AS_TRUTH, Fault.NOT_AS_HISTORY},
    ),
    "all bits of everybody gone": (
        lambda _: spoil("delete from group_chunk"),
        {Fault.NOT_AS_TRUTH, Fault.NOT_AS_HISTORY},
    ),
    "the bit of somebody who does not exist": (
        lambda world: bits_of(world.group("band"), 2, 40_000),
        {Fault.NOT_AS_TRUTH, Fault.NOT_AS_HISTORY},
    ),
    "a placement that nobody followed": (
        lambda world: spoil(
            "delete from placement where group_id = %s", world.group("choir")
        ),
        {Fault.NOT_AS_TRUTH},
    ),
    "a field that nobody followed": (
        lambda _: spoil(
            "update contact set status = 'lid', folded_status = 'lid' where id = 2"
        ),
        {Fault.NOT_AS_TRUTH},
    ),
    "a turn that was lost": (
        lambda world: spoil(
            'delete from turn where "group" = %s', world.group("choir")
        ),
        {Fault.NOT_AS_HISTORY},
    ),
    "a turn that never was": (
        lambda world: spoil(
            'insert into turn (contact, "group", change_id, joined)'
            " select 2, %s, max(number), true from change",
            world.group("choir"),
        ),
        {Fault.NOT_AS_HISTORY},
    ),
    "a wrong count": (
        lambda world: spoil(
            "update group_chunk set count = 7 where group_id = %s",
            world.group("choir"),
        ),
        {Fault.WRONG_COUNT},
    ),
    "a contact that its chunk does not know": (
        lambda _: spoil("update chunk set contacts = %s", stored(BitMap([1]))),
        {Fault.WRONG_CONTACTS},
    ),
    "a chunk that would give an id out twice": (
        lambda _: spoil("update chunk set last_id = 1"),
        {Fault.WRONG_CONTACTS},
    ),
    "a contact that was deleted by another program": (
        lost_contact,
        {Fault.WRONG_CONTACTS, Fault.NOT_AS_TRUTH},
    ),
    "an edge that was lost": (
        lambda _: Edge.objects.all().delete(),
        {Fault.WRONG_EDGES},
    ),
    "an edge too many": (
        lambda world: spoil(
            "insert into edge (group_id, asks) values (%s, 'everyone')",
            world.group("singers"),
        ),
        {Fault.WRONG_EDGES},
    ),
    "a day that would be missed": (
        lambda _: TurningDay.objects.all().delete(),
        {Fault.LATE_DAY},
    ),
    "a day that comes too late": (
        lambda _: TurningDay.objects.update(day=date(2999, 1, 1)),
        {Fault.LATE_DAY},
    ),
}


@pytest.mark.parametrize("how", SPOILED)
def test_what_was_spoiled_is_found_and_mended(world: World, how: str) -> None:
    spoiled, faults = SPOILED[how]
    spoiled(world)
    assert {row.fault for row in world.faults()} == faults
    done = checking.repair(by=world.by)
    assert {row.fault for row in done.found} == faults
    assert done.left == []
    assert world.faults() == []


def test_who_is_placed_without_existing_is_found_and_lifted(world: World) -> None:
    spoil("set constraints all immediate")
    spoil("set session_replication_role = replica")
    spoil("delete from contact where id = 1")
    spoil("set session_replication_role = default")
    found = {row.fault for row in world.faults()}
    assert found == {Fault.WRONG_CONTACTS, Fault.LOST_PLACEMENT, Fault.NOT_AS_TRUTH}
    assert checking.repair(by=world.by).left == []
    assert not Placement.objects.filter(contact=1).exists()
    assert world.members("music") == {2}
    assert world.faults() == []


def test_where_nothing_is_wrong_nothing_is_written(world: World) -> None:
    before = (Change.objects.count(), chunk_rows())
    done = checking.repair(by=world.by)
    assert (done.found, done.left, done.whole) == ([], [], None)
    assert (Change.objects.count(), chunk_rows()) == before


def test_bits_that_were_right_are_not_touched(world: World) -> None:
    bits_of(world.group("singers"), 1, 2)
    before = chunk_rows()
    checking.repair(by=world.by)
    touched = {group for group, row in chunk_rows().items() if before[group] != row}
    assert touched == {world.group("singers")}


def test_a_bit_that_was_lost_is_not_told_to_have_joined_twice(world: World) -> None:
    turns = Turn.objects.count()
    bits_of(world.group("choir"))
    checking.repair(by=world.by)
    assert world.members("choir") == {1}
    assert Turn.objects.count() == turns


def test_what_follows_from_mended_groups_is_mended_with_its_turns(
    world: World,
) -> None:
    spoil("delete from placement where group_id = %s", world.group("choir"))
    checking.repair(by=world.by)
    left = Turn.objects.filter(contact=1, joined=False)
    wanted = {world.group(name) for name in ("choir", "singers", "music")}
    assert set(left.values_list("group", flat=True)) == wanted
    assert {turn.change.action for turn in left} == {"check.repair"}


def test_each_step_is_a_change_that_tells_what_was_wrong(world: World) -> None:
    bits_of(world.group("choir"))
    done = checking.repair(by=world.by)
    [whole] = Change.objects.filter(action="check.repair", part_of=None)
    assert whole.pk == done.whole
    told = [
        (entry.group, entry.after)
        for step in whole.steps.all()
        for entry in step.entries.order_by("pk")
    ]
    assert (world.group("choir"), {"fault": "not_as_truth", "chunk": 0}) in told


def test_several_chunks_are_mended_one_by_one(world: World) -> None:
    spoil("update chunk set last_id = 65535")
    dia = world.contact("Dia", groups=["choir"])
    spoil("delete from group_chunk")
    seen: list[tuple[int, int]] = []
    done = checking.repair(
        by=world.by, progress=lambda now, total: seen.append((now, total))
    )
    assert seen == [(1, 2), (2, 2)]
    assert done.left == []
    assert world.members("music") == {1, 2, dia}
    assert world.faults() == []


def test_many_groups_are_mended_in_steps_each_after_its_parts(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "_GROUPS_AT_ONCE", 1)
    spoil("delete from placement where group_id = %s", world.group("choir"))
    checking.repair(by=world.by)
    assert Turn.objects.filter(contact=1, joined=False).count() == 3
    assert world.faults() == []


def test_a_day_that_nobody_began_yet_is_no_fault(world: World) -> None:
    Chunk.objects.update(day=YESTERDAY)
    assert world.faults() == []
    clock.new_day()
    assert chunks.earliest_day() == timezone.localdate()
    assert world.faults() == []


def test_a_reader_mends_nothing(world: World) -> None:
    with pytest.raises(NotAllowedError):
        checking.repair(by=Actor(ActorKind.USER, staff_role="reader"))


def chunk_rows() -> dict[int, tuple[str, bytes]]:
    """Each group's row and where it lies, which tells whether it was written."""
    with connection.cursor() as cursor:
        cursor.execute("select group_id, ctid::text, members from group_chunk")
        return {group: (place, bytes(blob)) for group, place, blob in cursor.fetchall()}
