"""A mail to groups as it would go to one of its recipients, and a test to oneself."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from pyroaring import BitMap

from kring.accounts.access import reaches, signed_in, staff_may
from kring.accounts.actors import actor_of
from kring.accounts.models import StaffRole
from kring.actions.errors import RefusedError
from kring.actions.mailing_rounds import addressed
from kring.actions.mailings import send_test as send_test_mail
from kring.contacts.queries import ListedContact, ids_found, listed, sort_name_of
from kring.groups.paging import Direction, Key, page_of
from kring.mailing.audience import audience_of
from kring.mailing.delivery import Composed, composed
from kring.mailing.errors import UnusableTextError
from kring.mailing.frozen import frozen_audience
from kring.mailing.mailings import group_about
from kring.mailing.models import Mailing, OutgoingMail, Purpose
from kring.ui.announcements import announce, warn
from kring.ui.people import SEARCH
from kring.ui.words import words_for
from kring.web.mailings.shown import BEFORE, mailing_or_404
from kring.web.mails.framed import framed
from kring.web.written import number_in

CONTACT = "contact"
MOST_FOUND = 10


@dataclass(frozen=True, slots=True)
class Beside:
    """The recipients before and after somebody, by name."""

    previous: int | None
    following: int | None


@staff_may(StaffRole.READER)
@require_safe
def show(request: HttpRequest, mailing_id: int) -> HttpResponse:
    mailing = mailing_or_404(mailing_id)
    recipients = _recipients(mailing)
    contact = _chosen(recipients, request.GET)
    search = request.GET.get(SEARCH, "").replace("\0", "").strip()
    facts = {
        "mailing": mailing,
        "total": len(recipients),
        "contact": contact,
        "letter": None if contact is None else _letter(mailing, contact.id),
        "beside": None if contact is None else _beside(recipients, contact.id),
        "search": search,
        "found": _found(recipients, search),
        "may_change": reaches(signed_in(request), StaffRole.STAFF),
    }
    return render(request, "web/mailings/preview.html", facts)


@staff_may(StaffRole.READER)
@require_safe
@framed
def letter(request: HttpRequest, mailing_id: int, contact_id: int) -> HttpResponse:  # noqa: ARG001 — Django's signature
    """The HTML alone, for the frame on the page."""
    mailing = mailing_or_404(mailing_id)
    if not _is_among(_recipients(mailing), contact_id):
        raise Http404
    return HttpResponse(_letter(mailing, contact_id).html)


@staff_may(StaffRole.STAFF)
@require_POST
def send_test(request: HttpRequest, mailing_id: int) -> HttpResponse:
    mailing = mailing_or_404(mailing_id)
    user = signed_in(request)
    contact = number_in(request.POST.get(CONTACT, "")) or 0
    try:
        by = actor_of(user)
        send_test_mail(mailing.pk, contact=contact, to=user.email, by=by)
    except (RefusedError, UnusableTextError) as refusal:
        warn(request, words_for(refusal))
    else:
        sent = _("A test mail is on its way to %(address)s.")
        announce(request, sent % {"address": user.email})
    address = redirect("mailing-preview", mailing.pk)
    address["Location"] += f"?{CONTACT}={contact}"
    return address


def _recipients(mailing: Mailing) -> BitMap:
    if mailing.state in BEFORE:
        return audience_of(addressed(mailing)).recipients
    return frozen_audience(mailing.pk).recipients


def _is_among(recipients: BitMap, contact: int) -> bool:
    """Numbers that are too large for any contact cannot be asked of a bitmap."""
    return bool(recipients) and contact <= recipients.max() and contact in recipients


def _chosen(recipients: BitMap, asked: QueryDict) -> ListedContact | None:
    """Who is asked for, or the first by name; None where nobody gets it."""
    contact = number_in(asked.get(CONTACT, "")) or 0
    if _is_among(recipients, contact):
        found = listed([contact])
    else:
        found = listed(page_of(recipients, size=1).contacts)
    return found[0] if found else None


def _beside(recipients: BitMap, contact: int) -> Beside:
    key = Key(sort_name_of(contact) or "", contact)
    before = page_of(recipients, beside=key, direction=Direction.BACKWARD, size=1)
    after = page_of(recipients, beside=key, size=1)
    return Beside(_only(before.contacts), _only(after.contacts))


def _only(contacts: tuple[int, ...]) -> int | None:
    return contacts[0] if contacts else None


def _found(recipients: BitMap, search: str) -> list[ListedContact]:
    if not search:
        return []
    found = recipients & BitMap(ids_found(search))
    return listed(page_of(found, size=MOST_FOUND).contacts)


def _letter(mailing: Mailing, contact: int) -> Composed:
    """The mail that this recipient would get now; nothing is kept."""
    mail = OutgoingMail(
        pk=0,
        purpose=Purpose.MAILING,
        mailing=mailing,
        contact=contact,
        group=group_about(mailing),
        key=uuid4(),
    )
    return composed([mail])[0]
