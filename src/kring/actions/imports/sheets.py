"""Reading the rows of a CSV file or a spreadsheet, a row at a time and as text."""

from __future__ import annotations

import codecs
import csv
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import IO, Final

from python_calamine import CalamineError, CalamineWorkbook

from kring.actions.imports.errors import (
    EncodingNotSupportedError,
    FileEmptyError,
    FileMissingError,
    FileUnreadableError,
)

Cells = list[str]
Line = tuple[int, Cells]

_DELIMITERS: Final = (";", ",", "\t")
_READ_AT_ONCE: Final = 1 << 20
# A zip (XLSX, ODS) and the older compound file (XLS).
_WORKBOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_OTHER_ENCODINGS: Final = {
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that was looked at: how to read it, and the names above its columns."""

    path: Path
    titles: tuple[str, ...]
    encoding: str | None
    delimiter: str

    def lines(self) -> Iterator[Line]:
        """The rows below the titles with their line numbers; empty ones are skipped."""
        rows = _filled(_all_lines(self.path, self.encoding, self.delimiter))
        next(rows, None)
        return rows


def open_sheet(path: Path) -> Sheet:
    """Look at a file; raises a RefusedError when it cannot be read at all."""
    with _words_for_trouble(path):
        beginning = _beginning(path)
        encoding = None if beginning.startswith(_WORKBOOKS) else _encoding(path)
        delimiter = "" if encoding is None else _delimiter(path, encoding)
        first = next(_filled(_all_lines(path, encoding, delimiter)), None)
    if first is None:
        raise FileEmptyError(path.name)
    titles = tuple(title.strip() for title in first[1])
    return Sheet(path, titles, encoding, delimiter)


@contextmanager
def _words_for_trouble(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise FileMissingError(path.name) from error
    except (CalamineError, csv.Error) as error:
        raise FileUnreadableError(path.name) from error


def _beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        beginning = file.read(4_096)
    for mark, name in _OTHER_ENCODINGS.items():
        if beginning.startswith(mark):
            raise EncodingNotSupportedError(name)
    if b"\0" in beginning and not beginning.startswith(_WORKBOOKS):
        # What is text after all, has a zero in every other byte.
        every_other = beginning.count(b"\0") * 3 > len(beginning)
        if every_other:
            raise EncodingNotSupportedError("UTF-16")
        raise FileUnreadableError(path.name)
    return beginning


def _encoding(path: Path) -> str:
    """UTF-8 when the whole file is, else what spreadsheets on Windows write."""
    for encoding in ("utf-8-sig", "cp1252"):
        if _decodes(path, encoding):
            return encoding
    raise FileUnreadableError(path.name)


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while piece := file.read(_READ_AT_ONCE):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _delimiter(path: Path, encoding: str) -> str:
    """What splits the first row into most columns; Excel may say so above it."""
    with path.open(encoding=encoding, newline="") as file:
        first = file.readline()
        if first.lower().startswith("sep=") and len(first.strip()) <= len("sep=;"):
            return first.rstrip("\r\n")[4:] or "\t"
        while first and not first.strip():
            first = file.readline()
    columns = {
        delimiter: len(next(csv.reader([first], delimiter=delimiter), []))
        for delimiter in _DELIMITERS
    }
    return max(columns, key=columns.__getitem__)


def _all_lines(path: Path, encoding: str | None, delimiter: str) -> Iterable[Line]:
    if encoding is None:
        return _lines_of_workbook(path)
    return _lines_of_text(path, encoding, delimiter)


def _lines_of_text(path: Path, encoding: str, delimiter: str) -> Iterator[Line]:
    csv.field_size_limit(sys.maxsize)
    with path.open(encoding=encoding, newline="") as file:
        skipped = _skip_hint(file)
        reader = csv.reader(file, delimiter=delimiter)
        before = 0
        for cells in reader:
            yield skipped + before + 1, cells
            before = reader.line_num


def _skip_hint(file: IO[str]) -> int:
    """Leave out the line in which Excel says what it separates by."""
    if file.readline().lower().startswith("sep="):
        return 1
    file.seek(0)
    return 0


def _lines_of_workbook(path: Path) -> Iterator[Line]:
    workbook = CalamineWorkbook.from_path(str(path))
    sheet = workbook.get_sheet_by_index(0)
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        yield number, [_written(cell) for cell in cells]


def _filled(lines: Iterable[Line]) -> Iterator[Line]:
    return (line for line in lines if any(cell.strip() for cell in line[1]))


def _written(cell: object) -> str:
    """What a spreadsheet's cell says, as a person would have typed it."""
    match cell:
        case bool():
            return "true" if cell else "false"
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime() if cell.time() == time.min:
            return cell.date().isoformat()
        case date() | time():
            return cell.isoformat()
        case _:
            return str(cell)
