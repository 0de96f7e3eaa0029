"""Many new members: whether they are mailed is asked before anything is done."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext

from kring.actions.errors import ManyMailsError
from kring.actions.welcoming import Confirmed, Welcome, Welcoming
from kring.ui.templatetags.ui import number
from kring.web.written import number_in

WELCOME: Final = "welcome"
NOBODY: Final = "none"

_OURS: Final = frozenset({WELCOME, "csrfmiddlewaretoken"})


def welcome_in(asked: Mapping[str, Any]) -> Welcoming:
    """What a form says about mail to new members; most say nothing."""
    written = str(asked.get(WELCOME, ""))
    mails = number_in(written)
    if written == NOBODY or mails == 0:
        return Welcome.SILENT
    return Welcome.DEFAULT if mails is None else Confirmed(mails)


def with_mails(sentence: str, mails: int) -> str:
    """What was done, and how many new members are mailed because of it."""
    if not mails:
        return sentence
    told = ngettext(
        "%(count)s new member gets a mail.", "%(count)s new members get a mail.", mails
    ) % {"count": number(mails)}
    return f"{sentence} {told}"


def sent_before(
    request: HttpRequest, *, but_for: Collection[str]
) -> list[tuple[str, str]]:
    """What a form sent, to be sent once more with what is asked now."""
    return [
        (name, str(value))
        for name, values in request.POST.lists()
        if name not in but_for
        for value in values
    ]


def ask_about_mails(
    request: HttpRequest, many: ManyMailsError, *, back: str
) -> HttpResponse:
    """A page that sends the same once more, with a choice; `back` leaves it undone."""
    facts: Mapping[str, object] = {
        "many": many,
        "sent": sent_before(request, but_for=_OURS),
        "back": back,
    }
    return render(request, "web/welcoming.html", dict(facts))
