"""What all tests of the portal share."""

from __future__ import annotations

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def no_earlier_attempts(db):
    """Attempts are counted in a table that flushing leaves alone."""
    cache.clear()
