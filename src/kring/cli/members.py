"""`kring group place`, `remove` and `unpin`: who is in a group by hand."""

from __future__ import annotations

from typing import Annotated

import typer
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kring.accounts.actors import OPERATOR
from kring.actions import members
from kring.actions.members import Outcome
from kring.cli.frame import database_command
from kring.cli.named import contacts_with, day_written, group_called
from kring.cli.tables import print_json
from kring.cli.welcoming import AskedWelcome, welcome_asked

Name = Annotated[str, typer.Argument(help=_("The name of the group."))]
Numbers = Annotated[list[str], typer.Argument(help=_("The numbers of the contacts."))]
Reason = Annotated[str, typer.Option(help=_("Why; it is kept."))]
Until = Annotated[
    str | None,
    typer.Option(help=_("The last day on which it counts; for derived groups.")),
]
Since = Annotated[
    str | None, typer.Option(help=_("Added on this day; for static groups."))
]
Json = Annotated[bool, typer.Option("--json", help=_("Print JSON."))]


@database_command
def place(  # noqa: PLR0913 — one option for each circumstance
    name: Name,
    numbers: Numbers,
    *,
    reason: Reason = "",
    since: Since = None,
    until: Until = None,
    welcome: AskedWelcome = None,
    as_json: Json = False,
) -> None:
    outcome = members.place(
        contacts_with(numbers),
        group_called(name).pk,
        by=OPERATOR,
        reason=reason,
        since=day_written(since),
        until=day_written(until),
        welcome=welcome_asked(welcome),
    )
    _show(outcome, as_json=as_json)


@database_command
def remove(
    name: Name,
    numbers: Numbers,
    *,
    reason: Reason = "",
    until: Until = None,
    welcome: AskedWelcome = None,
    as_json: Json = False,
) -> None:
    outcome = members.remove(
        contacts_with(numbers),
        group_called(name).pk,
        by=OPERATOR,
        reason=reason,
        until=day_written(until),
        welcome=welcome_asked(welcome),
    )
    _show(outcome, as_json=as_json)


@database_command
def unpin(
    name: Name,
    numbers: Numbers,
    *,
    reason: Reason = "",
    welcome: AskedWelcome = None,
    as_json: Json = False,
) -> None:
    outcome = members.unpin(
        contacts_with(numbers),
        group_called(name).pk,
        by=OPERATOR,
        reason=reason,
        welcome=welcome_asked(welcome),
    )
    _show(outcome, as_json=as_json)


def _show(outcome: Outcome, *, as_json: bool) -> None:
    if as_json:
        print_json({"count": outcome.count, "change": outcome.change})
        return
    typer.echo(
        ngettext(
            "%(count)s contact changed.", "%(count)s contacts changed.", outcome.count
        )
        % {"count": outcome.count}
    )
