"""Sending a mail to groups: now, after the number was confirmed, or at a moment."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from kring.accounts.access import signed_in, staff_may
from kring.accounts.actors import actor_of
from kring.accounts.models import StaffRole
from kring.actions.errors import ChangedMeanwhileError, RefusedError
from kring.actions.mailing_rounds import (
    AudienceChangedError,
    addressed,
    require_sendable,
    schedule_mailing,
    send_mailing,
    unschedule_mailing,
)
from kring.mailing.errors import UnusableTextError
from kring.mailing.models import Mailing
from kring.ui.announcements import announce, warn
from kring.ui.templatetags.ui import moment, number
from kring.ui.words import words_for
from kring.web.mailings import mailing as page
from kring.web.mailings.schedule_form import ScheduleForm
from kring.web.mailings.shown import counted, groups_now, mailing_or_404
from kring.web.written import number_in


@staff_may(StaffRole.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, mailing_id: int) -> HttpResponse:
    mailing = mailing_or_404(mailing_id)
    if request.method == "POST":
        return _sent(request, mailing)
    return _asked(request, mailing)


@staff_may(StaffRole.STAFF)
@require_POST
def schedule(request: HttpRequest, mailing_id: int) -> HttpResponse:
    mailing = mailing_or_404(mailing_id)
    form = ScheduleForm(request.POST)
    if not form.is_valid():
        return page.answer(request, mailing, form)
    at = form.cleaned_data["at"]
    version = number_in(request.POST.get("version", "")) or 0
    try:
        by = actor_of(signed_in(request))
        schedule_mailing(mailing.pk, at=at, by=by, version=version)
    except (RefusedError, UnusableTextError) as refusal:
        form.add_error("at", _changed_or(refusal))
        return page.answer(request, mailing_or_404(mailing_id), form)
    done = _("The mail goes on %(moment)s, to whoever is in the groups then.")
    announce(request, done % {"moment": moment(at)})
    return redirect("mailing", mailing.pk)


@staff_may(StaffRole.STAFF)
@require_POST
def unschedule(request: HttpRequest, mailing_id: int) -> HttpResponse:
    mailing = mailing_or_404(mailing_id)
    try:
        unschedule_mailing(mailing.pk, by=actor_of(signed_in(request)))
    except RefusedError as refusal:
        warn(request, words_for(refusal))
    else:
        announce(request, _("The mail is a draft again, and does not go by itself."))
    return redirect("mailing", mailing.pk)


def _asked(request: HttpRequest, mailing: Mailing, told: str = "") -> HttpResponse:
    """Ask to confirm the number that there is now."""
    try:
        audience = require_sendable(mailing)
    except (RefusedError, UnusableTextError) as refusal:
        warn(request, words_for(refusal))
        return redirect("mailing", mailing.pk)
    facts = {
        "mailing": mailing,
        "told": told,
        "counted": counted(audience, groups_now(addressed(mailing))),
    }
    return render(request, "web/mailings/sending.html", facts)


def _sent(request: HttpRequest, mailing: Mailing) -> HttpResponse:
    expected = number_in(request.POST.get("expected", "")) or 0
    version = number_in(request.POST.get("version", "")) or 0
    by = actor_of(signed_in(request))
    try:
        send_mailing(mailing.pk, expected=expected, by=by, version=version)
    except (AudienceChangedError, ChangedMeanwhileError) as refusal:
        return _asked(request, mailing_or_404(mailing.pk), told=_changed_or(refusal))
    except (RefusedError, UnusableTextError) as refusal:
        warn(request, words_for(refusal))
    else:
        announce(request, _told(expected))
    return redirect("mailing", mailing.pk)


def _changed_or(refusal: Exception) -> str:
    if isinstance(refusal, ChangedMeanwhileError):
        return _(
            "Someone else changed this mail in the meantime. Look at it once more"
            " before it goes."
        )
    return words_for(refusal)


def _told(count: int) -> str:
    return ngettext(
        "The mail goes to %(count)s person.",
        "The mail goes to %(count)s people.",
        count,
    ) % {"count": number(count)}
