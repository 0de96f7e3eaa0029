"""Floors: the least that must be done, asked of PostgreSQL without anything between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.db import connection

Bare = psycopg.Connection[Any]


@dataclass(slots=True)
class Recording:
    """The statements that Django sent, in their order, with what was bound to them."""

    statements: list[tuple[str, Any]] = field(default_factory=list)

    @property
    def writes(self) -> list[tuple[str, Any]]:
        """Only those that write rows."""
        wanted = ("insert", "update", "delete")
        return [
            (statement, bound)
            for statement, bound in self.statements
            if statement.lstrip().lower().startswith(wanted)
        ]

    @property
    def history(self) -> list[tuple[str, Any]]:
        """What is written beside members: placements, the change, what turned."""
        return [
            (statement, bound)
            for statement, bound in self.writes
            if "group_chunk" not in statement
        ]


@contextmanager
def recorded() -> Iterator[Recording]:
    """Listen to the statements of this block."""
    recording = Recording()

    def note(execute: Any, statement: str, bound: Any, *rest: Any) -> Any:  # noqa: ANN401
        recording.statements.append((statement, bound))
        return execute(statement, bound, *rest)

    with connection.execute_wrapper(note):
        yield recording


def replayed(bare: Bare, statements: Iterable[tuple[str, Any]]) -> None:
    """Send the statements again, in one transaction, and read what they answer."""
    with bare.transaction():
        sent(bare, statements)


def sent(bare: Bare, statements: Iterable[tuple[str, Any]]) -> None:
    """Send the statements, within the transaction of the caller."""
    with bare.cursor() as cursor:
        for statement, bound in statements:
            cursor.execute(statement.encode(), bound)
            if cursor.description is not None:
                cursor.fetchall()


def rows(bare: Bare, statement: str, *bound: object) -> list[tuple[Any, ...]]:
    """All rows of one statement."""
    return bare.execute(statement.encode(), bound).fetchall()
