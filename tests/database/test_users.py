"""Who may use a data folder: the user who made it, and nobody else of the machine."""

from __future__ import annotations

import os
import pwd
import stat
from pathlib import Path

import pytest

from kring.database.account import Account, run, server_account
from kring.database.cluster import admit_only, make_private_folder
from kring.database.errors import (
    ForeignFolderError,
    RefusedError,
    UnreachableFolderError,
    UnusableFolderError,
)
from kring.database.location import (
    SHORT_FOLDER,
    cluster_folder,
    connection_facts,
    socket_files,
    socket_folder,
)
from kring.database.url import url_of
from tests.database.conftest import install
from tests.database.processes import (
    PROGRAM,
    Person,
    answer_to,
    environment,
    leave,
    open_folder,
    refusal_of,
    runs,
    use_as,
    use_in_other_process,
    wait_until_ready,
)

LONG = "very-" * 30


def test_another_user_cannot_reach_the_socket(
    shared_data: Path, person: Person
) -> None:
    assert "Permission denied" in connecting_as(person, shared_data)


def test_another_user_is_refused_by_the_server_itself(
    data: Path, person: Person
) -> None:
    with open_folder(data):
        socket_folder(data).chmod(0o755)
        socket_files(data)[0].chmod(0o777)
        answer = connecting_as(person, data)
    assert 'Peer authentication failed for user "kring"' in answer


def test_another_user_is_told_whose_folder_it_is(data: Path, person: Person) -> None:
    refusal = refusal_of(use_as(person, data))
    assert f"The folder {data} belongs to root and not to {person.name}" in refusal


def test_another_user_cannot_use_a_database_in_a_folder_open_to_all(
    copied: Path, person: Person
) -> None:
    copied.chmod(0o777)
    refusal = refusal_of(use_as(person, copied))
    assert f"The folder {cluster_folder(copied)} belongs to kring-postgres" in refusal


def test_an_ordinary_user_runs_a_server_of_their_own(
    room: Path, person: Person
) -> None:
    os.chown(room, person.uid, person.gid)
    data = room / "data"
    process = use_as(person, data)
    wait_until_ready(process)
    assert {path.stat().st_uid for path in data.rglob("*")} == {person.uid}
    assert mode_of(data) == 0o700
    leave(process)
    assert not runs(data)


def test_an_ordinary_user_with_a_long_path_has_a_socket_only_they_can_reach(
    room: Path, person: Person
) -> None:
    os.chown(room, person.uid, person.gid)
    process = use_as(person, room / LONG)
    wait_until_ready(process)
    [folder] = SHORT_FOLDER.glob(f"kring-{person.uid}-*")
    assert (folder.stat().st_uid, mode_of(folder)) == (person.uid, 0o700)
    leave(process)


def test_root_does_not_put_files_in_another_users_folder(
    room: Path, person: Person
) -> None:
    os.chown(room, person.uid, person.gid)
    with pytest.raises(ForeignFolderError, match=f"belongs to {person.name}"):
        open_folder(room).__enter__()
    assert list(room.iterdir()) == []


@pytest.mark.usefixtures("as_root")
def test_root_runs_it_from_a_clone_that_nobody_else_can_enter(
    room: Path, data: Path
) -> None:
    room.chmod(0o711)
    home = room / "home"
    home.mkdir(mode=0o700)
    installed = install(home / "clone")
    process = use_in_other_process(
        data, program=installed / PROGRAM.name, installed=installed
    )
    wait_until_ready(process)
    assert answer_to("SELECT 1", data) == 1
    leave(process)
    assert mode_of(home) == 0o700


@pytest.mark.usefixtures("as_root")
def test_the_server_of_root_runs_as_a_user_without_shell(shared_data: Path) -> None:
    entry = pwd.getpwnam("kring-postgres")
    assert cluster_folder(shared_data).stat().st_uid == entry.pw_uid
    assert Path(entry.pw_shell).name in {"nologin", "false"}


@pytest.mark.usefixtures("as_root")
def test_a_folder_the_system_user_cannot_reach_is_refused_and_left_alone(
    room: Path,
) -> None:
    room.chmod(0o700)
    with pytest.raises(UnreachableFolderError, match="cannot reach"):
        open_folder(room).__enter__()
    assert mode_of(room) == 0o700
    assert list(room.iterdir()) == []


def test_a_folder_that_was_there_keeps_its_mode(data: Path) -> None:
    data.chmod(0o751)
    with open_folder(data):
        assert mode_of(data) == 0o751


def test_a_file_where_the_folder_should_be_is_refused(room: Path) -> None:
    (room / "data").write_text("")
    with pytest.raises(UnusableFolderError, match="File exists"):
        open_folder(room / "data").__enter__()


def test_a_socket_folder_that_another_user_made_first_is_not_trusted(
    room: Path, person: Person
) -> None:
    folder = socket_folder(room / LONG)
    folder.mkdir()
    os.chown(folder, person.uid, person.gid)
    try:
        with pytest.raises(ForeignFolderError, match=f"belongs to {person.name}"):
            open_folder(room / LONG).__enter__()
    finally:
        folder.rmdir()


def test_a_user_who_did_not_make_the_database_is_refused_in_a_sentence(
    copied: Path,
) -> None:
    admit_only("somebody-else", cluster_folder(copied), server_account())
    with pytest.raises(RefusedError, match="run Kring as the user who made"):
        open_folder(copied).__enter__()
    assert not runs(copied)


def test_a_folder_where_a_lock_should_be_is_refused(room: Path) -> None:
    (room / "in-use").mkdir()
    with pytest.raises(UnusableFolderError, match="Is a directory"):
        open_folder(room).__enter__()


def test_a_link_where_the_socket_folder_should_be_is_not_followed(room: Path) -> None:
    (room / "elsewhere").mkdir()
    (room / "socket").symlink_to(room / "elsewhere")
    with pytest.raises(ForeignFolderError):
        make_private_folder(room / "socket", server_account())


def connecting_as(person: Person, data: Path) -> str:
    """What the server, or the system, says to another user who tries to connect."""
    program = "import psycopg, sys; psycopg.connect(sys.argv[1])"
    url = url_of(connection_facts(data))
    done = run(
        [str(person.python), "-c", program, url],
        account=Account(person.name, person.uid, person.gid),
        environment=environment(person.python, person.installed),
    )
    assert done.returncode != 0
    return done.stdout.decode()


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)
