"""The new day: at local midnight whatever is relative to today turns."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from kring.accounts.actors import CLOCK
from kring.actions.acts import NEW_DAY, act, begin_long_act
from kring.groups import chunks


# Every minute, not at midnight alone: a worker that was down then catches up, and no
# sum with summer time is needed to know when midnight is.
@app.periodic(cron="* * * * *")
@app.task(name="new_day", queueing_lock="new_day", lock="new_day")
def begin_new_day(timestamp: int) -> None:  # noqa: ARG001 — given
    """Bring every chunk to today, if a day has begun."""
    new_day()


def new_day() -> None:
    """Turn what turns by itself, one transaction a chunk; nothing if it was done.

    With several chunks it is one long act, of which each chunk is a step.
    """
    behind = chunks.chunks_behind(timezone.localdate())
    whole = begin_long_act(NEW_DAY, by=CLOCK) if len(behind) > 1 else None
    for chunk in behind:
        # Whoever holds a chunk brings it to today first.
        with act(NEW_DAY, by=CLOCK, part_of=whole) as this:
            this.hold_chunks([chunk])
