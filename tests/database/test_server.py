"""A data folder brings its own server, wherever the folder lies."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from kring.database.cluster import Durability
from kring.database.location import (
    cluster_folder,
    connection_facts,
    connection_parts,
    socket_folder,
)
from kring.database.server import connect, ensure_database, in_use
from tests.database.processes import answer_to, execute, open_folder, runs

MADE_ONCE = "SELECT count(*) FROM pg_database WHERE datname = 'made once'"
RISKY = ("fsync", "synchronous_commit", "full_page_writes", "autovacuum")
LETTERS = (
    "SELECT datlocprovider::text || datlocale FROM pg_database WHERE datname = 'kring'"
)


def test_a_folder_with_spaces_and_odd_signs_in_its_path_works(room: Path) -> None:
    data = room / 'it\'s a $HOME, "quoted" `place`'
    with open_folder(data):
        assert answer_to("SELECT 1", data) == 1


def test_a_path_of_two_hundred_characters_works(room: Path) -> None:
    data = room / ("very-" * 60)[: 200 - len(str(room)) - 1]
    assert len(str(data)) == 200
    with open_folder(data):
        assert answer_to("SELECT 1", data) == 1


def test_the_short_folder_of_a_long_path_is_gone_when_the_server_stops(
    room: Path,
) -> None:
    data = room / ("very-" * 30)
    with open_folder(data):
        assert socket_folder(data).stat().st_mode & 0o777 == 0o700
    assert not socket_folder(data).exists()


def test_nothing_is_started_or_made_by_asking_for_the_connection(fresh: Path) -> None:
    connection_facts(fresh)
    assert not fresh.exists()


def test_what_was_saved_is_there_at_the_next_start(data: Path) -> None:
    with open_folder(data):
        execute("CREATE TABLE kept AS SELECT 42 AS answer", data)
    with open_folder(data):
        assert answer_to("SELECT answer FROM kept", data) == 42


def test_the_last_to_leave_stops_the_server(data: Path) -> None:
    with open_folder(data):
        with open_folder(data):
            assert runs(data)
        assert answer_to("SELECT 1", data) == 1
    assert not runs(data)


def test_the_server_stops_when_its_user_fails(data: Path) -> None:
    with pytest.raises(ZeroDivisionError), open_folder(data):
        raise ZeroDivisionError
    assert not runs(data)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("listen_addresses", ""),
        ("TimeZone", "UTC"),
        ("server_encoding", "UTF8"),
        ("autovacuum_naptime", "5s"),
        ("unix_socket_permissions", "0700"),
    ],
)
def test_the_server_is_set(shared_data: Path, setting: str, value: str) -> None:
    assert answer_to(f"SHOW {setting}", shared_data) == value


def test_text_compares_by_code_point_on_every_machine(shared_data: Path) -> None:
    assert answer_to(LETTERS, shared_data) == "bC.UTF-8"


def test_trigrams_know_letters_beyond_ascii(shared_data: Path) -> None:
    execute("CREATE EXTENSION IF NOT EXISTS pg_trgm", shared_data)
    assert answer_to("SELECT similarity('щёлково', 'щёлково')", shared_data) == 1


def test_a_commit_survives_a_power_cut_unless_asked_otherwise(data: Path) -> None:
    with in_use(data):
        assert [answer_to(f"SHOW {name}", data) for name in RISKY] == ["on"] * 4
    with in_use(data, durability=Durability.NONE):
        assert [answer_to(f"SHOW {name}", data) for name in RISKY] == ["off"] * 4


def test_a_database_is_made_once_whoever_else_makes_it(shared_data: Path) -> None:
    facts = connection_facts(shared_data)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: ensure_database(facts, "made once"), range(8)))
    ensure_database(facts, "made once")
    assert (
        answer_to(
            "SELECT count(*) FROM pg_database WHERE datname = 'made once'", shared_data
        )
        == 1
    )


def test_a_first_start_that_was_broken_off_is_begun_again(fresh: Path) -> None:
    unfinished = cluster_folder(fresh).with_suffix(".unfinished")
    unfinished.mkdir(parents=True)
    fresh.chmod(0o711)
    (unfinished / "PG_VERSION").write_text("18\n")
    with open_folder(fresh):
        assert answer_to("SELECT 1", fresh) == 1


def test_a_socket_that_a_cleaner_took_away_comes_back(data: Path) -> None:
    with open_folder(data):
        (socket_folder(data) / ".s.PGSQL.5432").unlink()
        with open_folder(data):
            assert answer_to("SELECT 1", data) == 1


def test_a_client_refuses_a_server_that_another_user_runs(shared_data: Path) -> None:
    parts = connection_parts(connection_facts(shared_data)) | {"requirepeer": "daemon"}
    with pytest.raises(psycopg.OperationalError, match="requirepeer"):
        psycopg.connect(psycopg.conninfo.make_conninfo("", **parts))


def test_variables_of_postgresql_in_the_environment_change_nothing(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "PGPORT", "1")
    monkeypatch.setitem(os.environ, "PGDATA", "/nowhere")
    monkeypatch.setitem(os.environ, "PGHOST", "nowhere.invalid")
    with open_folder(data) as facts, connect(facts) as connection:
        assert connection.info.port == 5432
