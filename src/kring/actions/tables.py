"""The tables of the database: made, and brought to the form this Kring expects."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from kring.actions.errors import RefusedError

# Any number; it only keeps two processes apart that change the tables, or load them.
_CHANGING_TABLES: Final = 7_306


class TablesOutdatedError(RefusedError):
    """The tables are missing, or are those of an earlier Kring."""


def update_tables() -> None:
    """Make what is missing, whoever else is doing the same."""
    with alone_with_tables():
        call_command("migrate", verbosity=0, interactive=False)


def require_current_tables() -> None:
    """Raises TablesOutdatedError unless the tables are as this Kring expects."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise TablesOutdatedError


@contextmanager
def alone_with_tables() -> Iterator[None]:
    """Nobody else is inside such a block on this database."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [_CHANGING_TABLES])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(%s)", [_CHANGING_TABLES])
