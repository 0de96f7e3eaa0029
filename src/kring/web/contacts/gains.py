"""What a contact gets of the one that is merged into it, as people read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from kring.contacts.details import AddressDetails, ContactDetails
from kring.contacts.houses import on_an_envelope
from kring.contacts.queries import labels_of_own_fields
from kring.ui.templatetags.ui import day


@dataclass(frozen=True, slots=True)
class Gain:
    label: str
    text: str


def gains(before: ContactDetails, after: ContactDetails) -> list[Gain]:
    """The details that the kept contact did not have yet."""
    return [*_simple(before, after), *_several(before, after), *_own(before, after)]


def _simple(before: ContactDetails, after: ContactDetails) -> Iterator[Gain]:
    labels = {
        "first_name": _("First name"),
        "infix": _("Infix"),
        "last_name": _("Last name"),
        "date_of_birth": _("Date of birth"),
        "status": _("Status"),
        "deceased_on": _("Deceased on"),
    }
    for part, label in labels.items():
        new = getattr(after, part)
        if new != getattr(before, part):
            yield Gain(label, _text(new))
    if after.no_mail and not before.no_mail:
        yield Gain(_("E-mail"), _("wants no mail"))


def _several(before: ContactDetails, after: ContactDetails) -> Iterator[Gain]:
    labels = {
        "emails": _("E-mail"),
        "phones": _("Phone"),
        "addresses": _("Address"),
    }
    for part, label in labels.items():
        known = getattr(before, part)
        for one in getattr(after, part):
            if one not in known:
                yield Gain(label, _text(one))


def _own(before: ContactDetails, after: ContactDetails) -> Iterator[Gain]:
    new = {code: after.fields[code] for code in after.fields.keys() - before.fields}
    for code, label in labels_of_own_fields(new).items():
        yield Gain(label, _text(new[code]))


def _text(value: object) -> str:
    match value:
        case bool():
            return _("yes") if value else _("no")
        case date():
            return day(value)
        case AddressDetails():
            house = on_an_envelope(
                value.street, value.house_number, value.house_number_addition
            )
            place = f"{value.postal_code} {value.city}".strip()
            parts = [house, place, value.neighbourhood]
            return ", ".join(part for part in parts if part)
        case list() | tuple():
            return ", ".join(map(str, value))
        case _:
            return str(value)
