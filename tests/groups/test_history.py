"""What turned is written down in the form that suits its size."""

from __future__ import annotations

from kring.actions import members
from kring.groups.history import ROWS_PER_GROUP
from kring.groups.models import GroupDelta, Turn
from tests.world import World


def test_a_thousand_turns_of_a_group_are_rows_and_more_are_bitmaps(
    world: World,
) -> None:
    contacts = world.contacts(*(f"Lid {n}" for n in range(ROWS_PER_GROUP + 1)))
    small, large = world.group("small"), world.group("large")
    members.place(contacts[:-1], small, by=world.by)
    members.place(contacts, large, by=world.by)
    assert Turn.objects.filter(group=small).count() == ROWS_PER_GROUP
    assert not Turn.objects.filter(group=large).exists()
    assert set(GroupDelta.objects.values_list("group", flat=True)) == {large}
    assert world.faults() == []
