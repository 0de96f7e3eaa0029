"""A database of the benchmark's own, beside the user's and gone afterwards."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql

from kring.actions.errors import RefusedError
from kring.actions.tables import update_tables
from kring.database.location import connection_facts
from kring.database.url import url_of

_SUFFIX: Final = "_bench_"
# Any number; whoever holds it in a database may make and drop those beside it.
_BENCHING: Final = 7_309


@dataclass(eq=False)
class AnotherBenchError(RefusedError):
    """Another benchmark runs beside the same database."""


@contextmanager
def scratch_database() -> Iterator[str]:
    """Django works on a new database with its tables while the block runs.

    The user's own database is only used to give the commands that make and drop it.
    What a killed benchmark left behind is dropped first.
    """
    own = str(connection.settings_dict["NAME"])
    name = f"{_beside(own)}{os.getpid()}"
    with bare_connection(own) as keeper:
        _be_alone(keeper)
        for left in _left_behind(keeper, _beside(own)):
            _drop(keeper, left)
        keeper.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        # As every figure of the design: no commit waits for the disk, whoever it is of.
        keeper.execute(
            sql.SQL("alter database {} set synchronous_commit = off").format(
                sql.Identifier(name)
            )
        )
        try:
            with _django_on(name):
                update_tables()
                yield name
        finally:
            _drop(keeper, name)


def bare_connection(name: str | None = None) -> psycopg.Connection[Any]:
    """A connection without Django, that binds as Django's do; to this database."""
    parameters = connection.get_connection_params()
    wanted = {
        "host": parameters.get("host", ""),
        "port": parameters.get("port", ""),
        "user": parameters.get("user", ""),
        "password": parameters.get("password", ""),
        "dbname": name or connection.settings_dict["NAME"],
        "options": parameters.get("options", ""),
        "requirepeer": parameters.get("requirepeer", ""),
        "sslmode": parameters.get("sslmode", ""),
    }
    given = {key: value for key, value in wanted.items() if value}
    return psycopg.connect(
        autocommit=True, cursor_factory=psycopg.ClientCursor, **given
    )


def scratch_url() -> str:
    """DATABASE_URL of the database that Django works on now, for other processes."""
    name = str(connection.settings_dict["NAME"])
    if settings.DATABASE_IS_EMBEDDED:
        facts = connection_facts(settings.KRING_DATA)
        return url_of(replace(facts, name=name))
    parts = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(parts._replace(path=f"/{quote(name)}"))


@contextmanager
def _django_on(name: str) -> Iterator[None]:
    own = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = own


def _be_alone(keeper: psycopg.Connection[Any]) -> None:
    found = keeper.execute("select pg_try_advisory_lock(%s)", [_BENCHING]).fetchone()
    if found != (True,):
        raise AnotherBenchError


def _beside(own: str) -> str:
    """How the names begin of databases that are made beside one; at most 63 bytes."""
    return own[:40] + _SUFFIX


def _left_behind(keeper: psycopg.Connection[Any], prefix: str) -> list[str]:
    rows = keeper.execute(
        "select datname from pg_database where starts_with(datname, %s)", [prefix]
    )
    return [name for (name,) in rows]


def _drop(keeper: psycopg.Connection[Any], name: str) -> None:
    keeper.execute(
        sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name))
    )
