"""A group is copied, or kept as a static group, and nobody is mailed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.db import connection

from kring.accounts.actors import Actor, ActorKind
from kring.actions import acts, copying, fills, groups, members
from kring.actions.copying import (
    StaticAlreadyError,
    StillFillingError,
    copy_group,
    freeze_group,
)
from kring.actions.erasing import erase_contact
from kring.actions.errors import (
    GroupClosedError,
    NameMissingError,
    NameTakenError,
    NotAllowedError,
    UnknownGroupsError,
)
from kring.actions.naming import free_group_name
from kring.actions.undo import undo_change
from kring.groups.models import Change, Group, Placement
from kring.groups.settings import GroupSettings, settings_of
from kring.groups.since import since_joined
from kring.mailing.models import OutgoingMail
from kring.ui.words import words_for
from tests.clock import clock_at
from tests.world import World


def since_in(group: int) -> dict[int, date | None]:
    placed = Placement.objects.filter(group=group)
    return dict(placed.values_list("contact_id", "since"))


def settings(group: int):
    return settings_of(Group.objects.get(pk=group))


def test_a_copy_of_a_static_group_has_all_settings_and_members(world: World):
    ada, ben = world.reachable("Ada", "Ben")
    koor = world.welcoming(
        "Koor",
        description="Wij zingen",
        visible_on_portal=True,
        editable_on_portal=True,
        portal_name="Ons koor",
        portal_order=3,
        neighbourhood_role="coach",
        welcome_policy="every",
    )
    members.place([ada], koor, by=world.by, since=date(2020, 2, 1), reason="lijst")
    members.place([ben], koor, by=world.by, since=date(2021, 3, 1))
    OutgoingMail.objects.all().delete()
    made = copy_group(koor, named=" Koor  twee ", by=world.by)
    assert replace(settings(made.group.pk), name="Koor") == settings(koor)
    assert made.group.name == "Koor twee"
    assert world.members("Koor twee") == {ada, ben}
    assert since_in(made.group.pk) == {ada: date(2020, 2, 1), ben: date(2021, 3, 1)}
    assert not OutgoingMail.objects.exists()
    assert world.faults() == []


def test_a_copy_of_a_derived_group_has_its_definition_and_no_pins(world: World):
    ada, ben = world.reachable("Ada", "Ben")
    allen = world.welcoming("Allen", {"everyone": True})
    members.remove([ben], allen, by=world.by, reason="wil niet")
    OutgoingMail.objects.all().delete()
    made = copy_group(allen, named="Allen twee", by=world.by)
    assert made.group.kind == "dynamic"
    assert world.members("Allen twee") == {ada, ben}
    assert not Placement.objects.filter(group=made.group).exists()
    assert not OutgoingMail.objects.exists()
    assert world.faults() == []


def test_a_frozen_group_holds_who_is_in_it_now_and_since_when(world: World):
    with clock_at(date(2026, 3, 1)):
        [ada] = world.reachable("Ada")
        allen = world.welcoming(
            "Allen",
            {"everyone": True},
            description="Iedereen",
            visible_on_portal=True,
            neighbourhood_role="coach",
        )
    with clock_at(date(2026, 5, 1)):
        ben, cas = world.reachable("Ben", "Cas")
        members.remove([cas], allen, by=world.by)
    OutgoingMail.objects.all().delete()
    with clock_at(date(2026, 6, 1)):
        made = freeze_group(allen, named="Allen in juni", by=world.by)
        world.reachable("Dia")
    OutgoingMail.objects.filter(group=allen).delete()
    frozen = made.group.pk
    assert made.group.kind == "static"
    assert world.members("Allen in juni") == {ada, ben}
    assert since_in(frozen) == {ada: date(2026, 3, 1), ben: date(2026, 5, 1)}
    assert settings(frozen) == GroupSettings(
        name="Allen in juni", description="Iedereen"
    )
    assert not OutgoingMail.objects.exists()
    assert world.faults() == []


def test_nobody_is_mailed_by_a_group_that_follows_the_copy_s_role(world: World):
    [ada] = world.reachable("Ada")
    world.group("Coaches", neighbourhood_role="coach")
    world.put(ada, "Coaches")
    world.welcoming("Welkom coach", {"role": "coach"})
    OutgoingMail.objects.all().delete()
    copy_group(world.group("Coaches"), named="Meer coaches", by=world.by)
    assert world.members("Welkom coach") == {ada}
    assert not OutgoingMail.objects.exists()
    assert world.faults() == []


def test_one_change_makes_it_and_undo_takes_it_away_and_brings_it_back(world: World):
    ada = world.contact("Ada", groups=["Koor"])
    before = Change.objects.latest("number").number
    made = copy_group(world.group("Koor"), named="Koor twee", by=world.by)
    [change] = Change.objects.filter(number__gt=before)
    assert (change.number, change.action) == (made.change, "group.copy")
    undone = undo_change(made.change, by=world.by)
    assert not Group.objects.filter(name="Koor twee", deleted_at=None).exists()
    assert world.faults() == []
    assert undone.change
    undo_change(undone.change, by=world.by)
    assert world.members("Koor twee") == {ada}
    assert world.faults() == []


def spread(world: World) -> list[int]:
    """Six contacts on both sides of the end of a chunk."""
    first = world.contacts("Ada", "Ben")
    with connection.cursor() as cursor:
        cursor.execute("update chunk set last_id = 65533")
    return first + world.contacts("Cas", "Dia", "Eva", "Fin")


@pytest.fixture
def in_steps_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "BATCH", 2)


def test_a_large_static_group_is_copied_in_steps(world: World, in_steps_of_two):
    everyone = spread(world)
    koor = world.welcoming("Koor")
    members.place(everyone, koor, by=world.by, since=date(2020, 1, 1))
    OutgoingMail.objects.all().delete()
    made = copy_group(koor, named="Koor twee", by=world.by)
    assert world.members("Koor twee") == set(everyone)
    assert set(since_in(made.group.pk).values()) == {date(2020, 1, 1)}
    steps = Change.objects.filter(part_of=made.change)
    assert [step.action for step in steps] == ["group.copy"] * 3
    assert not OutgoingMail.objects.exists()
    assert world.faults() == []
    undone = undo_change(made.change, by=world.by)
    assert not Group.objects.filter(name="Koor twee", deleted_at=None).exists()
    assert world.faults() == []
    assert undone.change
    undo_change(undone.change, by=world.by)
    fills.finish_fills()
    assert world.members("Koor twee") == set(everyone)
    assert world.faults() == []


def test_a_copy_in_steps_that_is_refused_leaves_no_trace(world: World, in_steps_of_two):
    members.place(spread(world), world.group("Koor"), by=world.by)
    before = Change.objects.count()
    with pytest.raises(NameTakenError):
        copy_group(world.group("Koor"), named="koor", by=world.by)
    assert Change.objects.count() == before


def test_a_large_derived_group_is_kept_in_steps(world: World, in_steps_of_two):
    everyone = spread(world)
    allen = world.welcoming("Allen", {"everyone": True})
    with pytest.raises(StillFillingError) as refusal:
        freeze_group(allen, named="Vast", by=world.by)
    assert "bijgewerkt" in words_for(refusal.value)
    fills.finish_fills()
    OutgoingMail.objects.all().delete()
    made = freeze_group(allen, named="Vast", by=world.by)
    assert world.members("Vast") == set(everyone)
    joined = since_joined(everyone, [allen])
    assert since_in(made.group.pk) == {
        contact: joined[contact, allen] for contact in everyone
    }
    assert not OutgoingMail.objects.exists()
    assert world.faults() == []


def test_a_copy_of_a_large_derived_group_is_filled_and_mails_nobody(world: World):
    everyone = spread(world)
    allen = world.welcoming("Allen", {"everyone": True})
    fills.finish_fills()
    copy_group(allen, named="Allen twee", by=world.by)
    assert world.members("Allen twee") == set()
    fills.finish_fills()
    assert world.members("Allen twee") == set(everyone)
    assert not OutgoingMail.objects.exists()
    assert world.faults() == []


def test_who_is_erased_between_two_steps_is_left_out(
    world: World, in_steps_of_two, monkeypatch: pytest.MonkeyPatch
):
    everyone = world.contacts("Ada", "Ben", "Cas")
    members.place(everyone, world.group("Koor"), by=world.by)
    begin = acts.act

    def erasing_before_a_step(action, *, part_of=None, **given):
        if part_of is not None:
            erase_contact(everyone[-1], by=world.by)
        return begin(action, part_of=part_of, **given)

    monkeypatch.setattr(copying, "act", erasing_before_a_step)
    copy_group(world.group("Koor"), named="Koor twee", by=world.by)
    assert world.members("Koor twee") == set(everyone[:2])
    assert world.faults() == []


def test_an_empty_group_is_copied_too(world: World):
    made = copy_group(world.group("Leeg"), named="Leeg twee", by=world.by)
    assert made.change == made.group.version
    assert world.members("Leeg twee") == set()


def test_a_static_group_is_static_already(world: World):
    with pytest.raises(StaticAlreadyError) as refusal:
        freeze_group(world.group("Koor"), named="Koor vast", by=world.by)
    assert "Koor" in words_for(refusal.value)


@pytest.mark.parametrize("act", [copy_group, freeze_group])
@pytest.mark.parametrize(
    ("named", "refusal"), [("KOOR", NameTakenError), (" ", NameMissingError)]
)
def test_the_name_is_there_and_its_own(world: World, act, named, refusal):
    world.group("Koor")
    allen = world.group("Allen", {"everyone": True})
    with pytest.raises(refusal):
        act(allen, named=named, by=world.by)
    assert Group.objects.count() == 2


def test_a_closed_part_is_no_part_of_a_copy(world: World):
    world.group("Koor")
    zangers = world.group("Zangers", {"group": "Koor"})
    groups.close_group(world.group("Koor"), by=world.by)
    with pytest.raises(GroupClosedError):
        copy_group(zangers, named="Zangers twee", by=world.by)
    freeze_group(zangers, named="Zangers vast", by=world.by)
    assert world.members("Zangers vast") == set()


@pytest.mark.parametrize("act", [copy_group, freeze_group])
def test_only_who_may_change_groups_may(world: World, act):
    allen = world.group("Allen", {"everyone": True})
    with pytest.raises(NotAllowedError):
        act(allen, named="Twee", by=Actor(ActorKind.USER, None, "reader"))
    with pytest.raises(UnknownGroupsError):
        act(2**40, named="Twee", by=world.by)
    assert Group.objects.count() == 1


def test_a_free_name_is_near_the_one_that_is_wanted(world: World):
    assert free_group_name("Koor  (kopie)") == "Koor (kopie)"
    world.group("Koor (kopie)")
    world.group("KOOR (kopie) 2")
    assert free_group_name("Koor (kopie)") == "Koor (kopie) 3"
    long = "x" * 200
    world.group(long)
    assert free_group_name(long + "y") == "x" * 198 + " 2"
