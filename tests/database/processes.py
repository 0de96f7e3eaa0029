"""Starting other processes on a data folder, and seeing whether its server runs."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from kring.database.cluster import Durability
from kring.database.location import cluster_folder, connection_facts
from kring.database.server import connect, in_use

PROGRAM = Path(__file__).with_name("user_process.py")
SOURCE = Path(__file__).parents[2] / "src"


@dataclass(frozen=True)
class Person:
    """Another user of this machine, with a Python and a Kring they can reach."""

    name: str
    uid: int
    gid: int
    python: Path
    installed: Path


def open_folder(data: Path):
    """Use it in this process, without waiting for the disk."""
    return in_use(data, durability=Durability.NONE)


def use_in_other_process(
    data: Path,
    *,
    program: Path = PROGRAM,
    python: Path = Path(sys.executable),
    installed: Path = SOURCE,
    person: Person | None = None,
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        # A copied installation is all it has: no other packages of this Python.
        [str(python), *([] if installed == SOURCE else ["-S"]), str(program)],
        env={**environment(python, installed), "KRING_DATA": str(data)},
        cwd="/",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        user=person.uid if person else None,
        group=person.gid if person else None,
        extra_groups=[] if person else None,
    )


def environment(python: Path, installed: Path) -> dict[str, str]:
    library = python.parent.parent / "lib"
    return {"PYTHONPATH": str(installed), "LD_LIBRARY_PATH": str(library)}


def use_as(person: Person, data: Path) -> subprocess.Popen[str]:
    return use_in_other_process(
        data,
        program=person.installed / PROGRAM.name,
        python=person.python,
        installed=person.installed,
        person=person,
    )


def wait_until_ready(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    if process.stdout.readline() != "ready\n":
        raise AssertionError(process.communicate()[1])


def leave(process: subprocess.Popen[str]) -> None:
    _output, errors = process.communicate()
    assert (process.returncode, errors) == (0, "")


def refusal_of(process: subprocess.Popen[str]) -> str:
    """The one sentence with which it refuses, and nothing else."""
    output, errors = process.communicate()
    assert (process.returncode, output) == (1, "")
    assert errors.count("\n") == 1
    return errors.strip()


def server_number(data: Path) -> int:
    return int((cluster_folder(data) / "postmaster.pid").read_text().split("\n")[0])


def runs(data: Path) -> bool:
    return (cluster_folder(data) / "postmaster.pid").exists()


def answer_to(query: str, data: Path) -> object:
    with connect(connection_facts(data)) as connection:
        row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None


def execute(statement: str, data: Path) -> None:
    with connect(connection_facts(data)) as connection:
        connection.execute(statement.encode())
