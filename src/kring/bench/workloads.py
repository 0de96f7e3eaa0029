"""What every workload needs: the world, a bare connection, and whom to tell."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from kring.bench.floors import Bare
from kring.bench.racing import Tell
from kring.bench.world import World

LARGE: Final = 1_000_000
MIDDLE: Final = 100_000
OBJECTS_UP_TO: Final = 100_000
"""With more contacts ORM objects take minutes and gigabytes: not tried, and said so."""


@dataclass(frozen=True, slots=True)
class Bench:
    """A world that was loaded, and the ways to it."""

    world: World
    bare: Bare
    tell: Tell = field(default=lambda _: None)

    @property
    def dense(self) -> int:
        """The largest static group: two in five contacts."""
        return self.world.statics[0]

    @property
    def sparse(self) -> int:
        """A static group of one in twenty-five contacts."""
        return self.world.statics[29]
