"""Who acts: a user at a screen, a contact, the machine's operator, or the clock."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kring.accounts.models import StaffRole, User


class ActorKind(StrEnum):
    USER = "user"
    OPERATOR = "operator"
    CLOCK = "clock"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who answers for a change; `user_id` is None for whoever is no user.

    A contact changes what is its own, which the acts that it may do see to. What is an
    organisation's is changed by a contact for it: `person` is its number.
    """

    kind: ActorKind
    user_id: int | None = None
    staff_role: str = ""
    person: int | None = None

    @property
    def may_change(self) -> bool:
        """Whether this actor may change groups and contacts at all."""
        return self.kind is not ActorKind.USER or self.staff_role in {
            StaffRole.ADMIN,
            StaffRole.STAFF,
        }


OPERATOR = Actor(ActorKind.OPERATOR)
CLOCK = Actor(ActorKind.CLOCK)
THE_CONTACT = Actor(ActorKind.CONTACT)

NO_LONGER_KNOWN: Final = "?"
"""Stands for the name of a person who acted for an organisation and is gone since."""


def actor_of(user: User) -> Actor:
    """The actor that a signed-in user is."""
    return Actor(ActorKind.USER, user.pk, user.staff_role)


def for_an_organisation(person: int) -> Actor:
    """The actor that a contact is while it acts for an organisation."""
    return Actor(ActorKind.CONTACT, person=person)
