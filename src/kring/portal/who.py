"""Who somebody is, and for which organisation one acts."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts.access import portal_account_may
from kring.accounts.visits import Visit, visiting
from kring.actions.signing_in import choose_contact, choose_organisation
from kring.contacts.representing import link_between
from kring.portal.coming_back import page_wanted
from kring.ui.templatetags.ui import day


@portal_account_may
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    visit, wanted = visiting(request), page_wanted(request)
    if request.method != "POST":
        facts = {"visit": visit, "wanted": wanted, "why_not": _why_not(visit)}
        return render(request, "portal/who.html", facts)
    if not _chosen(visit, request.POST):
        raise Http404
    return redirect(wanted)


def _chosen(visit: Visit, asked: QueryDict) -> bool:
    """Whether one may be whom one chose, which is kept then."""
    pair = asked.get("organisation", "")
    if not pair:
        return choose_contact(visit, _number(asked.get("contact", ""))) is not None
    person, _sign, organisation = pair.partition("-")
    link = choose_organisation(visit, _number(person), _number(organisation))
    return link is not None


def _why_not(visit: Visit) -> str:
    """Why one does not act any more for the organisation that one had chosen."""
    acts_for = visit.session.acts_for
    if visit.person is None or acts_for is None or visit.link is not None:
        return ""
    link = link_between(visit.person.pk, acts_for)
    if link is None:
        return _("You no longer act for the organisation that you had chosen.")
    known = {"organisation": str(link.organisation)}
    if link.last_day is not None and link.last_day < timezone.localdate():
        known["day"] = day(link.last_day)
        return (
            _(
                "You acted for %(organisation)s up to and including %(day)s. Is that"
                " wrong? Then get in touch with us."
            )
            % known
        )
    return (
        _(
            "You do not act for %(organisation)s here now. Is that wrong? Then get in"
            " touch with us."
        )
        % known
    )


def _number(written: str) -> int:
    return int(written) if written.isdecimal() else 0
