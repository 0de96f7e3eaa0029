"""Turning what the database driver raises into one sentence a person can act on."""

from __future__ import annotations

from collections.abc import Callable

import psycopg

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

Explanation = Callable[[str], DatabaseError]

# A failed connection has no code, only words; a failed statement has both.
SIGNS: tuple[tuple[tuple[str, ...], Explanation], ...] = (
    (
        ("53100", "No space left on device", "could not extend file"),
        lambda _: FullDiskError(),
    ),
    (
        ("53300", "too many clients", "remaining connection slots"),
        lambda _: TooManyConnectionsError(),
    ),
    (
        (
            "57P03",
            "the database system is starting up",
            "the database system is shutting down",
            "the database system is not yet accepting",
            "the database system is in recovery",
        ),
        lambda _: NotReadyError(),
    ),
    (("3D000", "does not exist"), NoSuchDatabaseError),
    (
        (
            "28000",
            "28P01",
            "authentication failed",
            "no pg_hba.conf entry",
            "Permission denied",
            "requirepeer specifies",
        ),
        RefusedError,
    ),
    (
        (
            "57P01",
            "57P02",
            "server closed the connection",
            "terminating connection",
            "the connection is lost",
            "the connection is closed",
        ),
        lambda _: LostConnectionError(),
    ),
    (
        (
            "No such file or directory",
            "Connection refused",
            "could not translate host name",
            "failed to resolve host",
            "timeout expired",
            "connection timeout",
        ),
        lambda _: NotRunningError(),
    ),
)


def explain(error: BaseException) -> DatabaseError:
    """Finds the driver's error under whatever a framework wrapped around it."""
    found = _drivers_error(error)
    words = " ".join(str(found).split())
    code = getattr(found, "sqlstate", None) or ""
    for signs, explanation in SIGNS:
        if any(sign == code or sign in words for sign in signs):
            return explanation(words)
    return UnexplainedError(words)


def _drivers_error(error: BaseException) -> BaseException:
    found: BaseException | None = error
    while found is not None:
        if isinstance(found, psycopg.Error | DatabaseError):
            return found
        found = found.__cause__
    return error
