"""`kring group explain`: why a contact is in a group, or why not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from kring.actions.errors import UnknownGroupNameError
from kring.algebra.sentence import text_of
from kring.cli.frame import database_command, fail
from kring.cli.tables import print_json
from kring.contacts.models import Contact
from kring.contacts.queries import contact_numbered
from kring.groups import queries
from kring.groups.explanation import Explained, explained
from kring.groups.explanation_json import explanation_as_json
from kring.groups.models import Group
from kring.ui.explanation_lines import Line, notes_on, sections_of
from kring.ui.words_explanation import (
    reading_language,
    since_words,
    verdict,
    words_for_turn,
)


@database_command
def explain(
    name: Annotated[str, typer.Argument(help=_("The name of the group."))],
    contact: Annotated[str, typer.Argument(help=_("The number of the contact."))],
    *,
    as_json: Annotated[bool, typer.Option("--json", help=_("Print JSON."))] = False,
) -> None:
    group, person = _group(name), _contact(contact)
    told = explained(person.pk, group.pk, today=timezone.localdate())
    if as_json:
        print_json(explanation_as_json(told, reading_language()))
        return
    for line in _written(told):
        typer.echo(line)


def _group(name: str) -> Group:
    found = queries.group_named(name)
    if found is None:
        raise UnknownGroupNameError(name)
    return found


def _contact(number: str) -> Contact:
    found = contact_numbered(number)
    if found is None:
        fail(_("There is no contact with number %(number)s.") % {"number": number})
    return found


def _written(told: Explained) -> Iterator[str]:
    since = since_words(told.asked)
    yield f"{verdict(told)} {capfirst(since)}." if since else verdict(told)
    yield from notes_on(told.asked)
    for place, section in enumerate(sections_of(told)):
        if place:
            yield _("%(group)s:") % {"group": section.told.group.name}
        for line in section.lines:
            yield from _told(line)
    yield words_for_turn(told)


def _told(line: Line) -> Iterator[str]:
    indent = "  " * line.level
    yield indent + " ".join(filter(None, _words(line)))
    for note in line.notes:
        yield f"{indent}    {note}"


def _words(line: Line) -> Iterator[str]:
    yield "✓" if line.holds else "✗"
    yield _("except:") if line.is_excepted else ""
    yield text_of(line.pieces)
    yield f"({line.answer})" if line.answer else ""
    yield f"← {_('decides')}" if line.decides else ""
