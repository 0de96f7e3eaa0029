"""A template tried out: how it reads to a contact, and a test mail to oneself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kring.accounts.access import reaches, signed_in, staff_may
from kring.accounts.actors import actor_of
from kring.accounts.models import StaffRole
from kring.actions.errors import RefusedError, UnknownContactsError
from kring.actions.templates import send_test
from kring.contacts.queries import ListedContact, contacts_found, listed
from kring.groups.models import Group
from kring.groups.queries import groups_welcoming_with, listed_groups
from kring.mailing.errors import UnusableTextError
from kring.mailing.models import Template
from kring.mailing.previewing import previewed
from kring.mailing.rendering import Rendered
from kring.ui.announcements import announce, warn
from kring.ui.people import SEARCH
from kring.ui.words import words_for
from kring.web.mails.framed import framed
from kring.web.mails.templates import template_or_404
from kring.web.written import number_in

MOST_SHOWN: Final = 8
CONTACT: Final = "contact"
GROUP: Final = "groep"
NO_GROUP: Final = "geen"


@dataclass(frozen=True, slots=True)
class Asked:
    """For whom the template is tried, and as a welcome to which group."""

    contact: ListedContact | None
    group: int | None

    @property
    def query(self) -> str:
        """The same, asked again."""
        contact = self.contact.id if self.contact else ""
        return urlencode({CONTACT: contact, GROUP: self.group or NO_GROUP})


@staff_may(StaffRole.READER)
@require_safe
def show(request: HttpRequest, template_id: int) -> HttpResponse:
    template = template_or_404(template_id)
    asked = _asked(template, request.GET)
    search = request.GET.get(SEARCH, "").replace("\0", "").strip()
    found = _found(search)
    facts = {
        "template": template,
        "asked": asked,
        "search": search,
        "found": found[:MOST_SHOWN],
        "is_more": len(found) > MOST_SHOWN,
        "groups": listed_groups().values("pk", "name"),
        "may_change": reaches(signed_in(request), StaffRole.STAFF),
        **_mail(template, asked),
    }
    return render(request, "web/mails/preview.html", facts)


@staff_may(StaffRole.READER)
@require_safe
@framed
def letter(request: HttpRequest, template_id: int) -> HttpResponse:
    """The HTML alone, for the frame on the page."""
    template = template_or_404(template_id)
    mail = _mail(template, _asked(template, request.GET))["mail"]
    return HttpResponse(mail.html if isinstance(mail, Rendered) else "")


@staff_may(StaffRole.STAFF)
@require_POST
def send(request: HttpRequest, template_id: int) -> HttpResponse:
    template = template_or_404(template_id)
    asked = _asked(template, request.POST)
    user = signed_in(request)
    try:
        if asked.contact is None:
            raise UnknownContactsError([])
        send_test(
            template.pk,
            contact=asked.contact.id,
            group=asked.group,
            to=user.email,
            by=actor_of(user),
        )
    except RefusedError as refusal:
        warn(request, words_for(refusal))
    else:
        told = _("A test mail is on its way to %(address)s.") % {"address": user.email}
        announce(request, told)
    page = reverse("mail-template-preview", args=[template.pk])
    return redirect(f"{page}?{asked.query}")


def _asked(template: Template, given: QueryDict) -> Asked:
    """What an address asks; else the first contact, and a group that uses it."""
    contact = number_in(given.get(CONTACT, ""))
    chosen = listed([contact]) if contact is not None else []
    first = (
        [] if chosen else listed(contacts_found("").values_list("pk", flat=True)[:1])
    )
    return Asked(next(iter([*chosen, *first]), None), _group(template, given))


def _group(template: Template, given: QueryDict) -> int | None:
    if GROUP not in given:
        return next((group.pk for group in groups_welcoming_with(template.pk)), None)
    group = number_in(given.get(GROUP, ""))
    there: Group | None = listed_groups().filter(pk=group or 0).first()
    return there.pk if there else None


def _mail(template: Template, asked: Asked) -> dict[str, object]:
    """The mail as it reads, or the sentence that says why it cannot be made."""
    if asked.contact is None:
        return {"mail": None, "trouble": ""}
    try:
        mail = previewed(
            template, contact=asked.contact.id, group=asked.group, now=timezone.now()
        )
    except UnusableTextError as error:
        return {"mail": None, "trouble": words_for(error)}
    return {"mail": mail, "trouble": ""}


def _found(search: str) -> list[ListedContact]:
    if not search:
        return []
    ids = contacts_found(search).values_list("pk", flat=True)
    return listed(ids[: MOST_SHOWN + 1])
