"""Importing contacts: rows with a number update that contact, others who they match."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

from django.utils import timezone

from kring.accounts.actors import Actor
from kring.actions.acts import Act, act, begin_long_act
from kring.actions.batches import batches
from kring.actions.contacts import add_contacts, edit_contacts
from kring.actions.errors import RefusedError
from kring.actions.imports.errors import SeveralContactsError
from kring.actions.imports.rows import (
    BATCH,
    Header,
    Outcome,
    Progress,
    Refusal,
    Report,
    Row,
    Writing,
)
from kring.actions.imports.sheets import Line, Sheet, open_sheet
from kring.actions.rehearsing import agreed
from kring.actions.requiring import require_that_may
from kring.actions.welcoming import Welcome, Welcoming
from kring.contacts import numbering
from kring.contacts.details import (
    COLUMNS,
    ContactDetails,
    Given,
    merged,
    read_columns,
)
from kring.contacts.errors import UnreadableDetailsError
from kring.contacts.fields import PREFIX, FieldKinds, custom_fields
from kring.contacts.lookalikes import Known, stored_lookalikes
from kring.contacts.queries import former_numbers
from kring.contacts.records import details_of
from kring.groups.definitions import groups_asking_anything

ACTION: Final = "contacts.import"


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row whose cells were read; `alone` is what it makes of a contact by itself."""

    line: int
    given: Given
    alone: ContactDetails | None

    @property
    def number(self) -> str:
        return self.given.get("number", "")


@dataclass(slots=True)
class Plan:
    """What some rows would make of the contacts that are known."""

    known: Known
    before: dict[int, ContactDetails]
    rows: list[tuple[int, Outcome]] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)

    @property
    def added(self) -> dict[int, ContactDetails]:
        new = {contact for contact, outcome in self.rows if outcome is Outcome.NEW}
        return {contact: self.known.details[contact] for contact in sorted(new)[::-1]}

    @property
    def edited(self) -> dict[int, ContactDetails]:
        return {
            contact: self.known.details[contact]
            for contact, details in self.before.items()
            if self.known.details[contact] != details
        }

    @property
    def outcomes(self) -> Iterator[Outcome]:
        """What became of each row; rows that undo each other changed nothing."""
        edited = self.edited
        for contact, outcome in self.rows:
            if contact in self.before and contact not in edited:
                yield Outcome.UNCHANGED
            else:
                yield outcome


@dataclass(slots=True)
class _Import:
    """An import under way; its first step that writes begins the long act."""

    by: Actor
    sheet: Sheet
    header: Header
    kinds: FieldKinds
    today: date
    total: int
    reserved: frozenset[int]
    report: Report = field(default_factory=Report)
    welcome: Welcoming = Welcome.DEFAULT
    whole: int | None = None

    def part_of(self) -> int | None:
        if self.whole is None and self.total > BATCH:
            self.whole = begin_long_act(ACTION, by=self.by)
        return self.whole


class _MovedMeanwhileError(Exception):
    """Who the rows stand for changed while the locks were awaited."""


def import_contacts(
    file: Path,
    *,
    by: Actor,
    writing: Writing = Writing.REAL,
    welcome: Welcoming = Welcome.DEFAULT,
    progress: Progress = lambda _seen, _total: None,
) -> Report:
    """Add and edit contacts from a file; rows that are wrong are refused one by one.

    Raises a RefusedError when the file as a whole cannot be imported: ManyMailsError
    when it would mail more than `welcome` allows.
    """
    require_that_may(by, ACTION)
    this = _begin(file, by)
    if writing is Writing.REAL:
        this.welcome = _agreed(file, welcome, by)
    # A trial goes on with what it would have made; a real step reads what is stored.
    imagined = Known() if writing is Writing.DRY_RUN else None
    for lines in batches(this.sheet.lines(), BATCH):
        rows = list(_read(this, lines))
        if imagined is not None:
            _note(this, _planned(rows, imagined))
        else:
            _write(this, rows)
        progress(this.report.seen, this.total)
    this.report.refused.sort(key=lambda refusal: refusal.line)
    return this.report


def _agreed(file: Path, welcome: Welcoming, by: Actor) -> Welcoming:
    """How the import welcomes, now that it was rehearsed with what a trial makes."""

    def steps() -> Iterator[Callable[[Act], object]]:
        trial, known = _begin(file, by), Known()
        before: dict[int, ContactDetails] = {}
        for lines in batches(trial.sheet.lines(), BATCH):
            plan = _planned(list(_read(trial, lines)), known)
            stored = {one: plan.before[one] for one in plan.before if one > 0}
            before = stored | before
        for some in batches(known.details, BATCH):
            yield partial(_try, before=before, known=known, contacts=some)

    return agreed(
        welcome, steps(), action=ACTION, by=by, touched=groups_asking_anything()
    )


