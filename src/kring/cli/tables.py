"""How commands print rows: a table for people, or CSV, JSON and XLSX for others."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path

import xlsxwriter
from django.core.serializers.json import DjangoJSONEncoder
from rich import box
from rich.console import Console
from rich.table import Table

console = Console(highlight=False)


class Format(StrEnum):
    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    XLSX = "xlsx"


Row = Sequence[object]


def print_json(data: object) -> None:
    """One JSON document on standard output."""
    text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    sys.stdout.write(text + "\n")


def print_table(titles: Sequence[str], rows: Iterable[Row]) -> None:
    """A table as wide as the terminal; numbers to the right."""
    shown = [[_text(value) for value in row] for row in rows]
    table = Table(*titles, box=box.SIMPLE_HEAD)
    for row in shown:
        table.add_row(*row)
    console.print(table)


def write_csv(titles: Sequence[str], rows: Iterable[Row]) -> None:
    """Comma-separated rows on standard output, one at a time."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(titles)
    writer.writerows([_text(value) for value in row] for row in rows)


def write_xlsx(titles: Sequence[str], rows: Iterable[Row], *, to: Path) -> None:
    """A workbook with one sheet; rows are written as they come."""
    with xlsxwriter.Workbook(to, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([titles, *rows]):
            sheet.write_row(number, 0, [_text(value) for value in row])


def _text(value: object) -> str:
    return "" if value is None else str(value)
