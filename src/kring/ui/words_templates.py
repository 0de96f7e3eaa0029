"""Refusals about templates, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kring.actions import templates
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
    return ngettext(
        "%(name)s cannot be deleted, because a group welcomes its members with it:"
        " %(uses)s. Choose another template there first.",
        "%(name)s cannot be deleted, because groups welcome their members with it:"
        " %(uses)s. Choose another template there first.",
        len(error.uses),
    ) % {
        "name": quoted(error.name),
        "uses": ", ".join(quoted(use) for use in error.uses.values()),
    }
