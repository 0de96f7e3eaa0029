"""The e-mail addresses of a contact, as it adds, orders and takes them away itself."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from kring.accounts import codes
from kring.accounts.access import contact_may
from kring.accounts.visits import Visit, visiting
from kring.actions import own_addresses
from kring.actions.errors import RefusedError
from kring.contacts.errors import UnreadableValueError
from kring.contacts.queries import addresses_of
from kring.contacts.values import read_email
from kring.portal.sign_in import CodeForm, refused_for_many
from kring.portal.turning import groups_seen_by, with_what_turned
from kring.ui.announcements import announce, warn
from kring.ui.words import words_for


class NewAddressForm(forms.Form):
    address = forms.EmailField(
        label=gettext_lazy("New e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def clean_address(self) -> str:
        try:
            return read_email(self.cleaned_data["address"])
        except UnreadableValueError as refusal:
            raise forms.ValidationError(
                _("This is no e-mail address that mail can be sent to.")
            ) from refusal


@contact_may
@never_cache
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    if visiting(request).link is not None:
        raise Http404
    return _page(request, NewAddressForm(), CodeForm())


@contact_may
@never_cache
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    too_many = refused_for_many(request, "portal_code")
    if too_many is not None:
        return too_many
    form = NewAddressForm(request.POST)
    if not form.is_valid():
        return _page(request, form, CodeForm())
    address = form.cleaned_data["address"]
    try:
        own_addresses.ask_for_address(
            visiting(request), address, language=get_language() or "nl"
        )
    except RefusedError as refusal:
        form.add_error("address", words_for(refusal))
        return _page(request, form, CodeForm())
    return redirect("portal-addresses")


@contact_may
@never_cache
@sensitive_post_parameters("code")
@require_POST
def prove(request: HttpRequest) -> HttpResponse:
    too_many = refused_for_many(request, "portal_try")
    if too_many is not None:
        return too_many
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _page(request, NewAddressForm(), form)
    code = form.cleaned_data["code"]
    return _changed(
        request,
        lambda visit: own_addresses.prove_address(visit, code),
        _("The address has been added."),
    )


@contact_may
@require_POST
def make_first(request: HttpRequest) -> HttpResponse:
    address = _own_address(request, request.POST.get("adres", ""))
    language = get_language() or "nl"
    return _changed(
        request,
        lambda visit: own_addresses.make_first(visit, address, language=language),
        _("We mail you at %(address)s from now on.") % {"address": address},
    )


@contact_may
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest) -> HttpResponse:
    asked = request.POST if request.method == "POST" else request.GET
    address = _own_address(request, asked.get("adres", ""))
    if request.method != "POST":
        is_here = own_addresses.is_signed_in_with(visiting(request), address)
        facts = {"address": address, "is_signed_in_with_it": is_here}
        return render(request, "portal/address_remove.html", facts)
    language = get_language() or "nl"
    return _changed(
        request,
        lambda visit: own_addresses.remove_address(visit, address, language=language),
        _("%(address)s has been taken away.") % {"address": address},
    )


def _changed(
    request: HttpRequest, change: Callable[[Visit], int | None], told: str
) -> HttpResponse:
    visit = visiting(request)
    contact = visit.contact.pk if visit.contact else 0
    inside = groups_seen_by(contact)
    try:
        number = change(visit)
    except RefusedError as refusal:
        warn(request, words_for(refusal))
    else:
        if number is not None:
            after = groups_seen_by(contact)
            announce(request, with_what_turned(told, inside, after))
    return redirect("portal-addresses")


def _page(
    request: HttpRequest, form: forms.Form, code_form: forms.Form
) -> HttpResponse:
    visit = visiting(request)
    facts = {
        "addresses": _addresses(visit),
        "signed_in_with": visit.session.account.email,
        "form": form,
        "code_form": code_form,
        "awaited": own_addresses.awaited_proof(visit),
        "minutes": int(codes.LASTS.total_seconds() // 60),
    }
    return render(request, "portal/addresses.html", facts)


def _addresses(visit: Visit) -> list[str]:
    """The contact's own, of which the first is where mail goes."""
    return addresses_of(visit.contact.pk) if visit.contact else []


def _own_address(request: HttpRequest, written: str) -> str:
    if written not in _addresses(visiting(request)):
        raise Http404
    return written
