"""The contacts that were ticked on a page, for a group that takes them by hand."""

from __future__ import annotations

from django.http import QueryDict
from django.utils.translation import gettext as _

from kring.actions.errors import RefusedError, StaticGroupNeededError
from kring.groups.models import Group
from kring.ui.wording import words_for
from kring.web.groups.written import is_number

CONTACT = "contact"


class NobodyChosenError(RefusedError):
    """Nobody was ticked."""


@words_for.register
def _nobody_chosen(_error: NobodyChosenError) -> str:
    return _("Nobody is ticked yet. Tick who you mean, and try again.")


def contacts_chosen(asked: QueryDict) -> list[int]:
    """Their ids, each once, as they were sent; what is no number is left out."""
    written = dict.fromkeys(asked.getlist(CONTACT))
    return [int(one) for one in written if is_number(one)]


def require_choice(group: Group, chosen: list[int]) -> None:
    """These pages put in and take out, and never pin.

    Raises StaticGroupNeededError or NobodyChosenError.
    """
    if group.is_derived:
        raise StaticGroupNeededError(group.name)
    if not chosen:
        raise NobodyChosenError
