"""Making a server's folders: its cluster, whole or not at all, and its socket's."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from contextlib import suppress
from enum import Enum
from pathlib import Path

from kring.database import location
from kring.database.account import (
    SYSTEM_PROGRAMS,
    Account,
    refuse_unreachable,
    run,
)
from kring.database.binaries import Binaries, make_entered_by_all
from kring.database.errors import (
    BrokenClusterError,
    ForeignFolderError,
    OtherVersionError,
    UnusableFolderError,
)
from kring.database.log import failure_in

PRIVATE = 0o700
# How Debian, other Linuxes and macOS call them.
UNICODE_LETTERS = ("C.utf8", "C.UTF-8", "en_US.UTF-8")


class Durability(Enum):
    SAFE = "every commit survives a power cut"
    NONE = "fast, for tests: a power cut may leave nothing"


def make_data_folder(data: Path) -> None:
    """Private to this user; root's lets its system user through."""
    folder = location.absolute(data)
    try:
        if os.geteuid() == 0:
            make_entered_by_all(folder)
        elif not folder.is_dir():
            folder.parent.mkdir(parents=True, exist_ok=True)
            folder.mkdir(mode=PRIVATE, exist_ok=True)
    except OSError as error:
        raise UnusableFolderError(folder, error.strerror or "") from error


def refuse_unusable(data: Path, account: Account) -> None:
    """Before the first file is made, so that nobody's folder gets files of ours."""
    folder = location.absolute(data)
    writable = os.access(folder, os.W_OK | os.X_OK)
    mine = folder.stat().st_uid == os.geteuid()
    if not mine and (os.geteuid() == 0 or not writable):
        raise _foreign(folder, location.name_of_user(os.geteuid()))
    if not writable:
        raise UnusableFolderError(folder, "Permission denied")
    refuse_unreachable(folder, account)
    cluster = location.cluster_folder(data)
    if cluster.exists() and cluster.stat().st_uid != account.uid:
        raise _foreign(cluster, account.name)


def make_cluster(
    data: Path, account: Account, binaries: Binaries, *, durability: Durability
) -> None:
    cluster = location.cluster_folder(data)
    if cluster.exists():
        _refuse_other_version(data, binaries)
        return
    unfinished = cluster.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        make_private_folder(unfinished, account)
        _initialise(unfinished, account, binaries, durability=durability)
        unfinished.rename(cluster)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def make_private_folder(folder: Path, account: Account) -> None:
    """Never trusts a folder, or a link, that another user put there first."""
    folder.mkdir(mode=PRIVATE, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise _foreign(folder, account.name)
    if found.st_uid == os.geteuid():
        folder.chmod(PRIVATE)
        os.chown(folder, account.uid, account.gid)
    elif found.st_uid != account.uid:
        raise _foreign(folder, account.name)


def remove_private_folder(folder: Path, account: Account) -> None:
    with suppress(OSError):  # it is gone already, or holds what the server did not make
        if folder.lstat().st_uid == account.uid:
            folder.rmdir()


def _initialise(
    folder: Path, account: Account, binaries: Binaries, *, durability: Durability
) -> None:
    command = [
        str(binaries.folder / "initdb"),
        f"--username={location.ROLE}",
        "--auth=peer",
        "--encoding=UTF8",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--locale=C",
        f"--lc-ctype={_letters()}",
        "--no-instructions",
        *(["--no-sync"] if durability is Durability.NONE else []),
    ]
    with tempfile.TemporaryFile() as output:
        done = run(
            command,
            account=account,
            output=output,
            environment={"PGDATA": str(folder)},
        )
        if done.returncode != 0:
            raise failure_in(output, location.log_file(folder.parent))
    admit_only(location.name_of_user(os.geteuid()), folder, account)


def _letters() -> str:
    """With C alone, trigrams leave out every letter beyond ASCII."""
    program = shutil.which("locale", path=SYSTEM_PROGRAMS)
    listed = run([program, "-a"]).stdout.decode().split() if program else []
    return next((name for name in UNICODE_LETTERS if name in listed), "C")


def admit_only(user: str, folder: Path, account: Account) -> None:
    """Nobody but this user of the operating system may connect."""
    hba = f"local all all peer map={location.ROLE}\n"
    ident = f'{location.ROLE} "{user}" {location.ROLE}\n'
    _replace(folder / "pg_hba.conf", hba, account)
    _replace(folder / "pg_ident.conf", ident, account)


def _replace(path: Path, text: str, account: Account) -> None:
    path.unlink(missing_ok=True)
    with path.open("x") as file:  # "x" follows no link laid here meanwhile
        os.fchmod(file.fileno(), 0o600)
        os.fchown(file.fileno(), account.uid, account.gid)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _refuse_other_version(data: Path, binaries: Binaries) -> None:
    cluster = location.cluster_folder(data)
    try:
        found = (cluster / "PG_VERSION").read_text().strip()
    except FileNotFoundError as error:
        raise BrokenClusterError(cluster) from error
    if found != binaries.major:
        raise OtherVersionError(location.absolute(data), found, binaries.major)


def _foreign(folder: Path, user: str) -> ForeignFolderError:
    owner = location.name_of_user(folder.lstat().st_uid)
    return ForeignFolderError(folder, owner, user)
