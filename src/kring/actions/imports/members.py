"""Importing memberships: contacts, by their number, are placed in static groups."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from django.utils import timezone

from kring.accounts.actors import Actor
from kring.actions.acts import Act, act, begin_long_act
from kring.actions.batches import batches
from kring.actions.errors import (
    GroupClosedError,
    RefusedError,
    StaticGroupNeededError,
    UnknownGroupNameError,
)
from kring.actions.groups import create_group
from kring.actions.imports.errors import CellMissingError, UnknownNumberError
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
from kring.algebra.text import fold
from kring.contacts.details import read_number
from kring.contacts.errors import (
    ColumnProblem,
    Problem,
    UnreadableDetailsError,
    UnreadableValueError,
)
from kring.contacts.queries import ids_numbered
from kring.contacts.values import read_date
from kring.groups import placements
from kring.groups.models import Effect, Group
from kring.groups.placements import Placed
from kring.groups.settings import GroupSettings

ACTION: Final = "members.import"
NEEDED: Final = ("group", "number")
COLUMNS: Final = (*NEEDED, "since")


class UnknownGroups(Enum):
    """What becomes of a group that a file names and that does not exist."""

    REFUSE = "refuse"
    CREATE = "create"


Value = TypeVar("Value")
Pair = tuple[int, int]
"""A group and a contact."""


@dataclass(frozen=True, slots=True)
class ReadRow:
    line: int
    group: str
    number: str
    since: date | None


@dataclass(frozen=True, slots=True)
class Target:
    """A group as far as placing in it goes; one that is imagined has no real id."""

    id: int
    name: str
    is_derived: bool = False
    is_closed: bool = False


@dataclass(slots=True)
class Plan:
    """The placements that some rows ask for, over those that stand."""

    before: dict[Pair, Placed]
    after: dict[Pair, Placed]
    rows: list[tuple[Pair, Outcome]] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)

    @property
    def wanted(self) -> dict[Pair, Placed]:
        return {
            pair: placed
            for pair, placed in self.after.items()
            if self.before.get(pair) != placed
        }

    @property
    def outcomes(self) -> Iterator[Outcome]:
        """What became of each row; rows that undo each other changed nothing."""
        wanted = self.wanted
        for pair, outcome in self.rows:
            yield outcome if pair in wanted else Outcome.UNCHANGED


@dataclass(slots=True)
class _Import:
    """An import under way; its first step that writes begins the long act."""

    by: Actor
    header: Header
    today: date
    total: int
    unknown: UnknownGroups
    report: Report = field(default_factory=Report)
    welcome: Welcoming = Welcome.DEFAULT
    whole: int | None = None

    def part_of(self) -> int | None:
        if self.whole is None and self.total > BATCH:
            self.whole = begin_long_act(ACTION, by=self.by)
        return self.whole


@dataclass(slots=True)
class _Trial:
    """What a trial would have made so far: groups by folded name, and placements."""

    groups: dict[str, Target] = field(default_factory=dict)
    placed: dict[Pair, Placed] = field(default_factory=dict)


class _MovedMeanwhileError(Exception):
    """Who the rows stand for changed while the locks were awaited."""


def import_members(
    file: Path,
    *,
    by: Actor,
    unknown: UnknownGroups = UnknownGroups.REFUSE,
    writing: Writing = Writing.REAL,
    welcome: Welcoming = Welcome.DEFAULT,
    progress: Progress = lambda _seen, _total: None,
) -> Report:
    """Place contacts in static groups from a file; wrong rows are refused one by one.

    Raises a RefusedError when the file as a whole cannot be imported: ManyMailsError
    when it would mail more than `welcome` allows.
    """
    require_that_may(by, ACTION)
    sheet = open_sheet(file)
    this = _begin(sheet, by, unknown)
    if writing is Writing.REAL:
        this.welcome = _agreed(sheet, welcome, by)
    trial = _Trial() if writing is Writing.DRY_RUN else None
    for lines in batches(sheet.lines(), BATCH):
        rows = list(_read(this, lines))
        if trial is not None:
            _imagine(this, rows, trial)
        else:
            _write(this, rows)
        progress(this.report.seen, this.total)
    this.report.refused.sort(key=lambda refusal: refusal.line)
    return this.report


def _agreed(sheet: Sheet, welcome: Welcoming, by: Actor) -> Welcoming:
    """How the import welcomes, now that it was rehearsed with what a trial makes.

    Groups that it makes itself welcome nobody.
    """
    this, trial = _begin(sheet, by, UnknownGroups.REFUSE), _Trial()

    def steps() -> Iterator[Callable[[Act], object]]:
        for lines in batches(sheet.lines(), BATCH):
            _imagine(this, list(_read(this, lines)), trial)
        placed = sorted(trial.placed.items(), key=lambda pair: pair[0][1])
        for some in batches(placed, BATCH):
            yield partial(_try, placed=dict(some))

    named = _groups_named(sheet, this.header)
    return agreed(welcome, steps(), action=ACTION, by=by, touched=named)


def _groups_named(sheet: Sheet, header: Header) -> list[int]:
    """The groups that a file names and that exist."""
    column = header.columns.index("group")
    names = {fold(c[column].strip()) for _line, c in sheet.lines() if len(c) > column}
    found = Group.objects.filter(folded_name__in=names, deleted_at__isnull=True)
    return list(found.values_list("pk", flat=True))


def _try(step: Act, placed: Mapping[Pair, Placed]) -> None:
    """Write some of the placements that the whole file makes."""
    groups = {group for group, _contact in placed}
    contacts = {contact for _group, contact in placed}
    step.hold(contacts)
    before = placements.placements_among(groups, contacts)
    _place(step, Plan(before, before | dict(placed)))


def _begin(sheet: Sheet, by: Actor, unknown: UnknownGroups) -> _Import:
    header = Header.of(sheet, known=COLUMNS, needed=NEEDED)
    total = sum(1 for _line in sheet.lines())
    return _Import(by, header, timezone.localdate(), total, unknown)


def _read(this: _Import, lines: Collection[Line]) -> Iterator[ReadRow]:
    for line, cells in lines:
        try:
            yield _read_row(this.header.row(line, cells), this.today)
        except (RefusedError, UnreadableDetailsError) as error:
            this.report.refused.append(Refusal(line, error))


def _read_row(row: Row, today: date) -> ReadRow:
    for column in NEEDED:
        if column not in row.cells:
            raise CellMissingError(column)
    written = row.cells.get("since")
    since = None if written is None else _readable("since", written, read_date)
    if written is not None and since is not None and since > today:
        raise _problem("since", written, Problem.IN_THE_FUTURE)
    return ReadRow(
        row.line,
        row.cells["group"].strip(),
        _readable("number", row.cells["number"], read_number),
        since,
    )


def _readable(column: str, text: str, read: Callable[[str], Value]) -> Value:
    try:
        return read(text)
    except UnreadableValueError as error:
        raise _problem(column, text, error.problem) from error


def _problem(column: str, text: str, problem: Problem) -> UnreadableDetailsError:
    return UnreadableDetailsError((ColumnProblem(column, text[:80], problem),))


def _imagine(this: _Import, rows: list[ReadRow], trial: _Trial) -> None:
    """One step of a trial, which goes on with what the steps before would have made."""
    for name in _missing_groups(this, rows, trial.groups):
        trial.groups[fold(name)] = Target(-1 - len(trial.groups), name)
        this.report.groups_made.append(name)
    plan = _planned(this, rows, _targets(rows) | trial.groups, trial.placed)
    trial.placed |= plan.wanted
    _note(this, plan)


def _write(this: _Import, rows: list[ReadRow]) -> None:
    """One step; where nothing would change, nothing is locked either."""
    for name in _missing_groups(this, rows, {}):
        _make_group(this, name)
    plan = _planned(this, rows, _targets(rows), {})
    while plan.wanted:
        try:
            plan = _carried_out(this, rows)
            break
        except _MovedMeanwhileError:
            continue
    _note(this, plan)


def _make_group(this: _Import, name: str) -> None:
    """A static group; where the name won't do, its rows are refused as unknown."""
    try:
        create_group(GroupSettings(name=name), by=this.by)
    except RefusedError:
        return
    this.report.groups_made.append(name)


