"""Long acts go a batch at a time, so that no lock is held for long."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Piece = TypeVar("Piece")


def batches(pieces: Iterable[Piece], size: int) -> Iterator[list[Piece]]:
    """The pieces, at most `size` at a time."""
    rest = iter(pieces)
    while batch := list(islice(rest, size)):
        yield batch
