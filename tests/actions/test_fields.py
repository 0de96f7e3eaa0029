"""Fields are added to all contacts."""

from __future__ import annotations

import pytest

from kring.actions import fields
from kring.actions.contacts import create_contact
from kring.actions.errors import TextTooLongError, UnprintableTextError
from kring.actions.fields import NewField, add_field
from kring.contacts.fields import custom_fields
from kring.contacts.models import CustomField, FieldType
from kring.groups.models import ChangeEntry
from kring.ui.words import words_for
from tests.world import World


def test_a_field_is_added_with_its_facts(world: World) -> None:
    add_field(
        NewField("thema", "multiple_choice", "Thema's", ("Zon", "Wind"), "read"),
        by=world.by,
    )
    row = CustomField.objects.get()
    assert (row.label, row.choices, row.portal) == ("Thema's", ["Zon", "Wind"], "read")
    assert custom_fields()["thema"].type is FieldType.MULTIPLE_CHOICE


def test_a_field_without_a_label_is_called_by_its_code(world: World) -> None:
    assert add_field(NewField("score", "number"), by=world.by).label == "score"


def test_fields_stand_in_the_order_they_were_added(world: World) -> None:
    for code in ("b", "a"):
        add_field(NewField(code, "text"), by=world.by)
    assert [row.code for row in CustomField.objects.all()] == ["b", "a"]


def test_an_added_field_is_written_down(world: World) -> None:
    add_field(NewField("score", "number"), by=world.by)
    entry = ChangeEntry.objects.get()
    assert entry.after is not None
    assert entry.after["code"] == "score"


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        (NewField("Score!", "number"), fields.FieldCodeUnreadableError),
        (NewField("", "number"), fields.FieldCodeUnreadableError),
        (NewField("score", "colour"), fields.UnknownFieldTypeError),
        (NewField("score", "number", portal="all"), fields.UnknownPortalAccessError),
        (NewField("score", "choice"), fields.ChoicesMissingError),
        (NewField("score", "choice", choices=(" ",)), fields.ChoicesMissingError),
        (NewField("s", "number", choices=("1",)), fields.ChoicesNotPossibleError),
        (NewField("s", "choice", choices=("a", "Á")), fields.ChoiceTwiceError),
        (NewField("s", "text", label="a" * 201), TextTooLongError),
        (NewField("s", "text", label="a\0b"), UnprintableTextError),
    ],
)
def test_a_field_that_makes_no_sense_is_refused(
    world: World, wanted: NewField, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        add_field(wanted, by=world.by)
    assert not CustomField.objects.exists()


def test_a_code_is_taken_once(world: World) -> None:
    add_field(NewField("score", "number"), by=world.by)
    with pytest.raises(fields.FieldCodeTakenError):
        add_field(NewField("score", "text"), by=world.by)


def themes(world: World) -> CustomField:
    wanted = NewField("a__in", "multiple_choice", "Thema", ("Zon", "Wind", "Gas"))
    return add_field(wanted, by=world.by)


def test_a_field_is_edited(world: World) -> None:
    themes(world)
    fields.edit_field(
        "a__in", by=world.by, label="Thema's", choices=["Wind", "Warmte"], portal="edit"
    )
    row = CustomField.objects.get()
    assert (row.label, row.choices) == ("Thema's", ["Wind", "Warmte"])
    assert row.portal == "edit"
    entry = ChangeEntry.objects.order_by("-pk")[0]
    assert entry.before is not None
    assert entry.after is not None
    assert (entry.before["label"], entry.after["label"]) == ("Thema", "Thema's")


def test_an_edit_that_changes_nothing_leaves_no_trace(world: World) -> None:
    themes(world)
    before = ChangeEntry.objects.count()
    fields.edit_field("a__in", by=world.by, label="Thema")
    assert ChangeEntry.objects.count() == before


@pytest.mark.parametrize("op", ["is", "is_not", "in", "not_in"])
def test_a_choice_that_a_group_asks_for_stays(world: World, op: str) -> None:
    themes(world)
    value = ["Zon", "Gas"] if op.endswith("in") else "Zon"
    world.group("sun", {"where": {"field": "field:a__in", "op": op, "value": value}})
    with pytest.raises(fields.ChoiceInUseError) as refused:
        fields.edit_field("a__in", by=world.by, choices=["Wind", "Gas"])
    assert refused.value.choice == "Zon"
    assert list(refused.value.uses.values()) == ["sun"]
    fields.edit_field("a__in", by=world.by, choices=["Zon", "Gas"])


def test_a_choice_that_a_contact_has_stays(world: World) -> None:
    themes(world)
    create_contact(
        {"last_name": "Aal", "fields": {"a__in": ["Gas", "Zon"]}}, by=world.by
    )
    with pytest.raises(fields.ChoiceInUseError) as refused:
        fields.edit_field("a__in", by=world.by, choices=["Wind", "Gas"])
    assert (refused.value.uses, refused.value.contacts) == ({}, 1)
    assert "1 contact heeft dit" in words_for(refused.value)


def test_a_field_that_is_used_stays_and_the_refusal_lists_its_uses(
    world: World,
) -> None:
    themes(world)
    world.group("any", {"where": {"field": "field:a__in", "op": "not_empty"}})
    world.group("none", {"where": {"field": "field:a__in", "op": "empty"}})
    create_contact({"last_name": "Aal", "fields": {"a__in": ["Gas"]}}, by=world.by)
    with pytest.raises(fields.FieldInUseError) as refused:
        fields.delete_field("a__in", by=world.by)
    assert list(refused.value.uses.values()) == ["any", "none"]
    assert refused.value.contacts == 1
    assert "any" in words_for(refused.value)


def test_a_field_that_nobody_uses_goes(world: World) -> None:
    themes(world)
    fields.delete_field("a__in", by=world.by)
    assert not CustomField.objects.exists()
    with pytest.raises(fields.UnknownFieldError):
        fields.delete_field("a__in", by=world.by)


def test_a_field_that_went_from_every_definition_may_go(world: World) -> None:
    themes(world)
    world.group("any", {"where": {"field": "field:a__in", "op": "not_empty"}})
    world.define("any", {"everyone": True})
    fields.delete_field("a__in", by=world.by)
