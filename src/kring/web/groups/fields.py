"""The fields of the form that are particular to groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _

from kring.web.groups.part_choices import PartChoice
from kring.web.groups.written import is_number

if TYPE_CHECKING:  # only the stubs know this name
    from django.utils.functional import _StrPromise


class SettingsRenderer(TemplatesSetting):
    """Labels are the manual's words alone, so nothing is added to them."""

    field_template_name = "web/groups/field.html"


class GroupSelect(forms.SelectMultiple):
    """Options that cannot be chosen are greyed out and say why."""

    reasons: dict[str, str]

    def __init__(self) -> None:
        super().__init__(
            attrs={
                "data-chooser": "",
                "data-placeholder": _("choose a group…"),
                "data-list-label": _("Groups to choose from"),
                "data-nothing": _("No group found"),
                "data-remove": _("Remove"),
                "autocomplete": "off",
            }
        )
        self.reasons = {}

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401  Django's signature
        option = super().create_option(*args, **kwargs)
        because = self.reasons.get(str(option["value"]))
        if because and not option["selected"]:
            option["attrs"] |= {
                "disabled": True,
                "data-because": because,
                "data-text": option["label"],
            }
            option["label"] = f"{option['label']} ({because})"
        return option


class Groups(forms.TypedMultipleChoiceField):
    """Groups by their ids; whether they exist is said when they are saved."""

    widget = GroupSelect

    def __init__(
        self, *, label: _StrPromise, help_text: _StrPromise | str = ""
    ) -> None:
        super().__init__(coerce=int, required=False, label=label, help_text=help_text)

    def offer(self, choices: list[PartChoice]) -> None:
        self.choices = [(choice.id, choice.name) for choice in choices]
        self.widget.reasons = {
            str(choice.id): choice.because for choice in choices if choice.because
        }

    def valid_value(self, value: object) -> bool:
        return is_number(str(value))


class Day(forms.DateField):
    """A day, chosen from the browser's calendar."""

    def __init__(self, *, label: _StrPromise, help_text: _StrPromise) -> None:
        super().__init__(
            label=label,
            help_text=help_text,
            required=False,
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        )

    def keep_as_typed(self) -> None:
        """A calendar shows nothing for what is no day; a line of text shows it."""
        self.widget.attrs["type"] = "text"


def switch(label: _StrPromise, help_text: _StrPromise) -> forms.BooleanField:
    """A setting that is on or off."""
    return forms.BooleanField(label=label, help_text=help_text, required=False)
