"""As whom a server runs, and what is said where that cannot be."""

from __future__ import annotations

import os
import platform
import pwd
from collections.abc import Iterator
from pathlib import Path

import pytest

from kring.database import account, binaries, process
from kring.database.account import run, server_account
from kring.database.errors import (
    NamelessUserError,
    NoEmbeddedServerError,
    NoServerUserError,
    RootOnThisSystemError,
)
from kring.database.location import ROOT_SERVER_USER
from tests.database.processes import open_folder

MADE = f"kring-test-server-{os.getpid()}"


@pytest.fixture
def server_user(as_root: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The name of a system user that does not exist yet."""
    monkeypatch.setattr(account, "ROOT_SERVER_USER", MADE)
    yield MADE
    run(["/usr/sbin/userdel", MADE])


def test_the_system_user_of_root_is_made_when_there_is_none(server_user: str) -> None:
    made = server_account()
    assert made.name == server_user
    assert pwd.getpwnam(server_user).pw_dir == "/nonexistent"


def test_the_system_user_of_root_is_made_once(server_user: str) -> None:
    assert server_account() == server_account()
    assert pwd.getpwnam(server_user)


@pytest.mark.usefixtures("as_root")
def test_a_system_user_that_cannot_be_made_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(account, "ROOT_SERVER_USER", "no name")
    with pytest.raises(NoServerUserError, match="invalid user name"):
        server_account()


def test_a_machine_without_useradd_is_told_so(
    room: Path, server_user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account, "SYSTEM_PROGRAMS", str(room))
    with pytest.raises(NoServerUserError, match=f"{server_user}.*useradd is not"):
        server_account()


def test_root_on_macos_is_sent_to_an_ordinary_user(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    with pytest.raises(RootOnThisSystemError, match="as root on macOS"):
        server_account()


def test_a_user_without_a_name_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1_234_567)
    with pytest.raises(NamelessUserError, match="1234567 has no name"):
        server_account()


def test_an_ordinary_user_runs_the_server_as_themselves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    daemon = pwd.getpwnam("daemon")
    monkeypatch.setattr(os, "geteuid", lambda: daemon.pw_uid)
    assert server_account().name == "daemon"


def test_a_machine_for_which_there_are_no_programs_asks_for_a_url(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(binaries, "DISTRIBUTION", "kring-absent")
    with pytest.raises(NoEmbeddedServerError, match="set DATABASE_URL"):
        binaries.located()


def test_a_server_is_recognised_where_there_is_no_proc(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not Path("/bin/ps").exists():
        pytest.skip("the program ps is not installed: install procps")
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    monkeypatch.setattr(account, "_root_server_account", _linux_account)
    with open_folder(data):
        assert process.lives(data)
    assert not process.lives(data)


def _linux_account() -> account.Account:
    entry = pwd.getpwnam(ROOT_SERVER_USER)
    return account.Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
