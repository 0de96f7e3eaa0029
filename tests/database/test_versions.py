"""What does not fit is refused with advice: another version, or no programs."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kring.database import binaries
from kring.database.errors import (
    BrokenClusterError,
    ForeignFolderError,
    OtherVersionError,
    StartFailedError,
)
from kring.database.location import cluster_folder
from tests.database.conftest import install
from tests.database.processes import (
    PROGRAM,
    Person,
    open_folder,
    refusal_of,
    use_in_other_process,
)


def test_another_major_version_is_refused_with_the_way_out(copied: Path) -> None:
    (cluster_folder(copied) / "PG_VERSION").write_text("17\n")
    with pytest.raises(OtherVersionError) as refusal:
        open_folder(copied).__enter__()
    assert "made by PostgreSQL 17" in str(refusal.value)
    assert "`kring backup FILE` with the Kring that made it" in str(refusal.value)


def test_a_folder_without_a_whole_database_is_refused(copied: Path) -> None:
    (cluster_folder(copied) / "PG_VERSION").unlink()
    with pytest.raises(BrokenClusterError, match="holds no whole database"):
        open_folder(copied).__enter__()


def test_where_no_programs_exist_one_sentence_asks_for_database_url(
    room: Path,
) -> None:
    installed = install(room / "clone", needed=("psycopg*", "typing_extensions*"))
    process = use_in_other_process(
        room / "data", program=installed / PROGRAM.name, installed=installed
    )
    assert "set DATABASE_URL to a PostgreSQL 18 server" in refusal_of(process)


def test_a_server_that_does_not_start_says_why(copied: Path) -> None:
    (cluster_folder(copied) / "postgresql.conf").write_text("colour = red\n")
    with pytest.raises(StartFailedError) as refusal:
        open_folder(copied).__enter__()
    assert "configuration file" in refusal.value.reason
    assert str(refusal.value.log) in str(refusal.value)


@pytest.mark.usefixtures("as_root")
def test_programs_are_copied_whole_when_many_start_at_once(
    room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binaries, "ROOT_FOLDER", room / "programs")
    with ThreadPoolExecutor(3) as pool:
        copies = list(pool.map(lambda _: binaries.copied(binaries.located()), range(3)))
    assert len(set(copies)) == 1
    assert [path.name for path in (room / "programs").iterdir()] == [
        f"postgres-{copies[0].version}"
    ]


def test_programs_that_another_user_put_there_are_not_run(
    room: Path, monkeypatch: pytest.MonkeyPatch, person: Person
) -> None:
    monkeypatch.setattr(binaries, "ROOT_FOLDER", room)
    planted = room / f"postgres-{binaries.located().version}"
    planted.mkdir()
    os.chown(planted, person.uid, person.gid)
    with pytest.raises(ForeignFolderError, match=person.name):
        binaries.runnable_by_server_user()
