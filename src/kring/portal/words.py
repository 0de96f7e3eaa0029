"""What a role in the neighbourhood approach is called to the contact who has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kring.groups.models import NeighbourhoodRole

_HAD: Final[Mapping[str, Promise]] = {
    NeighbourhoodRole.COACH.value: _("You are a coach in your neighbourhood."),
    NeighbourhoodRole.PROJECT_LEADER.value: _(
        "You are a project leader in your neighbourhood."
    ),
    NeighbourhoodRole.EXTERNAL_PARTY.value: _(
        "You take part in the neighbourhood as an external party."
    ),
}
_GIVEN: Final[Mapping[str, Promise]] = {
    NeighbourhoodRole.COACH.value: _("You then become a coach in your neighbourhood."),
    NeighbourhoodRole.PROJECT_LEADER.value: _(
        "You then become a project leader in your neighbourhood."
    ),
    NeighbourhoodRole.EXTERNAL_PARTY.value: _(
        "You then take part in the neighbourhood as an external party."
    ),
}


def role_had(role: str) -> str:
    return str(_HAD.get(role, ""))


def role_given(role: str) -> str:
    """What one becomes by joining."""
    return str(_GIVEN.get(role, ""))
