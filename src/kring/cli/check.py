"""`kring check`: every stored bit against truth."""

from __future__ import annotations

from typing import Annotated

import typer
from django.utils.translation import gettext as _

from kring.actions.checking import differences
from kring.cli.frame import database_command
from kring.cli.tables import print_json, print_table


@database_command
def check(
    *,
    as_json: Annotated[bool, typer.Option("--json", help=_("Print JSON."))] = False,
) -> None:
    found = [
        (row.fault.value, row.group, row.chunk, len(row.missing), len(row.surplus))
        for row in differences()
    ]
    titles = ["fault", "group", "chunk", "missing", "surplus"]
    if as_json:
        print_json([dict(zip(titles, row, strict=True)) for row in found])
    elif found:
        print_table(titles, found)
    else:
        typer.echo(_("Every stored bit is as it should be."))
    if found:
        raise typer.Exit(1)
