"""What a contact chose itself is lifted by it, or with a reason, at every door."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from kring.actions import members, merging, own_groups, undo
from kring.actions.errors import OwnChoiceError
from kring.groups.models import Change, Placement
from kring.ui.words import words_for
from tests.mailing.mails import person
from tests.world import World

OPEN = {"visible_on_portal": True, "editable_on_portal": True}


@pytest.fixture
def ans(world: World) -> int:
    return person(world, "Aalbers", first_name="Ans")


@pytest.fixture
def group(world: World) -> int:
    return world.group("Iedereen", {"everyone": True}, **OPEN)


def lift(world: World, contact: int, group: int, reason: str = "") -> None:
    members.unpin([contact], group, by=world.by, reason=reason)


def put_in(world: World, contact: int, group: int, reason: str = "") -> None:
    members.place([contact], group, by=world.by, reason=reason)


def keep_out_for_a_while(
    world: World, contact: int, group: int, reason: str = ""
) -> None:
    until = timezone.localdate() + timedelta(days=9)
    members.remove([contact], group, by=world.by, reason=reason, until=until)


def change_all(world: World, contact: int, group: int, reason: str = "") -> None:
    asked = members.Asked(unpin=frozenset({contact}))
    members.change_members(group, asked, by=world.by, reason=reason)


WAYS = [lift, put_in, keep_out_for_a_while, change_all]


@pytest.mark.parametrize("way", WAYS, ids=lambda one: one.__name__)
@pytest.mark.parametrize("reason", ["", "  "])
def test_without_a_reason_it_stays(world, ans, group, way, reason):
    own_groups.leave(ans, group)
    changes = Change.objects.count()
    with pytest.raises(OwnChoiceError) as refusal:
        way(world, ans, group, reason)
    assert Change.objects.count() == changes
    assert ans not in world.members("Iedereen")
    told = words_for(refusal.value)
    assert "heeft er zelf voor gekozen" in told
    assert "zeg waarom" in told


@pytest.mark.parametrize("way", WAYS, ids=lambda one: one.__name__)
def test_with_a_reason_it_is_lifted_and_the_reason_is_kept(world, ans, group, way):
    own_groups.leave(ans, group)
    way(world, ans, group, "Belde erover")
    assert Change.objects.latest("number").reason == "Belde erover"


def test_the_contact_needs_no_reason(world, ans, group):
    own_groups.leave(ans, group)
    own_groups.join(ans, group)
    assert ans in world.members("Iedereen")


def test_what_staff_decided_is_lifted_as_before(world, ans, group):
    members.remove([ans], group, by=world.by, reason="Wanbetaler")
    lift(world, ans, group)
    assert ans in world.members("Iedereen")


def test_to_keep_out_whoever_stays_out_needs_no_reason(world, ans, group):
    own_groups.leave(ans, group)
    members.remove([ans], group, by=world.by)
    assert Placement.objects.get().change.actor_kind == "contact"


def test_of_many_all_or_none(world, ans, group):
    bob = person(world, "Bakker")
    members.remove([bob], group, by=world.by)
    own_groups.leave(ans, group)
    with pytest.raises(OwnChoiceError) as refusal:
        members.unpin([ans, bob], group, by=world.by)
    assert refusal.value.contacts == [ans]
    assert world.members("Iedereen") == set()


def test_undo_is_no_way_around_it(world, ans, group):
    change = own_groups.leave(ans, group).change or 0
    with pytest.raises(OwnChoiceError):
        undo.undo_change(change, by=world.by)
    assert ans not in world.members("Iedereen")
    own_groups.take_back(ans, change, now=timezone.now())
    assert ans in world.members("Iedereen")


def test_undoing_what_lifted_it_brings_it_back(world, ans, group):
    own_groups.leave(ans, group)
    change = members.unpin([ans], group, by=world.by, reason="Belde").change or 0
    undo.undo_change(change, by=world.by)
    assert ans not in world.members("Iedereen")
    with pytest.raises(OwnChoiceError):
        lift(world, ans, group)


def test_merging_moves_it_with_what_it_asks(world, ans, group):
    double = person(world, "Aalberts")
    own_groups.leave(double, group)
    merging.merge_contacts(double, into=ans, by=world.by)
    with pytest.raises(OwnChoiceError):
        lift(world, ans, group)


@pytest.mark.parametrize("page", ["contact", "pins"])
def test_staff_is_asked_for_the_reason(
    client, world, ans, group, page, django_user_model
):
    staff = django_user_model.objects.create(email="a@b.example", staff_role="staff")
    client.force_login(staff)
    own_groups.leave(ans, group)
    address, given = {
        "contact": (f"/contacten/{ans}/uitzondering-opheffen/", {"group": group}),
        "pins": (f"/groepen/{group}/uitzonderingen/opheffen/", {"contact": ans}),
    }[page]
    asked = client.post(address, given).content.decode()
    assert "heeft er zelf voor gekozen" in asked
    [(name, value)] = given.items()
    assert f'name="{name}" value="{value}"' in asked
    assert ans not in world.members("Iedereen")
    client.post(address, {**given, "reason": "Belde erover"})
    assert ans in world.members("Iedereen")
    assert Change.objects.latest("number").reason == "Belde erover"
