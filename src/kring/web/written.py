"""Numbers and days as they come in by an address or a form."""

from __future__ import annotations

from datetime import date

# As many digits as every number in the database has room for.
_DIGITS = 18


def is_number(written: str) -> bool:
    return written.isascii() and written.isdecimal() and len(written) <= _DIGITS


def number_in(written: str) -> int | None:
    """The number that is written; None for anything else."""
    return int(written) if is_number(written) else None


def day_in(written: str) -> date | None:
    """The day that a date field sends; None for anything else."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None
