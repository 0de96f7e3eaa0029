"""The feed gives every change once, in an order that no late commit upsets."""

from __future__ import annotations

import threading
from itertools import pairwise

import pytest
from django.db import connection
from django.utils import timezone
from pyroaring import BitMap

from kring.accounts.actors import actor_of
from kring.accounts.models import StaffRole, User
from kring.actions import members
from kring.actions.acts import act
from kring.groups import feed
from kring.groups.feed import Delta, FeedChange, Turned, UnreadableCursorError
from kring.groups.models import Change
from tests.world import World


@pytest.fixture
def steady_world(transactional_db) -> World:
    """Each act is a transaction of its own, as in real life."""
    return World()


def read_to_the_end(cursor: str = "", limit: int = 100) -> tuple[list[int], str]:
    numbers: list[int] = []
    while True:
        page = feed.changes_after(cursor, limit=limit)
        cursor = page.next_cursor
        if not page.changes:
            return numbers, cursor
        numbers += [change.number for change in page.changes]


def numbers_of_all() -> list[int]:
    return list(Change.objects.order_by("number").values_list("number", flat=True))


def told(number: int | None) -> FeedChange:
    found = feed.change_numbered(number or 0)
    assert found is not None
    return found


def test_a_change_tells_who_did_what_why_and_what_turned(world: World, db) -> None:
    anna = User(email="anna@kring.example", staff_role=StaffRole.STAFF)
    anna.save()
    ada, choir = world.contact("Ada"), world.group("choir")
    singers = world.group("singers", {"group": "choir"})
    done = members.place([ada], choir, by=actor_of(anna), reason="zingt mee")
    change = told(done.change)
    assert (change.actor, change.action) == ("anna@kring.example", "members.place")
    assert change.reason == "zingt mee"
    assert change.turns == (
        Turned(choir, ada, joined=True),
        Turned(singers, ada, joined=True),
    )
    assert feed.change_as_json(change) == {
        "number": done.change,
        "at": change.at,
        "actor": "anna@kring.example",
        "action": "members.place",
        "reason": "zingt mee",
        "part_of": None,
        "undoes": None,
        "turns": [
            {"group": choir, "contact": ada, "joined": True},
            {"group": singers, "contact": ada, "joined": True},
        ],
    }


def test_who_has_no_account_is_told_by_what_it_is(world: World) -> None:
    world.contact("Ada", groups=["choir"])
    change = Change.objects.latest("number")
    assert told(change.number).actor == "operator"


def test_a_large_act_is_told_in_numbers_and_its_ids_apart(world: World) -> None:
    contacts = world.contacts(*["Somebody"] * 1_001)
    choir = world.group("choir")
    singers = world.group("singers", {"group": "choir"})
    done = members.place(contacts, choir, by=world.by)
    change = told(done.change)
    assert change.turns == ()
    assert change.deltas == (Delta(choir, 1_001, 0), Delta(singers, 1_001, 0))
    assert feed.change_as_json(change)["deltas"] == [
        {"group": choir, "joined": 1_001, "left": 0},
        {"group": singers, "joined": 1_001, "left": 0},
    ]
    [first] = feed.deltas_of(change.number, limit=1)
    assert (first.group, first.flip.joined) == (choir, BitMap(contacts))
    [second] = feed.deltas_of(change.number, after=choir)
    assert feed.flip_as_json(second) == {
        "group": singers,
        "joined": contacts,
        "left": [],
    }


