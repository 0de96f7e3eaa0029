"""Signing in at the portal: ask for a code by mail, and enter it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final, TypeVar
from urllib.parse import quote, unquote
from uuid import UUID

from allauth.core import ratelimit
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from kring.accounts import codes, visits
from kring.accounts.access import anyone_may, portal_account_may
from kring.accounts.passkeys import site_of
from kring.accounts.visits import visit_of, visiting
from kring.actions import signing_in
from kring.mailing.invitations import invited_at
from kring.portal.coming_back import page_wanted, towards
from kring.ui.announcements import announce

ASKED: Final = "kring_portal_code"
"""The cookie that remembers for which code, and which address, this browser asked."""


Answer = TypeVar("Answer", bound=HttpResponse)

_TOO_MANY: Final = HTTPStatus.TOO_MANY_REQUESTS.value


class AddressForm(forms.Form):
    address = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "autofocus": True,
                "class": "code-field",
            }
        ),
    )


@anyone_may
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    wanted = page_wanted(request)
    if request.method != "POST":
        if visit_of(request) is not None:
            return redirect(wanted)
        form = AddressForm(initial={"address": _asked(request)[1]})
        return _page(request, "portal/ask.html", form, wanted)
    too_many = refused_for_many(request, "portal_code")
    if too_many is not None:
        return too_many
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _page(request, "portal/ask.html", form, wanted)
    return _asked_for(form.cleaned_data["address"], wanted)


@anyone_may
@never_cache
@require_safe
def invited(request: HttpRequest, token: str) -> HttpResponse:
    """The page to sign in, with the address that was invited filled in."""
    if visit_of(request) is not None:
        return redirect("portal")
    form = AddressForm(initial={"address": invited_at(token)})
    return _page(request, "portal/ask.html", form, reverse("portal"))


@anyone_may
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    wanted = page_wanted(request)
    key, _address = _asked(request)
    if key is None:
        return redirect(towards(reverse("portal-sign-in"), wanted))
    if request.method != "POST":
        return _page(request, "portal/code.html", CodeForm(), wanted)
    too_many = refused_for_many(request, "portal_try")
    if too_many is not None:
        return too_many
    form = CodeForm(request.POST)
    token = _token_for(key, form, request.headers.get("User-Agent", ""))
    if token is None:
        _say_wrong(form, left=signing_in.tries_left(key))
        return _page(request, "portal/code.html", form, wanted)
    return signed_in(request, token, redirect(wanted))


@portal_account_may
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    signing_in.sign_out(visiting(request).session)
    announce(request, _("You are signed out."))
    response = redirect("portal-sign-in")
    visits.forget(response)
    return response


def refused_for_many(request: HttpRequest, action: str) -> HttpResponse | None:
    """The refusal, where so much was tried from one place."""
    if ratelimit.consume(request, action=action):
        return None
    facts = {"entrance": "portal/entrance.html"}
    return render(request, "ui/too_many.html", facts, status=_TOO_MANY)


def _asked_for(address: str, wanted: str) -> HttpResponse:
    """The same for every address, whether anybody has it or not."""
    key = signing_in.ask_for_code(address, language=get_language() or "nl")
    response = redirect(towards(reverse("portal-code"), wanted))
    response.set_signed_cookie(
        ASKED,
        # Quoted, since an address may hold what cookies cannot.
        f"{key.hex} {quote(address)}",
        salt=ASKED,
        path=reverse("portal-sign-in"),
        max_age=int(codes.LASTS.total_seconds()),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def signed_in(request: HttpRequest, token: str, response: Answer) -> Answer:
    """The answer, with the new session in place of whatever the browser had."""
    signing_in.sign_out_by_token(request.COOKIES.get(visits.COOKIE, ""))
    response.delete_cookie(ASKED, path=reverse("portal-sign-in"), samesite="Lax")
    visits.remember(response, token)
    return response


def _asked(request: HttpRequest) -> tuple[UUID | None, str]:
    """The code that this browser asked for, and the address that it gave."""
    try:
        remembered = request.get_signed_cookie(
            ASKED, salt=ASKED, max_age=int(codes.LASTS.total_seconds())
        )
    except (KeyError, BadSignature):
        return None, ""
    key, _space, address = (remembered or "").partition(" ")
    return UUID(key), unquote(address)


def _token_for(key: UUID, form: CodeForm, browser: str) -> str | None:
    """The token of a new session, where the form holds the right code."""
    if not form.is_valid():
        return None
    code = form.cleaned_data["code"]
    return signing_in.sign_in(key, code, browser=browser)


def _say_wrong(form: CodeForm, *, left: int) -> None:
    if form.has_error("code"):
        return
    if left == 0:
        refusal = _("This code works no more. Ask for a new one below.")
    else:
        refusal = ngettext(
            "This code is not right. You can try once more.",
            "This code is not right. You can try %(count)s more times.",
            left,
        ) % {"count": left}
    form.add_error("code", ValidationError(refusal))


def _page(
    request: HttpRequest, template: str, form: forms.Form, wanted: str
) -> HttpResponse:
    facts = {
        "form": form,
        "wanted": "" if wanted == reverse("portal") else wanted,
        "address": _asked(request)[1],
        "ask_address": towards(reverse("portal-sign-in"), wanted),
        "minutes": int(codes.LASTS.total_seconds() // 60),
        "passkeys": site_of(request, name="") is not None,
    }
    return render(request, template, facts)
