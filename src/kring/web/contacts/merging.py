"""Merging a contact into this one: choosing it, seeing what happens, doing it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kring.accounts.access import signed_in, staff_may
from kring.accounts.actors import actor_of
from kring.accounts.models import StaffRole
from kring.actions.errors import RefusedError
from kring.actions.merging import merge_contacts, merge_if
from kring.contacts.models import Contact
from kring.contacts.queries import (
    ListedContact,
    contact_with_details,
    contacts_found,
    listed,
    namesakes_of,
)
from kring.groups.models import Group
from kring.groups.queries import listed_groups
from kring.ui.announcements import announce, warn
from kring.ui.people import SEARCH
from kring.ui.words import words_for
from kring.web.contacts.gains import gains
from kring.web.groups.written import number_in

OTHER = "met"
MOST_SHOWN = 20


@staff_may(StaffRole.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, contact_id: int) -> HttpResponse:
    contact = _contact(contact_id)
    asked = request.POST if request.method == "POST" else request.GET
    other = contact_with_details(number_in(asked.get(OTHER, "")) or 0)
    if other is None:
        return _choice(request, contact)
    if request.method == "POST":
        return _merged(request, contact, other)
    return _preview(request, contact, other)


def _contact(contact_id: int) -> Contact:
    found = contact_with_details(contact_id)
    if found is None:
        raise Http404
    return found


def _choice(request: HttpRequest, contact: Contact) -> HttpResponse:
    search = request.GET.get(SEARCH, "").replace("\0", "").strip()
    found = contacts_found(search) if search else namesakes_of(contact)
    same_kind = found.filter(kind=contact.kind).exclude(pk=contact.pk)
    rows: list[ListedContact] = listed(
        same_kind.values_list("pk", flat=True)[:MOST_SHOWN]
    )
    facts = {"contact": contact, "search": search, "found": rows}
    return render(request, "web/contacts/merging.html", facts)


def _preview(request: HttpRequest, contact: Contact, other: Contact) -> HttpResponse:
    by = actor_of(signed_in(request))
    try:
        would = merge_if(other.pk, into=contact.pk, by=by)
    except RefusedError as refusal:
        warn(request, words_for(refusal))
        return redirect("contact-merge", contact.pk)
    facts = {
        "contact": contact,
        "other": other,
        "gains": gains(would.before, would.after),
        "joined": _named(would.joined),
        "left": _named(would.left),
    }
    return render(request, "web/contacts/merging_preview.html", facts)


def _merged(request: HttpRequest, contact: Contact, other: Contact) -> HttpResponse:
    by = actor_of(signed_in(request))
    try:
        merge = merge_contacts(other.pk, into=contact.pk, by=by)
    except RefusedError as refusal:
        warn(request, words_for(refusal))
    else:
        done = _("Number %(number)s has been merged into this contact.")
        announce(request, done % {"number": other.number}, change=merge.change)
    return redirect("contact", contact.pk)


def _named(groups: frozenset[int]) -> list[Group]:
    return list(listed_groups().filter(pk__in=groups))
