"""`kring group …`: groups and their members."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any, cast

import typer
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kring.accounts.actors import OPERATOR
from kring.accounts.queries import user_with_email
from kring.actions import groups as actions
from kring.actions.copying import copy_group, freeze_group
from kring.actions.errors import (
    DateNotPossibleError,
    UnknownChoiceError,
    UnknownGroupNameError,
)
from kring.actions.examples import Despite
from kring.actions.fills import finish_fills
from kring.algebra import codec
from kring.algebra.expressions import Expression
from kring.algebra.formula_reading import read_formula
from kring.cli.frame import database_command, fail
from kring.cli.tables import Format, print_json, print_table, write_csv, write_xlsx
from kring.cli.welcoming import AskedWelcome, welcome_asked
from kring.contacts.catalogue import catalogue
from kring.contacts.errors import Problem, UnreadableValueError
from kring.contacts.queries import contacts_by_name
from kring.contacts.values import read_date
from kring.groups import queries
from kring.groups.models import Group, Kind, NeighbourhoodRole, WelcomePolicy
from kring.groups.names import Names
from kring.groups.past import known_since, members_on
from kring.groups.representation import group_as_json
from kring.groups.settings import GroupSettings, settings_of
from kring.mailing.queries import mailbox_with, template_named
from kring.ui.wording import quoted

app = typer.Typer(no_args_is_help=True)

Name = Annotated[str, typer.Argument(help=_("The name of the group."))]
NewName = Annotated[str, typer.Argument(help=_("The name of the new group."))]
Json = Annotated[bool, typer.Option("--json", help=_("Print JSON."))]
Definition = Annotated[
    str | None,
    typer.Option(help=_("Who belongs, as JSON. Without it the group is static.")),
]
Formula = Annotated[
    str | None,
    typer.Option(help=_("Who belongs, as a formula such as “Members” or “Friends”.")),
]
Description = Annotated[str | None, typer.Option(help=_("Description"))]
Responsible = Annotated[
    str | None, typer.Option(help=_("The e-mail address of who answers for it."))
]
StartsOn = Annotated[str | None, typer.Option(help=_("Start date"))]
EndsOn = Annotated[str | None, typer.Option(help=_("Date finished"))]
Portal = Annotated[bool | None, typer.Option(help=_("Visible on portal"))]
AtContact = Annotated[bool | None, typer.Option(help=_("Visible at contact"))]
Editable = Annotated[bool | None, typer.Option(help=_("Change on portal"))]
Closed = Annotated[bool | None, typer.Option(help=_("Closed"))]
Template = Annotated[
    str | None, typer.Option(help=_("The template that welcomes new members."))
]
Policy = Annotated[
    WelcomePolicy | None,
    typer.Option("--welcome-policy", help=_("Whom the mail goes to.")),
]
Delay = Annotated[
    int | None,
    typer.Option("--welcome-delay", help=_("So many hours the mail waits.")),
]
Sender = Annotated[
    str | None,
    typer.Option(help=_("The e-mail address of the mailbox that the mail is from.")),
]
Role = Annotated[
    NeighbourhoodRole | None, typer.Option(help=_("Role in neighbourhood approach"))
]


@app.command("add", help=_("Make a group."))
@database_command
def add(  # noqa: PLR0913 — one option for each setting
    name: Name,
    *,
    definition: Definition = None,
    formula: Formula = None,
    description: Description = None,
    responsible: Responsible = None,
    starts_on: StartsOn = None,
    portal: Portal = None,
    at_contact: AtContact = None,
    template: Template = None,
    welcome_policy: Policy = None,
    welcome_delay: Delay = None,
    mailbox: Sender = None,
    role: Role = None,
    closed: Closed = None,
    ends_on: EndsOn = None,
    portal_editable: Editable = None,
    welcome: AskedWelcome = None,
    as_json: Json = False,
) -> None:
    wanted = _with(
        GroupSettings(name=name),
        definition=_defined(definition, formula),
        description=description,
        responsible=responsible,
        starts_on=starts_on,
        visible_on_portal=portal,
        visible_at_contact=at_contact,
        welcome_template=template,
        welcome_policy=welcome_policy and welcome_policy.value,
        welcome_delay_hours=welcome_delay,
        welcome_mailbox=mailbox,
        neighbourhood_role=role,
        closed=closed,
        ends_on=ends_on,
        editable_on_portal=portal_editable,
    )
    made = actions.create_group(wanted, by=OPERATOR, welcome=welcome_asked(welcome))
    _show(made, as_json=as_json)


@app.command("edit", help=_("Change settings of a group; what is not named stays."))
@database_command
def edit(  # noqa: PLR0913 — one option for each setting
    name: Name,
    *,
    rename: Annotated[str | None, typer.Option(help=_("The new name."))] = None,
    definition: Definition = None,
    formula: Formula = None,
    description: Description = None,
    responsible: Responsible = None,
    starts_on: StartsOn = None,
    portal: Portal = None,
    at_contact: AtContact = None,
    template: Template = None,
    welcome_policy: Policy = None,
    welcome_delay: Delay = None,
    mailbox: Sender = None,
    role: Role = None,
    closed: Closed = None,
    ends_on: EndsOn = None,
    portal_editable: Editable = None,
    despite_examples: Annotated[
        bool,
        typer.Option(
            "--despite-examples",
            help=_("Save also if examples of the group are no longer right."),
        ),
    ] = False,
    welcome: AskedWelcome = None,
    as_json: Json = False,
) -> None:
    group = _named(name)
    wanted = _with(
        settings_of(group),
        name=rename,
        definition=_defined(definition, formula),
        description=description,
        responsible=responsible,
        starts_on=starts_on,
        visible_on_portal=portal,
        visible_at_contact=at_contact,
        welcome_template=template,
        welcome_policy=welcome_policy and welcome_policy.value,
        welcome_delay_hours=welcome_delay,
        welcome_mailbox=mailbox,
        neighbourhood_role=role,
        closed=closed,
        ends_on=ends_on,
        editable_on_portal=portal_editable,
    )
    despite = Despite.EXAMPLES if despite_examples else Despite.NOTHING
    edited = actions.edit_group(
        group.pk,
        wanted,
        by=OPERATOR,
        version=group.version,
        despite=despite,
        welcome=welcome_asked(welcome),
    )
    _show(edited, as_json=as_json)


@app.command("copy", help=_("Make another group like this one; nobody is mailed."))
@database_command
def copy(name: Name, new: NewName, *, as_json: Json = False) -> None:
    made = copy_group(_named(name).pk, named=new, by=OPERATOR)
    _show(made.group, as_json=as_json)


@app.command(
    "freeze",
    help=_("Keep who is in a group now as a static group; nobody is mailed."),
)
@database_command
def freeze(name: Name, new: NewName, *, as_json: Json = False) -> None:
    made = freeze_group(_named(name).pk, named=new, by=OPERATOR)
    _show(made.group, as_json=as_json)


@app.command("delete", help=_("Delete a group that no other group is made of."))
@database_command
def delete(name: Name) -> None:
    group = _named(name)
    actions.delete_group(group.pk, by=OPERATOR)
    typer.echo(_("Deleted: %(name)s.") % {"name": group.name})


@app.command("list", help=_("Show the groups with their kind and number of members."))
@database_command
def list_groups(
    search: Annotated[str, typer.Option(help=_("Words in the name."))] = "",
    kind: Annotated[Kind | None, typer.Option(help=_("Only this kind."))] = None,
    *,
    closed: Annotated[bool, typer.Option(help=_("Show closed groups too."))] = False,
    as_json: Json = False,
) -> None:
    found = queries.groups_found(queries.listed_groups(), search=search)
    groups = [
        group
        for group in found.select_related("created_by")
        if kind in (None, group.kind) and (closed or not group.is_closed)
    ]
    counts = queries.counts_of([group.pk for group in groups])
    if as_json:
        print_json([group_as_json(g, member_count=counts[g.pk]) for g in groups])
        return
    print_table(
        [_("Name"), _("Kind"), _("Members"), _("Responsible"), _("Status")],
        [
            (
                group.name,
                Kind(group.kind).label,
                counts[group.pk],
                group.responsible,
                _("closed") if group.is_closed else _("open"),
            )
            for group in groups
        ],
    )


@app.command("members", help=_("Show who is in a group, by name."))
@database_command
def members(
    name: Name,
    at: Annotated[
        str | None, typer.Option(help=_("Who was in it at the end of this day."))
    ] = None,
    format: Annotated[  # noqa: A002 — the name of the option
        Format, typer.Option(help=_("How to print it."))
    ] = Format.TABLE,
    output: Annotated[
        Path | None, typer.Option(help=_("The file to write; needed for xlsx."))
    ] = None,
) -> None:
    group = _named(name)
    _require_known(group, timezone.localdate() if at is None else _day(at))
    titles = ["number", "name", "email", "city"]
    match format:
        case Format.TABLE:
            shown = [_("Contact number"), _("Name"), _("E-mail"), _("City")]
            print_table(shown, _members(group, at))
        case Format.CSV:
            write_csv(titles, _members(group, at))
        case Format.JSON:
            rows = _members(group, at)
            print_json([dict(zip(titles, row, strict=True)) for row in rows])
        case Format.XLSX:
            if output is None:
                fail(_("Say with --output which file to write."))
            write_xlsx(titles, _members(group, at), to=output)


def _require_known(group: Group, day: date) -> None:
    """Nobody knows the members of a day to come; of long ago it is said who knows."""
    if day > timezone.localdate():
        raise DateNotPossibleError("--at")
    known = known_since(group.pk)
    if known is not None and day < known:
        words = _("Kring knows who is in %(group)s since %(day)s.")
        told = words % {"group": quoted(group.name), "day": date_format(known, "j F Y")}
        typer.echo(told, err=True)


def _members(group: Group, at: str | None) -> Iterator[tuple[str, str, str, str]]:
    inside = (
        queries.members_of(group.pk) if at is None else members_on(group.pk, _day(at))
    )
    for contact in contacts_by_name(inside):
        yield contact.number, contact.name, contact.email, contact.city


def _defined(definition: str | None, formula: str | None) -> Expression | None:
    if definition is not None and formula is not None:
        fail(_("Give either --definition or --formula, not both."))
    if definition is not None:
        return codec.decode_json(definition, catalogue=catalogue())
    if formula is not None:
        return read_formula(formula, names=Names(), catalogue=catalogue())
    return None


def _named(name: str) -> Group:
    found = queries.group_named(name)
    if found is None:
        raise UnknownGroupNameError(name)
    return found


def _with(settings: GroupSettings, **given: object) -> GroupSettings:
    """The settings with what was given on the command line read and filled in."""
    readings: dict[str, Callable[[Any], object]] = {
        "responsible": _user,
        "welcome_template": _template,
        "welcome_mailbox": _mailbox,
        "starts_on": _day,
        "ends_on": _day,
    }
    read = {
        field: readings[field](value) if field in readings else value
        for field, value in given.items()
        if value is not None
    }
    return replace(settings, **cast("dict[str, Any]", read))


def _day(written: str) -> date:
    try:
        return read_date(written)
    except UnreadableValueError as error:
        if error.problem is Problem.NO_SUCH_DAY:
            fail(_("The day “%(date)s” does not exist.") % {"date": written})
        fail(
            _("“%(date)s” is no date. Write it as 2026-12-31 or 31-12-2026.")
            % {"date": written}
        )


def _user(email: str) -> int:
    found = user_with_email(email)
    if found is None:
        raise UnknownChoiceError("responsible")
    return found.pk


def _template(name: str) -> int:
    found = template_named(name)
    if found is None:
        raise UnknownChoiceError("welcome_template")
    return found.pk


def _mailbox(address: str) -> int:
    found = mailbox_with(address)
    if found is None:
        raise UnknownChoiceError("welcome_mailbox")
    return found.pk


def _show(group: Group, *, as_json: bool) -> None:
    # Whoever types a command waits for its members; there may be no worker running.
    finish_fills()
    [count] = queries.counts_of([group.pk]).values()
    if as_json:
        print_json(group_as_json(group, member_count=count))
        return
    typer.echo(
        ngettext(
            "%(name)s (%(kind)s): %(count)s member.",
            "%(name)s (%(kind)s): %(count)s members.",
            count,
        )
        % {"name": group.name, "kind": Kind(group.kind).label, "count": count}
    )
