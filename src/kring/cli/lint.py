"""`kring group lint`: what needs attention about groups."""

from __future__ import annotations

from typing import Annotated

import typer
from django.utils import timezone
from django.utils.translation import gettext as _

from kring.algebra import codec
from kring.cli.frame import database_command
from kring.cli.tables import print_json, print_table
from kring.groups.lint import Finding, Lint
from kring.groups.lint import lint as lint_of_groups
from kring.mailing.outgoing import failures
from kring.ui.words_lint import words_for_finding
from kring.ui.words_outgoing import failures_in_a_sentence


@database_command
def lint(
    *,
    as_json: Annotated[bool, typer.Option("--json", help=_("Print JSON."))] = False,
) -> None:
    found = lint_of_groups(today=timezone.localdate())
    told = [_as_json(finding, found) for finding in found.findings]
    told += _failed_mails(found)
    if as_json:
        print_json(told)
    elif told:
        print_table(
            [_("Group"), _("What needs attention")],
            [(one["name"], one["text"]) for one in told],
        )
    else:
        typer.echo(_("No group needs attention."))
    if told:
        raise typer.Exit(1)


def _failed_mails(lint: Lint) -> list[dict[str, object]]:
    failed = failures(now=timezone.now())
    return [
        {
            "kind": "mails_failed",
            "group": group,
            "name": lint.names[group],
            "part": None,
            "others": [],
            "day": None,
            "text": failures_in_a_sentence(failed[group]),
        }
        for group in sorted(failed, key=lambda group: lint.names[group])
    ]


def _as_json(finding: Finding, lint: Lint) -> dict[str, object]:
    return {
        "kind": finding.kind.value,
        "group": finding.group,
        "name": finding.name,
        "part": None if finding.part is None else codec.encode(finding.part),
        "others": list(finding.others),
        "day": finding.day,
        "text": words_for_finding(finding, lint),
    }
