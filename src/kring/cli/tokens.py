"""`kring token …`: what programs sign in with at the API."""

from __future__ import annotations

from typing import Annotated

import typer
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from kring.accounts import tokens
from kring.accounts.actors import OPERATOR
from kring.accounts.models import Token
from kring.accounts.queries import user_with_email
from kring.actions.tokens import add_token, revoke_token
from kring.cli.frame import database_command, fail
from kring.cli.tables import print_json, print_table

app = typer.Typer(no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help=_("Print JSON."))]


@app.command("add", help=_("Give out a token for the API, and print it once."))
@database_command
def add(
    name: Annotated[str, typer.Argument(help=_("What the token is for."))],
    user: Annotated[
        str, typer.Option(help=_("The e-mail address of the user it acts for."))
    ],
    *,
    as_json: Json = False,
) -> None:
    found = user_with_email(user)
    if found is None:
        fail(_("Nobody signs in with %(email)s.") % {"email": user})
    given = add_token(name, user=found, by=OPERATOR)
    if as_json:
        print_json({**_facts(given.token), "token": given.secret})
        return
    typer.echo(
        _("Token %(number)s acts for %(email)s. It is shown once, so keep it safe:")
        % {"number": given.token.pk, "email": found.email}
    )
    typer.echo(given.secret)


@app.command("list", help=_("Show the tokens, and when they were last used."))
@database_command
def list_tokens(*, as_json: Json = False) -> None:
    rows = list(tokens.tokens())
    if as_json:
        print_json([_facts(row) for row in rows])
        return
    print_table(
        [_("Number"), _("Name"), _("User"), _("Last used"), _("Status")],
        [
            (row.pk, row.name, row.user.email, _last_used(row), _status(row))
            for row in rows
        ],
    )


@app.command("revoke", help=_("Let nobody sign in with a token any more."))
@database_command
def revoke(
    number: Annotated[int, typer.Argument(help=_("The number of the token."))],
) -> None:
    revoked = revoke_token(number, by=OPERATOR)
    typer.echo(_("Revoked: %(name)s.") % {"name": revoked.name})


def _facts(token: Token) -> dict[str, object]:
    return {
        "number": token.pk,
        "name": token.name,
        "user": token.user.email,
        "created_at": token.created_at,
        "last_used_at": token.last_used_at,
        "revoked_at": token.revoked_at,
    }


def _last_used(token: Token) -> str:
    if token.last_used_at is None:
        return _("never")
    return date_format(localtime(token.last_used_at), "j F Y H:i")


def _status(token: Token) -> str:
    return _("revoked") if token.revoked_at else _("in use")
