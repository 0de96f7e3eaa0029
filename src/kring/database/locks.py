"""Who may start and stop the server: two files that processes lock.

Locks belong to an open file and go with the process, however it ends.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PRIVATE = 0o600


@dataclass(slots=True, eq=False)
class Presence:
    """One process's shared lock on a data folder's `in-use`."""

    path: Path
    descriptor: int


_presences: set[Presence] = set()


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Nobody else is inside a block with the same path."""
    descriptor = _opened(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def enter(path: Path) -> Presence:
    presence = Presence(path, _shared(path))
    _presences.add(presence)
    return presence


def leaves_nobody(presence: Presence) -> bool:
    """Whether no other process is present; to be asked inside the start lock."""
    try:
        fcntl.flock(presence.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def leave(presence: Presence) -> None:
    _presences.discard(presence)
    os.close(presence.descriptor)


def _shared(path: Path) -> int:
    descriptor = _opened(path)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return descriptor


def _opened(path: Path) -> int:
    # Readable by its owner alone: who can open it could hold the lock forever.
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, PRIVATE)


def _take_own_presences() -> None:
    """A forked child shares its parent's open file, and so would leave for it."""
    for presence in _presences:
        inherited = presence.descriptor
        presence.descriptor = _shared(presence.path)
        os.close(inherited)


os.register_at_fork(after_in_child=_take_own_presences)
