"""Who was in which group on any day that is over, and how groups grew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import BitMap

from kring.actions import groups, members
from kring.groups import past
from kring.groups.bitmaps import COUNTED_BYTES, counted, stored
from kring.groups.models import Change
from kring.groups.past import Size
from tests.world import World

MAY = date(2026, 5, 1)


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> Callable[[date], None]:
    """Makes it noon of that day, in the time of the cooperative."""

    def travel(day: date) -> None:
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        monkeypatch.setattr(timezone, "now", lambda: noon)

    return travel


def days(count: int) -> list[date]:
    return [MAY + timedelta(days=number) for number in range(count)]


def test_members_on_a_day_are_those_at_its_end(world: World, on) -> None:
    first, second, third, last = days(4)
    on(first)
    ada, choir = world.contact("Ada"), world.group("choir")
    singers = world.group("singers", {"group": "choir"})
    on(second)
    world.put(ada, "choir")
    on(third)
    world.take(ada, "choir")
    on(last)
    for group in (choir, singers):
        assert [set(past.members_on(group, day)) for day in days(4)] == [
            set(),
            {ada},
            set(),
            set(),
        ]


def test_large_and_small_acts_are_taken_back_in_their_order(world: World, on) -> None:
    on(MAY)
    crowd = world.contacts(*["Somebody"] * 1_200)
    choir = world.group("choir")
    expected: list[set[int]] = []
    for day, inside in zip(days(5), (1_150, 3, 1_200, 2, 1_100), strict=True):
        on(day)
        wanted = set(crowd[:inside])
        now = world.members("choir")
        if wanted - now:
            members.place(wanted - now, choir, by=world.by)
        if now - wanted:
            members.remove(now - wanted, choir, by=world.by)
        world.take(crowd[0], "choir")
        expected.append(wanted - {crowd[0]})
    assert [set(past.members_on(choir, day)) for day in days(5)] == expected


@pytest.mark.parametrize("early", [True, False])
def test_both_ways_of_reading_give_the_same(
    world: World, on, monkeypatch: pytest.MonkeyPatch, early
) -> None:
    expected: list[set[int]] = []
    on(MAY)
    nearest = past._reading

    def reading(group: int, over: datetime) -> past._Reading:
        return replace(nearest(group, over), is_nearer_to_the_beginning=early)

    monkeypatch.setattr(past, "_reading", reading)
    contacts = world.contacts("Ada", "Ben", "Cas", "Dina")
    choir = world.group("choir")
    for number, day in enumerate(days(12)):
        on(day)
        some = [one for one in contacts if (one * 7 + number) % 3]
        deed = members.place if number % 2 else members.remove
        deed(some, choir, by=world.by)
        expected.append(world.members("choir"))
    assert [set(past.members_on(choir, day)) for day in days(12)] == expected


def test_a_day_ends_at_local_midnight_also_in_summer_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, ben, cas = world.contacts("Ada", "Ben", "Cas")
    choir = world.group("choir")
    moments = {
        ada: datetime(2026, 3, 28, 22, 59, 59, tzinfo=UTC),  # the 28th, 23:59 in winter
        ben: datetime(2026, 3, 29, 21, 59, 59, tzinfo=UTC),  # the 29th, 23:59 in summer
        cas: datetime(2026, 3, 29, 22, 0, tzinfo=UTC),  # the 30th has begun
    }
    for contact, moment in moments.items():
        done = members.place([contact], choir, by=world.by)
        Change.objects.filter(number=done.change or 0).update(at=moment)
    _everything_else_happened_before(min(moments.values()))
    inside = {day: set(past.members_on(choir, date(2026, 3, day))) for day in (28, 29)}
    assert inside == {28: {ada}, 29: {ada, ben}}
    assert set(past.members_on(choir, date(2026, 3, 30))) == {ada, ben, cas}


def test_today_and_later_are_the_stored_members(world: World) -> None:
    world.contact("Ada", groups=["choir"])
    choir = world.group("choir")
    for later in (0, 1, 400):
        day = timezone.localdate() + timedelta(days=later)
        assert set(past.members_on(choir, day)) == world.members("choir")
    assert set(past.members_on(choir, date.max)) == world.members("choir")


def test_before_kring_knew_nobody_was_in(world: World, on) -> None:
    on(MAY)
    world.contact("Ada", groups=["choir"])
    choir = world.group("choir")
    on(days(9)[-1])
    assert past.known_since(choir) == MAY
    assert set(past.members_on(choir, MAY - timedelta(days=1))) == set()
    assert set(past.members_on(choir, date.min)) == set()


def test_a_group_that_does_not_exist_has_no_past(world: World) -> None:
    assert past.known_since(77) is None
    assert past.members_on(77, MAY) == BitMap()
    assert past.size_over_time(77) == []


def test_a_deleted_group_keeps_its_history(world: World, on) -> None:
    first, second, third = days(3)
    on(first)
    ada = world.contact("Ada", groups=["choir"])
    choir = world.group("choir")
    on(second)
    groups.delete_group(choir, by=world.by)
    on(third)
    assert set(past.members_on(choir, first)) == {ada}
    assert set(past.members_on(choir, second)) == set()
    assert past.groups_on(ada, first) == {choir}
    assert past.groups_on(ada, second) == frozenset()


def test_the_difference_between_two_days(world: World, on) -> None:
    first, second, third = days(3)
    on(first)
    ada, ben = world.contact("Ada", groups=["choir"]), world.contact("Ben")
    choir = world.group("choir")
    on(second)
    world.take(ada, "choir")
    world.put(ben, "choir")
    on(third)
    flip = past.difference(choir, first, second)
    assert (set(flip.joined), set(flip.left)) == ({ben}, {ada})
    back = past.difference(choir, second, first)
    assert (set(back.joined), set(back.left)) == ({ada}, {ben})


def test_the_groups_of_a_contact_on_a_day(world: World, on) -> None:
    first, second, third, last = days(4)
    on(first)
    ada, *crowd = world.contacts(*["Somebody"] * 1_100)
    choir, band = world.group("choir"), world.group("band")
    members.place([ada, *crowd], choir, by=world.by)
    on(second)
    world.put(ada, "band")
    on(third)
    members.remove([ada, *crowd], choir, by=world.by)
    on(last)
    assert [past.groups_on(ada, day) for day in (first, second, third, last)] == [
        {choir},
        {choir, band},
        {band},
        {band},
    ]


def test_the_size_is_told_for_each_day_on_which_it_changed(world: World, on) -> None:
    first, second, third, fourth = days(4)
    on(first)
    ada, ben, *crowd = world.contacts(*["Somebody"] * 1_102)
    choir = world.group("choir")
    members.place([ada, ben], choir, by=world.by)
    on(second)
    members.place(crowd, choir, by=world.by)
    on(third)
    world.take(ada, "choir")
    world.put(ada, "choir")
    on(fourth)
    members.remove([ben, *crowd], choir, by=world.by)
    assert past.size_over_time(choir) == [
        Size(first, 2),
        Size(second, 1_102),
        Size(fourth, 1),
    ]


def test_who_took_no_part_in_a_large_act_was_not_moved_by_it(world: World, on) -> None:
    first, second = days(2)
    on(first)
    ada, *crowd = world.contacts(*["Somebody"] * 1_102)
    members.place(crowd, world.group("choir"), by=world.by)
    on(second)
    assert past.groups_on(ada, first) == frozenset()


def test_the_last_day_there_is_has_an_end() -> None:
    assert past.end_of(date.max) > past.end_of(date.max - timedelta(days=1))


@given(st.sets(st.integers(0, 65_535)), st.integers(0, 3), st.booleans())
@settings(derandomize=True, database=None)
def test_the_beginning_of_a_kept_bitmap_tells_its_count(
    some: set[int], chunk: int, whole
) -> None:
    start = chunk << 16
    contacts = BitMap(start + one for one in some)
    if whole:
        contacts |= BitMap(range(start, start + 30_000))
    assert counted(stored(contacts)[:COUNTED_BYTES]) == len(contacts)
    assert counted(b"") == 0


@given(st.lists(st.integers(0, 40), min_size=1, max_size=30), st.integers(-3, 45))
@settings(derandomize=True, database=None, deadline=None)
@pytest.mark.django_db
def test_halving_finds_the_last_change_before_a_moment(
    hours: list[int], asked: int
) -> None:
    start = datetime(2026, 5, 1, tzinfo=UTC)
    Change.objects.all().delete()
    numbers = [
        Change(
            number=position * 3 + 2,
            transaction=1,
            at=start + timedelta(hours=hour),
            actor_kind="operator",
            action="test",
        )
        for position, hour in enumerate(sorted(hours))
    ]
    Change.objects.bulk_create(numbers)
    moment = start + timedelta(hours=asked)
    earlier = [change.number for change in numbers if change.at < moment]
    reading = past._reading(1, moment + past._DISORDER)
    assert reading.after == max(earlier, default=0)


def _everything_else_happened_before(moment: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "update change set at = %s where at > now() - interval '1 hour'", [moment]
        )
