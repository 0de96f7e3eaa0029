"""Passkeys at the portal: signing in with one, and those that one has.

Scripts speak with these addresses; without scripts a code does the same.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from kring.accounts import passkeys
from kring.accounts.access import anyone_may, contact_may
from kring.accounts.passkeys import Site, site_of
from kring.accounts.visits import visiting
from kring.actions import own_passkeys
from kring.actions.errors import RefusedError
from kring.cooperative.looks import cooperative_name
from kring.portal.coming_back import page_wanted
from kring.portal.sign_in import refused_for_many, signed_in
from kring.ui.announcements import announce
from kring.ui.words import words_for
from kring.ui.words_browsers import browser_in_words

ASKED: Final = "kring_portal_passkey"
"""The cookie by which this browser, and no other, answers what it was asked."""

_REFUSED: Final = HTTPStatus.BAD_REQUEST.value


def site(request: HttpRequest) -> Site | None:
    """Where passkeys are for; None where there can be none."""
    return site_of(request, name=cooperative_name())


@anyone_may
@never_cache
@require_POST
def begin_signing_in(request: HttpRequest) -> HttpResponse:
    too_many = refused_for_many(request, "portal_code")
    if too_many is not None:
        return too_many
    token, asked = own_passkeys.begin_signing_in(_site_or_404(request))
    response = JsonResponse(asked)
    response.set_cookie(
        ASKED,
        token,
        path=reverse("portal-sign-in"),
        max_age=int(passkeys.LASTS.total_seconds()),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return response


@anyone_may
@never_cache
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    too_many = refused_for_many(request, "portal_try")
    if too_many is not None:
        return too_many
    token = own_passkeys.sign_in_with_passkey(
        request.COOKIES.get(ASKED, ""),
        _site_or_404(request),
        _answer(request),
        browser=request.headers.get("User-Agent", ""),
    )
    if token is None:
        return _refused(_("This passkey does not open the portal. Ask for a code."))
    wanted = page_wanted(request)
    response = signed_in(request, token, JsonResponse({"go": wanted}))
    response.delete_cookie(ASKED, path=reverse("portal-sign-in"), samesite="Strict")
    return response


@contact_may
@never_cache
@require_POST
def begin_adding(request: HttpRequest) -> HttpResponse:
    try:
        asked = own_passkeys.begin_adding(visiting(request), _site_or_404(request))
    except RefusedError as refusal:
        return _refused(words_for(refusal))
    return JsonResponse(asked)


@contact_may
@never_cache
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    try:
        own_passkeys.add_passkey(
            visiting(request),
            _site_or_404(request),
            _answer(request),
            name=browser_in_words(request.headers.get("User-Agent", "")),
            language=get_language() or "nl",
        )
    except RefusedError as refusal:
        return _refused(words_for(refusal))
    announce(
        request, _("The passkey has been added. From now on you can sign in with it.")
    )
    return JsonResponse({"go": reverse("portal-sessions")})


@contact_may
@require_POST
def name(request: HttpRequest, passkey_id: int) -> HttpResponse:
    written = request.POST.get("naam", "")
    if not own_passkeys.name_passkey(visiting(request), passkey_id, written):
        raise Http404
    announce(request, _("The name has been saved."))
    return redirect("portal-sessions")


@contact_may
@require_POST
def remove(request: HttpRequest, passkey_id: int) -> HttpResponse:
    if not own_passkeys.remove_passkey(visiting(request), passkey_id):
        raise Http404
    announce(request, _("The passkey has been taken away. It opens nothing any more."))
    return redirect("portal-sessions")


def _site_or_404(request: HttpRequest) -> Site:
    found = site(request)
    if found is None:
        raise Http404
    return found


def _answer(request: HttpRequest) -> dict[str, Any]:
    """What the browser answered; of nonsense nothing."""
    try:
        found = json.loads(request.POST.get("answer", ""))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _refused(words: str) -> JsonResponse:
    return JsonResponse({"refusal": words}, status=_REFUSED)
