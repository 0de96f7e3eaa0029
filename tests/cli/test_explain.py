"""`kring group explain`: why a contact is in a group, as words and as JSON."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from kring.cli.app import app
from tests.world import World


@pytest.fixture
def kring(world: World, settings):
    settings.DATABASE_IS_EMBEDDED = False
    world.contact("Ada", groups=["Leden"])
    world.contact("Ben", groups=["Leden", "Oud-leden"])
    part = {"group": "Leden"}
    world.group("Actief", {"base": part, "except": [{"group": "Oud-leden"}]})
    return lambda *words: CliRunner().invoke(app, ["group", "explain", *words])


def test_it_tells_who_is_in_line_by_line(kring, world):
    result = kring("Actief", f"T{min(world.members('Leden'))}")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert "Ada zit in" in lines[0]
    assert ". Sinds " in lines[0]
    assert lines[0].endswith(".")
    assert "✓ in Leden" in result.stdout
    assert "✗ behalve: in Oud-leden" in result.stdout
    assert lines[-1].startswith("Dat verandert als Ada ")


def test_json_has_the_tree(kring, world):
    result = kring("Actief", f"T{max(world.members('Leden'))}", "--json")
    told = json.loads(result.stdout)
    assert told["in"] is False
    assert [part["holds"] for part in told["tree"]["except"]] == [True]
    assert told["turn"]["flips"][0]["text"] == "in Oud-leden"
    assert told["turn"]["proof"] == "smallest"


@pytest.mark.parametrize("words", [("Koor", "T1"), ("Leden", "T999"), ("Leden", "")])
def test_what_does_not_exist_is_refused(kring, words):
    result = kring(*words)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "Er is geen" in result.stderr