def _carried_out(this: _Import, rows: list[ReadRow]) -> Plan:
    with act(ACTION, by=this.by, part_of=this.part_of(), welcome=this.welcome) as step:
        held = set(ids_numbered(row.number for row in rows).values())
        step.hold(held)
        plan = _planned(this, rows, _targets(rows), {})
        if not {contact for _group, contact in plan.after} <= held:
            raise _MovedMeanwhileError
        _place(step, plan)
    return plan


def _place(step: Act, plan: Plan) -> None:
    by_group: dict[int, dict[int, Placed]] = {}
    for (group, contact), placed in plan.wanted.items():
        by_group.setdefault(group, {})[contact] = placed
    for group, placed_in_group in by_group.items():
        before = {
            contact: plan.before[group, contact]
            for contact in placed_in_group
            if (group, contact) in plan.before
        }
        entries = placements.put(
            group, placed_in_group, before=before, change=step.change
        )
        step.record(*entries)
    step.follow(by_group, {contact for _group, contact in plan.wanted})


def _planned(
    this: _Import,
    rows: list[ReadRow],
    targets: Mapping[str, Target],
    imagined: dict[Pair, Placed],
) -> Plan:
    """The placements the rows ask for, one after another."""
    contacts = ids_numbered(row.number for row in rows)
    groups = [target.id for target in targets.values()]
    standing = placements.placements_among(groups, contacts.values()) | imagined
    plan = Plan(dict(standing), dict(standing))
    for row in rows:
        try:
            contact = _contact(row, contacts)
            pair = (_open_target(row, targets).id, contact)
        except RefusedError as error:
            plan.refused.append(Refusal(row.line, error))
        else:
            plan.rows.append((pair, _taken(plan, pair, row.since, this.today)))
    return plan


