"""Adding members to a static group: search, tick, add."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from kring.accounts.access import signed_in, staff_may
from kring.accounts.actors import actor_of
from kring.accounts.models import StaffRole
from kring.actions.errors import (
    GroupClosedError,
    ManyMailsError,
    RefusedError,
    StaticGroupNeededError,
)
from kring.actions.members import place
from kring.contacts.queries import ListedContact, contacts_found, listed
from kring.groups.models import Group
from kring.groups.queries import members_of
from kring.mailing.queries import template_numbered
from kring.ui.announcements import announce, warn
from kring.ui.people import SEARCH
from kring.ui.templatetags.ui import number
from kring.ui.words import words_for
from kring.ui.words_outgoing import policy_in_words
from kring.web.groups.answers import page_or_part
from kring.web.groups.chosen import CONTACT, contacts_chosen, require_choice
from kring.web.groups.shown import group_or_404
from kring.web.welcoming import ask_about_mails, welcome_in, with_mails

MOST_SHOWN = 20


@staff_may(StaffRole.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, group_id: int) -> HttpResponse:
    group = group_or_404(group_id)
    if request.method == "POST":
        return _added(request, group)
    if group.is_derived or group.is_closed:
        warn(request, _why_nobody_can_be_added(group))
        return redirect("group-members", group.pk)
    search = request.GET.get(SEARCH, "").replace("\0", "").strip()
    chosen = contacts_chosen(request.GET)
    template = template_numbered(group.welcome_template_id or 0)
    facts = {
        "group": group,
        "policy": policy_in_words(group, template) if template else "",
        "search": search,
        "chosen": listed(chosen),
        **_found(group, search, chosen),
    }
    return page_or_part(request, "web/groups/adding.html", "found", facts)


def _why_nobody_can_be_added(group: Group) -> str:
    if group.is_derived:
        return words_for(StaticGroupNeededError(group.name))
    return words_for(GroupClosedError(group.pk, group.name))


def _added(request: HttpRequest, group: Group) -> HttpResponse:
    chosen, welcome = contacts_chosen(request.POST), welcome_in(request.POST)
    by = actor_of(signed_in(request))
    try:
        require_choice(group, chosen)
        outcome = place(chosen, group.pk, by=by, welcome=welcome)
    except ManyMailsError as many:
        return ask_about_mails(request, many, back=_again(group, chosen))
    except RefusedError as refusal:
        warn(request, words_for(refusal))
    else:
        told = with_mails(_told(outcome.count, group), outcome.mails)
        announce(request, told, change=outcome.change)
    return redirect("group-members", group.pk)


def _again(group: Group, chosen: list[int]) -> str:
    """Where everyone is still ticked."""
    ticked = urlencode({CONTACT: chosen}, doseq=True)
    return f"{reverse('group-members-add', args=[group.pk])}?{ticked}"


def _found(group: Group, search: str, chosen: list[int]) -> dict[str, object]:
    """Who is found and can be added, and who is found and is a member already."""
    if not search:
        return {"found": [], "members": frozenset(), "is_more": False}
    others = contacts_found(search).exclude(pk__in=chosen)
    ids = list(others.values_list("pk", flat=True)[: MOST_SHOWN + 1])
    inside = members_of(group.pk)
    found: list[ListedContact] = listed(ids[:MOST_SHOWN])
    return {
        "found": found,
        "members": frozenset(one for one in ids if one in inside),
        "is_more": len(ids) > MOST_SHOWN,
    }


def _told(count: int, group: Group) -> str:
    return ngettext(
        "%(count)s member added to %(group)s.",
        "%(count)s members added to %(group)s.",
        count,
    ) % {"count": number(count), "group": group}
