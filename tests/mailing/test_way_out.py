"""However many workers send, a minute never sees more mails than are allowed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from kring.mailing import way_out
from kring.mailing.models import WayOut
from tests.mailing.mails import outgoing

NOW = datetime(2026, 5, 3, 12, 0, tzinfo=timezone.get_default_timezone())
MINUTE = timedelta(minutes=1)


class AnyMinute(TestCase):
    @settings(deadline=None, max_examples=50)
    @given(
        st.integers(1, 40),
        st.lists(st.floats(0, 20, allow_nan=False), min_size=1, max_size=120),
    )
    def test_no_minute_sees_more_than_are_allowed(self, limit: int, gaps: list[float]):
        now, turns = NOW, []
        for gap in gaps:
            now += timedelta(seconds=gap)
            if way_out.take_turn(now=now, per_minute=limit):
                turns.append(now)
        for begin in turns:
            within = [turn for turn in turns if begin <= turn < begin + MINUTE]
            assert len(within) <= limit


@pytest.mark.django_db
@pytest.mark.parametrize("limit", [1, 7, 60, 600])
def test_who_asks_all_the_time_gets_nearly_all_that_is_allowed(limit: int):
    turns = sum(
        way_out.take_turn(now=NOW + second * MINUTE / 600, per_minute=limit)
        for second in range(600)
    )
    assert limit - 1 <= turns <= limit


@pytest.mark.django_db
def test_the_next_turn_is_when_the_pace_allows():
    assert way_out.next_turn(12) is None
    while way_out.take_turn(now=NOW, per_minute=12):
        pass
    moment = way_out.next_turn(12)
    assert moment
    assert moment == NOW + MINUTE / 10
    assert not way_out.take_turn(now=moment - MINUTE / 1000, per_minute=12)
    assert way_out.take_turn(now=moment, per_minute=12)


@pytest.mark.django_db
def test_workers_that_find_one_fault_together_count_it_once(monkeypatch):
    way_out.rest(now=NOW, fault="away", first=MINUTE)
    seen = WayOut.objects.get()
    with monkeypatch.context() as patched:
        # Two have looked before either of them writes.
        patched.setattr(type(WayOut.objects), "get", lambda *_: seen)
        way_out.rest(now=NOW, fault="away", first=MINUTE)
        way_out.rest(now=NOW, fault="away", first=MINUTE)
    assert WayOut.objects.get().faults == 2
    assert WayOut.objects.get().resting_until == NOW + 2 * MINUTE


@pytest.mark.django_db
def test_a_mail_that_goes_ends_the_rest():
    way_out.rest(now=NOW, fault="away", first=MINUTE)
    assert way_out.resting_until(now=NOW) == NOW + MINUTE
    way_out.note_success(now=NOW)
    assert way_out.resting_until(now=NOW) is None
    this = WayOut.objects.get()
    assert (this.faults, this.fault, this.faulty_since) == (0, "", None)


@pytest.mark.django_db
def test_mail_is_stuck_when_it_waits_long_and_none_goes():
    assert not way_out.is_stuck(now=NOW)
    outgoing("notice", free_at=NOW)
    assert not way_out.is_stuck(now=NOW + way_out.LONG - MINUTE)
    assert way_out.is_stuck(now=NOW + way_out.LONG)
    way_out.take_turn(now=NOW, per_minute=60)
    way_out.note_success(now=NOW + MINUTE)
    assert not way_out.is_stuck(now=NOW + way_out.LONG)
    assert way_out.is_stuck(now=NOW + way_out.LONG + MINUTE)


@pytest.mark.django_db
def test_kring_is_not_well_while_mail_is_stuck(client):
    outgoing("notice", free_at=timezone.now() - 2 * way_out.LONG)
    found = client.get("/healthz").json()
    assert "mail" in found["problems"]
    assert "kwartier" in found["problems"]["mail"]
