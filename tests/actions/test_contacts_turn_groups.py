"""An edited contact joins and leaves what asks for what was edited."""

from __future__ import annotations

from typing import Any

import pytest

from kring.actions.contacts import create_contact, edit_contact
from kring.contacts.models import CustomField
from tests.world import World


def asked(world: World, field: str, op: str, *value: object) -> None:
    condition = {"field": field, "op": op, **dict(zip(["value"], value, strict=False))}
    world.group("asked", {"where": condition})


@pytest.mark.parametrize(
    ("field", "op", "value", "given"),
    [
        ("last_name", "is", "Bos", {"last_name": "Bos"}),
        ("number", "starts_with", "X", {"number": "X1"}),
        ("newsletter", "is", True, {"newsletter": True}),
        ("email", "contains", "@delft", {"email": "ada@delft.example"}),
        ("has_email", "is", True, {"email": "ada@delft.example"}),
        ("phone", "starts_with", "+316", {"phone": "+31612345678"}),
        ("has_phone", "is", True, {"phone": "+31612345678"}),
        ("city", "is", "delft", {"city": "Delft"}),
        ("has_address", "is", True, {"city": "Delft"}),
        ("field:colour", "is", "red", {"fields": {"colour": "red"}}),
    ],
)
def test_an_edit_turns_what_asks_for_it(
    world: World, field: str, op: str, value: object, given: Any
) -> None:
    CustomField.objects.create(code="colour", label="Kleur", type="text")
    asked(world, field, op, value)
    contact = create_contact({"last_name": "Aal"}, by=world.by)
    assert world.members("asked") == set()
    edit_contact(contact, given, by=world.by)
    assert world.members("asked") == {contact}
    assert world.faults() == []


def test_a_new_contact_is_in_what_asks_for_its_details_at_once(world: World) -> None:
    asked(world, "city", "in", ["Delft", "Den Haag"])
    contact = create_contact({"last_name": "Aal", "city": "DELFT"}, by=world.by)
    assert world.members("asked") == {contact}


def test_an_edit_asks_only_groups_that_ask_for_it(
    world: World, django_assert_max_num_queries
) -> None:
    contact = create_contact({"last_name": "Aal"}, by=world.by)
    for number in range(20):
        where = {"field": "city", "op": "is", "value": f"Stad {number}"}
        world.group(f"Stad {number}", {"where": where})
    with django_assert_max_num_queries(20):
        edit_contact(contact, {"last_name": "Bos"}, by=world.by)
