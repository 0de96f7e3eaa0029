"""The test run has a server of its own."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from tests import server
from tests.database.processes import use_in_other_process, wait_until_ready


@pytest.mark.django_db
def test_the_test_database_is_on_the_runs_own_server() -> None:
    assert connection.settings_dict["HOST"].startswith(os.environ["KRING_DATA"])


def test_a_child_process_is_sent_to_the_workers_test_database(
    child_environment: dict[str, str],
) -> None:
    with psycopg.connect(child_environment["DATABASE_URL"]) as child:
        assert child.info.dbname == connection.settings_dict["NAME"]
        assert child.info.dbname.startswith("test_")


def test_a_run_that_was_killed_is_cleared_away_by_the_next(
    room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(room))
    left = room / "kring-tests-killed"
    left.mkdir()
    left.chmod(0o711)
    killed = use_in_other_process(left)
    wait_until_ready(killed)
    server.remove_abandoned()
    assert left.exists()
    killed.kill()
    killed.communicate()
    server.remove_abandoned()
    assert not left.exists()


def test_a_server_that_was_given_is_used(
    room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://given/kring")
    with server.own_server(room):
        assert os.environ["DATABASE_URL"] == "postgresql://given/kring"
    assert list(room.iterdir()) == []


def test_the_run_keeps_its_files_in_a_fresh_folder() -> None:
    assert Path(os.environ["KRING_DATA"]).name.startswith("kring-tests-")
