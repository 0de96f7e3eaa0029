"""Programs that change the same at the same moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection

from kring.groups.models import Group
from tests.api.conftest import Program, program_of

PROGRAMS = 4


def at_once(asks: Callable[[int], int]) -> Counter[int]:
    """The statuses that so many askers get, who begin together."""
    together = Barrier(PROGRAMS)
    statuses: Counter[int] = Counter()

    def ask(number: int) -> None:
        together.wait()
        statuses[asks(number)] += 1
        connection.close()

    threads = [Thread(target=ask, args=[number]) for number in range(PROGRAMS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses


@pytest.fixture
def programs(transactional_db, staff) -> list[Program]:
    return [program_of(staff) for _ in range(PROGRAMS)]


@pytest.mark.parametrize("path", ["/groups", "/contacts", "/templates"])
def test_of_several_edits_of_one_version_one_is_done(
    programs: list[Program], path: str
):
    body = {"subject": "S", "body": "B", "name": "Koor"}
    made = programs[0].posts(path, {"name": "Koor"} if path != "/templates" else body)
    seen = made["ETag"]
    one = made["Location"].removeprefix("/api/v1")

    def edit(number: int) -> int:
        changed = {"name": f"Koor {number}"}
        return int(programs[number].patches(one, changed, If_Match=seen).status_code)

    assert at_once(edit) == Counter({200: 1, 412: PROGRAMS - 1})


def test_one_key_at_one_moment_does_one_deed(programs: list[Program]):
    same = programs[0].secret

    def post(_: int) -> int:
        asker = Program(same)
        return int(
            asker.posts("/groups", {"name": "Koor"}, Idempotency_Key="k").status_code
        )

    statuses = at_once(post)
    assert Group.objects.count() == 1
    assert set(statuses) <= {201, 409}
    assert statuses[201] >= 1
