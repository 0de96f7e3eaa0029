"""Every command names who may."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import typer

from kring.accounts.access import Operator, access_of
from kring.cli.app import app


def commands_in(
    group: typer.Typer, path: str = "kring"
) -> Iterator[tuple[str, Callable[..., object] | None]]:
    for command in group.registered_commands:
        yield f"{path} {command.name}", command.callback
    for part in group.registered_groups:
        assert part.typer_instance
        yield from commands_in(part.typer_instance, f"{path} {part.name}")


def test_every_command_names_who_may():
    commands = dict(commands_in(app))
    nameless = [
        name
        for name, callback in commands.items()
        if callback and not isinstance(access_of(callback), Operator)
    ]
    assert commands
    assert nameless == []
