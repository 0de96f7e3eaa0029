"""Questions about users."""

from __future__ import annotations

from django.db.models import QuerySet

from kring.accounts.models import StaffRole, User


def staff() -> QuerySet[User]:
    """Everybody who may open staff pages, by name."""
    return User.objects.filter(is_active=True).exclude(staff_role="").order_by("name")


def administrators() -> QuerySet[User]:
    return staff().filter(staff_role=StaffRole.ADMIN, demo_only=False)


def user_with_email(email: str) -> User | None:
    return User.objects.filter(email=email.strip().lower()).first()
