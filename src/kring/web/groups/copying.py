"""Copying a group, and keeping a derived one as a static group: asked, then done."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from kring.accounts.access import signed_in, staff_may
from kring.accounts.actors import actor_of
from kring.accounts.models import StaffRole
from kring.actions.copying import Made, copy_group, freeze_group
from kring.actions.errors import NameMissingError, NameTakenError, RefusedError
from kring.actions.naming import free_group_name
from kring.algebra.unreadable import UnreadableDefinitionError
from kring.groups.models import Group
from kring.groups.pins import count_of_pins
from kring.ui.announcements import announce
from kring.ui.templatetags.ui import day
from kring.ui.words import words_for
from kring.web.groups.shown import group_or_404, shown_group

Make = Callable[..., Made]


class NameForm(forms.Form):
    """What the new group is called; the action says what is wrong with it."""

    name = forms.CharField(
        label=gettext_lazy("Name of the new group"),
        error_messages={"required": gettext_lazy("Give the group a name.")},
    )


@staff_may(StaffRole.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def copy(request: HttpRequest, group_id: int) -> HttpResponse:
    group = group_or_404(group_id)
    named = _("%(group)s (copy)") % {"group": group}
    return _answer(request, group, "web/groups/copying.html", copy_group, named)


@staff_may(StaffRole.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def freeze(request: HttpRequest, group_id: int) -> HttpResponse:
    group = group_or_404(group_id)
    today = day(timezone.localdate())
    named = _("%(group)s (on %(day)s)") % {"group": group, "day": today}
    return _answer(request, group, "web/groups/freezing.html", freeze_group, named)


def _answer(
    request: HttpRequest, group: Group, template: str, act: Make, named: str
) -> HttpResponse:
    given = request.POST if request.method == "POST" else None
    form = NameForm(given, initial={"name": free_group_name(named)})
    made = _made(request, group, form, act) if form.is_bound else None
    if made is not None:
        done = _("%(group)s has been made. Nobody was mailed.") % {"group": made.group}
        announce(request, done, change=made.change)
        return redirect("group", made.group.pk)
    facts = {
        "form": form,
        "shown": shown_group(group, "members"),
        "pins": count_of_pins(group),
    }
    return render(request, template, facts)


def _made(request: HttpRequest, group: Group, form: NameForm, act: Make) -> Made | None:
    """None when it was refused, and the form says why."""
    if not form.is_valid():
        return None
    by = actor_of(signed_in(request))
    try:
        return act(group.pk, named=form.cleaned_data["name"], by=by)
    except (RefusedError, UnreadableDefinitionError) as refusal:
        is_about_name = isinstance(refusal, NameMissingError | NameTakenError)
        form.add_error("name" if is_about_name else None, words_for(refusal))
        return None
