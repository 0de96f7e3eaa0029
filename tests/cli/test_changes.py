"""`kring change …` and `kring group members --at`."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from typer.testing import CliRunner

from kring.actions import members
from kring.cli.app import app
from kring.groups.models import Change
from tests.world import World


@pytest.fixture
def kring(world: World, settings):
    """Runs a command in this process, on the connection of the test."""
    settings.DATABASE_IS_EMBEDDED = False
    return lambda *words: CliRunner().invoke(app, words)


@pytest.fixture
def placed(world: World) -> int:
    ada = world.contact("Ada")
    done = members.place([ada], world.group("Koor"), by=world.by, reason="zingt")
    return done.change or 0


def test_what_was_done_is_listed_newest_first(kring, placed) -> None:
    printed = kring("change", "list").stdout
    assert str(placed) in printed
    assert "zingt" in printed
    listed = json.loads(kring("change", "list", "--json", "--limit", "2").stdout)
    assert [change["action"] for change in listed] == ["members.place", "group.create"]


def test_changes_of_one_group_are_listed(kring, world, placed) -> None:
    world.group("Band")
    listed = json.loads(kring("change", "list", "--group", "Koor", "--json").stdout)
    assert listed[0]["number"] == placed
    assert len(listed) == 2
    assert kring("change", "list", "--group", "Kor").exit_code == 1


def test_one_change_is_shown_with_what_turned(kring, world, placed) -> None:
    assert "Koor" in kring("change", "show", str(placed)).stdout
    told = json.loads(kring("change", "show", str(placed), "--json").stdout)
    [ada] = world.members("Koor")
    turned = {"group": world.group("Koor"), "contact": ada, "joined": True}
    assert told["turns"] == [turned]
    assert kring("change", "show", "999").exit_code == 1


def test_a_change_is_undone_once(kring, world, placed) -> None:
    done = json.loads(kring("change", "undo", str(placed), "--json").stdout)
    assert (done["undone"], done["count"]) == (placed, 1)
    assert Change.objects.get(pk=done["change"]).undoes_id == placed
    assert world.members("Koor") == set()
    again = kring("change", "undo", str(placed))
    assert again.exit_code == 1
    assert str(done["change"]) in again.stderr


def test_members_on_a_date_are_printed(kring, world, placed) -> None:
    Change.objects.update(at=timezone.now() - timedelta(days=5))
    world.take(*world.members("Koor"), "Koor")
    before = (timezone.localdate() - timedelta(days=1)).isoformat()
    words = ("group", "members", "Koor", "--format", "json")
    then = json.loads(kring(*words, "--at", before).stdout)
    assert [member["name"] for member in then] == ["Ada"]
    assert json.loads(kring(*words).stdout) == []
    assert kring(*words, "--at", "gisteren").exit_code == 1


def test_of_a_day_before_kring_knew_it_is_said_from_when_it_knows(kring, world) -> None:
    world.contact("Ada", groups=["Koor"])
    early = kring("group", "members", "Koor", "--at", "2020-01-01", "--format", "json")
    assert json.loads(early.stdout) == []
    assert early.stderr.startswith("Kring weet sinds ")
    today = timezone.localdate().isoformat()
    assert not kring("group", "members", "Koor", "--at", today).stderr


def test_nobody_is_told_as_a_member_of_a_day_to_come(kring, world) -> None:
    world.contact("Ada", groups=["Koor"])
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    told = kring("group", "members", "Koor", "--at", tomorrow)
    assert told.exit_code == 1
    assert told.stdout == ""
    assert told.stderr == "--at kan niet in de toekomst liggen.\n"


def test_a_number_that_is_none_is_told_from_which_on_numbers_are(kring) -> None:
    told = kring("change", "undo", "abc")
    assert told.exit_code == 2
    assert "number is een heel getal van minstens 1." in told.stderr
