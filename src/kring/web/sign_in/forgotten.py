"""What to do when a password is forgotten."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kring.accounts.access import anyone_may


@anyone_may
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    return render(request, "web/sign_in/forgotten.html")
