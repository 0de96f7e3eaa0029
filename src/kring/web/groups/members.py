"""The members of a group: who they are, since when, and taking some out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from pyroaring import BitMap

from kring.accounts.access import reaches, signed_in, staff_may
from kring.accounts.actors import actor_of
from kring.accounts.models import StaffRole
from kring.actions.errors import ManyMailsError, RefusedError
from kring.actions.members import remove
from kring.contacts.queries import ListedContact, count_of_merged, listed
from kring.groups.member_pages import MembersPage, members_page
from kring.groups.models import Group
from kring.groups.paging import Direction, Key
from kring.groups.past import members_on
from kring.groups.queries import everyone as contacts_that_exist
from kring.groups.since import since_joined, since_stated
from kring.ui.announcements import announce, warn
from kring.ui.people import AFTER, BEFORE, SEARCH
from kring.ui.templatetags.ui import number
from kring.ui.words import words_for
from kring.web.groups.answers import page_or_part
from kring.web.groups.asked_days import asked_day
from kring.web.groups.chosen import contacts_chosen, require_choice
from kring.web.groups.shown import group_and_members_or_404, group_or_404, shown_group
from kring.web.welcoming import ask_about_mails, welcome_in, with_mails
from kring.web.written import is_number

ON = "op"


@dataclass(frozen=True, slots=True)
class Member:
    contact: ListedContact
    since: date | None


@staff_may(StaffRole.READER)
@require_safe
def show(request: HttpRequest, group_id: int) -> HttpResponse:
    group, everyone = group_and_members_or_404(group_id)
    asked = asked_day(request.GET.get(ON, ""))
    then, known_since = asked.day, timezone.localdate(group.created_at)
    inside = everyone if then is None else members_on(group.pk, then, now=everyone)
    members = _asked(inside, request.GET)
    facts = {
        "shown": shown_group(group, "members", count=len(everyone)),
        "members": members,
        "rows": _rows(group, members.page.contacts, then),
        "search": _search(request.GET),
        "then": then,
        "trouble": asked.trouble,
        "is_unknown": then is not None and then < known_since,
        **_without_a_name(inside - everyone),
        "known_since": known_since,
        "today": timezone.localdate(),
        "previous": _query(BEFORE, members.page.previous, request.GET),
        "next": _query(AFTER, members.page.following, request.GET),
        "may_change": reaches(signed_in(request), StaffRole.STAFF),
    }
    return page_or_part(request, "web/groups/members.html", "rows", facts)


@staff_may(StaffRole.STAFF)
@require_POST
def remove_chosen(request: HttpRequest, group_id: int) -> HttpResponse:
    group = group_or_404(group_id)
    chosen, welcome = contacts_chosen(request.POST), welcome_in(request.POST)
    by = actor_of(signed_in(request))
    try:
        require_choice(group, chosen)
        outcome = remove(chosen, group.pk, by=by, welcome=welcome)
    except ManyMailsError as many:
        back = reverse("group-members", args=[group.pk])
        return ask_about_mails(request, many, back=back)
    except RefusedError as refusal:
        warn(request, words_for(refusal))
    else:
        told = with_mails(_told(outcome.count, group), outcome.mails)
        announce(request, told, change=outcome.change)
    return redirect("group-members", group.pk)


def _asked(everyone: BitMap, asked: QueryDict) -> MembersPage:
    before, after = _key(asked.get(BEFORE, "")), _key(asked.get(AFTER, ""))
    return members_page(
        everyone,
        search=_search(asked),
        beside=before or after,
        direction=Direction.BACKWARD if before else Direction.FORWARD,
    )


def _without_a_name(gone: BitMap) -> dict[str, int]:
    """How many of those who were members then, and are not now, are on no page."""
    nameless = gone - contacts_that_exist() if gone else gone
    merged = count_of_merged(nameless) if nameless else 0
    return {"erased": len(nameless) - merged, "merged": merged}


def _rows(group: Group, contacts: Sequence[int], then: date | None) -> list[Member]:
    """Of members on a day that is over nobody says since when they were in."""
    if then is not None:
        return [Member(contact, None) for contact in listed(contacts)]
    since = (since_joined if group.is_derived else since_stated)(contacts, [group.pk])
    return [
        Member(contact, since.get((contact.id, group.pk)))
        for contact in listed(contacts)
    ]


def _search(asked: QueryDict) -> str:
    return asked.get(SEARCH, "").replace("\0", "").strip()


def _key(written: str) -> Key | None:
    """Where a page begins or ends, as `_query` wrote it; nonsense is nowhere."""
    contact, space, name = written.replace("\0", "").partition(" ")
    return Key(name, int(contact)) if space and is_number(contact) else None


def _query(name: str, key: Key | None, given: QueryDict) -> str:
    if key is None:
        return ""
    asked = {SEARCH: _search(given)} if _search(given) else {}
    if asked_day(given.get(ON, "")).day:
        asked[ON] = given.get(ON, "")
    return "?" + urlencode({**asked, name: f"{key.contact} {key.sort_name}"})


def _told(count: int, group: Group) -> str:
    return ngettext(
        "%(count)s member removed from %(group)s.",
        "%(count)s members removed from %(group)s.",
        count,
    ) % {"count": number(count), "group": group}
