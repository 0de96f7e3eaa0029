"""One run of the whole benchmark, in a world of three hundred contacts."""

from __future__ import annotations

import pytest

from kring.bench.racing import Pace
from kring.bench.running import Report, Shape, benchmark

CONTACTS = 300
ONCE = Pace(fewest=1, most=1, worthwhile=0)
SMALL = Shape(groups=215, hubs=(10,))


@pytest.fixture(scope="session")
def report(django_db_setup, django_db_blocker) -> Report:
    with django_db_blocker.unblock():
        return benchmark(CONTACTS, pace=ONCE, shape=SMALL)
