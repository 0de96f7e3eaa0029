from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from kring.actions import groups, members
from kring.actions.errors import (
    DateNotPossibleError,
    DerivedGroupNeededError,
    GroupClosedError,
    LastDayPassedError,
    NoLastDayError,
    NoStatedDateError,
    StaticGroupNeededError,
    TextTooLongError,
    UnknownContactsError,
    UnknownGroupsError,
    UnprintableTextError,
)
from kring.groups.models import Change, ChangeEntry, GroupDelta, Placement, Turn
from kring.ui.words import words_for
from tests.world import World


def test_placing_answers_how_many_were_placed_and_by_which_change(
    world: World,
) -> None:
    ada, ben = world.contacts("Ada", "Ben")
    world.put(ada, "choir")
    outcome = members.place([ada, ben], world.group("choir"), by=world.by)
    assert outcome.count == 1
    assert outcome.change is not None
    assert Change.objects.get(pk=outcome.change).action == "members.place"


def test_placing_whoever_is_in_already_leaves_no_trace(world: World) -> None:
    ada = world.contact("Ada", groups=["choir"])
    before = Change.objects.count()
    outcome = members.place([ada], world.group("choir"), by=world.by)
    assert (outcome.count, outcome.change) == (0, None)
    assert Change.objects.count() == before


def test_a_stated_date_replaces_the_earlier_one_and_no_bit_turns(world: World) -> None:
    ada = world.contact("Ada", groups=["choir"])
    turns = Turn.objects.count()
    day = date(2020, 5, 3)
    members.place([ada], world.group("choir"), by=world.by, since=day)
    assert Placement.objects.get(contact=ada).since == day
    assert Turn.objects.count() == turns


def test_nobody_is_placed_from_a_day_in_the_future(world: World) -> None:
    ada = world.contact("Ada")
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(DateNotPossibleError):
        members.place([ada], world.group("choir"), by=world.by, since=tomorrow)


def test_a_closed_group_refuses_placing_and_allows_removing(world: World) -> None:
    ada, ben = world.contacts("Ada", "Ben")
    world.put(ada, "choir")
    groups.close_group(world.group("choir"), by=world.by)
    with pytest.raises(GroupClosedError):
        world.put(ben, "choir")
    world.take(ada, "choir")
    assert world.names_in("choir") == []


def test_strangers_are_refused_and_nobody_is_placed(world: World) -> None:
    ada = world.contact("Ada")
    with pytest.raises(UnknownContactsError) as refusal:
        members.place([ada, 77], world.group("choir"), by=world.by)
    assert refusal.value.contacts == [77]
    assert world.names_in("choir") == []


def test_an_unknown_group_is_refused(world: World) -> None:
    ada = world.contact("Ada")
    with pytest.raises(UnknownGroupsError):
        members.place([ada], 12345, by=world.by)


def test_lifting_a_pin_lets_the_definition_decide_again(world: World) -> None:
    ada = world.contact("Ada", groups=["choir"])
    singers = world.group("singers", {"group": "choir"})
    members.remove([ada], singers, by=world.by, reason="asked to")
    assert world.names_in("singers") == []
    members.unpin([ada], singers, by=world.by)
    assert world.names_in("singers") == ["Ada"]


def test_only_derived_groups_have_pins(world: World) -> None:
    ada = world.contact("Ada", groups=["choir"])
    with pytest.raises(DerivedGroupNeededError):
        members.unpin([ada], world.group("choir"), by=world.by)


def test_removing_whoever_is_not_in_a_static_group_changes_nothing(
    world: World,
) -> None:
    ada = world.contact("Ada")
    assert members.remove([ada], world.group("choir"), by=world.by).count == 0


def test_every_placement_is_written_down_with_its_reason(world: World) -> None:
    ada = world.contact("Ada")
    members.place([ada], world.group("choir"), by=world.by, reason="sings well")
    entry = ChangeEntry.objects.get(kind="placement")
    assert (entry.contact, entry.before) == (ada, None)
    assert entry.after is not None
    assert entry.after["effect"] == "in"
    assert entry.change.reason == "sings well"


def test_a_large_act_turns_bitmaps_instead_of_rows(world: World) -> None:
    contacts = world.contacts(*["Somebody"] * 1_001)
    world.group("singers", {"group": "choir"})
    outcome = members.place(contacts, world.group("choir"), by=world.by)
    assert outcome.count == 1_001
    assert Turn.objects.count() == 0
    assert GroupDelta.objects.count() == 2
    assert world.faults() == []


