"""Stating since when a member of a static group belongs to it."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kring.accounts.access import signed_in, staff_may
from kring.accounts.actors import actor_of
from kring.accounts.models import StaffRole
from kring.actions.errors import ManyMailsError, RefusedError
from kring.actions.members import Outcome, restate_since
from kring.groups.models import Group
from kring.ui.announcements import announce, warn
from kring.ui.words import words_for
from kring.web.groups.shown import group_or_404
from kring.web.welcoming import ask_about_mails, welcome_in
from kring.web.written import day_in, number_in


@staff_may(StaffRole.STAFF)
@require_POST
def restate(request: HttpRequest, group_id: int) -> HttpResponse:
    group = group_or_404(group_id)
    since = day_in(request.POST.get("since", ""))
    if since is None:
        warn(request, _("Give a date, such as 2026-12-31."))
        return redirect("group-members", group.pk)
    try:
        outcome = _restated(request, group, since)
    except ManyMailsError as many:
        back = reverse("group-members", args=[group.pk])
        return ask_about_mails(request, many, back=back)
    except RefusedError as refusal:
        warn(request, words_for(refusal))
    else:
        _tell(request, group, outcome.change)
    return redirect("group-members", group.pk)


def _restated(request: HttpRequest, group: Group, since: date) -> Outcome:
    contact = number_in(request.POST.get("contact", "")) or 0
    by, welcome = actor_of(signed_in(request)), welcome_in(request.POST)
    return restate_since([contact], group.pk, since, by=by, welcome=welcome)


def _tell(request: HttpRequest, group: Group, change: int | None) -> None:
    if change is None:
        announce(request, _("Nothing had to be changed."))
        return
    done = _("“Added on” has been changed in %(group)s.") % {"group": group}
    announce(request, done, change=change)
