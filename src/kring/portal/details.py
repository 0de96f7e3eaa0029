"""The details of a contact, as it sees and changes them itself."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts.access import contact_may
from kring.accounts.visits import visiting, visiting_contact
from kring.actions.errors import ChangedMeanwhileError
from kring.actions.own_details import change_own_details
from kring.actions.own_groups import NotOnesOwnError
from kring.contacts.errors import UnreadableDetailsError
from kring.contacts.models import Contact, CustomField, PortalAccess
from kring.contacts.own_details import fields_on_portal
from kring.contacts.queries import OwnField, contact_with_details
from kring.portal.details_form import DetailsForm
from kring.portal.turning import groups_seen_by, with_what_turned
from kring.ui.announcements import announce, warn
from kring.ui.words import words_for


@contact_may
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    contact = contact_with_details(visiting_contact(request).pk)
    if contact is None:
        raise Http404
    own = list(fields_on_portal())
    data = request.POST if request.method == "POST" else None
    form = DetailsForm(data, contact=contact, own=own)
    if form.is_valid() and _saved(request, contact, form):
        return redirect("portal-details")
    facts = {"contact": contact, "form": form, "only_shown": _shown(contact, own)}
    return render(request, "portal/details.html", facts)


def _saved(request: HttpRequest, contact: Contact, form: DetailsForm) -> bool:
    """Whether there is nothing in the form left to put right."""
    inside = groups_seen_by(contact.pk)
    version = form.cleaned_data["version"]
    try:
        change = change_own_details(
            contact.pk, form.given(), version=version, by=visiting(request).actor
        )
    except UnreadableDetailsError as refusal:
        form.say(refusal.problems)
        return False
    except ChangedMeanwhileError:
        warn(
            request, _("Your details were changed meanwhile: this is how they are now.")
        )
    except NotOnesOwnError as refusal:
        warn(request, words_for(refusal))
    else:
        announce(request, _told(change, contact, inside))
    return True


def _told(change: int | None, contact: Contact, inside: dict[int, str]) -> str:
    if change is None:
        return _("Nothing was changed.")
    told = _("Your details have been saved.")
    return with_what_turned(told, inside, groups_seen_by(contact.pk))


def _shown(contact: Contact, own: list[CustomField]) -> list[OwnField]:
    """What the contact reads of itself and staff alone changes."""
    return [
        OwnField(row.label, row.type, contact.fields[row.code])
        for row in own
        if row.portal == PortalAccess.READ and row.code in contact.fields
    ]
