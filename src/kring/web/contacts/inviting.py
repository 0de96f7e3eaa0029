"""Inviting one contact to the portal, and signing it out there, from its page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from kring.accounts.access import signed_in, staff_may
from kring.accounts.actors import actor_of
from kring.accounts.models import StaffRole
from kring.actions import inviting
from kring.actions.errors import ManyMailsError, RefusedError
from kring.actions.portal_sessions import end_sessions_of
from kring.contacts.models import Contact
from kring.ui.announcements import announce, warn
from kring.ui.words import words_for
from kring.web.welcoming import ask_about_mails, welcome_in, with_mails


@staff_may(StaffRole.STAFF)
@require_POST
def invite(request: HttpRequest, contact_id: int) -> HttpResponse:
    contact = get_object_or_404(Contact, pk=contact_id)
    by, welcome = actor_of(signed_in(request)), welcome_in(request.POST)
    try:
        outcome = inviting.invite(contact.pk, by=by, welcome=welcome)
    except ManyMailsError as many:
        return ask_about_mails(
            request, many, back=reverse("contact", args=[contact_id])
        )
    except RefusedError as refusal:
        warn(request, words_for(refusal))
    else:
        done = _("%(contact)s gets an invitation to the portal.") % {"contact": contact}
        announce(request, with_mails(done, outcome.mails))
    return redirect("contact", contact_id)


@staff_may(StaffRole.ADMIN)
@require_POST
def sign_out(request: HttpRequest, contact_id: int) -> HttpResponse:
    contact = get_object_or_404(Contact, pk=contact_id)
    ended = end_sessions_of(contact.pk, by=actor_of(signed_in(request)))
    done = ngettext(
        "%(contact)s is signed out in %(count)s place.",
        "%(contact)s is signed out in %(count)s places.",
        ended,
    ) % {"contact": contact, "count": ended}
    announce(request, done)
    return redirect("contact", contact_id)
