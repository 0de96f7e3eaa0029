"""Looking at the portal as a contact sees it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from kring.accounts import looking
from kring.accounts.access import signed_in, staff_may
from kring.actions.errors import RefusedError
from kring.actions.looking import begin_look
from kring.contacts.models import Contact
from kring.ui.announcements import warn
from kring.ui.words import words_for


@staff_may(looking.ROLE)
@require_POST
def begin(request: HttpRequest, contact_id: int) -> HttpResponse:
    contact = get_object_or_404(Contact, pk=contact_id)
    try:
        token = begin_look(contact.pk, by=signed_in(request))
    except RefusedError as refusal:
        warn(request, words_for(refusal))
        return redirect("contact", contact.pk)
    response = redirect("portal")
    looking.remember(response, token)
    return response
