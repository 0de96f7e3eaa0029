"""What is named on the command line: groups by name, contacts by number, days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _

from kring.actions.errors import UnknownGroupNameError
from kring.actions.imports.errors import UnknownNumberError
from kring.cli.frame import fail
from kring.contacts.errors import UnreadableValueError
from kring.contacts.models import Contact
from kring.contacts.queries import contact_numbered, ids_numbered
from kring.contacts.values import read_date
from kring.groups.models import Group
from kring.groups.queries import group_named


def group_called(name: str) -> Group:
    found = group_named(name)
    if found is None:
        raise UnknownGroupNameError(name)
    return found


def contact_with(number: str) -> Contact:
    """The contact with this number, or to whom it leads since a merge."""
    found = contact_numbered(number)
    if found is None:
        raise UnknownNumberError(number)
    return found


def contacts_with(numbers: Sequence[str]) -> list[int]:
    """The contacts with these numbers, all of which must exist."""
    found = ids_numbered(numbers)
    for number in numbers:
        if number not in found:
            raise UnknownNumberError(number)
    return sorted(set(found.values()))


def numbers_in(file: Path) -> list[str]:
    """The numbers in a text file, one on each line."""
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    return [line.strip() for line in lines if line.strip()]


def day_written(written: str | None) -> date | None:
    if written is None:
        return None
    try:
        return read_date(written)
    except UnreadableValueError:
        fail(
            _("“%(date)s” is no date. Write it as 2026-12-31 or 31-12-2026.")
            % {"date": written}
        )
