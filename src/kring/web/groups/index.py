"""The list of groups."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import groupby

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_safe

from kring.accounts.access import reaches, signed_in, staff_may
from kring.accounts.models import StaffRole
from kring.groups.models import Group, Kind
from kring.groups.queries import counts_of, groups_found, listed_groups
from kring.ui.people import SEARCH
from kring.web.groups.answers import page_or_part

KIND, CLOSED_TOO = "soort", "gesloten"


@dataclass(frozen=True, slots=True)
class Row:
    group: Group
    count: int


@dataclass(frozen=True, slots=True)
class Section:
    """Groups whose names begin alike, such as "Coach - "; of no prefix, all others."""

    prefix: str
    rows: list[Row]


@staff_may(StaffRole.READER)
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    groups = list(_asked(request.GET))
    facts = {
        "sections": _sections(groups),
        "total": len(groups),
        "search": request.GET.get(SEARCH, ""),
        "kind": request.GET.get(KIND, ""),
        "kinds": Kind.choices,
        "closed_too": CLOSED_TOO in request.GET,
        "is_narrowed": bool(request.GET.get(SEARCH) or request.GET.get(KIND)),
        "may_change": reaches(signed_in(request), StaffRole.STAFF),
    }
    return page_or_part(request, "web/groups/index.html", "groups", facts)


def _asked(asked: QueryDict) -> QuerySet[Group]:
    search = asked.get(SEARCH, "").replace("\0", "")
    groups = groups_found(listed_groups(), search=search)
    if asked.get(KIND) in Kind.values:
        groups = groups.filter(kind=asked[KIND])
    if CLOSED_TOO not in asked:
        groups = groups.filter(closed_at__isnull=True)
    return groups


def _sections(groups: list[Group]) -> list[Section]:
    counts = counts_of([group.pk for group in groups])
    shared = Counter(_prefix(group) for group in groups)

    def section(group: Group) -> str:
        prefix = _prefix(group)
        return prefix if shared[prefix] > 1 else ""

    return [
        Section(prefix, [Row(group, counts[group.pk]) for group in alike])
        for prefix, alike in groupby(groups, key=section)
    ]


def _prefix(group: Group) -> str:
    prefix, dash, _rest = group.name.partition(" - ")
    return prefix if dash else ""
