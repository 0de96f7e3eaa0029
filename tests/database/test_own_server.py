"""The test run has a server of its own."""

from __future__ import annotations

import os
from pathlib import Path

import psycopg
import pytest
from django.db import connection


@pytest.mark.django_db
def test_the_test_database_is_on_the_runs_own_server() -> None:
    assert connection.settings_dict["HOST"].startswith(os.environ["KRING_DATA"])


def test_a_child_process_is_sent_to_the_workers_test_database(
    child_environment: dict[str, str],
) -> None:
    with psycopg.connect(child_environment["DATABASE_URL"]) as child:
        assert child.info.dbname == connection.settings_dict["NAME"]
        assert child.info.dbname.startswith("test_")


def test_the_run_keeps_its_files_in_a_fresh_folder() -> None:
    assert Path(os.environ["KRING_DATA"]).name.startswith("kring-tests-")
