from __future__ import annotations

import pytest
from typer.testing import CliRunner

from kring.cli.app import app
from tests.world import World


@pytest.fixture
def run(world: World, settings):
    # The commands run in this process, on the connection of the test.
    settings.DATABASE_IS_EMBEDDED = False
    world.contact("Ada", groups=["Leden"])
    world.contact("Ben", groups=["Leden", "Oud-leden"])
    return lambda *given: CliRunner().invoke(app, ["group", *given])


def test_a_group_is_made_from_a_formula(run, world: World) -> None:
    made = run("add", "Echt", "--formula", '"leden" en niet "Oud-leden"')
    assert made.exit_code == 0
    assert world.names_in("Echt") == ["Ada"]


def test_a_misspelt_name_is_told_with_its_place_and_what_was_meant(run) -> None:
    refused = run("add", "Echt", "--formula", '"Leden" of "Out-leden"')
    assert refused.exit_code == 1
    assert "positie 12" in refused.stderr
    assert "Bedoel je “Oud-leden”?" in refused.stderr


def test_a_formula_and_json_together_are_refused(run) -> None:
    both = run("add", "X", "--formula", '"Leden"', "--definition", '{"group": 1}')
    assert both.exit_code == 1
    assert "niet allebei" in both.stderr
