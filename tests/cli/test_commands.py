"""What all commands have in common."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import typer
from typer.testing import CliRunner

from kring.cli.app import app


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
    assert "Usage" in result.output


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_an_unknown_option_is_misuse(words):
    result = CliRunner().invoke(app, [*words, "--nonsense"])
    assert result.exit_code == 2
    assert "--nonsense" in result.output
