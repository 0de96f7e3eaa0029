"""Deleting a group, after a page that names what is made of it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kring.accounts.access import signed_in, staff_may
from kring.accounts.actors import actor_of
from kring.accounts.models import StaffRole
from kring.actions.errors import RefusedError
from kring.actions.groups import delete_group
from kring.groups.models import Group
from kring.ui.announcements import announce, warn
from kring.ui.words import words_for
from kring.web.groups.shown import group_or_404, shown_group


@staff_may(StaffRole.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, group_id: int) -> HttpResponse:
    group = group_or_404(group_id)
    if request.method == "POST":
        return _deleted(request, group)
    shown = shown_group(group, "members")
    return render(request, "web/groups/deleting.html", {"shown": shown})


def _deleted(request: HttpRequest, group: Group) -> HttpResponse:
    try:
        number = delete_group(group.pk, by=actor_of(signed_in(request)))
    except RefusedError as refusal:
        warn(request, words_for(refusal))
        return redirect("group-delete", group.pk)
    done = _("%(group)s has been deleted.") % {"group": group}
    announce(request, done, change=number)
    return redirect("groups")
