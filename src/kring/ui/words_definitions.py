"""What is wrong with a definition that someone wrote, in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kring.algebra.unreadable import Fact, UnreadableDefinitionError
from kring.ui.wording import words_for

_PROBLEMS = {
    "not_json": gettext_lazy("This is not JSON (%(reason)s)."),
    "wrong_kind": gettext_lazy("Expected %(expected)s, found %(found)s."),
    "unknown_shape": gettext_lazy(
        "Expected one of the keys %(expected)s, found %(found)s."
    ),
    "unknown_key": gettext_lazy("The key “%(key)s” is unknown here. Use %(expected)s."),
    "missing_key": gettext_lazy("The key “%(key)s” is missing."),
    "no_parts": gettext_lazy("Choose at least one part here."),
    "impossible_count": gettext_lazy(
        "“At least %(count)s of” is not possible here: it can be 1 to %(different)s,"
        " the number of different parts."
    ),
    "out_of_range": gettext_lazy("Give a number from %(least)s to %(most)s."),
    "unknown_word": gettext_lazy("“%(word)s” is unknown. Use one of %(expected)s."),
    "unknown_field": gettext_lazy("There is no field “%(field)s”."),
    "not_of_address": gettext_lazy(
        "The field “%(field)s” is not a part of an address."
    ),
    "unfit_operator": gettext_lazy(
        "The field “%(field)s” (%(type)s) cannot be compared with “%(op)s”. Use one of"
        " %(expected)s."
    ),
    "unknown_choice": gettext_lazy("The field “%(field)s” has no choice “%(choice)s”."),
    "not_a_date": gettext_lazy("“%(value)s” is not a date such as 2026-05-31."),
    "reversed_range": gettext_lazy(
        "The first value lies above the second, so nothing lies between them."
    ),
    "empty_text": gettext_lazy(
        "An empty text is never found. Ask for empty or not_empty instead."
    ),
    "unreadable_text": gettext_lazy("The text holds characters that cannot be kept."),
    "too_long": gettext_lazy("The text is longer than %(limit)s characters."),
    "too_many_digits": gettext_lazy("The number has more than %(limit)s digits."),
    "no_values": gettext_lazy("Give at least one value here."),
    "too_many_values": gettext_lazy("There are more than %(limit)s values."),
    "too_deep": gettext_lazy(
        "Brackets can be nested %(limit)s deep, and these go deeper."
    ),
    "too_many_nodes": gettext_lazy(
        "A definition can have %(limit)s parts in all, and this one has more."
    ),
}


# Where Python says that JSON goes wrong.
_PLACE = re.compile(r": line (\d+) column (\d+)")

_OF_KEYS = frozenset({"unknown_shape", "unknown_key", "missing_key"})
_KINDS_STAND_IN = frozenset({"expected", "found"})
_KINDS: Mapping[str, Promise] = {
    "true or false": gettext_lazy("true or false"),
    "a number": gettext_lazy("a number"),
    "no finite number": gettext_lazy("no finite number"),
    "a whole number": gettext_lazy("a whole number"),
    "a text": gettext_lazy("a text"),
    "a list": gettext_lazy("a list"),
    "a list of parts": gettext_lazy("a list of parts"),
    "a list of values": gettext_lazy("a list of values"),
    "a list of two values, the lower first": gettext_lazy(
        "a list of two values, the lower first"
    ),
    "an object": gettext_lazy("an object"),
    "nothing": gettext_lazy("nothing"),
    "something else": gettext_lazy("something else"),
    "a date such as 2026-05-31": gettext_lazy("a date such as 2026-05-31"),
    "expression": gettext_lazy("a group or a condition"),
    "group": gettext_lazy("a group"),
    "condition": gettext_lazy("a condition"),
    "text": gettext_lazy("a text"),
    "number": gettext_lazy("a number"),
    "date": gettext_lazy("a date"),
    "the end": gettext_lazy("the end"),
}
"""What definitions and formulas call what was expected, and what was found."""


@words_for.register
def _unreadable(error: UnreadableDefinitionError) -> str:
    problem = problem_of(error)
    if not error.path:
        return _("The definition cannot be read. %(problem)s") % {"problem": problem}
    return _("The definition cannot be read at %(place)s. %(problem)s") % {
        "place": error.path,
        "problem": problem,
    }


def problem_of(error: UnreadableDefinitionError) -> str:
    """What is wrong, without the place where."""
    place = _PLACE.search(str(error.facts.get("reason", "")))
    if place is not None:
        return _(
            "This is not JSON: it goes wrong at line %(line)s, position %(column)s."
        ) % {"line": place[1], "column": place[2]}
    if error.code in _OF_KEYS:
        return _PROBLEMS[error.code] % _keys(error.facts)
    return _PROBLEMS[error.code] % spoken(error.facts)


def spoken(facts: Mapping[str, Fact]) -> dict[str, str | int]:
    """The facts as parts of a sentence; what kind of thing it is is translated."""
    return {
        name: _told(fact) if name in _KINDS_STAND_IN else _joined(fact)
        for name, fact in facts.items()
    }


def _keys(facts: Mapping[str, Fact]) -> dict[str, str | int]:
    """The facts of a problem with keys, which are the same in every language."""
    return {name: _joined(fact) or _("nothing") for name, fact in facts.items()}


def _told(fact: Fact) -> str | int:
    if isinstance(fact, tuple):
        return ", ".join(str(_KINDS.get(one, one)) for one in fact)
    return fact if isinstance(fact, int) else str(_KINDS.get(fact, fact))


def _joined(fact: Fact) -> str | int:
    return ", ".join(fact) if isinstance(fact, tuple) else fact
