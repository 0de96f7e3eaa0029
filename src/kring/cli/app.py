"""The command `kring` and the commands below it."""

from __future__ import annotations

import typer
from django.utils.translation import gettext as _

from kring.cli import check, groups

app = typer.Typer(
    name="kring",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help=_("Kring knows who belongs to which group."),
)
app.add_typer(groups.app, name="group", help=_("Groups and their members."))
app.command("check", help=_("Compare every stored bit with truth."))(check.check)
