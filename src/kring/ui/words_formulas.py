"""What is wrong with a formula that someone wrote, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kring.algebra.formula_errors import (
    UnclosedError,
    UnexpectedError,
    UnfitError,
    UnknownNameError,
    UnreadableFormulaError,
)
from kring.ui.wording import words_for
from kring.ui.words_definitions import problem_of, spoken


@words_for.register
def _unreadable_formula(error: UnreadableFormulaError) -> str:
    return _(
        "The formula cannot be read at line %(line)s, position %(column)s. %(problem)s"
    ) % {
        "line": error.place.line,
        "column": error.place.column,
        "problem": _problem_of(error),
    }


def _problem_of(error: UnreadableFormulaError) -> str:
    match error:
        case UnfitError():
            return problem_of(error.cause)
        case UnknownNameError():
            return _unknown(error)
        case UnclosedError():
            return _("%(opened)s is opened here and never closed.") % spoken(
                error.facts
            )
        case UnexpectedError():
            return _("Expected %(expected)s, found %(found)s.") % spoken(error.facts)
        case _:
            return str(error)


def _unknown(error: UnknownNameError) -> str:
    facts = spoken(error.facts)
    is_group = facts["kind"] == "group"
    if not facts["suggestion"]:
        return (
            _("There is no group “%(name)s”.") % facts
            if is_group
            else _("There is no field “%(name)s”.") % facts
        )
    return (
        _("There is no group “%(name)s”. Did you mean “%(suggestion)s”?") % facts
        if is_group
        else _("There is no field “%(name)s”. Did you mean “%(suggestion)s”?") % facts
    )
