"""While a mail to groups is being sent: pausing, resuming, and stopping the rest."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kring.accounts.access import signed_in, staff_may
from kring.accounts.actors import actor_of
from kring.accounts.models import StaffRole
from kring.actions import mailing_rounds as actions
from kring.actions.errors import RefusedError
from kring.mailing.mailings import progress_of
from kring.ui.announcements import announce, warn
from kring.ui.words import words_for
from kring.web.mailings.shown import UNDER_WAY, mailing_or_404


@staff_may(StaffRole.STAFF)
@require_POST
def pause(request: HttpRequest, mailing_id: int) -> HttpResponse:
    done = _("The mail is paused: nothing more goes until you resume it.")
    return _changed(request, mailing_id, actions.pause_mailing, done=done)


@staff_may(StaffRole.STAFF)
@require_POST
def resume(request: HttpRequest, mailing_id: int) -> HttpResponse:
    done = _("The mail goes on.")
    return _changed(request, mailing_id, actions.resume_mailing, done=done)


@staff_may(StaffRole.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, mailing_id: int) -> HttpResponse:
    if request.method == "POST":
        done = _("The rest of the mail has been stopped.")
        return _changed(request, mailing_id, actions.cancel_mailing, done=done)
    mailing = mailing_or_404(mailing_id)
    if mailing.state not in UNDER_WAY:
        warn(request, words_for(actions.MailingNotUnderWayError(mailing.state)))
        return redirect("mailing", mailing.pk)
    progress = progress_of([mailing.pk])[mailing.pk]
    facts = {"mailing": mailing, "progress": progress}
    return render(request, "web/mailings/stopping.html", facts)


def _changed(
    request: HttpRequest, mailing_id: int, change: Callable[..., None], *, done: str
) -> HttpResponse:
    mailing = mailing_or_404(mailing_id)
    try:
        change(mailing.pk, by=actor_of(signed_in(request)))
    except RefusedError as refusal:
        warn(request, words_for(refusal))
    else:
        announce(request, done)
    return redirect("mailing", mailing.pk)
