"""What happened to a group: its changes, its size, and who was in it on a date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from pyroaring import BitMap

from kring.accounts.access import reaches, signed_in, staff_may
from kring.accounts.models import StaffRole
from kring.contacts.queries import ListedContact, listed
from kring.groups.changes import AskedChanges
from kring.groups.group_history import GroupEvent, GroupHistory, history_of
from kring.groups.models import Group
from kring.groups.paging import page_of
from kring.groups.past import difference
from kring.ui.words_changes import actor_in_words, deed_in_words, part_in_words
from kring.web.changes.index import NEWER, OLDER
from kring.web.changes.shown import Named, Names, names_of_both
from kring.web.groups.asked_days import asked_day
from kring.web.groups.growth import growth_of
from kring.web.groups.shown import group_or_404, shown_group
from kring.web.written import number_in

FIRST, LAST = "van", "tot"
_MOST: Final = 100


@dataclass(frozen=True, slots=True)
class ShownEvent:
    event: GroupEvent
    deed: str
    who: str
    joined: tuple[Named, ...]
    left: tuple[Named, ...]
    edited: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownDifference:
    """Who joined and left between two days; of very many the first by name."""

    first: date
    last: date
    joined_count: int
    left_count: int
    joined: list[ListedContact]
    left: list[ListedContact]


@staff_may(StaffRole.READER)
@require_safe
def show(request: HttpRequest, group_id: int) -> HttpResponse:
    group = group_or_404(group_id)
    today = timezone.localdate()
    history = history_of(group.pk, _asked(request.GET))
    count = history.sizes[-1].members if history.sizes else 0
    facts = {
        "shown": shown_group(group, "history", count=count),
        "rows": _rows(history),
        "growth": growth_of(history.sizes, today=today),
        "today": today,
        **_compared(request.GET, group),
        "may_change": reaches(signed_in(request), StaffRole.STAFF),
        **_neighbours(history),
    }
    return render(request, "web/groups/history.html", facts)


def _asked(asked: QueryDict) -> AskedChanges:
    return AskedChanges(
        older_than=number_in(asked.get(OLDER, "")),
        newer_than=number_in(asked.get(NEWER, "")),
    )


def _rows(history: GroupHistory) -> list[ShownEvent]:
    people = {
        contact
        for event in history.events
        for contact in (*event.who_joined, *event.who_left)
    }
    names = names_of_both(people, ())
    return [_shown(event, names) for event in history.events]


def _shown(event: GroupEvent, names: Names) -> ShownEvent:
    return ShownEvent(
        event=event,
        deed=deed_in_words(event.action),
        who=actor_in_words(event.actor, event.actor_kind),
        joined=tuple(names.contact(contact) for contact in event.who_joined),
        left=tuple(names.contact(contact) for contact in event.who_left),
        edited=tuple(part_in_words(part) for part in event.edited),
    )


def _compared(asked: QueryDict, group: Group) -> dict[str, object]:
    one, other = (asked_day(asked.get(name, "")) for name in (FIRST, LAST))
    if one.day is None or other.day is None:
        return {"trouble": one.trouble or other.trouble}
    first, last = sorted((one.day, other.day))
    known_since = timezone.localdate(group.created_at)
    return {
        "difference": _difference(group, first, last),
        "unknown_until": known_since if first < known_since else None,
    }


def _difference(group: Group, first: date, last: date) -> ShownDifference:
    flip = difference(group.pk, first, last)
    return ShownDifference(
        first,
        last,
        len(flip.joined),
        len(flip.left),
        _first_by_name(flip.joined),
        _first_by_name(flip.left),
    )


def _first_by_name(contacts: BitMap) -> list[ListedContact]:
    return listed(page_of(contacts, size=_MOST).contacts) if contacts else []


def _neighbours(history: GroupHistory) -> dict[str, str]:
    if not history.events:
        return {"previous": "", "next": ""}
    newer = urlencode({NEWER: history.events[0].number})
    older = urlencode({OLDER: history.events[-1].number})
    return {
        "previous": f"?{newer}" if history.is_newer else "",
        "next": f"?{older}" if history.is_older else "",
    }
