"""Importing memberships: contacts are placed in static groups by their number."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from kring.accounts.actors import OPERATOR, Actor, ActorKind
from kring.accounts.models import StaffRole
from kring.actions import groups
from kring.actions.contacts import create_contact
from kring.actions.errors import NotAllowedError
from kring.actions.imports import errors
from kring.actions.imports import members as importing
from kring.actions.imports.members import UnknownGroups, import_members
from kring.actions.imports.rows import Report, Writing
from kring.contacts.details import Given
from kring.contacts.queries import ids_numbered
from kring.groups.models import Change, Group, Placement
from tests.actions.imports.files import counts, refusals, written
from tests.world import World


def imported(
    folder: Path,
    text: str,
    *,
    unknown: UnknownGroups = UnknownGroups.REFUSE,
    writing: Writing = Writing.REAL,
) -> Report:
    path = written(folder, text)
    return import_members(path, by=OPERATOR, unknown=unknown, writing=writing)


@pytest.fixture
def ada(world: World) -> int:
    return create_contact(Given(number="A", last_name="Ada"), by=world.by)


@pytest.fixture
def ben(world: World) -> int:
    return create_contact(Given(number="B", last_name="Ben"), by=world.by)


def test_contacts_are_placed_by_number(
    world: World, tmp_path: Path, ada: int, ben: int
) -> None:
    world.group("Koor")
    world.group("not koor", {"base": {"everyone": True}, "except": [{"group": "Koor"}]})
    report = imported(tmp_path, "group;number;since\nkoor;A;1-2-2020\nKoor;B;\n")
    assert counts(report) == (2, 0, 0, 0)
    assert world.members("Koor") == {ada, ben}
    assert world.members("not koor") == set()
    assert world.faults() == []
    since = dict(Placement.objects.values_list("contact", "since"))
    assert since == {ada: date(2020, 2, 1), ben: timezone.localdate()}


def test_the_same_file_twice_changes_nothing(
    world: World, tmp_path: Path, ada: int
) -> None:
    world.group("koor")
    text = "group;number;since\nkoor;A;1-2-2020"
    imported(tmp_path, text)
    before = Change.objects.count()
    assert counts(imported(tmp_path, text)) == (0, 0, 1, 0)
    assert counts(imported(tmp_path, "group;number\nkoor;A")) == (0, 0, 1, 0)
    assert Change.objects.count() == before
    assert Placement.objects.get(contact=ada).since == date(2020, 2, 1)


def test_another_date_changes_the_membership(
    world: World, tmp_path: Path, ada: int
) -> None:
    world.put(ada, "koor")
    report = imported(tmp_path, "group;number;since\nkoor;A;1-2-2020")
    assert counts(report) == (0, 1, 0, 0)
    assert Placement.objects.get(contact=ada).since == date(2020, 2, 1)


def test_wrong_rows_are_refused_by_line(world: World, tmp_path: Path, ada: int) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    world.group("koor")
    world.group("all", {"everyone": True})
    groups.close_group(world.group("oud"), by=world.by)
    report = imported(
        tmp_path,
        f"""
        group;number;since
        koor;X;
        none;A;
        all;A;
        oud;A;
        koor;A;{tomorrow}
        koor;A;gisteren
        ;A;
        koor;;2020-01-01
        koor;A;2020-01-01
        """,
    )
    assert refusals(report) == {
        2: "UnknownNumberError",
        3: "UnknownGroupNameError",
        4: "StaticGroupNeededError",
        5: "GroupClosedError",
        6: "UnreadableDetailsError",
        7: "UnreadableDetailsError",
        8: "CellMissingError",
        9: "CellMissingError",
    }
    assert counts(report) == (1, 0, 0, 8)
    assert world.members("koor") == {ada}


def test_a_file_without_numbers_is_refused(world: World, tmp_path: Path) -> None:
    with pytest.raises(errors.MissingColumnsError):
        imported(tmp_path, "group;since\nkoor;2020-01-01")


def test_unknown_groups_are_made_when_that_is_asked(
    world: World, tmp_path: Path, ada: int
) -> None:
    text = f"group;number\nNieuw;A\nnieuw;A\nLeeg;X\n{'a' * 300};A"
    report = imported(tmp_path, text, unknown=UnknownGroups.CREATE)
    assert report.groups_made == ["Nieuw"]
    assert refusals(report) == {4: "UnknownNumberError", 5: "UnknownGroupNameError"}
    assert world.members("Nieuw") == {ada}
    assert Group.objects.count() == 1


def test_a_trial_writes_nothing(
    world: World,
    tmp_path: Path,
    ada: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(importing, "BATCH", 1)
    before = Change.objects.count()
    report = imported(
        tmp_path,
        "group;number\nNieuw;A\nnieuw;A\nAnders;A",
        unknown=UnknownGroups.CREATE,
        writing=Writing.DRY_RUN,
    )
    assert counts(report) == (2, 0, 1, 0)
    assert report.groups_made == ["Nieuw", "Anders"]
    assert (Group.objects.count(), Change.objects.count()) == (0, before)


def test_a_file_in_batches_is_one_long_act(
    world: World,
    tmp_path: Path,
    ada: int,
    ben: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world.group("koor")
    monkeypatch.setattr(importing, "BATCH", 1)
    imported(tmp_path, "group;number\nkoor;A\nkoor;B")
    [whole] = Change.objects.filter(action="members.import", part_of=None)
    assert Change.objects.filter(part_of=whole).count() == 2
    assert world.members("koor") == {ada, ben}


def test_a_contact_that_appears_while_locks_are_awaited_is_locked_too(
    world: World, tmp_path: Path, ada: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.group("koor")
    # The second time is the one that is locked by; then nobody had come yet.
    answers = iter([ids_numbered, lambda _numbers: {}, *[ids_numbered] * 3])

    def numbered(numbers: Iterable[str]) -> dict[str, int]:
        return next(answers)(numbers)

    monkeypatch.setattr(importing, "ids_numbered", numbered)
    assert counts(imported(tmp_path, "group;number\nkoor;A")) == (1, 0, 0, 0)
    assert list(answers) == []
    assert world.members("koor") == {ada}


def test_readers_import_nothing(tmp_path: Path) -> None:
    reader = Actor(ActorKind.USER, None, StaffRole.READER)
    with pytest.raises(NotAllowedError):
        import_members(written(tmp_path, "group;number"), by=reader)
