"""Of everything a server says, the line that matters."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from kring.database.disk import is_full
from kring.database.errors import FullDiskError, StartFailedError
from kring.database.log import failure_in

LOG = Path("/srv/kring/database.log")


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["FATAL:  first", "LOG:  last"], "first"),
        (["ERROR:  small", "PANIC:  grave", "FATAL:  late"], "grave"),
        (["initdb: error: no locale", "hint"], "no locale"),
        (["only this"], "only this"),
        ([], "it says nothing"),
    ],
)
def test_the_gravest_line_is_the_reason(lines: list[str], reason: str) -> None:
    failure = failure_in(io.BytesIO("\n".join(lines).encode()), LOG)
    assert isinstance(failure, StartFailedError)
    assert (failure.reason, failure.log) == (reason, LOG)


def test_a_full_disk_is_seen_in_the_log() -> None:
    said = io.BytesIO(b"FATAL:  could not write: No space left on device")
    assert isinstance(failure_in(said, LOG), FullDiskError)


def test_a_disk_that_cannot_be_measured_is_not_called_full(room: Path) -> None:
    assert not is_full(room / "absent")
