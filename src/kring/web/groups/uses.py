"""Which groups are made of a group."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kring.accounts.access import reaches, signed_in, staff_may
from kring.accounts.models import StaffRole
from kring.groups.queries import counts_of
from kring.web.groups.shown import group_or_404, shown_group


@staff_may(StaffRole.READER)
@require_safe
def show(request: HttpRequest, group_id: int) -> HttpResponse:
    shown = shown_group(group_or_404(group_id), "uses")
    followers = shown.family.followers
    counts = counts_of([follower.id for follower in followers])
    facts = {
        "shown": shown,
        "rows": [(follower, counts[follower.id]) for follower in followers],
        "may_change": reaches(signed_in(request), StaffRole.STAFF),
    }
    return render(request, "web/groups/uses.html", facts)