def _taken(plan: Plan, pair: Pair, since: date | None, today: date) -> Outcome:
    old = plan.after.get(pair)
    if old is None:
        plan.after[pair] = Placed(Effect.IN.value, since or today, None, "")
        return Outcome.NEW
    if since in (None, old.since):
        return Outcome.UNCHANGED
    plan.after[pair] = replace(old, since=since)
    return Outcome.CHANGED


def _open_target(row: ReadRow, targets: Mapping[str, Target]) -> Target:
    target = targets.get(fold(row.group))
    if target is None:
        raise UnknownGroupNameError(row.group)
    if target.is_derived:
        raise StaticGroupNeededError(target.name)
    if target.is_closed:
        raise GroupClosedError(target.id, target.name)
    return target


def _contact(row: ReadRow, contacts: Mapping[str, int]) -> int:
    if row.number not in contacts:
        raise UnknownNumberError(row.number)
    return contacts[row.number]


def _missing_groups(
    this: _Import, rows: list[ReadRow], imagined: Mapping[str, Target]
) -> list[str]:
    """The groups to make: those of rows whose contact exists."""
    if this.unknown is UnknownGroups.REFUSE:
        return []
    contacts = ids_numbered(row.number for row in rows)
    known = _targets(rows).keys() | imagined.keys()
    missing = {
        fold(row.group): row.group
        for row in reversed(rows)
        if row.number in contacts and fold(row.group) not in known
    }
    return list(reversed(missing.values()))


def _targets(rows: list[ReadRow]) -> dict[str, Target]:
    """The groups that the rows name, by folded name."""
    groups = Group.objects.filter(
        folded_name__in={fold(row.group) for row in rows}, deleted_at__isnull=True
    )
    return {
        group.folded_name: Target(
            group.pk, group.name, group.is_derived, group.is_closed
        )
        for group in groups
    }


def _note(this: _Import, plan: Plan) -> None:
    this.report.count(plan.outcomes)
    this.report.refused.extend(plan.refused)
