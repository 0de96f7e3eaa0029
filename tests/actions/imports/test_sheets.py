"""Rows are read as text from whatever a spreadsheet writes."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from kring.actions.errors import RefusedError
from kring.actions.imports import errors
from kring.actions.imports.rows import Header
from kring.actions.imports.sheets import _written, open_sheet
from tests.actions.imports.files import workbook, written

KNOWN = ("number", "last_name", "city", "date_of_birth")


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_columns_are_separated_as_the_spreadsheet_likes(
    tmp_path: Path, separator: str
) -> None:
    lines = f'number{separator}city\r\n1{separator}"Den{separator}Haag"\r\n'
    path = tmp_path / "file.csv"
    path.write_text(lines, newline="")
    sheet = open_sheet(path)
    assert sheet.titles == ("number", "city")
    assert list(sheet.lines()) == [(2, ["1", f"Den{separator}Haag"])]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_letters_with_accents_are_read_in_each_encoding(
    tmp_path: Path, encoding: str
) -> None:
    path = written(tmp_path, "number;last_name\n1;Zoë Oé €", encoding=encoding)
    sheet = open_sheet(path)
    assert sheet.titles == ("number", "last_name")
    assert list(sheet.lines()) == [(2, ["1", "Zoë Oé €"])]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_what_is_not_read_is_named(tmp_path: Path, encoding: str) -> None:
    path = written(tmp_path, "number;last_name\n1;Loon", encoding=encoding)
    with pytest.raises(errors.EncodingNotSupportedError) as refused:
        open_sheet(path)
    assert refused.value.encoding == "UTF-16"


def test_excels_hint_about_the_separator_is_obeyed(tmp_path: Path) -> None:
    sheet = open_sheet(written(tmp_path, "sep=;\nnumber;city\n1;a,b,c,d"))
    assert sheet.titles == ("number", "city")
    assert list(sheet.lines()) == [(3, ["1", "a,b,c,d"])]


def test_a_line_is_numbered_by_where_it_begins(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text('number;city\n1;"Den\nHaag"\n\n;;\n2;Delft\n')
    numbers = [line for line, _cells in open_sheet(path).lines()]
    assert numbers == [2, 6]


def test_a_spreadsheets_cells_are_read_as_people_type_them(tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        [
            ["number", "date_of_birth", "score", "newsletter"],
            [1001, date(1990, 2, 3), 12.5, True],
            [],
            ["007", datetime(1990, 2, 3, 14, 30), "x", False],  # noqa: DTZ001
        ],
    )
    assert list(open_sheet(path).lines()) == [
        (2, ["1001", "1990-02-03", "12.5", "true"]),
        (4, ["007", "1990-02-03T14:30:00", "x", "false"]),
    ]


@pytest.mark.parametrize("content", [b"", b"\n\n \n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    with pytest.raises(errors.FileEmptyError):
        open_sheet(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(errors.FileMissingError):
        open_sheet(tmp_path / "none.csv")
    with pytest.raises(errors.FileMissingError):
        open_sheet(tmp_path)


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04 broken", b"%PDF\0\x01\x8f\x81", b"\x81"]
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file.xlsx"
    path.write_bytes(content)
    with pytest.raises(errors.FileUnreadableError):
        open_sheet(path)


def test_unknown_columns_are_named_with_what_was_meant(tmp_path: Path) -> None:
    path = written(tmp_path, "Number;lastname;woonplaats;shoe\n1;a;b;c")
    with pytest.raises(errors.UnknownColumnsError) as refused:
        Header.of(open_sheet(path), known=KNOWN)
    assert refused.value.columns == {
        "lastname": "last_name",
        "woonplaats": "city",
        "shoe": "",
    }


@pytest.mark.parametrize(
    ("titles", "refusal"),
    [
        ("number;city;City", errors.DoubleColumnsError),
        ("city", errors.MissingColumnsError),
    ],
)
def test_a_header_that_will_not_do_refuses_the_file(
    tmp_path: Path, titles: str, refusal: type[RefusedError]
) -> None:
    with pytest.raises(refusal):
        Header.of(open_sheet(written(tmp_path, titles)), known=KNOWN, needed=["number"])


def test_columns_without_a_name_are_left_out_while_empty(tmp_path: Path) -> None:
    header = Header.of(open_sheet(written(tmp_path, "number;city;;")), known=KNOWN)
    assert header.row(2, ["1", " ", "", ""]).cells == {"number": "1"}
    assert header.row(3, ["1"]).cells == {"number": "1"}
    with pytest.raises(errors.TooManyCellsError):
        header.row(4, ["1", "Delft", "2", ""])
    with pytest.raises(errors.TooManyCellsError):
        header.row(5, ["1", "Delft", "", "", "2"])


def test_empty_lines_above_the_titles_are_skipped(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text("\n\nnumber,city\n1,Delft\n")
    sheet = open_sheet(path)
    assert sheet.titles == ("number", "city")
    assert list(sheet.lines()) == [(4, ["1", "Delft"])]


def test_a_file_with_zeros_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(b"number;last_name\n1;Lo\0on\n")
    with pytest.raises(errors.FileUnreadableError):
        open_sheet(path)


def test_midnight_is_a_day() -> None:
    assert _written(datetime(1990, 2, 3)) == "1990-02-03"  # noqa: DTZ001 — as in a cell
    assert _written(datetime(1990, 2, 3, 4, 5)) == (  # noqa: DTZ001
        "1990-02-03T04:05:00"
    )


def test_a_day_that_is_shown_with_its_time_is_still_a_day(tmp_path: Path) -> None:
    rows: list[list[object]] = [["since"], [date(1990, 2, 3)]]
    path = workbook(tmp_path, rows, dates="dd-mm-yyyy hh:mm")
    assert list(open_sheet(path).lines()) == [(2, ["1990-02-03"])]
