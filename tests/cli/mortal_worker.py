"""A worker killed again and again: `python -m tests.cli.mortal_worker SEED DEATHS`.

Each life is a process of its own, which runs what `kring worker` runs, and ends by
SIGKILL at a moment that nobody chose; fills begin all the while. The last one lives
until the work is done. Prints how many jobs had to be taken over.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import time
from datetime import timedelta
from unittest import mock

import django

django.setup()

from django.db import connections  # noqa: E402 — Django comes first
from procrastinate.contrib.django import app as jobs_app  # noqa: E402
from procrastinate.contrib.django.django_connector import (  # noqa: E402
    DjangoConnector,
)
from procrastinate.contrib.django.models import ProcrastinateJob  # noqa: E402
from procrastinate.job_context import JobContext  # noqa: E402

from kring.actions import jobs, members  # noqa: E402
from kring.cli.run import worker  # noqa: E402
from kring.contacts.models import Contact  # noqa: E402
from kring.groups.models import Fill, Group  # noqa: E402
from tests.world import World  # noqa: E402

# Half of them die at work, and half at any moment since they were born.
LONGEST_WORK = 0.1  # seconds
LONGEST_YOUTH = 0.6
PATIENCE = 60
GROUPS = ("choir", "band", "theatre", "anyone")


def live_and_die(seed: int, deaths: int) -> int:
    chance = random.Random(seed)
    world = World()
    taken_over = 0
    for _ in range(deaths):
        begin_something(chance, world)
        life = born()
        if chance.random() < 0.5:
            wait_until_at_work()
            time.sleep(chance.uniform(0, LONGEST_WORK))
        else:
            time.sleep(chance.uniform(0, LONGEST_YOUTH))
        os.kill(life, signal.SIGKILL)
        os.waitpid(life, 0)
        taken_over += take_over()
    last = born()
    while (
        Fill.objects.exists()
        or ProcrastinateJob.objects.exclude(status__in=["succeeded", "failed"]).exists()
    ):
        time.sleep(0.1)
    os.kill(last, signal.SIGTERM)
    os.waitpid(last, 0)
    return taken_over


def wait_until_at_work() -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if ProcrastinateJob.objects.filter(status="doing").exists():
            return
        time.sleep(0.01)


def begin_something(chance: random.Random, world: World) -> None:
    """Other definitions, whose fills the worker does, and placements in between."""
    for name in chance.sample(["first", "second", "third", "fourth"], 2):
        parts = [{"group": part} for part in chance.sample(GROUPS, 2)]
        world.define(name, {"base": parts[0], "except": [parts[1]]})
    everyone = list(Contact.objects.values_list("pk", flat=True))
    choir = Group.objects.get(name=chance.choice(GROUPS[:3])).pk
    deed = chance.choice([members.place, members.remove])
    deed(chance.sample(everyone, 5), choir, by=world.by)


def born() -> int:
    """A worker in a process of its own; returns the process."""
    connections.close_all()
    child = os.fork()
    if child:
        return child
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, sys.stdout.fileno())
    try:
        worker()
    finally:
        os._exit(0)


def take_over() -> int:
    """What another worker would do after the silence, which nobody awaits here."""
    doing = ProcrastinateJob.objects.filter(status="doing").count()
    with mock.patch.object(jobs, "SILENCE", timedelta(0)):
        asyncio.run(_take_over())
    return doing


async def _take_over() -> None:
    app = jobs_app.with_connector(DjangoConnector().get_worker_connector())
    async with app.open_async():
        for job in await app.job_manager.list_jobs_async(status="doing"):
            context = JobContext(
                app=app, job=job, start_timestamp=0, abort_reason=lambda: None
            )
            await jobs.take_over.func(context, timestamp=0)
            break


if __name__ == "__main__":
    print(live_and_die(int(sys.argv[1]), int(sys.argv[2])))  # noqa: T201 — its answer
