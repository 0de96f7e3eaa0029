"""`kring import …`: contacts and memberships out of files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from django.utils.translation import gettext as _

from kring.accounts.actors import OPERATOR
from kring.actions.imports.contacts import import_contacts
from kring.actions.imports.members import UnknownGroups, import_members
from kring.actions.imports.rows import Outcome, Report, Writing
from kring.cli.bars import bar
from kring.cli.frame import database_command
from kring.cli.tables import print_json
from kring.cli.welcoming import AskedWelcome, welcome_asked
from kring.ui.words import words_for

app = typer.Typer(no_args_is_help=True)

File = Annotated[Path, typer.Argument(help=_("A CSV file or a spreadsheet."))]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help=_("Say what would happen; write nothing."))
]
Json = Annotated[bool, typer.Option("--json", help=_("Print JSON."))]


@app.command(
    "contacts",
    help=_(
        "Add and edit contacts: a row with a number updates that contact, another row"
        " the one with the same name and e-mail address. Ends with 1 when a row was"
        " refused."
    ),
)
@database_command
def contacts(
    file: File,
    *,
    dry_run: DryRun = False,
    welcome: AskedWelcome = None,
    as_json: Json = False,
) -> None:
    writing, welcoming = _writing(dry_run=dry_run), welcome_asked(welcome)
    with bar(_("Importing")) as progress:
        report = import_contacts(
            file, by=OPERATOR, writing=writing, welcome=welcoming, progress=progress
        )
    _show(report, writing, _sentence_about_contacts, as_json=as_json)


@app.command(
    "members",
    help=_(
        "Place contacts in static groups: the columns are group, number and, if you"
        " like, since. Ends with 1 when a row was refused."
    ),
)
@database_command
def members(
    file: File,
    *,
    create_groups: Annotated[
        bool, typer.Option("--create-groups", help=_("Make groups that do not exist."))
    ] = False,
    dry_run: DryRun = False,
    welcome: AskedWelcome = None,
    as_json: Json = False,
) -> None:
    writing, welcoming = _writing(dry_run=dry_run), welcome_asked(welcome)
    unknown = UnknownGroups.CREATE if create_groups else UnknownGroups.REFUSE
    with bar(_("Importing")) as progress:
        report = import_members(
            file,
            by=OPERATOR,
            unknown=unknown,
            writing=writing,
            welcome=welcoming,
            progress=progress,
        )
    _show(report, writing, _sentence_about_members, as_json=as_json)


def _writing(*, dry_run: bool) -> Writing:
    return Writing.DRY_RUN if dry_run else Writing.REAL


def _show(
    report: Report,
    writing: Writing,
    sentence: Callable[[Report], str],
    *,
    as_json: bool,
) -> None:
    if as_json:
        print_json(_as_json(report, writing))
    else:
        _print(report, writing, sentence)
    if report.refused:
        raise typer.Exit(1)


def _print(report: Report, writing: Writing, sentence: Callable[[Report], str]) -> None:
    for refusal in report.refused:
        reason = {"line": refusal.line, "reason": words_for(refusal.error)}
        typer.echo(_("Line %(line)s: %(reason)s") % reason)
    for name in report.groups_made:
        typer.echo(_("New group: %(name)s") % {"name": name})
    typer.echo(sentence(report))
    if writing is Writing.DRY_RUN:
        typer.echo(_("This was a trial: nothing was written."))


def _sentence_about_contacts(report: Report) -> str:
    return _(
        "Contacts: %(new)s new, %(changed)s changed, %(unchanged)s unchanged,"
        " %(refused)s refused."
    ) % _numbers(report)


def _sentence_about_members(report: Report) -> str:
    return _(
        "Members: %(new)s new, %(changed)s changed, %(unchanged)s unchanged,"
        " %(refused)s refused."
    ) % _numbers(report)


def _numbers(report: Report) -> dict[str, int]:
    counted = {outcome.value: count for outcome, count in report.outcomes.items()}
    return {**counted, "refused": len(report.refused)}


def _as_json(report: Report, writing: Writing) -> dict[str, object]:
    return {
        **{outcome.value: report.outcomes[outcome] for outcome in Outcome},
        "refused": [
            {"line": refusal.line, "reason": words_for(refusal.error)}
            for refusal in report.refused
        ],
        "groups_made": report.groups_made,
        "dry_run": writing is Writing.DRY_RUN,
    }
