"""Finding a Python that can make environments, and saying what to install otherwise."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.catalogues import ROOT

SHELL_PROGRAMS = ("sh", "dirname", "cat", "cksum", "awk")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A fresh clone, in a path with a space."""
    clone = tmp_path / "my clone"
    shutil.copytree(ROOT / "tools", clone / "tools")
    return clone


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """The only folder of programs that the installation can find."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for name in SHELL_PROGRAMS:
        found = shutil.which(name)
        assert found is not None
        (folder / name).symlink_to(found)
    return folder


def add_python(programs: Path, name: str, prelude: str) -> None:
    """A Python of which something is amiss, as the prelude says."""
    program = programs / name
    program.write_text(
        f'#!/bin/sh\n[ "$1" = -c ] || exit 1\n'
        f'exec "{sys.executable}" -c "{prelude}\n$2"\n'
    )
    program.chmod(0o755)


OLD = "import sys; sys.version_info = (3, 9, 0)"
WITHOUT_VENV = "import sys; sys.modules['ensurepip'] = None"


def install(clone: Path, programs: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [programs / "sh", "tools/install.sh", "run"],
        cwd=clone,
        env={"PATH": str(programs)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_python_it_says_which_one_to_install(
    clone: Path, programs: Path
) -> None:
    ended = install(clone, programs)
    assert ended.returncode == 1
    assert "Python 3.11 or later" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_a_python_that_is_too_old_is_none(clone: Path, programs: Path) -> None:
    add_python(programs, "python3", OLD)
    ended = install(clone, programs)
    assert ended.returncode == 1
    assert "Python 3.11 or later" in ended.stderr


def test_without_venv_it_says_what_to_install(clone: Path, programs: Path) -> None:
    add_python(programs, "python3", WITHOUT_VENV)
    ended = install(clone, programs)
    version = "{}.{}".format(*sys.version_info)
    assert ended.returncode == 1
    assert f"sudo apt install python{version}-venv" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert not (clone / ".venv").exists()


def test_without_venv_in_one_python_another_is_taken(
    clone: Path, programs: Path
) -> None:
    add_python(programs, "python3", WITHOUT_VENV)
    made = clone / "made-by-another"
    another = programs / "python3.11"
    another.write_text(
        f'#!/bin/sh\nif [ "$1" = -m ]; then : >"{made}"; exit 1; fi\n'
        f'exec "{sys.executable}" "$@"\n'
    )
    another.chmod(0o755)
    install(clone, programs)
    assert made.exists()
