"""Staff that looked as a contact goes back to where it came from."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from kring.accounts import looking
from kring.accounts.access import who_looks_may
from kring.accounts.visits import visiting
from kring.actions.looking import end_look


@who_looks_may
@require_POST
def end(request: HttpRequest) -> HttpResponse:
    look = visiting(request).look
    if look is None:
        raise PermissionDenied
    end_look(look)
    response = redirect("contact", look.contact_id)
    looking.forget(response)
    return response
