"""Who visits the staff's pages."""

from __future__ import annotations

import pytest

from kring.accounts.models import StaffRole, User


@pytest.fixture(autouse=True)
def quick_hashing(settings):
    """The real hasher is slow on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def staff(db) -> User:
    return _user("anna@kring.example", "Anna Visser", StaffRole.STAFF)


@pytest.fixture
def reader(db) -> User:
    return _user("lex@kring.example", "Lex Lezer", StaffRole.READER)


@pytest.fixture
def admin(db) -> User:
    return _user("eva@kring.example", "Eva Baas", StaffRole.ADMIN)


def _user(email: str, name: str, role: StaffRole) -> User:
    user = User(email=email, name=name, staff_role=role)
    user.set_unusable_password()
    user.save()
    return user
