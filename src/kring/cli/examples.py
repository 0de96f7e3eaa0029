"""`kring group examples`: what must be so in a group, and whether it is."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer
from django.utils.translation import gettext as _

from kring.accounts.actors import OPERATOR
from kring.actions.errors import UnknownExampleError, UnknownGroupNameError
from kring.actions.examples import (
    choose_for_broken_examples,
    drop_example,
    expect_contact,
    expect_size,
)
from kring.cli.frame import database_command, fail
from kring.cli.tables import print_json, print_table
from kring.contacts.queries import contact_numbered
from kring.groups.examples import examples_of
from kring.groups.models import BrokenExamples, Example, Group
from kring.groups.queries import group_named, members_of
from kring.ui.words_examples import words_for_example, words_for_now


class Deed(StrEnum):
    LIST = "list"
    ADD = "add"
    REMOVE = "remove"


@database_command
def examples(  # noqa: PLR0913 — one option for each thing that can be said
    name: Annotated[str, typer.Argument(help=_("The name of the group."))],
    deed: Annotated[
        Deed, typer.Argument(help=_("What to do; without it they are shown."))
    ] = Deed.LIST,
    *,
    belongs: Annotated[
        list[str] | None,
        typer.Option("--in", help=_("The number of a contact that belongs.")),
    ] = None,
    not_belongs: Annotated[
        list[str] | None,
        typer.Option("--out", help=_("The number of a contact that does not belong.")),
    ] = None,
    at_least: Annotated[
        int | None, typer.Option(help=_("The least number of members."))
    ] = None,
    at_most: Annotated[
        int | None, typer.Option(help=_("The greatest number of members."))
    ] = None,
    example: Annotated[
        list[int] | None, typer.Option(help=_("The number of an example to remove."))
    ] = None,
    broken: Annotated[
        BrokenExamples | None,
        typer.Option(
            help=_("Whether a composition that breaks an example warns or is refused.")
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=_("Print JSON."))] = False,
) -> None:
    group = _named(name)
    if deed is Deed.ADD:
        _add(group, belongs or [], not_belongs or [], (at_least, at_most))
    if deed is Deed.REMOVE:
        _remove(group, example or [])
    if broken is not None:
        choose_for_broken_examples(group.pk, broken.value, by=OPERATOR)
    _show(_named(name), as_json=as_json)


def _add(
    group: Group,
    belongs: list[str],
    not_belongs: list[str],
    size: tuple[int | None, int | None],
) -> None:
    claims = [(one, Example.Claim.IN) for one in belongs]
    claims += [(one, Example.Claim.OUT) for one in not_belongs]
    if not claims and size == (None, None):
        fail(_("Say what to add with --in, --out, --at-least or --at-most."))
    known = [(_contact(number), claim) for number, claim in claims]
    for contact, claim in known:
        expect_contact(contact, group.pk, claim, by=OPERATOR)
    if size != (None, None):
        least, most = size
        expect_size(group.pk, at_least=least, at_most=most, by=OPERATOR)


def _remove(group: Group, numbers: list[int]) -> None:
    if not numbers:
        fail(_("Say with --example which example to remove, by its number."))
    if not {one.id for one in examples_of(group.pk)}.issuperset(numbers):
        raise UnknownExampleError
    for number in numbers:
        drop_example(number, group.pk, by=OPERATOR)


def _named(name: str) -> Group:
    found = group_named(name)
    if found is None:
        raise UnknownGroupNameError(name)
    return found


def _contact(number: str) -> int:
    found = contact_numbered(number)
    if found is None:
        fail(_("There is no contact with number %(number)s.") % {"number": number})
    return found.pk


def _show(group: Group, *, as_json: bool) -> None:
    members = members_of(group.pk)
    kept = examples_of(group.pk)
    if as_json:
        rows = [
            {
                "id": one.id,
                "claim": one.claim,
                "contact": one.contact,
                "number": one.number or None,
                "at_least": one.at_least,
                "at_most": one.at_most,
                "holds": one.holds_among(members),
            }
            for one in kept
        ]
        print_json({"broken_examples": group.broken_examples, "examples": rows})
        return
    print_table(
        [_("Number"), _("Example"), _("Right"), _("Now")],
        [
            (
                one.id,
                words_for_example(one),
                _("yes") if one.holds_among(members) else _("no"),
                words_for_now(one, members),
            )
            for one in kept
        ],
    )
