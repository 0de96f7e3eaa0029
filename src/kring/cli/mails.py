"""`kring mail …`: mails that go or went, cancelling one and sending one again."""

from __future__ import annotations

from typing import Annotated

import typer
from django.utils.translation import gettext as _

from kring.accounts.actors import OPERATOR
from kring.actions.mails import cancel_mail, resend_mail
from kring.cli.frame import database_command
from kring.cli.tables import print_json, print_table
from kring.contacts.queries import listed
from kring.groups.changes import group_names
from kring.mailing.outgoing import AskedMails, ListedMail, mails_page
from kring.outbox.models import State
from kring.ui.templatetags.ui import moment
from kring.ui.words_outgoing import (
    purpose_in_words,
    reason_in_words,
    state_in_words,
)

app = typer.Typer(no_args_is_help=True)

Mail = Annotated[int, typer.Argument(min=1, help=_("The number of the mail."))]
Json = Annotated[bool, typer.Option("--json", help=_("Print JSON."))]


@app.command("list", help=_("Show the last mails, the newest first."))
@database_command
def list_mails(
    state: Annotated[
        State | None, typer.Option(help=_("Only mails in this state."))
    ] = None,
    limit: Annotated[
        int, typer.Option(min=1, max=1000, help=_("How many to show."))
    ] = 50,
    *,
    as_json: Json = False,
) -> None:
    asked = AskedMails(state="" if state is None else state.value)
    mails = mails_page(asked, size=limit).rows
    if as_json:
        print_json([_as_json(mail) for mail in mails])
        return
    contacts = {
        one.id: one.name for one in listed({m.contact for m in mails if m.contact})
    }
    groups = group_names({mail.group for mail in mails if mail.group})
    print_table(
        [_("Number"), _("Made"), _("To"), _("Group"), _("Mail"), _("Status")],
        [
            (
                mail.id,
                moment(mail.made_at),
                contacts.get(mail.reader or 0, mail.address),
                groups[mail.group].name if mail.group in groups else "",
                mail.title or purpose_in_words(mail.purpose),
                _state(mail),
            )
            for mail in mails
        ],
    )


@app.command("cancel", help=_("Let a mail that waits not go."))
@database_command
def cancel(mail: Mail) -> None:
    cancel_mail(mail, by=OPERATOR)
    typer.echo(_("This mail has been cancelled and does not go."))


@app.command("resend", help=_("Send a mail that has ended once more."))
@database_command
def resend(mail: Mail, *, as_json: Json = False) -> None:
    again = resend_mail(mail, by=OPERATOR)
    if as_json:
        print_json({"mail": again, "resend_of": mail})
        return
    typer.echo(_("The mail goes out again, as mail %(number)s.") % {"number": again})


def _state(mail: ListedMail) -> str:
    reason = reason_in_words(mail)
    state = state_in_words(mail.state)
    return f"{state}: {reason}" if reason else state


def _as_json(mail: ListedMail) -> dict[str, object]:
    return {
        "id": mail.id,
        "purpose": mail.purpose,
        "state": mail.state,
        "reason": mail.skip or None,
        "answer": mail.answer or None,
        "contact": mail.contact,
        "group": mail.group,
        "address": mail.address or None,
        "subject": mail.title,
        "attempts": mail.attempts,
        "made_at": mail.made_at,
        "ended_at": mail.ended_at,
        "resend_of": mail.resend_of,
    }
