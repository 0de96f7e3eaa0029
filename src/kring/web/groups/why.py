"""Why a contact is in a group, or why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from kring.accounts.access import reaches, signed_in, staff_may
from kring.accounts.models import StaffRole
from kring.contacts.models import Contact
from kring.contacts.queries import (
    ListedContact,
    contacts_found,
    kept_contact,
    listed,
)
from kring.groups.explanation import Explained, explained
from kring.groups.queries import members_of
from kring.ui.explanation_lines import notes_on, sections_of
from kring.ui.people import SEARCH
from kring.ui.words_explanation import since_words, verdict, words_for_turn
from kring.web.groups.shown import group_or_404, shown_group

MOST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody else to ask about, and whether that contact is in the group."""

    contact: ListedContact
    belongs: bool


@staff_may(StaffRole.READER)
@require_safe
def choose(request: HttpRequest, group_id: int) -> HttpResponse:
    facts = {**_head(request, group_id), **_found(group_id, request.GET)}
    return render(request, "web/groups/why.html", facts)


@staff_may(StaffRole.READER)
@require_safe
def show(request: HttpRequest, group_id: int, contact_id: int) -> HttpResponse:
    head = _head(request, group_id)
    try:
        told = explained(contact_id, group_id, today=timezone.localdate())
    except Contact.DoesNotExist:
        return _where_it_went(contact_id, group_id)
    facts = {**head, **_told(told), **_found(group_id, request.GET)}
    return render(request, "web/groups/why.html", facts)


def _head(request: HttpRequest, group_id: int) -> dict[str, object]:
    return {
        "shown": shown_group(group_or_404(group_id), "members"),
        "may_change": reaches(signed_in(request), StaffRole.STAFF),
    }


def _where_it_went(contact: int, group: int) -> HttpResponse:
    """A contact that was merged is asked about as the one it was merged into."""
    kept = kept_contact(contact)
    if kept is None:
        raise Http404
    return redirect("group-member-why", group, kept)


def _told(told: Explained) -> dict[str, object]:
    first, *further = sections_of(told)
    return {
        "told": told,
        "verdict": verdict(told),
        "since": since_words(told.asked),
        "notes": notes_on(told.asked),
        "turn": words_for_turn(told),
        "lines": first.lines,
        "further": further,
    }


def _found(group: int, asked: QueryDict) -> dict[str, object]:
    search = asked.get(SEARCH, "").replace("\0", "").strip()
    if not search:
        return {"search": "", "found": []}
    ids = list(contacts_found(search).values_list("pk", flat=True)[: MOST_SHOWN + 1])
    return {
        "search": search,
        "found": _listed(group, ids[:MOST_SHOWN]),
        "is_more": len(ids) > MOST_SHOWN,
    }


def _listed(group: int, contacts: Sequence[int]) -> list[Found]:
    inside = members_of(group)
    return [Found(contact, contact.id in inside) for contact in listed(contacts)]
