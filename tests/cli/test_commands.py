"""What all commands have in common."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import typer
from django.utils import translation
from typer.testing import CliRunner

from kring.cli.app import app
from kring.cli.misuse import words_for_misuse


def commands(command: object, path: tuple[str, ...] = ()) -> Iterator[list[str]]:
    """The words of every command and group of commands."""
    yield list(path)
    for name, part in getattr(command, "commands", {}).items():
        yield from commands(part, (*path, name))


ALL = list(commands(typer.main.get_command(app)))


def test_there_are_commands():
    assert ["group", "add"] in ALL
    assert ["demo"] in ALL


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_every_command_explains_itself(words):
    result = CliRunner().invoke(app, [*words, "--help"])
    assert result.exit_code == 0
    assert "Gebruik: " in result.output
    assert "Deze uitleg" in result.output
    for english in ("Usage", "Options", "Show this", "[default", "<bool>", "<str>"):
        assert english not in result.output


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_an_unknown_option_is_misuse(words):
    result = CliRunner().invoke(app, [*words, "--nonsense"])
    assert result.exit_code == 2
    assert "De optie --nonsense bestaat niet." in result.output


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("group add", "Wat ontbreekt, is: name."),
        ("group bogus", "Het commando “bogus” bestaat niet."),
        ("grup", "Het commando “grup” bestaat niet. Bedoel je 'group'?"),
        ("group list --kindd x", "De optie --kindd bestaat niet. Bedoel je --kind?"),
        ("group list --kind x", "Kies voor --kind uit: static, dynamic, composite."),
        ("group delete a b c", "Dit is meer dan het commando vraagt: b c."),
        ("group add X --role", "Bij de optie --role hoort een waarde."),
        ("group add X --portal=3", "Bij de optie --portal hoort geen waarde."),
        ("serve --port 0", "--port is een heel getal van 1 tot en met 65535."),
        ("serve --port x", "--port is een heel getal van 1 tot en met 65535."),
    ],
)
def test_misuse_is_told_in_dutch_with_the_way_to_help(typed, said):
    result = CliRunner().invoke(app, typed.split())
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())
    assert "Usage" not in result.output


@pytest.mark.parametrize("words", [[], ["group"]])
def test_what_has_commands_below_it_shows_them(words):
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 2
    assert "Commando's" in result.output
    assert result.stderr == ""


def test_misuse_is_told_in_english_as_well():
    with translation.override("en"):
        result = CliRunner().invoke(app, ["group", "add", "--help"])
        assert "Usage: " in result.output
        refused = CliRunner().invoke(app, ["group", "bogus"])
    assert "There is no command “bogus”." in refused.stderr


def test_a_misuse_without_words_of_ours_is_told_as_it_came():
    assert words_for_misuse(typer.TyperException("Odd.")) == "Odd."
    unfit = typer.BadParameter("Odd.", param_hint="--x")
    assert words_for_misuse(unfit) == "Wat is opgegeven bij --x, past niet: Odd."
