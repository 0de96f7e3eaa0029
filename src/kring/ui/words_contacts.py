"""Refusals about contacts, their fields and imports, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kring.actions import bulk, contacts, fields, merging
from kring.actions.imports import errors
from kring.contacts.errors import ColumnProblem, Problem, UnreadableDetailsError
from kring.ui.wording import quoted, words_for

_SHOWN_CHOICES: Final = 12


@words_for.register
def _unreadable_details(error: UnreadableDetailsError) -> str:
    return " ".join(words_for_problem(problem) for problem in error.problems)


def words_for_problem(problem: ColumnProblem) -> str:
    """What is wrong with one column, as one sentence."""
    return str(_PROBLEMS[problem.problem]) % {
        "column": problem.column,
        "value": quoted(problem.value),
        "expected": ", ".join(problem.expected[:_SHOWN_CHOICES]),
    }


_PROBLEMS: Final[Mapping[Problem, Promise]] = {
    Problem.TOO_LONG: gettext_lazy("%(column)s is too long: %(value)s."),
    Problem.UNPRINTABLE: gettext_lazy(
        "%(column)s holds a character that cannot be kept. Type it again."
    ),
    Problem.NOT_A_TEXT: gettext_lazy("%(column)s is not a text: %(value)s."),
    Problem.NOT_A_DATE: gettext_lazy(
        "%(column)s is not a date: %(value)s. Write it as 2026-11-23 or 23-11-2026."
    ),
    Problem.NO_SUCH_DAY: gettext_lazy("%(column)s: the day %(value)s does not exist."),
    Problem.YEAR_TOO_FAR: gettext_lazy(
        "%(column)s: the year of %(value)s is too far away. The first and the last that"
        " can be kept are %(expected)s."
    ),
    Problem.IN_THE_FUTURE: gettext_lazy("%(column)s lies in the future: %(value)s."),
    Problem.NOT_AN_EMAIL_ADDRESS: gettext_lazy(
        "%(column)s is not an e-mail address: %(value)s."
    ),
    Problem.NOT_A_PHONE_NUMBER: gettext_lazy(
        "%(column)s is not a phone number: %(value)s."
    ),
    Problem.NOT_A_POSTAL_CODE: gettext_lazy(
        "%(column)s is not a postal code: %(value)s. Write it as 1234 AB."
    ),
    Problem.NEITHER_YES_NOR_NO: gettext_lazy(
        "%(column)s is neither yes nor no: %(value)s."
    ),
    Problem.NOT_A_NUMBER: gettext_lazy("%(column)s is not a number: %(value)s."),
    Problem.TOO_MANY_DECIMALS: gettext_lazy(
        "%(column)s has more than two decimals: %(value)s."
    ),
    Problem.NOT_A_CHOICE: gettext_lazy(
        "%(column)s cannot be %(value)s. Choose from: %(expected)s."
    ),
    Problem.NAME_MISSING: gettext_lazy("%(column)s is empty: a contact needs a name."),
    Problem.NUMBER_MISSING: gettext_lazy(
        "%(column)s is empty: a contact needs a number."
    ),
    Problem.NOT_FOR_A_PERSON: gettext_lazy(
        "%(column)s is only for organisations, and this is a person: %(value)s."
    ),
    Problem.NOT_FOR_AN_ORGANISATION: gettext_lazy(
        "%(column)s is only for persons, and this is an organisation: %(value)s."
    ),
    Problem.UNKNOWN_COLUMN: gettext_lazy("There is no column %(column)s."),
}


@words_for.register
def _number_is_of_one(_error: bulk.NumberIsOfOneError) -> str:
    return _("A number belongs to one contact. Change numbers one contact at a time.")


@words_for.register
def _merged_with_itself(_error: merging.MergedWithItselfError) -> str:
    return _("These are one and the same contact. Choose another one.")


@words_for.register
def _kinds_differ(_error: merging.KindsDifferError) -> str:
    return _("A person and an organisation cannot be merged. Choose two of a kind.")


@words_for.register
def _number_taken(error: contacts.NumberTakenError) -> str:
    return _("Another contact already has number %(number)s.") % {
        "number": quoted(error.number)
    }


@words_for.register
def _number_needed(_error: contacts.NumberNeededError) -> str:
    return _("A contact keeps a number. Give another one, or leave it as it is.")


@words_for.register
def _code_unreadable(error: fields.FieldCodeUnreadableError) -> str:
    return _(
        "%(code)s cannot be the code of a field. Use small letters, digits, dashes and"
        " underscores, beginning with a letter."
    ) % {"code": quoted(error.code)}


@words_for.register
def _code_taken(error: fields.FieldCodeTakenError) -> str:
    return _("There already is a field with the code %(code)s.") % {
        "code": quoted(error.code)
    }


@words_for.register
def _unknown_type(error: fields.UnknownFieldTypeError) -> str:
    return _("There is no type of field called %(type)s.") % {
        "type": quoted(error.type)
    }


@words_for.register
def _unknown_access(error: fields.UnknownPortalAccessError) -> str:
    return _("On the portal a field is none, read or edit, not %(portal)s.") % {
        "portal": quoted(error.portal)
    }


@words_for.register
def _choices_missing(_error: fields.ChoicesMissingError) -> str:
    return _("A field to choose from needs at least one choice.")


@words_for.register
def _choices_not_possible(_error: fields.ChoicesNotPossibleError) -> str:
    return _("Only fields of the types choice and multiple_choice have choices.")


@words_for.register
def _unknown_field(error: fields.UnknownFieldError) -> str:
    return _("There is no field with the code %(code)s.") % {"code": quoted(error.code)}


@words_for.register
def _field_in_use(error: fields.FieldInUseError) -> str:
    return _("The field %(field)s cannot be deleted: %(uses)s.") % {
        "field": quoted(error.label),
        "uses": _uses(error.uses, error.contacts),
    }


@words_for.register
def _choice_in_use(error: fields.ChoiceInUseError) -> str:
    return _("The choice %(choice)s of %(field)s cannot be taken away: %(uses)s.") % {
        "choice": quoted(error.choice),
        "field": quoted(error.label),
        "uses": _uses(error.uses, error.contacts),
    }


def _uses(groups: Mapping[int, str], contacts: int) -> str:
    """Who uses a field or a choice, as part of a sentence."""
    by_groups = _("these groups ask for it: %(groups)s") % {
        "groups": ", ".join(quoted(name) for name in groups.values())
    }
    by_contacts = ngettext(
        "%(count)s contact has it", "%(count)s contacts have it", contacts
    ) % {"count": contacts}
    return "; ".join(
        [*([by_groups] if groups else []), *([by_contacts] if contacts else [])]
    )


@words_for.register
def _choice_twice(error: fields.ChoiceTwiceError) -> str:
    return _("The choice %(choice)s is there twice.") % {"choice": quoted(error.choice)}


@words_for.register
def _file_missing(error: errors.FileMissingError) -> str:
    return _("The file %(name)s does not exist or cannot be read.") % {
        "name": quoted(error.name)
    }


@words_for.register
def _file_unreadable(error: errors.FileUnreadableError) -> str:
    return _(
        "%(name)s cannot be read. Save it in your spreadsheet as CSV or XLSX and try"
        " again."
    ) % {"name": quoted(error.name)}


@words_for.register
def _encoding_not_supported(error: errors.EncodingNotSupportedError) -> str:
    return _(
        "The text in this file is encoded as %(encoding)s, which cannot be read. Save"
        " it as “CSV UTF-8” and try again."
    ) % {"encoding": error.encoding}


@words_for.register
def _file_empty(error: errors.FileEmptyError) -> str:
    return _("%(name)s is empty: its first row should name the columns.") % {
        "name": quoted(error.name)
    }


@words_for.register
def _unknown_columns(error: errors.UnknownColumnsError) -> str:
    sentences = [
        _("There is no column %(column)s; did you mean %(meant)s?")
        % {"column": quoted(column), "meant": meant}
        if meant
        else _("There is no column %(column)s.") % {"column": quoted(column)}
        for column, meant in error.columns.items()
    ]
    known = _("The columns are: %(columns)s.") % {"columns": ", ".join(error.known)}
    return " ".join([*sentences, known])


@words_for.register
def _double_columns(error: errors.DoubleColumnsError) -> str:
    return ngettext(
        "A column is in the file more than once: %(columns)s.",
        "Columns are in the file more than once: %(columns)s.",
        len(error.columns),
    ) % {"columns": ", ".join(error.columns)}


@words_for.register
def _missing_columns(error: errors.MissingColumnsError) -> str:
    return ngettext(
        "The file lacks a column that is needed: %(columns)s.",
        "The file lacks columns that are needed: %(columns)s.",
        len(error.columns),
    ) % {"columns": ", ".join(error.columns)}


@words_for.register
def _too_many_cells(error: errors.TooManyCellsError) -> str:
    return _(
        "This row has cells beside the named columns: %(cells)s cells for %(columns)s"
        " columns."
    ) % {"cells": error.cells, "columns": error.columns}


@words_for.register
def _several_contacts(error: errors.SeveralContactsError) -> str:
    return _(
        "This row has no number and may be any of these contacts: %(numbers)s. Add the"
        " number."
    ) % {"numbers": ", ".join(error.numbers)}


@words_for.register
def _unknown_number(error: errors.UnknownNumberError) -> str:
    return _("There is no contact with number %(number)s.") % {
        "number": quoted(error.number)
    }


@words_for.register
def _cell_missing(error: errors.CellMissingError) -> str:
    return _("%(column)s is empty.") % {"column": error.column}
