"""The settings of a group: to change, and for readers to look at."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kring.accounts.access import reaches, signed_in, staff_may
from kring.accounts.actors import actor_of
from kring.accounts.models import StaffRole
from kring.actions.errors import ChangedMeanwhileError
from kring.actions.groups import edit_group
from kring.groups.models import Group
from kring.groups.settings import GroupSettings
from kring.ui.announcements import announce
from kring.web.groups.form import GroupForm, saved
from kring.web.groups.portal_card import on_portal
from kring.web.groups.preview import shown_preview
from kring.web.groups.shown import group_or_404, shown_group
from kring.web.groups.written import number_in


@staff_may(StaffRole.READER)
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, group_id: int) -> HttpResponse:
    group = group_or_404(group_id)
    form = GroupForm(request.POST if request.method == "POST" else None, group=group)
    now = _saved(request, group, form) if form.is_bound else None
    if now is not None:
        done = _("%(group)s has been saved.") % {"group": form.name_now}
        number = now.version if now.version != group.version else None
        announce(request, done, change=number)
        return redirect("group", group.pk)
    facts = {
        "shown": shown_group(group, "settings"),
        "form": form,
        "preview": shown_preview(form, group),
        "on_portal": on_portal(group, day=timezone.localdate()),
        "may_change": reaches(signed_in(request), StaffRole.STAFF),
    }
    return render(request, "web/groups/settings.html", facts)


def _saved(request: HttpRequest, group: Group, form: GroupForm) -> Group | None:
    user = signed_in(request)
    if not reaches(user, StaffRole.STAFF):
        raise PermissionDenied
    # A version that cannot be read is nobody's: the edit counts as overtaken.
    version = number_in(request.POST.get("version", "")) or 0

    def save(settings: GroupSettings) -> Group:
        return edit_group(
            group.pk,
            settings,
            by=actor_of(user),
            version=version,
            despite=form.despite,
            welcome=form.welcome,
        )

    try:
        return saved(form, save)
    except ChangedMeanwhileError:
        form.add_error(None, _conflict())
        return None


def _conflict() -> str:
    return _(
        "Someone else changed this group in the meantime. What you typed is still"
        " here: look at the group in another tab, and choose Save once more to keep"
        " your version."
    )
