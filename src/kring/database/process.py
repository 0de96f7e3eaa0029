"""The server's process: whether it lives, starting it and stopping it."""

from __future__ import annotations

import os
import platform
import shlex
import time
from pathlib import Path
from typing import IO

from kring.database import location
from kring.database.account import Account, run
from kring.database.binaries import Binaries
from kring.database.cluster import (
    Durability,
    make_private_folder,
    remove_private_folder,
)
from kring.database.errors import StopFailedError
from kring.database.log import failure_in, reason_in, tail_of

PATIENCE = 300  # seconds: a server that recovers from a crash may need minutes
ORPHAN_PATIENCE = 30  # seconds
ORPHANS = "pre-existing shared memory block"
STATUS_LINE = 7  # of postmaster.pid, counted from 0
SETTINGS = {
    "listen_addresses": "",
    "port": str(location.PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "autovacuum_naptime": "5s",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
}
UNSAFE_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # Tests take back what they write: of a table that was looked through between two of
    # them it would be known that it is empty, and a thousand groups then take minutes.
    "autovacuum": "off",
}


def lives(data: Path) -> bool:
    """Whether the process in `postmaster.pid` is a server of this very folder."""
    number = _number_in(_pid_file(data))
    if number is None:
        return False
    if platform.system() == "Linux":
        return _works_in(number, location.cluster_folder(data))
    return _is_told_of(number, location.cluster_folder(data))


def has_lost_socket(data: Path) -> bool:
    """A cleaner of the temp folder may take the socket of a server that is ready."""
    lines = _lines_of(_pid_file(data))
    ready = len(lines) > STATUS_LINE and lines[STATUS_LINE].strip() == "ready"
    return ready and not location.socket_files(data)[0].exists()


def start(
    data: Path, account: Account, binaries: Binaries, *, durability: Durability
) -> None:
    make_private_folder(location.socket_folder(data), account)
    command = [
        str(binaries.folder / "pg_ctl"),
        *("start", "--silent", "--wait", f"--timeout={PATIENCE}"),
        *("--options", _options(data, durability)),
    ]
    deadline = time.monotonic() + ORPHAN_PATIENCE
    while not _started(data, account, command, deadline):
        time.sleep(0.2)


def stop(data: Path, account: Account, binaries: Binaries) -> None:
    if lives(data):
        _stop_living(data, account, binaries)
    clear(data)
    remove_private_folder(location.socket_folder(data), account)


def clear(data: Path) -> None:
    """Take away what a killed server left: its number may be another's by now."""
    for path in (_pid_file(data), *location.socket_files(data)):
        path.unlink(missing_ok=True)


def _started(data: Path, account: Account, command: list[str], deadline: float) -> bool:
    """Fails for good, or not yet: a killed server's last children may still go."""
    path = location.log_file(data)
    clear(data)
    with _fresh_log(path) as log:
        done = run(command, account=account, output=log, environment=_environment(data))
        if done.returncode == 0:
            return True
        if ORPHANS not in tail_of(log) or time.monotonic() > deadline:
            raise failure_in(log, path)
    return False


def _stop_living(data: Path, account: Account, binaries: Binaries) -> None:
    command = [
        str(binaries.folder / "pg_ctl"),
        *("stop", "--silent", "--wait", f"--timeout={PATIENCE}", "--mode=fast"),
    ]
    path = location.log_file(data)
    with _log(path) as log:
        run(command, account=account, output=log, environment=_environment(data))
        if lives(data):
            raise StopFailedError(path, reason_in(tail_of(log)))


def _environment(data: Path) -> dict[str, str]:
    # Not as pg_ctl's option --pgdata, which it hands to a shell without escaping.
    return {"PGDATA": str(location.cluster_folder(data))}


def _options(data: Path, durability: Durability) -> str:
    """The server's arguments, for the shell in which pg_ctl starts it."""
    quoted = str(location.socket_folder(data)).replace('"', '""')
    settings = {**SETTINGS, "unix_socket_directories": f'"{quoted}"'}
    if durability is Durability.NONE:
        settings |= UNSAFE_SETTINGS
    words = ["-D", str(location.cluster_folder(data))]
    for name, value in settings.items():
        words += ["-c", f"{name}={value}"]
    return shlex.join(words)


def _fresh_log(path: Path) -> IO[bytes]:
    if path.exists():
        path.replace(path.with_suffix(".previous.log"))
    return _log(path)


def _log(path: Path) -> IO[bytes]:
    # Private: a failing statement is written there with the data in it.
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    return os.fdopen(descriptor, "ab+")


def _pid_file(data: Path) -> Path:
    return location.cluster_folder(data) / "postmaster.pid"


def _number_in(path: Path) -> int | None:
    lines = _lines_of(path)
    return int(lines[0]) if lines and lines[0].isdecimal() else None


def _lines_of(path: Path) -> list[str]:
    try:
        return path.read_text(errors="replace").splitlines()
    except FileNotFoundError:
        return []


def _works_in(number: int, cluster: Path) -> bool:
    process = Path("/proc") / str(number)
    try:
        # Only its own user and root may see where a process works; and a dead one
        # that nobody has buried yet works nowhere.
        in_cluster = (process / "cwd").samefile(cluster)
        return in_cluster and (process / "comm").read_text().strip() == "postgres"
    except OSError:
        return False


def _is_told_of(number: int, cluster: Path) -> bool:
    """The server's own arguments name its folder; those of its children do not."""
    told = run(["/bin/ps", "-ww", "-o", "command=", "-p", str(number)])
    words = os.fsdecode(told.stdout)
    return "postgres" in words and f"-D {cluster} " in words
