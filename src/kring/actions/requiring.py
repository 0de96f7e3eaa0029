"""What every act requires: that who acts may, and that what they write can be kept."""

from __future__ import annotations

from kring.accounts.actors import Actor, ActorKind
from kring.accounts.models import StaffRole
from kring.actions.errors import (
    NotAllowedError,
    TextTooLongError,
    UnprintableTextError,
)
from kring.algebra.text import holds_unprintable


def require_that_may(by: Actor, action: str) -> None:
    """Raises NotAllowedError when `by` may change nothing."""
    if not by.may_change:
        raise NotAllowedError(action)


def require_administrator(by: Actor, action: str) -> None:
    """Raises NotAllowedError for whoever of the staff is no administrator."""
    if by.kind is ActorKind.USER and by.staff_role != StaffRole.ADMIN:
        raise NotAllowedError(action)


def require_text(field: str, text: str, *, limit: int) -> None:
    """Raises TextTooLongError or UnprintableTextError when it cannot be kept."""
    if len(text) > limit:
        raise TextTooLongError(field, len(text), limit)
    if holds_unprintable(text):
        raise UnprintableTextError(field)
