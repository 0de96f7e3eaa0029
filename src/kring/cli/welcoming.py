"""The option --welcome: whether a command mails whoever joins groups by it."""

from __future__ import annotations

from typing import Annotated

import typer
from django.utils.translation import gettext as _

from kring.actions.welcoming import Confirmed, Welcome, Welcoming
from kring.cli.frame import fail

AskedWelcome = Annotated[
    str | None,
    typer.Option(
        "--welcome",
        metavar="N|none",
        help=_(
            "How many mails to new members you agree with: exactly so many go, or"
            " nothing happens. With “none” nobody is mailed."
        ),
    ),
]


def welcome_asked(written: str | None) -> Welcoming:
    """What the option says."""
    if written is None:
        return Welcome.DEFAULT
    if written in {"none", "0"}:
        return Welcome.SILENT
    if not written.isascii() or not written.isdecimal():
        words = _("“%(given)s” is no number of mails. Write a number, or none.")
        fail(words % {"given": written})
    return Confirmed(int(written))
