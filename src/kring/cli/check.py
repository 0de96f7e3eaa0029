"""`kring check`: every stored bit against truth, and mending what differs."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated

import typer
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kring.accounts.actors import OPERATOR
from kring.actions.checking import differences, repair
from kring.cli.bars import bar
from kring.cli.frame import database_command
from kring.cli.tables import print_json, print_table
from kring.groups.check import Difference
from kring.groups.queries import names_of
from kring.ui.words_check import words_for_fault


@database_command
def check(
    *,
    mend: Annotated[
        bool, typer.Option("--repair", help=_("Mend what differs from truth."))
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help=_("Print JSON."))] = False,
) -> None:
    with bar(_("Checking")) as progress:
        if mend:
            done = repair(by=OPERATOR, progress=progress)
            found, left = done.found, done.left
        else:
            found = left = list(differences(progress=progress))
    if as_json:
        print_json(_as_json(found, left) if mend else [_facts(row) for row in found])
    else:
        _print(found, mended=len(found) - len(left))
    if left:
        raise typer.Exit(1)


def _print(found: Collection[Difference], *, mended: int) -> None:
    if not found:
        typer.echo(_("Every stored bit is as it should be."))
        return
    names = names_of({row.group for row in found if row.group is not None})
    print_table(
        [_("What is wrong"), _("Group"), _("Part"), _("Missing"), _("Too many")],
        [
            (
                words_for_fault(row.fault),
                names.get(row.group or 0, row.group),
                row.chunk,
                len(row.missing),
                len(row.surplus),
            )
            for row in found
        ],
    )
    if mended:
        typer.echo(
            ngettext(
                "%(count)s difference was mended.",
                "%(count)s differences were mended.",
                mended,
            )
            % {"count": mended}
        )


def _as_json(
    found: Collection[Difference], left: Collection[Difference]
) -> dict[str, object]:
    return {
        "found": [_facts(row) for row in found],
        "left": [_facts(row) for row in left],
    }


def _facts(row: Difference) -> dict[str, object]:
    return {
        "fault": row.fault.value,
        "group": row.group,
        "chunk": row.chunk,
        "missing": len(row.missing),
        "surplus": len(row.surplus),
    }
