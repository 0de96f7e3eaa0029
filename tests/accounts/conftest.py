"""People for the tests of accounts."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from kring.accounts.actors import OPERATOR
from kring.accounts.models import StaffRole, User
from kring.actions.users import add_user, set_password
from tests.accounts.passwords import PASSWORD


@pytest.fixture(autouse=True)
def no_earlier_attempts(db):
    """Sign-in attempts are counted in a table that flushing leaves alone."""
    cache.clear()


@pytest.fixture(autouse=True)
def quick_hashing(settings):
    """The real hasher is slow on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def ans() -> User:
    user = add_user("ans@kring.example", role=StaffRole.STAFF, by=OPERATOR, name="Ans")
    set_password(user, PASSWORD)
    return user


@pytest.fixture
def stranger() -> User:
    """Somebody with an account and without a staff role, such as a contact."""
    user = User(email="bo@elders.example")
    user.set_password(PASSWORD)
    user.save()
    return user
