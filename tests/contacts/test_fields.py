"""The fields that a cooperative adds itself: what each can hold."""

from __future__ import annotations

import pytest

from kring.contacts.fields import FieldKind, FieldValue, fits
from kring.contacts.models import FieldType

CHOICES = ("plat", "schuin")


@pytest.mark.parametrize(
    ("field_type", "value", "is_held"),
    [
        (FieldType.TEXT, "plat", True),
        (FieldType.TEXT, " plat ", False),
        (FieldType.TEXT, True, False),
        (FieldType.TEXT, ["plat"], False),
        (FieldType.NUMBER, "12.5", True),
        (FieldType.NUMBER, "plat", False),
        (FieldType.MONEY, "12.5", True),
        (FieldType.DATE, "2020-02-29", True),
        (FieldType.DATE, "2021-02-29", False),
        (FieldType.BOOLEAN, False, True),
        (FieldType.BOOLEAN, "ja", False),
        (FieldType.CHOICE, "plat", True),
        (FieldType.CHOICE, "Plat", False),
        (FieldType.CHOICE, "rond", False),
        (FieldType.MULTIPLE_CHOICE, ["schuin", "plat"], True),
        (FieldType.MULTIPLE_CHOICE, ["rond"], False),
        (FieldType.MULTIPLE_CHOICE, "plat", False),
    ],
)
def test_a_value_fits_where_it_would_be_kept_as_it_is(
    field_type: FieldType, value: FieldValue, *, is_held: bool
) -> None:
    of_choices = field_type in (FieldType.CHOICE, FieldType.MULTIPLE_CHOICE)
    kind = FieldKind("dak", field_type, CHOICES if of_choices else ())
    assert fits(value, kind) is is_held
