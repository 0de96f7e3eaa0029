"""The block "Composed of": which groups, in how many of them, and except who."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kring.algebra.expressions import Expression
from kring.groups.models import Group
from kring.groups.settings import definition_of
from kring.web.groups.composed import (
    USUAL_COUNT,
    Composed,
    Condition,
    composed_from,
    definition_from,
)
from kring.web.groups.fields import Groups, SettingsRenderer
from kring.web.groups.part_choices import PartChoice

CONDITIONS = [
    ("any", gettext_lazy("in one of")),
    ("all", gettext_lazy("in all")),
    ("at_least", gettext_lazy("in at least")),
]
FIELDS = ("parts", "condition", "count", "removed")


class CompositionForm(forms.Form):
    """What the block says; of a static group, and of what it cannot say, nothing."""

    default_renderer = SettingsRenderer
    use_required_attribute = False

    parts = Groups(
        label=gettext_lazy("Composed of"),
        help_text=gettext_lazy(
            "Leave empty for a static group: you add the members yourself."
        ),
    )
    condition = forms.ChoiceField(
        label=gettext_lazy("Who belongs is"),
        choices=CONDITIONS,
        widget=forms.RadioSelect,
        required=False,
    )
    count = forms.IntegerField(
        label=gettext_lazy("Number of groups"),
        required=False,
        min_value=1,
        max_value=500,
    )
    removed = Groups(label=gettext_lazy("except who is in"))

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        group: Group | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        self.definition = None if group is None else definition_of(group)
        self.composed = composed_from(self.definition)
        super().__init__(data, initial={**_initial(self.composed), **(initial or {})})
        self.is_static = group is not None and not group.is_derived
        if group is not None and group.is_derived:
            self.fields["parts"].help_text = _(
                "A composite group stays one: choose at least one group here."
            )
        if self.is_static or self.composed is None:
            for name in FIELDS:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        cleaned = dict(super().clean() or {})
        if "parts" in self.fields:
            self._judge(cleaned)
        return cleaned

    def offer_groups(self, choices: list[PartChoice]) -> None:
        for name in ("parts", "removed"):
            field = self.fields[name]
            if isinstance(field, Groups):
                field.offer(choices)

    def composition_is_valid(self) -> bool:
        """Whether this block is, whatever is wrong elsewhere in the form."""
        return not any(name in self.errors for name in FIELDS)

    def wanted_definition(self) -> Expression | None:
        """The definition that was chosen: the very same one if it says the same."""
        if "parts" not in self.fields:
            return self.definition
        chosen = _chosen(self.cleaned_data)
        if chosen.says_the_same_as(self.composed):
            return self.definition
        return definition_from(chosen)

    def _judge(self, cleaned: Mapping[str, Any]) -> None:
        parts = set(cleaned.get("parts", ()))
        if cleaned.get("removed") and not parts:
            self.add_error("parts", _("Choose who belongs first, then who does not."))
        if cleaned.get("condition") == "at_least" and parts:
            self._judge_count(cleaned.get("count"), len(parts))

    def _judge_count(self, count: int | None, most: int) -> None:
        if "count" not in self.errors and not 1 <= (count or 0) <= most:
            self.add_error(
                "count",
                _("Choose a number from 1 to %(most)s, as many as there are groups.")
                % {"most": most},
            )


def _initial(composed: Composed | None) -> dict[str, object]:
    shown = composed or Composed(())
    return {
        "parts": list(shown.parts),
        "condition": shown.condition,
        "count": shown.count,
        "removed": list(shown.removed),
    }


def _chosen(cleaned: Mapping[str, Any]) -> Composed:
    return Composed(
        parts=tuple(cleaned["parts"]),
        condition=cast("Condition", cleaned["condition"] or "any"),
        count=cleaned["count"] or USUAL_COUNT,
        removed=tuple(cleaned["removed"]),
    )
