"""Many numbers at once, to PostgreSQL and back."""

from __future__ import annotations

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kring.database.arrays import as_array, read_sent_numbers

_SENT = """
select string_agg(int4send(number::int4), '' order by place)
from unnest(%s::bigint[]) with ordinality sent (number, place)
"""
NUMBERS = st.lists(st.integers(0, 2**31 - 1), max_size=20)


def sent(numbers: list[int] | None) -> bytes | None:
    with connection.cursor() as cursor:
        written = None if numbers is None else as_array(numbers)
        cursor.execute(_SENT, [written])
        found: bytes | None = cursor.fetchone()[0]
        return found


@pytest.mark.django_db
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(NUMBERS)
def test_numbers_that_are_sent_are_read_as_they_were(numbers: list[int]) -> None:
    assert list(read_sent_numbers(sent(numbers))) == numbers


@pytest.mark.django_db
def test_of_no_numbers_nothing_is_read() -> None:
    assert list(read_sent_numbers(sent(None))) == []
