"""The server of a data folder: there while any process uses it, stopped by the last."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from kring.database import binaries, location, locks, process
from kring.database.account import Account, server_account
from kring.database.binaries import Binaries
from kring.database.cluster import (
    Durability,
    make_cluster,
    make_data_folder,
    refuse_unusable,
)
from kring.database.errors import LostConnectionError, NotReadyError, NotRunningError
from kring.database.explanation import explain
from kring.database.location import ConnectionFacts, connection_facts
from kring.database.locks import Presence

CONNECT_SECONDS = 10
MAINTENANCE = "postgres"
# Any number; it only keeps two makers of databases apart.
MAKING_DATABASES = 7_305


@contextmanager
def in_use(
    data: Path, *, durability: Durability = Durability.SAFE
) -> Iterator[ConnectionFacts]:
    """Makes and starts what is missing; whoever leaves last stops the server."""
    account = server_account()
    programs = binaries.runnable_by_server_user()
    make_data_folder(data)
    refuse_unusable(data, account)
    with _present(data, account, programs):
        with locks.alone(location.start_lock(data)):
            make_cluster(data, account, programs, durability=durability)
            _ensure_running(data, account, programs, durability=durability)
            ensure_database(connection_facts(data), location.DATABASE)
        yield connection_facts(data)


def ensure_database(facts: ConnectionFacts, name: str) -> None:
    """Make it unless it is there, whoever else is doing the same."""
    with connect(replace(facts, name=MAINTENANCE)) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [MAKING_DATABASES])
        found = connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [name]
        ).fetchone()
        if found is None:
            connection.execute(
                sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
            )


def connect(facts: ConnectionFacts) -> psycopg.Connection:
    parts = location.connection_parts(facts)
    address = make_conninfo("", **parts, connect_timeout=CONNECT_SECONDS)
    return psycopg.connect(address, autocommit=True)


def stop_if_unused(data: Path) -> bool:
    """Stop a server whose users were all killed; whether nobody uses it."""
    account, programs = server_account(), binaries.runnable_by_server_user()
    with locks.alone(location.start_lock(data)):
        presence = locks.enter(location.use_lock(data))
    return _leave(presence, data, account, programs)


@contextmanager
def _present(data: Path, account: Account, programs: Binaries) -> Iterator[None]:
    with locks.alone(location.start_lock(data)):
        presence = locks.enter(location.use_lock(data))
    try:
        yield
    finally:
        _leave(presence, data, account, programs)


def _leave(
    presence: Presence, data: Path, account: Account, programs: Binaries
) -> bool:
    """Whether it was the last, who stops the server."""
    try:
        with locks.alone(location.start_lock(data)):
            last = locks.leaves_nobody(presence)
            if last:
                process.stop(data, account, programs)
            return last
    finally:
        locks.leave(presence)


def _ensure_running(
    data: Path, account: Account, programs: Binaries, *, durability: Durability
) -> None:
    facts = connection_facts(data)
    deadline = time.monotonic() + process.PATIENCE
    while not _answers(facts):
        if not process.lives(data):
            process.start(data, account, programs, durability=durability)
        elif time.monotonic() > deadline:
            raise NotRunningError
        else:
            time.sleep(0.1)


def _answers(facts: ConnectionFacts) -> bool:
    try:
        connect(replace(facts, name=MAINTENANCE)).close()
    except psycopg.OperationalError as error:
        trouble = explain(error)
        if isinstance(trouble, NotRunningError | NotReadyError | LostConnectionError):
            return False
        raise trouble from error
    return True
