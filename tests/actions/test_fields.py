"""Fields are added to all contacts."""

from __future__ import annotations

import pytest

from kring.actions import fields
from kring.actions.errors import TextTooLongError, UnprintableTextError
from kring.actions.fields import NewField, add_field
from kring.contacts.fields import custom_fields
from kring.contacts.models import CustomField, FieldType
from kring.groups.models import ChangeEntry
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
