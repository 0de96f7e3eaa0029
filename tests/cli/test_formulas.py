from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from typer.testing import CliRunner

from kring.cli.app import app
from kring.groups.models import Group
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


@pytest.mark.parametrize("written", ["2026-12-31", "31-12-2026"])
def test_a_date_is_read_in_both_forms(run, written: str) -> None:
    assert run("add", "Koor", "--ends-on", written).exit_code == 0
    assert Group.objects.get(name="Koor").ends_on == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("31-02-2026", "De dag “31-02-2026” bestaat niet."),
        ("morgen", "“morgen” is geen datum."),
    ],
)
def test_what_is_no_date_is_refused_in_words(run, written: str, said: str) -> None:
    refused = run("add", "Koor", "--starts-on", written)
    assert refused.exit_code == 1
    assert said in refused.stderr
    assert not Group.objects.filter(name="Koor").exists()


def test_a_field_that_does_not_exist_is_told(run) -> None:
    refused = run("add", "Koor", "--formula", '[Kleur] is "rood"')
    assert refused.exit_code == 1
    assert "Er is geen veld “Kleur”." in refused.stderr


@pytest.mark.parametrize(
    "formula", ['("Leden"', '"Leden" en', 'minstens 3 van ("Leden")']
)
def test_a_formula_that_cannot_be_read_is_told_with_its_place(run, formula) -> None:
    refused = run("add", "Koor", "--formula", formula)
    assert refused.exit_code == 1
    assert "regel 1, positie" in refused.stderr


@pytest.mark.parametrize(
    ("option", "written", "said"),
    [
        ("--definition", "{", "Dit is geen JSON: het gaat mis op regel 1, positie 2."),
        (
            "--definition",
            "[]",
            "Hier hoort een object te staan, maar er staat een lijst.",
        ),
        ("--definition", '{"all": 1}', "een lijst van onderdelen"),
        ("--formula", '"Leden" en', "een groep, een voorwaarde, ("),
        ("--formula", '"Leden" en', "maar er staat het einde."),
    ],
)
def test_no_word_of_a_refusal_is_english(run, option, written, said) -> None:
    refused = run("add", "Koor", option, written)
    assert refused.exit_code == 1
    assert said in " ".join(refused.stderr.split())


def test_a_command_waits_for_members_in_every_chunk(run, world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("update chunk set last_id = 65535")
    world.contact("Cas")
    made = run("add", "Alle", "--definition", '{"everyone": true}')
    assert "3 leden" in made.stdout
    assert world.names_in("Alle") == ["Ada", "Ben", "Cas"]
