"""The test run's own server: in a fresh folder, beside whatever else is running."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection

from kring.config import environment
from kring.database.cluster import Durability
from kring.database.errors import DatabaseError
from kring.database.location import use_lock
from kring.database.server import in_use, stop_if_unused
from kring.database.url import url_of

PREFIX = "kring-tests-"
OWNER = "KRING_TESTS_SERVER_OF"
"""The process that made the server which DATABASE_URL leads to."""


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config,
) -> Iterator[None]:
    """Before pytest-django reads the settings."""
    stack = ExitStack()
    early_config.add_cleanup(stack.close)
    stack.enter_context(_own_folder())
    return (yield)


def pytest_configure(config: pytest.Config) -> None:
    """Only for a run without `-p tests.server`, where the settings came first."""
    if os.environ.get(OWNER) != str(os.getpid()):
        stack = ExitStack()
        config.add_cleanup(stack.close)
        stack.enter_context(_own_folder())
        settings.DATABASES["default"].update(environment.read().database)
        settings.KRING_DATA = Path(os.environ["KRING_DATA"])


@pytest.fixture
def child_environment(django_db_setup: None) -> dict[str, str]:
    """What a `kring` process needs to work on this worker's test database."""
    name = str(connection.settings_dict["NAME"])
    return {**os.environ, "DATABASE_URL": _with_name(os.environ["DATABASE_URL"], name)}


@contextmanager
def _own_folder() -> Iterator[None]:
    remove_abandoned()
    # Each process of a run has a server of its own: numbers of transactions are given
    # out by the server, and the feed waits for the oldest one in any database of it.
    if os.environ.get(OWNER):
        del os.environ["DATABASE_URL"]
    data = Path(tempfile.mkdtemp(prefix=PREFIX))
    data.chmod(0o711)  # root's server runs as a system user, who must get through
    os.environ["KRING_DATA"] = str(data)
    try:
        with own_server(data):
            yield
    finally:
        shutil.rmtree(data, ignore_errors=True)


@contextmanager
def own_server(data: Path) -> Iterator[None]:
    if "DATABASE_URL" in os.environ:
        yield
        return
    with in_use(data, durability=Durability.NONE) as facts:
        os.environ["DATABASE_URL"] = url_of(facts)
        os.environ[OWNER] = str(os.getpid())
        yield


def remove_abandoned() -> None:
    """Servers and folders of test runs that were killed."""
    for data in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        # Another run may be making or removing its folder at this moment.
        with suppress(OSError, DatabaseError):
            mine = data.stat().st_uid == os.geteuid()
            if mine and use_lock(data).exists() and stop_if_unused(data):
                shutil.rmtree(data, ignore_errors=True)


def _with_name(url: str, name: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{quote(name)}"))
