"""Cancelling, or sending again, all mails that were found, by their exact number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from kring.accounts.access import signed_in, staff_may
from kring.accounts.actors import Actor, actor_of
from kring.accounts.models import StaffRole
from kring.actions.errors import RefusedError
from kring.actions.mails import cancel_mails, resend_mails
from kring.actions.members import Outcome
from kring.mailing.outgoing import (
    AskedMails,
    Confirmable,
    mails_that_can_be_sent_again,
    mails_that_wait,
)
from kring.ui.announcements import announce, warn
from kring.ui.templatetags.ui import number
from kring.ui.words import words_for
from kring.web.mails.asked import asked_in, parts_of, query_of, told_in_words
from kring.web.written import number_in

CONFIRMED = "aantal"


class Deed(Protocol):
    """An action on all mails that are asked for."""

    def __call__(
        self, asked: AskedMails, /, *, confirmed: int, by: Actor
    ) -> Outcome: ...


@staff_may(StaffRole.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _done(request, cancel_mails, _cancelled)
    return _asking(request, mails_that_wait, "web/mails/cancel_all.html")


@staff_may(StaffRole.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def resend(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _done(request, resend_mails, _sent_again)
    return _asking(request, mails_that_can_be_sent_again, "web/mails/resend_all.html")


def _asking(
    request: HttpRequest, found: Callable[[AskedMails], Confirmable], template: str
) -> HttpResponse:
    asked = replace(asked_in(request.GET), until=None)
    confirmable = found(asked)
    facts = {
        "count": confirmable.count,
        "parts": parts_of(replace(asked, until=confirmable.last)),
        "told": told_in_words(asked),
        "back": reverse("outgoing-mails") + query_of(asked),
    }
    return render(request, template, facts)


def _done(request: HttpRequest, deed: Deed, told: Callable[[int], str]) -> HttpResponse:
    asked = asked_in(request.POST)
    confirmed = number_in(request.POST.get(CONFIRMED, "")) or 0
    try:
        outcome = deed(asked, confirmed=confirmed, by=actor_of(signed_in(request)))
    except RefusedError as refusal:
        warn(request, words_for(refusal))
    else:
        announce(request, told(outcome.count))
    return redirect(reverse("outgoing-mails") + query_of(replace(asked, until=None)))


def _cancelled(count: int) -> str:
    return ngettext(
        "%(count)s mail has been cancelled.",
        "%(count)s mails have been cancelled.",
        count,
    ) % {"count": number(count)}


def _sent_again(count: int) -> str:
    return ngettext(
        "%(count)s mail goes out again.", "%(count)s mails go out again.", count
    ) % {"count": number(count)}
