"""The server of a data folder: there while any process uses it, stopped by the last."""

from __future__ import annotations

import errno
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from kring.database import binaries, location, locks, process
from kring.database.account import Account, refuse_unreachable, server_account
from kring.database.binaries import Binaries
from kring.database.cluster import (
    Durability,
    make_cluster,
    make_data_folder,
    refuse_unusable,
)
from kring.database.errors import (
    FullDiskError,
    LostConnectionError,
    NotReadyError,
    NotRunningError,
    UnusableFolderError,
)
from kring.database.explanation import explain
from kring.database.location import ConnectionFacts, connection_facts
from kring.database.locks import Presence

CONNECT_SECONDS = 10
MAINTENANCE = "postgres"
# Any number; it only keeps two makers of databases apart.
MAKING_DATABASES = 7_305


@dataclass(frozen=True, slots=True)
class Embedded:
    """A data folder, and who runs its server with which programs."""

    data: Path
    account: Account
    programs: Binaries


@contextmanager
def in_use(
    data: Path, *, durability: Durability = Durability.SAFE
) -> Iterator[ConnectionFacts]:
    """Makes and starts what is missing; whoever leaves last stops the server."""
    with _explaining(data):
        embedded = _embedded(data)
        presence = _enter(embedded)
    try:
        ensure_running(data, durability=durability)
        yield connection_facts(data)
    finally:
        with _explaining(data):
            _leave(embedded, presence)


def ensure_running(data: Path, *, durability: Durability = Durability.SAFE) -> None:
    """For a process inside `in_use` whose server was killed: start it again."""
    with _explaining(data), locks.alone(location.start_lock(data)):
        embedded = _embedded(data)
        make_cluster(data, embedded.account, embedded.programs, durability=durability)
        _await_answer(embedded, durability)
        ensure_database(connection_facts(data), location.DATABASE)


def stop_if_unused(data: Path) -> bool:
    """Stop a server whose users were all killed; whether nobody uses it."""
    with _explaining(data):
        embedded = _embedded(data)
        return _leave(embedded, _enter(embedded))


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


def _embedded(data: Path) -> Embedded:
    account = server_account()
    make_data_folder(data)
    refuse_unusable(data, account)
    programs = binaries.runnable_by_server_user()
    refuse_unreachable(programs.folder, account)
    return Embedded(location.absolute(data), account, programs)


def _enter(embedded: Embedded) -> Presence:
    with locks.alone(location.start_lock(embedded.data)):
        return locks.enter(location.use_lock(embedded.data))


def _leave(embedded: Embedded, presence: Presence) -> bool:
    """Whether it was the last, who stops the server."""
    try:
        with locks.alone(location.start_lock(embedded.data)):
            last = locks.leaves_nobody(presence)
            if last:
                process.stop(embedded.data, embedded.account, embedded.programs)
            return last
    finally:
        locks.leave(presence)


def _await_answer(embedded: Embedded, durability: Durability) -> None:
    data, account, programs = embedded.data, embedded.account, embedded.programs
    deadline = time.monotonic() + process.PATIENCE
    while not _answers(connection_facts(data)):
        if process.has_lost_socket(data):
            process.stop(data, account, programs)
        if not process.lives(data):
            process.start(data, account, programs, durability=durability)
        if time.monotonic() > deadline:
            raise NotRunningError
        time.sleep(0.05)


def _answers(facts: ConnectionFacts) -> bool:
    try:
        connect(replace(facts, name=MAINTENANCE)).close()
    except psycopg.OperationalError as error:
        trouble = explain(error)
        if isinstance(trouble, NotRunningError | NotReadyError | LostConnectionError):
            return False
        raise trouble from error
    return True


@contextmanager
def _explaining(data: Path) -> Iterator[None]:
    """What the system or the driver raises becomes one sentence."""
    try:
        yield
    except psycopg.Error as error:
        raise explain(error, data=data) from error
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise FullDiskError from error
        reason = error.strerror or str(error)
        raise UnusableFolderError(location.absolute(data), reason) from error
