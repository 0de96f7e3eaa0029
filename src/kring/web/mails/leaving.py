"""The page behind the link below a mail: it asks, and only then does."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from kring.accounts.access import anyone_may
from kring.actions import leaving as actions
from kring.groups.on_portal import known_as
from kring.mailing.leaving import leaving_of
from kring.mailing.leaving_links import mail_of
from kring.mailing.models import OutgoingMail


# Whoever holds the link may: mail programs post to it by themselves, without having
# seen the page (RFC 8058).
@csrf_exempt
@anyone_may
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, token: str) -> HttpResponse:
    mail = _mail(token)
    if request.method != "POST":
        leaving, done = leaving_of(mail), ""
    elif "all" in request.POST:
        leaving, done = actions.block_all_mail(mail), "all"
    else:
        leaving = actions.leave(mail)
        done = "groups" if leaving.groups or leaving.has_left else "all"
    groups = [known_as(group) for group in leaving.groups]
    facts = {"leaving": leaving, "groups": groups, "done": done}
    return render(request, "web/mails/leaving.html", facts)


def _mail(token: str) -> OutgoingMail:
    found = mail_of(token)
    if found is None:
        raise Http404
    return found
