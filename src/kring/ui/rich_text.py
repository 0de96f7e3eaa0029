"""The field for the text of a mail: an editor, and the fields that it can hold."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django import forms

from kring.mailing.merge_fields import CATALOGUE, MergeField


class RichText(forms.Textarea):
    """HTML in an editor; without scripts a text area, where HTML can be typed.

    Pages that show it load `ui/rich_text_files.html`.
    """

    template_name = "ui/rich_text.html"

    def __init__(self) -> None:
        super().__init__(attrs={"rows": 14})

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:  # noqa: ANN401 - as Django has it
        return {**super().get_context(name, value, attrs), "sections": _sections()}


def _sections() -> list[tuple[str, list[MergeField]]]:
    """The fields that people choose from, by whom or what they tell about."""
    listed = [field for field in CATALOGUE if field.is_listed]
    return [
        (str(about.value), list(some))
        for about, some in groupby(listed, key=lambda field: field.about)
    ]
