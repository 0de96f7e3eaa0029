"""`kring contact …`: contacts are shown, edited together, merged and erased."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer
from django.utils import timezone
from django.utils.translation import gettext as _

from kring.accounts.actors import OPERATOR
from kring.actions.bulk import Edited, edit_together
from kring.actions.erasing import erase_contact
from kring.actions.merging import merge_contacts
from kring.cli.bars import bar
from kring.cli.frame import database_command, fail
from kring.cli.named import contact_with, contacts_with, group_called, numbers_in
from kring.cli.tables import print_json, print_table
from kring.cli.welcoming import AskedWelcome, welcome_asked
from kring.contacts.details import Given, read_columns
from kring.contacts.errors import UnreadableDetailsError
from kring.contacts.fields import custom_fields
from kring.contacts.queries import ListedContact, contacts_found, former_numbers_of
from kring.contacts.queries import listed as lines_of
from kring.contacts.records import details_of, facts_of
from kring.groups.queries import groups_of, members_of, names_of
from kring.ui.words import words_for

app = typer.Typer(no_args_is_help=True)

Number = Annotated[str, typer.Argument(help=_("The number of the contact."))]
Json = Annotated[bool, typer.Option("--json", help=_("Print JSON."))]
Reason = Annotated[str, typer.Option(help=_("Why; it is kept."))]

_READ_AT_ONCE = 1_000


@app.command("list", help=_("Show contacts by name."))
@database_command
def show_list(
    search: Annotated[
        str, typer.Option(help=_("Words in the name, number, e-mail or city."))
    ] = "",
    *,
    as_json: Json = False,
) -> None:
    titles = ["number", "name", "email", "city"]
    rows = [(one.number, one.name, one.email, one.city) for one in _lines(search)]
    if as_json:
        print_json([dict(zip(titles, row, strict=True)) for row in rows])
        return
    shown = [_("Contact number"), _("Name"), _("E-mail"), _("City")]
    print_table(shown, rows)


@app.command("show", help=_("Show all that is known of a contact."))
@database_command
def show(number: Number, *, as_json: Json = False) -> None:
    contact = contact_with(number)
    facts: dict[str, object] = {
        "id": contact.pk,
        **facts_of(details_of([contact.pk])[contact.pk]),
        "former_numbers": former_numbers_of(contact.pk),
        "groups": [group.name for group in groups_of(contact.pk)],
    }
    if as_json:
        print_json(facts)
        return
    print_table(
        [_("Field"), _("Value")],
        [(name, _text(value)) for name, value in facts.items()],
    )


@app.command(
    "edit",
    help=_(
        "Give contacts the same values. Ends with 1 when they fit somebody not, such as"
        " a last name for an organisation."
    ),
)
@database_command
def edit(  # noqa: PLR0913 — one option for each circumstance
    numbers: Annotated[
        list[str] | None, typer.Argument(help=_("The numbers of the contacts."))
    ] = None,
    *,
    values: Annotated[
        list[str],
        typer.Option("--set", help=_("column=value; an empty value empties it.")),
    ],
    all_in: Annotated[
        str | None, typer.Option(help=_("All members of this group."))
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(
            "--numbers",
            help=_("A text file with a number on each line."),
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    reason: Reason = "",
    welcome: AskedWelcome = None,
    as_json: Json = False,
) -> None:
    contacts = _chosen(numbers or [], all_in, file)
    given, welcoming = _read(values), welcome_asked(welcome)
    with bar(_("Editing")) as progress:
        done = edit_together(
            contacts,
            given,
            by=OPERATOR,
            reason=reason,
            welcome=welcoming,
            progress=progress,
        )
    _show_edited(done, as_json=as_json)


@app.command("merge", help=_("Make one contact of two: the first leads to the other."))
@database_command
def merge(
    number: Number,
    *,
    into: Annotated[str, typer.Option(help=_("The number of the one that stays."))],
    reason: Reason = "",
    as_json: Json = False,
) -> None:
    merged, kept = contact_with(number), contact_with(into)
    done = merge_contacts(merged.pk, into=kept.pk, by=OPERATOR, reason=reason)
    names = names_of(done.joined | done.left)
    joined, left = (
        sorted(names[group] for group in groups) for groups in (done.joined, done.left)
    )
    if as_json:
        told = {"into": kept.number, "joined": joined, "left": left}
        print_json({**told, "change": done.change})
        return
    typer.echo(
        _("%(merged)s has been merged into %(kept)s.")
        % {"merged": merged.number, "kept": kept.number}
    )
    for sentence, groups in ((_("Comes into:"), joined), (_("Leaves:"), left)):
        if groups:
            typer.echo(f"{sentence} {', '.join(groups)}")


@app.command(
    "erase", help=_("Erase a contact for good, by name from all that is kept (AVG).")
)
@database_command
def erase(number: Number, *, reason: Reason = "") -> None:
    contact = contact_with(number)
    if contact.number != number:
        fail(
            _(
                "%(number)s was merged into %(kept)s. Name that number to erase the"
                " contact."
            )
            % {"number": number, "kept": contact.number}
        )
    erase_contact(contact.pk, by=OPERATOR, reason=reason)
    done = _("The contact with number %(number)s has been erased.")
    typer.echo(done % {"number": number})


def _lines(search: str) -> Iterator[ListedContact]:
    ids = list(contacts_found(search).values_list("pk", flat=True))
    for start in range(0, len(ids), _READ_AT_ONCE):
        yield from lines_of(ids[start : start + _READ_AT_ONCE])


def _text(value: object) -> str:
    match value:
        case list():
            return ", ".join(map(_text, value))
        case dict():
            return " ".join(str(part) for part in value.values() if part)
        case _:
            return str(value)


def _chosen(numbers: Sequence[str], all_in: str | None, file: Path | None) -> list[int]:
    ways = [bool(numbers), all_in is not None, file is not None]
    if sum(ways) != 1:
        fail(_("Name numbers, or a group with --all-in, or a file with --numbers."))
    if all_in is not None:
        return list(members_of(group_called(all_in).pk))
    return contacts_with(numbers_in(file) if file is not None else numbers)


def _read(values: Sequence[str]) -> Given:
    written: dict[str, str] = {}
    for one in values:
        column, equals, value = one.partition("=")
        if not equals:
            fail(_("Write %(value)s as column=value.") % {"value": one})
        written[column.strip()] = value
    try:
        kinds, today = custom_fields(), timezone.localdate()
        return read_columns(written, kinds=kinds, today=today)
    except UnreadableDetailsError as error:
        fail(words_for(error))


def _show_edited(done: Edited, *, as_json: bool) -> None:
    refused = [
        {"contact": contact, "reason": words_for(error)}
        for contact, error in done.refused.items()
    ]
    counts = {"changed": done.changed, "unchanged": done.unchanged}
    if as_json:
        print_json({**counts, "refused": refused, "change": done.change})
    else:
        for one in lines_of(done.refused):
            typer.echo(f"{one.number}: {words_for(done.refused[one.id])}")
        typer.echo(
            _(
                "Contacts: %(changed)s changed, %(unchanged)s unchanged,"
                " %(refused)s refused."
            )
            % {**counts, "refused": len(refused)}
        )
    if refused:
        raise typer.Exit(1)
