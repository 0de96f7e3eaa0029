"""The key that signs sessions and links, made once and kept in the data folder."""

from __future__ import annotations

import os
import secrets
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from kring.database.cluster import make_data_folder
from kring.database.errors import UnusableFolderError

FILE_NAME = "secret-key"
SHORTEST_KEY = 32
EVERYBODY_ELSE = stat.S_IRWXG | stat.S_IRWXO


@dataclass(eq=False)
class SecretKeyError(Exception):
    """No key can be kept in the folder, or the one there cannot be trusted."""

    file: Path
    reason: str

    def __str__(self) -> str:
        return f"{self.file}: {self.reason}"


def kept_in(data: Path) -> str:
    """The key of this data folder, made at the first time it is asked for."""
    file = data / FILE_NAME
    try:
        return _read(file)
    except FileNotFoundError:
        _make(file)
        return _read(file)
    except OSError as error:
        raise SecretKeyError(file, error.strerror or "") from error


def _read(file: Path) -> str:
    descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW)
    with os.fdopen(descriptor, encoding="ascii", errors="replace") as opened:
        facts = os.fstat(descriptor)
        if facts.st_uid != os.geteuid() or facts.st_mode & EVERYBODY_ELSE:
            raise SecretKeyError(file, "it is not private to this user")
        key = opened.read().strip()
    if len(key) < SHORTEST_KEY:
        raise SecretKeyError(file, "it holds no whole key")
    return key


def _make(file: Path) -> None:
    """Whole at once, and only one: of two processes the second reads the first's."""
    try:
        make_data_folder(file.parent)
        if file.parent.stat().st_uid != os.geteuid():
            raise SecretKeyError(file, "the folder belongs to another user")
        with tempfile.NamedTemporaryFile("w", dir=file.parent) as unfinished:
            unfinished.write(f"{secrets.token_urlsafe(50)}\n")
            unfinished.flush()
            os.fsync(unfinished.fileno())
            os.link(unfinished.name, file)
    except FileExistsError:
        return
    except UnusableFolderError as error:
        raise SecretKeyError(file, error.reason) from error
    except OSError as error:
        raise SecretKeyError(file, error.strerror or "") from error
