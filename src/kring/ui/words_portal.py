"""What contacts read of their groups, and why they cannot change something."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kring.actions import own_groups
from kring.groups.models import NeighbourhoodRole
from kring.ui.wording import words_for

_HAD: Final[Mapping[str, Promise]] = {
    NeighbourhoodRole.COACH.value: gettext_lazy(
        "You are a coach in your neighbourhood."
    ),
    NeighbourhoodRole.PROJECT_LEADER.value: gettext_lazy(
        "You are a project leader in your neighbourhood."
    ),
    NeighbourhoodRole.EXTERNAL_PARTY.value: gettext_lazy(
        "You take part in the neighbourhood as an external party."
    ),
}
_GIVEN: Final[Mapping[str, Promise]] = {
    NeighbourhoodRole.COACH.value: gettext_lazy(
        "You then become a coach in your neighbourhood."
    ),
    NeighbourhoodRole.PROJECT_LEADER.value: gettext_lazy(
        "You then become a project leader in your neighbourhood."
    ),
    NeighbourhoodRole.EXTERNAL_PARTY.value: gettext_lazy(
        "You then take part in the neighbourhood as an external party."
    ),
}


def role_had(role: str) -> str:
    """What one is in the neighbourhood approach by being in a group."""
    return str(_HAD.get(role, ""))


def role_given(role: str) -> str:
    """What one becomes by joining."""
    return str(_GIVEN.get(role, ""))


@words_for.register
def _not_there(_error: own_groups.NotOnPortalError) -> str:
    return _("There is no such thing on the portal.")


@words_for.register
def _not_ones_own(_error: own_groups.NotOnesOwnError) -> str:
    return _(
        "That cannot be done here, or not any more. Nothing has changed. Get in touch"
        " with us if you want it."
    )
