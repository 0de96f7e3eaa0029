from __future__ import annotations

from datetime import date

from django.db import connection
from django.utils import timezone

from kring.actions import members
from kring.groups.since import since_joined, since_stated
from tests.world import World


def test_a_static_membership_counts_from_its_stated_date(world: World) -> None:
    ada, choir = world.contact("Ada"), world.group("choir")
    members.place([ada], choir, by=world.by, since=date(2020, 5, 3))
    assert since_stated([ada], [choir]) == {(ada, choir): date(2020, 5, 3)}


def test_a_derived_membership_counts_from_the_last_joining(world: World) -> None:
    ada = world.contact("Ada", groups=["choir"])
    singers = world.group("singers", {"group": "choir"})
    _all_happened_in_may()
    assert since_joined([ada], [singers]) == {(ada, singers): date(2026, 5, 3)}
    world.take(ada, "choir")
    world.put(ada, "choir")
    today = timezone.localdate()
    assert since_joined([ada], [singers]) == {(ada, singers): today}


def test_a_joining_in_a_large_act_counts_as_well(world: World) -> None:
    contacts = world.contacts(*["Somebody"] * 1_001)
    singers = world.group("singers", {"group": "choir"})
    members.place(contacts, world.group("choir"), by=world.by)
    today = timezone.localdate()
    assert since_joined(contacts[:2], [singers]) == {
        (contacts[0], singers): today,
        (contacts[1], singers): today,
    }


def test_the_later_of_a_large_and_a_small_joining_counts(world: World) -> None:
    contacts = world.contacts(*["Somebody"] * 1_001)
    singers = world.group("singers", {"group": "choir"})
    members.place(contacts, world.group("choir"), by=world.by)
    _all_happened_in_may()
    world.take(contacts[0], "choir")
    world.put(contacts[0], "choir")
    assert since_joined(contacts[:2], [singers]) == {
        (contacts[0], singers): timezone.localdate(),
        (contacts[1], singers): date(2026, 5, 3),
    }


def _all_happened_in_may() -> None:
    with connection.cursor() as cursor:
        # In Amsterdam this is the third of May already.
        cursor.execute("update change set at = '2026-05-02 22:30+00'")
