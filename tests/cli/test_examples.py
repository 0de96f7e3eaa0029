"""`kring group examples`: what must be so in a group, and whether it is."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from kring.cli.app import app
from kring.contacts.models import Contact
from kring.groups.examples import examples_of
from tests.world import World


@pytest.fixture
def kring(world: World, settings):
    """Runs a command in this process, on the connection of the test."""
    settings.DATABASE_IS_EMBEDDED = False
    world.contact("Ada", groups=["Leden"])
    world.contact("Cas", groups=["Koor"])
    world.group("Actief", {"group": "Leden"})

    def run(*words: str):
        return CliRunner().invoke(app, ("group", *words))

    return run


def number(name: str) -> str:
    return Contact.objects.get(last_name=name).number


@pytest.fixture
def kept(kring):
    assert kring("examples", "Actief", "add", "--in", number("Ada")).exit_code == 0


def test_examples_are_added_and_shown(kring, kept) -> None:
    size = ("--at-least", "2", "--at-most", "5")
    answer = kring("examples", "Actief", "add", "--out", number("Cas"), *size)
    assert answer.exit_code == 0
    shown = kring("examples", "Actief").stdout
    assert "2 tot en met 5 leden" in shown
    assert "Ada" in shown
    assert "Cas" in shown


def test_as_json_each_says_whether_it_holds(kring, kept) -> None:
    kring("examples", "Actief", "add", "--in", number("Cas"))
    told = json.loads(kring("examples", "Actief", "--json").stdout)
    assert told["broken_examples"] == "warn"
    assert [(one["number"], one["holds"]) for one in told["examples"]] == [
        (number("Ada"), True),
        (number("Cas"), False),
    ]


def test_an_example_is_removed_by_its_number(kring, kept, world) -> None:
    group = world.group("Actief")
    [one] = examples_of(group)
    assert kring("examples", "Actief", "remove", "--example", "999").exit_code == 1
    answer = kring("examples", "Actief", "remove", "--example", str(one.id))
    assert answer.exit_code == 0
    assert examples_of(group) == []


def test_a_broken_example_stops_an_edit_unless_told_to_go_on(kring, kept, world):
    edit = ("edit", "Actief", "--formula", '"Koor"')
    refused = kring(*edit)
    assert refused.exit_code == 1
    assert "Ada" in refused.stderr
    assert "moet erin" in " ".join(refused.stderr.split())
    assert kring(*edit, "--despite-examples").exit_code == 0
    assert world.names_in("Actief") == ["Cas"]


def test_a_group_can_refuse_what_breaks_its_examples(kring, kept, world):
    assert kring("examples", "Actief", "--broken", "block").exit_code == 0
    edit = ("edit", "Actief", "--formula", '"Koor"', "--despite-examples")
    refused = kring(*edit)
    assert refused.exit_code == 1
    assert "niet opgeslagen" in " ".join(refused.stderr.split())
    assert world.names_in("Actief") == ["Ada"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("Niets",), "geen groep"),
        (("Leden", "add", "--at-least", "1"), "statische groep"),
        (("Actief", "add"), "--in"),
        (("Actief", "add", "--in", "onbekend"), "geen contact"),
        (("Actief", "add", "--at-least", "3", "--at-most", "2"), "hele getallen"),
        (("Actief", "remove"), "--example"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(kring, words, said):
    answer = kring("examples", *words)
    assert answer.exit_code == 1
    assert said in " ".join(answer.stderr.split())
