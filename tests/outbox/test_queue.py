"""Rows that wait are claimed by one worker at a time, and tried for a day."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from kring.mailing.models import OutgoingMail
from kring.outbox import queue
from kring.outbox.models import State

NOW = datetime(2026, 5, 3, 12, 0, tzinfo=timezone.get_default_timezone())
MINUTE = timedelta(minutes=1)

pytestmark = pytest.mark.django_db


def a_row(**columns: object) -> OutgoingMail:
    given = {"free_at": NOW, "made_at": NOW, "purpose": "notice", **columns}
    return OutgoingMail.objects.create(key=uuid.uuid4(), **given)


def seen_by_another(row: OutgoingMail) -> OutgoingMail:
    return OutgoingMail.objects.get(pk=row.pk)


def test_of_two_workers_one_claims_a_row():
    row = a_row()
    other = seen_by_another(row)
    assert queue.claim(row, now=NOW)
    assert not queue.claim(other, now=NOW)
    assert seen_by_another(row).attempts == 1


def test_the_row_of_a_worker_that_was_killed_comes_free_after_the_lease():
    row = a_row()
    queue.claim(row, now=NOW)
    almost, after = NOW + queue.LEASE - MINUTE, NOW + queue.LEASE
    assert not queue.free(OutgoingMail.objects.all(), now=almost).exists()
    [free] = queue.free(OutgoingMail.objects.all(), now=after)
    assert queue.claim(free, now=after)
    assert seen_by_another(row).attempts == 2


@pytest.mark.parametrize("state", [one for one in State if one is not State.WAITING])
def test_only_what_waits_is_claimed(state: State):
    row = a_row()
    skip = "no_mail" if state is State.SKIPPED else ""
    OutgoingMail.objects.update(state=state, skip=skip)
    assert not queue.claim(row, now=NOW)
    assert not queue.free(OutgoingMail.objects.all(), now=NOW).exists()


def test_who_waits_longest_comes_first_and_who_is_delayed_waits():
    later = a_row(free_at=NOW + MINUTE)
    second, first = a_row(), a_row(free_at=NOW - MINUTE)
    assert list(queue.free(OutgoingMail.objects.all(), now=NOW)) == [first, second]
    rows = OutgoingMail.objects.all()
    assert queue.next_free_at(rows, now=NOW) == later.free_at
    assert queue.next_free_at(rows, now=NOW + MINUTE) is None


def test_what_went_is_recorded_with_the_answer():
    row = a_row()
    queue.claim(row, now=NOW)
    queue.record_sent(row, now=NOW, answer="250 OK", subject="Hoi")
    kept = seen_by_another(row)
    assert (kept.state, kept.answer, kept.subject) == (State.SENT, "250 OK", "Hoi")
    assert kept.ended_at == NOW


def test_what_was_cancelled_on_its_way_and_went_is_told_as_sent():
    row = a_row()
    queue.claim(row, now=NOW)
    OutgoingMail.objects.update(state=State.CANCELLED)
    queue.record_sent(row, now=NOW, answer="250 OK")
    assert seen_by_another(row).state == State.SENT


def test_what_was_cancelled_on_its_way_and_did_not_go_stays_cancelled():
    row = a_row()
    queue.claim(row, now=NOW)
    OutgoingMail.objects.update(state=State.CANCELLED)
    queue.record_fault(row, now=NOW, answer="451", first_pause=MINUTE)
    assert seen_by_another(row).state == State.CANCELLED


def test_a_worker_whose_lease_ran_out_takes_nothing_from_the_next():
    row = a_row()
    queue.claim(row, now=NOW)
    after = NOW + queue.LEASE
    other = seen_by_another(row)
    queue.claim(other, now=after)
    queue.record_fault(row, now=after, answer="slow", first_pause=MINUTE)
    queue.record_ended(row, State.FAILED, now=after, answer="slow")
    kept = seen_by_another(row)
    assert (kept.state, kept.free_at) == (State.WAITING, after + queue.LEASE)
    queue.record_sent(other, now=after, answer="250 OK")
    assert seen_by_another(row).state == State.SENT


def test_what_is_recorded_twice_stays_as_it_was_first():
    row = a_row()
    queue.claim(row, now=NOW)
    queue.record_sent(row, now=NOW, answer="first")
    queue.record_sent(row, now=NOW, answer="second")
    assert seen_by_another(row).answer == "first"


def test_a_fault_lets_the_row_wait_longer_each_time_until_it_has_failed():
    row, now = a_row(), NOW
    moments = []
    while row.state == State.WAITING:
        assert queue.claim(row, now=now)
        queue.record_fault(row, now=now, answer="451 later", first_pause=MINUTE)
        moments.append(now)
        row = seen_by_another(row)
        now = row.free_at
    assert (row.state, row.answer) == (State.FAILED, "451 later")
    pauses = [later - earlier for earlier, later in pairwise(moments)]
    assert pauses[:4] == [MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE]
    assert pauses == sorted(pauses)
    assert moments[-1] - moments[0] >= timedelta(days=1)


@given(st.integers(1, 86_400))
def test_the_pauses_last_a_day_and_not_much_longer(seconds: int):
    first = timedelta(seconds=seconds)
    pauses = list(queue.pauses(first))
    assert pauses[0] == first
    assert pauses == sorted(pauses)
    total = sum(pauses, timedelta(0))
    assert queue.GIVE_UP_AFTER <= total < queue.GIVE_UP_AFTER + pauses[-1]
    assert queue.pause_after(len(pauses), first=first) == pauses[-1]
    assert queue.pause_after(len(pauses) + 1, first=first) is None
