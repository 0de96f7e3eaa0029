"""Files as spreadsheets make them, for tests to import."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import xlsxwriter

from kring.actions.imports.rows import Outcome, Report


def written(folder: Path, text: str, *, encoding: str = "utf-8") -> Path:
    """A text file with these lines, ended as Windows ends them."""
    path = folder / "file.csv"
    tidy = "\r\n".join(line.strip() for line in text.strip().splitlines()) + "\r\n"
    path.write_bytes(tidy.encode(encoding))
    return path


def workbook(
    folder: Path, rows: Iterable[Sequence[object]], *, dates: str = "dd-mm-yyyy"
) -> Path:
    """A spreadsheet whose dates are real dates, shown in this way."""
    path = folder / "file.xlsx"
    with xlsxwriter.Workbook(path, {"default_date_format": dates}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return path


def counts(report: Report) -> tuple[int, int, int, int]:
    """How many were new, changed, unchanged and refused."""
    return (
        report.outcomes[Outcome.NEW],
        report.outcomes[Outcome.CHANGED],
        report.outcomes[Outcome.UNCHANGED],
        len(report.refused),
    )


def refusals(report: Report) -> dict[int, str]:
    """The kind of error, by line."""
    return {row.line: type(row.error).__name__ for row in report.refused}
