"""What a group is made of."""

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
    shown = shown_group(group_or_404(group_id), "composition")
    parts = shown.family.parts
    counts = counts_of([part.id for part in parts])
    facts = {
        "shown": shown,
        "rows": [(part, counts[part.id]) for part in parts],
        "may_change": reaches(signed_in(request), StaffRole.STAFF),
    }
    return render(request, "web/groups/composition.html", facts)
