"""Where things lie follows from the data folder alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kring.database import location
from kring.database.location import connection_facts, default_data_folder, socket_folder


def test_a_socket_lies_in_the_data_folder_when_its_path_is_short() -> None:
    assert socket_folder(Path("/srv/kring")) == Path("/srv/kring/socket")


@pytest.mark.parametrize("length", [67, 68, 300])
def test_the_path_of_a_socket_is_never_too_long(length: int) -> None:
    data = Path("/" + "x" * (length - 1))
    assert len(os.fsencode(location.socket_files(data)[0])) <= 90


def test_bytes_count_and_not_letters() -> None:
    assert socket_folder(Path("/" + "ë" * 40)).parent == location.SHORT_FOLDER


def test_two_long_paths_have_two_socket_folders() -> None:
    folders = {socket_folder(Path("/" + "x" * 200 + end)) for end in ("a", "b")}
    assert len(folders) == 2


def test_a_folder_is_the_same_however_it_is_spelled(
    room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (room / "link").symlink_to(room / "data")
    monkeypatch.setenv("HOME", str(room))
    monkeypatch.chdir(room)
    spellings = [
        room / "link",
        Path("data"),
        Path("~/data"),
        room / "x" / ".." / "data",
    ]
    assert {connection_facts(path) for path in spellings} == {
        connection_facts(room / "data")
    }


def test_a_user_keeps_their_data_at_home(
    room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(room))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert default_data_folder() == room / ".local" / "share" / "kring"


def test_root_keeps_its_data_where_the_system_user_can_come(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert default_data_folder() == Path("/var/lib/kring")
