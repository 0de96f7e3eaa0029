"""Closing a group, and opening it again."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kring.accounts.access import signed_in, staff_may
from kring.accounts.actors import actor_of
from kring.accounts.models import StaffRole
from kring.actions.errors import RefusedError
from kring.actions.groups import close_group, reopen_group
from kring.groups.models import Group
from kring.ui.announcements import announce, warn
from kring.ui.words import words_for
from kring.web.groups.shown import group_or_404


@staff_may(StaffRole.STAFF)
@require_POST
def close(request: HttpRequest, group_id: int) -> HttpResponse:
    done = _("%(group)s is closed. Nobody's membership has changed.")
    return _changed(request, group_id, close_group, done=done)


@staff_may(StaffRole.STAFF)
@require_POST
def reopen(request: HttpRequest, group_id: int) -> HttpResponse:
    done = _("%(group)s is open again.")
    return _changed(request, group_id, reopen_group, done=done)


def _changed(
    request: HttpRequest, group_id: int, change: Callable[..., Group], *, done: str
) -> HttpResponse:
    group = group_or_404(group_id)
    try:
        changed = change(group.pk, by=actor_of(signed_in(request)))
    except RefusedError as refusal:
        warn(request, words_for(refusal))
    else:
        number = changed.version if changed.version != group.version else None
        announce(request, done % {"group": group}, change=number)
    return redirect("group", group.pk)
