"""Whatever the driver raises becomes one sentence that says what to do."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from pathlib import Path

import django.db
import psycopg
import pytest
from psycopg import errors

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
from kring.database.explanation import explain
from kring.database.location import ConnectionFacts, connection_facts
from kring.database.server import connect
from tests.database.processes import execute, open_folder, server_number


def test_a_server_that_is_stopped(data: Path) -> None:
    assert isinstance(connecting_to(connection_facts(data)), NotRunningError)


def test_a_server_that_is_killed_in_the_middle(data: Path) -> None:
    with open_folder(data) as facts, connect(facts) as connection:
        os.kill(server_number(data), signal.SIGKILL)
        with pytest.raises(psycopg.OperationalError) as raised:
            connection.execute("SELECT pg_sleep(60)")
    assert isinstance(explain(raised.value), LostConnectionError)


def test_a_connection_that_the_server_ends(shared_data: Path) -> None:
    with connect(connection_facts(shared_data)) as connection:
        number = connection.info.backend_pid
        execute(f"SELECT pg_terminate_backend({number}, 10000)", shared_data)
        with pytest.raises(psycopg.OperationalError) as raised:
            connection.execute("SELECT 1")
    assert isinstance(explain(raised.value), LostConnectionError)


def test_a_database_that_is_not_there(shared_data: Path) -> None:
    facts = replace(connection_facts(shared_data), name="absent")
    assert isinstance(connecting_to(facts), NoSuchDatabaseError)


def test_a_user_who_is_refused(shared_data: Path) -> None:
    facts = replace(connection_facts(shared_data), user="somebody")
    assert isinstance(connecting_to(facts), RefusedError)


def test_a_host_that_is_not_there() -> None:
    facts = ConnectionFacts("nowhere.invalid", 5432, "kring", "kring", "")
    assert isinstance(connecting_to(facts), NotRunningError)


def test_a_port_where_nobody_listens() -> None:
    facts = ConnectionFacts("127.0.0.1", 1, "kring", "kring", "")
    assert isinstance(connecting_to(facts), NotRunningError)


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (errors.DiskFull(), FullDiskError),
        (errors.TooManyConnections(), TooManyConnectionsError),
        (psycopg.OperationalError("FATAL: too many clients"), TooManyConnectionsError),
        (errors.CannotConnectNow(), NotReadyError),
        (errors.CrashShutdown(), LostConnectionError),
        (errors.UndefinedTable('relation "a" does not exist'), UnexplainedError),
        (ValueError("odd"), UnexplainedError),
    ],
)
def test_the_other_troubles(error: Exception, trouble: type[DatabaseError]) -> None:
    assert type(explain(error)) is trouble


def test_the_drivers_error_is_found_under_a_frameworks() -> None:
    wrapped = django.db.OperationalError("something")
    wrapped.__cause__ = errors.DiskFull()
    assert isinstance(explain(wrapped), FullDiskError)


def test_what_is_explained_already_stays_as_it_is() -> None:
    trouble = FullDiskError()
    assert explain(trouble) is trouble


def test_every_sentence_is_one_line_with_its_facts() -> None:
    trouble = explain(psycopg.OperationalError("first\n  second"))
    assert str(trouble) == "The database cannot do this now (first second)."
    assert trouble.sentence % trouble.facts == str(trouble)


def connecting_to(facts: ConnectionFacts) -> DatabaseError:
    with pytest.raises(psycopg.OperationalError) as raised:
        connect(facts)
    return explain(raised.value)
