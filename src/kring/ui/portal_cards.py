"""A group as contacts see it on the portal, wherever that is shown."""

from __future__ import annotations

from dataclasses import dataclass

from kring.groups.on_portal import Standing
from kring.ui.words_portal import role_given, role_had


@dataclass(frozen=True, slots=True)
class Card:
    """What joining brings is empty where one may not join."""

    standing: Standing
    role: str
    mails: bool


def card_of(standing: Standing, *, mails: bool) -> Card:
    """`mails` is whether this contact is mailed for joining."""
    return Card(standing, _role(standing), mails)


def _role(standing: Standing) -> str:
    if standing.is_in:
        return role_had(standing.group.neighbourhood_role)
    return role_given(standing.group.neighbourhood_role) if standing.may_join else ""
