"""Making a group."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kring.accounts.access import signed_in, staff_may
from kring.accounts.actors import actor_of
from kring.accounts.models import StaffRole
from kring.actions.groups import create_group
from kring.groups.models import Group
from kring.ui.announcements import announce
from kring.web.groups.form import GroupForm, saved
from kring.web.groups.preview import shown_preview


@staff_may(StaffRole.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    form = GroupForm(request.POST if request.method == "POST" else None)
    if form.is_bound:
        by, welcome = actor_of(signed_in(request)), form.welcome
        made = saved(
            form, lambda settings: create_group(settings, by=by, welcome=welcome)
        )
        if made is not None:
            return _made(request, made)
    facts = {"form": form, "preview": shown_preview(form), "may_change": True}
    return render(request, "web/groups/new.html", facts)


def _made(request: HttpRequest, group: Group) -> HttpResponse:
    if group.is_derived:
        sentence = _("%(group)s has been made. Its members follow by themselves.")
    else:
        sentence = _("%(group)s has been made. Now add its members.")
    announce(request, sentence % {"group": group}, change=group.version)
    return redirect("group", group.pk)