def test_a_change_of_very_many_turns_is_told_in_numbers(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    contacts = world.contacts("Ada", "Ben", "Cas")
    choir = world.group("choir")
    band = world.group("band", {"group": "choir"})
    done = members.place(contacts, choir, by=world.by)
    monkeypatch.setattr(feed, "MOST_TURNS", 5)
    change = told(done.change)
    assert change.turns == ()
    assert change.deltas == (Delta(choir, 3, 0), Delta(band, 3, 0))


def test_a_page_ends_early_where_much_turned(
    steady_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    choir = steady_world.group("choir")
    for contact in steady_world.contacts("Ada", "Ben", "Cas", "Dina"):
        members.place([contact], choir, by=steady_world.by)
    monkeypatch.setattr(feed, "MOST_TURNS", 2)
    page = feed.changes_after()
    assert sum(len(change.turns) for change in page.changes) == 2
    assert read_to_the_end()[0] == numbers_of_all()


def test_a_cursor_goes_on_when_something_new_happens(steady_world: World) -> None:
    nothing, cursor = read_to_the_end()
    assert (nothing, bool(cursor)) == ([], True)
    ada = steady_world.contact("Ada", groups=["choir"])
    first, cursor = read_to_the_end(cursor, limit=1)
    assert first == numbers_of_all()
    assert read_to_the_end(cursor) == ([], cursor)
    done = members.remove([ada], steady_world.group("choir"), by=steady_world.by)
    assert read_to_the_end(cursor)[0] == [done.change]


@pytest.mark.parametrize("cursor", ["x", "é", "MQ==", "MS4y4", "e30=", "LTEuMg=="])
def test_a_cursor_that_nobody_gave_out_is_refused(db, cursor: str) -> None:
    with pytest.raises(UnreadableCursorError):
        feed.changes_after(cursor)


class Slow:
    """A transaction in a connection of its own that ends when it is told to."""

    def __init__(self, *, numbered_first: bool) -> None:
        self.numbered_first = numbered_first
        self.number = 0
        self.begun, self.may_end = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()
        assert self.begun.wait(30)

    def run(self) -> None:
        try:
            with act("test.slow", by=World.by) as this:
                with connection.cursor() as cursor:
                    cursor.execute("select pg_current_xact_id()")
                if self.numbered_first:
                    self.number = this.change
                self.begun.set()
                self.may_end.wait(30)
                self.number = this.change
        finally:
            connection.close()

    def ends(self) -> int:
        self.may_end.set()
        self.thread.join()
        return self.number


@pytest.mark.parametrize("numbered_first", [True, False])
def test_a_late_commit_of_another_connection_is_not_missed(
    steady_world: World, numbered_first
) -> None:
    """Who was first ends last; whoever reads on in between still gets both, once."""
    _, cursor = read_to_the_end()
    slow = Slow(numbered_first=numbered_first)
    with act("test.quick", by=steady_world.by) as this:
        quick = this.change
    early, cursor = read_to_the_end(cursor)
    late = slow.ends()
    assert (late < quick) is numbered_first
    assert early == []
    assert read_to_the_end(cursor)[0] == [late, quick]


def test_a_page_of_many_changes_takes_few_queries(
    steady_world: World, django_assert_max_num_queries
) -> None:
    choir = steady_world.group("choir")
    for contact in steady_world.contacts(*["Somebody"] * 40):
        members.place([contact], choir, by=steady_world.by)
    members.place(
        steady_world.contacts(*["Somebody"] * 1_001), choir, by=steady_world.by
    )
    with django_assert_max_num_queries(5):
        assert len(feed.changes_after(limit=1_000).changes) > 40


def test_the_changes_of_a_group_are_those_that_turned_or_touched_it(
    world: World,
) -> None:
    choir = world.group("choir")
    singers = world.group("singers", {"group": "choir"})
    world.group("band")
    world.contact("Ada", groups=["band", "choir"])
    changes = feed.changes_of_group(singers)
    assert [change.action for change in changes] == ["group.create", "members.place"]
    assert feed.count_of_group(singers) == 2
    [last] = feed.changes_of_group(choir, after=changes[0].number)
    assert last.number == changes[1].number
    assert len(feed.changes_of_group(choir, limit=1)) == 1


def test_the_feed_is_in_the_order_of_transactions(steady_world: World) -> None:
    steady_world.contact("Ada", groups=["choir", "band"])
    places = list(Change.objects.values_list("transaction", "number"))
    assert all(before < after for before, after in pairwise(sorted(places)))
    assert read_to_the_end()[0] == [number for _, number in sorted(places)]
    assert timezone.now() >= feed.changes_after().changes[-1].at
