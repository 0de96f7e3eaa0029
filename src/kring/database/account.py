"""The operating system's user who runs the server, and running programs as them."""

from __future__ import annotations

import os
import platform
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from kring.database.errors import (
    NamelessUserError,
    NoServerUserError,
    RootOnThisSystemError,
    UnreachableFolderError,
)
from kring.database.location import ROOT_SERVER_USER

# The PATH of root leaves these out after a plain `su`.
SYSTEM_PROGRAMS = "/usr/sbin:/sbin:/usr/bin:/bin"


@dataclass(frozen=True, slots=True)
class Account:
    name: str
    uid: int
    gid: int


def server_account() -> Account:
    """The user of this process; for root a system user, made when there is none."""
    number = os.geteuid()
    if number == 0:
        return _root_server_account()
    try:
        entry = pwd.getpwuid(number)
    except KeyError as error:
        raise NamelessUserError(number) from error
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def run(
    command: list[str],
    *,
    output: IO[bytes] | int = subprocess.PIPE,
    account: Account | None = None,
    environment: dict[str, str] | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run to the end, apart from Ctrl-C in the terminal; root may give an account."""
    other = account if os.geteuid() == 0 else None
    return subprocess.run(  # noqa: S603 — a list of words, which no shell reads
        command,
        check=False,
        cwd="/",
        env={"PATH": SYSTEM_PROGRAMS, "LC_ALL": "C", **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        user=other.uid if other else None,
        group=other.gid if other else None,
        extra_groups=[] if other else None,
        umask=0o077 if other else -1,
    )


def refuse_unreachable(folder: Path, account: Account) -> None:
    """Only root's server runs as another user than the one who made the folder."""
    if os.geteuid() != 0:
        return
    enters = run(["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)], account=account)
    if enters.returncode != 0:
        raise UnreachableFolderError(folder, account.name)


def _root_server_account() -> Account:
    if platform.system() != "Linux":
        raise RootOnThisSystemError("macOS")
    try:
        entry = pwd.getpwnam(ROOT_SERVER_USER)
    except KeyError:
        entry = _made_server_user()
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _made_server_user() -> pwd.struct_passwd:
    program = shutil.which("useradd", path=SYSTEM_PROGRAMS)
    if program is None:
        raise NoServerUserError(ROOT_SERVER_USER, "useradd is not installed")
    nologin = shutil.which("nologin", path=SYSTEM_PROGRAMS) or "/bin/false"
    made = run(
        [
            program,
            *("--system", "--user-group", "--no-create-home"),
            *("--home-dir", "/nonexistent", "--shell", nologin, ROOT_SERVER_USER),
        ]
    )
    try:
        # Another process may have made it meanwhile, so the exit code says nothing.
        return pwd.getpwnam(ROOT_SERVER_USER)
    except KeyError as error:
        raise NoServerUserError(
            ROOT_SERVER_USER, made.stdout.decode().strip()
        ) from error
