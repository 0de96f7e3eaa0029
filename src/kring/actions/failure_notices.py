"""Who answers for mails that did not arrive is told, once a day at most."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from kring.accounts.models import User
from kring.actions.notices import write_notice
from kring.mailing.failure_notices import failures_for, notice_of, who_answers
from kring.mailing.models import ToldOfFailures

EVERY: Final = timedelta(days=1)

_FURTHEST_BACK: Final = timedelta(days=7)
"""Who is told for the first time hears of no older failures."""


@app.periodic(cron="*/10 * * * *")
@app.task(name="tell_of_failures", queueing_lock="tell_of_failures")
def tell_every_ten_minutes(timestamp: int) -> None:  # noqa: ARG001 — given
    tell_of_failures(now=timezone.now())


def tell_of_failures(*, now: datetime) -> None:
    """Write a notice for everybody who answers for what failed since the last one."""
    for user in who_answers().order_by("pk"):
        _tell(user, now)


@transaction.atomic
def _tell(user: User, now: datetime) -> None:
    # Of two workers the later waits for this row, and finds that it was done.
    ToldOfFailures.objects.bulk_create(
        [ToldOfFailures(user=user, until=now - _FURTHEST_BACK)], ignore_conflicts=True
    )
    told = ToldOfFailures.objects.select_for_update().get(user=user)
    if told.until > now - EVERY:
        return
    failures = failures_for(user, since=told.until, until=now)
    if not failures:
        return
    told.until = now
    told.save(update_fields=["until"])
    write_notice(notice_of(failures), to=user.email, at=now)
