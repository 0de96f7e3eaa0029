"""A clock that tests turn: what the code takes for now."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from unittest.mock import patch

from django.utils import timezone


class Clock:
    """Says what the time is; it only goes on when a test says so."""

    def __init__(self, day: date, at: time = time(12)) -> None:
        self._now = datetime.combine(day, at, timezone.get_default_timezone())

    def now(self) -> datetime:
        return self._now

    @property
    def today(self) -> date:
        return self._now.astimezone(timezone.get_default_timezone()).date()

    def pass_time(self, time: timedelta) -> None:
        self._now += time

    def pass_days(self, days: int) -> None:
        self.move_to(self.today + timedelta(days=days))

    def move_to(self, day: date, at: time = time(12)) -> None:
        self._now = datetime.combine(day, at, timezone.get_default_timezone())


@contextmanager
def clock_at(day: date, at: time = time(12)) -> Iterator[Clock]:
    """Let it be noon on this day, or another time, by the cooperative's clock."""
    clock = Clock(day, at)
    with patch("django.utils.timezone.now", clock.now):
        yield clock
