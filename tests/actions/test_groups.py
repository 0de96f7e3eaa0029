from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kring.accounts.actors import Actor, ActorKind, actor_of
from kring.accounts.models import StaffRole, User
from kring.actions import groups, members
from kring.actions.errors import (
    ChangedMeanwhileError,
    EndsBeforeItStartsError,
    GroupClosedError,
    GroupInUseError,
    KindIsFixedError,
    LoopError,
    NameMissingError,
    NameTakenError,
    NestedTooDeepError,
    NotAllowedError,
    RefusedError,
    TextTooLongError,
    UnknownChoiceError,
    UnknownGroupsError,
    UnprintableTextError,
)
from kring.algebra.expressions import AnyOf, AtLeast, GroupMembers, HasRole, Role
from kring.algebra.unreadable import ImpossibleCountError, TooManyNodesError
from kring.groups.models import Change, ChangeEntry, Group, Kind, Turn
from kring.groups.settings import GroupSettings, settings_of
from kring.mailing.models import Template
from kring.ui.words import words_for
from tests.world import World


def made(world: World, **settings: Any) -> Group:
    return groups.create_group(GroupSettings(**settings), by=world.by)


def edited(world: World, name: str, **settings: Any) -> Group:
    group = Group.objects.get(pk=world.group(name))
    return groups.edit_group(
        group.pk, replace(settings_of(group), **settings), by=world.by
    )


def test_a_group_keeps_every_setting_it_was_made_with(world: World) -> None:
    user = User.objects.create(email="a@example.org", staff_role=StaffRole.STAFF)
    template = Template.objects.create(name="Welkom", folded_name="welkom")
    wanted = GroupSettings(
        name="Coach - Energie",
        description="Helpt bewoners",
        responsible=user.pk,
        starts_on=date(2026, 1, 1),
        visible_on_portal=True,
        visible_at_contact=True,
        welcome_template=template.pk,
        welcome_policy="every",
        neighbourhood_role="coach",
        closed=True,
        ends_on=date(2026, 1, 1),
        editable_on_portal=True,
        portal_name="Energiecoach",
        portal_order=3,
    )
    group = groups.create_group(wanted, by=actor_of(user))
    stored = Group.objects.get(pk=group.pk)
    assert settings_of(stored) == wanted
    assert stored.created_by == user
    assert stored.kind == Kind.STATIC


@pytest.mark.parametrize(
    ("definition", "kind"),
    [
        (None, Kind.STATIC),
        ({"everyone": True}, Kind.DYNAMIC),
        ({"role": "coach"}, Kind.DYNAMIC),
        ({"any": []}, Kind.DYNAMIC),
        ({"any": [{"group": "choir"}]}, Kind.COMPOSITE),
    ],
)
def test_the_kind_follows_from_the_definition(
    world: World, definition: object, kind: Kind
) -> None:
    assert Group.objects.get(pk=world.group("one", definition)).kind == kind


@pytest.mark.parametrize(
    ("settings", "refusal"),
    [
        ({"name": "   "}, NameMissingError),
        ({"name": "\u0301"}, NameMissingError),
        ({"name": "x" * 10_000_000}, TextTooLongError),
        ({"name": "a\0b"}, UnprintableTextError),
        ({"name": "CHÓIR"}, NameTakenError),
        ({"name": "new", "description": "x" * 5_001}, TextTooLongError),
        ({"name": "new", "responsible": 12345}, UnknownChoiceError),
        ({"name": "new", "welcome_template": 12345}, UnknownChoiceError),
        ({"name": "new", "neighbourhood_role": "king"}, UnknownChoiceError),
        ({"name": "new", "welcome_policy": "never"}, UnknownChoiceError),
        (
            {
                "name": "new",
                "starts_on": date(2026, 2, 1),
                "ends_on": date(2026, 1, 1),
            },
            EndsBeforeItStartsError,
        ),
        ({"name": "new", "definition": GroupMembers(12345)}, UnknownGroupsError),
        (
            {
                "name": "new",
                "definition": HasRole(Role.COACH),
                "neighbourhood_role": "coach",
            },
            LoopError,
        ),
    ],
)
def test_settings_that_cannot_be_are_refused_and_nothing_is_lost(
    world: World, settings: dict[str, Any], refusal: type[RefusedError]
) -> None:
    world.group("choir")
    changes = Change.objects.count()
    with pytest.raises(refusal):
        made(world, **settings)
    assert Group.objects.count() == 1
    assert Change.objects.count() == changes


def test_a_responsible_person_without_a_staff_role_is_refused(world: World) -> None:
    visitor = User.objects.create(email="v@example.org")
    with pytest.raises(UnknownChoiceError):
        made(world, name="new", responsible=visitor.pk)


def test_limits_hold_for_definitions_that_were_never_text(world: World) -> None:
    choir = GroupMembers(world.group("choir"))
    with pytest.raises(TooManyNodesError):
        made(world, name="new", definition=AnyOf((choir,) * 500))
    with pytest.raises(ImpossibleCountError):
        made(world, name="new", definition=AtLeast(2, (choir, choir)))


def test_a_loop_is_refused_with_its_path(world: World) -> None:
    world.group("A", {"everyone": True})
    world.group("B", {"group": "A"})
    world.group("C", {"group": "B"})
    with pytest.raises(LoopError) as refusal:
        world.define("A", {"group": "C"})
    assert refusal.value.path == ["A", "C", "B", "A"]
    assert set(refusal.value.roles) == {None}


