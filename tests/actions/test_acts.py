"""What every act keeps to."""

from __future__ import annotations

import pytest

from kring.actions.acts import HeldTooLateError, act
from tests.world import World


def test_chunks_are_held_before_anything_changes(world: World) -> None:
    ada = world.contact("Ada")
    with act("test.late", by=world.by) as this:
        assert this.change
        with pytest.raises(HeldTooLateError):
            this.hold([ada])
