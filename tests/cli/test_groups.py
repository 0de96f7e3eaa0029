"""`kring group …` and `kring check`: what they print, and what they refuse."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from django.db import connection
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from kring.accounts.actors import OPERATOR
from kring.accounts.models import StaffRole
from kring.actions.users import add_user
from kring.cli.app import app
from kring.groups.models import Group
from tests.world import World


@pytest.fixture
def kring(world: World, settings):
    """Runs a command in this process, on the connection of the test."""
    settings.DATABASE_IS_EMBEDDED = False
    world.contact("Ada", groups=["Leden"])
    world.contact("Ben", groups=["Leden", "Oud-leden"])
    world.contact("Cas", groups=["Vrijwilligers"])
    return lambda *words: CliRunner().invoke(app, words)


@pytest.fixture
def refused(kring):
    """The sentence with which a command is refused; nothing has changed then."""

    def refusal(*words: str) -> str:
        before = list(Group.objects.order_by("pk").values())
        result = kring(*words)
        assert result.exit_code == 1
        assert result.stdout == ""
        assert "Traceback" not in result.stderr
        assert list(Group.objects.order_by("pk").values()) == before
        return " ".join(result.stderr.split())

    return refusal


def numbered(world: World, definition: object) -> str:
    return json.dumps(world._numbered(definition))


def names_printed(kring, group: str) -> list[str]:
    printed = kring("group", "members", group, "--format", "json").stdout
    return [member["name"] for member in json.loads(printed)]


@pytest.mark.parametrize(
    ("definition", "members"),
    [
        ({"any": [{"group": "Leden"}, {"group": "Vrijwilligers"}]}, "Ada Ben Cas"),
        ({"all": [{"group": "Leden"}, {"group": "Oud-leden"}]}, "Ben"),
        ({"base": {"everyone": True}, "except": [{"group": "Leden"}]}, "Cas"),
        (
            {
                "at_least": 2,
                "of": [{"group": "Leden"}, {"group": "Oud-leden"}, {"everyone": True}],
            },
            "Ada Ben",
        ),
    ],
)
def test_members_are_what_set_theory_says(kring, world, definition, members):
    made = kring("group", "add", "Nieuw", "--definition", numbered(world, definition))
    assert made.exit_code == 0
    assert names_printed(kring, "Nieuw") == members.split()


def test_a_group_without_definition_is_static(kring):
    made = kring("group", "add", "Koor")
    assert made.stdout == "Koor (statisch): 0 leden.\n"


def test_all_settings_can_be_given(kring):
    add_user("ans@kring.example", role=StaffRole.STAFF, by=OPERATOR)
    made = kring(
        *("group", "add", "Koor", "--json", "--description", "Zingt", "--portal"),
        *("--responsible", "ans@kring.example", "--starts-on", "2026-01-02"),
        *("--ends-on", "2026-12-31", "--role", "coach", "--at-contact"),
        *("--portal-editable", "--closed"),
    )
    group = json.loads(made.stdout)
    expected = {
        "name": "Koor",
        "description": "Zingt",
        "responsible": "ans@kring.example",
        "starts_on": "2026-01-02",
        "ends_on": "2026-12-31",
        "neighbourhood_role": "coach",
        "visible_on_portal": True,
        "visible_at_contact": True,
        "editable_on_portal": True,
        "closed": True,
        "kind": "static",
        "definition": None,
        "member_count": 0,
    }
    assert {key: group[key] for key in expected} == expected


def test_what_is_not_named_stays_when_a_group_is_edited(kring):
    kring("group", "add", "Koor", "--description", "Zingt")
    edited = kring("group", "edit", "Koor", "--rename", "Zangkoor", "--json")
    group = json.loads(edited.stdout)
    assert (group["name"], group["description"]) == ("Zangkoor", "Zingt")


def test_a_group_is_deleted(kring):
    kring("group", "add", "Koor")
    assert kring("group", "delete", "Koor").stdout == "Verwijderd: Koor.\n"
    assert kring("group", "members", "Koor").exit_code == 1


def test_the_list_shows_open_groups_with_their_members(kring):
    kring("group", "add", "Dicht", "--closed")
    printed = kring("group", "list", "--json").stdout
    counts = {group["name"]: group["member_count"] for group in json.loads(printed)}
    assert counts == {"Leden": 2, "Oud-leden": 1, "Vrijwilligers": 1}


def test_the_list_can_show_closed_groups_and_one_kind(kring, world):
    kring("group", "add", "Dicht", "--closed", "--definition", '{"everyone": true}')
    printed = kring("group", "list", "--closed", "--kind", "dynamic").stdout
    assert "Dicht" in printed
    assert "Leden" in printed.splitlines()[1]  # the title of a column
    assert "Oud-leden" not in printed


def test_members_are_printed_as_a_table_by_name(kring):
    printed = kring("group", "members", "leden").stdout
    assert printed.index("Ada") < printed.index("Ben")


def test_members_are_printed_as_csv(kring):
    printed = kring("group", "members", "Leden", "--format", "csv").stdout
    rows = list(csv.DictReader(io.StringIO(printed)))
    assert [row["name"] for row in rows] == ["Ada", "Ben"]


def test_members_are_written_to_a_workbook(kring, tmp_path: Path):
    path = tmp_path / "leden.xlsx"
    options = ("--format", "xlsx", "--output", str(path))
    assert kring("group", "members", "Leden", *options).exit_code == 0
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    assert [row[1] for row in rows] == ["name", "Ada", "Ben"]


def test_a_workbook_needs_a_file_to_be_written_to(refused):
    sentence = refused("group", "members", "Leden", "--format", "xlsx")
    assert "--output" in sentence


def test_an_unknown_group_is_refused_by_name(refused):
    sentence = refused("group", "members", "Koor")
    assert sentence.startswith("Er is geen groep")
    assert "Koor" in sentence


def test_an_unknown_part_is_refused_by_number(refused):
    sentence = refused("group", "add", "Nieuw", "--definition", '{"group": 4711}')
    assert "4711" in sentence


def test_a_loop_is_refused_with_its_path(kring, refused, world):
    kring("group", "add", "A", "--definition", numbered(world, {"group": "Leden"}))
    kring("group", "add", "B", "--definition", numbered(world, {"group": "A"}))
    sentence = refused(
        "group", "edit", "A", "--definition", numbered(world, {"group": "B"})
    )
    assert "A → B → A" in sentence or "B → A → B" in sentence


def test_a_loop_through_a_role_is_refused_with_that_role(kring, refused, world):
    world.group("A", {"role": "coach"})
    kring("group", "add", "B", "--definition", numbered(world, {"group": "A"}))
    sentence = refused("group", "edit", "B", "--role", "coach")
    assert "B → A → (rol Is coach) → B" in sentence


@pytest.mark.parametrize("name", ["", "   ", "\t\n"])
def test_an_empty_name_is_refused(refused, name):
    assert refused("group", "add", name) == "Geef de groep een naam."


def test_a_name_of_ten_megabytes_is_refused(refused):
    sentence = refused("group", "add", "a" * 10_000_000)
    assert sentence.startswith("Naam is te lang")
    assert len(sentence) < 200


def test_a_name_is_taken_case_and_accents_apart(refused):
    assert "Leden" in refused("group", "add", "LÉDEN")


def test_a_group_that_others_are_made_of_is_not_deleted(kring, refused, world):
    definition = numbered(world, {"group": "Leden"})
    kring("group", "add", "Zangers", "--definition", definition)
    assert "Zangers" in refused("group", "delete", "Leden")


def test_a_day_before_the_start_is_refused(refused):
    days = ("--starts-on", "2026-02-01", "--ends-on", "2026-01-01")
    assert "ligt" in refused("group", "add", "Koor", *days)


def test_what_is_no_date_is_refused(kring):
    result = kring("group", "add", "Koor", "--starts-on", "31-02-2026")
    assert result.exit_code == 1
    assert "31-02-2026" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    "definition",
    [
        "{",
        "[]",
        '"Leden"',
        '{"any": [{"everyone": 1}]}',
        '{"group": true}',
        '{"all": []}',
        '{"ani": []}',
        '{"at_least": 3, "of": [{"everyone": true}]}',
        "[" * 100_000,
        '{"where": {"field": "schoenmaat", "op": "is", "value": 1}}',
    ],
)
def test_an_unreadable_definition_is_refused(refused, definition):
    sentence = refused("group", "add", "Nieuw", "--definition", definition)
    assert sentence
    assert len(sentence) < 400


@pytest.mark.parametrize("option", ["--responsible", "--template"])
def test_what_does_not_exist_cannot_be_chosen(refused, option):
    assert "bestaat niet" in refused("group", "add", "Koor", option, "nobody")


def test_all_bits_are_as_they_should_be(kring):
    result = kring("check")
    assert result.exit_code == 0
    assert result.stdout == "Alles is opgeslagen zoals het hoort te zijn.\n"


def test_a_bit_that_differs_from_truth_is_reported(kring, world):
    leden = world.group("Leden")
    with connection.cursor() as cursor:
        cursor.execute("delete from group_chunk where group_id = %s", [leden])
    result = kring("check", "--json")
    assert result.exit_code == 1
    assert leden in {row["group"] for row in json.loads(result.stdout)}
    assert kring("check").exit_code == 1


def test_keys_of_definitions_are_told_as_they_are_written(refused):
    told = refused("group", "add", "Nieuw", "--definition", "{}")
    assert "te staan: group, any, all," in told
    assert told.endswith("Er staat niets.")
    wrong = '{"group": 1, "grp": 2}'
    assert refused("group", "add", "Nieuw", "--definition", wrong).endswith(
        "De sleutel “grp” is hier onbekend. Gebruik group."
    )
