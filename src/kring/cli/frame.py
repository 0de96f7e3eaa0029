"""What every command has: a database to work with, and words for what goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import NoReturn, ParamSpec, TypeVar

import psycopg
import typer
from django.conf import settings
from django.db import connection
from django.db.utils import OperationalError, ProgrammingError
from django.utils.translation import gettext as _
from rich.console import Console

from kring.accounts.access import operator_may
from kring.actions.errors import ManyMailsError, RefusedError
from kring.algebra.formula_errors import UnreadableFormulaError
from kring.algebra.unreadable import UnreadableDefinitionError
from kring.database.errors import DatabaseError
from kring.database.explanation import explain
from kring.database.server import in_use
from kring.ui.words import words_for

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

_REFUSALS = (
    RefusedError,
    UnreadableDefinitionError,
    UnreadableFormulaError,
    DatabaseError,
)

errors_console = Console(stderr=True, highlight=False, soft_wrap=True)


def database_command(command: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """A command that works with the database and ends with a sentence when refused."""

    @wraps(command)
    def run(*given: Given.args, **named: Given.kwargs) -> Answer:
        with in_words(), database():
            return command(*given, **named)

    return operator_may(run)


@contextmanager
def database() -> Iterator[None]:
    """The embedded server for as long as the command runs; a server of one's own is."""
    if not settings.DATABASE_IS_EMBEDDED:
        yield
        return
    with in_use(settings.KRING_DATA):
        try:
            yield
        finally:
            connection.close()


@contextmanager
def in_words() -> Iterator[None]:
    """What is refused ends the command with one sentence and exit code 1."""
    try:
        yield
    except _REFUSALS as error:
        fail(_told(error))
    except ProgrammingError as error:
        if not isinstance(error.__cause__, psycopg.errors.UndefinedTable):
            raise
        fail(_("The database has no tables yet. Run “kring migrate” first."))
    except OperationalError as error:
        if not isinstance(error.__cause__, psycopg.OperationalError):
            raise
        fail(words_for(explain(error.__cause__, data=_data_folder())))


def _told(error: Exception) -> str:
    """The words for a refusal; where an option is the way out, it is named."""
    if not isinstance(error, ManyMailsError):
        return words_for(error)
    way_out = _("Repeat this with --welcome %(count)s, or with --welcome none.")
    return f"{words_for(error)} {way_out % {'count': error.count}}"


def _data_folder() -> Path | None:
    """Where the embedded server keeps its data; None of a server of one's own."""
    return settings.KRING_DATA if settings.DATABASE_IS_EMBEDDED else None


def fail(sentence: str) -> NoReturn:
    """End the command with this sentence."""
    errors_console.print(sentence, style="red", markup=False)
    raise typer.Exit(1)
