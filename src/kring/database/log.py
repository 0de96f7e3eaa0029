"""What the server's own words say about why it did not start."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO

from kring.database.disk import is_full
from kring.database.errors import DatabaseError, FullDiskError, StartFailedError

TAIL = 20_000
NO_SPACE = "No space left on device"
# How PostgreSQL marks the line that matters, the gravest first.
MARKS = ("PANIC: ", "FATAL: ", "error: ", "ERROR: ")


def failure_in(log: IO[bytes], path: Path) -> DatabaseError:
    text = tail_of(log)
    # On a full disk the log itself is missing its last lines.
    if NO_SPACE in text or is_full(path.parent):
        return FullDiskError()
    return StartFailedError(path, reason_in(text))


def tail_of(log: IO[bytes]) -> str:
    size = log.seek(0, os.SEEK_END)
    log.seek(max(0, size - TAIL))
    return log.read().decode(errors="replace")


def reason_in(text: str) -> str:
    lines = text.strip().splitlines()
    for mark in MARKS:
        for line in reversed(lines):
            if mark in line:
                return line.split(mark, 1)[1].strip()
    return lines[-1].strip() if lines else "it says nothing"
