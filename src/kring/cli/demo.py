"""`kring demo`: a cooperative to try Kring with, all of it in one command."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from http.client import HTTPConnection, HTTPException
from typing import Annotated, NoReturn

import typer
from django.conf import settings
from django.db import connections
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
)

from kring.accounts.access import operator_may
from kring.actions.demo.loading import PASSWORD, USERS, OtherDataError, load
from kring.actions.demo.mails import one_has_come_back
from kring.actions.jobs import a_worker_lives
from kring.actions.tables import update_tables
from kring.cli.frame import database, errors_console, fail, in_words
from kring.cli.ports import require_free
from kring.cli.run import HOST, PORT, Port
from kring.cli.together import Child, all_run, running, wait_for_an_end
from kring.cli.watch import stop_when_terminated
from kring.ui.words import words_for

CONTACTS = 500
MOST_CONTACTS = 5_000_000
PATIENCE = 60  # seconds
PATIENCE_WITH_MAIL = 5  # seconds
MAIL_FROM = '"Energiecoöperatie De Kring" <info@dekring.example>'


@operator_may
def demo(
    port: Port = PORT,
    contacts: Annotated[
        int,
        typer.Option(
            min=1, max=MOST_CONTACTS, help=_("How many contacts the cooperative has.")
        ),
    ] = CONTACTS,
) -> None:
    stop_when_terminated()
    with in_words():
        # Asked first, since what comes before serving may take minutes.
        require_free(HOST, port)
        with database():
            there = _prepare(contacts)
            connections.close_all()
            _serve(port, contacts=there)


def _prepare(contacts: int) -> int:
    typer.echo(_("Kring is preparing the demo cooperative…"))
    update_tables()
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(
        *columns,
        console=errors_console,
        transient=True,
        disable=not errors_console.is_terminal,
    ) as progress:
        bar = progress.add_task(_("Contacts"), total=contacts)
        there = load(contacts, advance=lambda count: progress.advance(bar, count))
    if there != contacts:
        typer.echo(
            ngettext(
                "The demo that is there has %(count)s contact and stays as it is; set"
                " KRING_DATA to another folder for a new one.",
                "The demo that is there has %(count)s contacts and stays as it is; set"
                " KRING_DATA to another folder for a new one.",
                there,
            )
            % {"count": there}
        )
    return there


def _serve(port: int, *, contacts: int) -> None:
    address = f"http://{HOST}:{port}"
    commands = (
        ("serve", "--host", HOST, "--port", str(port), "--workers", "1"),
        ("worker",),
    )
    environment = {
        "KRING_BASE_URL": address,
        "KRING_MAIL_FROM": MAIL_FROM,
        **os.environ,
    }
    try:
        with running(commands, environment=environment) as children:
            _wait_until_well(port, children)
            _wait_until_one_came_back(contacts)
            connections.close_all()
            _tell(address)
            wait_for_an_end(children)
            _give_up()
    except KeyboardInterrupt:
        typer.echo("\n" + _("Kring has stopped. “kring demo” goes on where it was."))


def _wait_until_well(port: int, children: Sequence[Child]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not _is_well(port):
        if not all_run(children) or time.monotonic() > deadline:
            _give_up()
        time.sleep(0.1)


def _wait_until_one_came_back(contacts: int) -> None:
    """The worker sends within a second; where it does not, the demo is as well."""
    deadline = time.monotonic() + PATIENCE_WITH_MAIL
    while not one_has_come_back(contacts) and time.monotonic() < deadline:
        time.sleep(0.1)


def _is_well(port: int) -> bool:
    # Not asked while the answer would be no, which is logged as an error.
    if not a_worker_lives():
        return False
    asked = HTTPConnection(HOST, port, timeout=PATIENCE)
    try:
        asked.request("GET", "/healthz")
        return asked.getresponse().status == 200  # noqa: PLR2004 — of HTTP
    except (OSError, HTTPException):
        return False
    finally:
        asked.close()


def _give_up() -> NoReturn:
    fail(
        _(
            "A part of Kring ended by itself, so all of it was stopped. Above stands"
            " why; start it again."
        )
    )


def _tell(address: str) -> None:
    typer.echo(
        _("Energiecoöperatie De Kring is ready at %(address)s") % {"address": address}
    )
    typer.echo(_("Sign in with one of these, on this computer only:"))
    for email, (role, _name) in USERS.items():
        typer.echo(f"  {email:<28} {role.label}")
    typer.echo(_("The password of each is: %(password)s") % {"password": PASSWORD})
    if settings.KRING_MAIL_SERVER is None:
        typer.echo(
            _("What it mails is at %(address)s") % {"address": f"{address}/postbus/"}
        )
    typer.echo(
        _("Contacts sign in at %(address)s, by a code that is mailed to their address")
        % {"address": f"{address}/portaal/"}
    )
    typer.echo(_("Ctrl-C stops all of it."))


@words_for.register
def _other_data(_error: OtherDataError) -> str:
    where = {"database": settings.KRING_DATA}
    if settings.DATABASE_IS_EMBEDDED:
        return (
            _(
                "In %(database)s there are contacts or groups already, and the demo"
                " leaves them alone: set KRING_DATA to another folder for the demo."
            )
            % where
        )
    return _(
        "The database of DATABASE_URL has contacts or groups already, and the demo"
        " leaves them alone: use another database for the demo."
    )
