"""In real transactions, side by side and killed: one mail for each who was counted."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from kring.actions import mailing_rounds
from kring.actions.errors import RefusedError
from kring.actions.mailings import MailingGoneOutError
from kring.mailing import frozen
from kring.mailing.models import Mailing, OutgoingMail
from kring.outbox import queue
from kring.outbox.models import State
from tests.mailings import letter, members, send, states
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)
DEATHS = 4


@pytest.fixture
def world(transactional_db, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr(frozen, "STEP", 3)
    yield World()
    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_jobs")


def crowd(world: World, size: int) -> list[int]:
    return members(world, *[f"Member{place}" for place in range(size)])


def at_once(*deeds: Callable[[], None]) -> list[RefusedError]:
    """Do them in threads that begin together; returns what was refused."""
    refused: list[RefusedError] = []
    start = threading.Barrier(len(deeds))

    def run(deed: Callable[[], None]) -> None:
        start.wait()
        try:
            deed()
        except RefusedError as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def settle_with_others() -> None:
    while Mailing.objects.filter(settled=False).exists():
        mailing_rounds.settle_next()


def reached(mailing: Mailing) -> list[int | None]:
    rows = OutgoingMail.objects.filter(mailing=mailing).order_by("contact")
    return list(rows.values_list("contact", flat=True))


def test_of_two_who_send_at_once_one_is_refused(world: World) -> None:
    ids = crowd(world, 8)
    mailing = letter(world, "choir")
    deed = partial(
        mailing_rounds.send_mailing, mailing.pk, expected=8, by=world.by, version=None
    )
    refused = at_once(deed, deed, deed)
    assert [type(error) for error in refused] == [MailingGoneOutError] * 2
    settle_with_others()
    assert reached(mailing) == ids


def test_workers_side_by_side_write_each_mail_once(world: World) -> None:
    ids = crowd(world, 20)
    mailing = letter(world, "choir")
    send(world, mailing)
    at_once(*[settle_with_others] * 3)
    assert reached(mailing) == ids


def test_what_falls_due_is_begun_once_by_several_workers(world: World) -> None:
    ids = crowd(world, 5)
    mailing = letter(world, "choir")
    Mailing.objects.update(state="scheduled", scheduled_at=timezone.now())
    assert at_once(*[mailing_rounds.begin_due_mailings] * 3) == []
    settle_with_others()
    assert reached(mailing) == ids


def test_a_worker_killed_at_writing_leaves_and_doubles_nothing(
    world: World, child_environment: dict[str, str]
) -> None:
    ids = crowd(world, 60)
    mailing = letter(world, "choir")
    send(world, mailing)
    for death in range(DEATHS):
        worker = subprocess.Popen(
            [sys.executable, "-m", "tests.mailing_steps"],
            env={**child_environment, "PYTHONPATH": "src:."},
        )
        enough = OutgoingMail.objects.count() + 1 + death
        while OutgoingMail.objects.count() < enough and worker.poll() is None:
            pass
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    settle_with_others()
    assert reached(mailing) == ids


@dataclass
class Workers:
    """They claim and record, as delivery does, until the pause is over."""

    sent: list[int] = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)

    def work(self) -> None:
        while not self.is_over.is_set() or self._waiting().exists():
            now = timezone.now()
            for mail in queue.free(OutgoingMail.objects.all(), now=now)[:4]:
                if queue.claim(mail, now=now):
                    self.sent.append(mail.pk)
                    queue.record_sent(mail, now=timezone.now(), answer="250 OK")

    def pause(self, mailing: int) -> None:
        try:
            while len(self.sent) < 3:
                pass
            mailing_rounds.pause_mailing(mailing, by=World.by)
            settle_with_others()
            assert not self._waiting().exists()
            mailing_rounds.resume_mailing(mailing, by=World.by)
            settle_with_others()
        finally:
            self.is_over.set()

    def _waiting(self) -> QuerySet[OutgoingMail]:
        return OutgoingMail.objects.filter(state=State.WAITING)


def test_a_pause_beside_workers_loses_and_doubles_nothing(world: World) -> None:
    crowd(world, 30)
    mailing = letter(world, "choir")
    send(world, mailing)
    settle_with_others()
    workers = Workers()
    at_once(workers.work, workers.work, partial(workers.pause, mailing.pk))
    assert states(mailing) == {"sent": 30}
    assert set(Counter(workers.sent).values()) == {1}
