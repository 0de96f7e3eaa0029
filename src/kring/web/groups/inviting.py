"""Inviting a whole group to the portal, after the exact number was confirmed."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from kring.accounts.access import signed_in, staff_may
from kring.accounts.actors import actor_of
from kring.accounts.models import StaffRole
from kring.actions.errors import ManyMailsError, RefusedError
from kring.actions.inviting import invite_group
from kring.groups.models import Group
from kring.groups.queries import members_of
from kring.mailing.invitations import Wish, invited_among, reason_in_words
from kring.ui.announcements import announce
from kring.ui.templatetags.ui import number
from kring.ui.words import words_for
from kring.web.groups.shown import group_or_404, shown_group
from kring.web.welcoming import ask_about_mails, welcome_in, with_mails
from kring.web.written import number_in

WITH_ACCOUNT, AGAIN, CONFIRMED = "account", "opnieuw", "aantal"


@dataclass(frozen=True, slots=True)
class Counted:
    """How many are invited, and who is not: each reason with how many."""

    recipients: int
    without: int
    reasons: list[tuple[str, int]]


@staff_may(StaffRole.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, group_id: int) -> HttpResponse:
    group = group_or_404(group_id)
    if request.method == "POST":
        return _invited(request, group)
    return _asked(request, group, _wish(request.GET))


def _asked(
    request: HttpRequest, group: Group, wish: Wish, refusal: str = ""
) -> HttpResponse:
    facts = {
        "shown": shown_group(group, "members"),
        "wish": wish,
        "counted": _counted(group, wish),
        "refusal": refusal,
    }
    return render(request, "web/groups/inviting.html", facts)


def _invited(request: HttpRequest, group: Group) -> HttpResponse:
    wish = _wish(request.POST)
    confirmed = number_in(request.POST.get(CONFIRMED, "")) or 0
    try:
        outcome = invite_group(
            group.pk,
            wish,
            confirmed=confirmed,
            by=actor_of(signed_in(request)),
            welcome=welcome_in(request.POST),
        )
    except ManyMailsError as many:
        return ask_about_mails(
            request, many, back=reverse("group-invite", args=[group.pk])
        )
    except RefusedError as refusal:
        return _asked(request, group, wish, words_for(refusal))
    announce(request, with_mails(_told(outcome.count), outcome.mails))
    return redirect("group", group.pk)


def _wish(asked: QueryDict) -> Wish:
    return Wish(with_account=WITH_ACCOUNT in asked, again=AGAIN in asked)


def _counted(group: Group, wish: Wish) -> Counted:
    members = members_of(group.pk)
    invited = invited_among(members, wish, today=timezone.localdate())
    reasons = [
        (reason_in_words(one), len(who)) for one, who in invited.left_out.items()
    ]
    return Counted(len(invited.recipients), len(invited.without), reasons)


def _told(count: int) -> str:
    return ngettext(
        "%(count)s contact gets an invitation to the portal.",
        "%(count)s contacts get an invitation to the portal.",
        count,
    ) % {"count": number(count)}
