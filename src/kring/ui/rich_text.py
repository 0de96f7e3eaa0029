"""The field for the text of a mail: an editor, and the fields that it can hold."""

from __future__ import annotations

import re
from itertools import groupby
from typing import Any, Final

from django import forms

from kring.mailing.merge_fields import CATALOGUE, MergeField


class RichText(forms.Textarea):
    """HTML in an editor; without scripts a text area, where HTML can be typed.

    Pages that show it load `ui/rich_text_files.html`.
    """

    template_name = "ui/rich_text.html"

    def __init__(self) -> None:
        super().__init__(attrs={"rows": 14})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:  # noqa: ANN401 - as Django has it
        """What was written; spaces that an editor made unbreakable break again."""
        written = super().value_from_datadict(data, files, name)
        return _STUCK.sub(" ", written) if isinstance(written, str) else written

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:  # noqa: ANN401 - as Django has it
        return {**super().get_context(name, value, attrs), "sections": _sections()}


# One alone, in the midst of a text: an empty line and a row of spaces stay.
_STUCK: Final = re.compile(r"(?<![\s\u00a0;])(?:&nbsp;|\u00a0)(?![\s\u00a0&<])")


def _sections() -> list[tuple[str, list[MergeField]]]:
    """The fields that people choose from, by whom or what they tell about."""
    listed = [field for field in CATALOGUE if field.is_listed]
    return [
        (str(about.value), list(some))
        for about, some in groupby(listed, key=lambda field: field.about)
    ]
