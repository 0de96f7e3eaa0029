"""`kring group lint`: what needs attention, and its exit code."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from kring.accounts.models import StaffRole, User
from kring.cli.app import app
from tests.world import World


@pytest.fixture
def kring(db, settings):
    settings.DATABASE_IS_EMBEDDED = False
    return lambda *words: CliRunner().invoke(app, ["group", "lint", *words])


def test_nothing_found_is_said_and_succeeds(kring):
    result = kring()
    assert (result.exit_code, result.stdout) == (0, "Geen groep vraagt aandacht.\n")
    assert json.loads(kring("--json").stdout) == []


def test_what_is_found_is_told_in_words_and_fails(kring, world: World):
    user = User.objects.create(email="a@kring.example", staff_role=StaffRole.STAFF)
    world.contact("Ada", groups=["Leden"])
    never = {"base": {"group": "Leden"}, "except": [{"group": "Leden"}]}
    world.group("Leeg", never, responsible=user.pk, visible_on_portal=True)
    result = kring()
    assert result.exit_code == 1
    told = " ".join(result.stdout.split())
    assert "in Leden, behalve wie in Leden zit" in told
    assert "Niemand die kan inloggen" in told
    found = json.loads(kring("--json").stdout)
    assert [(one["name"], one["kind"]) for one in found] == [
        ("Leden", "without_responsible"),
        ("Leeg", "always_empty"),
    ]
    assert found[1]["part"]["except"] == [{"group": world.group("Leden")}]
