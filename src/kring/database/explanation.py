"""Turning what the database driver raises into one sentence a person can act on."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import psycopg

from kring.database.disk import is_full
from kring.database.errors import (
    DatabaseError,
    FullDiskError,
    LostConnectionError,
    NoSuchDatabaseError,
    NotReadyError,
    NotRunningError,
    RefusedError,
    TooManyConnectionsError,
    UnexplainedError,
)
from kring.database.location import absolute

Explanation = Callable[[str], DatabaseError]

# A statement that failed has a code; a connection that failed has only words.
SIGNS: tuple[tuple[tuple[str, ...], str, Explanation], ...] = (
    (
        ("53100",),
        "No space left on device",
        lambda _: FullDiskError(),
    ),
    (
        ("53300",),
        "too many clients|remaining connection slots",
        lambda _: TooManyConnectionsError(),
    ),
    (
        ("57P03",),
        "the database system is (starting|shutting|not yet|in recovery)",
        lambda _: NotReadyError(),
    ),
    (
        ("3D000",),
        'database ".*" does not exist',
        NoSuchDatabaseError,
    ),
    (
        ("28000", "28P01"),
        (
            "authentication failed|no pg_hba.conf entry|Permission denied|requirepeer"
            '|role ".*" does not exist'
        ),
        RefusedError,
    ),
    (
        ("57P01", "57P02"),
        (
            "server closed the connection|terminating connection"
            "|connection (is|already) (lost|closed)"
        ),
        lambda _: LostConnectionError(),
    ),
    (
        (),
        (
            "No such file or directory|Connection refused|timeout expired"
            "|connection timeout|could not translate host name|ailed to resolve host"
        ),
        lambda _: NotRunningError(),
    ),
)


def explain(error: BaseException, *, data: Path | None = None) -> DatabaseError:
    """Finds the driver's error under whatever a framework wrapped around it.

    With the data folder of an embedded server, a server that stopped because its
    disk is full is told from one that was stopped.
    """
    trouble = _explained(_drivers_error(error))
    stopped = isinstance(trouble, LostConnectionError | NotReadyError | NotRunningError)
    if stopped and data is not None and is_full(absolute(data)):
        return FullDiskError()
    return trouble


def _explained(error: BaseException) -> DatabaseError:
    if isinstance(error, DatabaseError):
        return error
    words = " ".join(str(error).split())
    code = getattr(error, "sqlstate", None)
    for codes, pattern, explanation in SIGNS:
        if code in codes or (code is None and re.search(pattern, words)):
            return explanation(words)
    return UnexplainedError(words)


def _drivers_error(error: BaseException) -> BaseException:
    found: BaseException | None = error
    while found is not None:
        if isinstance(found, psycopg.Error | DatabaseError):
            return found
        found = found.__cause__
    return error
