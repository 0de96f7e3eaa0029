"""A full disk gives one sentence, loses nothing that was saved, and passes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from kring.database.account import run
from kring.database.errors import FullDiskError
from kring.database.explanation import explain
from kring.database.location import connection_facts
from kring.database.server import connect, ensure_running, in_use
from tests.database.processes import answer_to, execute, open_folder

MEGABYTE = 1024 * 1024


@pytest.fixture
def small_disk(room: Path, as_root: None) -> Iterator[Path]:
    place = room / "disk"
    place.mkdir()
    done = run(["/bin/mount", "-t", "tmpfs", "-o", "size=100m", "none", str(place)])
    if done.returncode != 0:
        pytest.skip("no small disk can be mounted here: run this outside a container")
    place.chmod(0o711)
    yield place
    run(["/bin/umount", "-l", str(place)])


@pytest.fixture
def disk(small_disk: Path, made_once: Path) -> Path:
    """A data folder on a disk of 100 MB."""
    run(["/bin/cp", "-a", str(made_once), str(small_disk / "data")])
    return small_disk / "data"


def test_a_statement_that_finds_no_room_is_explained(disk: Path) -> None:
    with open_folder(disk):
        execute("CREATE UNLOGGED TABLE large (text text)", disk)
        fill(disk, leaving=2 * MEGABYTE)
        with pytest.raises(psycopg.OperationalError) as raised:
            execute(
                "INSERT INTO large SELECT repeat(md5(n::text), 40)"
                " FROM generate_series(1, 100000) n",
                disk,
            )
        assert isinstance(explain(raised.value, data=disk), FullDiskError)
        make_room(disk)
        assert answer_to("SELECT count(*) FROM large", disk) == 0


def test_a_journal_that_finds_no_room_is_explained_and_nothing_saved_is_lost(
    disk: Path,
) -> None:
    with in_use(disk):
        execute("CREATE TABLE saved AS SELECT 42 AS answer", disk)
        fill(disk, leaving=0)
        with pytest.raises(psycopg.OperationalError) as raised:
            write_a_new_journal_file(disk)
        assert isinstance(explain(raised.value, data=disk), FullDiskError)
        make_room(disk)
        ensure_running(disk)
        assert answer_to("SELECT answer FROM saved", disk) == 42


def test_a_server_that_finds_no_room_to_start_is_explained(disk: Path) -> None:
    fill(disk, leaving=0)
    with pytest.raises(FullDiskError, match="The disk of the database is full"):
        open_folder(disk).__enter__()
    make_room(disk)
    with open_folder(disk):
        assert answer_to("SELECT 1", disk) == 1


def test_a_database_that_finds_no_room_to_be_made_leaves_nothing_half(
    small_disk: Path,
) -> None:
    data = small_disk / "data"
    fill(data, leaving=20 * MEGABYTE)
    with pytest.raises(FullDiskError):
        open_folder(data).__enter__()
    make_room(data)
    with open_folder(data):
        assert answer_to("SELECT 1", data) == 1


def write_a_new_journal_file(data: Path) -> None:
    with connect(connection_facts(data)) as connection:
        for _ in range(3):
            connection.execute("SELECT pg_logical_emit_message(true, 'x', 'x')")
            connection.execute("SELECT pg_switch_wal()")


def fill(data: Path, *, leaving: int) -> None:
    free = shutil.disk_usage(data.parent).free
    with (data.parent / "filling").open("wb") as filling:
        os.posix_fallocate(filling.fileno(), 0, free - leaving)


def make_room(data: Path) -> None:
    (data.parent / "filling").unlink()
