"""What all tests share."""

from __future__ import annotations

import pytest

from kring.groups.progress import forget_what_was_brought
from tests.world import World

pytest_plugins = ["tests.browser", "tests.server"]


@pytest.fixture(autouse=True)
def every_test_asks_how_far_the_day_is() -> None:
    forget_what_was_brought()


@pytest.fixture
def world(db) -> World:
    return World()
