"""Why a contact cannot change something of its own, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kring.actions import own_groups
from kring.ui.wording import words_for


@words_for.register
def _not_there(_error: own_groups.NotOnPortalError) -> str:
    return _("There is no such thing on the portal.")


@words_for.register
def _not_ones_own(_error: own_groups.NotOnesOwnError) -> str:
    return _(
        "That cannot be done here, or not any more. Nothing has changed. Get in touch"
        " with us if you want it."
    )
