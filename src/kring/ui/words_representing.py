"""Why somebody does not act for an organisation, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kring.actions import representing
from kring.ui.wording import words_for


@words_for.register
def _no_person(error: representing.NotAPersonError) -> str:
    return _(
        "%(name)s is an organisation, and only a person acts for one. Choose a person."
    ) % {"name": error.name}


@words_for.register
def _no_organisation(error: representing.NotAnOrganisationError) -> str:
    return _(
        "%(name)s is a person, and one acts for an organisation. Choose an"
        " organisation."
    ) % {"name": error.name}


@words_for.register
def _already(error: representing.RepresentsAlreadyError) -> str:
    return _(
        "%(person)s and %(organisation)s have been linked already. Change that link, if"
        " something of it is different now."
    ) % {"person": error.person, "organisation": error.organisation}


@words_for.register
def _ends_first(_error: representing.EndsBeforeItBeginsError) -> str:
    return _("The last day lies before the first. Change one of the two.")


@words_for.register
def _no_link(_error: representing.DoesNotRepresentError) -> str:
    return _("These two are not linked, or not any more. Nothing has changed.")
