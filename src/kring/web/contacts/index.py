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


@staff_may(StaffRole.READER)
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    people = people_among(everyone(), request.GET)
    part = "#people" if request.headers.get("HX-Request") else ""
    facts = {"people": people, "asking": open_requests().count()}
    return render(request, f"web/contacts/index.html{part}", facts)
