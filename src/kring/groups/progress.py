"""How far a group is with its new definition, and all groups with the new day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kring.groups.chunks import all_chunks, earliest_day
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


_brought: set[date] = set()
"""The day to which every chunk is known to have been brought, if any."""


def judged_until() -> date | None:
    """The day by which relative dates were judged everywhere; None without contacts."""
    return earliest_day()


def behind_since(today: date) -> date | None:
    """The day that relative dates were judged by; None when that is today.

    Chunks are never brought back, so once they are at a day nothing is asked.
    """
    if today in _brought:
        return None
    day = judged_until()
    if day is None or day < today:
        return day
    _brought.clear()
    _brought.add(today)
    return None


def forget_what_was_brought() -> None:
    """Ask again; for whoever has another database in the same process."""
    _brought.clear()
