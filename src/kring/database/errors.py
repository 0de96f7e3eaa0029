"""What can be wrong with the database, each as a class with its facts and one sentence.

`str(error)` is the English sentence; a door that speaks another language translates
`error.sentence` and fills it with `error.facts`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar


def N_(sentence: str) -> str:  # noqa: N802 — the name by which Babel finds sentences
    return sentence


@dataclass(eq=False)
class DatabaseError(Exception):
    sentence: ClassVar[str]

    @property
    def facts(self) -> dict[str, object]:
        return {name: value for name, value in vars(self).items() if name[0] != "_"}

    def __str__(self) -> str:
        return self.sentence % self.facts


@dataclass(eq=False)
class NoEmbeddedServerError(DatabaseError):
    sentence = N_(
        "There is no embedded database for this machine: set DATABASE_URL to a "
        "PostgreSQL 18 server, such as postgresql://user:password@host/kring."
    )


@dataclass(eq=False)
class RootOnThisSystemError(DatabaseError):
    system: str
    sentence = N_(
        "Kring does not run its own database as root on %(system)s: run it as an "
        "ordinary user, or set DATABASE_URL to a PostgreSQL 18 server."
    )


@dataclass(eq=False)
class NoServerUserError(DatabaseError):
    user: str
    reason: str
    sentence = N_(
        "As root the database runs as the system user %(user)s, who could not be made "
        "(%(reason)s): make that user, run Kring as an ordinary user, or set "
        "DATABASE_URL."
    )


@dataclass(eq=False)
class NamelessUserError(DatabaseError):
    number: int
    sentence = N_(
        "The user with number %(number)s has no name on this machine, which the "
        "embedded database needs: give it a name, or set DATABASE_URL."
    )


@dataclass(eq=False)
class UnreachableFolderError(DatabaseError):
    data: Path
    user: str
    sentence = N_(
        "The system user %(user)s, who runs the database for root, cannot reach "
        "%(data)s: set KRING_DATA to a folder whose parents it may enter, such as "
        "/var/lib/kring."
    )


@dataclass(eq=False)
class ForeignFolderError(DatabaseError):
    folder: Path
    owner: str
    user: str
    sentence = N_(
        "The folder %(folder)s belongs to %(owner)s and not to %(user)s: run Kring as "
        "%(owner)s, or set KRING_DATA to another folder."
    )


@dataclass(eq=False)
class UnusableFolderError(DatabaseError):
    data: Path
    reason: str
    sentence = N_(
        "The folder %(data)s cannot hold the database (%(reason)s): set KRING_DATA to "
        "a folder in which this user may write."
    )


@dataclass(eq=False)
class OtherVersionError(DatabaseError):
    data: Path
    found: str
    wanted: str
    sentence = N_(
        "The database in %(data)s was made by PostgreSQL %(found)s and this Kring "
        "brings PostgreSQL %(wanted)s: run `kring backup FILE` with the Kring that "
        "made it, and `kring restore FILE` with this one in an empty KRING_DATA."
    )


@dataclass(eq=False)
class BrokenClusterError(DatabaseError):
    folder: Path
    sentence = N_(
        "The folder %(folder)s is there but holds no whole database: put a backup "
        "back, or move that folder away to begin with an empty one."
    )


@dataclass(eq=False)
class StartFailedError(DatabaseError):
    log: Path
    reason: str
    sentence = N_("The database does not start (%(reason)s); %(log)s says more.")


@dataclass(eq=False)
class StopFailedError(DatabaseError):
    log: Path
    reason: str
    sentence = N_("The database does not stop (%(reason)s); %(log)s says more.")


@dataclass(eq=False)
class UnreadableUrlError(DatabaseError):
    variable: str
    reason: str
    sentence = N_(
        "%(variable)s cannot be read (%(reason)s): write it like "
        "postgresql://user:password@host:5432/kring."
    )


@dataclass(eq=False)
class FullDiskError(DatabaseError):
    sentence = N_(
        "The disk of the database is full: nothing was saved; make room and try again."
    )


@dataclass(eq=False)
class NotRunningError(DatabaseError):
    sentence = N_(
        "The database is not running or cannot be reached: start Kring again, or check "
        "DATABASE_URL when it is set."
    )


@dataclass(eq=False)
class NotReadyError(DatabaseError):
    sentence = N_(
        "The database is just starting or stopping: try again in a few seconds."
    )


@dataclass(eq=False)
class LostConnectionError(DatabaseError):
    sentence = N_(
        "The database stopped in the middle: what was not finished was not saved; try "
        "again, and start Kring again when that does not help."
    )


@dataclass(eq=False)
class TooManyConnectionsError(DatabaseError):
    sentence = N_(
        "The database has no free connection left: stop a few Kring commands, or try "
        "again in a few seconds."
    )


@dataclass(eq=False)
class RefusedError(DatabaseError):
    reason: str
    sentence = N_(
        "The database refuses this user (%(reason)s): run Kring as the user who made "
        "its data folder, or check DATABASE_URL when it is set."
    )


@dataclass(eq=False)
class NoSuchDatabaseError(DatabaseError):
    reason: str
    sentence = N_(
        "The database server has no such database (%(reason)s): run `kring migrate`, "
        "or check DATABASE_URL when it is set."
    )


@dataclass(eq=False)
class UnexplainedError(DatabaseError):
    reason: str
    sentence = N_("The database cannot do this now (%(reason)s).")
