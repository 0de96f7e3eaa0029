"""What a contact chose itself is undone with a reason, which is asked for."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kring.actions.errors import OwnChoiceError
from kring.algebra import limits
from kring.ui.words import words_for
from kring.web.welcoming import sent_before

REASON: Final = "reason"

_ASKED_HERE: Final = frozenset({REASON, "csrfmiddlewaretoken"})


def reason_in(request: HttpRequest) -> str:
    """The reason that a form gives; most give none."""
    return request.POST.get(REASON, "").strip()[: limits.REASON_LENGTH]


def ask_for_reason(
    request: HttpRequest, refusal: OwnChoiceError, *, back: str
) -> HttpResponse:
    """A page that sends the same once more with a reason; `back` leaves it undone."""
    facts = {
        "refusal": words_for(refusal),
        "sent": sent_before(request, but_for=_ASKED_HERE),
        "longest": limits.REASON_LENGTH,
        "back": back,
    }
    return render(request, "web/own_choice.html", facts)
