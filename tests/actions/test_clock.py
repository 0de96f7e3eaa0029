"""Days pass: what is relative to today turns at local midnight, by itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from django.utils import timezone

from kring.actions import clock, contacts, fills, members
from kring.contacts.details import Given
from kring.contacts.models import Kind
from kring.groups.models import Change, Chunk, TurningDay
from tests.clock import Clock, clock_at
from tests.world import World

TODAY = date(2026, 3, 1)


@pytest.fixture
def days(world: World):
    with clock_at(TODAY) as passing:
        yield passing


def born(world: World, name: str, day: str) -> int:
    given: Given = {
        "kind": Kind.PERSON,
        "last_name": name,
        "date_of_birth": date.fromisoformat(day),
    }
    return contacts.create_contact(given, by=world.by)


def adults(world: World) -> int:
    rule = {"field": "date_of_birth", "op": "age_at_least", "value": 18}
    return world.group("adults", {"where": rule})


def test_on_a_birthday_somebody_joins(world: World, days: Clock) -> None:
    adults(world)
    world.group("invited", {"base": {"group": "adults"}, "except": []})
    born(world, "Ada", "2008-03-02")
    assert world.names_in("adults") == []
    days.pass_days(1)
    clock.new_day()
    assert world.names_in("adults") == ["Ada"]
    assert world.names_in("invited") == ["Ada"]
    assert world.faults() == []


def test_a_day_on_which_nobody_turns_after_all_is_no_change(
    world: World, days: Clock
) -> None:
    group = adults(world)
    born(world, "Ada", "2008-03-20")
    tomorrow = date(2026, 3, 2)
    TurningDay.objects.update_or_create(
        group_id=group, chunk=0, defaults={"day": tomorrow}
    )
    days.pass_days(1)
    clock.new_day()
    assert not Change.objects.filter(action="day.new").exists()
    assert Chunk.objects.get().day == tomorrow
    assert world.faults() == []


def test_the_clock_is_the_actor_of_what_a_day_turns(world: World, days: Clock) -> None:
    adults(world)
    born(world, "Ada", "2008-03-02")
    days.pass_days(1)
    clock.new_day()
    newest = Change.objects.order_by("-number").first()
    assert newest is not None
    assert (newest.action, newest.actor_kind) == ("day.new", "clock")


def test_a_day_on_which_nothing_turns_leaves_no_change(
    world: World, days: Clock
) -> None:
    adults(world)
    born(world, "Ada", "2008-05-02")
    before = Change.objects.count()
    days.pass_days(30)
    clock.new_day()
    assert Change.objects.count() == before
    assert Chunk.objects.get().day == days.today


def test_only_groups_that_turn_are_judged(
    world: World, days: Clock, django_assert_max_num_queries
) -> None:
    adults(world)
    born(world, "Ada", "2008-05-02")
    days.pass_days(1)
    # Begin, graph, behind, hold, what turns, keep: no condition is asked.
    with django_assert_max_num_queries(8):
        clock.new_day()


def test_whoever_writes_first_on_a_day_brings_it_to_that_day(
    world: World, days: Clock
) -> None:
    adults(world)
    world.group("choir")
    ada, bo = born(world, "Ada", "2008-03-02"), born(world, "Bo", "1950-01-01")
    days.pass_days(1)
    world.put(bo, "choir")
    assert world.members("adults") == {ada, bo}
    assert world.faults() == []
    day, placing = Change.objects.order_by("-number")[:2][::-1]
    assert [day.action, placing.action] == ["day.new", "members.place"]


def test_an_edit_on_a_new_day_comes_after_that_day(world: World, days: Clock) -> None:
    adults(world)
    ada = born(world, "Ada", "2008-03-02")
    days.pass_days(1)
    world.define("adults", {"any": []})
    assert world.members("adults") == set()
    assert world.faults() == []
    days.pass_days(1)
    world.define("adults", {"everyone": True})
    assert world.members("adults") == {ada}
    assert world.faults() == []


def test_days_that_were_missed_are_caught_up(world: World, days: Clock) -> None:
    rule = {"field": "date_of_birth", "op": "age_below", "value": 18}
    world.group("young", {"where": rule})
    born(world, "Ada", "2008-03-05")
    born(world, "Bo", "2008-03-20")
    days.pass_days(10)
    clock.new_day()
    assert world.names_in("young") == ["Bo"]
    days.pass_days(30)
    clock.new_day()
    assert world.names_in("young") == []
    assert world.faults() == []


def test_a_day_begins_at_local_midnight_also_in_summer_time(
    world: World, days: Clock
) -> None:
    adults(world)
    days.move_to(date(2026, 3, 28))
    born(world, "Ada", "2008-03-29")
    born(world, "Bo", "2008-03-30")
    days.move_to(date(2026, 3, 28), time(23, 59, 59))
    clock.new_day()
    assert world.names_in("adults") == []
    days.move_to(date(2026, 3, 29), time(0, 0))
    assert timezone.now().astimezone(UTC) == datetime(2026, 3, 28, 23, tzinfo=UTC)
    clock.new_day()
    assert world.names_in("adults") == ["Ada"]
    # That night has 23 hours; the next day begins an hour earlier by UTC.
    days.move_to(date(2026, 3, 29), time(23, 59, 59))
    clock.new_day()
    assert world.names_in("adults") == ["Ada"]
    days.move_to(date(2026, 3, 30), time(0, 0))
    assert timezone.now().astimezone(UTC) == datetime(2026, 3, 29, 22, tzinfo=UTC)
    clock.new_day()
    assert world.names_in("adults") == ["Ada", "Bo"]


def test_a_pin_ends_after_its_last_day(world: World, days: Clock) -> None:
    ada = world.contact("Ada")
    world.group("all", {"everyone": True})
    tomorrow = date(2026, 3, 2)
    members.remove([ada], world.group("all"), by=world.by, until=tomorrow)
    days.pass_days(1)
    clock.new_day()
    assert world.members("all") == set()
    days.pass_days(1)
    clock.new_day()
    assert world.members("all") == {ada}
    assert world.faults() == []


def test_a_day_that_has_come_is_not_looked_at_again(world: World, days: Clock) -> None:
    adults(world)
    born(world, "Ada", "2008-03-02")
    born(world, "Ben", "2008-03-09")
    days.pass_days(1)
    clock.new_day()
    [waiting] = TurningDay.objects.all()
    assert waiting.day == date(2026, 3, 9)


def test_belonging_long_enough_is_reached_by_waiting(world: World, days: Clock) -> None:
    ada = world.contact("Ada")
    world.group("choir")
    long = {"op": "at_least_days", "value": 3}
    world.group("faithful", {"member": "choir", "since": long})
    world.put(ada, "choir")
    for _ in range(2):
        days.pass_days(1)
        clock.new_day()
        assert world.members("faithful") == set()
    days.pass_days(1)
    clock.new_day()
    assert world.members("faithful") == {ada}
    world.take(ada, "choir")
    assert world.members("faithful") == set()
    world.put(ada, "choir")
    assert world.members("faithful") == set()
    assert world.faults() == []


def test_a_stated_date_counts_for_static_groups(world: World, days: Clock) -> None:
    ada = world.contact("Ada")
    choir = world.group("choir")
    before = {"op": "before", "value": "2026-01-01"}
    world.group("old hands", {"member": "choir", "since": before})
    world.put(ada, "choir")
    assert world.members("old hands") == set()
    members.place([ada], choir, by=world.by, since=date(2025, 12, 31))
    assert world.members("old hands") == {ada}
    members.place([ada], choir, by=world.by, since=date(2026, 1, 1))
    assert world.members("old hands") == set()
    assert world.faults() == []


def test_of_a_derived_group_the_last_joining_counts(world: World, days: Clock) -> None:
    ada, bo = world.contacts("Ada", "Bo")
    world.group("choir")
    world.group("singers", {"any": [{"group": "choir"}]})
    after = {"op": "after", "value": "2026-03-01"}
    world.group("newcomers", {"member": "singers", "since": after})
    world.put(ada, "choir")
    assert world.members("newcomers") == set()
    days.pass_days(1)
    world.put(bo, "choir")
    assert world.members("newcomers") == {bo}
    world.take(ada, "choir")
    world.put(ada, "choir")
    assert world.members("newcomers") == {ada, bo}
    assert world.faults() == []


def test_a_group_of_those_who_joined_lately(world: World, days: Clock) -> None:
    rule = {"field": "created_on", "op": "in_last_days", "value": 2}
    world.group("new", {"where": rule})
    world.group("old", {"base": {"everyone": True}, "except": [{"group": "new"}]})
    born(world, "Ada", "1990-01-01")
    assert world.names_in("new") == ["Ada"]
    days.pass_days(3)
    clock.new_day()
    assert world.names_in("new") == []
    assert world.names_in("old") == ["Ada"]


def test_several_chunks_turn_step_by_step_as_one_act(world: World, days: Clock) -> None:
    adults(world)
    born(world, "Ada", "2008-03-02")
    Chunk.objects.update(last_id=65_535)
    born(world, "Bo", "2008-03-02")
    fills.finish_fills()
    days.pass_days(1)
    clock.new_day()
    assert world.names_in("adults") == ["Ada", "Bo"]
    steps = Change.objects.filter(action="day.new", part_of__isnull=False)
    assert steps.count() == 2
    assert len({step.part_of_id for step in steps}) == 1
    assert world.faults() == []


def test_a_clock_that_is_set_back_judges_by_the_latest_day(
    world: World, days: Clock
) -> None:
    adults(world)
    world.contact("Bo")
    days.pass_days(3)
    clock.new_day()
    days.pass_days(-2)
    ada = born(world, "Ada", "2008-03-04")
    assert world.members("adults") == {ada}
    assert world.faults() == []
