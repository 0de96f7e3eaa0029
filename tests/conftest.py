"""What all tests share."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

from kring.cooperative.looks import Looks, keep_looks
from kring.groups.progress import forget_what_was_brought
from tests.world import World

# Generated examples are the same at each run, however busy the machine is.
settings.register_profile(
    "kring",
    deadline=None,
    derandomize=True,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("kring")

pytest_plugins = ["tests.browser", "tests.server"]


@pytest.fixture(autouse=True)
def every_test_asks_how_far_the_day_is() -> None:
    forget_what_was_brought()


@pytest.fixture(autouse=True)
def no_test_sees_the_looks_of_another() -> None:
    """As any page but the first in a while: they are known."""
    keep_looks(Looks())


@pytest.fixture
def world(db) -> World:
    return World()
