"""What the worker does beside what it is given: taking over from workers that died."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateWorker
from procrastinate.job_context import JobContext

from kring.actions.bounces import mark_refused
from kring.actions.clock import begin_new_day
from kring.actions.delivering import deliver, deliver_every_minute
from kring.actions.failure_notices import tell_every_ten_minutes
from kring.actions.fills import fill
from kring.actions.mailing_rounds import look_after_mailings, settle_mailings
from kring.actions.signing_in import forget_every_hour, send_code

SILENCE: Final = timedelta(seconds=30)
"""A worker says every ten seconds that it lives; after this it is taken for dead."""

JOBS: Final = (
    fill,
    begin_new_day,
    deliver,
    deliver_every_minute,
    settle_mailings,
    look_after_mailings,
    tell_every_ten_minutes,
    mark_refused,
    send_code,
    forget_every_hour,
)
"""Defined where their work is; to be imported by whoever runs the worker."""


@app.periodic(cron="* * * * *")
@app.task(name="take_over", queueing_lock="take_over", pass_context=True)
async def take_over(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 — given
    """Put the jobs of workers that were killed back in the queue."""
    manager = context.app.job_manager
    silence = SILENCE.total_seconds()
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=silence):
        await manager.retry_job(job)


def a_worker_lives() -> bool:
    """Whether any worker said so lately."""
    since = timezone.now() - SILENCE
    return ProcrastinateWorker.objects.filter(last_heartbeat__gte=since).exists()
