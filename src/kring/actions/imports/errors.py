"""Why a file, or one row of it, is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kring.actions.errors import RefusedError


@dataclass(eq=False)
class FileMissingError(RefusedError):
    """There is no file of this name that can be read."""

    name: str


@dataclass(eq=False)
class FileUnreadableError(RefusedError):
    """A file that is neither text nor a spreadsheet, or a damaged one."""

    name: str


@dataclass(eq=False)
class EncodingNotSupportedError(RefusedError):
    """Text in an encoding that is not read here."""

    encoding: str


@dataclass(eq=False)
class FileEmptyError(RefusedError):
    """There is not even a row with the names of the columns."""

    name: str


@dataclass(eq=False)
class UnknownColumnsError(RefusedError):
    """Columns that do not exist, each with the column that may have been meant."""

    columns: Mapping[str, str]
    known: Sequence[str]


@dataclass(eq=False)
class DoubleColumnsError(RefusedError):
    """Columns that stand in the file more than once."""

    columns: Sequence[str]


@dataclass(eq=False)
class MissingColumnsError(RefusedError):
    """Columns that the file cannot do without."""

    columns: Sequence[str]


@dataclass(eq=False)
class TooManyCellsError(RefusedError):
    """A row with more cells than there are columns."""

    cells: int
    columns: int


@dataclass(eq=False)
class SeveralContactsError(RefusedError):
    """A row without number that may stand for more than one contact."""

    numbers: Sequence[str]


@dataclass(eq=False)
class UnknownNumberError(RefusedError):
    """No contact has this number."""

    number: str


@dataclass(eq=False)
class CellMissingError(RefusedError):
    """A cell that is needed is empty."""

    column: str
