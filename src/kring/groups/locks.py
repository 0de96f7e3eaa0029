"""The one order of locks: definitions, then chunks ascending, then the rest.

Whatever is judged is locked before it is read. The statements that lock stand
apart from those that read: at READ COMMITTED a statement sees the world as it was
when the statement began, which may be before its lock was granted.
"""

from __future__ import annotations

from enum import Enum

from django.db import connection

_DEFINITIONS = 5_231_001


class Definitions(Enum):
    """How a change holds the graph: most only read it, some rewrite it."""

    SHARED = "select pg_advisory_xact_lock_shared(%s)"
    EXCLUSIVE = "select pg_advisory_xact_lock(%s)"


def hold_definitions(how: Definitions) -> None:
    """Hold the graph of definitions until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(how.value, [_DEFINITIONS])