def _try(
    step: Act,
    before: Mapping[int, ContactDetails],
    known: Known,
    contacts: Sequence[int],
) -> None:
    """Write what the whole file makes of some contacts."""
    added = {one: known.details[one] for one in contacts if one not in before}
    old = {one: before[one] for one in contacts if one in before}
    edited = {
        one: known.details[one]
        for one, details in old.items()
        if known.details[one] != details
    }
    step.hold(old)
    step.hold_last_chunk()
    _add(step, added, frozenset())
    if edited:
        edit_contacts(step, old, edited)


def _begin(file: Path, by: Actor) -> _Import:
    sheet = open_sheet(file)
    kinds = custom_fields()
    known = [*COLUMNS, *(PREFIX + code for code in kinds)]
    header = Header.of(sheet, known=known)
    total, reserved = _first_look(sheet, header)
    return _Import(by, sheet, header, kinds, timezone.localdate(), total, reserved)


def _first_look(sheet: Sheet, header: Header) -> tuple[int, frozenset[int]]:
    """How many rows there are, and the numbers that they bring along."""
    total = 0
    numbers: set[int] = set()
    column = header.columns.index("number") if "number" in header.columns else None
    for _line, cells in sheet.lines():
        total += 1
        number = "" if column is None or column >= len(cells) else cells[column].strip()
        if number.isascii() and number.isdigit() and len(number) < len(str(2**63)):
            numbers.add(int(number))
    return total, frozenset(numbers)


def _read(this: _Import, lines: Collection[Line]) -> Iterator[ReadRow]:
    for line, cells in lines:
        try:
            row = this.header.row(line, cells)
            yield _read_row(row, this.kinds, this.today)
        except (RefusedError, UnreadableDetailsError) as error:
            this.report.refused.append(Refusal(line, error))


def _read_row(row: Row, kinds: FieldKinds, today: date) -> ReadRow:
    given = read_columns(row.cells, kinds=kinds, today=today)
    alone = None if given.get("number") else merged(None, given)
    return ReadRow(row.line, given, alone)


def _write(this: _Import, rows: list[ReadRow]) -> None:
    """One step; where nothing would change, nothing is locked either."""
    # A row of nobody who is known brings somebody: that need not be planned twice.
    is_sure = len(_lookalikes(rows)) < len(rows)
    plan = None if is_sure else _planned(rows, Known())
    while plan is None or plan.added or plan.edited:
        try:
            plan = _carried_out(this, rows)
            break
        except _MovedMeanwhileError:
            continue
    _note(this, plan)


def _carried_out(this: _Import, rows: list[ReadRow]) -> Plan:
    with act(ACTION, by=this.by, part_of=this.part_of(), welcome=this.welcome) as step:
        held = _lookalikes(rows)
        step.hold(held)
        step.hold_last_chunk()
        plan = _planned(rows, Known())
        if not plan.before.keys() <= held:
            raise _MovedMeanwhileError
        _add(step, plan.added, this.reserved)
        if plan.edited:
            edit_contacts(step, plan.before, plan.edited)
    return plan


def _add(step: Act, added: dict[int, ContactDetails], reserved: frozenset[int]) -> None:
    if not added:
        return
    unnumbered = [contact for contact, one in added.items() if not one.number]
    free = numbering.free_numbers(len(unnumbered), reserved=reserved)
    numbers = dict(zip(unnumbered, free, strict=True))
    add_contacts(
        step,
        [
            replace(details, number=numbers.get(contact, details.number))
            for contact, details in added.items()
        ],
    )


def _planned(rows: list[ReadRow], known: Known) -> Plan:
    """What the rows would make, one after another, of who is known and stored."""
    stored = details_of(_lookalikes(rows) - known.details.keys())
    for contact, details in stored.items():
        known.know(contact, details)
    # A number that led elsewhere since a merge means the contact it leads to.
    known.numbers |= former_numbers(row.number for row in rows if row.number)
    plan = Plan(known, dict(known.details))
    for row in rows:
        try:
            plan.rows.append(_applied(row, known))
        except (RefusedError, UnreadableDetailsError) as error:
            plan.refused.append(Refusal(row.line, error))
    return plan


def _lookalikes(rows: list[ReadRow]) -> set[int]:
    return stored_lookalikes(
        [row.number for row in rows if row.number],
        [row.alone for row in rows if row.alone is not None],
    )


def _applied(row: ReadRow, known: Known) -> tuple[int, Outcome]:
    contact = _meant(row, known)
    if contact is None:
        return known.know_new(merged(None, row.given)), Outcome.NEW
    before = known.details[contact]
    after = replace(merged(before, row.given), number=before.number)
    if after == before:
        return contact, Outcome.UNCHANGED
    known.know(contact, after)
    return contact, Outcome.CHANGED


def _meant(row: ReadRow, known: Known) -> int | None:
    """Who the row stands for; None when that is someone new."""
    if row.alone is None:
        return known.numbers.get(row.number)
    alike = sorted(known.alike(row.alone))
    if len(alike) > 1:
        numbers = [known.details[contact].number for contact in alike]
        raise SeveralContactsError([number for number in numbers if number])
    return alike[0] if alike else None


def _note(this: _Import, plan: Plan) -> None:
    this.report.count(plan.outcomes)
    this.report.refused.extend(plan.refused)
