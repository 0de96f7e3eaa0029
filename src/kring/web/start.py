"""The first page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from kring.accounts.access import staff_may
from kring.accounts.models import StaffRole


@staff_may(StaffRole.READER)
@require_safe
def show(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    return redirect("groups")
