"""A contact takes along all that is kept of it, and asks to be erased."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from allauth.core import ratelimit
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from kring.accounts.access import contact_may
from kring.accounts.visits import visiting, visiting_contact
from kring.actions.erasure_requests import Asker, ask_for_erasure, withdraw_request
from kring.actions.errors import RefusedError
from kring.actions.own_data import note_download
from kring.algebra import limits
from kring.contacts.erasure_requests import open_request_of, requests_of
from kring.portal.gathered import all_kept_of
from kring.portal.gathered_files import as_json, as_page
from kring.ui.announcements import announce, warn
from kring.ui.words import words_for

_TOO_MANY: Final = HTTPStatus.TOO_MANY_REQUESTS.value


class ErasureForm(forms.Form):
    """Whoever asks to be erased says so in as many words."""

    note = forms.CharField(
        label=gettext_lazy("Do you want to tell us anything about it?"),
        required=False,
        max_length=limits.REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    sure = forms.BooleanField(
        label=gettext_lazy("Yes, I want my details to be erased"),
        error_messages={
            "required": gettext_lazy(
                "Tick this if you are sure. Nothing has been asked yet."
            )
        },
    )


@contact_may
@never_cache
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    contact = visiting_contact(request)
    requests = requests_of(contact.pk)
    facts = {
        "open_request": open_request_of(contact.pk),
        "last_request": requests[0] if requests else None,
    }
    return render(request, "portal/my_data.html", facts)


@contact_may
@never_cache
@require_POST
def download(request: HttpRequest) -> HttpResponse:
    contact = visiting_contact(request)
    if not _may_once_more(request, "portal_download"):
        return render(request, "portal/too_often.html", status=_TOO_MANY)
    try:
        note_download(contact.pk, by=visiting(request).actor)
    except RefusedError as refusal:
        warn(request, words_for(refusal))
        return redirect("portal-data")
    kept = all_kept_of(contact.pk)
    if request.POST.get("form") == "json":
        return _file(as_json(kept), "application/json", "json")
    return _file(as_page(kept), "text/html; charset=utf-8", "html")


@contact_may
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest) -> HttpResponse:
    contact = visiting_contact(request)
    if open_request_of(contact.pk) is not None:
        return redirect("portal-data")
    form = ErasureForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "portal/erasure.html", {"form": form})
    if not _may_once_more(request, "portal_erasure"):
        return render(request, "portal/too_often.html", status=_TOO_MANY)
    return _asked(request, contact.pk, form.cleaned_data["note"])


@contact_may
@never_cache
@require_POST
def withdraw(request: HttpRequest) -> HttpResponse:
    contact = visiting_contact(request)
    try:
        withdraw_request(contact.pk, by=visiting(request).actor)
    except RefusedError as refusal:
        warn(request, words_for(refusal))
    else:
        announce(request, _("Your request has been withdrawn. Nothing is erased."))
    return redirect("portal-data")


def _asked(request: HttpRequest, contact: int, note: str) -> HttpResponse:
    visit = visiting(request)
    asker = Asker(visit.session.account.email, get_language() or "nl")
    try:
        ask_for_erasure(contact, asker, note=note, by=visit.actor)
    except RefusedError as refusal:
        warn(request, words_for(refusal))
    else:
        announce(request, _("We have received your request."))
    return redirect("portal-data")


def _may_once_more(request: HttpRequest, action: str) -> bool:
    key = str(visiting_contact(request).pk)
    return bool(ratelimit.consume(request, action=action, key=key))


def _file(content: str, media_type: str, ending: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    name = _("my-details")
    response["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    return response