def test_a_loop_through_a_role_is_refused(world: World) -> None:
    world.group("coaches", {"role": "coach"})
    world.group("all", {"group": "coaches"})
    with pytest.raises(LoopError) as refusal:
        edited(world, "all", neighbourhood_role="coach")
    assert refusal.value.path == ["all", "coaches", "all"]
    assert refusal.value.roles == (None, Role.COACH)
    assert "all → coaches → (rol Is coach) → all" in words_for(refusal.value)


def test_a_new_definition_that_asks_the_role_its_group_gives_is_refused(
    world: World,
) -> None:
    world.group("coaches", {"everyone": True}, neighbourhood_role="coach")
    world.group("helped", {"group": "coaches"})
    with pytest.raises(LoopError) as refusal:
        world.define("coaches", {"any": [{"group": "helped"}, {"role": "coach"}]})
    assert refusal.value.path == ["coaches", "coaches"]
    assert refusal.value.roles == (Role.COACH,)


def test_groups_nest_64_deep_and_no_deeper(world: World) -> None:
    world.group("0")
    for level in range(1, 65):
        world.group(str(level), {"group": str(level - 1)})
    world.contact("Ada", groups=["0"])
    assert world.names_in("64") == ["Ada"]
    with pytest.raises(NestedTooDeepError) as refusal:
        world.group("65", {"group": "64"})
    assert refusal.value.limit == 64


def test_a_role_counts_for_whoever_belongs_to_a_group_that_gives_it(
    world: World,
) -> None:
    world.contact("Ada", groups=["choir"])
    world.group("coaches", {"role": "coach"})
    assert world.names_in("coaches") == []
    edited(world, "choir", neighbourhood_role="coach")
    assert world.names_in("coaches") == ["Ada"]
    edited(world, "choir", neighbourhood_role="")
    assert world.names_in("coaches") == []


def test_a_static_group_gets_no_definition_and_a_derived_one_keeps_it(
    world: World,
) -> None:
    world.group("choir")
    world.group("singers", {"group": "choir"})
    with pytest.raises(KindIsFixedError):
        world.define("choir", {"everyone": True})
    with pytest.raises(KindIsFixedError):
        edited(world, "singers", definition=None)


def test_a_closed_group_becomes_no_new_part_but_stays_one(world: World) -> None:
    world.group("singers", {"group": "choir"})
    groups.close_group(world.group("choir"), by=world.by)
    with pytest.raises(GroupClosedError):
        world.group("others", {"group": "choir"})
    edited(world, "singers", description="still of the choir")


def test_closing_and_reopening_keep_the_day_of_closing(world: World) -> None:
    group = groups.close_group(world.group("choir"), by=world.by)
    closed_at = group.closed_at
    assert closed_at is not None
    edited(world, "choir", description="quiet")
    assert Group.objects.get(pk=group.pk).closed_at == closed_at
    assert groups.reopen_group(group.pk, by=world.by).closed_at is None


def test_a_group_in_use_is_not_deleted_and_every_use_is_named(world: World) -> None:
    world.group("singers", {"group": "choir"})
    world.group("quiet", {"base": {"everyone": True}, "except": [{"group": "choir"}]})
    with pytest.raises(GroupInUseError) as refusal:
        groups.delete_group(world.group("choir"), by=world.by)
    assert list(refusal.value.uses.values()) == ["quiet", "singers"]


def test_a_deleted_group_is_gone_and_its_name_is_free(world: World) -> None:
    world.contact("Ada", groups=["choir"])
    world.group("singers", {"group": "choir"})
    groups.delete_group(world.group("singers"), by=world.by)
    groups.delete_group(world.group("choir"), by=world.by)
    assert world.names_in("choir") == []
    assert world.faults() == []
    assert Turn.objects.filter(joined=False).count() == 2


def test_a_deleted_group_cannot_be_touched(world: World) -> None:
    choir = world.group("choir")
    groups.delete_group(choir, by=world.by)
    with pytest.raises(UnknownGroupsError):
        groups.delete_group(choir, by=world.by)
    with pytest.raises(UnknownGroupsError):
        groups.close_group(choir, by=world.by)


def test_who_edits_what_another_changed_is_told(world: World) -> None:
    choir = Group.objects.get(pk=world.group("choir"))
    edited(world, "choir", description="changed by another")
    with pytest.raises(ChangedMeanwhileError):
        groups.edit_group(
            choir.pk, settings_of(choir), by=world.by, version=choir.version
        )


def test_an_edit_that_changes_nothing_leaves_no_trace(world: World) -> None:
    world.group("choir")
    before = Change.objects.count()
    edited(world, "choir")
    assert Change.objects.count() == before


def test_what_a_setting_was_and_became_is_kept(world: World) -> None:
    edited(world, "choir", description="loud")
    entry = ChangeEntry.objects.filter(kind="group").latest("pk")
    assert entry.before is not None
    assert entry.after is not None
    assert (entry.before["description"], entry.after["description"]) == ("", "loud")
    assert entry.change.action == "group.edit"


@pytest.mark.parametrize("role", ["", StaffRole.READER])
def test_who_may_only_look_changes_nothing(world: World, role: str) -> None:
    reader = Actor(ActorKind.USER, user_id=None, staff_role=role)
    choir = world.group("choir")
    with pytest.raises(NotAllowedError):
        groups.create_group(GroupSettings(name="new"), by=reader)
    with pytest.raises(NotAllowedError):
        groups.delete_group(choir, by=reader)
    with pytest.raises(NotAllowedError):
        members.place([1], choir, by=reader)
