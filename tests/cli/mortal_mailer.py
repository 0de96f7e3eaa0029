"""Workers that mail are killed again and again: `… mortal_mailer SEED DEATHS TAKEN`.

The mail server is as unreliable as they are: it refuses for now, closes and drops the
line, but what it takes it notes in the file TAKEN before it says so. Workers come in
pairs, run what `kring worker` runs, and end by SIGKILL at a moment that nobody chose.
Prints, as JSON, how many died in the middle of something, and which mails had been
taken from one that died before it could write that down.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

import django

django.setup()

from aiosmtpd.smtp import SMTP, Envelope, Session  # noqa: E402 — Django comes first
from django.conf import settings  # noqa: E402
from django.db.models import QuerySet  # noqa: E402
from django.utils import timezone  # noqa: E402

from kring.actions import delivering, members  # noqa: E402
from kring.actions.welcoming import Confirmed  # noqa: E402
from kring.mailing.delivery import message_id  # noqa: E402
from kring.mailing.models import OutgoingMail, WayOut  # noqa: E402
from kring.outbox.models import State  # noqa: E402
from tests.cli.mortal_worker import PATIENCE, born  # noqa: E402
from tests.mailing.mails import person, template  # noqa: E402
from tests.post_office import DROP, HERE, PostOffice  # noqa: E402
from tests.world import World  # noqa: E402

READERS = 150
LONGEST_WORK = 0.25  # seconds
MISCHIEF = (DROP, "421 4.3.2 closing", "451 4.3.0 later", "452 4.3.1 full")


def live_and_die(seed: int, deaths: int, file: Path) -> dict[str, object]:
    chance = random.Random(seed)
    office = opened(seed, file)
    try:
        queue_mails()
        in_the_middle, unrecorded = 0, set[str]()
        for _ in range(deaths // 2):
            delivering.deliver_soon()
            before = taken(file)
            pair = [born(), born()]
            wait_until_taken(file, len(before) + chance.randrange(1, 6))
            for life in pair:
                time.sleep(chance.uniform(0, LONGEST_WORK))
                os.kill(life, signal.SIGKILL)
                os.waitpid(life, 0)
            unrecorded |= taken_and_waiting(file)
            in_the_middle += time_passes()
        finish(file)
    finally:
        os.kill(office, signal.SIGKILL)
        os.waitpid(office, 0)
    return {"in_the_middle": in_the_middle, "unrecorded": sorted(unrecorded)}


def queue_mails() -> None:
    world = World()
    group = world.group("Koor", welcome_template=template().pk)
    people = [
        person(world, f"Lid{number}", f"lid{number}@example.org")
        for number in range(READERS)
    ]
    members.place(people, group, by=world.by, welcome=Confirmed(READERS))


def opened(seed: int, file: Path) -> int:
    """The mail server, in a process of its own."""
    child = os.fork()
    if child:
        return child
    chance = random.Random(seed)
    office = Noting(file, chance)
    with suppress(BaseException):
        asyncio.run(office.stay_open(settings.EMAIL_PORT))
    os._exit(0)


class Noting(PostOffice):
    """Takes most mails, and notes each before it says so."""

    def __init__(self, file: Path, chance: random.Random) -> None:
        super().__init__(answer=self.mischief)
        self.file = file
        self.chance = chance

    def mischief(self, command: str, _reader: str) -> str | None:
        is_bad = command != "TAKEN" and self.chance.random() < 0.04
        return self.chance.choice(MISCHIEF) if is_bad else None

    async def handle_DATA(  # noqa: N802 — of aiosmtpd
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        before = len(self.taken)
        answer = await super().handle_DATA(server, session, envelope)
        with self.file.open("a") as noted:
            noted.writelines(f"{one}\n" for one in self.ids[before:])
        return answer

    async def stay_open(self, port: int) -> None:
        loop = asyncio.get_running_loop()
        await loop.create_server(lambda: SMTP(self), HERE, port)
        await asyncio.Event().wait()


def taken(file: Path) -> list[str]:
    return file.read_text().split() if file.exists() else []


def wait_until_taken(file: Path, count: int) -> None:
    """Until so many have been taken, or there is nothing left to take."""
    deadline = time.monotonic() + PATIENCE
    while len(taken(file)) < count and waiting().exists():
        if time.monotonic() > deadline:
            return
        time.sleep(0.01)


def waiting() -> QuerySet[OutgoingMail]:
    return OutgoingMail.objects.filter(state=State.WAITING)


def taken_and_waiting(file: Path) -> set[str]:
    """What the server took from workers that died before they wrote it down."""
    noted = set(taken(file))
    return {message_id(mail) for mail in waiting()} & noted


def time_passes() -> int:
    """Leases and pauses run out, while nobody is at work; how many there were."""
    now = timezone.now()
    WayOut.objects.update(resting_until=None)
    return waiting().filter(free_at__gt=now).update(free_at=now)


def finish(file: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while waiting().exists():
        assert time.monotonic() < deadline
        time_passes()
        delivering.deliver_some()


if __name__ == "__main__":
    seed, deaths, file = sys.argv[1:]
    told = live_and_die(int(seed), int(deaths), Path(file))
    print(json.dumps(told))  # noqa: T201 — its answer
