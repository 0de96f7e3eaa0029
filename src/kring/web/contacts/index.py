"""The list of contacts."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kring.accounts.access import staff_may
from kring.accounts.models import StaffRole
from kring.contacts.erasure_requests import open_requests
from kring.groups.queries import everyone
from kring.ui.people import people_among
from kring.web.contacts.at_portal import ASKED, CHOICES, each_at_portal, narrowed


@staff_may(StaffRole.READER)
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get(ASKED, "")
    asked = asked if asked in CHOICES else ""
    kept = {ASKED: asked} if asked else {}
    people = people_among(narrowed(everyone(), asked), request.GET, kept=kept)
    known = each_at_portal(row.id for row in people.rows) if asked else {}
    facts = {
        "people": people,
        "asking": open_requests().count(),
        "rows": [(row, known.get(row.id)) for row in people.rows],
        "asked": asked,
        "choices": CHOICES.items(),
    }
    part = "#people" if request.headers.get("HX-Request") else ""
    return render(request, f"web/contacts/index.html{part}", facts)
