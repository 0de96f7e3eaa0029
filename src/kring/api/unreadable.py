"""What is wrong with a request that does not have the shape it must have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kring.actions.errors import RefusedError
from kring.ui.wording import words_for


@dataclass(eq=False)
class UnreadableRequestError(RefusedError):
    """Parameters or a body that cannot be read; what is wrong is told beside it."""


@words_for.register
def _unreadable_request(_error: UnreadableRequestError) -> str:
    return _("The request cannot be read. See “errors” for what is wrong, and where.")


_PROBLEMS: Final[Mapping[str, Promise]] = {
    "missing": gettext_lazy("This is missing."),
    "extra_forbidden": gettext_lazy("This key is unknown here."),
    "string_type": gettext_lazy("Expected a text."),
    "string_too_long": gettext_lazy("At most %(max_length)s characters."),
    "string_too_short": gettext_lazy("At least %(min_length)s characters."),
    "int_type": gettext_lazy("Expected a whole number."),
    "int_parsing": gettext_lazy("Expected a whole number."),
    "int_from_float": gettext_lazy("Expected a whole number."),
    "bool_type": gettext_lazy("Expected true or false."),
    "bool_parsing": gettext_lazy("Expected true or false."),
    "list_type": gettext_lazy("Expected a list."),
    "dict_type": gettext_lazy("Expected an object."),
    "model_type": gettext_lazy("Expected an object."),
    "model_attributes_type": gettext_lazy("Expected an object."),
    "literal_error": gettext_lazy("Expected %(expected)s."),
    "enum": gettext_lazy("Expected %(expected)s."),
    "greater_than_equal": gettext_lazy("Give at least %(ge)s."),
    "less_than_equal": gettext_lazy("Give at most %(le)s."),
    "too_long": gettext_lazy("Give at most %(max_length)s."),
    "too_short": gettext_lazy("Give at least %(min_length)s."),
    "unknown_keys": gettext_lazy("These keys are unknown here: %(keys)s."),
    "not_a_date": gettext_lazy("Expected a date such as 2026-05-31."),
    "either_or": gettext_lazy("Give either %(one)s or %(other)s, not both."),
}
_OTHERWISE: Final = gettext_lazy("This cannot be used here.")

_PARTS_BEFORE_THE_PLACE: Final = {"body": 2, "query": 1, "path": 1, "header": 1}


def words_for_places(problems: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Each place with what is wrong there, in the reader's language."""
    return [
        {
            "in": str(one["loc"][0]),
            "at": _place(one["loc"]),
            "code": str(one["type"]),
            "detail": str(_PROBLEMS.get(one["type"], _OTHERWISE)) % _facts(one),
        }
        for one in problems
    ]


def _facts(problem: Mapping[str, Any]) -> dict[str, Any]:
    """What the sentence names; of several choices the last follows "or"."""
    facts = dict(problem.get("ctx", {}))
    if isinstance(expected := facts.get("expected"), str):
        facts["expected"] = expected.replace(" or ", f" {_('or')} ")
    return facts


def _place(loc: Sequence[str | int]) -> str:
    """Where it is, written as `addresses[0].city`; empty: the whole."""
    place = ""
    for step in loc[_PARTS_BEFORE_THE_PLACE.get(str(loc[0]), 1) :]:
        place += f"[{step}]" if isinstance(step, int) else f".{step}"
    return place.removeprefix(".")
