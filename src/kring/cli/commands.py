"""The frame around all commands: help and refusals in the reader's language."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any, Final, NoReturn

import typer
from django.utils.translation import gettext as _
from typer import rich_utils
from typer._click.core import Command, Context, Parameter
from typer._click.formatting import HelpFormatter
from typer.core import TyperArgument, TyperGroup, TyperOption

from kring.cli.frame import errors_console
from kring.cli.misuse import words_for_misuse

_MISUSE: Final = 2


class Commands(TyperGroup):
    """The command that all others are below."""

    def main(self, *args: Any, **named: Any) -> NoReturn:  # noqa: ANN401 — as typer's
        """Run the command that is typed; ends with 2 when it is no command."""
        _speak(self)
        try:
            code = super().main(*args, **{**named, "standalone_mode": False})
        except typer.Abort:
            errors_console.print(_("Stopped."))
            sys.exit(1)
        except typer.TyperException as error:
            _refuse(error)
        sys.exit(code)


class _Formatter(HelpFormatter):
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, _("Usage: ") if prefix is None else prefix)


class _Context(Context):
    formatter_class = _Formatter


def _speak(commands: Command) -> None:
    """Let the frame use our words; they are looked up when a command is run."""
    rich_utils.OPTIONS_PANEL_TITLE = _("Options")
    rich_utils.ARGUMENTS_PANEL_TITLE = _("Arguments")
    rich_utils.COMMANDS_PANEL_TITLE = _("Commands")
    rich_utils.DEFAULT_STRING = _("[default: {}]")
    rich_utils.REQUIRED_LONG_STRING = _("[required]")
    for command in _all(commands):
        command.context_class = _Context
        command.options_metavar = _("[OPTIONS]")
        if isinstance(command, TyperGroup):
            command.subcommand_metavar = _("COMMAND [ARGUMENTS]...")
        shown = command.get_help_option(_Context(command))
        if shown is not None:
            shown.help = _("Show this explanation.")
        for option in filter(None, (*command.params, shown)):
            _say_what_it_takes(option)


def _say_what_it_takes(parameter: Parameter) -> None:
    """In the reader's language; a flag takes nothing, of choices each is shown."""
    if isinstance(parameter, TyperArgument):
        # Its name says it.
        parameter.display_type_rich = _shows_nothing  # type: ignore[method-assign]
    elif isinstance(parameter, TyperOption) and parameter.metavar is None:
        parameter.metavar = _what_it_takes(parameter)


def _what_it_takes(option: TyperOption) -> str | None:
    taken = option.type_descriptor
    if option.is_flag:
        return ""
    if taken.is_path:
        return _("<file>")
    if taken.is_ranged or taken.annotation is int:
        return _("<number>")
    return _("<text>") if taken.annotation is str else None


def _shows_nothing(ctx: Context) -> None:  # noqa: ARG001 — given
    return None


def _all(command: Command) -> Iterator[Command]:
    yield command
    for part in getattr(command, "commands", {}).values():
        yield from _all(part)


def _refuse(error: typer.TyperException) -> NoReturn:
    """Say what was wrong, and how the command goes."""
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        sys.exit(_MISUSE)
    if context is not None:
        errors_console.print(context.get_usage(), markup=False)
        errors_console.print(
            _("Explanation: %(command)s --help") % {"command": context.command_path},
            markup=False,
        )
    errors_console.print(words_for_misuse(error), style="red", markup=False)
    sys.exit(error.exit_code)
