"""A merge is undone: both contacts are as they were, or it says why they cannot be."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from kring.actions import (
    contacts,
    erasing,
    examples,
    fields,
    groups,
    members,
    merging,
    undo,
)
from kring.actions.restoring.errors import (
    ErasedSinceError,
    LastingChangeError,
    StandsInTheWayError,
)
from kring.contacts import records
from kring.contacts.details import Given
from kring.contacts.models import Contact, FormerContact
from kring.contacts.queries import ids_numbered, kept_contact
from kring.groups.models import ChangeEntry, Example, Placement, Turn
from kring.ui.words import words_for
from tests.actions.test_erasing import where_it_stands
from tests.undo import last_change, truth
from tests.world import World


def made(world: World, **given: object) -> int:
    wanted: Given = {"last_name": "Visser"}
    wanted.update(given)  # type: ignore[typeddict-item]
    return contacts.create_contact(wanted, by=world.by)


def merge(world: World, merged: int, into: int) -> int:
    return merging.merge_contacts(merged, into=into, by=world.by).change


def undone(world: World, change: int) -> int:
    return undo.undo_change(change, by=world.by).change or 0


def later_change(world: World, change: int) -> int:
    """The change that is named as standing in the way; nothing is changed."""
    before = truth()
    with pytest.raises(StandsInTheWayError) as refusal:
        undone(world, change)
    assert truth() == before
    assert refusal.value.later is not None
    return refusal.value.later.number


def test_both_contacts_get_back_all_that_they_had(world: World) -> None:
    world.group("lovers", {"where": {"field": "status", "op": "is", "value": "lid"}})
    world.group("singers", {"group": "choir"})
    everyone = world.group("everyone", {"everyone": True})
    double = made(world, number="KR-7", status="lid", email="double@example.org")
    ada = made(world, number="KR-1", city="Delft")
    choir = world.group("choir")
    members.place([double], choir, by=world.by, since=date(2019, 1, 2), reason="sings")
    members.place([ada], choir, by=world.by, since=date(2021, 5, 6))
    members.remove([double], everyone, by=world.by, reason="asked to")
    before = truth()
    undone(world, merge(world, double, ada))
    assert truth() == before
    assert ids_numbered(["KR-7", "KR-1"]) == {"KR-7": double, "KR-1": ada}
    assert world.faults() == []


def test_what_was_undone_can_be_done_again_and_undone_again(world: World) -> None:
    double, ada = made(world), made(world)
    world.put(double, "choir")
    created = timezone.now() - timedelta(days=900)
    records.backdate({double: created})
    before = truth()
    change = merge(world, double, ada)
    after = truth()
    redoing = undone(world, undone(world, change))
    assert truth() == after
    assert kept_contact(double) == ada
    undone(world, redoing)
    assert truth() == before
    assert Contact.objects.get(pk=double).created_at == created


def test_numbers_that_led_to_the_merged_contact_lead_there_again(
    world: World,
) -> None:
    first, second, third = (made(world, number=f"KR-{n}") for n in (1, 2, 3))
    merge(world, first, second)
    change = merge(world, second, third)
    undoing = undone(world, change)
    assert ids_numbered(["KR-1", "KR-2"]) == {"KR-1": second, "KR-2": second}
    undone(world, undoing)
    assert ids_numbered(["KR-1", "KR-2"]) == {"KR-1": third, "KR-2": third}


def test_examples_go_back_to_whom_they_were_about(world: World) -> None:
    double, ada = made(world), made(world)
    one = world.group("one", {"everyone": True})
    other = world.group("other", {"everyone": True})
    for contact, group, claim in (
        (double, one, Example.Claim.IN),
        (double, other, Example.Claim.IN),
        (ada, other, Example.Claim.OUT),
    ):
        examples.expect_contact(contact, group, claim, by=world.by)
    before = truth()
    undoing = undone(world, merge(world, double, ada))
    assert truth() == before
    undone(world, undoing)
    assert set(Example.objects.values_list("group", "contact", "claim")) == {
        (one, ada, "in"),
        (other, ada, "out"),
    }


def test_what_happened_stays_and_what_came_since_stays_too(world: World) -> None:
    double, ada = made(world), made(world)
    world.put(double, "choir")
    change = merge(world, double, ada)
    world.put(ada, "band")
    undone(world, change)
    assert (world.members("choir"), world.members("band")) == ({double}, {ada})
    turns = Turn.objects.filter(contact=double, group=world.group("choir"))
    joined = turns.order_by("pk").values_list("joined", flat=True)
    assert list(joined) == [True, False, True]
    assert world.faults() == []


def test_a_merge_is_not_undone_when_the_kept_contact_was_changed_since(
    world: World,
) -> None:
    double, ada = made(world, status="lid"), made(world)
    world.put(double, "choir")
    change = merge(world, double, ada)
    members.remove([ada], world.group("choir"), by=world.by)
    out = ChangeEntry.objects.latest("pk").change_id
    assert later_change(world, change) == out
    undone(world, out)
    contacts.edit_contact(ada, {"status": "oud-lid"}, by=world.by)
    edit = ChangeEntry.objects.latest("pk").change_id
    assert later_change(world, change) == edit
    undone(world, edit)
    undone(world, change)
    assert world.members("choir") == {double}


def test_a_merge_is_not_undone_while_the_kept_contact_is_merged_itself(
    world: World,
) -> None:
    first, second, third = made(world), made(world), made(world)
    change = merge(world, first, second)
    later = merge(world, second, third)
    assert later_change(world, change) == later
    undone(world, later)
    undone(world, change)
    assert not FormerContact.objects.exists()
    assert Contact.objects.count() == 3


def test_a_merge_is_not_done_again_when_the_kept_contact_is_merged_since(
    world: World,
) -> None:
    double, ada, ben = made(world), made(world), made(world)
    undoing = undone(world, merge(world, double, ada))
    later = merge(world, ada, ben)
    assert later_change(world, undoing) == later


def test_a_merge_is_not_done_again_when_who_came_back_was_placed_since(
    world: World,
) -> None:
    double, ada = made(world), made(world)
    undoing = undone(world, merge(world, double, ada))
    world.put(double, "band")
    later = ChangeEntry.objects.latest("pk").change_id
    assert later_change(world, undoing) == later
    expecting = world.group("expecting", {"everyone": True})
    undone(world, later)
    examples.expect_contact(double, expecting, Example.Claim.IN, by=world.by)
    assert later_change(world, undoing) == ChangeEntry.objects.latest("pk").change_id


def test_what_was_taken_away_and_put_back_since_stands_in_nobody_s_way(
    world: World,
) -> None:
    double, ada = made(world), made(world)
    world.put(double, "choir")
    everyone = world.group("everyone", {"everyone": True})
    examples.expect_contact(double, everyone, Example.Claim.IN, by=world.by)
    merged = merge(world, double, ada)
    after = truth()
    undoing = undone(world, merged)
    world.take(double, "choir")
    undone(world, ChangeEntry.objects.latest("pk").change_id)
    redoing = undone(world, undoing)
    assert truth() == after
    undone(world, redoing)
    undone(world, undone(world, ChangeEntry.objects.latest("pk").change_id))
    assert world.members("choir") == {double}


def test_a_merge_that_was_done_again_is_undone_by_its_own_number(
    world: World,
) -> None:
    double, ada = made(world), made(world)
    before = truth()
    merged = merge(world, double, ada)
    undone(world, undone(world, merged))
    undone(world, merged)
    assert truth() == before


def test_who_was_merged_again_is_merged_already(world: World) -> None:
    double, ada, ben = made(world), made(world), made(world)
    undoing = undone(world, merge(world, double, ada))
    later = merge(world, double, ben)
    assert later_change(world, undoing) == later


def test_the_refusal_says_what_was_done_since(world: World) -> None:
    first, second, third = made(world), made(world), made(world)
    change = merge(world, first, second)
    later = merge(world, second, third)
    with pytest.raises(StandsInTheWayError) as refusal:
        undone(world, change)
    words = words_for(refusal.value)
    assert "contacten samengevoegd" in words
    assert f"wijziging {later}" in words


def test_a_merge_is_never_undone_once_one_of_them_is_erased(world: World) -> None:
    double, ada = made(world, status="lid"), made(world)
    change = merge(world, double, ada)
    erasing.erase_contact(ada, by=world.by)
    with pytest.raises(ErasedSinceError):
        undone(world, change)


def test_a_merge_of_which_too_little_was_kept_is_never_undone(world: World) -> None:
    double, ada = made(world), made(world)
    change = merge(world, double, ada)
    ChangeEntry.objects.filter(kind="former").update(kind="merge")
    with pytest.raises(LastingChangeError):
        undone(world, change)


def test_who_came_back_and_is_erased_stands_nowhere_among_those_it_was_merged_into(
    world: World,
) -> None:
    first = made(world, last_name="Zwartendijk", email="zwart@example.org")
    second = made(world, email="second@example.org")
    third = made(world, email="third@example.org")
    one = merge(world, first, second)
    contacts.edit_contact(second, {"status": "lid"}, by=world.by)
    edit = ChangeEntry.objects.latest("pk").change_id
    other = merge(world, second, third)
    for change in (other, edit):
        undone(world, change)
    undoing = undone(world, one)
    contacts.edit_contact(second, {"email": "later@example.org"}, by=world.by)
    assert where_it_stands("zwart") != []
    erasing.erase_contact(first, by=world.by)
    assert where_it_stands("zwart") == []
    assert "change_entry.before" in where_it_stands("second@example.org")
    with pytest.raises(ErasedSinceError):
        undone(world, undoing)
    assert world.faults() == []


def test_a_contact_to_which_a_merged_one_leads_is_not_unmade(world: World) -> None:
    double, ada = made(world), made(world)
    making = ChangeEntry.objects.get(kind="contact", contact=ada).change_id
    change = merge(world, double, ada)
    assert later_change(world, making) == change
    undone(world, change)
    undone(world, making)
    assert not Contact.objects.filter(pk=ada).exists()


def test_a_placement_in_a_group_that_was_hidden_before_comes_back(world: World) -> None:
    double, ada = made(world), made(world)
    choir = world.group("choir")
    members.place([double], choir, by=world.by)
    groups.delete_group(choir, by=world.by)
    change = merge(world, double, ada)
    undone(world, change)
    assert Placement.objects.filter(contact=double, group=choir).exists()
    assert world.faults() == []


def test_values_of_a_field_that_was_taken_away_since_stand_in_the_way(
    world: World,
) -> None:
    roof = fields.NewField("dak", "text", "Soort dak")
    fields.add_field(roof, by=world.by)
    double, ada = made(world), made(world)
    for contact in (double, ada):
        contacts.edit_contact(contact, {"fields": {"dak": "plat"}}, by=world.by)
    change = merge(world, double, ada)
    contacts.edit_contact(ada, {"fields": {"dak": None}}, by=world.by)
    fields.delete_field("dak", by=world.by)
    deletion = last_change()
    assert later_change(world, change) == deletion
    undone(world, deletion)
    undone(world, change)
    assert records.details_of([double])[double].fields == {"dak": "plat"}
