"""Where one is signed in at the portal, and signing out elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kring.accounts import visits
from kring.accounts.access import contact_may
from kring.accounts.passkeys import site_of
from kring.accounts.visits import Visit, sessions_of, visiting
from kring.actions.own_passkeys import passkeys_of
from kring.actions.portal_sessions import end_other_sessions, end_session
from kring.ui.announcements import announce
from kring.ui.words_browsers import browser_in_words


@dataclass(frozen=True, slots=True)
class ShownSession:
    """A session as its line shows it."""

    id: int
    browser: str
    begun_at: datetime
    seen_at: datetime
    is_here: bool


@contact_may
@never_cache
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    visit = visiting(request)
    sessions = _shown(visit)
    facts = {
        "sessions": sessions,
        "address": visit.session.account.email,
        "passkeys": passkeys_of(visit),
        "may_have_passkeys": site_of(request, name="") is not None,
    }
    return render(request, "portal/sessions.html", facts)


@contact_may
@require_POST
def end(request: HttpRequest, session_id: int) -> HttpResponse:
    visit = visiting(request)
    if session_id == visit.session.pk:
        end_session(visit, session_id)
        announce(request, _("You are signed out."))
        response = redirect("portal-sign-in")
        visits.forget(response)
        return response
    # The same is said of what has ended already, and of what never was one's own.
    end_session(visit, session_id)
    announce(request, _("You are signed out there."))
    return redirect("portal-sessions")


@contact_may
@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    ended = end_other_sessions(visiting(request))
    told = ngettext(
        "You are signed out in one other place.",
        "You are signed out in %(count)s other places.",
        ended,
    ) % {"count": ended}
    announce(request, told)
    return redirect("portal-sessions")


def _shown(visit: Visit) -> list[ShownSession]:
    """The one that looks comes first."""
    shown = [
        ShownSession(
            one.pk,
            browser_in_words(one.browser),
            one.begun_at,
            one.seen_at,
            one.pk == visit.session.pk,
        )
        for one in sessions_of(visit)
    ]
    return sorted(shown, key=lambda one: not one.is_here)
