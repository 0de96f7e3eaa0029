"""The details that a contact sees and changes by itself on the portal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db.models import QuerySet

from kring.contacts.fields import PREFIX
from kring.contacts.models import CustomField, PortalAccess

COLUMNS: Final = (
    "phone",
    "street",
    "house_number",
    "house_number_addition",
    "postal_code",
    "city",
    "newsletter",
)
"""The columns that every contact may change of itself."""


def fields_on_portal() -> QuerySet[CustomField]:
    """The fields that contacts see, in their order."""
    return CustomField.objects.exclude(portal=PortalAccess.NONE)


def not_to_change(columns: Iterable[str]) -> set[str]:
    """Those among these columns that contacts may not change, as fields are now."""
    left = set(columns) - set(COLUMNS)
    codes = {
        column.removeprefix(PREFIX) for column in left if column.startswith(PREFIX)
    }
    editable = CustomField.objects.filter(code__in=codes, portal=PortalAccess.EDIT)
    return left - {PREFIX + code for code in editable.values_list("code", flat=True)}
