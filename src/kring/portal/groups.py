"""The groups that a contact sees, joins and leaves on the portal."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Final, Protocol

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from kring.accounts.access import contact_may
from kring.accounts.actors import Actor
from kring.accounts.visits import visiting, visiting_contact
from kring.actions import own_groups
from kring.actions.errors import RefusedError
from kring.actions.members import Outcome
from kring.actions.own_groups import NotOnesOwnError, NotOnPortalError
from kring.groups.on_portal import Standing, standing_in, standings_of
from kring.mailing.welcomes import groups_that_would_mail
from kring.ui.announcements import announce, warn
from kring.ui.portal_cards import Card, card_of
from kring.ui.wording import quoted
from kring.ui.words import words_for

TOLD_AT: Final = "bij"
_FORBIDDEN: Final = HTTPStatus.FORBIDDEN.value


class Deed(Protocol):
    """What a contact does to a group, by itself or by who acts for it."""

    def __call__(self, contact: int, group: int, *, by: Actor) -> Outcome: ...


@contact_may
@never_cache
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    contact = visiting_contact(request)
    standings = standings_of(contact.pk, day=timezone.localdate())
    groups = _shown(contact.pk, standings)
    facts = {"groups": groups, "told_at": _told_at(request, groups)}
    return render(request, "portal/groups.html", facts)


@contact_may
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, group_id: int) -> HttpResponse:
    if request.method != "POST":
        return _asking(request, group_id, "portal/join.html")
    return _done(request, group_id, own_groups.join, _joined)


@contact_may
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, group_id: int) -> HttpResponse:
    if request.method != "POST":
        return _asking(request, group_id, "portal/leave.html")
    return _done(request, group_id, own_groups.leave, _left)


@contact_may
@require_POST
def undo(request: HttpRequest, change: int) -> HttpResponse:
    contact = visiting_contact(request)
    try:
        by = visiting(request).actor
        own_groups.take_back(contact.pk, change, now=timezone.now(), by=by)
    except NotOnPortalError as refusal:
        raise Http404 from refusal
    except RefusedError:
        warn(request, _("This cannot be undone any more. Below is how it is now."))
    else:
        announce(request, _("That has been undone."))
    return redirect("portal")


def _asking(request: HttpRequest, group: int, template: str) -> HttpResponse:
    contact = visiting_contact(request)
    [shown] = _shown(contact.pk, [_standing_or_404(contact.pk, group)])
    return render(request, template, {"group": shown})


def _done(
    request: HttpRequest,
    group: int,
    act: Deed,
    said: Callable[[Standing, Outcome], str],
) -> HttpResponse:
    contact = visiting_contact(request)
    try:
        outcome = act(contact.pk, group, by=visiting(request).actor)
    except NotOnPortalError as refusal:
        raise Http404 from refusal
    except NotOnesOwnError as refusal:
        [shown] = _shown(contact.pk, [_standing_or_404(contact.pk, group)])
        facts = {"group": shown, "refusal": words_for(refusal)}
        return render(request, "portal/not_possible.html", facts, status=_FORBIDDEN)
    standing = _standing_or_404(contact.pk, group)
    undo_at = "" if outcome.change is None else _undo_address(outcome.change)
    announce(request, said(standing, outcome), undo_at=undo_at)
    return redirect(f"{reverse('portal')}?{TOLD_AT}={group}#groep-{group}")


def _told_at(request: HttpRequest, groups: list[Card]) -> int | None:
    """The group at which the page says what was done; None: above all of them."""
    asked = request.GET.get(TOLD_AT, "")
    shown = {str(one.standing.group.pk): one.standing.group.pk for one in groups}
    return shown.get(asked)


def _standing_or_404(contact: int, group: int) -> Standing:
    standing = standing_in(contact, group, day=timezone.localdate())
    if standing is None:
        raise Http404
    return standing


def _shown(contact: int, standings: list[Standing]) -> list[Card]:
    """In three queries more, whatever their number."""
    joinable = [one.group.pk for one in standings if one.may_join]
    mailing = groups_that_would_mail(contact, joinable)
    return [
        card_of(standing, mails=standing.group.pk in mailing) for standing in standings
    ]


def _joined(standing: Standing, outcome: Outcome) -> str:
    known = {"group": quoted(standing.name)}
    if outcome.count == 0:
        return _("You were in %(group)s already.") % known
    if standing.is_in:
        return _("You have joined %(group)s.") % known
    return (
        _(
            "You no longer keep yourself out of %(group)s. You are not in it now,"
            " because your details do not fit it at this moment."
        )
        % known
    )


def _left(standing: Standing, outcome: Outcome) -> str:
    known = {"group": quoted(standing.name)}
    if outcome.count == 0:
        return _("You were not in %(group)s any more.") % known
    return _("You have left %(group)s.") % known


def _undo_address(change: int) -> str:
    return reverse("portal-undo", args=[change])
