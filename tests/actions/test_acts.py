"""What every act keeps to."""

from __future__ import annotations

import pytest
from django.db import connection

from kring.actions.acts import HeldTooLateError, act
from kring.actions.errors import GroupClosedError
from kring.groups import chunks
from tests.world import World


def test_chunks_are_held_before_anything_changes(world: World) -> None:
    ada = world.contact("Ada")
    with act("test.late", by=world.by) as this:
        assert this.change
        with pytest.raises(HeldTooLateError):
            this.hold([ada])


def test_whoever_waited_for_a_chunk_that_was_filled_takes_the_next(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.contact("Ada")
    with connection.cursor() as cursor:
        cursor.execute("update chunk set last_id = 65535")
    world.contact("Ben")
    known = iter([[0], [0, 1], [0, 1]])
    monkeypatch.setattr(chunks, "all_chunks", lambda: next(known))
    with act("test.late", by=world.by) as this:
        this.hold_last_chunk()
        assert list(this.held) == [1]


def test_a_refusal_shows_its_facts_to_whoever_reads_the_log() -> None:
    refusal = GroupClosedError(7, "Koor")
    assert str(refusal) == "GroupClosedError(group=7, name='Koor')"
