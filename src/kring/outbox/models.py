"""The columns of whatever waits to reach someone outside."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """How far something outgoing has come; only what waits may be claimed."""

    WAITING = "waiting", _("waiting")
    HELD = "held", _("paused")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")
    SKIPPED = "skipped", _("skipped")
    CANCELLED = "cancelled", _("cancelled")


GOING: Final = (State.WAITING.value, State.HELD.value)
"""The states in which something may still go."""


class Outgoing(models.Model):
    """A row that must reach someone: claimed by changing it, tried, tried again.

    While it waits, `free_at` is when it may be claimed: whoever claims it moves that on
    by a lease, so that the rows of a worker that was killed become free by themselves.
    `answer` is what the other side said last, or why it did not go.
    """

    state = models.CharField(
        max_length=9, choices=State.choices, default=State.WAITING.value
    )
    free_at = models.DateTimeField()
    attempts = models.IntegerField(default=0)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True, default="")

    class Meta:
        abstract = True
