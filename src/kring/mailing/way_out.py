"""How fast mails go, whoever sends them, and when the mail server gets a rest."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db.models import DateTimeField, F, Value
from django.db.models.functions import Coalesce, Greatest

from kring.mailing.models import OutgoingMail, WayOut
from kring.outbox import queue

LONG: Final = timedelta(minutes=15)
"""After so long without a mail leaving, mail that waits is stuck."""

_MINUTE: Final = timedelta(minutes=1)
_LONGEST_REST: Final = timedelta(minutes=15)


def take_turn(*, now: datetime, per_minute: int) -> bool:
    """Whether a mail may go at this moment; if so, its turn has been taken.

    However many workers ask, no minute sees more than `per_minute` turns. A sixth of
    them may come at once, the others follow at an even pace.
    """
    pace, ahead = _pace(per_minute)
    _be_there(now)
    in_time = WayOut.objects.filter(next_at__lte=now + ahead)
    began = Greatest("next_at", Value(now, DateTimeField()))
    return in_time.update(next_at=began + pace) == 1


def next_turn(per_minute: int) -> datetime | None:
    """When the next mail may go; None while none ever went."""
    _, ahead = _pace(per_minute)
    this = WayOut.objects.first()
    return None if this is None else this.next_at - ahead


def resting_until(*, now: datetime) -> datetime | None:
    """Until when nothing is tried, because the server was at fault; None when it is."""
    resting = WayOut.objects.filter(resting_until__gt=now)
    return resting.values_list("resting_until", flat=True).first()


def rest(*, now: datetime, fault: str, first: timedelta) -> None:
    """Let the server be for a while, longer each time, after it was at fault.

    Workers that find the same fault at the same time count once.
    """
    _be_there(now)
    this = WayOut.objects.get()
    pause = min(first * 2 ** min(this.faults, 20), max(first, _LONGEST_REST))
    awake = WayOut.objects.filter(faults=this.faults)
    awake.update(
        faults=F("faults") + 1,
        faulty_since=Coalesce("faulty_since", Value(now, DateTimeField())),
        resting_until=now + pause,
        fault=fault,
    )


def note_success(*, now: datetime) -> None:
    """A mail went: whatever was wrong with the server is over."""
    WayOut.objects.update(
        last_sent_at=now, faults=0, faulty_since=None, resting_until=None, fault=""
    )


def _pace(per_minute: int) -> tuple[timedelta, timedelta]:
    """The time between two mails, and how far they may run ahead of it."""
    at_once = max(1, per_minute // 6)
    pace = _MINUTE / max(1, per_minute - at_once)
    return pace, (at_once - 1) * pace


def is_stuck(*, now: datetime) -> bool:
    """Whether mail has waited for long, and none has gone all that time."""
    long_ago = now - LONG
    goes = WayOut.objects.filter(last_sent_at__gt=long_ago).exists()
    return not goes and queue.free(OutgoingMail.objects.all(), now=long_ago).exists()


def _be_there(now: datetime) -> None:
    WayOut.objects.bulk_create([WayOut(next_at=now)], ignore_conflicts=True)