def test_more_than_a_batch_is_one_long_act_in_steps(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(members, "BATCH", 2)
    contacts = world.contacts("Ada", "Ben", "Cas", "Dia", "Eva")
    outcome = members.place(contacts, world.group("choir"), by=world.by)
    assert outcome.count == 5
    assert Change.objects.filter(part_of=outcome.change).count() == 3
    assert len(world.members("choir")) == 5


def singers_with_a_pin(world: World, until: date | None) -> tuple[int, int]:
    """Ada, who does not sing, is pinned among the singers."""
    ada, singers = world.contact("Ada"), world.group("singers", {"group": "choir"})
    members.place([ada], singers, by=world.by, reason="helps out", until=until)
    return ada, singers


def test_a_pin_may_have_a_last_day_and_counts_on_it(world: World) -> None:
    today = timezone.localdate()
    ada, singers = singers_with_a_pin(world, today)
    pin = Placement.objects.get(contact=ada, group=singers)
    assert (pin.effect, pin.until, pin.reason) == ("in", today, "helps out")
    assert world.names_in("singers") == ["Ada"]
    assert world.faults() == []


def test_a_later_pin_replaces_the_earlier_with_its_last_day(world: World) -> None:
    today = timezone.localdate()
    ada, singers = singers_with_a_pin(world, None)
    members.place([ada], singers, by=world.by, until=today)
    members.remove([ada], singers, by=world.by, until=today + timedelta(days=7))
    pin = Placement.objects.get(contact=ada, group=singers)
    assert (pin.effect, pin.until) == ("out", today + timedelta(days=7))
    assert world.names_in("singers") == []


def test_a_last_day_that_has_passed_is_refused(world: World) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    ada, singers = singers_with_a_pin(world, None)
    with pytest.raises(LastDayPassedError):
        members.place([ada], singers, by=world.by, until=yesterday)
    with pytest.raises(LastDayPassedError):
        members.remove([ada], singers, by=world.by, until=yesterday)


def test_a_static_membership_has_no_last_day(world: World) -> None:
    ada = world.contact("Ada")
    for act in (members.place, members.remove):
        with pytest.raises(NoLastDayError) as refusal:
            act([ada], world.group("choir"), by=world.by, until=timezone.localdate())
        assert "is een statische groep" in words_for(refusal.value)


def test_since_when_one_is_in_a_derived_group_is_not_stated(world: World) -> None:
    ada, singers = singers_with_a_pin(world, None)
    with pytest.raises(NoStatedDateError):
        members.place([ada], singers, by=world.by, since=date(2020, 5, 3))


@pytest.mark.parametrize(
    ("reason", "refused"),
    [("x" * 1_001, TextTooLongError), ("\0", UnprintableTextError)],
)
def test_a_reason_that_cannot_be_kept_is_refused(
    world: World, reason: str, refused: type[Exception]
) -> None:
    ada = world.contact("Ada")
    with pytest.raises(refused):
        members.place([ada], world.group("choir"), by=world.by, reason=reason)
    assert world.names_in("choir") == []


def test_members_of_a_static_group_are_said_to_belong_since_another_day(
    world: World,
) -> None:
    ada, ben = world.contacts("Ada", "Ben")
    choir = world.group("choir")
    world.put(ada, "choir")
    since = date(2019, 5, 3)
    done = members.restate_since([ada, ben], choir, since, by=world.by)
    assert done.count == 1
    assert Placement.objects.get(contact=ada).since == since
    assert world.members("choir") == {ada}
    again = members.restate_since([ada], choir, since, by=world.by)
    assert (again.count, again.change) == (0, None)


def test_who_follows_since_when_turns_with_the_stated_date(world: World) -> None:
    ada = world.contact("Ada", groups=["choir"])
    long_ago = {"member": "choir", "since": {"op": "before", "value": "2020-01-01"}}
    world.group("faithful", long_ago)
    choir = world.group("choir")
    members.restate_since([ada], choir, date(2019, 5, 3), by=world.by)
    assert world.members("faithful") == {ada}
    members.restate_since([ada], choir, date(2021, 5, 3), by=world.by)
    assert world.members("faithful") == set()
    assert world.faults() == []


def test_since_when_is_never_to_come_and_of_derived_groups_never_stated(
    world: World,
) -> None:
    ada = world.contact("Ada", groups=["choir"])
    singers = world.group("singers", {"group": "choir"})
    to_come = timezone.localdate() + timedelta(days=1)
    with pytest.raises(DateNotPossibleError):
        members.restate_since([ada], world.group("choir"), to_come, by=world.by)
    with pytest.raises(StaticGroupNeededError):
        members.restate_since([ada], singers, date(2020, 1, 1), by=world.by)
