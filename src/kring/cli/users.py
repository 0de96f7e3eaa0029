"""`kring user …`: who signs in."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from django.utils.translation import gettext as _

from kring.accounts.actors import OPERATOR
from kring.accounts.links import password_link
from kring.accounts.models import StaffRole
from kring.actions.users import add_user, add_user_with_password
from kring.cli.frame import database_command

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _several() -> None:
    """One command alone would take the place of its group."""


@app.command("add", help=_("Add a user, and print the link that sets a password."))
@database_command
def add(
    email: Annotated[
        str, typer.Argument(help=_("The e-mail address to sign in with."))
    ],
    role: Annotated[StaffRole, typer.Option(help=_("What this user may do."))],
    name: Annotated[str, typer.Option(help=_("The name of this user."))] = "",
    *,
    password_stdin: Annotated[
        bool,
        typer.Option(
            "--password-stdin",
            help=_("Take the password from standard input, and print no link."),
        ),
    ] = False,
) -> None:
    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
        user = add_user_with_password(
            email, role=role, by=OPERATOR, name=name, password=password
        )
        typer.echo(_("Added: %(email)s.") % {"email": user.email})
        return
    user = add_user(email, role=role, by=OPERATOR, name=name)
    typer.echo(
        _("Added: %(email)s. This link sets a password, once and within a day:")
        % {"email": user.email}
    )
    typer.echo(password_link(user))
