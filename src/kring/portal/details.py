"""The details of a contact, as it sees and changes them itself."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
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
from kring.groups.on_portal import standings_of
from kring.portal.details_form import DetailsForm
from kring.ui.announcements import announce, warn
from kring.ui.wording import quoted
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
    inside = _groups_of(contact.pk)
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
        announce(request, _told(change, inside, _groups_of(contact.pk)))
    return True


def _groups_of(contact: int) -> dict[int, str]:
    """The names of the groups that the contact sees itself in."""
    standings = standings_of(contact, day=timezone.localdate())
    return {one.group.pk: one.name for one in standings if one.is_in}


def _told(change: int | None, before: dict[int, str], after: dict[int, str]) -> str:
    if change is None:
        return _("Nothing was changed.")
    told = [_("Your details have been saved.")]
    joined = [quoted(name) for group, name in after.items() if group not in before]
    left = [quoted(name) for group, name in before.items() if group not in after]
    if joined:
        told.append(_("You are now in %(groups)s.") % {"groups": ", ".join(joined)})
    if left:
        told.append(_("You are no longer in %(groups)s.") % {"groups": ", ".join(left)})
    return " ".join(told)


def _shown(contact: Contact, own: list[CustomField]) -> list[OwnField]:
    """What the contact reads of itself and staff alone changes."""
    return [
        OwnField(row.label, row.type, contact.fields[row.code])
        for row in own
        if row.portal == PortalAccess.READ and row.code in contact.fields
    ]
