"""What an import reads and answers: rows under known columns, and a report."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import Enum
from typing import Final

from kring.actions.imports.errors import (
    DoubleColumnsError,
    MissingColumnsError,
    TooManyCellsError,
    UnknownColumnsError,
)
from kring.actions.imports.sheets import Sheet

BATCH: Final = 1_000
"""How many rows one transaction takes: no lock is held longer than about a second."""

Progress = Callable[[int, int], None]
"""Told how many of how many rows are done."""

_IN_DUTCH: Final[Mapping[str, str]] = {
    "nummer": "number",
    "contactnummer": "number",
    "lidnummer": "number",
    "soort": "kind",
    "voornaam": "first_name",
    "tussenvoegsel": "infix",
    "achternaam": "last_name",
    "naam": "name",
    "organisatie": "name",
    "e-mail": "email",
    "e-mailadres": "email",
    "emailadres": "email",
    "telefoon": "phone",
    "telefoonnummer": "phone",
    "straat": "street",
    "huisnummer": "house_number",
    "toevoeging": "house_number_addition",
    "huisnummertoevoeging": "house_number_addition",
    "postcode": "postal_code",
    "plaats": "city",
    "woonplaats": "city",
    "wijk": "neighbourhood",
    "buurt": "neighbourhood",
    "geboortedatum": "date_of_birth",
    "nieuwsbrief": "newsletter",
    "taal": "language",
    "overleden": "deceased_on",
    "overleden op": "deceased_on",
    "groep": "group",
    "sinds": "since",
    "datum": "since",
}


class Writing(Enum):
    """Whether an import writes what it finds, or only says what it would do."""

    REAL = "real"
    DRY_RUN = "dry run"


class Outcome(Enum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line number, and the cells that are filled in, by column."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that was refused, and why."""

    line: int
    error: Exception


@dataclass(slots=True)
class Report:
    """How an import ended, or how far it is."""

    outcomes: dict[Outcome, int] = field(
        default_factory=lambda: dict.fromkeys(Outcome, 0)
    )
    refused: list[Refusal] = field(default_factory=list)
    groups_made: list[str] = field(default_factory=list)

    @property
    def seen(self) -> int:
        return sum(self.outcomes.values()) + len(self.refused)

    def count(self, outcomes: Iterable[Outcome]) -> None:
        for outcome in outcomes:
            self.outcomes[outcome] += 1


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a file, of which those without a name are left out."""

    columns: tuple[str, ...]

    @classmethod
    def of(
        cls, sheet: Sheet, *, known: Collection[str], needed: Collection[str] = ()
    ) -> Header:
        """Raises a RefusedError that names every column that is wrong."""
        columns = tuple(_plain(title) for title in sheet.titles)
        named = [column for column in columns if column]
        unknown = {name: _meant(name, known) for name in named if name not in known}
        if unknown:
            raise UnknownColumnsError(unknown, sorted(known))
        double = sorted({name for name in named if named.count(name) > 1})
        if double:
            raise DoubleColumnsError(double)
        missing = [column for column in needed if column not in named]
        if missing:
            raise MissingColumnsError(missing)
        return cls(columns)

    def row(self, line: int, cells: list[str]) -> Row:
        """The cells that are filled in; raises TooManyCellsError."""
        filled: dict[str, str] = {}
        for position, cell in enumerate(cells):
            if not cell.strip():
                continue
            if position >= len(self.columns) or not self.columns[position]:
                raise TooManyCellsError(len(cells), len(self.columns))
            filled[self.columns[position]] = cell
        return Row(line, filled)


def _plain(title: str) -> str:
    return title.strip().lower()


def _meant(name: str, known: Collection[str]) -> str:
    """The column that was probably meant; empty when there is nothing like it."""
    translated = _IN_DUTCH.get(name, "")
    if translated in known:
        return translated
    close = get_close_matches(name, known, n=1, cutoff=0.7)
    return close[0] if close else ""
