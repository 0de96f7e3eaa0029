"""`kring check`: what it tells, and what it mends."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from typer.testing import CliRunner

from kring.cli.app import app
from kring.groups.check import Fault
from kring.ui.words_check import words_for_fault
from tests.world import World


@pytest.fixture
def kring(world: World, settings):
    settings.DATABASE_IS_EMBEDDED = False
    world.contact("Ada", groups=["Leden"])
    return lambda *words: CliRunner().invoke(app, words)


@pytest.fixture
def spoiled(world: World) -> int:
    leden = world.group("Leden")
    with connection.cursor() as cursor:
        cursor.execute("delete from group_chunk where group_id = %s", [leden])
    return leden


def test_what_differs_is_told_with_the_name_of_the_group(kring, spoiled):
    result = kring("check")
    assert result.exit_code == 1
    assert "leden wijken af van de waarheid" in result.stdout
    assert "Leden" in result.stdout


def test_what_differs_is_mended(kring, spoiled, world):
    result = kring("check", "--repair")
    assert result.exit_code == 0
    assert "2 verschillen zijn hersteld." in result.stdout
    assert world.names_in("Leden") == ["Ada"]
    assert kring("check").exit_code == 0


def test_what_was_mended_is_told_as_json(kring, spoiled):
    told = json.loads(kring("check", "--repair", "--json").stdout)
    assert {row["fault"] for row in told["found"]} == {
        "not_as_truth",
        "not_as_history",
    }
    assert {row["group"] for row in told["found"]} == {spoiled}
    assert told["left"] == []


def test_where_nothing_differs_nothing_is_mended(kring):
    result = kring("check", "--repair")
    assert (result.exit_code, result.stdout) == (
        0,
        "Alles is opgeslagen zoals het hoort te zijn.\n",
    )


@pytest.mark.parametrize("fault", Fault)
def test_each_fault_has_words(fault):
    assert words_for_fault(fault) != fault.value
