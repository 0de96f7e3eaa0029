"""How something outgoing is claimed, tried, tried again, and given up.

The row is the queue. Whoever claims a row moves `free_at` on by a lease, by a
conditional update of which the count is the answer; `free_at` is then what the claim
is known by, so that a worker whose lease ran out takes nothing from the next one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final, TypeVar

from django.db.models import F, QuerySet

from kring.outbox.models import Outgoing, State

Row = TypeVar("Row", bound=Outgoing)

LEASE: Final = timedelta(minutes=5)
"""Longer than one try can take; the rows of a worker that was killed wait for it."""

GIVE_UP_AFTER: Final = timedelta(days=1)
"""How long the pauses between tries are together; then it has failed."""

LONGEST_PAUSE: Final = timedelta(hours=4)

_NOT_SENT_YET: Final = (State.WAITING, State.HELD, State.CANCELLED, State.FAILED)


def free(rows: QuerySet[Row], *, now: datetime) -> QuerySet[Row]:
    """Those that may be claimed, first who has waited longest."""
    waiting = rows.filter(state=State.WAITING, free_at__lte=now)
    return waiting.order_by("free_at", "pk")


def next_free_at(rows: QuerySet[Row], *, now: datetime) -> datetime | None:
    """When the first of those that may not be claimed yet may be."""
    waiting = rows.filter(state=State.WAITING, free_at__gt=now)
    moments = waiting.order_by("free_at").values_list("free_at", flat=True)
    return moments.first()


def claim(row: Outgoing, *, now: datetime) -> bool:
    """Take a row for as long as the lease.

    False when another worker has it, or it may not go any more: cancelled, paused.
    """
    until = now + LEASE
    claimed = _row(row).filter(state=State.WAITING, free_at__lte=now)
    if claimed.update(free_at=until, attempts=F("attempts") + 1) != 1:
        return False
    row.free_at = until
    row.attempts += 1
    return True


def record_sent(row: Outgoing, *, now: datetime, answer: str, **kept: Any) -> None:  # noqa: ANN401 — columns of whatever it is
    """Note that it went; also of a row that was cancelled while it was on its way."""
    went = _row(row).filter(state__in=_NOT_SENT_YET)
    went.update(state=State.SENT, ended_at=now, answer=answer, **kept)


def record_ended(
    row: Outgoing,
    state: State,
    *,
    now: datetime,
    answer: str,
    **kept: Any,  # noqa: ANN401
) -> None:
    """Note that it will not go: it failed for good, is skipped or cancelled."""
    _claimed(row).update(state=state, ended_at=now, answer=answer, **kept)


def record_fault(
    row: Outgoing,
    *,
    now: datetime,
    answer: str,
    first_pause: timedelta,
    **kept: Any,  # noqa: ANN401
) -> None:
    """Note what went wrong, to be tried again after a pause; or that it has failed."""
    pause = pause_after(row.attempts, first=first_pause)
    if pause is None:
        record_ended(row, State.FAILED, now=now, answer=answer, **kept)
        return
    _claimed(row).update(free_at=now + pause, answer=answer, **kept)


def tell(rows: QuerySet[Row], *, now: datetime, answer: str) -> None:
    """Let all that is free say why it does not go yet."""
    free(rows, now=now).exclude(answer=answer).order_by().update(answer=answer)


def fail_overdue(rows: QuerySet[Row], *, now: datetime, answer: str) -> None:
    """Give up what has been free for a day, in which nothing could be tried."""
    overdue = free(rows, now=now - GIVE_UP_AFTER).order_by()
    overdue.update(state=State.FAILED, ended_at=now, answer=answer)


def pause_after(attempts: int, *, first: timedelta) -> timedelta | None:
    """How long to wait after so many tries; None when they have lasted a day."""
    return next(islice(pauses(first), attempts - 1, None), None)


def pauses(first: timedelta) -> Iterator[timedelta]:
    """Twice as long each time, up to a limit, until they have lasted a day."""
    waited, pause = timedelta(0), first
    while waited < GIVE_UP_AFTER:
        yield pause
        waited += pause
        pause = min(2 * pause, max(first, LONGEST_PAUSE))


def _row(row: Outgoing) -> QuerySet[Any]:
    return type(row)._default_manager.filter(pk=row.pk)  # noqa: SLF001 — Django's own


def _claimed(row: Outgoing) -> QuerySet[Any]:
    """The row while the claim on it holds."""
    return _row(row).filter(state=State.WAITING, free_at=row.free_at)
