"""The form in which a contact changes its own details."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.contacts.details import Given, read_columns
from kring.contacts.errors import ColumnProblem
from kring.contacts.fields import PREFIX, FieldValue, kind_of
from kring.contacts.models import Contact, CustomField, FieldType, PortalAccess
from kring.contacts.values import written_phone
from kring.ui.words_contacts import words_for_problem

_OF_ADDRESS: Final = (
    "street",
    "house_number",
    "house_number_addition",
    "postal_code",
    "city",
)
_YES, _NO = "ja", "nee"
NOTHING: Final = "\N{EN DASH}"


def _text(label: object, autocomplete: str, **attributes: str) -> forms.CharField:
    attributes = {"autocomplete": autocomplete, **attributes}
    return forms.CharField(
        label=label,  # type: ignore[arg-type]
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs=attributes),
    )


class DetailsForm(forms.Form):
    """What stays as it is shown is left alone, also where it could not be given now."""

    phone = _text(_("Phone"), "tel", inputmode="tel")
    street = _text(_("Street"), "address-line1")
    house_number = _text(_("House number"), "off")
    house_number_addition = _text(_("Addition"), "off")
    postal_code = _text(_("Postal code"), "postal-code")
    city = _text(_("City"), "address-level2")
    newsletter = forms.BooleanField(
        label=_("I would like to get the newsletter"), required=False
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        contact: Contact,
        own: Iterable[CustomField],
    ) -> None:
        super().__init__(data, initial=_initial(contact))
        self.own = {
            PREFIX + row.code: row for row in own if row.portal == PortalAccess.EDIT
        }
        for name, row in self.own.items():
            self.fields[name] = _own_field(row, contact.fields.get(row.code))

    @property
    def own_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.own]

    def given(self) -> Given:
        """What was changed in the form; raises UnreadableDetailsError."""
        changed = set(self.changed_data) - {"version"}
        written = {
            name: self.cleaned_data[name]
            for name in changed
            if name not in self.own and name != "newsletter"
        }
        written |= {
            name: self.cleaned_data[name]
            for name in changed & self.own.keys()
            if isinstance(self.cleaned_data[name], str) and not self._is_chosen(name)
        }
        kinds = {row.code: kind_of(row) for row in self.own.values()}
        found: dict[str, Any] = dict(
            read_columns(written, kinds=kinds, today=timezone.localdate())
        )
        chosen = {
            name.removeprefix(PREFIX): self._chosen(name)
            for name in changed & self.own.keys()
            if self._is_chosen(name)
        }
        if chosen:
            found["fields"] = {**found.get("fields", {}), **chosen}
        if "newsletter" in changed:
            found["newsletter"] = self.cleaned_data["newsletter"]
        return cast(Given, found)

    def say(self, problems: Iterable[ColumnProblem]) -> None:
        """What is wrong, at the field of which it is."""
        for problem in problems:
            name = problem.column if problem.column in self.fields else None
            label = str(self.fields[name].label) if name else problem.column
            self.add_error(name, words_for_problem(replace(problem, column=label)))

    def _is_chosen(self, name: str) -> bool:
        return FieldType(self.own[name].type) in (
            FieldType.BOOLEAN,
            FieldType.CHOICE,
            FieldType.MULTIPLE_CHOICE,
        )

    def _chosen(self, name: str) -> FieldValue | None:
        value = self.cleaned_data[name]
        if self.own[name].type == FieldType.BOOLEAN:
            return {_YES: True, _NO: False}.get(value)
        return value or None


def _initial(contact: Contact) -> dict[str, Any]:
    """What the contact has; of several phones and addresses, those that count."""
    phone = next(iter(contact.phone_numbers.all()), None)
    address = next(iter(contact.addresses.all()), None)
    return {
        "phone": written_phone(phone.number) if phone else "",
        "newsletter": contact.newsletter,
        "version": contact.version,
        **{part: getattr(address, part) if address else "" for part in _OF_ADDRESS},
    }


def _own_field(row: CustomField, value: FieldValue | None) -> forms.Field:
    known: dict[str, Any] = {"label": row.label, "required": False}
    match FieldType(row.type):
        case FieldType.BOOLEAN:
            written = {True: _YES, False: _NO}
            initial = written[value] if isinstance(value, bool) else ""
            choices = [("", NOTHING), (_YES, _("yes")), (_NO, _("no"))]
            return forms.ChoiceField(choices=choices, initial=initial, **known)
        case FieldType.CHOICE:
            choices = [("", NOTHING), *_choices(row, [value])]
            return forms.ChoiceField(choices=choices, initial=value or "", **known)
        case FieldType.MULTIPLE_CHOICE:
            has = value if isinstance(value, list) else []
            return forms.MultipleChoiceField(
                choices=_choices(row, has),
                initial=has,
                widget=forms.CheckboxSelectMultiple(
                    attrs={"class": "form-check-input"}
                ),
                **known,
            )
        case FieldType.DATE:
            widget = forms.TextInput(attrs={"type": "date"})
            return forms.CharField(widget=widget, initial=value or "", **known)
        case FieldType.TEXT | FieldType.NUMBER | FieldType.MONEY:
            return forms.CharField(max_length=2000, initial=value or "", **known)


def _choices(row: CustomField, has: Iterable[object]) -> list[tuple[str, str]]:
    """Also what the contact has and nobody can choose any more."""
    former = [str(one) for one in has if one and one not in row.choices]
    return [(one, one) for one in [*row.choices, *former]]
