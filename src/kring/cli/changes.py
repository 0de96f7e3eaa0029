"""`kring change …`: what was done, by whom and why, and undoing it."""

from __future__ import annotations

from typing import Annotated

import typer
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kring.accounts.actors import OPERATOR
from kring.actions.errors import UnknownGroupNameError
from kring.actions.fills import finish_fills
from kring.actions.restoring.errors import UnknownChangeError
from kring.actions.undo import undo_change
from kring.cli.frame import database_command
from kring.cli.tables import print_json, print_table
from kring.groups.changes import AskedChanges, ListedChange, changes_page, listed_change
from kring.groups.feed import change_as_json, changes_numbered
from kring.groups.group_history import history_of
from kring.groups.queries import group_named, names_of
from kring.ui.words_changes import actor_in_words, deed_in_words

app = typer.Typer(no_args_is_help=True)

Number = Annotated[int, typer.Argument(min=1, help=_("The number of the change."))]
Json = Annotated[bool, typer.Option("--json", help=_("Print JSON."))]


@app.command("list", help=_("Show what was done last, the newest first."))
@database_command
def list_changes(
    group: Annotated[
        str | None, typer.Option(help=_("Only what touched the group of this name."))
    ] = None,
    limit: Annotated[
        int, typer.Option(min=1, max=1000, help=_("How many to show."))
    ] = 20,
    *,
    as_json: Json = False,
) -> None:
    numbers = _latest(group, limit)
    if as_json:
        told = changes_numbered(numbers)[::-1]
        print_json([change_as_json(change) for change in told])
        return
    found = [listed_change(number) for number in numbers]
    print_table(
        [_("Number"), _("When"), _("Who"), _("What"), _("Reason")],
        [_line(change) for change in found if change is not None],
    )


@app.command("show", help=_("Show one change with what it turned."))
@database_command
def show(number: Number, *, as_json: Json = False) -> None:
    change = listed_change(number)
    if change is None:
        raise UnknownChangeError(number)
    if as_json:
        [told] = changes_numbered([number])
        print_json(change_as_json(told))
        return
    titles = [_("Number"), _("When"), _("Who"), _("What"), _("Reason")]
    print_table(titles, [_line(change)])
    names = names_of([turn.group for turn in change.turned])
    print_table(
        [_("Group"), _("Joined"), _("Left")],
        [(names[turn.group], turn.joined, turn.left) for turn in change.turned],
    )


@app.command("undo", help=_("Put back what was there before a change."))
@database_command
def undo(number: Number, *, as_json: Json = False) -> None:
    outcome = undo_change(number, by=OPERATOR)
    # Whoever types a command waits for its members; there may be no worker running.
    finish_fills()
    if as_json:
        print_json({"undone": number, "change": outcome.change, "count": outcome.count})
        return
    typer.echo(
        ngettext(
            "Undone: %(count)s thing was put back, by change %(change)s.",
            "Undone: %(count)s things were put back, by change %(change)s.",
            outcome.count,
        )
        % {"count": outcome.count, "change": outcome.change}
    )


def _latest(group: str | None, limit: int) -> list[int]:
    if group is None:
        page = changes_page(AskedChanges(), size=limit)
        return [change.number for change in page.rows]
    found = group_named(group)
    if found is None:
        raise UnknownGroupNameError(group)
    events = history_of(found.pk, AskedChanges(), size=limit).events
    return [event.number for event in events]


def _line(change: ListedChange) -> tuple[object, ...]:
    return (
        change.number,
        formats.date_format(timezone.localtime(change.at), "j F Y, H:i"),
        actor_in_words(change.actor, change.actor_kind),
        deed_in_words(change.action),
        change.reason,
    )
