"""Real transactions of several processes at once lose nothing and invent nothing."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection

from kring.actions import groups
from kring.actions.errors import LoopError
from kring.algebra.expressions import GroupMembers
from kring.contacts.models import Contact
from kring.groups import chunks
from kring.groups.models import Change, Group, Placement, Turn
from kring.groups.settings import GroupSettings
from kring.mailing.models import OutgoingMail
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS = 6


@pytest.fixture
def world(transactional_db) -> World:
    return World()


def started(
    seed: int, count: int, environment: dict[str, str]
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.groups.writers", str(seed), str(count)],
        env={**environment, "PYTHONPATH": "src:."},
        stderr=subprocess.PIPE,
    )


def a_busy_place(world: World) -> None:
    world.contacts(*[f"Contact {number}" for number in range(10)])
    world.reachable(*[f"Reader {number}" for number in range(10)])
    world.welcoming("choir")
    world.welcoming("band", welcome_policy="every")
    world.group("theatre")
    world.group("both", {"all": [{"group": "choir"}, {"group": "band"}]})
    world.group("quiet", {"base": {"everyone": True}, "except": [{"group": "theatre"}]})
    world.group("either", {"any": [{"group": "both"}, {"group": "quiet"}]})
    reads = {"field": "newsletter", "op": "is", "value": True}
    world.welcoming("readers", {"where": reads})
    world.group("others", {"where": {"field": "status", "op": "is_not", "value": "a"}})
    joined = {"op": "at_least_days", "value": 0}
    world.group("loyal", {"all": [{"member": "readers", "since": joined}]})


def test_six_writers_on_the_same_contacts_lose_and_invent_nothing(
    world: World, child_environment: dict[str, str]
) -> None:
    a_busy_place(world)
    writers = [started(seed, 60, child_environment) for seed in range(WRITERS)]
    complaints = [writer.communicate()[1] for writer in writers]
    assert complaints == [b""] * WRITERS
    assert world.faults() == []
    assert Change.objects.count() > WRITERS * 20
    exist = set(Contact.objects.values_list("id", flat=True))
    assert set(chunks.contacts_that_exist()) == exist
    for name in ("choir", "band", "readers"):
        assert mails_by_change(world.group(name)) == joinings(world.group(name))
    for name in ("choir", "readers"):
        waiting = world.mailed(name)
        assert len(waiting) == len(set(waiting))
        assert set(waiting) <= world.members(name)


SILENT = ["change.undo", "contact.merge"]


def joinings(group: int) -> Counter[int]:
    """How many joined a group by each change that calls for mails."""
    turns = Turn.objects.filter(group=group, joined=True)
    loud = turns.exclude(change__action__in=SILENT)
    return Counter(loud.values_list("change", flat=True))


def mails_by_change(group: int) -> Counter[int]:
    """How many mails each change asked for, or said why not."""
    mails = OutgoingMail.objects.filter(purpose="welcome", group=group)
    return Counter(number or 0 for number in mails.values_list("change", flat=True))


def test_six_writers_begin_the_first_chunk_together(
    world: World, child_environment: dict[str, str]
) -> None:
    world.group("all of us", {"everyone": True})
    assert chunks.all_chunks() == []
    program = (
        "import django; django.setup(); from tests.world import World;"
        "world = World(); [world.contacts('A', 'B') for _ in range(10)]"
    )
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", program],
            env={**child_environment, "PYTHONPATH": "src:."},
        )
        for _ in range(WRITERS)
    ]
    assert [writer.wait() for writer in writers] == [0] * WRITERS
    assert world.members("all of us") == set(range(1, WRITERS * 20 + 1))
    assert world.faults() == []


@pytest.mark.parametrize("seed", range(4))
def test_a_writer_killed_in_the_middle_leaves_nothing_half(
    world: World, child_environment: dict[str, str], seed: int
) -> None:
    a_busy_place(world)
    before = Change.objects.count()
    writer = started(seed, 10_000, child_environment)
    enough = before + random.Random(seed).randint(1, 25)
    while Change.objects.count() < enough:
        assert writer.poll() is None
    writer.send_signal(signal.SIGKILL)
    writer.communicate()
    wait_until_its_connection_is_gone()
    assert world.faults() == []
    for entry in Placement.objects.filter(group__kind="static"):
        assert entry.contact_id in world.members(entry.group.name)


def wait_until_its_connection_is_gone() -> None:
    with connection.cursor() as cursor:
        others = 1
        while others:
            cursor.execute(
                "select count(*) from pg_stat_activity where datname ="
                " current_database() and pid <> pg_backend_pid()"
                " and backend_type = 'client backend'"
            )
            [others] = cursor.fetchone()


def test_of_two_edits_at_once_that_make_a_loop_one_is_refused(world: World) -> None:
    world.group("seed")
    for turn in range(8):
        one = world.group(f"one {turn}", {"group": "seed"})
        two = world.group(f"two {turn}", {"group": "seed"})
        refused = both_at_once(partial(define, one, two), partial(define, two, one))
        assert [type(error) for error in refused] == [LoopError]
        [error] = refused
        assert error.path[0] == error.path[-1]
        assert {*error.path} == {f"one {turn}", f"two {turn}"}
    assert world.faults() == []


def define(group: int, part: int) -> None:
    name = Group.objects.get(pk=group).name
    wanted = GroupSettings(name=name, definition=GroupMembers(part))
    groups.edit_group(group, wanted, by=World.by)


def both_at_once(*deeds: Callable[[], None]) -> list[LoopError]:
    refused: list[LoopError] = []
    start = threading.Barrier(len(deeds))

    def run(deed: Callable[[], None]) -> None:
        start.wait()
        try:
            deed()
        except LoopError as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused
