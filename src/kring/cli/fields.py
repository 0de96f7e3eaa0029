"""`kring field …`: the fields that a cooperative adds to its contacts."""

from __future__ import annotations

from typing import Annotated

import typer
from django.utils.translation import gettext as _

from kring.accounts.actors import OPERATOR
from kring.actions.fields import (
    NewField,
    add_field,
    delete_field,
    edit_field,
    facts_of,
)
from kring.cli.frame import database_command
from kring.cli.tables import print_json, print_table
from kring.contacts.models import CustomField, FieldType, PortalAccess

app = typer.Typer(no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help=_("Print JSON."))]


@app.command("add", help=_("Add a field to all contacts."))
@database_command
def add(
    code: Annotated[str, typer.Argument(help=_("What files and conditions call it."))],
    *,
    field_type: Annotated[FieldType, typer.Option("--type", help=_("Its type."))],
    label: Annotated[str, typer.Option(help=_("What people call it."))] = "",
    choice: Annotated[
        list[str] | None, typer.Option(help=_("One choice; say it again for more."))
    ] = None,
    portal: Annotated[
        PortalAccess, typer.Option(help=_("What contacts may do with it."))
    ] = PortalAccess.NONE,
    as_json: Json = False,
) -> None:
    wanted = NewField(code, field_type.value, label, tuple(choice or ()), portal.value)
    row = add_field(wanted, by=OPERATOR)
    if as_json:
        print_json(facts_of(row))
        return
    typer.echo(
        _("The field “%(label)s” is added; in files its column is field:%(code)s.")
        % {"label": row.label, "code": row.code}
    )


@app.command("edit", help=_("Change a field; what is not named stays."))
@database_command
def edit(
    code: Annotated[str, typer.Argument(help=_("The code of the field."))],
    *,
    label: Annotated[str | None, typer.Option(help=_("What people call it."))] = None,
    choice: Annotated[
        list[str] | None, typer.Option(help=_("One choice; say all that it has."))
    ] = None,
    portal: Annotated[
        PortalAccess | None, typer.Option(help=_("What contacts may do with it."))
    ] = None,
    as_json: Json = False,
) -> None:
    access = None if portal is None else portal.value
    row = edit_field(
        code, by=OPERATOR, label=label, choices=choice or None, portal=access
    )
    if as_json:
        print_json(facts_of(row))
        return
    typer.echo(_("The field “%(label)s” is saved.") % {"label": row.label})


@app.command("delete", help=_("Delete a field that no group asks for."))
@database_command
def delete(
    code: Annotated[str, typer.Argument(help=_("The code of the field."))],
) -> None:
    delete_field(code, by=OPERATOR)
    typer.echo(_("Deleted: %(name)s.") % {"name": code})


@app.command("list", help=_("Show the fields that were added."))
@database_command
def list_fields(*, as_json: Json = False) -> None:
    rows = list(CustomField.objects.all())
    if as_json:
        print_json([facts_of(row) for row in rows])
        return
    print_table(
        [_("Code"), _("Label"), _("Type"), _("Choices")],
        [
            (row.code, row.label, FieldType(row.type).label, ", ".join(row.choices))
            for row in rows
        ],
    )
