"""Who acts: a user at a screen, a contact, the machine's operator, or the clock."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kring.accounts.models import StaffRole, User


class ActorKind(StrEnum):
    USER = "user"
    OPERATOR = "operator"
    CLOCK = "clock"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who answers for a change; `user_id` is None for whoever is no user.

    A contact changes what is its own, which the acts that it may do see to.
    """

    kind: ActorKind
    user_id: int | None = None
    staff_role: str = ""

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


def actor_of(user: User) -> Actor:
    """The actor that a signed-in user is."""
    return Actor(ActorKind.USER, user.pk, user.staff_role)
