"""How far a group is that is being brought to a new definition."""

from __future__ import annotations

from dataclasses import dataclass

from kring.groups.chunks import all_chunks
from kring.groups.models import Fill, Group


@dataclass(frozen=True, slots=True)
class Progress:
    """Steps done, of so many."""

    done: int
    total: int


def progress_of(group: Group) -> Progress | None:
    """None when every member is up to date."""
    fill: Fill | None = getattr(group, "fill", None)
    if fill is None:
        return None
    numbers = all_chunks()
    done = sum(chunk < fill.next_chunk for chunk in numbers)
    return Progress(done, len(numbers))
