"""Who somebody is, where several contacts have one e-mail address."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts.access import portal_account_may
from kring.accounts.visits import visiting
from kring.actions.signing_in import choose_contact
from kring.portal.coming_back import page_wanted


@portal_account_may
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    visit, wanted = visiting(request), page_wanted(request)
    if request.method != "POST":
        facts = {"visit": visit, "wanted": wanted}
        return render(request, "portal/who.html", facts)
    written = request.POST.get("contact", "")
    number = int(written) if written.isdecimal() else 0
    if choose_contact(visit, number) is None:
        raise Http404
    return redirect(wanted)
