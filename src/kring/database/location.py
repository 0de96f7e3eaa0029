"""Where everything of a data folder lies; it only computes, and touches nothing."""

from __future__ import annotations

import hashlib
import os
import pwd
from dataclasses import dataclass
from pathlib import Path

ROOT_FOLDER = Path("/var/lib/kring")
ROOT_SERVER_USER = "kring-postgres"
PORT = 5432
ROLE = "kring"
DATABASE = "kring"
# Linux allows 107 bytes for the path of a socket and macOS 103.
LONGEST_SOCKET_PATH = 90
# Not the folder of TMPDIR: that one differs between a shell, cron and a service,
# which must all find the same socket.
SHORT_FOLDER = Path("/tmp")  # noqa: S108 — the folder in it is private and checked


@dataclass(frozen=True, slots=True)
class ConnectionFacts:
    """How to reach the server of a data folder.

    The client refuses a server that another user than `server_user` runs.
    """

    host: str
    port: int
    user: str
    name: str
    server_user: str


def default_data_folder() -> Path:
    if os.geteuid() == 0:
        return ROOT_FOLDER
    return Path.home() / ".local" / "share" / "kring"


def connection_facts(data: Path) -> ConnectionFacts:
    return ConnectionFacts(
        host=str(socket_folder(data)),
        port=PORT,
        user=ROLE,
        name=DATABASE,
        server_user=server_user(),
    )


def connection_parts(facts: ConnectionFacts) -> dict[str, str | int]:
    """The keywords by which libpq, and so psycopg.connect, knows these facts."""
    return {
        "host": facts.host,
        "port": facts.port,
        "user": facts.user,
        "dbname": facts.name,
        "requirepeer": facts.server_user,
    }


def server_user() -> str:
    """The operating system's user as whom the server runs."""
    if os.geteuid() == 0:
        return ROOT_SERVER_USER
    return name_of_user(os.geteuid())


def name_of_user(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def absolute(data: Path) -> Path:
    return data.expanduser().resolve()


def cluster_folder(data: Path) -> Path:
    return absolute(data) / "database"


def log_file(data: Path) -> Path:
    return absolute(data) / "database.log"


def start_lock(data: Path) -> Path:
    return absolute(data) / "starting"


def use_lock(data: Path) -> Path:
    return absolute(data) / "in-use"


def socket_folder(data: Path) -> Path:
    beside = absolute(data) / "socket"
    fits = len(os.fsencode(_socket_in(beside))) <= LONGEST_SOCKET_PATH
    if fits and "," not in str(beside):  # to libpq a comma begins the next host
        return beside
    return SHORT_FOLDER / f"kring-{os.geteuid()}-{_digest(absolute(data))}"


def socket_files(data: Path) -> tuple[Path, Path]:
    """The socket and its lock file."""
    socket = _socket_in(socket_folder(data))
    return socket, socket.with_name(socket.name + ".lock")


def _socket_in(folder: Path) -> Path:
    return folder / f".s.PGSQL.{PORT}"


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
