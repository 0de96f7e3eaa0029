"""What all tests share."""

from __future__ import annotations

import pytest

from tests.world import World

pytest_plugins = ["tests.browser", "tests.server"]


@pytest.fixture
def world(db) -> World:
    return World()
