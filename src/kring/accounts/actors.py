"""Who acts: a user at a screen, the operator of the machine, or the clock."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kring.accounts.models import StaffRole, User


class ActorKind(StrEnum):
    USER = "user"
    OPERATOR = "operator"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who answers for a change; `user_id` is None for the operator and the clock."""

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


def actor_of(user: User) -> Actor:
    """The actor that a signed-in user is."""
    return Actor(ActorKind.USER, user.pk, user.staff_role)
