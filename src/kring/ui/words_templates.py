"""Refusals about templates, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kring.actions import templates
from kring.mailing.errors import (
    TextProblem,
    UnknownMergeFieldError,
    UnreadableTemplateError,
)
from kring.ui.templatetags.ui import megabytes
from kring.ui.wording import quoted, words_for


@words_for.register
def _text_missing(error: templates.TemplateTextMissingError) -> str:
    return {
        "name": _("Give the template a name."),
        "subject": _("Give the template a subject."),
        "body": _("Write the text of the template."),
    }[error.field]


@words_for.register
def _name_taken(error: templates.TemplateNameTakenError) -> str:
    return _("There already is a template %(name)s. Choose another name.") % {
        "name": quoted(error.name)
    }


@words_for.register
def _unknown(_error: templates.UnknownTemplateError) -> str:
    return _("This template does not exist, or no longer.")


@words_for.register
def _in_use(error: templates.TemplateInUseError) -> str:
    uses = [_of_groups(error), _of_mails(error)]
    return _("%(name)s cannot be deleted. %(uses)s") % {
        "name": quoted(error.name),
        "uses": " ".join(filter(None, uses)),
    }


@words_for.register
def _unknown_language(error: templates.UnknownLanguageError) -> str:
    return _("Kring writes no mails in %(language)s. Choose one of %(known)s.") % {
        "language": quoted(error.language),
        "known": ", ".join(error.known),
    }


@words_for.register
def _attachment_too_large(error: templates.AttachmentTooLargeError) -> str:
    return _(
        "The attachment is %(size)s, and at most %(limit)s can go along. Choose a"
        " smaller file, or put it on your website and link to it."
    ) % {"size": megabytes(error.size), "limit": megabytes(error.limit)}


@words_for.register
def _unknown_field(error: UnknownMergeFieldError) -> str:
    written = {"field": quoted(error.field)}
    if not error.suggestion:
        return (
            _("There is no field %(field)s. Choose one from the list of fields.")
            % written
        )
    return _("There is no field %(field)s. Do you mean %(meant)s?") % {
        **written,
        "meant": f"{{{{ {error.suggestion} }}}}",
    }


@words_for.register
def _unreadable(error: UnreadableTemplateError) -> str:
    return _("Line %(line)s, at %(near)s: %(problem)s") % {
        "line": error.line,
        "near": quoted(error.near),
        "problem": _PROBLEMS[error.problem],
    }


def _of_groups(error: templates.TemplateInUseError) -> str:
    if not error.uses:
        return ""
    return ngettext(
        "A group welcomes its members with it: %(groups)s. Choose another template"
        " there first.",
        "Groups welcome their members with it: %(groups)s. Choose another template"
        " there first.",
        len(error.uses),
    ) % {"groups": ", ".join(quoted(use) for use in error.uses.values())}


def _of_mails(error: templates.TemplateInUseError) -> str:
    if not error.waiting:
        return ""
    return ngettext(
        "%(count)s mail that is made from it has yet to go. Wait until it has gone, or"
        " cancel it.",
        "%(count)s mails that are made from it have yet to go. Wait until they have"
        " gone, or cancel them.",
        error.waiting,
    ) % {"count": error.waiting}


_PROBLEMS: Final[Mapping[TextProblem, str | Promise]] = {
    TextProblem.NOT_A_FIELD: gettext_lazy(
        "between the braces stands the name of one field, such as {{ voornaam }}."
    ),
    TextProblem.NOT_CLOSED: gettext_lazy(
        "these braces are not closed. Write a field as {{ voornaam }}."
    ),
    TextProblem.NOT_OPENED: gettext_lazy(
        "these braces were not opened. Write a field as {{ voornaam }}."
    ),
    TextProblem.UNKNOWN_INSTRUCTION: gettext_lazy(
        "this is not known. You can use {% als voornaam %}, {% als niet voornaam %},"
        " {% anders %} and {% eindals %}."
    ),
    TextProblem.NO_CONDITION: gettext_lazy(
        "there is no {% als … %} before it that this belongs to."
    ),
    TextProblem.NO_END: gettext_lazy("this has no end. Write {% eindals %} after it."),
    TextProblem.NO_FORMER_END: gettext_lazy(
        "this has no end. Write als@ after it, or alsniet@ where it began with"
        " @alsniet."
    ),
    TextProblem.OTHERWISE_TWICE: gettext_lazy(
        "this {% als … %} has its {% anders %} already."
    ),
    TextProblem.TOO_DEEP: gettext_lazy(
        "too many of these stand in one another. Make the text simpler."
    ),
}
