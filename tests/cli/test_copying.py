"""`kring group copy` and `kring group freeze`."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from kring.cli.app import app
from kring.groups.models import Group
from tests.world import World


@pytest.fixture
def kring(world: World, settings):
    settings.DATABASE_IS_EMBEDDED = False
    world.contact("Ada", groups=["Leden"])
    return lambda *words: CliRunner().invoke(app, words)


def test_a_group_is_copied(kring, world: World):
    printed = kring("group", "copy", "Leden", "Leden twee").stdout
    assert printed.startswith("Leden twee (")
    assert world.names_in("Leden twee") == ["Ada"]


def test_a_group_is_kept_as_a_static_one(kring, world: World):
    world.group("Actief", {"group": "Leden"})
    told = kring("group", "freeze", "actief", "Actief, vast", "--json").stdout
    made = json.loads(told)
    assert (made["kind"], made["member_count"]) == ("static", 1)


@pytest.mark.parametrize(
    "words",
    [
        ("copy", "Onbekend", "Twee"),
        ("copy", "Leden", "LEDEN"),
        ("freeze", "Leden", "Leden, vast"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(kring, words):
    result = kring("group", *words)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    assert Group.objects.count() == 1
